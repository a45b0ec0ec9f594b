"""What a receiving service is handed, what it says, what it takes into its own system, and steps between tiers."""

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models
from django.db.models import Q

from mash.contact.models import Contact, ContactPerson
from mash.decision.models import Outcome
from mash.partnership.models import Agency, Staff
from mash.people.models import InHub, Involvement, Person


class Pack(InHub):
    """What one service is handed about one person, as it went.  Nobody changes it.

    outcome: what was decided for them; None where another service sent them on.
    who, born_on, reference: written out, since the service reads no record of the hub.
    decided_on: from this day on work may begin.  plan, tier: what the work with them will be.
    edition: 1 for the first to anybody on that outcome, and up.  body: the pack as JSON.  digest: SHA-256 of it.
    left_out: headings of what the worker left out.  due_at: by when the service says something.
    """

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="packs")
    outcome = models.ForeignKey(Outcome, null=True, on_delete=models.PROTECT, related_name="packs")
    about = models.ForeignKey(ContactPerson, null=True, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    key = models.UUIDField(unique=True)
    reference = models.CharField(max_length=20)
    who = models.CharField(max_length=250)
    born_on = models.DateField(null=True)
    plan = models.CharField(max_length=80)
    tier = models.PositiveSmallIntegerField()
    urgent = models.BooleanField(default=False)
    decided_on = models.DateField()
    edition = models.PositiveSmallIntegerField(default=1)
    body = models.TextField()
    digest = models.CharField(max_length=64)
    left_out = models.JSONField(default=list)
    due_at = models.DateTimeField()
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["hub", "agency", "-at"], name="pack_of_agency")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(body=""), name="pack_says_something"),
            models.UniqueConstraint(fields=["outcome", "edition"], name="pack_once_an_edition"),
        ]

    def __str__(self) -> str:
        return f"hand-over {self.reference} to {self.agency}"


class WordKind(models.TextChoices):
    """What becomes of a hand-over."""

    ACCEPTED = "accepted", "Accepted"
    RETURNED = "returned", "Returned"
    WITHDRAWN = "withdrawn", "Taken back by the hub"


class Word(InHub):
    """The one word that ends a hand-over: the service's own, or what the hub wrote down.  One wins, by the database.

    by_hub: a worker of the hub said it, or wrote down what the service said by telephone.
    worker_name to until_on: of an acceptance.  until_on: the first day on which it no longer counts as open.
    reason: an id of passed_back.yaml, of a return.
    """

    pack = models.OneToOneField(Pack, on_delete=models.PROTECT, related_name="word")
    kind = models.CharField(max_length=10, choices=WordKind)
    by_hub = models.BooleanField()
    team = models.CharField(max_length=120, blank=True)
    worker_name = models.CharField(max_length=120, blank=True)
    worker_email = models.EmailField(blank=True)
    manager_name = models.CharField(max_length=120, blank=True)
    manager_email = models.EmailField(blank=True)
    from_on = models.DateField(null=True)
    until_on = models.DateField(null=True)
    reason = models.CharField(max_length=80, blank=True)
    words = models.TextField(blank=True)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(kind="accepted", by_hub=False)
                | (~Q(worker_name="") & Q(from_on__isnull=False, until_on__isnull=False)),
                name="accepted_by_a_named_worker_from_a_day",
            ),
            models.CheckConstraint(
                condition=Q(kind="accepted") | ~Q(words=""), name="returned_or_taken_back_in_words"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.pack_id}"


class Carried(InHub):
    """That the hub's own records follow what a service said; trouble: why they could not."""

    pack = models.OneToOneField(Pack, on_delete=models.PROTECT, related_name="carried")
    involvement = models.ForeignKey(Involvement, null=True, on_delete=models.PROTECT, related_name="+")
    trouble = models.CharField(max_length=240, blank=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "carried"


class Remark(InHub):
    """A question of the service, or an answer of the hub, in the order they came.  The clock goes on."""

    pack = models.ForeignKey(Pack, on_delete=models.PROTECT, related_name="remarks")
    key = models.UUIDField(unique=True)
    from_hub = models.BooleanField()
    words = models.TextField()
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(words=""), name="remark_in_words")]


class PackSeen(InHub):
    """That somebody of the service opened a hand-over, the first time."""

    pack = models.ForeignKey(Pack, on_delete=models.PROTECT, related_name="seen")
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "packs seen"
        constraints: ClassVar = [models.UniqueConstraint(fields=["pack", "staff"], name="pack_seen_once")]


class PackChase(InHub):
    """A reminder that went out about a hand-over.  step: "before", "due", or the number of days after."""

    pack = models.ForeignKey(Pack, on_delete=models.PROTECT, related_name="chases")
    step = models.CharField(max_length=16)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["pack", "step"], name="pack_chased_once")]


