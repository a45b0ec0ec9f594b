"""Children, adults, their names, homes, relationships and open work, as one hub knows them."""

from datetime import date, timedelta
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from mash.common.naming import name_of
from mash.partnership.models import Hub, Staff, new_key
from mash.people.identifiers import LABELS


class Sex(models.TextChoices):
    FEMALE = "F", "Female"
    MALE = "M", "Male"
    UNKNOWN = "U", "Not known"


class InHub(models.Model):
    """A row that belongs to one hub."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    hub = models.ForeignKey(Hub, on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True


class Person(InHub):
    """A child or adult known to a hub.  The same human being known to two hubs is two rows.

    given, family: as they are usually known; every other name is a `Name`.
    expected_on: for a child not yet born.  age_words: "about 4", when nothing better is known, said on `age_as_of`.
    merged_into: the person this row turned out to be; it is kept, and the step can be undone.
    """

    given = models.CharField(max_length=120, blank=True)
    family = models.CharField(max_length=120, blank=True)
    pronunciation = models.CharField(max_length=120, blank=True)
    born_on = models.DateField(null=True, blank=True)
    expected_on = models.DateField(null=True, blank=True)
    age_words = models.CharField(max_length=40, blank=True)
    age_as_of = models.DateField(null=True, blank=True)
    sex = models.CharField(max_length=1, choices=Sex, default=Sex.UNKNOWN)
    ethnicity = models.CharField(max_length=10, blank=True)
    language = models.CharField(max_length=60, blank=True)
    interpreter = models.BooleanField(default=False)
    disabilities = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    school = models.CharField(max_length=160, blank=True)
    gp = models.CharField(max_length=160, blank=True)
    died_on = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=80, blank=True)
    source_key = models.CharField(max_length=80, blank=True)
    recorded_at = models.DateTimeField()
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged"
    )

    class Meta:
        verbose_name_plural = "people"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["hub", "source", "source_key"],
                condition=~Q(source_key=""),
                name="person_once_from_a_source",
            )
        ]
        indexes: ClassVar = [models.Index(fields=["hub", "born_on"])]

    def __str__(self) -> str:
        nameless = "Unborn child" if self.expected_on else "Name not known"
        return name_of(self.given, self.family) or nameless


class Joining(InHub):
    """A worker's word that two records are one person; remembered until it is taken back.

    person: the record that no longer counts by itself.  into: the one that counted for both when it was said.
    No row of either record is moved: `Person.merged_into` points to the record that counts, and is taken back.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="joinings")
    into = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="joined_to_it")
    why = models.TextField()
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    undone_why = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(undone_at=None), name="joined_to_one_at_a_time"
            ),
            models.CheckConstraint(condition=~Q(person=models.F("into")), name="joined_to_another"),
        ]


class Apart(InHub):
    """A worker's word that two records are not the same person; remembered until it is taken back.

    first, second: the smaller key first, so that a pair is said once.
    """

    first = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    why = models.TextField()
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["first", "second"], condition=Q(undone_at=None), name="apart_once_a_pair"
            ),
            models.CheckConstraint(condition=Q(first__lt=models.F("second")), name="apart_smaller_key_first"),
        ]


class Suspected(InHub):
    """Two records that may be one person, as the register was last looked over; a worker says what they are.

    first, second: the smaller key first.  likely: by the rules of matching, else "check".  points: as there.
    """

    first = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    likely = models.BooleanField()
    points = models.FloatField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["first", "second"], name="suspected_once_a_pair")
        ]
        indexes: ClassVar = [models.Index(fields=["hub", "-likely", "-points"], name="suspected_likeliest")]


class LookedOver(InHub):
    """One look over a hub's register: when, over how many records, and how many pairs were found."""

    at = models.DateTimeField()
    records = models.PositiveIntegerField()
    found = models.PositiveIntegerField()


