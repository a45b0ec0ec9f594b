import pytest
import yaml

from mash.check.content import answer_states, risk_matrix
from mash.common.content import ContentError
from mash.decision.content import (
    LETTERS,
    OUTCOMES,
    THRESHOLDS,
    direction_rules,
    disagreement_steps,
    letter_content,
    letters,
    levels,
    load_letters,
    load_levels,
    load_outcomes,
    outcome_content,
    outcomes,
    outcomes_for,
    placeholders_in,
    products,
    vocabularies,
)
from mash.triage.content import agreement_scopes, bounce_rules, clocks, ratings, stages


def changed(tmp_path, original, change):
    """Write a file of content changed by `change`, and return it."""
    raw = yaml.safe_load(original.read_text())
    change(raw)
    file = tmp_path / original.name
    file.write_text(yaml.safe_dump(raw, sort_keys=False))
    return file


def test_everything_that_an_outcome_names_exists():
    for outcome in outcomes().values():
        assert outcome.clock is None or outcome.clock in clocks()
        assert {sent.product for sent in outcome.send} <= set(products())
        assert set(outcome.followed_by) <= set(outcomes())
    for product in products().values():
        assert set(product.templates) <= set(letters())


def test_every_letter_keeps_to_a_clock_that_exists():
    named = {letter.within for letter in letters().values()} - {None}
    assert named <= {*clocks(), *stages()}
    assert "feedback" in named


def test_nothing_goes_to_a_family_by_itself():
    to_family = [sent for one in outcomes().values() for sent in one.send if sent.to == "family"]
    assert to_family
    assert {sent.when for sent in to_family} == {"draft_only"}
    for letter in letters().values():
        if letter.reader in {"parent", "young_person", "adult"}:
            assert letter.goes == "draft_only", letter.id
    asked = {record.id for record in letter_content().clearing.records if record.required}
    assert {"who_receives", "safe_method", "language", "must_not_see"} <= asked


def test_every_outcome_on_a_persons_referral_tells_the_referrer():
    for outcome in outcomes().values():
        if outcome.kind == "main" and outcome.id != "other_authority_plan_notice":
            assert "referrer" in {sent.to for sent in outcome.send}, outcome.id


def test_back_for_agreement_is_not_a_decision():
    assert [one.id for one in outcomes().values() if not one.counts_as_decided] == ["back_for_agreement"]
    assert outcomes()["back_for_agreement"].hold_at_most.value == 3


def test_no_further_action_on_red_or_on_a_repeat_needs_a_second_person():
    assert set(outcomes()["no_further_action"].second_person.when) == {"red", "repeat"}
    assert set(outcomes()["social_care_referral_nfa"].second_person.when) == {"red", "repeat"}


@pytest.mark.parametrize("outcome", ["early_help", "multi_agency_panel", "signpost", "back_for_agreement"])
def test_help_below_the_statutory_line_is_decided_by_a_social_worker(outcome):
    assert outcomes()[outcome].decided_by == "social_worker"


def test_statutory_outcomes_for_a_child_are_decided_by_the_decision_maker():
    statutory = [one for one in outcomes_for("child", "main") if (one.tier or 0) >= 3]
    assert {one.decided_by for one in statutory} == {"decision_maker"}


def test_what_needs_agreement_needs_it_for_something_the_family_can_be_asked_about():
    needing = [one for one in outcomes().values() if "needed" in {one.agreement, one.agreement_of_an_adult}]
    assert {one.agreement_scope for one in needing} == {"early_help", "panel", "service"}
    assert {one.agreement_scope for one in outcomes().values()} <= set(agreement_scopes())


def test_a_child_is_offered_no_adult_enquiry_and_the_reverse():
    assert "adult_section_42" not in {one.id for one in outcomes_for("child", "main")}
    assert "section_47_enquiry" not in {one.id for one in outcomes_for("adult", "main")}


def test_an_adult_agrees_before_the_national_referral_mechanism_and_a_child_need_not():
    mechanism = outcomes()["nrm_referral"]
    assert mechanism.agreement_for("child") == "not_needed"
    assert mechanism.agreement_for("adult") == "needed"
    assert outcomes()["early_help"].agreement_for("adult") == "needed"


def test_a_strategy_discussion_calls_social_care_police_and_health():
    assert {"social_care_team", "police", "health"} <= {s.to for s in outcomes()["strategy_discussion"].send}


def test_direction_is_worked_out_and_falls_on_one_side():
    rules = direction_rules()
    assert rules.applies_to == "each_person"
    assert rules.for_bounce.up == ("step_up",)
    assert set(rules.for_bounce.down) == {"step_down", "out"}


def test_a_disagreement_climbs_five_stages_with_time_limits():
    assert [step.id for step in disagreement_steps()] == [
        "colleague",
        "manager",
        "head_of_service",
        "senior_partners",
        "safeguarding_partnership",
    ]
    assert all(step.within.value for step in disagreement_steps())


def test_there_are_four_levels_of_need_each_with_its_rating():
    assert [level.number for level in levels().values()] == [1, 2, 3, 4]
    assert [level.usual_rating for level in levels().values()] == list(reversed(ratings()))


