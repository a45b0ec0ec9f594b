"""The page from which the emergency duty team works."""

import uuid

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from mash.common.verdict import require
from mash.desk import forms
from mash.desk.night import policy, queries
from mash.ledger.actions import record
from mash.partnership.http import StaffRequest


@require_safe
def tonight(request: StaffRequest) -> HttpResponse:
    """Show what is urgent, what is due before the hub opens, what was handed over, and whom to call."""
    staff = request.staff
    require(policy.may_work_tonight(staff))
    record("night.seen", about=f"hub:{staff.hub_id}", at=request.at, hub_id=staff.hub_id)
    hours = queries.hours(staff.hub, request.at)
    page, rows = queries.work(staff, request.at, request.GET.get("page", "1"))
    first: set[uuid.UUID] = set() if hours.is_open else queries.due_before(rows, hours.turns_at)
    shown = {
        "hours": hours,
        "page": page,
        "parts": [
            ("Due before the hub opens", [row for row in rows if row.contact.pk in first]),
            (
                "To be watched" if first else "Open tonight",
                [row for row in rows if row.contact.pk not in first],
            ),
        ],
        "given": queries.given_to_night(staff),
        "hand_back": queries.hand_back(staff),
        "on_call": queries.on_call(staff.hub, request.at),
        "search": forms.Search(),
        "now": request.at,
        "query": "",
    }
    return render(request, "desk/night.html", shown)
