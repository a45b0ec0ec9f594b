"""Two records of one person, where contacts tell of them: who is kept out, who is told, and the pages."""

from datetime import date

import pytest
from django.core import signing
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from mash.contact import actions, queries
from mash.contact.actions import joining
from mash.contact.jobs import keep_out_everywhere
from mash.contact.models import Answer
from mash.partnership.actions.restricting import restrict
from mash.partnership.models import Access, Email
from mash.people.models import Apart, Joining, Person
from mash.triage import queries as triage
from tests.contact.test_settling import first_of, look, settle
from tests.factories.base import browser, signed_in_as
from tests.factories.contact import ContactFactory
from tests.factories.partnership import MONDAY_9AM, AccessFactory, StaffFactory
from tests.factories.people import InvolvementFactory, NameFactory, a_known_person

pytestmark = pytest.mark.usefixtures("transactional_db")
WHY = "The school confirmed both numbers."
NORA = {"role": "child", "given": "Nora", "family": "Lindqvist", "born_on": "2019-10-31"}


@pytest.fixture
def worker():
    return StaffFactory(screener=True)


@pytest.fixture
def nora(worker):
    return a_known_person(worker.hub, given="Nora", family="Lindqvist", born_on=date(2019, 10, 31))


@pytest.fixture
def norah(worker):
    return a_known_person(worker.hub, given="Norah", family="Lindkvist", born_on=date(2019, 10, 31))


def told_of(worker, person, **child):
    """Return a contact in which this person is settled as the child."""
    contact = ContactFactory(hub=worker.hub, people=[NORA | child])
    who = first_of(contact)
    settle(worker, who, Answer.KNOWN, look(worker, who), person)
    return contact


def join(worker, person, into):
    with signed_in_as(worker):
        return actions.join_records(person=person, into=into, why=WHY, by=worker, at=MONDAY_9AM)


def status(staff, name, key):
    return browser(staff).get(reverse(name, args=[key])).status_code


def compare_at(one, other):
    return reverse("contact:compare_records", args=[one.pk, other.pk])


# Who may see it now


def test_who_is_kept_from_one_record_is_kept_from_both_and_from_every_contact_and_stays_so(
    worker, nora, norah
):
    contact, kept = told_of(worker, nora), StaffFactory(hub=worker.hub, whole_desk=True)
    AccessFactory(staff=kept, person_id=norah.pk, contact_id=None, bars=True)
    assert status(kept, "desk:case", contact.pk) == status(kept, "people:page", nora.pk) == 200
    said = join(worker, norah, nora)
    for one in (nora, norah):
        assert status(kept, "people:page", one.pk) == 404
    assert status(kept, "desk:case", contact.pk) == 404
    assert status(worker, "desk:case", contact.pk) == 200
    browser(worker).post(reverse("contact:separate_records", args=[said.pk]), {"why": "Two children"})
    assert Joining.objects.using("builder").get().undone_at
    assert status(kept, "people:page", nora.pk) == status(kept, "desk:case", contact.pk) == 404
    rows = Access.objects.using("builder").filter(staff=kept, bars=True)
    assert {one.person_id for one in rows} >= {nora.pk, norah.pk}


def test_a_contact_that_the_worker_does_not_see_is_closed_by_a_program(worker, nora, norah):
    """A manager who is kept from one record may see a restricted contact about the other."""
    contact = told_of(worker, nora)
    kept = StaffFactory(hub=worker.hub, manager=True)
    AccessFactory(staff=kept, person_id=norah.pk, contact_id=None, bars=True)
    with signed_in_as(kept):
        restrict(
            contact=contact.pk,
            reference=contact.reference,
            why="Sexual harm",
            let_in=[],
            by=kept,
            at=MONDAY_9AM,
        )
    assert status(worker, "desk:case", contact.pk) == 404
    said = join(worker, norah, nora)
    assert status(kept, "desk:case", contact.pk) == 200
    keep_out_everywhere.task.func(order_of(said))
    assert status(kept, "desk:case", contact.pk) == 404


def order_of(joining):
    """Return the order that stands in the queue for this word."""
    waiting = ProcrastinateJob.objects.using("builder").get(task_name=keep_out_everywhere.task.name)
    order = waiting.args["order"]
    assert signing.loads(order, salt=waiting.task_name) == {
        "actor": ["service", "reminders"],
        "ids": {"joining_id": str(joining.pk)},
    }
    return order


def test_open_work_with_either_record_is_open_work_on_every_contact_and_its_worker_is_told(
    worker, nora, norah
):
    contact = told_of(worker, nora)
    work = InvolvementFactory(person=norah, from_on="2026-01-01")
    with signed_in_as(worker):
        assert triage.open_work(contact, MONDAY_9AM) == []
    join(worker, norah, nora)
    with signed_in_as(worker):
        assert triage.open_work(contact, MONDAY_9AM) == [work]
    told = Email.objects.using("builder").filter(to=work.worker_email)
    assert [contact.reference in one.body + one.subject for one in told] == [True]


def test_contacts_of_either_record_are_earlier_contacts_of_the_other(worker, nora, norah):
    one = told_of(worker, nora)
    other = told_of(worker, norah, given="Norah", family="Lindkvist", born_on="2019-10-31")
    with signed_in_as(worker):
        assert triage.earlier(one) == []
    join(worker, norah, nora)
    with signed_in_as(worker):
        assert triage.earlier(one) == [other]
        assert set(joining.contacts_about({nora.pk, norah.pk})) == {one, other}


