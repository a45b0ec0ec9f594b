"""Returns that a hub makes of what it holds, who took which out and why, and what earlier files say of its past.

Source: docs/rules.md, "Statutory returns".
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from mash.contact.models import Contact
from mash.partnership.models import Staff
from mash.people.models import InHub, Person


class Kind(models.TextChoices):
    """Which return it is."""

    ANNEX_A = "annex_a", "Annex A, lists 1 to 3"
    CIN = "cin", "Children in need census"
    SSD = "ssd", "Standard Safeguarding Dataset"


class Purpose(models.TextChoices):
    """Why somebody takes a return out."""

    INSPECTION = "inspection", "For inspectors who asked for it"
    CENSUS = "census", "For the authority’s census return"
    SHARING = "sharing", "For a data standard that the authority takes part in"
    CHECKING = "checking", "To check it against the authority’s own system"
    OTHER = "other", "For another purpose"


class Run(InHub):
    """One making of a return: of which days, asked for by whom and why.  Nobody changes it.

    key: of the form, so that the same form sent twice makes one.
    until_on: the last day, included.  year: the rules it follows.  by: None for a command.
    authority: three digits, of a census.  every_episode: the hub says that it holds every episode of its children.
    """

    key = models.UUIDField(unique=True)
    kind = models.CharField(max_length=8, choices=Kind)
    from_on = models.DateField()
    until_on = models.DateField()
    year = models.CharField(max_length=8)
    authority = models.CharField(max_length=3, blank=True)
    every_episode = models.BooleanField(default=False)
    why = models.CharField(max_length=240)
    by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["hub", "-at"], name="return_newest")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(until_on__gte=F("from_on")), name="return_of_some_days"),
            models.CheckConstraint(condition=~Q(why=""), name="return_made_for_a_reason"),
        ]

    def __str__(self) -> str:
        return str(Kind(self.kind).label)

    def get_absolute_url(self) -> str:
        return reverse("returns:run", args=[self.pk])


class Made(InHub):
    """That a return was made, opened again and checked; or why it was not.  Nobody changes it.

    sha256, size: of the file.  counts: rows by list.  problems: how many, by rule; `Problem` names some of each.
    trouble: why there is no file; "" where there is one.
    """

    run = models.OneToOneField(Run, on_delete=models.PROTECT, related_name="made")
    name = models.CharField(max_length=80, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveIntegerField(default=0)  # bytes
    counts = models.JSONField(default=dict)
    problems = models.JSONField(default=dict)
    trouble = models.CharField(max_length=240, blank=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "made"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(sha256="") ^ Q(trouble=""), name="return_made_or_why_not")
        ]


class File(InHub):
    """The file of a return, kept for some weeks; it can be made again afterwards."""

    run = models.OneToOneField(Run, on_delete=models.PROTECT, related_name="file")
    body = models.BinaryField()
    at = models.DateTimeField()


class Problem(InHub):
    """One thing in a return that its rules find wrong or odd, with what to mend.  Kept as long as the file.

    rule: an id of the year's rules.  child: as the file names it.  place: which list, or which episode.
    contact, person: where it is mended, for whoever may open that.
    """

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="found")
    number = models.PositiveIntegerField()
    rule = models.CharField(max_length=8)
    child = models.CharField(max_length=40)
    place = models.CharField(max_length=80)
    contact = models.ForeignKey(Contact, null=True, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "number"], name="problem_once_a_number")
        ]


class TakenOut(InHub):
    """That somebody took a return out: which bytes, and why.  Nobody changes it.

    by: None for a command.
    """

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="taken")
    purpose = models.CharField(max_length=12, choices=Purpose)
    why = models.CharField(max_length=240, blank=True)
    sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "taken out"
        indexes: ClassVar = [models.Index(fields=["run", "-at"], name="return_taken_newest")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(purpose="other") | ~Q(why=""), name="return_taken_for_a_reason"
            )
        ]


class TakenIn(InHub):
    """One file of a hub's past that was taken in: what it was, and what came of it.  Nobody changes it."""

    kind = models.CharField(max_length=8, choices=Kind)
    sha256 = models.CharField(max_length=64)
    as_on = models.DateField()
    counts = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "taken in"
        indexes: ClassVar = [models.Index(fields=["hub", "-at"], name="history_newest")]


class What(models.TextChoices):
    """What of a hub's past it is."""

    CONTACT = "contact", "Contact"
    EARLY_HELP = "early_help", "Early help"
    REFERRAL = "referral", "Referral"


class Past(InHub):
    """One thing that an earlier return says of somebody on record; it carries no name.

    on: when it came or began.  ended_on: the last day, where the file says so.  source: as the census codes it; an
    organisation for early help.  place: 1 for the first of several that agree in all of these.
    said: what else the file says, in codes; see `history.py`.  file: the newest that said so.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    what = models.CharField(max_length=12, choices=What)
    on = models.DateField()
    source = models.CharField(max_length=120)
    place = models.PositiveSmallIntegerField()
    ended_on = models.DateField(null=True)
    said = models.JSONField(default=dict)
    file = models.ForeignKey(TakenIn, on_delete=models.PROTECT, related_name="past")

    class Meta:
        verbose_name_plural = "past"
        indexes: ClassVar = [models.Index(fields=["hub", "what", "on"], name="past_by_day")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "what", "on", "source", "place"], name="past_once")
        ]
