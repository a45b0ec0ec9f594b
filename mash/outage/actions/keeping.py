"""Setting the passphrase of a hub's packs, and what is kept of each pack."""

from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from mash.common.verdict import require
from mash.ledger.actions import record
from mash.outage import policy
from mash.outage.models import Became, Pack, PackEnd, Passphrase
from mash.outage.under_lock import lock_up
from mash.partnership.models import Hub, Staff

SHORTEST = 20  # characters
LONGEST = 120
MOST_DIFFERENT = 10  # different characters, at least
LONGEST_BYTES = 127  # of a passphrase in a PDF (ISO 32000-2, 7.6.4.3.3): the rest would count for nothing
LONGEST_WHY = 300


class TooWeak(Exception):
    """A passphrase would be found by trying; the message says what to do."""


@transaction.atomic
def set_passphrase(*, words: str, by: Staff, at: datetime) -> Passphrase:
    """Set the passphrase under which packs are made from the next one on, in the name of whoever sets it.

    It is kept under lock, and shown to nobody again.

    Raises PermissionDenied, and TooWeak.

    Source: docs/rules.md, "Outage packs".
    """
    require(policy.may_keep(by))
    refuse_weak(words, by)
    row = Passphrase(hub_id=by.hub_id, by=by, at=at)
    row.nonce, row.body = map(bytes, lock_up(words, row))
    Passphrase.objects.bulk_create([row])
    record("outage.passphrase_set", about=row, at=at, hub_id=by.hub_id)
    return row


def refuse_weak(words: str, by: Staff) -> None:
    """Refuse a passphrase that somebody who holds the file could find by trying.

    Raises TooWeak.
    """
    if len(words) < SHORTEST:
        raise TooWeak(
            f"Use {SHORTEST} characters or more: whoever finds the file may try as long as they like"
        )
    if len(words) > LONGEST or len(words.encode()) > LONGEST_BYTES:
        raise TooWeak(f"Use {LONGEST} characters at most")
    if not words.isprintable() or words != words.strip():
        raise TooWeak("Use letters, digits, signs and spaces between them")
    if len(set(words.casefold())) < MOST_DIFFERENT:
        raise TooWeak("Use more different characters")
    try:
        validate_password(words, by.account)
    except ValidationError as why:
        raise TooWeak(str(why.messages[0])) from why


@transaction.atomic
def keep_pack(
    *,
    hub: Hub,
    passphrase: Passphrase,
    number: str,
    sha256: str,
    size: int,
    holds: dict[str, int],
    at: datetime,
) -> Pack:
    """Keep that a pack leaves, before its file is written.  Acts as the service `outage`.

    holds: contacts, pages and forms.

    Source: docs/rules.md, "Outage packs".
    """
    pack = Pack(hub=hub, number=number, passphrase=passphrase, sha256=sha256, size=size, at=at, **holds)
    Pack.objects.bulk_create([pack])
    said = {
        "number": number,
        "sha256": sha256,
        "size": size,
        "in_the_name_of": str(passphrase.by_id),
        **holds,
    }
    record("outage.pack_made", about=pack, at=at, hub_id=hub.pk, detail=said)
    return pack


@transaction.atomic
def keep_refusal(*, hub: Hub, why: str, at: datetime) -> Pack:
    """Keep that no pack could be made, and why.  Acts as the service `outage`."""
    pack = Pack(hub=hub, refused=why[:LONGEST_WHY], at=at)
    Pack.objects.bulk_create([pack])
    record("outage.pack_not_made", about=pack, at=at, hub_id=hub.pk, why=pack.refused)
    return pack


@transaction.atomic
def keep_end(*, pack: Pack, what: Became, why: str = "", at: datetime) -> None:
    """Keep what became of the file of a pack, once.  Acts as the service `outage`."""
    end = PackEnd(hub_id=pack.hub_id, pack=pack, what=what, why=why[:LONGEST_WHY], at=at)
    PackEnd.objects.bulk_create([end])
    record(f"outage.pack_{what}", about=pack, at=at, hub_id=pack.hub_id, why=end.why)
