"""What reached the front door, kept as it was received; and what the referrer was told."""

import json
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from mash.common.naming import name_of
from mash.contact.naming import where_in_words
from mash.partnership.models import Staff
from mash.people.models import InHub, Person

AT_RISK = ("child", "adult_at_risk")  # the parts in a contact of those whom it is about


class Channel(models.TextChoices):
    FILE = "file", "File"
    TELEPHONE = "telephone", "Telephone"
    FORM = "form", "Form"
    API = "api", "Another system"
    EMAIL = "email", "E-mail"


class Subject(models.TextChoices):
    CHILD = "child", "Child"
    ADULT = "adult", "Adult"
    BOTH = "both", "Child and adult"


class Type(models.TextChoices):
    SAFEGUARDING = "safeguarding", "Safeguarding"
    EARLY_HELP = "early_help", "Early help"
    INFORMATION_ONLY = "information_only", "Information only"


class Contact(InHub):
    """Anything received about a person.  Frozen: what is learned later stands in rows that point here.

    reference: ours, to read out.  sender_reference: theirs; with `organisation_key` it names the message once a hub.
    message: the whole message as JSON, with each protected address taken out (a sealed item holds it), and with
        name, telephone and e-mail of a member of the public taken out (the `Referrer` holds them).
    digest: SHA-256 of the message as it came, so that a resend is known from a change.
    """

    reference = models.CharField(max_length=20, unique=True)
    received_at = models.DateTimeField()
    sent_at = models.DateTimeField()
    channel = models.CharField(max_length=10, choices=Channel)
    source_kind = models.CharField(max_length=20)
    organisation = models.CharField(max_length=200)
    organisation_key = models.CharField(max_length=200)
    sender_reference = models.CharField(max_length=60)
    referrer_email = models.EmailField(blank=True)
    anonymous = models.BooleanField(default=False)
    subject = models.CharField(max_length=10, choices=Subject)
    type = models.CharField(max_length=20, choices=Type)
    categories = ArrayField(models.CharField(max_length=60), default=list)
    immediate_danger = models.BooleanField(default=False)
    suggested_rating = models.CharField(max_length=10, blank=True)
    event_at = models.DateTimeField(null=True)
    event_reference = models.CharField(max_length=120, blank=True)
    event_place = models.CharField(max_length=240, blank=True)
    event_postcode = models.CharField(max_length=10, blank=True)
    message = models.JSONField()
    digest = models.CharField(max_length=64)
    taken_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["hub", "organisation_key", "sender_reference"], name="contact_once_from_a_sender"
            )
        ]
        indexes: ClassVar = [
            models.Index(  # what the order of work reads, so that it need not open every contact
                fields=["hub", "received_at"],
                include=["id", "immediate_danger", "subject"],
                name="contact_in_order",
            ),
            models.Index(
                fields=["hub", "event_reference"], condition=~Q(event_reference=""), name="contact_event"
            ),
            models.Index(fields=["hub", "event_postcode", "event_at"], name="contact_place"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_from_the_public(self) -> bool:
        """Tell whether the referrer is a member of the public, who is not named to the family or other agencies."""
        return self.source_kind == "public"

    @property
    def is_to_be_written(self) -> bool:
        """Tell whether writing is to follow: a professional rang.  A member of the public is not asked for it."""
        return self.channel == Channel.TELEPHONE and not self.is_from_the_public


class Referrer(InHub):
    """Who sent a contact, as far as they said: for the hub's own desk, and never for the agencies it asks.

    Source: docs/rules.md, "Public referrers".
    """

    contact = models.OneToOneField(Contact, on_delete=models.PROTECT, related_name="referrer")
    name = models.CharField(max_length=200, blank=True)
    role = models.CharField(max_length=200, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)

    def __str__(self) -> str:
        return ", ".join(part for part in (self.name, self.role) if part) or "Name not given"


class Disputed(InHub):
    """A message under a reference we hold, with other content: refused, kept, and shown to a person.

    message: as in the contact, with what must not be shown taken out.
    """

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="disputed")
    message = models.JSONField()
    digest = models.CharField(max_length=64)
    channel = models.CharField(max_length=10, choices=Channel)
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "disputed"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["contact", "digest"], name="disputed_once_a_content")
        ]


class Warned(InHub):
    """Something odd about a message that was taken all the same: where, and what."""

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="warnings")
    path = models.CharField(max_length=200)
    words = models.CharField(max_length=400)

    @property
    def where(self) -> str:
        """Say where, as a worker does."""
        return where_in_words(self.path)


