"""The file of an exercise: every mistake is named with its place, and whatever is put in ends in words."""

import copy
from datetime import date

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as some

from mash.contact.content import category_content
from mash.contact.message import as_json
from mash.exercise.content import carried
from mash.exercise.format import LARGEST, SEATS, Refused, as_text, plain, read, shaped
from mash.exercise.messages import message_of
from tests.exercise.story import LARKSPUR, NINE, TIDEWELL

TEXT = carried()[LARKSPUR][1]
RAW = read(TEXT)[1]
SHORT = """
exercise: MY-1
title: A short one
purpose: To see the smallest file.
length_minutes: 30
clock: {day_1_starts: 2026-11-17T09:00:00, simulated_minutes_per_real_minute: 2.5}
family: [{id: c1, name: Ana, born_on: 2018-06-14, role: child}]
seats: [hub_manager, {id: fire, label: Fire and rescue, agency: fire_service}]
injects: [{n: 1, at: "9:05", to: [fire], kind: record, text: A visit in May.}]
meeting: {title: M, at: "2026-11-17T10:00:00", chair: hub_manager, attendees: [fire], agenda: [One]}
model_answer: {decision_reasonable_range: [One], must_show: [Two]}
scoring:
  scale: {0: not seen, 1: partly, 2: clearly}
  points: [{id: S1, seat: all, observe: Asks}]
  out_of: 2
  bands: {0-1: again, 2-2: well done}
"""


def changed(change):
    raw = copy.deepcopy(RAW)
    change(raw)
    return raw


def mistakes(raw):
    with pytest.raises(Refused) as found:
        shaped(raw)
    return [str(one) for one in found.value.mistakes]


def set_at(*path, to):
    def change(raw):
        *way, last = path
        for step in way:
            raw = raw[step]
        raw[last] = to

    return change


@pytest.mark.parametrize("code", [LARKSPUR, TIDEWELL])
def test_what_comes_with_the_product_is_rich_and_made_up(code):
    exercise, text = carried()[code]
    file = exercise.file
    assert len(file.injects) >= 12
    assert len(file.scoring.points) >= 12
    assert len(file.model_answer.learning_points) >= 6
    assert set(file.meeting.questions_each_agency_should_raise) == set(exercise.seats)
    assert {one for inject in file.injects for one in inject.to} == set(exercise.seats)
    assert all(one.expects for one in file.injects)
    assert {"sealed_intelligence", "referral", "twist", "meeting_call"} <= {one.kind for one in file.injects}
    for one in file.family:
        assert (one.postcode or "NF").startswith("NF")
    assert "999" not in text or "01632 960" in text
    offered = {one["id"] for one in category_content.carried()["categories"]}
    for inject in file.injects:
        assert not inject.referral or set(inject.referral.categories) <= offered


def test_a_referral_of_an_exercise_is_a_whole_message():
    for exercise, _ in carried().values():
        (inject,) = [one for one in exercise.injects if one.referral]
        said = as_json(message_of(exercise, inject, NINE))
        assert said["reference"] == f"{exercise.file.exercise}-{inject.n}"
        assert {one["id"] for one in said["people"]} == set(inject.referral.people)
        assert said["concern"]["what_happened"] == inject.referral.what_happened
        assert said["agreement"]["sought"] == inject.referral.agreement.sought
    with pytest.raises(ValueError, match="brings no referral"):
        message_of(exercise, exercise.injects[1], NINE)


def test_the_smallest_file_has_what_is_usual_filled_in():
    exercise, _ = read(SHORT)
    assert exercise.seats["fire"].duties == ("answer",)
    assert exercise.seats["hub_manager"].label == SEATS["hub_manager"].label
    assert exercise.file.injects[0].at == "09:05"
    assert exercise.file.family[0].born_on == date(2018, 6, 14)
    assert (exercise.meeting_day, exercise.meeting_at) == (1, "10:00")
    assert [one.label for one in exercise.bands] == ["again", "well done"]
    assert [exercise.band_of(total).label for total in (0, 1.5, 2)] == ["again", "again", "well done"]


