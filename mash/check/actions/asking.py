"""Sending enquiries, and taking one back."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from mash.check import policy
from mash.check.actions.closing import open_again
from mash.check.actions.passing import whom_to_ask
from mash.check.models import Check, Enquiry, EnquiryPerson
from mash.check.queries.asking import (
    Statement,
    confidence_of,
    due_at,
    parents_of,
    question_set_for,
    state_truthfully,
    subjects_among,
)
from mash.check.truth import refuse_what_is_untrue
from mash.common.verdict import require
from mash.contact.actions import hold_still
from mash.contact.models import ContactPerson
from mash.ledger.actions import record
from mash.partnership.actions.restricting import let_in_who_answers
from mash.partnership.models import Agency, Staff
from mash.partnership.queries import agencies_in
from mash.triage.confirming import holds_up
from mash.triage.gate import Cover
from mash.triage.queries import gate_of


class NobodyCovered(Exception):
    """Nobody chosen may be asked about: their agreement or ground is not settled."""


class NoBasis(Exception):
    """No lawful basis is recorded, and an enquiry states one."""


class FocusMissing(Exception):
    """Each agency is told what in particular is asked and why of it; the message names the agency."""


class NotConfirmed(Exception):
    """No manager has confirmed the rating, and nothing urgent lets enquiries go before that."""


class CheckClosed(Exception):
    """The check is closed; asking opens it again, which takes a reason."""


class NotAskedHere(Exception):
    """That agency, or that worker, cannot be asked in this hub."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One agency of a send.

    focus: what in particular is asked, and why of this agency.  focus_for: other words for one person, by key of
    the contact's person.  addressed_to: a worker of the agency; None for whoever answers there.
    """

    agency: Agency
    focus: str
    focus_for: Mapping[uuid.UUID, str] = field(default_factory=dict)
    addressed_to: Staff | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """What went out, and about whom nothing was asked."""

    enquiries: tuple[Enquiry, ...]
    left_out: tuple[Cover, ...]


@transaction.atomic
def send_enquiries(
    *,
    check: Check,
    asks: Sequence[Ask],
    people: Iterable[ContactPerson],
    worry: str,
    by: Staff,
    again: str = "",
    at: datetime,
    key: uuid.UUID,
) -> Sent:
    """Ask several agencies about several people in one send.

    Only people whose own agreement or ground is settled are asked about; the others are left out and named to the
    hub.  Each enquiry states, as it stands now, the stage, the worry, the basis and what the family know and said.

    A check that was closed opens again for whoever is asked now, each with a clock of its own; whoever was let go
    when it closed is not waited for again.

    worry: in brief.  again: why a closed check opens again.  key: of the form; the same form twice sends once.

    Raises PermissionDenied, NotConfirmed, CheckClosed, AnotherIsOpen, NobodyCovered, NoBasis, FocusMissing,
    NotAskedHere, Untruthful.

    Source: docs/rules.md, "Truthful enquiries", "The gate", "The rating is confirmed", "The check".
    """
    require(policy.may_work_on(by, check.contact))
    held = Check.objects.select_for_update(of=("self",)).select_related("contact__hub").get(pk=check.pk)
    chosen = {person.pk for person in people}
    gate = gate_of(held.contact, at)
    left_out = tuple(cover for cover in gate.left_out if cover.person.pk in chosen)
    made = Enquiry.objects.filter(check_asked=held, sending=key).select_related("agency")
    if made:
        return Sent(tuple(made), left_out)
    covers = [cover for cover in gate.covered if cover.person.pk in chosen]
    if held.closed_at and not again.strip():
        raise CheckClosed
    hold_still(held.contact)
    if holds_up(held.contact):
        raise NotConfirmed
    if not covers:
        raise NobodyCovered
    statement = state_truthfully(held, covers, worry)
    if not statement.basis:
        raise NoBasis
    _make_sure(held, asks, statement, by)
    if held.closed_at:
        open_again(held, why=again, by=by, at=at)
    sending = _Sending(held, statement, covers, by, at, key)
    enquiries = tuple(enquiry for ask in asks for enquiry in sending.send(ask))
    return Sent(enquiries, left_out)


def _make_sure(check: Check, asks: Sequence[Ask], statement: Statement, by: Staff) -> None:
    here = {agency.pk for agency in agencies_in(check.hub_id)}
    for ask in asks:
        if ask.agency.pk not in here or not _works_there(ask):
            raise NotAskedHere
        if not ask.focus.strip():
            raise FocusMissing(ask.agency.name)
    texts = [text for ask in asks for text in (ask.focus, *ask.focus_for.values())]
    said = [*texts, statement.worry, statement.basis, statement.position]
    refuse_what_is_untrue(said, confidence_of(check.contact, by))


def _works_there(ask: Ask) -> bool:
    return ask.addressed_to is None or ask.addressed_to.agency_id == ask.agency.pk


@dataclass(frozen=True, slots=True)
class _Sending:
    """One send, while it is made."""

    check: Check
    statement: Statement
    covers: Sequence[Cover]
    by: Staff
    at: datetime
    key: uuid.UUID

    def send(self, ask: Ask) -> list[Enquiry]:
        """Ask one agency: once about children and once about adults, where it has questions for each."""
        groups = subjects_among(self.check.contact, [cover.person for cover in self.covers], ask.agency.kind)
        return [self._one(ask, subject, people) for subject, people in groups]

    def _one(self, ask: Ask, subject: str, people: Sequence[ContactPerson]) -> Enquiry:
        contact = self.check.contact
        questions = question_set_for(ask.agency.kind, subject)
        enquiry = Enquiry(
            hub_id=self.check.hub_id,
            check_asked=self.check,
            contact_id_opaque=contact.pk,
            reference=contact.reference,
            agency=ask.agency,
            question_set=questions.id,
            set_version=questions.version,
            subject=subject,
            sending=self.key,
            focus=ask.focus.strip(),
            stage=self.statement.stage,
            worry=self.statement.worry,
            basis=self.statement.basis,
            position=self.statement.position_of(people),
            addressed_to=whom_to_ask(contact.hub, ask.agency, ask.addressed_to, self.at),
            sent_by=self.by,
            sent_at=self.at,
            due_at=due_at(contact, subject, self.at),
        )
        Enquiry.objects.bulk_create([enquiry])
        EnquiryPerson.objects.bulk_create(_shown(enquiry, one, ask) for one in people)
        detail = {"agency": str(ask.agency.pk), "set": questions.id, "people": len(people)}
        record("enquiry.sent", about=enquiry, at=self.at, hub_id=enquiry.hub_id, detail=detail)
        let_in_who_answers(contact=contact.pk, agency=ask.agency, by=self.by, at=self.at)
        return enquiry


def _shown(enquiry: Enquiry, person: ContactPerson, ask: Ask) -> EnquiryPerson:
    """Return what an agency is shown of one person; a protected address is not among it."""
    address = "" if person.protected else ", ".join([*person.lines, *filter(None, [person.postcode])])
    return EnquiryPerson(
        hub_id=enquiry.hub_id,
        enquiry=enquiry,
        contact_person_id_opaque=person.pk,
        role=person.role,
        name=str(person),
        other_names=", ".join(person.known_as)[:400],
        born_on=person.born_on,
        age=person.age,
        address=address[:400],
        school=person.school,
        focus=ask.focus_for.get(person.pk, "").strip(),
        parents=parents_of(person),
    )


@transaction.atomic
def withdraw_enquiry(*, enquiry: Enquiry, why: str, by: Staff, at: datetime) -> Enquiry:
    """Take an enquiry back: its agency answers it no more and nobody waits for it.  Twice changes nothing.

    Raises PermissionDenied.

    Source: docs/rules.md, "The check".
    """
    require(policy.may_work_on(by, enquiry.check_asked.contact))
    held = Enquiry.objects.select_for_update().get(pk=enquiry.pk)
    if held.withdrawn_at is None:
        held.withdrawn_at, held.withdrawn_by, held.withdrawn_why = at, by, why.strip()
        held.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_why"])
        record("enquiry.withdrawn", about=held, at=at, hub_id=held.hub_id, why=held.withdrawn_why)
    return held
