"""Signing in through an agency that speaks SAML, by HTTP: what opens an account, and every hostile answer."""

import base64
import copy
import json
import zlib
from datetime import UTC, datetime, timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.test import Client
from django.urls import reverse
from lxml import etree
from signxml import XMLSigner

from mash.common.fitness import FIT
from mash.partnership import providers
from mash.partnership.models import Account, Tally
from mash.partnership.tallies import Tallies
from tests.factories.partnership import AgencyFactory, StaffFactory
from tests.identity_provider import known
from tests.partnership.test_providers_fit import run_checks
from tests.partnership.test_signing_in import code_of
from tests.partnership.test_through_ones_agency import (
    LOGIN,
    is_signed_in,
    leads_there,
    lines,
    refused,
    settled,
)
from tests.saml_provider import (
    CERTIFICATES,
    KEYS,
    MAIL,
    METHODS,
    SamlIdentityProvider,
    certificate,
    moment,
    name,
    pem,
)

pytestmark = pytest.mark.usefixtures("transactional_db")
NOT_TRUSTED = "We could not trust what Northshire Police"
AGAIN = "Begin signing in again"
ANSWER = "/accounts/agency/police/answer/"


@pytest.fixture
def worker():
    """An officer of the police, whose account a hub made."""
    return StaffFactory(answerer=True, agency=AgencyFactory(name="Northshire Police"))


@pytest.fixture
def police(worker, settings):
    found = SamlIdentityProvider("Northshire Police")
    found.person["email"] = worker.account.email.upper()
    settings.MASH_PROVIDERS = known(found.settings())
    yield found
    found.server.server_close()


def sends(client, fields, path=ANSWER):
    """Send the form of the provider's page as a browser does: from another site, so without our cookies."""
    answer = Client(enforce_csrf_checks=True).post(path, fields)
    assert not answer.cookies, "a page that is asked for from another site touches no session"
    return client.get(answer.url) if answer.status_code == 302 else answer


def comes_back(client, led, police, **words):
    _, fields = police.answer(led["Location"], **words)
    return sends(client, fields)


def signs_in(client, police, **words):
    return comes_back(client, leads_there(client, **words), police)


# What opens an account


@pytest.mark.parametrize(("whole", "part"), [(True, False), (False, True), (True, True)])
def test_a_worker_signs_in_through_their_agency_and_takes_their_post(police, worker, whole, part):
    police.signs_whole, police.signs_assertion = whole, part
    client = Client()
    assert b"Sign in through Northshire Police" in client.get(LOGIN).content
    answer = signs_in(client, police, next="/checks/")
    assert answer.url == "/checks/"
    assert client.get("/post/").status_code == 302
    assert client.session["post"] == str(worker.pk)
    for event in ("account.agency_settled", "account.vouched_for"):
        (line,) = lines(event)
        assert (line.hub_id, line.about) == (worker.hub_id, f"partnership.account:{worker.account_id}")
        assert line.detail == {"provider": "police"}
    assert lines("post.taken")[0].detail == {"through": "police"}


def test_a_provider_that_signs_with_a_curve_and_one_that_changes_its_key_are_taken(police, settings, worker):
    police.key = ec.generate_private_key(ec.SECP256R1())
    police.certificate = certificate(police.key)
    both = [pem(CERTIFICATES[0]), pem(police.certificate)]
    settings.MASH_PROVIDERS = known(police.settings(certificates=both))
    police.signs_assertion = False
    police.afterwards = lambda root: police.sign(
        root.find(name("saml:Assertion")), signature_algorithm="ecdsa-sha256"
    )
    assert signs_in(Client(), police).status_code == 302
    police.key, police.certificate = KEYS[0], CERTIFICATES[0]
    police.afterwards, police.signs_assertion = lambda root: None, True
    assert signs_in(Client(), police).status_code == 302


def test_the_second_time_they_are_known_by_subject_and_another_person_is_refused(police, worker):
    for _ in range(2):
        assert signs_in(Client(), police).status_code == 302
    assert settled() == [worker.account_id]
    police.person["subject"] = "officer-8"
    client = Client()
    refused(client, signs_in(client, police), "This account belongs to somebody else at Northshire Police")


def test_a_lasting_attribute_stands_for_the_person_where_the_settings_say_so(police, worker, settings):
    settings.MASH_PROVIDERS = known(police.settings(subject="urn:lasting", email=""))
    address = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"

    def changes(root):
        (one,) = root.iter(name("saml:NameID"))
        one.text, one.attrib["Format"] = worker.account.email, address
        (statement,) = root.iter(name("saml:AttributeStatement"))
        police.attribute(statement, "urn:lasting", ["7f3"])

    police.changes = changes
    assert signs_in(Client(), police).status_code == 302
    police.changes = lambda root: [
        changes(root),
        setattr(root.findall(".//{*}AttributeValue")[-1], "text", "8"),
    ]
    client = Client()
    refused(client, signs_in(client, police), "This account belongs to somebody else")


