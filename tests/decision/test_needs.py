import pytest

from mash.decision.content import outcomes, outcomes_for
from mash.decision.needs import Approvals, approvals, closes, decided_by, duties_for, needs_second
from mash.partnership.models import DESK, Duty

NOT_RED = ["", "amber", "green", "blue"]
WHO_DECIDES = {
    "immediate_protection": "decide",
    "strategy_discussion": "decide",
    "section_47_enquiry": "decide",
    "child_and_family_assessment": "decide",
    "family_help_statutory": "decide",
    "private_fostering_assessment": "decide",
    "social_care_referral_nfa": "decide",
    "early_help": "assess",
    "multi_agency_panel": "assess",
    "signpost": "assess",
    "advice": "assess",
    "information_only": "assess",
    "no_further_action": "decide",
    "back_for_agreement": "assess",
    "to_allocated_worker": "screen",
    "to_other_authority": "decide",
    "other_authority_plan_notice": "decide",
    "adult_section_42": "decide",
    "adult_other_enquiry": "decide",
    "adult_needs_assessment": "assess",
    "police_action": "screen",
    "missing_response": "screen",
    "missing_return_interview": "assess",
    "marac_referral": "screen",
    "exploitation_panel": "assess",
    "mappa_referral": "decide",
    "nrm_referral": "screen",
    "prevent_referral": "decide",
    "designated_officer": "screen",
    "fire_safety_visit": "screen",
    "disclosure_scheme": "screen",
    "adult_concern_raised": "screen",
    "child_contact_raised": "screen",
}
CLOSINGS = {
    "social_care_referral_nfa",
    "signpost",
    "advice",
    "information_only",
    "no_further_action",
    "to_other_authority",
}
LADDER = {
    "screen": set(DESK),
    "assess": {Duty.ASSESS, Duty.DECIDE},
    "decide": {Duty.DECIDE},
}


def test_the_table_of_who_decides_has_every_outcome():
    assert set(WHO_DECIDES) == set(outcomes())


@pytest.mark.parametrize("colour", NOT_RED)
@pytest.mark.parametrize(("outcome", "least"), WHO_DECIDES.items())
def test_who_decides_what(outcome, least, colour):
    assert set(duties_for(outcomes()[outcome], colour)) == LADDER[least]


@pytest.mark.parametrize(("outcome", "least"), WHO_DECIDES.items())
def test_on_red_the_decision_maker_decides_all_but_passing_on(outcome, least):
    expected = LADDER["screen"] if least == "screen" else LADDER["decide"]
    assert set(duties_for(outcomes()[outcome], "red")) == expected


def test_an_adults_enquiry_is_the_adult_decision_makers():
    assert decided_by(outcomes()["adult_section_42"], "amber") == "adult_decision_maker"


@pytest.mark.parametrize("outcome", ["no_further_action", "social_care_referral_nfa"])
@pytest.mark.parametrize(
    ("colour", "repeat", "expected"),
    [
        ("red", False, True),
        ("red", True, True),
        ("amber", True, True),
        ("amber", False, False),
        ("", False, False),
    ],
)
def test_no_further_action_on_red_or_on_a_repeat_needs_a_second_person(outcome, colour, repeat, expected):
    assert needs_second(outcomes()[outcome], colour, repeat=repeat) is expected


def test_no_other_outcome_needs_a_second_person_to_start_with():
    named = [one.id for one in outcomes().values() if needs_second(one, "red", repeat=True)]
    assert named == ["social_care_referral_nfa", "no_further_action"]


@pytest.mark.parametrize(
    "outcome", [one for subject in ("child", "adult") for one in outcomes_for(subject, "main")]
)
def test_a_closing_is_known_from_the_outcome_and_the_persons_history_alone(outcome):
    assert closes(outcome, "none") is (outcome.id in CLOSINGS)
    if outcome.id not in {"to_allocated_worker", "back_for_agreement"}:
        assert all(closes(outcome, direction) for direction in ("step_down", "out", "moved"))


def test_passing_to_the_allocated_worker_closes_nobody():
    assert not closes(outcomes()["to_allocated_worker"], "level")


def test_a_decision_needs_all_that_any_of_its_outcomes_needs():
    help_, nothing = outcomes()["early_help"], outcomes()["no_further_action"]
    assert approvals([(help_, "first")], "amber", repeat=True) == Approvals()
    assert approvals([(help_, "step_down")], "amber", repeat=False) == Approvals(clearance=True)
    assert approvals([(help_, "first"), (nothing, "none")], "amber", repeat=True) == Approvals(True, True)
    assert approvals([(nothing, "none")], "amber", repeat=False) == Approvals(clearance=True)
