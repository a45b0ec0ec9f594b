"""The referral message, `openmash.referral/1`.  Pure: bytes go in; a message, or every reason against it, comes out.

What breaks the format is refused with its path.  What is only odd is taken as it stands: see `oddities`.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Annotated, Literal, NoReturn, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, Strict, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError
from stdnum.gb import nhs, upn

from mash.contact.attachments import refused_files
from mash.contact.reading import LONGEST_LIST, objects_in, read
from mash.contact.refusals import Json, Refusal, Refused, first_at_each_path, refusal_at

FORMAT = "openmash.referral/1"
LONGEST_REFERENCE = 60
LONGEST_ID = 40  # characters, of a person inside the message
LONGEST_LINE = 500  # of an address, which is searched for in every text where it is protected
MOST_LINES = 20  # of an address
MOST_PEOPLE = 200
MOST_RELATIONSHIPS = LONGEST_LIST
MOST_ATTACHMENTS = 20
MOST_ENTRIES = 100  # of any other list

DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
MOMENT = re.compile(DAY.pattern + r"T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})")
YEARS = range(1900, 2101)  # that a moment may lie in
FARTHEST_OFFSET = timedelta(hours=14)
UPN = re.compile(r"[A-Z][0-9]{11}[0-9A-Z]")

T = TypeVar("T")


def _say(words: str) -> NoReturn:
    raise PydanticCustomError("said", "{words}", {"words": words})


def _not_blank(text: str) -> str:
    return text if text.strip() else _say("It is blank, and it is required.")


def _day(value: object) -> object:
    """Return the day that a text names.  A day is never guessed from another way of writing it."""
    if not isinstance(value, str) or not DAY.fullmatch(value):
        _say("It must be a date written as year-month-day, such as 2016-05-04.")
    try:
        return date.fromisoformat(value)
    except ValueError:
        _say("There is no such day in the calendar.")


def _moment(value: object) -> object:
    """Return the moment that a text names."""
    if not isinstance(value, str) or not MOMENT.fullmatch(value):
        _say("It must be a date and time with its offset from UTC, such as 2026-11-02T02:15:00+00:00.")
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        _say("There is no such moment.")
    offset = moment.utcoffset() or timedelta()
    if moment.year not in YEARS or abs(offset) > FARTHEST_OFFSET:
        _say("There is no such moment: the year must be 1900 to 2100, the offset at most 14 hours.")
    return moment


def _at_most(most: int) -> BeforeValidator:
    """Return a check of a list's length that comes before any look at what is in it."""

    def check(value: object) -> object:
        if isinstance(value, list) and len(value) > most:
            _say(f"It has {len(value):,} entries; the most is {most:,}.")
        return value

    return BeforeValidator(check)


def _somebody(people: tuple[T, ...]) -> tuple[T, ...]:
    return people or _say("It names nobody, and one person at least is required.")


Text = Annotated[str, AfterValidator(_not_blank)]
Line = Annotated[str, Field(max_length=LONGEST_LINE)]
Day = Annotated[date, BeforeValidator(_day)]
Moment = Annotated[datetime, BeforeValidator(_moment)]
Many = Annotated[tuple[T, ...], Strict(strict=False), _at_most(MOST_ENTRIES)]
Reference = Annotated[str, Field(max_length=LONGEST_REFERENCE), AfterValidator(_not_blank)]
PersonId = Annotated[str, Field(max_length=LONGEST_ID), AfterValidator(_not_blank)]

SourceKind = Literal[
    "police",
    "school",
    "health",
    "social_care",
    "housing",
    "probation",
    "youth_justice",
    "voluntary",
    "public",
    "other_authority",
]
PeopleAndHealth = Literal["1A", "1B", "1C", "1D", "2A", "2B", "3A", "3B", "3C", "3D", "3E", "3F"]
Services = Literal["4", "5A", "5B", "5C", "5D", "6", "7", "8", "9", "10"]
SourceCode = Literal[PeopleAndHealth, Services]
Role = Literal[
    "child",
    "adult_at_risk",
    "parent_or_carer",
    "sibling",
    "alleged_perpetrator",
    "household",
    "professional",
    "other",
]
Kinship = Literal[
    "parent", "step_parent", "sibling", "partner", "ex_partner", "grandparent", "carer", "other"
]
Ground = Literal[
    "significant_harm",
    "injury_to_another",
    "obstructs_investigation",
    "unjustified_delay",
    "significant_harm_suspected",
]


