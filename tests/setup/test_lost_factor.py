"""A lost second factor: one asks, another confirms, nobody for themselves; held by rule, filter and database."""

from datetime import timedelta
from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.management import CommandError, call_command
from django.db import ProgrammingError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mash.common.identity import acting_as
from mash.ledger.models import Entry
from mash.partnership.actions import factors
from mash.partnership.models import Account, Email
from mash.setup import actions, policy
from mash.setup.models import Change, LostFactor
from tests.factories.base import browser, in_service, signed_in_as
from tests.factories.partnership import HubFactory, StaffFactory
from tests.factories.setup import LostFactorFactory
from tests.setup.test_hub_pages import go, kept, said

pytestmark = pytest.mark.usefixtures("transactional_db")
WHY = {"why": "Left in a taxi. Called back on the number we had."}
BY_TWO = "taken off by two people"


@pytest.fixture
def administrator():
    return StaffFactory(administrator=True)


@pytest.fixture
def manager(administrator):
    return StaffFactory(hub=administrator.hub, manager=True)


@pytest.fixture
def worker(administrator):
    return with_a_factor(StaffFactory(hub=administrator.hub, screener=True, title="Screener"))


def with_a_factor(post):
    """Set up a second factor with recovery codes, as somebody signed in does."""
    with acting_as(post.account.identity):
        TOTP.activate(post.account, generate_totp_secret())
        RecoveryCodes.activate(post.account)
    assert factors_of(post) == 2
    return post


def factors_of(post):
    return Authenticator.objects.using("builder").filter(user=post.account_id).count()


def delete_factors(post):
    Authenticator.objects.filter(user=post.account_id).delete()


def confirm(lost, by):
    LostFactor.objects.filter(pk=lost.pk).update(answered_by=by, answered_at=timezone.now(), confirmed=True)


def answer(lost, by, said_="confirm"):
    return browser(by).post(reverse("setup:answer_lost_factor", args=[lost.pk]), {"answer": said_})


# On the pages


def test_two_people_take_it_off_and_its_owner_is_signed_out_told_and_asked_for_another(
    administrator, manager, worker, settings
):
    here, elsewhere = browser(worker), browser(worker)
    page = go(administrator, "lost_factor", WHY, args=[worker.pk], step="")
    assert "Waits for a second person to take it off" in said(page)
    assert go(administrator, "lost_factor", WHY, args=[worker.pk]).status_code == 302
    (lost,) = kept(LostFactor)
    assert factors_of(worker) == 2  # until somebody else says so
    assert "A lost second factor" in said(go(manager, "posts"))
    assert "A lost second factor" in said(go(manager, "overview"))
    assert here.get("/rota/").status_code == 200

    assert answer(lost, manager).status_code == 302

    assert factors_of(worker) == 0
    for session in (here, elsewhere):
        assert session.get("/rota/").url.startswith("/accounts/login/")
    assert browser(manager).get("/rota/").status_code == 200  # nobody else is signed out
    (email,) = kept(Email)
    assert (email.to, email.subject, email.private) == (worker.account.email, factors.SUBJECT, False)
    assert WHY["why"] not in email.body
    lines = [line.event for line in Entry.objects.using("builder").filter(event__startswith="account.")]
    assert sorted(lines) == ["account.factor_said_lost", "account.factor_taken_off"]
    assert "Lost second factor taken off" in str([line.what for line in kept(Change)])
    settings.MASH_SECOND_FACTOR = True
    account = Account.objects.using("builder").get(pk=worker.account_id)
    again = Client()
    again.force_login(account)
    assert again.get("/post/").url == "/accounts/2fa/totp/activate/"


def test_what_is_turned_down_stays_on_and_may_be_asked_for_again(administrator, manager, worker):
    lost = LostFactorFactory(post=worker, by=administrator)
    session = browser(worker)
    answer(lost, manager, "refuse")
    assert factors_of(worker) == 2
    assert session.get("/rota/").status_code == 200
    assert not kept(Email)
    assert "answered this already" in said(
        browser(manager).post(reverse("setup:answer_lost_factor", args=[lost.pk]), {}, follow=True)
    )
    assert go(administrator, "lost_factor", WHY, args=[worker.pk]).status_code == 302
    assert len(kept(LostFactor)) == 2


def test_nobody_asks_twice_or_for_what_is_not_there(administrator, manager, worker):
    LostFactorFactory(post=worker, by=manager)
    assert "asked for this already" in said(go(administrator, "lost_factor", WHY, args=[worker.pk]))
    without = StaffFactory(hub=administrator.hub, screener=True)
    page = said(go(administrator, "lost_factor", WHY, args=[without.pk]))
    assert "no second factor" in page
    assert WHY["why"] in page  # nothing typed is lost
    assert len(kept(LostFactor)) == 1


def test_a_reason_is_asked_for(administrator, worker):
    page = said(go(administrator, "lost_factor", {"why": ""}, args=[worker.pk]))
    assert "Error: " in page
    assert 'href="#id_why"' in page
    assert not kept(LostFactor)


