"""Counting: what contacts tell is written into narrow rows, anew at any time, so that the pages are fast.

Source: docs/rules.md, "What harm comes back to".
"""

import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from mash.common.editions import content_of
from mash.contact.models import AT_RISK, Contact, ContactPerson, ContactRelationship, Settlement
from mash.harm import moments
from mash.harm.gathering import NOT_COUNTED, Somebody, in_chunks, pairs
from mash.harm.models import Counting, Report, Together, Touch
from mash.harm.places import first_home, is_home, key_of, places_of, plain_postcode, setting
from mash.ledger.actions import record
from mash.partnership.models import Hub
from mash.people.joined import counts
from mash.people.models import Joining, Relationship, Resident
from mash.triage import about, repeats
from mash.triage.models import EpisodeContact

SERVICE = "harm"
AT_ONCE = 1000
OVERLAP = timedelta(minutes=30)  # what was being written while the count before ran is looked at again


@transaction.atomic
def count(*, hub: Hub, at: datetime, whole: bool) -> Counting:
    """Count what the contacts of a hub tell: all of them, or those of which something was learnt since the last count.

    Whoever acts must be the service `harm`, which sees every contact.

    Source: docs/rules.md, "What harm comes back to".
    """
    newest = Counting.objects.filter(hub=hub).order_by("-at", "pk").first()
    with content_of(hub.pk):
        anew = whole or newest is None
        counted = (
            _count_all(hub)
            if newest is None or whole
            else _count_again(hub, _changed(hub, newest.at - OVERLAP))
        )
    made = Counting.objects.create(hub=hub, at=at, counted=counted, whole=anew)
    record(
        "harm.counted", about=made, at=at, hub_id=hub.pk, detail={"contacts": counted, "whole": made.whole}
    )
    return made


def _count_all(hub: Hub) -> int:
    for model in (Together, Touch, Report):
        model.objects.filter(hub=hub).delete()
    return _write(hub, _events(Contact.objects.filter(hub=hub)))


def _changed(hub: Hub, since: datetime) -> set[uuid.UUID]:
    """Return the contacts that came, or in which somebody was settled, joined or read otherwise, since a moment."""
    said = Settlement.objects.filter(Q(at__gte=since) | Q(undone_at__gte=since), hub=hub)
    linked = EpisodeContact.objects.filter(Q(at__gte=since) | Q(undone_at__gte=since), hub=hub)
    joined = Joining.objects.filter(Q(at__gte=since) | Q(undone_at__gte=since), hub=hub).values("person")
    found = Contact.objects.filter(hub=hub).filter(Q(received_at__gte=since) | Q(readings__at__gte=since))
    keys = {
        *found.values_list("pk", flat=True),
        *said.values_list("contact_person__contact", flat=True),
        *linked.values_list("contact", flat=True),
        *Settlement.objects.filter(
            Q(person__in=joined) | Q(person__merged_into__in=joined), hub=hub, undone_at=None
        ).values_list("contact_person__contact", flat=True),
    }
    return keys | set(Contact.objects.filter(hub=hub, harm_report=None).values_list("pk", flat=True))


def _count_again(hub: Hub, changed: set[uuid.UUID]) -> int:
    """Count these contacts again, with every other that tells, or told, of one of their events."""
    now = {event for event, _ in _events(Contact.objects.filter(pk__in=changed))}
    before = set(Report.objects.filter(contact__in=changed).values_list("event", flat=True))
    beside = Report.objects.filter(hub=hub, event__in=now | before).values_list("contact", flat=True)
    again = changed | set(beside)
    Together.objects.filter(Q(contact__in=again) | Q(other__in=again)).delete()
    Touch.objects.filter(contact__in=again).delete()
    Report.objects.filter(contact__in=again).delete()
    return _write(hub, _events(Contact.objects.filter(pk__in=again)))


def _events(contacts: Any) -> list[tuple[uuid.UUID, uuid.UUID]]:
    """Return the event of each contact, by the product's own rule of what is one event.

    Source: docs/rules.md, "One event, several reports".
    """
    columns = (
        "pk",
        "hub",
        "reference",
        "received_at",
        "event_at",
        "event_reference",
        "event_place",
        "event_postcode",
    )
    linked = dict(
        EpisodeContact.objects.filter(undone_at=None, contact__in=contacts.values("pk")).values_list(
            "contact", "episode"
        )
    )
    return [
        (_event(row, linked.get(row["pk"])), row["pk"]) for row in contacts.values(*columns).iterator(AT_ONCE)
    ]


def _event(row: Mapping[str, Any], episode: uuid.UUID | None) -> uuid.UUID:
    told = repeats.Told(
        contact_id=row["pk"],
        reference=row["reference"],
        received_at=row["received_at"],
        event_at=row["event_at"],
        event_reference=row["event_reference"],
        place=row["event_postcode"] or row["event_place"],
        episode=episode,
        colour="",
        rated=False,
        categories=(),
    )
    return uuid.uuid5(row["hub"], told.event)


def _write(hub: Hub, events: Iterable[tuple[uuid.UUID, uuid.UUID]]) -> int:
    written = 0
    for chunk in in_chunks(events, AT_ONCE):
        _write_some(hub, chunk)
        written += len(chunk)
    return written


