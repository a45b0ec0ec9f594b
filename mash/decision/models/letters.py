"""A letter to one person of a family: its words, what was recorded before it may go, who has it, that it was given."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from mash.contact.models import Contact, ContactPerson
from mash.decision.models.decisions import Decision
from mash.partnership.models import Staff
from mash.people.models import InHub


class LetterState(models.TextChoices):
    DRAFT = "draft", "Draft: nobody has cleared it"
    NO_SAFE_WAY = "no_way", "No safe way: nothing goes"
    CLEARED = "cleared", "Cleared by its worker: a second person must read it"
    READY = "ready", "Cleared and read: it may be given"
    GIVEN = "given", "Given"
    TAKEN_BACK = "back", "Taken back"


class SafeMethod(models.TextChoices):
    """How somebody is reached; the ids of letters.yaml."""

    IN_PERSON = "in_person", "In person"
    CALL = "call_to_safe_number", "A call to a number known to be safe"
    HANDED_OVER = "handed_over_by_a_worker_they_trust", "Handed over by a worker they trust"
    POST = "post_to_safe_address", "By post to an address known to be safe"
    SECURE = "secure_message", "By secure e-mail"
    NONE = "no_safe_way", "There is no safe way"


class Letter(InHub):
    """Words to one person of a family about one decision.  A draft goes nowhere; nothing here sends anything.

    template: an id of letters.yaml.  key: of the form, so that the same form sent twice begins one.
    look_again_on: where there is no safe way, when somebody looks again; the reason stands in the clearing.
    """

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="letters")
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="letters")
    key = models.UUIDField(unique=True)
    template = models.CharField(max_length=40)
    recipient = models.ForeignKey(ContactPerson, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=LetterState, default=LetterState.DRAFT)
    look_again_on = models.DateField(null=True)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    taken_back_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    taken_back_at = models.DateTimeField(null=True)
    taken_back_why = models.CharField(max_length=240, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["hub", "at"],
                condition=Q(state__in=["draft", "no_way", "cleared"]),
                name="letter_waits",
            )
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["decision", "recipient", "template"],
                condition=~Q(state="back"),
                name="letter_one_for_one_person",
            ),
            models.CheckConstraint(
                condition=~Q(state="no_way") | Q(look_again_on__isnull=False),
                name="letter_is_looked_at_again",
            ),
            models.CheckConstraint(
                condition=~Q(state="back") | ~Q(taken_back_why=""), name="letter_taken_back_for_a_reason"
            ),
        ]


class LetterVersion(InHub):
    """The words of a letter as somebody left them.  Each saving makes a version, and none is changed.

    gaps: what fills each gap, by its id.  words: the whole letter, as its recipient would read it.
    """

    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    gaps = models.JSONField(default=dict)
    words = models.TextField()
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["letter", "number"], name="letter_version_once")
        ]


class Clearing(InHub):
    """What a named worker recorded before a letter may go, and on which version of its words.

    must_not_see_people: keys of people in the case; must_not_see: the same in words, or "no one known" and why.
    circumstances: a fingerprint of addresses, numbers, safety and household; it must be the same when it is given.
    warnings: what the machine noticed in the words and the worker looked at.
    second_by: who read the exact words for the exact recipient after the worker; another person.
    """

    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="clearings")
    version = models.ForeignKey(LetterVersion, on_delete=models.PROTECT, related_name="+")
    who_receives = models.CharField(max_length=240)
    safe_method = models.CharField(max_length=40, choices=SafeMethod)
    safe_because = models.TextField()
    language = models.CharField(max_length=240)
    must_not_see = models.TextField()
    must_not_see_people = ArrayField(models.UUIDField(), default=list)
    told_what_already = models.TextField()
    warnings = models.JSONField(default=list)
    circumstances = models.CharField(max_length=64)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    second_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    second_at = models.DateTimeField(null=True)
    second_agreed = models.BooleanField(null=True)
    second_why = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(second_by=None) | ~Q(second_by=F("by")), name="clearing_read_by_another"
            ),
            models.CheckConstraint(
                condition=~Q(who_receives="")
                & ~Q(safe_because="")
                & ~Q(language="")
                & ~Q(must_not_see="")
                & ~Q(told_what_already=""),
                name="clearing_is_whole",
            ),
            models.CheckConstraint(
                condition=~Q(second_agreed=False) | ~Q(second_why=""), name="clearing_sent_back_for_a_reason"
            ),
        ]


class LetterPassed(InHub):
    """That a letter waits for somebody else now, and why.  The newest counts; without one it is whoever began it."""

    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="passed")
    frm = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    to = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=240)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "letters passed"
        indexes: ClassVar = [models.Index(fields=["letter", "-at"], name="letter_passed_newest")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(why=""), name="letter_passed_for_a_reason")
        ]


class GivenHow(models.TextChoices):
    BY_HAND = "by_hand", "Given by hand"
    READ_OUT = "read_out", "Read out to them"
    POSTED = "posted", "Posted"
    SECURE_EMAIL = "secure_email", "Sent by secure e-mail"
    CALLED = "called", "Told by telephone"


class Given(InHub):
    """That a letter reached the person it was for: how, what they said, and which worker did it.  Once."""

    letter = models.OneToOneField(Letter, on_delete=models.PROTECT, related_name="given")
    clearing = models.ForeignKey(Clearing, on_delete=models.PROTECT, related_name="+")
    how = models.CharField(max_length=12, choices=GivenHow)
    given_at = models.DateTimeField()
    what_they_said = models.TextField(blank=True)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()


class LetterWords(InHub):
    """What a hub's letters say of the hub itself: the letterhead, or one gap of every letter.  The newest counts.

    name: "letterhead", or a placeholder of letters.yaml that the hub fills.
    """

    name = models.CharField(max_length=40)
    words = models.TextField()
    by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "letter words"
        indexes: ClassVar = [models.Index(fields=["hub", "name", "-at"], name="letter_words_newest")]
