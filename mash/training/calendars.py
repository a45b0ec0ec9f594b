"""A session as calendars read it (RFC 5545, RFC 5546): what it is, when and where.  Pure.

Source: docs/rules.md, "Places on a session".
"""

from datetime import UTC, datetime

from icalendar import Calendar, Event, vCalAddress, vText

from mash.training.models import Session

PRODUCT = "-//OpenMASH//Training//EN"
TYPE = "text/calendar; charset=utf-8"
REQUEST, CANCEL, PUBLISH = "REQUEST", "CANCEL", "PUBLISH"


def to_ics(session: Session, *, method: str, to: tuple[str, str] | None = None, said_at: datetime) -> str:
    """Return a session as the text of an .ics file.

    method: to keep it, to take it out, or to show it.  to: name and address of whom it is sent to.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method)
    event = Event()
    event.add("uid", f"{session.pk}@openmash")
    event.add("dtstamp", said_at.astimezone(UTC).replace(microsecond=0))
    event.add("sequence", session.sequence)
    event.add("dtstart", session.starts_at.astimezone(UTC))
    event.add("dtend", session.ends_at.astimezone(UTC))
    days = f", day {session.day}" if session.cohort_id else ""
    event.add("summary", f"{session.label}{days}")
    event.add("location", session.place)
    event.add("status", "CANCELLED" if method == CANCEL else "CONFIRMED")
    if to and session.hub.email:
        organizer = vCalAddress(f"mailto:{session.hub.email}")
        organizer.params["CN"] = vText(session.hub.name)
        event.add("organizer", organizer)
    if to:
        name, address = to
        who = vCalAddress(f"mailto:{address}")
        who.params["CN"] = vText(name)
        who.params["ROLE"] = vText("REQ-PARTICIPANT")
        event.add("attendee", who)
    calendar.add_component(event)
    return str(calendar.to_ical(), "utf-8")
