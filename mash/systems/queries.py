"""What is read about systems, their keys and what they sent."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import (
    Count,
    DateTimeField,
    Exists,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    UUIDField,
)
from django.http import Http404
from django.shortcuts import get_object_or_404

from mash.common.prepared import SEVERAL_KEYS, prepared
from mash.common.references import normalise
from mash.contact.models import Contact, Reply, ReplyKind, Settlement
from mash.partnership.models import Staff
from mash.partnership.queries import has_stopped
from mash.people.joined import as_one
from mash.people.models import Person
from mash.systems import policy
from mash.systems.models import Arrival, Call, CaseLike, CaseWord, Hook, Key, Mapping, System

SOON = timedelta(days=30)
ASK_ABOUT = "SELECT set_config('mash.asked_about', %s, true)"


def set_up(staff: Staff) -> QuerySet[System]:
    """Return the systems of a hub for whoever sets it up, those that speak with it first."""
    return _named(System.objects.filter(policy.set_up_by(staff)))


def own(staff: Staff) -> QuerySet[System]:
    """Return the systems of a lead's own agency, those that speak with the hub first."""
    return _named(System.objects.filter(policy.own(staff)))


def _named(systems: QuerySet[System]) -> QuerySet[System]:
    shown = systems.select_related("agency", "by__account", "ended_by__account")
    return shown.annotate(ended=Q(ended_at__isnull=False)).order_by("ended", "name", "at", "pk")


def find_set_up(staff: Staff, system_id: uuid.UUID) -> System:
    """Return a system of one's hub for whoever sets it up.  Raises Http404 for any other."""
    return get_object_or_404(set_up(staff), pk=system_id)


def find_own(staff: Staff, system_id: uuid.UUID) -> System:
    """Return a system of a lead's own agency.  Raises Http404 for any other."""
    return get_object_or_404(own(staff), pk=system_id)


def find_key(staff: Staff, key_id: uuid.UUID) -> Key:
    """Return a key of a system that this post sees.  Raises Http404 for any other."""
    seen = System.objects.filter(policy.set_up_by(staff) | policy.own(staff))
    return get_object_or_404(Key.objects.select_related("system"), system__in=seen, pk=key_id)


@dataclass(frozen=True, slots=True)
class Held:
    """A key as its page shows it.  used_at: the hour in which it was shown last."""

    key: Key
    used_at: datetime | None
    is_live: bool
    ends_soon: bool


def keys_of(systems: Iterable[System], at: datetime) -> dict[uuid.UUID, list[Held]]:
    """Return, by system, its keys, the newest first."""
    found: dict[uuid.UUID, list[Held]] = {one.pk: [] for one in systems}
    keys = Key.objects.filter(system__in=list(found)).annotate(used_at=Max("used__hour"))
    for one in keys.select_related("post__account", "by__account", "ended_by__account").order_by("-at", "pk"):
        live = one.ended_at is None and one.expires_at > at
        soon = live and one.expires_at - at < SOON
        found[one.system_id].append(Held(one, one.used_at, live, soon))
    return found


def arrivals_of(system: System) -> dict[str, Any]:
    """Return how much came from a system, and when the last of it did."""
    return Arrival.objects.filter(system=system).aggregate(many=Count("pk"), last_at=Max("at"))


def live_key(key_id: str, post_id: str, at: datetime) -> Key | None:
    """Return the key that a system showed, with its system and post; None unless both count and the post works.

    Source: docs/rules.md, "Systems of agencies".
    """
    found: Key | None = _live_key.first(key=uuid.UUID(key_id), post=uuid.UUID(post_id), at=at)
    return found


@prepared(key=UUIDField(), post=UUIDField(), at=DateTimeField())
def _live_key(key: Any, post: Any, at: Any) -> QuerySet[Key]:
    given = Key.objects.filter(pk=key, post=post, ended_at=None, expires_at__gt=at, system__ended_at=None)
    works = Q(post__from_at__lte=at, post__account__is_active=True) & (
        Q(post__until_at=None) | Q(post__until_at__gt=at)
    )
    found = given.filter(works, ~Q(has_stopped("post")))
    return found.select_related("system__hub", "post__account", "post__agency", "post__hub")


