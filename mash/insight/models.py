"""What is counted of a hub: how each contact and each enquiry went, and sums and lengths made of these.

A row says on which day of England's calendar something happened and how it stood; it holds no word of anybody.  The
record is elsewhere: everything here but reports can be thrown away and made again from it.

Source: docs/rules.md, "Performance figures".
"""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from mash.check.models import Enquiry
from mash.contact.models import Consultation, Contact
from mash.partnership.models import Agency, Staff, new_key
from mash.people.models import InHub


class Course(InHub):
    """How one contact went.  Lengths are in seconds; days are England's.

    colour: its newest rating, "" while unrated.  notice: sent for information alone.
    rated_*: to its first rating.  checked_on: its first check opened; overridden: without the family's agreement.
    decided_*: to the first decision on it or its event that stood.  met: no limit was missed under any rating;
    rested: nor once pauses are taken out; None where no limit is set.  *_working, *_elapsed: None until it ended.
    stands: a decision stands that nobody reopened; to_* and nfa are of that.
    repeat: another contact about somebody at risk in it came in the twelve months before; None while nobody is settled.
    again: a child in it had been a referral in the twelve months before; None where this is no referral.
    told_due_on: by when its referrer was to be told of the decision; told, read: whether they were, and had read it.
    to_and_fro, nfa_again, worry_again: on the day of that decision a rule of bouncing fired on somebody at risk in it:
    of tiers, of no further action again, of the same worry after it; None while nobody is settled.
    otherwise: the first decision was another than triage had proposed; None where nothing but a check was proposed.
    off_rating: it named another level of need than its rating goes with; None where it names none or was not rated.
    without_agreement: it went on without an agreement that it needs.
    ward: in which somebody at risk lives or, where none is known, in which it happened; "" where neither is known.
    """

    contact = models.OneToOneField(Contact, on_delete=models.PROTECT, related_name="+")
    came_on = models.DateField()
    came_hour = models.PositiveSmallIntegerField()
    source = models.CharField(max_length=20)
    notice = models.BooleanField()
    colour = models.CharField(max_length=6, blank=True)
    rated_on = models.DateField(null=True)
    rated_colour = models.CharField(max_length=6, blank=True)
    rated_met = models.BooleanField(null=True)
    rated_working = models.PositiveIntegerField(null=True)
    rated_elapsed = models.PositiveIntegerField(null=True)
    checked_on = models.DateField(null=True)
    checked_colour = models.CharField(max_length=6, blank=True)
    overridden = models.BooleanField(null=True)
    decided_on = models.DateField(null=True)
    decided_colour = models.CharField(max_length=6, blank=True)
    decided_met = models.BooleanField(null=True)
    decided_rested = models.BooleanField(null=True)
    decided_working = models.PositiveIntegerField(null=True)
    decided_elapsed = models.PositiveIntegerField(null=True)
    stands = models.BooleanField(default=False)
    to_check = models.BooleanField(default=False)
    to_referral = models.BooleanField(default=False)
    to_assessment = models.BooleanField(default=False)
    to_section_47 = models.BooleanField(default=False)
    nfa = models.BooleanField(default=False)
    repeat = models.BooleanField(null=True)
    again = models.BooleanField(null=True)
    told_due_on = models.DateField(null=True)
    told = models.BooleanField(null=True)
    read = models.BooleanField(null=True)
    to_and_fro = models.BooleanField(null=True)
    nfa_again = models.BooleanField(null=True)
    worry_again = models.BooleanField(null=True)
    otherwise = models.BooleanField(null=True)
    off_rating = models.BooleanField(null=True)
    without_agreement = models.BooleanField(null=True)
    ward = models.CharField(max_length=60, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["hub", name], name=f"course_{name}")
            for name in ("came_on", "rated_on", "checked_on", "decided_on", "told_due_on")
        ]


class Enquired(InHub):
    """How one enquiry to an agency went.

    counts: it was not taken back, and not let go before it was due.  met: the whole return came by the due time; False
    while it has not come, so that only a day that is over may be asked about.  nil: nothing was held; None until then.
    """

    enquiry = models.OneToOneField(Enquiry, on_delete=models.PROTECT, related_name="+")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    source = models.CharField(max_length=20)
    colour = models.CharField(max_length=6, blank=True)
    counts = models.BooleanField()
    due_on = models.DateField()
    met = models.BooleanField()
    returned_on = models.DateField(null=True)
    nil = models.BooleanField(null=True)
    working = models.PositiveIntegerField(null=True)
    elapsed = models.PositiveIntegerField(null=True)
    ward = models.CharField(max_length=60, blank=True)

    class Meta:
        verbose_name_plural = "enquired"
        indexes: ClassVar = [
            models.Index(fields=["hub", name], name=f"enquired_{name}") for name in ("due_on", "returned_on")
        ]


