"""What leaves the hub of a measure, taken together: nothing small is in it, and nothing small follows from it."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mash.insight.sharing import Counts, over_time, split

ROWS = st.lists(
    st.integers(0, 9).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))), min_size=1, max_size=4
)


def counts(rows):
    return [Counts(f"place {place}", n, yes) for place, (n, yes) in enumerate(rows)]


def small(number):
    return number is not None and 0 < number < 5


@given(ROWS)
def test_quarters_say_nothing_small(rows):
    for made, (n, yes) in zip(over_time(counts(rows)), rows, strict=True):
        assert not small(made.n)
        assert not small(made.yes)
        assert not small(made.no)
        assert (made.yes is None) == (made.no is None)
        assert made.n in {None, n}
        assert made.yes in {None, yes}
    assert [one.n is None for one in over_time(counts(rows))] == [0 < n < 5 for n, _ in rows]


def fitting(rows, shown):
    """Every way in which the parts of a quarter could be, for whoever knows what is shown and the whole."""
    whole_n, whole_yes = sum(n for n, _ in rows), sum(yes for _, yes in rows)
    each = []
    for one in shown:
        ns = [one.n] if one.n is not None else range(whole_n + 1)
        each.append([
            (n, yes) for n in ns for yes in ([one.yes] if one.yes is not None else range(n + 1))
            if one.no is None or n - yes == one.no
        ])  # fmt: skip
    found = [set() for _ in rows]

    def go(place, n, yes, so_far):
        if place == len(rows):
            if (n, yes) == (whole_n, whole_yes):
                for at, one in enumerate(so_far):
                    found[at].add(one)
            return
        for one in each[place]:
            if n + one[0] <= whole_n and yes + one[1] <= whole_yes:
                go(place + 1, n + one[0], yes + one[1], [*so_far, one])

    go(0, 0, 0, [])
    return found


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.integers(0, 7).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))), min_size=1, max_size=3
    )
)
def test_nobody_works_out_a_small_number_from_a_split_quarter_and_its_whole(rows):
    whole = Counts("all", sum(n for n, _ in rows), sum(yes for _, yes in rows))
    shown = split(whole, counts(rows))
    if shown is None:
        return
    for (n, yes), could in zip(rows, fitting(rows, shown), strict=True):
        told = [
            (n, {one[0] for one in could}),
            (yes, {one[1] for one in could}),
            (n - yes, {a - b for a, b in could}),
        ]
        for true, values in told:
            if small(true):
                assert len(values) > 1, (rows, shown)


def test_how_many_were_counted_is_hidden_alike_for_every_measure_that_counts_the_same():
    ns = [3, 7, 20, 11]
    hidden = set()
    for yeses in product((0, 3), (0, 5, 7), (8, 10), (0, 6)):
        made = split(Counts("all", sum(ns), sum(yeses)), counts(list(zip(ns, yeses, strict=True))))
        if made is not None:
            hidden.add(tuple(one.n is None for one in made))
    assert hidden == {(True, True, False, False)}


def test_a_quarter_whose_whole_is_hidden_is_not_split():
    assert split(Counts("all", 4, 2), counts([(4, 2)])) is None
    assert split(Counts("all", 20, 2), counts([(10, 1), (10, 1)])) is None
    assert split(Counts("all", 0, 0), []) is None


def test_parts_that_do_not_add_up_are_no_split():
    with pytest.raises(ValueError, match="do not add up"):
        split(Counts("all", 20, 10), counts([(10, 5)]))


def test_a_measure_that_only_counts_is_split_by_its_numbers():
    made = split(Counts("all", 33), [Counts("a", 3), Counts("b", 10), Counts("c", 20)])
    assert [one.n for one in made] == [None, None, 20]
