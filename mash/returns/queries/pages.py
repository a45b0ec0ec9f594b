"""What whoever makes returns sees of them."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet
from django.shortcuts import get_object_or_404

from mash.contact import policy as contacts
from mash.contact.models import Contact
from mash.partnership.models import Hub, Staff
from mash.partnership.queries import hub_named
from mash.people.joined import as_one
from mash.people.models import Person
from mash.people.policy import seeable_by
from mash.returns import policy
from mash.returns.models import File, Kind, Past, Problem, Run, TakenIn, TakenOut
from mash.returns.years import year

MOST_ON_A_RECORD = 20


@dataclass(frozen=True, slots=True)
class Open:
    """Which people and cases of some problems a worker may open, to mend them."""

    people: frozenset[uuid.UUID]
    contacts: frozenset[uuid.UUID]


def page_of(staff: Staff) -> "QuerySet[Run]":
    """Return the returns of a worker's hub, the newest first, with what became of each."""
    found = Run.objects.filter(policy.readable_by(staff)).select_related("made", "by__account")
    return found.annotate(has_file=_has_file()).order_by("-at", "pk")


def find(staff: Staff, run_id: uuid.UUID) -> Run:
    """Return a return of a worker's hub, with `made` where it is and `has_file`.  Raises Http404 for any other."""
    return get_object_or_404(page_of(staff).select_related("hub"), pk=run_id)


def problems_of(run: Run, rule: str = "") -> "QuerySet[Problem]":
    """Return the problems that are named, in the order of the file.  rule: those of one."""
    found = Problem.objects.filter(run=run.pk).order_by("number")
    return found.filter(rule=rule) if rule else found


def may_open(staff: Staff, some: Iterable[Problem]) -> Open:
    """Return whom and which cases of these problems a worker may open: it asks twice, however many there are.

    Source: docs/rules.md, "Restricted cases in a return".
    """
    rows = list(some)
    people = Person.objects.filter(seeable_by(staff), pk__in=[one.person_id for one in rows if one.person_id])
    cases = Contact.objects.filter(
        contacts.readable_by(staff), pk__in=[one.contact_id for one in rows if one.contact_id]
    )
    return Open(frozenset(people.values_list("pk", flat=True)), frozenset(cases.values_list("pk", flat=True)))


def taken_of(run: Run) -> "QuerySet[TakenOut]":
    """Return who took a return out and why, the newest first."""
    return TakenOut.objects.filter(run=run.pk).select_related("by__account").order_by("-at", "pk")


def taken_in(staff: Staff) -> "QuerySet[TakenIn]":
    """Return the files of the hub's past that were taken in, the newest first."""
    return TakenIn.objects.filter(hub=staff.hub_id).order_by("-at", "pk")


def file_of(run: Run) -> File | None:
    """Return the file of a return, while it is kept."""
    return File.objects.filter(run=run.pk).first()


def last_authority(staff: Staff) -> str:
    """Return the authority's number as it was given last, "" where it never was."""
    given = Run.objects.filter(policy.readable_by(staff), kind=Kind.CIN).order_by("-at", "pk")
    return given.values_list("authority", flat=True).first() or ""


def hub_of(name: str) -> Hub:
    """Return a hub by its name.  Raises Hub.DoesNotExist."""
    return hub_named(name)


def _has_file() -> Exists:
    return Exists(File.objects.filter(run=OuterRef("pk")))


@dataclass(frozen=True, slots=True)
class OnRecord:
    """What earlier returns say of a person: the newest, and whether there is more."""

    rows: Sequence[Past]
    more: bool

    @staticmethod
    def words(one: Past) -> str:
        """Say from whom it came or by whom it was, in words."""
        known = year().sources.get(one.said.get("code", one.source))
        said = known.label if known else one.source
        return f"{said}, no further action" if one.said.get("nfa") else said


def on_a_record(staff: Staff, person: Person, at: datetime) -> OnRecord:  # noqa: ARG001 - as every panel is asked
    """Return what earlier returns say of a person, under any of their records, the newest first.

    Source: docs/rules.md, "A hub's past".
    """
    found = Past.objects.filter(seeable_by(staff, "person_id"), person__in=as_one([person.pk]))
    rows = list(found.order_by("-on", "what", "source", "place", "pk")[: MOST_ON_A_RECORD + 1])
    return OnRecord(rows[:MOST_ON_A_RECORD], len(rows) > MOST_ON_A_RECORD)
