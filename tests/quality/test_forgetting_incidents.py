"""Incidents are kept for some months; then they go, and what was drawn from them loses its officer."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import DatabaseError

from mash.common.content import Given, raw_of
from mash.ledger.models import Entry
from mash.quality import actions
from mash.quality.actions import forgetting
from mash.quality.content.dips import DIP_SAMPLES, dip_rules, load_dip_samples, numbers_of
from mash.quality.models import Dipped, Incident
from tests.factories.base import in_service, signed_in_as
from tests.factories.check import doing
from tests.factories.partnership import HubFactory, StaffFactory
from tests.quality.dip_story import a_sample, reviewed
from tests.quality.incident_files import NOW, a_file, a_row, incidents, taken

pytestmark = pytest.mark.usefixtures("transactional_db")
B = "builder"
LATE = NOW + timedelta(days=731)  # 24 months after the newest of a sample, and more


def forget(at):
    with in_service("disposal"):
        return actions.forget_incidents(at=at)


def test_an_incident_goes_on_the_day_after_its_months_and_one_of_that_day_stays():
    lead = StaffFactory(hub=HubFactory(), manager=True)
    old, edge = "2024-11-15T23:59:00+00:00", "2024-11-16T00:00:00+00:00"
    taken(lead, a_file(a_row("A", old), a_row("B", edge), a_row("C")))
    assert forget(NOW) == 1
    assert forget(NOW) == 0
    assert sorted(incidents(lead.hub).values_list("reference", flat=True)) == ["B", "C"]
    line = Entry.objects.using(B).get(event="quality.incidents_forgotten")
    assert line.detail == {"before": "2024-11-16", "incidents": 1, "officers": 0}
    assert line.hub_id == lead.hub_id


def test_what_was_drawn_stays_with_its_sample_and_loses_its_officer_once_the_sample_is_closed(monkeypatch):
    monkeypatch.setattr(forgetting, "BATCH", 7)
    sample = reviewed(a_sample())
    assert forget(LATE) == 20
    assert incidents(sample.hub).exclude(officer="").count() == 10  # the sample is open
    doing(sample.lead, actions.close_dip, dip=sample.dip, left_out="", at=NOW)
    assert forget(LATE) == 0
    left = incidents(sample.hub)
    assert (left.count(), left.exclude(officer="").count()) == (10, 0)
    assert {one.reference for one in sample.cards()} == set(left.values_list("reference", flat=True))
    call_command("quality", "redraw", "--hub", sample.hub.name, "--dip", sample.dip.label)


def test_a_hub_keeps_them_as_long_as_it_says(monkeypatch):
    a_sample(many=3)
    longer = dict(dip_rules()) | {"kept_months": 27}
    monkeypatch.setattr(forgetting, "dip_rules", lambda: longer)
    assert forget(LATE) == 0


def test_a_hub_s_older_edition_without_the_rule_keeps_them_as_the_product_does():
    raw = raw_of(DIP_SAMPLES)
    raw["rules"] = [one for one in raw["rules"] if one["id"] != "kept_months"]
    older = load_dip_samples(Given("dip_samples.yaml", raw))
    assert {one.id: one.value for one in older.rules}.get("kept_months") is None
    assert numbers_of(older)["kept_months"] == dip_rules()["kept_months"]


def test_nobody_else_takes_one_away_or_changes_it():
    sample = reviewed(a_sample())
    drawn = Dipped.objects.using(B).filter(dip=sample.dip).values_list("incident_id", flat=True)[0]
    for duties in (["manage"], ["analyse"], ["administer", "audit"]):
        with signed_in_as(StaffFactory(hub=sample.hub, duties=duties)):
            assert Incident.objects.all()._raw_delete("default") == 0
            assert Incident.objects.update(officer="") == 0
    with in_service("reminders"):
        assert not Incident.objects.exists()
    with pytest.raises(DatabaseError), in_service("disposal"):
        Incident.objects.update(officer="Somebody else")
    with in_service("disposal"):
        assert Incident.objects.filter(pk=drawn)._raw_delete("default") == 0  # it was drawn
    assert incidents(sample.hub).exclude(officer="").count() == 30
