"""What is written about hubs and posts, and the e-mails that go out."""

import uuid
from datetime import datetime

from mash.partnership.models import Email


def queue_email(*, hub_id: uuid.UUID, to: str, subject: str, body: str, at: datetime) -> None:
    """Put an e-mail into the outbox, in the transaction of its cause; a job sends it.

    subject and body say which reference to sign in for, and nothing of the case.

    Source: docs/rules.md, "Feedback to the referrer".
    """
    Email.objects.bulk_create([Email(hub_id=hub_id, to=to, subject=subject, body=body, queued_at=at)])
