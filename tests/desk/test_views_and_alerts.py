"""Saved views name nobody; clocks tell their owners; what agencies owe is chased in one press."""

from datetime import timedelta

import pytest

from mash.check.models import Chase
from mash.common.clock import Clock, Kind, Target, WorkingWeek
from mash.desk.alerts import actions as alerts
from mash.desk.alerts import queries as alarm_queries
from mash.desk.models import ClockAlarm, ClockAlert, SavedView
from mash.desk.narrowing import WORKLIST
from mash.desk.saved_views import actions, queries
from mash.ledger.models import Entry
from mash.partnership.models import Email
from tests.factories.base import browser, in_service, signed_in_as
from tests.factories.check import CheckFactory, EnquiryFactory
from tests.factories.contact import ContactFactory
from tests.factories.decision import DecisionFactory
from tests.factories.partnership import (
    MONDAY_9AM,
    AccessFactory,
    AgencyFactory,
    HubFactory,
    MembershipFactory,
    StaffFactory,
)
from tests.factories.rota import TurnFactory
from tests.factories.triage import OwnerFactory, RatingFactory, ReturnedFactory, StandingFactory

pytestmark = pytest.mark.usefixtures("transactional_db")
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
def worker():
    return StaffFactory(social_worker=True)


def everything(model, **where):
    return list(model.objects.using("builder").filter(**where))


# Saved views


def keep(by, name="My reds", query="rating=red", *, shared=False):
    with signed_in_as(by):
        return actions.keep_view(of=WORKLIST, name=name, query=query, shared=shared, by=by, at=MONDAY_9AM)


@pytest.mark.parametrize(
    ("mine", "shared", "same_hub", "desk", "sees"),
    [
        (True, False, True, True, True),
        (False, True, True, True, True),
        (False, False, True, True, False),
        (False, True, False, True, False),
        (False, True, True, False, False),
    ],
)
def test_who_sees_a_view(worker, mine, shared, same_hub, desk, sees):
    keep(worker, shared=shared)
    reader = (
        worker
        if mine
        else StaffFactory(
            hub=worker.hub if same_hub else HubFactory(), duties=["screen"] if desk else ["answer"]
        )
    )
    with signed_in_as(reader):
        assert SavedView.objects.exists() is sees
    if desk:
        assert SavedView.objects.using("builder").filter(pk__in=_shown(reader)).exists() is sees


def _shown(reader):
    with signed_in_as(reader):
        return [one.pk for one in queries.views_of(reader)]


@pytest.mark.parametrize("name", ["Okafor", "daniel's reds", "NF-7K3M", "020 7946", "a@b.example", "x" * 41])
def test_a_view_is_named_after_nobody(worker, name):
    ContactFactory(hub=worker.hub)
    with pytest.raises(actions.NotAName):
        keep(worker, name)
    assert not everything(SavedView)


def test_the_same_name_again_keeps_the_newer_filters(worker):
    keep(worker)
    keep(worker, "my REDS", "rating=amber")
    assert [(one.name, one.query) for one in everything(SavedView)] == [("My reds", "rating=amber")]


def test_only_choices_of_filters_are_kept():
    typed = "rating=red&rating=nonsense&owner=me&q=Okafor&page=4&stage=new&age=0_4&due=%3Cscript%3E"
    assert WORKLIST.in_one_spelling(typed) == "stage=new&rating=red&age=0_4&owner=me"


def test_a_view_is_kept_opened_and_let_go_on_the_page(worker):
    client = browser(worker)
    form = {"name": "Reds from schools", "query": "rating=red&source=school", "shared": "on"}
    assert client.post("/worklist/views/keep/worklist/", form).url == "/worklist/?rating=red&source=school"
    colleague = browser(StaffFactory(hub=worker.hub, screener=True))
    shown = colleague.get("/worklist/").content.decode()
    assert 'href="/worklist/?rating=red&amp;source=school"' in shown
    assert f"shared by {worker.account.name}" in shown
    view = everything(SavedView)[0]
    colleague.post("/worklist/views/let-go/", {"view": str(view.pk)})
    assert everything(SavedView, withdrawn_at=None)
    client.post("/worklist/views/let-go/", {"view": str(view.pk)})
    assert not everything(SavedView, withdrawn_at=None)


def test_a_name_that_will_not_do_is_said_at_its_field_and_kept(worker):
    answer = browser(worker).post("/worklist/views/keep/worklist/", {"name": "NF 12", "query": "rating=red"})
    said = answer.content.decode()
    assert "name it after what it shows" in said
    assert 'value="NF 12"' in said
    assert 'value="rating=red"' in said


