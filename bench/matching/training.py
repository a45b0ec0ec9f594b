"""Fitting the weights that the product carries: see `fit.py`.

Populations that share nothing: one to fit the weights, others to set the lines; the bench tests on yet others.
"""

import argparse
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import django
import yaml

from bench.matching.families import Families
from bench.matching.figures import CLAIMED, Answer, quality, threshold_for
from bench.matching.systems import Found, answer
from bench.matching.telling import Query, Record, placed, queries_of
from mash.people import tokens
from mash.people.details import Details
from mash.people.held import HEAVY, MOST_OF_ONE, MOST_WEIGHED
from mash.people.matching import compare, count_namesakes
from mash.people.matching.fitting import count, fit
from mash.people.matching.levels import Level
from mash.people.matching.remembered import read_back, written
from mash.people.matching.weights import FILE, Weights

EDITION = "8"
TRAINING, CALIBRATION = 4101, 5202  # seeds; of the second one for each size
SIZES = (2_000, 20_000, 100_000, 1_000_000)


BY_HAND = {
    "born.expected": 1.5,
    "born.not_expected": -2.5,
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
    """A register in memory, searched by the same words as the product's tokens.  records: by their places."""

    records: Mapping[int, Record] | Sequence[Record]
    having: dict[tokens.Word, list[int]]

    @classmethod
    def of(cls, records: Sequence[Record]) -> "Register":
        """Index the records."""
        having: dict[tokens.Word, list[int]] = defaultdict(list)
        for place, one in enumerate(records):
            for word in tokens.known_by(one.details):
                having[word].append(place)
        return cls(records, having)

    @classmethod
    def asked(cls, placed: Iterable[tuple[int, Record]], queries: Iterable[Query]) -> tuple["Register", int]:
        """Index what these queries ask for, and keep whom they can find: a million whole records take 10 GB.

        Returns how many records there are, too.
        """
        having: dict[tokens.Word, list[int]] = {
            word: [] for query in queries for word in tokens.asked(query.details)
        }
        kept, count = {}, 0
        for place, one in placed:
            count += 1
            for word in tokens.known_by(one.details):
                if word in having:
                    having[word].append(place)
                    kept[place] = one
        return cls(kept, {word: sorted(places) for word, places in having.items()}), count

    def near(self, said: Details) -> list[Record]:
        """Return those who have most in common with a description."""
        hits: Counter[int] = Counter()
        for word in sorted(
            tokens.asked(said)
        ):  # of those with as much in common the same are returned each time
            for place in self.having.get(word, ())[:MOST_OF_ONE]:
                hits[place] += HEAVY.get(word[0], 1)
        return [self.records[place] for place, _ in hits.most_common(MOST_WEIGHED)]


def compared(register: Register, query: Query) -> list[tuple[Record, dict[str, Level]]]:
    """Return how a description compares with each record it is set beside, as the product's own ranking does it."""
    found = [(record, compare(query.details, record.details)) for record in register.near(query.details)]
    count_namesakes([levels for _, levels in found])
    return found


@dataclass(frozen=True, slots=True)
class Told:
    """A description set beside whom the search brought up.  beside: whose record each is, and how it compares."""

    query: Query
    beside: list[tuple[int, list[str]]]


@dataclass(frozen=True, slots=True)
class Population:
    """What is asked of one register: its seed, its size, and how many are described how."""

    seed: int
    people: int
    asked: tuple[tuple[int, float, float], ...]  # descriptions, times the errors, share on no register


def set_beside(of: Population) -> tuple[int, list[Told]]:
    """Return how many records there are, and each description beside those it may be of.

    How they compare is kept by the codes of the levels: no weight is needed for it.
    """
    people, told = Families(of.seed).until(of.people), []
    several = [
        queries_of(people, of.seed + 5 + place, many, worse=worse, unknown=unknown)
        for place, (many, worse, unknown) in enumerate(of.asked)
    ]
    queries = list(chain.from_iterable(several))
    register, count = Register.asked(placed(people, of.seed + 1), queries)
    for query in queries:
        found = [(record.human, written(levels)) for record, levels in compared(register, query)]
        told.append(Told(query, found))
    return count, told


def main() -> None:
    """Fit, set the lines, write the file, and say what came of it."""
    words = argparse.ArgumentParser(prog="bench.matching.fit")
    words.add_argument("--people", type=int, default=100_000, help="on the register that is fitted to")
    words.add_argument("--queries", type=int, default=6_000)
    words.add_argument(
        "--sizes", type=int, nargs="+", default=SIZES, help="people, for each of which a line is set"
    )
    words.add_argument("--out", type=Path, default=FILE)
    asked = words.parse_args()
    # Twice the errors of the rates that are expected, for a part: rare ways of being wrong are learned too.
    training = Population(TRAINING, asked.people, ((asked.queries, 1.0, 0.3), (asked.queries // 2, 1.7, 0.5)))
    others = [Population(CALIBRATION + size, size, ((2 * asked.queries, 1.0, 0.3),)) for size in asked.sizes]
    with ProcessPoolExecutor(max_workers=2, initializer=django.setup) as pool:
        made = pool.map(set_beside, sorted([training, *others], key=lambda one: -one.people))
        found = dict(zip(sorted([training, *others], key=lambda one: -one.people), made, strict=True))
    raw, pairs = _fitted(found[training][1])
    lines: dict[int, float] = {}
    shown_from = math.inf
    for one in sorted(others, key=lambda one: one.people):
        records, told = found[one]
        line, shown, said = _calibrated(raw, told)
        print(f"{one.people:,} people, {records:,} records, line {line}\n{said}")
        lines[records] = max(line, *lines.values()) if lines else line  # more namesakes never ask for less
        shown_from = min(shown_from, shown)
    file = {
        "edition": EDITION,
        "fitted_to": f"{pairs} pairs of made-up people; lines set on other families",
        "start": raw.start,
        "likely_from": lines,
        "shown_from": shown_from,
        "levels": dict(raw.levels),
        "together": dict(raw.together),
    }
    asked.out.write_text(ABOUT + yaml.safe_dump(file, sort_keys=False, allow_unicode=True), encoding="utf-8")


def _levels(codes: Sequence[str]) -> dict[str, Level]:
    levels = read_back(codes)
    assert levels is not None  # written by this very edition
    return levels


def _fitted(told: Sequence[Told]) -> tuple[Weights, int]:
    """Return weights without a line, and how many pairs they were fitted to."""
    pairs = ((_levels(codes), human == one.query.human) for one in told for human, codes in one.beside)
    fitted = fit(count(pairs))
    weights = {name: round(value, 3) for name, value in fitted.weights.items()}
    levels = {name: value for name, value in weights.items() if "," not in name} | BY_HAND
    together = {name: value for name, value in weights.items() if "," in name}
    return Weights("", round(fitted.start, 3), levels, together, 0.0, 0.0), fitted.pairs


def answers_of(weights: Weights, told: Sequence[Told]) -> list[tuple[Query, Found]]:
    """Return of each description whom these weights put first, with the sums; without rules of bands."""
    return [
        (
            one.query,
            sorted(
                ((human, weights.points(_levels(codes)), False) for human, codes in one.beside),
                key=lambda found: -found[1],
            ),
        )
        for one in told
    ]


def _calibrated(weights: Weights, told: Sequence[Told]) -> tuple[float, float, str]:
    """Return the least sums for "likely" and for being shown, from families that nothing was fitted to."""
    found = answers_of(weights, told)
    answers = [answer(query, ranked, 0.0) for query, ranked in found]
    ours = [points for query, ranked in found for human, points, _ in ranked if human == query.human]
    line = threshold_for(answers, CLAIMED)
    shown = sorted(ours)[int(len(ours) * (1 - SHOWN_SHARE))]
    return round(line, 2), round(shown, 2), _said(answers, line)


def _said(answers: Sequence[Answer], line: float) -> str:
    found = quality(answers, line)
    return f"R@5 {found.found}\nR@P.99 {found.taken}\nprecision {found.precision}\ngap {found.gap:.3f}"
