"""Signing in through one's agency, by HTTP: what opens an account, and everything that must not."""

import base64
import json
import threading
import time
from io import StringIO
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
import requests
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, connections, transaction
from django.test import Client
from django.urls import reverse

from mash.ledger.models import Entry
from mash.partnership import providers
from mash.partnership.models import Account
from tests.factories.base import in_service
from tests.factories.partnership import AccountFactory, AgencyFactory, StaffFactory
from tests.identity_provider import CLIENT, KEYS, SECRET, IdentityProvider, known
from tests.partnership.test_signing_in import PASSWORD, code_of

pytestmark = pytest.mark.usefixtures("transactional_db")
LOGIN, THERE = "/accounts/login/", "/accounts/agency/"
WRITTEN = "socialaccount_socialaccount"


@pytest.fixture
def worker():
    """An officer of the police, whose account a hub made."""
    return StaffFactory(answerer=True, agency=AgencyFactory(name="Northshire Police"))


@pytest.fixture
def police(worker, settings):
    with IdentityProvider("Northshire Police").running() as found:
        found.person = {"sub": "officer-7", "email": worker.account.email.upper(), "email_verified": True}
        settings.MASH_PROVIDERS = known(found.settings())
        yield found


def leads_there(client, provider="police", follow=False, **words):
    return client.post(THERE, {"provider": provider, **words}, follow=follow)


def comes_back(client, answer):
    """Go where the provider leads, and hand over what it answers; return our page and the address it was asked by."""
    there = requests.get(answer["Location"], allow_redirects=False, timeout=5)
    assert there.status_code == 302, there.text
    back = there.headers["Location"]
    return client.get(back.removeprefix("http://testserver")), back


def signs_in(client, **words):
    return comes_back(client, leads_there(client, **words))[0]


def is_signed_in(client):
    return "_auth_user_id" in client.session


def refused(client, answer, words):
    assert answer.status_code == 200
    assert words in answer.content.decode(), answer.content.decode()
    assert not is_signed_in(client)


def lines(event):
    return list(Entry.objects.using("builder").filter(event=event).order_by("at"))


def settled():
    return list(SocialAccount.objects.using("builder").values_list("user", flat=True))


# What opens an account


def test_a_worker_signs_in_through_their_agency_and_takes_their_post(police, worker):
    client = Client()
    assert b"Sign in through Northshire Police" in client.get(LOGIN).content
    answer = signs_in(client, next="/checks/")
    assert answer.url == "/checks/"
    assert client.get("/post/").status_code == 302
    assert client.session["post"] == str(worker.pk)
    for event in ("account.agency_settled", "account.vouched_for"):
        (line,) = lines(event)
        assert (line.hub_id, line.about) == (worker.hub_id, f"partnership.account:{worker.account_id}")
        assert line.detail == {"provider": "police"}
    assert lines("post.taken")[0].detail == {"through": "police"}


def test_what_is_asked_there_carries_state_nonce_and_a_challenge_and_no_secret(police):
    asked = urlsplit(leads_there(Client())["Location"])
    words = parse_qs(asked.query)
    assert f"{asked.scheme}://{asked.netloc}" == police.issuer
    assert words["code_challenge_method"] == ["S256"]
    assert len(words["nonce"][0]) >= 32
    assert len(words["state"][0]) >= 16
    assert words["redirect_uri"] == ["http://testserver/accounts/agency/police/back/"]
    assert set(words["scope"][0].split()) == {"openid", "email"}
    assert SECRET not in asked.query


def test_the_second_time_they_are_known_by_subject_and_nothing_is_settled_again(police, worker):
    for _ in range(2):
        assert signs_in(Client()).status_code == 302
    assert settled() == [worker.account_id]
    assert len(lines("account.agency_settled")) == 1


def test_no_token_and_no_subject_and_nothing_said_of_anybody_is_kept(police):
    client = Client()
    signs_in(client)
    (row,) = SocialAccount.objects.using("builder").all()
    assert row.extra_data == {}
    assert "officer-7" not in row.uid
    assert not SocialToken.objects.using("builder").exists()
    assert "not-kept" not in json.dumps(dict(client.session.items()))


