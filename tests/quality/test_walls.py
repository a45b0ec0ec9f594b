"""Who sees what of a round: the rule, its filter and row-level security asked the same, each without the others."""

import uuid

import pytest
from django.db import DatabaseError

from mash.quality import policy
from mash.quality.models import Aside, Earlier, Given, Marked, Round, Sampled, Settled, Sheet, Told
from tests.factories.base import in_service, signed_in_as
from tests.factories.check import doing
from tests.factories.partnership import AccessFactory, HubFactory, StaffFactory
from tests.quality.story import NOW, a_panel, closed, drawn, opened, said_of

pytestmark = pytest.mark.usefixtures("transactional_db")
B = "builder"

CASES = [  # same hub, duties: sees the round, leads it
    (True, ["manage"], True, True),
    (True, ["grade"], True, False),
    (True, ["analyse"], True, False),
    (True, ["decide", "screen", "clear"], False, False),
    (True, ["answer"], False, False),
    (True, ["audit"], False, False),
    (True, [], False, False),
    (False, ["manage", "grade"], False, False),
]


@pytest.mark.parametrize(("here", "duties", "sees", "leads"), CASES)
def test_who_sees_a_round_and_who_sent_what(here, duties, sees, leads):
    panel = opened()
    reader = StaffFactory(hub=panel.hub if here else HubFactory(), duties=duties)
    with signed_in_as(reader):
        assert bool(policy.may_see(reader, panel.round)) is sees
        assert Round.objects.filter(policy.visible_to(reader)).exists() is sees
        assert Round.objects.exists() is sees
        for model in (Sampled, Sheet):
            assert model.objects.exists() is leads, model
        assert bool(policy.may_lead(reader)) is ("manage" in duties)
    assert Round.objects.using(B).filter(policy.visible_to(reader)).exists() is sees


def test_a_grader_reads_the_copies_that_are_theirs_and_who_sent_none():
    panel = opened()
    for grader in panel.graders:
        theirs = {one.pk for one in panel.sheets() if grader.pk in one.graders}
        everything = Sheet.objects.using(B).filter(policy.gradable_by(grader))
        assert {one.pk for one in everything} == theirs
        with signed_in_as(grader):
            assert {one.pk for one in Sheet.objects.all()} == theirs
            assert not Sampled.objects.exists()
            for sheet in panel.sheets():
                assert bool(policy.may_grade(grader, sheet)) is (sheet.pk in theirs)


def test_a_grader_reads_nothing_before_the_round_is_open_nor_after_it_is_closed():
    panel = drawn()
    grader = panel.graders[0]
    with signed_in_as(grader):
        assert not Sheet.objects.exists()
    assert not Sheet.objects.using(B).filter(policy.gradable_by(grader)).exists()
    panel = closed(a_panel())
    grader = panel.grader_of(panel.sheets()[0])
    with signed_in_as(grader):
        assert not Sheet.objects.exists()
        assert not Given.objects.exists()
        assert not policy.may_grade(grader, panel.sheets()[0])


def test_a_grader_without_the_duty_any_more_reads_nothing():
    panel = opened()
    grader = panel.grader_of(panel.sheets()[0])
    grader.duties = ["answer"]
    grader.save(using=B)
    with signed_in_as(grader):
        assert not Sheet.objects.exists()
        assert not policy.may_grade(grader, panel.sheets()[0])


def test_no_grader_sees_what_another_gave_and_the_lead_sees_both():
    panel = opened()
    sheet = panel.sheets()[0]
    first, second = panel.grader_of(sheet), panel.grader_of(sheet, 1)
    from mash.quality.actions import give_grade

    doing(first, give_grade, sheet=sheet, at=NOW, **said_of(3))
    with signed_in_as(second):
        assert not Given.objects.exists()
    with signed_in_as(first):
        assert Given.objects.count() == 1
    with signed_in_as(panel.lead):
        assert Given.objects.count() == 1


def test_no_grader_sees_that_another_stepped_aside_and_the_lead_does():
    panel = opened()
    sheet = panel.sheets()[0]
    first, second = panel.grader_of(sheet), panel.grader_of(sheet, 1)
    Aside.objects.using(B).create(hub=panel.hub, sheet=sheet, why="I know them.", by=first, at=NOW)
    for reader, duties, sees in (
        (first, ["grade"], True),
        (second, ["grade"], False),
        (second, ["grade", "screen", "decide", "clear"], False),
        (panel.lead, panel.lead.duties, True),
    ):
        reader.duties = duties
        reader.save(using=B)
        with signed_in_as(reader):
            assert Sheet.objects.filter(pk=sheet.pk).exists()
            assert Aside.objects.exists() is sees, duties


