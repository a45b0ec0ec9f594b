"""The keys by which a service's system fetches hand-overs."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from mash.common.verdict import require
from mash.decision.views.sending import sent
from mash.handover import actions, policy, queries
from mash.handover.forms import NewKey
from mash.ledger.actions import record
from mash.partnership.http import StaffRequest


@require_http_methods(["GET", "POST"])
def systems(request: StaffRequest) -> HttpResponse:
    """Which systems fetch hand-overs for the agency, and a new key, which is shown once."""
    require(policy.may_give_keys(request.staff))
    form, shown_once = NewKey(sent(request)), ""
    if form.is_valid():
        _, shown_once = actions.give_key(by=request.staff, at=request.at, **form.cleaned_data)
        form = NewKey()
    record("system_keys.seen", about=request.staff, at=request.at, hub_id=request.staff.hub_id)
    shown = {"form": form, "keys": queries.keys_of(request.staff), "shown_once": shown_once}
    return render(request, "handover/systems.html", shown)


@require_POST
def end(request: StaffRequest, key_id: uuid.UUID) -> HttpResponse:
    """End a system's key."""
    require(policy.may_give_keys(request.staff))
    key = queries.find_key(request.staff, key_id)
    actions.end_key(key=key, by=request.staff, at=request.at)
    messages.success(request, f"{key.label} fetches nothing more.")
    return redirect("handover:systems")
