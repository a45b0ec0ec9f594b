"""What help exists: organisations, services and where they are; changes that wait; and named contacts.

An entry is kept whole, as Open Referral UK 3.0 writes it, so that nothing of it is lost between two systems.
Beside it stand the few columns that a search filters by.
"""

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from mash.partnership.models import Agency, Hub, Staff, new_key


class Status(models.TextChoices):
    """The words of the standard."""

    ACTIVE = "active", "Open"
    INACTIVE = "inactive", "Not running now"
    DEFUNCT = "defunct", "Ended"
    TEMPORARILY_CLOSED = "temporarily closed", "Closed for a time"


OFFERED = (Status.ACTIVE, Status.TEMPORARILY_CLOSED)


class OfHub(models.Model):
    """A row of one hub's directory."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    hub = models.ForeignKey(Hub, on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True


class Entry(OfHub):
    """Something that the standard names by a key of its publisher's.

    key: that key; two hubs may hold the same one.  entry: as the standard writes it.
    """

    key = models.UUIDField()
    name = models.CharField(max_length=300)
    entry = models.JSONField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


class Organisation(Entry):
    """Who offers services.  agency: whose posts keep its entries, if it sits at the hub's table."""

    agency = models.ForeignKey(Agency, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["hub", "key"], name="organisation_once_a_hub")
        ]
        indexes: ClassVar = [models.Index(fields=["hub", "name"], name="organisation_by_name")]


class Location(Entry):
    """A place that was listed by itself; services name it by its key."""

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["hub", "key"], name="location_once_a_hub")]


class Taxonomy(Entry):
    """A list of terms by which a publisher sorts services."""

    class Meta:
        verbose_name_plural = "taxonomies"
        constraints: ClassVar = [models.UniqueConstraint(fields=["hub", "key"], name="taxonomy_once_a_hub")]


class Term(Entry):
    """One term of a taxonomy.  taxonomy_key, parent_key: as its publisher has them."""

    taxonomy_key = models.UUIDField(null=True)
    parent_key = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["hub", "key"], name="term_once_a_hub")]
        indexes: ClassVar = [models.Index(fields=["hub", "taxonomy_key"], name="term_by_taxonomy")]