class Original(InHub):
    """A message as its sender's system wrote it, before a mapping put it into our words.  Nobody changes it.

    words: as JSON, without the bytes of files; None where the message protects an address: then it is sealed with it.
    digest: keyed, of what was sent, so that a resend is known under another mapping too.  by_mapping: its number.
    """

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="originals")
    words = models.JSONField(null=True)
    digest = models.CharField(max_length=64)
    system = models.CharField(max_length=80)
    by_mapping = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["contact", "digest"], name="original_once_a_content")
        ]

    @property
    def as_text(self) -> str:
        """What was sent, a value a line."""
        return json.dumps(self.words, ensure_ascii=False, indent=2)


class ContactPerson(InHub):
    """A person as one contact names them.  Who that is, is settled in a `Settlement`.

    ref: "p1" in the message.  protected: their address is a sealed item and does not stand here.
    """

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="people")
    ref = models.CharField(max_length=40)
    role = models.CharField(max_length=24)
    given = models.CharField(max_length=120, blank=True)
    family = models.CharField(max_length=120, blank=True)
    known_as = ArrayField(models.CharField(max_length=120), default=list)
    born_on = models.DateField(null=True)
    expected_on = models.DateField(null=True)
    age = models.CharField(max_length=40, blank=True)
    sex = models.CharField(max_length=1, blank=True)
    ethnicity = models.CharField(max_length=10, blank=True)
    language = models.CharField(max_length=60, blank=True)
    interpreter = models.BooleanField(default=False)
    disabilities = ArrayField(models.CharField(max_length=20), default=list)
    nhs_number = models.CharField(max_length=20, blank=True)
    upn = models.CharField(max_length=20, blank=True)
    la_child_id = models.CharField(max_length=40, blank=True)
    lines = ArrayField(models.CharField(max_length=160), default=list)
    postcode = models.CharField(max_length=10, blank=True)
    protected = models.BooleanField(default=False)
    phones = ArrayField(models.CharField(max_length=40), default=list)
    email = models.CharField(max_length=254, blank=True)
    school = models.CharField(max_length=160, blank=True)
    gp = models.CharField(max_length=160, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["contact", "ref"], name="person_once_in_a_contact")
        ]

    def __str__(self) -> str:
        return name_of(self.given, self.family) or "Name not given"

    @property
    def is_at_risk(self) -> bool:
        """Tell whether this is a child or adult the contact is about."""
        return self.role in AT_RISK


class ContactRelationship(InHub):
    """How two people of a contact stand to each other, as its sender said."""

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="relationships")
    from_ref = models.CharField(max_length=40)
    to_ref = models.CharField(max_length=40)
    kind = models.CharField(max_length=20)
    parental_responsibility = models.BooleanField(null=True)


class Attachment(InHub):
    """A file that came with a contact.  Listed, and opened by nobody before it was looked through: see `Looked`."""

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="attachments")
    name = models.CharField(max_length=255)
    media_type = models.CharField(max_length=80)
    size = models.PositiveIntegerField()  # bytes
    sha256 = models.CharField(max_length=64)
    body = models.BinaryField()


class Outcome(models.TextChoices):
    """What came of looking through a file once."""

    CLEAN = "clean", "Nothing was found"
    HARMFUL = "harmful", "The scanner found something harmful"
    UNSAFE = "unsafe", "It holds what could run, or cannot be looked into"
    FAILED = "failed", "It could not be looked through"


class Looked(InHub):
    """That a file was looked through once, by whom, and what was found.  Nobody changes it.

    scanner, version: who looked, as they name themselves.  found: what, in the scanner's words or ours.
    sha256: of the bytes that were looked through; PostgreSQL takes none but the file's own.
    """

    attachment = models.ForeignKey(Attachment, on_delete=models.PROTECT, related_name="looks")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=8, choices=Outcome)
    found = models.CharField(max_length=300, blank=True)
    scanner = models.CharField(max_length=60)
    version = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "looked"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["attachment", "scanner"],
                condition=~Q(outcome="failed"),
                name="looked_through_once_a_scanner",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["contact"], name="looked_contact")]


class Answer(models.TextChoices):
    KNOWN = "known", "Known: this person"
    NEW = "new", "New to this hub"
    CANNOT_TELL = "cannot_tell", "Cannot tell yet"


class Settlement(InHub):
    """A worker's word on who somebody in a contact is.  The newest not undone counts; none is deleted.

    search: key of the ledger's line about the search that it rests on, and how many candidates that search showed:
        search before create cannot be skipped.
    """

    contact_person = models.ForeignKey(ContactPerson, on_delete=models.PROTECT, related_name="settlements")
    answer = models.CharField(max_length=12, choices=Answer)
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    search = models.UUIDField()
    candidates_shown = models.PositiveSmallIntegerField()
    why = models.TextField(blank=True)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["contact_person"], condition=Q(undone_at=None), name="settled_once_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(answer="cannot_tell", person=None)
                | (~Q(answer="cannot_tell") & Q(person__isnull=False)),
                name="settled_on_a_person_or_open",
            ),
        ]


