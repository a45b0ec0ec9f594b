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

    by: who wrote it down; None when the referrer wrote it on their own page.
    """

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="dissents")
    key = models.UUIDField(unique=True)
    who = models.CharField(max_length=160)
    words = models.TextField()
    by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()


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
