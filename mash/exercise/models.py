"""Exercises as files with versions, their runs, who sits where, what was given to them, and what was observed.

Everything here belongs to the hub that trains.  What a group does stands in a hub of its own, `Group.place`.
"""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from mash.partnership.models import Account, Hub, Staff
from mash.people.models import InHub
from mash.training.models import Learner


class Exercise(InHub):
    """An exercise of a hub.  code: as its file names it.  What it holds stands in its versions."""

    code = models.CharField(max_length=40)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["hub", "code"], name="exercise_once_a_hub"),
        ]

    def __str__(self) -> str:
        return self.code


class Version(InHub):
    """One version of an exercise, as it was saved.  Nobody changes one; a run holds the one it began with.

    text: the file.  raw: the same as plain lists and mappings.
    """

    exercise = models.ForeignKey(Exercise, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=240)
    text = models.TextField()
    raw = models.JSONField()
    what = models.CharField(max_length=240)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["exercise", "number"], name="version_once_an_exercise"),
            models.CheckConstraint(condition=~Q(what=""), name="version_says_what_changed"),
        ]

    def __str__(self) -> str:
        return f"{self.title}, version {self.number}"


class Run(InHub):
    """A version as it is played by one or several groups.

    pace: simulated minutes in a real one.  opened_at: when the groups' hubs were ready; None until then.
    again_of: the run that it begins anew.  keep_until: when what the groups recorded is disposed of.
    gone: how many rows went then, by table.
    """

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="runs")
    key = models.UUIDField(unique=True)
    label = models.CharField(max_length=80)
    pace = models.FloatField()
    again_of = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="begun_again")
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    seated_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    ended_why = models.CharField(max_length=240, blank=True)
    keep_until = models.DateField(null=True)
    disposed_at = models.DateTimeField(null=True)
    gone = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["hub", "-at"], name="run_newest")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(pace__gt=0), name="run_clock_goes_on"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None, keep_until=None)
                | Q(ended_at__isnull=False, ended_by__isnull=False, keep_until__isnull=False),
                name="run_ended_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(disposed_at=None) | Q(ended_at__isnull=False), name="run_disposed_once_ended"
            ),
        ]

    def __str__(self) -> str:
        return self.label


class Turn(InHub):
    """Something that was done to a run's clock.  position: where it stood, in simulated minutes from the start."""

    class What(models.TextChoices):
        """What can be done to a clock."""

        START = "start", "Started"
        PAUSE = "pause", "Paused"
        RESUME = "resume", "Went on"
        JUMP = "jump", "Moved to"

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="turns")
    number = models.PositiveSmallIntegerField()
    what = models.CharField(max_length=6, choices=What)
    position = models.FloatField()
    runs = models.BooleanField()
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "number"], name="turn_once_a_run"),
            models.CheckConstraint(condition=Q(position__gte=0), name="turn_after_the_start"),
        ]


class Group(InHub):
    """A group of a run.  place: the training hub in which it works; None until that is open."""

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="groups")
    number = models.PositiveSmallIntegerField()
    place = models.OneToOneField(Hub, null=True, on_delete=models.PROTECT, related_name="exercise_group")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "number"], name="group_once_a_run"),
        ]

    def __str__(self) -> str:
        return f"Group {self.number}"


class Seat(InHub):
    """A seat of a group that somebody takes, with what they are told before: nobody else reads it but who trains.

    seat: as the file names it.  post: theirs in the group's hub; None until that is open, and after disposal.
    told: title and purpose of the exercise, how many simulated minutes, and the meeting with the seat's own questions.
    came: whether they were there; None until that is said.
    """

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="seats")
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="seats")
    seat = models.CharField(max_length=40)
    label = models.CharField(max_length=240)
    place = models.PositiveSmallIntegerField()
    account = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    learner = models.ForeignKey(Learner, null=True, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    post = models.OneToOneField(Staff, null=True, on_delete=models.PROTECT, related_name="exercise_seat")
    told = models.JSONField(default=dict)
    came = models.BooleanField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["group", "seat"], name="seat_once_a_group"),
            models.CheckConstraint(
                condition=Q(account__isnull=False) | Q(learner__isnull=False), name="seat_is_somebodys"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label}, {self.name}"


class Given(InHub):
    """One inject as it was given to one group, once: the words and to which seats.  Nobody changes it.

    seats: as the file names them.  due: its position on the timetable; position: where the clock stood.
    by: who gave it by hand; None for the timetable.  number, made: of the real contact that a referral became.
    """

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="given")
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="given")
    number = models.PositiveSmallIntegerField()
    seats = ArrayField(models.CharField(max_length=40))
    kind = models.CharField(max_length=24)
    text = models.TextField()
    day = models.PositiveSmallIntegerField()
    clock = models.CharField(max_length=5)
    position = models.FloatField()
    by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    made = models.UUIDField(null=True)
    made_reference = models.CharField(max_length=20, blank=True)

    class Meta:
        verbose_name_plural = "given"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["group", "number"], name="given_once_a_group"),
        ]

    def __str__(self) -> str:
        return f"inject {self.number}"


class Seen(InHub):
    """That a seat had a piece of paper before it."""

    given = models.ForeignKey(Given, on_delete=models.PROTECT, related_name="seen")
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="seen")
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "seen"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["given", "seat"], name="seen_once_a_seat"),
        ]


class Note(InHub):
    """What whoever facilitates noted of a group.  Nobody changes it."""

    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="notes")
    key = models.UUIDField(unique=True)
    words = models.TextField()
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(words=""), name="exercise_note_has_words")
        ]


class Score(InHub):
    """What one observer saw of one point in one group, 0 to 2.  Their latest word on it counts; none is changed."""

    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="scores")
    point = models.CharField(max_length=12)
    score = models.PositiveSmallIntegerField()
    words = models.CharField(max_length=240, blank=True)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["group", "point", "by", "-at"], name="score_latest")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(score__lte=2), name="score_zero_to_two"),
        ]
