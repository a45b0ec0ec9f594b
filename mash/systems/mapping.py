"""A system's own names, codes and dates, put into the words of the referral message.  Pure: no rows, no clock.

A mapping is three texts that a person writes, a rule a line.  What it cannot read stays as it was written, and is said.
"""

import json
import re
import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from mash.contact.message import FORMAT, Message
from mash.contact.refusals import path_of

LONDON = ZoneInfo("Europe/London")
BESIDE = "-"  # a field that is kept in the original alone
ORDERS = {
    "year/month/day": ("year", "month", "day"),
    "day/month/year": ("day", "month", "year"),
    "month/day/year": ("month", "day", "year"),
}
WHEN = re.compile(
    r"(\d{1,4})[-/. ](\d{1,2})[-/. ](\d{1,4})(?:[T ,]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?"
)
YES, NO = {"y", "yes", "true", "1", "t"}, {"n", "no", "false", "0", "f"}
INSTEAD = {  # where the message needs a code, and the sender's own is not known: what hides nothing
    "people[].role": "other",
    "relationships[].kind": "other",
    "source.kind": "other_authority",
    "subject": "both",
    "type": "safeguarding",
}
PROTECTED = "people[].address.protected"
THE_FILE = "(the file itself)"
MOST_RULES, LONGEST_LINE = 500, 300
STEP = re.compile(r"[^.\[\]\s|=]+(\[\])?")
Steps = tuple[Any, ...]


class NotRead(ValueError):
    """A rule cannot be read.  text: fields, codes or fixed.  The message says which line, and why."""

    def __init__(self, text: str, line: int, why: str) -> None:
        self.text = text
        super().__init__(f"Line {line}: {why}")


@dataclass(frozen=True, slots=True)
class Rules:
    """A mapping as it is applied.

    passes: a field that no rule names counts as ours where its name is ours.
    fields: their path to ours and how a date is written.  codes: our path to their code (folded) and ours.
    fixed: our path to what stands there where the sender says nothing.
    """

    passes: bool
    fields: Mapping[str, tuple[str, str]]
    codes: Mapping[str, Mapping[str, str]]
    fixed: Mapping[str, str]

    @property
    def is_plain(self) -> bool:
        """Tell whether it changes nothing."""
        return self.passes and not (self.fields or self.codes or self.fixed)


@dataclass(slots=True)
class Mapped:
    """A message in our words.  said: (path, words, what they wrote) of everything that a person must look at."""

    message: dict[str, Any]
    said: list[tuple[Any, str, str]] = field(default_factory=list)
    files: set[Steps] = field(default_factory=set)


@cache
def places() -> Mapping[str, Any]:
    """Return every place of the message that holds a value: its path to str, bool, date, datetime, or its codes."""
    return dict(_places(Message, ""))


def _places(model: type[BaseModel], before: str) -> Iterator[tuple[str, Any]]:
    for name, one in model.model_fields.items():
        yield from _place(one.annotation, f"{before}{one.alias or name}")


def _place(kind: Any, path: str) -> Iterator[tuple[str, Any]]:
    origin = get_origin(kind)
    if origin is Annotated:
        yield from _place(get_args(kind)[0], path)
    elif origin in (Union, types.UnionType):
        parts = [one for one in get_args(kind) if one is not type(None)]
        if all(get_origin(one) is Literal for one in parts):
            yield path, tuple(code for one in parts for code in get_args(one))
        else:
            yield from _place(parts[0], path)
    elif origin is tuple:
        yield from _place(get_args(kind)[0], f"{path}[]")
    elif origin is Literal:
        yield path, get_args(kind)
    elif isinstance(kind, type) and issubclass(kind, BaseModel):
        yield from _places(kind, f"{path}.")
    else:
        yield path, kind


# From the texts that a person writes


