"""What is watched: a new contact that touches it is told to named people, until it ends or lapses."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from mash.contact.models import Contact
from mash.harm.models.subjects import Subject, one_subject
from mash.partnership.models import Staff
from mash.people.models import InHub

LAPSED = "Nobody looked at it again in time."


class Watch(Subject):
    """That a person, a place or a group is watched, why, and who is told.

    key: of the form.  told: the posts that are told, whoever else may see it.  review_on: the last day on which it
    counts, unless somebody looks at it again.  ended_by: None where it lapsed.
    """

    key = models.UUIDField(unique=True)
    why = models.TextField()
    told = ArrayField(models.UUIDField(), default=list)
    review_on = models.DateField()
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    ended_why = models.TextField(blank=True)

    class Meta:
        verbose_name_plural = "watches"
        constraints: ClassVar = [
            one_subject("harm_watch_of_one_thing"),
            models.UniqueConstraint(
                fields=["hub", "subject"], condition=Q(ended_at=None), name="harm_watched_once_at_a_time"
            ),
            models.CheckConstraint(condition=~Q(why="") & ~Q(told=[]), name="harm_watched_for_a_reason"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None, ended_why="")
                | (Q(ended_at__isnull=False) & ~Q(ended_why="")),
                name="harm_watch_ends_for_a_reason",
            ),
        ]


class WatchReview(InHub):
    """That somebody looked at a watch again: what they saw, and until when it goes on.  Nobody changes it."""

    watch = models.ForeignKey(Watch, on_delete=models.PROTECT, related_name="reviews")
    key = models.UUIDField(unique=True)
    words = models.TextField()
    next_on = models.DateField()
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(words=""), name="harm_watch_reviewed_in_words")
        ]


class WatchHit(InHub):
    """That a contact touched what is watched; seen by whoever sees both."""

    watch = models.ForeignKey(Watch, on_delete=models.PROTECT, related_name="hits")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["hub", "-at"], name="harm_watch_hit_newest")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["watch", "contact"], name="harm_watch_hit_once")
        ]