# Alerts


def due(worker, *, at=MONDAY_9AM, hours=4, colour="amber", owner=None):
    """Return a contact whose clock runs from nine for so many hours."""
    contact = ContactFactory(hub=worker.hub, received_at=at)
    RatingFactory(contact=contact, colour=colour, at=at)
    StandingFactory(contact=contact, colour=colour, due_at=at + hours * HOUR)
    if owner:
        OwnerFactory(contact=contact, staff=owner, by=owner)
    return contact


@pytest.fixture
def four_hours(monkeypatch):
    """Let every clock run four hours from receipt, whatever the hub's targets say."""

    def clock(contact, at):
        return Clock.start(contact.received_at, Target(4, "hours", Kind.ELAPSED), WorkingWeek())

    monkeypatch.setattr(alarm_queries, "clock_of", clock)


def watch(at):
    with in_service("reminders"):
        alerts.set_alarms(at=at)
        return alerts.sound_alarms(at=at)


def test_an_owner_is_told_at_half_four_fifths_and_all_once_each(worker, four_hours):
    due(worker, owner=worker)
    manager = StaffFactory(hub=worker.hub, manager=True)
    told = {119: 0, 120: 1, 121: 0, 191: 0, 192: 1, 239: 0, 240: 2, 300: 0}
    for minutes, expected in told.items():
        assert watch(MONDAY_9AM + minutes * MINUTE) == expected, minutes
    assert [one.step for one in everything(ClockAlert, to=worker.pk)] == ["50", "80", "100"]
    assert [one.step for one in everything(ClockAlert, to=manager.pk)] == ["100"]
    assert len(everything(Email)) == 4
    said = " ".join(f"{one.subject} {one.body}" for one in everything(Email))
    assert "Okafor" not in said
    assert "Daniel" not in said


def test_steps_passed_while_nothing_ran_are_told_as_the_last_alone(worker, four_hours):
    due(worker, owner=worker)
    watch(MONDAY_9AM + 200 * MINUTE)
    assert [one.step for one in everything(ClockAlert)] == ["80"]


def test_a_new_due_time_begins_again(worker, four_hours):
    contact = due(worker, owner=worker)
    watch(MONDAY_9AM + 120 * MINUTE)
    type(contact.standing).objects.using("builder").filter(contact=contact).update(
        due_at=MONDAY_9AM + 6 * HOUR
    )
    watch(MONDAY_9AM + 121 * MINUTE)
    assert [one.step for one in everything(ClockAlert)] == ["50", "50"]


def test_a_finished_contact_is_silent(worker, four_hours):
    contact = due(worker, owner=worker)
    watch(MONDAY_9AM)
    DecisionFactory(contact=contact, by=worker)
    assert watch(MONDAY_9AM + 120 * MINUTE) == 0
    assert everything(ClockAlarm)[0].step == ""


def test_nobody_s_contact_tells_the_manager(worker, four_hours):
    due(worker)
    manager = StaffFactory(hub=worker.hub, manager=True)
    watch(MONDAY_9AM + 120 * MINUTE)
    assert [one.to_id for one in everything(ClockAlert)] == [manager.pk]


@pytest.mark.parametrize(
    ("same_hub", "duties", "barred", "sees"),
    [
        (True, ["screen"], False, True),
        (True, ["screen"], True, False),
        (True, ["answer"], False, False),
        (False, ["screen"], False, False),
    ],
)
def test_who_reads_alerts_and_alarms(worker, four_hours, same_hub, duties, barred, sees):
    contact = due(worker, owner=worker)
    watch(MONDAY_9AM + 120 * MINUTE)
    reader = StaffFactory(hub=worker.hub if same_hub else HubFactory(), duties=duties)
    if barred:
        AccessFactory(staff=reader, contact_id=contact.pk, bars=True, why="her nephew")
    with signed_in_as(reader):
        assert ClockAlert.objects.exists() is sees
        assert ClockAlarm.objects.exists() is sees


