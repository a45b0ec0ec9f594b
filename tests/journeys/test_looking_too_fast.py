"""Looking at too much at once, in a browser: told plainly, with when to go on, and the draft is still there."""

import pytest
from django.urls import reverse

from mash.partnership import paces
from mash.partnership.models import Tally
from tests.factories.contact import ContactFactory
from tests.factories.partnership import StaffFactory


@pytest.fixture
def stopped(transactional_db, visitor, settings, monkeypatch, width):
    settings.MASH_LIMITS_TIMES = 1
    monkeypatch.setattr(paces, "SLOWED_BY", 0.01)
    worker = StaffFactory(screener=True)
    person = visitor(worker, width=width)
    person.contact = ContactFactory(hub=worker.hub)
    return person


def test_a_worker_who_opens_too_much_is_told_when_to_go_on(stopped):
    page = reverse("desk:case", args=[stopped.contact.pk])
    stopped.opens(page)
    Tally.objects.using("builder").update(value=5000)
    stopped.opens(page, status=429)
    assert stopped.sees("You have opened a lot in a short time")
    assert stopped.sees("Nothing is lost.")
    stopped.photographs("too-fast")
    Tally.objects.using("builder").update(value=1)
    stopped.opens(page)
    assert stopped.sees(stopped.contact.reference)
