"""An administrator signs a colleague out everywhere: from the next click on, in words, and in the record."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from mash.ledger.models import Entry
from mash.setup.actions import end_sessions
from tests.factories.base import browser, signed_in_as
from tests.factories.partnership import MONDAY_9AM, HubFactory, StaffFactory

pytestmark = pytest.mark.usefixtures("transactional_db")


@pytest.fixture
def hub():
    return HubFactory()


@pytest.fixture
def administrator(hub):
    return StaffFactory(hub=hub, duties=["administer"])


@pytest.fixture
def worker(hub):
    return StaffFactory(hub=hub, screener=True)


def at(post):
    return reverse("setup:end_sessions", args=[post.pk])


def lines():
    return list(Entry.objects.using("builder").filter(event="account.sessions_ended"))


def test_a_colleague_is_signed_out_everywhere_from_the_next_click_on(administrator, worker):
    elsewhere = StaffFactory(account=worker.account, screener=True)
    here, there = browser(worker), browser(elsewhere)
    assert here.get(reverse("desk:worklist")).status_code == 200
    answer = browser(administrator).post(at(worker), {"why": "Laptop stolen"}, follow=True)
    assert f"{worker.account.name} is signed out everywhere." in answer.content.decode()
    for client in (here, there):
        assert client.get(reverse("desk:worklist")).url.startswith(reverse("account_login"))
    (line,) = lines()
    assert (line.actor, line.why) == (f"staff:{administrator.pk}", "Laptop stolen")
    assert line.about == f"partnership.account:{worker.account_id}"
    assert "Signed out everywhere" in browser(administrator).get(reverse("setup:log")).content.decode()
    assert (
        browser(type(worker).objects.using("builder").select_related("account").get(pk=worker.pk))
        .get(reverse("desk:worklist"))
        .status_code
        == 200
    ), "they may sign in again"


def test_without_a_reason_nobody_is_signed_out(administrator, worker):
    client = browser(worker)
    answer = browser(administrator).post(at(worker), {"why": " "}, follow=True)
    assert "Enter why they are signed out." in answer.content.decode()
    assert client.get(reverse("desk:worklist")).status_code == 200
    assert lines() == []


def test_nobody_ends_their_own_and_nobody_of_another_hub(administrator, worker):
    assert browser(administrator).post(at(administrator), {"why": "x"}).status_code == 403
    stranger = StaffFactory(duties=["administer"])
    assert browser(stranger).post(at(worker), {"why": "x"}).status_code == 404
    with signed_in_as(stranger), pytest.raises(PermissionDenied):
        end_sessions(post=worker, why="x", by=stranger, at=MONDAY_9AM)


@pytest.mark.parametrize("duties", [["screen"], ["decide"], ["audit"], []])
def test_nobody_else_does(worker, hub, duties):
    other = StaffFactory(hub=hub, duties=duties)
    assert browser(other).post(at(worker), {"why": "x"}).status_code in {403, 404}
    assert browser(worker).get(reverse("desk:worklist")).status_code == 200


def test_the_page_of_a_post_offers_it(administrator, worker):
    page = browser(administrator).get(reverse("setup:post", args=[worker.pk])).content.decode()
    assert "Sign them out everywhere" in page
    assert at(worker) in page
