"""Stepping up and down: a service sends somebody on, a cleared person passes a step down, the hub reads it."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from mash.common.verdict import require
from mash.decision.views.sending import sent
from mash.handover import actions, policy, queries
from mash.handover.content import routes_from, step_routes
from mash.handover.forms import PassStep, SendOn
from mash.ledger.actions import record
from mash.partnership.http import StaffRequest
from mash.partnership.queries import agencies_in


@require_http_methods(["GET", "POST"])
def send_on(request: StaffRequest, pack_id: uuid.UUID) -> HttpResponse:
    """Send somebody whom the service holds to another tier, with the reason and the product."""
    state = queries.find_received(request.staff, pack_id)
    routes = routes_from(state.pack.agency.kind)
    kinds = {kind for one in routes for kind in one.to}
    services = agencies_in(request.staff.hub_id).filter(kind__in=kinds).exclude(pk=request.staff.agency_id)
    form = SendOn(sent(request), routes=routes, services=services, initial={"key": uuid.uuid4()})
    if form.is_valid():
        try:
            step = actions.send_on(
                origin=state.pack, by=request.staff, at=request.at, **({"to": None} | form.cleaned_data)
            )
        except actions.NotWhole as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Sent. You keep the case until another service accepts it in writing.")
            return redirect("handover:step", step.pk)
    actions.see(pack=state.pack, by=request.staff, at=request.at)
    shown = {"pack": state.pack, "state": state, "form": form, "routes": routes}
    return render(request, "handover/send_on.html", shown)


@require_GET
def step(request: StaffRequest, step_id: uuid.UUID) -> HttpResponse:
    """What a service sent on, and what became of it."""
    found = queries.find_step(request.staff, step_id)
    record(
        "step.seen",
        about=found,
        at=request.at,
        hub_id=found.hub_id,
        detail={"contact": str(found.contact_id)},
    )
    return render(request, "handover/step.html", {"step": found, "route": step_routes()[found.route]})


@require_http_methods(["GET", "POST"])
def step_at_hub(request: StaffRequest, step_id: uuid.UUID) -> HttpResponse:
    """What a service sent on, as the hub reads it; a cleared person passes or stops a step down."""
    found = queries.find_step_at_hub(request.staff, step_id)
    if request.method == "POST":
        require(policy.may_pass_step(request.staff, found))
    form = PassStep(sent(request))
    if form.is_valid():
        try:
            if form.cleaned_data["passed"] == "yes":
                actions.pass_step(step=found, by=request.staff, at=request.at)
            else:
                actions.stop_step(step=found, why=form.cleaned_data["why"], by=request.staff, at=request.at)
        except actions.NotWhole as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Recorded.")
            return redirect("handover:step_at_hub", found.pk)
    record("contact.seen", about=found.contact, at=request.at, hub_id=found.hub_id, detail={"page": "step"})
    shown = {
        "step": found,
        "contact": found.contact,
        "route": step_routes()[found.route],
        "form": form,
        "may_pass": found.direction == "down"
        and not hasattr(found, "word")
        and bool(policy.may_pass_step(request.staff, found)),
    }
    return render(request, "handover/step_at_hub.html", shown)