def test_nothing_that_was_said_of_anybody_is_kept_in_clear(police, worker, monkeypatch):
    monkeypatch.setattr("mash.partnership.actions.answering.cache", Tallies("", {}))
    client = Client()
    led = leads_there(client)
    _, fields = police.answer(led["Location"])
    where = Client().post(ANSWER, fields).url
    kept = json.dumps(list(Tally.objects.using("builder").values_list("key", "value")))
    assert "said" in kept
    assert worker.account.email.lower() not in kept.lower()
    assert "officer-7" not in kept
    assert client.get(where).status_code == 302
    (row,) = SocialAccount.objects.using("builder").all()
    assert row.extra_data == {}
    assert "officer-7" not in row.uid
    assert "officer-7" not in json.dumps(dict(client.session.items()))


def test_an_account_is_opened_by_its_own_agency_s_word_alone(police, worker):
    police.person["email"] = StaffFactory(screener=True).account.email
    client = Client()
    refused(client, signs_in(client, police), "You have no account here with Northshire Police")
    police.person["email"] = "stranger@police.example"
    refused(client, signs_in(client, police), "You have no account here with Northshire Police")
    police.person["email"] = "someone@elsewhere.example"
    refused(client, signs_in(client, police), "You have no account here with Northshire Police")
    assert settled() == []
    whys = [line.why for line in lines("account.agency_refused")]
    assert whys == ["no_account_for_this_agency"] * 2 + ["address_outside_the_agency"]


# What describes us


def test_what_describes_us_names_where_answers_are_sent_and_holds_no_secret(police):
    answer = Client().get("/accounts/agency/police/metadata/")
    assert answer["Content-Type"] == "application/samlmetadata+xml"
    root = etree.fromstring(answer.content)
    assert root.get("entityID") == "http://testserver/accounts/agency/police/metadata/"
    (consumer,) = root.iter("{*}AssertionConsumerService")
    assert consumer.get("Location") == f"http://testserver{ANSWER}"
    assert consumer.get("Binding").endswith(":HTTP-POST")
    assert Client().get("/accounts/agency/council/metadata/").status_code == 404


def test_there_is_nothing_of_saml_for_an_agency_that_speaks_otherwise(police, settings):
    one = {"id": "x", "agency": "X", "issuer": "https://x.example", "client_id": "c", "client_secret": "s"}
    settings.MASH_PROVIDERS = known(one)
    assert Client().get("/accounts/agency/x/metadata/").status_code == 404
    assert Client().post("/accounts/agency/x/answer/", {"SAMLResponse": "x"}).status_code == 404


def test_what_is_asked_there_goes_by_redirect_and_asks_for_a_form_back(police):
    led = leads_there(Client(), next="/checks/")
    root, relay = police.request_in(led["Location"])
    assert root.get("AssertionConsumerServiceURL") == f"http://testserver{ANSWER}"
    assert len(root.get("ID")) > 32
    assert len(relay) <= 80
    assert root.get("ForceAuthn") is None


def test_a_page_for_signing_in_may_say_more_after_a_question_mark(police, settings):
    settings.MASH_PROVIDERS = known(police.settings(sign_on=f"{police.at}/sign-on?idp=7"))
    assert leads_there(Client())["Location"].startswith(f"{police.at}/sign-on?idp=7&SAMLRequest=")


# Hostile answers: each is refused, with the same page and a line in the record


def assertion_of(root):
    return root.find(name("saml:Assertion"))


def set_on(path, attribute, value):
    def change(police, root):
        for one in root.iter(name(path)):
            if value is None:
                one.attrib.pop(attribute, None)
            else:
                one.set(attribute, value)

    return change


def in_time(path, attribute, minutes):
    def change(police, root):
        set_on(path, attribute, moment(datetime.now(UTC) + timedelta(minutes=minutes)))(police, root)

    return change


def text_of(path, words):
    def change(police, root):
        for one in root.iter(name(path)):
            one.text = words

    return change


def removed(path):
    def change(police, root):
        for one in list(root.iter(name(path))):
            one.getparent().remove(one)

    return change


def audience_of_another_too(police, root):
    (conditions,) = root.iter(name("saml:Conditions"))
    more = etree.SubElement(conditions, name("saml:AudienceRestriction"))
    etree.SubElement(more, name("saml:Audience")).text = "https://another.example"


def on_a_condition_nobody_knows(police, root):
    (conditions,) = root.iter(name("saml:Conditions"))
    etree.SubElement(conditions, name("saml:Condition"))


def with_two_names(police, root):
    (one,) = root.iter(name("saml:NameID"))
    one.addnext(copy.deepcopy(one))


def a_name_with_more_in_it(police, root):
    (one,) = root.iter(name("saml:NameID"))
    etree.SubElement(one, name("saml:Extra")).text = "x"