def test_a_secret_goes_in_the_way_the_provider_asks_for(police):
    police.description = {"token_endpoint_auth_methods_supported": ["client_secret_basic"]}
    leads_there(Client())
    assert signs_in(Client()).status_code == 200  # this one of ours takes it in the form alone
    assert "client_secret" not in police.forms[-1]


def test_whoever_was_signed_in_as_another_is_so_no_longer(police, worker):
    client = Client()
    client.force_login(StaffFactory(screener=True).account)
    signs_in(client)
    assert client.session["_auth_user_id"] == str(worker.account_id)


# Whom it does not open for


def test_nobody_signs_up_by_it(police):
    police.person["email"] = "stranger@police.example"
    client = Client()
    refused(client, signs_in(client), "You have no account here with Northshire Police")
    assert not Account.objects.using("builder").filter(email__icontains="stranger").exists()
    (line,) = lines("account.agency_refused")
    assert (line.why, line.detail) == ("no_account_for_this_agency", {"provider": "police"})
    assert "stranger" not in str(vars(line))


def test_a_provider_does_not_vouch_for_somebody_of_another_agency(police, worker):
    other = StaffFactory(screener=True)
    police.person["email"] = other.account.email
    client = Client()
    refused(client, signs_in(client), "You have no account here with Northshire Police")
    assert settled() == []


def test_one_whose_post_has_ended_or_who_has_none_has_no_account_with_it(police, worker):
    type(worker).objects.using("builder").filter(pk=worker.pk).update(until_at=worker.from_at)
    client = Client()
    refused(client, signs_in(client), "You have no account here")
    police.person["email"] = AccountFactory().email
    refused(client, signs_in(client), "You have no account here")


def test_a_switched_off_account_stays_shut(police, worker):
    Account.objects.using("builder").update(is_active=False)
    client = Client()
    refused(client, signs_in(client), "You have no account here")


def test_another_person_with_the_same_address_is_refused(police, worker):
    signs_in(Client())
    police.person["sub"] = "officer-8"
    client = Client()
    refused(client, signs_in(client), "This account belongs to somebody else at Northshire Police")
    (line,) = lines("account.agency_refused")
    assert (line.why, line.hub_id) == ("another_person_than_before", worker.hub_id)


def test_the_same_person_with_another_address_is_refused(police, worker):
    signs_in(Client())
    police.person["email"] = "renamed@police.example"
    client = Client()
    refused(client, signs_in(client), "knows you by another address than your hub")
    police.person["email"] = StaffFactory(answerer=True, agency=worker.agency).account.email
    refused(client, signs_in(client), "knows you by another address than your hub")


def test_an_address_outside_the_agency_s_own_domains_is_refused(police, settings):
    settings.MASH_PROVIDERS = known(police.settings(domains=["police.example"]))
    client = Client()
    refused(client, signs_in(client), "You have no account here")
    settings.MASH_PROVIDERS = known(police.settings(domains=["HUB.example"]))
    assert signs_in(client).status_code == 302


@pytest.mark.parametrize("said", [None, False, "false", "", 0, "yes", [True], {"a": 1}])
def test_an_address_that_is_not_said_to_be_theirs_is_refused(police, said):
    police.person["email_verified"] = said
    client = Client()
    refused(client, signs_in(client), "does not vouch for your e-mail address")
    assert settled() == []


@pytest.mark.parametrize("email", [None, 7, ["a@b.example"]])
def test_no_address_at_all_is_refused(police, email):
    police.person["email"] = email
    client = Client()
    refused(client, signs_in(client), "does not vouch for your e-mail address")


def test_another_claim_may_say_that_the_address_is_theirs(police, settings):
    settings.MASH_PROVIDERS = known(police.settings(verified="xms_edov"))
    client = Client()
    refused(client, signs_in(client), "does not vouch for your e-mail address")
    police.person["xms_edov"] = "1"
    assert signs_in(client).status_code == 302


# Tokens that are not to be trusted


def by_nobody(claims):
    return jwt.encode(claims, None, algorithm="none", headers={"kid": "one"})


