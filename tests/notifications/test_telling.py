"""Who works here is told in the product, and an e-mail says only that there is something."""

from datetime import datetime, time, timedelta
from smtplib import SMTPException

import pytest
from django.core import mail
from django.urls import reverse

from mash.common.clock import LONDON
from mash.common.patience import MOST_TRIES
from mash.ledger.models import Entry
from mash.notifications import actions
from mash.notifications.actions import sending
from mash.notifications.models import How, QuietHours, Wish
from mash.partnership.actions import notify
from mash.partnership.models import Access, Email
from tests.factories.base import browser, in_service, signed_in_as
from tests.factories.contact import ContactFactory
from tests.factories.partnership import (
    LONG_AGO,
    MONDAY_9AM,
    AccessFactory,
    AgencyFactory,
    HubFactory,
    StaffFactory,
)

pytestmark = pytest.mark.usefixtures("transactional_db")
B = "builder"
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture(autouse=True)
def _empty_box():
    mail.outbox = []


@pytest.fixture
def contact():
    return ContactFactory()


@pytest.fixture
def worker(contact):
    return StaffFactory(hub=contact.hub, social_worker=True)


def tell(to, contact=None, *, at=MONDAY_9AM, **more):
    subject = f"A clock is running out: {contact.reference}" if contact else "Gaps in the rota"
    said = {"subject": subject, "body": "Sign in to see it.  Half of its time has gone."}
    with in_service("reminders"):
        notify(hub_id=to.hub_id, to=to.account.email, at=at, contact=contact and contact.pk, **(said | more))


def send(at=MONDAY_9AM):
    with in_service("post_room"):
        return actions.send_queued(at=at)


def pass_on(at):
    with in_service("reminders"):
        return actions.pass_on_unread(at=at)


def wish(worker, how=How.AT_ONCE, quiet=QuietHours.HUB, begins=None, ends=None):
    with signed_in_as(worker):
        actions.keep_wish(how=how, quiet=quiet, quiet_from=begins, quiet_until=ends, by=worker, at=MONDAY_9AM)


def kept(**given):
    return list(Email.objects.using(B).filter(**given).order_by("queued_at", "pk"))


def page_of(worker):
    return browser(worker).get(reverse("notifications:listed")).content.decode()


def at(hour, minute=0, day=2):
    return datetime(2026, 11, day, hour, minute, tzinfo=LONDON)


def test_what_one_is_told_stands_on_ones_page_and_the_email_says_nothing_of_it(contact, worker, settings):
    settings.MASH_ADDRESS = "https://hub.example.org/"
    tell(worker, contact)
    assert send() == 1
    (message,) = mail.outbox
    assert message.to == [worker.account.email]
    assert message.subject == "There is something for you"
    assert "https://hub.example.org/notifications/" in message.body
    for word in (contact.reference, worker.account.name, contact.hub.name, "clock", "time has gone"):
        assert word not in message.subject + message.body
    shown = page_of(worker)
    assert f"A clock is running out: {contact.reference}" in shown
    assert "Half of its time has gone." in shown
    assert "Sign in to see" not in shown


def test_several_things_make_one_email(contact, worker):
    for minutes in range(3):
        tell(worker, contact, at=MONDAY_9AM + minutes * MINUTE)
    assert send(MONDAY_9AM + 5 * MINUTE) == 3
    assert len(mail.outbox) == 1
    assert all(one.sent_at for one in kept())


def test_an_address_of_nobody_here_gets_the_words_themselves(contact):
    with in_service("reminders"):
        notify(
            hub_id=contact.hub_id,
            to="duty@school.example",
            subject="Reference X",
            body="Sign in.",
            at=MONDAY_9AM,
        )
    send()
    assert [(one.subject, one.to) for one in mail.outbox] == [("Reference X", ["duty@school.example"])]
    assert kept()[0].account_id is None


def test_a_post_that_has_ended_or_stands_in_another_hub_makes_no_notification(contact, worker):
    gone = StaffFactory(hub=contact.hub, screener=True, until_at=LONG_AGO)
    elsewhere = StaffFactory(screener=True)
    with in_service("reminders"):
        for one in (gone, elsewhere):
            notify(hub_id=contact.hub_id, to=one.account.email, subject="S", body="B", at=MONDAY_9AM)
    assert [one.account_id for one in kept()] == [None, None]


