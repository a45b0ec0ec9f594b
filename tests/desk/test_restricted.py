"""A restricted case: a sensitive category closes it to the desk but for the cleared, the manager and those let in."""

import re
import uuid
from datetime import timedelta

import pytest
from django.db import DatabaseError
from django.urls import reverse

from mash.check.models import Enquiry
from mash.check.policy import contacts_seen_by
from mash.check.policy import may_see as may_see_check
from mash.contact import policy
from mash.contact.models import Contact, Settlement
from mash.decision import queries as decisions
from mash.desk.access.queries import asked_and_kept_from
from mash.ledger.models import Entry
from mash.partnership.actions.restricting import let_in_who_answers
from mash.partnership.models import Access, Duty, Email, Restriction
from mash.triage import actions
from mash.triage import queries as triage
from tests.decision.story import decide
from tests.factories.base import browser, in_service, signed_in_as
from tests.factories.check import EnquiryFactory
from tests.factories.contact import ContactFactory, SettlementFactory
from tests.factories.decision import agreed, ready
from tests.factories.partnership import MONDAY_9AM, AccessFactory, AgencyFactory, HubFactory, StaffFactory
from tests.factories.people import PersonFactory
from tests.factories.triage import HoldFactory, OwnerFactory, RatingFactory, who

pytestmark = pytest.mark.usefixtures("transactional_db")
SENSITIVE = "child_sexual_exploitation"
LABEL = "Child sexual exploitation"


@pytest.fixture
def contact():
    return ContactFactory(reference="NF-7K3M-2Q9")


@pytest.fixture
def setter(contact):
    return StaffFactory(hub=contact.hub, social_worker=True)


def reads_as(by, contact, *categories):
    with signed_in_as(by):
        found = triage.find(by, contact.pk)
        actions.read_as(
            contact=found,
            categories=categories or [SENSITIVE],
            level=None,
            by=by,
            at=MONDAY_9AM,
            key=uuid.uuid4(),
        )


def kept(model, **filters):
    return list(model.objects.using("builder").filter(**filters))


def sees(staff, contact):
    """Tell what the rule, its filter, the check's rule and filter, row-level security and the page each say."""
    with signed_in_as(staff):
        fresh = Contact(pk=contact.pk, hub_id=contact.hub_id)
        voices = [
            bool(policy.may_read(staff, fresh)),
            Contact.objects.filter(policy.readable_by(staff), pk=contact.pk).exists(),
            bool(may_see_check(staff, fresh)),
            Contact.objects.filter(contacts_seen_by(staff), pk=contact.pk).exists(),
            Contact.objects.filter(pk=contact.pk).exists(),
        ]
    voices.append(browser(staff).get(reverse("triage:page", args=[contact.pk])).status_code == 200)
    assert len(set(voices)) == 1, voices
    return voices[0]


@pytest.mark.parametrize(
    ("who_looks", "before", "after"),
    [
        ("who said so", True, True),
        ("who holds it", True, True),
        ("who owns it", True, True),
        ("colleague", True, False),
        ("decision maker", True, False),
        ("second person", True, False),
        ("cleared", True, True),
        ("manager", True, True),
        ("night", True, True),
        ("another post of who said so", True, False),
        ("let in by name", True, True),
        ("kept out, and cleared", False, False),
        ("same agency in another hub", False, False),
        ("their other post in another hub", False, False),
        ("stranger", False, False),
    ],
)
def test_who_sees_a_restricted_case(contact, setter, who_looks, before, after):
    hub = contact.hub
    colleague = StaffFactory(hub=hub, social_worker=True)
    people = {
        "who said so": setter,
        "who holds it": colleague,
        "who owns it": colleague,
        "colleague": colleague,
        "decision maker": StaffFactory(hub=hub, decider=True),
        "second person": StaffFactory(hub=hub, second_person=True),
        "cleared": StaffFactory(hub=hub, cleared=True),
        "manager": StaffFactory(hub=hub, manager=True),
        "night": StaffFactory(hub=hub, duties=[Duty.OUT_OF_HOURS]),
        "another post of who said so": StaffFactory(hub=hub, screener=True, account=setter.account),
        "let in by name": StaffFactory(hub=hub, screener=True),
        "kept out, and cleared": StaffFactory(hub=hub, cleared=True),
        "same agency in another hub": StaffFactory(agency=setter.agency, whole_desk=True),
        "their other post in another hub": StaffFactory(whole_desk=True, account=setter.account),
        "stranger": StaffFactory(hub=HubFactory()),
    }
    if who_looks == "who holds it":
        HoldFactory(contact=contact, staff=colleague, until=MONDAY_9AM.replace(year=2030))
    if who_looks == "who owns it":
        OwnerFactory(contact=contact, by=colleague)
    if who_looks == "kept out, and cleared":
        AccessFactory(staff=people[who_looks], contact_id=contact.pk, bars=True)
    assert sees(people[who_looks], contact) is before
    reads_as(setter, contact)
    if who_looks == "let in by name":
        assert not sees(people[who_looks], contact)
        AccessFactory(staff=people[who_looks], contact_id=contact.pk)
    assert sees(people[who_looks], contact) is after


