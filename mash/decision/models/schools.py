"""That a school is told of a domestic abuse incident: the words as they went, and who at the school opened them."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from mash.contact.models import Contact, ContactPerson
from mash.partnership.models import Agency, Staff
from mash.people.models import InHub


class SchoolNotice(InHub):
    """One notice to one school about one child, as it went.  Nobody changes it.

    reference, child: written out, since the school reads no contact.  day_starts_at: when the school's next day starts.
    for_role: "key_adult", "deputy_key_adult", or "" where the school has named nobody; for_name: as they were named.
    """

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="school_notices")
    about = models.ForeignKey(ContactPerson, on_delete=models.PROTECT, related_name="school_notices")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    reference = models.CharField(max_length=20)
    child = models.CharField(max_length=250)
    subject_line = models.CharField(max_length=240)
    words = models.TextField()
    day_starts_at = models.DateTimeField()
    for_role = models.CharField(max_length=40, blank=True)
    for_name = models.CharField(max_length=160, blank=True)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(words=""), name="school_notice_says_something"),
        ]
        indexes: ClassVar = [models.Index(fields=["hub", "agency", "at"], name="school_notice_of_agency")]

    def __str__(self) -> str:
        return f"notice to {self.agency} about {self.reference}"


class SchoolNoticeSeen(InHub):
    """That somebody of the school opened a notice.  The first is when the school was told."""

    notice = models.ForeignKey(SchoolNotice, on_delete=models.PROTECT, related_name="seen")
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "school notices seen"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["notice", "staff"], name="school_notice_seen_once"),
        ]


class SchoolNoticeCalled(InHub):
    """That the sender of a notice was called since nobody had opened it an hour before the school's day: once."""

    notice = models.OneToOneField(SchoolNotice, on_delete=models.PROTECT, related_name="called")
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "school notices called about"
