"""A round from the draw to what the writers are told, through the real actions."""

import io
import uuid
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db import DatabaseError
from django.http import Http404

from mash.ledger.models import Entry
from mash.partnership.models import Restriction
from mash.quality import actions, queries
from mash.quality.actions import NotWhole, WrongState
from mash.quality.measures.grades import Counts
from mash.quality.models import Given, Round, Sampled, Sheet, Told
from mash.quality.queries.drawing import key_in_frame
from tests.factories.base import in_service, signed_in_as
from tests.factories.check import doing
from tests.factories.contact import ContactFactory
from tests.factories.partnership import LONG_AGO, AccessFactory, AgencyFactory, StaffFactory
from tests.quality.story import BEFORE, NOW, a_panel, another_seed, closed, drawn, grade_all, opened, said_of

pytestmark = pytest.mark.usefixtures("transactional_db")
B = "builder"


def refused(action, *places):
    with pytest.raises(NotWhole) as caught:
        action()
    assert set(caught.value.places) == set(places)
    return " ".join(caught.value.places.values())


# The draw


def test_a_sample_is_drawn_and_each_referral_has_graders_of_two_agencies():
    panel = drawn()
    assert panel.round.frame_size == 12
    assert len(panel.sheets()) == 4
    agency = {one.pk: one.agency_id for one in panel.graders}
    for sheet in panel.sheets():
        assert len({agency[key] for key in sheet.graders}) == 2
    load = [sum(one.pk in sheet.graders for sheet in panel.sheets()) for one in panel.graders]
    assert max(load) - min(load) <= 1
    line = Entry.objects.using(B).get(event="quality.drawn")
    assert line.detail["seed"] == panel.round.seed


def test_twice_the_same_form_draws_one_round_and_a_round_is_drawn_once():
    panel, key = a_panel(), uuid.uuid4()
    assert drawn(panel, key=key).round == drawn(panel, key=key).round
    assert "drawn once" in refused(lambda: drawn(panel), "label")
    assert Round.objects.using(B).count() == 1


def test_the_public_and_restricted_cases_are_left_out_and_counted():
    panel = a_panel()
    ContactFactory(hub=panel.hub, from_public=True, received_at=BEFORE)
    rows = Restriction.objects.using(B)
    rows.create(hub=panel.hub, contact_id=panel.contacts[0].pk, why="Staff", from_at=LONG_AGO, by=panel.lead)
    panel = drawn(panel, size=12)
    assert panel.round.excluded == {"public": 1, "restricted": 1}
    assert panel.round.frame_size == 11
    assert panel.round.shortfall == {"all": 1}
    assert key_in_frame(panel.contacts[0].pk) not in {key for key, _ in panel.round.frame}


def test_a_spread_sample_takes_from_each_part_by_its_size():
    panel = drawn(size=4, spread_over="source")
    assert panel.round.asked == {"police": 2, "school": 2}
    kinds = Sampled.objects.using(B).values_list("source_kind", flat=True)
    assert sorted(kinds) == ["police", "police", "school", "school"]
    assert drawn(a_panel(), spread_over="outcome", label="Another").round.asked == {"not decided yet": 4}


def test_what_does_not_do_is_said_at_its_field():
    panel = a_panel()
    assert "is over" not in refused(lambda: drawn(panel, label=" ", size=0), "label", "size")
    assert "over" in refused(lambda: drawn(panel, until_on=NOW.date()), "until_on")
    refused(lambda: drawn(panel, until_on=date(2026, 9, 1)), "until_on")
    refused(lambda: drawn(panel, from_on=date(2026, 9, 1), until_on=date(2026, 9, 2)), "from_on")
    refused(lambda: drawn(panel, spread_over="height"), "spread_over")
    assert "2 agencies" in refused(lambda: drawn(panel, graders=panel.graders[:1]), "graders")
    stranger = StaffFactory(duties=["grade"])
    refused(lambda: drawn(panel, graders=[*panel.graders, stranger]), "graders")
    assert not Round.objects.using(B).exists()