def read_rules(*, fields: str, codes: str, fixed: str, passes: bool) -> Rules:
    """Return the rules that three texts hold.

    fields: `theirs -> ours`, after which `| day/month/year` may stand.  codes: `ours: theirs = ours`.
    fixed: `ours = value`.  Blank lines and those that begin with # are for people.

    Raises NotRead at the first line that is wrong.
    """
    named: dict[str, tuple[str, str]] = {}
    for line, text in _lines("fields", fields):
        theirs, ours, how = _field(line, text)
        if theirs in named:
            raise NotRead("fields", line, f"{theirs} is named twice.")
        named[theirs] = (ours, how)
    lists: dict[str, dict[str, str]] = {}
    for line, text in _lines("codes", codes):
        place, theirs, ours = _code(line, text)
        if theirs in lists.setdefault(place, {}):
            raise NotRead("codes", line, f"{theirs} is given twice for {place}.")
        lists[place][theirs] = ours
    always: dict[str, str] = {}
    for line, text in _lines("fixed", fixed):
        place, equals, value = (part.strip() for part in text.partition("="))
        if not (equals and value):
            raise NotRead("fixed", line, "write it as: subject = child")
        _must_be_ours("fixed", line, place, value)
        always[place] = value
    return Rules(passes, named, lists, always)


def _lines(name: str, text: str) -> Iterator[tuple[int, str]]:
    lines = [(number, one.strip()) for number, one in enumerate(text.splitlines(), 1)]
    kept = [(number, one) for number, one in lines if one and not one.startswith("#")]
    if len(kept) > MOST_RULES:
        raise NotRead(name, kept[MOST_RULES][0], f"there are more than {MOST_RULES} rules.")
    for number, one in kept:
        if len(one) > LONGEST_LINE or not one.isprintable():
            raise NotRead(name, number, f"it is longer than {LONGEST_LINE} characters, or not plain text.")
        yield number, one


def _field(line: int, text: str) -> tuple[str, str, str]:
    theirs, arrow, rest = (part.strip() for part in text.partition("->"))
    ours, bar, how = (part.strip() for part in rest.partition("|"))
    if not (arrow and theirs and ours):
        raise NotRead("fields", line, "write it as: nominals[].dob -> people[].born_on | day/month/year")
    if not all(STEP.fullmatch(one) for one in theirs.split(".")):
        raise NotRead("fields", line, f"{theirs} is not a path such as nominals[].dob")
    if bar and how not in ORDERS:
        raise NotRead("fields", line, f"a date is written {', '.join(ORDERS)}.")
    if ours != BESIDE:
        _must_be_ours("fields", line, ours)
        more = ours.count("[]") - theirs.count("[]")
        if not (more == 0 or (more == 1 and ours.endswith("[]"))):
            raise NotRead("fields", line, f"{theirs} and {ours} do not stand in as many lists.")
    return theirs, ours, how


def _code(line: int, text: str) -> tuple[str, str, str]:
    place, colon, rest = (part.strip() for part in text.partition(":"))
    theirs, equals, ours = (part.strip() for part in rest.rpartition("="))
    if not (colon and equals and theirs and ours):
        raise NotRead("codes", line, "write it as: people[].ethnicity: W1 = WBRI")
    _must_be_ours("codes", line, place, ours)
    return place, theirs.casefold(), ours


def _must_be_ours(name: str, line: int, place: str, value: str = "") -> None:
    kind = places().get(place)
    if kind is None or place == "format":
        raise NotRead(name, line, f"the message has no place {place}")
    if isinstance(kind, tuple) and value and value not in kind:
        raise NotRead(name, line, f"{place} is one of: {', '.join(kind)}")
    if kind is bool and value and value.casefold() not in YES | NO:
        raise NotRead(name, line, f"{place} is yes or no.")
    if kind in (date, datetime) and value:
        raise NotRead(name, line, f"{place} is a date, which no list and no fixed value gives.")


# What it makes of a message


