"""Talking to an agency's identity provider, by OpenID Connect: code flow with PKCE, state and nonce.

The library leads there and fetches the token.  What it takes on trust is checked here: that the provider is the one in
the settings, and the token's signature, which it would not look at.
"""

import hmac
import secrets
import time
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

import jwt
import requests
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.internal import statekit
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from allauth.utils import build_absolute_uri
from django.conf import settings
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse

from mash.partnership import providers
from mash.partnership.providers import OpenIdProvider as Provider
from mash.partnership.vouched import (
    CANCELLED_THERE,
    CLOCKS_APART,
    NOT_BEGUN_HERE,
    NOT_TRUSTED,
    NOT_VERIFIED,
    UNREACHABLE,
    Refused,
    Vouched,
)

SECONDS_TO_CONNECT, SECONDS_TO_ANSWER, LARGEST = 3.0, 5.0, 1_000_000
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
SAID = ("iss", "sub", "aud", "exp", "iat", "nonce")
YES = (True, "true", "1")
CANCELLED = ("access_denied", "login_required", "interaction_required", "consent_required")


class Bounded(requests.Session):
    """Asks the configured providers' own places and no other: follows nothing, waits briefly, reads little."""

    def request(self, method: str, url: str | bytes, *args: Any, **words: Any) -> requests.Response:
        """Ask.  Raises requests.RequestException for another place, a slow answer or a large one."""
        at = url.decode() if isinstance(url, bytes) else url
        if not any(_is_at(at, one.places) for one in providers.every()):
            raise requests.RequestException("not a place of a configured provider")
        until = time.monotonic() + SECONDS_TO_ANSWER
        words |= {
            "timeout": (SECONDS_TO_CONNECT, SECONDS_TO_ANSWER),
            "allow_redirects": False,
            "stream": True,
        }
        answer = super().request(method, at, *args, **words)
        read = bytearray()
        for part in answer.iter_content(16_384):
            read += part
            if len(read) > LARGEST or time.monotonic() > until:
                answer.close()
                raise requests.RequestException("too much, or too slowly")
        answer._content = bytes(read)
        return answer


class SocialAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """How allauth's part for other sign-ins behaves here: nobody signs up, and no provider lies in the database."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: object) -> bool:  # noqa: ARG002
        """Answer no, always."""
        return False

    def list_apps(self, *_: object, **__: object) -> list[SocialApp]:
        """Return none: ours are made from the settings, one at a time."""
        return []

    def get_requests_session(self) -> Bounded:
        """Return what fetches for the library."""
        return Bounded()


class Client(OpenIDConnectProvider):  # type: ignore[misc]
    """One agency's provider as the library knows it; a secret is sent with PKCE and never without."""

    pkce_enabled_default = True

    def __init__(self, request: HttpRequest, provider: Provider) -> None:
        self.of = provider
        app = SocialApp(
            provider=self.id,
            provider_id=provider.id,
            name=provider.agency,
            client_id=provider.client_id,
            secret=provider.client_secret.get_secret_value(),
            settings={"server_url": provider.issuer.rstrip("/")},
        )
        super().__init__(request, app=app)

    def get_default_scope(self) -> list[str]:
        return ["openid", "email"]

    def get_oauth2_adapter(self, request: HttpRequest) -> "Conversation":
        return Conversation(request, self)


