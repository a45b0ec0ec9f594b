"""What somebody sends in place of a passkey: never a crash, never a way in."""

import json
import time
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from mash.ledger.models import Entry
from mash.partnership.models import Account
from tests.factories.partnership import StaffFactory

pytestmark = pytest.mark.usefixtures("transactional_db")

PASSWORD = "a-long-enough-secret"
PASSKEY = json.loads((Path(__file__).parent.parent / "data" / "passkey.json").read_text())
OTHER_WORDS = [
    "",
    "x",
    "[]",
    "{}",
    "null",
    "7",
    '"id"',
    '{"id": "AAAA"}',
    '{"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": {}}',
    '{"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": {"userHandle": "AAAA"}}',
    '{"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": 7}',
    '{"response": {"userHandle": 7}}',
    '{"response": null}',
    json.dumps(PASSKEY["credential"]),  # what was said once, to set it up
]


@pytest.fixture
def account():
    post = StaffFactory(screener=True)
    found = Account.objects.using("builder").get(pk=post.account_id)
    found.set_password(PASSWORD)
    found.save(using="builder")
    Authenticator.objects.using("builder").create(
        user_id=found.pk, type=Authenticator.Type.WEBAUTHN, data=PASSKEY
    )
    return found


def refusals():
    found = Entry.objects.using("builder").filter(event="account.passkey_refused")
    return list(found.values_list("about", flat=True))


def is_signed_in(client):
    return "_auth_user_id" in client.session


@pytest.mark.parametrize("said", OTHER_WORDS)
def test_what_is_no_passkey_does_not_sign_in_alone(account, said):
    client = Client()
    client.get(reverse("mfa_login_webauthn"), headers={"accept": "application/json"})
    answer = client.post(reverse("mfa_login_webauthn"), {"credential": said})
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))
    assert not is_signed_in(client)
    assert refusals() == ["page:mfa_login_webauthn"]


@pytest.mark.parametrize("said", OTHER_WORDS)
def test_what_is_no_passkey_does_not_pass_as_the_second_factor(account, said):
    client = Client()
    signed = client.post(reverse("account_login"), {"login": account.email, "password": PASSWORD})
    assert signed["Location"] == reverse("mfa_authenticate")
    page = client.get(signed["Location"]).content.decode()
    assert "With your passkey" in page
    answer = client.post(reverse("mfa_authenticate"), {"credential": said})
    assert answer.status_code == 200
    assert not is_signed_in(client)
    assert refusals() == [f"partnership.account:{account.pk}"]


@pytest.mark.parametrize("said", OTHER_WORDS[:-1])
def test_what_is_no_passkey_is_not_kept_as_one(account, said, settings):
    client = Client()
    client.force_login(account)
    session = client.session
    session["signed_in_at"] = session["seen_at"] = time.time()
    session.save()
    client.get(reverse("mfa_add_webauthn"))
    answer = client.post(reverse("mfa_add_webauthn"), {"name": "Mine", "credential": said})
    assert answer.status_code == 200
    assert Authenticator.objects.using("builder").count() == 1
