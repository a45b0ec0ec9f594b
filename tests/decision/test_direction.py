from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mash.decision.content import direction_rules, outcomes, outcomes_for
from mash.decision.direction import Spell, Standing, direction, gives_help, has_accepted, standing

TODAY = date(2026, 11, 2)
NOTHING = Standing()
MAIN = sorted({one.id for subject in ("child", "adult") for one in outcomes_for(subject, "main")})


def moves(outcome, before, *, ends=False, moved=False):
    return direction(before, outcomes()[outcome], ends_open_help=ends, moved=moved)


@pytest.mark.parametrize(
    ("outcome", "before", "ends", "expected"),
    [
        ("early_help", Standing(), False, "first"),
        ("section_47_enquiry", Standing(), False, "first"),
        ("early_help", Standing(ended_lately=True), False, "step_up"),
        ("section_47_enquiry", Standing(2), False, "step_up"),
        ("child_and_family_assessment", Standing(2, ended_lately=True), False, "step_up"),
        ("early_help", Standing(3), False, "step_down"),
        ("child_and_family_assessment", Standing(4), False, "step_down"),
        ("early_help", Standing(2), False, "level"),
        ("child_and_family_assessment", Standing(3), False, "level"),
        ("no_further_action", Standing(), False, "none"),
        ("no_further_action", Standing(), True, "none"),
        ("no_further_action", Standing(ended_lately=True), False, "none"),
        ("no_further_action", Standing(3), False, "level"),
        ("no_further_action", Standing(3), True, "out"),
        ("signpost", Standing(2), True, "out"),
        ("signpost", Standing(), False, "none"),
        ("social_care_referral_nfa", Standing(), False, "none"),
        ("social_care_referral_nfa", Standing(2), True, "out"),
        ("to_allocated_worker", Standing(3), False, "level"),
        ("to_allocated_worker", Standing(), False, "none"),
        ("to_other_authority", Standing(3), False, "level"),
        ("adult_section_42", Standing(2), False, "step_up"),
        ("adult_needs_assessment", Standing(3), False, "step_down"),
    ],
)
def test_the_direction_of_one_person(outcome, before, ends, expected):
    assert moves(outcome, before, ends=ends) == expected


def test_a_person_has_moved_once_the_other_authority_has_accepted_them():
    assert moves("to_other_authority", Standing(3), moved=True) == "moved"
    transfer = outcomes()["to_other_authority"]
    assert has_accepted(transfer, {"accepted_by": "Ann Lee, Emshire", "accepted_at": "2 November, 3pm"})
    assert not has_accepted(transfer, {"accepted_by": "Ann Lee, Emshire", "accepted_at": " "})
    assert not has_accepted(outcomes()["early_help"], {"accepted_by": "Ann Lee", "accepted_at": "today"})


def test_brothers_and_sisters_may_move_in_different_directions_on_one_day():
    outcome = outcomes()["early_help"]
    assert direction(Standing(3), outcome, ends_open_help=False) == "step_down"
    assert direction(NOTHING, outcome, ends_open_help=False) == "first"


@pytest.mark.parametrize(
    ("spells", "expected"),
    [
        ([], Standing()),
        ([Spell(2, date(2026, 1, 1))], Standing(2)),
        ([Spell(2, date(2026, 1, 1)), Spell(4, date(2026, 10, 1))], Standing(4)),
        ([Spell(3, date(2026, 1, 1), date(2026, 10, 31))], Standing(None, ended_lately=True)),
        ([Spell(3, date(2026, 1, 1), TODAY)], Standing(None, ended_lately=True)),
        ([Spell(3, date(2024, 1, 1), date(2025, 11, 2))], Standing(None, ended_lately=True)),
        ([Spell(3, date(2024, 1, 1), date(2025, 11, 1))], Standing()),
        ([Spell(3, date(2026, 11, 3))], Standing()),
        ([Spell(3, date(2026, 1, 1), date(2026, 12, 1))], Standing(3)),
    ],
)
def test_where_a_person_stands_is_the_highest_tier_open_that_day(spells, expected):
    assert standing(spells, TODAY) == expected


def test_a_year_is_looked_back_from_the_29th_of_february():
    spell = Spell(2, date(2026, 1, 1), date(2027, 2, 28))
    assert standing([spell], date(2028, 2, 29)).ended_lately
    assert not standing([Spell(2, date(2026, 1, 1), date(2027, 2, 27))], date(2028, 2, 29)).ended_lately


tiers = st.sampled_from([2, 3, 4])
days = st.integers(0, 900).map(lambda back: TODAY - timedelta(days=back))


@st.composite
def spell(draw):
    begins = draw(days)
    length = draw(st.none() | st.integers(0, 900))
    return Spell(draw(tiers), begins, None if length is None else begins + timedelta(days=length))


@given(st.lists(spell()), st.sampled_from(MAIN), st.booleans())
def test_every_direction_is_what_the_content_says(history, outcome_id, ends):
    before, outcome = standing(history, TODAY), outcomes()[outcome_id]
    found = direction(before, outcome, ends_open_help=ends)
    assert found in {value.id for value in direction_rules().values}
    if found == "first":
        assert gives_help(outcome)
        assert not any(one.is_open(TODAY) for one in history)
        assert not before.ended_lately
    if found in {"step_down", "out"}:
        assert before.tier is not None
    if found == "out":
        assert ends
        assert not gives_help(outcome)
    if found == "step_down":
        assert outcome.tier < before.tier
    if found == "none":
        assert before.tier is None
    if found == "step_up":
        assert before.ended_lately or outcome.tier > before.tier


@given(st.lists(spell()), st.sampled_from(MAIN))
def test_what_never_touched_the_person_does_not_change_their_direction(history, outcome_id):
    outcome = outcomes()[outcome_id]
    later = Spell(4, TODAY + timedelta(days=1))
    long_over = Spell(4, date(2020, 1, 1), date(2021, 1, 1))
    plain = direction(standing(history, TODAY), outcome, ends_open_help=False)
    with_more = direction(standing([*history, later, long_over], TODAY), outcome, ends_open_help=False)
    assert plain == with_more
