"""Agencies and posts: who may give what to whom, and what waits for a second person."""

from datetime import datetime, time, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, ProgrammingError
from django.urls import reverse
from django.utils import timezone

from mash.common.clock import LONDON
from mash.partnership import providers
from mash.partnership.models import Account, Agency, Duty, Email, Membership, Staff
from mash.setup import actions, policy
from mash.setup.models import Change, Grant
from tests.factories.base import browser, signed_in_as
from tests.factories.partnership import (
    AccountFactory,
    AgencyFactory,
    HubFactory,
    MembershipFactory,
    StaffFactory,
)
from tests.factories.setup import GrantFactory
from tests.setup.test_hub_pages import WHY, go, kept, said

pytestmark = pytest.mark.usefixtures("transactional_db")


@pytest.fixture
def administrator():
    return StaffFactory(administrator=True)


@pytest.fixture
def manager(administrator):
    return StaffFactory(hub=administrator.hub, manager=True)


@pytest.fixture
def worker(administrator):
    return StaffFactory(hub=administrator.hub, screener=True, title="Screener")


def again(row):
    return type(row).objects.using("builder").get(pk=row.pk)


# Agencies

JOINS = {"name": "Riverside Homes", "kind": "housing", "email": "inbox@homes.example", "telephone": ""}


def test_an_agency_joins_is_reached_elsewhere_and_leaves(administrator):
    for _ in range(2):
        assert go(administrator, "agencies", JOINS).status_code == 302
    (place,) = kept(Membership)
    assert place.email == "inbox@homes.example"
    go(administrator, "agency", {"email": "desk@homes.example", "telephone": "1"}, args=[place.pk])
    assert again(place).email == "desk@homes.example"
    go(administrator, "leave", {"why": "No longer commissioned"}, args=[place.pk])
    assert again(place).left_at
    assert "Riverside Homes" not in said(go(administrator, "agencies"))
    assert [line.part for line in kept(Change)] == ["agencies"] * 3
    go(administrator, "agencies", JOINS)
    assert again(place).left_at is None


def test_an_agency_that_works_in_another_hub_joins_under_its_own_name_and_kind(administrator):
    AgencyFactory(name="Riverside Homes", kind="education")
    answer = said(go(administrator, "agencies", JOINS))
    assert "known in a hub as: Education" in answer
    go(administrator, "agencies", JOINS | {"kind": "education", "name": "riverside homes"})
    assert len(kept(Agency)) == 2  # the administrator's own is the other
    assert len(kept(Membership)) == 1


def test_an_agency_with_posts_stays_until_they_end(administrator, worker):
    place = MembershipFactory(hub=worker.hub, agency=worker.agency)
    answer = said(go(administrator, "leave", {"why": "Moved"}, args=[place.pk]))
    assert "has 1 post in this hub" in answer
    assert again(place).left_at is None


def test_an_agency_of_another_hub_is_not_there(administrator):
    place = MembershipFactory()
    for name in ("agency", "leave"):
        assert go(administrator, name, args=[place.pk]).status_code == 404


# Posts


def day(name, days):
    at = timezone.localdate() + timedelta(days=days)
    return {f"{name}-day": at.day, f"{name}-month": at.month, f"{name}-year": at.year}


@pytest.fixture
def agency(administrator):
    return MembershipFactory(hub=administrator.hub).agency


def new_post(agency, **change):
    said = {
        "name": "Jo Marsh",
        "email": "Jo.Marsh@hub.example",
        "agency": str(agency.pk),
        "title": "Screener",
    }
    return said | {"duties": ["screen"], "why": WHY} | day("from_on", 0) | change


def test_a_new_account_is_sent_a_code_that_no_page_shows(administrator, agency):
    client = browser(administrator)
    answer = go(administrator, "new_post", new_post(agency))
    assert answer.status_code == 302
    account = Account.objects.using("builder").get(email="jo.marsh@hub.example")
    assert not account.has_usable_password()
    (email,) = kept(Email)
    assert email.to == "jo.marsh@hub.example"
    assert "http://testserver/accounts/password/set/" in email.body
    code = email.body.split("code: ")[1].split(".")[0]
    post = Staff.objects.using("builder").get(account=account)
    for page in (reverse("setup:posts"), reverse("setup:post", args=[post.pk]), reverse("setup:log")):
        assert code not in said(client.get(page))
    assert "not set one yet" in said(client.get(reverse("setup:post", args=[post.pk])))
    post = Staff.objects.using("builder").get(account=account)
    assert (post.hub_id, post.duties, post.until_at) == (administrator.hub_id, ["screen"], None)
    again_ = go(administrator, "new_post", new_post(agency))
    assert again_.status_code == 302
    assert Staff.objects.using("builder").filter(account=account).count() == 1