def test_a_senders_category_and_one_that_is_not_sensitive_restrict_nobody(setter):
    contact = ContactFactory(hub=setter.hub, categories=[SENSITIVE])
    colleague = StaffFactory(hub=setter.hub, screener=True)
    reads_as(setter, contact, "neglect")
    assert sees(colleague, contact)
    assert not kept(Restriction)


def test_for_others_it_is_as_if_it_had_never_come(contact, setter):
    """The pages of a colleague, with the case and its trail restricted, and with neither there at all."""
    child = PersonFactory(hub=contact.hub)
    other = ContactFactory(hub=contact.hub, reference="NF-OTHER-1")
    SettlementFactory(contact_person=who(other, "p1"), answer="known", person=child)
    RatingFactory(contact=other)
    colleague = StaffFactory(hub=contact.hub, social_worker=True)
    Contact.objects.using("builder").filter(pk=contact.pk).update(hub=HubFactory())  # not here yet
    without = pages_of(colleague, other, child)
    Contact.objects.using("builder").filter(pk=contact.pk).update(hub=contact.hub)
    SettlementFactory(contact_person=who(contact, "p1"), answer="known", person=child)
    assert pages_of(colleague, other, child) != without
    reads_as(setter, contact)
    assert pages_of(colleague, other, child) == without


def pages_of(staff, other, child):
    """Return what somebody reads on the list, in a search, on the record and about the other contact."""
    client = browser(staff)
    found = [client.post(reverse("desk:search"), {"q": "NF-7K3M-2Q9"}, follow=True)]
    found += [
        client.get(reverse(name, args=args))
        for name, args in (
            ("desk:worklist", []),
            ("people:page", [child.pk]),
            ("desk:case", [other.pk]),
            ("triage:page", [other.pk]),
            ("triage:event", [other.pk]),
            ("check:chronology", [other.pk]),
            ("decision:decide", [other.pk]),
        )
    ]
    tokens = r'name="(?:csrfmiddlewaretoken|kept_for|key|opened|[\w-]*-key|[\w-]*search)" value="[^"]*"'
    return [re.sub(tokens, "", one.content.decode()) for one in found]


def test_what_a_cleared_decider_knew_of_it_does_not_stand_on_the_page_of_another_decision(contact, setter):
    again, child = ready(hub=contact.hub), PersonFactory(hub=contact.hub)
    Settlement.objects.using("builder").filter(contact_person=who(again, "p1")).update(person=child)
    SettlementFactory(contact_person=who(contact, "p1"), answer="known", person=child)
    Contact.objects.using("builder").filter(pk=again.pk).update(received_at=MONDAY_9AM + timedelta(days=9))
    reads_as(setter, contact)
    decider = StaffFactory(hub=contact.hub, whole_desk=True, duties=[Duty.DECIDE, Duty.ASSESS, Duty.CLEAR])
    agreed(again)
    decision = decide(again, decider, "no_further_action", at=MONDAY_9AM + timedelta(days=9))
    page = reverse("decision:page", args=[decision.pk])
    for somebody, reads in ((decider, True), (StaffFactory(hub=contact.hub, social_worker=True), False)):
        words = browser(somebody).get(page).content.decode()
        assert ("NF-7K3M-2Q9" in words, "Before this, OKAFOR, Daniel: 1 earlier" in words) == (reads, reads)
        assert ("Referral again within 12 months" in words) is reads
    second = StaffFactory(hub=contact.hub, second_person=True)
    with signed_in_as(second):  # nothing is new, and it is not said that anything was
        assert not decisions.something_is_new(decision, second, MONDAY_9AM + timedelta(days=9))


