"""A telephone referral is followed in writing: by when, what meets it, and who is reminded."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.urls import reverse

from mash.contact.actions import NotTheWriting, add, confirm_in_writing, undo_writing
from mash.contact.models import Addition, Written, WrittenChase
from mash.contact.queries import may_be_the_writing, written_for
from mash.partnership.models import Email
from mash.triage.actions import chase_writing
from mash.triage.in_writing import calls_to_chase, written_clock
from mash.triage.queries import forget_time
from tests.factories.base import browser, in_service, signed_in_as
from tests.factories.check import doing
from tests.factories.contact import ContactFactory
from tests.factories.partnership import MONDAY_9AM, AccessFactory, HubFactory, StaffFactory
from tests.factories.triage import RatingFactory, TargetFactory

pytestmark = pytest.mark.usefixtures("transactional_db")

HOURS = timedelta(hours=1)
SENDER = {"organisation": "Fernbank Primary", "organisation_key": "fernbank primary"}
RANG = "lead@fernbank.example.org"


def a_call(**more):
    return ContactFactory(**{"channel": "telephone", "email": RANG, **SENDER, **more})


def a_message(call, **more):
    return ContactFactory(**{"hub": call.hub, "received_at": MONDAY_9AM + 5 * HOURS, **SENDER, **more})


def screener(call):
    return StaffFactory(hub=call.hub, screener=True)


def clock(call, at=MONDAY_9AM + HOURS):
    with signed_in_as(screener(call)):
        return written_clock(call, at, written_for(call))


def chased(call, at):
    with in_service("reminders"):
        return chase_writing(contact=call, at=at)


def rows(model, **where):
    return list(model.objects.using("builder").filter(**where))


def test_a_call_is_followed_in_writing_within_24_hours_unless_the_hub_says_otherwise():
    call = a_call()
    assert clock(call).due_at == MONDAY_9AM + 24 * HOURS
    TargetFactory(hub=call.hub, stage="written", rating="", value=48, unit="hours", kind="elapsed")
    forget_time(call.hub)
    assert clock(call).due_at == MONDAY_9AM + 48 * HOURS


def test_a_hub_may_set_a_limit_for_a_rating_and_until_it_is_rated_reds_applies():
    call = a_call()
    TargetFactory(hub=call.hub, stage="written", rating="", value=48, unit="hours", kind="elapsed")
    TargetFactory(hub=call.hub, stage="written", rating="red", value=24, unit="hours", kind="elapsed")
    assert clock(call).due_at == MONDAY_9AM + 24 * HOURS
    RatingFactory(contact=call, colour="green")
    forget_time(call.hub)
    assert clock(call).due_at == MONDAY_9AM + 48 * HOURS


@pytest.mark.parametrize("call", [{"channel": "file"}, {"source_kind": "public", "organisation": ""}])
def test_what_came_in_writing_and_a_member_of_the_public_are_asked_for_nothing(call):
    contact = a_call(**call)
    assert clock(contact) is None
    assert chased(contact, MONDAY_9AM + 48 * HOURS) == []
    with in_service("reminders"):
        assert not calls_to_chase().exists()


def test_an_addition_marked_as_the_written_form_meets_it_from_when_it_came():
    call = a_call()
    by = screener(call)
    added = doing(by, add, contact=call, words="As I said", said_by="The school", at=MONDAY_9AM + 20 * HOURS)
    assert clock(call).ended_at is None
    for _ in range(2):
        doing(by, confirm_in_writing, contact=call, addition=added, at=MONDAY_9AM + 30 * HOURS)
    met = clock(call, MONDAY_9AM + 40 * HOURS)
    assert met.ended_at == MONDAY_9AM + 20 * HOURS
    assert met.state(MONDAY_9AM + 40 * HOURS) == "met"
    assert len(rows(Written)) == 1


def test_a_message_of_the_same_organisation_meets_it_and_one_of_another_does_not():
    call = a_call()
    by, message = screener(call), a_message(call)
    other = a_message(call, organisation="Other School", organisation_key="other school")
    with signed_in_as(by):
        assert list(may_be_the_writing(by, call)) == [message]
    with pytest.raises(NotTheWriting):
        doing(by, confirm_in_writing, contact=call, message=other, at=MONDAY_9AM + 6 * HOURS)
    doing(by, confirm_in_writing, contact=call, message=message, at=MONDAY_9AM + 6 * HOURS)
    assert clock(call).ended_at == message.received_at
    second = a_call(hub=call.hub)
    with signed_in_as(by):
        assert not may_be_the_writing(by, second)  # it is the writing of the first call


def test_an_addition_of_another_contact_is_not_the_writing():
    call, other = a_call(), a_call()
    added = Addition.objects.using("builder").create(
        hub_id=other.hub_id, contact_id=other.pk, words="x", said_by="y", at=MONDAY_9AM
    )
    with pytest.raises(NotTheWriting):
        doing(screener(call), confirm_in_writing, contact=call, addition=added, at=MONDAY_9AM)


def test_said_by_mistake_it_is_undone_and_waited_for_again():
    call = a_call()
    by = screener(call)
    doing(by, confirm_in_writing, contact=call, message=a_message(call), at=MONDAY_9AM + 6 * HOURS)
    for _ in range(2):
        doing(by, undo_writing, contact=call, at=MONDAY_9AM + 7 * HOURS)
    assert clock(call).ended_at is None
    assert [one.undone_at for one in rows(Written)] == [MONDAY_9AM + 7 * HOURS]


def test_whoever_rang_is_reminded_twice_without_a_word_of_the_case():
    call = a_call()
    assert chased(call, MONDAY_9AM + 17 * HOURS) == []
    assert chased(call, MONDAY_9AM + 18 * HOURS) == ["75"]
    assert chased(call, MONDAY_9AM + 19 * HOURS) == []
    assert chased(call, MONDAY_9AM + 25 * HOURS) == ["100"]
    assert chased(call, MONDAY_9AM + 99 * HOURS) == []
    mails = rows(Email, to=RANG)
    assert len(mails) == len(rows(WrittenChase)) == 2
    for mail in mails:
        assert call.reference in mail.subject + mail.body
        assert "Daniel" not in mail.subject + mail.body
        assert "OKAFOR" not in (mail.subject + mail.body).upper()


def test_once_it_came_nobody_is_reminded():
    call = a_call()
    doing(
        screener(call), confirm_in_writing, contact=call, message=a_message(call), at=MONDAY_9AM + 6 * HOURS
    )
    assert chased(call, MONDAY_9AM + 48 * HOURS) == []
    assert not rows(Email)


def test_without_an_address_the_step_is_kept_and_nobody_written_to():
    call = a_call(email="")
    assert chased(call, MONDAY_9AM + 25 * HOURS) == ["75", "100"]
    assert not rows(Email)


@pytest.mark.parametrize(
    ("duties", "here", "barred", "reads"),
    [
        (["screen"], True, False, True),
        (["screen"], True, True, False),
        (["answer"], True, False, False),
        (["screen", "decide"], False, False, False),
        ([], True, False, False),
    ],
)
def test_who_reads_and_says_that_it_came(duties, here, barred, reads):
    call = a_call()
    message = a_message(call)
    doing(screener(call), confirm_in_writing, contact=call, message=message, at=MONDAY_9AM + 6 * HOURS)
    reader = StaffFactory(hub=call.hub if here else HubFactory(), duties=duties)
    if barred:
        AccessFactory(staff=reader, bars=True, contact_id=call.pk)
    with signed_in_as(reader):
        assert Written.objects.exists() is reads
    if not reads:
        with pytest.raises(PermissionDenied):
            doing(reader, undo_writing, contact=call, at=MONDAY_9AM + 7 * HOURS)


def test_what_was_said_is_undone_and_not_rewritten():
    call = a_call()
    by = screener(call)
    doing(by, confirm_in_writing, contact=call, message=a_message(call), at=MONDAY_9AM + 6 * HOURS)
    with signed_in_as(by), pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        Written.objects.update(arrived_at=MONDAY_9AM)


def test_the_desk_sees_it_filters_by_it_and_says_which_it_is():
    call, message = (made := a_call()), a_message(made)
    client = browser(screener(call))
    address = reverse("desk:case", args=[call.pk])
    page = client.get(address).content.decode()
    assert "Which is the written form?" in page
    assert message.reference in page
    listed = client.get(reverse("desk:worklist"), {"writing": "on"}).content.decode()
    assert call.reference in listed
    assert message.reference not in listed
    assert "Not yet in writing" in listed
    act = reverse("desk:written", args=[call.pk])
    assert "Select which addition or message" in client.post(act, {}, follow=True).content.decode()
    page = client.post(act, {"which": str(message.pk)}, follow=True).content.decode()
    assert "The written form is recorded." in page
    assert "That is not the written form" in page
    assert call.reference not in client.get(reverse("desk:worklist"), {"writing": "on"}).content.decode()
    client.post(act, {"which": "undo"})
    assert "Which is the written form?" in client.get(address).content.decode()
    stranger = browser(StaffFactory(screener=True))
    assert stranger.post(act, {"which": str(message.pk)}).status_code == 404
