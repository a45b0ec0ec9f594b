"""Which contacts are counted again, since something changed that figures rest on."""

import uuid
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time

from django.db.models import Q

from mash.check.models import Enquiry
from mash.common.clock import LONDON
from mash.contact.models import AT_RISK, Consultation, Contact, ContactPerson, Reply, Settlement
from mash.decision.models import Decision, Told
from mash.partnership.models import Hub
from mash.people.joined import as_one

AT_ONCE = 2000


def hubs_to_count() -> list[Hub]:
    """Return the hubs that are counted: all but those of an exercise, which hold a made-up case for a day."""
    return list(Hub.objects.filter(exercise_for=None).order_by("name"))


def hub_to_count(key: uuid.UUID) -> Hub | None:
    """Return one hub that is counted; None once it is gone."""
    return Hub.objects.filter(exercise_for=None, pk=key).first()


def contacts_to_count(hub: Hub, keys: Mapping[str, set[uuid.UUID]]) -> set[uuid.UUID]:
    """Return the contacts whose course may have changed: the ones touched, their event's, and their people's others."""
    if keys.get("hub"):
        return every_contact(hub)
    found = set(keys.get("contact", ()))
    found |= _each(Enquiry, keys.get("enquiry"), "check_asked__contact")
    found |= _each(Reply, keys.get("reply"), "contact")
    found |= _each(ContactPerson, keys.get("contact_person"), "contact")
    decisions = set(keys.get("decision", ()))
    found |= _each(Decision, decisions, "contact")
    found |= _each(Told, decisions, "contact", by="decision")
    people = set(keys.get("person", ()))
    for some in _some(found):
        said = Settlement.objects.filter(contact_person__contact__in=some, person__isnull=False)
        people.update(key for key in said.order_by().values_list("person", flat=True) if key)
    for some in _some(as_one(people)):
        theirs = Settlement.objects.filter(person__in=some, contact_person__role__in=AT_RISK)
        found.update(theirs.order_by().values_list("contact_person__contact", flat=True))
    return found


def every_contact(hub: Hub, since: date | None = None) -> set[uuid.UUID]:
    """Return every contact of a hub that is or was counted.  since: those that came on this day or later."""
    here = Q(hub=hub.pk)
    if since:
        here &= Q(received_at__gte=datetime.combine(since, time(), LONDON))
    return set(Contact.objects.filter(here).order_by().values_list("pk", flat=True))


def advice_to_count(
    hub: Hub, keys: Mapping[str, set[uuid.UUID]], since: date | None, *, whole: bool
) -> set[uuid.UUID]:
    """Return the consultations of which may be said otherwise what came of them; all where the hub is counted whole."""
    found = set(keys.get("consultation", ()))
    if whole or since or keys.get("hub"):
        held = Consultation.objects.filter(hub=hub.pk)
        if since and not (whole or keys.get("hub")):
            held = held.filter(held_at__gte=datetime.combine(since, time(), LONDON))
        found |= set(held.order_by().values_list("pk", flat=True))
    return found


def _each(
    model: type[Enquiry] | type[Reply] | type[ContactPerson] | type[Decision] | type[Told],
    keys: Iterable[uuid.UUID] | None,
    column: str,
    by: str = "pk",
) -> set[uuid.UUID]:
    found: set[uuid.UUID] = set()
    for some in _some(keys or ()):
        found.update(model.objects.filter(**{f"{by}__in": some}).order_by().values_list(column, flat=True))
    return found


def _some(keys: Iterable[uuid.UUID]) -> Iterator[list[uuid.UUID]]:
    ordered = sorted(keys)
    for begin in range(0, len(ordered), AT_ONCE):
        yield ordered[begin : begin + AT_ONCE]