def test_opening_one_marks_it_as_read_and_leads_to_its_thing(contact, worker):
    tell(worker, contact)
    tell(worker, page=reverse("rota:gaps"), at=MONDAY_9AM + MINUTE)
    about, other = kept()
    client = browser(worker)
    assert client.get(reverse("notifications:read", args=[about.pk])).status_code == 405
    answer = client.post(reverse("notifications:read", args=[about.pk]))
    assert answer.headers["Location"] == reverse("desk:case", args=[contact.pk])
    assert client.post(reverse("notifications:read", args=[other.pk])).headers["Location"] == reverse(
        "rota:gaps"
    )
    assert all(one.read_at for one in kept())
    lines = Entry.objects.using(B).filter(event="notification.read")
    assert {one.about for one in lines} == {f"partnership.email:{one.pk}" for one in (about, other)}
    client.post(reverse("notifications:read", args=[about.pk]))  # again: nothing more is written
    assert lines.count() == 2


def test_every_page_says_how_many_wait(contact, worker):
    client = browser(worker)
    count = '<span class="mash-header__count">'
    assert count not in client.get(reverse("desk:worklist")).content.decode()
    for _ in range(2):
        tell(worker, contact)
    assert f"{count}2<" in client.get(reverse("desk:worklist")).content.decode()
    client.post(reverse("notifications:read", args=[kept()[0].pk]))
    assert f"{count}1<" in client.get(reverse("desk:worklist")).content.decode()
    Email.objects.using(B).bulk_create(
        [
            Email(
                hub=worker.hub,
                to="a@b.example",
                account=worker.account,
                subject="S",
                body="B",
                queued_at=MONDAY_9AM,
            )
            for _ in range(120)
        ]
    )
    assert f"{count}99+<" in client.get(reverse("desk:worklist")).content.decode()


def test_marking_all_as_read_leaves_what_came_after_the_page_was_made(contact, worker):
    tell(worker, contact)
    tell(worker, contact, at=MONDAY_9AM + HOUR)
    answer = browser(worker).post(
        reverse("notifications:read_all"), {"until": (MONDAY_9AM + MINUTE).isoformat()}
    )
    assert answer.status_code == 302
    assert [bool(one.read_at) for one in kept()] == [True, False]
    assert browser(worker).post(reverse("notifications:read_all"), {"until": "never"}).status_code == 302
    assert [bool(one.read_at) for one in kept()] == [True, False]


@pytest.mark.parametrize("closing", ["conflict", "restricted from", "other hub", "grant ended"])
def test_what_is_closed_to_somebody_is_neither_shown_nor_counted_nor_opened(contact, closing):
    duty = {"answerer": True} if closing == "grant ended" else {"social_worker": True}
    worker = StaffFactory(hub=contact.hub, **duty)
    grant = AccessFactory(staff=worker, contact_id=contact.pk) if closing == "grant ended" else None
    tell(worker, contact)
    (one,) = kept()
    assert contact.reference in page_of(worker)
    if closing == "conflict":
        AccessFactory(staff=worker, contact_id=contact.pk, bars=True)
    elif closing == "restricted from":
        from mash.partnership.models import Restriction

        manager = StaffFactory(hub=contact.hub, manager=True)
        Restriction.objects.using(B).create(
            hub=contact.hub, contact_id=contact.pk, why="A colleague’s family", by=manager, from_at=LONG_AGO
        )
    elif closing == "grant ended":
        Access.objects.using(B).filter(pk=grant.pk).update(until_at=LONG_AGO + HOUR)
    else:
        worker = StaffFactory(account=worker.account, screener=True)
    shown = page_of(worker)
    assert contact.reference not in shown
    assert "mash-header__count" not in shown
    client = browser(worker)
    absent = client.post(reverse("notifications:read", args=[worker.pk]))
    hidden = client.post(reverse("notifications:read", args=[one.pk]))
    assert (hidden.status_code, len(hidden.content)) == (404, len(absent.content))
    assert kept()[0].read_at is None


def test_nobody_opens_or_reads_anothers(contact, worker):
    tell(worker, contact)
    (one,) = kept()
    manager = StaffFactory(hub=contact.hub, manager=True)
    assert contact.reference not in page_of(manager)
    assert browser(manager).post(reverse("notifications:read", args=[one.pk])).status_code == 404
    with signed_in_as(manager):
        assert Email.objects.filter(pk=one.pk).exists()  # the outbox
        assert Email.objects.filter(pk=one.pk).update(read_at=MONDAY_9AM) == 0
    assert kept()[0].read_at is None


