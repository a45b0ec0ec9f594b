"""The file of an exercise, `openmash.exercise/1`.  Pure: text goes in; an exercise, or every mistake with its place.

`docs/exercises.md` says for whoever writes one what each part means.
"""

import re
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Annotated, Any, Literal, NoReturn

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from mash.common.clock import LONDON
from mash.partnership.models import AgencyKind, Duty

LARGEST = 200_000  # bytes of a file
DEEPEST = 12  # lists and mappings within each other
MOST_NODES = 20_000
MOST_INJECTS, MOST_SEATS, MOST_PEOPLE, MOST_POINTS, MOST_DAYS = 60, 16, 30, 40, 5
SLUG = re.compile(r"[a-z][a-z0-9_]{0,39}")
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{1,39}")
CLOCK = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")
DAY_STARTS = re.compile(r"day_([1-9][0-9]?)_starts")
BAND = re.compile(r"([0-9]{1,3})\s*-\s*([0-9]{1,3})")

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


@dataclass(frozen=True, slots=True)
class Usual:
    """What a seat is unless the file says otherwise: how it is called, of which kind of agency, with which duties."""

    label: str
    agency: AgencyKind
    duties: tuple[Duty, ...]


ANSWERS = (Duty.ANSWER,)
SEATS = {
    "hub_manager": Usual(
        "Hub manager",
        AgencyKind.CHILDRENS_SOCIAL_CARE,
        (Duty.SCREEN, Duty.ASSESS, Duty.DECIDE, Duty.APPROVE, Duty.MANAGE, Duty.CLEAR),
    ),
    "social_care": Usual(
        "Children’s social care",
        AgencyKind.CHILDRENS_SOCIAL_CARE,
        (Duty.SCREEN, Duty.ASSESS, Duty.DECIDE, Duty.ANSWER),
    ),
    "adult_social_care": Usual(
        "Adult social care", AgencyKind.ADULT_SOCIAL_CARE, (Duty.SCREEN, Duty.ASSESS, Duty.ANSWER)
    ),
    "police": Usual("Police", AgencyKind.POLICE, (Duty.ANSWER, Duty.CLEAR, Duty.RELEASE)),
    "health": Usual("Health", AgencyKind.COMMUNITY_HEALTH, ANSWERS),
    "hospital": Usual("Hospital", AgencyKind.HOSPITAL, ANSWERS),
    "gp": Usual("GP practice", AgencyKind.GP, ANSWERS),
    "camhs": Usual("Child and adolescent mental health", AgencyKind.CAMHS, ANSWERS),
    "mental_health": Usual("Adult mental health", AgencyKind.ADULT_MENTAL_HEALTH, ANSWERS),
    "substance_misuse": Usual("Drug and alcohol service", AgencyKind.SUBSTANCE_MISUSE, ANSWERS),
    "education": Usual("Education", AgencyKind.EDUCATION, ANSWERS),
    "housing": Usual("Housing", AgencyKind.HOUSING, ANSWERS),
    "probation": Usual("Probation", AgencyKind.PROBATION, ANSWERS),
    "youth_justice": Usual("Youth justice", AgencyKind.YOUTH_JUSTICE, ANSWERS),
    "domestic_abuse": Usual("Domestic abuse service", AgencyKind.DOMESTIC_ABUSE_SERVICE, ANSWERS),
    "early_help": Usual("Early help", AgencyKind.EARLY_HELP, ANSWERS),
    "voluntary": Usual("Voluntary sector", AgencyKind.VOLUNTARY_SECTOR, ANSWERS),
}
NEVER_IN_A_SEAT = {Duty.ADMINISTER, Duty.AUDIT, Duty.TRAIN}


@dataclass(frozen=True, slots=True)
class Mistake:
    """Something that is wrong in a file: where, in words, and what."""

    place: str
    why: str

    def __str__(self) -> str:
        return f"{self.place}: {self.why}" if self.place else self.why


