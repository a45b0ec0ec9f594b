"""By when a request for one's own information is answered.  Pure: days in, days out, nothing here reads the clock.

Days are calendar days in England.  A month ends on the day of the same number, or on the month's last; what would end
at a weekend or on a bank holiday ends on the next working day.

Source: docs/rules.md, "Time to answer a subject access request".
"""

from dataclasses import dataclass
from datetime import date, timedelta

from mash.common.clock import BankHolidays, months_after

ONE_DAY = timedelta(days=1)
FIRST, EXTENDED = 1, 3  # months; an extension is two further months
HOLIDAYS = BankHolidays()


def next_working_day(day: date) -> date:
    """Return the day itself, or the first after it that is neither a weekend nor a bank holiday in England."""
    while day.weekday() > 4 or day in HOLIDAYS:
        day += ONE_DAY
    return day


@dataclass(frozen=True, slots=True)
class Due:
    """Where the time for one request stands.

    runs_from: the day from which the month counts; None while identity or authority is awaited.
    first_on: when the first month ends.  due_on: when the answer is due, extended or not; both None while waiting.
    without_waiting: when it would be due had nobody been asked to show who they are.
    ended_on: when it was answered or ended; None while it is open.
    """

    runs_from: date | None
    first_on: date | None
    due_on: date | None
    without_waiting: date
    extended: bool = False
    ended_on: date | None = None

    @property
    def waits(self) -> bool:
        """Tell whether the time stands still, since identity or authority is awaited."""
        return self.runs_from is None and self.ended_on is None

    def is_overdue(self, today: date) -> bool:
        """Tell whether the last day has passed without an answer."""
        return self.ended_on is None and self.due_on is not None and today > self.due_on

    def days_left(self, today: date) -> int | None:
        """Return how many days are left, 0 on the last, below that overdue; None while it waits."""
        return (self.due_on - today).days if self.due_on else None

    def may_be_extended(self, today: date) -> bool:
        """Tell whether the requester can still be told of an extension: within the first month, and once."""
        return bool(self.first_on and not self.extended and self.ended_on is None and today <= self.first_on)


def due(
    received_on: date,
    *,
    asked_on: date | None = None,
    shown_on: date | None = None,
    extended: bool = False,
    ended_on: date | None = None,
) -> Due:
    """Return where the time for a request stands.

    asked_on: when the requester was asked to show identity or authority; None where nobody needed to be.
    shown_on: when they had shown it; None while it is awaited.  The month counts from then, if that is later.
    extended: the requester was told of an extension by two further months.

    Source: docs/rules.md, "Time to answer a subject access request".
    """
    months = EXTENDED if extended else FIRST
    without = next_working_day(months_after(received_on, months))
    if asked_on is not None and shown_on is None:
        return Due(None, None, None, without, extended, ended_on)
    start = max(received_on, shown_on) if asked_on is not None and shown_on is not None else received_on
    return Due(
        start,
        next_working_day(months_after(start, FIRST)),
        next_working_day(months_after(start, months)),
        without,
        extended,
        ended_on,
    )
