"""How somebody stands with what their path asks for, and with their hours.  Pure.

Nothing here is a mark: a module is current, falls due soon, or is still to be taken.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from mash.common.clock import months_after
from mash.training.content import Module

CURRENT, SOON, DUE, CHANGED, MISSING = "current", "soon", "due", "changed", "missing"
COUNTS = frozenset({CURRENT, SOON})
YEAR = 12  # months


@dataclass(frozen=True, slots=True)
class Record:
    """One thing learnt: logged, taken over, or from a session to which somebody came.

    key: of what was logged, None for a session.  seen: whether the line manager has seen it.
    """

    on: date
    what: str
    label: str
    version: int
    minutes: int
    way: str
    provider: str
    evidence: str = ""
    evidence_words: str = ""
    different: str = ""
    key: object = None
    seen: bool = True


@dataclass(frozen=True, slots=True)
class Standing:
    """How it stands with one module.  due_on: when it falls due, or fell; None for what is never taken again."""

    module: Module
    state: str
    done_on: date | None = None
    due_on: date | None = None


def stands(module: Module, records: Iterable[Record], on: date, warning_days: int) -> Standing:
    """Return how somebody stands with a module on a day.

    A version that must be taken anew counts from when it was taken under it; a module that is renewed falls due after
    so many months.

    Source: docs/rules.md, "A path and its signatures", "Refreshers".
    """
    taken = [one for one in records if one.what == module.id and one.on <= on]
    if not taken:
        return Standing(module, MISSING)
    counting = [one for one in taken if not module.again or one.version >= module.version]
    if not counting:
        return Standing(module, CHANGED, max(one.on for one in taken))
    last = max(one.on for one in counting)
    if not module.renew_months:
        return Standing(module, CURRENT, last)
    due_on = months_after(last, module.renew_months)
    if due_on <= on:
        return Standing(module, DUE, last, due_on)
    soon = due_on - timedelta(days=warning_days) <= on
    return Standing(module, SOON if soon else CURRENT, last, due_on)


def all_of(
    required: Sequence[str],
    modules: Mapping[str, Module],
    records: Sequence[Record],
    on: date,
    warning_days: int,
) -> list[Standing]:
    """Return how somebody stands with each module that is required, in order."""
    return [stands(modules[one], records, on, warning_days) for one in required if one in modules]


def minutes_in_a_year(records: Iterable[Record], on: date) -> int:
    """Return how many minutes somebody learnt in the twelve months up to a day.

    Source: docs/rules.md, "Continuing development".
    """
    since = months_after(on, -YEAR)
    return sum(one.minutes for one in records if since < one.on <= on)
