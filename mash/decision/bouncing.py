"""Going to and fro between tiers, from one person's own history: facts, with the rule that fired.  Pure; never a score.

Source: docs/rules.md, "Bouncing".
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Literal

from mash.decision.content import Direction, direction_rules
from mash.decision.direction import Spell, months_before, of_help, standing
from mash.decision.needs import NO_FURTHER_ACTION
from mash.triage.content import BounceRule, bounce_rules, rating_content

Side = Literal["up", "down"]
DAY = timedelta(days=1)
SAME_WORRY = (NO_FURTHER_ACTION, "same_category_again")
SENT_AND_BACK = ("sent_to_service", "returned_by_service")
REFERRED_AGAIN = ("referral", "referral")
STEPS: dict[str, Side] = {"step_up": "up", "step_down": "down"}


@dataclass(frozen=True, slots=True)
class Turn:
    """A change of tier on a day, up or down."""

    on: date
    side: Side


@dataclass(frozen=True, slots=True)
class Bounced:
    """A rule that fired, and the days of what it fired on, the first first.

    edition: which version of the hub's rules it stands in.
    """

    rule: BounceRule
    days: tuple[date, ...]
    edition: int

    @property
    def apart(self) -> int:
        """Return how many days lie between the first and the last of them."""
        return (self.days[-1] - self.days[0]).days


def is_of_tiers(rule: BounceRule) -> bool:
    """Tell whether a rule is of changes of tier that reverse their direction."""
    return bool(rule.direction_changes) or bool(rule.sequence and STEPS.keys() >= set(rule.sequence))


def is_of_nothing_more(rule: BounceRule) -> bool:
    """Tell whether a rule is of no further action again and again."""
    return rule.outcome == NO_FURTHER_ACTION and bool(rule.count)


def is_of_the_same_worry(rule: BounceRule) -> bool:
    """Tell whether a rule is of a worry that came back after no further action."""
    return rule.sequence == SAME_WORRY


def fired(
    history: Iterable[Spell],
    nothing_more: Iterable[date],
    today: date,
    *,
    came_back: Iterable[tuple[date, date]] = (),
    passed_back: Iterable[tuple[date, date]] = (),
    referred: Iterable[date] = (),
) -> list[Bounced]:
    """Return the rules of bouncing that fire on one person, as of a day.  Each pair is shown for a year.

    nothing_more: the days on which no further action was decided about them.
    came_back: of each of these that was about the same worry as a later contact, that day and the day this came.
    passed_back: the days on which a decision handed them over and on which a service said that it passes them back.
    referred: the days on which a decision made them a referral to social care, each contact once.
    """
    since = _looked_back(today)
    changes = turns(history, today)
    ended = sorted(day for day in nothing_more if day <= today)
    again: dict[tuple[str, ...], list[tuple[date, date]]] = {
        SAME_WORRY: sorted(days for days in came_back if days[0] <= days[1]),
        SENT_AND_BACK: sorted(passed_back),
        REFERRED_AGAIN: list(pairwise(sorted(day for day in referred if day <= today))),
    }
    again = {name: [one for one in pairs if since <= one[1] <= today] for name, pairs in again.items()}
    looked = ((rule, _days(rule, changes, ended, again, today)) for rule in bounce_rules().values())
    edition = rating_content().version
    return [Bounced(rule, days, edition) for rule, days in looked if days]


def turns(history: Iterable[Spell], today: date) -> list[Turn]:
    """Return the changes of tier up to a day that count as up or down, oldest first."""
    spells = [one for one in history if one.until_on is None or one.until_on > one.from_on]
    days = {day for one in spells for day in (one.from_on, one.until_on) if day and day <= today}
    sides = ((day, _side(_moved(spells, day))) for day in sorted(days))
    return [Turn(day, side) for day, side in sides if side]


def _moved(spells: Sequence[Spell], day: date) -> Direction:
    """Return where a person moved on a day on which help began or ended."""
    before = standing([one for one in spells if one.from_on < day], day - DAY)
    now = max((one.tier for one in spells if one.is_open(day)), default=None)
    if now is None:
        return "none" if before.tier is None else "out"
    return of_help(before, now)


def _side(direction: Direction) -> Side | None:
    sides = direction_rules().for_bounce
    return "up" if direction in sides.up else "down" if direction in sides.down else None


def _days(
    rule: BounceRule,
    changes: Sequence[Turn],
    ended: Sequence[date],
    again: Mapping[tuple[str, ...], Sequence[tuple[date, date]]],
    today: date,
) -> tuple[date, ...]:
    window = timedelta(days=rule.within_days)
    if rule.sequence in again:
        pairs = reversed(again[rule.sequence])
        return next((days for days in pairs if days[1] - days[0] <= window), ())
    if rule.outcome == NO_FURTHER_ACTION and rule.count:
        lately = [day for day in ended if day >= today - window]
        return tuple(lately) if len(lately) >= rule.count else ()
    back = [(one, other) for one, other in pairwise(changes) if one.side != other.side]
    if rule.direction_changes:
        lately = [other.on for _, other in back if other.on >= today - window]
        return tuple(lately) if len(lately) >= rule.direction_changes else ()
    since = _looked_back(today)
    wanted = [STEPS.get(step) for step in rule.sequence]
    for one, other in reversed(back):
        if [one.side, other.side] == wanted and other.on - one.on <= window and other.on >= since:
            return (one.on, other.on)
    return ()


def _looked_back(today: date) -> date:
    return months_before(today, direction_rules().looks_back_months.value)
