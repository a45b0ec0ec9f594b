"""Working time and the clocks that count it.  Pure: the caller passes every moment in.

Moments are aware and results are in UTC; opening hours are on the wall clock of England.  Counting in UTC
keeps the two nights a year when that clock is changed right.
"""

from calendar import monthrange
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from fractions import Fraction
from functools import cache, lru_cache
from itertools import takewhile
from math import ceil
from types import MappingProxyType
from typing import Literal
from zoneinfo import ZoneInfo

from holidays import country_holidays

LONDON = ZoneInfo("Europe/London")
MIDNIGHT = time(0)
FOREVER = datetime.max.replace(tzinfo=UTC)
TICK = timedelta(microseconds=1)
ONE_DAY = timedelta(days=1)
LOOKED_BACK = tuple(timedelta(days=days) for days in (14, 90, 3660))  # for when something due by now began
NINE_TO_FIVE = MappingProxyType(dict.fromkeys(range(5), (time(9), time(17))))
ROUNDING = timedelta(milliseconds=1)  # shares of uneven days are rounded up to a microsecond each
WARNING_SHARES = (0.5, 0.75, 0.8, 1.0)

Span = tuple[datetime, datetime]


def whole_years(born_on: date, on: date) -> int:
    """Return an age in whole years on a day; who was born on 29 February is a year older on 1 March."""
    return on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))


def months_after(day: date, months: int) -> date:
    """Return the day of the same number so many months later, earlier where it is below 0, or that month's last."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


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
        if in_utc(self.until) <= in_utc(self.from_):
            raise ValueError("A pause ends after it begins")
        if not self.reason.strip():
            raise ValueError("A pause needs a reason")

    def covers(self, moment: datetime) -> bool:
        return in_utc(self.from_) <= in_utc(moment) < in_utc(self.until)


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
    _worked_out: dict[date, Span | None] = field(default_factory=dict, init=False, repr=False, compare=False)

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
        moment = in_utc(moment)
        return next(max(opens, moment) for opens, closes in self.spans(moment) if moment < closes)

    def spans(self, moment: datetime) -> Iterator[Span]:
        """Yield when the hub opens and closes, in UTC, from the day of `moment` on, without end."""
        day = in_utc(moment).astimezone(LONDON).date()
        while True:
            span = self._span_of(day)
            if span:
                yield span
            day += ONE_DAY

    def _span_of(self, day: date) -> Span | None:
        """Return when the hub opens and closes on a day, worked out once; None for a day on which it is shut."""
        if day not in self._worked_out:
            works = self.is_working_day(day)
            self._worked_out[day] = _span(day, *self.hours[day.weekday()]) if works else None
        return self._worked_out[day]

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
        if in_utc(until) < in_utc(from_):
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
        return _count_off(_spans(week, self.kind, start), start, self._amount, pauses)

    def latest_start(self, due_by: datetime, week: WorkingWeek) -> datetime:
        """Return the last moment at which something begun is due by `due_by`: what began later is due later.

        Raises OverflowError if there is none within ten years, ValueError if the moment has no time zone.
        """
        by_day = self.unit == "working_days"
        for looked_back in LOOKED_BACK:
            found = _count_back(
                _spans(week, self.kind, due_by - looked_back),
                due_by - looked_back,
                due_by,
                Fraction(self.value) if by_day else self._amount,
                by_day=by_day,
            )
            if found:
                return found
        raise OverflowError("Nothing that began in the last ten years is due by then")

    @property
    def _amount(self) -> Fraction:
        return Fraction(timedelta(hours=self.value) // TICK)  # microseconds


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
        due_without_pauses = target.due_at(started_at, week)
        return cls(
            started_at=in_utc(started_at),
            due_at=target.due_at(started_at, week, counted) if counted else due_without_pauses,
            due_without_pauses=due_without_pauses,
            target=target,
            week=week,
            pauses=counted,
            ended_at=None if ended_at is None else in_utc(ended_at),
        )

    def state(self, now: datetime) -> State:
        if self.ended_at is not None:
            return State.MET if self.ended_at <= self.due_at else State.MISSED
        return State.PAUSED if self._pause(now) else State.RUNNING

    def is_overdue(self, now: datetime) -> bool:
        """Say whether the due time has passed and what the clock waits for is still not done."""
        return self.ended_at is None and in_utc(now) > self.due_at

    def time_left(self, now: datetime) -> timedelta:
        """Return what is left, in the clock's own kind of time: negative once overdue, fixed once ended."""
        moment = max(self.ended_at or in_utc(now), self.started_at)
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
        moment = self.ended_at or in_utc(now)
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
            return f"Paused: {pause.reason.rstrip('.')} until {spoken_moment(pause.until, now)}"
        when = spoken_moment(self.due_at, now)
        if self.is_overdue(now):
            return f"Overdue by {self._spoken(now)}, was due {when}"
        return f"{self._spoken(now)} left, due {when}"

    def _pause(self, now: datetime) -> Pause | None:
        """Return the pause the clock is in: of several, the last to end.  None once overdue or ended."""
        if self.ended_at is not None or self.is_overdue(now):
            return None
        covering = (pause for pause in self.pauses if pause.covers(now))
        return max(covering, key=lambda pause: in_utc(pause.until), default=None)

    def _spoken(self, now: datetime) -> str:
        left = self.time_left(now)
        if self.target.unit == "working_days" and left > timedelta(0):
            days, left = self._whole_days(max(self.ended_at or in_utc(now), self.started_at))
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
    local, today = in_utc(moment).astimezone(LONDON), in_utc(now).astimezone(LONDON)
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


