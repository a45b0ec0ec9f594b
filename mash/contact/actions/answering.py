"""Answering whoever referred: replies on a page of their own, opened by a code sent to them."""

import hashlib
import hmac
import secrets
import uuid
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet

from mash.common.references import ALPHABET
from mash.common.verdict import require
from mash.contact import policy, queries
from mash.contact.models import Contact, Reply, ReplyKind, ReplySeen
from mash.ledger.actions import record
from mash.partnership.actions import queue_email
from mash.partnership.models import Hub, ReferrerCode, Staff

CODE_LENGTH = 8
CODE_LASTS = timedelta(minutes=30)
WRONG_TRIES = 5
CODES_AN_HOUR = 5
NEWS_BODY = (
    "There is news about your reference {reference}.  Open your hub's page for referrers, ask for a code with "
    "this reference and this e-mail address, and read it there."
)
CODE_BODY = (
    "Your code for reference {reference} is {code}.  It lasts 30 minutes.  If you did not ask, ignore this."
)


@transaction.atomic
def reply(*, contact: Contact, kind: ReplyKind, words: str, by: Staff | None, at: datetime) -> Reply:
    """Answer the referrer on their page; where they gave an e-mail address, tell them that there is news.

    by: who says it; None for what the hub's own programs say.

    Raises PermissionDenied if `by` may not answer for this contact.

    Source: docs/rules.md, "Feedback to the referrer".
    """
    if by is not None:
        require(policy.may_reply(by, contact))
    return write_reply(contact, kind, words, by=by, at=at, email=queries.email_of_referrer(contact))


def write_reply(
    contact: Contact, kind: ReplyKind, words: str, *, by: Staff | None, at: datetime, email: str
) -> Reply:
    """Write a reply, queue the e-mail that carries its reference and nothing else, and the ledger's line."""
    said = Reply(hub_id=contact.hub_id, contact=contact, kind=kind, words=words, by=by, at=at)
    Reply.objects.bulk_create([said])
    if email:
        queue_email(
            hub_id=contact.hub_id,
            to=email,
            subject=f"News about reference {contact.reference}",
            body=NEWS_BODY.format(reference=contact.reference),
            at=at,
        )
    told = {"reply": str(said.pk), "kind": said.kind, "email": bool(email)}
    record("referrer.answered", about=contact, at=at, hub_id=contact.hub_id, detail=told)
    return said


def see_replies(*, at: datetime) -> list[Reply]:
    """Return a referrer's replies, newest first, with the receipt that each was seen; a reading may do this.

    Raises Http404 unless a referrer acts.

    Source: docs/rules.md, "Feedback to the referrer".
    """
    return see_replies_to(queries.replies_for_referrer(), at=at)


def see_replies_to(replies: QuerySet[Reply], *, at: datetime) -> list[Reply]:
    """Return replies to whoever sent a contact, with the receipt that each was seen; a reading may do this.

    Source: docs/rules.md, "Feedback to the referrer".
    """
    shown = list(replies)
    receipts = [ReplySeen(hub_id=one.hub_id, reply=one, at=at) for one in shown]
    ReplySeen.objects.bulk_create(receipts, ignore_conflicts=True)
    if shown:
        seen = {"replies": len(shown)}
        record("replies.seen", about=shown[0].contact, at=at, hub_id=shown[0].hub_id, detail=seen)
    return shown


@transaction.atomic
def send_code(*, reference: str, email: str, at: datetime) -> None:
    """Send a referrer a code for the page of their own contact, if reference and e-mail address belong together.

    The answer and the work are the same when they do not, or there is no such reference: what is written then is
    taken back.  Acts as the service `front_door`.
    """
    contact = queries.by_reference(reference)
    given = queries.email_of_referrer(contact) if contact else ""
    fits = _same(given, email) and bool(given)
    key = contact.pk if contact else uuid.uuid4()
    hour = ReferrerCode.objects.filter(contact_id=key, expires_at__gt=at - timedelta(hours=1))
    fits = hour.count() < CODES_AN_HOUR and fits
    with transaction.atomic():
        _write_code(key, contact, given or email, at)  # never to the address as typed now
        transaction.set_rollback(not fits)
    record("code.asked", about=f"contact.contact:{key}", at=at, hub_id=contact.hub_id if contact else None)


def _write_code(key: uuid.UUID, contact: Contact | None, email: str, at: datetime) -> None:
    hub = contact.hub if contact else Hub.objects.order_by("pk")[0]
    code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    ReferrerCode.objects.filter(contact_id=key, expires_at__gt=at).update(expires_at=at)
    ReferrerCode.objects.create(
        hub=hub, contact_id=key, code_hash=hash_of(key, code), expires_at=at + CODE_LASTS
    )
    reference = contact.reference if contact else ""
    shown = f"{code[:4]}-{code[4:]}"
    queue_email(
        hub_id=hub.pk,
        to=email,
        subject=f"Your code for reference {reference}",
        body=CODE_BODY.format(reference=reference, code=shown),
        at=at,
    )


@transaction.atomic
def enter_code(*, reference: str, code: str, at: datetime) -> str | None:
    """Return the key of the identity that a code opens, or None; a wrong one counts against the contact's code.

    Five wrong tries end a code.  Acts as the service `front_door`; nothing may undo a wrong try, so the page that
    says "wrong" answers 200.
    """
    contact = queries.by_reference(reference)
    key = contact.pk if contact else uuid.uuid4()
    live = ReferrerCode.objects.filter(contact_id=key, expires_at__gt=at, wrong_tries__lt=WRONG_TRIES)
    known = list(live.select_for_update())  # so that tries made at one moment are counted one by one
    said = hash_of(key, code)
    right = any(hmac.compare_digest(one.code_hash, said) for one in known)
    if not right:
        live.update(wrong_tries=F("wrong_tries") + 1)
    record(
        "code.entered" if right else "code.refused",
        about=f"contact.contact:{key}",
        at=at,
        hub_id=contact.hub_id if contact else None,
    )
    return said if right else None


def hash_of(contact_id: uuid.UUID, code: str) -> str:
    """Return the SHA-256 under which a contact's code is kept; case, spaces and dashes of the code do not matter."""
    plain = "".join(letter for letter in code.upper() if letter.isalnum())
    return hashlib.sha256(f"{contact_id}:{plain}".encode()).hexdigest()


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.strip().casefold().encode(), other.strip().casefold().encode())
