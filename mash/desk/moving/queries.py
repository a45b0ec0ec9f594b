"""Everything that waits for one worker, whom each piece may go to, and what somebody was given.

Source: docs/rules.md, "Moving work".
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.shortcuts import get_object_or_404

from mash.check import policy as checks
from mash.check.models import Enquiry
from mash.check.queries.waiting import waited_for
from mash.common.clock import LONDON
from mash.contact import policy as contacts
from mash.contact.models import Contact
from mash.decision import policy as decisions
from mash.decision import queries as decided
from mash.decision.models import Decision, LetterState
from mash.desk.hand_over import policy as hand_overs
from mash.desk.hand_over import queries as handing
from mash.desk.models import HandOver, Moved, Moving, PieceKind
from mash.partnership import policy as partnership
from mash.partnership.models import DESK, Duty, Staff
from mash.partnership.queries import has_stopped, rota
from mash.partnership.sessions import Session
from mash.triage import order
from mash.triage import policy as triage
from mash.triage.models import Hold, Owner, Returned, Standing

BY_THEMSELVES = {PieceKind.ENQUIRY, PieceKind.LETTER, PieceKind.HAND_OVER}
"""What moves beside the case it belongs to; everything else of a case moves with its contact."""


@dataclass(slots=True)
class Piece:
    """One thing that waits for a worker.

    due_at: None where there is no limit.  says: what it is, in words, of nobody.
    may: who may take it, the deputy first.  cannot: why it cannot move at all; "" where it can.
    """

    kind: str
    thing: uuid.UUID
    case: uuid.UUID
    reference: str
    colour: str
    due_at: datetime | None
    says: str
    may: list[Staff] = field(default_factory=list)
    cannot: str = ""
    urgent: bool = False

    @property
    def name(self) -> str:
        """Return how the form calls it."""
        return f"{self.kind}-{self.thing}"


def find_worker(staff: Staff, staff_id: uuid.UUID) -> Staff:
    """Return somebody whose work this worker may move, left or suspended among them.  Raises Http404 for any other."""
    found = Staff.objects.filter(hub=staff.hub_id).select_related("account", "agency", "hub")
    if not staff.has(Duty.MANAGE):
        mine = Q(pk=staff.pk) | (Q(agency=staff.agency_id) if staff.leads else Q(pk=None))
        found = found.filter(mine)
    return get_object_or_404(found, pk=staff_id)


def work_of(staff: Staff, who: Staff, at: datetime) -> list[Piece]:
    """Return everything that waits for a worker, red and due today first, each with whom it may go to.

    staff: who moves it, and sees no more of it than they may.
    """
    pieces = [
        *_contacts(staff, who),
        *_enquiries(staff, who),
        *_decisions(staff, who, at),
        *_letters(staff, who, at),
        *_hand_overs(staff, who),
        *_held(staff, who, at),
    ]
    seen: set[tuple[str, uuid.UUID]] = set()
    alone = []
    for one in pieces:
        place = (str(one.kind), one.thing) if one.kind in BY_THEMSELVES else ("case", one.case)
        if place not in seen or one.kind == PieceKind.APPROVAL:
            alone.append(one)
        seen.add(place)
    tonight = datetime.combine(at.astimezone(LONDON).date() + timedelta(days=1), time(0), LONDON)
    for one in alone:
        one.urgent = one.colour == "red" or (one.due_at is not None and one.due_at < tonight)
    return sorted(alone, key=_most_urgent)


def _most_urgent(one: Piece) -> tuple[bool, bool, datetime, str]:
    return (not one.urgent, one.due_at is None, one.due_at or datetime.max.replace(tzinfo=LONDON), one.name)


def _newest_owner() -> Subquery:
    return Subquery(Owner.objects.filter(contact=OuterRef("pk")).order_by("-at", "-pk").values("staff")[:1])


def _open(staff: Staff) -> QuerySet[Any]:
    found: QuerySet[Any] = order.still_open(Contact.objects.filter(contacts.readable_by(staff)))
    found = found.annotate(owned_by=_newest_owner())
    return found.select_related("standing")


def _contacts(staff: Staff, who: Staff) -> Iterable[Piece]:
    back = Returned.objects.filter(contact=OuterRef("pk"), back_at=None, by=who)
    waiting = Decision.objects.filter(contact=OuterRef("pk"), made_at=None, turned_down_at=None, by=who)
    mine = Owner.objects.filter(contact=OuterRef("pk"), staff=who)
    found = _open(staff).annotate(is_back=Exists(back), waits=Exists(waiting))
    candidates = found.filter(Q(Exists(mine)) | Q(is_back=True) | Q(waits=True)).order_by("received_at", "pk")
    for contact in candidates:
        owned = contact.owned_by == who.pk
        if not owned and contact.owned_by is not None:
            continue
        kind = PieceKind.CONTACT if owned else PieceKind.FOLLOW_UP if contact.is_back else PieceKind.DECISION
        standing: Standing | None = getattr(contact, "standing", None)
        yield Piece(
            kind=kind,
            thing=contact.pk,
            case=contact.pk,
            reference=contact.reference,
            colour=standing.colour if standing else "",
            due_at=standing.due_at if standing else contact.received_at,
            says=str(PieceKind(kind).label),
        )


def _enquiries(staff: Staff, who: Staff) -> Iterable[Piece]:
    asked = waited_for().filter(checks.enquiries_read_by(staff), addressed_to=who)
    for one in asked.select_related("agency").order_by("due_at", "pk"):
        yield Piece(
            kind=PieceKind.ENQUIRY,
            thing=one.pk,
            case=one.contact_id_opaque,
            reference=one.reference,
            colour="",
            due_at=one.due_at,
            says=f"Enquiry to {one.agency.name}; what is typed already goes with it",
        )


def _decisions(staff: Staff, who: Staff, at: datetime) -> Iterable[Piece]:
    """Return the decisions that wait for a word that nobody else here can give: they cannot move by themselves."""
    waiting = Decision.objects.filter(decisions.readable_by(staff), made_at=None, turned_down_at=None)
    for one in waiting.exclude(by__account=who.account_id).select_related("contact", "by"):
        lacks: list[tuple[str, tuple[Duty, ...]]] = []
        if one.waits_for_second and who.has(*decisions.AGREES):
            lacks.append(("a second person", decisions.AGREES))
        if one.waits_for_clearance and who.has(Duty.CLEAR):
            lacks.append(("a cleared person", (Duty.CLEAR,)))
        for words, duties in lacks:
            others = _with_duty(staff, duties, at).exclude(account__in=[who.account_id, one.by.account_id])
            if not [other for other in others if decisions.may_work_on(other, one.contact)]:
                yield Piece(
                    kind=PieceKind.APPROVAL,
                    thing=one.pk,
                    case=one.contact_id,
                    reference=one.contact.reference,
                    colour=one.colour,
                    due_at=one.at,
                    says=f"A decision that waits for {words}",
                    cannot=f"Nobody else here can be {words}: give somebody the duty, or the decider takes it back.",
                )


def _letters(staff: Staff, who: Staff, at: datetime) -> Iterable[Piece]:
    for one in decided.letters_of(staff, who).select_related("decision"):
        due_at = decided.clock_of_letter(one, at).due_at if one.state == LetterState.DRAFT else None
        if one.look_again_on:
            due_at = datetime.combine(one.look_again_on, time(0), LONDON)
        yield Piece(
            kind=PieceKind.LETTER,
            thing=one.pk,
            case=one.contact_id,
            reference=one.contact.reference,
            colour=one.decision.colour,
            due_at=due_at,
            says=f"Letter to a family. {one.get_state_display()}",
        )


def _hand_overs(staff: Staff, who: Staff) -> Iterable[Piece]:
    for one in handing.unfinished_of(staff, who):
        stands = "handed over, and not accepted yet" if one.offered_at else "being written"
        yield Piece(
            kind=PieceKind.HAND_OVER,
            thing=one.pk,
            case=one.pk,
            reference="Shift hand-over",
            colour="",
            due_at=one.offered_at or one.at,
            says=f"{handing.NAMES[one.which]}: {stands}",
        )


def _held(staff: Staff, who: Staff, at: datetime) -> Iterable[Piece]:
    held = Hold.objects.filter(
        staff=who, until__gt=at, contact__in=Contact.objects.filter(contacts.readable_by(staff))
    )
    for one in held.select_related("contact__standing"):
        standing: Standing | None = getattr(one.contact, "standing", None)
        yield Piece(
            kind=PieceKind.HELD,
            thing=one.contact_id,
            case=one.contact_id,
            reference=one.contact.reference,
            colour=standing.colour if standing else "",
            due_at=standing.due_at if standing else one.contact.received_at,
            says="Open on their screen: it goes back to the line",
        )


def _with_duty(staff: Staff, duties: Iterable[str], at: datetime) -> QuerySet[Staff]:
    lasting = Q(until_at=None) | Q(until_at__gt=at)
    found = Staff.objects.filter(
        lasting, ~Q(has_stopped()), hub=staff.hub_id, from_at__lte=at, account__is_active=True
    )
    return (
        found.filter(duties__overlap=list(duties))
        .select_related("account", "agency")
        .order_by("account__name", "pk")
    )


def offer(staff: Staff, who: Staff, pieces: Sequence[Piece], at: datetime) -> None:
    """Say of each piece whom it may go to: with the duty, not barred, not away; the deputies on the rota first.

    Never to whoever is away, and never to the worker it comes from under another post.
    """
    deputies = [one.pk for one in rota.after(who.hub, who, at)]
    here = rota.people(staff.hub_id, None, at)
    moment = Session(at, at + timedelta(microseconds=1))
    able = [
        one
        for one in _with_duty(staff, [*DESK, Duty.ANSWER], at)
        if one.account_id != who.account_id and not here[one.pk].is_away(moment)
    ]
    able.sort(
        key=lambda one: (deputies.index(one.pk) if one.pk in deputies else len(deputies), one.account.name)
    )
    cases = {one.pk: one for one in Contact.objects.filter(pk__in=[piece.case for piece in pieces])}
    written = {one.pk: one for one in HandOver.objects.filter(pk__in=[piece.thing for piece in pieces])}
    asked = {one.pk: one for one in Enquiry.objects.filter(pk__in=[piece.thing for piece in pieces])}
    for piece in pieces:
        if piece.cannot or piece.kind == PieceKind.HELD:
            continue
        if piece.kind == PieceKind.ENQUIRY:
            enquiry = asked[piece.thing]
            piece.may = [one for one in able if checks.may_answer(one, enquiry)]
        elif piece.kind == PieceKind.HAND_OVER:
            hand_over = written[piece.thing]
            piece.may = [one for one in able if hand_overs.may_take_on(one, hand_over)]
        elif piece.kind == PieceKind.LETTER:
            contact = cases[piece.case]
            piece.may = [one for one in able if decisions.may_write_letter(one, contact)]
        else:
            contact = cases[piece.case]
            piece.may = [one for one in able if triage.may_work_on(one, contact)]
        if not piece.may:
            piece.cannot = "Nobody here has the duty, is not barred from it and is not away."


def deputy_of(who: Staff, at: datetime) -> Staff | None:
    """Return who stands in for a worker first."""
    return next(iter(rota.after(who.hub, who, at)), None)


def unfinished(staff: Staff) -> QuerySet[Moving]:
    """Return the movings with something left, for the hub's manager and for the agency's lead."""
    found = Moving.objects.filter(hub=staff.hub_id, finished_at=None)
    found = found if staff.has(Duty.MANAGE) else found.filter(agency=staff.agency_id)
    return found.select_related("frm__account", "by__account").order_by("at", "pk")


def given_to(staff: Staff) -> QuerySet[Moved]:
    """Return what this worker was given and has not accepted, the urgent first."""
    found = Moved.objects.filter(hub=staff.hub_id, to=staff, accepted_at=None, cannot="")
    return found.select_related("moving__frm__account", "moving__by__account").order_by("-urgent", "at", "pk")


def not_accepted(staff: Staff) -> QuerySet[Moved]:
    """Return what was given to somebody who has not accepted it, for the hub's manager and the agency's lead."""
    found = Moved.objects.filter(hub=staff.hub_id, to__isnull=False, accepted_at=None)
    found = found if staff.has(Duty.MANAGE) else found.filter(agency=staff.agency_id)
    return found.select_related("to__account", "moving__frm__account").order_by("-urgent", "at", "pk")


def may_move(staff: Staff, who: Staff) -> bool:
    """Tell whether this worker may move that one's work."""
    return bool(partnership.may_move_work(staff, who))


def overdue_to_accept(before: datetime) -> QuerySet[Moved]:
    """Return the urgent lines that were given before a moment, nobody accepted, and no manager was called about."""
    found = Moved.objects.filter(
        urgent=True, to__isnull=False, accepted_at=None, called_at=None, at__lte=before
    )
    return found.select_related("hub").order_by("hub", "at", "pk")