def by_the_public_key(claims):
    """The oldest trick: what everybody can read, used as a shared secret."""
    parts = [{"alg": "HS256", "kid": "one", "typ": "JWT"}, claims]
    said = ".".join(base64.urlsafe_b64encode(json.dumps(one).encode()).rstrip(b"=").decode() for one in parts)
    shared = jwt.algorithms.RSAAlgorithm.to_jwk(KEYS[0].public_key()).encode()
    mac = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256).sign(said.encode(), shared)
    return f"{said}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


def by_another_key(claims):
    return jwt.encode(claims, KEYS[1], algorithm="RS256", headers={"kid": "one"})


def by_an_unknown_key(claims):
    return jwt.encode(claims, KEYS[0], algorithm="RS256", headers={"kid": "three"})


def naming_no_key(claims):
    return jwt.encode(claims, KEYS[0], algorithm="RS256")


def by_another_algorithm(claims):
    return jwt.encode(claims, KEYS[0], algorithm="RS512", headers={"kid": "one"})


def changed_afterwards(claims):
    head, _, tail = jwt.encode(claims, KEYS[0], algorithm="RS256", headers={"kid": "one"}).split(".")
    body = base64.urlsafe_b64encode(json.dumps(claims | {"sub": "x"}).encode()).rstrip(b"=").decode()
    return f"{head}.{body}.{tail}"


@pytest.mark.parametrize(
    "signs",
    [
        by_nobody,
        by_the_public_key,
        by_another_key,
        by_an_unknown_key,
        naming_no_key,
        by_another_algorithm,
        changed_afterwards,
        lambda claims: "",
        lambda claims: None,
        lambda claims: 7,
        lambda claims: "a.b.c",
        lambda claims: {"sub": "x"},
    ],
)
def test_what_the_provider_did_not_sign_opens_nothing(police, signs):
    police.signs = signs
    client = Client()
    refused(client, signs_in(client), "We could not trust what Northshire Police")
    assert lines("account.agency_refused")[0].why == "answer_not_trusted"
    assert settled() == []


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "another-client"},
        {"aud": ["another-client"]},
        {"aud": [CLIENT, "another-client"]},
        {"aud": [CLIENT, "another-client"], "azp": "another-client"},
        {"azp": "another-client"},
        {"aud": None},
        {"iss": "https://login.elsewhere.example"},
        {"iss": None},
        {"nonce": "another"},
        {"nonce": None},
        {"nonce": 7},
        {"exp": int(time.time()) - 3600},
        {"exp": None},
        {"iat": int(time.time()) + 3600},
        {"nbf": int(time.time()) + 3600},
        {"sub": None},
        {"sub": 7},
    ],
)
def test_a_token_for_others_or_another_time_opens_nothing(police, claims):
    police.claims = claims
    client = Client()
    refused(client, signs_in(client), "We could not trust what Northshire Police")


def test_a_token_for_us_and_others_that_names_us_as_who_asked_is_taken(police):
    police.claims = {"aud": [CLIENT, "another"], "azp": CLIENT}
    assert signs_in(Client()).status_code == 302


# Answers that nobody asked for


def test_an_answer_counts_once(police):
    client = Client()
    _, back = comes_back(client, leads_there(client))
    client.post("/accounts/logout/")
    refused(client, client.get(back.removeprefix("http://testserver")), "Begin signing in again")


def test_an_answer_that_was_looked_at_and_refused_stays_used(police):
    police.claims = {"nonce": "another"}
    client = Client()
    answer, back = comes_back(client, leads_there(client))
    refused(client, answer, "could not trust")
    police.claims = {}
    refused(client, client.get(back.removeprefix("http://testserver")), "Begin signing in again")


def test_an_answer_in_another_browser_counts_for_nothing(police):
    led = leads_there(Client())
    client = Client()
    refused(client, comes_back(client, led)[0], "Begin signing in again")


def test_an_answer_after_ten_minutes_counts_for_nothing(police, monkeypatch):
    client = Client()
    led = leads_there(client)
    now = time.time()
    monkeypatch.setattr("allauth.socialaccount.internal.statekit.time.time", lambda: now + 601)
    refused(client, comes_back(client, led)[0], "Begin signing in again")


