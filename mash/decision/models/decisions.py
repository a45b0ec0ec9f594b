"""The decision on a contact: level, outcome and reasons on a frozen picture; who agreed; who was told."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from mash.check.models import Check
from mash.contact.models import Contact, ContactPerson, Reply
from mash.partnership.models import Agency, Staff
from mash.people.models import InHub, Person


class Decision(InHub):
    """What was decided on a contact, by whom and why.  It stands once every approval it needs is given.

    key: the form it came from, so that the same form sent twice makes one.
    follows: the decision before it on the same contact; None for the first.  One follows another, so of two
        workers who decide at once one is told who decided.
    colour: the rating at that moment, "" while unrated.  repeat: a rule of repeats had fired.
    snapshot: what was known, from whom, and what was missing, at that moment; the database lets nobody change it.
    told: for each referrer, what they will read: contact key to the gaps of the letter.
    closes: it closes a person or steps one down, which a cleared person has to pass; the database holds that.
    made_at: when it stood; None while it waits.  turned_down_at: an approver said no, or the decider took it back.
    """

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="decisions")
    mash_check = models.ForeignKey(Check, null=True, on_delete=models.PROTECT, related_name="decisions")
    key = models.UUIDField(unique=True)
    follows = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="followed_by")
    colour = models.CharField(max_length=6, blank=True)
    repeat = models.BooleanField(default=False)
    reasons = models.TextField()
    what_would_change_it = models.TextField(blank=True)
    history_read = models.BooleanField(default=False)
    overrides_agreement = models.BooleanField(default=False)
    snapshot = models.JSONField()
    told = models.JSONField(default=dict)
    closes = models.BooleanField()
    needs_second = models.BooleanField()
    needs_clearance = models.BooleanField()
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    second_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    cleared_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(null=True)
    turned_down_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["hub", "-at"], name="decision_newest"),
            models.Index(
                fields=["hub", "contact"],
                include=["id"],  # what the list asks of decisions, it answers alone
                condition=Q(made_at__isnull=False, turned_down_at=None),
                name="decision_stands",
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["contact"],
                condition=Q(made_at=None, turned_down_at=None),
                name="decision_one_waiting",
            ),
            models.UniqueConstraint(
                fields=["contact"],
                condition=Q(follows=None, turned_down_at=None),
                name="decision_one_first",
            ),
            models.UniqueConstraint(
                fields=["follows"], condition=Q(turned_down_at=None), name="decision_one_after_another"
            ),
            models.CheckConstraint(condition=~Q(reasons=""), name="decision_has_reasons"),
            models.CheckConstraint(
                condition=Q(closes=False) | Q(needs_clearance=True), name="decision_closing_needs_clearance"
            ),
            models.CheckConstraint(
                condition=Q(made_at=None) | Q(needs_second=False) | Q(second_by__isnull=False),
                name="decision_stands_with_second",
            ),
            models.CheckConstraint(
                condition=Q(made_at=None) | Q(needs_clearance=False) | Q(cleared_by__isnull=False),
                name="decision_stands_with_clearance",
            ),
            models.CheckConstraint(
                condition=(Q(second_by=None) | ~Q(second_by=F("by")))
                & (Q(cleared_by=None) | ~Q(cleared_by=F("by"))),
                name="decision_approved_by_another",
            ),
            models.CheckConstraint(
                condition=Q(made_at=None) | Q(turned_down_at=None), name="decision_stands_or_is_turned_down"
            ),
        ]

    def __str__(self) -> str:
        return f"decision {self.pk}"

    @property
    def was_on_paper(self) -> bool:
        """Tell whether it stood before it was entered: it was decided on paper while the product was away."""
        return self.made_at is not None and self.made_at < self.at

    @property
    def waits(self) -> bool:
        """Tell whether it waits for somebody's word."""
        return self.made_at is None and self.turned_down_at is None

    @property
    def waits_for_second(self) -> bool:
        """Tell whether it waits for a second person."""
        return self.waits and self.needs_second and self.second_by_id is None

    @property
    def waits_for_clearance(self) -> bool:
        """Tell whether it waits for a cleared person."""
        return self.waits and self.needs_clearance and self.cleared_by_id is None


class Outcome(InHub):
    """What was decided for one person: exactly one main outcome, others alongside.

    outcome: an id of outcomes.yaml.  person: who that was when it was decided; None while nobody could tell.
    direction: first, step_up, step_down, level, out, moved or none; computed; proposed until the service accepts.
    tier_before: the highest tier open just before.  ends_open_help: whether what was open ends, None if nothing was.
    needs: what this outcome asks to be recorded, id to words.
    """

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="outcomes")
    about = models.ForeignKey(ContactPerson, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=40)
    alongside = models.BooleanField(default=False)
    level = models.PositiveSmallIntegerField(null=True)
    direction = models.CharField(max_length=10, blank=True)
    tier_before = models.PositiveSmallIntegerField(null=True)
    ends_open_help = models.BooleanField(null=True)
    needs = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["hub", "person"], name="outcome_of_a_person")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["decision", "about"], condition=Q(alongside=False), name="outcome_one_main_a_person"
            ),
            models.UniqueConstraint(fields=["decision", "about", "outcome"], name="outcome_once_a_person"),
            models.CheckConstraint(
                condition=Q(level=None) | Q(level__range=(1, 4)), name="outcome_level_is_1_to_4"
            ),
        ]


