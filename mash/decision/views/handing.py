"""Recording that a service accepted a person, and that its work has ended."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from mash.common.verdict import require
from mash.decision import actions, policy, queries
from mash.decision.content import outcomes
from mash.decision.handing_forms import Accept, EndWork
from mash.decision.models import Outcome
from mash.decision.views.sending import sent
from mash.ledger.actions import record
from mash.partnership.http import StaffRequest


@require_http_methods(["GET", "POST"])
def accepted(request: StaffRequest, outcome_id: uuid.UUID) -> HttpResponse:
    """Record which service accepted a person whom a decision handed over."""
    outcome = queries.find_outcome(request.staff, outcome_id)
    require(policy.may_hand_over(request.staff, outcome.decision))
    if queries.acceptance_of(outcome):
        return redirect("decision:page", outcome.decision_id)
    form = Accept(sent(request))
    if form.is_valid():
        try:
            actions.accept_hand_over(outcome=outcome, by=request.staff, at=request.at, **form.answers)
        except actions.NotWhole as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Recorded. The case counts as open with that service.")
            return redirect("decision:page", outcome.decision_id)
    return _show(request, outcome, form, "decision/accepted.html")


@require_http_methods(["GET", "POST"])
def work_ended(request: StaffRequest, outcome_id: uuid.UUID) -> HttpResponse:
    """Record that a service's work after a decision has ended."""
    outcome = queries.find_outcome(request.staff, outcome_id)
    require(policy.may_end_work(request.staff, outcome.decision))
    found = queries.acceptance_of(outcome)
    if found is None:
        raise Http404
    form = EndWork(sent(request))
    if form.is_valid():
        try:
            actions.end_work(accepted=found, by=request.staff, at=request.at, **form.answers)
        except actions.NotWhole as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Recorded. The case no longer counts as open with that service.")
            return redirect("decision:page", outcome.decision_id)
    return _show(request, outcome, form, "decision/work_ended.html", work=found.involvement)


def _show(
    request: StaffRequest, outcome: Outcome, form: Accept | EndWork, template: str, **more: object
) -> HttpResponse:
    contact = outcome.decision.contact
    record("contact.seen", about=contact, at=request.at, hub_id=contact.hub_id, detail={"page": "hand-over"})
    shown = {
        "contact": contact,
        "decision": outcome.decision,
        "outcome": outcome,
        "label": outcomes()[outcome.outcome].label,
        "form": form,
    }
    return render(request, template, shown | more)
