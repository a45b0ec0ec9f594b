"""What is missing from a hub's rota in the days to come, and which of it was found before."""

import uuid
from datetime import date, datetime, time, timedelta

from mash.common.clock import LONDON, WorkingWeek
from mash.partnership.content import rota_content
from mash.partnership.models import Agency, Duty, Hub, Staff
from mash.partnership.queries.rota import filled, people, places, turns, working_week
from mash.partnership.rota import RotaGap, Turn
from mash.partnership.sessions import Filled, Missing, gaps, sessions

DAYS_AHEAD = 10  # working days looked through for gaps


def gaps_of(hub: Hub, at: datetime, *, days: int = DAYS_AHEAD) -> list[tuple[Agency, Missing]]:
    """Return what is missing from a hub's rota in the working days to come, the soonest first.

    Source: docs/rules.md, "The duty rota".
    """
    week, today = working_week(hub), at.astimezone(LONDON).date()
    last = day_ahead(week, today, days)
    here = people(hub.pk, None, at)
    begins = datetime.combine(today, time(0), LONDON)
    found: dict[uuid.UUID, list[Turn]] = {}
    for turn in turns(hub.pk, begins, begins + (last - today) + timedelta(days=8)):
        found.setdefault(turn.agency_id, []).append(turn)
    by_agency = {key: filled(mine) for key, mine in found.items()}
    missing = []
    for post, agency in places(hub):
        wanted = [
            one for one in sessions(week, post.hours, today, (last - today).days + 1) if one.until_at > at
        ]
        who = by_agency.get(agency.pk, Filled())
        missing += [(agency, one) for one in gaps(post, wanted, who, here)]
    return sorted(
        missing, key=lambda one: (one[1].session.from_at, not one[1].post.red_if_empty, one[0].name)
    )


def day_ahead(week: WorkingWeek, today: date, days: int) -> date:
    """Return the working day that comes `days` working days after today."""
    day = today
    while days:
        day += timedelta(days=1)
        days -= week.is_working_day(day)
    return day


def gaps_seen_by(staff: Staff, at: datetime) -> list[tuple[Agency, Missing]]:
    """Return the gaps that a worker answers for: the manager every agency's, a lead their own."""
    found = gaps_of(staff.hub, at)
    if staff.has(Duty.MANAGE):
        return found
    return [one for one in found if one[0].pk == staff.agency_id]


def warn_from(hub: Hub, at: datetime) -> datetime:
    """Return the moment up to which the start of a session is near enough to warn of a gap in it."""
    days = rota_content().gaps.warn.working_days_before
    last = day_ahead(working_week(hub), at.astimezone(LONDON).date(), days)
    return datetime.combine(last + timedelta(days=1), time(0), LONDON)


def open_gaps(hub: Hub) -> dict[tuple[uuid.UUID, str, datetime, str], RotaGap]:
    """Return the gaps that were found and not closed."""
    found = RotaGap.objects.filter(hub=hub, closed_at=None)
    return {(one.agency_id, one.post, one.from_at, one.kind): one for one in found}
