"""Fitting the weights that the product carries: see `fit.py`.

Three populations that share nothing: one to fit the weights, one to set the thresholds; the bench tests on a third.
"""

import argparse
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from bench.matching.figures import CLAIMED, Answer, quality, threshold_for
from bench.matching.systems import Found, answer
from bench.matching.telling import Query, Record, population, queries_of
from mash.people import tokens
from mash.people.details import Details
from mash.people.held import HEAVY, MOST_OF_ONE, MOST_WEIGHED
from mash.people.matching import compare, count_namesakes
from mash.people.matching.fitting import count, fit
from mash.people.matching.levels import Level
from mash.people.matching.weights import FILE, Weights

TRAINING, CALIBRATION = 4101, 5202  # seeds


BY_HAND = {
    "born.expected": 1.5,
    "born.not_expected": -2.5,
    "la_child_id.same": 3.0,
    "la_child_id.different": -0.3,
}
"""What the made-up families have nobody for."""
SHOWN_SHARE = 0.999  # of the pairs of one person that lie above the line from which somebody is shown
ABOUT = """\
# What each way of agreeing or not is worth when two descriptions of people are compared: natural logarithms of odds.
# Fitted, not chosen: `python -m bench.matching.fit` makes this file anew from made-up families, and gives the
# same numbers each time.  Each line's name is explained in `matching/levels.py` and `matching/weights.py`.
"""


@dataclass(slots=True)
class Register:
    """A register in memory, searched by the same words as the product's tokens."""

    records: Sequence[Record]
    having: dict[tokens.Word, list[int]]

    @classmethod
    def of(cls, records: Sequence[Record]) -> "Register":
        """Index the records."""
        having: dict[tokens.Word, list[int]] = defaultdict(list)
        for place, one in enumerate(records):
            for word in tokens.findable(one.details):
                if word[0] not in {tokens.PART, tokens.POST}:
                    having[word].append(place)
        return cls(records, having)

    def near(self, said: Details) -> list[Record]:
        """Return those who have most in common with a description."""
        hits: Counter[int] = Counter()
        for word in sorted(
            tokens.asked(said)
        ):  # of those with as much in common the same are returned each time
            for place in self.having.get(word, ())[:MOST_OF_ONE]:
                hits[place] += HEAVY.get(word[0], 1)
        return [self.records[place] for place, _ in hits.most_common(MOST_WEIGHED)]


def pairs_of(register: Register, queries: Sequence[Query]) -> Iterator[tuple[dict[str, Level], bool]]:
    """Yield how each description compares with each record it is set beside, and whether both are one person."""
    for query in queries:
        for record, levels in compared(register, query):
            yield levels, record.human == query.human


def compared(register: Register, query: Query) -> list[tuple[Record, dict[str, Level]]]:
    """Return how a description compares with each record it is set beside, as the product's own ranking does it."""
    found = [(record, compare(query.details, record.details)) for record in register.near(query.details)]
    count_namesakes([levels for _, levels in found])
    return found


def main() -> None:
    """Fit, set the thresholds, write the file, and say what came of it."""
    words = argparse.ArgumentParser(prog="bench.matching.fit")
    words.add_argument("--people", type=int, default=100_000, help="on the register that is fitted to")
    words.add_argument("--queries", type=int, default=6_000)
    words.add_argument("--out", type=Path, default=FILE)
    asked = words.parse_args()
    people, records = population(TRAINING, asked.people)
    # Twice the errors of the rates that are expected, for a part: rare ways of being wrong are learned too.
    queries = queries_of(people, TRAINING + 5, asked.queries) + queries_of(
        people, TRAINING + 6, asked.queries // 2, worse=1.7, unknown=0.5
    )
    fitted = fit(count(pairs_of(Register.of(records), queries)))
    weights = {name: round(value, 3) for name, value in fitted.weights.items()}
    levels = {name: value for name, value in weights.items() if "," not in name} | BY_HAND
    together = {name: value for name, value in weights.items() if "," in name}
    raw = Weights("", round(fitted.start, 3), levels, together, 0.0, 0.0)
    likely_from, shown_from, said = _calibrated(raw, asked.people, asked.queries)
    print(said)
    written = {
        "edition": "5",
        "fitted_to": f"{fitted.pairs} pairs of made-up people; thresholds set on other families",
        "start": raw.start,
        "likely_from": likely_from,
        "shown_from": shown_from,
        "levels": levels,
        "together": together,
    }
    asked.out.write_text(
        ABOUT + yaml.safe_dump(written, sort_keys=False, allow_unicode=True), encoding="utf-8"
    )


def _calibrated(weights: Weights, size: int, asked: int) -> tuple[float, float, str]:
    """Return the least sums for "likely" and for being shown, from families that nothing was fitted to."""
    people, records = population(CALIBRATION, size)
    register, answers, ours = Register.of(records), [], []
    for query in queries_of(people, CALIBRATION + 5, asked):
        ranked: Found = sorted(
            ((record.human, weights.points(levels), False) for record, levels in compared(register, query)),
            key=lambda one: -one[1],
        )
        answers.append(answer(query, ranked, 0.0))
        ours += [points for human, points, _ in ranked if human == query.human]
    line = threshold_for(answers, CLAIMED)
    shown = sorted(ours)[int(len(ours) * (1 - SHOWN_SHARE))]
    return round(line, 2), round(shown, 2), _said(answers, line)


def _said(answers: Sequence[Answer], line: float) -> str:
    found = quality(answers, line)
    return f"R@5 {found.found}\nR@P.99 {found.taken}\nprecision {found.precision}\ngap {found.gap:.3f}"
