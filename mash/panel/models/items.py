"""What a panel talks about: which agencies it needs, what they looked up beforehand, and what was decided."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from mash.contact.models import Contact
from mash.decision.models import Decision
from mash.panel.models.meetings import Meeting, Panel
from mash.partnership.models import Agency, Staff
from mash.people.models import InHub, Person


class Item(InHub):
    """One thing on the list of a panel: a family, written down for the panel, or a part of the meeting itself.

    kind: an id of panel.yaml.  of_a_family: only the agencies needed hear of it.
    meeting, place: where it stands on an agenda, the first being 1; None while it waits for one.
    minutes: how long it is given.  begins_after: minutes from the start of the meeting, so that whoever comes for one
    family knows when, and nothing of the others.  title: initials where it is of a family.
    person, contact, decision: what it came from, for the hub's own desk.
    name, born_on, household, asked, background, agreement: what the agencies needed read of it, and nothing else.
    follows: the same family at an earlier meeting.  taken_off_at: it was taken off the list, and why.
    """

    panel = models.ForeignKey(Panel, on_delete=models.PROTECT, related_name="items")
    meeting = models.ForeignKey(Meeting, null=True, on_delete=models.PROTECT, related_name="items")
    key = models.UUIDField(unique=True)
    reference = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=40)
    of_a_family = models.BooleanField()
    place = models.PositiveSmallIntegerField(null=True)
    minutes = models.PositiveSmallIntegerField()
    begins_after = models.PositiveSmallIntegerField(null=True)
    title = models.CharField(max_length=160)
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    contact = models.ForeignKey(Contact, null=True, on_delete=models.PROTECT, related_name="+")
    decision = models.ForeignKey(Decision, null=True, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=260, blank=True)
    born_on = models.DateField(null=True)
    household = models.TextField(blank=True)
    asked = models.TextField(blank=True)
    background = models.TextField(blank=True)
    agreement = models.TextField(blank=True)
    follows = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="followed_by")
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    taken_off_at = models.DateTimeField(null=True)
    taken_off_why = models.CharField(max_length=240, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(of_a_family=False, person=None) | (Q(of_a_family=True) & ~Q(asked="")),
                name="panel_family_is_asked_for",
            ),
            models.CheckConstraint(
                condition=Q(meeting=None, place=None) | Q(meeting__isnull=False, place__isnull=False),
                name="panel_item_has_a_place_in_a_meeting",
            ),
            models.CheckConstraint(
                condition=Q(taken_off_at=None) | ~Q(taken_off_why=""), name="panel_taken_off_for_a_reason"
            ),
            models.UniqueConstraint(
                fields=["panel", "person"],
                condition=Q(meeting=None, taken_off_at=None, person__isnull=False),
                name="panel_person_waits_once",
            ),
            models.UniqueConstraint(
                fields=["meeting", "person"],
                condition=Q(taken_off_at=None, person__isnull=False),
                name="panel_person_once_a_meeting",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["meeting", "place"], name="panel_item_in_order")]

    def __str__(self) -> str:
        return self.reference


class OfItem(InHub):
    """Something about one item, with who said it and when."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        abstract = True


class Needed(OfItem):
    """That an agency is needed for an item, and hears of it.  left_at: no longer."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    left_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "needed"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["item", "agency"], condition=Q(left_at=None), name="panel_needed_once"
            ),
        ]


class Searched(models.TextChoices):
    NOTHING = "nothing", "We looked, and hold nothing"
    HELD = "held", "We hold something"
    COULD_NOT = "could_not", "We could not look"


class Sharing(models.TextChoices):
    SHARE = "share", "Share these words with the agencies needed"
    SUMMARY = "summary", "Share these words: they are a summary"
    NOT_SHARED = "not_shared", "We hold something that we do not share here"


class OwnCheck(OfItem):
    """What an agency found in its own records before a meeting.  The newest of an agency counts; none is changed.

    sharing: what becomes of what it holds, "" where it holds nothing.  What is not shared has no words here.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    searched = models.CharField(max_length=10, choices=Searched)
    sharing = models.CharField(max_length=10, choices=Sharing, blank=True)
    words = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["item", "agency", "number"], name="panel_check_once_a_number"),
            models.CheckConstraint(
                condition=Q(searched="held", sharing__in=["share", "summary"]) & ~Q(words="")
                | Q(searched="held", sharing="not_shared", words="")
                | Q(searched="nothing", sharing="", words="")
                | (Q(searched="could_not", sharing="") & ~Q(words="")),
                name="panel_check_is_whole",
            ),
        ]


class Concluded(OfItem):
    """What the panel decided of a family.  The newest counts; none is changed.

    decision: an id of panel.yaml.  missing: whom the quorum lacked at that moment, in words; the decision then waits
    for the agencies of `confirm_by_agencies` until confirm_by.
    """

    number = models.PositiveSmallIntegerField()
    decision = models.CharField(max_length=40)
    words = models.TextField()
    lead_name = models.CharField(max_length=120, blank=True)
    lead_agency = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT, related_name="+")
    review_on = models.DateField(null=True)
    missing = ArrayField(models.CharField(max_length=120), default=list)
    confirm_by = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "concluded"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["item", "number"], name="panel_concluded_once_a_number"),
            models.CheckConstraint(condition=~Q(words=""), name="panel_concluded_with_reasons"),
        ]


class Confirmed(OfItem):
    """What an agency that was missing says of a decision made without quorum: it stands, or is talked about again."""

    concluded = models.ForeignKey(Concluded, on_delete=models.PROTECT, related_name="confirmed")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    agrees = models.BooleanField()
    words = models.TextField(blank=True)

    class Meta:
        verbose_name_plural = "confirmed"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["concluded", "agency"], name="panel_confirmed_once"),
            models.CheckConstraint(condition=Q(agrees=True) | ~Q(words=""), name="panel_not_confirmed_why"),
        ]


class Action(OfItem):
    """What somebody does for a family by a day.  outcome: what will be different, so that one can tell."""

    key = models.UUIDField(unique=True)
    what = models.TextField()
    outcome = models.TextField()
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    person = models.CharField(max_length=120)
    due_on = models.DateField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(what="") & ~Q(outcome="") & ~Q(person=""), name="panel_action_is_somebodys"
            ),
        ]


class State(models.TextChoices):
    DONE = "done", "Done"
    CARRIED = "carried", "Carried over"
    NO_HELP = "no_help", "Done, and it did not help"
    DROPPED = "dropped", "No longer needed"


class Progress(OfItem):
    """Where an action stands.  The newest counts.  due_on: the new day, where it is carried over."""

    action = models.ForeignKey(Action, on_delete=models.PROTECT, related_name="progress")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=State)
    words = models.TextField(blank=True)
    due_on = models.DateField(null=True)

    class Meta:
        verbose_name_plural = "progress"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["action", "number"], name="panel_progress_once_a_number"),
            models.CheckConstraint(
                condition=~Q(state="carried") | Q(due_on__isnull=False), name="panel_carried_to_a_day"
            ),
        ]
