"""Hubs, the agencies in them, who signs in, and what each may do there."""

import uuid
from collections.abc import Iterable
from datetime import UTC, datetime, time
from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.crypto import salted_hmac

from mash.common.identity import Identity, Kind


def new_key() -> uuid.UUID:
    """Return a random key: nothing can be counted or guessed from it."""
    return uuid.uuid4()


class Duty(models.TextChoices):
    """What a post may do.  A post without duties may do nothing."""

    SCREEN = "screen", "Screen contacts"
    ASSESS = "assess", "Decide as a social worker"
    DECIDE = "decide", "Decide as the social care manager"
    APPROVE = "approve", "Approve as a second person"
    ANSWER = "answer", "Answer for an agency"
    CLEAR = "clear", "Know what is sealed"
    RELEASE = "release", "Release what is sealed"
    OUT_OF_HOURS = "out_of_hours", "Out-of-hours duty"
    CHAIR = "chair", "Chair the panel"
    GRADE = "grade", "Grade referrals"
    REVIEW = "review", "Decide again, blind"
    TRAIN = "train", "Train"
    MANAGE = "manage", "Manage the hub"
    ANALYSE = "analyse", "Analyse"
    AUDIT = "audit", "Audit"
    ADMINISTER = "administer", "Set up the hub"


DESK = (Duty.SCREEN, Duty.ASSESS, Duty.DECIDE, Duty.APPROVE, Duty.CLEAR, Duty.OUT_OF_HOURS, Duty.MANAGE)
"""The duties that work at the hub's own desk and so see its contacts and people.  identity_1.sql repeats them."""
DAY = tuple(duty for duty in DESK if duty != Duty.OUT_OF_HOURS)
"""Those that see the whole desk at any hour.  identity_3.sql repeats them."""


class AgencyKind(models.TextChoices):
    """What kind of agency; a kind has its own set of questions in a check."""

    CHILDRENS_SOCIAL_CARE = "childrens_social_care", "Children's social care"
    ADULT_SOCIAL_CARE = "adult_social_care", "Adult social care"
    POLICE = "police", "Police"
    EDUCATION = "education", "Education"
    COMMUNITY_HEALTH = "community_health", "Community health"
    GP = "gp", "GP practice"
    HOSPITAL = "hospital", "Hospital"
    MATERNITY = "maternity", "Maternity"
    CAMHS = "camhs", "Child and adolescent mental health"
    ADULT_MENTAL_HEALTH = "adult_mental_health", "Adult mental health"
    SUBSTANCE_MISUSE = "substance_misuse", "Drug and alcohol service"
    DOMESTIC_ABUSE_SERVICE = "domestic_abuse_service", "Domestic abuse service"
    HOUSING = "housing", "Housing"
    PROBATION = "probation", "Probation"
    YOUTH_JUSTICE = "youth_justice", "Youth justice"
    TARGETED_YOUTH_SUPPORT = "targeted_youth_support", "Targeted youth support"
    FIRE_SERVICE = "fire_service", "Fire and rescue service"
    EARLY_HELP = "early_help", "Early help"
    VOLUNTARY_SECTOR = "voluntary_sector", "Voluntary and community sector"
    OTHER = "other", "Other: asked in free text"


def in_words(duties: Iterable[str]) -> str:
    """Return duties by their labels, in the order in which they are listed."""
    chosen = set(duties)
    return ", ".join(duty.label for duty in Duty if duty in chosen) or "none"


HUB_COLOUR = "#0b3d5c"  # what a hub starts from; assets/_frame.scss has it too
STANDARD_WEEK = {str(day): ["09:00", "17:00"] for day in range(5)}


def standard_week() -> dict[str, list[str]]:
    """Return the hours a new hub starts from: Monday (0) to Friday (4), nine to five."""
    return dict(STANDARD_WEEK)


