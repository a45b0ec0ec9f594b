"""Work alongside a main outcome: what was asked for, and what happened to it.  No case file of its own."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from mash.contact.models import Contact, ContactPerson
from mash.decision.models import Outcome
from mash.partnership.models import Staff
from mash.people.models import InHub

WHO = 600  # letters: a name, where they are and how to reach them, as the directory has them


class Agreed(models.TextChoices):
    """What the person, or who answers for them, said of it."""

    GIVEN = "given", "They agree"
    REFUSED = "refused", "They said no, and it goes on because of the risk"
    NOT_ASKED = "not_asked", "They were not asked: it would not be safe, or would lose time that matters"
    NOT_NEEDED = "not_needed", "It does not rest on agreement"


class Alongside(InHub):
    """One thing that goes alongside for one person of a case.  Nobody changes it; what happens is a `Happening`.

    kind: an id of outcomes.yaml, `label` as it was called.  outcome: where a decision named it.
    sealed: open to whoever opened it and to the cleared, and to nobody else.
    kept_from: the person causing harm, who is never told; None where the contact does not name them.
    said: what was asked and answered, each with `id`, `label`, `words`.
    receipt_due_at: by when whom it goes to has it.  result_due_at: by when the hub looks for what came of it.
    """

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="alongside")
    about = models.ForeignKey(ContactPerson, on_delete=models.PROTECT, related_name="alongside")
    outcome = models.ForeignKey(Outcome, null=True, on_delete=models.PROTECT, related_name="opened_alongside")
    kept_from = models.ForeignKey(ContactPerson, null=True, on_delete=models.PROTECT, related_name="+")
    key = models.UUIDField(unique=True)
    kind = models.CharField(max_length=40)
    label = models.CharField(max_length=120)
    sealed = models.BooleanField()
    never_told = models.CharField(max_length=40, blank=True)
    said = models.JSONField(default=list)
    agreed = models.CharField(max_length=10, choices=Agreed)
    agreed_words = models.TextField(blank=True)
    starts_at = models.DateTimeField()
    receipt_due_at = models.DateTimeField()
    result_due_at = models.DateTimeField(null=True)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "alongside"
        indexes: ClassVar = [
            models.Index(fields=["hub", "contact"], name="alongside_of_contact"),
            models.Index(fields=["hub", "receipt_due_at"], name="alongside_by_time"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(agreed="not_needed") | ~Q(agreed_words=""), name="alongside_agreed_in_words"
            ),
            models.CheckConstraint(
                condition=Q(kept_from=None) | ~Q(kept_from=F("about")), name="alongside_kept_from_another"
            ),
            models.CheckConstraint(
                condition=Q(sealed=False) | Q(outcome=None), name="alongside_sealed_on_no_decision"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label}: {self.about}"


class What(models.TextChoices):
    """What can happen to it."""

    SENT = "sent", "Sent"
    RECEIVED = "received", "Received"
    RESULT = "result", "What came of it"


class How(models.TextChoices):
    """The way on which it went, outside this system."""

    TELEPHONE = "telephone", "By telephone"
    SECURE_EMAIL = "secure_email", "By secure e-mail"
    THEIR_FORM = "their_form", "On their own form or site"
    IN_PERSON = "in_person", "In person"


class Happening(InHub):
    """One thing that happened to it, in the order it was written down.  Nobody changes one.

    who: to whom it was sent, or who has it, or who says what came of it.  result: an id of alongside.yaml.
    ends: nothing is awaited after it.
    """

    alongside = models.ForeignKey(Alongside, on_delete=models.PROTECT, related_name="happenings")
    key = models.UUIDField(unique=True)
    what = models.CharField(max_length=8, choices=What)
    who = models.CharField(max_length=WHO)
    how = models.CharField(max_length=12, choices=How, blank=True)
    result = models.CharField(max_length=40, blank=True)
    result_label = models.CharField(max_length=120, blank=True)
    ends = models.BooleanField(default=False)
    words = models.TextField(blank=True)
    happened_at = models.DateTimeField()
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["alongside"], condition=Q(ends=True), name="alongside_ends_once"),
            models.CheckConstraint(condition=~Q(who=""), name="happening_with_somebody"),
            models.CheckConstraint(
                condition=(Q(what="result") & ~Q(result="") & ~Q(words=""))
                | (~Q(what="result") & Q(result="", ends=False)),
                name="happening_result_in_words",
            ),
            models.CheckConstraint(condition=~Q(what="sent") | ~Q(how=""), name="happening_sent_on_some_way"),
        ]

    def __str__(self) -> str:
        return f"{self.get_what_display()}: {self.alongside_id}"


class Reminder(InHub):
    """A reminder that went out about it.  step: what was due, and for the days after the number of days."""

    alongside = models.ForeignKey(Alongside, on_delete=models.PROTECT, related_name="reminders")
    step = models.CharField(max_length=24)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["alongside", "step"], name="alongside_reminded_once"),
        ]
