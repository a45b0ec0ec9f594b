"""The page of a network: what is linked and why, what narrows it, and of whom and of which case there is no trace."""

import re
import uuid
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from mash.harm.network.graph import grow
from mash.ledger.models import Entry
from mash.partnership.models import Restriction
from tests.factories import harm as made
from tests.factories.alongside import AlongsideFactory
from tests.factories.base import browser
from tests.factories.decision import DecisionFactory, ready
from tests.factories.partnership import LONG_AGO, MONDAY_9AM, AccessFactory, HubFactory, StaffFactory
from tests.factories.people import HouseholdFactory, RelationshipFactory, ResidentFactory
from tests.factories.triage import KnownFactory
from tests.harm.story import counted, settled, told
from tests.retention.test_with_a_plan import with_a_plan

pytestmark = pytest.mark.usefixtures("transactional_db")
CHILD, ALLEGED = {"role": "child"}, {"role": "alleged_perpetrator"}


@pytest.fixture
def hub():
    return HubFactory()


@pytest.fixture
def ama(hub):
    return KnownFactory(hub=hub, given="Ama", family="Osei")


@pytest.fixture
def leon(hub):
    return KnownFactory(hub=hub, given="Leon", family="Marsh")


@pytest.fixture
def analyst(hub):
    return made.analyst(hub)


def address(about, key, **said):
    return reverse("network:page", args=[about, key]), said


def page_of(staff, about, key, **said):
    where, query = address(about, key, **said)
    return browser(staff).get(where, query)


def names(page):
    return re.findall(r'data-name="([^"]*)"', page.content.decode())