def test_the_list_marks_it_for_whoever_sees_it_and_the_manager_counts_and_narrows_to_it(contact, setter):
    other = ContactFactory(hub=contact.hub, reference="NF-OTHER-1")
    manager, cleared = (
        StaffFactory(hub=contact.hub, manager=True),
        StaffFactory(hub=contact.hub, cleared=True),
    )
    colleague = StaffFactory(hub=contact.hub, screener=True)
    assert list_of(manager)[1:] == (["NF-7K3M-2Q9", "NF-OTHER-1"], [], 0)
    reads_as(setter, contact)
    for who_looks, counted in ((manager, 1), (cleared, 1), (setter, None)):
        assert list_of(who_looks)[1:] == (["NF-7K3M-2Q9", "NF-OTHER-1"], ["NF-7K3M-2Q9"], counted)
        assert list_of(who_looks, "?restricted=on")[1:] == (["NF-7K3M-2Q9"], ["NF-7K3M-2Q9"], counted)
    assert list_of(colleague)[1:] == (["NF-OTHER-1"], [], None)
    assert list_of(colleague, "?restricted=on")[1:] == ([], [], None)
    reads_as(setter, other)
    assert list_of(manager)[3] == 2
    Restriction.objects.using("builder").filter(contact_id=other.pk).update(
        until_at=MONDAY_9AM, lifted_by=manager, lifted_why="It was another matter"
    )
    assert list_of(manager)[2:] == (["NF-7K3M-2Q9"], 1)


def list_of(staff, query=""):
    """Return the page, the references on the list, those marked as restricted, and the count; None without one."""
    page = browser(staff).get(reverse("desk:worklist") + query).content.decode()
    rows = [row for row in re.findall(r"<tr.*?</tr>", page, re.DOTALL) if "NF-" in row]
    named = [re.search(r"NF-[\w-]+", row)[0] for row in rows]
    marked = [name for name, row in zip(named, rows, strict=True) if ">Restricted<" in row]
    counted = re.search(r'card" href="\?restricted=on">.*?(\d+)', page, re.DOTALL)
    return page, sorted(named), marked, int(counted[1]) if counted else None


def test_saying_so_while_screening_restricts_at_once_and_throws_nobody_out(contact, setter):
    manager = StaffFactory(hub=contact.hub, manager=True)
    client, path = browser(setter), reverse("triage:page", args=[contact.pk])
    said = {
        "colour": "amber",
        "why": "Gifts and a new phone.",
        "category": SENSITIVE,
        "route": "check",
        "route_why": "We need the whole picture.",
        "key": str(uuid.uuid4()),
    }
    shown = client.post(path, said).content.decode()
    assert "This restricts the case" in shown
    assert LABEL in shown
    assert not kept(Restriction)
    answer = client.post(path, said | {"step": "save"})
    assert client.get(answer.headers["Location"]).status_code == 200
    (row,) = kept(Restriction)
    assert (row.contact_id, row.why, row.by_id) == (contact.pk, LABEL, setter.pk)
    assert [one.staff_id for one in kept(Access)] == [setter.pk]
    assert {one.event for one in kept(Entry)} >= {"case.restricted", "worker.let_in"}
    (mail,) = kept(Email, to=manager.account.email, subject__startswith="A case")
    assert (mail.subject, LABEL in mail.body) == ("A case is restricted: NF-7K3M-2Q9", False)
    assert "Restricted" in client.get(path).content.decode()
    again = client.post(path, {"category": SENSITIVE, "key": uuid.uuid4()})
    assert "This restricts the case" not in again.content.decode()


