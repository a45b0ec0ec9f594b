"""Who lets a system in, who gives it keys, and what ends them: by page, by action and by row-level security."""

import threading
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connections
from django.urls import reverse

from mash.systems import actions, policy, queries
from mash.systems.models import Key, KeyUsed, Scope, System
from tests.factories.base import browser, signed_in_as
from tests.factories.partnership import LONG_AGO, MONDAY_9AM, MembershipFactory, StaffFactory
from tests.factories.systems import KeyFactory, SystemFactory

pytestmark = pytest.mark.usefixtures("transactional_db")


def rows(model):
    return model.objects.using("builder")


@pytest.fixture
def administrator():
    return StaffFactory(administrator=True)


@pytest.fixture
def agency(administrator):
    return MembershipFactory(hub=administrator.hub).agency


def test_an_administrator_lets_a_system_speak_and_the_change_log_says_so(administrator, agency):
    with signed_in_as(administrator):
        actions.let_speak(
            agency=agency,
            name=" Niche RMS ",
            organisation="Northfield Police",
            scopes=["referrals.follow", "referrals.send", "nothing.such"],
            by=administrator,
            at=MONDAY_9AM,
        )
    made = rows(System).get()
    assert (made.name, made.scopes) == ("Niche RMS", ["referrals.send", "referrals.follow"])
    page = browser(administrator).get(reverse("setup:log"))
    assert b"Niche RMS" in page.content


def test_one_name_speaks_once_and_again_after_it_ended(administrator, agency):
    said = {
        "agency": agency,
        "name": "Niche",
        "organisation": "Police",
        "scopes": [],
        "by": administrator,
        "at": MONDAY_9AM,
    }
    with signed_in_as(administrator):
        made = actions.let_speak(**said)
        with pytest.raises(actions.NotWhole):
            actions.let_speak(**said)
        actions.end_system(system=made, why="Replaced", by=administrator, at=MONDAY_9AM)
        actions.let_speak(**said)
    assert rows(System).count() == 2


def test_by_page_a_system_is_let_in_changed_and_ended(administrator, agency):
    client = browser(administrator)
    said = {
        "name": "Niche",
        "agency": str(agency.pk),
        "organisation": "Northfield Police",
        "scopes": ["referrals.send"],
    }
    path = reverse("systems:systems")
    seen = _seen(client.get(path))
    checked = client.post(path, said | {"seen": seen})
    assert b"Sends as Northfield Police. Send referrals." in checked.content
    assert not rows(System).exists()
    client.post(path, said | {"seen": seen, "step": "save"})
    made = rows(System).get()
    path = reverse("systems:system", args=[made.pk])
    said = {"organisation": "Northfield Constabulary", "scopes": ["referrals.follow"]}
    seen = _seen(client.get(path))
    client.post(path, said | {"seen": seen, "step": "save"})
    made.refresh_from_db(using="builder")
    assert (made.organisation, made.scopes) == ("Northfield Constabulary", ["referrals.follow"])
    path = reverse("systems:end", args=[made.pk])
    seen = _seen(client.get(path))
    client.post(path, {"why": "Replaced", "seen": seen, "step": "save"})
    made.refresh_from_db(using="builder")
    assert made.ended_by_id == administrator.pk
    assert b"Ended" in client.get(reverse("systems:systems")).content


def _seen(page):
    from lxml import html

    return html.fromstring(page.content).xpath("//input[@name='seen']/@value")[0]


def test_a_key_is_shown_once_and_kept_nowhere():
    system = SystemFactory()
    lead = StaffFactory(hub=system.hub, agency=system.agency, leads=True)
    page = browser(lead).post(reverse("systems:give", args=[system.pk]), {"label": "Live", "days": "30"})
    from lxml import html

    (shown,) = html.fromstring(page.content).xpath("//p[contains(@class, 'mash-key')]/code/text()")
    from tests.systems.asking import Asking

    assert Asking(words=shown).get("/api/v1/referrals").status_code == 200
    key = rows(Key).get()
    assert (key.post_id, key.by_id) == (lead.pk, lead.pk)
    assert shown not in str({**key.__dict__})
    again = browser(lead).get(reverse("systems:own"))
    assert shown.encode() not in again.content
    assert b"In the hour from" in again.content


