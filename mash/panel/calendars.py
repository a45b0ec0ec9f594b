"""An invitation as calendars read it (RFC 5545, RFC 5546).  It names the panel and the place, and no family.  Pure.

Source: docs/rules.md, "Meetings of a panel".
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event, vCalAddress, vText

PRODUCT = "-//OpenMASH//Panel//EN"
TYPE = "text/calendar; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Invitation:
    """One meeting for a calendar.  sequence: how often it was changed.  to: (name, e-mail address) of who is invited.

    said_at: when this version was made.  link: to the meeting's own page, for which one signs in; "" for none.
    """

    key: uuid.UUID
    panel: str
    hub: str
    hub_email: str
    starts_at: datetime
    minutes: int
    place: str
    sequence: int
    said_at: datetime
    called_off: bool = False
    to: Sequence[tuple[str, str]] = ()
    link: str = ""

    @property
    def method(self) -> str:
        """What it asks of a calendar: to keep the meeting, or to take it out.  Without anybody invited, to show it."""
        if self.called_off:
            return "CANCEL"
        return "REQUEST" if self.to else "PUBLISH"


def to_ics(invitation: Invitation) -> str:
    """Return the invitation as the text of an .ics file, its lines folded and ended as RFC 5545 has it."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", invitation.method)
    calendar.add_component(_event(invitation))
    return str(calendar.to_ical(), "utf-8")


def _event(one: Invitation) -> Event:
    begins = one.starts_at.astimezone(UTC)
    event = Event()
    event.add("uid", f"{one.key}@openmash")
    event.add("dtstamp", one.said_at.astimezone(UTC).replace(microsecond=0))
    event.add("sequence", one.sequence)
    event.add("dtstart", begins)
    event.add("dtend", begins + timedelta(minutes=one.minutes))
    event.add("summary", f"{one.panel}, {one.hub}")
    event.add("location", one.place)
    event.add("description", "What it is about is on the panel’s own pages: sign in to read it.")
    event.add("class", "CONFIDENTIAL")
    event.add("status", "CANCELLED" if one.called_off else "CONFIRMED")
    if one.link:
        event.add("url", one.link)
    organizer = vCalAddress(f"mailto:{one.hub_email}")
    organizer.params["CN"] = vText(one.hub)
    if one.hub_email and one.to:
        event.add("organizer", organizer)
    for name, address in one.to:
        who = vCalAddress(f"mailto:{address}")
        who.params["CN"] = vText(name)
        who.params["ROLE"] = vText("REQ-PARTICIPANT")
        who.params["RSVP"] = vText("TRUE")
        event.add("attendee", who)
    return event
