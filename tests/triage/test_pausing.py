"""Letting a clock rest: where the hub allows it, for whom, how long, and what it never stops."""

import uuid
from datetime import datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from mash.common.clock import LONDON, State
from mash.common.editions import content_of
from mash.ledger.models import Entry
from mash.triage import actions, policy, queries
from mash.triage.models import Paused, Standing
from tests.factories.base import browser, signed_in_as
from tests.factories.contact import ContactFactory
from tests.factories.partnership import MONDAY_9AM, AccessFactory, HubFactory, StaffFactory
from tests.factories.setup import EditionFactory, changed
from tests.factories.triage import RatingFactory

pytestmark = pytest.mark.usefixtures("transactional_db")
DAY = timedelta(days=1)
TEN = MONDAY_9AM + timedelta(hours=1)


def allow(raw):
    raw["working_time"]["pauses"].append({"id": "abroad", "label": "The family is abroad"})


def rated(colour="amber", *, allowed=True, **options):
    """Return a rated contact of a hub that pauses a clock for a family abroad."""
    hub = options.pop("hub", None) or HubFactory()
    if allowed:
        EditionFactory(hub=hub, content="ratings", words=changed("ratings", allow))
    contact = ContactFactory(hub=hub, received_at=MONDAY_9AM, **options)
    if colour:
        RatingFactory(contact=contact, colour=colour, at=MONDAY_9AM)
    return contact


def manager_of(contact, **options):
    return StaffFactory(hub=contact.hub, **({"duties": ["manage", "screen"]} | options))


def pause(contact, by=None, at=TEN, **said):
    words = {"reason": "abroad", "words": "Back on Friday.", "until": at + 3 * DAY} | said
    by = by or manager_of(contact)
    with signed_in_as(by):
        return actions.pause_clock(contact=contact, by=by, at=at, **words)


def clock_of(contact, at):
    by = manager_of(contact)
    with signed_in_as(by), content_of(contact.hub_id):
        return queries.clock_for(queries.find(by, contact.pk), at).clock


def test_a_paused_clock_rests_and_runs_on_by_itself():
    contact = rated()
    before = clock_of(contact, TEN).due_at
    pause(contact)
    resting = clock_of(contact, TEN + DAY)
    assert resting.state(TEN + DAY) is State.PAUSED
    assert resting.due_at > before
    assert resting.due_without_pauses == before
    assert clock_of(contact, TEN + 4 * DAY).state(TEN + 4 * DAY) is not State.PAUSED
    assert Standing.objects.using("builder").get(contact=contact).due_at == resting.due_at
    (line,) = Entry.objects.using("builder").filter(event="clock.paused")
    assert line.why == "The family is abroad: Back on Friday."


def test_it_runs_on_when_a_manager_says_so():
    contact = rated()
    before = clock_of(contact, TEN).due_at
    made = pause(contact)
    by = manager_of(contact)
    with signed_in_as(by):
        for _ in range(2):
            actions.end_pause(pause=queries.find_pause(contact, made.pk), by=by, at=TEN)
    assert clock_of(contact, TEN).due_at == before
    assert Entry.objects.using("builder").filter(event="clock.runs_on").count() == 1


def test_raising_to_red_ends_a_pause_at_once():
    contact = rated()
    pause(contact)
    RatingFactory(contact=contact, colour="red", change="news", at=TEN + timedelta(hours=1))
    later = TEN + timedelta(hours=2)
    assert clock_of(contact, later).state(later) is not State.PAUSED


@pytest.mark.parametrize(
    ("contact", "said", "why"),
    [
        ({"colour": "red"}, {}, "never paused"),
        ({"colour": ""}, {}, "never paused"),
        ({"allowed": False}, {}, "does not pause a clock for that reason"),
        ({}, {"reason": "tired"}, "does not pause a clock for that reason"),
        ({}, {"words": "  "}, "Say what is waited for"),
        ({}, {"until": TEN}, "within 28 days"),
        ({}, {"until": TEN + 29 * DAY}, "within 28 days"),
    ],
    ids=str,
)
def test_what_is_never_paused(contact, said, why):
    made = rated(**contact)
    with pytest.raises(actions.NotPaused, match=why):
        pause(made, **said)
    assert not Paused.objects.using("builder").exists()