def test_one_provider_s_answer_is_not_another_s(police, worker, settings):
    with IdentityProvider("Riverside Council").running() as council:
        settings.MASH_PROVIDERS = known(police.settings(), council.settings(id="council"))
        client = Client()
        there = requests.get(leads_there(client)["Location"], allow_redirects=False, timeout=5)
        back = there.headers["Location"].replace("/police/", "/council/").removeprefix("http://testserver")
        refused(client, client.get(back), "Begin signing in again")
        refused(client, client.get(back.replace("/council/", "/police/") + "x"), "could not trust")  # `iss`


def test_somebody_who_turns_back_is_told_that_nothing_was_opened(police):
    client = Client()
    state = parse_qs(urlsplit(leads_there(client)["Location"]).query)["state"][0]
    back = reverse("account_agency_back", args=["police"])
    refused(client, client.get(back, {"error": "access_denied", "state": state}), "You did not sign in")
    assert lines("account.agency_refused")[0].why == "cancelled"


@pytest.mark.parametrize(
    "query", ["", "?code=x", "?state=x", "?code=x&state=", "?error=access_denied", "?state[]=x"]
)
def test_an_address_typed_by_hand_opens_nothing(police, query):
    client = Client()
    back = reverse("account_agency_back", args=["police"])
    refused(client, client.get(back + query), "Begin signing in again")


def test_what_is_not_in_the_settings_is_not_there(police):
    client = Client()
    assert leads_there(client, "council").status_code == 404
    assert client.get(reverse("account_agency_back", args=["council"])).status_code == 404
    assert client.get(THERE).status_code == 405
    assert Client(enforce_csrf_checks=True).post(THERE, {"provider": "police"}).status_code == 403


@pytest.mark.parametrize(
    "next_page", ["https://elsewhere.example/", "//elsewhere.example", "\\\\elsewhere.example"]
)
def test_nobody_is_led_on_to_another_site(police, next_page):
    assert signs_in(Client(), next=next_page).url == "/post/"


# A provider that is down, or another than it should be


def test_a_provider_that_is_down_is_said_to_be(police):
    client = Client()
    led = leads_there(client)
    state = parse_qs(urlsplit(led["Location"]).query)["state"][0]
    police.stops()
    refused(client, leads_there(client), "Northshire Police’s sign-in does not answer")
    back = reverse("account_agency_back", args=["police"])
    refused(client, client.get(back, {"code": "x", "state": state}), "does not answer")
    assert {line.why for line in lines("account.agency_refused")} == {"provider_unreachable"}


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/.well-known/openid-configuration", (500, "")),
        ("/.well-known/openid-configuration", (200, "not json")),
        ("/.well-known/openid-configuration", (200, [])),
        ("/.well-known/openid-configuration", (200, {})),
        ("/.well-known/openid-configuration", (200, "x" * 1_100_000)),
        ("/token", (500, {})),
        ("/token", (200, {"access_token": "x"})),
        ("/token", (200, [])),
        ("/token", (200, "not json")),
        ("/keys", (500, {})),
        ("/keys", (200, {})),
        ("/keys", (200, [])),
        ("/keys", (200, {"keys": [7]})),
        ("/keys", (200, {"keys": [{"kid": "one"}]})),
    ],
)
def test_whatever_a_provider_says_in_its_stead_is_never_a_crash(police, path, answer):
    client = Client()
    led = leads_there(client)
    police.answers[path] = answer
    found = comes_back(client, led)[0]
    assert found.status_code == 200
    assert not is_signed_in(client)
    assert leads_there(client).status_code in {200, 302}


@pytest.mark.parametrize("name", ["authorization_endpoint", "token_endpoint", "jwks_uri"])
@pytest.mark.parametrize(
    "place", ["https://elsewhere.example/x", "http://127.0.0.1:1/x", "file:///etc/passwd", "", 7]
)
def test_a_place_that_the_settings_do_not_name_is_never_asked_and_led_to(police, name, place):
    police.description = {name: place}
    client = Client()
    refused(client, leads_there(client), "does not answer")