class Advised(InHub):
    """What came of one consultation.

    advised: its adviser said to refer.  came: a contact is linked to it.
    """

    consultation = models.OneToOneField(Consultation, on_delete=models.PROTECT, related_name="+")
    held_on = models.DateField()
    source = models.CharField(max_length=20)
    advised = models.BooleanField()
    came = models.BooleanField()

    class Meta:
        verbose_name_plural = "advised"
        indexes: ClassVar = [models.Index(fields=["hub", "held_on"], name="advised_held_on")]


class Sum(InHub):
    """How many there were on one day, of one measure: made of the rows that say how each went.

    n: counted.  known: of these, with an answer to what the measure asks.  hits: with yes.  rested: with yes once
    pauses are taken out.  agency: None for a measure that is of no agency.
    """

    measure = models.CharField(max_length=24)
    on = models.DateField()
    source = models.CharField(max_length=20)
    colour = models.CharField(max_length=6, blank=True)
    agency = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT, related_name="+")
    n = models.PositiveIntegerField()
    known = models.PositiveIntegerField()
    hits = models.PositiveIntegerField()
    rested = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["hub", "measure", "on", "source", "colour", "agency"],
                name="sum_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(known__lte=F("n"), hits__lte=F("known"), rested__lte=F("known")),
                name="sum_is_a_part",
            ),
        ]


class WardSum(InHub):
    """How many there were on one day, of one measure, in one ward; "" where no ward is known.  Numbers as in `Sum`."""

    measure = models.CharField(max_length=24)
    on = models.DateField()
    ward = models.CharField(max_length=60, blank=True)
    n = models.PositiveIntegerField()
    known = models.PositiveIntegerField()
    hits = models.PositiveIntegerField()
    rested = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["hub", "measure", "on", "ward"], name="ward_sum_once"),
            models.CheckConstraint(
                condition=Q(known__lte=F("n"), hits__lte=F("known"), rested__lte=F("known")),
                name="ward_sum_is_a_part",
            ),
        ]


class Span(models.TextChoices):
    """What stretch of the calendar.  Lengths are kept of months and quarters."""

    DAY = "day", "Day"
    MONTH = "month", "Month"
    QUARTER = "quarter", "Quarter"


class Length(InHub):
    """How long it took, in one month or quarter: exact, since every single length was sorted.

    begins: the first day.  colour: "all" for every rating, "" for unrated.  agency: None for all.  In seconds.
    """

    measure = models.CharField(max_length=24)
    span = models.CharField(max_length=7, choices=Span)
    begins = models.DateField()
    colour = models.CharField(max_length=6, blank=True)
    agency = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT, related_name="+")
    n = models.PositiveIntegerField()
    median_working = models.FloatField()
    ninetieth_working = models.FloatField()
    median_elapsed = models.FloatField()
    ninetieth_elapsed = models.FloatField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["hub", "measure", "span", "begins", "colour", "agency"],
                name="length_once",
                nulls_distinct=False,
            )
        ]


class AsOf(InHub):
    """As of when a hub's figures stand.  Its row is what two jobs at once wait for."""

    at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["hub"], name="as_of_once_a_hub")]


class Touched(models.Model):
    """That something changed which figures rest on: written by the database itself, and removed once it is counted.

    what: which kind of key.  days: those on which a row counted that is gone.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    hub_id = models.UUIDField()
    what = models.CharField(max_length=16)
    key = models.UUIDField(null=True)
    days = ArrayField(models.DateField(), null=True)

    class Meta:
        verbose_name_plural = "touched"
        indexes: ClassVar = [models.Index(fields=["hub_id"], name="touched_of_a_hub")]


class Report(InHub):
    """That a report of one quarter was made and handed to somebody: which bytes, for whom and why.  Nobody changes it.

    key: of the form, so that the same form sent twice makes one.  as_of: as of when its figures stood.
    """

    key = models.UUIDField(unique=True)
    begins = models.DateField()
    as_of = models.DateTimeField()
    why = models.CharField(max_length=240)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()  # bytes
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["hub", "-at"], name="report_newest")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(why=""), name="report_made_for_a_reason")
        ]
