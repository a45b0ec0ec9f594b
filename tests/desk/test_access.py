"""Who may open a case, on the pages: a conflict closes it at once, and whoever is let in reads what came in."""

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from mash.contact import actions as contacts
from mash.contact import policy
from mash.contact import queries as received
from mash.contact.models import Answer, Contact, Settlement
from mash.ledger.models import Entry
from mash.partnership.models import Access, Email
from mash.triage.models import Hold, Owner
from tests.contact.test_settling import DANIEL, contact_about, first_of, look, on_record, settle
from tests.factories.base import browser, signed_in_as
from tests.factories.contact import ContactFactory, SettlementFactory
from tests.factories.decision import people_of, ready, who_is
from tests.factories.partnership import MONDAY_9AM, AccessFactory, AccountFactory, HubFactory, StaffFactory
from tests.factories.people import AlertFactory, InvolvementFactory, OpenCasesListFactory
from tests.factories.triage import HoldFactory, OwnerFactory

pytestmark = pytest.mark.usefixtures("transactional_db")
LATER = timezone.now() + timedelta(days=30)


def kept(model, **filters):
    return model.objects.using("builder").filter(**filters)


def page(staff, name, key, **typed):
    client, where = browser(staff), reverse(name, args=[key])
    return client.post(where, typed) if typed else client.get(where)


# A conflict of interest


def test_a_worker_says_that_a_case_concerns_them_and_it_is_gone_for_them_alone():
    contact = ready()
    screener = StaffFactory(hub=contact.hub, whole_desk=True)
    manager = StaffFactory(hub=contact.hub, manager=True)
    colleague = StaffFactory(hub=contact.hub, screener=True)
    second = ContactFactory(hub=contact.hub)  # about the same child
    about = people_of(contact)[0]
    SettlementFactory(contact_person=people_of(second)[0], answer="known", person=who_is(about))
    HoldFactory(contact=contact, staff=screener)
    OwnerFactory(contact=contact, by=screener)
    empty = page(screener, "desk:conflict", contact.pk, why=" ").content.decode()
    assert "Enter how this case concerns you or yours" in empty
    assert not kept(Access).exists()
    answer = page(screener, "desk:conflict", contact.pk, why="My niece")
    assert answer.status_code == 302
    for name, key in (
        ("desk:case", contact.pk),
        ("desk:case", second.pk),
        ("triage:page", contact.pk),
        ("decision:decide", contact.pk),
        ("people:page", who_is(about).pk),
        ("desk:conflict", contact.pk),
    ):
        there, absent = page(screener, name, key), page(screener, name, uuid.uuid4())
        assert (there.status_code, absent.status_code) == (404, 404), name
        assert page(colleague, name, key).status_code == 200, name
    with signed_in_as(screener):  # row-level security without the filter
        assert not Contact.objects.filter(pk__in=[contact.pk, second.pk]).exists()
    assert not kept(Hold).exists()
    assert kept(Owner).latest("at").staff_id == manager.pk
    assert {one.to for one in kept(Email, subject__contains=contact.reference)} >= {manager.account.email}
    assert kept(Entry, event="conflict.declared").get().why == "My niece"


def test_a_manager_keeps_a_worker_out_and_lets_them_back_with_a_reason():
    contact = ready()
    manager, screener = (
        StaffFactory(hub=contact.hub, manager=True),
        StaffFactory(hub=contact.hub, screener=True),
    )
    where = {"do": "keep_out", "out-who": str(screener.pk)}
    wrong = page(manager, "desk:access", contact.pk, **where).content.decode()
    assert "Enter why they are kept out" in wrong
    assert "<title>Error: Who may open it" in wrong
    assert page(manager, "desk:access", contact.pk, **where | {"out-why": "Neighbours"}).status_code == 302
    assert page(screener, "desk:case", contact.pk).status_code == 404
    row = kept(Access, staff=screener, contact_id=contact.pk).get()
    shown = page(manager, "desk:access", contact.pk).content.decode()
    assert "Neighbours" in shown
    page(manager, "desk:end_access", contact.pk, which=str(row.pk), why="")
    assert page(screener, "desk:case", contact.pk).status_code == 404
    page(manager, "desk:end_access", contact.pk, which=str(row.pk), why="Another family")
    assert page(screener, "desk:case", contact.pk).status_code == 200
    assert kept(Entry, event="worker.let_back").get().why == "Another family"


def test_only_the_manager_of_the_hub_sees_who_may_open_a_case():
    contact = ready()
    for staff, status in (
        (StaffFactory(hub=contact.hub, manager=True), 200),
        (StaffFactory(hub=contact.hub, decider=True), 403),
        (StaffFactory(hub=contact.hub, answerer=True), 404),
        (StaffFactory(manager=True), 404),
    ):
        assert page(staff, "desk:access", contact.pk).status_code == status