class Hub(models.Model):
    """One Multi-Agency Safeguarding Hub: the unit that never sees another's records.

    hours: weekday ("0" is Monday) to [opens, closes] as "HH:MM", Europe/London; a day left out is closed.
    prefix: two or three letters that begin its references.
    colour: of its header, "#rrggbb"; white words on it are easy to read.
    logo: names the picture in its header, "" for none.  logo_alt: what it shows; "" where it only repeats the name.
    practises_for: the hub whose changes are tried here first; only for training.
    exercise_for: the hub that trains people here, in one exercise; no e-mail leaves it, and no other hub meets it.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    name = models.CharField(max_length=80, unique=True)
    prefix = models.CharField(max_length=3, unique=True)
    hours = models.JSONField(default=standard_week)
    telephone = models.CharField(max_length=30, blank=True)
    out_of_hours_telephone = models.CharField(max_length=30, blank=True)
    email = models.EmailField(blank=True)
    is_training = models.BooleanField(default=False)
    family_first = models.BooleanField(default=True, help_text="show names family name first")
    colour = models.CharField(max_length=7, default=HUB_COLOUR)
    logo = models.CharField(max_length=64, blank=True)
    logo_alt = models.CharField(max_length=120, blank=True)
    practises_for = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="practice"
    )
    exercise_for = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="exercises"
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(practises_for=None) | Q(is_training=True), name="hub_practises_in_training_only"
            ),
            models.CheckConstraint(
                condition=Q(exercise_for=None) | Q(is_training=True, practises_for=None),
                name="hub_of_an_exercise_is_for_training",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Closure(models.Model):
    """A day on which a hub is closed although the week says open."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    hub = models.ForeignKey(Hub, on_delete=models.PROTECT, related_name="closures")
    on = models.DateField()
    reason = models.CharField(max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["hub", "on"], name="closure_once_a_day")]

    def __str__(self) -> str:
        return f"{self.hub} closed on {self.on}"


class Agency(models.Model):
    """An organisation that works in one or more hubs."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    name = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=24, choices=AgencyKind)

    class Meta:
        verbose_name_plural = "agencies"

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """An agency's place in one hub: it can be asked, and where a reminder reaches it."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    hub = models.ForeignKey(Hub, on_delete=models.PROTECT, related_name="memberships")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="memberships")
    email = models.EmailField(blank=True)
    telephone = models.CharField(max_length=30, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["hub", "agency"], name="membership_once_a_hub")]

    def __str__(self) -> str:
        return f"{self.agency} in {self.hub}"


class Accounts(BaseUserManager["Account"]):
    """Finds accounts by e-mail address, in any case of letters."""

    def create_user(self, email: str, name: str, password: str | None = None) -> "Account":
        """Make an account that may sign in and, without a post, do nothing."""
        account = self.model(email=self.normalize_email(email).lower(), name=name)
        account.set_password(password)
        account.save(using=self._db)
        return account

    def get_by_natural_key(self, username: str | None) -> "Account":
        return self.get(email__iexact=username)


class Account(AbstractBaseUser):
    """Who signs in.  What they may do lies in their posts.

    signed_out_at: when every session of it was ended at once; a session begun before that opens nothing.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(auto_now_add=True)
    signed_out_at = models.DateTimeField(null=True, blank=True)

    objects = Accounts()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    is_staff = False  # there is no administration site

    def __str__(self) -> str:
        return self.name

    @property
    def identity(self) -> Identity:
        """Who acts when this account is signed in and has chosen no post."""
        return Identity(Kind.ACCOUNT, str(self.pk))

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Bind a session to the password, and to the last time that every session was ended at once."""
        ended = self.signed_out_at.astimezone(UTC).isoformat() if self.signed_out_at else ""
        said = salted_hmac("mash.partnership.session", self.password + ended, secret, algorithm="sha256")
        return said.hexdigest()


class Staff(models.Model):
    """A post: one account in one hub, for one agency, with its duties, from one moment and until another.

    deputy: who is asked instead while this post is `away_until`.
    leads: leads its agency's team in this hub: fills its rota, and moves its work when somebody is away.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="posts")
    hub = models.ForeignKey(Hub, on_delete=models.PROTECT, related_name="staff")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="staff")
    title = models.CharField(max_length=80)
    duties = ArrayField(models.CharField(max_length=20, choices=Duty), default=list, blank=True)
    leads = models.BooleanField(default=False)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True, blank=True)
    away_until = models.DateTimeField(null=True, blank=True)
    deputy = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        verbose_name_plural = "staff"
        indexes = [models.Index(fields=["hub", "agency"])]

    def __str__(self) -> str:
        return f"{self.account.name}, {self.title}"

    @property
    def identity(self) -> Identity:
        """Who acts when this post is taken."""
        return Identity(Kind.STAFF, str(self.pk))

    def has(self, *duties: str) -> bool:
        """Tell whether the post carries any of these duties."""
        return any(duty in self.duties for duty in duties)

    @property
    def works_at_the_desk(self) -> bool:
        """Tell whether the post sees the hub's contacts and people."""
        return self.has(*DESK)

    @property
    def works_nights(self) -> bool:
        """Tell whether the post's only duty at the desk is the emergency duty team's: it sees the night's contacts.

        Source: docs/rules.md, "Out of hours".
        """
        return self.has(Duty.OUT_OF_HOURS) and not self.has(*DAY)


