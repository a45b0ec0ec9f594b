"""The clocks of law that are run for a child: what begins them, what ends them, and what does not."""

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from mash.triage import actions, content, fixed
from mash.triage.reading import ClockFact
from tests.factories.base import browser, signed_in_as
from tests.factories.contact import ContactFactory
from tests.factories.decision import DecisionFactory, OutcomeFactory, StrategyFactory
from tests.factories.partnership import MONDAY_9AM, AccessFactory, HubFactory, StaffFactory
from tests.factories.triage import ReturnedFactory, RouteFactory, who

pytestmark = pytest.mark.usefixtures("transactional_db")
HOUR = timedelta(hours=1)
NOON = MONDAY_9AM + 3 * HOUR
AMA = {"role": "child", "given": "Ama", "family": "Boateng", "born_on": "2010-01-02"}
KOFI = {"role": "child", "given": "Kofi", "family": "Boateng", "born_on": "2012-01-02"}


@pytest.fixture
def worker():
    return StaffFactory(social_worker=True)


def clocks(worker, contact, at=NOON):
    with signed_in_as(worker):
        contact.refresh_from_db()
        return {one.label: one.clock for one in fixed.clocks_of(contact, at)}


def code_of(worker, contact, clock, what, given=""):
    with signed_in_as(worker):
        said = fixed.can_be_said(contact)
        wanted = [one for one in said if (one.clock, one.what) == (clock, what) and given in str(one.about)]
    return wanted[0].code


def say(worker, contact, code, happened_at=MONDAY_9AM + HOUR, words="", at=NOON):
    with signed_in_as(worker):
        return actions.record_clock_fact(
            contact=contact, code=code, happened_at=happened_at, words=words, by=worker, at=at
        )


def test_an_allegation_reaches_the_designated_officer_within_a_working_day_of_receipt(worker):
    contact = ContactFactory(hub=worker.hub, categories=["adult_in_trusted_role"], received_at=NOON)
    clock = clocks(worker, contact)["Designated officer told of the allegation"]
    assert (clock.due_at, clock.ended_at) == (NOON + timedelta(days=1), None)
    say(worker, contact, code_of(worker, contact, fixed.OFFICER, fixed.ENDED), NOON + HOUR, at=NOON + HOUR)
    clock = clocks(worker, contact)["Designated officer told of the allegation"]
    assert clock.ended_at == NOON + HOUR


def test_a_worker_who_reads_it_as_an_allegation_starts_the_clock_from_receipt(worker):
    contact = ContactFactory(hub=worker.hub)
    assert list(clocks(worker, contact)) == ["A social worker says what response is needed"]
    with signed_in_as(worker):
        actions.read_as(contact=contact, categories=["adult_in_trusted_role"], level=None, by=worker, at=NOON)
    assert "Designated officer told of the allegation" in clocks(worker, contact)


def test_each_missing_child_has_72_hours_from_being_found_weekends_included(worker):
    contact = ContactFactory(hub=worker.hub, categories=["missing"], people=[AMA, KOFI])
    friday = MONDAY_9AM + timedelta(days=4)
    assert not any("Return interview" in label for label in clocks(worker, contact))
    say(worker, contact, code_of(worker, contact, fixed.INTERVIEW, fixed.STARTED, "Ama"), friday, at=friday)
    found = clocks(worker, contact, friday)
    assert [label for label in found if "Return interview" in label] == ["Return interview with BOATENG, Ama"]
    assert found["Return interview with BOATENG, Ama"].due_at == friday + 72 * HOUR
    with signed_in_as(worker):
        assert [one.given for one in fixed.to_find(contact)] == ["Kofi"]


@pytest.mark.parametrize(
    ("what", "ends"),
    [("offered_at", False), ("declined_by_child", False), ("not_held_and_why", False), ("ended", True)],
)
def test_only_the_interview_itself_ends_its_clock(worker, what, ends):
    contact = ContactFactory(hub=worker.hub, categories=["missing"], people=[AMA])
    say(worker, contact, code_of(worker, contact, fixed.INTERVIEW, fixed.STARTED))
    say(worker, contact, code_of(worker, contact, fixed.INTERVIEW, what), MONDAY_9AM + 2 * HOUR, "Why.")
    clock = clocks(worker, contact)["Return interview with BOATENG, Ama"]
    assert (clock.ended_at is not None) is ends
    with signed_in_as(worker):
        listed = bool(fixed.running(worker, NOON))
    assert listed is (what in {"offered_at", "declined_by_child"})


def test_what_cannot_be_is_refused(worker):
    contact = ContactFactory(hub=worker.hub, categories=["missing"], people=[AMA])
    held = code_of(worker, contact, fixed.INTERVIEW, fixed.ENDED)
    found = code_of(worker, contact, fixed.INTERVIEW, fixed.STARTED)
    with pytest.raises(actions.NotAFact, match="first when the child was found"):
        say(worker, contact, held)
    with pytest.raises(actions.NotAFact, match="later than now"):
        say(worker, contact, found, NOON + HOUR)
    say(worker, contact, found)
    with pytest.raises(actions.NotAFact, match="Say why"):
        say(worker, contact, code_of(worker, contact, fixed.INTERVIEW, fixed.NOT_HELD))
    with pytest.raises(actions.NotAFact):
        say(worker, ContactFactory(hub=worker.hub), found)
    with pytest.raises(PermissionDenied):
        say(StaffFactory(hub=worker.hub, manager=True), contact, held)


