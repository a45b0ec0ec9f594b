"""E-mails wait in the outbox with their cause, and leave once."""

from datetime import timedelta
from smtplib import SMTPException

import pytest
from django.core import mail

from mash.common.patience import MOST_TRIES
from mash.notifications.actions import sending
from mash.partnership import actions
from mash.partnership.models import Email
from tests.factories.base import in_service, signed_in_as
from tests.factories.partnership import MONDAY_9AM, HubFactory, StaffFactory

pytestmark = pytest.mark.usefixtures("transactional_db")


@pytest.fixture(autouse=True)
def _empty_box():
    mail.outbox = []


def queue(hub, to="ines@fernbank.example.org", at=MONDAY_9AM):
    with in_service("intake"):
        actions.queue_email(hub_id=hub.pk, to=to, subject="News about NF-2", body="Sign in.", at=at)


def send(at=MONDAY_9AM):
    with in_service("post_room"):
        return sending.send_queued(at=at)


def unsent():
    return list(Email.objects.using("builder").filter(sent_at=None))


def test_a_queued_email_is_sent_once():
    queue(HubFactory())
    assert send() == 1
    assert send() == 0
    assert [message.to for message in mail.outbox] == [["ines@fernbank.example.org"]]
    assert not unsent()


def test_one_that_cannot_be_sent_waits_and_holds_up_nobody(monkeypatch):
    hub = HubFactory()
    queue(hub, to="broken@fernbank.example.org")
    queue(hub, at=MONDAY_9AM + timedelta(seconds=1))
    really = sending.send_mail

    def refuse_the_first(subject, body, to):
        if to.startswith("broken"):
            raise SMTPException("no such box")
        return really(subject, body, to)

    monkeypatch.setattr(sending, "send_mail", refuse_the_first)
    assert send() == 1
    assert [email.to for email in unsent()] == ["broken@fernbank.example.org"]


def test_an_address_that_would_forge_a_header_is_not_sent():
    queue(HubFactory(), to="ines@fernbank.example.org\nBcc: all@example.org")
    assert send() == 0
    assert not mail.outbox


def test_after_three_days_of_trying_a_person_must_look(monkeypatch):
    queue(HubFactory())
    working = sending.send_mail

    def down(*_):
        raise SMTPException("no room")

    monkeypatch.setattr(sending, "send_mail", down)
    moment = MONDAY_9AM
    for _ in range(MOST_TRIES):
        assert send(at=moment) == 0
        (one,) = unsent()
        moment = one.next_at
    assert timedelta(days=3) <= moment - MONDAY_9AM < timedelta(days=3, hours=2)
    monkeypatch.setattr(sending, "send_mail", working)
    assert send(at=moment) == 0
    assert send(at=moment + timedelta(days=4)) == 0
    assert len(unsent()) == 1


def test_what_nobody_tried_leaves_however_long_the_workers_stood_still():
    queue(HubFactory())
    assert send(at=MONDAY_9AM + timedelta(days=30)) == 1
    assert not unsent()


def test_who_sees_the_outbox():
    hub = HubFactory()
    queue(hub)
    for worker, sees in [
        (StaffFactory(hub=hub, screener=True), True),
        (StaffFactory(hub=hub, answerer=True), False),
        (StaffFactory(screener=True), False),
    ]:
        with signed_in_as(worker):
            assert Email.objects.exists() is sees