def in_utc(moment: datetime) -> datetime:
    """Return the moment in UTC.  Raises ValueError without a time zone."""
    if moment.tzinfo is None:
        raise ValueError("A moment needs a time zone")
    return moment.astimezone(UTC)


@lru_cache(maxsize=10_000)
def _span(day: date, opens: time, closes: time) -> Span:
    last_day = day + ONE_DAY if closes == MIDNIGHT else day
    return _on_the_wall(day, opens), _on_the_wall(last_day, closes)


def _on_the_wall(day: date, at: time) -> datetime:
    return datetime.combine(day, at, LONDON).astimezone(UTC)


def _spans(week: WorkingWeek, kind: Kind, from_: datetime) -> Iterator[Span]:
    """Yield the time that counts from `from_` on: for elapsed time, all of it in one span."""
    return week.spans(from_) if kind is Kind.WORKING else iter([(in_utc(from_), FOREVER)])


def _unpaused(from_: datetime, until: datetime, pauses: Iterable[Pause]) -> Iterator[Span]:
    """Yield what is left of a span once pauses, which may overlap, are taken out."""
    for begins, ends in sorted((in_utc(pause.from_), in_utc(pause.until)) for pause in pauses):
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
    start, pauses = in_utc(start), tuple(pauses)
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


def _count_back(
    spans: Iterable[Span], from_: datetime, until: datetime, amount: Fraction, *, by_day: bool
) -> datetime | None:
    """Return the last moment from which `amount` has passed by `until`; None where it is before `from_`."""
    until = in_utc(until)
    for opens, closes in reversed(list(takewhile(lambda one: one[0] < until, spans))):
        unit = (closes - opens) // TICK if by_day else 1
        begins, ends = max(opens, in_utc(from_)), min(closes, until)
        share = Fraction((ends - begins) // TICK, unit)
        if amount <= share:
            return ends - ceil(amount * unit) * TICK
        amount -= max(share, Fraction(0))
    return None


def _measure(spans: Iterable[Span], from_: datetime, until: datetime, pauses: Iterable[Pause]) -> timedelta:
    """Return how much of the time between two moments counts."""
    from_, until, pauses = in_utc(from_), in_utc(until), tuple(pauses)
    total = timedelta(0)
    for opens, closes in spans:
        if opens >= until:
            break
        if opens >= from_ and closes <= until and not pauses:
            total += closes - opens
        else:
            pieces = _unpaused(max(opens, from_), min(closes, until), pauses)
            total += sum((ends - begins for begins, ends in pieces), timedelta(0))
        if closes >= until:
            break
    return total