class Shape(BaseModel):
    """A part of a message: nothing unknown in it, nothing converted, nothing changed afterwards."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)


class Source(Shape):
    """Who sent it.  Everybody but a member of the public names an organisation."""

    kind: SourceKind
    organisation: Text | None = None
    name: str | None = None
    role: str | None = None
    email: str | None = None
    phone: str | None = None
    anonymous: bool | None = None
    dfe_code: SourceCode | None = None


class Place(Shape):
    description: str | None = None
    postcode: str | None = None


class Event(Shape):
    """What happened, if it was one event."""

    at: Moment | None = None
    reference: str | None = None
    place: Place | None = None


class Name(Shape):
    given: str | None = None
    family: str | None = None
    known_as: Many[str] = ()


class Address(Shape):
    """Where somebody lives.  protected: must never reach another person in the message."""

    lines: Annotated[tuple[Line, ...], Strict(strict=False), _at_most(MOST_LINES)] = ()
    postcode: Line | None = None
    protected: bool | None = None


class Person(Shape):
    """A person as the sender names them.  age: text such as "about 4"."""

    id: PersonId
    role: Role
    name: Name | None = None
    born_on: Day | None = None
    expected_on: Day | None = None
    age: str | None = None
    sex: Literal["F", "M", "U"] | None = None
    ethnicity: str | None = None
    language: str | None = None
    interpreter: bool | None = None
    disabilities: Many[str] = ()
    nhs_number: str | None = None
    upn: str | None = None
    la_child_id: str | None = None
    address: Address | None = None
    phones: Many[str] = ()
    email: str | None = None
    school: str | None = None
    gp: str | None = None

    @property
    def nhs_number_to_match(self) -> str | None:
        """The NHS number as ten digits, or None where it is not given or its check digit is wrong."""
        return nhs.compact(self.nhs_number) if self.nhs_number and nhs.is_valid(self.nhs_number) else None

    @property
    def upn_to_match(self) -> str | None:
        """The UPN in capitals without spaces, or None where it is not given or its check letter is wrong."""
        return None if self.upn is None or wrong_upn(self.upn) else upn.compact(self.upn)

    @property
    def full_name(self) -> str:
        """Given and family name, as far as said, or ""."""
        parts = (self.name.given, self.name.family) if self.name else ()
        return " ".join(part.strip() for part in parts if part and part.strip())


class Relationship(Shape):
    """How `from_id` stands to `to_id`: their parent, their partner."""

    from_id: str = Field(alias="from")
    to_id: str = Field(alias="to")
    kind: Kinship | None = None
    parental_responsibility: bool | None = None


class Concern(Shape):
    """The worry: facts and opinions, seen and told, kept apart as far as the sender did."""

    categories: Many[str] = ()
    what_happened: Text
    seen_or_told: str | None = None
    impact: str | None = None
    history: str | None = None
    strengths: str | None = None
    voice: str | None = None


class Agreement(Shape):
    """What the family knows and said, and the ground relied on where agreement was not given."""

    family_aware: bool | None = None
    sought: Literal["given", "refused", "not_sought"] | None = None
    by: str | None = None
    covers: Many[str] = ()
    ground: Ground | None = None
    reason: str | None = None
    manager: str | None = None


class Urgency(Shape):
    immediate_danger: bool | None = None
    suggested_rating: Literal["red", "amber", "green"] | None = None


class Attachment(Shape):
    """A file.  name: data to be shown, never a path."""

    name: Text
    media_type: Text
    base64: str


class Message(Shape):
    """One referral, as it was sent.  None and () mean that nothing was said.

    consultation: reference of the advice that it follows, as the sender writes it; one with a mistake is taken too.

    Source: docs/rules.md, "Contacts".
    """

    format: Literal["openmash.referral/1"]
    reference: Reference
    sent_at: Moment
    source: Source
    subject: Literal["child", "adult", "both"]
    type: Literal["safeguarding", "early_help", "information_only"]
    event: Event | None = None
    people: Annotated[
        tuple[Person, ...], Strict(strict=False), _at_most(MOST_PEOPLE), AfterValidator(_somebody)
    ]
    relationships: Annotated[
        tuple[Relationship, ...], Strict(strict=False), _at_most(MOST_RELATIONSHIPS)
    ] = ()
    concern: Concern
    agreement: Agreement | None = None
    urgency: Urgency | None = None
    actions_taken: str | None = None
    consultation: Line | None = None
    attachments: Annotated[tuple[Attachment, ...], Strict(strict=False), _at_most(MOST_ATTACHMENTS)] = ()


def parse(raw: bytes) -> Message:
    """Return the message in one line or one request body.

    Raises Refused, with everything that was found, for bytes, JSON or content that the format does not allow.
    """
    plain, refusals = read(raw)
    message, more = _shaped(plain)
    found = [*more, *refusals, *_references(plain), *refused_files(plain)]
    if message is None or found:
        raise Refused(first_at_each_path(found))
    return message


def as_json(message: Message) -> Json:
    """Return a message as plain JSON: what was not said left out, moments and days as ISO 8601 text."""
    return message.model_dump(mode="json", by_alias=True, exclude_defaults=True)


def digest(message: Message) -> str:
    """Return the SHA-256, in hexadecimal, of what a message says.

    The order of keys, spaces, nulls and empty lists do not change it; everything else does.
    """
    said = json.dumps(as_json(message), sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(said.encode("ascii")).hexdigest()


REASONS = {
    "missing": "It is required.",
    "extra_forbidden": "The message format has no such key: check its spelling.",
    "string_type": "It must be text, in quotation marks.",
    "bool_type": "It must be true or false, without quotation marks.",
    "tuple_type": "It must be a list, in square brackets.",
    "model_type": "It must be an object, in curly brackets.",
    "literal_error": "It must be one of: {expected}.",
    "string_too_long": "It has more than {max_length} characters.",
}


def _shaped(plain: Json) -> tuple[Message | None, list[Refusal]]:
    """Return the message, or every place where the content is not of the message's shape."""
    whole: Json = {"source": {}, "concern": {}} | plain  # so that what is required inside them is named too
    try:
        return Message.model_validate(whole), []
    except ValidationError as error:
        return None, [
            refusal_at(one["loc"], _reason(one))
            for one in error.errors(include_url=False, include_input=False)
        ]


