"""The systems of agencies that speak with the hub: what each may ask, its keys, and what came from it."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from mash.contact.models import Contact
from mash.partnership.models import Agency, Staff
from mash.people.models import InHub, Person


class Scope(models.TextChoices):
    """One thing that a system may be allowed to do."""

    SEND = "referrals.send", "Send referrals"
    FOLLOW = "referrals.follow", "Read what became of the referrals it sent"
    HAND_OVERS = (
        "hand_overs.take",
        "Take out hand-overs that the agency accepted, and give back their case numbers",
    )
    ANSWER = "enquiries.answer", "Read what the hub asks the agency, and answer it"
    CASES = "open_cases.say", "Say with whom the agency works now"
    DIRECTORY = "directory.read", "Read the hub's directory of services"
    CONFIDENTIAL = "open_cases.in_confidence", "What it says of open cases is for cleared staff alone"


class News(models.TextChoices):
    """What an agency's system is called about: that there is something, and never what it says."""

    ASKED = "enquiry.sent", "The hub asks the agency something"
    TAKEN_BACK = "enquiry.taken_back", "The hub takes back what it asked"
    TOLD = "referral.told", "The sender of a referral is told something"


NEEDS = {News.ASKED: Scope.ANSWER, News.TAKEN_BACK: Scope.ANSWER, News.TOLD: Scope.FOLLOW}


