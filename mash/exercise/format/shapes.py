"""The parts of the file of an exercise, `openmash.exercise/1`.  Pure."""

import re
from datetime import date, datetime
from typing import Annotated, Any, Literal, NoReturn

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from mash.common.clock import LONDON
from mash.partnership.models import AgencyKind, Duty

MOST_DAYS = 5
SLUG = re.compile(r"[a-z][a-z0-9_]{0,39}")
CLOCK = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")

KINDS = {
    "referral": "Referral",
    "system_check": "What a system says",
    "record": "From the records",
    "school_reply": "A school’s reply",
    "question": "A question put to you",
    "sealed_intelligence": "Sealed intelligence",
    "phone_call": "Telephone call",
    "action_request": "Something to do",
    "meeting_call": "A meeting is called",
    "twist": "A turn",
}
ROLES = (
    "child", "adult_at_risk", "parent_or_carer", "sibling", "alleged_perpetrator", "household", "professional", "other",
)  # fmt: skip


def _say(words: str) -> NoReturn:
    raise PydanticCustomError("said", "{words}", {"words": words})


def _text(value: object) -> object:
    """Take words as they stand; YAML reads a bare number or yes as something else."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        _say("it must be words; put them in quotation marks")
    said = str(value).strip()
    return said or _say("it is blank")


def _clock(value: object) -> object:
    found = CLOCK.fullmatch(value.strip()) if isinstance(value, str) else None
    if not found:
        _say("not a time: write it in quotation marks, such as “09:05”")
    return f"{int(found[1]):02}:{found[2]}"


def moment(value: object) -> object:
    """Return the moment that a text names; one without an offset is of England."""
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        _say("not a day and time: write it such as “2026-11-17T09:00:00+00:00”")
    return moment if moment.tzinfo else moment.replace(tzinfo=LONDON)


def _day(value: object) -> object:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        _say("not a day: write it such as “2018-06-14”")


def _list(value: object) -> object:
    if not isinstance(value, list):
        _say("it must be a list")
    return tuple(value)


def _id(value: object) -> object:
    if not isinstance(value, str) or not SLUG.fullmatch(value):
        _say("it must be a short name of small letters, digits and underscores, such as “social_care”")
    return value


def _seat(value: object) -> object:
    return {"id": value} if isinstance(value, str) else value


Words = Annotated[str, BeforeValidator(_text), Field(max_length=4000)]
Line = Annotated[str, BeforeValidator(_text), Field(max_length=240)]
Clock = Annotated[str, BeforeValidator(_clock)]
Moment = Annotated[datetime, BeforeValidator(moment)]
Day = Annotated[date, BeforeValidator(_day)]
Id = Annotated[str, BeforeValidator(_id)]
SHAPE = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Shape(BaseModel):
    """A part of the file: nothing unknown in it, nothing changed afterwards."""

    model_config = SHAPE


class Person(Shape):
    """Somebody of the invented family.  in_referral: their role where a referral names them."""

    id: Id
    name: Line
    born_on: Day | None = None
    age: Line | None = None
    sex: Literal["F", "M", "U"] | None = None
    role: Line
    in_referral: Literal[ROLES] | None = None  # type: ignore[valid-type]
    address: Line | None = None
    postcode: Line | None = None
    school: Line | None = None
    notes: Words | None = None

    @property
    def referral_role(self) -> str:
        """Return the role that a referral gives them."""
        return self.in_referral or ("child" if self.role.split()[0].casefold() == "child" else "other")


class SeatIn(Shape):
    """A seat as the file has it: its name alone where it is one of the usual ones."""

    id: Id
    label: Line | None = None
    agency: AgencyKind | None = None
    duties: Annotated[tuple[Duty, ...], BeforeValidator(_list)] | None = None


class Source(Shape):
    """Who sends a referral that an inject brings."""

    kind: Literal[
        "police", "school", "health", "social_care", "housing", "probation", "youth_justice", "voluntary", "public",
        "other_authority",
    ]  # fmt: skip
    organisation: Line
    name: Line | None = None
    role: Line | None = None
    phone: Line | None = None


class Agreed(Shape):
    """What a referral says of agreement.  covers: ids of the family."""

    family_aware: bool | None = None
    sought: Literal["given", "refused", "not_sought"]
    by: Id | None = None
    covers: Annotated[tuple[Id, ...], BeforeValidator(_list)] = ()
    ground: Literal[
        "significant_harm", "injury_to_another", "obstructs_investigation", "unjustified_delay",
        "significant_harm_suspected",
    ] | None = None  # fmt: skip
    reason: Words | None = None


class Related(Shape):
    """How one of the family stands to another."""

    from_id: Id = Field(alias="from")
    to_id: Id = Field(alias="to")
    kind: Literal[
        "parent", "step_parent", "sibling", "partner", "ex_partner", "grandparent", "carer", "other"
    ]
    parental_responsibility: bool | None = None


class Referral(Shape):
    """What a referral says when its inject puts it into the hub as a real contact."""

    source: Source
    subject: Literal["child", "adult", "both"]
    type: Literal["safeguarding", "early_help", "information_only"] = "safeguarding"
    people: Annotated[tuple[Id, ...], BeforeValidator(_list)]
    relationships: Annotated[tuple[Related, ...], BeforeValidator(_list)] = ()
    categories: Annotated[tuple[Id, ...], BeforeValidator(_list)] = ()
    what_happened: Words
    seen_or_told: Words | None = None
    impact: Words | None = None
    history: Words | None = None
    strengths: Words | None = None
    voice: Words | None = None
    agreement: Agreed | None = None
    immediate_danger: bool | None = None
    actions_taken: Words | None = None


class Inject(Shape):
    """A piece of paper: when on which simulated day it goes to which seats.  expects: for the trainer alone."""

    n: Annotated[int, Field(ge=1, le=999)]
    day: Annotated[int, Field(ge=1, le=MOST_DAYS)] = 1
    at: Clock
    to: Annotated[tuple[Id, ...], BeforeValidator(_list)]
    kind: Literal[tuple(KINDS)]  # type: ignore[valid-type]
    text: Words
    expects: Words | None = None
    referral: Referral | None = None

    @property
    def minutes(self) -> int:
        """Return the time of day in minutes from midnight."""
        return minutes_of(self.at)


class Meeting(Shape):
    """The mock strategy meeting.  at: a moment on one of the simulated days."""

    title: Line
    at: Moment
    minutes: Annotated[int, Field(ge=5, le=480)] = 60
    chair: Id
    attendees: Annotated[tuple[Id, ...], BeforeValidator(_list)]
    apologies_to_handle: Annotated[tuple[Id, ...], BeforeValidator(_list)] = ()
    agenda: Annotated[tuple[Line, ...], BeforeValidator(_list)]
    questions_each_agency_should_raise: dict[Id, Annotated[tuple[Line, ...], BeforeValidator(_list)]] = Field(
        default_factory=dict
    )


class ModelAnswer(Shape):
    """What a good group comes to, for the debrief."""

    decision_reasonable_range: Annotated[tuple[Line, ...], BeforeValidator(_list)]
    not_reasonable: Annotated[tuple[Line, ...], BeforeValidator(_list)] = ()
    must_show: Annotated[tuple[Line, ...], BeforeValidator(_list)]
    learning_points: Annotated[tuple[Words, ...], BeforeValidator(_list)] = ()


class Point(Shape):
    """Something that can be seen and heard.  seat: a seat, or "all"."""

    id: Annotated[str, BeforeValidator(_text), Field(max_length=12)]
    seat: Id
    observe: Line


class Scoring(Shape):
    """What is observed, on which scale, out of how many, and what a sum means."""

    scale: dict[int, Line]
    points: Annotated[tuple[Point, ...], BeforeValidator(_list)]
    out_of: Annotated[int, Field(ge=1)]
    bands: dict[Line, Line]
    not_scored: Annotated[tuple[Line, ...], BeforeValidator(_list)] = ()


class File(Shape):
    """A whole file."""

    format: Literal["openmash.exercise/1"] = "openmash.exercise/1"
    exercise: Annotated[str, BeforeValidator(_text)]
    title: Line
    purpose: Words
    length_minutes: Annotated[int, Field(ge=10, le=2400)]
    clock: dict[str, Any]
    family: Annotated[tuple[Person, ...], BeforeValidator(_list)]
    seats: Annotated[tuple[Annotated[SeatIn, BeforeValidator(_seat)], ...], BeforeValidator(_list)]
    injects: Annotated[tuple[Inject, ...], BeforeValidator(_list)]
    meeting: Meeting
    model_answer: ModelAnswer
    scoring: Scoring


def minutes_of(clock: str) -> int:
    """Return "HH:MM" as minutes from midnight."""
    hours, minutes = clock.split(":")
    return 60 * int(hours) + int(minutes)