def of_a_name_that_passes(police, root):
    (one,) = root.iter(name("saml:NameID"))
    one.set("Format", "urn:oasis:names:tc:SAML:2.0:nameid-format:transient")


def with_a_comment_in_the(path):
    def change(police, root):
        one = next(root.iter(name(path)))
        one.text, rest = one.text[:4], one.text[4:]
        comment = etree.Comment("x")
        comment.tail = rest
        one.insert(0, comment)

    return change


def with_an_instruction(police, root):
    root.insert(0, etree.ProcessingInstruction("php", "x"))


BEFORE_SIGNING = {
    "for another audience": (text_of("saml:Audience", "https://another.example"), "another_audience"),
    "for nobody in particular": (removed("saml:AudienceRestriction"), "another_audience"),
    "for us and only another": (audience_of_another_too, "another_audience"),
    "without conditions": (removed("saml:Conditions"), "not_as_it_should_be"),
    "on a condition nobody knows": (on_a_condition_nobody_knows, "a_condition_we_do_not_know"),
    "sent to another address": (
        set_on("saml:SubjectConfirmationData", "Recipient", "https://another.example/acs"),
        "another_recipient",
    ),
    "sent to no address": (set_on("saml:SubjectConfirmationData", "Recipient", None), "another_recipient"),
    "of another destination": (
        set_on("samlp:Response", "Destination", "https://another.example/acs"),
        "another_destination",
    ),
    "that nobody asked for": (
        set_on("saml:SubjectConfirmationData", "InResponseTo", None),
        "nobody_asked",
    ),
    "of two questions": (set_on("samlp:Response", "InResponseTo", "_another"), "answers_another_question"),
    "confirmed by a key": (
        set_on("saml:SubjectConfirmation", "Method", "urn:oasis:names:tc:SAML:2.0:cm:holder-of-key"),
        "not_confirmed",
    ),
    "confirmed by nothing": (removed("saml:SubjectConfirmation"), "not_confirmed"),
    "without an end": (set_on("saml:SubjectConfirmationData", "NotOnOrAfter", None), "without_an_end"),
    "whose end has come": (in_time("saml:SubjectConfirmationData", "NotOnOrAfter", -2), "too_old"),
    "whose conditions have ended": (in_time("saml:Conditions", "NotOnOrAfter", -2), "too_old"),
    "of the future": (in_time("saml:Conditions", "NotBefore", 3), "not_yet"),
    "made long ago": (in_time("saml:Assertion", "IssueInstant", -30), "too_old"),
    "made tomorrow": (in_time("saml:Assertion", "IssueInstant", 1440), "not_yet"),
    "made at no time": (set_on("saml:Assertion", "IssueInstant", None), "a_time_that_is_none"),
    "made by a wall clock": (
        set_on("saml:Assertion", "IssueInstant", "2026-01-01T10:00:00"),
        "a_time_that_is_none",
    ),
    "made on no day": (
        set_on("saml:Assertion", "IssueInstant", "2026-02-31T10:00:00Z"),
        "a_time_that_is_none",
    ),
    "of a session that has ended": (in_time("saml:AuthnStatement", "SessionNotOnOrAfter", -5), "too_old"),
    "of a sign-in to come": (in_time("saml:AuthnStatement", "AuthnInstant", 5), "not_yet"),
    "of no sign-in": (removed("saml:AuthnStatement"), "not_as_it_should_be"),
    "of another issuer": (
        lambda police, root: text_of("saml:Issuer", "https://council.example")(police, assertion_of(root)),
        "another_issuer",
    ),
    "in another's envelope": (
        lambda police, root: setattr(root[0], "text", "https://council.example"),
        "another_issuer",
    ),
    "of no issuer": (removed("saml:Issuer"), "another_issuer"),
    "of another version": (set_on("samlp:Response", "Version", "1.1"), "not_a_response"),
    "with an assertion of another version": (set_on("saml:Assertion", "Version", "1.1"), "not_an_assertion"),
    "about two people": (with_two_names, "no_subject"),
    "about a name with more in it": (a_name_with_more_in_it, "not_as_it_should_be"),
    "about nobody that lasts": (of_a_name_that_passes, "no_lasting_subject"),
    "with a comment in the address": (with_a_comment_in_the("saml:AttributeValue"), "holds_a_comment"),
}


def without_its_signature(police, root):
    removed("ds:Signature")(police, root)


def by_another_key(police, root):
    """Signed by another, which names the right certificate."""
    removed("ds:Signature")(police, root)
    police.sign(assertion_of(root), key=KEYS[1])


def by_another_key_that_says_so(police, root):
    removed("ds:Signature")(police, root)
    police.certificate = CERTIFICATES[1]
    police.sign(assertion_of(root), key=KEYS[1])


def by_the_public_key(police, root):
    """What everybody can read, used as a shared secret."""
    removed("ds:Signature")(police, root)
    shared = CERTIFICATES[0].public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    police.sign(assertion_of(root), key=shared, signature_algorithm="hmac-sha256")


