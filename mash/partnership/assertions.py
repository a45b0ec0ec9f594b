"""Reading what an agency's SAML provider answers: signed XML that comes by anybody's browser.  Pure.

Nothing is believed but what a signature covers, as the verifier gives it back; so whatever else stands in the message,
wrapped around or beside it, is never looked at.  Besides, a message of another shape than a provider's own is refused.

Source: docs/rules.md, "Sign-in".
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from lxml import etree
from signxml.algorithms import DigestAlgorithm, SignatureMethod
from signxml.exceptions import SignXMLException
from signxml.verifier import SignatureConfiguration, XMLVerifier

from mash.partnership.providers import SamlProvider
from mash.partnership.vouched import CLOCKS_APART

LARGEST, MOST_ELEMENTS, LONGEST_WORD = 250_000, 2_000, 1_000  # bytes, elements, characters
LONGEST_UNDER_WAY = timedelta(minutes=10)
PROTOCOL = "urn:oasis:names:tc:SAML:2.0:protocol"
ASSERTION = "urn:oasis:names:tc:SAML:2.0:assertion"
SIGNATURE = "http://www.w3.org/2000/09/xmldsig#"
PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
ADDRESS = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"
BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
SUCCESS = "urn:oasis:names:tc:SAML:2.0:status:Success"
ENVELOPED = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
CONDITIONS = {"AudienceRestriction", "OneTimeUse", "ProxyRestriction"}
METHODS = frozenset(
    one
    for one in SignatureMethod
    if one.name.startswith(("RSA_SHA", "ECDSA_SHA")) and "SHA1" not in one.name and "SHA224" not in one.name
)
DIGESTS = frozenset({DigestAlgorithm.SHA256, DigestAlgorithm.SHA384, DigestAlgorithm.SHA512})
MOMENT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d{1,9})?(?:Z|\+00:00)", re.ASCII)
Element = Any  # lxml has no types of its own


class NotTaken(Exception):
    """An answer was not taken; `because` says what was wrong with it, in the ledger's words."""

    def __init__(self, because: str) -> None:
        super().__init__(because)
        self.because = because


class TurnedBack(Exception):
    """The provider says that nobody signed in: they turned back, or it did not let them."""


@dataclass(frozen=True, slots=True)
class Asserted:
    """What a provider signed about somebody.

    id: of the assertion; each is taken once.  asked: the request that it answers.
    subject: never another person's; "" where none was given.  email: "" where none was given.
    methods: how they proved who they are.  signed_in_at: when they last did, in seconds.
    """

    id: str
    asked: str
    subject: str
    email: str
    methods: frozenset[str]
    signed_in_at: float


def asserted(
    message: bytes, provider: SamlProvider, *, audience: str, recipient: str, at: datetime
) -> Asserted:
    """Return what a provider's answer asserts.

    message: the XML as it came.  audience: how we name ourselves.  recipient: the address it was sent to.

    Raises NotTaken, TurnedBack.
    """
    root = _parsed(message)
    if root.tag != _name(PROTOCOL, "Response") or root.get("Version") != "2.0":
        raise NotTaken("not_a_response")
    if root.get("Destination", recipient) != recipient:
        raise NotTaken("another_destination")
    if _issuer(root) not in ("", provider.entity):
        raise NotTaken("another_issuer")
    if _status(root) != SUCCESS:
        raise TurnedBack
    signed = _signed(root, provider, at)
    found = _of_the_assertion(signed, provider, audience=audience, recipient=recipient, at=at)
    if root.get("InResponseTo", found.asked) != found.asked:
        raise NotTaken("answers_another_question")
    return found


def _parsed(message: bytes) -> Element:
    """Read XML in UTF-8 that holds no document type, no entity, no comment and no instruction."""
    if len(message) > LARGEST:
        raise NotTaken("too_large")
    if b"<!DOCTYPE" in message or b"<!ENTITY" in message:
        raise NotTaken("has_a_document_type")
    try:
        message.decode("utf-8")
        root = etree.fromstring(message, _parser())
    except (UnicodeDecodeError, etree.XMLSyntaxError, ValueError):
        raise NotTaken("not_xml") from None
    if root.getroottree().docinfo.doctype:
        raise NotTaken("has_a_document_type")
    for count, one in enumerate(root.iter()):
        if not isinstance(one.tag, str):
            raise NotTaken("holds_a_comment")
        if count >= MOST_ELEMENTS:
            raise NotTaken("too_large")
    if root.getprevious() is not None or root.getnext() is not None:
        raise NotTaken("holds_a_comment")
    return root


def _parser() -> Element:
    return etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        no_network=True,
        huge_tree=False,
    )


