"""How long each stage takes, as figures whose every part is defined.  Pure: every moment is passed in."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from statistics import median

from mash.common.clock import WorkingWeek, spoken_length
from mash.common.shares import wilson

NINETIETH = 0.9


class Stage(StrEnum):
    """What is measured, from one moment that stands in a row to another."""

    RATED = "rated"
    RESPONSE = "response"
    CHECK_OPENED = "check_opened"
    CONFIRMED = "confirmed"
    AGENCY_RETURN = "agency_return"
    DECIDED = "decided"
    DECIDED_LESS_PAUSES = "decided_less_pauses"
    REPLIED = "replied"
    READ = "read"
    WRITTEN = "written"


LABELS = {
    Stage.RATED: "Receipt to first rating",
    Stage.RESPONSE: "Receipt to a social worker saying what response is needed",
    Stage.CHECK_OPENED: "Receipt to the check being opened",
    Stage.CONFIRMED: "Rating of a check to a manager confirming it",
    Stage.AGENCY_RETURN: "Enquiry sent to an agency's whole return",
    Stage.DECIDED: "Receipt to a decision that stands",
    Stage.DECIDED_LESS_PAUSES: "The same, less the pauses of its clock",
    Stage.REPLIED: "Decision to the referrer being told",
    Stage.READ: "Referrer told to the referrer reading it",
    Stage.WRITTEN: "Call taken to its written form",
}
DEFINITIONS = {
    Stage.RATED: "From when a contact was received to when a worker first rated it. In target: the triage limit of "
    "that contact was kept; until somebody rates it, red's applies.",
    Stage.RESPONSE: "From when a contact about a child was received to when a social worker or the manager first sent "
    "it on, it was first decided, or a notice ended at triage; whoever has that duty now counts. Back for agreement "
    "is no answer. Notices sent for information alone are not in it. In target: one working day, by law.",
    Stage.CHECK_OPENED: "From when a contact was received to when its first check was opened. Contacts without a check "
    "are not in it. No limit is set.",
    Stage.CONFIRMED: "From when a contact that goes to a check was rated, or sent to it if that was later, to when a "
    "manager confirmed that rating; one row a rating. One that was changed before it was confirmed is not in it. In "
    "target: where agencies were asked before it was confirmed, as on red, confirmed the same day.",
    Stage.AGENCY_RETURN: "From when an enquiry was sent to the agency's first whole return; one row an enquiry. A part "
    "answer ends nothing; refusing it whole is a return. In target: returned by the moment the enquiry named.",
    Stage.DECIDED: "From receipt to when the first decision on the contact or its event stood, with its approvals. "
    "Back for agreement is not a decision. In target: no limit was missed under any rating the contact had.",
    Stage.DECIDED_LESS_PAUSES: "The same contacts once more. In target: no limit was missed once the time is taken "
    "out in which a manager let the clock rest. The lengths are those of the row above, pauses and all.",
    Stage.REPLIED: "From when a decision stood to when its referrer was told. Whoever is told nothing, and members of "
    "the public, who are only thanked, are not in it. In target: one working day, or the hub's own limit.",
    Stage.READ: "From when a referrer was told to when they first opened it. No limit is set; it counts when read.",
    Stage.WRITTEN: "From when a professional rang to when the written form came that a worker says is theirs. Calls "
    "from members of the public are not in it. In target: within the hub's own limit for written forms.",
}


@dataclass(frozen=True, slots=True)
class Measured:
    """One stage of one piece of work.  until_at: None while it goes on.  met: None where no limit is set.

    agency: whose return it is; "" for every other stage.
    """

    stage: Stage
    from_at: datetime
    until_at: datetime | None
    met: bool | None = None
    agency: str = ""


@dataclass(frozen=True, slots=True)
class Figures:
    """One stage over a period.

    n: how many ended; going_on: how many did not.  Medians and 90th percentiles are of those that ended, in working
    and in elapsed time; None when none did.  in_target of with_target: ended ones whose limit was kept, of those
    that have one; low and high: its 95 % interval (Wilson), from 0 to 1.
    """

    stage: Stage
    n: int
    going_on: int
    median_working: timedelta | None
    median_elapsed: timedelta | None
    ninetieth_working: timedelta | None
    ninetieth_elapsed: timedelta | None
    in_target: int
    with_target: int
    low: float | None
    high: float | None

    @property
    def label(self) -> str:
        """What was measured."""
        return LABELS[self.stage]

    @property
    def definition(self) -> str:
        """What counts, and what does not."""
        return DEFINITIONS[self.stage]

    @property
    def share(self) -> float | None:
        """The share in target; None where nothing has a limit."""
        return self.in_target / self.with_target if self.with_target else None


def figures(measured: Iterable[Measured], week: WorkingWeek) -> list[Figures]:
    """Return the figures of every stage, in the order work goes through them; an empty stage has n = 0."""
    found = list(measured)
    return [_figures(stage, [one for one in found if one.stage == stage], week) for stage in Stage]


def by_agency(measured: Iterable[Measured], week: WorkingWeek) -> list[tuple[str, Figures]]:
    """Return the figures of the returns of each agency that was asked, by name."""
    found = [one for one in measured if one.stage == Stage.AGENCY_RETURN]
    names = sorted({one.agency for one in found})
    return [
        (name, _figures(Stage.AGENCY_RETURN, [one for one in found if one.agency == name], week))
        for name in names
    ]


def percentile(lengths: Sequence[timedelta], share: float) -> timedelta | None:
    """Return the smallest length that at least this share of the lengths do not exceed (nearest rank).

    share: above 0, at most 1.
    """
    if not lengths:
        return None
    return sorted(lengths)[math.ceil(len(lengths) * share) - 1]


def _median(lengths: Sequence[timedelta]) -> timedelta | None:
    seconds = [length.total_seconds() for length in lengths]
    return timedelta(seconds=median(seconds)) if seconds else None


def interval(hits: int, of: int) -> tuple[float, float] | None:
    """Return the 95 % interval of a share (Wilson's score), from 0 to 1; None of nothing."""
    if not of:
        return None
    found = wilson(hits, of)
    return found.low, found.high


def spoken(length: timedelta | None) -> str:
    """Say a length of working time."""
    return "–" if length is None else spoken_length(length)


def spoken_elapsed(length: timedelta | None) -> str:
    """Say a length of elapsed time, in days where it is long."""
    return "–" if length is None else spoken_length(length, in_days=True)


def _figures(stage: Stage, measured: Sequence[Measured], week: WorkingWeek) -> Figures:
    ended = [(one.from_at, one.until_at) for one in measured if one.until_at is not None]
    elapsed = [until - from_ for from_, until in ended]
    working = [week.working_time(from_, until) for from_, until in ended]
    limits = [one.met for one in measured if one.until_at is not None and one.met is not None]
    low, high = interval(sum(limits), len(limits)) or (None, None)
    return Figures(
        stage=stage,
        n=len(ended),
        going_on=len(measured) - len(ended),
        median_working=_median(working),
        median_elapsed=_median(elapsed),
        ninetieth_working=percentile(working, NINETIETH),
        ninetieth_elapsed=percentile(elapsed, NINETIETH),
        in_target=sum(limits),
        with_target=len(limits),
        low=low,
        high=high,
    )
