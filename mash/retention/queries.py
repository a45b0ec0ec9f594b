"""What is read about how long records are kept: which are due, what waits for whom, what is held, what is gone."""

import uuid
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.shortcuts import get_object_or_404

from mash.contact.models import Contact, Settlement
from mash.partnership.models import Hub, Staff
from mash.people.joined import as_one
from mash.people.models import Household, Person, Resident
from mash.retention.models import (
    Disposed,
    Hold,
    Kind,
    Lifting,
    OfRecord,
    Placed,
    Proposal,
    Standing,
    What,
)
from mash.subject_access.queries import requests

SHOWN = 50  # rows on one page of a list
COLUMN = {Kind.PERSON: "person", Kind.CONTACT: "contact", Kind.CONSULTATION: "consultation"}


def of_record(kind: str, key: uuid.UUID) -> Q:
    """Return "about this record", as a filter on rows of records."""
    return Q(**{COLUMN[Kind(kind)]: key})


def find(staff: Staff, standing_id: uuid.UUID) -> Standing:
    """Return where a record stands that this worker may see.  Raises Http404 for any other."""
    found = Standing.objects.filter(hub=staff.hub_id).select_related("person", "contact", "consultation")
    return get_object_or_404(found, pk=standing_id)


def standing_of(kind: str, key: uuid.UUID) -> Standing | None:
    """Return where a record stands; None for one that nobody has looked at yet."""
    return Standing.objects.filter(of_record(kind, key)).first()


def running() -> QuerySet[Proposal]:
    """Return the proposals that did not end."""
    return Proposal.objects.filter(ended_at=None)


def due(staff: Staff, today: date) -> QuerySet[Standing]:
    """Return the records of a worker's hub that are due and of which nothing is proposed, the longest due first."""
    return _due(staff.hub_id, today).select_related("person", "contact", "consultation")


def _due(hub_id: uuid.UUID, today: date) -> QuerySet[Standing]:
    proposed = [
        ~Exists(running().filter(**{column: OuterRef(column)}).exclude(what=What.KEEP, word__agreed=True))
        for column in COLUMN.values()
    ]
    found = Standing.objects.filter(hub=hub_id, carried=False, due_on__lte=today)
    return found.filter(*proposed).order_by("due_on", "pk")


def waiting(staff: Staff) -> QuerySet[Proposal]:
    """Return what waits for a second person's word in a worker's hub, the oldest first."""
    return _proposals(staff).filter(word=None).order_by("at", "pk")


def agreed(staff: Staff) -> QuerySet[Proposal]:
    """Return the disposals that two people agreed to and that are not carried out yet."""
    return _proposals(staff).filter(what=What.DISPOSE, word__agreed=True).order_by("word__at", "pk")


def _proposals(staff: Staff) -> QuerySet[Proposal]:
    found = running().filter(hub=staff.hub_id)
    return found.select_related("person", "contact", "consultation", "by__account", "word__by__account")


def proposal_on(kind: str, key: uuid.UUID) -> Proposal | None:
    """Return what is proposed for a record and did not end; None where nothing is."""
    found = running().filter(of_record(kind, key)).exclude(what=What.KEEP, word__agreed=True)
    return found.select_related("by__account", "word__by__account").first()


def find_proposal(staff: Staff, proposal_id: uuid.UUID) -> Proposal:
    """Return a proposal of a worker's hub.  Raises Http404 for any other."""
    found = Proposal.objects.filter(hub=staff.hub_id).select_related("by__account", "word__by__account")
    return get_object_or_404(found, pk=proposal_id)


def proposals_on(row: OfRecord) -> QuerySet[Proposal]:
    """Return everything that was proposed for a record, the newest first."""
    found = Proposal.objects.filter(of_record(row.kind, row.key)).order_by("-at", "pk")
    return found.select_related("by__account", "word__by__account")


def placings_of(row: OfRecord) -> QuerySet[Placed]:
    """Return the words on a record's class, the newest first."""
    found = Placed.objects.filter(of_record(row.kind, row.key)).order_by("-at", "pk")
    return found.select_related("by__account")


def standing_holds() -> QuerySet[Hold]:
    """Return the holds that stand."""
    return Hold.objects.filter(lifted_at=None)


def people_touched(kind: str, key: uuid.UUID) -> set[uuid.UUID]:
    """Return every record of a person that goes with a record, or is named in its contacts."""
    if kind == Kind.CONSULTATION:
        return set()
    said = Settlement.objects.filter(undone_at=None, person__isnull=False)
    if kind == Kind.CONTACT:
        return as_one(said.filter(contact_person__contact=key).values_list("person", flat=True))
    own = as_one([key])
    contacts = said.filter(person__in=own).values("contact_person__contact")
    return as_one(
        own | set(said.filter(contact_person__contact__in=contacts).values_list("person", flat=True))
    )