def test_a_word_that_somebody_is_not_one_record_holds_for_the_other(worker, nora, norah):
    contact = ContactFactory(hub=worker.hub, people=[NORA])
    who, looked = first_of(contact), None
    looked = look(worker, who)
    assert {one.person_id for one in looked.candidates} >= {nora.pk, norah.pk}
    with signed_in_as(worker):
        said = {"search": looked.token, "why": "", "by": worker, "at": MONDAY_9AM}
        actions.say_not_the_same(contact_person=who, people_ids=[norah.pk], **said)
    join(worker, norah, nora)
    with pytest.raises(actions.SaidNotTheSame):
        settle(worker, who, Answer.KNOWN, look(worker, who), nora)
    page = browser(worker).get(reverse("contact:settle_person", args=[who.pk])).content.decode()
    assert "Said not the same" in page


def test_who_was_settled_on_a_record_that_is_joined_meanwhile_is_who_it_counts_as(worker, nora, norah):
    contact = ContactFactory(hub=worker.hub, people=[NORA])
    who = first_of(contact)
    looked = look(worker, who)
    join(worker, nora, norah)
    settle(worker, who, Answer.KNOWN, looked, nora)
    with signed_in_as(worker):
        assert queries.person_of(who) == norah


# The pages


def test_a_worker_finds_compares_joins_and_separates(worker, nora, norah):
    NameFactory(person=norah, given="Nori")
    client = browser(worker)
    found = client.get(reverse("contact:find_same", args=[nora.pk])).content.decode()
    assert compare_at(nora, norah) in found
    found = client.post(reverse("contact:find_same", args=[nora.pk]), {"q": "Lindkvist"}).content.decode()
    assert compare_at(nora, norah) in found
    page = client.get(compare_at(nora, norah)).content.decode()
    assert "Are these two records one person?" in page
    assert "checked" not in page
    saved = client.post(compare_at(nora, norah), {"answer": "into_this", "why": WHY})
    assert saved.headers["Location"] == reverse("people:page", args=[nora.pk])
    page = client.get(saved.headers["Location"]).content.decode()
    assert "Also recorded as" in page
    assert WHY in page
    joining = Joining.objects.using("builder").get()
    away = client.get(reverse("people:page", args=[norah.pk])).content.decode()
    assert "was found to be the same person" in away
    assert reverse("people:correct", args=[norah.pk]) not in away
    client.post(reverse("contact:separate_records", args=[joining.pk]), {"why": "Two children"})
    assert not Person.objects.using("builder").exclude(merged_into=None).exists()
    again = client.post(reverse("contact:separate_records", args=[joining.pk]), {"why": "Two children"})
    assert again.status_code == 404


def test_the_other_may_be_the_one_that_counts(worker, nora, norah):
    saved = browser(worker).post(compare_at(nora, norah), {"answer": "into_other", "why": WHY})
    assert saved.headers["Location"] == reverse("people:page", args=[norah.pk])
    assert Person.objects.using("builder").get(pk=nora.pk).merged_into_id == norah.pk


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"why": WHY}, "Choose what these two records are"),
        ({"answer": "into_this"}, "Say how you know"),
        ({"answer": "into_this", "why": " "}, "Say how you know"),
        ({"answer": "both", "why": WHY}, "Choose what these two records are"),
    ],
)
def test_half_a_word_joins_nothing_and_keeps_what_was_typed(worker, nora, norah, said, words):
    page = browser(worker).post(compare_at(nora, norah), said).content.decode()
    assert words in page
    assert "There is a problem" in page
    assert said.get("why", "").strip() in page
    assert not Joining.objects.using("builder").exists()


def test_two_that_were_told_apart_are_not_joined_and_the_page_says_who_said_so(worker, nora, norah):
    client = browser(worker)
    client.post(compare_at(nora, norah), {"answer": "apart", "why": "Cousins"})
    page = client.post(compare_at(norah, nora), {"answer": "into_this", "why": WHY}).content.decode()
    assert "Take that back first" in page
    assert "Cousins" in page
    said = Apart.objects.using("builder").get()
    assert "Said not the same" in client.get(reverse("contact:find_same", args=[nora.pk])).content.decode()
    client.post(reverse("contact:undo_apart", args=[said.pk]))
    client.post(compare_at(norah, nora), {"answer": "into_this", "why": WHY})
    assert Joining.objects.using("builder").count() == 1


def test_one_record_is_not_compared_with_itself(worker, nora):
    assert browser(worker).get(compare_at(nora, nora)).status_code == 404


def test_nobody_but_the_desk_by_day_comes_near_it(worker, nora, norah):
    said = join(worker, norah, nora)
    night = StaffFactory(hub=worker.hub, duties=["out_of_hours"])
    for staff, answer in (
        (StaffFactory(whole_desk=True), 404),
        (StaffFactory(hub=worker.hub, answerer=True), 404),
        (night, 403),
    ):
        assert status(staff, "contact:find_same", nora.pk) == answer
        assert (
            browser(staff).post(compare_at(nora, norah), {"answer": "apart", "why": WHY}).status_code
            == answer
        )
        assert status(staff, "contact:separate_records", said.pk) == answer
    assert not Apart.objects.using("builder").exists()
