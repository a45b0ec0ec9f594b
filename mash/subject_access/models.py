"""Somebody's request to see what is held on them: what was asked, what was gathered and marked, and what went out.

No row is ever changed: each later word is a row of its own, and the newest counts.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from mash.contact.models import Contact
from mash.partnership.models import Agency, Staff
from mash.people.models import InHub, Person


class Asker(models.TextChoices):
    SELF = "self", "The person themselves"
    PARENT = "parent", "Somebody with parental responsibility, for a child"
    SOLICITOR = "solicitor", "A solicitor, with the person’s authority"
    OTHER = "other", "Somebody else with authority: attorney, deputy, litigation friend, advocate"


class Competence(models.TextChoices):
    """Whether a child can decide about their own information."""

    YES = "yes", "Yes: the child understands what is asked, and their own word is needed"
    NO = "no", "No: the child is too young, or does not understand it yet"
    NOT_KNOWN = "not_known", "Nobody knows yet"


class Request(InHub):
    """One request by one person who asks, for what is held on one person.

    key: of the form, so that the same form sent twice makes one.  reference: ours, to read out.
    asker_name: who asks, and gets the answer.  reached: the way the answer goes that is safe, in words.
    words: what was asked for.  authority: what showed that they may ask for somebody else.
    interest, child_view, competent: where a parent asks, whether that serves the child, and what the child says.
    """

    key = models.UUIDField(unique=True)
    reference = models.CharField(max_length=20, unique=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="subject_requests")
    asker = models.CharField(max_length=10, choices=Asker)
    asker_name = models.CharField(max_length=200)
    reached = models.CharField(max_length=400)
    words = models.TextField()
    received_on = models.DateField()
    authority = models.TextField(blank=True)
    interest = models.TextField(blank=True)
    child_view = models.TextField(blank=True)
    competent = models.CharField(max_length=10, choices=Competence, blank=True)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["hub", "received_on"], name="subject_request_oldest")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(asker="self") | ~Q(authority=""), name="subject_request_with_authority"
            ),
            models.CheckConstraint(
                condition=~Q(asker="parent") | (~Q(interest="") & ~Q(child_view="") & ~Q(competent="")),
                name="subject_request_serves_the_child",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class OfRequest(InHub):
    """Something that belongs to one request, with who said it and when."""

    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        abstract = True


class Handling(OfRequest):
    """Who handles a request from now on, and why.  The newest counts."""

    number = models.PositiveSmallIntegerField()
    to = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=240)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["request", "number"], name="subject_handling_once_a_number")
        ]


class IdentityStep(models.TextChoices):
    ASKED = "asked", "Asked to show who they are"
    SEEN = "seen", "Seen"


class Identity(OfRequest):
    """That a requester was asked to show who they are, or for their authority, or that it was seen: what, on which day.

    words: what was asked for, or what was seen.
    """

    step = models.CharField(max_length=5, choices=IdentityStep)
    on = models.DateField()
    words = models.CharField(max_length=400)

    class Meta:
        verbose_name_plural = "identities"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["request", "step"], name="subject_identity_once_a_step"),
            models.CheckConstraint(condition=~Q(words=""), name="subject_identity_in_words"),
        ]


class Extension(InHub):
    """That the time was extended by two further months, why, and on which day and how the requester was told.  Once."""

    request = models.OneToOneField(Request, on_delete=models.PROTECT, related_name="extension")
    why = models.TextField()
    told_on = models.DateField()
    told_how = models.CharField(max_length=240)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(why=""), name="subject_extension_for_a_reason")
        ]


class Found(OfRequest):
    """One text that was gathered for a request, as it stood then.

    place: where it stands, "check.answer:<id>".  A text that changed since is gathered anew; the newest of a place
        counts.
    contact: the contact it belongs to: whoever is kept from that is kept from this, and it goes when that goes.
    kind: a word of `queries.gathering`.  heading: in the requester's words; it names nobody.
    agency: whose information it is, where another agency shared it.
    """

    place = models.CharField(max_length=160)
    contact = models.ForeignKey(Contact, null=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)
    heading = models.CharField(max_length=240)
    on = models.DateField(null=True)
    text = models.TextField()
    digest = models.CharField(max_length=64)
    agency = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name_plural = "found"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["request", "place", "digest"], name="subject_found_once")
        ]


class Marking(InHub):
    """What a person decided about each passage of one gathered text.  The newest counts; none is changed.

    cuts: lists of start, end, what, ground, words, as passages.py has them; they decide on every word.
    """

    found = models.ForeignKey(Found, on_delete=models.PROTECT, related_name="markings")
    number = models.PositiveSmallIntegerField()
    cuts = models.JSONField()
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["found", "number"], name="subject_marking_once_a_number")
        ]


class OwnerSays(models.TextChoices):
    NOTHING = "nothing", "Nothing need be withheld"
    SOME = "some", "Some of it is to be withheld"
    ALL = "all", "All of it is to be withheld"
    NO_ANSWER = "no_answer", "No answer came in the time given"


class OwnerAsked(OfRequest):
    """That an agency was asked what to withhold of what it shared, and what it said.  The newest counts.

    who: whom the hub spoke with.  says: "" while the answer is awaited.  words: what they said, or how they were asked.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    on = models.DateField()
    who = models.CharField(max_length=200)
    says = models.CharField(max_length=10, choices=OwnerSays, blank=True)
    words = models.TextField()

    class Meta:
        verbose_name_plural = "owners asked"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["request", "agency", "number"], name="subject_owner_once_a_number"
            ),
            models.CheckConstraint(condition=~Q(words=""), name="subject_owner_in_words"),
        ]


