"""What an agency sees of an enquiry: its own questions, its draft, and what it has sent."""

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from mash.check import policy
from mash.check.content import QuestionSet, may_be_offered_for_copying, set_sent
from mash.check.given import WITHHELD, Given, question_of, said
from mash.check.models import (
    Answer,
    Draft,
    Enquiry,
    EnquiryPassed,
    EnquiryPerson,
    FullAnswer,
    PersonSearch,
)
from mash.check.queries.asking import clock_of
from mash.check.queries.late_comers import Awaited, added_later, names_in
from mash.check.queries.waiting import waited_for
from mash.partnership.models import Staff
from mash.sealed.locking import Locked, unlock
from mash.sealed.queries import Opened, items_for

SUBJECTS = ("child", "adult_at_risk", "sibling")
CHILD_ROLES = ("child", "sibling")


def find_to_answer(staff: Staff, enquiry_id: uuid.UUID) -> Enquiry:
    """Return an enquiry of this worker's agency.  Raises Http404 for any other."""
    found = Enquiry.objects.filter(policy.answered_by(staff)).select_related(
        "agency", "hub", "sent_by__account"
    )
    return get_object_or_404(found, pk=enquiry_id)


def find_enquiry(staff: Staff, enquiry_id: uuid.UUID) -> Enquiry:
    """Return an enquiry that this worker may read.  Raises Http404 for any other."""
    found = Enquiry.objects.filter(policy.enquiries_read_by(staff)).select_related("agency", "hub")
    return get_object_or_404(found, pk=enquiry_id)


def find_person(enquiry: Enquiry, person_id: uuid.UUID) -> EnquiryPerson:
    """Return somebody an enquiry asks about.  Raises Http404 for anybody else."""
    return get_object_or_404(people_asked_about(enquiry), pk=person_id)


def facts_before(enquiry: Enquiry) -> list[tuple[str, datetime | None]]:
    """Return what an answer that was written on paper cannot have come before, each with its words."""
    return [("the agency was asked", enquiry.sent_at)]


def find_person_to_answer_about(staff: Staff, person_id: uuid.UUID) -> EnquiryPerson:
    """Return somebody whom an enquiry of this worker's agency names.  Raises Http404 for anybody else."""
    mine = Enquiry.objects.filter(policy.answered_by(staff))
    found = EnquiryPerson.objects.filter(enquiry__in=mine).select_related("enquiry__agency", "enquiry__hub")
    return get_object_or_404(found, pk=person_id)


def find_enquiry_about(staff: Staff, key: uuid.UUID) -> Enquiry:
    """Return an enquiry that this worker may read, by its own key or that of somebody it names.

    Raises Http404 for any other.
    """
    found = Enquiry.objects.filter(policy.enquiries_read_by(staff)).select_related("agency", "hub")
    return get_object_or_404(found.filter(Q(pk=key) | Q(people=key)).distinct())


def people_asked_about(enquiry: Enquiry) -> QuerySet[EnquiryPerson]:
    """Return everybody an enquiry names, by name."""
    return enquiry.people.order_by("name", "pk")


def subjects_of(enquiry: Enquiry) -> list[EnquiryPerson]:
    """Return whom the questions are answered for: each child or adult at risk, or everybody where there is none."""
    people = list(people_asked_about(enquiry))
    return [person for person in people if person.role in SUBJECTS] or people


def questions_of(enquiry: Enquiry) -> QuestionSet:
    """Return the questions as they were sent."""
    return set_sent(enquiry.question_set)


def inbox(staff: Staff) -> list[Awaited]:
    """Return what the hub waits for from this worker's agency, the least time left first.

    What came after an earlier enquiry in the same check says so: it asks about those who were added alone.

    Source: docs/rules.md, "The check".
    """
    passed = EnquiryPassed.objects.select_related("frm__account").order_by("at", "pk")
    waiting = waited_for().filter(policy.answered_by(staff)).select_related("agency", "addressed_to__account")
    waiting = waiting.prefetch_related("people", "returns", Prefetch("passed", queryset=passed))
    found = list(waiting.order_by("due_at", "pk"))
    late = _added(staff, found)
    return [_awaited(one, staff, late[one.pk]) for one in found]


