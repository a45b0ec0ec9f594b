"""A share of a whole of which some parts were drawn more densely than others, weighed back to what they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from mash.common.shares import Interval, Share


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the whole: what it counts for, and what was found in the sample from it."""

    weight: float
    share: Share


@dataclass(frozen=True, slots=True)
class Weighed:
    """A weighed share.  value: None where a part that counts for something has nothing in the sample."""

    value: float | None
    n: int
    interval: Interval | None = None


def weighed(parts: Sequence[tuple[int, Share]]) -> Weighed:
    """Return the share of the whole, each part weighed by its size in the whole, with an interval.

    parts: how many there are of each, and the share in the sample from it.

    The estimate is that of stratified sampling, the sum of W·p with W = N/ΣN (W. G. Cochran, "Sampling Techniques",
    3rd edition, 1977, 5.10).  Its usual interval, p ± z·se, is no width at all where a sample agrees throughout, as
    small ones do; so the interval is put together from Wilson's of each part: see `combined`.  It takes no account of
    how much of the month was drawn, and is therefore rather too wide than too narrow.
    """
    whole = sum(size for size, _ in parts)
    n = sum(share.n for _, share in parts)
    if not whole or any(size and not share.n for size, share in parts):
        return Weighed(None, n)
    there = [Part(size / whole, share) for size, share in parts if size]
    value = sum(one.weight * (one.share.value or 0.0) for one in there)
    found = combined(there)
    return Weighed(value, n, Interval(max(0.0, found.low), min(1.0, found.high)))


def combined(parts: Sequence[Part]) -> Interval:
    """Return the interval of a sum of independent shares, each times its weight, from Wilson's interval of each.

    The lower end lies below the sum by √Σ(w·p − l)², where l is the lower end of w·p, and the upper end likewise: the
    method of variance estimates recovery.  G. Y. Zou, W. Huang and X. Zhang, "A note on confidence interval estimation
    for a linear function of binomial proportions", Computational Statistics and Data Analysis 53 (2009), 1080-1085.
    With weights 1 and -1 it is method 10 of R. G. Newcombe, Statistics in Medicine 17 (1998), 873-890.
    """
    value = below = above = 0.0
    for one in parts:
        ends = one.share.interval
        p = one.share.value
        if ends is None or p is None:
            raise ValueError("no interval of nothing")
        low, high = sorted((one.weight * ends.low, one.weight * ends.high))
        value += one.weight * p
        below += (one.weight * p - low) ** 2
        above += (high - one.weight * p) ** 2
    return Interval(value - sqrt(below), value + sqrt(above))