def test_what_is_private_is_its_readers_alone(contact, worker):
    tell(worker, private=True)
    assert "Gaps in the rota" in page_of(worker)
    with signed_in_as(StaffFactory(hub=contact.hub, manager=True)):
        assert not Email.objects.exists()


def test_the_page_asks_the_same_number_of_questions_however_many_there_are(
    contact, worker, django_assert_num_queries, django_assert_max_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = browser(worker)
    counts = []
    for more in (1, 30):
        for _ in range(more):
            tell(worker, contact)
        client.get(reverse("notifications:listed"))
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("notifications:listed"))
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_whoever_only_looks_here_gets_no_email_but_of_what_cannot_wait(contact, worker):
    wish(worker, How.ONLY_HERE)
    tell(worker, contact)
    assert send() == 0
    assert kept()[0].only_here
    tell(worker, contact, urgent=True)
    assert send(MONDAY_9AM + MINUTE) == 1
    assert len(mail.outbox) == 1


def test_one_a_day_goes_at_the_hubs_hour_and_not_at_all_when_everything_was_read(contact, worker):
    wish(worker, How.ONE_A_DAY)
    tell(worker, contact, at=at(9))
    tell(worker, contact, at=at(15))
    assert send(at(9, 1)) == 0
    assert send(at(15, 1)) == 0
    assert send(at(7, 59, day=3)) == 0
    assert send(at(8, 0, day=3)) == 2
    assert len(mail.outbox) == 1
    tell(worker, contact, at=at(10, day=3))
    assert send(at(10, 1, day=3)) == 0
    with signed_in_as(worker):
        actions.read_all(by=worker, until=at(10, 2, day=3), at=at(10, 2, day=3))
    assert send(at(8, 1, day=4)) == 0
    assert len(mail.outbox) == 1


def test_quiet_hours_hold_an_email_until_they_end(contact, worker):
    wish(worker, quiet=QuietHours.OWN, begins=time(18), ends=time(7, 30))
    tell(worker, contact, at=at(18, 5))
    assert send(at(18, 6)) == 0
    assert kept()[0].next_at == at(7, 30, day=3)
    assert send(at(7, 29, day=3)) == 0
    assert send(at(7, 30, day=3)) == 1
    tell(worker, contact, at=at(22, day=3), urgent=True)
    assert send(at(22, 1, day=3)) == 1


def test_a_read_notification_is_not_sent_any_more(contact, worker):
    tell(worker, contact)
    browser(worker).post(reverse("notifications:read", args=[kept()[0].pk]))
    assert send(MONDAY_9AM + MINUTE) == 0
    assert kept()[0].only_here


def test_a_server_that_is_down_stops_nothing_and_is_asked_later_each_time(contact, worker, monkeypatch):
    tell(worker, contact)
    working = sending.send_mail

    def down(*_):
        raise SMTPException("no room")

    monkeypatch.setattr(sending, "send_mail", down)
    moment, waits = MONDAY_9AM, []
    for _ in range(8):
        assert send(moment) == 0
        (one,) = kept()
        waits.append((one.next_at - moment) // MINUTE)
        assert send(one.next_at - MINUTE / 2) == 0
        moment = one.next_at
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60]
    assert (one.tries, one.why_not) == (8, "SMTPException")
    assert contact.reference in page_of(worker)  # it waits here all the same
    manager = browser(StaffFactory(hub=contact.hub, manager=True))
    shown = manager.get(reverse("desk:outbox"), {"failing": "1"}).content.decode()
    assert worker.account.email in shown
    assert "SMTPException" in shown
    monkeypatch.setattr(sending, "send_mail", working)
    assert send(moment) == 1
    assert worker.account.email not in manager.get(reverse("desk:outbox"), {"failing": "1"}).content.decode()


def test_after_three_days_of_trying_it_is_given_up_and_said(contact, worker):
    tell(worker, contact)
    Email.objects.using(B).update(tries=MOST_TRIES, why_not="SMTPException")
    assert send() == 0
    shown = browser(StaffFactory(hub=contact.hub, manager=True)).get(reverse("desk:outbox")).content.decode()
    assert "1 were given up after three days of trying" in shown