class Old(XMLSigner):
    def check_deprecated_methods(self):
        pass


def by_an_old_algorithm(police, root):
    removed("ds:Signature")(police, root)
    police.sign(assertion_of(root), Old, signature_algorithm="rsa-sha1", digest_algorithm="sha1")


def with_another_address(police, root):
    next(assertion_of(root).iter(name("saml:AttributeValue"))).text = "boss@hub.example"


def with_another_name(police, root):
    text_of("saml:NameID", "officer-1")(police, root)


def forged(police, root):
    """Return an assertion like the signed one, unsigned, about somebody else."""
    made = copy.deepcopy(assertion_of(root))
    removed("ds:Signature")(police, made)
    made.set("ID", "_forged")
    with_another_name(police, made)
    next(made.iter(name("saml:AttributeValue"))).text = "boss@hub.example"
    return made


def signature_in(root):
    return next(root.iter(name("ds:Signature")))


def forged_before_the_signed(police, root):
    assertion_of(root).addprevious(forged(police, root))


def forged_after_the_signed(police, root):
    assertion_of(root).addnext(forged(police, root))


def forged_around_the_signed(police, root):
    real, made = assertion_of(root), forged(police, root)
    real.addprevious(made)
    made.append(real)


def forged_that_carries_the_signature(police, root):
    real, made = assertion_of(root), forged(police, root)
    real.addnext(made)
    made.insert(1, signature_in(real))


def forged_with_the_signed_in_its_signature(police, root):
    real, made = assertion_of(root), forged(police, root)
    signature = signature_in(real)
    real.addprevious(made)
    made.insert(1, signature)
    signature.append(real)


def forged_with_the_signed_as_an_object(police, root):
    real, made = assertion_of(root), forged(police, root)
    signature = signature_in(real)
    real.addprevious(made)
    made.insert(1, signature)
    etree.SubElement(signature, name("ds:Object")).append(real)


def forged_in_an_extension(police, root):
    extensions = etree.Element(name("samlp:Extensions"))
    made = forged(police, root)
    made.set("ID", assertion_of(root).get("ID"))
    extensions.append(made)
    root.insert(1, extensions)


def signed_in_an_extension(police, root):
    real, made = assertion_of(root), forged(police, root)
    real.addprevious(made)
    extensions = etree.SubElement(root, name("samlp:Extensions"))
    extensions.append(real)


def forged_as_advice(police, root):
    etree.SubElement(assertion_of(root), name("saml:Advice")).append(forged(police, root))


def forged_of_another_namespace(police, root):
    made = forged(police, root)
    made.tag = "{urn:oasis:names:tc:SAML:1.0:assertion}Assertion"
    root.append(made)


def forged_with_the_same_id(police, root):
    made = forged(police, root)
    made.set("ID", assertion_of(root).get("ID"))
    root.replace(assertion_of(root), made)
    made.insert(1, etree.Element(name("ds:Signature")))


def one_id_on_two_things(police, root):
    root.set("ID", assertion_of(root).get("ID"))


def two_that_are_signed(police, root):
    more = copy.deepcopy(assertion_of(root))
    removed("ds:Signature")(police, more)
    more.set("ID", "_second")
    root.append(more)
    police.sign(more)


def two_signatures_in_one(police, root):
    assertion_of(root).append(copy.deepcopy(signature_in(root)))


def signature_beside_it(police, root):
    root.append(signature_in(assertion_of(root)))


def signature_deep_in_it(police, root):
    next(root.iter(name("saml:Subject"))).append(signature_in(root))


def signature_of_everything(police, root):
    next(root.iter(name("ds:Reference"))).set("URI", "")


def signature_of_two_things(police, root):
    one = next(root.iter(name("ds:Reference")))
    one.addnext(copy.deepcopy(one))


def signature_with_a_filter(police, root):
    one = next(root.iter(name("ds:Transform")))
    one.set("Algorithm", "http://www.w3.org/TR/1999/REC-xpath-19991116")


def with_an_object_in_the_signature(police, root):
    etree.SubElement(signature_in(root), name("ds:Object")).text = "x"


def encrypted(police, root):
    root.replace(assertion_of(root), etree.Element(name("saml:EncryptedAssertion")))


def no_assertion(police, root):
    root.remove(assertion_of(root))


def a_request_instead(police, root):
    root.tag = name("samlp:AuthnRequest")


def an_assertion_alone(police, root):
    root.tag = name("saml:Assertion")