class Access(models.Model):
    """Why somebody may see a case, or may not: the one table of it that row-level security reads.

    For one post or one agency in a hub; `contact_id` and `person_id` are opaque here.
    bars: a conflict of interest; closes the case to a post that would else see it.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    hub = models.ForeignKey(Hub, on_delete=models.PROTECT, related_name="+")
    staff = models.ForeignKey(Staff, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    contact_id = models.UUIDField(null=True, blank=True)
    person_id = models.UUIDField(null=True, blank=True)
    bars = models.BooleanField(default=False)
    why = models.CharField(max_length=200)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name_plural = "access"
        indexes = [models.Index(fields=["staff"]), models.Index(fields=["agency", "hub"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(staff=None) ^ Q(agency=None), name="access_of_one_post_or_one_agency"
            ),
            models.CheckConstraint(
                condition=Q(contact_id=None) ^ Q(person_id=None), name="access_to_one_contact_or_person"
            ),
            models.CheckConstraint(condition=~Q(why=""), name="access_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{'bar' if self.bars else 'access'}: {self.why}"


class Restriction(models.Model):
    """That a case is closed to its hub's desk but for cleared staff, who manages the hub, and those let in by name.

    `contact_id` is opaque here, and row-level security reads this as it reads `Access`.
    reference: of the contact, as people read it out: one who may not see the case can still name it.
    why: the sensitive categories it was given.  by: who gave them.  until_at: lifted then, by a manager, with a reason.

    Source: docs/rules.md, "Restricted cases".
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    hub = models.ForeignKey(Hub, on_delete=models.PROTECT, related_name="+")
    contact_id = models.UUIDField()
    reference = models.CharField(max_length=20, blank=True, default="")
    why = models.CharField(max_length=200)
    from_at = models.DateTimeField()
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    until_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    lifted_why = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["contact_id"], condition=Q(until_at=None), name="restricted_once_at_a_time"
            ),
            models.CheckConstraint(condition=~Q(why=""), name="restriction_has_a_reason"),
            models.CheckConstraint(
                condition=Q(until_at=None, lifted_by=None, lifted_why="")
                | (Q(until_at__isnull=False, lifted_by__isnull=False) & ~Q(lifted_why="")),
                name="restriction_lifted_by_somebody_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"restricted: {self.why}"


class Reviewed(models.TextChoices):
    """What whoever manages the hub says of an opening in an emergency."""

    JUSTIFIED = "justified", "Justified"
    NOT_JUSTIFIED = "not_justified", "Not justified"


class Opening(models.Model):
    """That a worker opened one restricted case in an emergency: for an hour, with a reason, and reviewed afterwards.

    The database's own function writes it, with the access that it gives.  `contact_id` is opaque here.

    Source: docs/rules.md, "Opening a restricted case in an emergency".
    """

    id = models.UUIDField(primary_key=True, editable=False)
    hub = models.ForeignKey(Hub, on_delete=models.PROTECT, related_name="+")
    contact_id = models.UUIDField()
    reference = models.CharField(max_length=20)
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=200)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField()
    review_due_at = models.DateTimeField()
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=13, choices=Reviewed, blank=True)
    review_why = models.CharField(max_length=400, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["hub", "from_at"], name="opening_by_hub")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(why=""), name="opening_has_a_reason"),
            models.CheckConstraint(
                condition=Q(outcome="", review_why="", reviewed_at=None, reviewed_by=None)
                | (
                    Q(reviewed_at__isnull=False, reviewed_by__isnull=False)
                    & ~Q(outcome="")
                    & ~Q(review_why="")
                ),
                name="opening_reviewed_by_somebody_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by=None) | ~Q(reviewed_by=F("staff")), name="opening_reviewed_by_another"
            ),
        ]

    def __str__(self) -> str:
        return f"opened in an emergency: {self.reference}"


class PostTaken(models.Model):
    """That somebody signed in and took a post: what tells whether it is used."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="taken")
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "posts taken"
        indexes: ClassVar = [models.Index(fields=["staff", "-at"])]


class Dormant(models.Model):
    """That a post stopped, because nobody used it for so long or nobody needs it; it opens nothing until that is ended.

    last_used_at: None if it never was.  owner_ends: whoever holds it starts it again, by their second factor.
    why: of whoever looked through the posts of their agency; "" where nobody used it.

    Source: docs/rules.md, "Posts that nobody uses", "Posts are looked through".
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    hub = models.ForeignKey(Hub, on_delete=models.PROTECT, related_name="+")
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="dormant")
    last_used_at = models.DateTimeField(null=True)
    owner_ends = models.BooleanField()
    why = models.CharField(max_length=240, blank=True)
    from_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "dormant"


