"""Who sees which rows of figures: the rule, its filter and row-level security, each without the others."""

from datetime import date

import pytest
from django.db import DatabaseError

from mash.insight import policy
from mash.insight.models import Advised, AsOf, Course, Enquired, Length, Report, Sum, Touched, WardSum
from mash.partnership.models import Restriction
from tests.factories.base import in_service, signed_in_as
from tests.factories.partnership import LONG_AGO, AccessFactory, HubFactory, StaffFactory
from tests.insight.story import NOW, B, Town

pytestmark = pytest.mark.usefixtures("transactional_db")


@pytest.fixture
def told():
    """A hub that was counted, one of whose contacts is restricted, and a contact in which an agency was asked."""
    town = Town(31).grows(12)
    town.counted()
    asked = Enquired.objects.using(B).filter(hub=town.hub.pk).first()
    Restriction.objects.using(B).create(
        hub=town.hub, contact_id=asked.contact_id, why="A reason", from_at=LONG_AGO, by=town.manager
    )
    return town, asked


# same hub, duties, kept from a case: sees sums, sees rows of cases, sees those of the case in question
CASES = [
    (True, ["manage"], False, True, True, True),
    (True, ["manage"], True, False, True, False),
    (True, ["analyse"], False, True, False, False),
    (True, ["analyse"], True, False, False, False),
    (True, ["analyse", "screen"], False, True, False, False),
    (True, ["decide", "clear", "approve"], False, False, False, False),
    (True, ["out_of_hours"], False, False, False, False),
    (True, ["answer"], False, False, False, False),
    (True, ["audit", "administer"], False, False, False, False),
    (True, [], False, False, False, False),
    (False, ["manage", "analyse"], False, False, False, False),
]


@pytest.mark.parametrize(("here", "duties", "barred", "sums", "rows", "this"), CASES)
def test_who_sees_which_rows(told, here, duties, barred, sums, rows, this):
    town, asked = told
    reader = StaffFactory(hub=town.hub if here else HubFactory(), duties=duties)
    if barred:
        AccessFactory(staff=reader, contact_id=asked.contact_id, bars=True)
    with signed_in_as(reader):
        assert Sum.objects.exists() is sums
        assert Length.objects.exists() is sums
        assert WardSum.objects.exists() is sums
        assert Advised.objects.exists() is rows
        assert Course.objects.exists() is rows
        assert Enquired.objects.filter(pk=asked.pk).exists() is this
        assert Course.objects.filter(contact=asked.contact_id).exists() is this
        assert not Touched.objects.exists()
        mine = policy.listed_for(reader)
        assert bool(policy.may_open_lists(reader)) is ("manage" in duties)
    everything = Course.objects.using(B)  # so that the filter is asked without row-level security beneath it
    with signed_in_as(reader):
        keys = list(Course.objects.filter(mine).values_list("pk", flat=True))
    assert bool(keys) is rows
    assert (everything.get(contact=asked.contact_id).pk in keys) is this


@pytest.mark.parametrize("duty", ["manage", "analyse"])
def test_a_worker_writes_no_figure(told, duty):
    town, _ = told
    worker = StaffFactory(hub=town.hub, duties=[duty])
    rows = [
        Sum(hub=town.hub, measure="came", on=date(2026, 1, 1), source="x", n=1, known=0, hits=0, rested=0),
        Length(
            hub=town.hub, measure="came", span="month", begins=date(2026, 1, 1), n=1, median_working=1,
            ninetieth_working=1, median_elapsed=1, ninetieth_elapsed=1,
        ),
        WardSum(hub=town.hub, measure="came", on=date(2026, 1, 1), ward="x", n=1, known=0, hits=0, rested=0),
        Touched(hub_id=town.hub.pk, what="hub", key=town.hub.pk),
    ]  # fmt: skip
    for row in rows:
        with pytest.raises(DatabaseError, match="row-level security"), signed_in_as(worker):
            type(row).objects.bulk_create([row])
    for table in (Sum, WardSum, Length, Touched):
        many = table.objects.using(B).count()
        with signed_in_as(worker):
            table.objects.all()._raw_delete("default")
        assert table.objects.using(B).count() == many, table
    changes = ((Sum, {"n": 99}), (Length, {"n": 99}), (AsOf, {"at": NOW.replace(year=2020)}))
    for table, said in changes:
        with pytest.raises(DatabaseError, match="row-level security"), signed_in_as(worker):
            table.objects.update(**said)


def test_what_came_of_advice_is_closed_with_the_advice_itself(told):
    town, _ = told
    kept_out = StaffFactory(hub=town.hub, manager=True)
    advice, case = town.consultations[0], town.contacts[0]
    type(advice).objects.using(B).filter(pk=advice.pk).update(contacts=[case.pk])
    AccessFactory(staff=kept_out, contact_id=case.pk, bars=True)
    for reader, sees in ((town.manager, True), (kept_out, False)):
        with signed_in_as(reader):
            mine = policy.listed_for(reader, Advised)
            assert Advised.objects.filter(consultation=advice.pk).exists() is sees
            keys = list(Advised.objects.filter(mine).values_list("consultation", flat=True))
        assert (advice.pk in keys) is sees
    everything = list(Advised.objects.using(B).filter(hub=town.hub.pk).values_list("consultation", flat=True))
    assert len(everything) > 1


def test_no_row_is_counted_of_another_hub_s_contact(told):
    _, asked = told
    elsewhere = HubFactory()
    row = Course.objects.using(B).get(contact=asked.contact_id)
    row.pk, row.hub_id = None, elsewhere.pk
    with pytest.raises(DatabaseError), in_service("insight"):
        Course.objects.bulk_create([row])
    assert not Report.objects.using(B).exists()
