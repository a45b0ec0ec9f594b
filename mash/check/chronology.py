"""What is known, in order: entries, what a filter leaves of them, and times of which nothing is known.  Pure."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from mash.common.clock import LONDON
from mash.contact.models import Contact

GAP_MONTHS = 6
KINDS = {
    "answer": "From an agency's answer",
    "event": "Written by the hub",
    "contact": "Earlier contact",
    "rating": "Rating",
    "check": "Check",
    "decision": "Decision",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of a chronology.

    on: None with precision "unknown"; no time is ever invented.  at: for what happened at a known moment.
    people: names of whom it is about.  significance: why it matters, "" when nobody has said.
    key: of the row that may be marked as significant, if there is one.
    elsewhere: reference of the contact it comes from, where that is another.
    """

    title: str
    on: date | None
    precision: str = "day"
    at: datetime | None = None
    words: str = ""
    agency: str = ""
    source: str = ""
    kind: str = "event"
    people: tuple[str, ...] = ()
    significance: str = ""
    conditions: str = ""
    key: str = ""
    elsewhere: str = ""

    @property
    def when(self) -> date | datetime | None:
        """Return what is shown, as precisely as known."""
        return self.at if self.precision == "moment" and self.at else self.on


@dataclass(frozen=True, slots=True)
class Gap:
    """A time between two entries of which nothing is known."""

    months: int

    @property
    def words(self) -> str:
        """Say it: "No contact for 14 months"."""
        return f"No contact for {self.months} months"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody wants to see of a chronology; everything, unless they say."""

    agency: str = ""
    person: str = ""
    kind: str = ""
    from_on: date | None = None
    until_on: date | None = None
    significant: bool = False
    keyword: str = ""

    def takes(self, entry: Entry) -> bool:
        """Tell whether an entry is among what is wanted; without a date, it is in no time that is named."""
        dated = self.from_on or self.until_on
        return (
            (not self.agency or entry.agency == self.agency)
            and (not self.person or self.person in entry.people)
            and (not self.kind or entry.kind == self.kind)
            and (not dated or (entry.on is not None and self._in_time(entry.on)))
            and (not self.significant or bool(entry.significance))
            and (not self.keyword or self.keyword.casefold() in _all_words(entry).casefold())
        )

    def _in_time(self, on: date) -> bool:
        return (self.from_on or on) <= on <= (self.until_on or on)


Facts = Callable[[Contact], Iterable[Entry]]
_later_stages: list[Facts] = []


def add_facts(facts: Facts) -> None:
    """Let a later stage put its own facts on a contact into the chronology; called when it starts."""
    if facts not in _later_stages:
        _later_stages.append(facts)


def facts_of_later_stages(contact: Contact) -> list[Entry]:
    """Return what later stages know of a contact."""
    return [entry for facts in _later_stages for entry in facts(contact)]


def in_order(entries: Iterable[Entry], *, newest_first: bool = True) -> list[Entry]:
    """Return entries by date; what has none comes last either way."""
    dated = [entry for entry in entries if entry.on]
    undated = [entry for entry in entries if not entry.on]
    return sorted(dated, key=_moment, reverse=newest_first) + undated


def with_gaps(entries: Sequence[Entry]) -> Iterator[Entry | Gap]:
    """Yield entries, and a gap wherever two of them lie half a year or more apart."""
    if entries:
        yield entries[0]
    for one, other in pairwise(entries):
        if one.on and other.on:
            months = _months_between(min(one.on, other.on), max(one.on, other.on))
            if months >= GAP_MONTHS:
                yield Gap(months)
        yield other


def day_of(at: datetime) -> date:
    """Return the day of a moment, on England's clock."""
    return at.astimezone(LONDON).date()


def _moment(entry: Entry) -> tuple[date, float, str]:
    return entry.on or date.min, entry.at.timestamp() if entry.at else 0, entry.title


def _months_between(early: date, late: date) -> int:
    return (late.year - early.year) * 12 + late.month - early.month - (late.day < early.day)


def _all_words(entry: Entry) -> str:
    return " ".join([entry.title, entry.words, entry.agency, entry.source, *entry.people])
