"""Services of the directory that fit somebody a decision is about: by age, postcode area and level of need."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date
from urllib.parse import urlencode

from django.db.models import QuerySet

from mash.common.clock import whole_years
from mash.decision.models import Decision, Outcome, Signpost
from mash.directory.models import OFFERED, Service
from mash.directory.queries.search import Asked, Results, search
from mash.directory.words import area_of

OFFERED_AT_ONCE = 20


def fitting(outcome: Outcome, today: date, words: str = "") -> Results:
    """Return the services that fit the person of an outcome, the nearest first; words: narrow it, may be empty.

    Where no entry of that level fits, the level is left out: many entries state none.
    """
    hub, asked = outcome.decision.contact.hub, replace(_fits(outcome, today), text=words)
    found = search(hub, asked, most=OFFERED_AT_ONCE)
    return found if found.total else search(hub, replace(asked, level=""), most=OFFERED_AT_ONCE)


def query_of(outcome: Outcome, today: date) -> str:
    """Return the directory's search for the person of an outcome, as it stands in an address: it names nobody."""
    fits = _fits(outcome, today)
    said = {"place": fits.place, "age": "" if fits.age is None else str(fits.age), "level": fits.level}
    return urlencode({name: value for name, value in said.items() if value})


def _fits(outcome: Outcome, today: date) -> Asked:
    """Return age, area and level.  Of an address only the area counts, and of a protected one nothing."""
    about = outcome.about
    area = "" if about.protected else area_of(about.postcode or "")
    return Asked(
        place=area, age=_age(about.born_on, today), level=str(outcome.level) if outcome.level else ""
    )


def _age(born_on: date | None, today: date) -> int | None:
    """Return an age in whole years; None where it is not known, or before birth."""
    if born_on is None or born_on > today:
        return None
    return whole_years(born_on, today)


def services_of(outcome: Outcome, keys: Collection[uuid.UUID]) -> Sequence[Service]:
    """Return those of these services that the hub's directory offers now."""
    found = Service.objects.filter(hub=outcome.hub_id, pk__in=keys, status__in=list(OFFERED))
    return list(found.select_related("organisation").order_by("name", "pk"))


def signposts_on(decision: Decision) -> "QuerySet[Signpost]":
    """Return the services that were named with a decision, in order."""
    return (
        Signpost.objects.filter(outcome__decision=decision)
        .select_related("by__account")
        .order_by("at", "name", "pk")
    )
