"""Where a decision moves one person: worked out from their own history, never set by hand.  Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from mash.decision.content import Direction, Outcome, direction_rules

LOWEST_TIER_OF_HELP = 2  # tier 1 is what every family can use: nobody works with the person for it
TO_ANOTHER_AUTHORITY = "to_other_authority"
ACCEPTANCE = ("accepted_by", "accepted_at")


@dataclass(frozen=True, slots=True)
class Spell:
    """Help that was or is given to one person, at one tier.

    until_on: the first day without it; None while it goes on.
    """

    tier: int
    from_on: date
    until_on: date | None = None

    def is_open(self, on: date) -> bool:
        """Tell whether it was going on that day."""
        return self.from_on <= on and (self.until_on is None or self.until_on > on)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a person stands just before a decision.

    tier: the highest tier open, None when nothing is.  ended_lately: help ended within the months looked back.
    """

    tier: int | None = None
    ended_lately: bool = False


def standing(history: Iterable[Spell], on: date) -> Standing:
    """Return where a person stands on a day, from all that was ever open with them."""
    spells = list(history)
    since = months_before(on, direction_rules().looks_back_months.value)
    tiers = [spell.tier for spell in spells if spell.is_open(on)]
    ended = [spell for spell in spells if spell.until_on and since <= spell.until_on <= on]
    return Standing(max(tiers, default=None), bool(ended))


def gives_help(outcome: Outcome) -> bool:
    """Tell whether help follows: a tier above what everyone can use, and not "no further action"."""
    return bool(outcome.tier and outcome.tier >= LOWEST_TIER_OF_HELP and not outcome.referral_nfa)


def direction(before: Standing, outcome: Outcome, *, ends_open_help: bool, moved: bool = False) -> Direction:
    """Return where an outcome moves a person who stood at `before`.

    ends_open_help: the decider says that what is open ends; matters only where no help follows.
    moved: another authority has accepted the person, in writing.

    Source: docs/rules.md, "Bouncing".
    """
    if moved:
        return "moved"
    if not gives_help(outcome):
        if before.tier is None:
            return "none"
        return "out" if ends_open_help else "level"
    return of_help(before, outcome.tier or 0)


def has_accepted(outcome: Outcome, needs: dict[str, str]) -> bool:
    """Tell whether another authority has accepted the person: who and when are both recorded."""
    return outcome.id == TO_ANOTHER_AUTHORITY and all(needs.get(need, "").strip() for need in ACCEPTANCE)


def of_help(before: Standing, tier: int) -> Direction:
    """Return where help at a tier moves a person who stood at `before`."""
    if before.tier is None:
        return "step_up" if before.ended_lately else "first"
    if tier == before.tier:
        return "level"
    return "step_up" if tier > before.tier else "step_down"


def months_before(on: date, months: int) -> date:
    """Return the same day so many months earlier, or the last day of that month if it is shorter."""
    count = on.year * 12 + on.month - 1 - months
    first = date(count // 12, count % 12 + 1, 1)
    after = date((count + 1) // 12, (count + 1) % 12 + 1, 1)
    return first.replace(day=min(on.day, (after - first).days))