class Woken(models.Model):
    """That a dormant post may be used again: who said so, and why.

    account: who said so, since whoever holds it may have no post to say it from.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    hub = models.ForeignKey(Hub, on_delete=models.PROTECT, related_name="+")
    dormant = models.OneToOneField(Dormant, on_delete=models.PROTECT, related_name="woken")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=240)
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "woken"
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(why=""), name="woken_for_a_reason")]


class StillNeeded(models.Model):
    """The word of whoever looked through the posts of an agency that one is still needed, with its duties as they are.

    Source: docs/rules.md, "Posts are looked through".
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    hub = models.ForeignKey(Hub, on_delete=models.PROTECT, related_name="+")
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="still_needed")
    duties = ArrayField(models.CharField(max_length=20), default=list)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "still needed"
        indexes: ClassVar = [models.Index(fields=["staff", "-at"])]


class Service(models.Model):
    """A program that may act without a person: by name, for a reason, until an end."""

    name = models.CharField(max_length=40, primary_key=True)
    reason = models.CharField(max_length=200)
    until_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class ReferrerCode(models.Model):
    """A code sent to whoever referred, which opens their own page about one contact.

    code_hash: SHA-256 of the code with the contact's key.  A code lasts half an hour and five wrong tries.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    hub = models.ForeignKey(Hub, on_delete=models.PROTECT, related_name="+")
    contact_id = models.UUIDField()
    code_hash = models.CharField(max_length=64, unique=True)
    wrong_tries = models.PositiveSmallIntegerField(default=0)
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"code for {self.contact_id}"


class SignInCode(models.Model):
    """A code sent to somebody's own address, with which they set the password of their account, once.

    code_hash: SHA-256 of the code with the account's key.  A code lasts seven days and five wrong tries.
    by: who had it sent; None for a program.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    hub = models.ForeignKey(Hub, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    code_hash = models.CharField(max_length=64, unique=True)
    wrong_tries = models.PositiveSmallIntegerField(default=0)
    by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["account", "expires_at"], name="sign_in_code_of_account")]

    def __str__(self) -> str:
        return f"code for {self.account}"


class Tally(models.Model):
    """Something counted for a while: `key` is a keyed hash, `value` says how often, or that a code was used."""

    key = models.CharField(primary_key=True, max_length=64)
    value = models.JSONField()
    until_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "tallies"
        indexes = [models.Index(fields=["until_at"], name="tally_oldest")]

    def __str__(self) -> str:
        return self.key


class Email(models.Model):
    """Something that somebody is told: to an address outside as it stands, to who works here as a notification.

    private: it holds a code for whoever it goes to, and nobody else reads it.
    calendar: the text of an invitation that goes with it, as calendars read it; "" for none.
    account: whose notification it is, read after signing in; what leaves then says only that there is something.
        None: an address outside, which gets subject and body: which reference to sign in for, and nothing of the case.
    page: where a notification leads; "" for its case.  contact_id: of the case that it is about, if any.
    due_at: by when something is to be done.  urgent: neither quiet hours nor a wish for one e-mail a day hold it up.
    only_here: no e-mail goes: so it was wished, or it was read before one went.
    went_on_at: nobody had read it in time, and the next one was told.
    next_at: it is not tried (again) before then.  tries: how often it could not be sent.
    why_not: of what kind the last failure was.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    hub = models.ForeignKey(Hub, on_delete=models.PROTECT, related_name="+")
    to = models.EmailField()
    subject = models.CharField(max_length=160)
    body = models.TextField()
    private = models.BooleanField(default=False)
    calendar = models.TextField(blank=True, default="")
    account = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    page = models.CharField(max_length=200, blank=True, default="")
    contact_id = models.UUIDField(null=True)
    due_at = models.DateTimeField(null=True)
    urgent = models.BooleanField(default=False)
    only_here = models.BooleanField(default=False)
    queued_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    went_on_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    why_not = models.CharField(max_length=60, blank=True, default="")
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(F("hub"), F("queued_at").desc(), name="email_newest"),
            models.Index(F("account"), F("hub"), F("queued_at").desc(), name="email_of_account"),
            models.Index(fields=["account", "hub"], condition=models.Q(read_at=None), name="email_unread"),
            models.Index(
                fields=["queued_at"], condition=models.Q(sent_at=None, only_here=False), name="email_waiting"
            ),
            models.Index(
                fields=["due_at"],
                condition=models.Q(read_at=None, went_on_at=None, due_at__isnull=False),
                name="email_unread_and_due",
            ),
        ]

    def __str__(self) -> str:
        return self.subject


def opening_hours(hub: Hub) -> dict[int, tuple[time, time]]:
    """Return weekday (0 is Monday) to opening and closing time, local to Europe/London.  "24:00" closes at midnight."""
    return {int(day): (_time(opens), _time(closes)) for day, (opens, closes) in hub.hours.items()}


def _time(text: str) -> time:
    return time.max if text == "24:00" else datetime.strptime(text, "%H:%M").time()  # noqa: DTZ007


from mash.partnership.rota import Absence, RotaGap, Turn  # noqa: E402, F401 (Django looks for an app's rows here)
