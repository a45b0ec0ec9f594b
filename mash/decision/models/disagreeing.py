"""A disagreement with a decision on its way: the stages it climbed, what was said at each, and how it ended."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from mash.decision.models.decisions import Dissent
from mash.partnership.models import Staff
from mash.people.models import InHub


class DissentStage(InHub):
    """One stage that a disagreement reached, and until when it may stay there.

    number: 1 for the first.  place, who: the stage's id and words in outcomes.yaml, as they stood then.
    by: who took it there; None where its time at the stage before had passed, or it is the first.
    """

    dissent = models.ForeignKey(Dissent, on_delete=models.PROTECT, related_name="stages")
    number = models.PositiveSmallIntegerField()
    place = models.CharField(max_length=40)
    who = models.CharField(max_length=240)
    why = models.TextField(blank=True)
    by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    due_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["due_at"], name="dissent_stage_due")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["dissent", "number"], name="dissent_stage_once"),
            models.CheckConstraint(condition=Q(due_at__gt=models.F("at")), name="dissent_stage_takes_time"),
        ]


class WordKind(models.TextChoices):
    ANSWER = "answer", "Answer"
    AGREES = "agrees", "Agrees with the answer"
    NOT_AGREED = "not", "Does not agree with the answer"


class DissentWord(InHub):
    """What was said at a stage: an answer, or whether whoever disagrees agrees with it.

    key: of the form, so that the same form sent twice says it once.  who: whose words; `by` wrote them down.
    """

    stage = models.ForeignKey(DissentStage, on_delete=models.PROTECT, related_name="words")
    key = models.UUIDField(unique=True)
    kind = models.CharField(max_length=6, choices=WordKind)
    who = models.CharField(max_length=160)
    text = models.TextField()
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(who=""), name="dissent_word_is_somebodys"),
            models.CheckConstraint(condition=~Q(text=""), name="dissent_word_says_something"),
            models.UniqueConstraint(
                fields=["stage"], condition=~Q(kind="answer"), name="dissent_word_settles_once"
            ),
        ]


class Ending(models.TextChoices):
    STANDS = "stands", "The decision stands"
    CHANGED = "changed", "The decision was changed"
    REOPENED = "reopened", "The decision is reopened"
    WITHDRAWN = "withdrawn", "Withdrawn by whoever disagreed"


class DissentEnd(InHub):
    """How a disagreement ended, and what was learnt of it."""

    dissent = models.OneToOneField(Dissent, on_delete=models.PROTECT, related_name="end")
    outcome = models.CharField(max_length=10, choices=Ending)
    words = models.TextField()
    learning = models.TextField(blank=True)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(words=""), name="dissent_end_says_why"),
            models.CheckConstraint(
                condition=Q(outcome="withdrawn") | ~Q(learning=""), name="dissent_end_is_learnt_from"
            ),
        ]
