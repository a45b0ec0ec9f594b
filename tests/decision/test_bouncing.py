"""Going to and fro between tiers: worked out from what was open with one person, and shown with the rule that fired."""

from datetime import date, timedelta

import pytest

from mash.decision import bouncing
from mash.decision.direction import Spell
from mash.decision.queries.bouncing import histories
from mash.triage.reading import Reading
from tests.factories.base import browser, signed_in_as
from tests.factories.contact import ContactFactory, SettlementFactory
from tests.factories.decision import DecisionFactory, InvolvementFactory, OutcomeFactory, SettledPersonFactory
from tests.factories.partnership import MONDAY_9AM, AccessFactory, HubFactory, StaffFactory
from tests.factories.triage import who

TODAY = date(2026, 11, 2)


def ago(days):
    return TODAY - timedelta(days=days)


def spell(tier, begun, ended=None):
    return Spell(tier, ago(begun), None if ended is None else ago(ended))


def names(spells, nothing_more=()):
    return [one.rule.id for one in bouncing.fired(spells, [ago(days) for days in nothing_more], TODAY)]


@pytest.mark.parametrize(
    ("spells", "fires"),
    [
        ([spell(3, 300, 100), spell(2, 100, 40), spell(3, 40)], ["down_then_up"]),
        ([spell(2, 300, 100), spell(3, 100, 40), spell(2, 40)], ["up_then_down"]),
        ([spell(3, 300, 100), spell(3, 60)], ["down_then_up"]),  # closed and back again is a bounce too
        ([spell(3, 400, 200), spell(2, 200, 100), spell(3, 100)], []),  # 100 days later: outside the window
        ([spell(3, 700, 500), spell(2, 500, 450), spell(3, 450)], []),  # turned round more than a year ago
        ([spell(2, 300, 100), spell(3, 100)], []),  # up, and no more
        ([spell(2, 60, 30)], []),  # first help, ended
        ([spell(3, 100)], []),  # first help
        ([spell(3, 300), spell(2, 200, 150)], []),  # lower help beside higher moves nobody
        ([], []),
    ],
)
def test_a_reversal_within_the_window_fires_and_nothing_else_does(spells, fires):
    assert names(spells) == fires


def test_two_reversals_within_a_year_ask_for_more():
    spells = [spell(3, 350, 300), spell(2, 300, 200), spell(3, 200, 150), spell(2, 150)]
    assert names(spells) == ["up_then_down", "two_changes"]
    (_, both) = bouncing.fired(spells, [], TODAY)
    assert both.days == (ago(200), ago(150))


def test_what_is_to_come_moves_nobody():
    assert names([spell(3, 300, 60), spell(2, 60, -10), spell(3, -10)]) == []


@pytest.mark.parametrize(
    ("days", "fires"),
    [((300, 200, 10), ["no_action_three_times"]), ((400, 200, 10), []), ((200, 10), []), ((200, 10, -1), [])],
)
def test_no_further_action_three_times_in_a_year(days, fires):
    assert names([], days) == fires


def test_the_days_it_fired_on_are_told():
    (one,) = bouncing.fired([spell(3, 300, 100), spell(2, 100, 40), spell(3, 40)], [], TODAY)
    assert one.days == (ago(100), ago(40))


@pytest.mark.parametrize(
    ("sent", "back", "fires"),
    [
        (40, 10, True),  # 30 days
        (41, 10, False),
        (10, 10, True),  # on the same day
        (380, 366, False),  # more than a year ago
        (5, -1, False),  # not yet
    ],
)
def test_what_a_service_passed_back_within_thirty_days_is_shown_for_a_year(sent, back, fires):
    found = bouncing.fired([], [], TODAY, passed_back=[(ago(sent), ago(back))])
    assert [(one.rule.id, one.days) for one in found] == [("handed_back", (ago(sent), ago(back)))] * fires


# Read from the rows


@pytest.fixture
def worker(transactional_db):
    return StaffFactory(social_worker=True)


