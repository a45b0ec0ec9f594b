"""The list of plans, a plan's own page, its history, and the plan on paper in words for the family."""

import uuid

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from mash.common.verdict import require
from mash.contact import queries as contacts
from mash.ledger.actions import record
from mash.partnership.http import StaffRequest
from mash.plans import content, policy, queries
from mash.plans.queries import listed, shown
from mash.plans.views.sending import seen


@require_safe
def plans(request: StaffRequest) -> HttpResponse:
    """List the plans in which a worker has a part, with what is overdue."""
    show = request.GET.get("show", "open")
    today = localdate(request.at)
    record(
        "plans.listed", about="plans", at=request.at, hub_id=request.staff.hub_id, detail={"show": show[:20]}
    )
    page = {
        "show": show if show in listed.SHOWN else "open",
        "counts": listed.counts(request.staff, today),
        "rows": listed.listed(request.staff, show, request.at, request.GET.get("page", "1")),
        "may_ask": bool(policy.may_ask(request.staff)),
        "today": today,
    }
    return render(request, "plans/plans.html", page)


@require_safe
def ask(request: StaffRequest) -> HttpResponse:
    """Say what holds before somebody asks for a plan, and lead to the form by which they ask."""
    require(policy.may_ask(request.staff))
    page = {"before": content.before_asking(), "triggers": content.triggers(), "hub": request.staff.hub}
    return render(request, "plans/ask.html", page)


@require_safe
def plan(request: StaffRequest, plan_id: uuid.UUID) -> HttpResponse:
    """Show a plan: needs, what is done about each, and how it goes."""
    found = queries.find(request.staff, plan_id)
    staff, today = request.staff, localdate(request.at)
    whole = shown.whole(found, today)
    seen(request, found, "plan")
    own = {
        action.pk
        for need in whole.needs
        for action in need.actions.all()
        if policy.may_progress(staff, action)
    }
    page = {
        "plan": found,
        "whole": whole,
        "today": today,
        "may_keep": bool(policy.may_keep(staff, found)),
        "own": own,
        "may_pass": bool(
            whole.closure and whole.closure.waits and policy.may_pass_closing(staff, whole.closure)
        ),
        "may_check": bool(whole.has_ended and whole.closure and policy.may_check_after(staff, whole.closure)),
        "at_desk": bool(staff.works_at_the_desk),
        "reasons": content.closing_reasons(),
        "known": content.triggers(),
    }
    return render(request, "plans/plan.html", page)


@require_safe
def history(request: StaffRequest, plan_id: uuid.UUID) -> HttpResponse:
    """Show what was changed in a plan, by whom and when, with what stood before."""
    found = queries.find(request.staff, plan_id)
    seen(request, found, "history")
    page = {"plan": found, "changes": shown.history_of(found)[:500], "leads": shown.leads_of(found)}
    return render(request, "plans/history.html", page)


@require_safe
def paper(request: StaffRequest, plan_id: uuid.UUID) -> HttpResponse:
    """Show the plan as the family holds it: in words that they can use, and nothing of the hub's own work."""
    found = queries.find(request.staff, plan_id)
    seen(request, found, "paper")
    page = {
        "plan": found,
        "whole": shown.whole(found, localdate(request.at)),
        "hub": request.staff.hub,
        "at": request.at,
    }
    return render(request, "plans/paper.html", page)


@require_safe
def on_case(request: StaffRequest, contact_id: uuid.UUID) -> HttpResponse:
    """Show the plans that began with a case."""
    contact = contacts.find(request.staff, contact_id)
    record("contact.seen", about=contact, at=request.at, hub_id=contact.hub_id, detail={"page": "plans"})
    page = {"contact": contact, "plans": listed.of_case(request.staff, contact)}
    return render(request, "plans/on_case.html", page)