def test_what_nobody_read_goes_on_to_the_lead_and_then_to_the_manager(contact, worker):
    lead = StaffFactory(hub=contact.hub, agency=worker.agency, screener=True, leads=True)
    manager = StaffFactory(hub=contact.hub, manager=True)
    due = MONDAY_9AM + 4 * HOUR
    tell(worker, contact, due_at=due)
    assert pass_on(due - HOUR - MINUTE) == 0
    assert pass_on(due - HOUR) == 1
    assert pass_on(due - HOUR) == 0
    assert [one.account_id for one in kept()] == [worker.account_id, lead.account_id]
    assert pass_on(due - 31 * MINUTE) == 0  # the lead has half an hour to read it
    assert pass_on(due - 30 * MINUTE) == 1
    assert [one.account_id for one in kept()][-1] == manager.account_id
    assert pass_on(due + HOUR) == 0
    assert len(kept()) == 3
    told = Entry.objects.using(B).filter(event="notification.went_on").order_by("at")
    assert [one.detail["to"] for one in told] == [1, 1, 0]


def test_what_was_read_or_has_no_time_goes_nowhere(contact, worker):
    StaffFactory(hub=contact.hub, manager=True)
    tell(worker, contact)
    tell(worker, contact, at=MONDAY_9AM + MINUTE, due_at=MONDAY_9AM + HOUR)
    browser(worker).post(reverse("notifications:read", args=[kept()[1].pk]))
    assert pass_on(MONDAY_9AM + 9 * HOUR) == 0
    assert len(kept()) == 2


def test_nothing_goes_on_to_whoever_is_kept_from_the_case_nor_what_is_private(contact, worker):
    lead = StaffFactory(hub=contact.hub, agency=worker.agency, screener=True, leads=True)
    manager = StaffFactory(hub=contact.hub, manager=True)
    AccessFactory(staff=lead, contact_id=contact.pk, bars=True)
    tell(worker, contact, due_at=MONDAY_9AM + HOUR)
    tell(worker, private=True, due_at=MONDAY_9AM + HOUR)
    assert pass_on(MONDAY_9AM + HOUR) == 1
    assert [one.account_id for one in kept()][2:] == [manager.account_id]


def test_a_hub_says_its_own_order_and_hours(contact, worker):
    from mash.common.editions import content_of
    from mash.notifications.content import notifications_content, numbers

    with in_service("reminders"), content_of(contact.hub_id):
        assert [one.id for one in notifications_content().goes_on] == ["lead", "on_duty", "manager"]
        assert numbers()["one_a_day_hour"] == 8


def test_the_settings_are_kept_shown_again_and_refused_in_plain_words(worker):
    client, address = browser(worker), reverse("notifications:settings")
    wrong = client.post(address, {"how": "one_a_day", "quiet": "own", "quiet_from": "soon"})
    said = wrong.content.decode()
    assert wrong.status_code == 200
    assert "Quiet from must be a time, such as 18:00" in said
    assert "Say until when" in said
    assert client.post(address, {}).content.decode().count("Choose how we should tell you") >= 1
    same = client.post(
        address, {"how": "at_once", "quiet": "own", "quiet_from": "07:00", "quiet_until": "07:00"}
    )
    assert "Quiet until must be another time" in same.content.decode()
    good = {"how": "one_a_day", "quiet": "own", "quiet_from": "18:00", "quiet_until": "07:30"}
    assert client.post(address, good).status_code == 302
    shown = client.get(address).content.decode()
    assert 'value="18:00"' in shown
    assert client.post(address, good | {"quiet": "none"}).status_code == 302
    found = Wish.objects.using(B).get()
    assert (found.how, found.quiet, found.quiet_from) == ("one_a_day", "none", None)


def test_how_somebody_is_told_is_theirs_alone(worker):
    wish(worker, How.ONE_A_DAY)
    for other in (
        StaffFactory(hub=worker.hub, whole_desk=True),
        StaffFactory(account=worker.account, screener=True),
    ):
        with signed_in_as(other):
            assert not Wish.objects.exists()
    twin = StaffFactory(hub=worker.hub, account=worker.account, title="Another post here")
    with signed_in_as(twin):
        assert Wish.objects.count() == 1


def test_an_agencys_own_worker_is_told_too():
    hub, agency = HubFactory(), AgencyFactory()
    school = StaffFactory(hub=hub, agency=agency, answerer=True)
    tell(school)
    assert "Gaps in the rota" in page_of(school)
