"""Pages of returns: which were made, asking for one, what is wrong with it, and taking it out."""

import uuid
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods, require_safe

from mash.common.verdict import require
from mash.decision.views.sending import sent
from mash.ledger.actions import record
from mash.partnership.again import signed_in_again
from mash.partnership.http import StaffRequest
from mash.returns import actions, policy, queries
from mash.returns.formats import FORMATS
from mash.returns.forms import Ask, TakeOut
from mash.returns.models import Kind, Run
from mash.returns.years import year

RUNS_ON_A_PAGE = 20
FILES_SHOWN = 5
PROBLEMS_ON_A_PAGE = 50


@require_safe
def home(request: StaffRequest) -> HttpResponse:
    """Which returns the hub has made, and what can be made."""
    require(policy.may_make(request.staff))
    record("return.listed", about=request.staff, at=request.at, hub_id=request.staff.hub_id)
    page = Paginator(queries.page_of(request.staff), RUNS_ON_A_PAGE).get_page(request.GET.get("page"))
    history = list(queries.taken_in(request.staff)[:FILES_SHOWN])
    shown = {"page": page, "kinds": [Kind(one) for one in FORMATS], "history": history}
    return render(request, "returns/home.html", shown)


@require_http_methods(["GET", "POST"])
def new(request: StaffRequest, return_kind: str) -> HttpResponse:
    """Ask for a return: of which days, and why."""
    require(policy.may_make(request.staff))
    kind = return_kind
    if kind not in FORMATS:
        raise Http404
    form = Ask(sent(request), kind=kind, initial=_usual(request, kind))
    if form.is_valid():
        try:
            run = actions.ask_for(
                kind=kind, hub=request.staff.hub, by=request.staff, at=request.at, **form.cleaned_data
            )
        except actions.NotWhole as wrong:
            form.refuse(wrong.places)
        else:
            messages.success(request, "It is being made. It may take a minute.")
            return redirect(run)
    return render(request, "returns/new.html", {"form": form, "kind": Kind(kind)})


def _usual(request: StaffRequest, kind: str) -> dict[str, Any]:
    """Return the days that are usually asked for: six months to yesterday, or the last year of the census."""
    today = localdate(request.at)
    if kind == Kind.CIN:
        ended = today.year if today > date(today.year, 3, 31) else today.year - 1
        days = {"from_on": date(ended - 1, 4, 1), "until_on": date(ended, 3, 31)}
        return {**days, "authority": queries.last_authority(request.staff)}
    until_on = today - timedelta(days=1)
    month = (today.month - 7) % 12 + 1
    earlier = today.year - (month > today.month)
    return {"from_on": date(earlier, month, min(today.day, 28)), "until_on": until_on}


@require_safe
def run(request: StaffRequest, run_id: uuid.UUID) -> HttpResponse:
    """A return before it leaves: how many rows, what is wrong by child and rule, and who took it out."""
    found = queries.find(request.staff, run_id)
    require(policy.may_read(request.staff, found))
    rules = year(found.year).rules
    rule = request.GET.get("rule", "")
    rule = rule if rule in rules else ""
    record("return.seen", about=found, at=request.at, hub_id=found.hub_id, detail={"rule": rule})
    page = Paginator(queries.problems_of(found, rule), PROBLEMS_ON_A_PAGE).get_page(request.GET.get("page"))
    shown = {
        "run": found,
        "made": getattr(found, "made", None),
        "rules": rules,
        "rule": rules.get(rule),
        "page": page,
        "opens": queries.may_open(request.staff, page.object_list),
        "taken": queries.taken_of(found),
        "form": TakeOut(None),
    }
    return render(request, "returns/run.html", shown)


@require_http_methods(["GET", "POST"])
def take_out(request: StaffRequest, run_id: uuid.UUID) -> HttpResponse:
    """Say why a return is taken out, and hand it over to whoever has just signed in again."""
    found = queries.find(request.staff, run_id)
    require(policy.may_read(request.staff, found))
    return _hand_over(request, found)


@signed_in_again
def _hand_over(request: StaffRequest, found: Run) -> HttpResponse:
    form = TakeOut(sent(request))
    if form.is_valid():
        try:
            made, body = actions.take_out(run=found, by=request.staff, at=request.at, **form.cleaned_data)
        except actions.NotWhole as wrong:
            form.refuse(wrong.places)
        except actions.Gone as why:
            messages.info(request, str(why))
            return redirect(found)
        else:
            answer = HttpResponse(body, content_type=FORMATS[found.kind].media_type)
            answer["Content-Disposition"] = f'attachment; filename="{made.name}"'
            return answer
    record("return.seen", about=found, at=request.at, hub_id=found.hub_id, detail={"page": "take_out"})
    return render(request, "returns/take_out.html", {"run": found, "form": form})
