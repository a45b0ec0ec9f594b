"""What the hub's desk sees of a check: whom it asked, how each stands, what came back."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import F, Prefetch, QuerySet
from django.shortcuts import get_object_or_404

from mash.check import policy
from mash.check.content import set_sent
from mash.check.given import question_of, said
from mash.check.models import (
    Answer,
    Check,
    Enquiry,
    EnquirySeen,
    FullAnswer,
    PersonSearch,
    Return,
    Searched,
    Withheld,
)
from mash.check.queries.asking import clock_of
from mash.check.queries.late_comers import added_later, reopenings
from mash.common.clock import Clock
from mash.contact.confidence import unit_knows
from mash.contact.models import Contact, ContactPerson, Settlement
from mash.partnership.models import Agency, Staff
from mash.partnership.queries import agencies_in, working_colleagues
from mash.people.joined import as_one
from mash.sealed.queries import holds_anything
from mash.triage.content import refusal_reasons
from mash.triage.queries import settled


class State(StrEnum):
    """How an enquiry stands, in the words that the desk reads."""

    NOT_READ = "Not read"
    READ = "Read"
    PART = "Part"
    ANSWERED = "Answered"
    NOTHING_HELD = "Nothing held"
    HELD_BACK = "Held but not shared"
    WITHDRAWN = "Withdrawn"
    LET_GO = "Closed without it"


COLOURS = {
    State.NOT_READ: "grey",
    State.READ: "light-blue",
    State.PART: "yellow",
    State.ANSWERED: "green",
    State.NOTHING_HELD: "green",
    State.HELD_BACK: "orange",
    State.WITHDRAWN: "grey",
    State.LET_GO: "grey",
}


@dataclass(frozen=True, slots=True)
class Said:
    """One shared answer as it is read: the question, the words, and what goes with them."""

    answer: Answer
    question: str
    value: str
    full: str
    protective: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One enquiry on the board.  added: how it came late to the check, in words; "" if it was in the first send."""

    enquiry: Enquiry
    state: State
    clock: Clock
    asked: str
    view: str
    late_reason: str
    answers: tuple[Said, ...]
    withheld: tuple[tuple[str, str], ...]
    could_not: tuple[str, ...]
    added: str

    @property
    def tag(self) -> str:
        """Return the colour of the state's tag; its word says the same."""
        return COLOURS[self.state]

    @property
    def waits(self) -> bool:
        """Tell whether the hub still waits for this agency."""
        return self.state in {State.NOT_READ, State.READ, State.PART}


def find_contact(staff: Staff, contact_id: uuid.UUID) -> Contact:
    """Return a contact whose check this worker may see.  Raises Http404 for any other."""
    found = Contact.objects.filter(policy.contacts_seen_by(staff)).select_related("hub")
    return get_object_or_404(found, pk=contact_id)


def find_check(staff: Staff, check_id: uuid.UUID) -> Check:
    """Return a check that this worker may see.  Raises Http404 for any other."""
    found = Check.objects.filter(policy.seen_by(staff)).select_related(
        "contact__hub", "gate_ground", "opened_by__account", "approved_by__account"
    )
    return get_object_or_404(found, pk=check_id)


def check_of(contact: Contact) -> Check | None:
    """Return the newest check of a contact."""
    return contact.checks.order_by("-opened_at", "pk").first()


def find_asked(staff: Staff, check: Check, enquiry_id: uuid.UUID) -> Enquiry:
    """Return an enquiry of a check.  Raises Http404 for any other."""
    found = Enquiry.objects.filter(policy.enquiries_read_by(staff), check_asked=check)
    return get_object_or_404(
        found.select_related("agency", "hub", "check_asked__contact", "addressed_to__account"), pk=enquiry_id
    )


def find_answer(staff: Staff, contact: Contact, answer_id: uuid.UUID) -> Answer:
    """Return a shared answer of a contact's checks.  Raises Http404 for any other."""
    found = Answer.objects.filter(policy.answers_read_by(staff), check_asked__contact=contact)
    return get_object_or_404(found.select_related("enquiry__agency", "person"), pk=answer_id)


def board(staff: Staff, check: Check) -> list[Line]:
    """Return how each enquiry of a check stands, with what may be read of its answers.

    What is sealed lies where this does not look, so the lines are the same with it and without it.

    Source: docs/rules.md, "The check".
    """
    full = {
        row.answer_id: row.text
        for row in FullAnswer.objects.filter(policy.full_read_by(staff), answer__check_asked=check)
    }
    asked = list(_with_everything(staff, check))
    late = added_later(asked, reopenings(check))
    return [_line(_here(enquiry, staff), full, late[enquiry.pk]) for enquiry in asked]


def _here(enquiry: Enquiry, staff: Staff) -> Enquiry:
    """Give every enquiry the one hub object, whose time is then read once."""
    enquiry.hub = staff.hub
    return enquiry


