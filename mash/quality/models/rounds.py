"""Quality: rounds in which a panel grades referrals, what it found, and what is set beside the figures."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from mash.contact.models import Contact
from mash.partnership.models import Agency, Staff
from mash.people.models import InHub


class Spread(models.TextChoices):
    """What a sample is spread over."""

    NOTHING = "nothing", "Over nothing: each referral has the same chance"
    SOURCE = "source", "Over kinds of source, such as police and schools"
    SUBJECT = "subject", "Over children, adults, and both"
    OUTCOME = "outcome", "Over what was decided"


class Round(InHub):
    """One round of grading: what was drawn, from what, how, and who grades.  Nothing of the draw is changed.

    from_on, until_on: days on which the referrals came, both included.  spread: see `measures.drawing`.
    again: why some of the days are drawn a second time.
    frame: [key, stratum] of everything that could have been drawn; a key is a hash, which names no contact.
    asked, shortfall: by stratum.  drawn: keys, in the order drawn.  excluded: how many were left out, by why.
    results: what the round came to, worked out once when it was closed.
    """

    key = models.UUIDField(unique=True)
    label = models.CharField(max_length=60)
    from_on = models.DateField()
    until_on = models.DateField()
    size = models.PositiveSmallIntegerField()
    spread = models.CharField(max_length=8, choices=Spread)
    each = models.PositiveSmallIntegerField()
    method = models.CharField(max_length=20)
    seed = models.CharField(max_length=32)
    frame_hash = models.CharField(max_length=64)
    frame_size = models.PositiveIntegerField()
    frame = models.JSONField()
    asked = models.JSONField()
    drawn = models.JSONField()
    shortfall = models.JSONField()
    excluded = models.JSONField()
    again = models.TextField(blank=True)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    opened_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    left_out = models.TextField(blank=True)
    results = models.JSONField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["hub", "label"], name="round_once_a_label"),
            models.CheckConstraint(
                condition=Q(until_on__gte=F("from_on")), name="round_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, results=None) | Q(closed_at__isnull=False, results__isnull=False),
                name="round_closed_with_results",
            ),
        ]

    def __str__(self) -> str:
        return self.label


class Sampled(InHub):
    """One referral in a round, with what its graders must not know.  The lead's alone.

    drawn_as: its key in the frame.  unit: of a police force, the team that the form names; never a person.
    agency: of the hub, where the referral came from one.
    """

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="sampled")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+")
    place = models.PositiveSmallIntegerField()
    drawn_as = models.CharField(max_length=64)
    stratum = models.CharField(max_length=60)
    source_kind = models.CharField(max_length=20)
    organisation = models.CharField(max_length=200)
    unit = models.CharField(max_length=200, blank=True)
    agency = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name_plural = "sampled"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["round", "place"], name="sampled_once_a_place"),
            models.UniqueConstraint(fields=["round", "contact"], name="sampled_once_a_round"),
        ]


class Sheet(InHub):
    """What graders read of one referral: a copy in which nothing names its sender, and whose it is to grade.

    sections: see `blinding.blinded`.  urgent: danger, or red, was stated.  graders: keys of posts.
    """

    sampled = models.OneToOneField(Sampled, on_delete=models.PROTECT, related_name="sheet")
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="sheets")
    place = models.PositiveSmallIntegerField()
    sections = models.JSONField()
    urgent = models.BooleanField()
    graders = ArrayField(models.UUIDField())

    class Meta:
        indexes: ClassVar = [models.Index(fields=["hub", "round"], name="sheet_of_round")]

    def __str__(self) -> str:
        return f"Referral {self.place}"


class Given(InHub):
    """One grader's word on one referral, before anybody talked it over.  Nobody changes it.

    criteria: grade by criterion; left_out: the reason by criterion that does not apply.
    lifted: why the whole is above what holds it down.
    """

    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT, related_name="given")
    key = models.UUIDField(unique=True)
    grade = models.PositiveSmallIntegerField()
    criteria = models.JSONField()
    left_out = models.JSONField(default=dict)
    lifted = models.TextField(blank=True)
    done_well = models.TextField()
    to_improve = models.TextField()
    comment = models.TextField(blank=True)
    also_found = ArrayField(models.CharField(max_length=40), default=list)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "given"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sheet", "by"], name="given_once_a_grader"),
            models.CheckConstraint(condition=Q(grade__gte=1, grade__lte=4), name="given_on_the_scale"),
        ]


class Aside(InHub):
    """That a grader stepped aside from a referral: they know the family or the sender."""

    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT, related_name="aside")
    why = models.CharField(max_length=240)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "aside"
        constraints: ClassVar = [models.UniqueConstraint(fields=["sheet", "by"], name="aside_once")]


class Settled(InHub):
    """The panel's one grade of a referral, where graders did not give the same.  Nobody changes it."""

    sheet = models.OneToOneField(Sheet, on_delete=models.PROTECT, related_name="settled")
    grade = models.PositiveSmallIntegerField()
    words = models.TextField(blank=True)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "settled"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(grade__gte=1, grade__lte=4), name="settled_on_the_scale")
        ]


class Told(InHub):
    """What the writer of a referral and their agency are told of its grade, on their own pages.

    done_well, to_improve: the graders' words, each a line; they name no grader.
    """

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="grades_told")
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT, related_name="+")
    reference = models.CharField(max_length=20)
    organisation = models.CharField(max_length=200)
    unit = models.CharField(max_length=200, blank=True)
    grade = models.PositiveSmallIntegerField()
    label = models.CharField(max_length=40)
    means = models.CharField(max_length=200)
    done_well = models.JSONField()
    to_improve = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "told"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["contact", "round"], name="told_once_a_round")
        ]
        indexes: ClassVar = [models.Index(fields=["hub", "agency", "-at"], name="told_of_agency")]


class Earlier(InHub):
    """A round graded before, elsewhere: how many of each grade, and the mean as it was published, word for word."""

    label = models.CharField(max_length=60)
    grade_1 = models.PositiveIntegerField()
    grade_2 = models.PositiveIntegerField()
    grade_3 = models.PositiveIntegerField()
    grade_4 = models.PositiveIntegerField()
    published = models.CharField(max_length=12, blank=True)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "earlier"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["hub", "label"], name="earlier_once_a_label")
        ]


class Marked(InHub):
    """A day on which something changed, set beside the charts: a training, a new form."""

    key = models.UUIDField(unique=True)
    on = models.DateField()
    words = models.CharField(max_length=120)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "marked"
