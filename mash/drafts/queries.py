"""What is read of drafts: one's own words, and who else writes."""

import json
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from mash.common.identity import only_reads
from mash.common.locking import Locked, unlock
from mash.common.prepared import once
from mash.drafts.models import Draft, Sent, Writing
from mash.drafts.owners import Owner
from mash.drafts.pages import Page
from mash.partnership.models import Staff

STILL_WRITING = timedelta(minutes=5)  # since something was last typed


@dataclass(frozen=True, slots=True)
class Words:
    """One field of a draft.  window: in which it was typed.  version: of the draft, when it was."""

    values: list[str]
    window: str
    version: int


@dataclass(frozen=True, slots=True)
class Opened:
    """A draft, decrypted."""

    fields: dict[str, Words]
    field: str
    version: int
    begun_at: datetime
    saved_at: datetime


def draft_of(owner: Owner, page: Page, about: uuid.UUID) -> Opened | None:
    """Return what its owner typed into a form and has not sent.

    A page may show one form many times, about one thing each: their drafts of it are asked for once then.
    """
    kept = once(("drafts", owner.key, page.name), lambda: list(owner.rows.filter(page=page.name)))
    row = next((one for one in kept if one.about == about), None)
    return opened(row, owner) if row else None


def opened(row: Draft, owner: Owner) -> Opened:
    """Decrypt a draft of its owner."""
    words = unlock(
        Locked(row.nonce, row.body), purpose="typed", agency=owner.locked_for, bound_to=bound_to(row)
    )
    fields = {name: Words(*one) for name, one in json.loads(words).items()}
    return Opened(fields, row.field, row.version, row.begun_at, row.saved_at)


def bound_to(row: Draft) -> str:
    """Name where a draft stands: moved anywhere else it cannot be opened."""
    return f"typed:{row.staff_id or row.referral}:{row.page}:{row.about}"


def others_writing(staff: Staff, page: Page, about: uuid.UUID, at: datetime) -> list[Writing]:
    """Return who else writes in this form about the same thing.  Ask only for what this post may see.

    A page may show one form many times, about one thing each: who writes in it is asked for once then.
    """
    if not page.shared:
        return []
    found = Writing.objects.filter(page=page.name, seen_at__gt=at - STILL_WRITING)
    if only_reads():
        kept = once(("writing", staff.pk, page.name), lambda: _by_others(staff, found))
        return [one for one in kept if one.about == about]
    return _by_others(staff, found.filter(about=about))


def _by_others(staff: Staff, rows: "QuerySet[Writing]") -> list[Writing]:
    others = rows.exclude(staff__account=staff.account_id).select_related("staff__account")
    return list(others.order_by("since", "pk"))


def was_sent(drawing: str) -> bool:
    """Tell whether the form that was drawn like this has been sent."""
    return bool(drawing) and Sent.objects.filter(drawing=drawing).exists()


def sent_before(key: uuid.UUID) -> Sent | None:
    """Return the first sending of the same form, if there was one."""
    return Sent.objects.filter(pk=key).first()


def as_inputs(draft: Opened) -> dict[str, list[str]]:
    """Return a draft by the names of the form's inputs."""
    return {name: one.values for name, one in draft.fields.items()}


def typed_elsewhere(draft: Opened, window: str, since: int) -> dict[str, Any]:
    """Return what was typed in other windows after this one was drawn."""
    found = {name: one for name, one in draft.fields.items() if one.window != window and one.version > since}
    return {name: one.values for name, one in found.items()}
