"""What an auditor looks up: a case by its reference, a person by name, a worker's days, refusals and searches."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import connection
from django.db.models import Count, QuerySet
from django.db.models.functions import TruncDate
from django.http import Http404
from django.shortcuts import get_object_or_404

from mash.common.clock import LONDON
from mash.desk.auditing.lines import CONTACT, PERSON, Lines, of_hub, page_of, references_of, rows_of
from mash.desk.auditing.unusual import Signal, signals
from mash.desk.models import Conclusion
from mash.ledger.models import Entry, Outside, Root
from mash.partnership.models import Staff
from mash.people import tokens

REFUSED = ("page.refused", "page.absent")
DAYS_SHOWN = 31
SEARCHES_LOOKED_AT = timedelta(days=366)
SHOWED = ("people.searched", "family.seen", "network.seen")  # lines that name everybody whom one page showed
FOUND_AT_MOST = 200


@dataclass(frozen=True, slots=True)
class Named:
    """A record that has the name an auditor typed, told apart by its date of birth."""

    key: uuid.UUID
    given: str
    family: str
    born_on: date | None


@dataclass(frozen=True, slots=True)
class Standing:
    """How the evidence stands.

    outside: each witness with how many roots it lacks.  silent: no root was made for over an hour.
    """

    newest: Root | None
    outside: list[tuple[Outside, int]]
    silent: bool


@dataclass(frozen=True, slots=True)
class Unusual:
    """Something unusual with what was concluded of it, the newest word first."""

    signal: Signal
    words: list[Conclusion]


def standing(at: datetime) -> Standing:
    """Return how far roots and witnesses have got.

    Source: docs/rules.md, "Evidence".
    """
    newest = Root.objects.defer("lines", "leaves").order_by("-number").first()
    last = newest.number if newest else 0
    outside = [(one, max(last - one.upto, 0)) for one in Outside.objects.order_by("name")]
    silent = newest is None or at - newest.made_at > timedelta(minutes=65)
    return Standing(newest, outside, silent)


def contact_of(reference: str) -> uuid.UUID | None:
    """Return the contact of a reference in the auditor's hub; None for any other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT identity.audited_contact(%s)", [reference])
        found: uuid.UUID | None = cursor.fetchone()[0]
        return found


def reference_of(contact_id: uuid.UUID) -> str:
    """Return the reference of a contact of the auditor's hub.  Raises Http404 for any other."""
    found = references_of([contact_id])
    if contact_id not in found:
        raise Http404
    return found[contact_id]


def people_named(staff: Staff, words: str) -> list[Named]:
    """Return the records of the auditor's hub that have every word of a name.

    For a page that has asked for a purpose and writes it.
    """
    wanted = [key for _, key in tokens.of(staff.hub_id, tokens.read(words).terms)]
    if not wanted:
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, given, family, born_on FROM identity.audited_people(%s)", [wanted])
        return [Named(*row) for row in cursor.fetchall()]


def lines_of_case(staff: Staff, contact_id: uuid.UUID, before: str) -> Lines:
    """Return who saw a case or did something on it, newest first, and why they could."""
    return page_of(of_hub(staff).filter(about=f"{CONTACT}{contact_id}"), before, access=True)


def lines_of_person(staff: Staff, person_id: uuid.UUID, before: str) -> Lines:
    """Return who saw a person's record or changed it, newest first."""
    return page_of(of_hub(staff).filter(about=f"{PERSON}{person_id}"), before)


def searches_that_showed(staff: Staff, person_id: uuid.UUID, at: datetime) -> list[Entry]:
    """Return the searches and pictures of the last year that showed a person among others, newest first."""
    lines = of_hub(staff).filter(event__in=SHOWED, at__gt=at - SEARCHES_LOOKED_AT)
    found = lines.filter(detail__people__contains=[str(person_id)])
    return list(found.order_by("-at")[:FOUND_AT_MOST])