AFTER_SIGNING = {
    "without its signature": (without_its_signature, "not_signed"),
    "signed by another key": (by_another_key, "signed_by_another"),
    "signed by another who says so": (by_another_key_that_says_so, "signed_by_another"),
    "signed with the public key": (by_the_public_key, "signed_by_another"),
    "signed by an old algorithm": (by_an_old_algorithm, "signed_by_another"),
    "with another address": (with_another_address, "signed_by_another"),
    "with another name": (with_another_name, "signed_by_another"),
    "with a comment in the name": (with_a_comment_in_the("saml:NameID"), "holds_a_comment"),
    "with a comment in the issuer": (with_a_comment_in_the("saml:Issuer"), "holds_a_comment"),
    "with an instruction": (with_an_instruction, "holds_a_comment"),
    "forged before the signed": (forged_before_the_signed, "not_one_assertion"),
    "forged after the signed": (forged_after_the_signed, "not_one_assertion"),
    "forged around the signed": (forged_around_the_signed, "not_one_assertion"),
    "forged that carries the signature": (forged_that_carries_the_signature, "not_one_assertion"),
    "forged with the signed in its signature": (forged_with_the_signed_in_its_signature, "not_one_assertion"),
    "forged with the signed as an object": (forged_with_the_signed_as_an_object, "not_one_assertion"),
    "forged in an extension": (forged_in_an_extension, "not_one_assertion"),
    "signed in an extension": (signed_in_an_extension, "not_one_assertion"),
    "forged as advice": (forged_as_advice, "not_one_assertion"),
    "forged of another namespace": (forged_of_another_namespace, "not_one_assertion"),
    "forged with the same id": (forged_with_the_same_id, "signature_of_something_else"),
    "one id on two things": (one_id_on_two_things, "one_id_twice"),
    "two that are signed": (two_that_are_signed, "not_one_assertion"),
    "two signatures in one": (two_signatures_in_one, "signature_elsewhere"),
    "a signature beside it": (signature_beside_it, "signature_of_something_else"),
    "a signature deep in it": (signature_deep_in_it, "signature_elsewhere"),
    "a signature of everything": (signature_of_everything, "signature_of_something_else"),
    "a signature of two things": (signature_of_two_things, "signature_of_something_else"),
    "a signature with a filter": (signature_with_a_filter, "signature_of_something_else"),
    "an object in the signature": (with_an_object_in_the_signature, "signature_elsewhere"),
    "encrypted": (encrypted, "not_one_assertion"),
    "no assertion": (no_assertion, "not_one_assertion"),
    "a request instead": (a_request_instead, "not_a_response"),
    "an assertion alone": (an_assertion_alone, "not_a_response"),
}


def is_refused(client, answer, because):
    refused(client, answer, NOT_TRUSTED)
    (line,) = lines("account.agency_refused")
    assert line.why == "answer_not_trusted"
    assert line.detail == {"provider": "police", "because": because}
    assert settled() == []


@pytest.mark.parametrize("what", BEFORE_SIGNING)
def test_a_signed_answer_that_is_not_meant_so_opens_nothing(police, what):
    change, because = BEFORE_SIGNING[what]
    police.changes = lambda root: change(police, root)
    client = Client()
    is_refused(client, signs_in(client, police), because)


@pytest.mark.parametrize("what", AFTER_SIGNING)
def test_an_answer_that_somebody_changed_opens_nothing(police, what):
    change, because = AFTER_SIGNING[what]
    police.afterwards = lambda root: change(police, root)
    client = Client()
    is_refused(client, signs_in(client, police), because)


def forged_envelope(police, root, inside):
    """Return an unsigned response about somebody else that holds the signed one."""
    made = copy.deepcopy(root)
    removed("ds:Signature")(police, made)
    made.set("ID", "_forged")
    with_another_name(police, made)
    real = copy.deepcopy(root)
    signature = signature_in(real)
    if inside:
        made.insert(1, signature)
        etree.SubElement(signature, name("ds:Object")).append(real)
    else:
        made.insert(1, signature)
        made.append(real)
    return made


@pytest.mark.parametrize("inside", [True, False])
def test_a_signed_response_in_a_forged_one_opens_nothing(police, inside):
    police.signs_whole, police.signs_assertion = True, False
    client = Client()
    request, relay = police.request_in(leads_there(client)["Location"])
    message = etree.tostring(forged_envelope(police, police.response(request), inside))
    answer = sends(client, {"SAMLResponse": base64.b64encode(message).decode(), "RelayState": relay})
    is_refused(client, answer, "not_one_assertion")


