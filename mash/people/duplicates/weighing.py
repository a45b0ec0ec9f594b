"""What the product's own rules say of two records of a register.

The same as `matching.rank` says of one set beside the other, without what is there for ranking several and for saying
it in words: a test holds the two together.
"""

import math
import uuid
from dataclasses import replace
from typing import NamedTuple

from mash.people.details import Details
from mash.people.duplicates.splinking import TWICE
from mash.people.matching import Band, set_beside
from mash.people.matching.ranking import band_of
from mash.people.matching.weights import Weights

SET_ON = 100_000
KNOWN = 0.7
"""The line of "likely" is set on a register of so many people, and on descriptions of whom so many are on it."""
NOBODY = uuid.UUID(int=0)


class Weighed(NamedTuple):
    """How far two records go."""

    band: Band
    points: float


def weights_among(weights: Weights, records: int) -> Weights:
    """Return weights whose line of "likely" is that of a register in which most records stand alone.

    records: in the register.  Of ten times as many, ten times as many strangers look like one person; and where one
    record in ten has another of the same person, fewer of those who do are right than where most who are described
    are known.  The line only ever rises.

    Source: docs/rules.md, "Duplicates of a register".
    """
    rise = math.log(KNOWN / TWICE) + math.log(max(1, records) / SET_ON)
    return replace(weights, likely_from=weights.likely_from + max(0.0, rise))


def weigh(one: Details, other: Details, weights: Weights) -> Weighed:
    """Return how far two records go.  Source: docs/rules.md, "Matching people"."""
    ((_, _, levels, claimed),) = set_beside(one, ((NOBODY, other),))
    points = weights.points(levels)
    return Weighed(band_of(levels, points, weights, has_claimed_number=bool(claimed)), points)