def test_a_contact_settled_on_somebody_a_worker_is_kept_from_closes_to_them():
    by = StaffFactory(screener=True)
    known = on_record(by.hub)
    kept_out = StaffFactory(hub=by.hub, screener=True)
    AccessFactory(staff=kept_out, bars=True, person_id=known.pk)
    contact = contact_about(by, DANIEL)
    assert page(kept_out, "desk:case", contact.pk).status_code == 200  # nobody knows yet who it is about
    who = first_of(contact)
    settle(by, who, Answer.KNOWN, look(by, who), known)
    assert page(kept_out, "desk:case", contact.pk).status_code == 404
    assert page(by, "desk:case", contact.pk).status_code == 200


# Let in by name

READERS = {
    "let in": True,
    "let in and kept out": False,
    "ended": False,
    "not yet": False,
    "let into another": False,
    "colleague": False,
    "other post of the same person": False,
    "other hub": False,
}


def somebody(who, contact):
    hub = HubFactory() if who == "other hub" else contact.hub
    staff = StaffFactory(hub=hub, answerer=True)
    spans = {"ended": {"until_at": MONDAY_9AM}, "not yet": {"from_at": LATER}}
    if who == "colleague":
        AccessFactory(staff=staff, contact_id=contact.pk)
        return StaffFactory(hub=hub, agency=staff.agency, answerer=True)
    if who == "other post of the same person":
        AccessFactory(staff=staff, contact_id=contact.pk)
        return StaffFactory(hub=hub, account=staff.account, answerer=True)
    AccessFactory(
        staff=staff,
        contact_id=ContactFactory(hub=hub).pk if who == "let into another" else contact.pk,
        **spans.get(who, {}),
    )
    if who == "let in and kept out":
        AccessFactory(staff=staff, contact_id=contact.pk, bars=True)
    return staff


@pytest.mark.parametrize("who", READERS)
def test_who_reads_a_contact_as_let_in(who):
    contact = ContactFactory()
    staff = somebody(who, contact)
    reads = READERS[who]
    everything = Contact.objects.using("builder").filter(pk=contact.pk)
    with signed_in_as(staff):
        assert bool(policy.may_read_as_let_in(staff, contact)) is reads
        assert everything.filter(policy.let_in_to(staff)).exists() is reads
        assert (
            Contact.objects.filter(pk=contact.pk).exists() is reads
        )  # row-level security without the filter
    assert page(staff, "desk:passed_contact", contact.pk).status_code == (200 if reads else 404)


def test_a_worker_let_in_reads_what_came_in_and_nothing_else_and_their_reading_is_recorded():
    contact = ready()
    manager, nurse = StaffFactory(hub=contact.hub, manager=True), StaffFactory(hub=contact.hub, answerer=True)
    last = timezone.localdate() + timedelta(days=7)
    said = {"do": "let_in", "in-who": str(nurse.pk), "in-why": "Her health visitor"}
    days = {"in-last-day": str(last.day), "in-last-month": str(last.month), "in-last-year": str(last.year)}
    past = days | {"in-last-year": "2020"}
    assert "Last day must be" in page(manager, "desk:access", contact.pk, **said, **past).content.decode()
    assert page(manager, "desk:access", contact.pk, **said, **days).status_code == 302
    client = browser(nurse)
    assert contact.reference in client.get(reverse("desk:passed")).content.decode()
    shown = client.get(reverse("desk:passed_contact", args=[contact.pk])).content.decode()
    assert contact.message["concern"]["what_happened"][:40] in shown
    assert kept(Entry, event="contact.seen", actor=f"staff:{nurse.pk}").get().detail == {"page": "passed"}
    for name in ("desk:case", "triage:page", "decision:decide", "check:chronology", "contact:settle"):
        assert page(nurse, name, contact.pk).status_code == 404, name
    row = kept(Access, staff=nurse).get()
    page(manager, "desk:end_access", contact.pk, which=str(row.pk), why="No longer hers")
    assert client.get(reverse("desk:passed_contact", args=[contact.pk])).status_code == 404


# A case that is open


@pytest.fixture
def open_case():
    """Return a screener, and a child on record whose case is open with Ada Mensah and her manager Tom Reilly."""
    by = StaffFactory(screener=True)
    known = on_record(by.hub)
    InvolvementFactory(person=known, hub=by.hub)
    return by, known


def settled_as(by, known, role="child"):
    """Settle it now: whoever is let in by it reads it for some weeks, and the pages are opened today."""
    contact = contact_about(by, DANIEL | {"role": role})
    who = first_of(contact)
    return contact, settle(by, who, Answer.KNOWN, look(by, who), known, at=timezone.now())


