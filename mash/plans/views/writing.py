"""Writing a plan: how it begins, what the family said, who leads, needs, actions and how they go."""

import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from mash.common.verdict import require
from mash.decision import queries as decisions
from mash.ledger.actions import record
from mash.partnership.http import StaffRequest
from mash.plans import actions, forms, policy, queries
from mash.plans.models import Plan
from mash.plans.queries import listed, shown
from mash.plans.views.sending import REFUSED, kept, sent


@require_http_methods(["GET", "POST"])
def begin(request: StaffRequest, outcome_id: uuid.UUID) -> HttpResponse:
    """Begin a plan after what was decided for a child."""
    outcome = decisions.find_outcome(request.staff, outcome_id)
    require(policy.may_begin(request.staff, outcome))
    children = list(listed.may_begin_for(request.staff, outcome.decision))
    staff = request.staff
    form = forms.Begin(
        sent(request),
        children=children,
        posts=shown.may_lead(staff),
        agencies=shown.agencies_of(staff),
        initial={"key": uuid.uuid4()},
    )
    if form.is_valid():
        try:
            plan = actions.begin_plan(by=staff, at=request.at, **form.answers)
        except REFUSED as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"The plan has begun: {plan.reference}.")
            return redirect("plans:plan", plan.pk)
    contact = outcome.decision.contact
    record(
        "contact.seen", about=contact, at=request.at, hub_id=contact.hub_id, detail={"page": "begin a plan"}
    )
    page = {"contact": contact, "decision": outcome.decision, "form": form, "children": children}
    return render(request, "plans/begin.html", page)


@require_http_methods(["GET", "POST"])
def write(request: StaffRequest, plan_id: uuid.UUID) -> HttpResponse:
    """Write the plan's own words."""
    plan = queries.find(request.staff, plan_id)
    named = ("version", "assessment", "family_view", "backup")
    form = forms.Write(sent(request), initial={name: getattr(plan, name) for name in named})
    return _of(request, plan, form, actions.write_plan, "write", "The plan’s words are kept.")


@require_http_methods(["GET", "POST"])
def wants(request: StaffRequest, member_id: uuid.UUID) -> HttpResponse:
    """Write what somebody wants to be different."""
    member = queries.find_member(request.staff, member_id)
    form = forms.Wants(sent(request), initial={"version": member.version, "wants": member.wants})
    return _of_part(request, form, actions.write_wants, "wants", "Their words are kept.", member=member)


@require_http_methods(["GET", "POST"])
def agree(request: StaffRequest, plan_id: uuid.UUID) -> HttpResponse:
    """Write down what somebody said about the plan."""
    plan = queries.find(request.staff, plan_id)
    form = forms.Agree(sent(request), members=list(shown.members_of(plan)))
    return _of(request, plan, form, actions.record_agreement, "agree", "What they said is kept.")


@require_http_methods(["GET", "POST"])
def withdraw(request: StaffRequest, agreement_id: uuid.UUID) -> HttpResponse:
    """Write down that somebody took their agreement back."""
    found = queries.find_agreement(request.staff, agreement_id)
    form, done = forms.Withdraw(sent(request)), "It is kept that they took it back. What rested on it stops."
    return _of_part(request, form, actions.withdraw_agreement, "withdraw", done, agreement=found)


@require_http_methods(["GET", "POST"])
def lead(request: StaffRequest, plan_id: uuid.UUID) -> HttpResponse:
    """Name who leads the plan."""
    plan = queries.find(request.staff, plan_id)
    now = queries.lead_of(plan)
    form = forms.LeadForm(
        sent(request),
        posts=shown.may_lead(request.staff),
        agencies=shown.agencies_of(request.staff),
        initial={"follows": now.number if now else 0},
    )
    return _of(request, plan, form, actions.name_lead, "lead", "Who leads is kept.")


@require_http_methods(["GET", "POST"])
def open_to(request: StaffRequest, plan_id: uuid.UUID) -> HttpResponse:
    """Let an agency see the plan."""
    plan = queries.find(request.staff, plan_id)
    form = forms.OpenTo(sent(request), agencies=shown.agencies_of(request.staff))
    return _of(request, plan, form, actions.give_seat, "open_to", "That agency sees the plan from now on.")