class Refused(Exception):
    """A file is no exercise; `mistakes` holds everything that was found."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        super().__init__("; ".join(map(str, mistakes)))
        self.mistakes = list(mistakes)


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


def _moment(value: object) -> object:
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
Moment = Annotated[datetime, BeforeValidator(_moment)]
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


@dataclass(frozen=True, slots=True)
class Seat:
    """A seat with everything that is usual filled in."""

    id: str
    label: str
    agency: str
    duties: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Band:
    """What a sum from `low` to `high` means."""

    low: int
    high: int
    label: str


@dataclass(frozen=True, slots=True)
class Exercise:
    """An exercise that was read: the file, and what follows from it.

    days: when each simulated day begins, by its number.  pace: simulated minutes in a real one.
    """

    file: File
    days: Mapping[int, datetime]
    pace: float
    seats: Mapping[str, Seat]
    bands: Sequence[Band]

    @property
    def injects(self) -> list[Inject]:
        """Return the injects in the order of the timetable."""
        return sorted(self.file.injects, key=lambda one: (one.day, one.minutes, one.n))

    @property
    def inject_by_n(self) -> dict[int, Inject]:
        """Return the injects by their numbers."""
        return {one.n: one for one in self.file.injects}

    @property
    def meeting_day(self) -> int:
        """Return on which simulated day the meeting is."""
        return next(n for n, day in self.days.items() if _on(day) == _on(self.file.meeting.at))

    @property
    def meeting_at(self) -> str:
        """Return at which time of that day it is."""
        return f"{self.file.meeting.at.astimezone(LONDON):%H:%M}"

    def band_of(self, total: float) -> Band | None:
        """Return what a sum means; one between two whole numbers is the lower."""
        return next((one for one in self.bands if one.low <= int(total) <= one.high), None)

    def label_of(self, seat: str) -> str:
        """Return how a seat is called."""
        return self.seats[seat].label if seat in self.seats else "Every seat"


def minutes_of(clock: str) -> int:
    """Return "HH:MM" as minutes from midnight."""
    hours, minutes = clock.split(":")
    return 60 * int(hours) + int(minutes)


def _on(moment: datetime) -> date:
    return moment.astimezone(LONDON).date()


def read(text: str | bytes) -> tuple[Exercise, dict[str, Any]]:
    """Return the exercise in a text, and the plain mapping it was written as.

    Raises Refused, with every mistake that was found.
    """
    raw = plain(text)
    return shaped(raw), raw


def shaped(raw: dict[str, Any]) -> Exercise:
    """Return the exercise in a plain mapping.  Raises Refused."""
    try:
        file = File.model_validate(raw)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        raise Refused(_once(Mistake(place_of(one["loc"]), _reason(one)) for one in found)) from None
    mistakes = _once(_mistakes(file))
    if mistakes:
        raise Refused(mistakes)
    seats = {one.id: _whole(one) for one in file.seats}
    days = _days(file)
    return Exercise(file, days, float(file.clock["simulated_minutes_per_real_minute"]), seats, _bands(file))


class _Loader(yaml.SafeLoader):
    """Reads plain YAML, and refuses a key given twice where YAML would keep the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[Hashable] = set()
        for key, _ in node.value:
            name = self.construct_object(key, deep=True)
            if not isinstance(name, Hashable):
                raise Refused([Mistake(f"line {key.start_mark.line + 1}", "a name must be plain words")])
            if name in seen:
                raise Refused([Mistake(f"line {key.start_mark.line + 1}", f"{name} is given twice")])
            seen.add(name)
        return super().construct_mapping(node, deep=deep)


# A day or moment stays as it is written: whether there is one is asked where it stands.
_Loader.add_constructor("tag:yaml.org,2002:timestamp", lambda _, node: node.value)


def plain(text: str | bytes) -> dict[str, Any]:
    """Return a text as a plain mapping: bounded in size and depth, without anchors.  Raises Refused."""
    if len(text) > LARGEST:
        raise Refused([Mistake("", f"the file is larger than {LARGEST // 1000} kilobytes")])
    if isinstance(text, bytes):
        try:
            text = text.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise Refused([Mistake("", "the file is not text in UTF-8: save it so")]) from None
    try:
        _bounded(text)
        raw = yaml.load(text, Loader=_Loader)  # a SafeLoader  # noqa: S506  # nosec B506
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"line {mark.line + 1}" if mark else ""
        raise Refused([Mistake(place, f"this is not YAML: {error.problem or error.context}")]) from None
    except yaml.YAMLError:
        raise Refused([Mistake("", "the file holds a character that YAML does not allow")]) from None
    except (ValueError, OverflowError, RecursionError):
        raise Refused([Mistake("", "a number in it does not exist")]) from None
    if not isinstance(raw, dict):
        raise Refused([Mistake("", "the file must begin with lines such as “title: …”")])
    written: dict[str, Any] = _plainly(raw)
    return written