def test_two_keys_count_at_once_and_no_third():
    system = SystemFactory()
    lead = StaffFactory(hub=system.hub, agency=system.agency, leads=True)
    with signed_in_as(lead):
        said = {"system": system, "days": 30, "by": lead, "at": MONDAY_9AM}
        first, _ = actions.give_key(label="One", **said)
        actions.give_key(label="Two", **said)
        with pytest.raises(actions.NotWhole, match="end one first"):
            actions.give_key(label="Three", **said)
        actions.end_key(key=first, by=lead, at=MONDAY_9AM)
        actions.give_key(label="Three", **said)


def test_of_many_given_at_one_moment_two_count():
    system = SystemFactory()
    lead = StaffFactory(hub=system.hub, agency=system.agency, leads=True)
    said, begin, refused = (
        {"system": system, "days": 30, "by": lead, "at": MONDAY_9AM},
        threading.Barrier(6),
        [],
    )

    def give():
        try:
            with signed_in_as(lead):
                assert Key.objects.count() == 0
                begin.wait(10)
                actions.give_key(label="Live", **said)
        except actions.NotWhole:
            refused.append(1)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=give) for _ in range(6)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert rows(Key).count() == 2
    assert len(refused) == 4


@pytest.mark.parametrize("days", [0, -1, 367])
def test_a_key_lasts_a_year_at_the_longest(days):
    system = SystemFactory()
    lead = StaffFactory(hub=system.hub, agency=system.agency, leads=True)
    with signed_in_as(lead), pytest.raises(actions.NotWhole):
        actions.give_key(system=system, label="Live", days=days, by=lead, at=MONDAY_9AM)


def test_the_page_of_a_system_says_what_came_and_which_keys_end_soon(administrator):
    lead = StaffFactory(hub=administrator.hub, leads=True)
    system = SystemFactory(lead=lead)
    from django.utils import timezone

    key = KeyFactory(system=system, expires_at=timezone.now() + timedelta(days=10))
    KeyUsed.objects.using("builder").create(hub_id=key.hub_id, key_id=key.pk, hour=MONDAY_9AM)
    page = browser(administrator).get(reverse("systems:system", args=[system.pk])).content
    assert b"Ends soon" in page
    assert b"In the hour from" in page
    assert b"Nothing has come from it yet" in page


# Who may


def people(system):
    """Return posts, with whether each sets up the system, sees it as its own, and gives it a key."""
    here, agency = system.hub, system.agency
    return {
        "administrator": (StaffFactory(administrator=True, hub=here), True, False, False),
        "manager": (StaffFactory(manager=True, hub=here), True, False, False),
        "lead of the agency": (StaffFactory(hub=here, agency=agency, leads=True), False, True, True),
        "no lead of it": (StaffFactory(hub=here, agency=agency, answerer=True), False, False, False),
        "lead of another": (StaffFactory(hub=here, leads=True), False, False, False),
        "worker of the desk": (StaffFactory(hub=here, whole_desk=False, screener=True), False, False, False),
        "administrator elsewhere": (StaffFactory(administrator=True), False, False, False),
        "lead of it elsewhere": (StaffFactory(agency=agency, leads=True), False, False, False),
    }


@pytest.mark.parametrize(
    "who",
    ["administrator", "manager", "lead of the agency", "no lead of it", "lead of another", "worker of the desk",
     "administrator elsewhere", "lead of it elsewhere"],
)  # fmt: skip
def test_who_sees_a_system_and_who_gives_it_a_key(who):
    system = SystemFactory()
    post, sets_up, own, gives = people(system)[who]
    assert (bool(policy.may_set_up_systems(post)) and post.hub_id == system.hub_id) is sets_up
    assert bool(policy.may_give_key(post, system)) is gives
    assert rows(System).filter(policy.set_up_by(post), pk=system.pk).exists() is sets_up
    assert rows(System).filter(policy.own(post), pk=system.pk).exists() is own
    client = browser(post)
    page = client.get(reverse("systems:system", args=[system.pk]))
    assert (page.status_code == 200) is sets_up
    assert (client.get(reverse("systems:give", args=[system.pk])).status_code == 200) is gives
    with signed_in_as(post):
        if gives:
            actions.give_key(system=system, label="Live", days=1, by=post, at=MONDAY_9AM)
        else:
            with pytest.raises(PermissionDenied):
                actions.give_key(system=system, label="Live", days=1, by=post, at=MONDAY_9AM)
    assert rows(Key).exists() is gives