def let_go(staff: Staff, *, since: datetime) -> list[Enquiry]:
    """Return what this worker's agency has not answered and its check was closed without, the last closed first."""
    asked = Enquiry.objects.filter(policy.answered_by(staff), withdrawn_at=None, let_go_at__gte=since)
    return list(asked.exclude(returns__part=False).prefetch_related("people").order_by("-let_go_at", "pk"))


def added_to(staff: Staff, enquiry: Enquiry) -> str:
    """Return what an enquiry adds to an earlier one of the same check, in words; "" for the first to this agency."""
    return _added(staff, [enquiry])[enquiry.pk]


def _added(staff: Staff, found: Sequence[Enquiry]) -> dict[uuid.UUID, str]:
    """Return how each enquiry came late, as its own agency may know: from what this agency was asked before."""
    checks = {one.check_asked_id for one in found}
    asked = Enquiry.objects.filter(policy.answered_by(staff), check_asked__in=checks, withdrawn_at=None)
    by_check: dict[uuid.UUID, list[Enquiry]] = {key: [] for key in checks}
    for one in asked.prefetch_related("people"):
        by_check[one.check_asked_id].append(one)
    words: dict[uuid.UUID, str] = {one.pk: "" for one in found}
    for one_check in by_check.values():
        words |= added_later(one_check, ())
    return words


def _awaited(enquiry: Enquiry, staff: Staff, added: str) -> Awaited:
    enquiry.hub = staff.hub  # one object, whose time is then read once
    return Awaited(
        enquiry=enquiry,
        agency=enquiry.agency,
        people=names_in(enquiry),
        since=enquiry.sent_at,
        clock=clock_of(enquiry, ended_at=None),
        added=added,
        part=bool(list(enquiry.returns.all())),
    )


# Drafts


@dataclass(frozen=True, slots=True)
class Drafted:
    """What an agency has typed and not sent.

    version: of the whole draft, 0 while there is none.  versions: how often the part about each person was saved.
    """

    given: Mapping[str, Given]
    versions: Mapping[str, int]
    version: int = 0
    by: str = ""
    at: datetime | None = None

    def about(self, person: EnquiryPerson) -> list[Given]:
        """Return the pieces about one person."""
        return [one for one in self.given.values() if one.person == str(person.pk)]

    def version_of(self, person: EnquiryPerson) -> int:
        """Return how often the part about one person was saved."""
        return self.versions.get(str(person.pk), 0)


EMPTY = Drafted({}, {})


def draft_of(staff: Staff, enquiry: Enquiry) -> Drafted:
    """Return the draft of an enquiry, for its own agency; an empty one for anybody else."""
    rows = Draft.objects.filter(policy.drafts_read_by(staff), enquiry=enquiry).select_related("by__account")
    draft = rows.first()
    return opened(draft) if draft else EMPTY


def opened(draft: Draft) -> Drafted:
    """Decrypt a draft."""
    bound_to = place_of(draft.enquiry_id)
    words = unlock(
        Locked(draft.nonce, draft.body), purpose="draft", agency=draft.agency_id, bound_to=bound_to
    )
    kept = json.loads(words)
    pieces = (Given(**one) for one in kept["given"])
    given = {one.key: one for one in pieces}
    return Drafted(given, kept["versions"], draft.version, draft.by.account.name, draft.at)


def place_of(enquiry_id: uuid.UUID) -> str:
    """Return what a draft is bound to: it opens beside its own enquiry only."""
    return f"draft|{enquiry_id}"


# What was sent


def searches_of(enquiry: Enquiry) -> dict[uuid.UUID, PersonSearch]:
    """Return the newest search for each person, by key of the enquiry's person."""
    rows = PersonSearch.objects.filter(enquiry_person__enquiry=enquiry).order_by("at", "pk")
    return {row.enquiry_person_id: row for row in rows}


