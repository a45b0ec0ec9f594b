"""Beginning a referral: from a post, by a code sent to an address, or by a code shown on screen."""

import uuid
from datetime import datetime, timedelta

from django.db import transaction

from mash.common.references import new_reference
from mash.contact.models import Contact
from mash.ledger.actions import record
from mash.partnership.models import Hub, Staff
from mash.referral.actions.coming_back import open_for, send_first_code
from mash.referral.codes import code_of, hash_of_code
from mash.referral.models import Draft, Kind

REFERENCES_TRIED = 20
MOST_BY_EMAIL = 5  # begun in an hour from one address


class TooMany(Exception):
    """As many were begun from here lately that a program is likelier than a person."""


@transaction.atomic
def begin_from_post(*, by: Staff, at: datetime) -> Draft:
    """Begin a referral to the hub of a post; it is that post's alone until it is sent.

    Source: docs/rules.md, "Drafts of a referral".
    """
    return _begin(by.hub, Kind.PROFESSIONAL, at, owner=by)


@transaction.atomic
def begin_by_code(*, hub: Hub, at: datetime) -> tuple[Draft, str]:
    """Begin a referral of a member of the public; return it, and the key of the identity that opens it.

    Nothing of who they are is asked or kept: its code is shown on screen.  Acts as the service `front_door`.

    Source: docs/rules.md, "Public referrers", "Drafts of a referral".
    """
    draft = _begin(hub, Kind.PUBLIC, at)
    return draft, open_for(draft, at)


@transaction.atomic
def begin_by_email(*, hub: Hub, email: str, at: datetime) -> Draft:
    """Begin a referral of a professional without an account, and send the code that opens it.

    Acts as the service `front_door`.  Raises TooMany.

    Source: docs/rules.md, "Drafts of a referral".
    """
    lately = Draft.objects.filter(email=email.lower(), begun_at__gt=at - timedelta(hours=1))
    if lately.count() >= MOST_BY_EMAIL:
        raise TooMany
    draft = _begin(hub, Kind.PROFESSIONAL, at, email=email.lower())
    send_first_code(draft, at)
    return draft


def _begin(hub: Hub, kind: Kind, at: datetime, *, owner: Staff | None = None, email: str = "") -> Draft:
    key = uuid.uuid4()
    code_hash = hash_of_code(code_of(key)) if kind == Kind.PUBLIC else ""
    draft = Draft(
        id=key,
        hub=hub,
        reference=_free_reference(hub),
        kind=kind,
        owner=owner,
        email=email,
        code_hash=code_hash,
        begun_at=at,
        saved_at=at,
    )
    draft.save(force_insert=True)
    record("draft.begun", about=draft, at=at, hub_id=hub.pk, detail={"kind": kind})
    return draft


def _free_reference(hub: Hub) -> str:
    """Return a reference that no contact in sight has; should one be taken after all, sending finds another."""
    for _ in range(REFERENCES_TRIED):
        reference = new_reference(hub.prefix)
        if not Contact.objects.filter(reference=reference).exists():
            return reference
    raise RuntimeError(f"no free reference was found in {REFERENCES_TRIED} tries")
