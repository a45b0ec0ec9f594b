"""What a picture of a family is drawn from: people, what is said of how they stand to each other, and homes."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Shape(StrEnum):
    """The standard symbols.  The record holds a sex, or that it is not known; it holds nothing of gender."""

    SQUARE = "square"  # male
    CIRCLE = "circle"  # female
    DIAMOND = "diamond"  # not known
    TRIANGLE = "triangle"  # not yet born


@dataclass(frozen=True, slots=True)
class One:
    """Somebody in the picture.

    age, year: what stands inside the symbol, as far as known.  born: sorts brothers and sisters; "" when not known.
    index: the case is about them.  mark: a few letters beside the symbol.
    on_record: False for whom a contact names and nobody has settled.
    """

    key: str
    name: str
    shape: Shape = Shape.DIAMOND
    age: str = ""
    year: str = ""
    born: str = ""
    index: bool = False
    died: bool = False
    adult: bool = True
    mark: str = ""
    on_record: bool = True


@dataclass(frozen=True, slots=True)
class Said:
    """That somebody said: `one` is the `kind` of `other`.

    on_record: it stands in the hub's own record; else only a contact says it.  ended: it no longer holds.
    """

    one: str
    other: str
    kind: str
    said_at: datetime
    responsibility: bool | None = None
    on_record: bool = True
    ended: bool = False


@dataclass(frozen=True, slots=True)
class Home:
    """People who live together now, as far as known."""

    letter: str
    people: frozenset[str]


@dataclass(frozen=True, slots=True)
class Family:
    """Everything a picture is drawn from."""

    people: tuple[One, ...]
    said: tuple[Said, ...] = ()
    homes: tuple[Home, ...] = ()
