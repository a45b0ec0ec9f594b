"""Advice to a professional: what the levels of need are called, and what may not stand in one held without names.

Pure, but for the names of the levels: a later stage owns that content and says them when it starts.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta

from stdnum.gb import nhs

REFERENCE_LETTER = "C"  # after the hub's own letters, so that nobody takes it for a contact's reference
UNANSWERED = "-"  # the hub's guide has no answer to what was asked; no question of it is named so
SUGGESTED_WITHIN = timedelta(days=90)  # how long after the advice a referral is thought to come of it
POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2}\b", re.IGNORECASE)
BORN = re.compile(r"\b(?:born|d\.?o\.?b\.?|date of birth)\b[^.\n]{0,20}\d", re.IGNORECASE)
TEN_DIGITS = re.compile(r"(?<!\d)\d{3}[ -]?\d{3}[ -]?\d{4}(?!\d)")

Levels = Mapping[int, str]
_NAMES: list[Callable[[], Levels]] = []


def name_levels(names: Callable[[], Levels]) -> None:
    """Say what the levels of need are called; a later stage does, when it starts, for the levels are its content."""
    _NAMES[:] = [names]


def levels() -> Levels:
    """Return the levels of need by number, in order; none where no stage names them."""
    return _NAMES[0]() if _NAMES else {}


def what_names_somebody(said: str) -> str:
    """Return what in these words tells who somebody is, or "": a postcode, a date of birth, an NHS number.

    Source: docs/rules.md, "Consultations".
    """
    if POSTCODE.search(said):
        return "a postcode"
    if BORN.search(said):
        return "a date of birth"
    if any(nhs.is_valid(number) for number in TEN_DIGITS.findall(said)):
        return "an NHS number"
    return ""


def level_labels(numbers: Iterable[int]) -> list[str]:
    """Return how levels of need are shown: "2, early help"."""
    known = levels()
    return [f"{number}, {known[number].lower()}" if number in known else str(number) for number in numbers]
