"""The hub's own decisions, decided again: a month's sample, a copy of each, who decides it again, and what they say."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from mash.contact.models import Contact, ContactPerson
from mash.decision.models import Decision
from mash.partnership.models import Staff
from mash.people.models import InHub, Person
from mash.triage.models import Returned


class Month(InHub):
    """One month's sample of decisions: what was drawn, from what and how.  Nothing of the draw is changed.

    begins_on: the first day of the month in which they were decided.
    frame: [key, half] of everything that could have been drawn; a key is a hash, which names nobody.
    sizes: how many each half holds, by which the halves are weighed together.  asked, shortfall: by half.
    excluded: how many were left out, by why.  results: what it came to, worked out once when it was closed.
    """

    begins_on = models.DateField()
    size = models.PositiveSmallIntegerField()
    method = models.CharField(max_length=20)
    seed = models.CharField(max_length=32)
    frame_hash = models.CharField(max_length=64)
    frame_size = models.PositiveIntegerField()
    frame = models.JSONField()
    sizes = models.JSONField()
    asked = models.JSONField()
    drawn = models.JSONField()
    shortfall = models.JSONField()
    excluded = models.JSONField()
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    left_out = models.TextField(blank=True)
    results = models.JSONField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["hub", "begins_on"], name="month_drawn_once"),
            models.CheckConstraint(
                condition=Q(closed_at=None, results=None) | Q(closed_at__isnull=False, results__isnull=False),
                name="month_closed_with_results",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.begins_on:%B %Y}"


class Found(models.TextChoices):
    """What two people who decided again came to, where they did not leave it as it was."""

    RISK = "risk", "Somebody was left at risk, one of them believes"
    HIGHER = "higher", "Both would have gone to a higher level"
    LOWER = "lower", "Both would have gone to a lower level"


class Again(InHub):
    """One decision on one person in a month's sample, with all that whoever decides it again must not know.

    decision: None of a contact that went back for agreement, and then `returned` says which.
    level: of need, as it was decided; None where none was said.
    contacts: keys of the reports of its event.  named, people: of each contact and person the copy speaks of.
    found_at: when it was said.  found_by: by whom.
    reopened_at: None where it could not be, and then `not_reopened` says why.
    given_to: who decides it anew.  short: nobody was left who took no part, so it lies with who manages the hub.
    off_why: why nobody decides it again after all, as when its case was restricted since.
    """

    month = models.ForeignKey(Month, on_delete=models.PROTECT, related_name="cases")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+")
    decision = models.ForeignKey(Decision, null=True, on_delete=models.PROTECT, related_name="+")
    returned = models.ForeignKey(Returned, null=True, on_delete=models.PROTECT, related_name="+")
    about = models.ForeignKey(ContactPerson, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    place = models.PositiveSmallIntegerField()
    drawn_as = models.CharField(max_length=64)
    half = models.CharField(max_length=24)
    outcome = models.CharField(max_length=40)
    level = models.PositiveSmallIntegerField(null=True)
    decided_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()
    contacts = ArrayField(models.UUIDField())
    named = ArrayField(models.UUIDField())
    people = ArrayField(models.UUIDField())
    found = models.CharField(max_length=8, choices=Found, blank=True)
    found_at = models.DateTimeField(null=True)
    found_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    reopened_at = models.DateTimeField(null=True)
    not_reopened = models.CharField(max_length=160, blank=True)
    given_to = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField(null=True)
    short = models.BooleanField(default=False)
    off_at = models.DateTimeField(null=True)
    off_why = models.CharField(max_length=160, blank=True)

    class Meta:
        verbose_name_plural = "again"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["month", "place"], name="again_once_a_place"),
            models.UniqueConstraint(fields=["month", "drawn_as"], name="again_once_a_month"),
            models.CheckConstraint(
                condition=Q(decision=None, returned__isnull=False) | Q(decision__isnull=False, returned=None),
                name="again_of_a_decision_or_a_return",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["hub", "contact"], name="again_of_contact")]

    def __str__(self) -> str:
        return f"Decision {self.place} of {self.month}"

    @property
    def is_wrong(self) -> bool:
        """Tell whether it was found wrong: somebody left at risk, or both would have gone higher."""
        return self.found in {Found.RISK, Found.HIGHER}


class Copy(InHub):
    """What is known of a case to whoever decides it again: a copy of what was known when it was decided.

    It names no outcome, no level, no reasons, no rating, and nobody who decided; what happened since is not in it.
    sections: headings with rows of label and words.  begins_on, place: as its month and its row have them.
    subject: child or adult.
    """

    again = models.OneToOneField(Again, on_delete=models.PROTECT, related_name="copy")
    begins_on = models.DateField()
    place = models.PositiveSmallIntegerField()
    about = models.CharField(max_length=240)
    subject = models.CharField(max_length=5)
    as_of = models.DateTimeField()
    sections = models.JSONField()

    class Meta:
        verbose_name_plural = "copies"

    def __str__(self) -> str:
        return f"Decision {self.place} of {self.begins_on:%B %Y}"


class Ended(models.TextChoices):
    """Why somebody does not decide a case again any more."""

    DONE = "done", "decided it again"
    REFUSED = "refused", "stepped aside"
    KEPT_OUT = "kept", "was kept from the case since"
    LEFT = "left", "may not decide again any more"
    OFF = "off", "it was taken off"
    CLOSED = "closed", "the month was closed"


class Reviewer(InHub):
    """Somebody to whom a copy was given, to decide again.  Until it ends the case itself is closed to them.

    kept: keys of the rows of access by which it is.  contacts: keys of the reports of the event.
    named, people: keys of every contact and person that the copy speaks of: one of them closed to them closes the copy.
    """

    copy = models.ForeignKey(Copy, on_delete=models.PROTECT, related_name="reviewers")
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    kept = ArrayField(models.UUIDField())
    contacts = ArrayField(models.UUIDField())
    named = ArrayField(models.UUIDField())
    people = ArrayField(models.UUIDField())
    from_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended = models.CharField(max_length=8, choices=Ended, blank=True)
    why = models.CharField(max_length=240, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["copy", "staff"], name="reviewer_once_a_copy"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended="") | (Q(ended_at__isnull=False) & ~Q(ended="")),
                name="reviewer_ends_for_a_reason",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["staff", "hub"], name="reviewer_of_staff")]


class Redecided(InHub):
    """What somebody who decides again says: changed by them until both have, and then by nobody.

    outcome: an id of outcomes.yaml.  level: of need.  sure: an id of own_decisions.yaml.
    missing: what the copy lacks.  at_risk: they believe that somebody was left at risk, and at_risk_words say of what.
    """

    reviewer = models.OneToOneField(Reviewer, on_delete=models.PROTECT, related_name="said")
    copy = models.ForeignKey(Copy, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=40)
    level = models.PositiveSmallIntegerField()
    reasons = models.TextField()
    sure = models.CharField(max_length=20)
    missing = models.TextField(blank=True)
    at_risk = models.BooleanField()
    at_risk_words = models.TextField(blank=True)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    changed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "redecided"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(level__range=(1, 4)), name="redecided_level_is_1_to_4"),
            models.CheckConstraint(condition=~Q(reasons=""), name="redecided_has_reasons"),
            models.CheckConstraint(
                condition=Q(at_risk=False) | ~Q(at_risk_words=""), name="redecided_says_who_is_at_risk"
            ),
        ]


class Followed(InHub):
    """That something was done once a decision was found wrong, by whom and when.  step: an id of own_decisions.yaml."""

    again = models.ForeignKey(Again, on_delete=models.PROTECT, related_name="followed")
    step = models.CharField(max_length=24)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "followed"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["again", "step"], name="followed_once_a_step")
        ]
