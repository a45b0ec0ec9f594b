"""The referral message, `openmash.referral/1`.  Pure: bytes go in; a message, or every reason against it, comes out.

What breaks the format is refused with its path.  What is only odd is taken as it stands and warned of.
"""

import base64
import hashlib
import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice, pairwise
from pathlib import PurePosixPath
from typing import Annotated, Any, Literal, NoReturn, TypeVar
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, Strict, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError
from stdnum.gb import nhs, upn

from mash.contact.content import categories
from mash.contact.protected import take_out

FORMAT = "openmash.referral/1"
LARGEST = 20 * 1024 * 1024  # bytes a message, attachments included
LONGEST_TEXT = 50_000  # characters a value; an attachment's base64 has the message's own limit
LONGEST_REFERENCE = 60
LONGEST_ID = 40  # characters, of a person inside the message
LONGEST_LINE = 500  # of an address, which is searched for in every text where it is protected
LONGEST_NAMING = 400  # of who agreed, as far as it is compared with the people of the message
MOST_LINES = 20  # of an address
MOST_PEOPLE = 200
MOST_RELATIONSHIPS = 2_000
MOST_ATTACHMENTS = 20
MOST_ENTRIES = 100  # of any other list
DEEPEST = 12  # objects and lists inside each other; the format itself needs 5
MOST_KEYS = 1_000  # of an object; the format's largest has 19
MOST_MARKS = 400_000  # strings, brackets, commas and colons: what a reader's memory grows with
MOST_REFUSALS = 100  # told of one message
SENT_LATE_DAYS = 28
CLOCKS_DIFFER = timedelta(minutes=15)
OLDEST_YEARS = 120
TOO_LARGE = "line is larger than 20 MB"
TOO_MANY = "line has too many values"
NO_NUMBERS = "It is a number; the format has none: write text in quotation marks."

LONDON = ZoneInfo("Europe/London")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
MOMENT = re.compile(DAY.pattern + r"T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})")
YEARS = range(1900, 2101)  # that a moment may lie in
FARTHEST_OFFSET = timedelta(hours=14)
MARK = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[\]{},:]', re.DOTALL)
TURNS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
UNSEEN = re.compile("[\u00ad\u200b\u2060\ufeff\U000e0000-\U000e007f]")
UPN = re.compile(r"[A-Z][0-9]{11}[0-9A-Z]")
NOT_SCRIPTS = {"FEMININE", "MASCULINE", "MICRO"}  # letters that belong to every way of writing
WRITTEN_TOGETHER = {"CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO"}
NO_EVIDENCE = "do not use as match evidence"