def _plainly(value: Any) -> Any:
    """Return what YAML made of a text as it is kept: every name as words."""
    if isinstance(value, dict):
        return {str(name): _plainly(one) for name, one in value.items()}
    return [_plainly(one) for one in value] if isinstance(value, list) else value


def _bounded(text: str) -> None:
    deep = 0
    for nodes, event in enumerate(yaml.parse(text, Loader=yaml.SafeLoader)):
        line = event.start_mark.line + 1 if event.start_mark else 0
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise Refused(
                [Mistake(f"line {line}", "anchors (&) and references (*) are not taken: write it out")]
            )
        if getattr(event, "tag", None):
            raise Refused([Mistake(f"line {line}", "tags (!) are not taken")])
        if isinstance(event, yaml.CollectionStartEvent):
            deep += 1
        if isinstance(event, yaml.CollectionEndEvent):
            deep -= 1
        if deep > DEEPEST or nodes > MOST_NODES:
            raise Refused([Mistake(f"line {line}", "there is too much in it, or too deep within each other")])


REASONS = {
    "missing": "it is missing",
    "extra_forbidden": "there is no such entry: look at its spelling",
    "string_too_long": "it has more than {max_length} characters",
    "greater_than_equal": "it must be {ge} or more",
    "less_than_equal": "it must be {le} or less",
    "int_parsing": "it must be a whole number",
    "int_type": "it must be a whole number",
    "int_from_float": "it must be a whole number",
    "bool_parsing": "it must be true or false",
    "bool_type": "it must be true or false",
    "literal_error": "it must be one of: {expected}",
    "enum": "it must be one of: {expected}",
    "dict_type": "it must be lines such as “name: …”",
    "model_type": "it must be lines such as “name: …”",
    "model_attributes_type": "it must be lines such as “name: …”",
}


def _reason(error: ErrorDetails) -> str:
    said = {name: str(value).replace("'", "") for name, value in error.get("ctx", {}).items()}
    return REASONS[error["type"]].format(**said) if error["type"] in REASONS else error["msg"]


def place_of(path: Sequence[str | int]) -> str:
    """Return a place in words: "injects, number 4, at"."""
    return ", ".join(
        f"number {one + 1}" if isinstance(one, int) else str(one) for one in path if one != "[key]"
    )


def _once(mistakes: Iterator[Mistake]) -> list[Mistake]:
    return list(dict.fromkeys(mistakes))


def _mistakes(file: File) -> Iterator[Mistake]:
    """Yield what is wrong between the parts."""
    if not CODE.fullmatch(file.exercise):
        yield Mistake("exercise", "it must be a short code of letters, digits and hyphens, such as “NF-EX-A”")
    for name, things, most in (
        ("family", file.family, MOST_PEOPLE),
        ("seats", file.seats, MOST_SEATS),
        ("injects", file.injects, MOST_INJECTS),
        ("scoring, points", file.scoring.points, MOST_POINTS),
    ):  # fmt: skip
        if not things:
            yield Mistake(name, "there is none, and one at least is needed")
        if len(things) > most:
            yield Mistake(name, f"there are {len(things)}; the most is {most}")
    yield from _twice("family", [one.id for one in file.family])
    yield from _twice("seats", [one.id for one in file.seats])
    yield from _twice("injects", [one.n for one in file.injects], "n")
    yield from _twice("scoring, points", [one.id for one in file.scoring.points])
    yield from _seat_mistakes(file)
    yield from _clock_mistakes(file)
    yield from _inject_mistakes(file)
    yield from _meeting_mistakes(file)
    yield from _scoring_mistakes(file)


