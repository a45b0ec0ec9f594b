"""Who is named beside somebody, set beside who belongs to each person on record."""

import uuid
from dataclasses import replace
from datetime import date

import pytest

from mash.people.details import Details, OtherName
from mash.people.held import known
from mash.people.matching import Band, compare, levels, rank
from mash.people.matching.family import MOST
from tests.factories.base import signed_in_as
from tests.factories.partnership import AccessFactory, HubFactory, StaffFactory
from tests.factories.people import HouseholdFactory, PersonFactory, RelationshipFactory, ResidentFactory

GRACE, JOY = OtherName("Grace", "Okafor"), OtherName("Joy", "Okafor")
KEY = uuid.UUID(int=1)
DANIEL = Details(given="Daniel", family="Okafor", born_on=date(2016, 3, 4))


@pytest.mark.parametrize(
    ("named", "on_record", "level"),
    [
        ((GRACE,), (GRACE,), levels.KIN_ONE),
        ((GRACE, JOY), (JOY, GRACE), levels.KIN_TWO),
        ((OtherName("Greice", "Okaphor"),), (GRACE,), levels.KIN_ONE),
        ((OtherName("Grace", "Mensah"),), (GRACE,), levels.KIN_GIVEN),
        ((OtherName("Grace"),), (GRACE,), levels.KIN_GIVEN),
        ((OtherName("Esther", "Boateng"),), (GRACE, JOY), levels.KIN_DIFFERENT),
        ((GRACE,), (), levels.NOTHING),
        ((), (GRACE,), levels.NOTHING),
        ((OtherName("Unknown", "Unknown"),), (OtherName("Unknown", "Unknown"),), levels.NOTHING),
    ],
)
def test_those_who_are_named_too_are_set_beside_the_family(named, on_record, level):
    found = compare(replace(DANIEL, kin=named), replace(DANIEL, kin=on_record))
    assert found["kin"] == level


def test_a_record_of_somebody_else_who_was_named_speaks_against_itself():
    joy = Details(given="Joy", family="Okafor", born_on=DANIEL.born_on, kin=(GRACE,))
    incoming = replace(DANIEL, kin=(GRACE, JOY))
    assert compare(incoming, joy)["kin"] == levels.KIN_ITSELF
    assert all(one.band != Band.LIKELY for one in rank(incoming, [(KEY, joy)]))


def test_the_family_never_makes_up_for_another_given_name_or_date():
    brother = Details(given="Samuel", family="Okafor", born_on=date(2014, 1, 9), kin=(GRACE, JOY))
    found = rank(replace(DANIEL, kin=(GRACE, JOY)), [(KEY, brother)])
    assert all(one.band != Band.LIKELY for one in found)


def test_a_thousand_people_named_are_no_more_work_than_a_few():
    crowd = (OtherName("Esther", "Boateng"),) * 1000
    for kin, level in (((JOY, *crowd), levels.KIN_ONE), ((*crowd[:MOST], JOY), levels.KIN_DIFFERENT)):
        assert compare(replace(DANIEL, kin=kin), replace(DANIEL, kin=(JOY,)))["kin"] == level


@pytest.fixture
def hub(transactional_db):
    return HubFactory()


@pytest.fixture
def family(hub):
    """Return a child with a mother and a grandmother, an uncle at home, and a neighbour."""
    daniel = PersonFactory(hub=hub)
    mother, uncle, grandmother, neighbour = (
        PersonFactory(hub=hub, given=given, born_on="1980-01-02")
        for given in ("Grace", "Femi", "Esther", "Nora")
    )
    RelationshipFactory(from_person=mother, to_person=daniel, kind="parent")
    RelationshipFactory(from_person=daniel, to_person=grandmother, kind="other")
    RelationshipFactory(from_person=grandmother, to_person=daniel, kind="grandparent")
    RelationshipFactory(from_person=neighbour, to_person=daniel, kind="other")
    home = HouseholdFactory(hub=hub)
    for one in (daniel, uncle):
        ResidentFactory(hub=hub, household=home, person=one)
    return {"daniel": daniel, "mother": mother}


@pytest.mark.parametrize("barred", [False, True])
def test_those_on_record_with_somebody_are_as_many_as_the_worker_may_see(family, hub, barred):
    worker = StaffFactory(hub=hub, screener=True)
    if barred:
        AccessFactory(staff=worker, person_id=family["mother"].pk, bars=True, why="her neighbour")
    with signed_in_as(worker):
        held = known([family["daniel"].pk])[family["daniel"].pk]
    assert sorted(one.given for one in held.kin) == (
        ["Esther", "Femi"] if barred else ["Esther", "Femi", "Grace"]
    )


def test_another_record_of_the_same_person_is_not_their_family(family, hub):
    daniel = family["daniel"]
    double = PersonFactory(hub=hub, given="Danny", merged_into=daniel)
    RelationshipFactory(from_person=double, to_person=daniel, kind="sibling")
    with signed_in_as(StaffFactory(hub=hub, screener=True)):
        held = known([daniel.pk])[daniel.pk]
    assert "Danny" not in [one.given for one in held.kin]
