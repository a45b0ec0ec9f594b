"""What each way of agreeing or not is worth: an edition of numbers, fitted to labelled pairs.  Pure.

All are natural logarithms of odds, added up: 0.7 doubles the odds that two descriptions are of one person,
-0.7 halves them.  How they were fitted is said in the file itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from mash.people.matching.levels import Level, Mark

FILE = Path(__file__).parent.parent / "content" / "matching_weights.yaml"
TOGETHER = (
    ("given", "born_on"), ("given", "family"), ("family", "born_on"), ("given", "postcode"), ("given", "phone"),
    ("born_on", "postcode"), ("born_on", "phone"), ("family", "postcode"), ("postcode", "phone"), ("sex", "given"),
    ("given", "nhs"), ("born_on", "nhs"), ("given", "upn"), ("born_on", "upn"),
    ("family", "nhs"), ("family", "phone"), ("sex", "born_on"), ("school", "born_on"), ("school", "given"),
)  # fmt: skip
"""Facts that do not speak independently: brothers and sisters share name, home and telephone."""


@dataclass(frozen=True, slots=True)
class Weights:
    """One edition of weights.

    levels: by the code of a level.  together: by two facts and how each agrees, "given same, born_on different".
    start: before anything is known of two people whom a search brought together.
    likely_from, shown_from: the least sums for "likely" and for being shown at all.
    """

    edition: str
    start: float
    levels: Mapping[str, float]
    together: Mapping[str, float]
    likely_from: float
    shown_from: float

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
    marks = {fact: level.mark for fact, level in levels.items()}
    found = [level.code for level in levels.values() if level.code]
    for one, other in TOGETHER:
        name = _PAIRS.get((one, marks[one], other, marks[other]))
        if name:
            found.append(name)
    return found


_PAIRS = {
    (one, a, other, b): f"{one} {a.value}, {other} {b.value}"
    for one, other in TOGETHER
    for a in Mark
    for b in Mark
    if Mark.UNKNOWN not in (a, b)
}
"""What two facts together are called; nothing is, when one of them is not known."""


@cache
def shipped() -> Weights:
    """Return the weights that the product carries."""
    return read(yaml.safe_load(FILE.read_text(encoding="utf-8")))


def read(written: Mapping[str, Any]) -> Weights:
    """Return weights from what a file says."""
    return Weights(
        edition=str(written["edition"]),
        start=float(written["start"]),
        levels=dict(written["levels"]),
        together=dict(written["together"]),
        likely_from=float(written["likely_from"]),
        shown_from=float(written["shown_from"]),
    )


def plain(weights: Weights) -> dict[str, Any]:
    """Return weights as a file says them: what `read` reads."""
    return {
        "edition": weights.edition,
        "start": weights.start,
        "likely_from": weights.likely_from,
        "shown_from": weights.shown_from,
        "levels": dict(weights.levels),
        "together": dict(weights.together),
    }
