"""Who may be known to another hub, and whether registers are compared at all."""

import uuid
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import get_current_timezone, localdate
from django.views.decorators.http import require_http_methods, require_safe

from mash.common.verdict import require
from mash.ledger.actions import record
from mash.partnership.http import StaffRequest
from mash.region import actions, policy, queries
from mash.region.forms import Ending, Letting, Saying
from mash.region.models import Grant

A_PAGE = 25


@require_safe
def waiting(request: StaffRequest) -> HttpResponse:
    """Show who may be known to another hub; each waits for a worker's word."""
    require(policy.may_work_through(request.staff))
    hub = request.staff.hub
    page = Paginator(queries.waiting(request.staff), A_PAGE).get_page(request.GET.get("page"))
    people = sorted(str(one.person_id) for one in page)
    record("region.listed", about="people", at=request.at, hub_id=hub.pk, detail={"people": people})
    shown = {
        "page": page,
        "looked": queries.looked_over(hub),
        "now": request.at,
        "today": localdate(request.at),
        "may_grant": bool(policy.may_grant(request.staff)),
    }
    return render(request, "region/waiting.html", shown | _standing(request))


@require_http_methods(["GET", "POST"])
def grant(request: StaffRequest) -> HttpResponse:
    """Let this hub's register be compared with other hubs'."""
    require(policy.may_grant(request.staff))
    standing = _standing(request)
    newest: Grant | None = standing["grant"]
    others = list(queries.others(request.staff.hub))
    form = Letting(
        _sent(request),
        hubs=others,
        today=localdate(request.at),
        initial=_said_before(newest),
    )
    if form.is_valid():
        said = form.cleaned_data
        first, last = said.pop("from_on"), said.pop("until_on")
        try:
            actions.grant(
                **said,
                from_at=_begins(first),
                until_at=_begins(last + timedelta(days=1)),
                by=request.staff,
                at=request.at,
            )
        except actions.NotThen as refusal:
            form.add_error("until_on", str(refusal))
        except actions.NotWhole as refusal:
            form.add_error(None, str(refusal))
            _follow(request, form, newest)
        else:
            messages.success(request, "Saved. It is compared with each hub that has chosen ours too.")
            return redirect("region:waiting")
    return render(request, "region/grant.html", {"form": form, "others": others} | standing)


@require_http_methods(["GET", "POST"])
def end(request: StaffRequest) -> HttpResponse:
    """Let this hub's register be compared no longer."""
    require(policy.may_grant(request.staff))
    newest = queries.newest_grant(request.staff.hub)
    form = Ending(_sent(request), initial={"follows": newest.number if newest else 0})
    if form.is_valid():
        try:
            actions.end(**form.cleaned_data, by=request.staff, at=request.at)
        except actions.NotWhole as refusal:
            form.add_error(None, str(refusal))
            _follow(request, form, newest)
        else:
            messages.success(request, "Our register is compared with nobody’s any more.")
            return redirect("region:waiting")
    return render(request, "region/end.html", {"form": form, "grant": newest})


@require_http_methods(["GET", "POST"])
def say(request: StaffRequest, met_id: uuid.UUID) -> HttpResponse:
    """Show one person who may be known to another hub, whom to ask there, and say what became of it."""
    require(policy.may_work_through(request.staff))
    met = queries.find_met(request.staff, met_id)
    form = Saying(_sent(request))
    if form.is_valid():
        actions.say(met=met, **form.cleaned_data, by=request.staff, at=request.at)
        messages.success(request, "Remembered: it is not shown again")
        return redirect("region:waiting")
    detail = {"elsewhere": str(met.elsewhere_id)}
    record("region.seen", about=met.person, at=request.at, hub_id=met.hub_id, detail=detail)
    return render(request, "region/say.html", {"met": met, "form": form, "today": localdate(request.at)})


def _standing(request: StaffRequest) -> dict[str, Any]:
    """Return what this hub has said, and of the hubs it chose which have chosen it too."""
    newest = queries.newest_grant(request.staff.hub)
    both = {elsewhere for _, elsewhere in queries.running()}
    chosen = newest.others if newest else []
    hubs = [one for one in queries.others(request.staff.hub) if one.pk in chosen]
    return {
        "grant": newest,
        "is_running": queries.is_running(newest, request.at),
        "last_day": last_day(newest.until_at) if newest and newest.until_at else None,
        "compared": [one.name for one in hubs if one.pk in both],
        "waits_for": [one.name for one in hubs if one.pk not in both],
    }


def _said_before(newest: Grant | None) -> dict[str, Any]:
    """Return what a hub's own word says, for the form that takes its place."""
    said: dict[str, Any] = {"follows": newest.number if newest else 0}
    if newest and newest.runs and newest.from_at and newest.until_at:
        said |= {
            "others": [str(one) for one in newest.others],
            "basis": newest.basis,
            "agreement": newest.agreement,
            "purpose": newest.why,
            "from_on": localdate(newest.from_at),
            "until_on": last_day(newest.until_at),
        }
    return said


def _follow(request: StaffRequest, form: Form, newest: Grant | None) -> None:
    """Let what is sent next follow on the newest word, which the page shows with the refusal."""
    data = request.POST.copy()
    data["follows"] = str(newest.number if newest else 0)
    form.data = data


def last_day(until_at: datetime) -> date:
    """Return the last whole day before a word ends."""
    return localdate(until_at - timedelta(seconds=1))


def _sent(request: StaffRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _begins(day: date) -> datetime:
    return datetime.combine(day, time.min, get_current_timezone())