def test_an_account_that_is_there_keeps_its_password(administrator, agency):
    known = AccountFactory(email="jo.marsh@hub.example", password="argon2$is$its$own")
    assert go(administrator, "new_post", new_post(agency)).status_code == 302
    assert again(known).password == known.password
    assert not kept(Email)


def test_several_posts_at_once_for_somebody_new_are_given_and_send_no_more_codes_than_may_be(
    administrator, agency
):
    for number in range(5):
        answer = go(administrator, "new_post", new_post(agency, title=f"Post {number}"))
        assert answer.status_code == 302
    assert len(kept(Email)) == 3
    assert Staff.objects.using("builder").filter(account__email="jo.marsh@hub.example").count() == 5


def test_who_forgot_their_password_is_sent_a_code(administrator, worker):
    address = reverse("setup:send_code", args=[worker.pk])
    client = browser(administrator)
    for _ in range(3):
        assert client.post(address).status_code == 302
    assert {email.to for email in kept(Email)} == {worker.account.email}
    assert "Three codes" in said(client.post(address, follow=True))
    assert len(kept(Email)) == 3


def test_who_may_have_a_code_sent(administrator, worker):
    ended = StaffFactory(hub=administrator.hub, until_at=timezone.now() - timedelta(days=1))
    for post, status in ((StaffFactory(), 404), (administrator, 403), (ended, 403)):
        assert browser(administrator).post(reverse("setup:send_code", args=[post.pk])).status_code == status
    assert browser(worker).post(reverse("setup:send_code", args=[worker.pk])).status_code == 403
    assert not kept(Email)


def test_who_signs_in_through_their_agency_is_told_so_and_sent_no_code(administrator, agency, settings):
    words = {"id": "a", "agency": agency.name, "issuer": "https://login.a.example", "client_id": "c"}
    settings.MASH_PROVIDERS = providers.read([words | {"client_secret": "s"}])
    assert go(administrator, "new_post", new_post(agency)).status_code == 302
    (email,) = kept(Email)
    assert email.to == "jo.marsh@hub.example"
    assert f"Open http://testserver/accounts/login/ and choose {agency.name}" in email.body
    assert "code" not in email.body
    post = Staff.objects.using("builder").get(account__email="jo.marsh@hub.example")
    client = browser(administrator)
    page = said(client.get(reverse("setup:post", args=[post.pk])))
    assert f"Through {agency.name}, which must know them by the address" in page
    assert "Send a code" not in page
    assert client.post(reverse("setup:send_code", args=[post.pk])).status_code == 403
    settings.MASH_PROVIDERS = providers.read(
        [words | {"client_secret": "s", "also_locally": ["jo.marsh@hub.example"]}]
    )
    assert client.post(reverse("setup:send_code", args=[post.pk])).status_code == 302
    assert len(kept(Email)) == 2


@pytest.mark.parametrize("guarded", ["clear", "release", "audit", "administer"])
def test_a_guarded_duty_waits_for_a_second_person(administrator, manager, agency, guarded):
    go(administrator, "new_post", new_post(agency, duties=["screen", guarded]))
    post = Staff.objects.using("builder").get(account__email="jo.marsh@hub.example")
    assert post.duties == ["screen"]
    (grant,) = kept(Grant)
    assert grant.duties == [guarded]
    address = reverse("setup:grant", args=[grant.pk])
    assert browser(administrator).post(address, {"answer": "confirm"}).status_code == 403
    assert again(post).duties == ["screen"]
    for _ in range(2):
        assert browser(manager).post(address, {"answer": "confirm"}).status_code == 302
    assert again(post).duties == ["screen", guarded]
    assert again(grant).answered_by_id == manager.pk


def test_what_is_turned_down_is_not_given(administrator, manager, worker):
    grant = GrantFactory(post=worker, by=administrator)
    browser(manager).post(reverse("setup:grant", args=[grant.pk]), {"answer": "refuse"})
    assert again(worker).duties == ["screen"]
    assert again(grant).confirmed is False


def change(post, **said):
    return {"title": post.title, "duties": post.duties, "why": WHY} | said


