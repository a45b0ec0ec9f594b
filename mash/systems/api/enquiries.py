"""What the hub asks an agency, for its own system: listed, read, acknowledged, answered, or held back."""

import uuid
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Literal, NoReturn

from django.http import HttpResponse
from pydantic import Field, JsonValue

from mash.check import actions as check
from mash.check.given import GRADED_BY, Given, Search, WrongValue, question_of, read_day, read_value
from mash.check.models import Enquiry, EnquiryPerson, Sharing
from mash.check.queries import answering as queries
from mash.check.queries.late_comers import Awaited
from mash.contact.refusals import Refusal
from mash.ledger.actions import record
from mash.partnership.http import StaffRequest
from mash.partnership.models import Duty
from mash.systems import actions
from mash.systems.api import shapes
from mash.systems.api.bodies import JSON, NOTHING_KEPT, Asked, Line, Needed, read_as
from mash.systems.api.operations import Body, Operation, address
from mash.systems.api.problems import Problem
from mash.systems.models import Key, Scope
from mash.triage.content import refusal_reasons

GROUP = "Enquiries"
MOST_BYTES = 5 * 1024 * 1024
MOST_ANSWERS, MOST_SEARCHES = 500, 200
LONGEST = 8000  # characters of an answer
NOT_THEIRS = "Whoever gave this key does not answer for the agency: ask for a key of somebody who does."
TAKEN_BACK = "The hub has taken this enquiry back. It waits for no answer any more."
SAID_OTHERWISE = "Something else was sent under this key before. Nothing was changed."
NOT_GRADED = "Only the police grade their source and their information."
Colour = Literal["", "red", "amber", "green", "blue"]


class Found(Asked):
    """That somebody was searched for, and what was found."""

    person: uuid.UUID = Field(description="As the enquiry names them")
    result: Literal["searched_and_nothing_held", "something_held_see_answers", "could_not_search"]
    how: Needed = Field(
        max_length=1000,
        description="Names, dates of birth and addresses used, systems and years searched; or why it could not be done",
    )
    again_on: date | None = Field(None, description="When it will be searched, where it could not be")


class Piece(Asked):
    """One answer about one person, or a piece of information that no question asks for."""

    person: uuid.UUID = Field(description="As the enquiry names them")
    question: Line = Field(max_length=60, description="An id of the enquiry's questions, or `item`")
    value: JsonValue = Field(
        None,
        description="yes, no or not_known; one of the choices; a number as text; a day, month or year; rows of a table",
    )
    words: str = Field("", max_length=LONGEST)
    source: Line = Field("", max_length=240, description="A record, who saw it, or who said it")
    on: Line = Field("", max_length=10, description="When it was: 2026-03-14, 2026-03 or 2026")
    sharing: Literal["share", "summary", "sealed"]
    summary: str = Field("", max_length=LONGEST, description="What is shared, where sharing is `summary`")
    source_grade: Line = Field("", max_length=1, description="Of the police: 1 to 3")
    information_grade: Line = Field("", max_length=1, description="Of the police: A to E")
    handling: Line = Field("", max_length=1, description="P, or C with conditions")
    conditions: str = Field("", max_length=1000)
    classification: Literal["", "OFFICIAL", "SECRET", "TOP SECRET"] = ""


class Answers(Asked):
    """What an agency answers."""

    key: uuid.UUID = Field(description="Yours: the same again changes nothing")
    part: bool = Field(False, description="More will follow")
    searches: list[Found] = Field(default_factory=list, max_length=MOST_SEARCHES)
    answers: list[Piece] = Field(default_factory=list, max_length=MOST_ANSWERS)
    view: Colour = Field("", description="How worried the agency is")
    late_reason: Line = Field("", max_length=240, description="Required once the answer is late")


class HeldBack(Asked):
    """That something is held and not shared, and why."""

    key: uuid.UUID = Field(description="Yours: the same again changes nothing")
    reason: Line = Field(max_length=40, description="An id of the enquiry's reasons")
    explanation: str = Field("", max_length=2000, description="Without what is held")
    approved_by: Line = Field("", max_length=160, description="Who in the agency agreed to this")
    person: uuid.UUID | None = Field(None, description="About whom; nobody for the whole enquiry")
    late_reason: Line = Field("", max_length=240)


