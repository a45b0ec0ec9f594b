"""Talking to an agency's identity provider by SAML 2.0: a request by redirect, its answer by a form that it sends here.

The form comes from the provider's own page, so this browser's session does not come with it.  What it says is verified
at once, kept for two minutes under a random name, and counts only in the session that asked for it, on our next page.
"""

import base64
import binascii
import json
import secrets
import time
import uuid
import zlib
from datetime import datetime
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from allauth.socialaccount.internal import statekit
from allauth.utils import build_absolute_uri
from cryptography.exceptions import InvalidTag
from django.conf import settings
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from lxml import etree

from mash.common.locking import Locked, lock, unlock
from mash.partnership.actions.answering import keep_answer, new_name, take_back, take_once
from mash.partnership.assertions import (
    ASSERTION,
    LARGEST,
    LONGEST_UNDER_WAY,
    PERSISTENT,
    PROTOCOL,
    Asserted,
    NotTaken,
    TurnedBack,
    asserted,
)
from mash.partnership.providers import SamlProvider
from mash.partnership.vouched import (
    CANCELLED_THERE,
    CLOCKS_APART,
    NOT_BEGUN_HERE,
    NOT_TRUSTED,
    NOT_VERIFIED,
    Refused,
    Vouched,
)

METADATA = "urn:oasis:names:tc:SAML:2.0:metadata"
POSTED = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
REMEMBERED = int(LONGEST_UNDER_WAY.total_seconds()) + 3 * CLOCKS_APART  # seconds: longer than any counts


def lead_there(
    request: HttpRequest, provider: SamlProvider, *, next_page: str, again: bool, at: datetime
) -> HttpResponseRedirect:
    """Return the way to the provider, with a note in this browser's session of what was asked.

    again: somebody who is signed in proves that it is still them, whatever session the provider has of them.
    """
    asked = f"_{secrets.token_hex(20)}"
    kept = {"asked": asked, "again": again, "began_at": time.time()}
    state = statekit.stash_state(
        request, provider_id=provider.id, state={"process": "login", "next": next_page, "data": kept}
    )
    words = _request(request, provider, asked=asked, again=again, at=at)
    packed = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    deflated = packed.compress(words) + packed.flush()
    said = {"SAMLRequest": base64.b64encode(deflated).decode(), "RelayState": state}
    joined = "&" if "?" in provider.sign_on else "?"
    return HttpResponseRedirect(f"{provider.sign_on}{joined}{urlencode(said)}")


def take(request: HttpRequest, provider: SamlProvider, *, at: datetime) -> str:
    """Verify what a provider's page sent here; return the name under which it waits for the session that asked.

    An answer that was taken is remembered for as long as it could count, and is taken once.

    Raises Refused.
    """
    try:
        found = asserted(
            _message(request),
            provider,
            audience=name_of_ours(request, provider),
            recipient=answered_at(request, provider),
            at=at,
        )
    except NotTaken as why:
        raise Refused(NOT_TRUSTED, why.because) from why
    except TurnedBack as why:
        raise Refused(CANCELLED_THERE) from why
    if not take_once(f"{provider.id} {found.id}", seconds=REMEMBERED):
        raise Refused(NOT_TRUSTED, "taken_before")
    return _keep(provider, _state_said(request), found)


def note_refusal(why: str) -> str:
    """Return the name under which it is kept that an answer was refused, so that our next page can say so."""
    return keep_answer(new_name(), {"refused": why})


def answer_of(request: HttpRequest, provider: SamlProvider) -> tuple[dict[str, Any], Vouched]:
    """Return what this browser had asked, and whom the provider vouches for.  Each answer counts once.

    Raises Refused: also, with `is_noted`, for what was refused and written down when it came.
    """
    name = request.GET.get("answer", "")
    kept = take_back(name)
    if kept is None:
        raise Refused(NOT_BEGUN_HERE)
    if "refused" in kept:
        raise Refused(kept["refused"], is_noted=True)
    relay, found = _opened(provider, name, kept)
    state = statekit.unstash_state(request, provider_id=provider.id, state_id=relay)
    if not state or state["data"]["asked"] != found.asked:
        raise Refused(NOT_BEGUN_HERE)
    if not found.subject:
        raise Refused(NOT_TRUSTED, "no_lasting_subject")
    if "@" not in found.email:
        raise Refused(NOT_VERIFIED)
    return state, Vouched(
        key=sha256(f"{provider.entity}\0{found.subject}".encode()).hexdigest(),
        email=found.email,
        second_factor=bool(found.methods & set(provider.second_factor)),
        signed_in_at=found.signed_in_at,
        sign_out=provider.sign_out,
    )


