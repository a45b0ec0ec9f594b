"""Who learns, what is held for whom, who came, and what they say of themselves."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from mash.partnership.models import Account, Agency, Staff
from mash.people.models import InHub


class Learner(InHub):
    """Somebody whose learning the hub keeps: a worker of its own, or somebody from outside who takes a course.

    account: None for whoever does not sign in here.  roles: ids of training.yaml.  unit: team or school, in words.
    mentor watches the work and signs first; line_manager signs last.
    """

    account = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    email = models.EmailField()
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    unit = models.CharField(max_length=80, blank=True)
    roles = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    mentor = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    line_manager = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField()
    ended_on = models.DateField(null=True)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["hub", "account"], name="learner_of_account"),
            models.Index(fields=["hub", "name"], name="learner_by_name"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["hub", "email"], name="learner_once_a_hub"),
            models.CheckConstraint(
                condition=Q(mentor=None) | Q(line_manager=None) | ~Q(mentor=F("line_manager")),
                name="learner_mentor_is_another_than_manager",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Cohort(InHub):
    """A group that takes both days of a course together.  programme: an id of training.yaml."""

    programme = models.CharField(max_length=40)
    label = models.CharField(max_length=80)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.label


class Taught(models.TextChoices):
    """Of which kind whoever delivers a session is."""

    EXPERT = "expert", "Subject expert: does the work that is taught"
    TRAINER = "trainer", "General trainer"


class Session(InHub):
    """One session of a programme or a module, on one day.

    offer: a programme's or module's id, `label` and `version` as it was then.  day: 1 or 2.
    sequence: how often what stands in calendars was changed.
    """

    key = models.UUIDField(unique=True)
    offer = models.CharField(max_length=40)
    label = models.CharField(max_length=160)
    version = models.PositiveIntegerField()
    cohort = models.ForeignKey(Cohort, null=True, on_delete=models.PROTECT, related_name="sessions")
    day = models.PositiveSmallIntegerField(default=1)
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField()
    place = models.CharField(max_length=200)
    way = models.CharField(max_length=12)
    capacity = models.PositiveSmallIntegerField()
    taught_by = models.CharField(max_length=120)
    taught_kind = models.CharField(max_length=8, choices=Taught)
    sequence = models.PositiveSmallIntegerField(default=0)
    called_off_at = models.DateTimeField(null=True)
    called_off_why = models.CharField(max_length=240, blank=True)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["hub", "starts_at"], name="session_by_time")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(day__in=[1, 2]), name="session_on_day_one_or_two"),
            models.CheckConstraint(condition=Q(capacity__gt=0), name="session_has_places"),
            models.CheckConstraint(
                condition=Q(called_off_at=None) ^ ~Q(called_off_why=""), name="session_called_off_with_reason"
            ),
            models.UniqueConstraint(
                fields=["cohort", "day"], condition=~Q(cohort=None), name="session_one_a_day_of_a_cohort"
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def ends_at(self) -> datetime:
        """Return when it ends."""
        return self.starts_at + timedelta(minutes=self.minutes)


class Booking(InHub):
    """A place on a session, or on its waiting list: first come, first served, until it is given back.

    Nothing says which of both it is: the first by `at` have the places, and when one is given back the next has it.
    """

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="bookings")
    learner = models.ForeignKey(Learner, on_delete=models.PROTECT, related_name="bookings")
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    given_back_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["hub", "learner"], name="booking_of_learner")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["session", "learner"], condition=Q(given_back_at=None), name="booking_once_a_session"
            ),
        ]


class Came(models.TextChoices):
    """Whether somebody came."""

    CAME = "came", "Came"
    PART = "part", "Came for part of it"
    NOT = "not", "Did not come"


class Attendance(InHub):
    """Whether somebody came to a session, as it was last written down."""

    booking = models.OneToOneField(Booking, on_delete=models.PROTECT, related_name="attendance")
    came = models.CharField(max_length=4, choices=Came)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()


class Moment(models.TextChoices):
    """When somebody says of themselves what they can do."""

    BEFORE = "before", "Before it"
    AFTER = "after", "After it"
    LATER = "later", "Half a year later"


class SelfRating(InHub):
    """What somebody says of themselves at one moment, 1 to 5 for each outcome, and afterwards of the session.

    worth: how much it was worth, 1 to 5; asked after it alone.  Nobody changes one.
    """

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="ratings")
    learner = models.ForeignKey(Learner, on_delete=models.PROTECT, related_name="ratings")
    moment = models.CharField(max_length=6, choices=Moment)
    said = models.JSONField()
    worth = models.PositiveSmallIntegerField(null=True)
    words = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["session", "learner", "moment"], name="selfrating_once_a_moment"),
            models.CheckConstraint(
                condition=Q(worth=None) | Q(worth__gte=1, worth__lte=5), name="selfrating_worth_one_to_five"
            ),
        ]


class Reminded(InHub):
    """A reminder that went out.  about: what it is of.  step: which of its reminders."""

    about = models.UUIDField()
    step = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["about", "step"], name="training_reminded_once")
        ]


class Kind(models.TextChoices):
    """What something learnt counts as."""

    MODULE = "module", "A module of a path"
    CPD = "cpd", "Continuing development"


class Evidence(models.TextChoices):
    """What shows that it was learnt."""

    ATTENDANCE = "attendance", "I was there"
    CERTIFICATE = "certificate", "A certificate"
    OBSERVED = "observed_work", "Somebody watched me do the work"
    QUIZ = "quiz", "A quiz at the end"
    NOTE = "reflective_note", "What I wrote about it"


class Done(InHub):
    """One thing somebody learnt, as they logged it or as it stood in the spreadsheet before.  Nobody changes one.

    what: a module's or topic's id, "" for anything else; `label` as it was called.  version: of a module.
    evidence_words: where the evidence is.  different: what they will do differently.
    """

    learner = models.ForeignKey(Learner, on_delete=models.PROTECT, related_name="done")
    key = models.UUIDField(unique=True)
    kind = models.CharField(max_length=6, choices=Kind)
    what = models.CharField(max_length=40, blank=True)
    label = models.CharField(max_length=160)
    version = models.PositiveIntegerField(null=True)
    done_on = models.DateField()
    minutes = models.PositiveSmallIntegerField()
    way = models.CharField(max_length=12)
    provider = models.CharField(max_length=120, blank=True)
    evidence = models.CharField(max_length=16, choices=Evidence, blank=True)
    evidence_words = models.CharField(max_length=240, blank=True)
    different = models.TextField(blank=True)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["learner", "label", "done_on"], name="done_once_a_day"),
            models.CheckConstraint(condition=Q(minutes__gt=0), name="done_takes_time"),
            models.CheckConstraint(
                condition=Q(kind="cpd", version=None) | (Q(kind="module") & ~Q(version=None) & ~Q(what="")),
                name="done_module_has_a_version",
            ),
        ]

    def __str__(self) -> str:
        return self.label


class DoneSeen(InHub):
    """A line manager has seen something that was logged."""

    done = models.OneToOneField(Done, on_delete=models.PROTECT, related_name="seen")
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()


class Step(models.TextChoices):
    """Who signs a path, in this order."""

    MENTOR = "mentor", "Mentor"
    LINE_MANAGER = "line_manager", "Line manager"


class SignOff(InHub):
    """A word on a path: signed, or withheld with what is needed next.  The latest of each step counts; none is changed.

    account: the learner's, by which a duty is looked up.
    """

    learner = models.ForeignKey(Learner, on_delete=models.PROTECT, related_name="sign_offs")
    account = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    path = models.CharField(max_length=40)
    step = models.CharField(max_length=12, choices=Step)
    signed = models.BooleanField()
    words = models.CharField(max_length=400, blank=True)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["hub", "account"], name="signoff_of_account")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(signed=True) | ~Q(words=""), name="signoff_withheld_with_words"
            ),
        ]


class Sheet(InHub):
    """A spreadsheet that was put in, until its rows are taken over: its columns, its rows and which column is which.

    rows: each its line in the file and its cells.  columns: ours to the place of theirs.
    """

    name = models.CharField(max_length=120)
    header = models.JSONField()
    rows = models.JSONField()
    columns = models.JSONField(default=dict)
    taken_at = models.DateTimeField(null=True)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