def test_the_manager_lets_in_ends_and_lifts_and_nobody_else_does(contact, setter):
    reads_as(setter, contact)
    manager = StaffFactory(hub=contact.hub, manager=True)
    colleague = StaffFactory(hub=contact.hub, screener=True)
    where = reverse("desk:access", args=[contact.pk])
    assert browser(setter).get(where).status_code == 403
    client = browser(manager)
    page = client.get(where).content.decode()
    assert f"{LABEL}. Said by {setter.account.name}" in page
    assert "At work on it when it was restricted" in page
    into = {"do": "let_in", "in-who": str(colleague.pk), "in-why": "Takes over"}
    into |= {"in-last-day": "1", "in-last-month": "6", "in-last-year": "2027"}
    assert client.post(where, into).status_code == 302
    assert sees(colleague, contact)
    (own,) = kept(Access, staff=setter)
    client.post(reverse("desk:end_access", args=[contact.pk]), {"which": str(own.pk), "why": "Off the case"})
    assert not sees(setter, contact)

    empty = client.post(where, {"do": "lift", "lift-why": " "}).content.decode()
    assert "Enter why the whole desk may see it again" in empty
    assert client.post(where, {"do": "lift", "lift-why": "It was another matter"}).status_code == 302
    assert sees(setter, contact)
    (row,) = kept(Restriction)
    assert (row.lifted_by_id, row.lifted_why) == (manager.pk, "It was another matter")
    assert [one.why for one in kept(Entry, event="restriction.lifted")] == ["It was another matter"]


def test_the_database_holds_it_whoever_asks(contact, setter):
    reads_as(setter, contact)
    colleague = StaffFactory(hub=contact.hub, decider=True)
    with signed_in_as(colleague):
        assert not Restriction.objects.exists()
        assert not Access.objects.filter(contact_id=contact.pk).exists()
        assert not Restriction.objects.update(until_at=MONDAY_9AM, lifted_by=colleague, lifted_why="Mine")
    with signed_in_as(setter):
        assert not Restriction.objects.update(until_at=MONDAY_9AM, lifted_by=setter, lifted_why="Mine")
    with pytest.raises(DatabaseError, match="permission denied"), signed_in_as(setter):
        Restriction.objects.update(why="Nothing")
    grant = Access(
        hub=contact.hub, staff=colleague, contact_id=contact.pk, why="Me", from_at=MONDAY_9AM, by=colleague
    )
    with pytest.raises(DatabaseError, match="row-level security"), signed_in_as(colleague):
        Access.objects.bulk_create([grant])
    with in_service("intake"):
        assert Contact.objects.filter(pk=contact.pk).exists()
    assert not sees(colleague, contact)


def test_every_report_of_the_event_is_restricted_with_it(contact, setter):
    second, third = (ContactFactory(hub=contact.hub) for _ in range(2))
    colleague = StaffFactory(hub=contact.hub, screener=True)
    with signed_in_as(setter):
        both = [triage.find(setter, one.pk) for one in (contact, second)]
        actions.link_event(contact=both[0], other=both[1], why="One night", by=setter, at=MONDAY_9AM)
    reads_as(setter, contact)
    assert not sees(colleague, second)
    assert sees(colleague, third)
    with signed_in_as(setter):
        both = [triage.find(setter, one.pk) for one in (third, second)]
        actions.link_event(contact=both[0], other=both[1], why="One night", by=setter, at=MONDAY_9AM)
    assert not sees(colleague, third)
    assert sees(setter, third)


def test_who_answers_for_an_agency_that_is_asked_is_let_in_or_named_to_the_manager():
    enquiry = EnquiryFactory()
    contact = enquiry.check_asked.contact
    setter = StaffFactory(hub=contact.hub, social_worker=True)
    manager = StaffFactory(hub=contact.hub, manager=True)
    asked = enquiry.agency
    early = StaffFactory(hub=contact.hub, agency=asked, duties=[Duty.SCREEN, Duty.ANSWER])
    away = StaffFactory(hub=contact.hub, agency=asked, answerer=True)
    reads_as(setter, contact)
    assert not sees(early, contact)
    with signed_in_as(away):  # what is addressed to an agency is no page of the desk's
        assert Enquiry.objects.filter(pk=enquiry.pk).exists()
    with signed_in_as(manager):
        assert asked_and_kept_from(manager, triage.find(manager, contact.pk)) == [early]
    assert (
        "Asked, and does not see it"
        in browser(manager).get(reverse("desk:access", args=[contact.pk])).content.decode()
    )
    police = AgencyFactory(name="Police")
    late = StaffFactory(hub=contact.hub, agency=police, duties=[Duty.SCREEN, Duty.ANSWER])
    with signed_in_as(setter):
        let_in_who_answers(contact=contact.pk, agency=police, by=setter, at=MONDAY_9AM)
    assert sees(late, contact)
