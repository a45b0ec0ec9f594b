"""What of the open work is overdue, and what is due within some working hours."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from mash.common.clock import LONDON
from mash.partnership.models import Staff
from mash.triage import queries

DUE_SOON = timedelta(hours=4)  # of working time


@dataclass(frozen=True, slots=True)
class Limits:
    """The moments by which a list says what is overdue at a moment, and what is due within some working hours.

    Rated work has its own limit; unrated work is measured from receipt: received before `late` of its subject, it is
    overdue.
    """

    at: datetime
    soon_at: datetime
    late: Mapping[str, datetime]
    soon: Mapping[str, datetime]

    @classmethod
    def of(cls, staff: Staff, at: datetime) -> "Limits":
        """Return the limits of a worker's hub."""
        time = queries.hub_time(staff.hub, at.astimezone(LONDON).date())
        soon_at = time.week.deadline(at, DUE_SOON)
        return cls(at, soon_at, queries.received_by(time, at), queries.received_by(time, soon_at))

    def due(self, subject: str, received_at: datetime, colour: str | None, due_at: datetime | None) -> str:
        """Return `overdue`, `soon` or "".  colour: None while nobody has rated it.  due_at: None without a limit."""
        if colour is None:
            who = "adult" if subject == "adult" else "child"
            is_late, is_soon = received_at < self.late[who], received_at < self.soon[who]
        else:
            is_late, is_soon = (due_at is not None and due_at < moment for moment in (self.at, self.soon_at))
        return "overdue" if is_late else "soon" if is_soon else ""