def test_nobody_grades_what_they_wrote_or_what_they_are_kept_from():
    panel = a_panel(contacts=3)
    writer = panel.graders[0]
    writer.account.email = "pc.ashdown@police.example"
    writer.account.save(using=B)
    AccessFactory(staff=panel.graders[1], contact_id=panel.contacts[1].pk, bars=True)
    other = StaffFactory(hub=panel.hub, agency=AgencyFactory(), duties=["grade"])
    panel = drawn(panel, size=3, graders=[*panel.graders, other])
    for row in Sampled.objects.using(B).select_related("sheet"):
        if row.source_kind == "police":
            assert writer.pk not in row.sheet.graders
        if row.contact_id == panel.contacts[1].pk:
            assert panel.graders[1].pk not in row.sheet.graders
    words = refused(
        lambda: drawn(panel, label="Fewer", size=3, graders=panel.graders[:2], again="X"), "graders"
    )
    assert "nobody grades what they wrote" in words


def test_the_same_days_are_drawn_again_only_with_a_reason_that_stands_on_the_round():
    panel = drawn()
    words = refused(lambda: drawn(panel, label="Again"), "again")
    assert "Some of these days are drawn already" in words
    first = panel.round
    drawn(panel, label="Again", again="Two graders fell ill.")
    assert (first.again, panel.round.again) == ("", "Two graders fell ill.")


def test_only_who_manages_the_hub_draws():
    panel = a_panel()
    panel.lead = panel.graders[0]
    with pytest.raises(PermissionDenied):
        drawn(panel)


# Drawing again


def test_a_draw_is_proved_by_the_command_and_a_changed_one_is_not():
    panel, said = drawn(), io.StringIO()
    call_command("quality", "redraw", "--hub", panel.hub.name, stdout=said)
    assert "drawn again, and the same" in said.getvalue()
    assert panel.round.seed in said.getvalue()
    rows = Round.objects.using(B).filter(pk=panel.round.pk)
    other = next(key for key, _ in panel.round.frame if key not in panel.round.drawn)
    for change, words in (
        ({"drawn": [other, *panel.round.drawn[1:]]}, "another sample"),
        ({"seed": another_seed(panel.round)}, "another sample"),
        ({"frame": panel.round.frame[1:]}, "the frame is not the one"),
        ({"method": "by hand"}, "does not know"),
    ):
        before = rows.values(*change)[0]
        rows.update(**change)
        said = io.StringIO()
        with pytest.raises(CommandError, match="could not be proved"):
            call_command(
                "quality", "redraw", "--hub", panel.hub.name, "--round", "2026, October", stdout=said
            )
        assert words in said.getvalue()
        rows.update(**before)
    Sampled.objects.using(B).filter(round=panel.round, place=1).update(drawn_as=other)
    with in_service("quality"):
        assert queries.redrawn(panel.round).differs == ["a referral stands in the round that was not drawn"]


def test_the_command_says_what_it_does_not_find():
    panel = a_panel()
    for words, hub, round_ in (
        ("no hub named", "Nowhere", ""),
        ("Nothing was drawn", panel.hub.name, ""),
        ("no round named X", panel.hub.name, "X"),
    ):
        with pytest.raises(CommandError, match=words):
            call_command("quality", "redraw", "--hub", hub, "--round", round_, stdout=io.StringIO())


# Blind


def test_nothing_that_names_the_sender_stands_in_a_copy():
    panel = drawn(size=12)
    for row in Sampled.objects.using(B).select_related("sheet"):
        words = str(row.sheet.sections)
        assert "Daniel" in words
        for name in ("Ashdown", "ASHDOWN", "4471", "Oduya", "CAD 6120", "Response Team", "North Thames", "Fernbank",
                     "Duarte", "pc.ashdown", "7946", "OCT-", str(row.contact_id)):  # fmt: skip
            assert name not in words, name
        if row.source_kind == "police":
            assert row.unit == "Response Team B"
            assert row.agency == panel.agencies[0]


def test_more_words_are_covered_before_the_round_is_open_and_none_after():
    panel = drawn()
    sheet = panel.sheets()[0]
    words = "landing" if "landing" in str(sheet.sections) else "coat"
    assert doing(panel.lead, actions.cover_words, sheet=sheet, words=[words.upper()], at=NOW) == 1
    assert words not in str(panel.sheets()[0].sections)
    refused(lambda: doing(panel.lead, actions.cover_words, sheet=sheet, words=["nowhere"], at=NOW), "words")
    doing(panel.lead, actions.open_round, round_=panel.round, at=NOW)
    with pytest.raises(WrongState, match="open"):
        doing(panel.lead, actions.cover_words, sheet=sheet, words=["Daniel"], at=NOW)


# Grading


