"""An agency's identity provider for tests: SAML 2.0, with real keys, strict about what it is asked.

`person` says who signs in there.  `changes` is handed what it is about to sign, `afterwards` what it signed; tests in
which somebody lies say what they do there.
"""

import base64
import secrets
import zlib
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from lxml import etree
from signxml import XMLSigner
from signxml.algorithms import CanonicalizationMethod

from tests.loopback import serving

PROTOCOL = "urn:oasis:names:tc:SAML:2.0:protocol"
ASSERTION = "urn:oasis:names:tc:SAML:2.0:assertion"
PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
MAIL = "urn:oid:0.9.2342.19200300.100.1.3"
METHODS = "http://schemas.microsoft.com/claims/authnmethodsreferences"
SPACES = {"samlp": PROTOCOL, "saml": ASSERTION, "ds": "http://www.w3.org/2000/09/xmldsig#"}
PAGE = """<!doctype html><html lang="en-GB"><head><title>{agency}</title></head><body><main><h1>{agency}</h1>
<form method="post" action="{where}">{fields}<button>Sign in as {who}</button></form></main></body></html>"""


def certificate(key, *, days=400, began=1):
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Northshire sign-in")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(issuer_name=name, subject_name=name, public_key=key.public_key())
    made = made.serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=began))
    return made.not_valid_after(now + timedelta(days=days)).sign(key, hashes.SHA256())


def pem(one):
    return one.public_bytes(Encoding.PEM).decode()


KEYS = [rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2)]
CERTIFICATES = [certificate(key) for key in KEYS]


def name(prefixed):
    prefix, _, word = prefixed.partition(":")
    return f"{{{SPACES[prefix]}}}{word}"


def moment(when):
    return f"{when:%Y-%m-%dT%H:%M:%S}.{when.microsecond // 1000:03}Z"


