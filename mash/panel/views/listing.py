"""What waits for a worker, one panel, and one meeting with its agenda."""

import uuid

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from mash.panel import policy
from mash.panel.content import decisions, offered_kinds, panel_content, rules
from mash.panel.forms import talking
from mash.panel.queries import bringing, meetings, panels, planning
from mash.panel.views.showing import seen
from mash.partnership.http import StaffRequest


@require_safe
def home(request: StaffRequest) -> HttpResponse:
    """Show the hub's panels, the next meetings, and what waits for this worker."""
    staff = request.staff
    to_do = panels.to_do(staff, localdate(request.at))
    not_brought = bringing.not_brought(staff, request.at)
    items = [str(one.pk) for one in to_do.checks] + [str(one.item_id) for one in to_do.confirms]
    seen(request, "panels", "home", items=items, people=[str(one.person_id) for one in not_brought])
    page = {
        "panels": list(panels.panels_of(staff)),
        "meetings": panels.next_meetings(staff, request.at),
        "to_do": to_do,
        "not_brought": not_brought,
        "may_open": bool(policy.may_run_any(staff)),
        "now": request.at,
        "content": panel_content(),
        "label_of": meetings.label_of,
    }
    return render(request, "panel/home.html", page)


@require_safe
def panel_page(request: StaffRequest, panel_id: uuid.UUID) -> HttpResponse:
    """Show one panel: who sits on it, when it meets, and what waits for a meeting."""
    panel = panels.find_panel(request.staff, panel_id)
    waiting = panels.waiting(request.staff, panel)
    seen(request, panel, "panel", items=[str(one.pk) for one in waiting])
    page = {
        "panel": panel,
        "sitting": panels.sitting_on(panel, localdate(request.at)),
        "coming": panels.coming(panel, request.at),
        "held": panels.held(panel),
        "waiting": waiting,
        "may": bool(policy.may_run(request.staff, panel)),
        "own": panels.own_seat(request.staff, panel),
        "content": panel_content(),
        "label_of": meetings.label_of,
        "today": localdate(request.at),
    }
    return render(request, "panel/panel.html", page)


@require_safe
def meeting_page(request: StaffRequest, meeting_id: uuid.UUID) -> HttpResponse:
    """Show one meeting: its agenda, as far as this worker hears of it, and who came."""
    return show_meeting(request, meeting_id)


def show_meeting(request: StaffRequest, meeting_id: uuid.UUID, **sent: object) -> HttpResponse:
    """Show one meeting with its forms; `sent` holds one that was sent with mistakes."""
    staff = request.staff
    meeting = panels.find_meeting(staff, meeting_id)
    agenda = meetings.agenda(staff, meeting)
    came = meetings.attending(meeting, panels.seats_of(meeting.panel))
    may = bool(policy.may_change(staff, meeting))
    waiting = panels.waiting(staff, meeting.panel) if may else []
    shown = [one.item.pk for one in agenda] + [one.pk for one in waiting]
    seen(request, meeting, "meeting", items=[str(one) for one in shown])
    used = sum(one.item.minutes for one in agenda)
    quorum = meetings.quorum_of(came)
    forms_shown = {
        "add": talking.AddPart(
            kinds=offered_kinds(of_a_family=False), initial={"key": uuid.uuid4()}, auto_id="add_%s"
        )
    }
    page = {
        "meeting": meeting,
        "agenda": agenda,
        "came": came,
        "quorum": quorum,
        "lacking": meetings.lacking_words(quorum),
        "used": used,
        "spare": meeting.minutes - used,
        "may": may,
        "runs": bool(policy.may_run(staff, meeting.panel)),
        "own": panels.own_seat(staff, meeting.panel),
        "waiting": waiting,
        "due": planning.due_by(staff, meeting, localdate(meeting.starts_at)) if may else [],
        "forms": forms_shown | sent,
        "sent": next(iter(sent.values()), None),
        "has_errors": bool(sent),
        "invited": panels.invited_to(meeting),
        "seats": len(panels.seats_of(meeting.panel)),
        "label_of": meetings.label_of,
        "decided": {key: one.label for key, one in decisions().items()},
        "rules": rules(),
        "now": request.at,
        "today": localdate(request.at),
        "begun": meeting.starts_at <= request.at,
    }
    return render(request, "panel/meeting.html", page)