class System(InHub):
    """A computer system of one agency, as the hub's administrator lets it speak with the hub.

    organisation: as its messages name their sender; it can send in no other name.
    ended_at: from then on none of its keys opens anything.

    Source: docs/rules.md, "Systems of agencies".
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    organisation = models.CharField(max_length=200)
    scopes = ArrayField(models.CharField(max_length=30, choices=Scope), default=list)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["hub", "name"], condition=Q(ended_at=None), name="system_once_a_name"
            ),
            models.CheckConstraint(condition=~Q(name="") & ~Q(organisation=""), name="system_has_its_names"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None) | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="system_ended_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def may(self) -> list[str]:
        """What it may do, in words."""
        return [Scope(one).label for one in Scope.values if one in self.scopes]


class Key(InHub):
    """That a system asks in the name of one post until a day.  What it shows is signed, and kept nowhere.

    Source: docs/rules.md, "Systems of agencies".
    """

    system = models.ForeignKey(System, on_delete=models.PROTECT, related_name="keys")
    post = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    label = models.CharField(max_length=80)
    expires_at = models.DateTimeField()
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["post"], name="key_of_post")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None) | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="key_ended_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("at")), name="key_expires_after_it_was_given"
            ),
        ]

    def __str__(self) -> str:
        return self.label


class Mapping(InHub):
    """How a system's own names, codes and dates become the message's: one version of it.  Nobody changes one.

    Nothing is read by it until a second person adopts it; of those adopted the newest counts.
    fields, codes, fixed, passes: as `mapping.read_rules` reads them.

    Source: docs/rules.md, "The words of a system".
    """

    system = models.ForeignKey(System, on_delete=models.PROTECT, related_name="mappings")
    number = models.PositiveIntegerField()
    fields = models.TextField(blank=True)
    codes = models.TextField(blank=True)
    fixed = models.TextField(blank=True)
    passes = models.BooleanField()
    why = models.CharField(max_length=400)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["system", "number"], name="mapping_once_a_number"),
            models.CheckConstraint(condition=~Q(why=""), name="mapping_says_why"),
        ]

    def __str__(self) -> str:
        return f"version {self.number}"


class MappingAdopted(InHub):
    """That somebody else adopts a mapping: from then on messages are read by it."""

    mapping = models.OneToOneField(Mapping, on_delete=models.PROTECT, related_name="adopted")
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "mappings adopted"


class KeyUsed(InHub):
    """A receipt: that a key was shown in one hour.  hour: its beginning."""

    key = models.ForeignKey(Key, on_delete=models.PROTECT, related_name="used")
    hour = models.DateTimeField()

    class Meta:
        verbose_name_plural = "keys used"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["key", "hour"], name="key_used_once_an_hour")
        ]


class Arrival(InHub):
    """That a contact came from a system: whose to follow it is from then on.

    reference, sender_reference: of the contact, which whoever follows it cannot look through.
    """

    system = models.ForeignKey(System, on_delete=models.PROTECT, related_name="arrivals")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="came_by_system")
    reference = models.CharField(max_length=20)
    sender_reference = models.CharField(max_length=60)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["system", "at", "id"], name="arrival_in_order"),
            models.Index(fields=["system", "reference"], name="arrival_by_ours"),
            models.Index(fields=["system", "sender_reference"], name="arrival_by_theirs"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["contact", "system"], name="arrival_once_a_system")
        ]


class Said(InHub):
    """That a system said something under a key of its own: the same again changes nothing, other content is refused.

    key: as the system made it.  digest: keyed, of what was sent.  made: key of the row that came of it.
    """

    system = models.ForeignKey(System, on_delete=models.PROTECT, related_name="+")
    key = models.UUIDField()
    digest = models.CharField(max_length=64)
    made = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "said"
        constraints: ClassVar = [models.UniqueConstraint(fields=["system", "key"], name="said_once_a_key")]


class Hook(InHub):
    """An address of a system that is called when there is something, once a second person lets it in.

    asked_by: leads the agency.  round: which secret its calls are signed with; the one before counts for a day more.
    ended_at: nothing goes there any more.

    Source: docs/rules.md, "Calls to systems".
    """

    system = models.ForeignKey(System, on_delete=models.PROTECT, related_name="hooks")
    address = models.CharField(max_length=500)
    kinds = ArrayField(models.CharField(max_length=30, choices=News))
    asked_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    round = models.PositiveSmallIntegerField(default=1)
    renewed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["system", "-asked_at"], name="hook_of_system")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None) | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="hook_ended_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.address

    @property
    def about(self) -> list[str]:
        """What it is called about, in words."""
        return [News(one).label for one in self.kinds]


class HookLetIn(InHub):
    """That whoever sets up the hub lets an address in, which somebody else asked for."""

    hook = models.OneToOneField(Hook, on_delete=models.PROTECT, related_name="let_in")
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "hooks let in"


class Call(InHub):
    """One call to a system's address: which kind of thing, under which reference, and what became of it.

    about: key of what it is about, so that nothing is called twice.  answered: the status of the last answer.
    """

    hook = models.ForeignKey(Hook, on_delete=models.PROTECT, related_name="calls")
    kind = models.CharField(max_length=30, choices=News)
    about = models.UUIDField()
    reference = models.CharField(max_length=20)
    at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    answered = models.PositiveSmallIntegerField(null=True)
    why_not = models.CharField(max_length=120, blank=True)
    taken_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["next_at"], condition=Q(next_at__isnull=False), name="call_due"),
            models.Index(fields=["hook", "-at", "id"], name="call_newest"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["hook", "kind", "about"], name="called_once_about_a_thing")
        ]


class CallAgain(InHub):
    """That somebody of the agency has a call sent again that was given up; once a call."""

    call = models.OneToOneField(Call, on_delete=models.PROTECT, related_name="again")
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "calls again"


class OpenCase(InHub):
    """That an agency works with somebody, as its own system says it; the newest statement of each case.

    agency: of the system, which itself the desk does not see.  their_id: by which the system tells it apart.
    details: of the person, for recognising them, and shown beside the record they are set beside.
    as_at: how old the statement is.  closed_at: the agency says so, or says it no more.
    confidential: cleared staff alone may know.  looked_at: when it was last set beside the people on record.

    Source: docs/rules.md, "Open cases of agencies".
    """

    system = models.ForeignKey(System, on_delete=models.PROTECT, related_name="open_cases")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    their_id = models.CharField(max_length=60)
    reference = models.CharField(max_length=60, blank=True)
    team = models.CharField(max_length=120, blank=True)
    worker = models.CharField(max_length=120, blank=True)
    telephone = models.CharField(max_length=40, blank=True)
    opened_on = models.DateField()
    closed_on = models.DateField(null=True)
    details = models.JSONField()
    confidential = models.BooleanField()
    as_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    looked_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["system", "their_id"], name="open_case_once_a_system")
        ]
        indexes: ClassVar = [
            models.Index(fields=["hub", "looked_at"], condition=Q(closed_at=None), name="open_case_looked")
        ]

    def __str__(self) -> str:
        return self.reference or self.their_id


class OpenCasesTaken(InHub):
    """That a system said which cases are open.  whole: what it did not name is closed."""

    system = models.ForeignKey(System, on_delete=models.PROTECT, related_name="+")
    whole = models.BooleanField()
    rows = models.PositiveIntegerField()
    as_at = models.DateTimeField()
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "open cases taken"
        indexes: ClassVar = [models.Index(fields=["system", "-as_at"], name="open_cases_newest")]


class CaseLike(InHub):
    """That somebody on record may be whom an agency works with.  A suggestion: a person settles it.

    band: likely or check.  confidential: of the case.
    """

    case = models.ForeignKey(OpenCase, on_delete=models.PROTECT, related_name="likes")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    band = models.CharField(max_length=10)
    confidential = models.BooleanField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "person"], name="case_like_once_a_person")
        ]


class CaseWord(InHub):
    """A worker's word that an agency's open case is, or is not, of somebody on record.  The newest counts."""

    like = models.ForeignKey(CaseLike, on_delete=models.PROTECT, related_name="words")
    same = models.BooleanField()
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["like", "-at"], name="case_word_newest")]
