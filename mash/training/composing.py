"""A certificate and a record as plain lines, for a page and for a PDF.  Pure."""

from collections.abc import Sequence
from datetime import date, datetime

from mash.common.clock import LONDON
from mash.common.plain_file import Line, file_of
from mash.training.models import Booking, Learner
from mash.training.queries.records import OnPath
from mash.training.standing import Record

NO_MARK = "It says that they were there, and nothing of how well they do the work."


def _day(on: date) -> str:
    return f"{on.day} {on:%B %Y}"


def _what(one: Record) -> str:
    return f"{one.label}, {one.minutes} minutes{', by ' + one.provider if one.provider else ''}"


def certificate(booking: Booking, at: datetime) -> list[Line]:
    """Return what a certificate says: who came to what, when and how long, and what it was to enable them to do."""
    session, learner = booking.session, booking.learner
    days = f", day {session.day} of 2" if session.cohort_id else ""
    return [
        ("h1", "Certificate of attendance"),
        ("p", learner.name),
        ("p", f"{learner.agency.name}{', ' + learner.unit if learner.unit else ''}"),
        ("p", f"came to “{session.label}”{days}"),
        ("p", f"on {_day(session.starts_at.astimezone(LONDON).date())}, {session.minutes} minutes."),
        ("p", f"Delivered by {session.taught_by}. Held by {session.hub.name}."),
        ("p", f"Made on {_day(at.astimezone(LONDON).date())} from the list of who came. {NO_MARK}"),
    ]  # fmt: skip


def record_lines(
    learner: Learner, paths: Sequence[OnPath], records: Sequence[Record], minutes: int, at: datetime
) -> list[Line]:
    """Return a learner's record: paths signed off, hours of a year, and everything that was learnt."""
    lines: list[Line] = [
        ("h1", "Record of training"),
        ("p", f"{learner.name}, {learner.agency.name}{', ' + learner.unit if learner.unit else ''}"),
        ("p", f"{learner.hub.name}. Made on {_day(at.astimezone(LONDON).date())}."),
        ("h2", "Paths"),
    ]
    for path in paths:
        if path.signed_off and path.mentor and path.manager:
            words = (
                f"signed off on {_day(path.manager.at.astimezone(LONDON).date())} by {path.mentor.by.account.name} "
                f"as mentor and {path.manager.by.account.name} as line manager"
            )
        else:
            words = "not signed off"
        lines.append(("p", f"{path.path.label}: {words}."))
    if not paths:
        lines.append(("p", "None: from outside the hub."))
    lines += [
        ("h2", "Continuing development"),
        ("p", f"{minutes / 60:.1f} hours in the twelve months up to that day."),
        ("h2", "What was learnt"),
        *(("li", f"{_day(one.on)}: {_what(one)}.") for one in records),
    ]
    return lines if records else [*lines, ("p", "Nothing yet.")]


def to_html(lines: Sequence[Line]) -> str:
    """Return lines as a whole file."""
    return file_of(lines[0][1], lines)
