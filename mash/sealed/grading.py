"""How reliable a source and its information are, and whether an item may be passed on.  Pure."""

import re
from dataclasses import dataclass

SOURCES, INFORMATION, HANDLING = "123", "ABCDE", "PC"  # 3x5x2
OLD_SOURCES, OLD_INFORMATION, OLD_HANDLING = "ABCDE", "12345", "12345"  # 5x5x5, before 2016
NEEDS_CONDITIONS = {"C", "5"}
TOO_HIGH = {"SECRET", "TOP SECRET"}
MARKED_TOO_HIGH = re.compile(r"^\W*(?:UK\s+)?(?:TOP\s+)?SECRET\b(?!\s+[a-z])", re.MULTILINE)


class NotForThisSystem(Exception):
    """The words are marked SECRET or above.  They were not kept."""


class WrongGrading(ValueError):
    """A grading does not fit 3x5x2 or the older 5x5x5, or a condition lacks its text."""


@dataclass(frozen=True, slots=True)
class Grading:
    """The grading of one item: all blank for what is no intelligence.

    source: 1 reliable, 2 untested, 3 not reliable.  information: A to E.  handling: P, or C with conditions.
    An older 5x5x5 grading has source A to E, information 1 to 5 and handling 1 to 5.
    """

    source: str = ""
    information: str = ""
    handling: str = ""
    conditions: str = ""

    def __str__(self) -> str:
        return "".join([self.source, self.information, self.handling])


UNGRADED = Grading()


def check(grading: Grading) -> None:
    """Make sure that a grading is whole.

    Raises WrongGrading, in the worker's words.

    Source: docs/rules.md, "The sealed room".
    """
    codes = (grading.source, grading.information, grading.handling)
    if any(codes[:2]) and not (_fits(codes, SOURCES, INFORMATION, HANDLING) or _is_old(codes)):
        raise WrongGrading("Grade the source 1 to 3, the information A to E, and the handling P or C.")
    if grading.handling and grading.handling not in HANDLING + OLD_HANDLING:
        raise WrongGrading("The handling code is P or C.")
    if grading.handling in NEEDS_CONDITIONS and not grading.conditions.strip():
        raise WrongGrading("Say what the conditions are: this handling code needs them in words.")


def refuse_what_is_too_secret(words: str, classification: str = "") -> None:
    """Make sure that nothing marked SECRET or above is kept.

    Raises NotForThisSystem.

    Source: docs/rules.md, "The sealed room".
    """
    if classification.strip().upper() in TOO_HIGH or MARKED_TOO_HIGH.search(words):
        raise NotForThisSystem(
            "Material marked SECRET or above does not belong in this system. It was not kept."
        )


def _is_old(codes: tuple[str, str, str]) -> bool:
    return _fits(codes, OLD_SOURCES, OLD_INFORMATION, OLD_HANDLING)


def _fits(codes: tuple[str, str, str], *allowed: str) -> bool:
    return all(len(code) == 1 and code in letters for code, letters in zip(codes, allowed, strict=True))
