"""Who grades what: each referral by so many graders, each from another agency, by chance and evenly.  Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mash.quality.measures.drawing import number


class TooFewGraders(Exception):
    """A referral cannot be given to graders of as many agencies as it needs."""


@dataclass(frozen=True, slots=True)
class Grader:
    """Somebody who grades: a key, and of which agency."""

    key: str
    agency: str


def share_out(
    things: Sequence[str], graders: Sequence[Grader], each: int, seed: str, may: Callable[[Grader, str], bool]
) -> dict[str, list[str]]:
    """Return, for every thing, the keys of `each` graders from as many agencies.

    Whoever has fewest goes first; chance, from the seed of the draw, decides among equals.
    may: whether a grader may grade a thing: nobody grades their own.

    Raises TooFewGraders.
    """
    load = dict.fromkeys((one.key for one in graders), 0)
    given = {}
    for thing in things:
        chosen: list[Grader] = []
        for one in sorted(graders, key=lambda one: (load[one.key], number(seed, f"{thing}:{one.key}"))):
            if (
                len(chosen) < each
                and may(one, thing)
                and one.agency not in {other.agency for other in chosen}
            ):
                chosen.append(one)
        if len(chosen) < each:
            raise TooFewGraders
        for one in chosen:
            load[one.key] += 1
        given[thing] = [one.key for one in chosen]
    return given