def test_a_description_of_another_issuer_is_not_taken(police):
    police.description = {"issuer": "https://login.elsewhere.example"}
    client = Client()
    refused(client, leads_there(client), "does not answer")


def test_the_server_follows_no_redirect(police):
    client = Client()
    led = leads_there(client)
    police.answers["/keys"] = (302, {})
    refused(client, comes_back(client, led)[0], "We could not trust")


def test_a_provider_that_never_answers_is_given_up(police, monkeypatch):
    monkeypatch.setattr("mash.partnership.oidc.SECONDS_TO_ANSWER", 0.2)
    given_up = threading.Event()
    police.described = lambda: given_up.wait(60) and {}
    began = time.monotonic()
    client = Client()
    refused(client, leads_there(client), "does not answer")
    assert time.monotonic() - began < 10  # a fifth of a second, on a machine that is busy
    given_up.set()


def test_beginning_too_often_from_one_place_is_stopped(police, monkeypatch):
    monkeypatch.setattr("mash.partnership.views.agency.FROM_ONE_PLACE", 2)
    client = Client()
    assert [leads_there(client).status_code for _ in range(3)] == [302, 302, 200]


# Local sign-in of who has an agency's


def locally(client, account, password=PASSWORD):
    return client.post(LOGIN, {"login": account.email, "password": password})


@pytest.fixture
def with_a_password(worker):
    account = Account.objects.using("builder").get(pk=worker.account_id)
    account.set_password(PASSWORD)
    account.save(using="builder")
    return account


def test_a_password_does_not_open_an_account_that_its_agency_opens(police, with_a_password, worker):
    client = Client()
    answer = locally(client, with_a_password)
    refused(client, answer, "Your agency opens this account")
    assert b"Sign in through Northshire Police" in answer.content
    (line,) = lines("account.local_sign_in_refused")
    assert line.hub_id == worker.hub_id


def test_whoever_does_not_know_the_password_learns_nothing_of_the_agency(police, with_a_password):
    wrong, unknown = Client(), Client()
    answers = [
        locally(wrong, with_a_password, "not-this-one-at-all"),
        locally(unknown, AccountFactory.build()),
    ]
    for answer in answers:
        assert "Your agency opens this account" not in answer.content.decode()
    assert str(answers[0].context_data["form"].errors) == str(answers[1].context_data["form"].errors)


def test_an_account_named_for_the_day_it_is_down_is_opened_either_way(
    police, with_a_password, worker, settings
):
    settings.MASH_PROVIDERS = known(police.settings(also_locally=[with_a_password.email.upper()]))
    client = Client()
    assert locally(client, with_a_password).url == "/post/"
    client.get("/post/")
    assert client.session["post"] == str(worker.pk)
    (line,) = lines("account.opened_without_its_agency")
    assert line.hub_id == worker.hub_id
    assert signs_in(Client()).status_code == 302


def test_others_sign_in_as_before(police):
    other = StaffFactory(screener=True)
    account = Account.objects.using("builder").get(pk=other.account_id)
    account.set_password(PASSWORD)
    account.save(using="builder")
    assert locally(Client(), account).url == "/post/"


def test_an_agency_opens_its_own_posts_and_a_password_the_others(police, with_a_password, worker):
    school = StaffFactory(answerer=True, account=worker.account, title="Governor")
    through, by_password = Client(), Client()
    signs_in(through)
    through.get("/post/")
    assert through.session["post"] == str(worker.pk)
    assert through.post("/post/", {"post": str(school.pk)}).status_code == 404
    locally(by_password, with_a_password)
    by_password.get("/post/")
    assert by_password.session["post"] == str(school.pk)
    assert by_password.post("/post/", {"post": str(worker.pk)}).status_code == 404


