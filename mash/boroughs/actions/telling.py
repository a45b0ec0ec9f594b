"""What a program writes down on the other side: that a hub was asked, and that a family was taken on."""

import uuid
from datetime import datetime

from mash.boroughs.models import Asked, Transfer, TransferKind
from mash.ledger.actions import record


def tell_asked(*, question_id: uuid.UUID, at: datetime) -> None:
    """Write into the record of each hub that knows the person that it was asked, told or not.  Not written twice.

    Source: docs/rules.md, "Asking another hub".
    """
    for one in Asked.objects.filter(question_id=question_id, person__isnull=False).order_by("hub_id"):
        detail = {
            "asked": str(one.pk),
            "from_hub": str(one.from_hub_id),
            "from_post": str(one.from_post),
            "told": one.told,
        }
        record(
            "elsewhere.was_asked",
            about=f"people.person:{one.person_id}",
            at=at,
            hub_id=one.hub_id,
            detail=detail,
        )


def tell_sender(*, transfer_id: uuid.UUID, at: datetime) -> None:
    """Write into the sending hub's record what became of a transfer."""
    transfer = Transfer.objects.select_related("word").get(pk=transfer_id)
    event = (
        "transfer.taken_on"
        if transfer.word.kind == TransferKind.ACCEPTED
        else f"transfer.was_{transfer.word.kind}"
    )
    detail = {"transfer": str(transfer.pk), "to": str(transfer.to_id)}
    record(event, about=transfer.outcome, at=at, hub_id=transfer.hub_id, detail=detail)
