"""A plan with a family below the statutory threshold: for whom, what they agreed to, who leads it, who sees it."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from mash.common.naming import name_of
from mash.contact.models import Contact
from mash.decision.models import Outcome
from mash.handover.models import Step
from mash.partnership.models import Agency, Staff
from mash.people.models import InHub, Involvement, Person


class Kind(models.TextChoices):
    """Who looks after a plan: the lead and the team around the family, or a multi-agency panel too."""

    EARLY_HELP = "early_help", "Early help plan"
    PANEL = "panel", "Multi-agency panel plan"


class Plan(InHub):
    """One plan that a family and several agencies share.

    key: of the form it came from, so that the same form sent twice makes one.  reference: ours, to read out.
    contact, outcome: the decision after which it began.  person: the child for whom that decision was made.
    came_by: the step down by which social care sent them since; None where they were decided for a plan at once.
    assessment: of the whole family: when it was made, or by when it will be.
    family_view, backup: what the family says of the plan; what is done if it does not work, and who will notice first.
    look_on: on which day it is looked at next, where somebody has said so since the last look.
    version: goes up with every change of the plan's own words, so that of two workers the later is told.
    """

    key = models.UUIDField(unique=True)
    reference = models.CharField(max_length=20, unique=True)
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="plans")
    outcome = models.ForeignKey(Outcome, on_delete=models.PROTECT, related_name="plans")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="plans")
    came_by = models.ForeignKey(Step, null=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind)
    started_on = models.DateField()
    assessment = models.CharField(max_length=400, blank=True)
    family_view = models.TextField(blank=True)
    backup = models.TextField(blank=True)
    look_on = models.DateField(null=True)
    version = models.PositiveIntegerField(default=1)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["hub", "-started_on"], name="plan_newest")]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("plans:plan", args=[self.pk])


class OfPlan(InHub):
    """Something that belongs to one plan, with who said it and when."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="%(class)ss")
    by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        abstract = True


class FamilyMember(OfPlan):
    """Somebody whom a plan is for, by the name that its agencies read: they see no record of a person.

    person: a child's record at the hub; None for an adult who is on none.  wants: what they say should be different.
    """

    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="in_plans")
    given = models.CharField(max_length=160, blank=True)
    family = models.CharField(max_length=160, blank=True)
    born_on = models.DateField(null=True)
    is_child = models.BooleanField()
    wants = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "person"], name="plan_member_once"),
            models.CheckConstraint(condition=~Q(given="", family=""), name="plan_member_named"),
            models.CheckConstraint(
                condition=Q(is_child=False) | Q(person__isnull=False), name="plan_child_on_record"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """Their name as this hub writes names."""
        return name_of(self.given, self.family)

    @property
    def in_full(self) -> str:
        """Their name as the family itself writes it, whatever this hub's way."""
        return f"{self.given} {self.family}".strip()


class Work(InHub):
    """The open work that a plan means for one child, under one lead: what the hub's open cases are read from."""

    member = models.ForeignKey(FamilyMember, on_delete=models.PROTECT, related_name="works")
    involvement = models.OneToOneField(Involvement, on_delete=models.PROTECT, related_name="+")
    lead = models.ForeignKey("Lead", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["member", "lead"], name="plan_work_once_a_lead")
        ]


class Said(models.TextChoices):
    GIVEN = "given", "Agreed"
    REFUSED = "refused", "Refused"


class Agreement(OfPlan):
    """What somebody said about working on a plan together, covering whom, for what.

    Several run side by side: a new one never ends another.  scopes: ids of lawful_bases.yaml.
    said_by: who said it, in words the family would know.  how: how it was heard.
    withdrawn_on and beside: the one change there is; who took it back, and what they said.
    """

    said = models.CharField(max_length=8, choices=Said)
    said_by = models.CharField(max_length=160)
    said_on = models.DateField()
    how = models.CharField(max_length=160)
    scopes = ArrayField(models.CharField(max_length=24), default=list)
    words = models.TextField(blank=True)
    withdrawn_on = models.DateField(null=True)
    withdrawn_by = models.CharField(max_length=160, blank=True)
    withdrawn_words = models.TextField(blank=True)
    withdrawn_told = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(said_by="") & ~Q(how=""), name="plan_agreement_by_somebody"),
            models.CheckConstraint(
                condition=Q(withdrawn_on=None)
                | (Q(withdrawn_at__isnull=False, withdrawn_told__isnull=False) & ~Q(withdrawn_by="")),
                name="plan_agreement_withdrawn_by_somebody",
            ),
        ]

    @property
    def stands(self) -> bool:
        """Tell whether it was given and nobody took it back."""
        return self.said == Said.GIVEN and self.withdrawn_on is None


class Covers(InHub):
    """That an agreement covers one member of the family."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="covers")
    member = models.ForeignKey(FamilyMember, on_delete=models.PROTECT, related_name="covered_by")

    class Meta:
        verbose_name_plural = "covers"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agreement", "member"], name="plan_agreement_covers_once")
        ]


class Lead(OfPlan):
    """Who leads a plan from now on.  The newest counts, and none is changed; no agency: nobody leads it.

    staff: their post, where they have one; it opens the plan to them.  name: as the family knows them.
    """

    number = models.PositiveSmallIntegerField()
    staff = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=160, blank=True)
    telephone = models.CharField(max_length=40, blank=True)
    from_on = models.DateField()
    why = models.CharField(max_length=240)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "number"], name="plan_lead_once_a_number"),
            models.CheckConstraint(
                condition=(Q(agency=None, staff=None, name="")) | (Q(agency__isnull=False) & ~Q(name="")),
                name="plan_lead_named_with_an_agency",
            ),
            models.CheckConstraint(condition=~Q(why=""), name="plan_lead_for_a_reason"),
        ]


class Seat(OfPlan):
    """Why a post or an agency sees a plan, and until when: what row-level security reads.

    For an agency it opens the plan to whoever answers for it.
    """

    agency = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT, related_name="+")
    staff = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=160)
    until_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["hub", "agency"], name="plan_seat_of_agency"),
            models.Index(fields=["staff"], name="plan_seat_of_post"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(staff=None) ^ Q(agency=None), name="plan_seat_of_one_post_or_agency"
            ),
            models.CheckConstraint(condition=~Q(why=""), name="plan_seat_for_a_reason"),
            models.CheckConstraint(
                condition=Q(until_at=None) | Q(until_at__gte=F("at")), name="plan_seat_ends_after_it_begins"
            ),
        ]
