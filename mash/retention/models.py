"""How long each record is kept, what stops its disposal, who agreed to it, and what remains of one that is gone.

A record is everything the hub holds of one person.  A contact that names nobody on record is one by itself, and so is
a consultation to which no contact belongs.
"""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from mash.contact.models import Consultation, Contact
from mash.partnership.models import Staff
from mash.people.models import Household, InHub, Person

LONGEST_REASON = 1000  # characters

ONE_OF_THREE = (
    Q(person__isnull=False, contact=None, consultation=None)
    | Q(person=None, contact__isnull=False, consultation=None)
    | Q(person=None, contact=None, consultation__isnull=False)
)


class Kind(models.TextChoices):
    """Whose record it is."""

    PERSON = "person", "A person’s record"
    CONTACT = "contact", "A contact that names nobody on record"
    CONSULTATION = "consultation", "A consultation without a contact"


class OfRecord(InHub):
    """A row about one record: of a person, of a contact that names nobody on record, or of a consultation."""

    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    contact = models.ForeignKey(Contact, null=True, on_delete=models.PROTECT, related_name="+")
    consultation = models.ForeignKey(Consultation, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True

    @property
    def kind(self) -> Kind:
        """Whose record it is."""
        if self.person_id:
            return Kind.PERSON
        return Kind.CONTACT if self.contact_id else Kind.CONSULTATION

    @property
    def key(self) -> uuid.UUID:
        """The key of the person, contact or consultation."""
        key: uuid.UUID = self.person_id or self.contact_id or self.consultation_id  # type: ignore[assignment]
        return key


class Standing(OfRecord):
    """Where a record stands, as last worked out: its class, and the day it falls due.

    own_due_on: by its own facts alone.  due_on: with everybody its contacts name; None while nothing can be said.
    facts: what that was worked out from, as codes and days; no name.  waits: why no day can be given, a code.
    carried: only named in contacts about others, and goes with the last of them; its class is "".
    """

    period = models.CharField(max_length=60, blank=True)
    own_due_on = models.DateField(null=True)
    due_on = models.DateField(null=True)
    waits = models.CharField(max_length=20, blank=True)
    carried = models.BooleanField(default=False)
    facts = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=ONE_OF_THREE, name="standing_of_one_record"),
            models.UniqueConstraint(
                fields=["person"], condition=Q(person__isnull=False), name="standing_once_a_person"
            ),
            models.UniqueConstraint(
                fields=["contact"], condition=Q(contact__isnull=False), name="standing_once_a_contact"
            ),
            models.UniqueConstraint(
                fields=["consultation"],
                condition=Q(consultation__isnull=False),
                name="standing_once_a_consultation",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["hub", "due_on", "id"], condition=Q(carried=False), name="standing_due"),
            models.Index(fields=["hub", "period"], name="standing_class"),
        ]


class Placed(OfRecord):
    """A worker's word that a record belongs to another class than its facts say.  The newest counts; none is changed.

    period: id of a class of `retention.yaml`; "" for "by its facts again".
    """

    period = models.CharField(max_length=60, blank=True)
    why = models.TextField()
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "placed"
        constraints: ClassVar = [
            models.CheckConstraint(condition=ONE_OF_THREE, name="placed_one_record"),
            models.CheckConstraint(condition=~Q(why=""), name="placed_for_a_reason"),
        ]


class What(models.TextChoices):
    """What is proposed for a record that is due."""

    DISPOSE = "dispose", "Dispose of it"
    KEEP = "keep", "Keep it longer"


class Proposal(OfRecord):
    """What one person proposes for a record.  It does nothing before another person agreed.

    key_of_form: the form it came from.  keep_until: until when it is kept longer.  period, due_on: as it stood then.
    ended_at: it was taken back, sent back, or overtaken by what came in meanwhile; ended_why: a code or words.
    A record that was disposed of takes its proposal with it: `Disposed` remains.
    """

    key_of_form = models.UUIDField(unique=True)
    what = models.CharField(max_length=8, choices=What)
    keep_until = models.DateField(null=True)
    period = models.CharField(max_length=60)
    due_on = models.DateField()
    why = models.TextField()
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=240, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=ONE_OF_THREE, name="proposal_on_one_record"),
            models.CheckConstraint(condition=~Q(why=""), name="proposed_for_a_reason"),
            models.CheckConstraint(
                condition=Q(what="dispose", keep_until=None) | Q(what="keep", keep_until__isnull=False),
                name="proposed_until_when",
            ),
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(ended_at=None, person__isnull=False),
                name="proposed_once_a_person",
            ),
            models.UniqueConstraint(
                fields=["contact"],
                condition=Q(ended_at=None, contact__isnull=False),
                name="proposed_once_a_contact",
            ),
            models.UniqueConstraint(
                fields=["consultation"],
                condition=Q(ended_at=None, consultation__isnull=False),
                name="proposed_once_a_consultation",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["hub", "at"], condition=Q(ended_at=None), name="proposal_running")
        ]


