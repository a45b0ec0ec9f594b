"""What stands in an outage pack: what is open, whom to telephone, and what each agency would be asked.

Everything is read as the post in whose name the pack is drawn: who manages the hub.  Restricted cases are left out
although a manager may read them, since paper has no door; the sealed room is not asked at all.

Source: docs/rules.md, "Outage packs".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from mash.check.content import QuestionSet, question_sets
from mash.check.models import Check
from mash.check.queries import board as checks
from mash.contact.models import Addition, Contact, ContactPerson, Referrer
from mash.decision.content import Outcome, outcomes
from mash.desk import queries
from mash.desk.queries import Row
from mash.desk.queries.filters import Wanted
from mash.partnership.models import Membership, Restriction, Staff
from mash.partnership.queries import rota
from mash.people.models import Alert, Involvement
from mash.triage import queries as triage
from mash.triage.content import RatingInfo, ratings
from mash.triage.models import Agreement, Ground, Rating

ON_THE_ROTA = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class OpenCase:
    """One open contact as it stands in a pack.

    referrer: None for a member of the public, who is on no paper.  held: an address in it is protected.
    open_work: what is open with its people, as the whole desk sees it.  What a row says of earlier contacts is left
    out: a restricted one may be among them.
    """

    row: Row
    contact: Contact
    people: Sequence[ContactPerson]
    said: Mapping[str, Any]
    referrer: Referrer | None
    alerts: Sequence[Alert]
    open_work: Sequence[Involvement]
    additions: list[Addition]
    ratings: Sequence[Rating]
    agreements: Sequence[Agreement]
    grounds: Sequence[Ground]
    check: Check | None
    lines: Sequence[checks.Line]
    missing: Sequence[str]
    held: bool


@dataclass(frozen=True, slots=True)
class Telephone:
    """Whom to telephone: who is on duty, who is next, who manages, and how each agency is reached."""

    now: Sequence[rota.OnDuty]
    next: Sequence[Any]
    managers: Sequence[Staff]
    agencies: Sequence[Membership]


@dataclass(frozen=True, slots=True)
class Blank:
    """What the empty forms are drawn from: the hub's own ratings, outcomes and questions, as they are now."""

    ratings: Sequence[RatingInfo]
    outcomes: Sequence[Outcome]
    sets: Sequence[QuestionSet]


@dataclass(frozen=True, slots=True)
class Held:
    """Everything that a pack holds."""

    cases: Sequence[OpenCase]
    telephone: Telephone
    blank: Blank = field(default_factory=lambda: Blank((), (), ()))


def held_for(staff: Staff, at: datetime) -> Held:
    """Return what a pack holds, as this post may read it now."""
    return Held(_cases(staff, at), _telephone(staff, at), _blank())


def _cases(staff: Staff, at: datetime) -> list[OpenCase]:
    """Return the open contacts by when they are due; what has no due time stands first: nobody has rated it."""
    restricted = set(
        Restriction.objects.filter(hub=staff.hub_id, until_at=None).values_list("contact_id", flat=True)
    )
    found = [one for one in queries.whole_list(staff, Wanted(), at) if one.key not in restricted]
    rows = queries.rows_of(staff.hub, {one.key: one.stage for one in found}, at)
    whole = Contact.objects.filter(pk__in=[row.contact.pk for row in rows]).prefetch_related("people")
    contacts = {one.pk: one for one in whole}
    referrers = {
        one.contact_id: one for one in Referrer.objects.filter(contact__in=[row.contact.pk for row in rows])
    }
    made = [_case(staff, row, contacts[row.contact.pk], referrers.get(row.contact.pk), at) for row in rows]
    return sorted(made, key=lambda one: _due(one.row) or at - ON_THE_ROTA)


def _due(row: Row) -> datetime | None:
    return row.clock.due_at if row.clock else None


def _case(staff: Staff, row: Row, contact: Contact, referrer: Referrer | None, at: datetime) -> OpenCase:
    contact.hub = staff.hub
    people = sorted(contact.people.all(), key=lambda one: (not one.is_at_risk, one.ref))
    check = checks.check_of(contact)
    lines = checks.board(staff, check) if check else []
    return OpenCase(
        row=row,
        contact=contact,
        people=people,
        said=contact.message,
        referrer=None if contact.is_from_the_public else referrer,
        alerts=triage.alerts_on(staff, contact, at),
        open_work=triage.open_work(contact, at),
        additions=triage.additions(contact),
        ratings=triage.rating_history(contact),
        agreements=triage.agreements(contact),
        grounds=triage.grounds(contact),
        check=check,
        lines=lines,
        missing=checks.missing(lines, at),
        held=any(one.protected for one in people),
    )


def _telephone(staff: Staff, at: datetime) -> Telephone:
    hub = staff.hub
    members = Membership.objects.filter(hub=hub, left_at=None).select_related("agency")
    return Telephone(
        now=[one for one in rota.on_duty(hub, at) if one.expected or one.person],
        next=list(rota.turns(hub.pk, at, at + ON_THE_ROTA)),
        managers=rota.managers_of(hub.pk, at),
        agencies=list(members.order_by("agency__name", "pk")),
    )


def _blank() -> Blank:
    newest: dict[str, QuestionSet] = {}
    for one in question_sets().values():
        if not one.retired and (one.series not in newest or newest[one.series].version < one.version):
            newest[one.series] = one
    main = [one for one in outcomes().values() if one.kind == "main" and not one.sealed]
    return Blank(sorted(ratings().values(), key=lambda one: one.order), main, list(newest.values()))