class Service(Entry):
    """One service as it stands now.

    minimum_age, maximum_age: whole years, None where nothing is said.  is_free: None where nothing is said.
    verified_on: the day on which its publisher says that it was last right.
    modified_at: when it was last changed, as its publisher says, or here.
    received: SHA-256 of what was last imported, in hexadecimal; "" if it never was.
    version: 1 and up.  change: the approved proposal that this state came from; None for what was imported.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="services")
    status = models.CharField(max_length=20, choices=Status)
    minimum_age = models.PositiveSmallIntegerField(null=True)
    maximum_age = models.PositiveSmallIntegerField(null=True)
    is_free = models.BooleanField(null=True)
    verified_on = models.DateField(null=True)
    modified_at = models.DateTimeField()
    received = models.CharField(max_length=64, blank=True)
    version = models.PositiveIntegerField(default=1)
    change = models.ForeignKey("Proposal", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["hub", "key"], name="service_once_a_hub")]
        indexes: ClassVar = [
            models.Index(
                fields=["hub", "name", "id"],
                include=["status", "minimum_age", "maximum_age", "is_free"],
                name="service_listed",
            ),
            models.Index(fields=["hub", "verified_on"], name="service_by_verified"),
            models.Index(fields=["organisation"], name="service_by_organisation"),
        ]

    def get_absolute_url(self) -> str:
        return reverse("directory:service", args=[self.pk])


class Site(OfHub):
    """A service at one place.

    postcode: as "NF1 2AB", "" if none.  latitude, longitude: degrees, as they came; none is looked up anywhere.
    entry: the service at a location, as the standard writes it, with its location.
    """

    key = models.UUIDField()
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="sites", db_index=False)
    postcode = models.CharField(max_length=8, blank=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    entry = models.JSONField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["service"], name="site_by_service"),
            models.Index(fields=["hub", "key"], name="site_by_key"),
            models.Index(fields=["hub", "postcode"], name="site_by_postcode"),
            models.Index(fields=["hub", "latitude", "longitude"], name="site_by_place"),
        ]


class Token(models.Model):
    """A word or a fact that a service is found by: plain equality keeps its index under the wall.

    A search reads the index of the key alone.  It is worked out of the entry, written with it and never apart from it,
    so no foreign key is checked: that cost more than all else of an import.
    """

    pk = models.CompositePrimaryKey("hub_id", "token", "service_id")
    hub = models.ForeignKey(
        Hub, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    token = models.CharField(max_length=48)
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="tokens", db_constraint=False)


class Past(OfHub):
    """A state that an entry had before: kept when another took its place.  Nobody changes it.

    origin: how it had come, in words.  at: when it was replaced.
    """

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="past")
    version = models.PositiveIntegerField()
    entry = models.JSONField()
    origin = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "past"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["service", "version"], name="past_once_a_version")
        ]


class Proposal(OfHub):
    """An entry as somebody wants it to stand.  Another, who manages or sets up the hub, approves it or turns it down.

    service: None proposes a new one.  entry: whole.  based_on: the version that it was written from.

    Source: docs/rules.md, "The directory".
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    service = models.ForeignKey(Service, null=True, on_delete=models.PROTECT, related_name="proposals")
    entry = models.JSONField()
    based_on = models.PositiveIntegerField(default=0)
    note = models.CharField(max_length=400, blank=True)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    answered_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)
    approved = models.BooleanField(null=True)
    why = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["service"], condition=Q(answered_at=None), name="proposal_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(answered_by=None) | ~Q(answered_by=F("by")), name="proposal_answered_by_another"
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None, answered_by=None, approved=None)
                | Q(answered_at__isnull=False, answered_by__isnull=False, approved__isnull=False),
                name="proposal_answered_or_not",
            ),
            models.CheckConstraint(
                condition=~Q(approved=False) | ~Q(why=""), name="proposal_turned_down_with_a_reason"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["hub", "answered_at"], name="proposal_waiting")]


class Confirmed(OfHub):
    """That somebody who keeps an entry said that all of it is still right."""

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="confirmed", db_index=False)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "confirmed"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["service", "on"], name="confirmed_once_a_day")
        ]


class Chase(OfHub):
    """That whoever keeps an organisation's entries was asked to confirm them.  services: how many were stale."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    to = models.EmailField()
    services = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["organisation", "-at"], name="chase_newest")]


class NamedContact(OfHub):
    """Who holds a role for an agency or a school, from one day and until another.

    role: id in the directory's content.  at_school: the school or body where no agency of the hub fits.
    keeps: the agency that keeps this up to date; None for the hub itself.
    published: role, telephone and e-mail stand on the public pages; the name never does unless `with_name`.

    Source: docs/rules.md, "Named contacts".
    """

    role = models.CharField(max_length=40)
    agency = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT, related_name="+")
    at_school = models.CharField(max_length=160, blank=True)
    name = models.CharField(max_length=120, blank=True)
    telephone = models.CharField(max_length=30, blank=True)
    email = models.EmailField(blank=True)
    note = models.CharField(max_length=240, blank=True)
    from_on = models.DateField()
    until_on = models.DateField(null=True)
    keeps = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT, related_name="+")
    published = models.BooleanField(default=False)
    with_name = models.BooleanField(default=False)
    by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["hub", "role"], name="named_by_role")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(agency=None) ^ Q(at_school=""), name="named_of_an_agency_or_a_school"
            ),
            models.CheckConstraint(condition=~Q(telephone="", email=""), name="named_can_be_reached"),
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gte=F("from_on")), name="named_until_after_from"
            ),
            models.CheckConstraint(
                condition=Q(published=True) | Q(with_name=False), name="named_by_name_only_if_published"
            ),
        ]

    @property
    def of(self) -> str:
        """The agency or school whose role it is."""
        return self.at_school or str(self.agency)

    def lasts(self, on: date) -> bool:
        """Tell whether it holds on a day."""
        return self.from_on <= on and (self.until_on is None or on <= self.until_on)
