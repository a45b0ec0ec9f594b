"""How the picture keeps days, moments and names: as plain JSON."""

from datetime import date, datetime
from typing import Any

from mash.partnership.models import Staff

Picture = dict[str, Any]
PUBLIC = "A member of the public"


def day_said(on: date | None) -> str | None:
    """Return a day as the picture keeps it."""
    return on.isoformat() if on else None


def moment_said(at: datetime | None) -> str | None:
    """Return a moment as the picture keeps it."""
    return at.isoformat() if at else None


def said_by(staff: Staff | None) -> str:
    """Return who said something, as the picture keeps it; "" for a program."""
    return str(staff) if staff else ""