class RegisterSize(InHub):
    """About how many people a hub has on record: counted by night and after a register came, kept in steps.

    half_doublings: the square root of two, so many times multiplied by itself, is the nearest number of that kind.
    """

    half_doublings = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["hub"], name="one_size_a_register")]


class LearnedWeights(InHub):
    """Weights learned from what a hub's own workers decided; they count once a person adopts them; never changed.

    number: 1 and up in each hub.  based_on: the edition that the product carried, from which they were moved.
    weights: as in the product's own file.  report: what they say on decisions held back, beside that edition; numbers
        alone, of nobody.
    """

    number = models.PositiveIntegerField()
    based_on = models.CharField(max_length=40)
    weights = models.JSONField()
    report = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "learned weights"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["hub", "number"], name="learned_once_a_number")
        ]

    def __str__(self) -> str:
        return f"weights {self.number} learned from edition {self.based_on}"


class WeightsChoice(InHub):
    """A person's word on which weights a hub recognises people by.  Nobody changes it; the newest counts.

    number: 1 and up in each hub, so that two cannot choose at once.
    """

    class What(models.TextChoices):
        """What was chosen."""

        ADOPTED = "adopted", "Adopted"
        LEFT = "left", "Not adopted"
        SHIPPED = "shipped", "Back to the edition that the product carries"

    number = models.PositiveIntegerField()
    what = models.CharField(max_length=10, choices=What)
    learned = models.ForeignKey(LearnedWeights, null=True, on_delete=models.PROTECT, related_name="choices")
    why = models.TextField()
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["hub", "number"], name="weights_chosen_once_a_number"),
            models.CheckConstraint(condition=~Q(why=""), name="weights_chosen_with_a_reason"),
            models.CheckConstraint(
                condition=Q(what="shipped", learned=None) | (~Q(what="shipped") & Q(learned__isnull=False)),
                name="weights_chosen_are_named",
            ),
        ]

    def __str__(self) -> str:
        return self.What(self.what).label


class Name(InHub):
    """Another name of a person: known as, former, or as somebody once wrote it."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="names")
    given = models.CharField(max_length=120, blank=True)
    family = models.CharField(max_length=120, blank=True)
    kind = models.CharField(max_length=20, default="known_as")  # known_as | former | written
    from_on = models.DateField(null=True, blank=True)
    until_on = models.DateField(null=True, blank=True)


class Address(InHub):
    """Where a person lives or lived.  A protected address never stands here: it is a sealed item."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="addresses")
    lines = ArrayField(models.CharField(max_length=160), default=list)
    postcode = models.CharField(max_length=10, blank=True)
    from_on = models.DateField(null=True, blank=True)
    until_on = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "addresses"


class Phone(InHub):
    """A telephone number, kept as written and as digits only for finding it."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="phones")
    number = models.CharField(max_length=40)
    digits = models.CharField(max_length=20)
    until_on = models.DateField(null=True, blank=True)


class Identifier(InHub):
    """A number by which somebody else knows the person.

    scheme: nhs | upn | la_child_id | register.  valid: its check digit is right; only then is it evidence.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="identifiers")
    scheme = models.CharField(max_length=20)
    value = models.CharField(max_length=40)
    valid = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "scheme", "value"], name="identifier_once_a_person")
        ]
        indexes: ClassVar = [models.Index(fields=["hub", "scheme", "value"], name="identifier_found")]

    @property
    def label(self) -> str:
        """What the number is called."""
        return LABELS.get(self.scheme, self.scheme)


KINDS = {
    "parent": "parent",
    "step_parent": "step-parent",
    "adoptive_parent": "adoptive parent",
    "foster_carer": "foster carer",
    "private_foster_carer": "private foster carer",
    "sibling": "brother or sister",
    "half_sibling": "half-brother or half-sister",
    "step_sibling": "step-brother or step-sister",
    "spouse": "husband, wife or civil partner",
    "partner": "partner",
    "separated": "separated husband, wife or partner",
    "divorced": "divorced husband, wife or civil partner",
    "ex_partner": "former partner",
    "grandparent": "grandparent",
    "carer": "carer",
    "other": "other relation",
}


