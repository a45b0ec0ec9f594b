"""Coming back to a referral without an account: by a code sent to an address, or by the code shown on screen."""

import hmac
import secrets
import uuid
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from mash.common.references import ALPHABET
from mash.contact.actions.answering import (
    CODE_BODY,
    CODE_LASTS,
    CODE_LENGTH,
    CODES_AN_HOUR,
    WRONG_TRIES,
    hash_of,
)
from mash.ledger.actions import record
from mash.partnership.actions import queue_email
from mash.partnership.models import Hub, ReferrerCode
from mash.referral import queries
from mash.referral.codes import hash_of_code
from mash.referral.models import Draft

VISIT_LASTS = timedelta(hours=10)  # as a worker's session does at most


def open_for(draft: Draft, at: datetime) -> str:
    """Let whoever has shown a code go on with their referral; return the key of the identity that opens it."""
    key = hash_of(draft.pk, secrets.token_hex(32))
    ReferrerCode.objects.create(
        hub_id=draft.hub_id, contact_id=draft.pk, code_hash=key, expires_at=at + VISIT_LASTS
    )
    return key


def send_first_code(draft: Draft, at: datetime) -> None:
    """Send the code that opens a referral just begun."""
    _write_code(draft.pk, draft, draft.email, at)


@transaction.atomic
def send_code(*, reference: str, email: str, at: datetime) -> None:
    """Send a code for a referral that is not sent, if reference and address belong together.

    The answer and the work are the same when they do not: what is written then is taken back.  Acts as the service
    `front_door`.

    Source: docs/rules.md, "Drafts of a referral".
    """
    draft = queries.by_reference(reference)
    given = draft.email if draft else ""
    fits = bool(given) and hmac.compare_digest(given.encode(), email.strip().lower().encode())
    key = draft.pk if draft else uuid.uuid4()
    fits = _codes_lately(key, at) < CODES_AN_HOUR and fits
    with transaction.atomic():
        _write_code(key, draft, given or email, at)
        transaction.set_rollback(not fits)
    record("code.asked", about=f"referral.draft:{key}", at=at, hub_id=draft.hub_id if draft else None)


@transaction.atomic
def enter_code(*, reference: str, code: str, at: datetime) -> tuple[Draft, str] | None:
    """Return the referral that a code sent opens and the key of the identity for it; None counts as a wrong try.

    Acts as the service `front_door`; nothing may undo a wrong try, so the page that says "wrong" answers 200.

    Source: docs/rules.md, "Drafts of a referral".
    """
    draft = queries.by_reference(reference)
    key = draft.pk if draft else uuid.uuid4()
    live = ReferrerCode.objects.filter(
        contact_id=key, expires_at__gt=at, expires_at__lte=at + CODE_LASTS, wrong_tries__lt=WRONG_TRIES
    )
    said, known = hash_of(key, code), list(live.select_for_update())
    right = draft is not None and any(hmac.compare_digest(one.code_hash, said) for one in known)
    if not right:
        live.update(wrong_tries=F("wrong_tries") + 1)
    event = "code.entered" if right else "code.refused"
    record(event, about=f"referral.draft:{key}", at=at, hub_id=draft.hub_id if draft else None)
    if draft is None or not right:
        return None
    live.filter(code_hash=said).update(expires_at=at)  # one code, one visit
    return draft, open_for(draft, at)


@transaction.atomic
def come_back(*, code: str, at: datetime) -> tuple[Draft, str] | None:
    """Return the referral that a code from the screen leads to, and the key of the identity for it; else None.

    Acts as the service `front_door`.

    Source: docs/rules.md, "Drafts of a referral".
    """
    draft = queries.by_code_hash(hash_of_code(code))
    record(
        "code.entered" if draft else "code.refused",
        about=draft or "referral.draft:none",
        at=at,
        hub_id=draft.hub_id if draft else None,
    )
    return (draft, open_for(draft, at)) if draft else None


def _codes_lately(key: uuid.UUID, at: datetime) -> int:
    sent = ReferrerCode.objects.filter(contact_id=key, expires_at__gt=at - timedelta(hours=1))
    return sent.filter(expires_at__lte=at + CODE_LASTS).count()


def _write_code(key: uuid.UUID, draft: Draft | None, email: str, at: datetime) -> None:
    hub = draft.hub if draft else Hub.objects.order_by("pk")[0]
    code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    sent = ReferrerCode.objects.filter(contact_id=key, expires_at__gt=at, expires_at__lte=at + CODE_LASTS)
    sent.update(expires_at=at)
    ReferrerCode.objects.create(
        hub=hub, contact_id=key, code_hash=hash_of(key, code), expires_at=at + CODE_LASTS
    )
    reference = draft.reference if draft else ""
    queue_email(
        hub_id=hub.pk,
        to=email,
        subject=f"Your code for reference {reference}",
        body=CODE_BODY.format(reference=reference, code=f"{code[:4]}-{code[4:]}"),
        at=at,
    )
