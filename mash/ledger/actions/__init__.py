"""Writing the record.  A line stands in the same transaction as what it tells of, so neither is without the other."""

import hashlib
import json
import uuid
from datetime import UTC, datetime
from typing import Any

from django.db.models import Model

from mash.common.identity import presence
from mash.common.prepared import plans_kept
from mash.common.replica import write_once
from mash.ledger.models import Entry

NOBODY = "nobody"


def record(
    event: str,
    *,
    about: Model | str,
    at: datetime,
    hub_id: uuid.UUID | None = None,
    why: str = "",
    detail: dict[str, Any] | None = None,
) -> Entry:
    """Write one line in the name of whoever acts; PostgreSQL refuses a line in another's name.

    at: aware moment.  detail: plain JSON without case content (ids, counts, names of fields).
    While a page is read from a replica the line is committed at once, on the primary.

    Source: docs/rules.md, "Evidence".
    """
    identity = presence().identity
    entry = Entry(
        at=at,
        hub_id=hub_id,
        actor=str(identity) if identity else NOBODY,
        event=event,
        about=about if isinstance(about, str) else key_of(about),
        why=why,
        detail=detail or {},
    )
    entry.hash = line_hash(entry)
    says = (entry.actor, event, entry.about, entry.hub_id, why, entry.detail)
    return write_once(says, entry, _write)


def _write(entry: Entry) -> None:
    with plans_kept():
        Entry.objects.bulk_create([entry])  # no RETURNING: a reader may add a line and not read it back


def key_of(thing: Model) -> str:
    """Return the name under which the ledger knows a row, such as "contact.contact:<uuid>"."""
    return f"{thing._meta.label_lower}:{thing.pk}"


def line_hash(entry: Entry) -> str:
    """Return the SHA-256 of what a line says, in hexadecimal; a line changed afterwards no longer agrees with it."""
    said = [
        str(entry.pk),
        entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        str(entry.hub_id or ""),
        entry.actor,
        entry.event,
        entry.about,
        entry.why,
        entry.detail,
    ]
    words = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()
