"""What a service is found by, and where it is: worked out of its entry, and written anew whenever that changes."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime

from django.db import connection, transaction

from mash.directory import content, facts
from mash.directory.models import Service, Site, Token
from mash.partnership.models import Hub

AT_ONCE = 500
ADD_TOKENS = """
    INSERT INTO directory_token (hub_id, token, service_id)
    SELECT %s, token, service_id FROM unnest(%s::text[], %s::uuid[]) AS t (token, service_id)
"""


def describe(service: Service, at: datetime) -> facts.Facts:
    """Fill the columns that a search filters by from a service's entry; return what was read of it.

    at: when it was last changed, where its publisher does not say.
    """
    entry = service.entry
    read = facts.facts_of(entry, content.vocabulary())
    service.name, service.status = entry["name"], entry["status"]
    service.minimum_age, service.maximum_age = (
        _whole(entry.get("minimum_age")),
        _whole(entry.get("maximum_age")),
    )
    service.is_free = read.is_free
    service.verified_on = _day(entry.get("assured_date"))
    service.modified_at = _moment(entry.get("last_modified")) or at
    return read


def index(
    services: Sequence[Service], *, are_new: bool = False, read: Mapping[uuid.UUID, facts.Facts] | None = None
) -> None:
    """Write what these services are found by; each must carry its organisation.

    are_new: nothing of them is there yet.  read: by key, what was read of their entries already.
    """
    if not services:
        return
    keys = [one.pk for one in services]
    if not are_new:
        Token.objects.filter(hub=services[0].hub_id, service__in=keys).delete()
        Site.objects.filter(service__in=keys).delete()
    known, there = content.vocabulary(), read or {}
    words: list[str] = []
    of: list[uuid.UUID] = []
    for one in services:
        said = there.get(one.pk) or facts.facts_of(one.entry, known)
        tokens = facts.tokens_of(one.entry, one.organisation.name, said)
        words += tokens
        of += [one.pk] * len(tokens)
    with connection.cursor() as cursor:
        cursor.execute(ADD_TOKENS, [services[0].hub_id, words, of])
    Site.objects.bulk_create([site for one in services for site in _sites(one)])


@transaction.atomic
def index_afresh(*, hub: Hub, after: uuid.UUID | None = None) -> tuple[int, uuid.UUID | None]:
    """Write anew what the next few services of a hub are found by, as after a change of its needs.

    after: the last one done.  Return how many were done, and the last of them; None at the end.
    """
    found = Service.objects.filter(hub=hub).select_related("organisation").order_by("pk")
    several = list((found.filter(pk__gt=after) if after else found)[:AT_ONCE])
    index(several)
    return len(several), several[-1].pk if several else None


def _sites(service: Service) -> Iterable[Site]:
    for one in facts.sites_of(service.entry):
        location = one.get("location") or {}
        yield Site(
            hub_id=service.hub_id,
            key=one["id"],
            service=service,
            postcode=facts.postcode_of(one),
            latitude=location.get("latitude"),
            longitude=location.get("longitude"),
            entry=one,
        )


def _whole(value: float | None) -> int | None:
    return None if value is None else int(value)


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value[:10]) if value else None


def _moment(value: str | None) -> datetime | None:
    if not value:
        return None
    found = datetime.fromisoformat(value)
    return found if found.tzinfo else found.replace(tzinfo=UTC)