def test_a_password_after_an_agency_s_sign_in_does_not_inherit_its_word(
    police, with_a_password, worker, settings
):
    settings.MASH_PROVIDERS = known(police.settings(second_factor=["mfa"]))
    school = StaffFactory(answerer=True, account=worker.account, title="Governor")
    police.claims = {"amr": ["mfa"]}
    client = Client()
    signs_in(client)
    client.post("/accounts/logout/")
    locally(client, with_a_password)
    client.get("/post/")
    assert client.session["post"] == str(school.pk)


# The second factor


def test_our_second_factor_is_asked_where_the_settings_do_not_take_the_provider_s_word(
    police, worker, settings
):
    settings.MASH_SECOND_FACTOR = True
    police.claims = {"amr": ["pwd", "mfa"], "acr": "mfa"}
    client = Client()
    signs_in(client)
    assert client.get("/post/").url == reverse("mfa_activate_totp")


@pytest.mark.parametrize("claims", [{"amr": ["pwd", "mfa"]}, {"acr": "urn:two"}])
def test_the_provider_s_word_for_two_factors_is_taken_where_the_settings_say_so(
    police, worker, settings, claims
):
    settings.MASH_SECOND_FACTOR = True
    settings.MASH_PROVIDERS = known(police.settings(second_factor=["mfa", "urn:two"]))
    police.claims = claims
    client = Client()
    signs_in(client)
    client.get("/post/")
    assert client.session["post"] == str(worker.pk)


@pytest.mark.parametrize(
    "claims", [{}, {"amr": ["pwd"]}, {"amr": "mfa"}, {"amr": [["mfa"], {}]}, {"acr": {"a": 1}}]
)
def test_a_sign_in_there_without_two_factors_is_asked_for_ours(police, worker, settings, claims):
    settings.MASH_SECOND_FACTOR = True
    settings.MASH_PROVIDERS = known(police.settings(second_factor=["mfa"]))
    police.claims = claims
    secret = "JBSWY3DPEHPK3PXP"
    Authenticator.objects.using("builder").create(user=worker.account, type="totp", data={"secret": secret})
    client = Client()
    assert signs_in(client).url == reverse("mfa_authenticate")
    assert not is_signed_in(client)
    client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    client.get("/post/")
    assert client.session["post"] == str(worker.pk)


def test_one_who_gave_two_factors_there_is_not_asked_for_ours(police, worker, settings):
    settings.MASH_SECOND_FACTOR = True
    settings.MASH_PROVIDERS = known(police.settings(second_factor=["mfa"]))
    police.claims = {"amr": ["mfa"]}
    Authenticator.objects.using("builder").create(
        user=worker.account, type="totp", data={"secret": "JBSWY3DPEHPK3PXP"}
    )
    assert signs_in(Client()).url == "/post/"


def test_a_half_done_local_sign_in_leaves_nothing_to_one_through_the_agency(
    police, with_a_password, worker, settings
):
    settings.MASH_SECOND_FACTOR = True
    school = StaffFactory(answerer=True, account=worker.account, title="Governor")
    secret = "JBSWY3DPEHPK3PXP"
    Authenticator.objects.using("builder").create(user=worker.account, type="totp", data={"secret": secret})
    client = Client()
    assert locally(client, with_a_password).url == reverse("mfa_authenticate")
    signs_in(client)
    client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    client.get("/post/")
    assert client.session["post"] == str(worker.pk)
    assert client.post("/post/", {"post": str(school.pk)}).status_code == 404


# Proving that it is still them


@pytest.fixture
def at_work(police, worker):
    client = Client()
    signs_in(client)
    client.get("/post/")
    return client


def test_whoever_has_only_their_agency_proves_there_that_it_is_still_them(police, at_work):
    again = reverse("account_agency_again")
    page = reverse("mfa_activate_totp")
    session = at_work.session
    session["signed_in_at"] = time.time() - 3600
    session.save()
    assert at_work.get(page)["Location"].startswith(again)
    assert at_work.get(reverse("account_reauthenticate"))["Location"].startswith(again)
    assert b"Sign in again through Northshire Police" in at_work.get(again).content
    led = leads_there(at_work, again="yes", next=page)
    words = parse_qs(urlsplit(led["Location"]).query)
    assert (words["prompt"], words["max_age"]) == (["login"], ["0"])
    police.claims = {"auth_time": int(time.time())}
    before = at_work.session.session_key
    answer, _ = comes_back(at_work, led)
    assert answer.url == page
    assert at_work.session.session_key != before
    assert at_work.get(page).status_code == 200


