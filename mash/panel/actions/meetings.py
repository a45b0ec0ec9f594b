"""Meetings are planned, moved and called off, and members are invited to them."""

from datetime import date, datetime, time

from django.db import transaction
from django.urls import reverse

from mash.common.verdict import require
from mash.ledger.actions import record
from mash.panel import days, policy
from mash.panel.actions.holding_meeting import hold_meeting, hold_panel
from mash.panel.actions.refusals import NotWhole
from mash.panel.calendars import Invitation, to_ics
from mash.panel.content import rules
from mash.panel.models import Invited, Meeting, Panel
from mash.panel.queries.panels import seats_of
from mash.partnership.actions import notify
from mash.partnership.models import Staff
from mash.triage.queries import hub_time

SUBJECT = {False: "{panel}: a meeting", True: "{panel}: a meeting is called off"}
BODY = "The invitation for your calendar goes with this e-mail. It names nobody. Sign in to read more: {page}"
MOST_AT_ONCE = 26


@transaction.atomic
def plan_meetings(
    *, panel: Panel, first_on: date, starts: time, number: int, place: str, by: Staff, at: datetime
) -> list[Meeting]:
    """Put so many meetings into a panel's calendar, as many weeks apart as the hub has it; return those that are new.

    A day on which the hub is closed gives way to the next working day.  A moment at which one is planned is left alone.

    Raises PermissionDenied; NotWhole where the first would be over already.

    Source: docs/rules.md, "Meetings of a panel".
    """
    require(policy.may_run(by, panel))
    week = hub_time(panel.hub, first_on).week
    moments = days.series(first_on, starts, min(number, MOST_AT_ONCE), rules()["every_weeks"], week)
    if moments[0] < at:
        raise NotWhole("The first meeting must lie ahead.")
    hold_panel(panel)
    planned = set(Meeting.objects.filter(panel=panel).values_list("starts_at", flat=True))
    made = [
        Meeting(
            hub_id=panel.hub_id,
            panel=panel,
            starts_at=moment,
            minutes=rules()["minutes"],
            place=place.strip() or panel.place,
            papers_on=days.papers_on(moment, rules()["papers_working_days"], week),
            by=by,
            at=at,
        )
        for moment in moments
        if moment not in planned
    ]
    Meeting.objects.bulk_create(made)
    record("panel.meetings_planned", about=panel, at=at, hub_id=panel.hub_id, detail={"meetings": len(made)})
    return made


@transaction.atomic
def change_meeting(
    *, meeting: Meeting, on: date, starts: time, minutes: int, place: str, by: Staff, at: datetime
) -> Meeting:
    """Move a meeting, or change how long or where it is; calendars that have it are told by the next invitation.

    Raises PermissionDenied; NotWhole where the panel meets then already.

    Source: docs/rules.md, "Meetings of a panel".
    """
    now = hold_meeting(meeting, by)
    moment = days.on_the_wall(on, starts)
    if Meeting.objects.filter(panel=now.panel_id, starts_at=moment).exclude(pk=now.pk).exists():
        raise NotWhole("The panel meets then already.")
    if (moment, minutes, place.strip()) == (now.starts_at, now.minutes, now.place):
        return now
    week = hub_time(now.hub, on).week
    now.starts_at, now.minutes, now.place = moment, minutes, place.strip()
    now.papers_on = days.papers_on(moment, rules()["papers_working_days"], week)
    now.sequence += 1
    now.save(update_fields=["starts_at", "minutes", "place", "papers_on", "sequence"])
    record("panel.meeting_changed", about=now, at=at, hub_id=now.hub_id, detail={"sequence": now.sequence})
    return now


@transaction.atomic
def call_off(*, meeting: Meeting, why: str, by: Staff, at: datetime) -> None:
    """Call a meeting off; its families wait for another, and whoever was invited is told.

    Raises PermissionDenied; NotWhole without a reason.

    Source: docs/rules.md, "Meetings of a panel".
    """
    now = hold_meeting(meeting, by)
    if not why.strip():
        raise NotWhole("Say why the meeting is called off.")
    now.called_off_at, now.called_off_why = at, why.strip()
    now.sequence += 1
    now.save(update_fields=["called_off_at", "called_off_why", "sequence"])
    now.items.filter(of_a_family=True, taken_off_at=None).update(meeting=None, place=None, begins_after=None)
    record("panel.called_off", about=now, at=at, hub_id=now.hub_id, why=why.strip())
    if Invited.objects.filter(meeting=now).exists():
        _send(now, by=by, at=at)


@transaction.atomic
def invite(*, meeting: Meeting, by: Staff, at: datetime) -> int:
    """Send the invitation to every member who has not had it as it stands; return how many were written to.

    Raises PermissionDenied.

    Source: docs/rules.md, "Meetings of a panel".
    """
    return _send(hold_meeting(meeting, by), by=by, at=at)


def _send(meeting: Meeting, *, by: Staff, at: datetime) -> int:
    had = set(
        Invited.objects.filter(meeting=meeting, sequence=meeting.sequence).values_list("seat_id", flat=True)
    )
    off = meeting.called_off_at is not None
    seats = [one for one in seats_of(meeting.panel) if one.pk not in had]
    subject = SUBJECT[off].format(panel=meeting.panel.name)
    body = BODY.format(page=reverse("panel:meeting", args=[meeting.pk]))
    rows = []
    for seat in seats:
        account = seat.staff.account
        calendar = to_ics(invitation_of(meeting, to=[(account.name, account.email)], said_at=at))
        notify(
            hub_id=meeting.hub_id,
            to=account.email,
            subject=subject,
            body=body,
            at=at,
            calendar=calendar,
            page=reverse("panel:meeting", args=[meeting.pk]),
        )
        rows.append(
            Invited(
                hub_id=meeting.hub_id, meeting=meeting, seat=seat, sequence=meeting.sequence, by=by, at=at
            )
        )
    Invited.objects.bulk_create(rows)
    record("panel.invited", about=meeting, at=at, hub_id=meeting.hub_id, detail={"members": len(rows)})
    return len(rows)


def invitation_of(
    meeting: Meeting, *, said_at: datetime, to: list[tuple[str, str]] | None = None
) -> Invitation:
    """Return a meeting as an invitation, to somebody or, to be downloaded, to nobody.  It names no family."""
    return Invitation(
        key=meeting.pk,
        panel=meeting.panel.name,
        hub=meeting.hub.name,
        hub_email=meeting.hub.email,
        starts_at=meeting.starts_at,
        minutes=meeting.minutes,
        place=meeting.place,
        sequence=meeting.sequence,
        said_at=said_at,
        called_off=meeting.called_off_at is not None,
        to=to or [],
    )