def searches_for(staff: Staff, words: str, at: datetime) -> list[Entry]:
    """Return the searches of the last year in which every one of these words was asked for.

    The record holds no words: what was typed now is hashed as it was then, and the hashes are compared.
    """
    hashes = [key.hex() for _, key in tokens.of(staff.hub_id, tokens.read(words).terms)]
    if not hashes:
        return []
    found = _searches(staff, at).filter(detail__terms__contains=hashes)
    return list(found.order_by("-at")[:FOUND_AT_MOST])


def rows(entries: Sequence[Entry]) -> Lines:
    """Return lines that were found, as they are shown."""
    return Lines(rows_of(entries), "")


def searches(staff: Staff, before: str) -> Lines:
    """Return every search, newest first."""
    return page_of(of_hub(staff).filter(event="people.searched"), before)


def refusals(staff: Staff, before: str) -> Lines:
    """Return what was refused or was not there, newest first."""
    return page_of(of_hub(staff).filter(event__in=REFUSED), before)


def _searches(staff: Staff, at: datetime) -> QuerySet[Entry]:
    return of_hub(staff).filter(event="people.searched", at__gt=at - SEARCHES_LOOKED_AT)


def workers(staff: Staff) -> QuerySet[Staff]:
    """Return every post of the auditor's hub, those that have ended among them."""
    found = Staff.objects.filter(hub=staff.hub_id).select_related("account", "agency")
    return found.order_by("account__name", "title", "pk")


def worker(staff: Staff, staff_id: uuid.UUID) -> Staff:
    """Return a post of the auditor's hub.  Raises Http404 for any other."""
    return get_object_or_404(workers(staff), pk=staff_id)


def days_of(staff: Staff, who: Staff, at: datetime) -> list[tuple[date, int]]:
    """Return on which of the last days a worker saw or did something, newest first, with how many lines."""
    since = at - timedelta(days=DAYS_SHOWN)
    found = of_hub(staff).filter(actor=f"staff:{who.pk}", at__gt=since)
    by_day = found.annotate(on=TruncDate("at", tzinfo=LONDON)).values("on").annotate(lines=Count("pk"))
    return [(row["on"], row["lines"]) for row in by_day.order_by("-on")]


def lines_of_worker(staff: Staff, who: Staff, on: date, before: str) -> Lines:
    """Return what a worker saw and did on one day, newest first."""
    begins = datetime.combine(on, time(0), LONDON)
    ends = datetime.combine(on + timedelta(days=1), time(0), LONDON)
    return page_of(of_hub(staff).filter(actor=f"staff:{who.pk}", at__gte=begins, at__lt=ends), before)


def unusual(staff: Staff, *, days: int, at: datetime) -> list[Unusual]:
    """Return what is unusual in the last days, what nobody has concluded on first.

    Source: docs/rules.md, "Auditing".
    """
    found = signals(staff, since=at - timedelta(days=days), until=at)
    words = _words(staff, [one.key for one in found])
    shown = [Unusual(one, words.get(one.key, [])) for one in found]
    return sorted(shown, key=lambda one: bool(one.words))


def find_unusual(staff: Staff, key: uuid.UUID, *, days: int, at: datetime) -> Unusual:
    """Return one thing unusual.  Raises Http404 where no rule finds it in these days."""
    for one in unusual(staff, days=days, at=at):
        if one.signal.key == key:
            return one
    raise Http404


def followed_up(staff: Staff) -> QuerySet[Conclusion]:
    """Return what waits to be followed up, oldest first: the newest word on it says so."""
    newest = Conclusion.objects.filter(hub=staff.hub_id).order_by("signal", "-at", "-pk").distinct("signal")
    waiting = Conclusion.objects.filter(pk__in=newest.values("pk"), outcome="follow_up")
    return waiting.select_related("staff__account", "by__account").order_by("at", "pk")


def _words(staff: Staff, keys: Iterable[uuid.UUID]) -> dict[uuid.UUID, list[Conclusion]]:
    found: dict[uuid.UUID, list[Conclusion]] = {}
    said = Conclusion.objects.filter(hub=staff.hub_id, signal__in=list(keys)).select_related("by__account")
    for one in said.order_by("-at", "-pk"):
        found.setdefault(one.signal, []).append(one)
    return found
