"""How names are spread over made-up people: a few are many people's, and most are few people's.  Pure."""

import random
from collections.abc import Callable, Sequence
from functools import cache
from itertools import accumulate, product
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).parent / "names.yaml"
STEPS = 60  # of halving, to find a number
STEEPEST, FLATTEST = 4.0, 10_000.0


@cache
def origins() -> dict[str, dict[str, Any]]:
    """Return the pools of names, by where they come from."""
    found: dict[str, dict[str, Any]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return found


class Names:
    """The names of one kind in one group, each with how many have it.

    listed: names that many have, the commonest first.  rare: those that few have.  first, many: of a hundred people,
    how many have the first of the listed, and how many have any of them.  The share of a listed name falls by some
    power of its place; that of a rare one as one over its place, and none is commoner than the last that is listed.
    """

    def __init__(self, listed: Sequence[str], rare: Sequence[str], first: float, many: float) -> None:
        power = _least(lambda power: many * _shares(_powers(len(listed), power))[0] >= first, STEEPEST)
        common = [many * share for share in _shares(_powers(len(listed), power))]
        few = 100 - many
        begin = _least(lambda begin: few * _shares(_after(len(rare), begin))[0] <= common[-1], FLATTEST)
        self.several = (*listed, *rare)
        shares = common + [few * share for share in _shares(_after(len(rare), begin))]
        self.sums = list(accumulate(shares))

    def one(self, chance: random.Random) -> str:
        """Return the name of somebody."""
        return chance.choices(self.several, cum_weights=self.sums)[0]


def _powers(count: int, power: float) -> list[float]:
    return [place**-power for place in range(1, count + 1)]


def _after(count: int, begin: float) -> list[float]:
    return [1 / (place + begin) for place in range(1, count + 1)]


def _shares(several: Sequence[float]) -> list[float]:
    whole = sum(several)
    return [one / whole for one in several]


def _least(holds: Callable[[float], bool], most: float) -> float:
    """Return about the least number up to `most` for which something holds that then holds for all greater ones."""
    low, high = 0.0, most
    for _ in range(STEPS):
        middle = (low + high) / 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high


@cache
def given_names(origin: str, sex: str) -> Names:
    """Return the given names of a group for one sex, F or M."""
    return _names(origin, sex.lower(), "given_starts", "given_middles", f"{sex.lower()}_ends")


@cache
def family_names(origin: str) -> Names:
    """Return the family names of a group."""
    return _names(origin, "family", "starts", "middles", "ends")


def _names(origin: str, kind: str, *parts: str) -> Names:
    pool = origins()[origin]
    listed = pool[kind]
    made = {"".join(words) for words in product(*(pool[part] for part in parts))} - set(listed)
    rare = sorted(made)
    random.Random(f"{origin} {kind}").shuffle(rare)  # the same names are rare in every made-up town
    return Names(listed, rare, *pool["top"][kind])