def a_bounced(worker, role="child"):
    """Return a contact about somebody who was stepped down and then up again."""
    contact = ContactFactory(hub=worker.hub, people=[{"role": role, "given": "Ama", "family": "Boateng"}])
    person = SettledPersonFactory(hub=worker.hub)
    SettlementFactory(contact_person=who(contact, "p1"), answer="known", person=person)
    for tier, begun, ended in ((3, 300, 100), (2, 100, 40), (3, 40, None)):
        until = None if ended is None else ago(ended)
        InvolvementFactory(person=person, tier=tier, from_on=ago(begun), until_on=until)
    return contact, person


def fired_on(worker, contact):
    with signed_in_as(worker):
        return [one.rule.id for row in histories([contact.pk]) for one in row.bounced(TODAY)]


def test_it_is_read_from_what_was_open_with_whom_the_contact_is_about(worker):
    contact, _ = a_bounced(worker)
    assert fired_on(worker, contact) == ["down_then_up"]
    other, _ = a_bounced(worker, role="sibling")
    assert fired_on(worker, other) == []


def test_decisions_that_stand_count_and_others_do_not(worker):
    contact, person = a_bounced(worker)
    for stands in (True, True, False, True):
        made = MONDAY_9AM - timedelta(days=5)
        decision = DecisionFactory(
            contact=ContactFactory(hub=worker.hub), made_at=made if stands else None, by=worker
        )
        OutcomeFactory(
            decision=decision,
            about=who(decision.contact, "p1"),
            person=person,
            outcome="no_further_action",
            level=1,
        )
    assert fired_on(worker, contact) == ["down_then_up", "no_action_three_times", "same_worry_returns"]


@pytest.mark.parametrize(
    ("before", "here", "read_as", "days", "fires"),
    [
        ("neglect", "neglect", None, 30, True),
        ("neglect", "neglect", None, 180, True),
        ("neglect", "neglect", None, 181, False),
        ("neglect", "neglect", None, -1, False),  # decided after this one had come
        ("neglect", "missing", None, 30, False),
        ("neglect", "missing", "neglect", 30, True),  # a worker's word counts, not the sender's
        ("neglect", "neglect", "missing", 30, False),
    ],
)
def test_the_same_worry_after_no_further_action(worker, before, here, read_as, days, fires):
    contact = ContactFactory(hub=worker.hub, categories=[here])
    person = SettledPersonFactory(hub=worker.hub)
    SettlementFactory(contact_person=who(contact, "p1"), answer="known", person=person)
    if read_as:
        Reading.objects.using("builder").create(
            hub=worker.hub, contact=contact, categories=[read_as], by=worker, at=MONDAY_9AM
        )
    decision = DecisionFactory(
        contact=ContactFactory(hub=worker.hub, categories=[before]),
        made_at=MONDAY_9AM - timedelta(days=days),
        by=worker,
    )
    OutcomeFactory(
        decision=decision,
        about=who(decision.contact, "p1"),
        person=person,
        outcome="no_further_action",
        level=1,
    )
    assert fired_on(worker, contact) == (["same_worry_returns"] if fires else [])


def test_a_contact_is_not_its_own_return(worker):
    contact = ContactFactory(hub=worker.hub)
    person = SettledPersonFactory(hub=worker.hub)
    SettlementFactory(contact_person=who(contact, "p1"), answer="known", person=person)
    decision = DecisionFactory(contact=contact, by=worker)
    OutcomeFactory(
        decision=decision, about=who(contact, "p1"), person=person, outcome="no_further_action", level=1
    )
    assert fired_on(worker, contact) == []


@pytest.mark.parametrize("who_", ["barred", "elsewhere", "agency"])
def test_nobody_else_learns_of_it(worker, who_):
    contact, _ = a_bounced(worker)
    hub = HubFactory() if who_ == "elsewhere" else worker.hub
    post = StaffFactory(hub=hub, answerer=True) if who_ == "agency" else StaffFactory(hub=hub, screener=True)
    if who_ == "barred":
        AccessFactory(staff=post, contact_id=contact.pk, bars=True, why="Her nephew")
    assert fired_on(post, contact) == []


def test_the_list_and_the_case_say_so_with_the_rule(worker):
    contact, _ = a_bounced(worker)
    client = browser(worker)
    assert "Bouncing: stepped down, then back up" in client.get("/worklist/").content.decode()
    page = client.get(f"/cases/{contact.pk}/").content.decode()
    assert "Was it stepped down too soon" in page