def holds_on(row: OfRecord, period: str) -> list[Hold]:
    """Return the holds that stand on a record: on anybody its contacts name, their homes, its class, or everything."""
    people = people_touched(row.kind, row.key)
    homes = Resident.objects.filter(person__in=people).values("household")
    everything = Q(person=None, household=None, period="")
    named = Q(person__in=people) | Q(household__in=homes) | (Q(period=period) & ~Q(period=""))
    found = standing_holds().filter(everything | named, hub=row.hub_id)
    return list(found.select_related("by__account").order_by("from_on", "pk"))


def asked_for(staff: Staff, row: OfRecord) -> list[requests.Standing]:
    """Return the open requests for one's own information that hold a record, as far as this worker may see them.

    Source: docs/rules.md, "Legal hold".
    """
    return requests.open_on(staff, people_touched(row.kind, row.key))


def people_named_beside(row: OfRecord) -> QuerySet[Standing]:
    """Return where everybody else stands whom a record's contacts name, as far as the worker may see them."""
    others = people_touched(row.kind, row.key) - {row.key}
    return Standing.objects.filter(person__in=others).select_related("person").order_by("due_on", "pk")


def contacts_of(row: OfRecord) -> QuerySet[Contact]:
    """Return the contacts that go with a record, the oldest first."""
    if row.contact_id:
        return Contact.objects.filter(pk=row.contact_id)
    own = as_one([row.key]) if row.person_id else set()
    said = Settlement.objects.filter(undone_at=None, person__in=own)
    return Contact.objects.filter(pk__in=said.values("contact_person__contact")).order_by("received_at", "pk")


def holds(staff: Staff) -> QuerySet[Hold]:
    """Return the holds of a worker's hub: those that stand first, by when they are reviewed next."""
    found = Hold.objects.filter(hub=staff.hub_id).select_related("person", "household", "by__account")
    return found.order_by(F("lifted_at").desc(nulls_first=True), "review_on", "pk")


def find_hold(staff: Staff, hold_id: uuid.UUID) -> Hold:
    """Return one hold of a worker's hub.  Raises Http404 for any other."""
    return get_object_or_404(holds(staff), pk=hold_id)


def to_look_at(hub: Hub, today: date) -> list[Hold]:
    """Return the holds of a hub that stand and whose day to be looked at has come, for a program."""
    found = standing_holds().filter(hub=hub, review_on__lte=today).select_related("person__hub")
    return list(found.order_by("review_on", "pk"))


def reference_of(hold: Hold) -> str:
    """Return the reference of a hold: short enough to be read out, and telling nothing of whom it covers."""
    return f"H-{hold.pk.hex[:8].upper()}"


def lifting_of(hold: Hold) -> Lifting | None:
    """Return the word that a hold can end, while another person's is waited for."""
    found = Lifting.objects.filter(hold=hold, answered_at=None)
    return found.select_related("by__account").first()


def homes_of(person: Person) -> list[Household]:
    """Return the households in which a person lives or lived."""
    homes = Resident.objects.filter(person__in=as_one([person.pk])).values("household")
    return list(Household.objects.filter(pk__in=homes).order_by("pk"))


def register(staff: Staff) -> QuerySet[Disposed]:
    """Return what was disposed of in a worker's hub, the newest first."""
    found = Disposed.objects.filter(hub=staff.hub_id).order_by("-at", "pk")
    return found.select_related("proposed_by__account", "agreed_by__account")


def find_disposed(staff: Staff, disposed_id: uuid.UUID) -> Disposed:
    """Return one certificate of a worker's hub.  Raises Http404 for any other."""
    return get_object_or_404(register(staff), pk=disposed_id)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many records are due, wait for a second person, are agreed, and how many holds stand."""

    due: int
    waiting: int
    agreed: int
    holds: int


def counts(staff: Staff, today: date) -> Counts:
    """Return how much there is of each in a worker's hub."""
    return Counts(
        _due(staff.hub_id, today).count(),
        waiting(staff).count(),
        agreed(staff).count(),
        standing_holds().filter(hub=staff.hub_id).count(),
    )


def hubs() -> QuerySet[Hub]:
    """Return every hub, for a program."""
    return Hub.objects.order_by("pk")


def ready() -> list[uuid.UUID]:
    """Return the disposals that two people agreed to, in every hub, for a program."""
    found = running().filter(what=What.DISPOSE, word__agreed=True).order_by("word__at", "pk")
    return list(found.values_list("pk", flat=True))