def test_alerts_stand_in_one_s_own_queue_until_they_are_seen(worker, four_hours):
    contact = due(worker, owner=worker)
    watch(MONDAY_9AM + 120 * MINUTE)
    client = browser(worker)
    assert contact.reference in client.get("/alerts/").content.decode()
    assert "Tick at least one alert" in client.post("/alerts/", {"step": "see"}).content.decode()
    other = browser(StaffFactory(hub=worker.hub, screener=True))
    assert contact.reference not in other.get("/alerts/").content.decode()
    client.post("/alerts/", {"alert": [str(everything(ClockAlert)[0].pk)]})
    assert "No clock of yours is running out" in client.get("/alerts/").content.decode()


def test_alerts_that_came_together_stand_in_the_order_of_work(worker):
    def told(step="100", *, hours, colour=None):
        contact = ContactFactory(hub=worker.hub)
        if colour:
            StandingFactory(contact=contact, colour=colour)
        due_at = MONDAY_9AM - hours * HOUR
        ClockAlert.objects.using("builder").create(
            hub_id=worker.hub_id, contact=contact, step=step, due_at=due_at, to=worker, at=MONDAY_9AM
        )
        return contact.reference

    last = told(hours=90, colour="green")
    unrated = told(hours=1)
    red, older = told(hours=2, colour="red"), told(hours=3, colour="red")
    danger = told("danger", hours=0)
    page = browser(worker).get("/alerts/").content.decode()
    places = [page.index(f"{one} ") for one in (danger, older, red, unrated, last)]
    assert places == sorted(places)
    for colour in ("red", "none", "green"):
        assert f"mash-rating--{colour}" in page


def test_a_real_clock_is_read_from_the_hub_s_own_targets(worker):
    contact = ContactFactory(hub=worker.hub, received_at=MONDAY_9AM)
    with in_service("reminders"):
        alerts.set_alarms(at=MONDAY_9AM)
    alarm = everything(ClockAlarm)[0]
    assert (alarm.contact_id, alarm.step) == (contact.pk, "50")
    assert MONDAY_9AM < alarm.next_at < alarm.due_at


def night_turn(hub):
    """Return whoever is on the emergency duty team from Monday evening until Tuesday morning."""
    agency = AgencyFactory(kind="childrens_social_care")
    MembershipFactory(hub=hub, agency=agency)
    person = StaffFactory(hub=hub, agency=agency, duties=["out_of_hours"])
    evening = MONDAY_9AM + 8 * HOUR
    TurnFactory(staff=person, post="emergency_duty", from_at=evening, until_at=evening + 16 * HOUR)
    return person


def to_whom(**where):
    return {one.to_id for one in everything(ClockAlert, **where)}


@pytest.mark.parametrize(("hours", "owned", "told"), [(11, False, {"night"}), (11, True, {"night", "owner"})])
def test_at_night_the_emergency_duty_team_is_told_of_a_clock(worker, four_hours, hours, owned, told):
    night = night_turn(worker.hub)
    due(worker, at=MONDAY_9AM + 9 * HOUR, colour="red", owner=worker if owned else None)
    watch(MONDAY_9AM + hours * HOUR)
    assert to_whom(step="50") == {{"night": night.pk, "owner": worker.pk}[one] for one in told}


def test_by_day_an_owner_is_told_alone(worker, four_hours):
    night_turn(worker.hub)
    due(worker, owner=worker)
    watch(MONDAY_9AM + 120 * MINUTE)
    assert to_whom() == {worker.pk}


def test_stated_danger_is_told_at_once_to_whoever_is_on_duty_and_once(worker):
    night, manager = night_turn(worker.hub), StaffFactory(hub=worker.hub, manager=True)
    evening = MONDAY_9AM + 10 * HOUR
    contact = ContactFactory(hub=worker.hub, immediate_danger=True, received_at=evening)
    quiet = ContactFactory(hub=worker.hub, received_at=evening)
    by_day = ContactFactory(hub=worker.hub, immediate_danger=True, received_at=MONDAY_9AM)
    RatingFactory(contact=by_day)
    StandingFactory(contact=by_day)
    with in_service("reminders"):
        assert alerts.tell_of_danger(at=evening) == 1
        assert alerts.tell_of_danger(at=evening + MINUTE) == 0
    assert to_whom(contact=contact.pk, step="danger") == {night.pk}
    assert not to_whom(contact=quiet.pk)
    said = " ".join(f"{one.to} {one.subject} {one.body}" for one in everything(Email))
    assert contact.reference in said
    assert night.account.email in said
    assert manager.account.email not in said
    shown = browser(night).get("/alerts/").content.decode()
    assert "somebody is in danger now" in shown


