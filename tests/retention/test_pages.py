"""The pages on which records are reviewed and holds are kept; and that nothing leads to what is gone."""

import html
import re
import uuid
from datetime import date

import pytest
from django.urls import reverse

from mash.ledger.models import Entry
from mash.people.models import Person
from mash.retention.actions.disposing import dispose
from mash.retention.actions.looking import look_over
from mash.retention.models import Disposed, Hold, Placed, Proposal, Standing
from mash.subject_access.models import Handling, Request, Step
from tests.factories.base import browser, in_service
from tests.factories.partnership import MONDAY_9AM, AccessFactory, StaffFactory
from tests.factories.people import HouseholdFactory, PersonFactory, ResidentFactory, a_known_person
from tests.factories.retention import HoldFactory, StandingFactory, WordFactory, a_family

pytestmark = pytest.mark.usefixtures("transactional_db")
LISTS = ("due", "waiting", "agreed", "holds", "register")
NOBODY_UUID = "00000000-0000-4000-8000-000000000001"


def kept(model, **said):
    return model.objects.using("builder").filter(**said)


def said(answer):
    return html.unescape(answer.content.decode())


@pytest.fixture
def due(hub):
    """A child's record that is due, worked out from its contact."""
    child = a_known_person(hub, given="Zebedee", family="Quillfeather", born_on=date(1985, 5, 4))
    mother = PersonFactory(hub=hub, given="Grace", family="Quillfeather", born_on=None)
    a_family(hub, child, mother)
    with in_service("retention"):
        look_over(hub=hub, at=MONDAY_9AM)
    standing = kept(Standing, person=child).get()
    standing._state.db = "default"
    standing.person, standing.hub = child, hub
    return standing


def page(name, *args):
    return reverse(f"retention:{name}", args=args)


def propose(client, due, **changed):
    key = re.search(r'name="key"[^>]*value="([^"]+)', said(client.get(page("record", due.pk))))[1]
    return client.post(
        page("propose", due.pk), {"key": key, "what": "dispose", "why": "Nobody needs it."} | changed
    )


def test_the_list_names_whom_a_manager_may_see_and_the_ledger_has_them(manager, due):
    answer = browser(manager).get(page("due"))
    assert "QUILLFEATHER, Zebedee" in said(answer)
    assert "Grace" not in said(answer)  # only named beside the child
    assert kept(Entry, event="retention.listed").get().detail["records"] == [str(due.person_id)]


def test_a_record_shows_its_class_its_facts_and_who_else_is_named(manager, due):
    answer = said(browser(manager).get(page("record", due.pk)))
    for words in (
        "Contacts that led to nothing further",
        "4 May 2006",
        "Born on 4 May 1985",
        "QUILLFEATHER, Grace",
    ):
        assert words in answer
    assert kept(Entry, event="retention.seen", about=f"people.person:{due.person_id}").exists()


def test_one_proposes_another_agrees_and_at_night_it_goes(manager, other, due):
    first, second = browser(manager), browser(other)
    assert propose(first, due).status_code == 302
    assert "Another person agrees or sends it back" in said(first.get(page("record", due.pk)))
    assert first.post(page("answer", due.pk), {"agreed": "yes"}).status_code == 403
    assert "Zebedee" in said(second.get(page("waiting")))
    assert second.post(page("answer", due.pk), {"agreed": "yes"}).status_code == 302
    assert "Zebedee" in said(first.get(page("agreed")))
    with in_service("disposal"):
        dispose(proposal_id=kept(Proposal).get().pk, at=MONDAY_9AM)
    assert first.get(page("record", due.pk)).status_code == 404
    register = said(first.get(page("register")))
    assert manager.account.name in register
    assert "Zebedee" not in register
    certificate = said(first.get(page("disposed", kept(Disposed).get().pk)))
    assert "Certificate of disposal" in certificate
    assert "Quillfeather" not in certificate


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"what": ""}, "Choose what you propose"),
        ({"why": ""}, "Enter why"),
        ({"what": "keep"}, "Enter the day until which it is kept"),
        (
            {"what": "keep", "keep_until-day": "1", "keep_until-month": "2", "keep_until-year": "2020"},
            "must be after today",
        ),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_proposed(manager, due, changed, words):
    answer = propose(browser(manager), due, **changed)
    assert answer.status_code == 200
    assert words in said(answer)
    assert "There is a problem" in said(answer)
    assert not kept(Proposal).exists()


def test_sent_back_needs_a_reason_and_it_is_due_again(manager, other, due):
    propose(browser(manager), due)
    client = browser(other)
    assert "Enter why you do not agree" in said(client.post(page("answer", due.pk), {"agreed": "no"}))
    client.post(page("answer", due.pk), {"agreed": "no", "why": "The family asked for it."})
    assert "The family asked for it." in said(client.get(page("record", due.pk)))
    assert "Zebedee" in said(client.get(page("due")))
    assert client.post(page("answer", due.pk), {"agreed": "yes"}).status_code == 404


