"""That hubs let their registers be compared with each other's, and whom each is told to ask about.

No row of one hub names a person of another: what is told is that another hub may know somebody, and to ask it.
"""

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from mash.partnership.models import Hub, Staff
from mash.people.models import InHub, Person


class Basis(models.TextChoices):
    """The lawful basis on which a hub lets its register be compared."""

    TASK = "task", "A task in the public interest: UK GDPR Article 6(1)(e)"
    DUTY = "duty", "A legal duty: UK GDPR Article 6(1)(c)"


class Grant(InHub):
    """A hub's word on whether its register may be compared with others', with which, why and how long.

    The newest counts; nobody changes one.  runs: False where it ends what ran before, and then only `why` says more.
    others: keys of hubs; two are compared only while each names the other.  agreement: which agreement and which
    assessment (DPIA) it rests on, in words.  from_at, until_at: it holds from the one moment until before the other.
    """

    number = models.PositiveIntegerField()
    runs = models.BooleanField()
    others: "ArrayField[list[uuid.UUID], list[uuid.UUID]]" = ArrayField(models.UUIDField(), default=list)
    basis = models.CharField(max_length=4, choices=Basis, blank=True)
    agreement = models.CharField(max_length=400, blank=True)
    why = models.TextField()
    from_at = models.DateTimeField(null=True)
    until_at = models.DateTimeField(null=True)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["hub", "number"], name="region_granted_once_a_number"),
            models.CheckConstraint(condition=~Q(why=""), name="region_granted_for_a_purpose"),
            models.CheckConstraint(
                condition=Q(runs=False, from_at=None, until_at=None)
                | (Q(runs=True, until_at__gt=F("from_at")) & ~Q(basis="") & ~Q(agreement="")),
                name="region_grant_says_all",
            ),
        ]


class Met(InHub):
    """That somebody known here may be known to another hub too, written by the nightly run.

    elsewhere: the hub to ask.  Whom of theirs it met stands nowhere.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    elsewhere = models.ForeignKey(Hub, on_delete=models.PROTECT, related_name="+")
    likely = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "met"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "elsewhere"], name="region_met_once_a_hub")
        ]


class WordKind(models.TextChoices):
    """What became of it."""

    ASKED = "asked", "We asked them"
    NO_NEED = "no_need", "There is no need to ask"


class Word(InHub):
    """A worker's word on somebody who may be known to another hub: it is not shown again."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    elsewhere = models.ForeignKey(Hub, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=7, choices=WordKind)
    why = models.TextField()
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "elsewhere"], name="region_word_once_a_hub"),
            models.CheckConstraint(condition=~Q(why=""), name="region_word_for_a_reason"),
        ]


class LookedOver(InHub):
    """That a hub's register was compared with others'.  records: of its own that were read.  found: told to it."""

    at = models.DateTimeField()
    records = models.PositiveIntegerField()
    found = models.PositiveIntegerField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["hub", "-at"], name="region_looked_newest")]