def test_one_pause_at_a_time_and_the_same_form_pauses_once():
    contact, key = rated(), uuid.uuid4()
    by = manager_of(contact)
    first = pause(contact, by=by, key=key)
    assert pause(contact, by=by, key=key).pk == first.pk
    with pytest.raises(actions.NotPaused, match="paused already"):
        pause(contact, by=by)


@pytest.mark.parametrize(
    ("duties", "may"),
    [
        (["manage", "screen"], True),
        (["decide"], True),
        (["approve", "screen"], True),
        (["screen"], False),
        (["assess"], False),
        (["answer"], False),
        (["audit"], False),
        (["administer"], False),
    ],
    ids=str,
)
def test_a_manager_pauses_and_nobody_else(duties, may):
    contact = rated()
    by = StaffFactory(hub=contact.hub, duties=duties)
    with signed_in_as(by):
        assert bool(policy.may_pause(by, contact)) is may
    if not may:
        with pytest.raises(PermissionDenied):
            pause(contact, by=by)


def test_neither_a_manager_elsewhere_nor_one_who_is_kept_from_it():
    contact = rated()
    barred = manager_of(contact)
    AccessFactory(staff=barred, contact_id=contact.pk, bars=True)
    both = StaffFactory(
        account=manager_of(contact).account, duties=["manage", "screen"]
    )  # their post elsewhere
    for by in (StaffFactory(duties=["manage", "screen"]), barred, both):
        with pytest.raises(PermissionDenied):
            pause(contact, by=by)
        assert browser(by).get(reverse("triage:pause", args=[contact.pk])).status_code == 404


# The page


def send(client, contact, **said):
    on = timezone.now().astimezone(LONDON).date() + 3 * DAY
    words = {"key": uuid.uuid4(), "reason": "abroad", "words": "Back on Friday."}
    words |= {"until_on-day": on.day, "until_on-month": on.month, "until_on-year": on.year} | said
    return client.post(reverse("triage:pause", args=[contact.pk]), words, follow=True)


def test_a_manager_pauses_on_the_page_and_ends_it():
    contact = rated()
    client = browser(manager_of(contact))
    assert "Pauses of its clock" in client.get(reverse("triage:page", args=[contact.pk])).text
    page = send(client, contact)
    assert "The clock is paused." in page.text
    assert "The family is abroad: Back on Friday." in page.text
    (made,) = Paused.objects.using("builder").all()
    local = made.until_at.astimezone(LONDON)
    assert (local.hour, local.minute) == (0, 0)
    assert "Its clock rests until" in client.get(reverse("triage:page", args=[contact.pk])).text
    ended = client.post(reverse("triage:run_on", args=[contact.pk, made.pk]), follow=True)
    assert "The clock runs on." in ended.text
    assert "Let the clock run on now" not in ended.text


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"words": ""}, "Say what is waited for"),
        ({"reason": ""}, "Select why the clock is paused"),
        ({"until_on-year": "2199"}, "The last day of the pause must be"),
        ({"until_on-day": "", "until_on-month": "", "until_on-year": ""}, "Say until which day"),
    ],
)
def test_what_is_missing_is_said_at_its_field(said, why):
    contact = rated()
    page = send(browser(manager_of(contact)), contact, **said)
    assert why in page.text
    assert "<title>Error: " in page.text
    assert not Paused.objects.using("builder").exists()


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"allowed": False}, "This hub pauses no clock"),
        ({"colour": "red"}, "is red, so its clock is not paused"),
        ({"colour": ""}, "is not rated yet"),
    ],
)
def test_the_page_says_why_a_clock_is_not_paused(options, why):
    contact = rated(**options)
    page = browser(manager_of(contact)).get(reverse("triage:pause", args=[contact.pk]))
    assert why in page.text
    assert "until_on" not in page.text


def test_a_pause_of_another_contact_is_not_there():
    contact, other = rated(), rated()
    made = pause(other)
    client = browser(manager_of(contact))
    assert client.post(reverse("triage:run_on", args=[contact.pk, made.pk])).status_code == 404


def test_moments_are_on_englands_clock():
    summer = datetime(2026, 7, 1, 9, tzinfo=LONDON)
    contact = rated()
    assert pause(contact, at=summer, until=summer + DAY).until_at == summer + DAY