def test_a_grader_grades_once_and_the_first_word_stands():
    panel = opened()
    sheet = panel.sheets()[0]
    by, said = panel.grader_of(sheet), said_of(3)
    first = doing(by, actions.give_grade, sheet=sheet, at=NOW, **said)
    assert doing(by, actions.give_grade, sheet=sheet, at=NOW, **said) == first
    with pytest.raises(WrongState, match="already"):
        doing(by, actions.give_grade, sheet=sheet, at=NOW, **said_of(4))
    assert Given.objects.using(B).get().grade == 3


@pytest.mark.parametrize(
    ("changes", "places"),
    [
        ({"criteria": {}}, {"c_identity", "c_voice", "c_history"}),
        ({"grade": 5}, {"grade"}),
        ({"done_well": " "}, {"done_well"}),
        ({"to_improve": ""}, {"to_improve"}),
        ({"also_found": ["ghosts"]}, {"also_found"}),
        ({"left_out": {"voice": "too_young"}}, {"why_voice"}),
        ({"left_out": {"identity": "unborn"}}, {"why_identity"}),
    ],
)
def test_what_is_missing_in_a_grade_is_said_at_its_field(changes, places):
    panel = opened()
    sheet = panel.sheets()[0]
    with pytest.raises(NotWhole) as caught:
        doing(panel.grader_of(sheet), actions.give_grade, sheet=sheet, at=NOW, **(said_of(3) | changes))
    assert places <= set(caught.value.places)
    assert not Given.objects.using(B).exists()


@pytest.mark.parametrize(
    ("criterion", "low", "urgent", "whole", "held"),
    [
        ("identity", 1, False, 2, True),
        ("identity", 1, False, 1, False),
        ("identity", 2, False, 4, False),
        ("agreement", 1, False, 3, True),
        ("agreement", 1, True, 3, False),  # acting first is right
        ("voice", 1, False, 3, True),
        ("voice", 1, True, 3, True),
        ("seen_or_told", 1, False, 2, False),
    ],
)
def test_what_holds_the_whole_down_is_lifted_with_a_reason(criterion, low, urgent, whole, held):
    panel = opened()
    sheet = panel.sheets()[0]
    Sheet.objects.using(B).filter(pk=sheet.pk).update(urgent=urgent)
    sheet.urgent = urgent
    said = said_of(3) | {"grade": whole}
    said["criteria"] |= {criterion: low}
    by = panel.grader_of(sheet)
    if held:
        words = refused(lambda: doing(by, actions.give_grade, sheet=sheet, at=NOW, **said), "lifted")
        assert "Held at" in words
        said["lifted"] = "All else is excellent, and the name came by telephone."
    doing(by, actions.give_grade, sheet=sheet, at=NOW, **said)


def test_a_voice_that_does_not_apply_has_no_grade_and_holds_nothing_down():
    panel = opened()
    sheet = panel.sheets()[0]
    said = said_of(4, left_out={"voice": "unborn"})
    del said["criteria"]["voice"]
    given = doing(panel.grader_of(sheet), actions.give_grade, sheet=sheet, at=NOW, **said)
    assert given.left_out == {"voice": "unborn"}
    assert "voice" not in given.criteria


def test_a_grader_steps_aside_and_the_lead_gives_it_to_another():
    panel = opened()
    sheet = panel.sheets()[0]
    by = panel.grader_of(sheet)
    refused(lambda: doing(by, actions.step_aside, sheet=sheet, why=" ", at=NOW), "why")
    doing(by, actions.step_aside, sheet=sheet, why="I know this family.", at=NOW)
    with pytest.raises(Http404), signed_in_as(by):
        queries.find_to_grade(by, sheet.pk)
    other = panel.grader_of(sheet, 1)
    refused(
        lambda: doing(panel.lead, actions.give_to_another, sheet=sheet, instead_of=by.pk, to=other, at=NOW),
        "to",
    )
    third = next(one for one in panel.graders if one.pk not in sheet.graders)
    doing(panel.lead, actions.give_to_another, sheet=sheet, instead_of=by.pk, to=third, at=NOW)
    doing(third, actions.give_grade, sheet=panel.sheets()[0], at=NOW, **said_of(3))
    with pytest.raises(WrongState):
        doing(panel.lead, actions.give_to_another, sheet=sheet, instead_of=third.pk, to=by, at=NOW)


