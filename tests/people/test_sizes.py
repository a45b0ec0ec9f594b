"""The line above which somebody is likely the same, by how many a hub has on record."""

from dataclasses import replace

import pytest
from django.core.management import call_command
from django.db import ProgrammingError, transaction
from hypothesis import given
from hypothesis import strategies as st

from mash.ledger.models import Entry
from mash.people import actions, weighing
from mash.people.jobs import count_registers
from mash.people.matching.weights import line_among, plain, read, shipped
from mash.people.models import RegisterSize
from tests.factories.base import in_service, signed_in_as
from tests.factories.partnership import MONDAY_9AM, HubFactory, StaffFactory
from tests.factories.people import LearnedWeightsFactory, WeightsChoiceFactory, a_known_person

LINES = ((20_000, -2.0), (100_000, -1.0), (1_000_000, 1.0))
by_size = replace(shipped(), lines=LINES, likely_from=-1.0)


@pytest.mark.parametrize(
    ("records", "line"),
    [(0, -2.0), (20_000, -2.0), (100_000, -1.0), (316_228, 0.0), (1_000_000, 1.0), (10_000_000, 3.0)],
)
def test_the_line_lies_between_those_of_the_sizes_it_was_set_on(records, line):
    assert by_size.among(records).likely_from == pytest.approx(line, abs=0.001)


@given(st.lists(st.integers(1, 10_000_000), min_size=2, max_size=2))
def test_more_on_record_never_ask_for_less(several):
    few, many = sorted(several)
    for lines in (LINES, shipped().lines):
        assert line_among(lines, few) <= line_among(lines, many)


def test_what_the_product_carries_has_a_line_for_each_size_and_learned_weights_one():
    sizes = [records for records, _ in shipped().lines]
    assert len(sizes) == 4
    assert sizes[0] < 5_000 < 1_000_000 < sizes[-1]
    assert read(plain(by_size)) == replace(by_size, likely_from=-1.0)
    learned = replace(by_size, lines=(), likely_from=0.25)
    assert read(plain(learned)) == learned
    assert learned.among(1_000_000) == learned


@pytest.mark.parametrize("records", [0, 1, 57, 3_000, 115_000, 1_150_000])
def test_what_is_kept_of_a_size_is_within_a_fifth_of_it(records):
    kept = weighing.records_of(weighing.half_doublings_of(records))
    assert abs(kept - records) <= max(1, records * 0.2)


@pytest.fixture
def hub(transactional_db, monkeypatch):
    monkeypatch.setattr(weighing, "shipped", lambda: by_size)
    return HubFactory(name="Northfield")


def kept(hub):
    return list(
        RegisterSize.objects.using("builder").filter(hub=hub).values_list("half_doublings", flat=True)
    )


def line_for(staff):
    with signed_in_as(staff):
        return weighing.weights_of(staff.hub_id).likely_from


def by_night():
    with in_service("reminders"):
        count_registers()


def counted(hub, half_doublings):
    RegisterSize.objects.using("builder").create(hub=hub, half_doublings=half_doublings, at=MONDAY_9AM)


def test_people_are_counted_by_night_and_the_same_number_again_writes_nothing(hub):
    for _ in range(3):
        a_known_person(hub, given="Ama", family="Osei")
    by_night()
    assert kept(hub) == [weighing.half_doublings_of(3)]
    by_night()
    (line,) = Entry.objects.using("builder").filter(event="people.register_counted")
    assert line.detail == {"about": 3}
    for _ in range(3):
        a_known_person(hub, given="Ama", family="Osei")
    by_night()
    assert kept(hub) == [weighing.half_doublings_of(6)]


def test_a_register_is_counted_when_it_is_taken_in_and_not_on_a_dry_run(hub, tmp_path):
    file = tmp_path / "register.csv"
    file.write_text("person_id,given,family,born_on\nNA1,Ama,Osei,2014-03-11\nNA2,Leon,Marsh,1985-02-27\n")
    call_command("people", "import", str(file), "--dry-run", hub="Northfield")
    assert kept(hub) == []
    call_command("people", "import", str(file), hub="Northfield")
    assert kept(hub) == [weighing.half_doublings_of(2)]


def test_a_hub_has_the_line_of_its_own_size_and_no_other_hubs(hub):
    large, small, uncounted = (
        StaffFactory(screener=True, hub=one) for one in (hub, HubFactory(), HubFactory())
    )
    counted(hub, 40)
    counted(small.hub, 20)
    assert line_for(large) > line_for(small)
    assert line_for(small) == -2.0
    assert line_for(uncounted) == -1.0


def test_a_hub_that_adopted_weights_keeps_their_line_whatever_its_size(hub):
    worker = StaffFactory(screener=True, hub=hub)
    counted(hub, 40)
    learned = LearnedWeightsFactory(hub=hub)
    WeightsChoiceFactory(hub=hub, learned=learned)
    assert line_for(worker) == learned.weights["likely_from"]


def test_learning_starts_from_the_line_of_the_hubs_size(hub):
    counted(hub, 40)
    with in_service("imports"):
        assert weighing.shipped_for(hub.pk).likely_from == by_size.among(2**20).likely_from


def test_a_worker_cannot_say_how_large_a_register_is_nor_read_another_hubs(hub):
    worker = StaffFactory(screener=True, hub=hub)
    other = HubFactory()
    counted(other, 30)
    with signed_in_as(worker):
        assert not RegisterSize.objects.exists()
        with pytest.raises(ProgrammingError), transaction.atomic():
            actions.count_register(hub=hub, at=MONDAY_9AM)