def _write_some(hub: Hub, events: Mapping[uuid.UUID, uuid.UUID]) -> None:
    contacts = list(
        Contact.objects.filter(pk__in=events).defer("message").prefetch_related("readings").order_by("pk")
    )
    rows: dict[uuid.UUID, list[ContactPerson]] = {}
    for one in ContactPerson.objects.filter(contact__in=events).order_by("contact", "ref"):
        rows.setdefault(one.contact_id, []).append(one)
    settled = dict(
        Settlement.objects.filter(contact_person__contact__in=events, undone_at=None, person__isnull=False)
        .annotate(one=counts())
        .values_list("contact_person", "one")
    )
    reports: list[Report] = []
    touches: list[Touch] = []
    named: dict[uuid.UUID, list[Somebody]] = {}
    when: dict[uuid.UUID, datetime] = {}
    for contact in contacts:
        people = rows.get(contact.pk, [])
        report = _report(contact, events[contact.pk], people)
        reports.append(report)
        when[report.event] = min(report.happened_at, when.get(report.event, report.happened_at))
        here = [
            Somebody(contact.pk, settled[one.pk], one.role, plain_postcode(one.postcode))
            for one in people
            if one.pk in settled and one.role not in NOT_COUNTED
        ]
        named.setdefault(report.event, []).extend(here)
        touches += _touches(report, contact, people, here)
    Report.objects.bulk_create(reports, AT_ONCE)
    Touch.objects.bulk_create(touches, AT_ONCE)
    _write_together(hub, named, when, _related(events, settled))


def _report(contact: Contact, event: uuid.UUID, people: list[ContactPerson]) -> Report:
    homes = [(one.lines, one.postcode) for one in people if one.role in AT_RISK and not one.protected]
    home = plain_postcode(first_home(homes)[1])
    place = plain_postcode(contact.event_postcode)
    if not place and is_home(contact.event_place):
        place = home
    return Report(
        hub_id=contact.hub_id,
        contact=contact,
        event=event,
        happened_at=contact.event_at or contact.received_at,
        known=moments.how_known(contact.event_at),
        categories=list(about.counted(contact)),
        source_kind=contact.source_kind,
        organisation="" if contact.is_from_the_public else contact.organisation,
        place=place,
        home=home,
    )


def _touches(
    report: Report, contact: Contact, people: list[ContactPerson], here: list[Somebody]
) -> Iterable[Touch]:
    """Yield each person on record and each place once, in each part."""
    common = {
        "hub_id": report.hub_id,
        "contact": contact,
        "event": report.event,
        "happened_at": report.happened_at,
    }
    for part, person in sorted({(one.part, one.person) for one in here}):
        yield Touch(kind=part, subject=person, person_id=person, **common)
    description, code = contact.event_place, contact.event_postcode
    if is_home(description):
        homes = [(one.lines, one.postcode) for one in people if one.role in AT_RISK and not one.protected]
        description, code = first_home(homes)
    places = places_of(description, code)
    places += [found for one in people if one.role in AT_RISK and (found := setting(one.school))]
    keys = {
        (one.kind, key_of(report.hub_id, one, settings.MASH_IDENTITY_KEY)): one for one in reversed(places)
    }
    for (kind, key), place in keys.items():
        yield Touch(kind=kind, subject=key, label=place.label, **common)


def _related(
    contacts: Mapping[uuid.UUID, uuid.UUID], settled: Mapping[uuid.UUID, uuid.UUID]
) -> frozenset[frozenset[uuid.UUID]]:
    """Return which of these people are related or live together, on record or as a contact says."""
    people = set(settled.values())
    found = {
        frozenset(pair)
        for pair in Relationship.objects.filter(from_person__in=people, to_person__in=people).values_list(
            "from_person", "to_person"
        )
    }
    homes: dict[uuid.UUID, set[uuid.UUID]] = {}
    for home, person in Resident.objects.filter(person__in=people, until_on=None).values_list(
        "household", "person"
    ):
        homes.setdefault(home, set()).add(person)
    found |= {
        frozenset((one, other)) for home in homes.values() for one in home for other in home if one != other
    }
    refs = {
        (contact, ref): settled[pk]
        for pk, contact, ref in ContactPerson.objects.filter(contact__in=contacts).values_list(
            "pk", "contact", "ref"
        )
        if pk in settled
    }
    for contact, one, other in ContactRelationship.objects.filter(contact__in=contacts).values_list(
        "contact", "from_ref", "to_ref"
    ):
        if (contact, one) in refs and (contact, other) in refs:
            found.add(frozenset((refs[contact, one], refs[contact, other])))
    return frozenset(found)


def _write_together(
    hub: Hub,
    named: Mapping[uuid.UUID, list[Somebody]],
    when: Mapping[uuid.UUID, datetime],
    related: frozenset[frozenset[uuid.UUID]],
) -> None:
    Together.objects.bulk_create(
        (
            Together(
                hub=hub,
                contact_id=pair.contact,
                other_id=pair.other,
                first_id=pair.first,
                second_id=pair.second,
                event=event,
                happened_at=when[event],
            )
            for event, people in named.items()
            for pair in pairs(people, related)
        ),
        AT_ONCE,
    )
