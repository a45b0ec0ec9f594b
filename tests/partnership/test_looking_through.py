"""Posts are looked through each quarter by whoever leads the agency, and never by whoever holds them."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection
from django.urls import reverse
from django.utils import timezone

from mash.partnership.actions import looking_through as actions
from mash.partnership.models import Dormant, Email, StillNeeded
from mash.partnership.policy import may_look_through
from mash.partnership.queries.looking_through import to_look_through
from tests.factories.base import browser, in_service, signed_in_as
from tests.factories.partnership import AgencyFactory, HubFactory, StaffFactory

pytestmark = pytest.mark.usefixtures("transactional_db")

PAGE = "/rota/posts/"


@pytest.fixture
def now():
    return timezone.now().replace(microsecond=0)


@pytest.fixture
def lead(now):
    return StaffFactory(answerer=True, leads=True, from_at=now - timedelta(days=10))


def a_colleague(lead, now, days=100, **more):
    values = {"hub": lead.hub, "agency": lead.agency, "answerer": True, "from_at": now - timedelta(days=days)}
    return StaffFactory(**values | more)


def shown_to(staff, now):
    with signed_in_as(staff):
        return [one.post for one in to_look_through(staff, now)]


@pytest.mark.parametrize(("days", "shown"), [(77, False), (78, True), (100, True)])
def test_a_post_stands_on_its_leads_page_from_fourteen_days_before_its_day(lead, now, days, shown):
    post = a_colleague(lead, now, days)
    assert shown_to(lead, now) == ([post] if shown else [])
    if shown:
        with signed_in_as(lead):
            actions.say_still_needed(post=post, by=lead, at=now)
        assert shown_to(lead, now) == []
        assert shown_to(lead, now + timedelta(days=78)) == [post]


def test_who_looks_through_whose_posts(lead, now):
    """A lead those of their agency; the manager those that nobody leads, a lead's own, and what is late."""
    manager = StaffFactory(hub=lead.hub, duties=["manage"], from_at=now - timedelta(days=10))
    soon, late = a_colleague(lead, now, 85), a_colleague(lead, now, 95)
    unled = StaffFactory(
        hub=lead.hub, agency=AgencyFactory(), answerer=True, from_at=now - timedelta(days=85)
    )
    old_lead = a_colleague(lead, now, 85, leads=True)
    assert shown_to(lead, now) == [
        late,
        *sorted([soon, old_lead], key=lambda one: (one.from_at, str(one.pk))),
    ]
    assert set(shown_to(manager, now)) == {late, unled}
    assert set(shown_to(old_lead, now)) == {late, soon}
    other_hub = StaffFactory(agency=lead.agency, leads=True, answerer=True)
    assert shown_to(other_hub, now) == []


@pytest.mark.parametrize(
    ("who", "may"),
    [
        ("the lead", True),
        ("the manager", True),
        ("a colleague", False),
        ("the lead of another agency", False),
        ("the lead in another hub", False),
        ("an administrator", False),
        ("its owner as lead", False),
        ("its owner as manager", False),
    ],
)
def test_who_may_say_a_word_the_rule_and_the_database_alike(lead, now, who, may):
    post = a_colleague(lead, now)
    by = {
        "the lead": lambda: lead,
        "the manager": lambda: StaffFactory(hub=lead.hub, duties=["manage"]),
        "a colleague": lambda: a_colleague(lead, now),
        "the lead of another agency": lambda: StaffFactory(hub=lead.hub, leads=True, answerer=True),
        "the lead in another hub": lambda: StaffFactory(agency=lead.agency, leads=True, answerer=True),
        "an administrator": lambda: StaffFactory(hub=lead.hub, administrator=True),
        "its owner as lead": lambda: a_colleague(lead, now, account=post.account, leads=True, title="Lead"),
        "its owner as manager": lambda: StaffFactory(hub=lead.hub, account=post.account, duties=["manage"]),
    }[who]()
    assert bool(may_look_through(by, post)) is may
    needed = StillNeeded(hub=post.hub, staff=post, duties=[], by=by, at=now)
    stopped = Dormant(hub=post.hub, staff=post, owner_ends=False, why="Left", from_at=now)
    for row, model in ((needed, StillNeeded), (stopped, Dormant)):
        if may:
            with signed_in_as(by):
                model.objects.bulk_create([row])
        else:
            with pytest.raises(DatabaseError, match="row-level security"), signed_in_as(by):
                model.objects.bulk_create([row])
    if not may:
        for say in (actions.say_still_needed, lambda **said: actions.say_not_needed(why="Left", **said)):
            with pytest.raises(PermissionDenied), signed_in_as(by):
                say(post=post, by=by, at=now)