def test_who_is_kept_from_a_case_sees_nothing_of_it_in_a_round():
    panel = opened()
    row = Sampled.objects.using(B).filter(round=panel.round).first()
    AccessFactory(staff=panel.lead, contact_id=row.contact_id, bars=True)
    with signed_in_as(panel.lead):
        assert Sampled.objects.count() == Sheet.objects.count() == 3
        assert not Sheet.objects.filter(sampled=row.pk).exists()


def test_what_was_told_is_read_at_the_desk_by_who_leads_the_agency_and_by_nobody_else():
    panel = closed()
    of_police = Told.objects.using(B).exclude(agency=None).count()
    assert of_police
    force = panel.agencies[0]
    for duties, agency, leads, by_rule, by_wall in (
        (["answer"], force, True, of_police, of_police),
        (["answer"], force, False, 0, 0),
        (["answer"], panel.agencies[1], True, 0, 0),
        (["screen"], panel.agencies[1], False, 0, 4),
        ([], panel.agencies[1], False, 0, 0),
    ):
        reader = StaffFactory(hub=panel.hub, agency=agency, duties=duties, leads=leads)
        with signed_in_as(reader):
            assert Told.objects.filter(policy.told_to(reader)).count() == by_rule
            assert sum(bool(policy.may_see_told(reader, one)) for one in Told.objects.all()) == by_rule
            assert Told.objects.count() == by_wall
    elsewhere = StaffFactory(agency=force, duties=["manage", "answer"], leads=True)
    with signed_in_as(elsewhere):
        assert not Told.objects.exists()
    assert not Told.objects.using(B).filter(policy.told_to(elsewhere)).exists()


def test_the_program_that_proves_draws_sees_what_was_drawn_and_no_copy():
    panel = opened()
    with in_service("quality"):
        assert Round.objects.count() == 1
        assert Sampled.objects.count() == 4
        assert not Sheet.objects.exists()
        with pytest.raises(DatabaseError):
            Round.objects.update(left_out="X")
    with in_service("reminders"):
        assert not Sampled.objects.exists()
    assert panel


def test_no_row_is_forged():
    panel = opened()
    sheet, other = panel.sheets()[:2]
    grader = panel.grader_of(sheet)
    stranger = next(one for one in panel.graders if one.pk not in sheet.graders)
    said = {"hub": panel.hub, "sheet": sheet, "at": NOW}
    word = {"grade": 3, "criteria": {}, "done_well": "X", "to_improve": "X"}
    forged = [
        (stranger, Given(key=uuid.uuid4(), by=stranger, **said, **word)),  # not theirs
        (grader, Given(key=uuid.uuid4(), by=panel.grader_of(sheet, 1), **said, **word)),  # another's name
        (panel.lead, Given(key=uuid.uuid4(), by=panel.lead, **said, **word)),  # the lead grades nothing
        (stranger, Aside(why="X", by=stranger, **said)),
        (grader, Settled(grade=3, by=grader, **said)),
        (grader, Earlier(hub=panel.hub, label="2020", grade_1=1, grade_2=0, grade_3=0, grade_4=0, by=grader, at=NOW)),
        (grader, Marked(hub=panel.hub, key=uuid.uuid4(), on=NOW.date(), words="X", by=grader, at=NOW)),
        (
            grader,
            Told(hub=panel.hub, contact=panel.contacts[0], round=panel.round, reference="X", organisation="X", grade=4,
                 label="X", means="X", done_well=[], to_improve=[], at=NOW),
        ),
    ]  # fmt: skip
    for by, row in forged:
        with pytest.raises(DatabaseError), signed_in_as(by):
            row.save(force_insert=True)
    for change in ({"graders": [stranger.pk]}, {"sections": []}):
        with pytest.raises(DatabaseError), signed_in_as(grader):
            Sheet.objects.filter(pk=sheet.pk).update(**change)
    with pytest.raises(DatabaseError), signed_in_as(panel.lead):
        Sheet.objects.filter(pk=sheet.pk).update(urgent=True)
    with pytest.raises(DatabaseError), signed_in_as(panel.graders[0]):
        Round.objects.update(results={}, closed_at=NOW)
    assert other
    with signed_in_as(grader):
        Given(key=uuid.uuid4(), by=grader, **said, **word).save(force_insert=True)


def test_nothing_of_it_is_taken_away():
    panel = closed()
    for model in (Round, Sampled, Sheet, Given, Told):
        with pytest.raises(DatabaseError), signed_in_as(panel.lead):
            model.objects.all().delete()