@pytest.mark.parametrize("who", ["administrator", "no lead of it", "lead of another", "lead of it elsewhere"])
def test_row_level_security_takes_no_key_from_anybody_but_a_lead_of_the_agency(who):
    system = SystemFactory()
    lead = StaffFactory(hub=system.hub, agency=system.agency, leads=True)
    post = people(system)[who][0]
    for said in ({"post": post, "by": post}, {"post": lead, "by": post}, {"post": lead, "by": lead}):
        with pytest.raises(DatabaseError), signed_in_as(post):
            Key.objects.create(
                hub_id=system.hub_id,
                system=system,
                label="x",
                at=MONDAY_9AM,
                expires_at=MONDAY_9AM + timedelta(1),
                **said,
            )
    with pytest.raises(DatabaseError), signed_in_as(lead):  # nor in a colleague's name
        Key.objects.create(
            hub_id=system.hub_id,
            system=system,
            label="x",
            at=MONDAY_9AM,
            expires_at=MONDAY_9AM + timedelta(1),
            post=post,
            by=lead,
        )
    assert not rows(Key).exists()


def test_row_level_security_lets_nobody_but_who_sets_up_change_a_system():
    system = SystemFactory()
    lead = StaffFactory(hub=system.hub, agency=system.agency, leads=True)
    with pytest.raises(DatabaseError), signed_in_as(lead):
        System.objects.filter(pk=system.pk).update(scopes=list(Scope.values), organisation="Another")
    with signed_in_as(StaffFactory(administrator=True)):
        assert System.objects.filter(pk=system.pk).update(organisation="Another") == 0
    administrator = StaffFactory(administrator=True, hub=system.hub)
    with pytest.raises(DatabaseError), signed_in_as(administrator):
        System.objects.filter(pk=system.pk).update(agency=lead.agency)
    with pytest.raises(DatabaseError), signed_in_as(administrator):
        System.objects.create(
            hub_id=system.hub_id, agency=system.agency, name="x", organisation="x", by=lead, at=MONDAY_9AM
        )


def test_an_ended_key_and_an_ended_system_stay_ended():
    key = KeyFactory()
    rows(Key).filter(pk=key.pk).update(ended_at=LONG_AGO, ended_by=key.post_id)
    with signed_in_as(key.post):
        assert Key.objects.filter(pk=key.pk).update(ended_at=None, ended_by=None) == 0
    system = key.system
    administrator = StaffFactory(administrator=True, hub=system.hub)
    rows(System).filter(pk=system.pk).update(ended_at=LONG_AGO, ended_by=administrator.pk)
    with signed_in_as(administrator):
        assert System.objects.filter(pk=system.pk).update(ended_at=None, ended_by=None) == 0


@pytest.mark.parametrize(
    ("who", "ends"),
    [
        ("administrator", True),
        ("lead of the agency", True),
        ("lead of another", False),
        ("lead of it elsewhere", False),
    ],
)
def test_who_ends_a_key(who, ends):
    key = KeyFactory()
    post = people(key.system)[who][0]
    assert bool(policy.may_end_key(post, key)) is ends
    answer = browser(post).post(reverse("systems:end_key", args=[key.pk]))
    assert (answer.status_code == 302) is ends
    key.refresh_from_db(using="builder")
    assert (key.ended_by_id == post.pk) is ends
    if ends:
        assert browser(post).post(reverse("systems:end_key", args=[key.pk])).status_code == 302


def test_a_long_list_of_keys_asks_a_constant_number_of_questions(django_assert_num_queries):
    lead = StaffFactory(leads=True)
    systems = [SystemFactory(lead=lead) for _ in range(4)]
    for one in systems:
        KeyFactory(system=one)
    with signed_in_as(lead), django_assert_num_queries(2):
        queries.keys_of(list(queries.own(lead)), MONDAY_9AM)
