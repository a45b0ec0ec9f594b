"""The decision on a contact: level, outcome and reasons on a frozen picture; who agreed; who was told."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from mash.check.models import Check
from mash.contact.models import Contact, ContactPerson
from mash.partnership.models import Agency, Staff
from mash.people.models import InHub


class Decision(InHub):
    """What was decided on a contact, by whom and why.  It stands once every approval it needs is given.

    snapshot: what was known, from whom, and what was missing, at that moment; never changed.
    needs_second, needs_clearance: approvals it waits for; every closing waits for a cleared person.
    made_at: when it stood; None while it waits.  turned_down_at: an approver said no.
    """

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="decisions")
    mash_check = models.ForeignKey(Check, null=True, on_delete=models.PROTECT, related_name="decisions")
    reasons = models.TextField()
    what_would_change_it = models.TextField(blank=True)
    history_read = models.BooleanField(default=False)
    snapshot = models.JSONField()
    needs_second = models.BooleanField()
    needs_clearance = models.BooleanField()
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    made_at = models.DateTimeField(null=True)
    turned_down_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["contact"],
                condition=Q(made_at=None, turned_down_at=None),
                name="decision_one_waiting",
            ),
            models.CheckConstraint(condition=~Q(reasons=""), name="decision_has_reasons"),
        ]


class Outcome(InHub):
    """What was decided for one person: exactly one main outcome, others alongside.

    outcome: an id of outcomes.yaml.  direction: first, step_up, step_down, level, out, moved or none; computed.
    needs: what this outcome asks to be recorded, id to words.
    """

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="outcomes")
    about = models.ForeignKey(ContactPerson, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=40)
    alongside = models.BooleanField(default=False)
    level = models.PositiveSmallIntegerField(null=True)
    direction = models.CharField(max_length=10, blank=True)
    needs = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["decision", "about"], condition=Q(alongside=False), name="outcome_one_main_a_person"
            )
        ]


class Without(InHub):
    """An agency's answer that was not waited for, said outright: "decided without"."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="without")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=240)


class Dissent(InHub):
    """An agency or a worker that does not agree with the decision, in their words."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="dissents")
    who = models.CharField(max_length=160)
    words = models.TextField()
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()


class Approval(InHub):
    """A second person's or a cleared person's word on a decision; never the proposer's own."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="approvals")
    kind = models.CharField(max_length=8)  # second | cleared
    agreed = models.BooleanField()
    why = models.TextField(blank=True)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["decision", "kind"], name="approval_once_a_kind")
        ]


class Strategy(InHub):
    """A strategy discussion: social care, police and health at least; chaired by a team manager or above.

    attenders: [{"agency", "name", "role"}].  record_sent_at: within one working day to everyone who attended.
    """

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="strategies")
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
    record_sent_at = models.DateTimeField(null=True)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "strategies"