def test_a_referral_taken_off_is_read_by_no_grader_and_has_no_grade():
    panel = opened()
    grade_all(panel, ((3, 3), (3, 3), (3, 3), (1, 3)))
    first, *_, apart = panel.sheets()
    grader = panel.grader_of(first)
    for sheet in (first, apart):
        for _ in range(2):
            doing(panel.lead, actions.take_off, sheet=sheet, at=NOW)
    with signed_in_as(grader):
        assert not Sheet.objects.filter(pk=first.pk).exists()
    with pytest.raises(WrongState, match="Nothing is to be settled"):
        doing(panel.lead, actions.settle, sheet=apart, grade=2, words="X", at=NOW)
    refused(
        lambda: doing(panel.lead, actions.close_round, round_=panel.round, left_out="", at=NOW), "left_out"
    )
    made = doing(panel.lead, actions.close_round, round_=panel.round, left_out="Restricted since.", at=NOW)
    assert made.results["counts"] == [0, 0, 2, 0]
    with pytest.raises(WrongState, match="closed"):
        doing(panel.lead, actions.take_off, sheet=first, at=NOW)
    assert Told.objects.using(B).count() == 2


# Settling and closing


def test_grades_that_differ_are_settled_within_them_and_two_apart_in_words():
    panel = opened()
    grade_all(panel)
    alike, near, far, _ = panel.sheets()

    def settle(sheet, **said):
        return doing(panel.lead, actions.settle, sheet=sheet, at=NOW, **said)

    with pytest.raises(WrongState, match="Nothing is to be settled"):
        settle(alike, grade=3, words="")
    refused(lambda: settle(near, grade=4, words=""), "grade")
    assert settle(near, grade=2, words="").grade == 2
    assert "talked over" in refused(lambda: settle(far, grade=2, words=" "), "words")
    settle(far, grade=1, words="Nobody could be told.")
    with pytest.raises(WrongState, match="first word"):
        settle(far, grade=3, words="Or not.")
    assert [one.grade for one in Given.objects.using(B).filter(sheet=far).order_by("grade")] == [1, 3]


def test_closing_works_out_what_the_round_came_to_and_tells_each_writer():
    panel = closed()
    results = panel.round.results
    assert results["counts"] == [0, 2, 1, 1]  # 3, 2 (settled), 2 (settled), 4
    assert results["talked_over"] == 1
    assert results["agreement"]["units"] == 4
    assert results["agreement"]["ratings"] == 8
    assert sum(sum(counts) for counts in results["by_source"].values()) == 4
    assert Counts(tuple(results["by_criterion"]["voice"])).n == 8
    told = Told.objects.using(B)
    assert told.count() == 4
    one = told.order_by("-grade").first()
    assert (one.grade, one.label) == (4, "Excellent")
    assert one.done_well == ["His own words stand there."] * 2
    again = doing(
        panel.lead, actions.close_round, round_=panel.round, left_out="", at=NOW + timedelta(days=1)
    )
    assert again.closed_at == NOW
    assert told.count() == 4
    with signed_in_as(panel.lead):
        assert queries.redrawn(panel.round).is_proved


def test_what_has_no_grade_is_left_out_with_a_reason_and_counted_nowhere():
    panel = opened()

    def close(words):
        return doing(panel.lead, actions.close_round, round_=panel.round, left_out=words, at=NOW)

    with pytest.raises(WrongState, match="has a grade yet"):
        close("")
    sheet = panel.sheets()[0]
    for place in (0, 1):
        doing(panel.grader_of(sheet, place), actions.give_grade, sheet=sheet, at=NOW, **said_of(3))
    refused(lambda: close(" "), "left_out")
    assert close("Two graders were away.").results["counts"] == [0, 0, 1, 0]
    assert Told.objects.using(B).count() == 1
    with pytest.raises(PermissionDenied):
        other = panel.sheets()[1]
        doing(panel.grader_of(other), actions.give_grade, sheet=other, at=NOW, **said_of(3))


def test_a_round_that_is_not_open_is_neither_graded_nor_closed():
    panel = drawn()
    sheet = panel.sheets()[0]
    with pytest.raises(PermissionDenied):
        doing(panel.grader_of(sheet), actions.give_grade, sheet=sheet, at=NOW, **said_of(3))
    with pytest.raises(WrongState, match="not open"):
        doing(panel.lead, actions.close_round, round_=panel.round, left_out="", at=NOW)


def test_what_was_drawn_is_changed_by_nobody():
    panel = closed()
    for change in ({"seed": "0"}, {"drawn": []}, {"frame": []}):
        with pytest.raises(DatabaseError), signed_in_as(panel.lead):
            Round.objects.filter(pk=panel.round.pk).update(**change)
    for model in (Given, Sampled, Told):
        with pytest.raises(DatabaseError), signed_in_as(panel.lead):
            model.objects.update(hub=panel.hub)