@pytest.mark.parametrize("whole", [True, False])
def test_one_good_signature_does_not_cover_for_a_bad_one(police, whole):
    police.signs_whole = police.signs_assertion = True

    def afterwards(root):
        found = list(root.iter("{*}SignatureValue"))
        found[0 if whole else 1].text = "AAAA"

    police.afterwards = afterwards
    client = Client()
    is_refused(client, signs_in(client, police), "signed_by_another")


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))
TYPED = '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY l0 "lol">{}]>'
MESSAGES = {
    "a document type": (lambda xml: b"<!DOCTYPE r>" + xml, "has_a_document_type"),
    "a billion laughs": (lambda xml: TYPED.format(LAUGHS).encode() + b"<r>&l8;</r>", "has_a_document_type"),
    "a file of ours": (
        lambda xml: b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r>&x;</r>',
        "has_a_document_type",
    ),
    "an address to ask": (
        lambda xml: b'<!DOCTYPE r SYSTEM "http://127.0.0.1:9/x.dtd"><r/>',
        "has_a_document_type",
    ),
    "a document type in other letters": (
        lambda xml: ("<!DOCTYPE r>" + xml.decode()).encode("utf-16"),
        "not_xml",
    ),
    "in letters it does not name": (lambda xml: xml.decode().encode("utf-16-le"), "not_xml"),
    "an entity nobody declared": (lambda xml: xml.replace(b"officer-7", b"&who;"), "not_xml"),
    "a comment around it": (lambda xml: b"<!--x-->" + xml, "holds_a_comment"),
    "a comment after it": (lambda xml: xml + b"<!--x-->", "holds_a_comment"),
    "cut off": (lambda xml: xml[:-20], "not_xml"),
    "two documents": (lambda xml: xml + xml, "not_xml"),
    "text": (lambda xml: b"hello", "not_xml"),
    "json": (lambda xml: b'{"a": 1}', "not_xml"),
    "nothing": (lambda xml: b"", "not_xml"),
    "zeroes": (lambda xml: b"\0" * 1000, "not_xml"),
    "deep": (lambda xml: b"<a>" * 5000 + b"</a>" * 5000, "not_xml"),
    "large": (lambda xml: xml + b" " * 300_000, "too_large"),
    "many": (lambda xml: b"<a>" + b"<b/>" * 5000 + b"</a>", "too_large"),
    "packed": (zlib.compress, "not_xml"),
    "a bomb": (lambda xml: zlib.compress(b"<a>" + b" " * 50_000_000 + b"</a>", 9), "not_xml"),
}


@pytest.mark.parametrize("what", MESSAGES)
def test_a_message_of_another_shape_opens_nothing_and_is_never_a_crash(police, what):
    change, because = MESSAGES[what]
    client = Client()
    request, relay = police.request_in(leads_there(client)["Location"])
    message = change(etree.tostring(police.response(request)))
    said = {"SAMLResponse": base64.b64encode(message).decode(), "RelayState": relay}
    is_refused(client, sends(client, said), because)


@pytest.mark.parametrize("said", ["%%%", "PHI-_8+", "A", "é", "<r/>", None])
def test_what_is_no_message_at_all_opens_nothing(police, said):
    client = Client()
    _, relay = police.request_in(leads_there(client)["Location"])
    fields = {"RelayState": relay} | ({"SAMLResponse": said} if said is not None else {})
    refused(client, sends(client, fields), NOT_TRUSTED)
    assert lines("account.agency_refused")[0].detail["because"] == "not_xml"


def test_a_form_too_large_to_read_is_turned_away(police):
    answer = Client().post(ANSWER, {"SAMLResponse": "A" * 6_000_000})
    assert answer.status_code == 400
    assert lines("account.agency_refused") == []


def test_an_answer_by_redirect_is_not_unpacked(police):
    bomb = zlib.compressobj(9, wbits=-15)
    packed = base64.b64encode(bomb.compress(b" " * 50_000_000) + bomb.flush()).decode()
    assert Client().get(ANSWER, {"SAMLResponse": packed, "RelayState": "x"}).status_code == 405


def test_a_certificate_that_has_ended_counts_no_more(police, settings):
    ended = certificate(KEYS[0], days=-1, began=30)
    settings.MASH_PROVIDERS = known(police.settings(certificates=[pem(ended)]))
    client = Client()
    is_refused(client, signs_in(client, police), "certificate_out_of_date")


def test_another_agency_s_provider_does_not_speak_for_this_one(police, settings):
    """Each signs well, with a key of its own; the council's answer is sent to the police's address."""
    council = SamlIdentityProvider("Riverside Council", "council")
    council.key, council.certificate = KEYS[1], CERTIFICATES[1]
    council.person = police.person
    theirs = council.settings(id="council", certificates=[pem(CERTIFICATES[1])])
    settings.MASH_PROVIDERS = known(police.settings(), theirs)
    client = Client()
    request, relay = police.request_in(leads_there(client)["Location"])
    message = etree.tostring(council.response(request))
    answer = sends(client, {"SAMLResponse": base64.b64encode(message).decode(), "RelayState": relay})
    council.server.server_close()
    is_refused(client, answer, "another_issuer")


def test_a_provider_that_lies_about_who_it_is_does_not_speak_for_another(police, settings):
    council = SamlIdentityProvider("Riverside Council", "council")
    council.key, council.certificate, council.entity = KEYS[1], CERTIFICATES[1], police.entity
    council.person = police.person
    client = Client()
    request, relay = police.request_in(leads_there(client)["Location"])
    message = etree.tostring(council.response(request))
    answer = sends(client, {"SAMLResponse": base64.b64encode(message).decode(), "RelayState": relay})
    council.server.server_close()
    is_refused(client, answer, "signed_by_another")


