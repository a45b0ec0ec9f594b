"""Passwords: a code that only its reader learns and that works once, and changing one's own."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from mash.ledger.models import Entry
from mash.partnership.actions import passwords
from mash.partnership.models import Account, Email, SignInCode
from tests.factories.base import browser, in_service, signed_in_as
from tests.factories.partnership import AccountFactory, StaffFactory

pytestmark = pytest.mark.usefixtures("transactional_db")
NEW = "tractor velvet onion harbour"
OLD = "lantern gravel piano nine"
SETS = "/accounts/password/set/"
CHANGES = "/accounts/password/"


@pytest.fixture(autouse=True)
def _nothing_counted():
    cache.clear()


@pytest.fixture
def administrator():
    return StaffFactory(administrator=True)


@pytest.fixture
def account():
    return AccountFactory(email="jo.marsh@hub.example", name="Jo Marsh", password="!never")


def code_for(account, administrator, at=None):
    with signed_in_as(administrator):
        return passwords.new_code(
            account=account, hub=administrator.hub, by=administrator, at=at or timezone.now()
        )


def typed(code, **other):
    return {"email": "Jo.Marsh@hub.example", "code": code, "new": NEW, "again": NEW} | other


def again(account):
    return Account.objects.using("builder").get(pk=account.pk)


def lines():
    return [line.event for line in Entry.objects.using("builder").order_by("at", "pk")]


def with_password(account, password=OLD):
    found = again(account)
    found.set_password(password)
    found.save(using="builder")
    return found


# With a code


def test_a_code_sets_a_password_once(administrator, account):
    code = code_for(account, administrator)
    answer = Client().post(SETS, typed(code.lower().replace("-", " ")))
    assert answer.url == "/accounts/login/"
    assert again(account).check_password(NEW)
    second = Client().post(SETS, typed(code, new="another long secret", again="another long secret"))
    assert "do not belong together" in second.content.decode()
    assert again(account).check_password(NEW)
    assert [one for one in lines() if one.startswith("account.")] == [
        "account.code_made",
        "account.password_set",
        "account.code_refused",
    ]


def test_whoever_set_it_signs_in_with_it(administrator, account):
    StaffFactory(account=account, hub=administrator.hub, screener=True)
    client = Client()
    client.post(SETS, typed(code_for(account, administrator)))
    answer = client.post("/accounts/login/", {"login": "jo.marsh@hub.example", "password": NEW})
    assert answer.url == "/post/"


def test_the_rules_stand_on_the_page_and_a_weak_password_does_not_spend_the_code(administrator, account):
    assert "At least 12 characters" in Client().get(SETS).content.decode()
    code = code_for(account, administrator)
    for weak in ("fog hut", "123456789012345", "jo.marsh@hub.example"):
        page = Client().post(SETS, typed(code, new=weak, again=weak)).content.decode()
        assert "Error: " in page
        assert "Jo.Marsh@hub.example" in page  # nothing typed is lost but the passwords
        assert weak not in page.replace("Jo.Marsh@hub.example", "")
    assert "not the same" in Client().post(SETS, typed(code, again="other")).content.decode()
    assert Client().post(SETS, typed(code)).status_code == 302


def test_an_unknown_address_a_wrong_code_and_an_account_switched_off_are_answered_alike(
    administrator, account
):
    code = code_for(account, administrator)
    wrong = typed("AAAA-AAAA-AAAA")
    unknown = typed("AAAA-AAAA-AAAA", email="nobody@hub.example")
    pages = [Client().post(SETS, words).content.decode() for words in (wrong, unknown)]
    pages = [re.sub(r'csrfmiddlewaretoken" value="[^"]*|value="[^"]*@hub.example', "", one) for one in pages]
    assert pages[0] == pages[1]
    Account.objects.using("builder").filter(pk=account.pk).update(is_active=False)
    assert Client().post(SETS, typed(code)).status_code == 200
    assert not again(account).has_usable_password()


def test_five_wrong_tries_end_a_code(administrator, account):
    code = code_for(account, administrator)
    for _ in range(passwords.WRONG_TRIES):
        Client().post(SETS, typed("AAAA-AAAA-AAAA"))
    assert Client().post(SETS, typed(code)).status_code == 200
    assert not again(account).has_usable_password()


def test_guessing_from_one_place_is_slowed_down(account):
    for _ in range(30):
        Client().post(SETS, typed("AAAA-AAAA-AAAA"))
    assert "tried too often" in Client().post(SETS, typed("AAAA-AAAA-AAAA")).content.decode()


def test_a_code_ends_after_seven_days_and_with_the_next_one(administrator, account):
    old = code_for(account, administrator, timezone.now() - timedelta(days=8))
    assert Client().post(SETS, typed(old)).status_code == 200
    first, second = code_for(account, administrator), code_for(account, administrator)
    assert Client().post(SETS, typed(first)).status_code == 200
    assert Client().post(SETS, typed(second)).status_code == 302


def test_three_codes_an_hour_at_most(administrator, account):
    for _ in range(passwords.CODES_AN_HOUR):
        code_for(account, administrator)
    with pytest.raises(passwords.TooManyCodes):
        code_for(account, administrator)


def test_what_is_kept_is_no_code(administrator, account):
    code = code_for(account, administrator)
    (kept,) = SignInCode.objects.using("builder").all()
    assert code.replace("-", "") not in kept.code_hash.upper()
    assert not [
        line for line in Entry.objects.using("builder") if code[:4] in f"{line.why}{line.detail}".upper()
    ]


@pytest.mark.parametrize(
    ("trait", "same_hub", "sees"),
    [
        ("administrator", True, True),
        ("manager", True, True),
        ("whole_desk", True, True),
        ("screener", True, False),
        ("auditor", True, False),
        ("answerer", True, False),
        ("administrator", False, False),
    ],
)
def test_who_sees_that_a_code_was_made(administrator, account, trait, same_hub, sees):
    code_for(account, administrator)
    reader = StaffFactory(**{trait: True}, **({"hub": administrator.hub} if same_hub else {}))
    with signed_in_as(reader):
        assert SignInCode.objects.exists() is sees


def test_nobody_but_the_post_room_reads_the_email_that_holds_it(administrator, account):
    with signed_in_as(administrator):
        passwords.send_code(
            account=account, hub=administrator.hub, page="https://x/", by=administrator, at=timezone.now()
        )
    (email,) = Email.objects.using("builder").all()
    assert email.to == account.email
    assert re.search(r"code: \w{4}-\w{4}-\w{4}\.", email.body)
    for trait in ("whole_desk", "manager", "administrator", "auditor"):
        with signed_in_as(StaffFactory(hub=administrator.hub, **{trait: True})):
            assert not Email.objects.exists()
    with in_service("post_room"):
        assert Email.objects.count() == 1


# Changing it


@pytest.fixture
def worker():
    post = StaffFactory(screener=True)
    known = with_password(post.account)
    post.account.password = known.password
    return post


def change(client, **other):
    return client.post(CHANGES, {"old": OLD, "new": NEW, "again": NEW} | other)


def test_a_changed_password_ends_every_other_session(worker):
    here, elsewhere = browser(worker), browser(worker)
    assert elsewhere.get("/rota/").status_code == 200
    assert change(here).url == "/accounts/2fa/"
    assert again(worker.account).check_password(NEW)
    assert here.get("/rota/").status_code == 200
    assert elsewhere.get("/rota/").url.startswith("/accounts/login/")
    assert lines().count("account.password_changed") == 1
    (email,) = Email.objects.using("builder").all()
    assert (email.to, email.subject) == (worker.account.email, "Your password was changed")


def test_the_old_one_is_asked_for_and_a_wrong_one_is_noted(worker):
    page = change(browser(worker), old="not mine at all").content.decode()
    assert "not your password now" in page
    assert again(worker.account).check_password(OLD)
    assert "account.password_refused" in lines()


def test_a_weak_new_one_is_refused_at_its_field(worker):
    page = change(browser(worker), new="short", again="short").content.decode()
    assert 'href="#id_new"' in page
    assert OLD not in page
    assert again(worker.account).check_password(OLD)


def test_guessing_the_old_one_is_slowed_down(worker):
    client = browser(worker)
    for _ in range(10):
        change(client, old="not mine at all")
    assert "tried too often" in change(client).content.decode()
    assert again(worker.account).check_password(OLD)


def test_an_account_without_a_password_here_is_told_so():
    page = browser(StaffFactory(screener=True)).get(CHANGES).content.decode()
    assert "has no password here" in page


def test_nobody_changes_one_without_signing_in():
    assert Client().get(CHANGES).url.startswith("/accounts/login/")