# How a system's words are read


def mappings_of(system: System) -> list[Mapping]:
    """Return every version of how a system's words are read, the newest first."""
    found = Mapping.objects.filter(system=system).select_related("by__account", "adopted__by__account")
    return list(found.order_by("-number"))


def mapping_in_force(system: System) -> Mapping | None:
    """Return the version by which a system's messages are read; None where they are read as they come."""
    found: Mapping | None = _mapping_in_force.first(system=system.pk)
    return found


@prepared(system=UUIDField())
def _mapping_in_force(system: Any) -> QuerySet[Mapping]:
    return Mapping.objects.filter(system=system, adopted__isnull=False).order_by("-number")[:1]


def find_mapping(system: System, mapping_id: str) -> Mapping:
    """Return one version of a system's mapping.  Raises Http404 for any other."""
    try:
        key = uuid.UUID(mapping_id)
    except ValueError as wrong:
        raise Http404 from wrong
    found = Mapping.objects.select_related("system__agency", "by", "hub")
    return get_object_or_404(found, system=system, pk=key)


def taken_before(system: System, reference: str, digest: str) -> Contact | None:
    """Return the contact that the same message of a system made, under whichever mapping."""
    found = Arrival.objects.filter(
        system=system, sender_reference=reference, contact__originals__digest=digest
    )
    row = found.select_related("contact").first()
    return row.contact if row else None


# Where a system is called


def hooks_of(system: System) -> list[Hook]:
    """Return the addresses of a system that count or wait to be let in, the newest first."""
    found = Hook.objects.filter(system=system, ended_at=None)
    found = found.select_related("asked_by__account", "let_in__by__account", "system__agency")
    return list(found.order_by("-asked_at", "pk"))


def find_hook(system: System, hook_id: str) -> Hook:
    """Return an address of a system, that it may have no more.  Raises Http404 for any other."""
    try:
        key = uuid.UUID(hook_id)
    except ValueError as wrong:
        raise Http404 from wrong
    return get_object_or_404(Hook.objects.select_related("system__agency", "asked_by"), system=system, pk=key)


def live_hooks() -> list[Hook]:
    """Return the addresses that are called."""
    found = Hook.objects.filter(ended_at=None, let_in__isnull=False, system__ended_at=None)
    return list(found.select_related("system", "let_in").order_by("let_in__at", "pk"))


def calls_of(system: System) -> QuerySet[Call]:
    """Return the calls of a system, the newest first."""
    return (
        Call.objects.filter(hook__system=system)
        .select_related("hook__system", "again__by__account")
        .order_by("-at", "-pk")
    )


def find_call(system: System, call_id: str) -> Call:
    """Return a call of a system.  Raises Http404 for any other."""
    try:
        key = uuid.UUID(call_id)
    except ValueError as wrong:
        raise Http404 from wrong
    return get_object_or_404(calls_of(system), pk=key)


# What a system follows


@dataclass(frozen=True, slots=True)
class Followed:
    """A referral that a system sent, with what its sender was told of it last."""

    arrival: Arrival
    newest: Reply | None


def followed(system: System, *, after: Arrival | None, sender_reference: str, most: int) -> list[Followed]:
    """Return what a system sent, the first first, with where each stands, as far as whoever acts may follow it.

    after: the one on which the page before ended.

    Source: docs/rules.md, "Feedback to the referrer".
    """
    sent = Arrival.objects.filter(system=system)
    if sender_reference:
        sent = sent.filter(sender_reference=sender_reference)
    if after:
        sent = sent.filter(Q(at__gt=after.at) | Q(at=after.at, pk__gt=after.pk))
    rows = list(sent.order_by("at", "pk")[:most])
    ask_about(one.contact_id for one in rows)
    newest: dict[uuid.UUID, Reply] = {}
    replies = Reply.objects.filter(contact__in=[one.contact_id for one in rows])
    for reply in replies.exclude(kind=ReplyKind.DISAGREEMENT).order_by("-at", "pk"):
        newest.setdefault(reply.contact_id, reply)
    return [Followed(one, newest.get(one.contact_id)) for one in rows]


