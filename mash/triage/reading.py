"""Rows of how a contact was read: what it is about, a manager's word on a rating or a repeat, a notice that ends.

Beside `models.py`, which takes them in.
"""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from mash.contact.models import Contact, ContactPerson
from mash.partnership.models import Staff
from mash.people.models import InHub

MOST_CATEGORIES = 3


class Reading(InHub):
    """What a worker says that a contact is about, beside what its sender said.  The newest counts; none is changed.

    categories: up to three of the hub's; empty for a row that only names a level.
    level: of need, as the screener thinks; None for a row that only names categories.  It decides nothing.
    """

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="readings")
    categories = ArrayField(models.CharField(max_length=40), default=list)
    level = models.PositiveSmallIntegerField(null=True)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(categories__len__lte=MOST_CATEGORIES) | Q(categories=[]),
                name="reading_at_most_three",
            ),
            models.CheckConstraint(
                condition=~Q(categories=[]) | Q(level__isnull=False), name="reading_says_something"
            ),
        ]

    def __str__(self) -> str:
        return f"reading of {self.contact_id}"


class Confirmation(InHub):
    """A manager's word on one rating, by another person than who gave it: confirmed, or not and why.

    None is changed.  A rating that no manager has confirmed lets no enquiry go, unless it is red or immediate danger
    is stated; a new rating needs a word of its own.
    """

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="confirmations")
    rating = models.ForeignKey("triage.Rating", on_delete=models.PROTECT, related_name="confirmations")
    agreed = models.BooleanField()
    words = models.TextField(blank=True)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["rating"], condition=Q(agreed=True), name="rating_confirmed_once"
            ),
            models.CheckConstraint(
                condition=Q(agreed=True) | ~Q(words=""), name="rating_not_confirmed_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"word on rating {self.rating_id}"


class RepeatReview(InHub):
    """That a repeat asks a manager to look, and what the manager said.

    rule: an id of `repeats` in ratings.yaml.  words, by, at: empty until a manager has looked.
    """

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="repeat_reviews")
    rule = models.CharField(max_length=40)
    asked_at = models.DateTimeField()
    words = models.TextField(blank=True)
    by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["contact", "rule"], name="repeat_asked_once"),
            models.CheckConstraint(
                condition=Q(at=None, by=None, words="")
                | (Q(at__isnull=False, by__isnull=False) & ~Q(words="")),
                name="repeat_read_in_words",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule} on {self.contact_id}"


class Noted(InHub):
    """That a notice for information only was recorded and counted, and ended at triage.  Undone, it waits again."""

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="noted")
    why = models.TextField()
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    undone_why = models.TextField(blank=True)

    class Meta:
        verbose_name_plural = "noted"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["contact"], condition=Q(undone_at=None), name="noted_once_at_a_time"
            ),
            models.CheckConstraint(condition=~Q(why=""), name="noted_for_a_reason"),
            models.CheckConstraint(
                condition=Q(undone_at=None) | ~Q(undone_why=""), name="noted_undone_for_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"notice {self.contact_id}"


class NotedSeen(InHub):
    """That a cleared person looked at a notice on whose people something is held: shown to them alone."""

    noted = models.OneToOneField(Noted, on_delete=models.PROTECT, related_name="+")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "noted seen"

    def __str__(self) -> str:
        return f"notice {self.contact_id} seen"


class ClockFact(InHub):
    """A fact that begins or ends a clock of law, or that is recorded beside it.  The newest of a kind counts.

    clock: an id of `fixed_clocks` in ratings.yaml.  about: whose it is; None for one of the whole contact.
    what: started, ended, or an id of the clock's `also_recorded`.  happened_at: as far as known, never in the future.
    """

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="clock_facts")
    about = models.ForeignKey(ContactPerson, null=True, on_delete=models.PROTECT, related_name="+")
    clock = models.CharField(max_length=40)
    what = models.CharField(max_length=24)
    happened_at = models.DateTimeField()
    words = models.TextField(blank=True)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(happened_at__lte=models.F("at")), name="clock_fact_has_happened"
            )
        ]

    def __str__(self) -> str:
        return f"{self.clock} {self.what}"
