"""What each way of agreeing or not is worth: an edition of numbers, fitted to labelled pairs.  Pure.

All are natural logarithms of odds, added up: 0.7 doubles the odds that two descriptions are of one person,
-0.7 halves them.  How they were fitted is said in the file itself.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

from mash.people.matching.levels import Level, Mark

USUAL = 100_000  # records of a hub of which nobody has counted them
FILE = Path(__file__).parent.parent / "content" / "matching_weights.yaml"
TOGETHER = (
    ("given", "born_on"), ("given", "family"), ("family", "born_on"), ("given", "postcode"), ("given", "phone"),
    ("born_on", "postcode"), ("born_on", "phone"), ("family", "postcode"), ("postcode", "phone"), ("sex", "given"),
    ("given", "nhs"), ("born_on", "nhs"), ("given", "upn"), ("born_on", "upn"),
    ("given", "street"), ("born_on", "street"), ("family", "street"), ("postcode", "street"), ("street", "phone"),
    ("family", "nhs"), ("family", "phone"), ("sex", "born_on"), ("school", "born_on"), ("school", "given"),
    ("kin", "given"), ("kin", "born_on"), ("kin", "postcode"), ("kin", "family"),
)  # fmt: skip
"""Facts that do not speak independently: brothers and sisters share name, home and telephone."""


@dataclass(frozen=True, slots=True)
class Weights:
    """One edition of weights.

    levels: by the code of a level.  together: by two facts and how each agrees, "given same, born_on different".
    start: before anything is known of two people whom a search brought together.
    likely_from, shown_from: the least sums for "likely" and for being shown at all.
    lines: least sums for "likely" by how many records there are, from few to many, where they were set for several;
        `likely_from` is then the one for a hub of the usual size.
    """

    edition: str
    start: float
    levels: Mapping[str, float]
    together: Mapping[str, float]
    likely_from: float
    shown_from: float
    lines: tuple[tuple[int, float], ...] = ()

    def among(self, records: int) -> "Weights":
        """Return these weights with the line for so many records: the more there are, the more have one name.

        Source: docs/rules.md, "Matching people".
        """
        return replace(self, likely_from=round(line_among(self.lines, records), 3)) if self.lines else self

    def points(self, levels: Mapping[str, Level]) -> float:
        """Return what a comparison adds up to."""
        alone, together = self.levels.get, self.together.get
        found = self.start
        for code in features(levels):
            found += alone(code, 0.0) + together(code, 0.0)
        return found

    def of(self, level: Level) -> float:
        """Return what one level is worth by itself."""
        return self.levels.get(level.code, 0.0)


def features(levels: Mapping[str, Level]) -> list[str]:
    """Return the names of everything that counts in a comparison: each level, and each two facts together."""
    marks = {fact: level.mark for fact, level in levels.items() if level.mark is not Mark.UNKNOWN}
    found = [level.code for level in levels.values() if level.code]
    found += [
        called[marks[one], marks[other]] for one, other, called in _PAIRS if one in marks and other in marks
    ]
    return found


_KNOWN = [mark for mark in Mark if mark is not Mark.UNKNOWN]
_PAIRS = [
    (one, other, {(a, b): f"{one} {a.value}, {other} {b.value}" for a in _KNOWN for b in _KNOWN})
    for one, other in TOGETHER
]
"""What two facts together are called; nothing is, when one of them is not known."""


def line_among(lines: tuple[tuple[int, float], ...], records: int) -> float:
    """Return the line for so many records: between two sizes in step with how often one doubles into the other.

    For fewer than the least it is that of the least; beyond the most it goes on rising as it did before.
    """
    if len(lines) == 1 or records <= lines[0][0]:
        return lines[0][1]
    (few, low), (many, high) = next(
        (pair for pair in pairwise(lines) if records <= pair[1][0]), (lines[-2], lines[-1])
    )
    return low + (high - low) * math.log(records / few) / math.log(many / few)


@cache
def shipped() -> Weights:
    """Return the weights that the product carries."""
    return read(yaml.safe_load(FILE.read_text(encoding="utf-8")))


def read(written: Mapping[str, Any]) -> Weights:
    """Return weights from what a file says: of the line for "likely" one number, or one for each size of a register."""
    said = written["likely_from"]
    lines = (
        tuple(sorted((int(many), float(line)) for many, line in said.items()))
        if isinstance(said, Mapping)
        else ()
    )
    return Weights(
        edition=str(written["edition"]),
        start=float(written["start"]),
        levels=dict(written["levels"]),
        together=dict(written["together"]),
        likely_from=round(line_among(lines, USUAL), 3) if lines else float(said),
        shown_from=float(written["shown_from"]),
        lines=lines,
    )


def plain(weights: Weights) -> dict[str, Any]:
    """Return weights as a file says them: what `read` reads."""
    return {
        "edition": weights.edition,
        "start": weights.start,
        "likely_from": dict(weights.lines) or weights.likely_from,
        "shown_from": weights.shown_from,
        "levels": dict(weights.levels),
        "together": dict(weights.together),
    }
