"""Do two contacts tell of one event?  Pure: suggests with reasons, and links nothing.

Source: docs/rules.md, "One event, several reports".
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from mash.common.clock import LONDON, spoken_moment

HOURS_APART = timedelta(hours=12)
DAYS_APART = timedelta(days=3)  # between receipts, where nobody gives a time
SHORT = {
    "st": "street",
    "rd": "road",
    "ave": "avenue",
    "av": "avenue",
    "ln": "lane",
    "ct": "court",
    "cl": "close",
}
KINDS = [
    *(
        "street",
        "road",
        "avenue",
        "lane",
        "court",
        "close",
        "mews",
        "parade",
        "hill",
        "walk",
        "terrace",
        "place",
    ),
    *(
        "way",
        "gardens",
        "crescent",
        "drive",
        "square",
        "row",
        "green",
        "wharf",
        "rise",
        "view",
        "yard",
        "estate",
    ),
    *("park", "grove", "quay"),
]
STREET = re.compile(rf"\b([a-z0-9'’-]+) ({'|'.join((*KINDS, *SHORT))})\b")
NOT_NAMES = {"the", "a", "this", "that", "my", "our", "their", "high"}


@dataclass(frozen=True, slots=True)
class Report:
    """One contact as a report of an event.

    postcodes: of the place and of the people.  places: words in which the place and the homes are written.
    names: of people at risk, family and given, any case.  people: who was settled in it.
    """

    contact_id: UUID
    reference: str
    received_at: datetime
    event_at: datetime | None
    event_reference: str
    postcodes: frozenset[str]
    places: tuple[str, ...]
    names: frozenset[str]
    people: frozenset[UUID]
    categories: frozenset[str]

    @property
    def streets(self) -> frozenset[str]:
        """The streets its words name: "12 Cobbold St" and "the house opposite, Cobbold Street" name one."""
        return frozenset().union(*(_streets(words) for words in self.places))


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Another contact that may tell of the same event, and each reason to think so."""

    report: Report
    why: tuple[str, ...]


def suggest(this: Report, others: Iterable[Report]) -> tuple[Suggestion, ...]:
    """Return the contacts that may tell of this event, most reasons first."""
    found = [Suggestion(other, tuple(reasons(this, other))) for other in others]
    told = [one for one in found if one.why and one.report.contact_id != this.contact_id]
    return tuple(sorted(told, key=lambda one: (-len(one.why), one.report.received_at, one.report.reference)))


def reasons(one: Report, other: Report) -> list[str]:
    """Return why two contacts may tell of one event: nothing, unless reference, or time and place, agree."""
    found = []
    if one.event_reference and one.event_reference.casefold() == other.event_reference.casefold():
        found.append(f"Both give the event reference {one.event_reference}.")
    if one.event_at and other.event_at:
        found += _at_one_time(one, other, one.event_at, other.event_at)
    elif not found:
        found += _without_a_time(one, other)
    return found


def _at_one_time(one: Report, other: Report, first: datetime, second: datetime) -> list[str]:
    if abs(first - second) > HOURS_APART:
        return []
    when = f"({spoken_moment(first, first)} and {spoken_moment(second, first)})"
    return [f"{reason} {when}." for reason in _where_and_who(one, other)]


def _where_and_who(one: Report, other: Report) -> list[str]:
    found = []
    if one.postcodes & other.postcodes:
        found.append(f"Postcode {min(one.postcodes & other.postcodes)} at about the same time")
    if one.streets & other.streets:
        found.append(f"{min(one.streets & other.streets).title()} at about the same time")
    if one.people & other.people:
        found.append("The same person at about the same time")
    return found


def _without_a_time(one: Report, other: Report) -> list[str]:
    """At least one gives no time: then person or name, street and worry must all agree, within three days."""
    near = abs(one.received_at - other.received_at) <= DAYS_APART
    if not near or not one.categories & other.categories:
        return []
    day_said = one.event_at or other.event_at
    if day_said and not (one.people & other.people and _same_day(one, other)):
        return []
    who = one.people & other.people or one.names & other.names
    where = one.streets & other.streets or one.postcodes & other.postcodes
    if not (who and where):
        return []
    person = (
        "the same person" if one.people & other.people else f"the name {min(one.names & other.names).title()}"
    )
    return [f"Told within three days, {person}, {min(where).title()} and the same worry; no time is given."]


def _same_day(one: Report, other: Report) -> bool:
    days = [(each.event_at or each.received_at).astimezone(LONDON).date() for each in (one, other)]
    return days[0] == days[1]


def _streets(words: str) -> frozenset[str]:
    plain = words.casefold().replace("’", "'")
    found = ((name, SHORT.get(kind, kind)) for name, kind in STREET.findall(plain))
    return frozenset(f"{name} {kind}" for name, kind in found if name not in NOT_NAMES and not name.isdigit())