@pytest.mark.parametrize(
    "claims", [{}, {"auth_time": int(time.time()) - 3600}, {"auth_time": "now"}, {"auth_time": None}]
)
def test_a_provider_that_did_not_ask_again_proves_nothing(police, at_work, claims):
    police.claims = claims
    answer, _ = comes_back(at_work, leads_there(at_work, again="yes"))
    assert "did not prove that it is still you" in answer.content.decode()
    assert lines("account.agency_refused")[0].why == "not_proved_again"
    assert not [
        one for one in at_work.session.get("account_authentication_methods", []) if one.get("reauthenticated")
    ]


def test_somebody_else_of_the_agency_does_not_prove_it_for_them(police, at_work, worker):
    other = StaffFactory(answerer=True, agency=worker.agency)
    police.person = {"sub": "officer-9", "email": other.account.email, "email_verified": True}
    police.claims = {"auth_time": int(time.time())}
    answer, _ = comes_back(at_work, leads_there(at_work, again="yes"))
    assert "did not prove that it is still you" in answer.content.decode()
    assert at_work.session["_auth_user_id"] == str(worker.account_id)


def test_proof_is_not_asked_there_of_who_signed_in_locally(police):
    client = Client()
    client.force_login(StaffFactory(screener=True).account)
    assert client.get(reverse("account_agency_again")).status_code == 404


# Signing out, and where forms lead


def test_after_signing_out_the_way_to_sign_out_there_too_is_shown(police, at_work):
    answer = at_work.post("/accounts/logout/")
    assert answer.status_code == 200
    assert f"{police.issuer}/leave?client_id={CLIENT}" in answer.content.decode()
    assert not is_signed_in(at_work)


def test_a_place_for_signing_out_that_is_not_the_provider_s_is_not_shown(police, worker):
    police.description = {"end_session_endpoint": "https://elsewhere.example/out"}
    client = Client()
    signs_in(client)
    assert client.post("/accounts/logout/").status_code == 302


def test_forms_lead_to_the_configured_providers_and_nowhere_else(police, settings):
    def form_action(path):
        (found,) = [
            one for one in Client().get(path)["Content-Security-Policy"].split("; ") if "form-action" in one
        ]
        return found.split()[1:]

    assert form_action(LOGIN) == ["'self'", police.issuer]
    assert form_action("/") == ["'self'"]
    settings.MASH_PROVIDERS = known(police.settings(hosts=["https://fs.police.example/adfs"]))
    assert form_action(LOGIN) == ["'self'", police.issuer, "https://fs.police.example"]
    settings.MASH_PROVIDERS = ()
    assert form_action(LOGIN) == ["'self'"]
    assert b"through your agency" not in Client().get(LOGIN).content


def test_many_agencies_are_a_list_to_choose_from(police, settings):
    more = [police.settings(id=f"a{n}", agency=f"Agency {n}") for n in range(7)]
    settings.MASH_PROVIDERS = known(*more)
    page = Client().get(LOGIN).content.decode()
    assert page.count("<option") == 8
    assert "Choose your agency." in leads_there(Client(), "", follow=True).content.decode()
    assert "Go to its sign-in" in page


# The database alone


def written_by(service, statement):
    with in_service(service), connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.rowcount


def test_whom_an_account_belongs_to_is_read_and_settled_at_the_front_door_alone(police, worker):
    signs_in(Client())
    assert written_by("front_door", f"SELECT 1 FROM {WRITTEN}") == 1
    for service in ("reminders", "caretaker"):
        assert written_by(service, f"SELECT 1 FROM {WRITTEN}") == 0
    with pytest.raises(DatabaseError, match="nobody is acting"), transaction.atomic():
        SocialAccount.objects.exists()