def test_a_social_worker_s_answer_ends_the_clock_on_the_response_and_going_back_does_not(worker):
    contact = ContactFactory(hub=worker.hub, received_at=NOON)
    screener = StaffFactory(hub=worker.hub, screener=True)
    ReturnedFactory(contact=contact)
    RouteFactory(contact=contact, by=screener, at=NOON + HOUR)
    label = "A social worker says what response is needed"
    clock = clocks(worker, contact)[label]
    assert (clock.ended_at, clock.due_at) == (None, NOON + timedelta(days=1))
    RouteFactory(contact=contact, by=worker, at=NOON + 2 * HOUR)
    assert clocks(worker, contact)[label].ended_at == NOON + 2 * HOUR
    for other in ({"type": "information_only"}, {"subject": "adult"}):
        assert label not in clocks(worker, ContactFactory(hub=worker.hub, **other))


def test_a_decision_ends_the_clock_on_the_response(worker):
    contact = ContactFactory(hub=worker.hub)
    DecisionFactory(contact=contact, made_at=MONDAY_9AM + HOUR)
    label = "A social worker says what response is needed"
    assert clocks(worker, contact)[label].ended_at == MONDAY_9AM + HOUR


def test_a_strategy_discussion_is_held_within_a_day_of_the_decision_to_hold_one(worker):
    contact = ContactFactory(hub=worker.hub)
    decision = DecisionFactory(contact=contact, made_at=MONDAY_9AM + HOUR)
    OutcomeFactory(decision=decision, about=who(contact, "p1"), outcome="strategy_discussion")
    clock = clocks(worker, contact)["Strategy discussion held"]
    assert (clock.due_at, clock.ended_at) == (MONDAY_9AM + 25 * HOUR, None)
    StrategyFactory(contact=contact, held_at=MONDAY_9AM + 2 * HOUR)
    assert clocks(worker, contact)["Strategy discussion held"].ended_at == MONDAY_9AM + 2 * HOUR


def test_set_up_says_which_clocks_of_law_nothing_runs(worker):
    manager = StaffFactory(hub=worker.hub, manager=True)
    page = browser(manager).get(reverse("setup:clocks")).content.decode()
    idle = {name for name in content.fixed_clocks() if name not in fixed.RUN}
    assert idle == {"assessment", "initial_conference"}
    assert page.count("not yet in use") == len(idle)


def test_the_page_takes_a_fact_and_lists_what_runs(worker):
    contact = ContactFactory(hub=worker.hub, categories=["missing"], people=[AMA], received_at=timezone.now())
    client, page = browser(worker), reverse("triage:clocks", args=[contact.pk])
    assert "Its 72 hours begin when" in client.get(page).content.decode()
    assert page in client.get(reverse("triage:page", args=[contact.pk])).content.decode()
    found = timezone.localtime() - timedelta(minutes=5)
    form = {
        "key": str(uuid.uuid4()),
        "code": code_of(worker, contact, fixed.INTERVIEW, fixed.STARTED),
        "on-day": found.day,
        "on-month": found.month,
        "on-year": found.year,
        "clock": f"{found:%H:%M}",
    }
    for _ in range(2):
        assert client.post(page, form).status_code == 302
    assert ClockFact.objects.using("builder").count() == 1
    assert "Return interview with BOATENG, Ama" in client.get("/triage/clocks/").content.decode()
    other = browser(StaffFactory(social_worker=True)).get("/triage/clocks/").content.decode()
    assert contact.reference not in other


@pytest.mark.parametrize(
    ("same_hub", "duties", "barred", "sees"),
    [
        (True, ["screen"], False, True),
        (True, ["screen"], True, False),
        (True, ["answer"], False, False),
        (False, ["screen"], False, False),
    ],
)
def test_who_reads_the_facts_of_a_clock(worker, same_hub, duties, barred, sees):
    contact = ContactFactory(hub=worker.hub, categories=["adult_in_trusted_role"])
    say(worker, contact, code_of(worker, contact, fixed.OFFICER, fixed.ENDED))
    reader = StaffFactory(hub=worker.hub if same_hub else HubFactory(), duties=duties)
    if barred:
        AccessFactory(staff=reader, contact_id=contact.pk, bars=True, why="her nephew")
    with signed_in_as(reader):
        assert ClockFact.objects.exists() is sees


def test_the_page_offers_nothing_to_record_where_no_clock_waits_for_a_fact(worker):
    contact = ContactFactory(hub=worker.hub, categories=["neglect"])
    page = browser(worker).get(reverse("triage:clocks", args=[contact.pk]))
    assert "Clocks of law" in page.text
    assert "Record what happened" not in page.text
