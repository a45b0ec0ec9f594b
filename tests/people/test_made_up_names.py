"""The made-up families of the bench have names as many and as rare as a country's: coincidences are what matching is
measured by."""

from collections import Counter
from itertools import pairwise

import pytest

from bench.matching.naming import family_names, given_names, origins

GIRLS, BOYS = {1: 1.54, 10: 12.8, 100: 47.4}, {1: 2.21, 10: 16.4, 100: 57.7}
"""Births of 2008 in England and Wales: of a hundred, how many have the commonest so many names.  Source: ONS."""
FAMILIES = {1: 1.37, 10: 6.7}
"""Deaths of 1984 to 1997 in England and Wales: the same of family names."""


def shares(names, weight):
    return {
        name: weight * (after - before) / 100
        for name, (before, after) in zip(names.several, pairwise([0.0, *names.sums]), strict=True)
    }


def among_all(names_of):
    found = Counter()
    for origin, pool in origins().items():
        found.update(shares(names_of(origin), pool["share"]))
    return sorted(found.values(), reverse=True)


@pytest.mark.parametrize(
    ("names_of", "published"),
    [
        (lambda origin: given_names(origin, "F"), GIRLS),
        (lambda origin: given_names(origin, "M"), BOYS),
        (family_names, FAMILIES),
    ],
    ids=["girls", "boys", "families"],
)
def test_as_many_have_the_commonest_names_as_in_the_country(names_of, published):
    found = among_all(names_of)
    assert sum(found) == pytest.approx(100)
    for most, share in published.items():
        assert 0.7 * share < sum(found[:most]) < 1.3 * share
    assert len(found) > 5000


@pytest.mark.parametrize("origin", origins())
def test_a_listed_name_is_never_rarer_than_one_that_is_not(origin):
    for kind, names in (
        ("f", given_names(origin, "F")),
        ("m", given_names(origin, "M")),
        ("family", family_names(origin)),
    ):
        found = list(shares(names, 100.0).values())
        assert found == sorted(found, reverse=True)
        first, many = origins()[origin]["top"][kind]
        listed = len(origins()[origin][kind])
        assert found[0] == pytest.approx(first, rel=0.05)
        assert sum(found[:listed]) == pytest.approx(many)