def test_it_is_stopped_before_it_is_carried_out(manager, other, due):
    propose(browser(manager), due)
    client = browser(other)
    assert "Enter why it is stopped" in said(client.post(page("take_back", due.pk), {"why": ""}))
    assert client.post(page("take_back", due.pk), {"why": "Not yet."}).status_code == 302
    assert kept(Proposal).get().ended_why == "Not yet."


def test_under_a_hold_disposing_is_not_offered_and_the_page_says_which(manager, due):
    HoldFactory(hub=due.hub, by=manager, person=due.person)
    client = browser(manager)
    answer = said(client.get(page("record", due.pk)))
    assert "A hold stands" in answer
    assert 'value="dispose"' not in answer
    assert propose(client, due).status_code == 200


def test_a_record_is_put_into_another_class(manager, due):
    client = browser(manager)
    assert "Choose a class" in said(client.post(page("place", due.pk), {"period": "", "why": "x"}))
    sent = {"period": "looked_after", "why": "In care in another county."}
    assert client.post(page("place", due.pk), sent).status_code == 302
    assert kept(Placed).get().period == "looked_after"
    assert "Children looked after" in said(client.get(page("record", due.pk)))


def a_hold(**changed):
    return {
        "key": NOBODY_UUID, "covers": "person", "ground": "inquiry", "why": "The inquiry asks for it.",
        "ordered_by": "Head of legal", "reference": "INQ-4", "from_on-day": "1", "from_on-month": "11",
        "from_on-year": "2026",
    } | changed  # fmt: skip


def test_a_hold_is_placed_looked_at_and_lifted_by_two_people(manager, other, due):
    home = HouseholdFactory(hub=due.hub, label="Ferry Lane")
    ResidentFactory(hub=due.hub, person=due.person, household=home)
    first, second = browser(manager), browser(other)
    assert "Ferry Lane" in said(first.get(page("hold_person", due.person_id)))
    assert "Enter who ordered it" in said(
        first.post(page("hold_person", due.person_id), a_hold(ordered_by=""))
    )
    assert first.post(page("hold_person", due.person_id), a_hold(covers=str(home.pk))).status_code == 302
    hold = kept(Hold).get()
    assert hold.household_id == home.pk
    assert "Ferry Lane" in said(second.get(page("holds")))
    assert first.post(page("still_needed", hold.pk), {"why": "It goes on."}).status_code == 302
    assert first.post(page("propose_lifting", hold.pk), {"why": "It is over."}).status_code == 302
    assert first.post(page("answer_lifting", hold.pk), {"agreed": "yes"}).status_code == 403
    assert second.post(page("answer_lifting", hold.pk), {"agreed": "yes"}).status_code == 302
    answer = said(first.get(page("hold", hold.pk)))
    assert "Ended" in answer
    assert "It goes on." in answer


def test_a_hold_covers_a_class_or_everything(manager):
    client = browser(manager)
    for covers, period in (("looked_after", "looked_after"), ("everything", "")):
        key = f"00000000-0000-4000-8000-00000000000{len(covers) % 9}"
        assert client.post(page("new_hold"), a_hold(covers=covers, key=key)).status_code == 302
        assert kept(Hold, person=None, period=period).exists()
    assert kept(Hold).count() == 2


def test_a_person_s_page_leads_a_manager_to_the_record_and_to_a_hold(hub, manager, due):
    new = PersonFactory(hub=hub)
    client = browser(manager)
    assert page("of_person", due.person_id) in said(client.get(reverse("people:page", args=[due.person_id])))
    assert client.get(page("of_person", due.person_id)).url == page("record", due.pk)
    assert "worked out in the night" in said(client.get(page("of_person", new.pk), follow=True))
    assert client.post(page("hold_person", new.pk), a_hold()).status_code == 302
    assert kept(Hold).get().person_id == new.pk
    screener = browser(StaffFactory(hub=hub, screener=True))
    assert page("of_person", due.person_id) not in said(
        screener.get(reverse("people:page", args=[due.person_id]))
    )
    assert screener.get(page("of_person", due.person_id)).status_code == 403


# Who


@pytest.mark.parametrize("duty", ["screener", "decider", "social_worker"])
def test_nobody_else_sees_any_of_it(hub, due, duty):
    hold = HoldFactory(by__hub=hub)
    client = browser(StaffFactory(hub=hub, **{duty: True}))
    for name in LISTS:
        assert client.get(page(name)).status_code == 403
    for name, key in (("record", due.pk), ("hold", hold.pk), ("disposed", NOBODY_UUID)):
        assert client.get(page(name, key)).status_code == 403


def test_an_auditor_reads_the_register_alone(hub, due):
    auditor = StaffFactory(hub=hub, duties=["audit"])
    client = browser(auditor)
    assert client.get(page("register")).status_code == 200
    assert client.get(page("due")).status_code == 403
    assert client.get(page("record", due.pk)).status_code == 403


def test_another_hub_s_manager_meets_what_never_was(due):
    client = browser(StaffFactory(manager=True))
    absent = client.get(page("record", NOBODY_UUID))
    there = client.get(page("record", due.pk))
    assert (there.status_code, absent.status_code) == (404, 404)
    assert "Zebedee" not in said(client.get(page("due")))


