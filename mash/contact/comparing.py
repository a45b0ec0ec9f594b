"""What a contact says of somebody, beside what is held on those it may be: the rows of the compare page.  Pure."""

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mash.common import naming
from mash.common.templates import day
from mash.contact.naming import value_in_words, where_in_words
from mash.people.details import Details, Home
from mash.people.matching import Band, Candidate, Mark, compare, rank
from mash.people.matching.weights import Weights

REASONS_SHOWN = 3
LONGEST_SHOWN = 400  # characters of a value
Said = Callable[[Details], str]


def columns(candidates: Sequence[Candidate]) -> list[dict[str, Any]]:
    """Return a heading for each candidate: name, how far the suggestion goes, and why, in words."""
    return [
        {
            "key": str(one.person_id),
            "title": name_of(one.details),
            "likelihood": one.band.label,
            "for": one.reasons_for[:REASONS_SHOWN],
            "against": one.reasons_against[:REASONS_SHOWN],
        }
        for one in candidates
    ]


def one_candidate(details: Details, key: uuid.UUID, held: Details, weights: Weights) -> Candidate:
    """Return one record set beside another, however unlike they are."""
    levels = compare(details, held)
    ranked = rank(details, [(key, held)], weights)
    return ranked[0] if ranked else Candidate(key, held, Band.NOT_FOUND, 0.0, levels)


def rows(incoming: Details, candidates: Sequence[Candidate]) -> list[dict[str, Any]]:
    """Return a row for each fact that the contact or any candidate knows, each cell with its mark.

    Source: docs/rules.md, "Matching people".
    """
    made: list[dict[str, Any]] = [
        {
            "label": label,
            "incoming": said(incoming),
            "cells": [_cell(fact, said(one.details), said(incoming), one) for one in candidates],
        }
        for label, fact, said in FACTS
    ]
    return [row for row in made if row["incoming"] or any(cell["value"] for cell in row["cells"])]


def name_of(details: Details) -> str:
    """Return the name as lists show it."""
    return naming.name_of(details.given, details.family) or "Name not known"


@dataclass(frozen=True, slots=True)
class Change:
    """Where two messages differ: a path in them, the same in words, and what each says there ("" where nothing)."""

    path: str
    where: str
    held: str
    came: str


def changes(held: Mapping[str, Any], came: Mapping[str, Any]) -> list[Change]:
    """Return where two messages differ, by path and in words."""
    people = _names(held) if len(_names(held)) >= len(_names(came)) else _names(came)
    one, other = dict(_flat(held, "")), dict(_flat(came, ""))
    paths = [path for path in {**one, **other} if one.get(path) != other.get(path)]
    return [
        Change(
            path,
            where_in_words(path, people),
            value_in_words(one.get(path, "")),
            value_in_words(other.get(path, "")),
        )
        for path in paths
    ]


def _names(message: Mapping[str, Any]) -> list[str]:
    """Return the names of the people in a message, in order, "" for one without."""
    names = [(one.get("name") or {}) for one in message.get("people", ()) if isinstance(one, Mapping)]
    return [" ".join(part for part in (name.get("given"), name.get("family")) if part) for name in names]


def _flat(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, inside in value.items():
            yield from _flat(inside, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for place, inside in enumerate(value):
            yield from _flat(inside, f"{path}[{place}]")
    else:
        said = {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)
        yield path, said if len(said) <= LONGEST_SHOWN else f"{said[:LONGEST_SHOWN]}…"


def _cell(fact: str, value: str, incoming: str, candidate: Candidate) -> dict[str, str]:
    level = candidate.levels.get(fact)
    if level is None:
        same = Mark.SAME if value and value == incoming else Mark.UNKNOWN
        return {"value": value, "mark": same.value, "why": ""}
    why = level.words if level.mark == Mark.CLOSE or fact == "kin" else ""
    return {"value": value, "mark": level.mark.value, "why": why}


def _known_as(details: Details) -> str:
    return ", ".join(f"{name.given} {name.family}".strip() for name in details.further_names)


def _born(details: Details) -> str:
    if details.born_on:
        return day(details.born_on)
    if details.expected_on:
        return f"expected {day(details.expected_on)}"
    return f"age {details.age_words}" if details.age_words else ""


def _sex(details: Details) -> str:
    return {"F": "Female", "M": "Male"}.get(details.sex, "")


def _homes(details: Details) -> str:
    return "; ".join(", ".join(home.lines) + _lived(home) for home in details.addresses if home.lines)


def _lived(home: Home) -> str:
    """Say the days that an address was theirs, as far as known."""
    since = f"from {day(home.from_on)}" if home.from_on else ""
    until = f"until {day(home.until_on)}" if home.until_on else ""
    said = " ".join(part for part in (since, until) if part)
    return f" ({said})" if said else ""


def _postcodes(details: Details) -> str:
    return ", ".join(dict.fromkeys(home.postcode for home in details.addresses if home.postcode))


def _kin(details: Details) -> str:
    return "; ".join(naming.name_of(one.given, one.family) for one in details.kin if one.given or one.family)


def _number(scheme: str) -> Said:
    def said(details: Details) -> str:
        return ", ".join(sorted(value for one, value in details.numbers() if one == scheme))

    return said


FACTS: list[tuple[str, str, Said]] = [  # label, the fact's name in matching, how it is said
    ("Given names", "given", lambda details: details.given),
    ("Family name", "family", lambda details: details.family),
    ("Also known as", "", _known_as),
    ("Born", "born_on", _born),
    ("Sex", "sex", _sex),
    ("Address", "street", _homes),
    ("Postcode", "postcode", _postcodes),
    ("Telephone", "phone", lambda details: ", ".join(details.phones)),
    ("School", "school", lambda details: details.school),
    ("NHS number", "nhs", _number("nhs")),
    ("UPN", "upn", _number("upn")),
    ("Council’s child id", "la_child_id", _number("la_child_id")),
    ("Household and family", "kin", _kin),
]