def _twice(place: str, ids: Sequence[Any], name: str = "id") -> Iterator[Mistake]:
    for turn, one in enumerate(ids):
        if one in ids[:turn]:
            yield Mistake(f"{place}, number {turn + 1}, {name}", f"{one} is used already")


def _seat_mistakes(file: File) -> Iterator[Mistake]:
    for turn, one in enumerate(file.seats, start=1):
        if one.id == "all":
            yield Mistake(f"seats, number {turn}", "“all” stands for every seat and is none itself")
        if one.id not in SEATS and not (one.label and one.agency):
            yield Mistake(
                f"seats, number {turn}",
                f"{one.id} is none of the usual seats ({', '.join(SEATS)}): give it a label and an agency",
            )
        never = NEVER_IN_A_SEAT & set(one.duties or ())
        if never:
            yield Mistake(f"seats, number {turn}, duties", f"a seat has no duty to {min(never)}")
    duties = {duty for one in file.seats for duty in _whole(one).duties}
    for needed, why in (
        (Duty.SCREEN, "screen: nobody could take the referral"),
        (Duty.DECIDE, "decide: nobody could decide"),
        (Duty.CLEAR, "clear: nothing could be closed"),
    ):
        if needed not in duties:
            yield Mistake("seats", f"no seat has the duty to {why}")


def _clock_mistakes(file: File) -> Iterator[Mistake]:
    pace = file.clock.get("simulated_minutes_per_real_minute")
    if isinstance(pace, bool) or not isinstance(pace, int | float) or not 0.1 <= pace <= 240:
        yield Mistake(
            "clock, simulated_minutes_per_real_minute", "it must be a number from 0.1 to 240, such as 5"
        )
    numbers = []
    for name, value in file.clock.items():
        if name == "simulated_minutes_per_real_minute":
            continue
        found = DAY_STARTS.fullmatch(str(name))
        if not found:
            yield Mistake(
                f"clock, {name}", "there is no such entry: days are day_1_starts, day_2_starts and so on"
            )
            continue
        try:
            _moment(value)
        except PydanticCustomError as error:
            yield Mistake(f"clock, {name}", str(error))
        numbers.append(int(found[1]))
    if sorted(numbers) != list(range(1, len(numbers) + 1)) or not 1 <= len(numbers) <= MOST_DAYS:
        yield Mistake("clock", f"days are day_1_starts and on, without a gap, {MOST_DAYS} at most")
        return
    try:
        days = list(_days(file).values())
    except PydanticCustomError:
        return
    if any(_on(one) >= _on(other) for one, other in pairwise(days)):
        yield Mistake("clock", "each day comes after the one before")


def _inject_mistakes(file: File) -> Iterator[Mistake]:
    seats, family = {one.id for one in file.seats}, {one.id for one in file.family}
    days = [name for name in file.clock if DAY_STARTS.fullmatch(str(name))]
    for turn, one in enumerate(file.injects, start=1):
        place = f"injects, number {turn}"
        if not one.to:
            yield Mistake(f"{place}, to", "it goes to nobody")
        for seat in one.to:
            if seat not in seats:
                yield Mistake(f"{place}, to", f"there is no seat {seat}")
        if one.day > len(days):
            yield Mistake(f"{place}, day", f"the clock has no day {one.day}")
        elif one.day in _days_or_none(file) and one.minutes < _opens(_days_or_none(file)[one.day]):
            yield Mistake(f"{place}, at", f"{one.at} is before day {one.day} begins")
        if one.referral and one.kind != "referral":
            yield Mistake(f"{place}, referral", "only an inject of the kind “referral” brings one")
        if one.referral:
            yield from _referral_mistakes(one.referral, f"{place}, referral", family)


def _referral_mistakes(said: Referral, place: str, family: set[str]) -> Iterator[Mistake]:
    if not said.people:
        yield Mistake(f"{place}, people", "it names nobody")
    named = set(said.people)
    for one in said.people:
        if one not in family:
            yield Mistake(f"{place}, people", f"there is nobody {one} in the family")
    for turn, related in enumerate(said.relationships, start=1):
        for one in (related.from_id, related.to_id):
            if one not in named:
                yield Mistake(f"{place}, relationships, number {turn}", f"{one} is not among its people")
    if said.agreement:
        for one in (*said.agreement.covers, *([said.agreement.by] if said.agreement.by else ())):
            if one not in named:
                yield Mistake(f"{place}, agreement", f"{one} is not among its people")


