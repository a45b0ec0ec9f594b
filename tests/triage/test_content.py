from datetime import date

import pytest
import yaml

from mash.common.content import ContentError
from mash.contact.content import duties
from mash.triage.content import (
    LAWFUL_BASES,
    RATINGS,
    agreement_given_by,
    agreement_how,
    agreement_scopes,
    bases,
    bases_in_force,
    bounce_rules,
    clocks,
    fixed_clocks,
    grounds_by_message,
    lawful_content,
    load_lawful_bases,
    load_ratings,
    override_grounds,
    rating_content,
    ratings,
    refusal_reasons,
    repeat_rules,
    target,
)

MESSAGE_GROUNDS = [
    "significant_harm",
    "injury_to_another",
    "obstructs_investigation",
    "unjustified_delay",
    "significant_harm_suspected",
]


def changed(tmp_path, original, change):
    """Write a file of content changed by `change`, and return it."""
    raw = yaml.safe_load(original.read_text())
    change(raw)
    file = tmp_path / original.name
    file.write_text(yaml.safe_dump(raw, sort_keys=False))
    return file


def plain(limit):
    return (limit.value, limit.unit, limit.clock)


def test_red_comes_first_and_blue_last():
    assert list(ratings()) == ["red", "amber", "green", "blue"]
    assert [rating.order for rating in ratings().values()] == [1, 2, 3, 4]


def test_no_colour_stands_alone():
    shown = [(rating.label, rating.symbol) for rating in ratings().values()]
    assert len(set(shown)) == 4
    assert all(label and symbol for label, symbol in shown)


def test_the_red_triage_target_applies_until_somebody_rates():
    assert target("triage", None) == target("triage", "red")
    assert target("hub_decision", None) is None


def test_agencies_return_in_two_six_and_twenty_four_hours():
    returns = [target("agency_return", rating) for rating in ("red", "amber", "green")]
    assert [plain(limit) for limit in returns] == [
        (2, "hours", "elapsed"),
        (6, "hours", "working"),
        (24, "hours", "working"),
    ]
    assert target("agency_return", "blue") is None


def test_the_referrer_hears_within_one_working_day_whatever_the_rating():
    assert {plain(target("feedback", rating)) for rating in ratings()} == {(1, "working_days", "working")}


def test_an_adult_is_decided_on_the_hubs_own_clock_and_triaged_on_the_same():
    assert plain(target("hub_decision", "amber", "adult")) == (2, "working_days", "working")
    assert plain(target("hub_decision", "amber", "child")) == (1, "working_days", "working")
    assert target("triage", "red", "adult") == target("triage", "red", "child")


@pytest.mark.parametrize(
    ("clock", "limit"),
    [
        ("referral_decision", (1, "working_days", "working")),
        ("referrer_acknowledged", (1, "working_days", "working")),
        ("assessment", (45, "working_days", "working")),
        ("initial_conference", (15, "working_days", "working")),
        ("missing_return_interview", (72, "hours", "elapsed")),
        ("allegation_to_designated_officer", (1, "working_days", "working")),
        ("school_told_of_domestic_abuse", (1, "school_day_starts", "calendar")),
    ],
)
def test_the_clocks_of_law_and_guidance(clock, limit):
    assert plain(fixed_clocks()[clock].limit) == limit


def test_no_clock_of_the_law_can_be_paused():
    assert not any(clock.may_pause for clock in fixed_clocks().values())
    assert not clocks()["strategy_record_sent"].may_pause
    assert clocks()["strategy_discussion_held"].may_pause


def test_the_one_working_day_rule_is_the_childrens():
    assert fixed_clocks()["referral_decision"].applies_to == "child"
    assert clocks()["adult_three_part_test_decided"].applies_to == "adult"


def test_sending_it_back_for_agreement_does_not_meet_the_decision_clock():
    assert "back_for_agreement" in fixed_clocks()["referral_decision"].not_met_by
    assert "automatic_receipt" in fixed_clocks()["referrer_acknowledged"].not_met_by


def test_nothing_pauses_by_default():
    assert rating_content().working_time.pauses == ()
    assert {"red", "unrated"} <= set(rating_content().pause_rules.never_on.ratings)


def test_danger_then_red_then_unrated_come_before_everything_else():
    order = [position.id for position in rating_content().worklist.order]
    assert order == ["immediate_danger", "red", "unrated", "amber", "green", "blue"]


def test_three_low_notices_in_ninety_days_ask_for_a_look():
    rule = repeat_rules()["three_low_in_90_days"]
    assert (rule.count, rule.within_days, rule.ratings_counted) == (3, 90, ("green", "blue"))
    assert repeat_rules()["re_referral"].within_days == 365


def test_a_bounce_is_a_reversal_either_way():
    sequences = {rule.sequence for rule in bounce_rules().values()}
    assert {("step_down", "step_up"), ("step_up", "step_down")} <= sequences


def test_every_clock_that_a_duty_names_exists():
    named = {duty.clock for duty in duties().values()} - {None}
    assert named
    assert named <= set(clocks())


