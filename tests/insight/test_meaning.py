"""What figures mean, what may be said of a change, and which days a period has: pure."""

from datetime import date

import pytest

from mash.common.content import ContentError, Given, raw_of
from mash.common.shares import Share
from mash.insight import content
from mash.insight.comparing import change
from mash.insight.days import Period, a_year_before, charted_up_to, named, period_with
from mash.insight.measures import MEASURES
from mash.insight.models import Span

CARRIED = content.MEANINGS


def spoilt(**said):
    raw = raw_of(CARRIED)
    raw["measures"] = [one | said.get(one["id"], {}) for one in raw["measures"]]
    return Given("measures.yaml", raw)


def test_every_measure_has_its_words_once():
    assert list(content.meanings()) == [one["id"] for one in raw_of(CARRIED)["measures"]]
    assert set(content.meanings()) == set(MEASURES)


def test_what_invites_gaming_carries_no_target():
    with_target = {one.id for one in content.meanings().values() if one.target}
    assert with_target == {"rated", "decided", "told", "agency_in_time"}
    for name in content.INVITES_GAMING:
        assert not content.meanings()[name].target
        with pytest.raises(ContentError, match=f"{name}: this invites gaming"):
            content.load(spoilt(**{name: {"target": True}}))


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"came": {"asks": "Something"}}, "came: a share says what it is of"),
        ({"nfa": {"asks": ""}}, "nfa: a share says what it is of"),
        ({"nfa": {"source": "hearsay"}}, "hearsay is not among the sources"),
        ({"nfa": {"id": "other"}}, "each measure once"),
    ],
)
def test_words_that_do_not_fit_are_refused_by_place(said, words):
    with pytest.raises(ContentError, match=words):
        content.load(spoilt(**said))


@pytest.mark.parametrize(
    ("now", "before", "low", "high"),
    [  # R. G. Newcombe, Statistics in Medicine 17 (1998), 873-890, table II, method 10
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((10, 10), (0, 20), 0.6791, 1.0),
    ],
)
def test_the_interval_of_a_difference_is_the_published_one(now, before, low, high):
    found = change(Share(*now), Share(*before)).interval
    assert found.low == pytest.approx(low, abs=0.00006)
    assert found.high == pytest.approx(high, abs=0.00006)


def test_what_is_said_of_a_change_follows_its_interval():
    assert change(Share(56, 70), Share(48, 80)).words == "higher"
    assert change(Share(48, 80), Share(56, 70)).words == "lower"
    assert change(Share(5, 10), Share(4, 10)).words == "no more different than chance explains"
    assert change(Share(0, 0), Share(4, 10)).words == "not comparable"


def test_periods_of_the_calendar():
    quarter = period_with(date(2026, 2, 28), Span.QUARTER)
    assert (quarter.begins, quarter.ends, quarter.code) == (date(2026, 1, 1), date(2026, 3, 31), "2026-Q1")
    assert quarter.back(1).code == "2025-Q4"
    assert quarter.year_before.code == "2025-Q1"
    assert [one.code for one in charted_up_to(Period(date(2026, 1, 1), Span.MONTH))][:2] == [
        "2025-01",
        "2025-02",
    ]
    assert a_year_before(date(2028, 2, 29)) == date(2027, 2, 28)
    today = date(2026, 11, 30)
    for one in (quarter, period_with(today, Span.MONTH), Period(today, Span.DAY)):
        assert named(one.code, today) == one
    assert named("2026-12", today) is None