def test_a_text_that_was_written_from_a_form_says_the_same():
    assert read(as_text(RAW))[1] == RAW
    assert list(plain(as_text(plain(TEXT)))) == list(yaml.safe_load(TEXT))


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (set_at("injects", 3, "at", to=640), "injects, number 4, at: not a time"),
        (set_at("injects", 3, "at", to="24:30"), "injects, number 4, at: not a time"),
        (set_at("injects", 3, "to", to=["polce"]), "injects, number 4, to: there is no seat polce"),
        (set_at("injects", 3, "to", to=[]), "injects, number 4, to: it goes to nobody"),
        (set_at("injects", 3, "day", to=3), "injects, number 4, day: the clock has no day 3"),
        (set_at("injects", 3, "at", to="08:59"), "injects, number 4, at: 08:59 is before day 1 begins"),
        (set_at("injects", 3, "n", to=3), "injects, number 4, n: 3 is used already"),
        (set_at("injects", 3, "text", to="  "), "injects, number 4, text: it is blank"),
        (set_at("injects", 3, "text", to=True), "injects, number 4, text: it must be words"),
        (set_at("injects", 3, "hint", to="x"), "injects, number 4, hint: there is no such entry"),
        (set_at("injects", 0, "kind", to="record"), "injects, number 1, referral: only an inject of the kind"),
        (set_at("injects", 0, "referral", "people", to=["c9"]), "injects, number 1, referral, people: there is nobody"),
        (set_at("injects", 0, "referral", "people", to=[]), "injects, number 1, referral, people: it names nobody"),
        (
            set_at("injects", 0, "referral", "relationships", 0, "from", to="g"),
            "injects, number 1, referral, relationships, number 1: g is not among its people",
        ),
        (
            set_at("injects", 0, "referral", "agreement", "by", to="g"),
            "injects, number 1, referral, agreement: g is not among its people",
        ),
        (set_at("injects", to={}), "injects: it must be a list"),
        (set_at("injects", to=[]), "injects: there is none, and one at least is needed"),
        (set_at("family", 0, "born_on", to="14.6.2018"), "family, number 1, born_on: not a day"),
        (set_at("family", 1, "id", to="c1"), "family, number 2, id: c1 is used already"),
        (set_at("family", 1, "id", to="C 1"), "family, number 2, id: it must be a short name of small letters"),
        (set_at("seats", 0, to="boss"), "seats, number 1: boss is none of the usual seats"),
        (set_at("seats", 0, to={"id": "hub_manager", "duties": ["train"]}), "seats, number 1, duties: a seat has no"),
        (set_at("seats", 0, to={"id": "all", "label": "A", "agency": "other"}), "seats, number 1: “all” stands for"),
        (set_at("seats", to=["police", "health"]), "seats: no seat has the duty to screen"),
        (set_at("clock", "day_3_starts", to="2026-11-17T09:00:00+00:00"), "clock: each day comes after the one before"),
        (set_at("clock", "day_4_starts", to="2026-11-20T09:00:00+00:00"), "clock: days are day_1_starts and on"),
        (set_at("clock", "day_2_starts", to="tomorrow"), "clock, day_2_starts: not a day and time"),
        (set_at("clock", "noon", to="12:00"), "clock, noon: there is no such entry"),
        (
            set_at("clock", "simulated_minutes_per_real_minute", to=0),
            "clock, simulated_minutes_per_real_minute: it must be a number from 0.1 to 240",
        ),
        (set_at("meeting", "chair", to="mayor"), "meeting, chair: there is no seat mayor"),
        (set_at("meeting", "at", to="2026-12-01T09:00:00+00:00"), "meeting, at: it is on none of the clock’s days"),
        (set_at("meeting", "agenda", to=[]), "meeting, agenda: there is nothing on it"),
        (
            set_at("meeting", "questions_each_agency_should_raise", "mayor", to=["Why?"]),
            "meeting, questions_each_agency_should_raise: there is no seat mayor",
        ),
        (set_at("scoring", "out_of", to=22), "scoring, out_of: 12 points of 2 make 24"),
        (set_at("scoring", "scale", to={"1": "x", "2": "y"}), "scoring, scale: it has 0, 1 and 2"),
        (set_at("scoring", "bands", to={"0-8": "a", "10-24": "b"}), "scoring, bands: together they cover 0 to 24"),
        (set_at("scoring", "bands", to={"8-0": "a"}), "scoring, bands, 8-0: a band is two numbers"),
        (set_at("scoring", "points", 0, "seat", to="mayor"), "scoring, points, number 1, seat: there is no seat mayor"),
        (set_at("exercise", to="with spaces"), "exercise: it must be a short code"),
        (set_at("format", to="openmash.exercise/9"), "format: it must be one of: openmash.exercise/1"),
        (set_at("length_minutes", to="long"), "length_minutes: it must be a whole number"),
        (set_at("length_minutes", to=5), "length_minutes: it must be 10 or more"),
        (set_at("title", to="x" * 241), "title: it has more than 240 characters"),
        (lambda raw: raw.pop("meeting"), "meeting: it is missing"),
        (set_at("model_answer", to=[]), "model_answer: it must be lines such as"),
    ],
)  # fmt: skip
def test_each_mistake_is_named_with_its_place(change, why):
    assert any(one.startswith(why) for one in mistakes(changed(change))), mistakes(changed(change))


def test_all_mistakes_are_said_at_once():
    def change(raw):
        raw["injects"][3]["to"] = ["polce"]
        raw["meeting"]["chair"] = "mayor"
        raw["scoring"]["out_of"] = 1

    assert len(mistakes(changed(change))) >= 3


def test_too_many_of_anything_is_refused():
    def change(raw):
        raw["injects"] = [raw["injects"][1] | {"n": number} for number in range(1, 62)]

    assert "injects: there are 61; the most is 60" in mistakes(changed(change))


@given(some.one_of(some.binary(max_size=200), some.text(max_size=200)))
def test_whatever_is_put_in_ends_in_words(text):
    with pytest.raises(Refused) as found:
        read(text)
    assert found.value.mistakes
    assert all(one.why for one in found.value.mistakes)


@given(
    some.sampled_from(sorted(RAW)),
    some.recursive(
        some.none() | some.booleans() | some.integers() | some.floats() | some.text(max_size=9),
        lambda one: some.lists(one, max_size=3) | some.dictionaries(some.text(max_size=5), one, max_size=3),
        max_leaves=6,
    ),
)
def test_a_part_of_another_kind_ends_in_words_too(part, value):
    raw = RAW | {part: value}
    mistakes = []
    try:
        found = shaped(raw)
    except Refused as refused:
        found, mistakes = None, refused.mistakes
    assert bool(found) != bool(mistakes)
    assert all(one.why for one in mistakes)


def test_a_bomb_is_refused_before_it_goes_off():
    bomb = "a: &a [x, x]\n" + "".join(
        f"{one}: &{one} [*{before}, *{before}]\n" for before, one in zip("abcdef", "bcdefg", strict=True)
    )
    for text in (bomb, "[" * 5000, "a: " + "[1, " * 4000, "x" * (LARGEST + 1), "a: 1\n" * 30_000):
        with pytest.raises(Refused):
            read(text)
