"""Reading the lines of an address: house, flat, street, and the part of town.  Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import yaml

from mash.people import names
from mash.people.names import CONTENT

NUMBER = re.compile(r"\d+[a-z]?")
SAINT = "saint"


@dataclass(frozen=True, slots=True)
class Address:
    """An address by its parts; what was not said is empty.

    flats, houses: numbers, with their letter.  street: the words of its name without the kind of street, written
    out.  kind: road, street, lane.  places: the lines beside it, from the nearest to the widest.
    """

    flats: frozenset[str] = frozenset()
    houses: frozenset[str] = frozenset()
    street: tuple[str, ...] = ()
    kind: str = ""
    places: tuple[str, ...] = ()


@lru_cache(maxsize=65536)
def read(lines: tuple[str, ...]) -> Address:
    """Return the parts of an address; an empty one where the lines say that somebody lives nowhere."""
    parts = [tuple(names.fold(part).split()) for line in lines for part in line.split(",")]
    parts = [part for part in parts if part]
    if any(" ".join(part) in _nowhere() for part in parts):
        return Address()
    flats, rest = _flats_apart(parts)
    place = _street_among(rest)
    if place is None:
        return Address(flats=frozenset(flats), places=tuple(" ".join(part) for part in rest))
    before, after = rest[:place], rest[place + 1 :]
    numbers, words = _numbers_apart(rest[place])
    alone = [part for part in before if all(map(NUMBER.fullmatch, part))]  # "12" on a line of its own
    numbers += [number for part in alone for number in part]
    if len(numbers) > 1 and not flats:  # 3/12 Mill Road
        flats = numbers[:1]
        numbers = numbers[1:]
    street, kind = _kind_apart(words)
    return Address(
        frozenset(flats), frozenset(numbers), street, kind, tuple(" ".join(part) for part in after if part)
    )


def _flats_apart(parts: Sequence[tuple[str, ...]]) -> tuple[list[str], list[tuple[str, ...]]]:
    """Return the numbers of flats, and what else the parts say."""
    flats, rest = [], []
    for part in parts:
        left = list(part)
        for place, word in enumerate(part[:-1]):
            if word in _flat_words() and (NUMBER.fullmatch(part[place + 1]) or len(part[place + 1]) == 1):
                flats.append(part[place + 1])
                del left[place : place + 2]
                break
        if left:
            rest.append(tuple(left))
    return flats, rest


def _street_among(parts: Sequence[tuple[str, ...]]) -> int | None:
    """Return which part is the street: one with a house number and a kind of street, or else with either."""
    numbered = {place for place, part in enumerate(parts) if _has_number(part)}
    kinds = {place for place, part in enumerate(parts) if _has_kind(part)}
    for found in (numbered & kinds, kinds, numbered):
        if found:
            return min(found)
    return 0 if parts and not all(map(NUMBER.fullmatch, parts[0])) else None


def _has_kind(part: tuple[str, ...]) -> bool:
    return len(part) > 1 and part[-1] in _kinds()


def _has_number(part: tuple[str, ...]) -> bool:
    return NUMBER.fullmatch(part[0]) is not None and len(part) > 1


def _numbers_apart(part: tuple[str, ...]) -> tuple[list[str], tuple[str, ...]]:
    end = next((place for place, word in enumerate(part) if not NUMBER.fullmatch(word)), len(part))
    return list(part[:end]), part[end:]


def _kind_apart(words: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
    """Return the name of a street written out, and its kind apart."""
    kind = _kinds().get(words[-1], "") if len(words) > 1 else ""
    named = words[:-1] if kind else words
    return tuple(SAINT if word == "st" else _others().get(word, word) for word in named), kind


@cache
def _listed() -> dict[str, Any]:
    listed: dict[str, Any] = yaml.safe_load((CONTENT / "street_words.yaml").read_text(encoding="utf-8"))
    return listed


@cache
def _kinds() -> dict[str, str]:
    return _written_out("kinds")


@cache
def _others() -> dict[str, str]:
    return _written_out("others")


def _written_out(what: str) -> dict[str, str]:
    return {short: word for word, several in _listed()[what].items() for short in (word, *several)}


@cache
def _flat_words() -> frozenset[str]:
    return frozenset(_listed()["flats"])


@cache
def _nowhere() -> frozenset[str]:
    return frozenset(_listed()["nowhere"])
