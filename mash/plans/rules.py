"""When a plan is looked at, what is not an action, and which reasons to go up facts alone show.  Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from mash.common.clock import WorkingWeek

NO_CHANGE = "no"
VAGUE = (
    "“{said}” is not an action, for “{vague}” names nobody who does something by a day. Say what one person will do, "
    "by when."
)


@dataclass(frozen=True, slots=True)
class Facts:
    """What reasons to go up are worked out from.

    looks: what each look said of the child, oldest first: "yes", "no" or "too_soon".
    leaderless_since: since when nobody leads the plan; None while somebody does.
    withdrawn: somebody agreed and took it back, and whom that covered is covered by nothing else.
    """

    looks: Sequence[str] = ()
    leaderless_since: date | None = None
    withdrawn: bool = False


def first_look(started_on: date, numbers: Mapping[str, int]) -> date:
    """Return the day by which a plan is first looked at together.

    Source: docs/rules.md, "Looking at a plan together".
    """
    return started_on + timedelta(weeks=numbers["first_review_weeks"])


def next_look(held_on: date, numbers: Mapping[str, int]) -> date:
    """Return the day by which it is looked at again.  Source: docs/rules.md, "Looking at a plan together"."""
    return held_on + timedelta(weeks=numbers["review_weeks"])


def what_is_vague(words: str, vague: Iterable[str]) -> str:
    """Return the words for which something is no action, or "" where it is one.

    Source: docs/rules.md, "Actions of a plan".
    """
    said = " ".join(words.lower().split())
    return next((one for one in vague if one in said), "")


def working_days(week: WorkingWeek, first: date, last: date) -> int:
    """Count the hub's working days after the first day, up to and with the last."""
    days = (first + timedelta(days=place + 1) for place in range(max((last - first).days, 0)))
    return sum(week.is_working_day(day) for day in days)


def last_before_opening(week: WorkingWeek, today: date) -> date:
    """Return the last day before the hub's next working day but one: what is due until then is reminded of today.

    On a Friday that reaches to Monday.
    """
    day = today + timedelta(days=1)
    while not week.is_working_day(day):
        day += timedelta(days=1)
    return day


def stands_still(looks: Sequence[str], most: int) -> bool:
    """Tell whether the last looks all said that nothing is different for the child."""
    return len(looks) >= most and all(one == NO_CHANGE for one in looks[-most:])


def triggers_shown(facts: Facts, week: WorkingWeek, today: date, numbers: Mapping[str, int]) -> list[str]:
    """Return the reasons to go up that facts show by themselves, by id; people see every other one.

    Source: docs/rules.md, "Step up from a plan".
    """
    since = facts.leaderless_since
    alone = since is not None and working_days(week, since, today) >= numbers["lead_missing_days"]
    shown = {
        "agreement_withdrawn": facts.withdrawn,
        "no_change": stands_still(facts.looks, numbers["looks_without_change"]),
        "lead_lost": alone,
    }
    return [name for name, holds in shown.items() if holds]