def apply(rules: Rules, said: Mapping[str, Any]) -> Mapped:
    """Return what a message says in our words.

    said: as the sender wrote it, numbers as text.  What is unknown is kept as written where the place holds text; where
    it holds codes, what hides nothing stands instead, or nothing; either way it is said.

    Source: docs/rules.md, "The words of a system".
    """
    made = Mapped({})
    found: dict[Steps, Any] = {}
    unmapped: list[tuple[Steps, Any]] = []
    for steps, value in _values(said, ()):
        theirs = _pattern(steps)
        ours, how = rules.fields.get(theirs, (theirs if rules.passes and theirs in places() else "", ""))
        if ours == BESIDE:
            continue
        if not ours:
            unmapped.append((steps, value))
            continue
        if ours == "attachments[].base64":
            made.files.add(steps)
        _put(found, made, rules, (ours, how), (steps, value))
    made.message = _nested(found)
    _finish(made.message, rules.fixed)
    _number(made, found)
    for steps, value in unmapped:
        made.said.append(
            (path_of(steps), "no rule says where it belongs, so it stands in no field", str(value))
        )
    return made


def without_files(said: Mapping[str, Any], files: set[Steps]) -> dict[str, Any]:
    """Return a message as its sender wrote it, without the bytes of its files, which are kept by themselves."""

    def bare(value: Any, steps: Steps) -> Any:
        if steps in files:
            return THE_FILE
        if isinstance(value, Mapping):
            return {key: bare(one, (*steps, key)) for key, one in value.items()}
        if isinstance(value, list):
            return [bare(one, (*steps, place)) for place, one in enumerate(value)]
        return value

    return dict(bare(said, ()))


def as_bytes(message: Mapping[str, Any]) -> bytes:
    """Return a message as it would have been sent."""
    return json.dumps(message, ensure_ascii=False).encode()


def _values(value: Any, steps: Steps) -> Iterator[tuple[Steps, Any]]:
    if isinstance(value, Mapping):
        for key, one in value.items():
            yield from _values(one, (*steps, key))
    elif isinstance(value, list):
        for place, one in enumerate(value):
            yield from _values(one, (*steps, place))
    elif value is not None and value != "":
        yield steps, value


def _pattern(steps: Steps) -> str:
    said = "".join("[]" if isinstance(one, int) else f".{one}" for one in steps)
    return said.removeprefix(".")


def _put(
    found: dict[Steps, Any], made: Mapped, rules: Rules, rule: tuple[str, str], sent: tuple[Steps, Any]
) -> None:
    """Put one value where it belongs.  Where two texts belong in one place, they stand there below each other."""
    (ours, how), (steps, value) = rule, sent
    place = _steps(ours, steps)
    kept, wrong = _value(rules, ours, how, value)
    if wrong:
        made.said.append((place, f"{wrong}; it came as {path_of(steps)}", str(value)))
    if kept is None:
        return
    before = found.get(place)
    both = isinstance(before, str) and isinstance(kept, str) and places()[ours] is str
    found[place] = f"{before}\n{kept}" if both and before != kept else kept


def _steps(ours: str, theirs: Steps) -> Steps:
    """Return the steps to a place of ours; a list's step is where in which of the sender's lists the value stood."""
    marks = [theirs[: place + 1] for place, one in enumerate(theirs) if isinstance(one, int)]
    made: list[Any] = []
    for part in ours.split("."):
        made.append(part.removesuffix("[]"))
        if part.endswith("[]"):
            made.append(marks.pop(0) if marks else theirs)
    return tuple(made)


def _value(rules: Rules, ours: str, how: str, value: Any) -> tuple[Any, str]:
    """Return what is kept of a value, and what is to be said about it."""
    text = ("yes" if value else "no") if isinstance(value, bool) else str(value)
    kind, codes = places()[ours], rules.codes.get(ours, {})
    known = codes.get(text.strip().casefold())
    if isinstance(kind, tuple):
        same = next((one for one in kind if one.casefold() == text.strip().casefold()), None)
        found = known or same or INSTEAD.get(ours)
        taken = f"it is taken as {found}" if found else "nothing is taken from it"
        return found, "" if known or same else f"no code of ours is known for it, and {taken}"
    if kind is bool:
        return _yes_or_no(ours, known or text)
    if kind in (date, datetime):
        read = _when(text, how, moment=kind is datetime)
        return read, "" if read else "it cannot be read as a date, and nothing is taken from it"
    strange = bool(codes) and known is None and text not in codes.values()
    return known or text, "no code of ours is known for it, and it is kept as written" if strange else ""