# Answers that nobody asked for, or that came before


def test_an_answer_is_taken_once(police):
    client = Client()
    _, fields = police.answer(leads_there(client)["Location"])
    assert sends(client, fields).status_code == 302
    client.post("/accounts/logout/")
    is_again_refused(client, sends(client, fields))


def is_again_refused(client, answer):
    refused(client, answer, NOT_TRUSTED)
    (line,) = lines("account.agency_refused")
    assert line.detail == {"provider": "police", "because": "taken_before"}


def test_one_assertion_in_two_envelopes_is_taken_once(police):
    client = Client()
    request, relay = police.request_in(leads_there(client)["Location"])
    root = police.response(request)
    fields = {"RelayState": relay}
    first = etree.tostring(root)
    root.set("ID", "_another")
    second = etree.tostring(root)
    assert sends(client, fields | {"SAMLResponse": base64.b64encode(first).decode()}).status_code == 302
    client.post("/accounts/logout/")
    is_again_refused(client, sends(client, fields | {"SAMLResponse": base64.b64encode(second).decode()}))


def test_an_answer_in_another_browser_counts_for_nothing(police):
    led = leads_there(Client())
    client = Client()
    refused(client, comes_back(client, led, police), AGAIN)


def test_the_page_it_leads_to_counts_once(police):
    client = Client()
    _, fields = police.answer(leads_there(client)["Location"])
    where = Client().post(ANSWER, fields).url
    stranger = Client()
    refused(stranger, stranger.get(where), AGAIN)
    refused(client, client.get(where), AGAIN)


@pytest.mark.parametrize("query", ["", "?answer=", "?answer=x", "?code=x&state=y"])
def test_an_address_typed_by_hand_opens_nothing(police, query):
    client = Client()
    refused(client, client.get(reverse("account_agency_back", args=["police"]) + query), AGAIN)


def test_an_answer_to_another_question_of_this_browser_counts_for_nothing(police):
    client = Client()
    first, second = leads_there(client), leads_there(client)
    _, fields = police.answer(first["Location"])
    _, relay = police.request_in(second["Location"])
    refused(client, sends(client, fields | {"RelayState": relay}), AGAIN)


def test_an_answer_that_nobody_asked_for_is_refused(police):
    client = Client()
    police.changes = lambda root: [
        set_on("saml:SubjectConfirmationData", "InResponseTo", None)(police, root),
        root.attrib.pop("InResponseTo"),
    ]
    is_refused(client, signs_in(client, police), "nobody_asked")


def test_an_answer_after_ten_minutes_counts_for_nothing(police, monkeypatch):
    client = Client()
    led = leads_there(client)
    now = datetime.now(UTC).timestamp()
    monkeypatch.setattr("allauth.socialaccount.internal.statekit.time.time", lambda: now + 601)
    refused(client, comes_back(client, led, police), AGAIN)


@pytest.mark.parametrize("code", ["Responder", "Requester", "AuthnFailed"])
def test_somebody_whom_it_did_not_let_in_is_told_that_nothing_was_opened(police, code):
    police.signs_assertion = False
    police.changes = lambda root: [
        root.remove(assertion_of(root)),
        set_on("samlp:StatusCode", "Value", f"urn:oasis:names:tc:SAML:2.0:status:{code}")(police, root),
    ]
    client = Client()
    refused(client, signs_in(client, police), "You did not sign in")
    assert lines("account.agency_refused")[0].why == "cancelled"


@pytest.mark.parametrize("values", [[], ["", " "], ["a@hub.example", "b@hub.example"], ["no-address"]])
def test_no_address_or_more_than_one_is_refused(police, values):
    def changes(root):
        (statement,) = root.iter(name("saml:AttributeStatement"))
        statement.remove(statement[0])
        police.attribute(statement, MAIL, values)

    police.changes = changes
    client = Client()
    refused(client, signs_in(client, police), "does not vouch for your e-mail address")


def test_answers_in_masses_from_one_place_are_stopped(police, monkeypatch):
    monkeypatch.setattr("mash.partnership.views.agency.FROM_ONE_PLACE", 3)
    client = Client()
    led = leads_there(client)
    for _ in range(3):
        answer = sends(client, {"SAMLResponse": "x"})
    assert "That was tried too often" in answer.content.decode()
    refused(client, comes_back(client, led, police), "That was tried too often")


# The second factor, and proving that it is still them


@pytest.mark.parametrize(
    "said", [{"methods": ["pwd", "http://x.example/multipleauthn"]}, {"context": "urn:two"}]
)
def test_the_provider_s_word_for_two_factors_is_taken_where_the_settings_say_so(
    police, worker, settings, said
):
    settings.MASH_SECOND_FACTOR = True
    two = ["http://x.example/multipleauthn", "urn:two"]
    settings.MASH_PROVIDERS = known(police.settings(second_factor=two))
    police.person |= said
    client = Client()
    signs_in(client, police)
    client.get("/post/")
    assert client.session["post"] == str(worker.pk)


