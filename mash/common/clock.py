"""Working time and the clocks that count it.  Pure: the caller passes every moment in.

Moments are aware and results are in UTC; opening hours are on the wall clock of England.  Counting in UTC
keeps the two nights a year when that clock is changed right.
"""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from fractions import Fraction
from functools import cache
from math import ceil
from types import MappingProxyType
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from holidays import country_holidays

LONDON = ZoneInfo("Europe/London")
MIDNIGHT = time(0)
FOREVER = datetime.max.replace(tzinfo=UTC)
TICK = timedelta(microseconds=1)
NINE_TO_FIVE = MappingProxyType(dict.fromkeys(range(5), (time(9), time(17))))
ROUNDING = timedelta(milliseconds=1)  # shares of uneven days are rounded up to a microsecond each
WARNING_SHARES = (0.5, 0.75, 0.8, 1.0)

Span = tuple[datetime, datetime]


class Kind(StrEnum):
    """What a clock counts: a hub's staffed hours only, or every hour."""

    WORKING = "working"
    ELAPSED = "elapsed"


class State(StrEnum):
    """Where a clock stands.  A clock past its due time and not ended is running, and overdue."""

    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    MISSED = "missed"


@cache
def _bank_holidays(year: int) -> frozenset[date]:
    return frozenset(country_holidays("GB", subdiv="ENG", years=year))


def england(years: Iterable[int]) -> frozenset[date]:
    """Return the bank holidays of England in these years, days in lieu included."""
    return frozenset[date]().union(*(_bank_holidays(year) for year in years))


@dataclass(frozen=True, slots=True)
class BankHolidays:
    """England's bank holidays of every year, worked out when a year is first asked about."""

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and day in _bank_holidays(day.year)


@dataclass(frozen=True, slots=True)
class Pause:
    """Time that does not count, from `from_` up to `until`, where it ends by itself.

    Source: docs/rules.md, "Pauses".
    """

    from_: datetime
    until: datetime
    reason: str

    def __post_init__(self) -> None:
        if _utc(self.until) <= _utc(self.from_):
            raise ValueError("A pause ends after it begins")
        if not self.reason.strip():
            raise ValueError("A pause needs a reason")

    def covers(self, moment: datetime) -> bool:
        return _utc(self.from_) <= _utc(moment) < _utc(self.until)


