"""Recording that a service accepted a person, that its work has ended, and that it passed somebody back."""

import uuid

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from mash.common.verdict import require
from mash.decision import actions, policy, queries
from mash.decision.content import outcomes
from mash.decision.handing_forms import Accept, EndWork, NotPassedBack, PassBack
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


@require_http_methods(["GET", "POST"])
def passed_back(request: StaffRequest, outcome_id: uuid.UUID) -> HttpResponse:
    """Record that a service passed back a person whom a decision handed over."""
    outcome = queries.find_outcome(request.staff, outcome_id)
    require(policy.may_pass_back(request.staff, outcome.decision))
    here = queries.passed_back(outcome)
    if here:
        messages.info(request, f"{here.by.account.name} has recorded it already. It is shown below.")
        return redirect("decision:page", outcome.decision_id)
    accepted = queries.acceptance_of(outcome)
    form = PassBack(sent(request), accepted=bool(accepted))
    if form.is_valid():
        try:
            actions.pass_back(outcome=outcome, by=request.staff, at=request.at, **form.cleaned_data)
        except actions.NotWhole as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, "Recorded. The contact is on the worklist again: agree who holds it today."
            )
            return redirect("decision:page", outcome.decision_id)
    work = accepted.involvement if accepted else None
    return _show(request, outcome, form, "decision/passed_back.html", work=work)


@require_http_methods(["GET", "POST"])
def not_passed_back(request: StaffRequest, outcome_id: uuid.UUID) -> HttpResponse:
    """Record that it was a mistake to say that a service passed a person back."""
    outcome = queries.find_outcome(request.staff, outcome_id)
    require(policy.may_pass_back(request.staff, outcome.decision))
    here = queries.passed_back(outcome)
    if here is None:
        raise Http404
    form = NotPassedBack(sent(request))
    if form.is_valid():
        actions.not_passed_back(passed=here, by=request.staff, at=request.at, **form.cleaned_data)
        messages.success(request, "Recorded. The contact stays on the worklist until somebody decides.")
        return redirect("decision:page", outcome.decision_id)
    return _show(request, outcome, form, "decision/not_passed_back.html", passed=here)


def _show(request: StaffRequest, outcome: Outcome, form: Form, template: str, **more: object) -> HttpResponse:
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