def test_who_asked_and_whose_it_is_confirm_nothing(administrator, manager, worker):
    lost = LostFactorFactory(post=worker, by=administrator)
    assert answer(lost, administrator).status_code == 403
    mine = with_a_factor(manager)
    own = LostFactorFactory(post=mine, by=administrator)
    assert answer(own, manager).status_code == 403
    assert go(manager, "lost_factor", args=[manager.pk]).status_code == 403
    assert (factors_of(worker), factors_of(mine)) == (2, 2)


def test_the_page_of_the_second_factor_says_what_to_do(worker):
    account = Account.objects.using("builder").get(pk=worker.account_id)
    account.set_password("a-long-enough-secret")
    account.save(using="builder")
    client = Client()
    client.post("/accounts/login/", {"login": account.email, "password": "a-long-enough-secret"})
    page = said(client.get("/accounts/2fa/authenticate/"))
    assert "If you lost your phone" in page
    assert "its administrator or its manager" in page


def test_the_page_of_a_post_says_how_its_second_factor_stands(administrator, worker):
    assert "ask to take it off" in said(go(administrator, "post", args=[worker.pk]))
    without = StaffFactory(hub=administrator.hub)
    assert "None is set up" in said(go(administrator, "post", args=[without.pk]))
    LostFactorFactory(post=worker, by=administrator)
    assert "because it is lost" in said(go(administrator, "post", args=[worker.pk]))


# The truth table: rule, page and row-level security


@pytest.mark.parametrize(
    ("who", "may"),
    [
        ("administrator", True),
        ("manager", True),
        ("screener", False),
        ("auditor", False),
        ("administrator elsewhere", False),
        ("themselves", False),
        ("themselves by another post", False),
    ],
)
def test_who_may_ask(administrator, worker, who, may):
    hub = administrator.hub
    post = {
        "administrator": administrator,
        "manager": StaffFactory(hub=hub, manager=True),
        "screener": StaffFactory(hub=hub, screener=True),
        "auditor": StaffFactory(hub=hub, auditor=True),
        "administrator elsewhere": StaffFactory(administrator=True),
        "themselves": with_a_factor(StaffFactory(hub=hub, administrator=True)),
        "themselves by another post": StaffFactory(hub=hub, account=worker.account, administrator=True),
    }[who]
    about = post if who == "themselves" else worker
    at = timezone.now()
    assert bool(policy.may_ask_to_take_off(post, about, at)) is may
    row = {"hub": hub, "account": about.account, "why": "x", "by": post, "at": at}
    if may:
        with signed_in_as(post):
            LostFactor.objects.bulk_create([LostFactor(**row)])
    else:
        with pytest.raises(ProgrammingError), signed_in_as(post):
            LostFactor.objects.bulk_create([LostFactor(**row)])
    assert LostFactor.objects.using("builder").exists() is may


@pytest.mark.parametrize(
    ("who", "sees", "may"),
    [
        ("asked", True, False),
        ("asked by another post", True, False),
        ("whose it is", True, False),
        ("manager", True, True),
        ("administrator", True, True),
        ("screener", False, False),
        ("auditor", False, False),
        ("elsewhere", False, False),
    ],
)
def test_who_sees_it_and_who_may_confirm(administrator, worker, who, sees, may):
    hub = administrator.hub
    lost = LostFactorFactory(post=worker, by=administrator)
    post = {
        "asked": administrator,
        "asked by another post": StaffFactory(account=administrator.account, hub=hub, manager=True),
        "whose it is": StaffFactory(account=worker.account, hub=hub, manager=True),
        "manager": StaffFactory(hub=hub, manager=True),
        "administrator": StaffFactory(hub=hub, administrator=True),
        "screener": StaffFactory(hub=hub, screener=True),
        "auditor": StaffFactory(hub=hub, auditor=True),
        "elsewhere": StaffFactory(administrator=True),
    }[who]
    found = LostFactor.objects.using("builder").select_related("by").get()
    assert bool(policy.may_answer_lost_factor(post, found)) is may
    assert LostFactor.objects.using("builder").filter(policy.drafted_by(post)).exists() is sees
    with signed_in_as(post):
        assert LostFactor.objects.exists() is sees
    if may:
        with signed_in_as(post):
            confirm(lost, post)
            delete_factors(worker)
    elif sees:
        with pytest.raises(ProgrammingError), signed_in_as(post):
            confirm(lost, post)
    assert (factors_of(worker) == 0) is may


# The database alone


def test_nobody_takes_off_anothers_without_two_people(administrator, manager, worker):
    for post in (administrator, manager, StaffFactory(hub=administrator.hub, whole_desk=True)):
        with pytest.raises(ProgrammingError, match=BY_TWO), signed_in_as(post):
            delete_factors(worker)
    for program in ("front_door", "caretaker"):
        with pytest.raises(ProgrammingError, match=BY_TWO), in_service(program):
            delete_factors(worker)
    with pytest.raises(ProgrammingError, match="nobody is acting"), acting_as(None):
        delete_factors(worker)
    assert factors_of(worker) == 2


