"""Evidence: who did, saw, searched or was refused what, and why."""

import uuid

from django.db import models


class Entry(models.Model):
    """One line in the record.  Nobody changes a line, and each carries a hash of what it says.

    No foreign keys: the ledger must outlive whatever it describes.
    actor: "staff:<uuid>", "service:<name>", "account:<uuid>", "referrer:<code hash>" or "nobody".
    event: past tense, "contact.received".  about: "contact.contact:<uuid>" or a fixed word.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    at = models.DateTimeField()
    hub_id = models.UUIDField(null=True)
    actor = models.CharField(max_length=120)
    event = models.CharField(max_length=60)
    about = models.CharField(max_length=120)
    why = models.TextField(blank=True)
    detail = models.JSONField(default=dict)
    hash = models.CharField(max_length=64)

    class Meta:
        indexes = [
            models.Index(fields=["hub_id", "about", "at"]),
            models.Index(fields=["hub_id", "actor", "at"]),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor} {self.event} {self.about}"
