"""The sessions of a rota, and what is missing from it.  Pure."""

import uuid
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest

from mash.common.clock import LONDON, WorkingWeek
from mash.partnership.content import posts, rota_content
from mash.partnership.sessions import (
    BOTH_SIDES,
    DEPUTY_AWAY,
    LAPSED,
    NO_DEPUTY,
    NO_PERSON,
    Filled,
    Named,
    Person,
    Session,
    gaps,
    session_at,
    sessions,
)

MONDAY = date(2026, 11, 23)
WEEK = WorkingWeek()
ANN, BEN, CAS = (uuid.uuid4() for _ in range(3))
EDUCATION = posts()["answers_education"]


def at(day, hour):
    return datetime(2026, 11, 23 + day, hour, tzinfo=LONDON)


def test_a_person_s_sessions_are_the_hub_s_openings():
    found = sessions(WEEK, "working_time", MONDAY, 7)
    assert [(one.from_at, one.until_at) for one in found] == [(at(day, 9), at(day, 17)) for day in range(5)]


def test_nights_weekends_and_bank_holidays_are_outside_working_time():
    found = sessions(WEEK, "outside_working_time", MONDAY, 7)
    assert [one.from_at for one in found] == [at(day, 17) for day in range(5)]
    assert found[-1].until_at == at(7, 9)
    christmas = sessions(WEEK, "outside_working_time", date(2026, 12, 24), 1)
    assert christmas[0].until_at == datetime(2026, 12, 29, 9, tzinfo=LONDON)


def test_always_leaves_no_moment_out():
    found = sessions(WEEK, "always", MONDAY, 7)
    assert all(one.until_at == after.from_at for one, after in pairwise(found))
    assert session_at(WEEK, "always", at(0, 3)).from_at == datetime(2026, 11, 20, 9, tzinfo=LONDON)


def test_nobody_is_expected_at_night_on_a_post_of_the_day():
    assert session_at(WEEK, "working_time", at(0, 8)) is None
    assert session_at(WEEK, "working_time", at(0, 9)).from_at == at(0, 9)
    assert session_at(WEEK, "outside_working_time", at(0, 9)) is None


def person(key, *, duties=("answer",), account=None, **changes):
    return Person(key, account or key, frozenset(duties), **changes)


SESSION = Session(at(0, 9), at(0, 17))
HERE = {ANN: person(ANN), BEN: person(BEN), CAS: person(CAS)}
AWAY = ((at(0, 0), at(1, 0)),)


def kinds(named, people=HERE, post=EDUCATION, others=()):
    filled = Filled({(post.id, SESSION.from_at): named, **{(p, SESSION.from_at): n for p, n in others}})
    return [one.kind for one in gaps(post, [SESSION], filled, people)]


@pytest.mark.parametrize(
    ("named", "people", "found"),
    [
        ([], HERE, [NO_PERSON]),
        ([Named(ANN, (BEN,))], HERE, []),
        ([Named(ANN)], HERE, [NO_DEPUTY]),
        ([Named(ANN, (BEN,))], HERE | {ANN: person(ANN, away=AWAY)}, []),
        ([Named(ANN, (BEN,))], HERE | {BEN: person(BEN, away=AWAY)}, [DEPUTY_AWAY]),
        (
            [Named(ANN, (BEN,))],
            HERE | {ANN: person(ANN, away=AWAY), BEN: person(BEN, away=AWAY)},
            [NO_PERSON, DEPUTY_AWAY],
        ),
        ([Named(ANN, (BEN,))], HERE | {ANN: person(ANN, duties=())}, [LAPSED]),
        ([Named(ANN, (BEN,))], HERE | {ANN: person(ANN, lasts=False)}, [LAPSED]),
        ([Named(ANN, (BEN,))], {BEN: person(BEN)}, [LAPSED]),
        ([Named(ANN, (BEN,))], HERE | {ANN: person(ANN, away=((at(1, 0), None),))}, []),
    ],
)
def test_what_is_missing_from_a_session(named, people, found):
    assert kinds(named, people) == found


def test_a_post_that_wants_two_deputies_and_has_one_is_not_said_to_have_none():
    decider = posts()["duty_decision_maker"]
    people = {one: person(one, duties=("decide",)) for one in (ANN, BEN)}
    filled = Filled({(decider.id, SESSION.from_at): [Named(ANN, (BEN,))]})
    assert [one.words for one in gaps(decider, [SESSION], filled, people)] == ["A deputy is missing"]


def test_one_person_with_two_posts_is_not_both_sides_of_a_two_person_step():
    approver, decider = posts()["approving_manager"], "duty_decision_maker"
    both = ("approve", "decide")
    people = {ANN: person(ANN, duties=both, account=CAS), BEN: person(BEN, duties=both, account=CAS)}
    asked = [(decider, [Named(BEN)])]
    assert BOTH_SIDES in kinds([Named(ANN)], people, approver, asked)
    assert BOTH_SIDES not in kinds([Named(ANN)], people | {BEN: person(BEN, duties=both)}, approver, asked)


def test_two_people_at_once_need_two_names():
    many = EDUCATION.__class__(
        **{name: getattr(EDUCATION, name) for name in ("id", "agency", "duty", "kind", "label", "deputies")},
        at_least=2,
    )
    assert NO_PERSON in kinds([Named(ANN, (CAS,))], HERE, many)
    assert NO_PERSON not in kinds([Named(ANN, (CAS,)), Named(BEN, (CAS,))], HERE, many)


def test_the_content_s_own_words_for_gaps_are_those_we_look_for():
    assert set(rota_content().gaps.gap_is) == {NO_PERSON, NO_DEPUTY, DEPUTY_AWAY, LAPSED, BOTH_SIDES}


def test_a_session_never_lasts_no_time_whatever_the_week():
    week = WorkingWeek(hours={2: (datetime.min.time(), datetime.min.time())}, closed=frozenset({MONDAY}))
    for hours in ("working_time", "outside_working_time", "always"):
        found = sessions(week, hours, MONDAY, 14)
        assert found
        assert all(one.until_at - one.from_at > timedelta(0) for one in found)
