"""Saved views: shared with a duty, changed by whoever keeps them, and watched for what comes in."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from mash.desk.models import SavedView, Watching
from mash.desk.saved_views import actions, queries, watching
from mash.ledger.models import Entry
from mash.partnership.models import Email
from tests.factories.base import browser, in_service, signed_in_as
from tests.factories.contact import ContactFactory
from tests.factories.desk import SavedViewFactory
from tests.factories.partnership import MONDAY_9AM, AccessFactory, StaffFactory

pytestmark = pytest.mark.usefixtures("transactional_db")
LATER = MONDAY_9AM + timedelta(hours=3)


@pytest.fixture(autouse=True)
def now(monkeypatch):
    moment = [LATER]
    monkeypatch.setattr(timezone, "now", lambda: moment[0])
    return moment


@pytest.fixture
def worker():
    return StaffFactory(social_worker=True)


def everything(model, **where):
    return list(model.objects.using("builder").filter(**where))


def fresh(view):
    found = SavedView.objects.using("builder").get(pk=view.pk)
    found._state.db = "default"
    return found


def watch(by, view, at=LATER):
    with signed_in_as(by):
        actions.watch(view=fresh(view), by=by, at=at)


def new_for(by, at=LATER):
    with signed_in_as(by):
        return {one.view.pk: one.new for one in watching.kept(by, at)}


@pytest.mark.parametrize(
    ("duty", "reader", "sees"),
    [
        ("", {"screener": True}, True),
        ("screen", {"screener": True}, True),
        ("screen", {"whole_desk": True}, True),
        ("decide", {"screener": True}, False),
        ("decide", {"decider": True}, True),
        ("decide", {"answerer": True}, False),
    ],
)
def test_a_view_is_shared_with_the_desk_or_with_a_duty(worker, duty, reader, sees):
    view = SavedViewFactory(staff=worker, shared=True, duty=duty)
    colleague = StaffFactory(hub=worker.hub, **reader)
    with signed_in_as(colleague):
        assert SavedView.objects.filter(pk=view.pk).exists() is sees
        assert queries.views_of(colleague).filter(pk=view.pk).exists() is (sees and "answerer" not in reader)
    for own in (worker,):
        with signed_in_as(own):
            assert queries.views_of(own).filter(pk=view.pk).exists()
    answer = browser(colleague).post(reverse("desk:view", args=[view.pk]))
    assert answer.status_code == (302 if sees else 403 if "answerer" in reader else 404)


def test_whoever_opens_a_shared_view_sees_only_what_they_may(worker):
    contact, other = ContactFactory(hub=worker.hub), ContactFactory(hub=worker.hub)
    view = SavedViewFactory(staff=worker, shared=True, query="")
    colleague = StaffFactory(hub=worker.hub, screener=True)
    AccessFactory(staff=colleague, contact_id=contact.pk, bars=True)
    page = browser(colleague).post(reverse("desk:view", args=[view.pk]), follow=True).content.decode()
    assert other.reference in page
    assert contact.reference not in page


def test_only_its_keeper_changes_a_view(worker):
    view = SavedViewFactory(staff=worker, shared=True)
    change = reverse("desk:change_view", args=[view.pk])
    said = {"name": "Ambers", "shared": "on", "duty": "decide"}
    assert browser(StaffFactory(hub=worker.hub, screener=True)).post(change, said).status_code == 403
    assert browser(StaffFactory(screener=True)).post(change, said).status_code == 404
    client = browser(worker)
    assert "Enter a name" in client.post(change, {"name": ""}).content.decode()
    ContactFactory(hub=worker.hub)
    assert "name it after what it shows" in client.post(change, {"name": "Okafor"}).content.decode()
    assert client.post(change, said).status_code == 302
    found = fresh(view)
    assert (found.name, found.shared, found.duty) == ("Ambers", True, "decide")
    client.post(change, {"name": "Ambers", "duty": "decide"})
    found = fresh(view)
    assert (found.shared, found.duty) == (False, "")
    SavedViewFactory(staff=worker, name="Greens")
    assert "Another view of yours" in client.post(change, {"name": "greens"}).content.decode()


def test_what_comes_in_after_one_looked_is_new_until_one_looks(worker, now):
    view = SavedViewFactory(staff=worker, query="")
    ContactFactory(hub=worker.hub, received_at=LATER - timedelta(hours=1))
    watch(worker, view)
    assert new_for(worker) == {view.pk: 0}
    mine = ContactFactory(hub=worker.hub, received_at=LATER + timedelta(hours=1))
    ContactFactory(received_at=LATER + timedelta(hours=1))
    now[0] += timedelta(hours=2)
    assert new_for(worker, now[0]) == {view.pk: 1}
    client = browser(worker)
    assert "1 new" in client.get(reverse("desk:views")).content.decode()
    opened = client.post(reverse("desk:view", args=[view.pk]), follow=True)
    assert mine.reference in opened.content.decode()
    assert new_for(worker, now[0]) == {view.pk: 0}
    AccessFactory(staff=worker, contact_id=mine.pk, bars=True)


def test_nothing_that_a_worker_may_not_see_is_new_to_them(worker):
    view = SavedViewFactory(staff=worker, query="")
    watch(worker, view)
    hidden = ContactFactory(hub=worker.hub, received_at=LATER + timedelta(hours=1))
    AccessFactory(staff=worker, contact_id=hidden.pk, bars=True)
    at = LATER + timedelta(hours=2)
    assert new_for(worker, at) == {view.pk: 0}
    with in_service("reminders"):
        assert actions.tell_of_new(at=at) == 0


def test_a_watcher_is_told_once_until_they_look_and_of_nothing_else(worker, now):
    view = SavedViewFactory(staff=worker, query="", shared=True)
    colleague = StaffFactory(hub=worker.hub, screener=True)
    watch(worker, view)
    watch(colleague, view)
    contact = ContactFactory(hub=worker.hub, received_at=LATER + timedelta(hours=1))
    at = now[0] = LATER + timedelta(hours=2)
    for expected in (2, 0):
        with in_service("reminders"):
            assert actions.tell_of_new(at=at) == expected
    mails = everything(Email, subject=actions.SUBJECT)
    assert {one.to for one in mails} == {worker.account.email, colleague.account.email}
    for one in mails:
        assert one.body == actions.BODY
        for words in (contact.reference, view.name, str(contact.pk), worker.account.name):
            assert words not in one.body + one.subject
    with signed_in_as(worker):
        actions.look(view=fresh(view), by=worker, at=at)
    ContactFactory(hub=worker.hub, received_at=at + timedelta(hours=1))
    with in_service("reminders"):
        assert actions.tell_of_new(at=at + timedelta(hours=2)) == 1


@pytest.mark.parametrize("gone", ["post ended", "view let go", "not shared any more"])
def test_nobody_is_told_of_what_is_theirs_no_more(worker, gone):
    view = SavedViewFactory(staff=worker, query="", shared=True)
    colleague = StaffFactory(hub=worker.hub, screener=True)
    watch(colleague, view)
    ContactFactory(hub=worker.hub, received_at=LATER + timedelta(hours=1))
    if gone == "post ended":
        type(colleague).objects.using("builder").filter(pk=colleague.pk).update(until_at=LATER)
    elif gone == "view let go":
        SavedView.objects.using("builder").filter(pk=view.pk).update(withdrawn_at=LATER)
    else:
        SavedView.objects.using("builder").filter(pk=view.pk).update(shared=False)
    with in_service("reminders"):
        assert actions.tell_of_new(at=LATER + timedelta(hours=2)) == 0


def test_five_are_watched_at_most_and_watching_ends(worker):
    views = [SavedViewFactory(staff=worker, name=f"View {letter}") for letter in "abcdef"]
    client = browser(worker)
    for view in views:
        client.post(reverse("desk:watch_view", args=[view.pk]))
    client.post(reverse("desk:watch_view", args=[views[0].pk]))
    assert len(everything(Watching)) == actions.MOST_WATCHED
    for _ in range(2):
        client.post(reverse("desk:watch_view", args=[views[0].pk]), {"stop": "yes"})
    assert len(everything(Watching)) == actions.MOST_WATCHED - 1
    assert Entry.objects.using("builder").filter(event="view.not_watched").count() == 1


def test_nobody_watches_for_another_or_sees_what_another_watches(worker):
    view = SavedViewFactory(staff=worker, shared=True)
    watch(worker, view)
    colleague = StaffFactory(hub=worker.hub, screener=True)
    with signed_in_as(colleague):
        assert not Watching.objects.exists()
        assert not Watching.objects.all().delete()[0]
    assert len(everything(Watching)) == 1
    for reader in (StaffFactory(hub=worker.hub, answerer=True), StaffFactory(screener=True)):
        assert browser(reader).post(reverse("desk:watch_view", args=[view.pk])).status_code in {403, 404}


def test_a_view_is_shared_with_a_duty_as_it_is_kept(worker):
    form = {"name": "Reds", "query": "rating=red", "shared": "on", "duty": "decide"}
    assert browser(worker).post(reverse("desk:keep_list", args=["worklist"]), form).status_code == 302
    (view,) = everything(SavedView)
    assert (view.shared, view.duty) == (True, "decide")
    page = browser(worker).get(reverse("desk:views")).content.decode()
    assert "Rating: Red" in page
    assert "shared with who has the duty: Decide as the social care manager" in page