@require_http_methods(["GET", "POST"])
def copy(request: StaffRequest, plan_id: uuid.UUID) -> HttpResponse:
    """Write down that the family was given the plan."""
    plan = queries.find(request.staff, plan_id)
    return _of(
        request, plan, forms.Copy(sent(request)), actions.give_copy, "copy", "It is kept that they have it."
    )


@require_POST
def to_panel(request: StaffRequest, plan_id: uuid.UUID) -> HttpResponse:
    """Take a plan to the panel."""
    plan = queries.find(request.staff, plan_id)
    version = request.POST.get("version", "")
    try:
        actions.take_to_panel(
            plan=plan, version=int(version) if version.isdecimal() else 0, by=request.staff, at=request.at
        )
    except REFUSED as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "The panel looks after this plan too.")
    return redirect("plans:plan", plan.pk)


@require_http_methods(["GET", "POST"])
def need(request: StaffRequest, plan_id: uuid.UUID) -> HttpResponse:
    """Add a need."""
    plan = queries.find(request.staff, plan_id)
    form = forms.AddNeed(sent(request), members=list(shown.members_of(plan)))
    return _of(request, plan, form, actions.add_need, "need", "The need is in the plan.")


@require_http_methods(["GET", "POST"])
def change_need(request: StaffRequest, need_id: uuid.UUID) -> HttpResponse:
    """Change a need, or say that it is met."""
    found = queries.find_need(request.staff, need_id)
    named = ("version", "words", "outcome", "met_on")
    form = forms.ChangeNeed(sent(request), initial={name: getattr(found, name) for name in named})
    return _of_part(request, form, actions.change_need, "change_need", "The need is changed.", need=found)


@require_http_methods(["GET", "POST"])
def act(request: StaffRequest, need_id: uuid.UUID) -> HttpResponse:
    """Add an action to a need."""
    found = queries.find_need(request.staff, need_id)
    form = forms.AddAction(sent(request), agencies=shown.agencies_of(request.staff))
    return _of_part(request, form, actions.add_action, "act", "The action is in the plan.", need=found)


@require_http_methods(["GET", "POST"])
def change_action(request: StaffRequest, action_id: uuid.UUID) -> HttpResponse:
    """Change an action."""
    found = queries.find_action(request.staff, action_id)
    named = ("version", "words", "person_name", "due_on", "look_again_on")
    initial = {name: getattr(found, name) for name in named} | {"agency": str(found.agency_id)}
    form = forms.ChangeAction(sent(request), agencies=shown.agencies_of(request.staff), initial=initial)
    done = "The action is changed."
    return _of_part(request, form, actions.change_action, "change_action", done, action=found)


@require_http_methods(["GET", "POST"])
def progress(request: StaffRequest, action_id: uuid.UUID) -> HttpResponse:
    """Say where an action stands."""
    found = queries.find_action(request.staff, action_id)
    named = ("version", "status", "difference", "difference_by")
    form = forms.Progress(sent(request), initial={name: getattr(found, name) for name in named})
    return kept(
        request,
        found.plan,
        form,
        actions.say_progress,
        template="progress",
        done="Where it stands is kept.",
        verdict=policy.may_progress(request.staff, found),
        action=found,
    )


def _of(request: StaffRequest, plan: Plan, form: Form, do: Callable[..., Any], *words: str) -> HttpResponse:
    """Show a form about the plan itself.  words: its template, and what is said afterwards."""
    template, done = words
    return kept(request, plan, form, partial(do, plan=plan), template=template, done=done)


def _of_part(
    request: StaffRequest, form: Form, do: Callable[..., Any], template: str, done: str, **part: Any
) -> HttpResponse:
    """Show a form about one part of a plan.  part: that part, by the name that the action and the page have for it."""
    (row,) = part.values()
    return kept(request, row.plan, form, do, template=template, done=done, **part)