class SamlIdentityProvider:
    """One provider; `settings` is what whoever runs the hub's installation would write."""

    def __init__(self, agency, key="police"):
        self.agency, self.id = agency, key
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), type("Asked", (Asked,), {"of": self}))
        self.at = (
            f"http://127.0.0.1:{self.server.server_address[1]}"  # for a browser another site than "localhost"
        )
        self.entity = f"{self.at}/entity"
        self.person = {"subject": "officer-7", "email": "nobody@agency.example", "methods": ["pwd"]}
        self.signs_whole, self.signs_assertion = False, True
        self.key, self.certificate = KEYS[0], CERTIFICATES[0]
        self.changes = lambda root: None
        self.afterwards = lambda root: None
        self.asked = []

    def settings(self, **changes):
        return {
            "id": self.id,
            "agency": self.agency,
            "speaks": "saml",
            "entity": self.entity,
            "sign_on": f"{self.at}/sign-on",
            "sign_out": f"{self.at}/leave",
            "certificates": [pem(CERTIFICATES[0])],
            "domains": ["hub.example", "police.example"],
            "email": MAIL,
            **changes,
        }

    def request_in(self, location):
        """Return what somebody was led here with, as their browser brings it."""
        words = {key: values[0] for key, values in parse_qs(urlsplit(location).query).items()}
        root = etree.fromstring(zlib.decompress(base64.b64decode(words["SAMLRequest"]), -zlib.MAX_WBITS))
        assert root.tag == name("samlp:AuthnRequest")
        assert root.get("Version") == "2.0"
        assert root.get("ProtocolBinding").endswith(":HTTP-POST")
        assert root.get("Destination") == f"{self.at}/sign-on"
        return root, words["RelayState"]

    def response(self, request, *, now=None):
        """Return the tree of an answer to a request, signed as this provider does."""
        now = now or datetime.now(UTC)
        where = request.get("AssertionConsumerServiceURL")
        root = self._element(
            "samlp:Response",
            ID=f"_r{secrets.token_hex(8)}",
            Version="2.0",
            IssueInstant=moment(now),
            Destination=where,
            InResponseTo=request.get("ID"),
        )
        self._element("saml:Issuer", root, text=self.entity)
        status = self._element("samlp:Status", root)
        self._element("samlp:StatusCode", status, Value="urn:oasis:names:tc:SAML:2.0:status:Success")
        root.append(self.assertion(request, now))
        self.changes(root)
        if self.signs_assertion:
            self.sign(root.find(name("saml:Assertion")))
        if self.signs_whole:
            self.sign(root)
        self.afterwards(root)
        return root

    def assertion(self, request, now):
        where, mark = request.get("AssertionConsumerServiceURL"), f"_a{secrets.token_hex(8)}"
        root = self._element("saml:Assertion", ID=mark, Version="2.0", IssueInstant=moment(now))
        self._element("saml:Issuer", root, text=self.entity)
        subject = self._element("saml:Subject", root)
        self._element("saml:NameID", subject, text=self.person["subject"], Format=PERSISTENT)
        bearer = self._element(
            "saml:SubjectConfirmation", subject, Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"
        )
        until = moment(now + timedelta(minutes=5))
        self._element(
            "saml:SubjectConfirmationData",
            bearer,
            Recipient=where,
            InResponseTo=request.get("ID"),
            NotOnOrAfter=until,
        )
        conditions = self._element(
            "saml:Conditions", root, NotBefore=moment(now - timedelta(minutes=1)), NotOnOrAfter=until
        )
        audience = self._element("saml:AudienceRestriction", conditions)
        self._element("saml:Audience", audience, text=request.findtext(name("saml:Issuer")))
        said = self._element("saml:AuthnStatement", root, AuthnInstant=moment(now), SessionIndex="s1")
        context = self._element("saml:AuthnContext", said)
        how = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"
        self._element("saml:AuthnContextClassRef", context, text=self.person.get("context", how))
        attributes = self._element("saml:AttributeStatement", root)
        self.attribute(attributes, MAIL, [self.person["email"]])
        self.attribute(attributes, METHODS, self.person["methods"])
        return root

    def attribute(self, into, called, values):
        made = self._element("saml:Attribute", into, Name=called)
        for value in values:
            self._element("saml:AttributeValue", made, text=value)

    def sign(self, one, signer=XMLSigner, **words):
        """Sign an element where it stands, as `key` does."""
        words = {"signature_algorithm": "rsa-sha256", "digest_algorithm": "sha256"} | words
        key = words.pop("key", self.key)
        alone = etree.fromstring(etree.tostring(one))
        alone.insert(1, etree.Element(name("ds:Signature"), Id="placeholder", nsmap={"ds": SPACES["ds"]}))
        made = signer(c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0, **words)
        shown = {} if isinstance(key, bytes) else {"cert": [self.certificate]}
        signed = made.sign(alone, key=key, reference_uri=f"#{one.get('ID')}", id_attribute="ID", **shown)
        one.insert(1, signed.find(name("ds:Signature")))

    @staticmethod
    def _element(called, into=None, text=None, **attributes):
        spaces = {prefix: SPACES[prefix] for prefix in ("samlp", "saml")}
        made = (
            etree.Element(name(called), nsmap=spaces)
            if into is None
            else etree.SubElement(into, name(called))
        )
        made.text = text
        for key, value in attributes.items():
            made.set(key, value)
        return made

    def answer(self, location, **words):
        """Return where and with what a browser that was led here comes back."""
        request, relay = self.request_in(location)
        message = etree.tostring(self.response(request, **words))
        fields = {"SAMLResponse": base64.b64encode(message).decode(), "RelayState": relay}
        return request.get("AssertionConsumerServiceURL"), fields

    @contextmanager
    def running(self):
        with serving(self.server):
            yield self


class Asked(BaseHTTPRequestHandler):
    of: SamlIdentityProvider

    def do_GET(self):
        where, fields = "", {}
        if urlsplit(self.path).path == "/sign-on":
            self.of.asked.append(self.path)
            where, fields = self.of.answer(self.path)
        hidden = "".join(
            f'<input type="hidden" name="{key}" value="{escape(value)}">' for key, value in fields.items()
        )
        words = PAGE.format(agency=self.of.agency, where=where, fields=hidden, who=self.of.person["email"])
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(words.encode())))
        self.end_headers()
        self.wfile.write(words.encode())

    def log_message(self, *_):
        pass
