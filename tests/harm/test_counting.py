"""What contacts tell is counted: each event once, who and where, and anew after something was learnt."""

from datetime import UTC, datetime, timedelta

import pytest

from mash.harm import actions
from mash.harm.models import Counting, Report, Together, Touch
from tests.factories.base import in_service
from tests.factories.contact import ContactFactory, ContactRelationshipFactory
from tests.factories.partnership import MONDAY_9AM, HubFactory
from tests.factories.triage import KnownFactory
from tests.harm.story import counted, settled, told

pytestmark = pytest.mark.usefixtures("transactional_db")
FRIDAY_NIGHT = datetime(2026, 10, 30, 22, 30, tzinfo=UTC)
BOY = {"role": "child", "given": "Ash", "family": "Rook", "postcode": "NF4 1RB"}
OTHER_BOY = {"role": "child", "given": "Jay", "family": "Teal", "postcode": "NF4 9ZZ"}
MAN = {"role": "alleged_perpetrator", "given": "Lee", "family": "Marl"}


def rows(model, **of):
    return list(model.objects.using("builder").filter(**of).order_by("pk"))


def test_one_event_told_twice_is_counted_once_and_two_are_two():
    hub = HubFactory()
    ash = KnownFactory(hub=hub)
    for changes in ({"event_reference": "CAD 1"}, {"event_reference": "cad 1"}, {"event_reference": "CAD 2"}):
        told(hub, [(BOY, ash)], **changes)
    counted(hub)
    assert len(rows(Report)) == 3
    touches = rows(Touch, kind="child")
    assert {one.subject for one in touches} == {ash.pk}
    assert len({one.event for one in touches}) == 2


def test_who_is_not_settled_and_whoever_is_a_professional_is_not_counted():
    hub = HubFactory()
    told(
        hub,
        [(BOY, None), ({"role": "professional", "given": "Una", "family": "Bell"}, KnownFactory(hub=hub))],
    )
    counted(hub)
    assert rows(Touch) == []
    assert len(rows(Report)) == 1


def test_a_joined_record_counts_for_the_one_it_was_joined_to():
    hub = HubFactory()
    ash = KnownFactory(hub=hub)
    old = KnownFactory(hub=hub, merged_into=ash)
    told(hub, [(BOY, old)])
    counted(hub)
    assert [one.subject for one in rows(Touch)] == [ash.pk]


def test_when_it_happened_is_said_as_well_as_it_is_known():
    hub = HubFactory()
    told(hub, [], event_at=FRIDAY_NIGHT)
    told(hub, [], event_at=datetime(2026, 10, 30, tzinfo=UTC))
    told(hub, [])
    told(hub, [], event_at=datetime(2026, 7, 1, 23, tzinfo=UTC))  # midnight in London
    counted(hub)
    found = {(one.happened_at, one.known) for one in rows(Report)}
    assert found == {
        (FRIDAY_NIGHT, "hour"),
        (datetime(2026, 10, 30, tzinfo=UTC), "day"),
        (MONDAY_9AM, "report"),
        (datetime(2026, 7, 1, 23, tzinfo=UTC), "day"),
    }


def test_where_it_happened_is_an_address_its_street_and_the_childs_school():
    hub = HubFactory()
    told(
        hub,
        [(BOY | {"school": "Larkhill Primary"}, None)],
        event_place="12 Cobbold St",
        event_postcode="nf2 3ab",
    )
    told(hub, [], event_place="12, Cobbold Street", event_postcode="NF2 3AB")
    counted(hub)
    by_kind = {}
    for one in rows(Touch):
        by_kind.setdefault(one.kind, set()).add(one.subject)
    assert {kind: len(keys) for kind, keys in by_kind.items()} == {"address": 1, "street": 1, "setting": 1}
    assert {one.place for one in rows(Report)} == {"NF23AB"}


def test_at_home_is_the_address_of_the_child_unless_that_is_protected():
    hub = HubFactory()
    home = {"lines": ["12 Cobbold Street"], "postcode": "NF2 3AB"}
    told(hub, [(BOY | home, None)], event_place="Home")
    told(hub, [(BOY | {"protected": True}, None)], event_place="Home")
    counted(hub)
    assert {one.label for one in rows(Touch, kind="address")} == {"12 Cobbold Street, NF2 3AB"}
    assert sorted(one.place for one in rows(Report)) == ["", "NF23AB"]


