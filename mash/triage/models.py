"""What the hub makes of a contact before anyone is asked: whose it is, how urgent, on what ground, and where to."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from mash.contact.models import Contact, ContactPerson
from mash.partnership.models import Staff
from mash.people.models import InHub


class Colour(models.TextChoices):
    """How urgent; always shown with its word and its mark."""

    RED = "red", "Red"
    AMBER = "amber", "Amber"
    GREEN = "green", "Green"
    BLUE = "blue", "Blue"


class Change(models.TextChoices):
    """Why a rating was given or changed; it decides where the clock counts from."""

    FIRST = "first", "First rating"
    NEWS = "news", "Raised: something new is known"
    CORRECTION = "correction", "Raised: the first reading was wrong"
    LOWERED = "lowered", "Lowered"


class Stage(models.TextChoices):
    TRIAGE = "triage", "Triage"
    AGENCY_RETURN = "agency_return", "Agency return"
    HUB_DECISION = "hub_decision", "Decision"
    FEEDBACK = "feedback", "Answer to the referrer"
    WRITTEN = "written", "Written form after a call"


class Target(InHub):
    """How long a stage may take in this hub, from a date on.

    rating: a colour, or "" for a clock that is the same at every rating.  subject: child | adult.
    unit: hours | working_days.  kind: working (the hub's opening hours) | elapsed (every hour).
    """

    stage = models.CharField(max_length=16, choices=Stage)
    rating = models.CharField(max_length=6, choices=Colour, blank=True)
    subject = models.CharField(max_length=6, default="child")
    value = models.PositiveSmallIntegerField()
    unit = models.CharField(max_length=16)
    kind = models.CharField(max_length=8)
    source = models.CharField(max_length=160)
    edition = models.CharField(max_length=60)
    from_on = models.DateField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["hub", "stage", "rating", "subject", "from_on"], name="target_once_from_a_day"
            )
        ]


class Rating(InHub):
    """One rating in a contact's history.  None is ever changed; the newest counts.

    what_is_new, said_by, reached_us_at: for a raise on news.
    danger_answered: what was done about danger stated by the sender; the first rating of such a contact needs it.
    """

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="ratings")
    colour = models.CharField(max_length=6, choices=Colour)
    change = models.CharField(max_length=10, choices=Change)
    why = models.TextField()
    what_is_new = models.TextField(blank=True)
    said_by = models.CharField(max_length=160, blank=True)
    reached_us_at = models.DateTimeField(null=True)
    danger_answered = models.TextField(blank=True)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["contact", "-at"], name="rating_newest")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(why=""), name="rating_has_a_reason"),
            models.UniqueConstraint(
                fields=["contact"], condition=Q(change="first"), name="rating_first_once"
            ),
        ]


class Standing(InHub):
    """Where a rated contact stands in the order of work: kept in the transaction of each change, for the list alone.

    A contact without one is not yet rated.  place: of `worklist.order` in ratings.yaml.
    due_at: when the decision is due; None where its rating has no limit.  A contact's own page works it out afresh.
    counts_from: when a decision was reopened because something new is known; None for from receipt.
    """

    contact = models.OneToOneField(Contact, on_delete=models.PROTECT, related_name="standing")
    colour = models.CharField(max_length=6, choices=Colour)
    place = models.PositiveSmallIntegerField()
    due_at = models.DateTimeField(null=True)
    counts_from = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["hub", "place", "due_at"], include=["contact", "colour"], name="standing_in_order"
            )
        ]


class StillOpen(InHub):
    """That nobody has ended the work on a contact: kept by the database itself at each change, for every list of work.

    Otherwise what is open would be found by reading all that a hub ever received.  What ends the work is said by
    `order.counts_as_finished`, and in SQL by `identity.open_or_not()`; each night the two are compared.
    """

    contact = models.OneToOneField(Contact, on_delete=models.PROTECT, related_name="still_open")

    def __str__(self) -> str:
        return f"{self.contact_id} is open"


class Hold(InHub):
    """The soft lock: who works on a contact now.  It ends by itself after 15 idle minutes, or at sign-out."""

    contact = models.OneToOneField(Contact, on_delete=models.PROTECT, related_name="hold")
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    until = models.DateTimeField()


class Owner(InHub):
    """Whose a contact is.  The newest counts; a contact nobody took is the hub's duty desk's."""

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="owners")
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=240)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()


class Episode(InHub):
    """Several reports of one event, worked once."""

    words = models.CharField(max_length=240)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()


class EpisodeContact(InHub):
    """A contact's place in an episode."""

    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="contacts")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="episodes")
    why = models.CharField(max_length=240)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["contact"], condition=Q(undone_at=None), name="one_episode_a_contact"
            )
        ]


