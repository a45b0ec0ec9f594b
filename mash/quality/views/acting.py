"""Pages of what is done about dip samples, and of what they come to."""

import uuid
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods, require_safe

from mash.common.verdict import require
from mash.decision.views.sending import sent
from mash.ledger.actions import record
from mash.partnership.http import StaffRequest
from mash.people.rows import Unreadable
from mash.quality import actions, policy
from mash.quality.content.dips import dip_rules
from mash.quality.dip_forms import FinishAction, RaiseAction, TakeEarlierShares
from mash.quality.measures.control import SIGNALS
from mash.quality.models import Dip, DipCard
from mash.quality.plotting import plot_funnel, plot_shares, plot_years
from mash.quality.queries import compliance as figures
from mash.quality.queries import dips as found
from mash.quality.tables import as_csv
from mash.quality.yearly import PastShare, past_shares

ON_A_PAGE = 30


def _seen(request: StaffRequest, **detail: str) -> None:
    hub = request.staff.hub
    record("quality.dip_figures_seen", about=hub, at=request.at, hub_id=hub.pk, detail=detail)


@require_safe
def tasks(request: StaffRequest) -> HttpResponse:
    """What is to be done, for who leads; and for anybody else what is theirs."""
    page = Paginator(found.raised(request.staff), ON_A_PAGE).get_page(request.GET.get("page"))
    _seen(request, page="tasks")
    shown = {
        "page": page,
        "today": localdate(request.at),
        "leads": bool(policy.may_lead(request.staff)),
    }
    return render(request, "quality/tasks.html", shown)


@require_http_methods(["GET", "POST"])
def raise_from_card(request: StaffRequest, card_id: uuid.UUID) -> HttpResponse:
    """Raise something to be done from one incident."""
    card = found.find_card(request.staff, card_id)
    return _raise(request, card=card)


@require_http_methods(["GET", "POST"])
def raise_from_dip(request: StaffRequest, dip_id: uuid.UUID) -> HttpResponse:
    """Raise something to be done from a sample as a whole."""
    return _raise(request, dip=found.find_dip(request.staff, dip_id))


@require_http_methods(["GET", "POST"])
def raise_from_figures(request: StaffRequest) -> HttpResponse:
    """Raise something to be done from the figures."""
    return _raise(request)


def _raise(request: StaffRequest, *, card: DipCard | None = None, dip: Dip | None = None) -> HttpResponse:
    require(policy.may_lead(request.staff))
    today = localdate(request.at)
    initial = {
        "key": uuid.uuid4(),
        "due_on": today + timedelta(days=dip_rules()["days_to_act"]),
        "unit": card.dipped.incident.unit if card else "",
    }
    owners = found.owners(request.staff, request.at)
    form = RaiseAction(sent(request), owners=owners, today=today, initial=initial)
    if form.is_valid():
        try:
            made = actions.raise_action(card=card, dip=dip, by=request.staff, at=request.at, **form.said)
        except actions.NotWhole as refusal:
            form.refuse(refusal.places)
        else:
            messages.success(request, f"Raised, for {made.owner.account.name} until {made.due_on:%-d %B}.")
            return redirect("quality:tasks")
    _seen(request, page="raise")
    return render(request, "quality/raise.html", {"form": form, "card": card, "dip": dip})


@require_http_methods(["GET", "POST"])
def task(request: StaffRequest, raised_id: uuid.UUID) -> HttpResponse:
    """Something that is to be done, and what was done."""
    one = found.find_raised(request.staff, raised_id)
    form = FinishAction(None if one.done_at else sent(request))
    if form.is_valid():
        try:
            actions.finish_action(raised=one, by=request.staff, at=request.at, **form.cleaned_data)
        except actions.WrongState as why:
            messages.info(request, str(why))
        else:
            messages.success(request, "Kept: it is done.")
        return redirect("quality:tasks")
    _seen(request, page="task")
    shown = {
        "one": one,
        "form": form,
        "today": localdate(request.at),
        "leads": bool(policy.may_lead(request.staff)),
    }
    return render(request, "quality/task.html", shown)


@require_safe
def compliance(request: StaffRequest) -> HttpResponse:
    """What dip samples come to, or what the force wrote down; `as=csv` answers with the table."""
    require(policy.may_see_incidents(request.staff))
    source = figures.RECORDED if request.GET.get("of") == figures.RECORDED else figures.REVIEWED
    results = figures.results(request.staff, source)
    as_table = request.GET.get("as") == "csv"
    _seen(request, page="compliance", of=source, **{"as": "csv" if as_table else "page"})
    if as_table:
        return as_csv(f"forms-sent-{source}.csv", figures.COLUMNS, figures.lines(results))
    days, marks = [one.on for one in results.periods if one.on], [one.on for one in results.marks]
    published = [(one.year, float(one.percent) / 100) for one in results.earlier]
    shown = {
        "results": results,
        "low": plot_shares(results.as_not_needed, days, marks),
        "high": plot_shares(results.as_needed, days, marks),
        "years": plot_years(published, [(int(one.label), one.of.as_not_needed) for one in results.years]),
        "years_high": plot_years(published, [(int(one.label), one.of.as_needed) for one in results.years]),
        "funnel_low": plot_funnel([one.low for one in results.units]),
        "funnel_high": plot_funnel([one.high for one in results.units]),
        "reasons": figures.why_not(request.staff) if source == figures.REVIEWED else [],
        "signals": SIGNALS,
        "leads": bool(policy.may_lead(request.staff)),
    }
    return render(request, "quality/compliance.html", shown)


@require_http_methods(["GET", "POST"])
def earlier_shares(request: StaffRequest) -> HttpResponse:
    """Take in yearly figures that were published: show what a file says, and take it when confirmed."""
    require(policy.may_lead(request.staff))
    posted: Any = sent(request)
    confirmed = posted is not None and "rows" in posted
    form = TakeEarlierShares(None if confirmed else posted, request.FILES or None)
    shares: list[PastShare] = []
    text = ""
    if confirmed or form.is_valid():
        text = posted["rows"] if confirmed else form.cleaned_data["file"]
        try:
            shares, wrong = past_shares(text)
        except Unreadable as why:
            wrong = [f"The file cannot be read: {why}"]
        if not shares and not wrong:
            wrong = ["The file has no years"]
        if confirmed and not wrong:
            try:
                new, here = actions.take_earlier_shares(shares=shares, by=request.staff, at=request.at)
            except actions.NotWhole as refusal:
                wrong = [*refusal.places.values()]
            else:
                messages.success(request, f"{new} taken, {here} here already.")
                return redirect("quality:compliance")
        if wrong:
            shares = []
            form = form if form.is_bound else TakeEarlierShares({})
            form.errors.clear()
            for words in wrong:
                form.add_error("file", words)
    _seen(request, page="earlier")
    return render(request, "quality/earlier_shares.html", {"form": form, "shares": shares, "rows": text})
