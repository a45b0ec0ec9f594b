"""A manager's look at a repeat, notices that ended at triage, and the clocks of law."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mash.common.verdict import require
from mash.partnership.http import StaffRequest
from mash.triage import actions, fixed, forms, noting, policy, queries, repeating
from mash.triage.opened import opened


@require_http_methods(["GET", "HEAD", "POST"])
def repeat(request: StaffRequest, contact_id: uuid.UUID, rule: str) -> HttpResponse:
    """Show the facts of a repeat that asks a manager to look, and take the manager's words."""
    contact = opened(request, contact_id, "repeat")
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


@require_http_methods(["GET", "HEAD", "POST"])
def clocks(request: StaffRequest, contact_id: uuid.UUID) -> HttpResponse:
    """Show the clocks of law that run on a contact, and take a fact that begins or ends one."""
    contact = opened(request, contact_id, "clocks")
    facts = [(one.code, one.label) for one in fixed.can_be_said(contact)]
    form = forms.SayFact(request.POST or None, facts=facts, initial={"key": uuid.uuid4()})
    if form.is_valid():
        try:
            actions.record_clock_fact(contact=contact, by=request.staff, at=request.at, **form.answers)
        except actions.NotAFact as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Recorded.")
            return redirect("triage:clocks", contact.pk)
    shown = {
        "contact": contact,
        "form": form,
        "open_facts": bool(facts),
        "clocks": fixed.clocks_of(contact, request.at),
        "to_find": fixed.to_find(contact),
        "asks_of_police": fixed.children_at_home(contact) and fixed.police_attended_at(contact) is None,
        "facts": [(fixed.label_of(one), one) for one in reversed(fixed.facts_of(contact))],
        "may_work": bool(policy.may_work_on(request.staff, contact)),
        "now": request.at,
    }
    return render(request, "triage/clocks.html", shown)


@require_safe
def clocks_running(request: StaffRequest) -> HttpResponse:
    """List the contacts on which a clock of law runs, decided or not, the first due first."""
    require(policy.may_work(request.staff))
    found = fixed.running(request.staff, request.at)
    return render(request, "triage/clocks_running.html", {"rows": found, "now": request.at})