class Through(models.TextChoices):
    """How an export was fetched."""

    PAGE = "page", "on the page"
    API = "api", "by the service’s system"


class Export(InHub):
    """That an accepted case was taken out for the service's own system.  number: 1 for the first; why: of a repeat."""

    pack = models.ForeignKey(Pack, on_delete=models.PROTECT, related_name="exports")
    number = models.PositiveSmallIntegerField()
    through = models.CharField(max_length=4, choices=Through)
    why = models.CharField(max_length=240, blank=True)
    digest = models.CharField(max_length=64)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["pack", "number"], name="export_once_a_number"),
            models.CheckConstraint(condition=Q(number=1) | ~Q(why=""), name="export_again_for_a_reason"),
        ]


class CaseNumber(InHub):
    """Under which number the service's system holds the case; the newest counts.

    same_case_because: why one number is on two cases of the hub; "" where it is on this one alone.
    """

    pack = models.ForeignKey(Pack, on_delete=models.PROTECT, related_name="numbers")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=40)
    same_case_because = models.CharField(max_length=240, blank=True)
    through = models.CharField(max_length=4, choices=Through)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["hub", "number"], name="case_number_found")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(number=""), name="case_number_is_given"),
            ExclusionConstraint(
                name="case_number_on_one_case_unless_said",
                expressions=[("hub", "="), ("agency", "="), ("number", "="), ("pack", "<>")],
                condition=Q(same_case_because=""),
            ),
        ]


class SystemKey(InHub):
    """That a service's system may ask in the name of a post.  What it shows is signed and kept nowhere."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    post = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    label = models.CharField(max_length=80)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None) | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="system_key_ended_by_somebody",
            )
        ]

    def __str__(self) -> str:
        return self.label


class Direction(models.TextChoices):
    UP = "up", "Step up"
    DOWN = "down", "Step down"


class Step(InHub):
    """That the service which holds somebody sends them to another tier, with the reason and its product.

    origin: the hand-over by which it holds them; None where they have a plan, or a panel heard them.
    route: an id of handover.yaml.  to: the service; None where the hub decides.  product: typed for it.
    together: of brothers and sisters who were told of at once, and become one contact; becomes: its reference, where
    whoever told had it at once.  voice, danger, family_aware, adults: what else goes into that contact; adults are
    names, as {"given", "family"}.
    """

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="steps")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    origin = models.ForeignKey(Pack, null=True, on_delete=models.PROTECT, related_name="steps")
    key = models.UUIDField(unique=True)
    reference = models.CharField(max_length=20)
    who = models.CharField(max_length=250)
    born_on = models.DateField(null=True)
    route = models.CharField(max_length=60)
    direction = models.CharField(max_length=4, choices=Direction)
    from_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    to = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    product = models.TextField()
    agreement = models.CharField(max_length=240)
    together = models.UUIDField(null=True, db_index=True)
    becomes = models.CharField(max_length=20, blank=True)
    voice = models.TextField(blank=True)
    danger = models.BooleanField(default=False)
    family_aware = models.BooleanField(null=True)
    adults = models.JSONField(default=list)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(product="") & ~Q(agreement=""), name="step_with_its_product"
            ),
            models.CheckConstraint(
                condition=Q(together=None) | Q(direction="up", to=None),
                name="step_together_goes_up_to_the_hub",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_direction_display()}: {self.reference}"


class StepWord(InHub):
    """A cleared person's word on a step down: it goes on, or it does not and why.  Every step down waits for one."""

    step = models.OneToOneField(Step, on_delete=models.PROTECT, related_name="word")
    passed = models.BooleanField()
    why = models.TextField(blank=True)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(passed=True) | ~Q(why=""), name="step_stopped_for_a_reason")
        ]


class StepWent(InHub):
    """Where a step went: a new contact on the hub's line, or a hand-over in the service's inbox; or why nowhere.

    reference: of the contact.
    """

    step = models.OneToOneField(Step, on_delete=models.PROTECT, related_name="went")
    became = models.ForeignKey(Contact, null=True, on_delete=models.PROTECT, related_name="+")
    reference = models.CharField(max_length=20, blank=True)
    pack = models.ForeignKey(Pack, null=True, on_delete=models.PROTECT, related_name="came_by")
    trouble = models.CharField(max_length=240, blank=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "steps gone"


class StepSettled(InHub):
    """What another service said of whom a step sent on, where its sender reads it.

    accepted: in writing; from then on the sender keeps them no more.  words: why it did not accept.
    """

    step = models.OneToOneField(Step, on_delete=models.PROTECT, related_name="settled")
    accepted = models.BooleanField()
    agency = models.CharField(max_length=120)
    from_on = models.DateField(null=True)
    words = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "steps settled"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(accepted=True, from_on__isnull=False) | (Q(accepted=False) & ~Q(words="")),
                name="step_accepted_from_a_day_or_returned_in_words",
            )
        ]
