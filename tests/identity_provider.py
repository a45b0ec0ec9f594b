"""An agency's identity provider for tests: OpenID Connect over loopback, with real keys, strict about what it is asked.

`person` says who signs in there.  `claims`, `header`, `description` and `signs` are changed by tests in which it lies.
"""

import base64
import hashlib
import json
import secrets
import time
from contextlib import contextmanager
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from mash.partnership import providers
from tests.loopback import serving

CLIENT, SECRET = "openmash", "a:secret/with+signs"
PAGE = """<!doctype html><html lang="en-GB"><head><title>{agency}</title></head><body><main><h1>{agency}</h1>
<form method="post">{fields}<button>Sign in as {who}</button></form></main></body></html>"""
KEYS = [rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2)]


def public(key, kid):
    return json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key())) | {
        "kid": kid,
        "use": "sig",
        "alg": "RS256",
    }


class IdentityProvider:
    """One provider; `settings` is what whoever runs the hub's installation would write."""

    def __init__(self, agency, *, asks=False):
        self.agency, self.asks = agency, asks
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), type("Asked", (Asked,), {"of": self}))
        self.issuer = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.person = {"sub": "s-1", "email": "nobody@agency.example", "email_verified": True}
        self.claims, self.description, self.answers = {}, {}, {}
        self.signs = lambda claims: jwt.encode(claims, KEYS[0], algorithm="RS256", headers={"kid": "one"})
        self.codes, self.asked, self.forms = {}, [], []

    def settings(self, **changes):
        words = {"agency": self.agency, "issuer": self.issuer, "client_id": CLIENT, "client_secret": SECRET}
        return {"id": "police", **words, **changes}

    def described(self):
        at = self.issuer
        return {
            "issuer": at,
            "authorization_endpoint": f"{at}/authorize",
            "token_endpoint": f"{at}/token",
            "jwks_uri": f"{at}/keys",
            "end_session_endpoint": f"{at}/leave",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
            **self.description,
        }

    def code_for(self, words):
        """Return a code for what somebody was led here with, once they signed in."""
        assert words["client_id"] == CLIENT
        assert words["response_type"] == "code"
        assert words["code_challenge_method"] == "S256"
        assert "openid" in words["scope"].split()
        code = secrets.token_urlsafe(12)
        self.codes[code] = words
        return code

    def back(self, words):
        """Return the address to which somebody who signed in is led back."""
        said = {"code": self.code_for(words), "state": words["state"], "iss": self.issuer}
        return f"{words['redirect_uri']}?{urlencode(said)}"

    def token_for(self, words):
        """Return what a code is exchanged for, or None."""
        asked = self.codes.pop(words.get("code"), None)
        known = (words.get("client_id"), words.get("client_secret")) == (CLIENT, SECRET)
        proof = hashlib.sha256(words.get("code_verifier", "").encode()).digest()
        proof = base64.urlsafe_b64encode(proof).rstrip(b"=").decode()
        if not asked or not known or words["redirect_uri"] != asked["redirect_uri"]:
            return None
        if proof != asked["code_challenge"]:
            return None
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        claims |= self.person | self.claims
        claims = {name: value for name, value in claims.items() if value is not None}
        return {"access_token": "not-kept", "token_type": "Bearer", "id_token": self.signs(claims)}

    @contextmanager
    def running(self):
        with serving(self.server):
            yield self

    def stops(self):
        """Be down from now on."""
        self.server.shutdown()
        self.server.server_close()


class Asked(BaseHTTPRequestHandler):
    of: IdentityProvider

    def do_GET(self):
        path, words = self._asked()
        self.of.asked.append(path)
        if path in self.of.answers:
            self._says(*self.of.answers[path])
        elif path == "/.well-known/openid-configuration":
            self._says(200, self.of.described())
        elif path == "/keys":
            self._says(
                200, {"keys": [public(key, kid) for key, kid in zip(KEYS, ("one", "two"), strict=True)]}
            )
        elif path == "/authorize" and self.of.asks:
            hidden = "".join(
                f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
                for name, value in words.items()
            )
            who = self.of.person["email"]
            self._says(200, PAGE.format(agency=self.of.agency, fields=hidden, who=who))
        elif path == "/authorize":
            self._leads(self.of.back(words))
        elif path == "/leave":
            self._says(200, PAGE.format(agency="Signed out there", fields="", who="somebody"))
        else:
            self._says(404, "")

    def do_POST(self):
        path, _ = self._asked()
        self.of.asked.append(path)
        said = self.rfile.read(int(self.headers["Content-Length"])).decode()
        words = {name: values[0] for name, values in parse_qs(said).items()}
        if path in self.of.answers:
            self._says(*self.of.answers[path])
        elif path == "/authorize":
            self._leads(self.of.back(words))
        else:
            self.of.forms.append(words)
            found = self.of.token_for(words)
            self._says(200 if found else 400, found or {"error": "invalid_grant"})

    def _asked(self):
        parts = urlsplit(self.path)
        return parts.path, {name: values[0] for name, values in parse_qs(parts.query).items()}

    def _leads(self, where):
        self.send_response(302)
        self.send_header("Location", where)
        self.end_headers()

    def _says(self, status, what):
        words = (what if isinstance(what, str) else json.dumps(what)).encode()
        kind = "text/html; charset=utf-8" if isinstance(what, str) else "application/json"
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(words)))
        self.end_headers()
        self.wfile.write(words)

    def log_message(self, *_):
        pass


def known(*words):
    """Return providers as the settings hold them."""
    return providers.read(list(words))
