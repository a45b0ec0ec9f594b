"""A manager's look at a repeat, and notices for information only that ended at triage."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from mash.ledger.actions import record
from mash.partnership.http import StaffRequest
from mash.triage import actions, forms, noting, policy, queries, repeating


@require_http_methods(["GET", "HEAD", "POST"])
def repeat(request: StaffRequest, contact_id: uuid.UUID, rule: str) -> HttpResponse:
    """Show the facts of a repeat that asks a manager to look, and take the manager's words."""
    contact = queries.find(request.staff, contact_id)
    fired = next((one for one in queries.repeats_of(contact) if one.rule.id == rule), None)
    review = repeating.reviews(contact).get(rule)
    if (fired is None or fired.rule.effect not in repeating.ASKS) and review is None:
        raise Http404
    form = forms.LookAtRepeat(request.POST or None)
    if form.is_valid():
        actions.look_at_repeat(
            contact=contact, rule=rule, by=request.staff, at=request.at, **form.cleaned_data
        )
        messages.success(request, "Your look at the repeat is recorded.")
        return redirect("triage:page", contact.pk)
    if request.method in {"GET", "HEAD"}:
        detail = {"page": "repeat"}
        record("contact.seen", about=contact, at=request.at, hub_id=contact.hub_id, detail=detail)
    shown = {
        "contact": contact,
        "form": form,
        "fired": fired,
        "review": review,
        "label": repeating.label_of(rule),
        "may_look": bool(policy.may_look_at_repeat(request.staff, contact)),
    }
    return render(request, "triage/repeat.html", shown)


@require_POST
def take_up_notice(request: StaffRequest, contact_id: uuid.UUID) -> HttpResponse:
    """Take an ended notice up again."""
    noted = noting.find_noted(request.staff, contact_id)
    form = forms.Why(request.POST)
    if form.is_valid():
        actions.take_up_notice(noted=noted, by=request.staff, at=request.at, **form.cleaned_data)
        messages.success(request, "It waits again, in its place and with its first clock.")
    else:
        messages.info(request, "Say why it is taken up again.")
        request.draft_stays = True
    return redirect("triage:page", contact_id)


@require_POST
def pass_notice(request: StaffRequest, contact_id: uuid.UUID) -> HttpResponse:
    """Leave an ended notice as it is, as a cleared person; for anybody else this address is not there."""
    noted = noting.find_noted(request.staff, contact_id)
    if not policy.may_pass_notice(request.staff, noted.contact):
        raise Http404
    actions.pass_notice(noted=noted, by=request.staff, at=request.at)
    return redirect("decision:waiting")