def find_arrival(system: System, reference: str) -> Arrival:
    """Return a referral that a system sent, by the hub's reference, with its contact.  Raises Http404 for any other."""
    sent = Arrival.objects.filter(system=system, reference=normalise(reference) or "")
    found = get_object_or_404(sent)
    ask_about([found.contact_id])
    return get_object_or_404(sent.select_related("contact__hub"))


def after(system: System, arrival_id: uuid.UUID) -> Arrival | None:
    """Return the referral on which a page ended."""
    return Arrival.objects.filter(system=system, pk=arrival_id).first()


def ask_about(contacts: Iterable[uuid.UUID]) -> None:
    """Say which contacts this transaction asks about: of what a system sent the database looks up these alone."""
    with connection.cursor() as cursor:
        cursor.execute(ASK_ABOUT, [f"{{{','.join(str(one) for one in contacts)}}}"])


# With whom agencies work


def _likes() -> QuerySet[CaseLike]:
    """Return who on record may be whom an agency works with, as far as whoever acts may know.  word: the newest.

    What the agency says otherwise now waits until it was looked at again: it may be of somebody else.
    """
    word = CaseWord.objects.filter(like=OuterRef("pk")).order_by("-at", "-pk")
    open_still = CaseLike.objects.filter(case__closed_at=None, case__looked_at__isnull=False)
    shown = open_still.annotate(word=Subquery(word.values("same")[:1]))
    return shown.select_related("case__agency", "person").order_by("-case__opened_on", "pk")


def cases_on(contact: Contact) -> list[CaseLike]:
    """Return which agencies say that they work with somebody settled in a contact; not where a worker said otherwise.

    What nobody has settled is among them: whoever shows it says so.

    Source: docs/rules.md, "Open cases of agencies".
    """
    people = as_one(_settled.rows(contact=contact.pk))
    found = _likes_of.rows(people=people) if people else []
    return [one for one in found if one.word is not False]


@prepared(contact=UUIDField())
def _settled(contact: Any) -> QuerySet[Settlement, Any]:
    found = Settlement.objects.filter(contact_person__contact=contact, undone_at=None, person__isnull=False)
    return found.values_list("person", flat=True)


@prepared(people=SEVERAL_KEYS)
def _likes_of(people: Any) -> QuerySet[CaseLike]:
    return _likes().filter(person__in=people)


def cases_of(person: Person) -> list[CaseLike]:
    """Return which agencies a worker said work with somebody, also where that has ended, the oldest first."""
    word = CaseWord.objects.filter(like=OuterRef("pk")).order_by("-at", "-pk")
    said = CaseLike.objects.filter(person__in=as_one([person.pk])).annotate(
        word=Subquery(word.values("same")[:1])
    )
    return list(said.filter(word=True).select_related("case__agency").order_by("case__opened_on", "pk"))


def unsettled_cases(hub_id: uuid.UUID) -> QuerySet[CaseLike]:
    """Return the suggestions of a hub of which nobody has said anything, as far as whoever acts may know.

    Only of people whom a contact names that they may see: with whom else agencies work is nobody's business here.

    Source: docs/rules.md, "Open cases of agencies".
    """
    said = CaseWord.objects.filter(like=OuterRef("pk"))
    return _named_here().filter(~Exists(said), hub=hub_id)


def _named_here() -> QuerySet[CaseLike]:
    settled = Settlement.objects.filter(undone_at=None)
    this, joined = Q(person=OuterRef("person")), Q(person__merged_into=OuterRef("person"))
    return _likes().filter(Exists(settled.filter(this | joined)))


def find_like(staff: Staff, like_id: uuid.UUID) -> CaseLike:
    """Return a suggestion of one's own hub that one may know of.  Raises Http404 for any other."""
    return get_object_or_404(_named_here().filter(hub=staff.hub_id), pk=like_id)
