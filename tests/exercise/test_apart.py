"""Nothing of an exercise reaches a live hub, and nothing of a live hub reaches an exercise."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from mash.boroughs.models import Asked, Known
from mash.boroughs.queries.moving import hubs_to_move_to
from mash.contact.models import Contact
from mash.notifications.actions import send_queued
from mash.partnership import actions as partnership
from mash.partnership.models import Email, Hub
from mash.people.models import Person
from mash.referral import queries as referrals
from tests.boroughs.story import CHILD, Side, ask
from tests.exercise.story import NINE, B, Room, of
from tests.factories.base import browser, in_service, signed_in_as
from tests.factories.partnership import HubFactory, StaffFactory

pytestmark = pytest.mark.usefixtures("transactional_db")


@pytest.fixture
def room():
    return Room(at=timezone.now() - timedelta(minutes=5)).under_way()


def test_no_email_leaves_the_hub_of_an_exercise_and_others_go_on(room):
    mail.outbox = []
    place = of(Hub, pk=room.group(1).place_id)
    for hub in (place, room.hub):
        with in_service("intake"):
            partnership.queue_email(
                hub_id=hub.pk, to=f"{hub.prefix}@agency.example", subject="News", body="Sign in.", at=NINE
            )
    with in_service("post_room"):
        assert send_queued(at=NINE) >= 1
    assert f"{place.prefix}@agency.example" not in {one.to[0] for one in mail.outbox}
    assert f"{room.hub.prefix}@agency.example" in {one.to[0] for one in mail.outbox}
    assert Email.objects.using(B).get(hub=place).sent_at is None


def test_a_live_hub_does_not_meet_who_stands_in_an_exercise_nor_the_reverse(room):
    place = of(Hub, pk=room.group(1).place_id)
    live, inside = Side(hub=room.hub), Side(hub=place)
    ask(live)
    ask(inside)
    assert not Known.objects.using(B).exists()
    assert not Asked.objects.using(B).filter(hub=place).exists()
    assert not Asked.objects.using(B).filter(from_hub_id=place.pk).exists()


def test_a_training_hub_does_not_meet_one_either(room):
    Hub.objects.using(B).filter(pk=room.hub.pk).update(is_training=True)
    place, demo = of(Hub, pk=room.group(1).place_id), Side(hub=HubFactory(is_training=True))
    Side(hub=place)
    ask(demo)
    assert not Asked.objects.using(B).filter(hub=place).exists()
    with signed_in_as(demo.decider):
        assert place not in hubs_to_move_to(demo.hub)
        assert not hubs_to_move_to(place).exists()


def test_nobody_who_is_worried_is_led_to_an_exercise(room, client):
    place = room.group(1).place_id
    for training in (False, True):
        Hub.objects.using(B).filter(exercise_for=None).update(is_training=training)
        with in_service("front_door"):
            assert place not in {one.pk for one in referrals.hubs()}
    prefix = Hub.objects.using(B).get(pk=place).prefix
    address = reverse("referral:start", args=[prefix])
    assert client.get(address).status_code == 200  # for whoever sits in it and has the address
    room.ends()
    assert client.get(address).status_code == 404


def test_what_a_group_records_changes_no_page_of_the_live_hub(room):
    manager = StaffFactory(hub=room.hub, duties=["manage", "screen", "decide", "clear"])
    pages = [
        reverse("desk:worklist"),
        reverse("people:search"),
        reverse("decision:turnaround"),
        reverse("quality:home"),
    ]

    def look():
        page = browser(manager)
        return [strip(page.get(address).content.decode()) for address in pages]

    before = look()
    room.gives(1, after=5)
    room.puts_in(after=5)
    post = room.post(1, "hub_manager")
    assert "Larkhill Primary" in browser(post).get(reverse("desk:worklist")).content.decode()
    assert look() == before
    with signed_in_as(manager):
        assert not Contact.objects.exists()
        assert not Person.objects.exists()


def strip(words):
    """Return a page without the tokens that differ each time, and without how long the session lasts."""
    words = re.sub(r'name="(csrfmiddlewaretoken|key|kept_for)" value="[^"]*"', "", words)
    return re.sub(r'data-session-left="[^"]*"', "", words)


def test_matching_in_an_exercise_finds_nobody_of_a_live_hub(room):
    live = Side(hub=room.hub)
    post = room.post(1, "hub_manager")
    with signed_in_as(post):
        assert not Person.objects.filter(pk=live.person.pk).exists()
        assert not Contact.objects.exists()
    shown = browser(post).post(reverse("people:search"), {"given": CHILD["given"], "family": CHILD["family"]})
    assert "Quillfeather" not in shown.content.decode().replace('value="Quillfeather"', "")
    with signed_in_as(live.screener):
        assert not Person.objects.filter(hub=post.hub_id).exists()
