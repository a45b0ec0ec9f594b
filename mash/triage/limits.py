"""How long a stage may take, in words; and which limits law or national guidance holds.  Pure.

Source: docs/rules.md, "Statutory clocks".
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from mash.common.clock import Kind, Target, WorkingWeek
from mash.triage import content
from mash.triage.models import Colour, Stage

NATIONAL = {"working_together"}  # sources of ratings.yaml that bind every hub
KIND_OF_RESPONSE_DECIDED = "referral_decision"  # for a child, triage is where it is met
COMPARED_FOR = timedelta(days=15)
COMPARED_EVERY = timedelta(hours=3)


class Loosened(Exception):
    """A limit of law or national guidance would become longer; the message says which it is."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A limit that a hub wants for a stage.  rating: a colour.  subject: child | adult."""

    stage: Stage
    rating: Colour
    subject: str
    limit: Target

    @property
    def label(self) -> str:
        """What it is called: "Triage, red, child"."""
        return label(self.stage, self.rating, self.subject)


def label(stage: str, rating: str, subject: str) -> str:
    """Return what a limit is called: "Triage, red, child"."""
    return f"{Stage(stage).label}, {Colour(rating).label.lower()}, {subject}"


def in_words(limit: Target | None) -> str:
    """Say a limit: "4 hours, every hour counts", "1 working day"."""
    if limit is None:
        return "no limit"
    many = "" if limit.value == 1 else "s"
    if limit.unit == "working_days":
        return f"{limit.value:g} working day{many}"
    counts = "of the hub's time" if limit.kind is Kind.WORKING else "by the clock"
    return f"{limit.value:g} hour{many} {counts}"


def bound(stage: str, rating: str, subject: str) -> list[Target]:
    """Return the limits of law or national guidance that a stage may not exceed."""
    found: list[content.Limit] = []
    if stage == Stage.TRIAGE and subject == "child":
        found.append(content.fixed_clocks()[KIND_OF_RESPONSE_DECIDED].limit)
    for name, limits in content.stages("adult" if subject == "adult" else "child").items():
        carried = {one.id: limits.limit(one.id) for one in content.ratings().values()}
        found += [
            limit
            for colour, limit in carried.items()
            if name == stage and colour == rating and limit and limit.source in NATIONAL
        ]
    return [target_of(one) for one in found]


def refuse_if_longer(wanted: Wanted, week: WorkingWeek, start: datetime) -> None:
    """Refuse a limit under which anything would be due later than law or national guidance has it.

    start: where two weeks of beginnings, three hours apart, are compared from.

    Raises Loosened.
    """
    for limit in bound(wanted.stage, wanted.rating, wanted.subject):
        if any(wanted.limit.due_at(at, week) > limit.due_at(at, week) for at in _moments(start)):
            raise Loosened(
                f"Law or national guidance allows {in_words(limit)} here: it can be made shorter and never longer"
            )


def _moments(start: datetime) -> Iterable[datetime]:
    return (start + COMPARED_EVERY * step for step in range(int(COMPARED_FOR / COMPARED_EVERY)))


def target_of(limit: content.Limit) -> Target:
    """Return a limit of content as a clock counts it."""
    unit = "working_days" if limit.unit == "working_days" else "hours"
    return Target(limit.value, unit, Kind(limit.clock))  # type: ignore[arg-type]
