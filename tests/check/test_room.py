"""The page of the sealed room: who opens it, what it shows, and that each opening stands in the record."""

import json
import uuid

import pytest
from django.db import connections
from django.urls import reverse

from mash.check import policy
from mash.contact.models import Contact
from mash.sealed.actions import seal, seal_address
from mash.sealed.models import Item
from mash.sealed.room import sealed_room
from tests.check.test_sealed_answers import an_enquiry, told_apart
from tests.factories.base import browser, signed_in_as
from tests.factories.check import MONDAY_10AM, desk_of, people_of
from tests.factories.contact import ContactFactory
from tests.factories.partnership import AccessFactory, HubFactory, StaffFactory
from tests.sealed.test_room import sealed

pytestmark = pytest.mark.usefixtures("transactional_db")

WHY = "To pass the closing proposed today"
HOUSE = "3 Larkspur Yard"


def address_of(contact_id):
    return reverse("check:held", args=[contact_id])


def opened(staff, contact_id, why=WHY):
    return browser(staff).post(address_of(contact_id), {"why": why})


def an_address(contact, cleared, **more):
    words = {
        "lines": [HOUSE],
        "postcode": "HV1 2AB",
        "words": {"concern.what_happened": f"They are at {HOUSE}."},
    }
    person = people_of(contact)[0]
    with signed_in_as(cleared):
        seal_address(
            **{"hub_id": contact.hub_id, "case": contact.pk, "about": f"address:{person.pk}"} | more,
            words=json.dumps(words),
            at=MONDAY_10AM,
        )
    return person


def lines(event):
    with connections["builder"].cursor() as cursor:
        cursor.execute("SELECT actor, about, why, detail::text FROM ledger_entry WHERE event = %s", [event])
        return cursor.fetchall()


@pytest.mark.parametrize(
    ("duties", "here", "barred", "opens"),
    [
        (["clear"], True, False, True),
        (["screen", "clear"], True, False, True),
        (["clear", "answer", "release"], True, False, True),  # the sealed unit
        (["clear"], True, True, False),  # a conflict of interest
        (["clear"], False, False, False),  # cleared in another hub
        (["screen", "assess", "decide", "approve", "manage"], True, False, False),
        (["release"], True, False, False),
        (["audit", "administer"], True, False, False),
        (["answer"], True, False, False),
        ([], True, False, False),
    ],
)
def test_who_opens_the_room(duties, here, barred, opens):
    contact = ContactFactory()
    staff = StaffFactory(hub=contact.hub if here else HubFactory(), duties=duties)
    if barred:
        AccessFactory(staff=staff, bars=True, contact_id=contact.pk)
    writer = StaffFactory(hub=contact.hub, answerer=True)
    sealed(writer, contact.pk)
    everything = Contact.objects.using("builder")
    with signed_in_as(staff):
        assert bool(policy.may_open_room(staff, contact)) is opens
        assert everything.filter(policy.rooms_opened_by(staff)).exists() is opens
        with sealed_room():
            mine = Item.objects.exists()
        assert (mine and Contact.objects.exists()) is opens  # row-level security without the filter
    assert browser(staff).get(address_of(contact.pk)).status_code == (200 if opens else 404)


def test_everybody_else_is_answered_as_if_there_were_no_such_page():
    marker = "zqunguessable"
    enquiry, author = an_enquiry(marker)
    for staff in (desk_of(enquiry, whole_desk=True, duties=["screen", "assess", "decide", "manage"]), author):
        client = browser(staff)
        for ask in (client.get, lambda where, client=client: client.post(where, {"why": WHY})):
            there, absent = ask(address_of(enquiry.contact_id_opaque)), ask(address_of(uuid.uuid4()))
            assert told_apart(there.content) == told_apart(absent.content)
            assert there.status_code == absent.status_code == 404
            assert there.status_code == 404
    assert lines("room.opened") == []


def test_nothing_is_shown_before_a_reason_is_given_and_an_empty_one_is_asked_for():
    marker = "zqunguessable"
    enquiry, _ = an_enquiry(marker)
    cleared = desk_of(enquiry, duties=["clear"])
    first = browser(cleared).get(address_of(enquiry.contact_id_opaque)).content.decode()
    again = opened(cleared, enquiry.contact_id_opaque, why="  ").content.decode()
    assert "Why do you open it?" in first
    assert "Enter why you open what is held" in again
    assert marker not in first + again
    assert lines("room.opened") == []


def test_the_cleared_read_answers_reasons_and_addresses_with_their_grading_and_the_record_says_who_and_why():
    marker = "zqunguessable"
    enquiry, _ = an_enquiry(marker, refused=True)
    cleared = desk_of(enquiry, duties=["clear"])
    person = an_address(enquiry.check_asked.contact, cleared)
    page = opened(cleared, enquiry.contact_id_opaque).content.decode()
    assert f"He {marker} said so" in page
    assert "DCI Ashdown" in page
    assert f"They are at {HOUSE}." in page
    assert "HV1 2AB" in page
    assert str(person) in page
    assert enquiry.agency.name in page
    for words in ("2: untested", "D: not known", "C: sharing is permitted with conditions", "Conditions"):
        assert words in page
    assert "leaves the room but as a release" in page
    assert lines("room.opened") == [
        (f"staff:{cleared.pk}", f"contact.contact:{enquiry.contact_id_opaque}", WHY, "{}")
    ]


def test_the_record_is_the_same_where_nothing_is_held():
    contact = ContactFactory()
    cleared = desk_of(contact, duties=["clear"])
    page = opened(cleared, contact.pk).content.decode()
    assert "Nothing sealed is held on these people or in this case." in page
    assert [why for _, _, why, _ in lines("room.opened")] == [WHY]


def test_what_is_sealed_on_the_same_person_in_another_case_is_read_here_too_unless_that_case_is_closed_to_the_reader():
    contact, other = ContactFactory(), None
    other = ContactFactory(hub=contact.hub)
    cleared = desk_of(contact, duties=["clear"])
    person = people_of(contact)[0]
    with signed_in_as(cleared):
        seal(
            hub_id=contact.hub_id,
            case=other.pk,
            agency=None,
            author=cleared.pk,
            about="enquiry:1/2",
            people=[person.pk],
            words=json.dumps(
                {"question": "Known?", "words": "Seen at the quay", "on": "2026-03", "precision": "day"}
            ).replace("2026-03", "2026-03-01"),
            at=MONDAY_10AM,
        )
    page = opened(cleared, contact.pk).content.decode()
    assert "Seen at the quay" in page
    assert f"From another contact: {other.reference}" in page
    AccessFactory(staff=cleared, bars=True, contact_id=other.pk)
    page = opened(cleared, contact.pk).content.decode()
    assert "Seen at the quay" not in page
    assert other.reference not in page
    assert "ask another cleared person" in page
    assert "Nothing sealed is held" not in page


def test_the_pages_that_say_that_something_is_held_lead_the_cleared_to_it():
    enquiry, _ = an_enquiry("zqunguessable")
    where = address_of(enquiry.contact_id_opaque)
    cleared, screener = desk_of(enquiry, duties=["clear", "screen"]), desk_of(enquiry)
    for name, key in (
        ("board", enquiry.check_asked_id),
        ("chronology", enquiry.contact_id_opaque),
        ("risk", enquiry.contact_id_opaque),
    ):
        page = reverse(f"check:{name}", args=[key])
        assert where in browser(cleared).get(page).content.decode()
        assert where not in browser(screener).get(page).content.decode()
