"""Pages on which a clock is paused, and runs on."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from mash.common.clock import LONDON
from mash.partnership.http import StaffRequest
from mash.triage import actions, content, forms, policy, queries
from mash.triage.opened import opened
from mash.triage.rating_clock import NEVER_PAUSED


@require_http_methods(["GET", "HEAD", "POST"])
def pause(request: StaffRequest, contact_id: uuid.UUID) -> HttpResponse:
    """Show when a contact's clock rested; let it rest."""
    contact = opened(request, contact_id, "pause")
    reasons = [(one.id, one.label) for one in content.pause_reasons().values()]
    on = request.at.astimezone(LONDON).date()
    form = forms.Pause(request.POST or None, reasons=reasons, on=on, initial={"key": uuid.uuid4()})
    if form.is_valid():
        try:
            actions.pause_clock(contact=contact, by=request.staff, at=request.at, **form.answers)
        except actions.NotPaused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The clock is paused.")
            return redirect("triage:pause", contact.pk)
    rating = queries.newest_rating(contact)
    shown = {
        "contact": contact,
        "form": form,
        "allowed": bool(reasons),
        "never": rating is None or rating.colour in NEVER_PAUSED,
        "pauses": queries.pauses(contact),
        "may": policy.may_pause(request.staff, contact),
        "now": request.at,
    }
    return render(request, "triage/pause.html", shown)


@require_POST
def run_on(request: StaffRequest, contact_id: uuid.UUID, key: uuid.UUID) -> HttpResponse:
    """Let the clock run on from now."""
    contact = queries.find(request.staff, contact_id)
    actions.end_pause(pause=queries.find_pause(contact, key), by=request.staff, at=request.at)
    messages.success(request, "The clock runs on.")
    return redirect("triage:pause", contact.pk)