def list_waiting(request: StaffRequest, key: Key) -> HttpResponse:
    """List what the hub waits for from the agency."""
    _must_answer(request)
    rows = queries.inbox(request.staff)
    detail = {"by": "api", "key": str(key.pk), "shown": len(rows)}
    record("enquiries.listed", about=request.staff, at=request.at, hub_id=key.hub_id, detail=detail)
    return shapes.sent(shapes.EnquiryList(enquiries=[_line(one) for one in rows]))


def _line(one: Awaited) -> shapes.EnquiryLine:
    asked = one.enquiry
    return shapes.EnquiryLine(
        id=asked.pk,
        reference=asked.reference,
        subject=asked.subject,
        sent_at=asked.sent_at,
        due_at=asked.due_at,
        part_sent=one.part,
    )


def read_one(request: StaffRequest, key: Key, enquiry_id: uuid.UUID) -> HttpResponse:
    """Show one enquiry whole.  That a machine read it is recorded, and is no receipt by a person."""
    asked = _find(request, enquiry_id)
    detail = {"by": "api", "key": str(key.pk)}
    record("enquiry.seen", about=asked, at=request.at, hub_id=asked.hub_id, detail=detail)
    return shapes.sent(_whole(request, asked))


def _whole(request: StaffRequest, asked: Enquiry) -> shapes.Enquiry:
    questions = queries.questions_of(asked)
    searched = queries.searches_of(asked)
    returns = list(asked.returns.order_by("at", "pk"))
    return shapes.Enquiry(
        id=asked.pk,
        reference=asked.reference,
        subject=asked.subject,
        sent_at=asked.sent_at,
        due_at=asked.due_at,
        part_sent=bool(returns) and all(one.part for one in returns),
        answered_at=next((one.at for one in returns if not one.part), None),
        taken_back_at=asked.withdrawn_at,
        not_waited_for_since=asked.let_go_at,
        stage=asked.stage,
        worry=asked.worry,
        basis=asked.basis,
        position=asked.position,
        focus=asked.focus,
        added=queries.added_to(request.staff, asked),
        people=[_person(one, searched) for one in queries.people_asked_about(asked)],
        question_set=questions.id,
        nothing_held=questions.nil_return.text,
        questions=[
            shapes.QuestionAsked(
                id=one.id,
                type=one.type,
                asks_about=one.asks_about,
                sealed_unless_said=one.sensitive_by_default,
                text=one.text,
                hint=one.hint,
                choices=list(one.choices),
                columns=list(one.columns),
            )
            for one in questions.questions
        ],
        reasons=[
            shapes.ReasonNotToShare(
                id=one.id, label=one.label, explain=one.explain, approved_by=bool(one.approver)
            )
            for one in refusal_reasons().values()
        ],
    )


def _person(one: EnquiryPerson, searched: Mapping[uuid.UUID, Any]) -> shapes.PersonAskedAbout:
    return shapes.PersonAskedAbout(
        id=one.pk,
        role=one.role,
        name=one.name,
        other_names=one.other_names,
        born_on=one.born_on,
        age=one.age,
        address=one.address,
        school=one.school,
        focus=one.focus,
        searched=searched[one.pk].result if one.pk in searched else None,
    )


def acknowledge(request: StaffRequest, _key: Key, enquiry_id: uuid.UUID) -> HttpResponse:
    """Keep that a person of the agency opened an enquiry in its own system."""
    asked = _find(request, enquiry_id)
    check.see_enquiry(enquiry=asked, by=request.staff, at=request.at)
    return shapes.sent(shapes.Acknowledged(id=asked.pk, reference=asked.reference))


