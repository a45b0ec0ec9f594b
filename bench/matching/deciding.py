"""What a hub gains that learns its weights from its own workers' decisions: see `refit.py`.

In memory, with the code that `mash people refit` runs.  Workers of a made-up hub decide on descriptions told with other
errors than the shipped weights were fitted to; they see the five that those weights show, and are right.  What is
learned is measured on the decisions that it holds back, and on descriptions of other families, told in the same way.
"""

import argparse
import json
import random
import time
import uuid
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench.matching import telling
from bench.matching.families import Human
from bench.matching.telling import Query, population, queries_of
from bench.matching.training import Register
from mash.people.matching import SHOWN, Band, set_beside
from mash.people.matching.figures import Share, line_of, share
from mash.people.matching.ranking import band_of
from mash.people.matching.refitting import Decided, Refitted, Seen, answers, refit
from mash.people.matching.reporting import MEASURES, in_words
from mash.people.matching.weights import Weights, shipped

DECIDING, OTHERS = 9606, 9707  # seeds
RECORDS_TO_A_PERSON = 1.15
ELSEWHERE = {
    "FAMILY_ERRORS": {"parent": 0.3},
    "DATE_ERRORS": {"swapped": 0.12, "first": 0.08},
    "LEFT_OUT": {"home": 0.3, "nhs": 0.9},
}
"""A hub that gets other things wrong: children under another family name, dates, and little else to go by."""


def main() -> None:
    """Print for each number of decisions what is said before and after."""
    words = argparse.ArgumentParser(prog="bench.matching.refit")
    words.add_argument("--people", type=int, default=100_000)
    words.add_argument("--decisions", type=int, nargs="+", default=[300, 2_000, 10_000])
    words.add_argument("--others", type=int, default=4_000, help="descriptions of other families")
    words.add_argument("--worse", type=float, default=1.7, help="times the errors")
    words.add_argument("--elsewhere", action="store_true", help="other errors, rather than more of them")
    words.add_argument("--mistaken", type=float, default=0.0, help="share of decisions that are wrong")
    words.add_argument("--json", type=Path, help="write the figures to this file")
    asked = words.parse_args()
    if asked.elsewhere:
        for name, rates in ELSEWHERE.items():
            getattr(telling, name).update(rates)
    start, figures = shipped().among(round(asked.people * RECORDS_TO_A_PERSON)), {}
    decided = decisions(DECIDING, asked.people, max(asked.decisions), asked.worse, start)
    chance = random.Random(DECIDING)
    decided = [_mistaken(one) if chance.random() < asked.mistaken else one for one in decided]
    others = decisions(OTHERS, asked.people, asked.others, asked.worse, start)
    for many in asked.decisions:
        began = time.perf_counter()
        learned = refit(decided[:many], start, f"{start.edition}/1")
        took = time.perf_counter() - began
        elsewhere = Refitted(
            learned.weights, start.edition, answers(others, start), answers(others, learned.weights), 0, 0
        )
        both = {"held back": learned.report(), "other families": elsewhere.report()}
        lines = f"line {start.likely_from} to {learned.weights.likely_from}"
        print(f"\n{many} decisions, {asked.worse} times the errors, {took:.0f} s, {lines}")
        for where, report in both.items():
            print(table(where, report))
        at_best = {
            "before": at_their_own_line(others, start),
            "after": at_their_own_line(others, learned.weights),
        }
        print(f"    found at a line set on these very answers: {at_best['before']}, after {at_best['after']}")
        both["other families"] |= {
            side: both["other families"][side] | {"at_own_line": one.plain()} for side, one in at_best.items()
        }
        figures[many] = both | {"seconds": round(took, 1), "line": learned.weights.likely_from}
    if asked.json:
        asked.json.write_text(json.dumps(figures, indent=2) + "\n")


def at_their_own_line(decided: Sequence[Decided], weights: Weights) -> Share:
    """Return what weights find above a line set on these very answers: what the weights alone are worth."""
    said = answers(decided, weights)
    line = line_of((one.points, one.right) for one in said)
    return share(one.right and one.points >= line for one in said if one.known)


def table(where: str, report: dict[str, Any]) -> str:
    """Return a report as lines of text."""
    lines = [f"  {where}, {report['held_back']} decisions"]
    for measure, words in MEASURES.items():
        before, after = (in_words(report[side][measure]) for side in ("before", "after"))
        lines.append(f"    {words:<48}{before:<34}{after}")
    for name in ("gained", "wrong"):
        both = report[name]
        lines.append(f"    {name}: only after {both['new']}, only before {both['old']}")
    return "\n".join(lines)


def decisions(seed: int, people: int, count: int, worse: float, start: Weights) -> list[Decided]:
    """Return what workers of one made-up hub decided."""
    humans, records = population(seed, people)
    register = Register.of(records)
    return [
        _decided(register, one, humans, start) for one in queries_of(humans, seed + 5, count, worse=worse)
    ]


def _decided(register: Register, query: Query, humans: Sequence[Human], start: Weights) -> Decided:
    """Return what a worker decided on a description: of the five people shown they take whoever it is."""
    near = {uuid.UUID(int=place): record for place, record in enumerate(register.near(query.details))}
    shown = []
    for key, _, levels, claimed in set_beside(
        query.details, ((key, one.details) for key, one in near.items())
    ):
        points = start.points(levels)
        band = band_of(levels, points, start, has_claimed_number=bool(claimed))
        if band != Band.NOT_FOUND:
            shown.append((band == Band.LIKELY, points, near[key].human, levels, bool(claimed)))
    seen: dict[int, Seen] = {}
    for _, _, human, levels, has_claimed in sorted(shown, key=lambda one: one[:2], reverse=True):
        if human not in seen and len(seen) < SHOWN:
            seen[human] = Seen(levels, human == query.human, _home_of(humans[human]), has_claimed)
    return Decided(_home_of(humans[query.human]), tuple(seen.values()), query.human in seen)


def _mistaken(one: Decided) -> Decided:
    """Return a decision as a worker gets it wrong: who is known taken for new, and who is new for the first shown."""
    first = replace(one.seen[0], same=True) if one.seen and not one.known else None
    rest = [replace(seen, same=False) for seen in one.seen[1 if first else 0 :]]
    return replace(one, seen=(first, *rest) if first else tuple(rest), known=first is not None)


def _home_of(human: Human) -> int:
    return min(one.number for one in human.home.members)
