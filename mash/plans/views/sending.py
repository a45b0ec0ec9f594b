"""What the pages of a plan share: a form that is shown, sent, and answered by one action."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.timezone import localdate

from mash.common.verdict import Verdict, require
from mash.ledger.actions import record
from mash.partnership.http import StaffRequest
from mash.plans import actions, policy
from mash.plans.models import Plan
from mash.plans.queries.shown import whole

REFUSED = (actions.NotWhole, actions.ChangedMeanwhile)


def sent(request: StaffRequest) -> Any:
    """Return what was sent, also when that is nothing; None for a page that was only asked for."""
    return request.POST if request.method == "POST" else None


def came_from(request: StaffRequest) -> str:
    """Return the page of ours from which a form was opened, and to which it leads back; "" for the plan's own."""
    then = request.GET.get("then", "")
    ours = then.startswith("/") and url_has_allowed_host_and_scheme(then, allowed_hosts=None)
    return then if ours else ""


def seen(request: StaffRequest, plan: Plan, page: str) -> None:
    """Write that a page of a plan is shown."""
    record("plan.seen", about=plan, at=request.at, hub_id=plan.hub_id, detail={"page": page})


def kept(
    request: StaffRequest,
    plan: Plan,
    form: forms.Form,
    act: Callable[..., Any],
    *,
    template: str,
    done: str,
    verdict: Verdict | None = None,
    **more: Any,
) -> HttpResponse:
    """Show one form of a plan, and do what it asks.

    done: what is said afterwards.  verdict: who may; else whoever keeps the plan.  more: what the action and the page
    need besides; the page has the whole plan too.
    """
    require(policy.may_keep(request.staff, plan) if verdict is None else verdict)
    if form.is_valid():
        answers = getattr(form, "answers", None) or dict(form.cleaned_data)
        try:
            act(by=request.staff, at=request.at, **answers, **more)
        except REFUSED as refusal:
            form.add_error(refusal.place if refusal.place in form.fields else None, str(refusal))
        else:
            messages.success(request, done)
            then = came_from(request)
            if then:
                return redirect(then)
            still = bool(policy.may_see(request.staff, plan))
            return redirect("plans:plan", plan.pk) if still else redirect("plans:plans")
    seen(request, plan, template)
    today = localdate(request.at)
    shown = {
        "plan": plan,
        "whole": whole(plan, today),
        "form": form,
        "today": today,
        "then": came_from(request),
    }
    return render(request, f"plans/{template}.html", shown | more)