def answer(request: StaffRequest, key: Key, enquiry_id: uuid.UUID) -> HttpResponse:
    """Take an agency's answer, each piece marked and graded as on the page."""
    asked = _find(request, enquiry_id)
    said = read_as(request, Answers, most=MOST_BYTES)
    given = _given(asked, said, key)
    sending = check.Sending(
        key=said.key,
        part=said.part,
        searches=_searches(said),
        view=said.view,
        late_reason=said.late_reason,
    )
    try:
        is_new = actions.answer(
            enquiry=asked,
            given=given,
            sending=sending,
            content=f"{asked.pk}{said.model_dump_json()}",
            key=key,
            by=request.staff,
            at=request.at,
        )
    except check.Incomplete as wrong:
        numbers = {one.key: number for number, one in enumerate(given)}
        raise _places(_of_answers(numbers, wrong.problems)) from wrong
    except check.SearchIncomplete as wrong:
        numbers = {str(one.person): number for number, one in enumerate(said.searches)}
        raise _places([*_of_searches(numbers, wrong.problems)]) from wrong
    except check.NotAsked as wrong:
        raise _places([Refusal("searches", "One is of somebody this enquiry does not ask about.")]) from wrong
    except _SAID_NO as no:
        _refuse(no)
    return _kept(asked, is_new)


def withhold(request: StaffRequest, key: Key, enquiry_id: uuid.UUID) -> HttpResponse:
    """Take that something is held and not shared, and why."""
    asked = _find(request, enquiry_id)
    said = read_as(request, HeldBack, most=MOST_BYTES)
    person = queries.people_asked_about(asked).filter(pk=said.person).first() if said.person else None
    if said.person and person is None:
        raise _places([Refusal("person", "This enquiry does not ask about them.")])
    try:
        is_new = actions.withhold(
            enquiry=asked,
            said=said.key,
            content=f"{asked.pk}{said.model_dump_json()}",
            key=key,
            reason=said.reason,
            explanation=said.explanation,
            approved_by_words=said.approved_by,
            person=person,
            late_reason=said.late_reason,
            by=request.staff,
            at=request.at,
        )
    except check.ReasonIncomplete as wrong:
        raise _places([Refusal("reason", f"{wrong}.")]) from wrong
    except _SAID_NO as no:
        _refuse(no)
    return _kept(asked, is_new)


_SAID_NO = (check.LateReasonMissing, check.Withdrawn, actions.SaidOtherwise)


def _refuse(no: Exception) -> NoReturn:
    if isinstance(no, check.LateReasonMissing):
        raise _places([Refusal("late_reason", "It is late: say why.")]) from no
    if isinstance(no, check.Withdrawn):
        raise Problem(409, TAKEN_BACK) from no
    raise Problem(409, SAID_OTHERWISE, places=[Refusal("key", "It was used before.")]) from no


def _kept(asked: Enquiry, is_new: bool) -> HttpResponse:
    return shapes.sent(
        shapes.AnswerKept(id=asked.pk, reference=asked.reference), status=201 if is_new else 200
    )


def _must_answer(request: StaffRequest) -> None:
    if not request.staff.has(Duty.ANSWER):
        raise Problem(403, NOT_THEIRS)


def _find(request: StaffRequest, enquiry_id: uuid.UUID) -> Enquiry:
    _must_answer(request)
    return queries.find_to_answer(request.staff, enquiry_id)


def _places(places: list[Refusal]) -> Problem:
    return Problem(422, NOTHING_KEPT, places=places)


# From what was sent to what is kept


def _given(asked: Enquiry, said: Answers, key: Key) -> list[Given]:
    """Return the pieces of an answer.  Raises Problem with every place that the enquiry does not ask for so."""
    people = {one.pk for one in queries.people_asked_about(asked)}
    wrong: list[Refusal] = []
    found = []
    for number, one in enumerate(said.answers):
        made, problems = _piece(asked, one, str(actions.row_of(key, said.key, number)))
        if one.person not in people:
            problems["person"] = "This enquiry does not ask about them."
        wrong += [Refusal(f"answers[{number}].{name}", words) for name, words in problems.items()]
        found.append(made)
    if wrong:
        raise _places(wrong)
    return [one for one in found if one]


