"""What contacts tell of, one narrow row a fact, so that counting is fast.  Written by a program, and anew at any time.

A row is seen by whoever sees its contact: what is counted is counted over the rows that the worker may see.
"""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from mash.contact.models import Contact
from mash.people.models import InHub, Person


class Counting(InHub):
    """One run of the count over a hub: when, over how many contacts, and whether over all of them."""

    at = models.DateTimeField()
    counted = models.PositiveIntegerField()
    whole = models.BooleanField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["hub", "-at"], name="harm_newest_counting")]


class Known(models.TextChoices):
    """How well it is known when it happened."""

    HOUR = "hour", "Day and hour"
    DAY = "day", "The day, and no hour"
    REPORT = "report", "Only when it was reported"


class Report(InHub):
    """What one contact tells of an event: when, what kind of harm, who reported it, and where by postcode.

    event: the same for every contact that tells of one event.  happened_at: of the event, or of the report of it.
    home: the postcode of the first at risk whose address is not protected.
    """

    contact = models.OneToOneField(Contact, on_delete=models.PROTECT, related_name="harm_report")
    event = models.UUIDField()
    happened_at = models.DateTimeField()
    known = models.CharField(max_length=6, choices=Known)
    categories = ArrayField(models.CharField(max_length=60), default=list)
    source_kind = models.CharField(max_length=20)
    organisation = models.CharField(max_length=200)
    place = models.CharField(max_length=8, blank=True)
    home = models.CharField(max_length=8, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["hub", "happened_at"],
                include=["contact", "event", "known", "place", "home"],
                name="harm_report_in_time",
            )
        ]


class PlaceKind(models.TextChoices):
    """What kind of place."""

    ADDRESS = "address", "Address"
    STREET = "street", "Street"
    SETTING = "setting", "School or setting"
    NAMED = "named", "Named place"


PLACES: tuple[str, ...] = tuple(PlaceKind.values)


class Touch(InHub):
    """That one contact names a person on record, or a place.

    kind: the person's part as the referral names it, or a `PlaceKind`.
    subject: the record that counts for the person, or a key of the place that says nothing by itself.
    label: how the place is written; "" of a person.
    """

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="harm_touches")
    kind = models.CharField(max_length=24)
    subject = models.UUIDField()
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="harm_touches")
    label = models.CharField(max_length=240, blank=True)
    event = models.UUIDField()
    happened_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "touches"
        indexes: ClassVar = [
            models.Index(
                fields=["hub", "kind", "happened_at"],
                include=["contact", "person", "subject", "event"],
                name="harm_touch_in_time",
            ),
            models.Index(fields=["hub", "subject"], name="harm_touch_of"),
            models.Index(fields=["hub", "event"], name="harm_touch_in_event"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["contact", "kind", "subject"], name="harm_touch_once"),
            models.CheckConstraint(
                condition=Q(person__isnull=False, label="") | (Q(person=None) & ~Q(label="")),
                name="harm_touch_person_or_place",
            ),
        ]


class Together(InHub):
    """That two people of different families are named in one event.

    contact, other: the contacts that name them, the same where one names both; seen by whoever sees both.
    first, second: the smaller key first.
    """

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+")
    other = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+")
    first = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    event = models.UUIDField()
    happened_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "together"
        indexes: ClassVar = [
            models.Index(
                fields=["hub", "happened_at"],
                include=["contact", "other", "first", "second", "event"],
                name="harm_together_in_time",
            )
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["contact", "other", "first", "second"], name="harm_together_once"
            ),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="harm_together_smaller_first"),
        ]
