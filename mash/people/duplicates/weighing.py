"""What the product's own rules say of two records of a register.

What `matching.rank` says of one set beside the other, without what is there for ranking several and for saying it in
words, and never more than that: a test holds the two together.
"""

import math
import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from mash.people import names
from mash.people.details import Details, Words
from mash.people.duplicates.splinking import TWICE
from mash.people.held import Row, details_of
from mash.people.matching import Band, Level, Mark, naming, set_beside
from mash.people.matching.levels import RIGHT_BY_ITSELF, SEX_DIFFERENT, SWAPPED_GIVEN
from mash.people.matching.naming import BY_ANOTHER_FORM
from mash.people.matching.ranking import band_of
from mash.people.matching.weights import Weights

SET_ON = 100_000
KNOWN = 0.7
"""The line of "likely" is set on a register of so many people, and on descriptions of whom so many are on it."""
WORTH_A_LOOK = -2.0
"""The least sum from which two records go on a list of work: just above it one pair in twenty was one person.

A search shows whoever comes first, however little speaks for them; here most of such pairs were father and son, or
namesakes.  An NHS number or a UPN in common is always worth a look.
"""
NOBODY = uuid.UUID(int=0)


class Weighed(NamedTuple):
    """How far two records go."""

    band: Band
    points: float


def weights_among(weights: Weights, records: int) -> Weights:
    """Return weights whose lines are those of a register in which most records stand alone.

    records: in the register.  Of ten times as many, at least ten times as many strangers look like one person, or as
    many more as the lines say that were set for searches of each size; and where one record in ten has another of the
    same person, fewer of those who do are right than where most who are described are known.  The lines only ever rise.

    Source: docs/rules.md, "Duplicates of a register".
    """
    line = weights.among(SET_ON).likely_from
    grown = math.log(max(1, records) / SET_ON)
    if grown > 0:
        grown = max(grown, weights.among(records).likely_from - line)
    return replace(
        weights,
        likely_from=line + max(0.0, math.log(KNOWN / TWICE) + grown),
        shown_from=max(weights.shown_from, WORTH_A_LOOK),
    )


def weigh(one: Details, other: Details, weights: Weights) -> Weighed:
    """Return how far two records go.  Source: docs/rules.md, "Matching people", "Duplicates of a register"."""
    ((_, _, levels, claimed),) = set_beside(one, ((NOBODY, other),))
    points = weights.points(levels)
    band = band_of(levels, points, weights, has_claimed_number=bool(claimed))
    if band == Band.LIKELY and _may_be_twins(one, other, levels):
        band = Band.CHECK
    return Weighed(band, points)


class Several(NamedTuple):
    """Pairs to be weighed, by their keys.  rows: what is held on each of their records, as the database says it."""

    pairs: list[tuple[Any, Any]]
    rows: Mapping[Any, Row]
    weights: Weights


def weigh_several(part: Several) -> list[Weighed]:
    """Return how far each pair goes."""
    held = {key: details_of(row) for key, row in part.rows.items()}
    return [weigh(held[one], held[other], part.weights) for one, other in part.pairs]


def _may_be_twins(one: Details, other: Details, levels: Mapping[str, Level]) -> bool:
    """Tell whether two records agree in a name as twins may: a brother and a sister under two forms of one name, two
    whose own names differ and who are called by one, or two with other family names whose given name is the family name
    of those at home: on both it may stand in the other's place.  An NHS number or a UPN in common says otherwise."""
    if any(levels[scheme].mark == Mark.SAME for scheme in RIGHT_BY_ITSELF):
        return False
    if levels["given"] in BY_ANOTHER_FORM and levels["sex"] == SEX_DIFFERENT:
        return True
    if levels["family"].mark == Mark.DIFFERENT and _is_a_family_name_at_home(one, other):
        return True
    own = naming.given(one.forms()[0][0], other.forms()[0][0])
    return levels["given"] != SWAPPED_GIVEN and own.mark == Mark.DIFFERENT


def _is_a_family_name_at_home(one: Details, other: Details) -> bool:
    at_home = {word for who in (*one.kin, *other.kin) for word in names.family_words(who.family)}
    return any(at_home.issuperset(given) for given in map(_own_given, (one, other)) if given)


def _own_given(said: Details) -> Words:
    return names.given_words(said.given)
