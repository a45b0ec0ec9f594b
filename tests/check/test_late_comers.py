"""Whom a check waits for and since when, when somebody is added after it was sent, or after it was closed."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.urls import reverse

from mash.check.actions import AnotherIsOpen, Ask, StillWaiting, chase, chase_when_due, close_check
from mash.check.models import Check, Enquiry, Reopened
from mash.check.queries.answering import inbox, let_go
from mash.check.queries.board import State, board, missing
from mash.check.queries.late_comers import awaited
from mash.check.queries.waiting import enquiries_waiting
from mash.ledger.models import Entry
from tests.check.test_asking import FAMILY, rows, send
from tests.factories.base import browser, in_service, signed_in_as
from tests.factories.check import (
    FOCUS,
    CheckFactory,
    ReturnFactory,
    answerer_of,
    desk_of,
    doing,
    in_hub,
    ready,
)
from tests.factories.partnership import MONDAY_9AM, HubFactory, StaffFactory
from tests.factories.triage import AgreementFactory, who

pytestmark = pytest.mark.usefixtures("transactional_db")

LATER = MONDAY_9AM + timedelta(hours=2)
TOMORROW = MONDAY_9AM + timedelta(days=1)
WHY = "The school says that an uncle has moved in."


def a_check():
    contact = ready(agreed=False, people=FAMILY)
    for ref in ("p1", "p3"):
        AgreementFactory(contact=contact, about=who(contact, ref), given_by="parent")
    return CheckFactory(contact=contact)


def asked(check, agency, ref, **more):
    (enquiry,) = send(check, [Ask(agency, FOCUS)], people=[who(check.contact, ref)], **more).enquiries
    enquiry.hub = check.hub
    return enquiry


def waited(check, by=None):
    by = by or desk_of(check)
    with signed_in_as(by):
        return awaited(by, Check.objects.get(pk=check.pk))


def closed(check, *, why="They are on holiday.", at=LATER, by=None):
    doing(by or desk_of(check), close_check, check=check, why=why, at=at)


def test_who_is_asked_first_is_waited_for_since_then_and_is_no_late_comer():
    check = a_check()
    school = in_hub(check.hub)
    asked(check, school, "p1")
    (one,) = waited(check)
    assert (one.agency, one.people, one.since, one.added) == (school, ("OKAFOR, Daniel",), MONDAY_9AM, "")


def test_a_person_added_later_is_waited_for_alone_with_a_clock_of_their_own():
    check = a_check()
    school = in_hub(check.hub)
    first = asked(check, school, "p1")
    ReturnFactory(enquiry=first)
    second = asked(check, school, "p3", at=LATER)
    (one,) = waited(check)
    assert one.people == ("OKAFOR, Ruth",)
    assert one.added == "Added later: OKAFOR, Ruth"
    assert one.since == LATER
    assert one.clock.due_at == second.due_at > first.due_at


@pytest.mark.parametrize(
    ("ref", "words"), [("p1", "Agency added later"), ("p3", "Agency added later, and OKAFOR, Ruth")]
)
def test_an_agency_added_later_says_so(ref, words):
    check = a_check()
    asked(check, in_hub(check.hub, name="A school"), "p1")
    asked(check, in_hub(check.hub, "police", name="Police"), ref, at=LATER)
    assert [(one.agency.name, one.added) for one in waited(check)] == [("A school", ""), ("Police", words)]


def test_a_closed_check_waits_for_nobody_and_says_whom_it_let_go():
    check = a_check()
    first = asked(check, in_hub(check.hub, name="A school"), "p1")
    with pytest.raises(StillWaiting):
        closed(check, why="")
    closed(check)
    assert waited(check) == []
    assert rows(Enquiry)[0].let_go_at == LATER
    by = desk_of(check)
    with signed_in_as(by):
        (line,) = board(by, check)
        assert line.state == State.LET_GO
        assert not line.waits
        assert missing([line], TOMORROW) == ["A school had not answered in full when the check was closed"]
    with in_service("reminders"):
        assert not enquiries_waiting().exists()
        assert chase_when_due(enquiry=first, at=TOMORROW) == []


def test_adding_to_a_closed_check_opens_it_again_for_them_alone():
    check = a_check()
    school, police = in_hub(check.hub, name="A school"), in_hub(check.hub, "police", name="Police")
    old = asked(check, school, "p1")
    closed(check)
    new = asked(check, police, "p3", at=TOMORROW, again=WHY)
    (one,) = waited(check)
    assert one.agency == police
    assert one.added == "Agency added later, and OKAFOR, Ruth, after the check had been closed"
    assert (one.since, one.clock.due_at) == (TOMORROW, new.due_at)
    (again,) = rows(Reopened)
    assert (again.closed_at, again.at, again.why) == (LATER, TOMORROW, WHY)
    assert rows(Check)[0].closed_at is None
    assert [(each.event, each.why) for each in rows(Entry, event="check.reopened")] == [
        ("check.reopened", WHY)
    ]
    assert not doing(desk_of(check), chase, enquiry=old, at=TOMORROW)
    assert doing(desk_of(check), chase, enquiry=new, at=TOMORROW)
    closed(check, at=TOMORROW + timedelta(hours=1))
    asked(check, school, "p3", at=TOMORROW + timedelta(hours=2), again="And her sister.")
    assert [each.agency for each in waited(check)] == [school]
    assert len(rows(Reopened)) == 2


def test_the_same_send_again_opens_it_again_once():
    check = a_check()
    closed(check)
    by, school = desk_of(check), in_hub(check.hub)
    key = who(check.contact, "p1").pk
    for _ in range(2):
        asked(check, school, "p1", by=by, key=key, at=TOMORROW, again=WHY)
    assert len(rows(Reopened)) == len(rows(Enquiry)) == 1


def test_a_closed_check_stays_closed_while_a_newer_one_is_open():
    check = a_check()
    closed(check)
    CheckFactory(contact=check.contact, opened_at=TOMORROW)
    with pytest.raises(AnotherIsOpen):
        asked(check, in_hub(check.hub), "p1", at=TOMORROW, again=WHY)
    assert not rows(Reopened)


def test_only_the_desks_workers_open_it_again():
    check = a_check()
    closed(check)
    with pytest.raises(PermissionDenied):
        asked(check, in_hub(check.hub), "p1", by=desk_of(check, duties=["audit"]), at=TOMORROW, again=WHY)


@pytest.mark.parametrize(
    ("duties", "here", "reads"),
    [
        (["screen"], True, True),
        (["answer"], True, False),
        (["screen", "decide"], False, False),
        ([], True, False),
    ],
)
def test_who_reads_that_it_was_opened_again(duties, here, reads):
    check = a_check()
    closed(check)
    asked(check, in_hub(check.hub), "p1", at=TOMORROW, again=WHY)
    reader = StaffFactory(hub=check.hub if here else HubFactory(), duties=duties)
    with signed_in_as(reader):
        assert Reopened.objects.exists() is reads


def test_nobody_rewrites_why_it_was_opened_again():
    check = a_check()
    closed(check)
    asked(check, in_hub(check.hub), "p1", at=TOMORROW, again=WHY)
    with signed_in_as(desk_of(check)), pytest.raises(DatabaseError), transaction.atomic():
        Reopened.objects.update(why="Another reason")


def test_an_agency_sees_what_is_new_and_what_nobody_waits_for():
    check = a_check()
    school, police = in_hub(check.hub), in_hub(check.hub, "police")
    first = asked(check, school, "p1")
    asked(check, police, "p1", at=LATER)
    second = asked(check, school, "p3", at=LATER)
    by = answerer_of(first)
    with signed_in_as(by):
        assert [(one.enquiry, one.added) for one in inbox(by)] == [
            (first, ""),
            (second, "Added later: OKAFOR, Ruth"),
        ]
    other = StaffFactory(hub=check.hub, agency=police, answerer=True)
    with signed_in_as(other):
        assert [one.added for one in inbox(other)] == [""]  # it was asked once, and knows of no other
    closed(check, at=TOMORROW)
    with signed_in_as(by):
        assert inbox(by) == []
        assert {one.pk for one in let_go(by, since=MONDAY_9AM)} == {first.pk, second.pk}
        assert let_go(by, since=TOMORROW + timedelta(seconds=1)) == []
    page = browser(by).get(reverse("check:enquiry", args=[first.pk])).content.decode()
    assert "The hub no longer waits for this" in page


def test_the_board_says_it_and_asks_why_it_opens_again():
    check = a_check()
    school = in_hub(check.hub, name="A school")
    asked(check, school, "p1")
    closed(check)
    client = browser(desk_of(check))
    page = client.get(reverse("check:board", args=[check.pk])).content.decode()
    assert "Closed without it" in page
    assert "Open again and ask" in page
    address = reverse("check:ask", args=[check.pk])
    assert "This check was closed on" in client.get(address).content.decode()
    said = {
        "key": str(check.pk),
        "worry": "An uncle has moved in.",
        "people": [str(who(check.contact, "p3").pk)],
        "agencies": [str(school.pk)],
        f"focus-{school.pk}": FOCUS,
    }
    answer = client.post(address, said)
    assert "Enter why the check opens again" in answer.content.decode()
    assert "An uncle has moved in." in answer.content.decode()
    assert client.post(address, said | {"again": WHY}).status_code == 302
    page = client.get(reverse("check:board", args=[check.pk])).content.decode()
    assert "Waited for: 1" in page
    assert "Added later: OKAFOR, Ruth, after the check had been closed" in page
    assert WHY in page
