"""The statistics beside worked examples that others published; each test names where."""

from collections import Counter
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mash.common.shares import Share, wilson
from mash.quality.measures import agreement, control, drawing, funnel, grades
from mash.quality.measures.control import BEYOND, NEAR, ONE_SIDE, TREND
from mash.quality.measures.grades import Counts

# Shares


@pytest.mark.parametrize(
    ("top", "n", "low", "high"),
    [  # R. G. Newcombe, Statistics in Medicine 17 (1998), table I, method 3
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_s_interval_as_newcombe_published_it(top, n, low, high):
    found = wilson(top, n)
    assert found.low == pytest.approx(low, abs=0.00005)
    assert found.high == pytest.approx(high, abs=0.00005)


@given(st.integers(1, 500), st.data())
def test_an_interval_holds_its_share_and_is_turned_round_with_it(n, data):
    top = data.draw(st.integers(0, n))
    found, other = wilson(top, n), wilson(n - top, n)
    assert 0 <= found.low <= top / n <= found.high <= 1
    assert found.low < found.high
    assert other.low == pytest.approx(1 - found.high, abs=1e-12)


def test_of_none_there_is_no_share_and_more_than_all_is_none():
    assert Share(0, 0).value is None
    assert Share(0, 0).interval is None
    for top, n in ((1, 0), (3, 2), (-1, 2)):
        with pytest.raises(ValueError, match=f"{top} of {n}"):
            Share(top, n)
    with pytest.raises(ValueError, match="no interval"):
        wilson(0, 0)


# Grades

PUBLISHED = [  # as one police force and its partners published: counts of 1 to 4, the mean, and if it is so
    ("2022-04", (1, 5, 3, 1), "2.4", True),
    ("2023-09", (0, 3, 4, 2), "2.9", True),
    ("2024-04", (0, 2, 2, 4), "3.25", True),
    ("2024-10", (1, 3, 4, 1), "2.87", False),
    ("2025-03", (0, 4, 2, 3), "2.9", True),
    ("2025-09", (0, 0, 7, 1), "3.125", True),
]


@pytest.mark.parametrize(("round_", "counts", "said", "so"), PUBLISHED)
def test_a_published_mean_is_set_beside_its_own_counts(round_, counts, said, so):
    assert grades.agrees(said, Counts(counts)) is so, round_


def test_a_half_may_be_rounded_either_way_and_words_are_no_mean():
    counts = Counts((0, 0, 7, 1))  # 3.125
    assert grades.agrees("3.12", counts)
    assert grades.agrees("3.13", counts)
    assert grades.agrees("3", counts)
    assert not grades.agrees("3.11", counts)
    assert not grades.agrees("3.0", counts)
    for words in ("good", "", "NaN", "inf"):
        with pytest.raises(ValueError, match="is not a number"):
            grades.agrees(words, counts)
    assert not grades.agrees("3", Counts((0, 0, 0, 0)))


@pytest.mark.parametrize(
    ("freedom", "t"),
    [(1, 12.706), (2, 4.303), (5, 2.571), (9, 2.262), (10, 2.228), (30, 2.042), (120, 1.980)],
)  # E. S. Pearson and H. O. Hartley, "Biometrika Tables for Statisticians", table 12
def test_student_s_t_as_the_tables_have_it(freedom, t):
    assert grades.student(freedom) == pytest.approx(t, abs=0.0006)


def test_grades_are_counted_with_mean_spread_interval_and_the_good():
    counts = Counts.from_grades([2, 3, 3, 4, 1, 2, 2, 2, 3, 2])  # 1, 5, 3, 1
    assert counts.of == (1, 5, 3, 1)
    assert counts.mean == pytest.approx(2.4)
    assert counts.spread == pytest.approx(0.8433, abs=0.0001)
    assert counts.interval.low == pytest.approx(2.4 - 2.262 * 0.8433 / 10**0.5, abs=0.001)
    assert (counts.good.top, counts.good.n) == (4, 10)
    assert Counts((0, 0, 3, 0)).interval is None  # all alike: no spread to judge by
    assert Counts((0, 0, 1, 0)).spread is None
    assert Counts((0, 0, 0, 0)).mean is None
    with pytest.raises(ValueError, match="a grade is"):
        Counts.from_grades([5])


# Control charts


def plain(values):
    return [(str(place), value, 1) for place, value in enumerate(values)]


def test_limits_of_single_figures_as_nist_has_them():
    """NIST/SEMATECH e-Handbook, 6.3.2.2: flow rates of ten batches."""
    chart = control.xmr(plain([49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1]))
    assert chart.middle == pytest.approx(50.81)
    assert chart.points[0].high == pytest.approx(55.8041, abs=0.0005)
    assert chart.points[0].low == pytest.approx(45.8159, abs=0.0005)
    known = [one for one in chart.ranges if one is not None]
    assert sum(known) / len(known) == pytest.approx(1.8778, abs=0.0001)
    assert chart.ranges[0] is None
    assert BEYOND not in chart.signals
    assert not chart.is_provisional


WAFERS = [
    12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22, 8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13, 9, 6,
]  # fmt: skip


def test_limits_of_shares_as_nist_has_them():
    """NIST/SEMATECH e-Handbook, 6.3.3.2: 30 wafers of 50 chips; the 15th and the 23rd are out of control."""
    chart = control.p_chart([(str(place), Share(one, 50)) for place, one in enumerate(WAFERS, 1)])
    assert chart.middle == pytest.approx(0.2313, abs=0.00005)
    assert chart.points[0].high == pytest.approx(0.4102, abs=0.0001)
    assert chart.points[0].low == pytest.approx(0.0524, abs=0.0001)
    assert [one.label for one in chart.points if BEYOND in one.signals] == ["15", "23"]
    assert not chart.rough


def test_limits_widen_where_fewer_were_counted_and_few_make_them_rough():
    chart = control.p_chart([("a", Share(50, 100)), ("b", Share(2, 4)), ("c", Share(0, 0))])
    wide, narrow = chart.points[1], chart.points[0]
    assert wide.high - wide.low > narrow.high - narrow.low
    assert chart.rough == (1,)
    assert chart.points[2].value is None
    assert chart.points[2].low is None


@pytest.mark.parametrize(
    ("values", "rule", "where"),
    [
        ([5, 6] * 6 + [20], BEYOND, {12}),
        ([6, 5] * 8 + [5.8] * 8, ONE_SIDE, set(range(16, 24))),
        ([5, 6, 5, 6, 5, 1, 2, 3, 4, 5, 6, 5, 6, 5, 6], TREND, {5, 6, 7, 8, 9, 10}),
        ([5, 6] * 12 + [7.8, 5.5, 7.8], NEAR, {24, 26}),
    ],
)
def test_each_rule_marks_its_points(values, rule, where):
    chart = control.xmr(plain(values))
    assert {place for place, one in enumerate(chart.points) if rule in one.signals} == where
    assert rule in chart.signals
    assert rule in control.SIGNALS


def test_seven_on_one_side_and_five_rising_are_no_signal():
    assert ONE_SIDE not in control.xmr(plain([6, 5] * 8 + [5.8] * 7 + [5, 6])).signals
    assert TREND not in control.xmr(plain([5, 6, 5, 6, 1, 2, 3, 4, 5, 4, 5, 4])).signals


def test_a_gap_is_passed_over_and_few_points_are_provisional():
    chart = control.xmr([("a", 2.0, 3), ("b", None, 0), ("c", 4.0, 3)], least=1, most=4)
    assert chart.ranges == (None, None, 2.0)
    assert chart.middle == 3
    assert chart.is_provisional
    assert (chart.points[0].low, chart.points[0].high) == (1, 4)
    assert control.xmr([]).middle is None
    assert control.p_chart([]).middle is None


# Funnel


def test_limits_of_a_funnel_are_drawn_between_whole_numbers():
    """From binomial tables, n 20 and p 0.5: P(X<=5) 0.0207, P(X<=6) 0.0577; the formula is in Spiegelhalter (2005)."""
    found = funnel.limits(20, 0.5, 0.95)
    assert found.low == pytest.approx((6 - (0.0577 - 0.025) / (0.0577 - 0.0207)) / 20, abs=0.0002)
    assert found.high == pytest.approx((14 - (0.9793 - 0.975) / (0.9793 - 0.9423)) / 20, abs=0.0002)


def test_a_small_unit_is_within_where_a_large_one_with_the_same_share_is_not():
    told = {one.label: one for one in funnel.funnel([
        ("large", Share(40, 100)), ("small", Share(2, 5)), ("rest", Share(360, 400)), ("none", Share(0, 0)),
    ])}  # fmt: skip
    assert told["large"].where == "below"
    assert told["small"].where == "within"
    assert told["none"].where == ""
    assert [one.where for one in funnel.funnel([("a", Share(3, 3)), ("b", Share(1, 1))])] == ["within"] * 2
    assert [one.where for one in funnel.funnel([("a", Share(3, 3)), ("b", Share(0, 2))])] == ["within"] * 2
    assert [one.where for one in funnel.funnel([("a", Share(30, 30)), ("b", Share(0, 20))])] == [
        "above",
        "below",
    ]


# Agreement

_ = None
FOUR = (  # K. Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011), part D: four observers, twelve units
    (1, 2, 3, 3, 2, 1, 4, 1, 2, _, _, _),
    (1, 2, 3, 3, 2, 2, 4, 1, 2, 5, _, 3),
    (_, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, _),
    (1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, _),
)
UNITS = [[grade for grade in unit if grade is not None] for unit in zip(*FOUR, strict=True)]


def test_agreement_as_krippendorff_published_it():
    found = agreement.alpha(UNITS)
    assert found.value == pytest.approx(0.815, abs=0.0005)
    assert agreement.alpha(UNITS, ordinal=False).value == pytest.approx(0.743, abs=0.0005)
    assert (found.units, found.ratings) == (11, 40)
    assert found.interval.low < found.value < found.interval.high <= 1


def test_agreement_is_the_same_again_in_any_order_and_one_far_apart_costs_more_than_one_near():
    assert agreement.alpha(UNITS) == agreement.alpha([unit[::-1] for unit in UNITS[::-1]])
    alike = [[1, 1], [2, 2], [3, 3], [4, 4], [1, 1], [4, 4]]
    assert agreement.alpha(alike).value == 1
    assert agreement.alpha([*alike, [3, 4]]).value > agreement.alpha([*alike, [1, 4]]).value


def test_of_what_one_alone_graded_or_all_alike_nothing_is_said():
    for units in ([], [[3]], [[3, 3], [3, 3]]):
        found = agreement.alpha(units)
        assert found.value is None
        assert found.interval is None


# Draws


def frame(size, stratum=drawing.EVERYTHING):
    return [(f"{stratum}-{place}", stratum) for place in range(size)]


def of_all(n):
    return {drawing.EVERYTHING: n}


@given(st.integers(0, 40), st.integers(0, 50), st.text("0123456789abcdef", min_size=1, max_size=32))
def test_a_draw_is_the_same_again_takes_nothing_twice_and_asks_no_order_of_the_frame(size, n, seed):
    here = frame(size)
    one, again = drawing.draw(here, of_all(n), seed), drawing.draw(here[::-1], of_all(n), seed)
    assert one == again
    assert len(one.all) == len(set(one.all)) == min(n, size)
    assert set(one.all) <= {key for key, _ in here}
    assert one.shortfall == ({drawing.EVERYTHING: n - size} if n > size else {})


def test_anything_else_in_the_frame_gives_it_another_name():
    one = drawing.frame_hash(frame(10))
    assert one != drawing.frame_hash(frame(11))
    assert one != drawing.frame_hash([("all-0", "other"), *frame(10)[1:]])
    with pytest.raises(ValueError, match="twice"):
        drawing.frame_hash([("a", "all"), ("a", "other")])


def test_everything_is_drawn_equally_often_in_ten_thousand_draws():
    """Chi-squared, 49 degrees of freedom: 85.35 is passed by chance once in a thousand (Pearson and Hartley, table 8).

    Counts of draws without replacement vary less than those of independent ones: hence the factor.
    """
    size, n, draws = 50, 10, 10_000
    here = frame(size)
    drawn = Counter(key for turn in range(draws) for key in drawing.draw(here, of_all(n), f"seed {turn}").all)
    p = n / size
    varies = draws * p * (1 - p) * size / (size - 1)
    assert len(drawn) == size
    assert sum((count - draws * p) ** 2 for count in drawn.values()) / varies < 85.35


def test_every_sample_is_equally_likely_in_ten_thousand_draws():
    """Chi-squared over all 20 samples of three of six, 19 degrees of freedom: 43.82 at one in a thousand."""
    here, draws = frame(6), 10_000
    drawn = Counter(frozenset(drawing.draw(here, of_all(3), f"seed {turn}").all) for turn in range(draws))
    assert set(drawn) == {frozenset(some) for some in combinations([key for key, _ in here], 3)}
    assert sum((count - draws / 20) ** 2 for count in drawn.values()) / (draws / 20) < 43.82


def test_each_stratum_is_drawn_by_itself_and_a_short_one_is_taken_whole():
    here = [*frame(30, "police"), *frame(2, "health"), *frame(9, "other")]
    drawn = drawing.draw(here, {"police": 5, "health": 5}, "a seed")
    assert {name: len(some) for name, some in drawn.keys.items()} == {"police": 5, "health": 2}
    assert drawn.shortfall == {"health": 3}
    assert not any(key.startswith("other") for key in drawn.all)


@given(
    st.integers(0, 60),
    st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 30), min_size=1),
)
def test_n_is_shared_out_whole_and_nobody_gives_more_than_they_hold(n, sizes):
    asked = drawing.spread(n, sizes)
    assert sum(asked.values()) == min(n, sum(sizes.values()))
    assert all(0 <= asked[name] <= size for name, size in sizes.items())


def test_shares_follow_size_or_what_was_said():
    assert drawing.spread(10, {"a": 70, "b": 30}) == {"a": 7, "b": 3}
    halves = {"a": Fraction(1, 2), "b": Fraction(1, 2)}
    assert drawing.spread(10, {"a": 70, "b": 30}, halves) == {"a": 5, "b": 5}
    assert drawing.spread(10, {"a": 70, "b": 3}, halves) == {"a": 7, "b": 3}


def test_a_seed_is_made_afresh():
    assert len({drawing.new_seed() for _ in range(50)}) == 50
