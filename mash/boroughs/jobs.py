"""What is written down on the other hub's side, as a program: no worker writes into another hub's record."""

import uuid

from django.utils import timezone

from mash.boroughs.actions.telling import tell_asked, tell_sender
from mash.common.jobs import job


@job
def tell_asked_hubs(*, question_id: str) -> None:
    """Say in the record of each asked hub that knows the person that it was asked."""
    tell_asked(question_id=uuid.UUID(question_id), at=timezone.now())


@job
def tell_sending_hub(*, transfer_id: str) -> None:
    """Say in the record of the first hub what became of a family that it sent."""
    tell_sender(transfer_id=uuid.UUID(transfer_id), at=timezone.now())
