"""Which contacts tell of one event, and which repeats fire, on the made-up referrals."""

import json
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from mash.triage import actions, queries, repeats, same_event
from mash.triage.content import repeat_rules
from tests.factories.base import signed_in_as
from tests.factories.contact import ContactFactory, SettlementFactory
from tests.factories.partnership import MONDAY_9AM, HubFactory, StaffFactory
from tests.factories.triage import KnownFactory, RatingFactory, taken_in, who

pytestmark = pytest.mark.usefixtures("transactional_db")
DATA = Path(__file__).parent.parent / "data"
KEY = yaml.safe_load((DATA / "referrals.expected.yaml").read_text())
MESSAGES = {
    one["reference"]: one for one in map(json.loads, (DATA / "referrals.jsonl").read_text().splitlines())
}


@pytest.fixture
def worker():
    return StaffFactory(social_worker=True)


def taken(worker, references):
    return {name: taken_in(MESSAGES[name], hub=worker.hub) for name in references}


def settle(contacts, worker):
    """Settle everybody as the key says they are."""
    for person in KEY["same_person"]:
        mentions = [mention.split("#") for mention in person["mentions"]]
        known = [(contacts[name], ref) for name, ref in mentions if name in contacts]
        if known:
            row = KnownFactory(hub=worker.hub, given=person["who"], family="")
            for contact, ref in known:
                SettlementFactory(contact_person=who(contact, ref), answer="known", person=row)


def suggested(worker, contact):
    with signed_in_as(worker):
        return {one.report.contact_id: one.why for one in queries.same_event_as(contact)}


def a_report(reference):
    return same_event.Report(
        contact_id=uuid.uuid4(), reference=reference, received_at=MONDAY_9AM, event_at=None, event_reference="LOG-7",
        postcodes=frozenset(), places=(), names=frozenset(), people=frozenset(), categories=frozenset(),
    )  # fmt: skip


def test_what_came_at_one_moment_stands_in_one_order_however_it_is_read():
    this, *others = [a_report(reference) for reference in ("NF-A", "NF-B", "NF-C", "NF-D")]
    for read in (others, others[::-1]):
        found = same_event.suggest(this, read)
        assert [one.report.reference for one in found] == ["NF-B", "NF-C", "NF-D"]


@pytest.mark.parametrize("event", KEY["same_event"], ids=[event["event"] for event in KEY["same_event"]])
def test_each_report_of_an_event_leads_to_the_others(worker, event):
    contacts = taken(worker, event["referrals"])
    seen, waiting = set(), [next(iter(contacts.values())).pk]
    by_key = {contact.pk: contact for contact in contacts.values()}
    while waiting:
        key = waiting.pop()
        if key not in seen:
            seen.add(key)
            waiting += suggested(worker, by_key[key])
    assert seen == set(by_key)


def test_every_report_is_suggested_to_few_others(worker):
    """Of all the made-up referrals: the events of the key, and one family told of twice in three days."""
    contacts = taken(worker, list(MESSAGES))
    together = {name: event["event"] for event in KEY["same_event"] for name in event["referrals"]}
    names = {contact.pk: name for name, contact in contacts.items()}
    pairs = {
        frozenset((name, names[other]))
        for name, contact in contacts.items()
        for other in suggested(worker, contact)
    }
    beside = {
        pair
        for pair in pairs
        if len({together.get(name) for name in pair}) > 1 or not together.get(min(pair))
    }
    assert beside == {frozenset({"NF26-A05", "NF26-A06"}), frozenset({"NF26-A39", "NF26-A40"})}


def test_a_suggestion_says_why(worker):
    contacts = taken(worker, ["NF26-A01", "NF26-A04"])
    why = suggested(worker, contacts["NF26-A01"])[contacts["NF26-A04"].pk]
    assert why == ("Cobbold Street at about the same time (Sun 1 Nov 10:40pm and Sun 1 Nov 10:30pm).",)


def test_reports_of_another_hub_are_never_suggested(worker):
    here = taken(worker, ["NF26-A01"])["NF26-A01"]
    taken_in(MESSAGES["NF26-A03"], hub=HubFactory())
    assert suggested(worker, here) == {}


def test_two_reports_that_a_worker_called_different_are_not_suggested_again(worker):
    one, two = taken(worker, ["NF26-A01", "NF26-A03"]).values()
    with signed_in_as(worker):
        actions.not_one_event(contact=one, other=two, by=worker, at=MONDAY_9AM)
    assert suggested(worker, one) == suggested(worker, two) == {}


# Repeats


def fired(worker, contact):
    with signed_in_as(worker):
        return {one.rule.id: one for one in queries.repeats_of(queries.find(worker, contact.pk))}


def family(worker, name):
    expected = next(one for one in KEY["repeats"] if one["family"] == name)
    contacts = taken(worker, expected["referrals"])
    settle(contacts, worker)
    return expected, [contacts[name] for name in expected["referrals"]]


def test_the_third_low_notice_in_ninety_days_asks_for_a_look(worker):
    expected, contacts = family(worker, "osei")
    found = fired(worker, contacts[-1])["three_low_in_90_days"]
    assert (found.by_event_date, found.by_receipt) == (expected["by_event_date"], expected["by_receipt"])
    assert {one.contact_id for one in found.told} == {contact.pk for contact in contacts}
    assert "three_low_in_90_days" not in fired(worker, contacts[0])
    assert "three_low_in_90_days" not in fired(worker, contacts[1])


def test_a_rating_above_green_is_not_counted_as_low(worker):
    _, contacts = family(worker, "osei")
    RatingFactory(contact=contacts[1], colour="amber")
    assert "three_low_in_90_days" not in fired(worker, contacts[-1])


def test_an_interview_about_an_episode_is_no_third_episode(worker):
    expected, contacts = family(worker, "jones")
    found = fired(worker, contacts[-1])["missing_again"]
    assert (found.by_event_date, found.by_receipt) == (expected["by_event_date"], expected["by_receipt"])


def test_a_retold_event_is_counted_once(worker):
    _, contacts = family(worker, "jones")
    with signed_in_as(worker):
        actions.link_event(
            contact=contacts[1], other=contacts[2], why="The interview is about it", by=worker, at=MONDAY_9AM
        )
    found = fired(worker, contacts[-1])["missing_again"]
    assert (found.by_event_date, found.by_receipt) == (2, 2)


def test_nobody_s_repeats_are_counted_before_they_are_settled(worker):
    contacts = taken(worker, ["NF26-A08", "NF26-A09", "NF26-A10"])
    assert fired(worker, contacts["NF26-A10"]) == {}


def told(days, colour="green", reference="", event=True):
    contact = ContactFactory.build()
    at = MONDAY_9AM - timedelta(days=days)
    return repeats.Told(
        contact_id=contact.pk, reference=contact.reference, received_at=at, event_at=at if event else None,
        event_reference=reference, place="", episode=None, colour=colour, rated=True, categories=("neglect",),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("before", "fires"),
    [
        ([told(40), told(89)], True),
        ([told(40), told(91)], False),
        ([told(40), told(50, "amber")], False),
        ([told(40, reference="CAD 1"), told(40, reference="cad 1")], False),
        ([told(40), told(50, "blue", event=False)], True),
    ],
)
def test_three_low_in_ninety_days(before, fires):
    rules = {"three_low_in_90_days": repeat_rules()["three_low_in_90_days"]}
    assert bool(repeats.fired(rules, told(0), before)) is fires