def test_who_is_kept_from_a_person_does_not_see_that_they_are_due(hub, due):
    manager = StaffFactory(hub=hub, manager=True)
    AccessFactory(hub=hub, staff=manager, person_id=due.person_id, contact_id=None, bars=True)
    client = browser(manager)
    assert "Zebedee" not in said(client.get(page("due")))
    assert client.get(page("record", due.pk)).status_code == 404


# Somebody waits for it


def asked(person, by, *steps):
    own = {"hub_id": person.hub_id, "by_id": by.pk, "at": MONDAY_9AM}
    request = Request.objects.using("builder").create(
        key=uuid.uuid4(), reference=f"NFS-{uuid.uuid4().hex[:6]}", person_id=person.pk, asker="self",
        asker_name="Z", reached="By hand", words="All of it", received_on=MONDAY_9AM.date(), **own,
    )  # fmt: skip
    Handling.objects.using("builder").create(request_id=request.pk, number=1, to_id=by.pk, why="So", **own)
    for number, kind in enumerate(steps, 1):
        Step.objects.using("builder").create(
            request_id=request.pk, number=number, kind=kind, words="So.", **own
        )
    return request


def test_whoever_manages_is_told_that_somebody_waits_for_what_is_held_there(hub, manager, other, due):
    client = browser(manager)
    assert "Dispose of it" in said(client.get(page("record", due.pk)))
    by = StaffFactory(hub=hub, decider=True)
    ended, open_ = asked(due.person, by, "withdrawn"), asked(due.person, by, "ready", "back")
    shown = said(client.get(page("record", due.pk)))
    assert f"Request {open_.reference}</a>, received" in shown
    assert reverse("subject_access:request", args=[open_.pk]) in shown
    assert ended.reference not in shown
    assert "Dispose of it" not in shown
    assert propose(client, due).status_code == 200
    assert not kept(Proposal).exists()


def test_a_request_of_somebody_whom_its_contacts_name_holds_it_too_and_other_hubs_say_nothing(
    hub, manager, due
):
    mother = kept(Person, given="Grace").get()
    request = asked(mother, StaffFactory(hub=hub, decider=True))
    assert request.reference in said(browser(manager).get(page("record", due.pk)))
    elsewhere = PersonFactory()
    other_request = asked(elsewhere, StaffFactory(hub=elsewhere.hub, decider=True))
    assert other_request.reference not in said(browser(manager).get(page("record", due.pk)))


def test_what_is_agreed_says_for_whom_it_waits(hub, manager, due):
    WordFactory(proposal__person=due.person, proposal__hub=hub)
    assert "It is disposed of in the coming night" in said(browser(manager).get(page("record", due.pk)))
    asked(due.person, StaffFactory(hub=hub, decider=True))
    assert "It waits until whoever asked is answered" in said(browser(manager).get(page("record", due.pk)))


# Nothing leads there


def comparable(answer, *keys):
    body = said(answer)
    for key in keys:
        body = body.replace(str(key), "KEY")
    return answer.status_code, body.split("csrfmiddlewaretoken")[0]


def test_nothing_leads_to_what_was_disposed_of(hub, due):
    contact = a_family(hub, due.person)
    worker = StaffFactory(hub=hub, decider=True)
    client = browser(worker)
    before = said(client.get(reverse("people:search"), {"q": "Quillfeather"}, follow=True))
    assert "Zebedee" in before
    agreed = WordFactory(proposal__person=due.person, proposal__hub=hub).proposal
    with in_service("disposal"):
        dispose(proposal_id=agreed.pk, at=MONDAY_9AM)
    assert not kept(Person).exists()
    nobody = said(client.get(reverse("people:search"), {"q": "Quillfeather"}))
    never = said(client.get(reverse("people:search"), {"q": "Wobblethwaite"}))
    assert "Zebedee" not in nobody
    assert (
        nobody.replace("Quillfeather", "NAME").split("csrf")[0]
        == never.replace("Wobblethwaite", "NAME").split("csrf")[0]
    )
    for name, key in (("desk:case", contact.pk), ("people:page", due.person_id)):
        gone, absent = client.get(reverse(name, args=[key])), client.get(reverse(name, args=[NOBODY_UUID]))
        assert comparable(gone, key) == comparable(absent, NOBODY_UUID)
        assert gone.status_code == 404
    found, unknown = (
        comparable(client.post(reverse("desk:search"), {"q": said_as}, follow=True), said_as)
        for said_as in (contact.reference, "NF-TEST-999999")
    )
    assert found == unknown


def test_a_list_asks_a_fixed_number_of_questions(manager, django_assert_max_num_queries):
    client = browser(manager)
    StandingFactory(person__hub=manager.hub)
    client.get(page("due"))
    for _ in range(10):
        StandingFactory(person__hub=manager.hub)
    with django_assert_max_num_queries(30):
        client.get(page("due"))
