"""What a hub keeps for a day without the product: its packs and their passphrase, and what was entered afterwards."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from mash.contact.models import Contact
from mash.partnership.models import Staff
from mash.people.models import InHub


class Passphrase(InHub):
    """Under which passphrase a hub's packs are made, under lock.  The newest counts; none is changed.

    by: in whose name packs are drawn: they hold what that post may read.

    Source: docs/rules.md, "Outage packs".
    """

    nonce = models.BinaryField()
    body = models.BinaryField()
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["hub", "-at"], name="passphrase_newest")]

    def __str__(self) -> str:
        return f"passphrase of {self.at:%Y-%m-%d %H:%M}"


class Pack(InHub):
    """That a pack was made, or that none could be; what became of it stands in its `PackEnd`.  Nobody changes it.

    number: printed on it, and the name of its file; "" where none could be made.  refused: why none could.
    passphrase: the one that it is under.  sha256, size: of the file as it was written, in bytes.
    contacts, pages, forms: how many it holds.
    """

    number = models.CharField(max_length=30, blank=True)
    passphrase = models.ForeignKey(Passphrase, null=True, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    contacts = models.PositiveIntegerField(default=0)
    pages = models.PositiveIntegerField(default=0)
    forms = models.PositiveIntegerField(default=0)
    refused = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["hub", "-at"], name="pack_newest")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["number"], condition=~Q(number=""), name="pack_once_a_number"),
            models.CheckConstraint(
                condition=Q(number="", sha256="", passphrase=None) & ~Q(refused="")
                | ~Q(number="") & ~Q(sha256="") & Q(passphrase__isnull=False, refused=""),
                name="pack_made_or_refused",
            ),
        ]

    def __str__(self) -> str:
        return self.number or "no pack"


class Became(models.TextChoices):
    """What becomes of the file of a pack."""

    WRITTEN = "written", "Lies in the folder"
    FAILED = "failed", "Could not be written"
    REMOVED = "removed", "Removed"


class PackEnd(InHub):
    """What became of the file of a pack, each once.  Nobody changes it."""

    pack = models.ForeignKey(Pack, on_delete=models.PROTECT, related_name="ends")
    what = models.CharField(max_length=8, choices=Became)
    why = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["pack", "what"], name="pack_end_once"),
            models.CheckConstraint(condition=~Q(what="failed") | ~Q(why=""), name="pack_failed_for_a_reason"),
        ]

    def __str__(self) -> str:
        return self.what


class Away(InHub):
    """From when until when a hub could not reach the product, as its manager says.  Nobody changes it.

    Source: docs/rules.md, "Entering what was on paper".
    """

    began_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    why = models.CharField(max_length=240)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["hub", "-began_at"], name="away_newest")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(began_at__lt=F("ended_at"), ended_at__lte=F("at")), name="away_is_over"
            ),
            models.CheckConstraint(condition=~Q(why=""), name="away_for_a_reason"),
        ]

    def __str__(self) -> str:
        return f"away from {self.began_at:%Y-%m-%d %H:%M}"


class Entry(models.TextChoices):
    """What is entered from paper."""

    CONTACT = "contact", "Contact taken"
    RATING = "rating", "Rated"
    ANSWER = "answer", "An agency answered"
    DECISION = "decision", "Decided"
    SECOND = "second", "Agreed as second person"
    CLEARED = "cleared", "Passed as cleared person"


class Entered(InHub):
    """That something in the record was written on paper first.  Nobody changes it.

    of: the key of the contact, rating, return, decision or approval.  number: of the form, "" for paper without one; a
    form is entered once for each thing that it holds, and what it holds of several agencies once for each.
    happened_at: the time on the paper, from which clocks count.
    by, at: who entered it, and when.

    Source: docs/rules.md, "Entering what was on paper".
    """

    away = models.ForeignKey(Away, on_delete=models.PROTECT, related_name="entered")
    what = models.CharField(max_length=8, choices=Entry)
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="entered")
    of = models.UUIDField()
    number = models.CharField(max_length=30, blank=True)
    happened_at = models.DateTimeField()
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "entered"
        indexes: ClassVar = [models.Index(fields=["hub", "contact"], name="entered_of_a_contact")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["what", "of"], name="entered_once"),
            models.UniqueConstraint(
                fields=["hub", "what", "number"],
                condition=~Q(number="") & ~Q(what="answer"),
                name="entered_once_a_form",
            ),
            models.CheckConstraint(condition=Q(happened_at__lte=F("at")), name="entered_after_it_happened"),
        ]

    def __str__(self) -> str:
        return f"{self.what} from paper"
