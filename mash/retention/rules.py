"""Which class a record falls in, and the day it falls due: pure functions of facts that are kept.

Source: docs/rules.md, "How long records are kept".
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from mash.setup.retention import Period

ADULT = 18  # years
AT_LEAST = 3  # years after the last contact, whatever the class
CLASSES = (
    "looked_after",
    "child_protection",
    "adult_safeguarding",
    "assessed",
    "no_further_action",
    "notice_only",
    "unidentified",
    "consultations",
)
"""The classes that facts lead to, by their id in `retention.yaml`; of two with the same day the earlier here counts."""
NUMBER = re.compile(r"\d{1,3}")


class Waits(StrEnum):
    """Why no day can be given."""

    WORK = "work"  # somebody works with the person
    CONTACT = "contact"  # a contact is not finished
    PERIOD = "period"  # the hub has no such class


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the class and the day are worked out from.  All of it is kept; none of it is a name.

    last_on: the last contact, or the day they were put on record where no contact is left.
    first_on: the first day the hub knew of them.  ended_on: the first day after the last agency's work.
    adult: named as an adult at risk.  at_risk: named as one whom a contact is about, child or adult.
    asked_for_something: a contact was more than information.  helped: an outcome or work at level 2 or 3.
    protected: a section 47 strategy discussion or outcome, or work at level 4.
    """

    first_on: date
    last_on: date
    born_on: date | None = None
    expected_on: date | None = None
    age_words: str = ""
    age_as_of: date | None = None
    at_risk: bool = True
    adult: bool = False
    identified: bool = True
    advice: bool = False
    asked_for_something: bool = False
    helped: bool = False
    protected: bool = False
    looked_after: bool = False
    open_work: bool = False
    open_contact: bool = False
    ended_on: date | None = None
    placed: str = ""
    keep_until: date | None = None

    @property
    def is_named_only(self) -> bool:
        """Tell whether they are only named in contacts about others, and have no class of their own."""
        theirs = self.looked_after or self.protected or self.helped or self.open_work or self.ended_on
        return not (self.at_risk or self.placed or self.advice or theirs)


@dataclass(frozen=True, slots=True)
class Due:
    """A record's class, and the day it falls due; `on` is None while none can be given, and `waits` says why."""

    period: str
    on: date | None
    waits: str = ""

    @property
    def sort(self) -> date:
        """The day, for finding the latest: no day is later than any."""
        return self.on or date.max


def years_after(on: date, years: int) -> date:
    """Return the day so many years after; 29 February is followed by 1 March where there is none.

    A day after the year 9999 is the last there is.
    """
    if on.year + years > date.max.year:
        return date.max
    if on.year + years < date.min.year:
        return date.min
    try:
        return on.replace(year=on.year + years)
    except ValueError:
        return date(on.year + years, 3, 1)


def latest_birth(facts: Facts) -> date:
    """Return the latest day on which somebody can have been born: their birthday, where it is known.

    Without one: the day they were expected; else by the age that was said, a year younger to be safe; else an adult
    was 18 when the hub first knew of them, and anybody else was born that day.  So whoever's birthday is not known is
    kept no shorter than if it were.

    Source: docs/rules.md, "How long records are kept".
    """
    if facts.born_on:
        return facts.born_on
    if facts.expected_on:
        return max(facts.expected_on, facts.first_on)
    said_on = facts.age_as_of or facts.first_on
    age = NUMBER.search(facts.age_words)
    if age and "month" not in facts.age_words and "week" not in facts.age_words:
        return years_after(said_on, -max(int(age.group()) - 1, 0))
    return years_after(facts.first_on, -ADULT) if facts.adult else facts.first_on


def starts(facts: Facts, counted_from: str) -> date:
    """Return the day from which a period is counted.

    Work that never was has no end: the last contact stands for it.
    """
    match counted_from:
        case "birth":
            return latest_birth(facts)
        case "eighteenth_birthday":
            return years_after(latest_birth(facts), ADULT)
        case "end_of_involvement":
            return max(facts.ended_on or facts.last_on, facts.last_on)
        case _:
            return facts.last_on


def classes_of(facts: Facts) -> list[str]:
    """Return the classes whose facts hold, by their ids: at least one.

    Source: docs/rules.md, "How long records are kept".
    """
    if facts.advice:
        return ["consultations"]
    holds = {
        "looked_after": facts.looked_after,
        "child_protection": facts.protected,
        "adult_safeguarding": facts.adult and facts.asked_for_something and facts.identified,
        "assessed": facts.helped,
        "no_further_action": facts.asked_for_something and not facts.adult and facts.identified,
    }
    otherwise = "notice_only" if facts.identified else "unidentified"
    return [name for name in CLASSES if holds.get(name)] or [otherwise]


def due_of(facts: Facts, periods: Mapping[str, Period]) -> Due:
    """Return the class of a record and the day it falls due by its own facts.

    Of several classes whose facts hold, the one that keeps it longest; a worker's word on its class counts before
    them.  It is never due while somebody works with the person, while a contact is open, sooner than three years
    after the last contact, or before the day until which two people kept it longer.

    Source: docs/rules.md, "How long records are kept".
    """
    if facts.is_named_only:
        return _unless_open(facts, Due("", _not_before(facts)))
    names = [facts.placed] if facts.placed else classes_of(facts)
    missing = [name for name in names if name not in periods]
    if missing:
        return Due(missing[0], None, Waits.PERIOD)
    found = [Due(name, _ends(facts, periods[name])) for name in names]
    return _unless_open(facts, max(found, key=lambda one: (one.sort, -_place(one.period))))


def _unless_open(facts: Facts, due: Due) -> Due:
    if facts.open_work or facts.open_contact:
        return Due(due.period, None, Waits.WORK if facts.open_work else Waits.CONTACT)
    return due


def _not_before(facts: Facts) -> date:
    floor = years_after(facts.last_on, AT_LEAST)
    return max(floor, facts.keep_until or floor)


def _ends(facts: Facts, period: Period) -> date:
    return max(years_after(starts(facts, period.counted_from), period.years), _not_before(facts))


def _place(period: str) -> int:
    return CLASSES.index(period) if period in CLASSES else len(CLASSES)


def last_of(own: Due, others: Iterable[Due]) -> Due:
    """Return when a record is due whose contacts name others: once the last of them is.

    Its own class stays.

    Source: docs/rules.md, "How long records are kept".
    """
    latest = own
    for one in others:
        if one.sort > latest.sort:
            latest = one
    return Due(own.period, latest.on, latest.waits)
