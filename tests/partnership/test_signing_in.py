import hashlib
import hmac
import struct
import time
from base64 import b32decode

import pytest
from django.contrib.auth.hashers import check_password, identify_hasher, make_password
from django.core.cache import cache
from django.test import Client

from config import settings as products
from mash.ledger.models import Entry
from mash.partnership.models import Account
from tests.factories.partnership import StaffFactory

pytestmark = pytest.mark.usefixtures("transactional_db")
PASSWORD = "a-long-enough-secret"


@pytest.fixture
def worker():
    post = StaffFactory(screener=True)
    account = Account.objects.using("builder").get(pk=post.account_id)
    account.set_password(PASSWORD)
    account.save(using="builder")
    return post


def sign_in(client, worker, password=PASSWORD):
    return client.post("/accounts/login/", {"login": worker.account.email.upper(), "password": password})


def code_of(secret, at=None):
    """RFC 6238, written out here so that the product's own arithmetic is not its own witness."""
    counter = struct.pack(">Q", int((at or time.time()) // 30))
    digest = hmac.new(b32decode(secret), counter, hashlib.sha1).digest()
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


def test_a_worker_signs_in_takes_the_post_and_signs_out(worker):
    client = Client()
    assert sign_in(client, worker).url == "/post/"
    assert client.get("/post/").status_code == 302
    assert client.session["post"] == str(worker.pk)
    client.post("/accounts/logout/")
    assert "post" not in client.session


def test_a_password_lies_under_argon2id_as_slow_as_the_framework_has_it(settings):
    settings.PASSWORD_HASHERS = products.PASSWORD_HASHERS
    written = make_password(PASSWORD)
    said = identify_hasher(written).decode(written)
    assert (said["algorithm"], said["variety"], said["version"]) == ("argon2", "argon2id", 19)
    assert said["memory_cost"] >= 100 * 1024  # kilobytes
    assert said["time_cost"] >= 2
    assert check_password(PASSWORD, written)
    assert not check_password("not-the-password", written)


def test_a_wrong_password_and_an_unknown_address_are_answered_alike(worker):
    wrong = sign_in(Client(), worker, "not-the-password")
    unknown = Client().post("/accounts/login/", {"login": "nobody@hub.example", "password": "x"})
    said = [str(answer.context_data["form"].errors) for answer in (wrong, unknown)]
    assert said[0] == said[1]
    assert b"Error: " in wrong.content


def test_nobody_signs_up_and_no_other_page_of_the_library_is_served():
    for name in ("signup", "password/reset", "email", "none/account_signup"):
        assert Client().get(f"/accounts/{name}/").status_code in {302, 404}
    assert Client().get("/accounts/none/account_signup/").status_code == 404


def test_a_second_factor_is_set_up_and_then_asked_for(worker, settings):
    settings.MASH_SECOND_FACTOR = True
    client = Client()
    sign_in(client, worker)
    assert client.get("/post/").url == "/accounts/2fa/totp/activate/"
    page = client.get("/accounts/2fa/totp/activate/")
    assert page.status_code == 200, page.url
    secret = page.context_data["form"].secret
    assert secret in page.content.decode()
    answer = client.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)})
    assert answer.status_code == 302
    assert client.get("/post/").url == "/"

    again = Client()
    assert sign_in(again, worker).url == "/accounts/2fa/authenticate/"
    assert again.get("/post/").url.startswith("/accounts/login/")
    assert b"Enter your code" in again.get("/accounts/2fa/authenticate/").content
    wrong = again.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert wrong.status_code == 200
    cache.clear()
    right = again.post("/accounts/2fa/authenticate/", {"code": code_of(secret, time.time() + 30)})
    assert right.status_code == 302
    assert again.get("/post/").url == "/"


def test_guessing_is_slowed_down(worker):
    answers = [sign_in(Client(), worker, f"guess-{n}").status_code for n in range(7)]
    assert answers[:5] == [200] * 5
    assert sign_in(Client(), worker).status_code == 200  # even the right one waits now


def lines():
    found = Entry.objects.using("builder").filter(event__startswith="account.").order_by("at", "pk")
    return [(line.event, line.about, line.detail) for line in found]


def test_a_code_of_an_app_counts_once_even_after_the_library_forgot_it(worker, settings):
    settings.MASH_SECOND_FACTOR = True
    client = Client()
    sign_in(client, worker)
    secret = client.get("/accounts/2fa/totp/activate/").context_data["form"].secret
    client.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)})
    code = code_of(secret, time.time() + 30)
    first, second = Client(), Client()
    sign_in(first, worker)
    assert first.post("/accounts/2fa/authenticate/", {"code": code}).status_code == 302
    cache.delete(f"allauth.mfa.totp.used?user={worker.account_id}&code={code}")
    sign_in(second, worker)
    assert second.post("/accounts/2fa/authenticate/", {"code": code}).status_code == 200
    assert second.get("/post/").url.startswith("/accounts/login/")


def test_every_sign_in_is_written_with_what_proved_it_and_every_refusal_too(worker, settings):
    settings.MASH_SECOND_FACTOR = True
    about = f"partnership.account:{worker.account_id}"
    client = Client()
    sign_in(client, worker, "not-the-password")
    Client().post("/accounts/login/", {"login": "nobody@hub.example", "password": "x"})
    sign_in(client, worker)
    assert lines() == [
        ("account.sign_in_refused", about, {}),
        ("account.sign_in_refused", "page:account_login", {}),
        ("account.signed_in", about, {"by": ["password"]}),
    ]
    secret = client.get("/accounts/2fa/totp/activate/").context_data["form"].secret
    client.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)})
    again = Client()
    sign_in(again, worker)
    again.post("/accounts/2fa/authenticate/", {"code": "000000"})
    again.post("/accounts/2fa/authenticate/", {"code": code_of(secret, time.time() + 30)})
    assert lines()[3:] == [
        ("account.factor_refused", about, {}),
        ("account.signed_in", about, {"by": ["password", "totp"]}),
    ]


def test_signing_in_gives_a_new_session_and_the_one_before_opens_nothing(worker):
    client = Client()
    client.get("/accounts/login/")
    before = client.session
    before["planted"] = 1
    before.save()
    client.cookies["sessionid"] = before.session_key
    sign_in(client, worker)
    assert client.cookies["sessionid"].value != before.session_key
    stolen = Client()
    stolen.cookies["sessionid"] = before.session_key
    assert stolen.get("/post/").url.startswith("/accounts/login/")


def test_proving_again_that_it_is_still_them_gives_the_session_another_key(worker):
    client = Client()
    sign_in(client, worker)
    before = client.cookies["sessionid"].value
    client.post("/accounts/reauthenticate/", {"password": "not-this-one-at-all"})
    assert client.cookies["sessionid"].value == before
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert client.cookies["sessionid"].value != before
    stolen = Client()
    stolen.cookies["sessionid"] = before
    assert stolen.get("/post/").url.startswith("/accounts/login/")
    assert client.get("/accounts/2fa/").status_code == 200


def test_a_session_that_was_signed_out_opens_nothing_any_more(worker):
    client = Client()
    sign_in(client, worker)
    kept = client.cookies["sessionid"].value
    client.post("/accounts/logout/")
    stolen = Client()
    stolen.cookies["sessionid"] = kept
    assert stolen.get("/post/").url.startswith("/accounts/login/")