def _piece(asked: Enquiry, one: Piece, row: str) -> tuple[Given | None, dict[str, str]]:
    wrong: dict[str, str] = {}
    try:
        question = question_of(queries.questions_of(asked), one.question)
    except KeyError:
        return None, {"question": "This enquiry does not ask it."}
    value, on, precision = None, "", "day"
    try:
        value = read_value(question, one.value)
    except WrongValue as no:
        wrong["value"] = str(no)
    try:
        on, precision = read_day(one.on) if one.on else ("", "day")
    except WrongValue as no:
        wrong["on"] = str(no)
    if asked.agency.kind not in GRADED_BY and (one.source_grade or one.information_grade):
        wrong["source_grade"] = NOT_GRADED
    made = Given(
        key=row,
        person=str(one.person),
        question=one.question,
        value=value,
        words=one.words,
        source=one.source,
        on=on,
        precision=precision,
        sharing=Sharing(one.sharing),
        summary=one.summary,
        source_grade=one.source_grade,
        information_grade=one.information_grade,
        handling=one.handling,
        conditions=one.conditions,
        classification=one.classification,
    )
    if made.is_blank and not wrong:
        wrong["words"] = "It says nothing: give a value, or words."
    return made, wrong


def _searches(said: Answers) -> dict[str, Search]:
    found: dict[str, Search] = {}
    for number, one in enumerate(said.searches):
        if str(one.person) in found:
            raise _places([Refusal(f"searches[{number}].person", "They stand here twice.")])
        found[str(one.person)] = Search(result=one.result, how=one.how, again_on=one.again_on)
    return found


def _of_answers(numbers: Mapping[str, int], problems: Mapping[str, Mapping[str, str]]) -> list[Refusal]:
    return [
        Refusal(f"answers[{numbers[key]}].{name}", f"{words}.".replace("..", "."))
        for key, wrong in problems.items()
        for name, words in wrong.items()
    ]


def _of_searches(numbers: Mapping[str, int], problems: Mapping[str, Mapping[str, str]]) -> Iterator[Refusal]:
    for person, wrong in sorted(problems.items()):
        for name, words in wrong.items():
            if person in numbers:
                yield Refusal(f"searches[{numbers[person]}].{name}", f"{words}.")
            else:
                yield Refusal("searches", f"{words}: {person}.")


enquiries = address(
    Operation(
        "GET",
        "listEnquiries",
        "List what the hub waits for",
        "What the hub asks the agency and has no whole answer to, least time left first.  It names nobody.",
        list_waiting,
        Scope.ANSWER,
        {200: (shapes.EnquiryList, "What waits")},
        group=GROUP,
    )
)
enquiry = address(
    Operation(
        "GET",
        "readEnquiry",
        "Read an enquiry",
        "Whole: why the hub asks, about whom, and each question.  That a system read it is recorded; it does not count "
        "as opened by a person.",
        read_one,
        Scope.ANSWER,
        {200: (shapes.Enquiry, "The enquiry")},
        group=GROUP,
        refuses=(404,),
    )
)
acknowledged = address(
    Operation(
        "POST",
        "acknowledgeEnquiry",
        "Say that a person of the agency opened an enquiry",
        "When somebody opened it in your system, and not when your system fetched it: until then the hub reminds.",
        acknowledge,
        Scope.ANSWER,
        {200: (shapes.Acknowledged, "It is kept, or was before")},
        group=GROUP,
        refuses=(404,),
    )
)
answered = address(
    Operation(
        "POST",
        "answerEnquiry",
        "Answer an enquiry",
        "Each piece says who may read it.  What is sealed is read by its author and cleared staff; for everybody else "
        "it does not exist.  `Nothing held` is a search for every person with that result, and no answers.  What a "
        "colleague has drafted on the hub's pages stays as it is.  The same key with the same content changes nothing.",
        answer,
        Scope.ANSWER,
        {201: (shapes.AnswerKept, "It is the hub's"), 200: (shapes.AnswerKept, "The hub had it already")},
        group=GROUP,
        body=Body(JSON, "The answer.", Answers),
        refuses=(400, 404, 409, 413, 422),
    )
)
withheld = address(
    Operation(
        "POST",
        "withholdFromEnquiry",
        "Say that something is held and not shared",
        "About one person, or of the whole enquiry, which ends its clock.  Say why, and not what is held.",
        withhold,
        Scope.ANSWER,
        {201: (shapes.AnswerKept, "It is kept"), 200: (shapes.AnswerKept, "It was kept before")},
        group=GROUP,
        body=Body(JSON, "The reason.", HeldBack),
        refuses=(400, 404, 409, 413, 422),
    )
)