class Relationship(InHub):
    """How one person stands to another: `from_person` is the `kind` of `to_person`.

    kind: of KINDS.  parental_responsibility: None when nobody has said.  by: who wrote it down; None for a service.
    """

    from_person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="relates_to")
    to_person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="related_from")
    kind = models.CharField(max_length=20)
    parental_responsibility = models.BooleanField(null=True)
    by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    said_at = models.DateTimeField()
    until_on = models.DateField(null=True, blank=True)

    @property
    def kind_label(self) -> str:
        """The kind as a worker reads it."""
        return KINDS.get(self.kind, self.kind)


class Household(InHub):
    """People who live together.

    source_key: a keyed hash of the address an import saw them at; the address itself does not stand here.
    """

    label = models.CharField(max_length=160, blank=True)
    source_key = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["hub", "source_key"], condition=~Q(source_key=""), name="household_once_an_address"
            )
        ]


class Resident(InHub):
    """A person's time in a household."""

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="residents")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="homes")
    from_on = models.DateField(null=True, blank=True)
    until_on = models.DateField(null=True, blank=True)


class Alert(InHub):
    """Something whoever opens the record must know, until it expires."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="alerts")
    words = models.CharField(max_length=240)
    from_on = models.DateField()
    expires_on = models.DateField()
    by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(expires_on__gte=models.F("from_on")), name="alert_ends_after_it_begins"
            )
        ]


class CourtOrder(InHub):
    """An order of a court about a person."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="court_orders")
    kind = models.CharField(max_length=80)
    court = models.CharField(max_length=120, blank=True)
    words = models.TextField(blank=True)
    made_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)


class Involvement(InHub):
    """Work that is or was open with a person, at a tier, with a named worker.

    tier: 2 early help, 3 child in need or adult assessment, 4 protection plan or looked after.
    source: "open_cases" from the council's nightly list (`as_at` is that list's own moment), "decision", "panel".
    until_on: the first day without it.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="involvements")
    source = models.CharField(max_length=20)
    source_key = models.CharField(max_length=80, blank=True)
    agency = models.CharField(max_length=120)
    plan = models.CharField(max_length=80)
    tier = models.PositiveSmallIntegerField()
    team = models.CharField(max_length=120, blank=True)
    worker_name = models.CharField(max_length=120, blank=True)
    worker_email = models.EmailField(blank=True)
    manager_name = models.CharField(max_length=120, blank=True)
    manager_email = models.EmailField(blank=True)
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)
    as_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["hub", "source", "source_key"],
                condition=Q(until_on=None) & ~Q(source_key=""),
                name="involvement_open_once_from_a_source",
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["hub", "source"], condition=Q(until_on=None), name="involvement_open_by_source"
            )
        ]

    @property
    def last_on(self) -> date | None:
        """The last day on which it is or was open; None while no end is known."""
        return self.until_on - timedelta(days=1) if self.until_on else None


class OpenCasesList(InHub):
    """One arrival of the council's list of open cases: how old is what we think is open."""

    as_at = models.DateTimeField()
    taken_at = models.DateTimeField()
    rows = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["hub", "as_at"], name="open_cases_once_a_moment")
        ]


class Token(models.Model):
    """A keyed hash of something a person can be found by: plain equality keeps its index under the wall.

    kind: see `tokens.py`; it is part of what is hashed too.
    """

    pk = models.CompositePrimaryKey("hub_id", "token", "person_id")
    hub = models.ForeignKey(Hub, on_delete=models.PROTECT, related_name="+", db_index=False)
    token = models.BinaryField(max_length=8)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="tokens")
    kind = models.CharField(max_length=12)