def words(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def same_event(hub, *people, **changes):
    contact = told(hub, [(part, person) for part, person in people], **changes)
    counted(hub)
    return contact


def test_two_people_of_one_event_hang_together_through_it_and_the_list_says_why(hub, ama, leon, analyst):
    contact = same_event(hub, (CHILD, ama), (ALLEGED, leon))
    page = page_of(analyst, "person", ama.pk)
    assert {"OSEI, Ama", "MARSH, Leon"} <= {*names(page)}
    assert f"named as child. Contact {contact.reference}, from Fernbank Primary" in words(page)
    assert "named as said to have caused harm" in words(page)
    assert names(page_of(analyst, "person", ama.pk, steps=1)) == [
        "OSEI, Ama", next(one for one in names(page) if contact.reference in one)
    ]  # fmt: skip


def test_a_relation_a_home_a_plan_and_a_group_are_links_with_their_source(hub, ama, analyst):
    mother = RelationshipFactory(
        to_person=ama, from_person=KnownFactory(hub=hub, given="Abena", family="Osei")
    )
    household, lodger = (
        HouseholdFactory(hub=hub, label="Mill Row"),
        KnownFactory(hub=hub, given="Lo", family="Dger"),
    )
    for one in (ama, lodger):
        ResidentFactory(person=one, household=household, from_on=date(2025, 1, 1))
    group = made.GroupFactory(hub=hub, name="The stairwell")
    friend = KnownFactory(hub=hub, given="Fay", family="Friend")
    for one in (ama, friend):
        made.MemberFactory(group=group, person=one, why="Seen there twice.")
    page = page_of(analyst, "person", ama.pk)
    assert {"OSEI, Abena", "DGER, Lo", "The stairwell", "FRIEND, Fay"} <= {*names(page)}
    said = words(page)
    assert f"{mother.from_person} is the parent of OSEI, Ama. The hub’s record" in said
    assert "live together. The household “Mill Row” on record, 1 January 2025" in said
    assert "counted to the group: Seen there twice. Named by" in said


def test_a_plan_links_those_it_is_for(hub, ama, analyst):
    brother = KnownFactory(hub=hub, given="Kojo", family="Osei")
    plan = with_a_plan(hub, DecisionFactory(contact=ready(hub=hub)).contact, ama, brother)
    page = page_of(analyst, "person", ama.pk, steps=1)
    assert "OSEI, Kojo" in names(page)
    assert f"on one plan. {plan.get_kind_display()} {plan.reference}" in words(page)


def test_it_starts_from_a_place_an_event_and_a_group_too(hub, ama, analyst):
    touch = made.TouchFactory(contact=same_event(hub, (CHILD, ama)), place="4 Mill Row")
    made.ReportFactory._meta.model.objects.using("builder").filter(contact=touch.contact_id).update(
        event=touch.event
    )
    made.TouchFactory._meta.model.objects.using("builder").filter(contact=touch.contact_id).update(
        event=touch.event
    )
    group = made.MemberFactory(group=made.GroupFactory(hub=hub), person=ama).group
    for about, key in (("place", touch.subject), ("event", touch.event), ("group", group.pk)):
        found = names(page_of(analyst, about, key))
        assert "OSEI, Ama" in found, about
        assert "4 Mill Row" in found or about == "group"


def test_days_kinds_of_harm_and_kinds_of_link_narrow_it(hub, ama, leon, analyst):
    same_event(hub, (CHILD, ama), (ALLEGED, leon), categories=["domestic_abuse"])
    day = MONDAY_9AM.date()
    boxes = {"since-day": day.day, "since-month": day.month, "since-year": day.year + 1}
    assert "MARSH, Leon" in names(page_of(analyst, "person", ama.pk, harm="domestic_abuse"))
    assert names(page_of(analyst, "person", ama.pk, harm="neglect")) == ["OSEI, Ama"]
    assert names(page_of(analyst, "person", ama.pk, why="relation")) == ["OSEI, Ama"]
    later = page_of(analyst, "person", ama.pk, **boxes)
    assert names(later) == ["OSEI, Ama"]
    assert "Nothing on record hangs together with it" in words(later)


def test_what_cannot_be_read_says_so_and_shows_all(hub, ama, leon, analyst):
    same_event(hub, (CHILD, ama), (ALLEGED, leon))
    page = page_of(analyst, "person", ama.pk, **{"since-day": "31", "since-month": "2", "since-year": "2026"})
    assert b"govuk-error-summary" in page.content
    assert "MARSH, Leon" in names(page)


def without_keys(page):
    return re.sub(
        r'(csrf\w*"[^>]*value="|csrftoken[^"]*"|"token": ")[A-Za-z0-9]{32,64}', "", page.content.decode()
    )


@pytest.mark.parametrize("kept", ["person", "case", "restricted"])
def test_whom_or_which_case_a_worker_may_not_see_leaves_no_trace(hub, ama, leon, analyst, kept):
    before = without_keys(page_of(analyst, "person", ama.pk, steps=3))
    contact = same_event(hub, (CHILD, ama), (ALLEGED, leon))
    beyond = RelationshipFactory(to_person=leon, from_person=KnownFactory(hub=hub)).from_person
    assert str(beyond) in names(page_of(analyst, "person", ama.pk, steps=3))
    if kept == "person":
        AccessFactory(staff=analyst, person_id=leon.pk, contact_id=None, bars=True)
        page = page_of(analyst, "person", ama.pk, steps=3)
        assert str(leon) not in words(page)
        assert str(beyond) not in words(page)
        assert page_of(analyst, "person", leon.pk).status_code == 404
        return
    if kept == "case":
        AccessFactory(staff=analyst, contact_id=contact.pk, bars=True)
    else:
        Restriction.objects.using("builder").create(
            hub=hub,
            contact_id=contact.pk,
            why="A reason",
            from_at=LONG_AGO,
            by=StaffFactory(hub=hub, manager=True),
        )
    assert without_keys(page_of(analyst, "person", ama.pk, steps=3)) == before


def test_what_is_sealed_links_for_the_cleared_alone(hub, ama, analyst):
    contact = same_event(hub, (CHILD, None), ({"role": "parent_or_carer"}, ama))
    settled(contact, "p1", KnownFactory(hub=hub, given="Con", family="Fided"))  # since it was counted
    before = without_keys(page_of(analyst, "person", ama.pk, steps=3))
    AlongsideFactory(contact=contact, lado=True)
    assert without_keys(page_of(analyst, "person", ama.pk, steps=3)) == before
    page = page_of(made.analyst(hub, "clear"), "person", ama.pk, steps=3)
    assert "FIDED, Con" in names(page)
    assert "To the designated officer (LADO): it is about this person. Sealed Contact" in words(page)


@pytest.mark.parametrize(
    ("duties", "status"),
    [
        (["screen"], 403),
        (["screen", "analyse"], 200),
        (["manage"], 200),
        (["analyse"], 403),
        (["answer"], 403),
    ],
)
def test_whoever_analyses_at_the_desk_sees_it(hub, ama, duties, status):
    assert page_of(StaffFactory(hub=hub, duties=duties), "person", ama.pk).status_code == status


def test_what_is_not_there_is_not_found(hub, ama, analyst):
    for about, key in (
        ("person", uuid.uuid4()),
        ("place", uuid.uuid4()),
        ("event", ama.pk),
        ("group", ama.pk),
        ("car", ama.pk),
    ):
        assert page_of(analyst, about, key).status_code == 404
    assert page_of(made.analyst(HubFactory()), "person", ama.pk).status_code == 404


def test_looking_leaves_a_line_with_everybody_it_showed(hub, ama, leon, analyst):
    same_event(hub, (CHILD, ama), (ALLEGED, leon))
    page_of(analyst, "person", ama.pk)
    line = Entry.objects.using("builder").get(event="network.seen")
    assert line.about == f"people.person:{ama.pk}"
    assert {*line.detail["people"]} == {str(ama.pk), str(leon.pk)}


def test_a_step_asks_the_same_however_many_things_it_goes_out_from(hub, ama, analyst):
    asked = []
    for size in (2, 9):
        for _ in range(size):
            same_event(hub, (CHILD, ama), *((CHILD, KnownFactory(hub=hub)) for _ in range(3)))
        client = browser(analyst)
        where, query = address("person", ama.pk, steps=3)
        client.get(where, query)
        with CaptureQueriesContext(connection) as questions:
            client.get(where, query)
        asked.append(len(questions))
    assert asked[0] == asked[1]


def test_more_than_it_holds_is_cut_and_said(hub, ama, analyst, monkeypatch):
    monkeypatch.setattr("mash.harm.network.queries.grow", lambda *said: grow(*said, most=4))
    same_event(hub, (CHILD, ama), *((CHILD, KnownFactory(hub=hub)) for _ in range(6)))
    page = page_of(analyst, "person", ama.pk)
    assert len(names(page)) == 4
    assert "4 more are left out: at most 150 are shown" in words(page)


def test_a_person_s_record_leads_there_for_whoever_may(hub, ama, analyst):
    where = reverse("network:page", args=["person", ama.pk]).encode()
    record = reverse("people:page", args=[ama.pk])
    assert where in browser(analyst).get(record).content
    assert where not in browser(StaffFactory(hub=hub, screener=True)).get(record).content
