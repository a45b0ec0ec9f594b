"""The family of a case: what is in the picture and the tables, from whom, and of whom nothing is."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from mash.ledger.models import Entry
from mash.people.actions import relate_people
from tests.factories.base import browser, signed_in_as
from tests.factories.contact import ContactFactory, ContactRelationshipFactory, SettlementFactory
from tests.factories.decision import people_of, settle
from tests.factories.partnership import MONDAY_9AM, AccessFactory, StaffFactory
from tests.factories.people import (
    AddressFactory,
    HouseholdFactory,
    PersonFactory,
    RelationshipFactory,
    ResidentFactory,
)

pytestmark = pytest.mark.usefixtures("transactional_db")


@pytest.fixture
def contact():
    return ContactFactory()


@pytest.fixture
def worker(contact):
    return StaffFactory(hub=contact.hub, screener=True)


def page_of(contact, worker):
    return browser(worker).get(reverse("contact:family", args=[contact.pk]))


def words_of(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def names_drawn(page):
    picture = re.search(r'<svg class="mash-kin__picture".*?</svg>', page.content.decode(), re.DOTALL)[0]
    return [
        " ".join(re.findall(r'mash-kin__name"[^>]*>([^<]*)<', one)) for one in picture.split("<g>")[1:]
    ]  # fmt: skip


def rows_under(page, heading):
    part = page.content.decode().split(f">{heading}</h2>")[1].split("<h2")[0]
    rows = re.findall(r"<tr.*?</tr>", part, re.DOTALL)[1:]
    return [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row)).strip() for row in rows]


def test_what_a_contact_alone_says_is_shown_as_said_by_its_sender(contact, worker):
    ContactRelationshipFactory(contact=contact)
    page = page_of(contact, worker)
    assert len(names_drawn(page)) == 2
    (row,) = rows_under(page, "How they are related")
    assert f"{contact.organisation}, in contact {contact.reference}" in row
    assert "Not on the hub’s record" in row
    assert "parent" in row
    assert " yes " in row
    assert b"mash-kin__line--claimed" in page.content
    assert "Named in this contact, not settled" in words_of(page)


def test_a_member_of_the_public_is_not_named_as_the_source(worker, contact):
    other = ContactFactory(hub=contact.hub, source_kind="public", organisation="Ann Onymous")
    ContactRelationshipFactory(contact=other)
    page = page_of(other, worker)
    assert "A member of the public, in contact" in rows_under(page, "How they are related")[0]
    assert b"Ann Onymous" not in page.content.split(b"<h1")[1]


def test_relatives_on_record_stand_in_the_picture_with_who_wrote_them_down(contact, worker):
    child, _ = settle(contact)
    gran = PersonFactory(hub=contact.hub, given="Maureen", family="Tully", born_on="1950-01-02", sex="F")
    with signed_in_as(worker):
        relate_people(
            from_person=gran, to_person=child, kind="grandparent", by=worker, at=MONDAY_9AM,
            parental_responsibility=False,
        )  # fmt: skip
    page = page_of(contact, worker)
    assert "TULLY, Maureen" in names_drawn(page)
    (row,) = rows_under(page, "How they are related")
    assert row.startswith("TULLY, Maureen grandparent")
    assert f"written down by {worker.account.name}" in row
    assert " no " in row


def test_two_steps_away_are_shown_and_no_further(contact, worker):
    child, _ = settle(contact)
    hub, at = contact.hub, [child]
    for name in ("Ann", "Bea", "Cleo"):
        at.append(PersonFactory(hub=hub, given=name, family="Away"))
        RelationshipFactory(to_person=at[-2], from_person=at[-1], kind="parent")
    page = page_of(contact, worker)
    assert {"AWAY, Ann", "AWAY, Bea"} <= {*names_drawn(page)}
    assert "Cleo" not in words_of(page)


def test_words_that_differ_are_marked_in_picture_and_table(contact, worker):
    child, parent = settle(contact)
    ContactRelationshipFactory(contact=contact)
    RelationshipFactory(to_person=child, from_person=parent, kind="step_parent")
    page = page_of(contact, worker)
    rows = rows_under(page, "How they are related")
    assert len(rows) == 2
    assert all("Other words differ" in row for row in rows)
    assert b"mash-kin__line--disputed" in page.content


def test_another_contact_about_the_same_people_says_its_part(contact, worker):
    people = settle(contact)
    other = ContactFactory(hub=contact.hub)
    for one, person in zip(people_of(other), people, strict=True):
        SettlementFactory(contact_person=one, person=person, answer="known")
    ContactRelationshipFactory(contact=other, kind="carer")
    assert f"in contact {other.reference}" in rows_under(page_of(contact, worker), "How they are related")[0]


def test_where_they_live_and_lived_is_said_with_its_days(contact, worker):
    child, parent = settle(contact)
    for one in (child, parent):
        AddressFactory(person=one, lines=["4 Mill Row"], postcode="HV1 1AA", from_on=date(2025, 3, 1))
    AddressFactory(
        person=child,
        lines=["9 Old Street"],
        postcode="HV2 2BB",
        from_on=date(2020, 1, 1),
        until_on=date(2025, 3, 1),
    )
    page = page_of(contact, worker)
    rows = rows_under(page, "Where they live and lived")
    assert [row.split()[2] for row in rows] == ["A", "A", "before"]
    assert "4 Mill Row, HV1 1AA 1 March 2025 lives there The hub’s record" in rows[0]
    assert "9 Old Street, HV2 2BB 1 January 2020 1 March 2025" in rows[2]
    assert (
        page.content.count(b'class="mash-kin__home"') == 2
    )  # once in the picture, once in what the signs mean


def test_who_lives_with_them_stands_beside_them_also_unrelated(contact, worker):
    child, _ = settle(contact)
    household, lodger = (
        HouseholdFactory(hub=contact.hub),
        PersonFactory(hub=contact.hub, given="Lo", family="Dger"),
    )
    for one in (child, lodger):
        ResidentFactory(person=one, household=household)
    page = page_of(contact, worker)
    assert "DGER, Lo" in names_drawn(page)
    assert len([row for row in rows_under(page, "Where they live and lived") if " A " in row]) == 2


def test_the_family_of_a_professional_is_not_drawn(worker):
    named = [
        {"role": "child", "given": "Ama", "family": "Osei"},
        {"role": "professional", "given": "Tea", "family": "Cher"},
    ]
    contact = ContactFactory(hub=worker.hub, people=named)
    _, teacher = settle(contact)
    RelationshipFactory(
        to_person=teacher, from_person=PersonFactory(hub=worker.hub, given="Not", family="Theirs")
    )
    page = page_of(contact, worker)
    assert names_drawn(page) == ["OSEI, Ama"]
    assert "THEIRS" not in words_of(page)


def test_of_whom_an_address_is_protected_no_home_is_shown(worker, contact):
    child, parent = settle(contact)
    household = HouseholdFactory(hub=contact.hub)
    for one in (child, parent):
        ResidentFactory(person=one, household=household)
    people_of(contact)[1].__class__.objects.using("builder").filter(contact=contact, ref="p2").update(
        protected=True
    )
    page = page_of(contact, worker)
    rows = rows_under(page, "Where they live and lived")
    assert len(rows) == 1
    assert str(parent) not in rows[0]
    assert "protected, and not shown" in words_of(page)


def test_whom_the_worker_is_barred_from_leaves_no_trace(contact, worker):
    child, _ = settle(contact)
    household = HouseholdFactory(hub=contact.hub)
    ResidentFactory(person=child, household=household)
    before = without_keys(page_of(contact, worker))
    hidden = PersonFactory(hub=contact.hub, given="Hidden", family="Father")
    beyond = PersonFactory(hub=contact.hub, given="Beyond", family="Him")
    RelationshipFactory(to_person=child, from_person=hidden)
    RelationshipFactory(to_person=hidden, from_person=beyond)
    ResidentFactory(person=hidden, household=household)
    assert "FATHER, Hidden" in words_of(page_of(contact, worker))
    AccessFactory(staff=worker, person_id=hidden.pk, contact_id=None, bars=True)
    assert without_keys(page_of(contact, worker)) == before


def without_keys(page):
    return re.sub(
        r'(csrf\w*"[^>]*value="|csrftoken[^"]*"|"token": ")[A-Za-z0-9]{32,64}', "", page.content.decode()
    )


def test_whoever_is_kept_from_the_case_finds_no_page(contact, worker):
    AccessFactory(staff=worker, contact_id=contact.pk, bars=True)
    assert page_of(contact, worker).status_code == 404
    assert page_of(contact, StaffFactory(screener=True)).status_code == 404


def test_looking_leaves_a_line_with_whom_it_showed(contact, worker):
    child, _ = settle(contact)
    mother = RelationshipFactory(to_person=child).from_person
    page_of(contact, worker)
    line = Entry.objects.using("builder").get(event="family.seen")
    assert line.about == f"contact.contact:{contact.pk}"
    assert {str(child.pk), str(mother.pk)} <= {*line.detail["people"]}


def test_two_records_of_one_person_are_drawn_once(contact, worker):
    child, _ = settle(contact)
    twin = PersonFactory(hub=contact.hub, given="Written", family="Otherwise", merged_into=child)
    mother = RelationshipFactory(to_person=twin).from_person
    drawn = names_drawn(page_of(contact, worker))
    assert drawn.count(str(child)) == 1
    assert "OTHERWISE, Written" not in drawn
    assert str(mother) in drawn


def test_more_people_cost_no_more_questions(contact, worker):
    child, _ = settle(contact)
    counts = []
    for size in (1, 12):
        for _ in range(size):
            RelationshipFactory(to_person=child, kind="sibling")
        client = browser(worker)
        client.get(reverse("contact:family", args=[contact.pk]))
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("contact:family", args=[contact.pk]))
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_an_empty_family_says_so(worker):
    alone = ContactFactory(hub=worker.hub, people=())
    assert "Nobody of a family is named in this contact." in words_of(page_of(alone, worker))