def test_nobody_says_it_in_anothers_name_and_no_lead_stops_a_post_so_that_its_owner_starts_it_again(
    lead, now
):
    post, other = a_colleague(lead, now), a_colleague(lead, now, leads=True)
    with pytest.raises(DatabaseError, match="row-level security"), signed_in_as(lead):
        StillNeeded.objects.bulk_create([StillNeeded(hub=post.hub, staff=post, duties=[], by=other, at=now)])
    for more in ({"owner_ends": True, "why": "Left"}, {"owner_ends": False, "why": ""}):
        with pytest.raises(DatabaseError, match="row-level security"), signed_in_as(lead):
            Dormant.objects.bulk_create([Dormant(hub=post.hub, staff=post, from_at=now, **more)])
    elsewhere = HubFactory()
    with pytest.raises(DatabaseError, match="row-level security"), signed_in_as(lead):
        Dormant.objects.bulk_create(
            [Dormant(hub=elsewhere, staff=post, owner_ends=False, why="Left", from_at=now)]
        )


def test_the_lead_keeps_one_post_and_stops_another_which_opens_nothing_from_then_on(lead, now):
    kept, gone = a_colleague(lead, now, 90), a_colleague(lead, now, 91)
    client = browser(lead)
    page = client.get(PAGE).content.decode()
    assert kept.account.name in page
    assert "Answer for an agency" in page
    assert "Say of at least one post" in client.post(PAGE, {"x": "1"}).content.decode()
    half = {f"word-{kept.pk}": "needed", f"word-{gone.pk}": "not_needed"}
    said = client.post(PAGE, half).content.decode()
    assert f"Enter why the post of {gone.account.name} is no longer needed" in said
    assert StillNeeded.objects.using("builder").count() == 0  # all or nothing
    assert client.post(PAGE, half | {f"why-{gone.pk}": "Left in May"}).status_code == 302
    assert "No post waits" in client.get(PAGE).content.decode()
    with signed_in_as(gone), connection.cursor() as cursor:
        cursor.execute("SELECT identity.my_post()")
        assert cursor.fetchone() == (None,)
    owner = browser(gone).get(reverse("post")).content.decode()
    assert "said to be no longer needed" in owner
    assert "Use it again" not in owner
    administrator = browser(StaffFactory(hub=lead.hub, administrator=True))
    assert "Left in May" in administrator.get(reverse("setup:post", args=[gone.pk])).content.decode()


def test_whoever_leads_nobody_does_not_open_the_page(lead, now):
    assert browser(a_colleague(lead, now)).get(PAGE).status_code == 403


def test_each_monday_whoever_looks_is_written_to_with_a_number_and_no_name(lead, now):
    posts = [a_colleague(lead, now), a_colleague(lead, now)]
    with in_service("reminders"):
        assert actions.remind_of_posts(hub=lead.hub, at=now) == 1
    (mail,) = Email.objects.using("builder").all()
    assert mail.to == lead.account.email
    assert mail.body.startswith("2 posts wait")
    assert not any(one.account.name in mail.subject + mail.body for one in posts)