def description(request: HttpRequest, provider: SamlProvider) -> bytes:
    """Return what a provider's people set us up from: how we name ourselves, and where answers are sent."""
    root = etree.Element(f"{{{METADATA}}}EntityDescriptor", nsmap={None: METADATA})
    root.set("entityID", name_of_ours(request, provider))
    ours = etree.SubElement(
        root,
        f"{{{METADATA}}}SPSSODescriptor",
        AuthnRequestsSigned="false",
        WantAssertionsSigned="true",
        protocolSupportEnumeration=PROTOCOL,
    )
    if not provider.subject:
        etree.SubElement(ours, f"{{{METADATA}}}NameIDFormat").text = PERSISTENT
    etree.SubElement(
        ours,
        f"{{{METADATA}}}AssertionConsumerService",
        Binding=POSTED,
        Location=answered_at(request, provider),
        index="0",
        isDefault="true",
    )
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def name_of_ours(request: HttpRequest, provider: SamlProvider) -> str:
    """Return how we name ourselves to a provider: the address of what describes us."""
    return _address(request, "account_agency_metadata", provider)


def answered_at(request: HttpRequest, provider: SamlProvider) -> str:
    """Return the address to which a provider's page sends its answer."""
    return _address(request, "account_agency_answer", provider)


def _address(request: HttpRequest, page: str, provider: SamlProvider) -> str:
    path = reverse(page, args=[provider.id])
    return str(build_absolute_uri(request, path, "https" if settings.MASH_HTTPS else None))


def _request(request: HttpRequest, provider: SamlProvider, *, asked: str, again: bool, at: datetime) -> bytes:
    root = etree.Element(f"{{{PROTOCOL}}}AuthnRequest", nsmap={"samlp": PROTOCOL, "saml": ASSERTION})
    said = {
        "ID": asked,
        "Version": "2.0",
        "IssueInstant": f"{at:%Y-%m-%dT%H:%M:%SZ}",
        "Destination": provider.sign_on,
        "ProtocolBinding": POSTED,
        "AssertionConsumerServiceURL": answered_at(request, provider),
        **({"ForceAuthn": "true"} if again else {}),
    }
    for name, value in said.items():
        root.set(name, value)
    etree.SubElement(root, f"{{{ASSERTION}}}Issuer").text = name_of_ours(request, provider)
    policy = {} if provider.subject else {"Format": PERSISTENT}
    etree.SubElement(root, f"{{{PROTOCOL}}}NameIDPolicy", AllowCreate="true", **policy)
    return bytes(etree.tostring(root))


def _message(request: HttpRequest) -> bytes:
    said = request.POST.get("SAMLResponse", "")
    if len(said) > LARGEST * 4 // 3:
        raise NotTaken("too_large")
    try:
        return base64.b64decode("".join(said.split()), validate=True)
    except (binascii.Error, ValueError):
        raise NotTaken("not_xml") from None


def _state_said(request: HttpRequest) -> str:
    return request.POST.get("RelayState", "")[:80]


def _keep(provider: SamlProvider, relay: str, found: Asserted) -> str:
    name = new_name()
    said = [
        relay,
        found.id,
        found.asked,
        found.subject,
        found.email,
        sorted(found.methods),
        found.signed_in_at,
    ]
    locked = lock(json.dumps(said), purpose="sign-in", agency=_of(provider), bound_to=name)
    kept = [base64.b64encode(bytes(one)).decode() for one in locked]
    return keep_answer(name, {"said": kept})


def _opened(provider: SamlProvider, name: str, kept: dict[str, Any]) -> tuple[str, Asserted]:
    """Return what was kept, with the note of what it answers.  Raises Refused if it was kept for another provider."""
    nonce, body = (base64.b64decode(one) for one in kept["said"])
    try:
        said = unlock(Locked(nonce, body), purpose="sign-in", agency=_of(provider), bound_to=name)
    except InvalidTag as why:
        raise Refused(NOT_BEGUN_HERE) from why
    relay, key, asked, subject, email, methods, signed_in_at = json.loads(said)
    return relay, Asserted(key, asked, subject, email, frozenset(methods), signed_in_at)


def _of(provider: SamlProvider) -> uuid.UUID:
    return uuid.uuid5(uuid.NAMESPACE_URL, f"{provider.id} {provider.entity}")
