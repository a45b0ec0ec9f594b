"""Whom the hub waits for in a check, since when, and who came to the check after it was first sent."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, QuerySet

from mash.check import policy
from mash.check.models import Check, Enquiry, Reopened, Return
from mash.check.queries.asking import clock_of
from mash.check.queries.waiting import waited_for
from mash.common.clock import Clock
from mash.partnership.models import Agency, Staff


@dataclass(frozen=True, slots=True)
class Awaited:
    """One agency that the hub waits for.

    people: whom it is asked about.  since: when it was asked, which is when its own clock began.
    added: how it came late to the check, in words; "" for what was asked in the first send.
    part: it has sent a part.
    """

    enquiry: Enquiry
    agency: Agency
    people: tuple[str, ...]
    since: datetime
    clock: Clock
    added: str
    part: bool


def awaited(staff: Staff, check: Check) -> list[Awaited]:
    """Return whom the hub waits for in a check, the first due first.  Source: docs/rules.md, "The check"."""
    asked = list(_asked(staff, check))
    late = added_later(asked, reopenings(check))
    waits = set(waited_for().filter(check_asked=check).values_list("pk", flat=True))
    found = []
    for one in sorted(asked, key=lambda each: (each.due_at, each.agency.name, each.pk)):
        if one.pk in waits and check.closed_at is None:
            one.hub = staff.hub  # one object, whose time is then read once
            found.append(
                Awaited(
                    enquiry=one,
                    agency=one.agency,
                    people=names_in(one),
                    since=one.sent_at,
                    clock=clock_of(one, ended_at=None),
                    added=late[one.pk],
                    part=bool(list(one.returns.all())),
                )
            )
    return found


def reopenings(check: Check) -> list[Reopened]:
    """Return when a check was opened again, and why, oldest first."""
    return list(check.reopenings.select_related("by__account").order_by("at", "pk"))


def names_in(enquiry: Enquiry) -> tuple[str, ...]:
    """Return whom an enquiry asks about, by name."""
    return tuple(sorted(person.name for person in enquiry.people.all()))


def added_later(asked: Iterable[Enquiry], again: Sequence[Reopened]) -> dict[uuid.UUID, str]:
    """Return for each enquiry of one check how it came late to it, in words; "" for those of the first send.

    asked: with their people, in any order.  again: when the check was opened again; empty for an agency's eyes.
    """
    agencies: set[uuid.UUID] = set()
    people: set[uuid.UUID] = set()
    found: dict[uuid.UUID, str] = {}
    for place, send in enumerate(_sends(asked)):
        for one in send:
            found[one.pk] = _words(one, agencies, people, again) if place else ""
        agencies |= {one.agency_id for one in send}
        people |= {person.contact_person_id_opaque for one in send for person in one.people.all()}
    return found


def _words(
    enquiry: Enquiry, agencies: set[uuid.UUID], people: set[uuid.UUID], again: Sequence[Reopened]
) -> str:
    new = sorted(one.name for one in enquiry.people.all() if one.contact_person_id_opaque not in people)
    who = "; ".join(new)
    if enquiry.agency_id not in agencies:
        said = f"Agency added later, and {who}" if who else "Agency added later"
    else:
        said = f"Added later: {who}" if who else "Asked again"
    closed = any(one.at <= enquiry.sent_at for one in again)
    return f"{said}, after the check had been closed" if closed else said


def _sends(asked: Iterable[Enquiry]) -> list[list[Enquiry]]:
    """Return what went out at each moment, in order: nobody is later than whoever was asked at the same one."""
    sends: dict[datetime, list[Enquiry]] = {}
    for one in asked:
        sends.setdefault(one.sent_at, []).append(one)
    return [sends[at] for at in sorted(sends)]


def _asked(staff: Staff, check: Check) -> QuerySet[Enquiry]:
    return (
        Enquiry.objects.filter(policy.enquiries_read_by(staff), check_asked=check)
        .select_related("agency")
        .prefetch_related("people", Prefetch("returns", queryset=Return.objects.order_by("at", "pk")))
    )
