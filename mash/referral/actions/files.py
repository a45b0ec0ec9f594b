"""Files put to a referral: each is looked at when it comes, and none is opened again from here."""

import uuid
from datetime import datetime

from django.db import transaction
from django.db.models import Sum

from mash.contact.attachments import media_type_of
from mash.contact.looking.harm import harm_in
from mash.contact.looking.names import against_name, shown_name
from mash.ledger.actions import record
from mash.referral import queries
from mash.referral.models import Draft, DraftFile

MOST_FILES = 20
MOST_BYTES = 25 * 1024 * 1024  # together
KINDS = (
    "Choose a PDF, a Word or Excel file without macros, a picture (JPEG or PNG), a sound or film "
    "(MP3, MP4 or WAV), an e-mail or plain text; the content must be what the name says"
)
NOT_TAKEN = "“{name}” was not put to the referral. {why}"


class NotTaken(Exception):
    """A file is not taken; the message says why, in the sender's words."""


@transaction.atomic
def put_file(*, draft: Draft, name: str, body: bytes, at: datetime) -> DraftFile:
    """Put a file to a referral.  What it is, its content says; the same file again changes nothing.

    Everything in it must be seen and be sound, for the sender is still there to send another.

    Raises NotTaken, and Draft.DoesNotExist once it is sent or not whoever acts'.

    Source: docs/rules.md, "Files".
    """
    held = queries.hold(draft.pk)
    same = held.files.filter(name=name, size=len(body)).defer("body").first()
    if same and bytes(DraftFile.objects.get(pk=same.pk).body) == body:
        return same
    if held.files.count() >= MOST_FILES:
        raise NotTaken(f"You can put {MOST_FILES} files to a referral at most")
    if (held.files.aggregate(all=Sum("size"))["all"] or 0) + len(body) > MOST_BYTES:
        raise NotTaken("All files together may have 25 MB at most")
    media_type = _sound(name, body)
    put = DraftFile(
        hub_id=held.hub_id,
        draft=held,
        name=name,
        media_type=media_type,
        size=len(body),
        body=body,
        at=at,
    )
    put.save(force_insert=True)
    held.saved_at = at
    held.save(update_fields=["saved_at"])
    record(
        "draft.file_put",
        about=held,
        at=at,
        hub_id=held.hub_id,
        detail={"file": str(put.pk), "bytes": put.size},
    )
    return put


def _sound(name: str, body: bytes) -> str:
    """Return what a file is, by its content.  Raises NotTaken with its name, what is against it and what to do."""
    media_type = media_type_of(name, body)
    why = against_name(name) or (harm_in(media_type, body) if media_type else KINDS)
    if why:
        raise NotTaken(NOT_TAKEN.format(name=shown_name(name), why=why))
    return media_type


@transaction.atomic
def take_file_away(*, draft: Draft, file_id: uuid.UUID, at: datetime) -> None:
    """Take a file away from a referral; one that is not there is away already."""
    held = queries.hold(draft.pk)
    gone, _ = held.files.filter(pk=file_id).delete()
    if gone:
        record("draft.file_taken_away", about=held, at=at, hub_id=held.hub_id, detail={"file": str(file_id)})
