"""Posts that nobody uses stop, for the database too, and are started again by whoever may."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, connections, transaction
from django.test import Client
from django.urls import reverse

from mash.check.queries.releases import may_receive
from mash.common.identity import acting_as
from mash.desk.queries.listing import workers
from mash.partnership.actions.dormancy import note_taken, stop_what_nobody_uses, wake
from mash.partnership.models import Account, Dormant, Duty, PostTaken, Woken
from mash.partnership.queries import (
    colleagues,
    dormancy_of,
    post_of,
    posts,
    rota,
    stopped_posts,
    working_colleagues,
)
from mash.setup.actions import wake_post
from tests.factories.base import browser, in_service, signed_in_as
from tests.factories.partnership import MONDAY_9AM, HubFactory, StaffFactory

pytestmark = pytest.mark.usefixtures("transactional_db")

PASSWORD = "a-long-enough-secret"
LONG_AGO = MONDAY_9AM - timedelta(days=500)


def a_post(**more):
    return StaffFactory(**{"from_at": LONG_AGO} | more)


def taken(post, at):
    with acting_as(post.account.identity), transaction.atomic():
        note_taken(post=post, at=at)


def stop(hub, at=MONDAY_9AM):
    with in_service("reminders"):
        return {one.staff for one in stop_what_nobody_uses(hub=hub, at=at)}


def stopped(post):
    found = Dormant.objects.using("builder").get(staff=post.pk, woken=None)
    found._state.db = "default"
    return found


def opens_anything(post):
    with signed_in_as(post), connection.cursor() as cursor:
        cursor.execute("SELECT identity.my_post(), identity.my_hubs()")
        mine, hubs = cursor.fetchone()
        return bool(mine and hubs and post_of(post.identity, MONDAY_9AM))


def wakes(dormant, account, identity):
    with acting_as(identity), transaction.atomic():
        wake(dormant=dormant, account=account, why="Back from leave", at=MONDAY_9AM)


@pytest.mark.parametrize(
    ("duties", "days", "stops"),
    [
        (["screen"], 30, False),
        (["screen"], 31, True),
        (["screen", "answer"], 31, True),
        (["clear", "answer"], 31, True),
        (["manage"], 31, True),
        (["audit"], 31, True),
        (["answer"], 31, False),
        (["answer"], 400, False),
        (["answer"], 401, True),
        ([], 400, False),
        ([], 401, True),
    ],
)
def test_how_long_a_post_may_go_unused(duties, days, stops):
    post = a_post(duties=duties)
    taken(post, MONDAY_9AM - timedelta(days=days))
    assert opens_anything(post)
    assert stop(post.hub) == ({post} if stops else set())
    assert opens_anything(post) is not stops
    assert stop(post.hub) == set()


def test_a_new_post_has_its_days_too_and_one_of_another_hub_is_left_alone():
    new = StaffFactory(screener=True, from_at=MONDAY_9AM - timedelta(days=29))
    old = a_post(screener=True, hub=new.hub)
    elsewhere = a_post(screener=True)
    assert stop(new.hub) == {old}
    assert opens_anything(new)
    assert opens_anything(elsewhere)


def test_the_last_administrator_of_a_hub_is_left_whoever_was_away_longer_goes_first():
    older = a_post(duties=[Duty.ADMINISTER])
    newer = a_post(duties=[Duty.ADMINISTER, Duty.SCREEN], hub=older.hub)
    taken(older, MONDAY_9AM - timedelta(days=90))
    taken(newer, MONDAY_9AM - timedelta(days=60))
    assert stop(older.hub) == {older}
    assert stop(older.hub) == set()
    assert opens_anything(newer)


def test_somebody_who_sets_up_the_hub_lets_another_work_again_with_a_reason_and_it_has_its_days_anew():
    post = a_post(screener=True)
    stop(post.hub)
    administrator = StaffFactory(hub=post.hub, administrator=True)
    client = browser(administrator)
    page = client.get(reverse("setup:post", args=[post.pk])).content.decode()
    assert "Stopped since" in page
    client.post(reverse("setup:wake", args=[post.pk]), {"why": " "})
    assert not opens_anything(post)
    for _ in range(2):  # a double click
        client.post(reverse("setup:wake", args=[post.pk]), {"why": "Back from leave"})
    assert opens_anything(post)
    assert Woken.objects.using("builder").count() == 1
    assert "Stopped since" not in client.get(reverse("setup:post", args=[post.pk])).content.decode()
    assert stop(post.hub) == set()
    woken_at = Woken.objects.using("builder").get().at
    assert stop(post.hub, woken_at + timedelta(days=31)) == {post}


@pytest.mark.parametrize("who", ["its owner", "its owner as administrator", "a colleague", "another hub"])
def test_nobody_else_wakes_a_post_of_the_hub_not_even_past_the_rules_of_the_code(who):
    post = a_post(screener=True)
    stop(post.hub)
    dormant, account = stopped(post), post.account
    if who == "its owner":
        identity = account.identity
    elif who == "its owner as administrator":
        own = StaffFactory(hub=post.hub, account=account, administrator=True)
        identity = own.identity
        with signed_in_as(own), pytest.raises(PermissionDenied):
            wake_post(dormant=dormant, why="Me again", by=own, at=MONDAY_9AM)
    else:
        other = (
            StaffFactory(hub=post.hub, screener=True)
            if who == "a colleague"
            else StaffFactory(administrator=True)
        )
        identity, account = other.identity, other.account
    with pytest.raises(DatabaseError, match="row-level security"):
        wakes(dormant, account, identity)
    assert not opens_anything(post)


def test_nobody_says_in_anothers_name_that_a_post_may_work_again():
    post = a_post(screener=True)
    stop(post.hub)
    administrator = StaffFactory(hub=post.hub, administrator=True)
    with pytest.raises(DatabaseError, match="row-level security"):
        wakes(stopped(post), StaffFactory(hub=post.hub).account, administrator.identity)


def test_nobody_but_a_service_stops_a_post_and_nothing_of_it_is_changed():
    post = a_post(screener=True)
    row = {"hub": post.hub, "staff": post, "owner_ends": False, "from_at": MONDAY_9AM}
    for staff in (StaffFactory(hub=post.hub, administrator=True), post):
        with pytest.raises(DatabaseError, match="row-level security"), signed_in_as(staff):
            Dormant.objects.create(**row)
    stop(post.hub)
    with pytest.raises(DatabaseError, match="permission denied"), in_service("reminders"):
        Dormant.objects.update(owner_ends=True)
    other = StaffFactory()
    with (
        pytest.raises(DatabaseError, match="row-level security"),
        acting_as(post.account.identity),
        transaction.atomic(),
    ):
        PostTaken.objects.create(staff=other, at=MONDAY_9AM)


def test_a_running_session_ends_with_the_post():
    post = a_post(screener=True)
    client = browser(post)
    assert client.get("/", follow=True).status_code == 200
    stop(post.hub)
    answer = client.get(reverse("desk:worklist"))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("post"))
    page = client.get(reverse("post")).content.decode()
    assert "Your post has stopped" in page
    assert "Use it again" not in page


def test_a_school_that_signs_in_after_long_starts_its_post_again():
    post = a_post(answerer=True)
    stop(post.hub)
    client = Client()
    client.force_login(post.account)
    page = client.get(reverse("post")).content.decode()
    assert "Use it again" in page
    key = str(stopped(post).pk)
    stranger = Client()
    stranger.force_login(StaffFactory().account)
    stranger.post(reverse("post"), {"wake": key})
    assert not opens_anything(post)
    client.post(reverse("post"), {"wake": "x"})
    client.post(reverse("post"), {"wake": key})
    assert opens_anything(post)
    assert client.get(reverse("post")).status_code == 302  # the only post is taken
    with acting_as(post.account.identity), transaction.atomic():
        assert list(posts(post.account, MONDAY_9AM)) == [post]
        assert not stopped_posts(post.account, MONDAY_9AM)


def test_whoever_has_another_post_goes_on_in_that_one():
    post = a_post(screener=True)
    other = StaffFactory(account=post.account, hub=HubFactory(name="Eastmere MASH"), screener=True)
    stop(post.hub)
    client = Client()
    client.force_login(post.account)
    page = client.get(reverse("post")).content.decode()
    assert "Eastmere MASH" in page
    assert "It stopped on" in page
    assert client.post(reverse("post"), {"post": str(post.pk)}).status_code == 404
    assert client.post(reverse("post"), {"post": str(other.pk)}).status_code == 302


def test_a_colleague_does_not_learn_that_a_post_stopped():
    post = a_post(screener=True)
    stop(post.hub)
    with signed_in_as(StaffFactory(hub=post.hub, screener=True)):
        assert dormancy_of(post) is None
    with signed_in_as(StaffFactory(hub=post.hub, administrator=True)):
        assert dormancy_of(post)


def offered(worker, agency):
    """Return to whom the pages of a hub offer something: work, an answer, a release, the rota, what somebody leaves."""
    with signed_in_as(worker):
        rota_of = rota.team(worker.hub_id, agency, MONDAY_9AM)
        return {
            "colleagues": {one.pk for one in working_colleagues(worker)},
            "given a contact": {one.pk for one in workers(worker)},
            "receives a release": {one.pk for one in may_receive(worker)},
            "on the rota": {one.pk for one in rota_of},
            "counted on": {
                key for key, one in rota.people(worker.hub_id, agency, MONDAY_9AM).items() if one.lasts
            },
        }


def test_a_post_that_stopped_is_offered_to_nobody_and_one_that_works_again_is():
    post = a_post(duties=["screen"])
    worker = StaffFactory(hub=post.hub, agency=post.agency, screener=True)
    elsewhere = a_post(duties=["screen"])
    taken(worker, MONDAY_9AM - timedelta(days=1))
    assert all(post.pk in found for found in offered(worker, post.agency_id).values())
    stop(post.hub)
    stop(elsewhere.hub)
    for what, found in offered(worker, post.agency_id).items():
        assert found == {worker.pk}, what
    with signed_in_as(worker):
        assert post.pk in {one.pk for one in colleagues(worker)}, "whom a conflict of interest may concern"
    administrator = StaffFactory(hub=post.hub, duties=["administer"])
    wakes(stopped(post), administrator.account, administrator.identity)
    assert all(post.pk in found for found in offered(worker, post.agency_id).values())


def test_which_posts_stopped_is_told_of_ones_own_hub_alone():
    post, other = a_post(duties=["screen"]), a_post(duties=["screen"])
    stop(post.hub)
    stop(other.hub)
    with signed_in_as(StaffFactory(hub=post.hub, screener=True)), connection.cursor() as cursor:
        cursor.execute("SELECT identity.stopped_posts()")
        assert cursor.fetchone()[0] == [post.pk]


def test_signing_in_ends_every_other_session_of_the_account():
    post = StaffFactory(screener=True)
    account = Account.objects.using("builder").get(pk=post.account_id)
    account.set_password(PASSWORD)
    account.save(using="builder")
    first, second = Client(), Client()
    for client in (first, second):
        client.post(reverse("account_login"), {"login": account.email, "password": PASSWORD})
        assert client.get(reverse("post")).status_code == 302
        assert client.get(reverse("desk:worklist")).status_code == 200
    ended = first.get(reverse("desk:worklist"))
    assert ended.status_code == 302
    assert ended["Location"].startswith(reverse("account_login"))
    assert second.get(reverse("desk:worklist")).status_code == 200
    with connections["builder"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM partnership_posttaken")
        assert cursor.fetchone() == (2,)