Json = dict[str, Any]
Steps = tuple[str | int, ...]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a message is not taken: where in it, and what is wrong, in the sender's words.

    path: `people[0].name.middle`; or what is wrong with the line as a whole, `line is not JSON`.
    """

    path: str
    reason: str

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}"


class Refused(Exception):
    """A message is not taken.  refusals: every one that was found, at most MOST_REFUSALS."""

    def __init__(self, refusals: Iterable[Refusal]) -> None:
        self.refusals = list(refusals)
        super().__init__("; ".join(map(str, self.refusals)))


@dataclass(frozen=True, slots=True)
class Warning:  # noqa: A001 - the field's word; nothing here warns in Python's sense
    """Something odd about a message that is taken all the same: where, and what."""

    path: str
    text: str

    def __str__(self) -> str:
        return f"{self.path}: {self.text}"


# ---- the shape ----


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
        return None if self.upn is None or _wrong_upn(self.upn) else upn.compact(self.upn)

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
    attachments: Annotated[tuple[Attachment, ...], Strict(strict=False), _at_most(MOST_ATTACHMENTS)] = ()


# ---- from bytes to a message ----


def parse(raw: bytes) -> Message:
    """Return the message in one line or one request body.

    Raises Refused, with everything that was found, for bytes, JSON or content that the format does not allow.
    """
    plain, refusals = _read(raw)
    message, more = _shaped(plain)
    found = [*more, *refusals, *_references(plain), *_files(plain)]
    if message is None or found:
        raise Refused(_first_at_each_path(found))
    return message


def canonical(raw: bytes) -> Json:
    """Return the content of a message as plain JSON, each value as it was sent, without its nulls.

    Raises Refused where `parse` does because of bytes or JSON; of the format it checks nothing else.
    """
    plain, refusals = _read(raw)
    if refusals:
        raise Refused(_first_at_each_path(refusals))
    return plain


def as_json(message: Message) -> Json:
    """Return a message as plain JSON: what was not said left out, moments and days as ISO 8601 text."""
    return message.model_dump(mode="json", by_alias=True, exclude_defaults=True)


def digest(message: Message) -> str:
    """Return the SHA-256, in hexadecimal, of what a message says.

    The order of keys, spaces, nulls and empty lists do not change it; everything else does.
    """
    said = json.dumps(as_json(message), sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(said.encode("ascii")).hexdigest()


def path_of(steps: Iterable[str | int]) -> str:
    """Return the keys and places that lead to a value as one path: `people[0].name.given`."""
    said = "".join(f"[{step}]" if isinstance(step, int) else f".{_shown(step)}" for step in steps)
    return said.removeprefix(".")[:200]


def _shown(key: str) -> str:
    """Return a key, which may be anything, short and without characters that are not seen."""
    seen = "".join(sign if sign.isprintable() else f"\\u{ord(sign):04x}" for sign in key[:60])
    return (seen if len(key) <= 60 else f"{seen}…") or '""'


def _first_at_each_path(refusals: Iterable[Refusal]) -> list[Refusal]:
    first: dict[str, Refusal] = {}
    for one in refusals:
        first.setdefault(one.path, one)
    return list(first.values())[:MOST_REFUSALS]


class _Object(dict[str, Any]):
    """An object as it stood in the text.  twice: the keys that it gave more than once."""

    twice: tuple[str, ...] = ()


def _object(pairs: list[tuple[str, Any]]) -> _Object:
    """Return an object with the first of the values given for each key."""
    found = _Object(pairs)
    if len(found) < len(pairs):
        found = _Object(reversed(pairs))
        keys = sorted(key for key, _ in pairs)
        found.twice = tuple({key: None for key, following in pairwise(keys) if key == following})
    return found


def _not_json(_: str) -> NoReturn:
    raise ValueError("a constant that JSON does not have")


def _read(raw: bytes) -> tuple[Json, list[Refusal]]:
    """Return the object that the bytes hold, without nulls, and what is wrong with its texts and keys.

    Raises Refused where there is no such object.
    """
    text = _text(raw)
    refusal = _too_deep_or_too_many(text)
    if refusal:
        raise Refused([refusal])
    try:
        found = json.loads(
            text,
            object_pairs_hook=_object,
            parse_constant=_not_json,
            parse_int=len,  # no value may be a number: what stands for one is refused, and costs nothing
            parse_float=len,
        )
    except json.JSONDecodeError as error:
        reason = f"It cannot be read as JSON from character {error.pos + 1} on."
        raise Refused([Refusal("line is not JSON", reason)]) from None
    except ValueError:
        reason = "NaN and Infinity are not JSON."
        raise Refused([Refusal("line is not JSON", reason)]) from None
    if not isinstance(found, _Object):
        raise Refused([Refusal("line is not a message", "It must be one JSON object, in curly brackets.")])
    refusals: list[Refusal] = []
    return _clean(found, (), refusals), refusals


def _text(raw: bytes) -> str:
    """Return the bytes as text.  Raises Refused if they are too many, or not plain UTF-8."""
    if len(raw) > LARGEST:
        raise Refused([Refusal(TOO_LARGE, "Nothing of it was kept.  Send attachments another way.")])
    reason = ""
    if raw.startswith(b"\xef\xbb\xbf"):
        reason = "It begins with a byte order mark: save it as UTF-8 without one."
    elif b"\0" in raw:
        reason = "It holds zero bytes, as UTF-16 does: save it as UTF-8."
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        reason = reason or f"Byte {error.start + 1} does not belong to UTF-8: save it as UTF-8."
    if reason:
        raise Refused([Refusal("line is not UTF-8", reason)])
    return text


def _too_deep_or_too_many(text: str) -> Refusal | None:
    """Return a refusal if reading the text could take more stack or memory than any message needs.

    Runs before the JSON is read, in one pass over its marks, and stops at the first that is too much.
    """
    steps: list[str | int] = []
    last = ""
    for count, found in enumerate(MARK.finditer(text)):
        if count > MOST_MARKS:
            return Refusal(TOO_MANY, "No message needs as many.")
        mark = text[found.start()]
        if mark == '"':
            last = text[found.start() + 1 : min(found.end() - 1, found.start() + 70)]
        elif mark in "[{":
            if len(steps) == DEEPEST:
                return _too_deep(steps)
            steps.append(0 if mark == "[" else "")
        elif steps:
            _step_on(steps, mark, last)
    return None


def _step_on(steps: list[str | int], mark: str, last: str) -> None:
    """Move to the next value of a list or object, or out of it."""
    place = steps[-1]
    if mark in "]}":
        steps.pop()
    elif mark == ":" and isinstance(place, str):
        steps[-1] = last
    elif mark == "," and isinstance(place, int):
        steps[-1] = place + 1


def _too_deep(steps: list[str | int]) -> Refusal:
    """Return the refusal at the value that nests lists or objects without end, not at its innermost."""
    while len(steps) > 1 and isinstance(steps[-1], int):
        steps = steps[:-1]
    return Refusal(path_of(steps), f"Lists and objects stand inside each other more than {DEEPEST} deep.")


def _clean(value: Any, steps: Steps, refusals: list[Refusal]) -> Any:
    """Return a value without nulls in its objects, noting keys given twice and texts that cannot be kept."""
    if isinstance(value, _Object):
        refusals += (_refusal((*steps, key), "It is given twice; which is meant?") for key in value.twice)
        return _clean_object(value, steps, refusals)
    if isinstance(value, list):
        return _clean_list(value, steps, refusals)
    if isinstance(value, int) and not isinstance(value, bool):
        refusals.append(_refusal(steps, NO_NUMBERS))
    return _clean_text(value, steps, refusals) if isinstance(value, str) else value


def _clean_object(value: Json, steps: Steps, refusals: list[Refusal]) -> Json:
    """Return an object, of one that is too large the beginning."""
    if len(value) > MOST_KEYS:
        refusals.append(Refusal(path_of(steps) or TOO_MANY, f"An object has at most {MOST_KEYS:,} keys."))
    said = ((key, item) for key, item in value.items() if item is not None)
    return {
        _clean_text(key, (*steps, key), refusals): _clean(item, (*steps, key), refusals)
        for key, item in islice(said, MOST_KEYS)
    }


def _clean_list(value: list[Any], steps: Steps, refusals: list[Refusal]) -> list[Any]:
    """Return a list; one that is too long for any use is refused unread."""
    if len(value) > MOST_RELATIONSHIPS:
        refusals.append(_refusal(steps, f"A list has at most {MOST_RELATIONSHIPS:,} entries."))
        return value
    return [_clean(item, (*steps, place), refusals) for place, item in enumerate(value)]


def _clean_text(text: str, steps: Steps, refusals: list[Refusal]) -> str:
    """Return a text that can be kept, noting why if it cannot."""
    if "\0" in text:
        refusals.append(_refusal(steps, "It holds the NUL character, which no text can hold."))
        return text.replace("\0", "?")
    if not text.isascii() and any("\ud800" <= sign <= "\udfff" for sign in text):
        refusals.append(_refusal(steps, "It holds half of a character (a lone surrogate)."))
        return text.encode("utf-8", "replace").decode()
    if len(text) > LONGEST_TEXT and not (steps[0] == "attachments" and steps[-1] == "base64"):
        words = f"It has {len(text):,} characters; the most is {LONGEST_TEXT:,}."
        refusals.append(_refusal(steps, words))
    return text


def _refusal(steps: Iterable[str | int], reason: str) -> Refusal:
    return Refusal(path_of(steps), reason)


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
            _refusal(one["loc"], _reason(one)) for one in error.errors(include_url=False, include_input=False)
        ]


def _reason(error: ErrorDetails) -> str:
    said = {name: str(value).replace("'", "") for name, value in error.get("ctx", {}).items()}
    return REASONS[error["type"]].format(**said) if error["type"] in REASONS else error["msg"]


def _objects(plain: Json, key: str) -> Iterator[tuple[int, Json]]:
    """Yield the objects of a list, with their places, leaving out whatever has another shape."""
    found = plain.get(key)
    for place, one in enumerate(found if isinstance(found, list) else ()):
        if isinstance(one, dict):
            yield place, one


def _references(plain: Json) -> Iterator[Refusal]:
    """Yield a refusal for each id given twice, each that names nobody, and a sender who does not say who it is."""
    source = plain.get("source", {})
    if isinstance(source, dict) and source.get("kind") != "public" and "organisation" not in source:
        yield Refusal("source.organisation", "It is required, unless a member of the public refers.")
    ids: set[str] = set()
    for place, one in _objects(plain, "people"):
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
        for place, one in _objects(plain, "relationships")
        for end in ("from", "to")
    ]
    if isinstance(covers, list):
        named += [(f"agreement.covers[{place}]", one) for place, one in enumerate(covers)]
    for path, one in named:
        if isinstance(one, str) and one not in ids:
            yield Refusal(path, "No person of the message has this id.")


# ---- attachments ----


def _begins(*starts: bytes) -> Callable[[bytes], bool]:
    return lambda body: body.startswith(starts)


def _is_office(folder: bytes) -> Callable[[bytes], bool]:
    """Return a test for an Office file without macros; names in its directory are never compressed."""
    return lambda body: (
        body.startswith(b"PK\x03\x04")
        and b"[Content_Types].xml" in body
        and folder in body
        and b"vbaProject" not in body
    )


def _is_film(body: bytes) -> bool:
    return body[4:8] == b"ftyp"


def _is_sound(body: bytes) -> bool:
    return body.startswith(b"ID3") or (len(body) > 1 and body[0] == 0xFF and body[1] & 0xE0 == 0xE0)


def _is_wave(body: bytes) -> bool:
    return body.startswith(b"RIFF") and body[8:12] == b"WAVE"


def _is_text(body: bytes) -> bool:
    return not CONTROLS.search(body) and not body.startswith((b"\xff\xfe", b"\xfe\xff"))


def _is_email(body: bytes) -> bool:
    return _is_text(body) and re.match(rb"[A-Za-z][A-Za-z0-9-]*:|From ", body) is not None


CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f]")
RUNS = re.compile(r"svg|html|xml$|script|x-sh|executable|msdownload|x-dosexec|x-msdos|java|hta")
RUNS_AS_TEXT = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:#!|<(?:!doctype|html|svg|script|\?xml|\?php|body|iframe))", re.IGNORECASE
)
COULD_RUN = "Programs, web pages and drawings that can hold programs are not taken."
OFFICE = "application/vnd.openxmlformats-officedocument."
FILES: Mapping[
    str, tuple[str, Callable[[bytes], bool]]
] = {  # media type: endings of its names, test of its content
    "application/pdf": (".pdf", _begins(b"%PDF-")),
    "image/jpeg": (".jpg .jpeg", _begins(b"\xff\xd8\xff")),
    "image/png": (".png", _begins(b"\x89PNG\r\n\x1a\n")),
    "text/plain": (".txt", _is_text),
    f"{OFFICE}wordprocessingml.document": (".docx", _is_office(b"word/")),
    f"{OFFICE}spreadsheetml.sheet": (".xlsx", _is_office(b"xl/")),
    "message/rfc822": (".eml", _is_email),
    "application/vnd.ms-outlook": (".msg", _begins(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")),
    "audio/mpeg": (".mp3", _is_sound),
    "audio/mp4": (".m4a .mp4", _is_film),
    "audio/wav": (".wav", _is_wave),
    "audio/x-wav": (".wav", _is_wave),
    "video/mp4": (".mp4 .m4v", _is_film),
}


def _plain_media_type(media_type: str) -> str:
    return media_type.partition(";")[0].strip().lower()


def _files(plain: Json) -> Iterator[Refusal]:
    """Yield why each attachment that is not taken is not."""
    for place, one in _objects(plain, "attachments"):
        media_type, content = one.get("media_type"), one.get("base64")
        if isinstance(media_type, str) and isinstance(content, str):
            refusal = _file(f"attachments[{place}]", _plain_media_type(media_type), content)
            if refusal:
                yield refusal


def _file(path: str, media_type: str, content: str) -> Refusal | None:
    """Return why one attachment is not taken.  Its content must be what its media type says, never more."""
    if media_type not in FILES and RUNS.search(media_type):
        return Refusal(path, COULD_RUN)
    if media_type not in FILES:
        return Refusal(f"{path}.media_type", f"It must be one of: {', '.join(FILES)}.")
    try:
        body = base64.b64decode(content, validate=True)
    except ValueError:
        return Refusal(f"{path}.base64", "It is not base64: letters, digits, + and /, without line breaks.")
    return _body(path, media_type, body)


def _body(path: str, media_type: str, body: bytes) -> Refusal | None:
    """Return why the content of an attachment is not taken."""
    if not body:
        return Refusal(f"{path}.base64", "The file is empty.")
    if not FILES[media_type][1](body):
        return Refusal(f"{path}.media_type", f"The content of the file is not {media_type}.")
    if media_type == "text/plain" and RUNS_AS_TEXT.match(body):
        return Refusal(path, COULD_RUN)
    return None


# ---- who agreed ----


def givers(message: Message) -> tuple[Person, ...]:
    """Return the people of the message who gave agreement, as far as `by` names them by id or name.

    Nobody, where the name is written another way than in the message: then who gave it is for a person to say.
    """
    said = ((message.agreement and message.agreement.by) or "")[:LONGEST_NAMING]
    names = [(one, _full_names(one), _folded((one.name and one.name.given) or "")) for one in message.people]
    parts = [said, *re.split(r"\band\b|[,;&+]", said)]
    whole, *each = [_named(_folded(part), names) for part in parts]
    return (whole,) if whole else tuple({one.id: one for one in each if one}.values())


def _named(said: str, names: list[tuple[Person, set[str], str]]) -> Person | None:
    """Return the one person meant by an id, a full name or, where nobody shares it, a first name."""
    exact = [one for one, _, _ in names if _folded(one.id) == said]
    full = [one for one, whole, _ in names if said in whole]
    first = [one for one, _, given in names if said == given]
    found = exact or full or first
    return found[0] if len(found) == 1 and said else None


def _full_names(person: Person) -> set[str]:
    names = {person.full_name, *(person.name.known_as if person.name else ())}
    return {_folded(name) for name in names} - {""}


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def parental_responsibility(message: Message, giver: str, child: str) -> bool | None:
    """Tell whether the message gives one person parental responsibility for another; None where it does not say."""
    said = {
        one.parental_responsibility
        for one in message.relationships
        if (one.from_id, one.to_id) == (giver, child)
    }
    return None if said <= {None} else False not in said


# ---- what is odd ----


def warnings(message: Message, received_at: datetime) -> list[Warning]:
    """Return what a worker should know about a message before relying on it.

    received_at: aware.

    Source: docs/rules.md, "Contacts", "Identifiers", "Protected addresses".
    """
    plain = as_json(message)
    found = [
        *_about_people(message.people, received_at),
        *_about_numbers_given_twice(message.people),
        *_about_the_event(message, received_at),
        *_about_agreement(message),
        *_about_categories(message.concern),
        *_about_protected_addresses(message, plain),
        *_about_files(message.attachments),
        *_about_writing(plain, ()),
    ]
    return list(dict.fromkeys(found))


def _about_people(people: Iterable[Person], received_at: datetime) -> Iterator[Warning]:
    today = received_at.astimezone(LONDON).date()
    for place, one in enumerate(people):
        path = f"people[{place}]"
        if not one.full_name and not (one.name and any(map(str.strip, one.name.known_as))):
            yield Warning(path, "no name")
        if one.born_on and one.born_on > today:
            yield Warning(f"{path}.born_on", "in the future; keep, show no age")
        if one.born_on and one.born_on.year < today.year - OLDEST_YEARS:
            yield Warning(f"{path}.born_on", f"more than {OLDEST_YEARS} years ago; keep, ask the sender")
        if one.nhs_number and not nhs.is_valid(one.nhs_number):
            yield Warning(f"{path}.nhs_number", f"{_wrong_nhs(one.nhs_number)}; keep as text, {NO_EVIDENCE}")
        if one.upn and _wrong_upn(one.upn):
            yield Warning(f"{path}.upn", f"{_wrong_upn(one.upn)}; keep, {NO_EVIDENCE}")
        yield from _about_scripts(one, path)


def _wrong_nhs(number: str) -> str:
    digits = nhs.compact(number)
    return "check digit wrong" if re.fullmatch("[0-9]{10}", digits) else "not ten digits"


def _wrong_upn(number: str) -> str:
    """Say what is wrong with a unique pupil number, or "".  A temporary one ends in a letter."""
    plain = upn.compact(number)
    if not UPN.fullmatch(plain) or not set(plain) <= set("ABCDEFGHJKLMNPQRTUVWXYZ0123456789"):
        return "not a letter and twelve digits"
    if upn.calc_check_digit(plain[1:]) != plain[0]:
        return "check letter wrong"
    return "" if upn.is_valid(plain) else "its local authority is not known"


def _about_numbers_given_twice(people: Iterable[Person]) -> Iterator[Warning]:
    """Yield a warning for each number that two people of the message share: one of them is not theirs."""
    holders: dict[tuple[str, str], int] = {}
    for place, one in enumerate(people):
        for key, number in (("nhs_number", one.nhs_number_to_match), ("upn", one.upn_to_match)):
            first = holders.setdefault((key, number), place) if number else place
            if first != place:
                yield Warning(f"people[{place}].{key}", f"the same as of people[{first}]; {NO_EVIDENCE}")


def _about_scripts(person: Person, path: str) -> Iterator[Warning]:
    """Yield a warning for a name whose letters look like one way of writing and are of two."""
    if not person.name:
        return
    given, family = person.name.given or "", person.name.family or ""
    parts = {f"{path}.name.given": given, f"{path}.name.family": family}
    parts |= {f"{path}.name.known_as[{place}]": one for place, one in enumerate(person.name.known_as)}
    mixed = [where for where, text in parts.items() if len(_scripts(text)) > 1]
    if not mixed and len(_scripts(given + family)) > 1:
        mixed = [f"{path}.name"]
    for where in mixed:
        yield Warning(where, "mixes letters of different alphabets that may look alike; keep")
    for where, text in parts.items():
        if UNSEEN.search(text):
            yield Warning(where, "holds characters that cannot be seen; keep")


def _scripts(text: str) -> set[str]:
    """Return the ways of writing that the letters of a text belong to, as Unicode names them."""
    letters = {sign for sign in text if unicodedata.category(sign) in {"Lu", "Ll", "Lt", "Lo"}}
    found = {unicodedata.name(sign, "UNKNOWN").split()[0] for sign in letters} - NOT_SCRIPTS
    return {"CJK" if script in WRITTEN_TOGETHER else script for script in found}


def _about_the_event(message: Message, received_at: datetime) -> Iterator[Warning]:
    if message.sent_at > received_at + CLOCKS_DIFFER:
        yield Warning("sent_at", "later than it was received; the sender's clock may be wrong")
    if message.event is None or message.event.at is None:
        return
    happened, sent = message.event.at, message.sent_at
    days = (sent.astimezone(LONDON).date() - happened.astimezone(LONDON).date()).days
    if days > SENT_LATE_DAYS:
        yield Warning("event.at", f"sent {days} days after the event")
    if happened > sent + CLOCKS_DIFFER:
        yield Warning("event.at", "later than the message was sent")


def _about_agreement(message: Message) -> Iterator[Warning]:
    """Yield a warning where nothing could open a check, or the giver may not be able to agree for a child.

    Source: docs/rules.md, "Agreement", "The gate".
    """
    agreement = message.agreement or Agreement()
    if agreement.sought != "given":
        if agreement.ground is None and message.type != "information_only":
            yield Warning("agreement", "no ground")
        return
    held = {
        parental_responsibility(message, giver.id, covered)
        for giver in givers(message)
        for covered in agreement.covers
        if covered != giver.id and _role(message, covered) == "child"
    }
    if False in held:
        yield Warning("agreement.by", "giver has parental_responsibility false in relationships")
    elif None in held:
        yield Warning("agreement.by", "whether the giver has parental responsibility is not said")


def _role(message: Message, ref: str) -> str:
    return next(one.role for one in message.people if one.id == ref)


def _about_categories(concern: Concern) -> Iterator[Warning]:
    for place, one in enumerate(concern.categories):
        if one not in categories():
            yield Warning(f"concern.categories[{place}]", "not a category that is offered; keep as text")


def _about_protected_addresses(message: Message, plain: Json) -> Iterator[Warning]:
    """Yield a warning for each text that repeats a protected address: it must be seen before any release."""
    repeated = sorted({where for taken in take_out(plain)[1] for where in taken.words})
    places = [place for place, one in enumerate(message.people) if one.address and one.address.protected]
    if repeated:
        words = f"repeated in {', '.join(repeated)}; take it out before any release"
        yield Warning(f"people[{places[0]}].address.protected", words[:400])


def _about_files(attachments: Iterable[Attachment]) -> Iterator[Warning]:
    for place, one in enumerate(attachments):
        path = f"attachments[{place}].name"
        if re.search(r"[/\\]|^[A-Za-z]:|^\.", one.name):
            yield Warning(path, "written as a path; a name only, never used to find a file")
        endings = FILES[_plain_media_type(one.media_type)][0].split()
        if PurePosixPath(one.name).suffix.lower() not in endings:
            yield Warning(path, "its ending is not that of its media type")
        if not one.name.isprintable():
            yield Warning(path, "holds characters that cannot be seen")


def _about_writing(value: Any, steps: Steps) -> Iterator[Warning]:
    """Yield a warning for each text whose hidden marks could make it read in another order than it is stored."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _about_writing(item, (*steps, key))
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from _about_writing(item, (*steps, place))
    elif isinstance(value, str) and TURNS.search(value):
        yield Warning(path_of(steps), "holds characters that turn the direction of reading; keep, show them")
