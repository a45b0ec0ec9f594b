"""Draws at random that anybody can do again: a seed, a frame and a method give one sample and no other.

Each thing of the frame gets a number, SHA-256 of seed and key, and the lowest numbers are drawn: a simple random draw
without replacement, in which every sample of that size is equally likely while the seed is.  It needs no program of
ours to do again, and does not hang on a version of Python.  Ordering by numbers drawn at random: C.-E. Särndal,
B. Swensson and J. Wretman, "Model Assisted Survey Sampling" (1992), 3.3.2.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256
from heapq import nsmallest

METHOD = "sha256-order/1"
EVERYTHING = "all"


@dataclass(frozen=True, slots=True)
class Drawn:
    """A draw with what proves it.  keys: of each stratum, in the order drawn.

    shortfall: of a stratum that holds fewer than were asked for, how many are missing.
    """

    method: str
    seed: str
    frame_hash: str
    frame_size: int
    asked: Mapping[str, int]
    keys: Mapping[str, Sequence[str]]
    shortfall: Mapping[str, int]

    @property
    def all(self) -> list[str]:
        """Return every key that was drawn."""
        return [key for some in self.keys.values() for key in some]


def new_seed() -> str:
    """Return a seed that nobody can foresee."""
    return secrets.token_hex(16)


def frame_hash(frame: Iterable[tuple[str, str]]) -> str:
    """Return what names a frame: SHA-256 over its lines "stratum TAB key", sorted.

    Raises ValueError where a key stands in it twice.
    """
    lines = sorted(f"{stratum}\t{key}\n" for key, stratum in frame)
    keys = {line.split("\t")[1] for line in lines}
    if len(keys) < len(lines):
        raise ValueError("something stands in the frame twice")
    return sha256("".join(lines).encode()).hexdigest()


def number(seed: str, key: str) -> str:
    """Return the number by which a key is drawn: SHA-256 of "seed:key", as hexadecimal."""
    return sha256(f"{seed}:{key}".encode()).hexdigest()


def draw(frame: Sequence[tuple[str, str]], asked: Mapping[str, int], seed: str) -> Drawn:
    """Draw from each stratum as many as are asked of it, at random and without replacement.

    frame: every key and its stratum; EVERYTHING for one without strata.  asked: how many, by stratum.
    """
    strata: dict[str, list[str]] = {name: [] for name in asked}
    for key, stratum in frame:
        if stratum in strata:
            strata[stratum].append(key)
    keys = {
        name: nsmallest(asked[name], members, key=lambda key: (number(seed, key), key))
        for name, members in sorted(strata.items())
    }
    return Drawn(
        METHOD,
        seed,
        frame_hash(frame),
        len(frame),
        dict(asked),
        keys,
        {name: asked[name] - len(some) for name, some in keys.items() if len(some) < asked[name]},
    )


def spread(n: int, sizes: Mapping[str, int], shares: Mapping[str, Fraction] | None = None) -> dict[str, int]:
    """Share out n among strata: by size, or by the shares said; by largest remainder, and never more than all.

    Whoever holds too few is taken whole, and the rest goes to the others by their size.
    """
    asked = dict.fromkeys(sizes, 0)
    total = sum(sizes.values())
    if shares is None:
        shares = {name: Fraction(size, total) if total else Fraction(0) for name, size in sizes.items()}
    exact = {name: shares.get(name, Fraction(0)) * min(n, total) for name in sizes}
    for name, part in exact.items():
        asked[name] = min(int(part), sizes[name])
    order = sorted(sizes, key=lambda name: (int(exact[name]) - exact[name], name))
    while sum(asked.values()) < min(n, total):
        room = [name for name in order if asked[name] < sizes[name]]
        for name in room[: min(n, total) - sum(asked.values())]:
            asked[name] += 1
    return asked


def due(least: int, so_far: int, month: int, months: int) -> int:
    """Return how many to draw now, so that `least` in the year are reached when each draw is as large as this one.

    so_far: drawn from the year's days already.  month: in which the days to be drawn from begin, 1 to 12.
    months: from one draw to the next.
    """
    draws = -(-(13 - month) // months)
    return max(0, -(-(least - so_far) // draws))