def missing(lines: Iterable[Line], at: datetime) -> list[str]:
    """Return what is not known and who would know it: whoever has not answered, could not search or holds back.

    Source: docs/rules.md, "Answers".
    """
    found = []
    for line in lines:
        name = line.enquiry.agency.name
        if line.waits:
            late = ", and is late" if line.clock.is_overdue(at) else ""
            added = f" ({line.added[:1].lower()}{line.added[1:]})" if line.added else ""
            found.append(f"{name} has not answered in full{added}{late}")
        if line.state is State.LET_GO:
            found.append(f"{name} had not answered in full when the check was closed")
        found += [f"{name} could not search for {words}" for words in line.could_not]
        if line.state is State.HELD_BACK:
            found.append(f"{name} holds something and does not share it: {line.withheld[0][0].lower()}")
    return found


def _with_everything(staff: Staff, check: Check) -> QuerySet[Enquiry]:
    readable = Answer.objects.filter(policy.answers_read_by(staff)).select_related("person", "by__account")
    searches = PersonSearch.objects.select_related("enquiry_person").order_by("at", "pk")
    return (
        Enquiry.objects.filter(policy.enquiries_read_by(staff), check_asked=check)
        .select_related("agency", "addressed_to__account", "sent_by__account")
        .prefetch_related(
            Prefetch("answers", queryset=readable.order_by("at", "pk")),
            Prefetch("returns", queryset=Return.objects.order_by("at", "pk")),
            Prefetch("withheld", queryset=Withheld.objects.order_by("at", "pk")),
            Prefetch("seen", queryset=EnquirySeen.objects.order_by("at", "pk")),
            Prefetch("people__searches", queryset=searches),
        )
        .order_by(F("withdrawn_at").asc(nulls_first=True), "agency__name", "sent_at", "pk")
    )


def _line(enquiry: Enquiry, full: dict[uuid.UUID, str], added: str) -> Line:
    returns = list(enquiry.returns.all())
    whole = [one for one in returns if not one.part]
    return Line(
        enquiry=enquiry,
        state=state_of(enquiry),
        clock=clock_of(enquiry, ended_at=whole[0].at if whole else not_waited_for_since(enquiry)),
        asked=set_sent(enquiry.question_set).label,
        view=next((one.view for one in reversed(returns) if one.view), ""),
        late_reason=next((one.late_reason for one in returns if one.late_reason), ""),
        answers=tuple(say(enquiry, one, full) for one in enquiry.answers.all()),
        withheld=tuple((_label(one.reason), one.explanation) for one in enquiry.withheld.all()),
        could_not=tuple(_could_not(enquiry)),
        added=added,
    )


def not_waited_for_since(enquiry: Enquiry) -> datetime | None:
    """Return when the hub stopped waiting without an answer: it took the enquiry back, or closed the check."""
    return enquiry.withdrawn_at or enquiry.let_go_at


def state_of(enquiry: Enquiry) -> State:
    """Return how an enquiry stands, from the shared rows that were read with it."""
    if enquiry.withdrawn_at:
        return State.WITHDRAWN
    returns = list(enquiry.returns.all())
    whole = [one for one in returns if not one.part]
    if enquiry.let_go_at and not whole:
        return State.LET_GO
    if not returns:
        return State.READ if list(enquiry.seen.all()) else State.NOT_READ
    if not whole:
        return State.PART
    if whole[-1].nil:
        return State.NOTHING_HELD
    held_back = bool(list(enquiry.withheld.all())) and not list(enquiry.answers.all())
    return State.HELD_BACK if held_back else State.ANSWERED


def say(enquiry: Enquiry, answer: Answer, full: dict[uuid.UUID, str]) -> Said:
    """Return an answer as it is read."""
    question = question_of(set_sent(enquiry.question_set), answer.question)
    return Said(
        answer, question.text, said(question, answer.value), full.get(answer.pk, ""), question.protective
    )


def _label(reason: str) -> str:
    known = refusal_reasons().get(reason)
    return known.label if known else reason


def _could_not(enquiry: Enquiry) -> list[str]:
    """Return for whom an agency could not search, and why: a gap, named."""
    found = []
    for person in enquiry.people.all():
        newest = list(person.searches.all())[-1:]
        found += [f"{person.name}: {one.how}" for one in newest if one.result == Searched.COULD_NOT]
    return found


# What is sealed, for the cleared


def holds_anything_on(staff: Staff, contact: Contact, at: datetime) -> bool:
    """Tell somebody cleared whether anything is sealed in a case, or on anybody in it in any other case or by the unit.

    For anybody else the answer is no, after the same work.

    Source: docs/rules.md, "No false all-clear", "People whom only the unit knows".
    """
    held = holds_anything(staff, case=contact.pk, people=keys_of(contact), at=at)
    return bool(unit_knows(staff, [contact])) or held


def keys_of(contact: Contact) -> list[uuid.UUID]:
    """Return every key by which the people of a contact are known: here, in other contacts, and on record."""
    own = list(ContactPerson.objects.filter(contact=contact).values_list("pk", flat=True))
    people = as_one(person.pk for person in settled(contact).values())
    said = Settlement.objects.filter(person__in=people, undone_at=None)
    return list(dict.fromkeys([*own, *people, *said.values_list("contact_person", flat=True)]))


# Whom to ask


def may_be_asked(staff: Staff) -> list[Agency]:
    """Return the agencies of this worker's hub."""
    return list(agencies_in(staff.hub_id))


def answerers(staff: Staff, agency: Agency) -> list[Staff]:
    """Return who answers for an agency in this worker's hub."""
    return [one for one in working_colleagues(staff, "answer") if one.agency_id == agency.pk]