def _signed(root: Element, provider: SamlProvider, at: datetime) -> Element:
    """Return the one assertion of a message as its signature covers it; each signature in the message must hold."""
    if len(list(root.iter("{*}Assertion"))) != 1 or len(list(root.iter("{*}Response"))) != 1:
        raise NotTaken("not_one_assertion")
    assertion = root.find(_name(ASSERTION, "Assertion"))
    if assertion is None:
        raise NotTaken("not_one_assertion")
    marks = [one.get("ID") for one in root.iter() if one.get("ID") is not None]
    if len(set(marks)) < len(marks):
        raise NotTaken("one_id_twice")
    signatures = list(root.iter("{*}Signature"))
    if not signatures:
        raise NotTaken("not_signed")
    whose = [one.getparent() for one in signatures]
    if any(one is not root and one is not assertion for one in whose) or len(set(whose)) < len(whose):
        raise NotTaken("signature_elsewhere")
    covered = {}
    for signature, parent in zip(signatures, whose, strict=True):
        _is_plain(signature, parent)
        place = "./" if parent is root else f"./{_name(ASSERTION, 'Assertion')}/"
        covered[parent.tag] = _verified(
            root, provider, place=place, tag=parent.tag, mark=parent.get("ID"), at=at
        )
    if assertion.tag in covered:
        return covered[assertion.tag]
    return _one(covered[root.tag], ASSERTION, "Assertion")


def _is_plain(signature: Element, parent: Element) -> None:
    """Make sure that a signature covers what it stands in, whole, and brings nothing of its own."""
    references = list(signature.iter(_name(SIGNATURE, "Reference")))
    if len(references) != 1 or not parent.get("ID") or references[0].get("URI") != f"#{parent.get('ID')}":
        raise NotTaken("signature_of_something_else")
    how = [one.get("Algorithm", "") for one in references[0].iter(_name(SIGNATURE, "Transform"))]
    if how != [ENVELOPED, EXCLUSIVE]:
        raise NotTaken("signature_of_something_else")
    if any(True for _ in signature.iter(_name(SIGNATURE, "Object"))):
        raise NotTaken("signature_elsewhere")


def _verified(
    root: Element, provider: SamlProvider, *, place: str, tag: str, mark: str, at: datetime
) -> Element:
    """Return what a signature covers, if a key of the settings made it."""
    expected = SignatureConfiguration(
        location=place,
        expect_references=1,
        signature_methods=METHODS,
        digest_algorithms=DIGESTS,
        ignore_ambiguous_key_info=True,  # the key is the settings', whatever the message names
        verification_time=at,
    )
    because = "signed_by_another"
    for pem in provider.certificates:
        try:
            found = XMLVerifier().verify(
                etree.tostring(root),
                x509_cert=x509.load_pem_x509_certificate(pem.encode()),
                id_attribute="ID",
                parser=_parser(),
                expect_config=expected,
            )
        except SignXMLException as why:
            because = "certificate_out_of_date" if "at validation time" in str(why) else because
        except (ValueError, TypeError, KeyError, AttributeError, etree.LxmlError, UnsupportedAlgorithm):
            continue
        else:
            element = found.signed_xml if not isinstance(found, list) else None
            if element is not None and (element.tag, element.get("ID")) == (tag, mark):
                return element
    raise NotTaken(because)


def _of_the_assertion(
    signed: Element, provider: SamlProvider, *, audience: str, recipient: str, at: datetime
) -> Asserted:
    if signed.get("Version") != "2.0" or not signed.get("ID"):
        raise NotTaken("not_an_assertion")
    if _issuer(signed) != provider.entity:
        raise NotTaken("another_issuer")
    apart = timedelta(seconds=CLOCKS_APART)
    made = _moment(signed.get("IssueInstant"))
    if made > at + apart:
        raise NotTaken("not_yet")
    if made < at - LONGEST_UNDER_WAY - apart:
        raise NotTaken("too_old")
    _conditions_hold(_one(signed, ASSERTION, "Conditions"), audience=audience, at=at)
    subject = _one(signed, ASSERTION, "Subject")
    asked = _confirmed(subject, recipient=recipient, at=at)
    said = _attributes(signed)
    name = subject.findall(_name(ASSERTION, "NameID"))
    if len(name) > 1:
        raise NotTaken("no_subject")
    shape, words = (name[0].get("Format", ""), _text(name[0])) if name else ("", "")
    how, signed_in_at = _statement(signed, at)
    return Asserted(
        id=signed.get("ID"),
        asked=asked,
        subject=_only(said, provider.subject) if provider.subject else words if shape == PERSISTENT else "",
        email=_only(said, provider.email) if provider.email else words if shape == ADDRESS else "",
        methods=frozenset({*how, *said.get(provider.methods, ())}),
        signed_in_at=signed_in_at,
    )