def test_once_settled_it_goes_at_once_to_the_worker_named_on_the_case_and_the_account_of_that_address_reads_it(
    open_case,
):
    by, known = open_case
    account = AccountFactory(email="Ada.Mensah@northfield.example", name="Ada Mensah")
    ada = StaffFactory(hub=by.hub, account=account, answerer=True)
    elsewhere = StaffFactory(account=account, answerer=True)
    namesake = StaffFactory(hub=by.hub, account=AccountFactory(name="Tom Reilly"), answerer=True)
    contact, _ = settled_as(by, known)
    assert set(kept(Access, bars=False).values_list("staff", flat=True)) == {ada.pk}
    mails = {one.to: one for one in kept(Email, subject__startswith="Reference")}
    assert set(mails) == {"ada.mensah@northfield.example", "tom.reilly@northfield.example"}
    assert mails["ada.mensah@northfield.example"].body == f"Sign in to see reference {contact.reference}."
    assert "Call the hub" in mails["tom.reilly@northfield.example"].body
    for mail in mails.values():
        assert "Okafor" not in mail.subject + mail.body
    assert page(ada, "desk:passed_contact", contact.pk).status_code == 200
    for other in (elsewhere, namesake):
        assert page(other, "desk:passed_contact", contact.pk).status_code == 404
    shown = page(by, "triage:page", contact.pk).content.decode()
    assert "Worker Ada Mensah (Child in need plan): signs in here" in " ".join(shown.split())
    assert "tom.reilly@northfield.example, so they cannot read it here" in " ".join(shown.split())


def test_it_goes_once_and_ends_when_the_settlement_is_taken_back(open_case):
    by, known = open_case
    account = AccountFactory(email="ada.mensah@northfield.example")
    ada = StaffFactory(hub=by.hub, account=account, answerer=True)
    contact, said = settled_as(by, known)
    with signed_in_as(by):
        here = received.find(by, contact.pk)
        assert contacts.tell_allocated(contact=here, people=[known.pk], by=by, at=timezone.now()) == 0
        contacts.undo(settlement=Settlement.objects.get(pk=said.pk), by=by, at=timezone.now())
    assert kept(Email, subject__startswith="Reference").count() == 2
    assert page(ada, "desk:passed_contact", contact.pk).status_code == 404
    assert kept(Entry, event="worker.access_ended").count() == 1


def test_the_case_of_somebody_who_is_not_at_risk_in_it_lets_nobody_in(open_case):
    by, known = open_case
    settled_as(by, known, role="parent_or_carer")
    assert not kept(Email, subject__startswith="Reference").exists()


def test_a_worker_of_the_case_who_is_kept_out_of_it_is_not_let_in(open_case):
    by, known = open_case
    ada = StaffFactory(
        hub=by.hub, account=AccountFactory(email="ada.mensah@northfield.example"), answerer=True
    )
    AccessFactory(staff=ada, bars=True, person_id=known.pk)
    contact, _ = settled_as(by, known)
    assert not kept(Access, bars=False).exists()
    assert page(ada, "desk:passed_contact", contact.pk).status_code == 404


# What must be known, and how old it is


def test_an_alert_shows_on_every_page_of_the_case_until_it_expires_to_whoever_may_see_the_person():
    contact = ready()
    person = who_is(people_of(contact)[0])
    today = timezone.localdate()
    AlertFactory(person=person, words="Two workers at every visit", from_on=today, expires_on=today)
    AlertFactory(
        person=person,
        words="The dog was there",
        from_on=today - timedelta(days=9),
        expires_on=today - timedelta(days=1),
    )
    AlertFactory(
        person=person, words="From next week", from_on=today + timedelta(days=7), expires_on=LATER.date()
    )
    decider = StaffFactory(hub=contact.hub, decider=True)
    kept_from_them = StaffFactory(hub=contact.hub, decider=True)
    AccessFactory(staff=kept_from_them, bars=True, person_id=person.pk)
    for name in ("desk:case", "triage:page", "contact:settle", "decision:decide", "check:chronology"):
        shown = page(decider, name, contact.pk).content.decode()
        assert "Two workers at every visit" in shown, name
        assert "The dog was there" not in shown, name
        assert "From next week" not in shown, name
        assert "Two workers at every visit" not in page(kept_from_them, name, contact.pk).content.decode(), (
            name
        )


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (None, "No list of open cases has ever come"),
        (30, "list of open cases is old"),
        (0, "list of open cases is as at"),
    ],
)
def test_triage_and_decide_warn_of_an_old_list_of_open_cases_as_the_persons_page_does(days, words):
    contact = ready()
    if days is not None:
        OpenCasesListFactory(hub=contact.hub, as_at=timezone.now() - timedelta(days=days))
    decider = StaffFactory(hub=contact.hub, decider=True)
    for name in ("triage:page", "decision:decide", "decision:pass"):
        shown = page(decider, name, contact.pk).content.decode()
        assert words in shown, name
        assert ("govuk-warning-text" in shown) is (days != 0), name


def test_nobody_at_the_desk_lets_themselves_in_through_the_back():
    manager = StaffFactory(manager=True)
    contact = ContactFactory(hub=manager.hub)
    AccessFactory(staff=manager, bars=True, contact_id=contact.pk)
    assert page(manager, "desk:access", contact.pk).status_code == 404
    with signed_in_as(manager), pytest.raises(PermissionDenied):
        from mash.partnership.actions.access import let_back

        let_back(who=manager, contacts=[contact.pk], people=[], why="x", by=manager, at=MONDAY_9AM)
