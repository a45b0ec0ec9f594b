"""Incidents are taken in from a file, a step at a time, and never twice; what goes wrong is named."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from procrastinate.contrib.django.models import ProcrastinateJob

from mash.ledger.models import Entry
from mash.quality import actions, jobs
from mash.quality.actions import taking
from mash.quality.models import IncidentFile, IncidentPiece
from tests.factories.base import browser, in_service, signed_in_as
from tests.factories.check import doing
from tests.factories.partnership import HubFactory, StaffFactory
from tests.quality.incident_files import (
    DATA,
    NOW,
    a_file,
    a_row,
    afresh,
    chosen,
    incidents,
    kinds,
    put_in,
    reported,
    taken,
)
from tests.quality.test_pages import ABSENT, FOUND, OK, REFUSED, said

pytestmark = pytest.mark.usefixtures("transactional_db")
B = "builder"
SAMPLE = (DATA / "incidents.csv").read_bytes()


@pytest.fixture
def lead(transactional_db):
    return StaffFactory(hub=HubFactory(), manager=True)


@pytest.fixture
def small_steps(monkeypatch):
    """Every file is read by jobs, in steps of five rows."""
    monkeypatch.setattr(taking, "AT_ONCE", 0)
    monkeypatch.setattr(taking, "STEP", 5)
    monkeypatch.setattr(taking, "BATCH", 2)


def carry_out(by):
    """Carry the next order out, as the worker of the queue does; return whether there was one."""
    waiting = ProcrastinateJob.objects.using(B).filter(task_name=taking.GO_ON, status="todo").order_by("id")
    one = waiting.first()
    if one is None:
        return False
    waiting.filter(pk=one.pk).update(status="doing")
    jobs.go_on.task.func(**one.args)
    return True


def at(name, *keys):
    return reverse(f"quality:{name}", args=keys)


# The made-up force


def test_every_incident_of_the_made_up_force_is_taken_and_its_faults_are_named(lead):
    file = chosen(lead, SAMPLE)
    found = reported(file)
    assert (found.rows, found.good, found.wrong) == (420, 420, [])
    faults = {
        "Type in capitals": 3, "No officer": 2, "Not said whether a form was needed": 3, "Sent, and not when": 2,
        "Sent before the incident": 2, "Written day and month as numbers, as 03/04/2026": 2,
        "A reference that another incident bears too": 1,
    }  # fmt: skip
    assert kinds(found.odd) == faults
    assert not incidents(lead.hub).exists()
    doing(lead, actions.take_incidents, file=file, at=NOW)
    found = reported(afresh(file))
    assert (found.taken, found.here) == (420, 0)
    assert kinds(found.odd) == faults
    assert incidents(lead.hub).count() == 420
    assert incidents(lead.hub).values("kind").distinct().count() == 12
    (twice,) = [one for one in found.odd if one.label.startswith("A reference that")]
    assert twice.first == [(271, "“CAD 9531/15SEP26”, borne by 2 incidents")]
    assert not IncidentPiece.objects.using(B).exists()


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_same_file_and_one_that_overlaps_double_nothing(lead, end):
    body = SAMPLE.replace(b"\r\n", b"\n").replace(b"\n", end.encode())
    taken(lead, body)
    again = reported(taken(lead, body))
    assert (again.taken, again.here, again.same) == (0, 420, None)
    first, *rows = body.decode().split(end)
    more = end.join([first, *rows[-60:-1], a_row(reference="CAD 7/NEW")]).encode()
    overlapping = reported(taken(lead, more))
    assert (overlapping.taken, overlapping.here) == (1, 59)
    assert incidents(lead.hub).count() == 421


def test_an_incident_that_is_here_with_other_values_stays_as_it_is_and_is_named(lead):
    taken(lead, a_file(a_row(submitted="no", sent="")))
    found = reported(taken(lead, a_file(a_row(reference="CAD 2"), a_row())))
    assert (found.taken, found.here) == (1, 0)
    assert found.here_otherwise.first == [(3, "is here already with other values, which stay")]
    assert incidents(lead.hub).get(reference="CAD 1/01OCT26").form_submitted is False


def test_one_incident_twice_in_a_file_is_taken_once_and_named(lead):
    body = a_file(a_row(), a_row(), a_row(occurred_at="2026-10-02"))
    file = chosen(lead, body)
    found = reported(file)
    assert found.same.first == [(3, "“CAD 1/01OCT26”, also on line 2")]
    assert kinds(found.odd)["A reference that another incident bears too"] == 1
    doing(lead, actions.take_incidents, file=file, at=NOW)
    found = reported(afresh(file))
    assert (found.taken, found.same.count, incidents(lead.hub).count()) == (2, 1, 2)


ROW = st.builds(
    a_row,
    reference=st.sampled_from(["CAD 1", "CAD 2", "CAD 3", "", "=1+1"]),
    occurred_at=st.sampled_from(["2026-10-01", "02/10/2026 10:00", "2026-10-03T10:00:00+01:00", "never"]),
    kind=st.sampled_from(["theft", "THEFT", "missing child"]),
    required=st.sampled_from(["yes", "no", "", "perhaps"]),
    submitted=st.sampled_from(["yes", "no", ""]),
    sent=st.just(""),
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ROW, min_size=1, max_size=14), st.data())
def test_however_files_overlap_every_incident_is_here_once(lead, small_steps, rows, data):
    hub = HubFactory()
    by = StaffFactory(hub=hub, manager=True)
    cut = data.draw(st.integers(0, len(rows)))
    files = [rows, rows[cut:] or rows, rows[:cut] or rows]
    counted = 0
    for some in files:
        file = chosen(by, a_file(*some))
        while carry_out(by):
            pass
        doing(by, actions.take_incidents, file=afresh(file), at=NOW)
        while carry_out(by):
            pass
        found = reported(afresh(file))
        same = found.same.count if found.same else 0
        otherwise = found.here_otherwise.count if found.here_otherwise else 0
        assert found.taken + found.here + same + otherwise == found.good
        counted += found.taken
    keys = set(incidents(hub).values_list("reference", "occurred_at"))
    assert incidents(hub).count() == len(keys) == counted


# A step at a time


def test_a_large_file_is_read_by_steps_and_says_how_far_it_is(lead, small_steps):
    file = chosen(lead, a_file(*(a_row(reference=f"CAD {one}") for one in range(12))))
    assert file.is_being_read
    assert file.part_read < 0.2
    IncidentFile.objects.using(B).filter(pk=file.pk).update(moved_at=timezone.now())
    page = browser(lead).get(at("incident_file", file.pk))
    assert "Being read through" in said(page)
    assert 'hx-get="' in page.content.decode()
    assert carry_out(lead)
    assert afresh(file).found["rows"] == 5
    assert "5 rows" in said(browser(lead).get(at("how_far", file.pk)))
    while carry_out(lead):
        pass
    assert reported(afresh(file)).good == 12
    assert "See what was found" in said(browser(lead).get(at("how_far", file.pk)))
    doing(lead, actions.take_incidents, file=file, at=NOW)
    assert not incidents(lead.hub).exists()
    steps = 0
    while carry_out(lead):
        steps += 1
        assert incidents(lead.hub).count() == min(5 * steps, 12)
    assert afresh(file).taken_at


def test_a_small_file_of_very_many_rows_is_read_to_its_end_too(lead, monkeypatch):
    monkeypatch.setattr(taking, "STEP", 5)
    file = chosen(lead, a_file(*(a_row(reference=f"CAD {one}") for one in range(12))))
    assert file.is_being_read
    while carry_out(lead):
        pass
    assert reported(afresh(file)).good == 12


def test_an_interrupted_taking_is_started_again_where_it_stopped(lead, small_steps):
    file = chosen(lead, a_file(*(a_row(reference=f"CAD {one}") for one in range(12))))
    while carry_out(lead):
        pass
    doing(lead, actions.take_incidents, file=file, at=NOW)
    assert carry_out(lead)
    ProcrastinateJob.objects.using(B).filter(status="todo").update(status="failed")  # it was killed
    assert incidents(lead.hub).count() == 5
    IncidentFile.objects.using(B).filter(pk=file.pk).update(moved_at=NOW - timedelta(hours=1))
    page = browser(lead)
    assert "Start it again where it stopped" in said(page.get(at("incident_file", file.pk)))
    assert page.post(at("go_on_reading", file.pk)).status_code == FOUND
    while carry_out(lead):
        pass
    found = reported(afresh(file))
    assert (found.taken, found.rows, incidents(lead.hub).count()) == (12, 12, 12)


def test_a_step_that_was_done_meanwhile_is_not_done_twice(lead, small_steps):
    file = chosen(lead, a_file(*(a_row(reference=f"CAD {one}") for one in range(12))))
    begin = file.position
    doing(lead, actions.go_on_reading, file=file, position=begin, at=NOW)
    doing(lead, actions.go_on_reading, file=file, position=begin, at=NOW)
    assert afresh(file).found["rows"] == 5


def test_who_lost_the_duty_meanwhile_reads_no_further(lead, small_steps):
    file = chosen(lead, a_file(a_row()))
    lead.duties = ["answer"]
    lead.save(using=B)
    with pytest.raises(Http404):
        carry_out(lead)
    assert afresh(file).looked_at is None


def test_a_file_that_nobody_takes_goes_and_an_incident_stays(lead):
    old = put_in(lead, a_file(a_row()), at=NOW - timedelta(days=15))
    new = put_in(lead, a_file(a_row()))
    with in_service("reminders"):
        assert actions.let_files_go(at=NOW) == 1
        assert actions.let_files_go(at=NOW) == 0
    assert afresh(old).left_at
    assert not afresh(new).left_at
    assert IncidentPiece.objects.using(B).get().file_id == new.pk
    assert Entry.objects.using(B).filter(event="quality.incidents_let_go").count() == 1
    with pytest.raises(actions.WrongState, match="not kept any more"):
        doing(lead, actions.choose_incident_columns, file=old, columns=old.columns, day_first=True, at=NOW)


# Who may


@pytest.mark.parametrize("duties", [["grade"], ["analyse"], ["decide", "screen"], ["audit"], []])
def test_only_who_manages_the_hub_takes_incidents_in(lead, duties):
    file = chosen(lead, a_file(a_row()))
    other = StaffFactory(hub=lead.hub, duties=duties)
    with pytest.raises(PermissionDenied):
        put_in(other, a_file(a_row()))
    for action in (actions.take_incidents, actions.leave_incidents, actions.go_on_reading):
        with pytest.raises(PermissionDenied):
            doing(other, action, file=file, at=NOW)
    page = browser(other)
    assert page.get(at("incident_files")).status_code == REFUSED
    assert page.post(at("put_incidents_in"), {}).status_code == REFUSED
    for name in ("incident_file", "incident_columns", "how_far"):
        assert page.get(at(name, file.pk)).status_code == ABSENT
    for name in ("take_incidents", "leave_incidents", "go_on_reading", "incident_columns"):
        assert page.post(at(name, file.pk), {}).status_code == ABSENT
    elsewhere = browser(StaffFactory(hub=HubFactory(), manager=True))
    for name in ("incident_file", "incident_columns", "how_far"):
        assert elsewhere.get(at(name, file.pk)).status_code == ABSENT


# By the pages


def upload(lead, body, name="incidents.csv"):
    return browser(lead).post(at("put_incidents_in"), {"file": SimpleUploadedFile(name, body)})


def test_a_file_goes_its_whole_way_by_the_pages(lead):
    answer = upload(lead, SAMPLE)
    assert answer.status_code == FOUND
    file = IncidentFile.objects.using(B).get()
    page = browser(lead)
    words = said(page.get(at("incident_columns", file.pk)))
    assert "Which column is which?" in words
    chosen_ = {name: str(place) for name, place in file.columns.items()}
    assert file.slashed is False or "How are days written" in words
    assert page.post(at("incident_columns", file.pk), chosen_ | {"order": "day"}).status_code == FOUND
    words = said(page.get(at("incident_file", file.pk)))
    for part in ("Rows: 420", "Can be taken: 420", "Type in capitals", "also on line 271"):
        assert part in words
    assert "CAD 6691/01OCT24" in words
    assert page.post(at("take_incidents", file.pk)).status_code == FOUND
    words = said(page.get(at("incident_file", file.pk)))
    assert "Taken: 420" in words
    assert "CAD 6691/01OCT24" not in words
    assert "420 are here" in said(page.get(at("incident_files")))
    assert page.post(at("take_incidents", file.pk), follow=True).status_code == OK


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"PK\x03\x04" + b"0" * 99, "This is a workbook"),
        (b"", "The file is empty"),
        (b"a,b\n", "names its columns and has no row"),
        (b"x" * (1 << 20), "The first line cannot be read"),
    ],
)
def test_what_cannot_be_read_is_said_at_the_file(lead, body, why):
    answer = upload(lead, body)
    assert answer.status_code == OK
    assert why in said(answer)
    assert not IncidentFile.objects.using(B).exists()


def test_a_file_that_is_too_large_is_said_and_never_kept(lead, monkeypatch):
    from mash.common import uploads

    monkeypatch.setitem(uploads._larger, "quality:put_incidents_in", 1000)
    answer = upload(lead, SAMPLE)
    assert "The file is larger than 250 MB: split it" in said(answer)
    assert not IncidentFile.objects.using(B).exists()


def test_days_in_numbers_are_asked_once_and_read_as_chosen(lead):
    file = put_in(lead, a_file(a_row(occurred_at="03/04/2026 10:00", sent="")))
    page = browser(lead)
    assert "Day first: the 3rd of April" in said(page.get(at("incident_columns", file.pk)))
    chosen_ = {name: str(place) for name, place in file.columns.items()}
    page.post(at("incident_columns", file.pk), chosen_ | {"order": "month"})
    assert "4 Mar 2026" in said(page.get(at("incident_file", file.pk)))
    page.post(at("incident_columns", file.pk), chosen_ | {"order": "day"})
    assert "3 Apr 2026" in said(page.get(at("incident_file", file.pk)))
    missing = page.post(at("incident_columns", file.pk), chosen_ | {"kind": ""})
    assert "Choose the column with: Type of incident" in said(missing)


def test_text_of_windows_is_taken_and_said(lead):
    body = a_file(a_row(unit="Crèche")).decode().encode("cp1252")
    file = put_in(lead, body)
    assert "as Windows writes text" in said(browser(lead).get(at("incident_columns", file.pk)))
    taken(lead, body)
    assert incidents(lead.hub).get().unit == "Crèche"


def test_rows_that_cannot_be_taken_are_named_and_the_others_are_taken(lead):
    body = a_file(a_row(), a_row(reference=""), "x" * 100_000, a_row(reference="CAD 2", submitted="perhaps"))
    file = chosen(lead, body)
    words = said(browser(lead).get(at("incident_file", file.pk)))
    assert "Line 3: “incident_ref” is empty" in words
    assert "A line of more than 64 kB" in words
    assert "Line 5: “form_submitted” is “perhaps”: neither yes nor no" in words
    doing(lead, actions.take_incidents, file=file, at=NOW)
    assert incidents(lead.hub).count() == 1


def test_a_file_that_is_not_wanted_is_left(lead):
    file = chosen(lead, a_file(a_row()))
    assert browser(lead).post(at("leave_incidents", file.pk)).status_code == FOUND
    assert afresh(file).left_at
    assert not IncidentPiece.objects.using(B).exists()
    assert "Its rows are not kept here" in said(browser(lead).get(at("incident_file", file.pk)))
    with signed_in_as(lead), pytest.raises(actions.WrongState):
        actions.take_incidents(file=file, by=lead, at=NOW)