def _yes_or_no(ours: str, text: str) -> tuple[bool | None, str]:
    plain = text.strip().casefold()
    if plain in YES | NO:
        return plain in YES, ""
    if ours == PROTECTED:
        return True, "it is neither yes nor no, and the address is protected"
    return None, "it is neither yes nor no, and nothing is taken from it"


def _when(text: str, how: str, *, moment: bool) -> str | None:
    """Return a date, or a moment, as the message writes it; a moment without its offset is London's."""
    found = WHEN.fullmatch(text.strip())
    if not found:
        return None
    order = ORDERS[how or "year/month/day"]
    parts = dict(zip(order, found.group(1, 2, 3), strict=True))
    if len(parts["year"]) != 4:
        return None
    try:
        day = date(int(parts["year"]), int(parts["month"]), int(parts["day"]))
        if not moment:
            return day.isoformat()
        hour, minute, second = (int(one or 0) for one in found.group(4, 5, 6))
        at = datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=LONDON)
        if found.group(7):
            zone = datetime.fromisoformat(f"2000-01-01T00:00:00{found.group(7)}").tzinfo
            at = at.replace(tzinfo=zone)
    except ValueError:
        return None
    return at.isoformat()


def _nested(found: Mapping[Steps, Any]) -> dict[str, Any]:
    """Return values by their steps as objects and lists, each list in the order in which its entries came."""
    here: dict[Any, dict[Steps, Any]] = {}
    for steps, value in found.items():
        here.setdefault(steps[0], {})[steps[1:]] = value
    made: dict[str, Any] = {}
    for key, rest in here.items():
        if () in rest:
            made[key] = rest[()]
        elif all(isinstance(steps[0], tuple) for steps in rest):
            inner = _nested(rest)
            made[key] = list(inner.values())
        else:
            made[key] = _nested(rest)
    return made


def _number(made: Mapped, found: Mapping[Steps, Any]) -> None:
    """Say each place as it stands in the message: by its number in the list."""
    numbers: dict[tuple[Steps, Any], int] = {}
    counts: dict[Steps, int] = {}
    for steps in found:
        for place, one in enumerate(steps):
            if isinstance(one, tuple) and (steps[:place], one) not in numbers:
                numbers[steps[:place], one] = counts.get(steps[:place], 0)
                counts[steps[:place]] = counts.get(steps[:place], 0) + 1
    made.said = [
        (
            path_of(
                numbers.get((where[:place], one), 0) if isinstance(one, tuple) else one
                for place, one in enumerate(where)
            ),
            words,
            value,
        )
        for where, words, value in made.said
    ]


def _finish(message: dict[str, Any], fixed: Mapping[str, str]) -> None:
    """Put in what the sender never says: the format, the ids of people, and what is fixed."""
    for place, value in fixed.items():
        kind = places()[place]
        said: Any = value.casefold() in YES if kind is bool else value
        _fix(message, place.split("."), said)
    message["format"] = FORMAT
    people = [one for one in message.get("people", ()) if isinstance(one, dict)]
    used = {one.get("id") for one in people}
    free = (f"p{number}" for number in range(1, 2 * len(people) + 2) if f"p{number}" not in used)
    for one in people:
        if "id" not in one:
            one["id"] = next(free)


def _fix(here: dict[str, Any], steps: list[str], value: Any) -> None:
    step, rest = steps[0], steps[1:]
    name = step.removesuffix("[]")
    if not rest:
        here.setdefault(name, [value] if step.endswith("[]") else value)
    elif step.endswith("[]"):
        for one in here.get(name, ()):
            if isinstance(one, dict):
                _fix(one, rest, value)
    else:
        inner = here.setdefault(name, {})
        if isinstance(inner, dict):
            _fix(inner, rest, value)
