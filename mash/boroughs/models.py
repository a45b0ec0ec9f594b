"""What one hub asks another about a person, what the other lets it read, and families that move.

A row of the asked hub names the asking one in words and by plain keys: neither hub's record hangs from the other's.
"""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from mash.contact.models import Contact
from mash.decision.models import Outcome
from mash.partnership.models import Hub, Staff
from mash.people.models import InHub, Person


class Marks(InHub):
    """Keyed hashes of what tells one person apart from everybody, under the installation's own key.

    No role reads the hashes: `identity.known_elsewhere` alone compares them.
    """

    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="+")
    marks = ArrayField(models.BinaryField(), default=list)

    class Meta:
        verbose_name_plural = "marks"
        indexes: ClassVar = [GinIndex(fields=["marks"], name="boroughs_marks_met")]


class Choice(InHub):
    """A hub's word on whether it answers other hubs' questions.  The newest counts; without one it answers."""

    number = models.PositiveIntegerField()
    answers = models.BooleanField()
    why = models.TextField()
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["hub", "number"], name="boroughs_chosen_once_a_number"),
            models.CheckConstraint(condition=~Q(why=""), name="boroughs_chosen_for_a_reason"),
        ]


class Question(InHub):
    """That a worker asked whether a person of a contact is known to another hub, and why.

    key: of the form, so that one form sent twice asks once.  answered_at, records: set by the database's own function,
        once: when it answered, and how many records that were joined into one it compared.
    """

    key = models.UUIDField(unique=True)
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    why = models.TextField()
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    records = models.PositiveIntegerField(default=1)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["hub", "answered_at"], name="boroughs_question_hub_pace"),
            models.Index(fields=["hub", "contact", "-at"], name="boroughs_question_on_case"),
            models.Index(fields=["by", "-at"], name="boroughs_question_pace"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(why=""), name="boroughs_asked_for_a_reason")
        ]


class Known(InHub):
    """That a question was answered "known: ask this hub", written by the database's own function.

    name, telephone, email: of the other hub, as they were then.
    """

    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="known")
    elsewhere = models.ForeignKey(Hub, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    telephone = models.CharField(max_length=30, blank=True)
    email = models.CharField(max_length=254, blank=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "known"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["question", "elsewhere"], name="boroughs_known_once_a_hub")
        ]


class Asked(InHub):
    """A question of another hub as this one sees it; written by the database's own function, one for every hub.

    person: whom of this hub it met; None where nobody was met, and then nobody sees the row and it says nothing.
    told: the asking hub was told "known: ask this hub".  Where it was not, only the cleared see that it asked.
    question_id, from_post: opaque keys in the asking hub.  from_*: who asks, in words.
    """

    question_id = models.UUIDField()
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    told = models.BooleanField()
    from_hub = models.ForeignKey(Hub, on_delete=models.PROTECT, related_name="+")
    from_post = models.UUIDField(null=True)
    from_name = models.CharField(max_length=250, blank=True)
    from_title = models.CharField(max_length=80, blank=True)
    why = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "asked"
        indexes: ClassVar = [models.Index(fields=["hub", "-at"], name="boroughs_asked_newest")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["hub", "question_id"], name="boroughs_asked_once_a_hub"),
            models.CheckConstraint(
                condition=Q(person__isnull=False) | Q(told=False, why="", from_name="", from_post=None),
                name="boroughs_nobody_met_says_nothing",
            ),
        ]


class ReplyKind(models.TextChoices):
    """What the asked hub says."""

    GRANTED = "granted", "May read a summary"
    REFUSED = "refused", "Refused"


