"""Pages of whoever leads: months and what they come to, one month, one case and what is done about it."""

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mash.common.verdict import require
from mash.decision.content import outcomes
from mash.decision.views.sending import sent
from mash.ledger.actions import record
from mash.partnership.http import StaffRequest
from mash.quality.actions import NotWhole, WrongState
from mash.quality.content import own_decisions as content
from mash.quality.measures.control import SIGNALS
from mash.quality.own import actions, policy, queries
from mash.quality.own.forms import CloseMonth, Follow, TakeOff
from mash.quality.plotting import plot_shares
from mash.quality.tables import as_csv

MONTHS_ON_A_PAGE = 24


@require_safe
def months(request: StaffRequest) -> HttpResponse:
    """The hub's months, and what they come to over a year as charts and tables; `as=csv` answers with the table."""
    require(policy.may_see_results(request.staff))
    found = queries.series(request.staff)
    as_table = request.GET.get("as") == "csv"
    detail = {"page": "own_decisions", "as": "csv" if as_table else "page"}
    hub_id = request.staff.hub_id
    record("quality.figures_seen", about=request.staff.hub, at=request.at, hub_id=hub_id, detail=detail)
    if as_table:
        return as_csv("own-decisions.csv", queries.COLUMNS, queries.lines(found))
    days, marks = [month.begins_on for month, _ in found.rows], [one.on for one in found.marks]
    leads = bool(policy.may_lead(request.staff))
    begins_on = queries.month_before(localdate(request.at))
    shown = {
        "page": Paginator(queries.months(request.staff), MONTHS_ON_A_PAGE).get_page(request.GET.get("page")),
        "series": found,
        "agreement": plot_shares(found.agreement, days, marks),
        "wrong": plot_shares(found.wrong, days, marks),
        "signals": SIGNALS,
        "leads": leads,
        "to_draw": begins_on if leads and queries.month_of(request.staff, begins_on) is None else None,
        "wrong_now": queries.wrong_now(request.staff) if leads else [],
    }
    return render(request, "quality/own/months.html", shown)


@require_POST
def draw(request: StaffRequest) -> HttpResponse:
    """Draw the month before."""
    require(policy.may_lead(request.staff))
    try:
        made = actions.draw_month(by=request.staff, at=request.at)
    except NotWhole as why:
        messages.info(request, f"{why}.")
        return redirect("quality:own")
    return redirect("quality:own_month", made.pk)


@require_safe
def month(request: StaffRequest, month_id: uuid.UUID) -> HttpResponse:
    """How a month stands: how it was drawn, what it came to and, for its lead, each case."""
    found = queries.find_month(request.staff, month_id)
    leads = bool(policy.may_lead(request.staff))
    record("quality.month_seen", about=found, at=request.at, hub_id=found.hub_id)
    shown = {
        "month": found,
        "leads": leads,
        "stand": queries.standing(request.staff, found) if leads else [],
        "proof": queries.redrawn_month(found) if leads else None,
        "results": queries.Results(found.results) if found.results else None,
        "halves": content.half_labels(),
        "left_out": queries.LEFT_OUT,
        "outcomes": outcomes(),
    }
    return render(request, "quality/own/month.html", shown)


@require_http_methods(["GET", "POST"])
def close(request: StaffRequest, month_id: uuid.UUID) -> HttpResponse:
    """Close a month and work out what it came to."""
    found = queries.find_month(request.staff, month_id)
    require(policy.may_lead(request.staff))
    form = CloseMonth(sent(request))
    if form.is_valid():
        try:
            actions.close_month(month=found, by=request.staff, at=request.at, **form.cleaned_data)
        except NotWhole as refusal:
            form.refuse(refusal.places)
        except WrongState as why:
            form.add_error(None, str(why))
        else:
            messages.success(request, "Closed. What it came to stands on the charts.")
            return redirect("quality:own_month", found.pk)
    stand = queries.standing(request.staff, found)
    shown = {"month": found, "form": form, "not_whole": [one for one in stand if not one.is_whole]}
    return render(request, "quality/own/close.html", shown)


@require_safe
def case(request: StaffRequest, again_id: uuid.UUID) -> HttpResponse:
    """One case, for the lead: what was known, what the hub and both others decided, and what was done about it."""
    return _case(request, queries.find_again(request.staff, again_id), TakeOff(None))


def _case(request: StaffRequest, stand: queries.Standing, form: TakeOff) -> HttpResponse:
    again = stand.again
    detail = {"contact": str(again.contact_id)}
    record("quality.case_seen", about=again, at=request.at, hub_id=again.hub_id, detail=detail)
    shown = {
        "stand": stand,
        "again": again,
        "outcomes": outcomes(),
        "groups": content.group_labels(),
        "sure": {one.id: one.label for one in content.own_content().sure},
        "steps": [(one, stand.followed.get(one.id)) for one in content.own_content().follow_up],
        "household": queries.household_of(request.staff, again) if again.is_wrong else [],
        "form": form,
    }
    return render(request, "quality/own/case.html", shown)


@require_POST
def follow(request: StaffRequest, again_id: uuid.UUID) -> HttpResponse:
    """Write down that something was done once a decision was found wrong."""
    stand = queries.find_again(request.staff, again_id)
    form = Follow(sent(request))
    if form.is_valid():
        try:
            actions.follow(again=stand.again, by=request.staff, at=request.at, **form.cleaned_data)
        except (NotWhole, WrongState) as why:
            messages.info(request, str(why))
        else:
            messages.success(request, "Kept.")
    else:
        messages.info(request, "Choose from the list.")
    return redirect("quality:own_case", again_id)


@require_POST
def take_off(request: StaffRequest, again_id: uuid.UUID) -> HttpResponse:
    """Take a case off its month."""
    stand = queries.find_again(request.staff, again_id)
    form = TakeOff(sent(request))
    if form.is_valid():
        try:
            actions.take_off(again=stand.again, by=request.staff, at=request.at, **form.cleaned_data)
        except NotWhole as refusal:
            form.refuse(refusal.places)
        except WrongState as why:
            messages.info(request, str(why))
            return redirect("quality:own_case", again_id)
        else:
            messages.success(request, "Taken off. Nobody decides it again, and it stands in no figure.")
            return redirect("quality:own_case", again_id)
    return _case(request, stand, form)