class Without(InHub):
    """An agency's answer that was not waited for, said outright: "decided without"."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="without")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=240)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["decision", "agency"], name="without_once_an_agency"),
            models.CheckConstraint(condition=~Q(why=""), name="without_has_a_reason"),
        ]


class Dissent(InHub):
    """An agency, a worker or whoever referred that does not agree with the decision, in their words.

    contact, reference: the report of the event on which they say so.  agency: whose posts follow it, if any does.
    urgent: they say that a child is at immediate risk.
    by: who wrote it down; None when a referrer wrote it on their own page.
    """

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="dissents")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="dissents")
    reference = models.CharField(max_length=20)
    agency = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT, related_name="+")
    urgent = models.BooleanField(default=False)
    key = models.UUIDField(unique=True)
    who = models.CharField(max_length=160)
    words = models.TextField()
    by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    @property
    def is_by_code(self) -> bool:
        """Whoever referred said so on the page that a code opens, and has no other page to read the answers on."""
        return self.by_id is None and self.agency_id is None


class ApprovalKind(models.TextChoices):
    SECOND = "second", "Second person"
    CLEARED = "cleared", "Cleared person"
    TAKEN_BACK = "back", "Taken back by the decider"


class Approval(InHub):
    """A second person's or a cleared person's word on a decision; never the proposer's own but for taking it back."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="approvals")
    kind = models.CharField(max_length=8, choices=ApprovalKind)
    agreed = models.BooleanField()
    why = models.TextField(blank=True)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["decision", "kind"], name="approval_once_a_kind"),
            models.CheckConstraint(condition=Q(agreed=True) | ~Q(why=""), name="turned_down_for_a_reason"),
        ]


class Told(InHub):
    """Which reply told which referrer of a decision, each of an episode once; or why one is told nothing."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="replies")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="told")
    reply = models.ForeignKey(Reply, null=True, on_delete=models.PROTECT, related_name="+")
    why_not = models.CharField(max_length=160, blank=True)

    class Meta:
        verbose_name_plural = "told"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["decision", "contact"], name="told_once_a_contact"),
            models.CheckConstraint(condition=Q(reply=None) ^ Q(why_not=""), name="told_or_why_not"),
        ]


class WhyReopened(models.TextChoices):
    """Why a decision that stood is looked at again; it decides where the clock counts from."""

    NEWS = "news", "Something new is known"
    WRONG = "wrong", "The decision was wrong, or something was overlooked"
    PASSED_BACK = "back", "The receiving service passed it back"
    DECIDED_AGAIN = "again", "Two others decided it again, and found it wrong"


class Reopening(InHub):
    """That a decision no longer ends the work on a contact, and why: one row for each report of its event.

    The decision stays on record as it was made; the next one follows it.
    said_by: who told the hub what is new.
    """

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="reopenings")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="reopenings")
    kind = models.CharField(max_length=8, choices=WhyReopened)
    why = models.TextField()
    said_by = models.CharField(max_length=160, blank=True)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["decision", "contact"], name="reopened_once_a_contact"),
            models.CheckConstraint(condition=~Q(why=""), name="decision_reopened_for_a_reason"),
            models.CheckConstraint(condition=~Q(kind="news") | ~Q(said_by=""), name="news_has_a_source"),
        ]


class Strategy(InHub):
    """A strategy discussion: social care, police and health at least; chaired by a team manager or above.

    attenders: [{"agency": a kind of agency, "organisation", "name", "role"}].  actions: [{"who", "what", "by"}].
    children: keys of the contact's people it was about.
    record_due_at, record_sent_at: within one working day to everyone who attended; how: in the sender's words.
    """

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="strategies")
    key = models.UUIDField(unique=True)
    held_at = models.DateTimeField()
    chair = models.CharField(max_length=160)
    chair_role = models.CharField(max_length=80)
    attenders = models.JSONField(default=list)
    information = models.TextField()
    decisions = models.TextField()
    section_47 = models.BooleanField(null=True)
    section_47_grounds = models.TextField(blank=True)
    actions = models.JSONField(default=list)
    children = ArrayField(models.UUIDField(), default=list)
    record_due_at = models.DateTimeField()
    record_sent_at = models.DateTimeField(null=True)
    record_sent_how = models.CharField(max_length=240, blank=True)
    record_sent_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "strategies"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(section_47=None) | Q(section_47=False) | ~Q(section_47_grounds=""),
                name="strategy_section_47_has_grounds",
            )
        ]
