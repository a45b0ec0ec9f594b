"""A page of contacts as the worklist shows them: each kind of thing is read once for all its rows."""

import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import DateTimeField, Exists, OuterRef, Q, QuerySet

from mash.common.clock import LONDON, Clock
from mash.common.prepared import SEVERAL_KEYS, prepared
from mash.contact.models import Contact, ContactPerson
from mash.decision import line
from mash.decision.queries import BackWhy, why_back
from mash.decision.queries.bouncing import histories
from mash.desk.queries.filters import is_repeat, is_restricted, is_so
from mash.partnership.models import Hub
from mash.triage import queries as triage
from mash.triage.in_writing import not_yet_in_writing
from mash.triage.looking_again import Away, away, with_returns
from mash.triage.models import Ground, Hold, Owner, Paused, Rating

OfContact = TypeVar("OfContact", ContactPerson, Rating, Paused)


@dataclass(slots=True)
class Row:
    """One contact as the worklist shows it.  back: why one that was decided is here again."""

    contact: Contact
    name: str
    others: int
    source: str
    colour: str
    clock: Clock | None
    danger: bool
    stage: str
    owner: str
    held_by: str
    back: BackWhy | None = None
    badges: list[str] = field(default_factory=list)
    away: Away | None = None


@prepared(ids=SEVERAL_KEYS)
def _contacts(ids: Any) -> QuerySet[Contact]:
    overridden = Ground.objects.filter(contact=OuterRef("pk"), approved_at__isnull=False, refused_at=None)
    found: QuerySet[Contact] = (
        with_returns(Contact.objects.filter(pk__in=ids))
        .annotate(
            waits_for_writing=is_so(not_yet_in_writing()),
            is_repeat=is_so(is_repeat()),
            is_overridden=is_so(Q(Exists(overridden))),
            is_restricted=is_so(is_restricted()),
        )
        .select_related("standing")
        .defer("message")
    )
    return found


@prepared(ids=SEVERAL_KEYS)
def _people(ids: Any) -> QuerySet[ContactPerson]:
    return ContactPerson.objects.filter(contact__in=ids).order_by("ref")


@prepared(ids=SEVERAL_KEYS)
def _ratings(ids: Any) -> QuerySet[Rating]:
    return Rating.objects.filter(contact__in=ids).order_by("at", "pk")


@prepared(ids=SEVERAL_KEYS)
def _pauses(ids: Any) -> QuerySet[Paused]:
    return Paused.objects.filter(contact__in=ids)


@prepared(ids=SEVERAL_KEYS)
def _owners(ids: Any) -> QuerySet[Owner, Any]:
    """Return contact and name, the newest owner of each last."""
    found = Owner.objects.filter(contact__in=ids).order_by("at", "pk")
    return found.values_list("contact", "staff__account__name")


@prepared(ids=SEVERAL_KEYS, at=DateTimeField())
def _holds(ids: Any, at: Any) -> QuerySet[Hold, Any]:
    found = Hold.objects.filter(contact__in=ids, until__gt=at)
    return found.values_list("contact", "staff__account__name")


def rows_of(hub: Hub, stages: Mapping[uuid.UUID, str], at: datetime) -> list[Row]:
    """Read what the rows need, each kind of thing once for the whole page.

    stages: by key of contact, in the order of the page.
    """
    ids = list(stages)
    by_key = {contact.pk: contact for contact in _contacts.rows(ids=ids)}
    people = _by_contact(_people.rows(ids=ids))
    ratings = _by_contact(_ratings.rows(ids=ids))
    pauses = _by_contact(_pauses.rows(ids=ids))
    owners, holds = dict(_owners.rows(ids=ids)), dict(_holds.rows(ids=ids, at=at))
    badges, back = _badges(by_key.values(), at), why_back(ids)
    made = []
    for key in ids:
        contact = by_key[key]
        contact.hub = hub  # its week and targets are read once
        at_risk = [one for one in people.get(contact.pk, []) if one.is_at_risk]
        rated = ratings.get(contact.pk, [])
        standing, paused = getattr(contact, "standing", None), pauses.get(contact.pk, [])
        began = standing.counts_from if standing else None
        clock = triage.history_of(contact, rated, paused, at, began=began).clock
        made.append(
            Row(
                contact=contact,
                name=str(at_risk[0]) if at_risk else "Nobody at risk is named",
                others=max(0, len(at_risk) - 1),
                source=contact.organisation or "Member of the public",
                colour=rated[-1].colour if rated else "",
                clock=clock,
                danger=contact.immediate_danger and not rated,
                stage=line.STAGES[stages[contact.pk]],
                owner=owners.get(contact.pk, ""),
                held_by=holds.get(contact.pk, ""),
                back=back.get(contact.pk),
                badges=badges.get(contact.pk, []),
                away=away(contact, at),
            )
        )
    return made


def _by_contact(rows: Iterable[OfContact]) -> dict[uuid.UUID, list[OfContact]]:
    found: dict[uuid.UUID, list[OfContact]] = {}
    for row in rows:
        found.setdefault(row.contact_id, []).append(row)
    return found


def _badges(contacts: Collection[Any], at: datetime) -> dict[uuid.UUID, list[str]]:
    """Return what stands beside each name: a fact, with the rule in its words."""
    today = at.astimezone(LONDON).date()
    found: dict[uuid.UUID, list[str]] = {one.pk: [] for one in contacts}
    for one in contacts:
        found[one.pk] += ["Restricted"] * one.is_restricted
        found[one.pk] += ["Not yet in writing"] * one.waits_for_writing
        found[one.pk] += ["Repeat in 12 months"] * one.is_repeat
    for person in histories(found):
        words = [f"Bouncing: {bounced.rule.label.lower()}" for bounced in person.bounced(today)]
        if person.is_open(today):
            words.insert(0, "Case open" if person.is_at_risk else "Brother or sister open")
        shown = found[person.contact_id]
        shown += [word for word in words if word not in shown]
    for one in contacts:
        found[one.pk] += ["Agreement overridden"] * one.is_overridden
    return found