class NotOneEvent(InHub):
    """A worker looked at two contacts and said that they are different events; they are not suggested again."""

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+")
    other = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["contact", "other"], name="not_one_event_said_once")
        ]


class Sought(models.TextChoices):
    GIVEN = "given", "Asked and agreed"
    REFUSED = "refused", "Asked and refused"
    NOT_SOUGHT = "not_sought", "Not asked"


class Agreement(InHub):
    """What one person said about sharing what is held on one person, for stated purposes.

    Several run side by side: a new one never ends another.  `scopes` are ids of lawful_bases.yaml.
    from_message: said by the referrer in the message, not yet heard by the hub itself.
    """

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="agreements")
    about = models.ForeignKey(ContactPerson, on_delete=models.PROTECT, related_name="agreements")
    sought = models.CharField(max_length=12, choices=Sought)
    given_by = models.CharField(max_length=24, blank=True)
    given_by_person = models.ForeignKey(ContactPerson, null=True, on_delete=models.PROTECT, related_name="+")
    scopes = ArrayField(models.CharField(max_length=24), default=list)
    how = models.CharField(max_length=24, blank=True)
    family_aware = models.BooleanField(null=True)
    words = models.TextField(blank=True)
    said_at = models.DateTimeField()
    lapses_at = models.DateTimeField(null=True)
    from_message = models.BooleanField(default=False)
    withdrawn_at = models.DateTimeField(null=True)
    by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()


class Ground(InHub):
    """Why what is held on a person may be asked for although agreement does not cover it: an override.

    The approver is another person than the recorder.  On red a check may open before approval, due the same day.
    """

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="grounds")
    about = models.ForeignKey(ContactPerson, on_delete=models.PROTECT, related_name="grounds")
    ground = models.CharField(max_length=32)
    reason = models.TextField()
    manager_said = models.CharField(
        max_length=160, blank=True
    )  # named in the message, not approval in the hub
    from_message = models.BooleanField(default=False)
    by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    approved_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=models.F("by")) | Q(by=None),
                name="ground_approved_by_another",
            ),
        ]


class Basis(InHub):
    """A lawful basis relied on for a contact; an id of lawful_bases.yaml, kept with the words in force that day."""

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="bases")
    basis = models.CharField(max_length=40)
    words = models.CharField(max_length=240)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "bases"
        constraints: ClassVar = [models.UniqueConstraint(fields=["contact", "basis"], name="basis_once")]


class Route(InHub):
    """Where triage sends a contact: "check", or the outcome proposed for decision.  The newest counts.

    for_adult: the outcome proposed for the adult, in a contact about a child and an adult; `route` is then the child's.
    asked_for_by: for a check on an open case, the allocated worker or manager who asked for it.
    """

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="routes")
    route = models.CharField(max_length=40)
    for_adult = models.CharField(max_length=40, blank=True)
    asked_for_by = models.CharField(max_length=160, blank=True)
    why = models.TextField()
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()


class Returned(InHub):
    """A contact sent back to its referrer to speak with the family.  It waits and its clock runs; it is not decided."""

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="returns")
    reason = models.TextField()
    look_again_on = models.DateField()
    who_keeps_safe = models.CharField(max_length=240)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    back_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["contact"], condition=Q(back_at=None), name="returned_once_at_a_time"
            )
        ]


class Paused(InHub):
    """A clock at rest, with a reason and an end.  None by default; never on red, unrated or statutory clocks."""

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="pauses")
    reason = models.CharField(max_length=240)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField()
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")