class NotThisPerson(InHub):
    """A worker's word that somebody in a contact is not a person on record; remembered until it is undone."""

    contact_person = models.ForeignKey(ContactPerson, on_delete=models.PROTECT, related_name="not_same")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    why = models.TextField(blank=True)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["contact_person", "person"], condition=Q(undone_at=None), name="not_this_person_once"
            )
        ]


class SetBeside(InHub):
    """How a person on record compared with somebody in a contact when a worker said who that is.  Nobody changes it.

    The record takes over afterwards what the contact says, so this cannot be worked out later.
    search: key of the ledger's line of the search that showed it.  place: 1 for the likeliest.
    levels: codes of how each fact compared; no name, date or number.  claimed: a number given stands on this record
        although it is clearly somebody else.  edition: of the weights that spoke.
    """

    contact_person = models.ForeignKey(ContactPerson, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    search = models.UUIDField()
    place = models.PositiveSmallIntegerField()
    levels = ArrayField(models.CharField(max_length=30))
    claimed = models.BooleanField()
    edition = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "set beside"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["search", "person"], name="set_beside_once_a_search")
        ]


class Addition(InHub):
    """Something added to a contact afterwards: a correction, a written confirmation, a further call.

    by: who wrote it down; None when the referrer added it on their own page.
    """

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="additions")
    words = models.TextField()
    said_by = models.CharField(max_length=160)
    by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()


class Written(InHub):
    """That a contact taken by telephone was followed in writing: by an addition, or by a message of the same sender.

    arrived_at: when the writing came, which is what its clock asks for.  by, at: the worker who said that this is it.
    """

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="writings")
    addition = models.ForeignKey(Addition, null=True, on_delete=models.PROTECT, related_name="+")
    message = models.ForeignKey(Contact, null=True, on_delete=models.PROTECT, related_name="+")
    arrived_at = models.DateTimeField()
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name_plural = "written"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["contact"], condition=Q(undone_at=None), name="written_once_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(addition=None) ^ Q(message=None), name="written_as_addition_or_message"
            ),
        ]


class WrittenChase(InHub):
    """That a referrer who rang was reminded to write: at three quarters of the time, and when it was up."""

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="written_chases")
    step = models.CharField(max_length=8)  # "75", "100"
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["contact", "step"], name="written_chased_once_a_step")
        ]


class ReplyKind(models.TextChoices):
    RECEIVED = "received", "Received, not yet read by a person"
    ACKNOWLEDGED = "acknowledged", "Read by a person"
    CHECK_OPENED = "check_opened", "Being checked with other agencies"
    BACK_FOR_AGREEMENT = "back_for_agreement", "Back to you: please speak with the family"
    PASSED_ON = "passed_on", "Passed to the allocated worker"
    DECIDED = "decided", "Decided"
    DISAGREEMENT = "disagreement", "About your disagreement"


class Reply(InHub):
    """What a referrer was told, in allowed words, on their own page.  An e-mail says only which reference.

    Each but a word about a disagreement says also where their referral is.
    """

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="replies")
    kind = models.CharField(max_length=20, choices=ReplyKind)
    words = models.TextField()
    by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "replies"


class ReplySeen(InHub):
    """A receipt: when the referrer first opened the page that holds this reply."""

    reply = models.ForeignKey(Reply, on_delete=models.PROTECT, related_name="seen")
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "replies seen"
        constraints: ClassVar = [models.UniqueConstraint(fields=["reply"], name="reply_first_seen_once")]


class How(models.TextChoices):
    TELEPHONE = "telephone", "Telephone"
    MEETING = "meeting", "Meeting"
    EMAIL = "email", "E-mail"


class WhyNamed(models.TextChoices):
    """Why somebody may be named in a consultation, which else holds no name."""

    PROFESSIONAL_AGREES = "agrees", "With a name: the professional agrees"
    SAFETY = "safety", "With a name: somebody’s safety needs it"


