from itertools import pairwise

import pytest
import yaml

from mash.check.content import (
    QUESTION_SETS,
    RISK_MATRIX,
    answer_states,
    asked_of_everyone,
    load_question_sets,
    load_risk_matrix,
    may_be_offered_for_copying,
    question_content,
    question_sets,
    risk_matrix,
    set_for,
)
from mash.common.content import ContentError

EDUCATION = [
    "attendance",
    "absence_reasons",
    "lateness",
    "statutory_attendance_action",
    "behaviour",
    "appearance_and_wellbeing",
    "progress",
    "effort",
    "successes",
    "additional_support",
    "parents_and_carers",
    "health_conditions",
    "anything_else",
]


def changed(tmp_path, original, change):
    """Write a file of content changed by `change`, and return it."""
    raw = yaml.safe_load(original.read_text())
    change(raw)
    file = tmp_path / original.name
    file.write_text(yaml.safe_dump(raw, sort_keys=False))
    return file


def test_education_is_asked_its_thirteen_topics_in_order():
    assert [question.id for question in set_for("education", "child").questions] == EDUCATION


def test_every_question_is_asked_once_in_its_set():
    for asked in question_sets().values():
        ids = [question.id for question in asked.questions]
        assert len(ids) == len(set(ids)), asked.id


def test_every_set_lets_the_agency_say_that_nothing_is_held():
    for asked in question_sets().values():
        assert asked.nil_return.id == "nothing_held"
        assert asked.nil_return.text


def test_every_set_asks_what_is_going_well():
    for asked in question_sets().values():
        assert any(question.protective for question in asked.questions), asked.id


def test_an_agency_with_two_sets_is_sent_the_one_that_fits():
    assert set_for("police", "child").id == "police_v1"
    assert set_for("police", "adult").id == "police_adult_v1"
    assert set_for("adult_social_care", "child") == set_for("adult_social_care", "adult")


def test_an_agency_is_not_asked_about_those_it_has_no_questions_for():
    assert set_for("education", "adult") is None
    assert set_for("circus", "child") is None


def test_an_answer_about_the_child_alone_is_never_offered_for_copying():
    education = set_for("education", "child")
    assert may_be_offered_for_copying(education.question("parents_and_carers"))
    assert not may_be_offered_for_copying(education.question("attendance"))


def test_silence_is_not_an_answer():
    assert list(answer_states()) == ["answered", "nothing_held", "not_searched_yet", "withheld"]
    assert question_content().nil_return_rules.confirms == "each_person_searched"


def test_more_is_said_above_a_set_about_an_adult():
    assert set(asked_of_everyone("child")) < set(asked_of_everyone("adult"))


def test_safe_contact_of_a_survivor_starts_sealed():
    for subject in ("child", "adult"):
        asked = set_for("domestic_abuse_service", subject)
        assert asked.question("safe_contact").sensitive_by_default


def new_version(raw, change):
    newer = yaml.safe_load(yaml.safe_dump(raw["sets"][0]))
    version = max(one["version"] for one in raw["sets"] if one["agency"] == "education") + 1
    newer |= {"id": f"education_v{version}", "version": version}
    change(newer["questions"])
    raw["sets"].append(newer)


def test_a_newer_version_is_sent_and_the_older_kept(tmp_path):
    content = load_question_sets(
        changed(tmp_path, QUESTION_SETS, lambda raw: new_version(raw, lambda q: q.pop()))
    )
    versions = [one for one in content.sets if one.agency == "education"]
    assert [len(one.questions) for one in versions] == [13, 12]


def change_the_meaning(raw):
    new_version(raw, lambda questions: questions[4].update(type="yes_no"))


def bring_back_a_retired_question(raw):
    kept = raw["sets"][0]["questions"][12]
    new_version(raw, lambda questions: questions.pop())
    new_version(raw, lambda questions: questions.__setitem__(12, kept))


def same_question_twice(raw):
    raw["sets"][0]["questions"][1]["id"] = "attendance"


def no_nil_return(raw):
    del raw["sets"][0]["nil_return"]


def choice_without_choices(raw):
    del raw["sets"][0]["questions"][1]["choices"]


def unknown_kind(raw):
    raw["sets"][0]["questions"][0]["type"] = "guess"


def two_sets_for_one(raw):
    raw["sets"][1]["agency"] = "education"


def version_not_in_the_id(raw):
    raw["sets"][0]["version"] = 2


def unknown_key(raw):
    raw["copying"]["always"] = True


def copied_and_not(raw):
    raw["copying"]["never_where_asks_about"] = ["household"]


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (change_the_meaning, "sets.education_v2.questions.behaviour: this id meant another thing"),
        (bring_back_a_retired_question, "sets.education_v3.questions.anything_else: this id meant"),
        (same_question_twice, "sets.education_v1.questions.attendance: this id is used twice"),
        (no_nil_return, "sets.education_v1.nil_return"),
        (choice_without_choices, "sets.education_v1.questions.absence_reasons: choices"),
        (unknown_kind, "sets.education_v1.questions.attendance.type"),
        (two_sets_for_one, "sets.police_v1: education_v1 is for the same agency"),
        (version_not_in_the_id, "sets.education_v1: the id must end in _v2"),
        (unknown_key, "copying.always"),
        (copied_and_not, "copying: may be copied and may not"),
    ],
)
def test_a_broken_question_set_names_its_place(tmp_path, change, place):
    with pytest.raises(ContentError) as error:
        load_question_sets(changed(tmp_path, QUESTION_SETS, change))
    assert f"question_sets.yaml: {place}" in str(error.value)


def test_the_band_never_falls_as_harm_or_likelihood_rises():
    content = risk_matrix()
    order = [band.id for band in content.bands]
    harm, likelihood = ([level.id for level in one.levels] for one in content.dimensions[:2])
    for row in harm:
        bands = [order.index(content.starting_band(row, step).id) for step in likelihood]
        assert bands == sorted(bands)
    for lower, higher in pairwise(harm):
        for step in likelihood:
            bands = [order.index(content.starting_band(row, step).id) for row in (lower, higher)]
            assert bands == sorted(bands)


def test_every_strength_has_its_test_and_the_childs_voice_is_required():
    assert all(strength.test for strength in risk_matrix().protective)
    assert risk_matrix().childs_voice.required


def score_people(raw):
    raw["predictive_score"] = "sometimes"


def leave_a_gap(raw):
    del raw["grid"]["grave"]["possible"]


def make_up_a_band(raw):
    raw["grid"]["grave"]["possible"] = "mauve"


def forget_a_test(raw):
    del raw["protective"][0]["test"]


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (score_people, "predictive_score"),
        (leave_a_gap, "grid.grave: needs each level of likelihood"),
        (make_up_a_band, "grid.grave: there is no mauve"),
        (forget_a_test, "protective.safe_adult_present: needs a test"),
    ],
)
def test_a_broken_risk_matrix_names_its_place(tmp_path, change, place):
    with pytest.raises(ContentError) as error:
        load_risk_matrix(changed(tmp_path, RISK_MATRIX, change))
    assert f"risk_matrix.yaml: {place}" in str(error.value)
