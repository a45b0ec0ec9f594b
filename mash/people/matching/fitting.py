"""Fitting weights to labelled pairs: plain logistic regression with a ridge, by Newton's steps.  Pure.

Pairs that compare alike are counted together, so a hundred thousand of them take seconds.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from mash.people.matching.levels import Level
from mash.people.matching.weights import Weights, features

RIDGE = 0.5  # holds back what few pairs speak for
STEPS = 30
ENOUGH = 1e-4

Pattern = tuple[str, ...]
Rows = list[tuple[tuple[int, ...], bool, int]]
Pairs = Counter[tuple[Pattern, bool]]


@dataclass(frozen=True, slots=True)
class Fitted:
    """What was fitted: the odds to start from, and the weight of every feature that was seen."""

    start: float
    weights: dict[str, float]
    pairs: int


def count(pairs: Iterable[tuple[Mapping[str, Level], bool]]) -> Pairs:
    """Count pairs that compare alike; each is its levels, and whether both are the same person."""
    return Counter((tuple(features(levels)), same) for levels, same in pairs)


def fit(pairs: Pairs, *, towards: Weights | None = None, ridge: float = RIDGE) -> Fitted:
    """Return the weights under which the labels are likeliest.

    towards: weights from which as little is moved as the pairs allow, the odds to start from too; towards nought
        where there are none.  ridge: how strongly they are held there.

    Raises ValueError unless both labels are there.
    """
    if len({same for _, same in pairs}) < 2:
        raise ValueError("weights are fitted to pairs of both kinds: the same person, and not")
    names = sorted({name for pattern, _ in pairs for name in pattern})
    place = {name: number + 1 for number, name in enumerate(names)}
    rows = [((0, *(place[name] for name in pattern)), same, n) for (pattern, same), n in pairs.items()]
    known = {**towards.levels, **towards.together} if towards else {}
    rest = [towards.start if towards else 0.0, *(known.get(name, 0.0) for name in names)]
    holds = [ridge if towards else 0.0, *(ridge for _ in names)]
    weights, cost = list(rest), _cost(rows, rest, rest, holds)
    for _ in range(STEPS):
        step = _step(rows, weights, rest, holds)
        further = [weight + change for weight, change in zip(weights, step, strict=True)]
        dearer = _cost(rows, further, rest, holds)
        while dearer > cost + ENOUGH and max(map(abs, step)) >= ENOUGH:  # too far: half of it
            step = [change / 2 for change in step]
            further = [weight + change for weight, change in zip(weights, step, strict=True)]
            dearer = _cost(rows, further, rest, holds)
        weights, cost = further, dearer
        if max(map(abs, step)) < ENOUGH:
            break
    return Fitted(weights[0], {name: weights[place[name]] for name in names}, sum(pairs.values()))


def _cost(rows: Rows, weights: list[float], rest: list[float], holds: list[float]) -> float:
    """Return how unlikely the labels are, with what it costs to have moved the weights: the less, the better."""
    held = zip(holds, weights, rest, strict=True)
    cost = sum(hold * (weight - at) ** 2 for hold, weight, at in held) / 2
    for active, same, n in rows:
        total = sum(weights[number] for number in active)
        against = -total if same else total
        cost += n * (max(against, 0.0) + math.log1p(math.exp(-abs(against))))
    return cost


def _step(rows: Rows, weights: list[float], rest: list[float], holds: list[float]) -> list[float]:
    """Return one step of Newton's towards the best weights.

    rest: where the weights would stay without any pairs.  holds: how strongly each is held there.
    """
    size = len(weights)
    slope = [hold * (at - weight) for hold, at, weight in zip(holds, rest, weights, strict=True)]
    bend = [[0.0] * size for _ in range(size)]
    for number in range(size):
        bend[number][number] = holds[number]
    for active, same, n in rows:
        total = sum(weights[number] for number in active)
        chance = 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))
        error, spread = n * (same - chance), n * chance * (1 - chance)
        for number in active:
            slope[number] += error
            line = bend[number]
            for other in active:
                line[other] += spread
    return _solved(bend, slope)


def _solved(matrix: list[list[float]], right: list[float]) -> list[float]:
    """Solve linear equations by elimination; the matrix is symmetric and positive."""
    size = len(right)
    lines = [[*line, value] for line, value in zip(matrix, right, strict=True)]
    for pivot in range(size):
        head = lines[pivot]
        head[pivot] = max(1e-12, head[pivot])
        for below in range(pivot + 1, size):
            if factor := lines[below][pivot] / head[pivot]:
                line = lines[below]
                for column in range(pivot, size + 1):
                    line[column] -= factor * head[column]
    found = [0.0] * size
    for row in range(size - 1, -1, -1):
        line = lines[row]
        known = sum(line[column] * found[column] for column in range(row + 1, size))
        found[row] = (line[size] - known) / line[row]
    return found
