"""Tier history: at which tier there was help, for one person and for those who live together.  Pure.

Source: docs/rules.md, "Tier history".
"""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from mash.decision.direction import Spell


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time in which the highest tier open was the same.

    until_on: the first day of something else; None while it goes on.
    """

    tier: int
    from_on: date
    until_on: date | None = None


@dataclass(frozen=True, slots=True)
class Helped:
    """Help to one member of a household, as far as they lived with the others.  who: any key of that member."""

    who: Hashable
    spell: Spell


@dataclass(frozen=True, slots=True)
class Change:
    """A day on which the highest tier changed.

    before, after: tiers, None where nothing was open.  by: the members whose help began or ended on that day.
    """

    on: date
    before: int | None
    after: int | None
    by: tuple[Hashable, ...] = ()


def stretches(spells: Iterable[Spell], today: date) -> list[Stretch]:
    """Return the tiers of a history up to a day, oldest first; days with nothing open are in none."""
    found: list[Stretch] = []
    steps = list(_steps(spells, today))
    for place, (day, tier) in enumerate(steps):
        after = steps[place + 1][0] if place + 1 < len(steps) else None
        if tier is not None:
            found.append(Stretch(tier, day, after))
    return found


def changes(helped: Sequence[Helped], today: date) -> list[Change]:
    """Return each day up to today on which the highest tier of a household changed, and through whom."""
    found, before = [], None
    for day, tier in _steps((one.spell for one in helped), today):
        by = {one.who: None for one in helped if day in (one.spell.from_on, one.spell.until_on)}
        found.append(Change(day, before, tier, tuple(by)))
        before = tier
    return found


def while_together(spells: Iterable[Spell], together: Iterable[Spell]) -> list[Spell]:
    """Return help to a member, cut down to the times in which they lived with the person in hand.

    together: those times, as spells of any tier.
    """
    times = list(together)
    cut = (_both(spell, time) for spell in spells for time in times)
    return [one for one in cut if one is not None]


def _both(spell: Spell, time: Spell) -> Spell | None:
    ends = [day for day in (spell.until_on, time.until_on) if day]
    begins, until = max(spell.from_on, time.from_on), min(ends, default=None)
    return None if until and until <= begins else Spell(spell.tier, begins, until)


def _steps(spells: Iterable[Spell], today: date) -> Iterable[tuple[date, int | None]]:
    """Yield each day up to today from which the highest tier is another than before, and that tier."""
    known = [one for one in spells if one.until_on is None or one.until_on > one.from_on]
    days = {day for one in known for day in (one.from_on, one.until_on) if day and day <= today}
    before = None
    for day in sorted(days):
        tier = max((one.tier for one in known if one.is_open(day)), default=None)
        if tier != before:
            yield day, tier
        before = tier