def _meeting_mistakes(file: File) -> Iterator[Mistake]:
    seats = {one.id for one in file.seats}
    said = file.meeting
    for name, ones in (
        ("chair", [said.chair]), ("attendees", said.attendees), ("apologies_to_handle", said.apologies_to_handle),
        ("questions_each_agency_should_raise", said.questions_each_agency_should_raise),
    ):  # fmt: skip
        for one in ones:
            if one not in seats:
                yield Mistake(f"meeting, {name}", f"there is no seat {one}")
    if not said.agenda:
        yield Mistake("meeting, agenda", "there is nothing on it")
    days = _days_or_none(file)
    if days and not any(_on(one) == _on(said.at) for one in days.values()):
        yield Mistake("meeting, at", "it is on none of the clock’s days")


def _scoring_mistakes(file: File) -> Iterator[Mistake]:
    said = file.scoring
    seats = {one.id for one in file.seats} | {"all"}
    for turn, one in enumerate(said.points, start=1):
        if one.seat not in seats:
            yield Mistake(f"scoring, points, number {turn}, seat", f"there is no seat {one.seat}")
    if sorted(said.scale) != [0, 1, 2]:
        yield Mistake("scoring, scale", "it has 0, 1 and 2, each with its words")
    elif said.out_of != 2 * len(said.points):
        yield Mistake("scoring, out_of", f"{len(said.points)} points of 2 make {2 * len(said.points)}")
    bands = []
    for name in said.bands:
        found = BAND.fullmatch(name)
        if not found or int(found[1]) > int(found[2]):
            yield Mistake(f"scoring, bands, {name}", "a band is two numbers, such as 0-8")
            return
        bands.append((int(found[1]), int(found[2])))
    bands.sort()
    whole = bands and bands[0][0] == 0 and bands[-1][1] == said.out_of
    if not whole or any(other[0] != one[1] + 1 for one, other in pairwise(bands)):
        yield Mistake("scoring, bands", f"together they cover 0 to {said.out_of}, each number once")


def _days_or_none(file: File) -> dict[int, datetime]:
    try:
        return _days(file)
    except PydanticCustomError:
        return {}


def _days(file: File) -> dict[int, datetime]:
    found = {}
    for name, value in file.clock.items():
        named = DAY_STARTS.fullmatch(str(name))
        if named:
            moment = _moment(value)
            assert isinstance(moment, datetime)  # noqa: S101 (said above)
            found[int(named[1])] = moment
    return dict(sorted(found.items()))


def _opens(day: datetime) -> int:
    local = day.astimezone(LONDON)
    return 60 * local.hour + local.minute


def _whole(said: SeatIn) -> Seat:
    usual = SEATS.get(said.id)
    duties = said.duties if said.duties is not None else usual.duties if usual else ANSWERS
    agency = said.agency or (usual.agency if usual else AgencyKind.OTHER)
    return Seat(
        said.id, said.label or (usual.label if usual else said.id), str(agency), tuple(map(str, duties))
    )


def _bands(file: File) -> list[Band]:
    found = []
    for name, label in file.scoring.bands.items():
        said = BAND.fullmatch(name)
        assert said  # noqa: S101 (looked at before)
        found.append(Band(int(said[1]), int(said[2]), label))
    return sorted(found, key=lambda one: one.low)


def as_text(raw: Mapping[str, Any]) -> str:
    """Return a plain mapping as the text of a file, in the order in which it was written."""
    return yaml.safe_dump(dict(raw), sort_keys=False, allow_unicode=True, width=110)


def day_length(exercise: Exercise, day: int) -> timedelta:
    """Return how long a simulated day lasts: to half an hour after the last thing that happens on it."""
    opens = _opens(exercise.days[day])
    last = [one.minutes for one in exercise.file.injects if one.day == day]
    if exercise.meeting_day == day:
        last.append(minutes_of(exercise.meeting_at) + exercise.file.meeting.minutes)
    return timedelta(minutes=max([60, *(one - opens + 30 for one in last)]))