def test_stated_danger_with_nobody_on_duty_tells_the_manager(worker):
    manager = StaffFactory(hub=worker.hub, manager=True)
    ContactFactory(hub=worker.hub, immediate_danger=True)
    with in_service("reminders"):
        alerts.tell_of_danger(at=MONDAY_9AM)
    assert to_whom(step="danger") == {manager.pk}


def test_a_hub_where_nobody_can_be_told_gets_no_line_each_minute_and_is_tried_again(worker):
    ContactFactory(hub=worker.hub, immediate_danger=True)
    with in_service("reminders"):
        assert [alerts.tell_of_danger(at=MONDAY_9AM + n * MINUTE) for n in range(2)] == [0, 0]
    assert not Entry.objects.using("builder").filter(event="clock.alerted").exists()
    StaffFactory(hub=worker.hub, manager=True)
    with in_service("reminders"):
        assert alerts.tell_of_danger(at=MONDAY_9AM + 2 * MINUTE) == 1


def test_a_look_again_is_told_when_the_hub_opens_that_day_and_later_to_the_manager(worker):
    manager = StaffFactory(hub=worker.hub, manager=True)
    contact = due(worker, colour="green", owner=worker)
    ReturnedFactory(contact=contact, look_again_on="2026-11-04")
    wednesday = MONDAY_9AM + timedelta(days=2)
    told = {-24 * 60: 0, -60: 0, 0: 1, 60: 0, 24 * 60: 2, 25 * 60: 0}
    for minutes, expected in told.items():
        with in_service("reminders"):
            found = alerts.tell_to_look_again(at=wednesday + minutes * MINUTE)
        assert found == expected, minutes
    assert to_whom(step="again") == {worker.pk}
    assert to_whom(step="late") == {worker.pk, manager.pk}


def test_what_was_taken_up_again_is_told_to_nobody(worker):
    contact = due(worker, colour="green", owner=worker)
    ReturnedFactory(contact=contact, look_again_on="2026-11-04", back_at=MONDAY_9AM + HOUR)
    with in_service("reminders"):
        assert alerts.tell_to_look_again(at=MONDAY_9AM + timedelta(days=3)) == 0


# Chasing


def test_what_an_agency_owes_is_chased_in_one_press(worker):
    check = CheckFactory(contact=ContactFactory(hub=worker.hub))
    first = EnquiryFactory(check_asked=check, due_at=MONDAY_9AM)
    EnquiryFactory(check_asked=check, agency=first.agency, due_at=MONDAY_9AM + HOUR)
    EnquiryFactory(check_asked=check, agency=first.agency, due_at=MONDAY_9AM + timedelta(days=9000))
    client = browser(worker)
    shown = client.get("/chasing/").content.decode()
    assert first.agency.name in shown
    assert shown.count("not chased yet") == 2
    answer = client.post("/chasing/", {"agency": str(first.agency_id)}, follow=True).content.decode()
    assert f"{first.agency.name}: reminded of 2." in answer
    assert "last chased" in answer
    assert len(everything(Chase, step="again")) == 2
    assert (
        "Reminded less than a quarter of an hour ago"
        in client.post("/chasing/", {"agency": str(first.agency_id)}, follow=True).content.decode()
    )
    assert Entry.objects.using("builder").filter(event="enquiry.chased").count() == 2


def test_what_another_hub_is_owed_is_not_there(worker):
    elsewhere = EnquiryFactory(due_at=MONDAY_9AM)
    assert browser(worker).post("/chasing/", {"agency": str(elsewhere.agency_id)}).status_code == 404
    assert elsewhere.reference not in browser(worker).get("/chasing/").content.decode()


# Keyboard


def test_letters_lead_from_a_case_to_the_list_of_work_and_an_agency_to_its_enquiries(worker):
    contact = ContactFactory(hub=worker.hub)
    shown = browser(worker).get(f"/cases/{contact.pk}/").content.decode()
    assert 'name="mash-shortcut-s" content="/worklist/#id_q"' in shown
    assert 'name="mash-shortcut-n" content="/worklist/#next"' in shown
    assert "mash-shortcut-d" not in shown
    listed = browser(worker).get("/worklist/").content.decode()
    assert 'id="id_q"' in listed
    assert 'id="next"' in listed
    answerer = StaffFactory(hub=worker.hub, answerer=True)
    inbox = browser(answerer).get("/checks/inbox/").content.decode()
    assert 'name="mash-shortcut-d" content="/checks/inbox/"' in inbox
    assert "mash-shortcut-s" not in inbox