class StepKind(models.TextChoices):
    READY = "ready", "Marked: with the unit"
    BACK = "back", "Given back to its handler"
    WITHDRAWN = "withdrawn", "Withdrawn by whoever asked"
    REFUSED = "refused", "Refused"


class Step(OfRequest):
    """A step that everybody who sees the request may know.  The newest says where it stands.

    words: why; for a hand-over to the unit, what the handler says of words that are both given and withheld.
    """

    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=StepKind)
    words = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["request", "number"], name="subject_step_once_a_number"),
            models.CheckConstraint(
                condition=Q(kind="ready") | ~Q(words=""), name="subject_step_for_a_reason"
            ),
        ]


class UnitPass(OfRequest):
    """What a cleared person decided about what is sealed, and about protected addresses: of every request, always.

    body: encrypted; whoever is not cleared sees no row, and a pass with nothing to decide is a row like any other.
    """

    number = models.PositiveSmallIntegerField()
    nonce = models.BinaryField()
    body = models.BinaryField()

    class Meta:
        verbose_name_plural = "unit passes"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["request", "number"], name="subject_pass_once_a_number")
        ]


class Output(OfRequest):
    """The exact bytes of one answer for one recipient; a second person reads them, and nobody changes them.

    recipient, way: who gets it, and how.  digest: SHA-256 over recipient, way and both files.
    rests_on: SHA-256 over all that it was made from; once that changes, the output and its approval are void.
    html, pdf: encrypted, base64; pdf is empty where the machine cannot make one.
    """

    number = models.PositiveSmallIntegerField()
    recipient = models.CharField(max_length=200)
    way = models.CharField(max_length=400)
    digest = models.CharField(max_length=64)
    rests_on = models.CharField(max_length=64)
    html_nonce = models.BinaryField()
    html = models.BinaryField()
    pdf_nonce = models.BinaryField(default=bytes)
    pdf = models.BinaryField(default=bytes)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["request", "number"], name="subject_output_once_a_number")
        ]


class SecondWord(InHub):
    """A second person's word on exactly these bytes for exactly this recipient.  Once; `digest` is what they read."""

    output = models.OneToOneField(Output, on_delete=models.PROTECT, related_name="second_word")
    agreed = models.BooleanField()
    why = models.TextField(blank=True)
    digest = models.CharField(max_length=64)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(agreed=True) | ~Q(why=""), name="subject_output_turned_down_for_a_reason"
            )
        ]


class SentHow(models.TextChoices):
    BY_HAND = "by_hand", "Given by hand"
    POST = "post", "By recorded post"
    SECURE_EMAIL = "secure_email", "By secure e-mail"


class Sent(OfRequest):
    """That an answer went out: to whom, how, on which day.  digest: of the bytes that went."""

    output = models.OneToOneField(Output, on_delete=models.PROTECT, related_name="sent")
    recipient = models.CharField(max_length=200)
    how = models.CharField(max_length=12, choices=SentHow)
    sent_on = models.DateField()
    digest = models.CharField(max_length=64)

    class Meta:
        verbose_name_plural = "sent"