def test_a_duty_taken_away_is_gone_from_the_next_request_on(administrator, worker):
    assert browser(worker).get(reverse("desk:worklist")).status_code == 200
    go(administrator, "post", change(worker, duties=[]), args=[worker.pk])
    assert browser(worker).get(reverse("desk:worklist")).status_code == 403
    assert "Screen contacts" in str([line.differences for line in kept(Change)])


def test_a_post_ends_on_its_last_day(administrator, worker):
    go(administrator, "post", change(worker, **day("until_on", 3)), args=[worker.pk])
    after = timezone.localdate() + timedelta(days=4)
    assert again(worker).until_at == datetime.combine(after, time(), LONDON)


def test_nobody_changes_their_own_post_by_any_post_they_hold(administrator):
    other = StaffFactory(account=administrator.account, hub=administrator.hub, title="Other")
    for post in (administrator, other):
        answer = go(administrator, "post", args=[post.pk])
        assert "Nobody changes their own post" in said(answer)
        with pytest.raises(PermissionDenied, match="own post"), signed_in_as(administrator):
            actions.change(
                post=post,
                title="x",
                duties=["clear"],
                until_at=None,
                why="x",
                by=administrator,
                at=timezone.now(),
            )
    assert again(other).duties == []


def test_the_last_administrator_stays(administrator, manager):
    answer = said(go(manager, "post", change(administrator, duties=[]), args=[administrator.pk]))
    assert "keeps an administrator" in answer
    assert again(administrator).duties == ["administer"]
    StaffFactory(hub=administrator.hub, administrator=True)
    assert go(manager, "post", change(administrator, duties=[]), args=[administrator.pk]).status_code == 302


def test_a_post_of_another_hub_is_not_there(administrator):
    post, grant = StaffFactory(), GrantFactory()
    assert go(administrator, "post", args=[post.pk]).status_code == 404
    assert go(administrator, "grant", args=[grant.pk]).status_code == 404


@pytest.mark.parametrize("page", ["agencies", "posts", "new_post"])
@pytest.mark.parametrize("trait", ["screener", "auditor"])
def test_nobody_else_opens_the_pages(page, trait):
    assert go(StaffFactory(**{trait: True}), page).status_code == 403


# The truth table of guarded duties


@pytest.mark.parametrize(
    ("who", "may"),
    [
        ("asked", False),
        ("gets it", False),
        ("manager", True),
        ("administrator", True),
        ("screener", False),
        ("elsewhere", False),
    ],
)
def test_who_may_confirm_guarded_duties(administrator, manager, worker, who, may):
    gets = StaffFactory(hub=administrator.hub, administrator=True)
    grant = GrantFactory(post=gets, by=administrator)
    post = {
        "asked": StaffFactory(account=administrator.account, hub=administrator.hub, manager=True),
        "gets it": gets,
        "manager": manager,
        "administrator": StaffFactory(hub=administrator.hub, administrator=True),
        "screener": worker,
        "elsewhere": StaffFactory(hub=HubFactory(), administrator=True),
    }[who]
    with signed_in_as(administrator):
        found = Grant.objects.select_related("by", "post").get(pk=grant.pk)
    assert bool(policy.may_answer_grant(post, found)) is may


def test_the_database_takes_no_confirmation_from_whoever_asked(administrator, worker):
    grant = GrantFactory(post=worker, by=administrator)
    answered = {"answered_by": administrator, "answered_at": timezone.now(), "confirmed": True}
    with pytest.raises(ProgrammingError, match="another than who asked"), signed_in_as(administrator):
        Grant.objects.filter(pk=grant.pk).update(**answered)
    with pytest.raises(IntegrityError, match="grant_answered_by_another"):
        Grant.objects.using("builder").filter(pk=grant.pk).update(**answered)


@pytest.mark.parametrize(
    ("trait", "same_hub", "sees"),
    [
        ("administrator", True, True),
        ("manager", True, True),
        ("screener", True, False),
        ("administrator", False, False),
    ],
)
def test_filter_and_row_level_security_agree_on_what_waits(trait, same_hub, sees):
    grant = GrantFactory()
    post = StaffFactory(hub=grant.hub if same_hub else HubFactory(), **{trait: True})
    assert Grant.objects.using("builder").filter(policy.drafted_by(post)).exists() is sees
    with signed_in_as(post):
        assert Grant.objects.exists() is sees


def test_duties_are_said_in_words_and_in_order():
    assert actions.in_words([Duty.AUDIT, Duty.SCREEN]) == "Screen contacts, Audit"
    assert actions.in_words([]) == "none"