def test_one_confirmation_takes_off_one_once(administrator, manager, worker):
    other = with_a_factor(StaffFactory(hub=administrator.hub))
    lost = LostFactorFactory(post=worker, by=administrator)
    with pytest.raises(ProgrammingError, match=BY_TWO), signed_in_as(manager):
        confirm(lost, manager)
        delete_factors(other)
    with signed_in_as(manager):
        actions.answer_lost_factor(
            lost=LostFactor.objects.select_related("hub", "by").get(pk=lost.pk),
            confirmed=True,
            by=manager,
            at=timezone.now(),
        )
    with_a_factor(worker)
    for post in (manager, administrator):
        with pytest.raises(ProgrammingError, match=BY_TWO), signed_in_as(post):
            delete_factors(worker)
    assert (factors_of(worker), factors_of(other)) == (2, 2)


def test_a_confirmation_serves_only_whoever_gave_it(administrator, manager, worker):
    lost = LostFactorFactory(post=worker, by=administrator)
    with signed_in_as(manager):
        confirm(lost, manager)
    with pytest.raises(ProgrammingError, match=BY_TWO), signed_in_as(administrator):
        delete_factors(worker)


def test_what_was_asked_and_answered_stays_as_it_was(administrator, manager, worker):
    lost = LostFactorFactory(post=worker, by=administrator)
    with signed_in_as(manager):
        actions.answer_lost_factor(lost=lost, confirmed=False, by=manager, at=timezone.now())
    with pytest.raises(ProgrammingError, match="stays answered"), signed_in_as(manager):
        confirm(lost, manager)
    for change in ({"account": manager.account}, {"why": "x"}, {"used": False}, {"by": manager}):
        with pytest.raises(ProgrammingError, match="permission denied"), signed_in_as(manager):
            LostFactor.objects.filter(pk=lost.pk).update(**change)


def test_nobody_reports_in_anothers_name_or_with_the_answer(administrator, manager, worker):
    row = {"hub": worker.hub, "account": worker.account, "why": "x", "at": timezone.now()}
    answered = {"answered_by": manager, "answered_at": timezone.now(), "confirmed": True}
    for words in (
        row | {"by": manager},
        row | answered | {"by": administrator},
        row | {"by": administrator, "used": True},
    ):
        with pytest.raises(ProgrammingError, match="own name"), signed_in_as(administrator):
            LostFactor.objects.bulk_create([LostFactor(**words)])


def test_an_account_that_works_elsewhere_is_out_of_reach(administrator):
    stranger = with_a_factor(StaffFactory(hub=HubFactory()))
    row = {"hub": administrator.hub, "account": stranger.account, "why": "x", "by": administrator}
    with pytest.raises(ProgrammingError, match="do not work in this hub"), signed_in_as(administrator):
        LostFactor.objects.bulk_create([LostFactor(**row, at=timezone.now())])
    assert go(administrator, "lost_factor", args=[stranger.pk]).status_code == 404
    assert answer(LostFactorFactory(post=stranger), administrator).status_code == 404


def test_whoever_works_in_two_hubs_is_let_in_anew_by_either(administrator, manager, worker):
    there = StaffFactory(account=worker.account, screener=True)
    elsewhere = browser(there)
    answer(LostFactorFactory(post=worker, by=administrator), manager)
    assert elsewhere.get("/rota/").url.startswith("/accounts/login/")
    with signed_in_as(StaffFactory(hub=there.hub, administrator=True)):
        assert not LostFactor.objects.exists()  # and the other hub reads nothing of why


def test_one_takes_off_ones_own_as_before(worker):
    with signed_in_as(worker):
        delete_factors(worker)
    assert factors_of(worker) == 0


# Whoever runs the system


def run(worker, **said_):
    told = {"hub": worker.hub.name, "why": "Only administrator; met in person"} | said_
    out = StringIO()
    call_command("second_factor", worker.account.email, stdout=out, **told)
    return out.getvalue()


def test_the_command_takes_it_off_and_says_so_in_the_record(worker):
    assert "would be done" in run(worker, dry_run=True)
    assert factors_of(worker) == 2
    assert "is taken off" in run(worker)
    assert factors_of(worker) == 0
    (line,) = Entry.objects.using("builder").filter(event="account.factor_taken_off")
    assert (line.actor, line.why) == ("service:setup", "Only administrator; met in person")
    assert "has no second factor" in run(worker)
    assert len(kept(Email)) == 1


@pytest.mark.parametrize("wrong", [{"hub": "Nowhere"}, {"why": " "}])
def test_the_command_names_what_is_wrong(worker, wrong):
    with pytest.raises(CommandError):
        run(worker, **wrong)


def test_the_command_finds_nobody_who_left(administrator):
    left = with_a_factor(StaffFactory(hub=administrator.hub, until_at=timezone.now() - timedelta(days=1)))
    with pytest.raises(CommandError, match="Nobody with the address"):
        run(left)
    assert factors_of(left) == 2