@dataclass(frozen=True, slots=True)
class WorkingWeek:
    """When a hub is staffed.

    hours: weekday (0 is Monday) to when it opens and closes, on the wall clock of England.  A weekday that is
        absent is closed.  Closing at `time(0)` means midnight at the end of that day, so `(time(0), time(0))`
        is all day.  A time that the clock change skips or shows twice is read with the offset in force before
        the change.
    closed: days on which this hub alone is shut.
    holidays: days on which it is shut as everyone is; `frozenset()` for a hub open on bank holidays.

    Raises ValueError if no weekday is open, or one closes before it opens.
    Source: docs/rules.md, "Clocks".
    """

    hours: Mapping[int, tuple[time, time]] = field(default_factory=lambda: NINE_TO_FIVE)
    closed: Set[date] = frozenset()
    holidays: Container[date] = field(default_factory=BankHolidays)

    def __post_init__(self) -> None:
        if not self.hours or not set(self.hours) <= set(range(7)):
            raise ValueError("A working week opens on at least one weekday, from 0 (Monday) to 6")
        if any(closes <= opens for opens, closes in self.hours.values() if closes != MIDNIGHT):
            raise ValueError("A working day closes after it opens, by midnight at the latest")

    def is_working_day(self, day: date) -> bool:
        return day.weekday() in self.hours and day not in self.closed and day not in self.holidays

    def is_open(self, moment: datetime) -> bool:
        return self.next_opening(moment) == moment

    def next_opening(self, moment: datetime) -> datetime:
        """Return the first moment from this one on at which the hub is staffed: itself, if it is open."""
        moment = _utc(moment)
        return next(max(opens, moment) for opens, closes in self.spans(moment) if moment < closes)

    def spans(self, moment: datetime) -> Iterator[Span]:
        """Yield when the hub opens and closes, in UTC, from the day of `moment` on, without end."""
        day = _utc(moment).astimezone(LONDON).date()
        while True:
            if self.is_working_day(day):
                opens, closes = self.hours[day.weekday()]
                last_day = day + timedelta(days=1) if closes == MIDNIGHT else day
                yield _on_the_wall(day, opens), _on_the_wall(last_day, closes)
            day += timedelta(days=1)

    def deadline(self, start: datetime, allowance: timedelta, pauses: Iterable[Pause] = ()) -> datetime:
        """Return the first moment at which `allowance` of working time has passed since `start`.

        A start outside hours counts from the next opening; what is used up at closing is due at closing, not
        at the next opening.

        Raises ValueError if the allowance is negative or a moment has no time zone.
        """
        return _count_off(self.spans(start), start, Fraction(allowance // TICK), pauses)

    def deadline_in_days(self, start: datetime, days: float, pauses: Iterable[Pause] = ()) -> datetime:
        """Return the first moment at which `days` staffed days have passed since `start`.

        Each staffed day counts as one, whatever its length, and a part of it as that share of its own opening
        hours.  So in an even week one working day from Monday 10:15 is Tuesday 10:15; from Saturday it is
        Monday's closing; and a short Friday or a day closed needs no rule of its own.  A fixed number of
        hours would make "one working day" two days long at a hub with half days: not what the law says.

        days: above 0 or 0; whole or not.
        """
        return _count_off(self.spans(start), start, Fraction(days), pauses, by_day=True)

    def working_time(self, from_: datetime, until: datetime, pauses: Iterable[Pause] = ()) -> timedelta:
        """Return the staffed time between two moments, less pauses; negative if `until` is the earlier."""
        if _utc(until) < _utc(from_):
            return -self.working_time(until, from_, pauses)
        return _measure(self.spans(from_), from_, until, pauses)


@dataclass(frozen=True, slots=True)
class Target:
    """How long something may take.

    value: how many of `unit`, above 0.
    kind: what counts; working days are always counted in working time.

    Raises ValueError if these do not fit together.
    """

    value: float
    unit: Literal["hours", "working_days"]
    kind: Kind

    def __post_init__(self) -> None:
        if self.value <= 0:
            raise ValueError("A target is longer than nothing")
        if self.unit == "working_days" and self.kind is not Kind.WORKING:
            raise ValueError("Working days are counted in working time")

    def due_at(self, start: datetime, week: WorkingWeek, pauses: Iterable[Pause] = ()) -> datetime:
        """Return when something begun at `start` is due."""
        if self.unit == "working_days":
            return week.deadline_in_days(start, self.value, pauses)
        allowance = timedelta(hours=self.value)
        return _count_off(_spans(week, self.kind, start), start, Fraction(allowance // TICK), pauses)


@dataclass(frozen=True, slots=True)
class Clock:
    """One limit, counted from `started_at`; `ended_at` is when what it waits for was done.

    due_without_pauses: when it would be due had nothing paused it, for the figure reported beside it.
    pauses: those that count, already empty for a clock that may not be paused.

    Source: docs/rules.md, "Clocks".
    """

    started_at: datetime
    due_at: datetime
    due_without_pauses: datetime
    target: Target
    week: WorkingWeek
    pauses: tuple[Pause, ...] = ()
    ended_at: datetime | None = None

    @classmethod
    def start(
        cls,
        started_at: datetime,
        target: Target,
        week: WorkingWeek,
        *,
        pauses: Iterable[Pause] = (),
        may_pause: bool = False,
        ended_at: datetime | None = None,
    ) -> "Clock":
        """Return the clock of something begun at `started_at`.

        may_pause: leave False for red, unrated and statutory clocks: no pause ever counts on them.
        """
        counted = tuple(pauses) if may_pause else ()
        return cls(
            started_at=_utc(started_at),
            due_at=target.due_at(started_at, week, counted),
            due_without_pauses=target.due_at(started_at, week),
            target=target,
            week=week,
            pauses=counted,
            ended_at=None if ended_at is None else _utc(ended_at),
        )

    def state(self, now: datetime) -> State:
        if self.ended_at is not None:
            return State.MET if self.ended_at <= self.due_at else State.MISSED
        return State.PAUSED if self._pause(now) else State.RUNNING

    def is_overdue(self, now: datetime) -> bool:
        """Say whether the due time has passed and what the clock waits for is still not done."""
        return self.ended_at is None and _utc(now) > self.due_at

    def time_left(self, now: datetime) -> timedelta:
        """Return what is left, in the clock's own kind of time: negative once overdue, fixed once ended."""
        moment = max(self.ended_at or _utc(now), self.started_at)
        if moment > self.due_at:
            return -self._measure(self.due_at, moment, ())
        return self._measure(moment, self.due_at, self.pauses)

    def share_used(self, now: datetime) -> float:
        """Return the share of the time allowed that has gone: 1 when due, more when overdue."""
        return 1 - self.time_left(now) / self._allowed()

    def warn_at(self, share: float) -> datetime:
        """Return the moment at which this share of the time allowed, from 0 to 1, has gone."""
        if share == 1:
            return self.due_at
        amount = Fraction(round(self._allowed() / TICK * share))
        return _count_off(self._spans(self.started_at), self.started_at, amount, self.pauses)

    def warnings(self, now: datetime, shares: Sequence[float] = WARNING_SHARES) -> tuple[float, ...]:
        """Return those of `shares` of the time allowed that had been reached by now, or by the end."""
        moment = self.ended_at or _utc(now)
        return tuple(share for share in shares if self.warn_at(share) <= moment)

    def words(self, now: datetime) -> str:
        """Say how the clock stands, as in "1 hour 20 minutes of working time left, due Tue 24 Nov 4:10pm"."""
        state = self.state(now)
        if state is State.MET:
            return f"Met with {self._spoken(now)} to spare"
        if state is State.MISSED:
            return f"Missed by {self._spoken(now)}"
        pause = self._pause(now)
        if pause is not None:
            return f"Paused: {pause.reason} until {spoken_moment(pause.until, now)}"
        when = spoken_moment(self.due_at, now)
        if self.is_overdue(now):
            return f"Overdue by {self._spoken(now)}, was due {when}"
        return f"{self._spoken(now)} left, due {when}"

    def _pause(self, now: datetime) -> Pause | None:
        """Return the pause the clock is in: of several, the last to end.  None once overdue or ended."""
        if self.ended_at is not None or self.is_overdue(now):
            return None
        covering = (pause for pause in self.pauses if pause.covers(now))
        return max(covering, key=lambda pause: _utc(pause.until), default=None)

    def _spoken(self, now: datetime) -> str:
        left = self.time_left(now)
        if self.target.unit == "working_days" and left > timedelta(0):
            days, left = self._whole_days(max(self.ended_at or _utc(now), self.started_at))
            if days:
                hours = left // timedelta(hours=1)
                return _plural(days, "working day") + (f" {_plural(hours, 'hour')}" if hours else "")
        if self.target.kind is Kind.ELAPSED:
            return spoken_length(abs(left), in_days=True)
        return f"{spoken_length(abs(left))} of working time"

    def _whole_days(self, moment: datetime) -> tuple[int, timedelta]:
        """Return how many whole staffed days are left, and the working time besides."""
        days, mark = 0, moment
        following = self.week.deadline_in_days(moment, 1, self.pauses)
        while following <= self.due_at + ROUNDING:
            days, mark = days + 1, following
            following = self.week.deadline_in_days(mark, 1, self.pauses)
        return days, self._measure(mark, self.due_at, self.pauses)

    def _allowed(self) -> timedelta:
        return self._measure(self.started_at, self.due_at, self.pauses)

    def _measure(self, from_: datetime, until: datetime, pauses: Iterable[Pause]) -> timedelta:
        return _measure(self._spans(from_), from_, until, pauses)

    def _spans(self, from_: datetime) -> Iterator[Span]:
        return _spans(self.week, self.target.kind, from_)


class Why(StrEnum):
    """Why a rating was set: the first one; something new is known; the last one was wrong; it was lowered."""

    FIRST = "first"
    NEWS = "news"
    CORRECTION = "correction"
    LOWERED = "lowered"


UNRATED = "unrated"
URGENCY = MappingProxyType({"blue": 1, "green": 2, "amber": 3, "red": 4, UNRATED: 4})
NEVER_PAUSED = frozenset({"red", UNRATED})


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
        if limit is not None and (self.until or _utc(now)) > limit.due_at:
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
    started_at, ended_at = _utc(started_at), None if ended_at is None else _utc(ended_at)
    history = sorted(
        (RatingChange(_utc(at), rating, Why(why)) for at, rating, why in changes), key=lambda c: c.at
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


def spoken_length(length: timedelta, *, in_days: bool = False) -> str:
    """Say a length of time in its two largest units, whole minutes, rounded down: "1 hour 20 minutes".

    in_days: count 24 hours as a day; leave False for working time, where that would be read as a staffed day.
    """
    minutes = length // timedelta(minutes=1)
    days, minutes = divmod(minutes, 24 * 60) if in_days else (0, minutes)
    hours, minutes = divmod(minutes, 60)
    counts = ((days, "day"), (hours, "hour"), (0 if days else minutes, "minute"))
    return " ".join(_plural(count, unit) for count, unit in counts if count) or "less than a minute"


def spoken_moment(moment: datetime, now: datetime) -> str:
    """Say a moment on the wall clock of England: "Tue 24 Nov 4:10pm", with the year if it is not this one."""
    local, today = _utc(moment).astimezone(LONDON), _utc(now).astimezone(LONDON)
    if (local.hour, local.minute) == (0, 0):
        return f"midnight at the end of {_spoken_day(local - timedelta(days=1), today)}"
    if (local.hour, local.minute) == (12, 0):
        return f"{_spoken_day(local, today)} midday"
    minutes = f":{local.minute:02}" if local.minute else ""
    return f"{_spoken_day(local, today)} {local.hour % 12 or 12}{minutes}{'am' if local.hour < 12 else 'pm'}"


def _spoken_day(local: datetime, today: datetime) -> str:
    year = "" if local.year == today.year else f" {local.year}"
    return f"{local:%a} {local.day} {local:%b}{year}"


def _plural(count: int, unit: str) -> str:
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("A moment needs a time zone")
    return moment.astimezone(UTC)


def _on_the_wall(day: date, at: time) -> datetime:
    return datetime.combine(day, at, LONDON).astimezone(UTC)


def _spans(week: WorkingWeek, kind: Kind, from_: datetime) -> Iterator[Span]:
    """Yield the time that counts from `from_` on: for elapsed time, all of it in one span."""
    return week.spans(from_) if kind is Kind.WORKING else iter([(_utc(from_), FOREVER)])


def _unpaused(from_: datetime, until: datetime, pauses: Iterable[Pause]) -> Iterator[Span]:
    """Yield what is left of a span once pauses, which may overlap, are taken out."""
    for begins, ends in sorted((_utc(pause.from_), _utc(pause.until)) for pause in pauses):
        if from_ < min(begins, until):
            yield from_, min(begins, until)
        from_ = max(from_, ends)
    if from_ < until:
        yield from_, until


def _count_off(
    spans: Iterable[Span], start: datetime, amount: Fraction, pauses: Iterable[Pause], *, by_day: bool = False
) -> datetime:
    """Return the first moment at which `amount` has passed since `start`.

    amount: in microseconds; with `by_day`, in spans, each counting as one whatever its length.
    """
    if amount < 0:
        raise ValueError("Time is allowed forwards only")
    start, pauses = _utc(start), tuple(pauses)
    if amount == 0:
        return start
    for opens, closes in spans:
        unit = (closes - opens) // TICK if by_day else 1
        for from_, until in _unpaused(max(opens, start), closes, pauses):
            share = Fraction((until - from_) // TICK, unit)
            if amount <= share:
                return from_ + ceil(amount * unit) * TICK
            amount -= share
    raise OverflowError("The count runs past the end of the calendar")


def _measure(spans: Iterable[Span], from_: datetime, until: datetime, pauses: Iterable[Pause]) -> timedelta:
    """Return how much of the time between two moments counts."""
    from_, until, pauses = _utc(from_), _utc(until), tuple(pauses)
    total = timedelta(0)
    for opens, closes in spans:
        if opens >= until:
            break
        pieces = _unpaused(max(opens, from_), min(closes, until), pauses)
        total += sum((ends - begins for begins, ends in pieces), timedelta(0))
        if closes >= until:
            break
    return total


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
