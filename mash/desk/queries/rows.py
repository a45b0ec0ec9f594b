"""A page of contacts as the worklist shows them: each kind of thing is read once for all its rows."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from django.db.models import QuerySet

from mash.common.clock import LONDON, Clock
from mash.contact.models import Contact, ContactPerson
from mash.decision.queries import BackWhy, why_back
from mash.decision.queries.bouncing import histories
from mash.desk import line
from mash.desk.queries.filters import is_repeat
from mash.triage import queries as triage
from mash.triage.in_writing import not_yet_in_writing
from mash.triage.looking_again import Away, away
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


def rows_of(listed: list[Contact], stages: Mapping[uuid.UUID, str], at: datetime) -> list[Row]:
    """Read what the rows need, each kind of thing once for the whole page."""
    ids = [contact.pk for contact in listed]
    people = _by_contact(ContactPerson.objects.filter(contact__in=ids).order_by("ref"))
    ratings = _by_contact(Rating.objects.filter(contact__in=ids).order_by("at", "pk"))
    pauses = _by_contact(Paused.objects.filter(contact__in=ids))
    owners = {
        one.contact_id: one
        for one in Owner.objects.filter(contact__in=ids).select_related("staff__account").order_by("at", "pk")
    }
    holds = {
        one.contact_id: one
        for one in Hold.objects.filter(contact__in=ids, until__gt=at).select_related("staff__account")
    }
    badges, back = _badges(ids, at), why_back(ids)
    made = []
    for contact in listed:
        at_risk = [one for one in people.get(contact.pk, []) if one.is_at_risk]
        rated = ratings.get(contact.pk, [])
        standing, paused = getattr(contact, "standing", None), pauses.get(contact.pk, [])
        began = standing.counts_from if standing else None
        clock = triage.history_of(contact, rated, paused, at, began=began).clock
        owner, hold = owners.get(contact.pk), holds.get(contact.pk)
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
                owner=owner.staff.account.name if owner else "",
                held_by=hold.staff.account.name if hold else "",
                back=back.get(contact.pk),
                badges=badges.get(contact.pk, []),
                away=away(contact, at),
            )
        )
    return made


def _by_contact(rows: QuerySet[OfContact]) -> dict[uuid.UUID, list[OfContact]]:
    found: dict[uuid.UUID, list[OfContact]] = {}
    for row in rows:
        found.setdefault(row.contact_id, []).append(row)
    return found


def _badges(ids: list[uuid.UUID], at: datetime) -> dict[uuid.UUID, list[str]]:
    """Return what stands beside each name: a fact, with the rule in its words."""
    repeats = Contact.objects.filter(is_repeat(), pk__in=ids).values_list("pk", flat=True)
    today = at.astimezone(LONDON).date()
    overridden = Ground.objects.filter(contact__in=ids, approved_at__isnull=False, refused_at=None)
    found: dict[uuid.UUID, list[str]] = {}
    for contact_id in Contact.objects.filter(not_yet_in_writing(), pk__in=ids).values_list("pk", flat=True):
        found.setdefault(contact_id, []).append("Not yet in writing")
    for contact_id in repeats:
        found.setdefault(contact_id, []).append("Repeat in 12 months")
    for one in histories(ids):
        words = [f"Bouncing: {bounced.rule.label.lower()}" for bounced in one.bounced(today)]
        if one.is_open(today):
            words.insert(0, "Case open" if one.is_at_risk else "Brother or sister open")
        shown = found.setdefault(one.contact_id, [])
        shown += [word for word in words if word not in shown]
    for contact_id in overridden.values_list("contact", flat=True).distinct():
        found.setdefault(contact_id, []).append("Agreement overridden")
    return found