class Conversation(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """What is asked of one provider while somebody signs in."""

    def __init__(self, request: HttpRequest, client: Client) -> None:
        super().__init__(request, client.app.provider_id)
        self.client = client
        self._said: dict[str, Any] | None = None

    def get_provider(self) -> Client:
        return self.client

    @property
    def openid_config(self) -> dict[str, Any]:
        """Return what the provider says of itself, asked once.  Raises as `described`."""
        if self._said is None:
            self._said = described(self.client.of)
        return self._said

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        path = reverse("account_agency_back", args=[app.provider_id])
        return str(build_absolute_uri(request, path, "https" if settings.MASH_HTTPS else None))


def described(provider: Provider) -> dict[str, Any]:
    """Return what a provider says of itself.

    Raises OAuth2Error unless it is the one of the settings and keeps to their places, requests.RequestException.
    """
    found = _fetched(f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration")
    asked = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    ours = isinstance(found, dict) and found.get("issuer") == provider.issuer
    if not ours or not all(_is_at(found.get(name), provider.places) for name in asked):
        raise OAuth2Error("its description is of another issuer, or names places that the settings do not")
    return found


def lead_there(
    request: HttpRequest, provider: Provider, *, next_page: str, again: bool
) -> HttpResponseRedirect:
    """Return the way to the provider.  Raises Refused where it does not answer, or not as in the settings.

    again: somebody who is signed in proves that it is still them, whatever session the provider has of them.
    """
    nonce = secrets.token_urlsafe(24)
    client = Client(request, provider)
    words = {"nonce": nonce} | ({"prompt": "login", "max_age": "0"} if again else {})
    kept = {"nonce": nonce, "again": again, "began_at": time.time()}
    try:
        found: HttpResponseRedirect = client.redirect(
            request, "login", next_url=next_page, data=kept, auth_params=words
        )
    except (OAuth2Error, requests.RequestException, ValueError, KeyError) as why:
        raise Refused(UNREACHABLE) from why
    return found


def state_of(request: HttpRequest, provider: Provider) -> dict[str, Any]:
    """Return what was kept when somebody was led away, once.  Raises Refused for anything not begun in this browser."""
    said = request.GET.get("state", "")
    found: dict[str, Any] | None = statekit.unstash_state(request, provider_id=provider.id, state_id=said)
    if not found:
        raise Refused(NOT_BEGUN_HERE)
    return found


def answer_of(request: HttpRequest, provider: Provider, state: dict[str, Any]) -> Vouched:
    """Return whom the provider vouches for, by the answer that somebody's browser brings back.  Raises Refused."""
    if request.GET.get("iss", provider.issuer) != provider.issuer:
        raise Refused(NOT_TRUSTED)
    if "code" not in request.GET:
        raise Refused(CANCELLED_THERE if request.GET.get("error") in CANCELLED else NOT_TRUSTED)
    client = Client(request, provider)
    talk = client.get_oauth2_adapter(request)
    try:
        library = talk.get_client(request, client.app)
        given = talk.get_access_token_data(
            request, client.app, library, pkce_code_verifier=state["pkce_code_verifier"]
        )
        keys = _fetched(talk.openid_config["jwks_uri"])
    except requests.RequestException as why:
        raise Refused(UNREACHABLE) from why
    except (OAuth2Error, ValueError, KeyError, TypeError) as why:
        raise Refused(NOT_TRUSTED) from why
    claims = _claims(provider, given.get("id_token"), keys, nonce=state["data"]["nonce"])
    return _vouched(provider, claims, talk.openid_config)


def _fetched(address: str) -> dict[str, Any]:
    with Bounded() as session:
        answer = session.get(address)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
    return found


def _claims(provider: Provider, token: Any, keys: dict[str, Any], *, nonce: str) -> dict[str, Any]:
    """Return what an id token says, if this provider signed it, for us, for this one sign-in, and it still holds."""
    try:
        key = _key_for(jwt.get_unverified_header(token), keys)
        said = jwt.decode(
            token,
            key,
            algorithms=[key.algorithm_name],
            audience=provider.client_id,
            issuer=provider.issuer,
            leeway=CLOCKS_APART,
            options={"require": list(SAID)},
        )
    except (jwt.PyJWTError, ValueError, KeyError, TypeError, AttributeError) as why:
        raise Refused(NOT_TRUSTED) from why
    others = said["aud"] not in (provider.client_id, [provider.client_id])
    if said.get("azp", None if others else provider.client_id) != provider.client_id:
        raise Refused(NOT_TRUSTED)
    if not hmac.compare_digest(str(said["nonce"]).encode(), nonce.encode()):
        raise Refused(NOT_TRUSTED)
    return said


def _key_for(header: dict[str, Any], keys: dict[str, Any]) -> jwt.PyJWK:
    """Return the one key that a token names, if it is for signing and by an algorithm with a public key."""
    named, how = header.get("kid"), header["alg"]
    signing = [one for one in keys["keys"] if one.get("use", "sig") == "sig" and one.get("alg", how) == how]
    (key,) = [one for one in signing if named in (one.get("kid"), None)]
    if how not in ALGORITHMS:
        raise ValueError("whoever reads the key could sign with it, or nobody signed")
    return jwt.PyJWK(key, algorithm=how)


def _vouched(provider: Provider, claims: dict[str, Any], found: dict[str, Any]) -> Vouched:
    email, sub = claims.get("email"), claims["sub"]
    if not isinstance(email, str) or claims.get(provider.verified) not in YES:
        raise Refused(NOT_VERIFIED)
    methods = claims.get("amr")
    said = [*(methods if isinstance(methods, list) else []), claims.get("acr")]
    at = claims.get("auth_time")
    return Vouched(
        key=sha256(f"{provider.issuer}\0{sub}".encode()).hexdigest(),
        email=email.strip(),
        second_factor=any(one in provider.second_factor for one in said),
        signed_in_at=float(at) if isinstance(at, int | float) else None,
        sign_out=_sign_out(provider, found),
    )


def _sign_out(provider: Provider, found: dict[str, Any]) -> str:
    there = found.get("end_session_endpoint")
    return f"{there}?{urlencode({'client_id': provider.client_id})}" if _is_at(there, provider.places) else ""


def _is_at(address: Any, places: tuple[str, ...]) -> bool:
    try:
        return isinstance(address, str) and providers.origin(address) in places
    except ValueError:
        return False
