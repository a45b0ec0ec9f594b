"""The weighed share and its interval, beside what others published and what is worked out by hand."""

from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mash.common.shares import Share
from mash.quality.measures.stratified import Part, combined, weighed


def test_with_weights_one_and_minus_one_it_is_the_published_interval_of_a_difference():
    """R. G. Newcombe, Statistics in Medicine 17 (1998), 873-890, table II, method 10."""
    for first, second, low, high in (
        (Share(56, 70), Share(48, 80), 0.0524, 0.3339),
        (Share(9, 10), Share(3, 10), 0.1705, 0.8090),
        (Share(10, 10), Share(0, 10), 0.6075, 1.0),
    ):
        found = combined([Part(1, first), Part(-1, second)])
        assert found.low == pytest.approx(low, abs=6e-5)
        assert min(found.high, 1.0) == pytest.approx(high, abs=6e-5)


def test_each_half_counts_for_as_many_as_it_holds():
    """80 decisions without further action of which 8 of 10 agree, 20 others of which 9 of 10 agree: by hand.

    Wilson's of 8/10 is 0.4902 to 0.9433, of 9/10 it is 0.5958 to 0.9821.
    """
    found = weighed([(80, Share(8, 10)), (20, Share(9, 10))])
    assert found.value == pytest.approx(0.8 * 0.8 + 0.2 * 0.9)
    assert found.n == 20
    low = 0.82 - sqrt((0.8 * (0.8 - 0.4902)) ** 2 + (0.2 * (0.9 - 0.5958)) ** 2)
    high = 0.82 + sqrt((0.8 * (0.9433 - 0.8)) ** 2 + (0.2 * (0.9821 - 0.9)) ** 2)
    assert found.interval.low == pytest.approx(low, abs=1e-4)
    assert found.interval.high == pytest.approx(high, abs=1e-4)


def test_where_all_agree_it_still_has_a_width():
    found = weighed([(80, Share(10, 10)), (20, Share(10, 10))])
    assert found.value == 1
    assert found.interval.high == 1
    assert found.interval.low < 0.8


def test_a_half_of_which_nothing_was_decided_again_leaves_it_untold():
    assert weighed([(80, Share(8, 10)), (20, Share(0, 0))]).value is None
    assert weighed([(0, Share(0, 0)), (0, Share(0, 0))]).value is None
    alone = weighed([(80, Share(8, 10)), (0, Share(0, 0))])
    assert alone.value == 0.8
    assert alone.interval.low == pytest.approx(0.4902, abs=1e-4)
    with pytest.raises(ValueError, match="nothing"):
        combined([Part(1, Share(0, 0))])


@given(
    st.lists(
        st.tuples(st.integers(1, 500), st.integers(1, 40), st.integers(0, 40)).filter(
            lambda one: one[2] <= one[1]
        ),
        min_size=1,
        max_size=4,
    )
)
def test_the_share_lies_in_its_interval_and_that_between_nothing_and_all(parts):
    found = weighed([(size, Share(top, n)) for size, n, top in parts])
    assert 0 <= found.interval.low <= found.value + 1e-9
    assert found.value - 1e-9 <= found.interval.high <= 1