def _reason(error: ErrorDetails) -> str:
    said = {name: str(value).replace("'", "") for name, value in error.get("ctx", {}).items()}
    return REASONS[error["type"]].format(**said) if error["type"] in REASONS else error["msg"]


def _references(plain: Json) -> Iterator[Refusal]:
    """Yield a refusal for each id given twice, each that names nobody, and a sender who does not say who it is."""
    source = plain.get("source", {})
    if isinstance(source, dict) and source.get("kind") != "public" and "organisation" not in source:
        yield Refusal("source.organisation", "It is required, unless a member of the public refers.")
    ids: set[str] = set()
    for place, one in objects_in(plain, "people"):
        name = one.get("id")
        if isinstance(name, str):
            if name in ids:
                yield Refusal(f"people[{place}].id", "Another person of the message has this id.")
            ids.add(name)
    if ids:
        yield from _unknown_ids(plain, ids)


def _unknown_ids(plain: Json, ids: set[str]) -> Iterator[Refusal]:
    """Yield a refusal for each id in relationships and agreement that no person of the message has."""
    agreement = plain.get("agreement")
    covers = agreement.get("covers") if isinstance(agreement, dict) else None
    named = [
        (f"relationships[{place}].{end}", one.get(end))
        for place, one in objects_in(plain, "relationships")
        for end in ("from", "to")
    ]
    if isinstance(covers, list):
        named += [(f"agreement.covers[{place}]", one) for place, one in enumerate(covers)]
    for path, one in named:
        if isinstance(one, str) and one not in ids:
            yield Refusal(path, "No person of the message has this id.")


def wrong_upn(number: str) -> str:
    """Say what is wrong with a unique pupil number, or "".  A temporary one ends in a letter."""
    plain = upn.compact(number)
    if not UPN.fullmatch(plain) or not set(plain) <= set("ABCDEFGHJKLMNPQRTUVWXYZ0123456789"):
        return "not a letter and twelve digits"
    if upn.calc_check_digit(plain[1:]) != plain[0]:
        return "check letter wrong"
    return "" if upn.is_valid(plain) else "its local authority is not known"
