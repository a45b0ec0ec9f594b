"""Evidence: who did, saw, searched or was refused what, and why; and the signed roots over it."""

import hashlib
import uuid
from datetime import UTC

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Entry(models.Model):
    """One line in the record.  Nobody changes a line, and each carries a hash of what it says.

    No foreign keys: the ledger must outlive whatever it describes.
    actor: "staff:<uuid>", "service:<name>", "account:<uuid>", "referrer:<code hash>" or "nobody".
    event: past tense, "contact.received".  about: "contact.contact:<uuid>" or a fixed word.

    The table has a column more, `xact`: the transaction that wrote the line, which PostgreSQL fills in itself.
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


class Root(models.Model):
    """A signed Merkle root over the lines of the transactions that had ended, and that no root before it covers.

    snapshot: PostgreSQL's, "xmin:xmax:xip,..": which transactions had ended when it was made.
    lines: keys of its lines in their order.  leaves: their hashes in the same order, 32 bytes each.
    low, high: the first and last transaction of its lines; None where it has none.
    root: in hexadecimal.  before: the hash of the statement of the root before; zeros for the first.
    key: short name of the key that signed.

    Source: docs/rules.md, "Evidence".
    """

    number = models.PositiveIntegerField(primary_key=True)
    made_at = models.DateTimeField()
    snapshot = models.TextField()
    low = models.BigIntegerField(null=True)
    high = models.BigIntegerField(null=True)
    lines = ArrayField(models.UUIDField(), default=list)
    leaves = models.BinaryField(default=bytes)
    count = models.PositiveIntegerField()
    root = models.CharField(max_length=64)
    before = models.CharField(max_length=64)
    key = models.CharField(max_length=16)
    signature = models.CharField(max_length=128)

    def __str__(self) -> str:
        return f"root {self.number}"

    @property
    def statement(self) -> bytes:
        """Return what is signed: every word of it free of content."""
        made = self.made_at.astimezone(UTC).isoformat(timespec="microseconds")
        said = {
            "OpenMASH ledger root": "1",
            "number": self.number,
            "made": made,
            "lines": self.count,
            "root": self.root,
            "before": self.before,
            "span": "" if self.low is None else f"{self.low}-{self.high}",
            "snapshot": self.snapshot,
            "key": self.key,
        }
        return "".join(f"{name}: {value}\n" for name, value in said.items()).encode()

    @property
    def link(self) -> str:
        """Return what the next root carries as `before`, in hexadecimal."""
        return hashlib.sha256(self.statement).hexdigest()


class Outside(models.Model):
    """How far one witness outside the database has got: it holds every root up to a number.

    name: as the settings give it, without what is secret.  problem: what went wrong last, "" if nothing.
    next_at: when it is tried again after a failure.
    """

    name = models.CharField(max_length=200, primary_key=True)
    upto = models.PositiveIntegerField(default=0)
    delivered_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    problem = models.CharField(max_length=200, blank=True)
    next_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "outside"

    def __str__(self) -> str:
        return f"{self.name}: {self.upto}"
