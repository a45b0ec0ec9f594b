"""Where one contact stands: its rating, route, owner, agreement and gate."""

import uuid
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import QuerySet, UUIDField
from django.shortcuts import get_object_or_404

from mash.common.prepared import asked_once, prepared
from mash.contact import queries as contacts
from mash.contact.models import Addition, Contact, Referrer, Reply, ReplyKind
from mash.partnership.models import Staff
from mash.triage import content, gate, told
from mash.triage.models import Agreement, Basis, Ground, Hold, Owner, Paused, Rating, Returned, Route
from mash.triage.queries.known import open_work

OfContact = TypeVar("OfContact", Rating, Route, Owner)


def newest_rating(contact: Contact) -> Rating | None:
    """Return the rating that counts now."""
    return next(iter(rating_history(contact)), None)


def facts_before(contact: Contact, newest: Rating | None) -> list[tuple[str, datetime | None]]:
    """Return what a rating that was written on paper cannot have come before, each with its words."""
    return [
        ("the contact was received", contact.received_at),
        ("its last rating", newest.at if newest else None),
    ]


def rating_history(contact: Contact) -> list[Rating]:
    """Return every rating, newest first."""
    return _belonging(contact, _ratings.rows(contact=contact.pk))


@asked_once(contact=UUIDField())
def _ratings(contact: Any) -> QuerySet[Rating]:
    return Rating.objects.filter(contact=contact).select_related("by__account").order_by("-at", "-pk")


def newest_route(contact: Contact) -> Route | None:
    """Return where triage sends the contact, if it has said so."""
    return next(iter(_belonging(contact, _newest_route.rows(contact=contact.pk))), None)


@asked_once(contact=UUIDField())
def _newest_route(contact: Any) -> QuerySet[Route]:
    return Route.objects.filter(contact=contact).select_related("by__account").order_by("-at", "-pk")[:1]


def owner_of(contact: Contact) -> Owner | None:
    """Return whose the contact is; None while it is the duty desk's."""
    return next(iter(_belonging(contact, _newest_owner.rows(contact=contact.pk))), None)


@prepared(contact=UUIDField())
def _newest_owner(contact: Any) -> QuerySet[Owner]:
    return Owner.objects.filter(contact=contact).select_related("staff__account").order_by("-at", "-pk")[:1]


def _belonging(contact: Contact, rows: list[OfContact]) -> list[OfContact]:
    """Let rows know the contact that they were read for, as those of a related manager do."""
    for one in rows:
        one._meta.get_field("contact").set_cached_value(one, contact)
    return rows


def hold_of(contact: Contact, at: datetime) -> Hold | None:
    """Return who works on the contact now."""
    return Hold.objects.filter(contact=contact, until__gt=at).select_related("staff__account").first()


def pauses(contact: Contact) -> QuerySet[Paused]:
    """Return when a contact's clock rested or rests, the newest first."""
    return contact.pauses.select_related("by__account").order_by("-from_at", "-pk")


def returned(contact: Contact) -> Returned | None:
    """Return why a contact is back with its referrer, while it is."""
    return contact.returns.filter(back_at=None).select_related("by__account").first()


def find_pause(contact: Contact, key: uuid.UUID) -> Paused:
    """Return a pause of a contact's clock.  Raises Http404 for any other."""
    return get_object_or_404(Paused.objects.select_related("contact__hub"), contact=contact, pk=key)


def bases(contact: Contact) -> QuerySet[Basis]:
    """Return the lawful bases relied on."""
    return contact.bases.select_related("by__account").order_by("at", "pk")


def agreements(contact: Contact) -> list[Agreement]:
    """Return what the family said, all of it, oldest first: what only the message says so far as well."""
    rows = contact.agreements.select_related("about", "given_by_person", "by__account")
    unsaved, _ = not_yet_adopted(contact)
    return sorted([*rows, *unsaved], key=lambda one: (one.said_at, one.at, str(one.pk)))


def grounds(contact: Contact) -> list[Ground]:
    """Return the grounds recorded, approved or not, oldest first: what only the message says so far as well."""
    rows = contact.grounds.select_related("about", "by__account", "approved_by__account")
    _, unsaved = not_yet_adopted(contact)
    return sorted([*rows, *unsaved], key=lambda one: (one.at, str(one.pk)))


def not_yet_adopted(contact: Contact) -> tuple[list[Agreement], list[Ground]]:
    """Return, unsaved, what the message says of agreement and ground and nobody has set down yet."""
    said = contact.message.get("agreement") or {}
    saved = Agreement.objects.filter(contact=contact, from_message=True)
    if not said or saved.exists():
        return [], []
    people = {person.ref: person for person in contact.people.order_by("ref")}
    reading = told.Reading(contact, people, list(contact.relationships.all()), said)
    return reading.agreements(), reading.grounds()


def is_acknowledged(contact: Contact) -> bool:
    """Tell whether a person has told the referrer that it has been read."""
    return Reply.objects.filter(contact=contact, kind=ReplyKind.ACKNOWLEDGED).exists()


def gate_of(contact: Contact, at: datetime) -> gate.Gate:
    """Say whether a check may open on this contact, about whom, and who is left out.

    Source: docs/rules.md, "The gate".
    """
    rating = newest_rating(contact)
    facts = gate.Facts(
        contact=contact,
        people=list(contact.people.order_by("ref")),
        relationships=list(contact.relationships.all()),
        agreements=agreements(contact),
        grounds=grounds(contact),
        colour=rating.colour if rating else "",
        route=newest_route(contact),
        open_work=bool(open_work(contact, at)),
        at=at,
    )
    return gate.work_out(facts)


def referrer(staff: Staff, contact: Contact) -> Referrer | None:
    """Return who sent a contact, as far as this worker may know."""
    return contacts.referrer(staff, contact)


def additions(contact: Contact) -> list[Addition]:
    """Return what was added to a contact, oldest first."""
    return _additions.rows(contact=contact.pk)


@prepared(contact=UUIDField())
def _additions(contact: Any) -> QuerySet[Addition]:
    return Addition.objects.filter(contact=contact).select_related("by__account").order_by("at", "pk")


def agreement_labels() -> dict[str, str]:
    """Return how speakers, scopes and grounds are said, by id."""
    options = (*content.agreement_given_by().values(), *content.agreement_scopes().values())
    said = {one.id: one.label for one in options}
    return said | {one.id: one.label for one in content.override_grounds().values()}