def test_a_family_is_not_a_group_and_those_who_live_apart_may_be():
    hub = HubFactory()
    ash, jay, lee, mother = (KnownFactory(hub=hub) for _ in range(4))
    parent = {"role": "parent_or_carer", "given": "Mo", "family": "Rook", "postcode": "NF4 1RB"}
    told(hub, [(BOY, ash), (parent, mother), (OTHER_BOY, jay), (MAN, lee)])
    counted(hub)
    pairs = {frozenset((one.first_id, one.second_id)) for one in rows(Together)}
    apart = {frozenset(pair) for pair in ((ash.pk, jay.pk), (ash.pk, lee.pk), (jay.pk, lee.pk))}
    assert pairs == apart  # a mother is named since she is family


def test_a_father_said_to_have_caused_harm_is_still_of_the_family():
    hub = HubFactory()
    ash, father = KnownFactory(hub=hub), KnownFactory(hub=hub)
    contact = told(hub, [(BOY, ash), (MAN, father)])
    ContactRelationshipFactory(contact=contact, from_ref="p2", to_ref="p1")
    counted(hub)
    assert rows(Together) == []


def test_two_reports_of_one_event_put_their_people_together():
    hub = HubFactory()
    ash, lee = KnownFactory(hub=hub), KnownFactory(hub=hub)
    one = told(hub, [(BOY, ash)], event_reference="CAD 7")
    other = told(hub, [(MAN, lee)], event_reference="CAD 7")
    counted(hub)
    (pair,) = rows(Together)
    assert {pair.contact_id, pair.other_id} == {one.pk, other.pk}


def test_what_is_learnt_later_is_counted_without_counting_everything():
    hub = HubFactory()
    ash = KnownFactory(hub=hub)
    first = told(hub, [(BOY, None)], received_at=MONDAY_9AM - timedelta(days=40))
    told(hub, [(BOY, ash)], received_at=MONDAY_9AM - timedelta(days=30))
    counted(hub, at=MONDAY_9AM - timedelta(days=20))
    kept = {one.pk for one in rows(Report)}
    settled(first, "p1", ash)
    with in_service("harm"):
        assert actions.count(hub=hub, at=MONDAY_9AM, whole=False).counted == 1
    assert len(rows(Touch, subject=ash.pk)) == 2
    assert len(kept & {one.pk for one in rows(Report)}) == 1


def test_a_new_report_of_an_old_event_counts_the_event_again_as_one():
    hub = HubFactory()
    ash, lee = KnownFactory(hub=hub), KnownFactory(hub=hub)
    told(hub, [(BOY, ash)], event_reference="CAD 9", received_at=MONDAY_9AM - timedelta(days=40))
    counted(hub, at=MONDAY_9AM - timedelta(days=20))
    told(hub, [(MAN, lee)], event_reference="CAD 9")
    with in_service("harm"):
        assert actions.count(hub=hub, at=MONDAY_9AM, whole=False).counted == 2
    assert len({one.event for one in rows(Touch)}) == 1
    assert len(rows(Together)) == 1


def test_counting_again_gives_the_same_and_touches_no_other_hub():
    hub, other = HubFactory(), HubFactory()
    for each in (hub, other):
        told(each, [(BOY, KnownFactory(hub=each)), (MAN, KnownFactory(hub=each))], event_place="The Lock")
        counted(each)
    before = {
        model: [
            tuple(map(str, row))
            for row in model.objects.using("builder").order_by("contact").values_list(*what)
        ]
        for model, what in (
            (Touch, ("contact", "kind", "subject", "event")),
            (Together, ("contact", "first", "second")),
        )
    }
    counted(hub)
    with in_service("harm"):
        actions.count(hub=hub, at=MONDAY_9AM, whole=False)
    for model, said in before.items():
        columns = (
            ("contact", "kind", "subject", "event") if model is Touch else ("contact", "first", "second")
        )
        again = [
            tuple(map(str, row))
            for row in model.objects.using("builder").order_by("contact").values_list(*columns)
        ]
        assert sorted(again) == sorted(said)
    assert Counting.objects.using("builder").filter(hub=hub).count() == 3


def test_a_settlement_taken_back_is_not_counted():
    hub = HubFactory()
    contact = ContactFactory(hub=hub, people=[BOY])
    settled(contact, "p1", KnownFactory(hub=hub), undone_at=MONDAY_9AM)
    counted(hub)
    assert rows(Touch) == []
