"""What a rating does to a stage's clock, and how each rating's limit stood.  Pure: every moment is passed in.

Source: docs/rules.md, "Raising and lowering a rating".
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from mash.common.clock import Clock, Pause, Target, WorkingWeek, in_utc


class Why(StrEnum):
    """Why a rating was set: the first one; something new is known; the last one was wrong; it was lowered."""

    FIRST = "first"
    NEWS = "news"
    CORRECTION = "correction"
    LOWERED = "lowered"


UNRATED = "unrated"
URGENCY = MappingProxyType({"blue": 1, "green": 2, "amber": 3, "red": 4, UNRATED: 4})
NEVER_PAUSED = frozenset({"red", UNRATED})
LONGEST_PAUSE = timedelta(days=28)  # ours: what waits longer is not paused, it is late


class RatingChange(NamedTuple):
    """A rating, from when it held, and why it was set."""

    at: datetime
    rating: str
    why: str


class Result(StrEnum):
    """How a rating's limit stood when that rating ended: running if it was changed before the limit."""

    RUNNING = "running"
    MET = "met"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class Segment:
    """The time during which one rating held, up to `until` (None: it still does).

    own: the rating's own limit, None where it has none.
    shown: the limit to work to: an earlier one, where changing the rating must not move it later.
    finished: the work was done while this rating held.
    """

    rating: str
    from_: datetime
    until: datetime | None
    counts_from: datetime
    own: Clock | None
    shown: Clock | None
    finished: bool

    def result(self, now: datetime) -> Result:
        """Return how this rating's limit stood when the rating ended, or stands now.

        A limit missed before this rating began is the earlier rating's miss, and is not counted twice.
        """
        limit = self.own if self.shown is None or self.shown.due_at < self.from_ else self.shown
        if limit is not None and (self.until or in_utc(now)) > limit.due_at:
            return Result.MISSED
        return Result.MET if self.finished else Result.RUNNING


@dataclass(frozen=True, slots=True)
class RatingHistory:
    """A stage's clock under every rating it has had, oldest first; earlier results are kept."""

    segments: tuple[Segment, ...]

    @property
    def clock(self) -> Clock | None:
        """The clock to show now; None where the rating has no limit."""
        return self.segments[-1].shown

    @property
    def due_at(self) -> datetime | None:
        return None if self.clock is None else self.clock.due_at


def due(
    started_at: datetime,
    changes: Iterable[tuple[datetime, str, str]],
    targets: Mapping[str, Target | None],
    week: WorkingWeek,
    *,
    pauses: Iterable[Pause] = (),
    may_pause: bool = False,
    ended_at: datetime | None = None,
) -> RatingHistory:
    """Return when a stage is due, and was due under each rating that it has had.

    started_at: when the stage's clock started: for triage and decision, the receipt.
    changes: (at, rating, why) with why one of `Why`, in any order.  Those before the start say how the work
        was rated when the stage began; those after the end came too late for it.
    targets: rating to target, None for no limit.  Unrated work has red's, unless "unrated" is among them.
    pauses: count only if `may_pause`, and never on red or unrated work: being raised to red ends a pause.

    Until rated, red's limit applies.  The first rating and a raise to correct count from the start.  A raise
    on news counts from the raise.  A lowering counts from the start that the clock already had.  No change
    makes the work due later than it was when it last stood as low: a raise asks for speed now, a lowering
    buys nothing back.

    Raises ValueError if a change does not go the way its reason says, or `targets` lacks a rating.
    Source: docs/rules.md, "Raising and lowering a rating".
    """
    started_at, ended_at = in_utc(started_at), None if ended_at is None else in_utc(ended_at)
    history = sorted(
        (RatingChange(in_utc(at), rating, Why(why)) for at, rating, why in changes), key=lambda c: c.at
    )
    history = [change for change in history if ended_at is None or change.at <= ended_at]
    _refuse_wrong_ways(history)
    allowed = _ended_by_red(pauses, history) if may_pause else ()
    earlier = [change.rating for change in history if change.at <= started_at]
    first = RatingChange(started_at, earlier[-1] if earlier else UNRATED, Why.FIRST)
    steps = [first, *(change for change in history if change.at > started_at)]
    segments: list[Segment] = []
    for step, following in zip(steps, [*steps[1:], None], strict=True):
        until = following.at if following else ended_at
        counts_from = _counts_from(step, segments, started_at)
        own = _own_clock(counts_from, step.rating, targets, week, pauses=allowed, ended_at=ended_at)
        finished = following is None and ended_at is not None
        shown = _sooner(own, _held(step.rating, segments))
        segments.append(Segment(step.rating, step.at, until, counts_from, own, shown, finished))
    return RatingHistory(tuple(segments))


def _refuse_wrong_ways(history: Sequence[RatingChange]) -> None:
    before = UNRATED
    for change in history:
        first, rise = before == UNRATED, URGENCY[change.rating] - URGENCY[before]
        fits = {
            Why.FIRST: first,
            Why.NEWS: not first and rise > 0,
            Why.CORRECTION: not first and rise > 0,
            Why.LOWERED: not first and rise < 0,
        }
        if not fits[Why(change.why)]:
            raise ValueError(f"From {before} to {change.rating} is not a change of the kind {change.why!r}")
        before = change.rating


def _ended_by_red(pauses: Iterable[Pause], history: Sequence[RatingChange]) -> tuple[Pause, ...]:
    """Return the pauses that count: none begun while red or unrated, and each ended by a raise to red."""
    counted = []
    for pause in pauses:
        standing = [change.rating for change in history if change.at <= pause.from_]
        if not standing or standing[-1] in NEVER_PAUSED:
            continue
        reds = (c.at for c in history if pause.from_ < c.at < pause.until and c.rating in NEVER_PAUSED)
        counted.append(replace(pause, until=min(reds, default=pause.until)))
    return tuple(counted)


def _counts_from(step: RatingChange, segments: Sequence[Segment], started_at: datetime) -> datetime:
    if step.why == Why.NEWS:
        return step.at
    return segments[-1].counts_from if step.why == Why.LOWERED else started_at


def _own_clock(
    counts_from: datetime,
    rating: str,
    targets: Mapping[str, Target | None],
    week: WorkingWeek,
    *,
    pauses: Iterable[Pause],
    ended_at: datetime | None,
) -> Clock | None:
    wanted = "red" if rating == UNRATED and UNRATED not in targets else rating
    if wanted not in targets:
        raise ValueError(f"No target says how long {wanted} may take")
    target = targets[wanted]
    if target is None:
        return None
    may_pause = rating not in NEVER_PAUSED
    return Clock.start(counts_from, target, week, pauses=pauses, may_pause=may_pause, ended_at=ended_at)


def _held(rating: str, segments: Sequence[Segment]) -> Clock | None:
    """Return the limit that the work had when it last stood at this rating or a lower one."""
    as_low = (segment.shown for segment in reversed(segments) if URGENCY[segment.rating] <= URGENCY[rating])
    return next(as_low, None)


def _sooner(own: Clock | None, held: Clock | None) -> Clock | None:
    clocks = [clock for clock in (own, held) if clock is not None]
    return min(clocks, key=lambda clock: clock.due_at, default=None)