def test_the_grounds_of_a_message_are_among_the_override_grounds():
    assert list(grounds_by_message()) == MESSAGE_GROUNDS
    assert set(MESSAGE_GROUNDS) <= set(override_grounds())
    assert all(ground.id == name for name, ground in grounds_by_message().items())


def test_harm_may_be_suspected_where_asking_would_be_safe():
    assert override_grounds()["significant_harm_suspected"].asking == "safe"


def test_an_override_is_approved_by_another_person():
    assert lawful_content().override_rules.approved_by == "manager_other_than_requester"


def test_the_duty_of_2026_is_not_offered_before_its_start_is_known():
    assert "ca2004_s16la" in bases()
    offered = {basis.id for basis in bases_in_force(date(2026, 11, 22), "child")}
    assert "ca2004_s16la" not in offered
    assert {"gdpr_6_1_e", "gdpr_9_2_g_sch1_18", "ca1989_s47"} <= offered


@pytest.mark.parametrize(("day", "offered"), [(date(2026, 2, 4), False), (date(2026, 2, 5), True)])
def test_a_basis_is_offered_from_the_day_it_comes_into_force(day, offered):
    assert ("gdpr_6_1_ea" in {basis.id for basis in bases_in_force(day, "child")}) is offered


def test_an_adults_basis_is_not_offered_for_a_child():
    assert "care_act_s42" not in {basis.id for basis in bases_in_force(date(2026, 11, 22), "child")}


def test_agreement_is_given_by_somebody_for_something_in_some_way():
    assert list(agreement_given_by()) == ["parent", "young_person", "adult", "attorney_or_deputy"]
    assert list(agreement_scopes()) == [
        "referral",
        "agency_checks",
        "early_help",
        "panel",
        "service",
        "share_outcome",
    ]
    assert "through_interpreter" in agreement_how()


def test_every_reason_not_to_share_says_what_the_hub_does_next():
    assert all(reason.hub_response for reason in refusal_reasons().values())


def swap_order(raw):
    raw["ratings"][0]["order"], raw["ratings"][1]["order"] = 2, 1


def wrong_clock(raw):
    raw["targets"]["triage"]["green"]["clock"] = "elapsed"


def no_feedback(raw):
    del raw["targets"]["feedback"]


def nothing_in_time(raw):
    raw["fixed_clocks"][0]["value"] = 0


def two_patterns(raw):
    raw["bounce"][0]["direction_changes"] = 2


def unknown_category(raw):
    raw["repeats"][1]["categories"] = ["unheard_of"]


def out_of_place(raw):
    raw["worklist"]["order"][0]["place"] = 5


def unknown_source(raw):
    raw["targets"]["agency_return"]["red"]["source"] = "hearsay"


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (swap_order, "ratings: the order"),
        (wrong_clock, "targets.triage.green: working_days cannot run"),
        (no_feedback, "targets: no limits for feedback"),
        (nothing_in_time, "fixed_clocks.referral_decision.value"),
        (two_patterns, "bounce.down_then_up: needs a sequence"),
        (unknown_category, "repeats.any_domestic_abuse_repeat.categories: there is no unheard_of"),
        (out_of_place, "worklist.order: places must rise"),
        (unknown_source, "targets.agency_return.red.source: hearsay"),
    ],
)
def test_broken_ratings_name_their_place(tmp_path, change, place):
    with pytest.raises(ContentError) as error:
        load_ratings(changed(tmp_path, RATINGS, change))
    assert f"ratings.yaml: {place}" in str(error.value)


def enable_undated(raw):
    next(basis for basis in raw["bases"] if basis["id"] == "ca2004_s16la")["enabled"] = True


def end_before_beginning(raw):
    raw["bases"][0]["in_force_to"] = date(2000, 1, 1)


def ground_of_no_message(raw):
    raw["override_grounds"][0]["in_message"] = "unheard_of"


def ground_nobody_carries(raw):
    raw["message_grounds"].append("unheard_of")


def unknown_exception(raw):
    next(basis for basis in raw["bases"] if "exception" in basis)["exception"] = "unheard_of"


def unknown_speaker(raw):
    raw["family_agreement"]["covers"][0]["by"] = "neighbour"


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (enable_undated, "bases.ca2004_s16la: is enabled without a day"),
        (end_before_beginning, "bases.gdpr_6_1_e: ends before it begins"),
        (ground_of_no_message, "override_grounds.significant_harm.in_message: there is no unheard_of"),
        (ground_nobody_carries, "message_grounds: there is no unheard_of"),
        (unknown_exception, "bases.ca2004_s16la.exception: there is no unheard_of"),
        (unknown_speaker, "family_agreement.covers: there is no neighbour"),
    ],
)
def test_broken_lawful_bases_name_their_place(tmp_path, change, place):
    with pytest.raises(ContentError) as error:
        load_lawful_bases(changed(tmp_path, LAWFUL_BASES, change))
    assert f"lawful_bases.yaml: {place}" in str(error.value)