class Reply(InHub):
    """The asked hub's word: a written summary for one named worker until a day, or a refusal.  The newest counts.

    question_id, to_post: opaque keys in the asking hub.  to_name: that worker, in words.  why: said to the asking hub.
    until_at: when a grant ends by itself.
    """

    asked = models.ForeignKey(Asked, on_delete=models.PROTECT, related_name="replies")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=8, choices=ReplyKind)
    asking_hub = models.ForeignKey(Hub, on_delete=models.PROTECT, related_name="+")
    question_id = models.UUIDField()
    to_post = models.UUIDField()
    to_name = models.CharField(max_length=250)
    why = models.TextField()
    until_at = models.DateTimeField(null=True)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=250)
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "replies"
        indexes: ClassVar = [models.Index(fields=["question_id"], name="boroughs_reply_to")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["asked", "number"], name="boroughs_replied_once_a_number"),
            models.CheckConstraint(condition=~Q(why=""), name="boroughs_replied_for_a_reason"),
            models.CheckConstraint(
                condition=Q(kind="granted", until_at__isnull=False) | Q(kind="refused", until_at=None),
                name="boroughs_grant_has_an_end",
            ),
            models.CheckConstraint(
                condition=Q(until_at=None) | Q(until_at__gt=F("at")), name="boroughs_grant_ends_later"
            ),
        ]

    @property
    def is_grant(self) -> bool:
        """Tell whether it lets somebody read a summary."""
        return self.kind == ReplyKind.GRANTED

    @property
    def taken_back(self) -> "Ended | None":
        """Return that it was taken back before its day; None where it was not."""
        return getattr(self, "ended", None)


class Summary(InHub):
    """What a grant lets its reader read: written for it, and nothing of the record itself.

    to_post, until_at: as the grant has them; row-level security reads them here.
    """

    reply = models.OneToOneField(Reply, on_delete=models.PROTECT, related_name="summary")
    words = models.TextField()
    to_post = models.UUIDField()
    until_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "summaries"
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(words=""), name="boroughs_summary_in_words")
        ]


class Ended(InHub):
    """That a grant was taken back before its day, why and by whom."""

    reply = models.OneToOneField(Reply, on_delete=models.PROTECT, related_name="ended")
    why = models.TextField()
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "ended"
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(why=""), name="boroughs_ended_why")]


class SummarySeen(InHub):
    """That the named worker read a summary, each time.  It belongs to the hub that gave it."""

    reply = models.ForeignKey(Reply, on_delete=models.PROTECT, related_name="seen")
    post = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "summaries seen"


class Transfer(InHub):
    """A pack about people who have moved, sent to the hub where they live now.  Nobody changes it.

    outcome: the decision "transfer to another authority" for one of them.  to: the other hub.
    people: a list of given, family, born_on, sex, role.  lives: where they live now, as far as that may be said.
    safety: who does what here until the other hub accepts.
    """

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+")
    outcome = models.ForeignKey(Outcome, on_delete=models.PROTECT, related_name="+")
    key = models.UUIDField(unique=True)
    number = models.PositiveSmallIntegerField()
    reference = models.CharField(max_length=20)
    to = models.ForeignKey(Hub, on_delete=models.PROTECT, related_name="+")
    people = models.JSONField(default=list)
    lives = models.TextField()
    worries = models.TextField()
    safety = models.TextField()
    reach = models.CharField(max_length=240)
    from_name = models.CharField(max_length=250)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["to", "-at"], name="boroughs_transfer_to")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["outcome", "number"], name="boroughs_transfer_once_a_number"),
            models.CheckConstraint(condition=~Q(to=F("hub")), name="boroughs_transfer_to_another"),
            models.CheckConstraint(
                condition=~Q(worries="") & ~Q(safety="") & ~Q(lives=""), name="boroughs_transfer_says_all"
            ),
        ]

    def __str__(self) -> str:
        return f"transfer {self.reference} to {self.to_id}"

    @property
    def answer(self) -> "TransferWord | None":
        """Return the word that ended it; None while it waits for one."""
        return getattr(self, "word", None)


class TransferKind(models.TextChoices):
    """What becomes of a transfer."""

    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Declined"
    WITHDRAWN = "withdrawn", "Taken back"


class TransferWord(InHub):
    """The one word that ends a transfer: of the other hub, or of the first that takes it back.

    worker_name: who holds it there from now on, of an acceptance.  said_by: whose word it is.
    made: the key of the contact on the other hub's line, opaque here.  by_post: a post of the hub that says it.
    """

    transfer = models.OneToOneField(Transfer, on_delete=models.PROTECT, related_name="word")
    kind = models.CharField(max_length=9, choices=TransferKind)
    worker_name = models.CharField(max_length=120, blank=True)
    said_by = models.CharField(max_length=250)
    words = models.TextField()
    made = models.UUIDField(null=True)
    by_post = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(words=""), name="boroughs_transfer_answered_in_words"),
            models.CheckConstraint(
                condition=~Q(kind="accepted") | (~Q(worker_name="") & Q(made__isnull=False)),
                name="boroughs_transfer_accepted_by_name",
            ),
        ]