def test_other_stages_speak_of_levels_and_outcomes_that_exist():
    assert {rating.level for rating in ratings().values()} == set(levels())
    assert {band.level for band in risk_matrix().bands} == set(levels())
    repeated = {rule.outcome for rule in bounce_rules().values()} - {None}
    assert repeated <= set(outcomes())
    assert answer_states()["withheld"].needs == "refusal_reason"


def test_one_vocabulary_is_the_default():
    assert [one.id for one in vocabularies().values() if one.default] == ["classic"]


def test_a_letter_lists_the_gaps_of_the_blocks_it_uses():
    gaps = {gap.id for gap in placeholders_in(letters()["family_outcome"])}
    assert {"recipient_name", "worry_plain", "complaints_contact", "privacy_contact"} <= gaps


def test_a_public_referrer_is_thanked_and_told_nothing_of_the_family():
    gaps = {gap.id for gap in placeholders_in(letters()["public_thanks"])}
    assert gaps.isdisjoint({"initials", "person_name", "decision_plain", "worry_plain", "reason_plain"})
    assert letters()["public_thanks"].reader == "public"


def by_id(things, name):
    return next(thing for thing in things if thing["id"] == name)


def unknown_product(raw):
    by_id(raw["outcomes"], "early_help")["send"][0]["product"] = "gossip"


def unknown_clock(raw):
    by_id(raw["outcomes"], "designated_officer")["clock"] = "sundial"


def letter_not_a_draft(raw):
    by_id(raw["outcomes"], "early_help")["send"][1]["when"] = "at_once"


def tier_alongside(raw):
    by_id(raw["outcomes"], "police_action")["tier"] = 4


def tier_five(raw):
    by_id(raw["outcomes"], "early_help")["tier"] = 5


def unknown_letter(raw):
    by_id(raw["products"], "family_letter")["templates"].append("valentine")


def step_missing(raw):
    del raw["disagreement"][1]


def direction_on_no_side(raw):
    raw["direction"]["for_bounce"]["neither"].remove("moved")


def unknown_key(raw):
    by_id(raw["outcomes"], "advice")["direction"] = "level"


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (unknown_product, "outcomes.early_help.send: there is no gossip"),
        (unknown_clock, "outcomes.designated_officer.clock: there is no sundial"),
        (letter_not_a_draft, "outcomes.early_help.send.family: a draft"),
        (tier_alongside, "outcomes.police_action.tier: what goes alongside"),
        (tier_five, "outcomes.early_help.tier"),
        (unknown_letter, "products.family_letter.templates: there is no valentine"),
        (step_missing, "disagreement: steps must run"),
        (direction_on_no_side, "direction.for_bounce: each direction"),
        (unknown_key, "outcomes.advice.direction"),
    ],
)
def test_broken_outcomes_name_their_place(tmp_path, change, place):
    with pytest.raises(ContentError) as error:
        load_outcomes(changed(tmp_path, OUTCOMES, change))
    assert f"outcomes.yaml: {place}" in str(error.value)


def level_without_a_domain(raw):
    del raw["levels"][2]["descriptors"]["parenting"]


def levels_out_of_order(raw):
    raw["levels"].reverse()


def two_defaults(raw):
    raw["vocabularies"][1]["default"] = True


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (level_without_a_domain, "levels.level_3.descriptors: needs each domain"),
        (levels_out_of_order, "levels: the levels are 1, 2, 3, 4"),
        (two_defaults, "vocabularies: one, and only one"),
    ],
)
def test_broken_levels_name_their_place(tmp_path, change, place):
    with pytest.raises(ContentError) as error:
        load_levels(changed(tmp_path, THRESHOLDS, change))
    assert f"thresholds.yaml: {place}" in str(error.value)


def unknown_gap(raw):
    by_id(raw["templates"], "family_outcome")["body"].append("Call {mystery}.")


def family_letter_on_decision(raw):
    by_id(raw["templates"], "adult_outcome")["goes"] = "on_decision"


def unknown_block(raw):
    by_id(raw["templates"], "adult_outcome")["body"].append({"use": "small_print"})


def text_and_block(raw):
    by_id(raw["templates"], "adult_outcome")["body"].append({"use": "rights", "text": "and"})


def letter_on_no_clock(raw):
    by_id(raw["templates"], "referrer_decided")["within"] = "sundial"


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (unknown_gap, "templates.family_outcome.body: there is no mystery"),
        (family_letter_on_decision, "templates.adult_outcome: goes to a family"),
        (unknown_block, "templates.adult_outcome.body: there is no small_print"),
        (text_and_block, "templates.adult_outcome.body: a paragraph has its own text"),
        (letter_on_no_clock, "templates.referrer_decided.within: there is no sundial"),
    ],
)
def test_broken_letters_name_their_place(tmp_path, change, place):
    with pytest.raises(ContentError) as error:
        load_letters(changed(tmp_path, LETTERS, change))
    assert f"letters.yaml: {place}" in str(error.value)


def test_the_starting_content_has_an_edition():
    assert outcome_content().version == letter_content().version == 1