def test_it_is_never_changed_and_forgotten_by_the_program_that_sets_up_hubs_alone(police, worker):
    signs_in(Client())
    with pytest.raises(DatabaseError, match="permission denied"):
        written_by("front_door", f"UPDATE {WRITTEN} SET uid = 'x'")
    assert written_by("front_door", f"DELETE FROM {WRITTEN}") == 0
    assert written_by("setup", f"DELETE FROM {WRITTEN}") == 1


def test_two_people_of_one_provider_are_never_one_account_s(police, worker):
    signs_in(Client())
    row = {"provider": "police", "user_id": worker.account_id, "extra_data": {}}
    with pytest.raises(DatabaseError, match="one_person"):
        SocialAccount.objects.using("builder").create(uid="another", **row)
    connections["builder"].close()


@pytest.mark.parametrize("model", [SocialApp, SocialToken])
def test_the_library_s_other_tables_are_reached_by_nobody(model):
    with pytest.raises(DatabaseError, match="permission denied"), in_service("front_door"):
        model.objects.exists()


# Whoever runs the system


def run(worker, **words):
    out = StringIO()
    told = {"hub": worker.hub.name, "why": "New directory; spoke with J. Reid"} | words
    call_command("agency_sign_in", worker.account.email, stdout=out, **told)
    return out.getvalue()


def test_a_command_lets_another_person_of_the_agency_be_the_one_from_now_on(police, worker, at_work):
    police.person["sub"] = "officer-7-again"
    client = Client()
    refused(client, signs_in(client), "belongs to somebody else")
    assert "would be done" in run(worker, dry_run=True)
    assert settled() == [worker.account_id]
    assert "is settled at the next sign-in" in run(worker)
    assert settled() == []
    assert at_work.get("/rota/").url.startswith(LOGIN)  # every session has ended
    assert signs_in(client).status_code == 302
    (line,) = lines("account.agency_forgotten")
    assert (line.actor, line.why, line.hub_id) == (
        "service:setup",
        "New directory; spoke with J. Reid",
        worker.hub_id,
    )
    assert "is settled" in run(worker)
    assert "opened by nobody" in run(worker)


@pytest.mark.parametrize("wrong", [{"hub": "Nowhere"}, {"why": " "}])
def test_the_command_names_what_is_wrong(police, worker, wrong):
    with pytest.raises(CommandError):
        run(worker, **wrong)


# The settings


GOOD = {
    "id": "a",
    "agency": "A",
    "issuer": "https://x.example/t",
    "client_id": "c",
    "client_secret": "s3cret-words",
}


@pytest.mark.parametrize(
    "wrong",
    [
        {"issuer": "http://x.example"},
        {"issuer": "https://user:pass@x.example"},
        {"issuer": "https://x.example/?tenant=1"},
        {"issuer": "ftp://x.example"},
        {"issuer": ""},
        {"hosts": ["http://y.example"]},
        {"id": "A B"},
        {"id": "x" * 41},
        {"client_id": ""},
        {"client_secret": ""},
        {"client_secret_file": "/etc/hostname"},
        {"client_secret": "", "client_secret_file": "/no/such/file"},
        {"second_factor": "mfa"},
        {"domains": [7]},
        {"anything": "else"},
    ],
)
def test_settings_that_cannot_be_right_stop_the_start_and_show_no_secret(wrong):
    with pytest.raises(providers.Unreadable) as why:
        providers.read([GOOD | wrong])
    assert "s3cret-words" not in str(why.value)
    assert str(why.value).startswith("MASH_PROVIDERS: 0")


@pytest.mark.parametrize("other", [{"id": "b", "agency": " a"}, {"agency": "B"}])
def test_an_agency_has_one_provider_and_an_id_is_one_provider_s(other):
    with pytest.raises(providers.Unreadable, match="the same"):
        providers.read([GOOD, GOOD | other])


def test_a_secret_may_lie_in_a_file_and_is_never_written_out(tmp_path):
    (tmp_path / "secret").write_text("from-a-file\n")
    (found,) = providers.read([GOOD | {"client_secret": "", "client_secret_file": str(tmp_path / "secret")}])
    assert found.client_secret.get_secret_value() == "from-a-file"
    assert "from-a-file" not in repr(found) + str(found)