class Said(models.TextChoices):
    YES = "yes", "Yes"
    NO = "no", "No"
    NOT_KNOWN = "not_known", "Not known yet"


class AboutAdult(InHub):
    """Something recorded of one adult at risk, never of a parent or a child.  The newest counts; none is changed."""

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+")
    about = models.ForeignKey(ContactPerson, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        abstract = True


class ThreePartTest(AboutAdult):
    """The three parts of section 42(1) of the Care Act 2014 for one adult, each answered and put into words.

    needs: care and support needs.  harm: abuse or neglect, or a risk of it.  protect: cannot protect themselves
    because of those needs.
    """

    needs = models.CharField(max_length=9, choices=Said)
    needs_words = models.TextField()
    harm = models.CharField(max_length=9, choices=Said)
    harm_words = models.TextField()
    protect = models.CharField(max_length=9, choices=Said)
    protect_words = models.TextField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(needs_words="") & ~Q(harm_words="") & ~Q(protect_words=""),
                name="three_parts_in_words",
            )
        ]

    @property
    def parts(self) -> list[tuple[str, str, str]]:
        """Each part: what it asks, the answer, and the words."""
        answers = [
            (PARTS["needs"], self.get_needs_display(), self.needs_words),
            (PARTS["harm"], self.get_harm_display(), self.harm_words),
            (PARTS["protect"], self.get_protect_display(), self.protect_words),
        ]
        return [(part, str(answer), words) for part, answer, words in answers]

    @property
    def is_answered(self) -> bool:
        """Tell whether each part is answered yes or no."""
        return Said.NOT_KNOWN not in {self.needs, self.harm, self.protect}

    @property
    def is_met(self) -> bool:
        """Tell whether all three parts are met."""
        return {self.needs, self.harm, self.protect} == {Said.YES}


PARTS = {
    "needs": "Do they have needs for care and support?",
    "harm": "Are they experiencing, or at risk of, abuse or neglect?",
    "protect": "Because of those needs, are they unable to protect themselves?",
}


class Asked(models.TextChoices):
    ADULT = "adult", "The adult was asked"
    ADVOCATE = "advocate", "Somebody who speaks for them was asked"
    NOT_YET = "not_yet", "Not asked yet"
    UNSAFE = "unsafe", "Asking would be unsafe now"


class Wishes(AboutAdult):
    """What one adult at risk wants to happen, in their words; or why they were not asked.

    spoken_for_by: the advocate, attorney, deputy or other person who was asked for them.
    """

    asked = models.CharField(max_length=8, choices=Asked)
    words = models.TextField()
    spoken_for_by = models.CharField(max_length=160, blank=True)

    class Meta:
        verbose_name_plural = "wishes"
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(words=""), name="wishes_in_words"),
            models.CheckConstraint(
                condition=~Q(asked="advocate") | ~Q(spoken_for_by=""), name="wishes_say_who_spoke"
            ),
        ]


class Finding(models.TextChoices):
    HAS = "has", "Has capacity to decide this"
    LACKS = "lacks", "Lacks capacity to decide this"
    DOUBT = "doubt", "In doubt: to be assessed"
    ASSUMED = "assumed", "Assumed: nothing suggests otherwise"


class Capacity(AboutAdult):
    """What is known of one adult's capacity for one decision at one time, under the Mental Capacity Act 2005.

    decision: which decision it is about.  decides_for_them: who decides in their best interests where they lack it.
    """

    decision = models.CharField(max_length=240)
    finding = models.CharField(max_length=8, choices=Finding)
    words = models.TextField()
    assessed_by = models.CharField(max_length=160, blank=True)
    decides_for_them = models.CharField(max_length=160, blank=True)

    class Meta:
        verbose_name_plural = "capacities"
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(words="") & ~Q(decision=""), name="capacity_in_words"),
            models.CheckConstraint(
                condition=~Q(finding="lacks") | (~Q(assessed_by="") & ~Q(decides_for_them="")),
                name="capacity_lacking_says_who",
            ),
        ]


from mash.triage.reading import (  # noqa: E402, F401 (Django looks for an app's rows here)
    ClockFact,
    Confirmation,
    Noted,
    NotedSeen,
    Reading,
    RepeatReview,
)
