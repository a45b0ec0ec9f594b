"""Panels, their seats and their meetings; who came; and the minutes, which nobody changes."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from mash.partnership.models import Agency, Staff
from mash.people.models import InHub


class Panel(InHub):
    """A multi-agency panel of one part of a hub's area.

    key: of the form, so that the same form sent twice makes one.  area: the part of the hub it is for, in words.
    place: where it usually meets.
    """

    key = models.UUIDField(unique=True)
    name = models.CharField(max_length=120)
    area = models.CharField(max_length=200)
    place = models.CharField(max_length=200)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["hub", "name"], name="panel_once_a_name"),
        ]

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    CHAIR = "chair", "Chair"
    DEPUTY = "deputy", "Deputy chair"
    MEMBER = "member", "Member"


class Seat(InHub):
    """A worker's place on a panel, for their agency.  until_at: it ended then.

    stands_in: a briefed deputy, who comes where the agency's member is away.
    """

    panel = models.ForeignKey(Panel, on_delete=models.PROTECT, related_name="seats")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=8, choices=Role)
    stands_in = models.BooleanField(default=False)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["panel", "staff"], condition=Q(until_at=None), name="panel_seat_once_at_a_time"
            ),
            models.UniqueConstraint(
                fields=["panel"], condition=Q(until_at=None, role="chair"), name="panel_one_chair"
            ),
        ]


class Terms(InHub):
    """That a member signed the panel's terms of confidentiality, on which day; they last a year.

    Source: docs/rules.md, "Who sits on a panel".
    """

    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="terms")
    signed_on = models.DateField()
    until_on = models.DateField()
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "terms"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["seat", "signed_on"], name="panel_terms_once_a_day"),
        ]


class Meeting(InHub):
    """One meeting of a panel.

    minutes: how long it is.  papers_on: when the papers go out.  sequence: how often it was changed since the first
    invitation, as calendars count it.  ended_at: its minutes were written, and nothing of it is changed any more.
    """

    panel = models.ForeignKey(Panel, on_delete=models.PROTECT, related_name="meetings")
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField()
    place = models.CharField(max_length=200)
    papers_on = models.DateField()
    sequence = models.PositiveSmallIntegerField(default=0)
    called_off_at = models.DateTimeField(null=True)
    called_off_why = models.CharField(max_length=240, blank=True)
    ended_at = models.DateTimeField(null=True)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["panel", "starts_at"], name="panel_meets_once_at_a_time"),
            models.CheckConstraint(
                condition=Q(called_off_at=None) | ~Q(called_off_why=""), name="panel_called_off_for_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(called_off_at=None) | Q(ended_at=None), name="panel_meeting_held_or_called_off"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["hub", "starts_at"], name="panel_meeting_next")]

    def __str__(self) -> str:
        return f"meeting {self.pk}"


class Invited(InHub):
    """That a member was sent an invitation to a meeting, as it stood then."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="invited")
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    sequence = models.PositiveSmallIntegerField()
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "invited"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["meeting", "seat", "sequence"], name="panel_invited_once_a_change"
            ),
        ]


class Came(models.TextChoices):
    HERE = "here", "Here"
    DEPUTY = "deputy", "A briefed deputy is here"
    APOLOGIES = "apologies", "Sent apologies"
    MISSING = "missing", "Not here"


class Present(InHub):
    """Whether a member came to a meeting.  The newest counts; none is changed.  deputy: who came for them."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="present")
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    came = models.CharField(max_length=10, choices=Came)
    deputy = models.CharField(max_length=120, blank=True)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "present"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["meeting", "seat", "number"], name="panel_present_once_a_number"),
            models.CheckConstraint(
                condition=~Q(came="deputy") | ~Q(deputy=""), name="panel_deputy_has_a_name"
            ),
        ]


class Minutes(InHub):
    """The minutes of a meeting, as they were written from what was recorded in it.  Nobody changes them.

    head: plain lines for everybody who sits on the panel: who came, and quorum.  It names no family.
    """

    meeting = models.OneToOneField(Meeting, on_delete=models.PROTECT, related_name="minutes_of")
    head = models.JSONField()
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "minutes"


class MinutesPart(InHub):
    """What the minutes say of one item; only whoever hears of the item reads it.  lines: plain lines, in order."""

    minutes = models.ForeignKey(Minutes, on_delete=models.PROTECT, related_name="parts")
    item = models.OneToOneField("panel.Item", on_delete=models.PROTECT, related_name="minutes_part")
    heading = models.CharField(max_length=200)
    lines = models.JSONField()


class Agreed(InHub):
    """That an agency which was there agrees the minutes, its items with the corrections beside them.  Once."""

    minutes = models.ForeignKey(Minutes, on_delete=models.PROTECT, related_name="agreed")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "agreed"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["minutes", "agency"], name="panel_minutes_agreed_once"),
        ]


class Correction(InHub):
    """What an agency corrects in the minutes of one item; it stands beside them."""

    key = models.UUIDField(unique=True)
    item = models.ForeignKey("panel.Item", on_delete=models.PROTECT, related_name="corrections")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    words = models.TextField()
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(words=""), name="panel_correction_in_words"),
        ]