def own_answers(staff: Staff, enquiry: Enquiry) -> list[Answer]:
    """Return the answers given to one enquiry that this worker may read, oldest first, with what they stand for."""
    found = Answer.objects.filter(policy.answers_read_by(staff), enquiry=enquiry)
    return list(found.select_related("person", "by__account").order_by("at", "pk"))


@dataclass(frozen=True, slots=True)
class Told:
    """One shared answer as its own agency reads it.  full: what stands behind a summary."""

    answer: Answer
    question: str
    value: str
    full: str


def said_by_agency(staff: Staff, enquiry: Enquiry) -> list[Told]:
    """Return what was sent, as its own agency reads it."""
    asked = questions_of(enquiry)
    full = {
        row.answer_id: row.text
        for row in FullAnswer.objects.filter(policy.full_read_by(staff), answer__enquiry=enquiry)
    }
    return [
        Told(one, question.text, said(question, one.value), full.get(one.pk, ""))
        for one in own_answers(staff, enquiry)
        for question in [question_of(asked, one.question)]
    ]


@dataclass(frozen=True, slots=True)
class SealedAnswer:
    """A sealed answer, for somebody who may read it.  answers: id of the question."""

    item: Opened
    answers: str
    question: str
    words: str
    on: date | None
    precision: str


def own_sealed(staff: Staff, enquiry: Enquiry, at: datetime) -> list[SealedAnswer]:
    """Return the sealed answers of one enquiry that this worker may read: their own, or all for the cleared."""
    about = f"enquiry:{enquiry.pk}/"
    found = items_for(staff, enquiry.contact_id_opaque, at=at)
    return [_sealed(item) for item in found if item.about.startswith(about)]


def find_to_seal_anew(staff: Staff, enquiry: Enquiry, key: uuid.UUID, at: datetime) -> SealedAnswer:
    """Return a sealed answer of this worker's own that nothing newer stands for.

    Raises Http404 for any other: one of a colleague, one of the room's that is not theirs, one replaced already.
    """
    found = own_sealed(staff, enquiry, at)
    replaced = {one.item.replaces for one in found}
    for one in found:
        own = one.item.author == staff.pk and one.item.agency == staff.agency_id
        if own and one.item.key == key and key not in replaced and one.answers != WITHHELD:
            return one
    raise Http404


def _sealed(item: Opened) -> SealedAnswer:
    kept = json.loads(item.words)
    on = date.fromisoformat(kept["on"]) if kept["on"] else None
    answers = item.about.rpartition("/")[2]
    return SealedAnswer(item, answers, kept["question"], kept["words"], on, kept["precision"])


def question_text(enquiry: Enquiry, question_id: str) -> str:
    """Return what an answer answers."""
    return question_of(questions_of(enquiry), question_id).text


# Copying


def offered_to(enquiry: Enquiry, given: Given) -> list[EnquiryPerson]:
    """Return the brothers and sisters for whom one piece may serve as well: about a home or a parent they share.

    Source: docs/rules.md, "Copying to brothers and sisters".
    """
    people = {str(person.pk): person for person in people_asked_about(enquiry)}
    source = people.get(given.person)
    question = question_of(questions_of(enquiry), given.question)
    if source is None or not may_be_offered_for_copying(question) or source.role not in CHILD_ROLES:
        return []
    shared = shares_a_parent if question.asks_about == "parent" else shares_a_home
    return [
        one for one in people.values() if one != source and one.role in CHILD_ROLES and shared(source, one)
    ]


def shares_a_parent(one: EnquiryPerson, other: EnquiryPerson) -> bool:
    """Tell whether two children have a parent or carer in common."""
    return bool(set(one.parents) & set(other.parents))


def shares_a_home(one: EnquiryPerson, other: EnquiryPerson) -> bool:
    """Tell whether two children live at one address, or with the same parent where no address may be shown."""
    if one.address and other.address:
        return one.address.casefold() == other.address.casefold()
    return shares_a_parent(one, other)