def _conditions_hold(conditions: Element, *, audience: str, at: datetime) -> None:
    _is_within(conditions, at)
    for one in conditions:
        if one.tag not in {_name(ASSERTION, name) for name in CONDITIONS}:
            raise NotTaken("a_condition_we_do_not_know")
    restrictions = conditions.findall(_name(ASSERTION, "AudienceRestriction"))
    if not restrictions:
        raise NotTaken("another_audience")
    for one in restrictions:
        if audience not in [_text(who) for who in one.findall(_name(ASSERTION, "Audience"))]:
            raise NotTaken("another_audience")


def _confirmed(subject: Element, *, recipient: str, at: datetime) -> str:
    """Return the request that an assertion answers, by a bearer's confirmation that was made for this address."""
    because = "not_confirmed"
    for one in subject.findall(_name(ASSERTION, "SubjectConfirmation")):
        data = one.findall(_name(ASSERTION, "SubjectConfirmationData"))
        if one.get("Method") != BEARER or len(data) != 1:
            continue
        if data[0].get("Recipient") != recipient:
            because = "another_recipient"
        elif not data[0].get("InResponseTo"):
            because = "nobody_asked"
        elif not data[0].get("NotOnOrAfter"):
            because = "without_an_end"
        else:
            _is_within(data[0], at)
            return str(data[0].get("InResponseTo"))
    raise NotTaken(because)


def _statement(signed: Element, at: datetime) -> tuple[list[str], float]:
    """Return how somebody signed in there, and when."""
    said = _one(signed, ASSERTION, "AuthnStatement")
    ends = said.get("SessionNotOnOrAfter")
    if ends and _moment(ends) <= at - timedelta(seconds=CLOCKS_APART):
        raise NotTaken("too_old")
    when = _moment(said.get("AuthnInstant"))
    if when > at + timedelta(seconds=CLOCKS_APART):
        raise NotTaken("not_yet")
    path = f"{_name(ASSERTION, 'AuthnContext')}/{_name(ASSERTION, 'AuthnContextClassRef')}"
    return [_text(one) for one in said.findall(path)], when.timestamp()


def _attributes(signed: Element) -> dict[str, list[str]]:
    """Return what an assertion says of somebody, by the names of its attributes; words alone, nothing nested."""
    found: dict[str, list[str]] = {}
    path = f"{_name(ASSERTION, 'AttributeStatement')}/{_name(ASSERTION, 'Attribute')}"
    for one in signed.findall(path):
        values = [value for value in one.findall(_name(ASSERTION, "AttributeValue")) if not len(value)]
        found.setdefault(one.get("Name", ""), []).extend((value.text or "").strip() for value in values)
    return found


def _only(said: dict[str, list[str]], name: str) -> str:
    """Return the one value of an attribute; "" where there is none, or more than one."""
    found = [one for one in said.get(name, ()) if one]
    return found[0] if len(found) == 1 and len(found[0]) <= LONGEST_WORD else ""


def _is_within(one: Element, at: datetime) -> None:
    apart = timedelta(seconds=CLOCKS_APART)
    begins, ends = one.get("NotBefore"), one.get("NotOnOrAfter")
    if begins and _moment(begins) > at + apart:
        raise NotTaken("not_yet")
    if ends and _moment(ends) <= at - apart:
        raise NotTaken("too_old")


def _issuer(of: Element) -> str:
    found = of.findall(_name(ASSERTION, "Issuer"))
    if len(found) > 1:
        raise NotTaken("another_issuer")
    return _text(found[0]) if found else ""


def _status(root: Element) -> str:
    code = _one(_one(root, PROTOCOL, "Status"), PROTOCOL, "StatusCode")
    return str(code.get("Value", ""))


def _one(of: Element, space: str, name: str) -> Element:
    found = of.findall(_name(space, name))
    if len(found) != 1:
        raise NotTaken("not_as_it_should_be")
    return found[0]


def _text(one: Element) -> str:
    words = (one.text or "").strip()
    if len(one) or not words or len(words) > LONGEST_WORD:
        raise NotTaken("not_as_it_should_be")
    return words


def _moment(said: str | None) -> datetime:
    found = MOMENT.fullmatch(said or "")
    try:
        return datetime.fromisoformat(found[1]).replace(tzinfo=UTC) if found else _no_moment()
    except ValueError:
        return _no_moment()


def _no_moment() -> datetime:
    raise NotTaken("a_time_that_is_none")


def _name(space: str, name: str) -> str:
    return f"{{{space}}}{name}"


def counts_for(pem: str, at: datetime) -> timedelta:
    """Return how long a certificate still counts; less than nothing for one that counts no more."""
    return x509.load_pem_x509_certificate(pem.encode()).not_valid_after_utc - at
