"""A worker is told of something, opens it, and says how they wish to be told: with and without JavaScript."""

import pytest
from django.urls import reverse
from django.utils import timezone

from mash.notifications.models import Wish
from mash.partnership.actions import notify
from mash.partnership.models import Email
from tests.factories.base import in_service
from tests.factories.contact import ContactFactory
from tests.factories.partnership import StaffFactory

pytestmark = pytest.mark.usefixtures("transactional_db")


def test_a_worker_is_told_opens_it_and_sets_quiet_hours_and_one_email_a_day(visitor, width):
    worker = StaffFactory(whole_desk=True)
    contact = ContactFactory(hub=worker.hub)
    with in_service("reminders"):
        notify(
            hub_id=worker.hub_id, to=worker.account.email, subject=f"A clock is running out: {contact.reference}",
            body="Sign in to see it.  Half of its time has gone.", at=timezone.now(), contact=contact.pk,
        )  # fmt: skip
    one = visitor(worker, width=width)

    one.opens(reverse("desk:worklist"))
    assert one.sees("Notifications 1")
    one.follows("Notifications 1 unread")
    assert one.sees("Half of its time has gone.")
    one.photographs("notifications")
    one.presses("Open", exact=False)
    assert one.sees(contact.reference)
    assert not one.sees("Notifications 1")
    assert Email.objects.using("builder").get().read_at

    one.opens(reverse("notifications:listed"))
    one.follows("How we tell you")
    one.chooses("One e-mail a day")
    one.chooses("My own")
    one.presses("Save")
    assert one.sees("Say from when")
    one.photographs("notifications_wrong")
    one.fills("Quiet from", "18:00")
    one.fills("Quiet until", "07:30")
    one.presses("Save")
    assert one.sees("This is how we tell you from now on.")
    wish = Wish.objects.using("builder").get()
    assert (wish.how, wish.quiet, f"{wish.quiet_from:%H:%M}") == ("one_a_day", "own", "18:00")