class Consultation(InHub):
    """A professional asked the hub for advice: about thresholds, what to do, what there is.  No referral is made by it.

    key: the form it came from, so that the same form sent twice makes one.
    asker: the professional's own post in this hub, if they have one; they read their own consultation.
    why_named, named: who it was about, only where one of two reasons allows it; else it holds no name.
    levels: numbers of the levels of need that were spoken of.  categories: ids of categories.yaml.
    guide: the question of the hub's referral guide that it was, UNANSWERED, or "" where nobody said.
    by: the adviser.  follow_up_on: the next day somebody looks whether it went as agreed; None when nobody need.
    contacts: keys of the contacts it is linked to, repeated here so that the wall closes it to whoever is barred.
    """

    key = models.UUIDField(unique=True)
    reference = models.CharField(max_length=20, unique=True)
    held_at = models.DateTimeField()
    how = models.CharField(max_length=10, choices=How)
    source_kind = models.CharField(max_length=20)
    organisation = models.CharField(max_length=200)
    asked_by = models.CharField(max_length=120, blank=True)
    asked_role = models.CharField(max_length=120, blank=True)
    asker = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    why_named = models.CharField(max_length=8, choices=WhyNamed, blank=True)
    named = models.CharField(max_length=240, blank=True)
    question = models.TextField()
    levels = ArrayField(models.PositiveSmallIntegerField(), default=list)
    categories = ArrayField(models.CharField(max_length=60), default=list)
    guide = models.CharField(max_length=60, blank=True)
    advice = models.TextField()
    next_steps = models.TextField()
    referral_advised = models.BooleanField()
    follow_up_on = models.DateField(null=True)
    contacts = ArrayField(models.UUIDField(), default=list)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["hub", "-held_at"], name="consultation_newest")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(why_named="", named="") | (~Q(why_named="") & ~Q(named="")),
                name="consultation_named_for_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(question="") & ~Q(advice="") & ~Q(next_steps=""), name="consultation_is_whole"
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class ConsultationLink(InHub):
    """That a contact came of a consultation.  It is undone for a reason and never deleted.

    by: the worker whose word it is; None where the message itself gave the reference and came from whoever was advised.
    """

    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="links")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="consultation_links")
    why = models.CharField(max_length=240)
    by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    undone_why = models.CharField(max_length=240, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["consultation", "contact"],
                condition=Q(undone_at=None),
                name="consultation_linked_once",
            ),
            models.CheckConstraint(condition=~Q(why=""), name="consultation_linked_for_a_reason"),
            models.CheckConstraint(
                condition=Q(undone_at=None) | ~Q(undone_why=""), name="consultation_unlinked_for_a_reason"
            ),
        ]


class FollowUp(InHub):
    """What became of the advice, found out on the day agreed or before.

    key: the form it came from.  next_on: when somebody looks again; None when nobody need.
    """

    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="follow_ups")
    key = models.UUIDField(unique=True)
    words = models.TextField()
    next_on = models.DateField(null=True)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()


class WentHow(models.TextChoices):
    YES = "yes", "Yes"
    PARTLY = "partly", "Partly"
    NO = "no", "No"


class Feedback(InHub):
    """How it went, in the words of whoever it was for: the referrer on their own page, or one person of the family.

    key: of the form, so that the same form sent twice makes one.
    about: the person of the family who said it; None where the referrer did.
    by: the worker who wrote down what a family said; None where the referrer wrote it.
    """

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="feedback")
    key = models.UUIDField(unique=True)
    about = models.ForeignKey(ContactPerson, null=True, on_delete=models.PROTECT, related_name="+")
    listened = models.CharField(max_length=6, choices=WentHow)
    clear = models.CharField(max_length=6, choices=WentHow)
    words = models.TextField(blank=True)
    by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "feedback"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(about=None, by=None) | Q(about__isnull=False, by__isnull=False),
                name="feedback_of_a_family_is_written_down",
            )
        ]


class Hint(InHub):
    """One thing that a good referral holds, shown while it is written; a hub without any starts from content.

    criterion: of those that panels grade by.  page: of the form.  lacks: what is said while it is missing.
    needs: lists of names of fields; every list is met when one of its fields is filled.

    Source: docs/rules.md, "Hints".
    """

    criterion = models.CharField(max_length=40)
    label = models.CharField(max_length=120)
    page = models.CharField(max_length=40)
    lacks = models.CharField(max_length=240)
    needs = models.JSONField()
    place = models.PositiveSmallIntegerField()

    class Meta:
        ordering: ClassVar = ["place", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["hub", "criterion"], name="hint_once_a_criterion")
        ]

    def __str__(self) -> str:
        return self.label


class Purpose(models.TextChoices):
    """Why somebody prints a page of a case."""

    MEETING = "meeting", "For a strategy discussion, conference or panel"
    COURT = "court", "For a court, or on its order"
    HANDOVER = "handover", "For the service that takes the case over"
    VISIT = "visit", "For a visit, where there is no screen"
    SUBJECT = "subject", "For somebody’s request to see what is held on them"
    OTHER = "other", "For another purpose"


class Printing(InHub):
    """That somebody was about to print a page of a case, and why.

    page: the name of the page's address, as "check:chronology".  words: needed where the purpose is another.
    """

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="printings")
    page = models.CharField(max_length=60)
    purpose = models.CharField(max_length=10, choices=Purpose)
    words = models.CharField(max_length=240, blank=True)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(purpose="other") | ~Q(words=""), name="printing_has_a_purpose"
            )
        ]