def test_a_sign_in_there_without_two_factors_is_asked_for_ours(police, worker, settings):
    settings.MASH_SECOND_FACTOR = True
    settings.MASH_PROVIDERS = known(police.settings(second_factor=["urn:two"]))
    secret = "JBSWY3DPEHPK3PXP"
    Authenticator.objects.using("builder").create(user=worker.account, type="totp", data={"secret": secret})
    client = Client()
    assert signs_in(client, police).url == reverse("mfa_authenticate")
    assert not is_signed_in(client)
    client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    client.get("/post/")
    assert client.session["post"] == str(worker.pk)


@pytest.fixture
def at_work(police, worker):
    client = Client()
    signs_in(client, police)
    client.get("/post/")
    return client


def test_whoever_has_only_their_agency_proves_there_that_it_is_still_them(police, at_work):
    page = reverse("mfa_activate_totp")
    led = leads_there(at_work, again="yes", next=page)
    root, _ = police.request_in(led["Location"])
    assert root.get("ForceAuthn") == "true"
    assert comes_back(at_work, led, police).url == page
    assert lines("account.vouched_for_again")


def test_a_provider_that_did_not_ask_again_proves_nothing(police, at_work):
    police.changes = lambda root: in_time("saml:AuthnStatement", "AuthnInstant", -60)(police, root)
    answer = comes_back(at_work, leads_there(at_work, again="yes"), police)
    assert "did not prove that it is still you" in answer.content.decode()


def test_somebody_else_of_the_agency_does_not_prove_it_for_them(police, at_work, worker):
    other = StaffFactory(answerer=True, agency=worker.agency)
    police.person |= {"subject": "officer-9", "email": other.account.email}
    answer = comes_back(at_work, leads_there(at_work, again="yes"), police)
    assert "did not prove that it is still you" in answer.content.decode()
    assert at_work.session["_auth_user_id"] == str(worker.account_id)


def test_after_signing_out_the_way_to_sign_out_there_too_is_shown(police, at_work):
    assert f"{police.at}/leave" in at_work.post("/accounts/logout/").content.decode()
    assert not is_signed_in(at_work)


def test_a_password_does_not_open_an_account_that_its_agency_opens(police, worker):
    account = Account.objects.using("builder").get(pk=worker.account_id)
    account.set_password("correct-horse-battery")
    account.save(using="builder")
    client = Client()
    answer = client.post(LOGIN, {"login": account.email, "password": "correct-horse-battery"})
    refused(client, answer, "Your agency opens this account")


# The settings


GOOD = {
    "id": "a",
    "agency": "A",
    "speaks": "saml",
    "entity": "urn:a",
    "sign_on": "https://x.example/sso?idp=1",
    "certificates": [pem(CERTIFICATES[0])],
    "domains": ["x.example"],
    "email": MAIL,
}


@pytest.mark.parametrize(
    "wrong",
    [
        {"sign_on": "http://x.example"},
        {"sign_on": "https://user:pass@x.example"},
        {"sign_on": "https://x.example/#a"},
        {"sign_on": ""},
        {"sign_out": "ftp://x.example"},
        {"entity": " "},
        {"certificates": []},
        {"certificates": ["-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"]},
        {"certificates": ["x"]},
        {"certificates": [], "certificate_files": ["/no/such/file"]},
        {"certificate_files": ["/etc/hostname"]},
        {"domains": []},
        {"email": "", "subject": ""},
        {"speaks": "SAML"},
        {"issuer": "https://x.example"},
        {"client_secret": "s3cret-words"},
    ],
)
def test_settings_that_cannot_be_right_stop_the_start(wrong):
    assert providers.read([GOOD])
    with pytest.raises(providers.Unreadable) as why:
        providers.read([GOOD | wrong])
    assert "s3cret-words" not in str(why.value)


def test_a_certificate_may_lie_in_a_file(tmp_path):
    (tmp_path / "a.pem").write_text(pem(CERTIFICATES[0]))
    files = {"certificates": [], "certificate_files": [str(tmp_path / "a.pem")]}
    (found,) = providers.read([GOOD | files])
    assert found.certificates == (pem(CERTIFICATES[0]).strip(),)


@pytest.mark.parametrize(("days", "said"), [(400, set()), (20, {"mash.W046"}), (-1, {"mash.E045"})])
def test_whoever_runs_it_is_told_of_a_certificate_that_ends(settings, days, said):
    settings.MASH_PROVIDERS = known(
        GOOD | {"certificates": [pem(certificate(KEYS[0], days=days, began=500))]}
    )
    found = {one.id for one in run_checks(tags=[FIT], include_deployment_checks=True)}
    assert found & {"mash.W046", "mash.E045"} == said


def test_methods_are_read_from_the_attribute_that_the_settings_name():
    assert providers.read([GOOD])[0].methods == METHODS