class Word(InHub):
    """Another person's word on a proposal.  The database takes none from whoever proposed.  Nobody changes it."""

    proposal = models.OneToOneField(Proposal, on_delete=models.PROTECT, related_name="word")
    agreed = models.BooleanField()
    why = models.TextField(blank=True)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(agreed=True) | ~Q(why=""), name="sent_back_for_a_reason")
        ]


class Ground(models.TextChoices):
    """Why nothing may be disposed of."""

    INQUIRY = "inquiry", "Public inquiry"
    REVIEW = "review", "Serious case or safeguarding practice review"
    LITIGATION = "litigation", "Legal claim"
    POLICE = "police", "Police investigation"
    REQUEST = "request", "Subject access request, complaint or audit"
    OTHER = "other", "Another reason"


class Hold(InHub):
    """An order that nothing of a person, a household, a class of record or a whole hub is disposed of.

    person, household, period: whom it covers; none of them for everything that the hub holds.
    ordered_by, reference: who ordered it, and their own reference.  until_on: when it is expected to end; it does not
    end by that: two people lift it.  review_on: when somebody says next that it is still needed.
    """

    key = models.UUIDField(unique=True)
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    household = models.ForeignKey(Household, null=True, on_delete=models.PROTECT, related_name="+")
    period = models.CharField(max_length=60, blank=True)
    ground = models.CharField(max_length=12, choices=Ground)
    why = models.TextField()
    ordered_by = models.CharField(max_length=200)
    reference = models.CharField(max_length=120, blank=True)
    from_on = models.DateField()
    until_on = models.DateField(null=True)
    review_on = models.DateField()
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(why="") & ~Q(ordered_by=""), name="held_for_a_reason_by_somebody"
            ),
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gte=F("from_on")), name="hold_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(person=None, household=None)
                | Q(person=None, period="")
                | Q(household=None, period=""),
                name="hold_covers_one_thing",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["hub", "person"], condition=Q(lifted_at=None), name="hold_stands")
        ]


class HoldReviewed(InHub):
    """A person's word that a hold is still needed, and why; it is asked for again in a year."""

    hold = models.ForeignKey(Hold, on_delete=models.PROTECT, related_name="reviews")
    why = models.TextField()
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "holds reviewed"


class Lifting(InHub):
    """One person's word that a hold can end; it ends once another person agreed.

    answered_by, agreed: None while nobody else has said anything.
    """

    hold = models.ForeignKey(Hold, on_delete=models.PROTECT, related_name="liftings")
    why = models.TextField()
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    answered_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)
    agreed = models.BooleanField(null=True)
    answer = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["hold"], condition=Q(answered_at=None), name="lifting_one_at_a_time"
            ),
            models.CheckConstraint(condition=~Q(why=""), name="lifted_for_a_reason"),
        ]


class Disposed(InHub):
    """The certificate that one record was disposed of: what remains, and it names nobody.

    period, label, due_on: its class and the day it fell due.  proposed_by, agreed_by: two people.
    counts: how many rows of each table went.  words_removed: ledger lines whose free words went.
    """

    kind_of_record = models.CharField(max_length=12, choices=Kind)
    period = models.CharField(max_length=60)
    label = models.CharField(max_length=200)
    due_on = models.DateField()
    proposed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    agreed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    agreed_at = models.DateTimeField()
    at = models.DateTimeField()
    counts = models.JSONField(default=dict)
    people_gone = models.PositiveIntegerField()
    contacts_gone = models.PositiveIntegerField()
    words_removed = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "disposed"
        indexes: ClassVar = [models.Index(fields=["hub", "-at"], name="disposed_newest")]
