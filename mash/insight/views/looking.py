"""Pages that show figures: what is open now, every measure beside earlier periods, one measure, and lists behind."""

import uuid
from datetime import date, timedelta
from typing import Any, get_args
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from mash.common.replica import from_replica
from mash.common.verdict import require
from mash.decision.line import STAGES
from mash.decision.turnaround import spoken, spoken_elapsed
from mash.insight import content, policy
from mash.insight.days import CHARTED, Period, last_whole, named, period_with
from mash.insight.measures import MEASURES
from mash.insight.models import Span
from mash.insight.queries import figures, leaving, tables
from mash.insight.queries import now as open_work
from mash.ledger.actions import record
from mash.partnership.http import StaffRequest
from mash.quality.measures.control import SIGNALS
from mash.quality.plotting import plot, plot_shares
from mash.quality.tables import as_csv

ROWS_ON_A_PAGE = 50


def seen(request: StaffRequest, page: str, **detail: str) -> None:
    """Write down that somebody looked at figures."""
    record(
        "insight.seen",
        about=request.staff.hub,
        at=request.at,
        hub_id=request.staff.hub_id,
        detail={"page": page, **detail},
    )


def shared(request: StaffRequest) -> dict[str, Any]:
    """Return what every page of performance shows."""
    return {
        "as_of": figures.as_of(request.staff),
        "lists": bool(policy.may_open_lists(request.staff)),
        "shares": bool(policy.may_share(request.staff)),
        "is_whole": policy.sees_all(request.staff),
        "today": localdate(request.at),
        "at": request.at,
        "worked": lambda seconds: spoken(timedelta(seconds=seconds)),
        "passed": lambda seconds: spoken_elapsed(timedelta(seconds=seconds)),
    }


@from_replica
@require_safe
def now(request: StaffRequest) -> HttpResponse:
    """What came and was decided today, and what is open: by stage, by agency and by worker."""
    require(policy.may_see(request.staff))
    seen(request, "now")
    today = Period(localdate(request.at), Span.DAY)
    found = figures.figures(request.staff, ["came", "decided"], [today], today.begins)
    opened = open_work.now(request.staff, request.at) if policy.may_open_lists(request.staff) else None
    shown = {
        "day": today,
        "came": found["came", today.begins, ""].n,
        "decided": found["decided", today.begins, ""].n,
        "now": opened,
    }
    return render(request, "insight/now.html", shown | shared(request))


@from_replica
@require_safe
def waiting(request: StaffRequest) -> HttpResponse:
    """The open contacts, or an agency's enquiries, behind a figure of now."""
    require(policy.may_open_lists(request.staff))
    wanted = _wanted(request)
    said = {
        name: request.GET[name][:40] for name in ("stage", "owner", "agency", "due") if name in request.GET
    }
    seen(request, "waiting", **said)
    rows: Any
    if wanted.agency:
        rows = open_work.enquiries_behind(request.staff, wanted.agency, request.at, overdue=wanted.overdue)
    else:
        rows = open_work.contacts_behind(request.staff, wanted, request.at)
    shown = {
        "page": Paginator(rows, ROWS_ON_A_PAGE).get_page(request.GET.get("page")),
        "query": urlencode({name: value for name, value in request.GET.items() if name != "page"}),
        "wanted": wanted,
        "stages": STAGES,
    }
    return render(request, "insight/waiting.html", shown | shared(request))


def _wanted(request: StaffRequest) -> open_work.Wanted:
    stage, owner = request.GET.get("stage", ""), request.GET.get("owner", "")
    agency = _key(request.GET.get("agency", ""))
    if stage and stage not in STAGES:
        raise Http404
    if owner != open_work.NOBODY and owner:
        _key(owner)
    return open_work.Wanted(stage, owner, agency, request.GET.get("due") == "overdue")


def _key(said: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(said) if said else None
    except ValueError:
        raise Http404 from None


@from_replica
@require_safe
def demand(request: StaffRequest) -> HttpResponse:
    """When contacts come, hour by hour of the week, beside who is named on the rota."""
    require(policy.may_open_lists(request.staff))
    seen(request, "demand")
    found = open_work.demand(request.staff, request.at)
    if request.GET.get("as") == "csv":
        return as_csv("demand.csv", ("Day", "Hour", "Contacts", "On the rota"), open_work.demand_lines(found))
    return render(request, "insight/demand.html", {"demand": found} | shared(request))


@from_replica
@require_safe
def over_time(request: StaffRequest) -> HttpResponse:
    """Every measure in one month or quarter, beside the one before and the same a year before."""
    require(policy.may_see(request.staff))
    period = _period(request)
    seen(request, "over_time", period=period.code)
    today = localdate(request.at)
    shown = {
        "rows": tables.compared(request.staff, period, today),
        "period": period,
        "periods": _choices(today),
        "sources": content.sources(),
    }
    return render(request, "insight/over_time.html", shown | shared(request))


@from_replica
@require_safe
def measure(request: StaffRequest, measure: str) -> HttpResponse:
    """One measure: over time as a chart and tables, split, with what it means; `as=csv` answers with its tables."""
    require(policy.may_see(request.staff))
    _known(measure)
    period = _period(request)
    as_table = request.GET.get("as") == "csv"
    seen(request, "measure", measure=measure, period=period.code, form="csv" if as_table else "page")
    today = localdate(request.at)
    found = tables.shown(request.staff, measure, period, today)
    if as_table:
        return as_csv(f"{measure}-{period.code}-not-to-share.csv", tables.COLUMNS, tables.lines(found))
    shown = {
        "shown": found,
        "plot": _plotted(found),
        "signals": SIGNALS,
        "periods": _choices(today),
        "period": period,
        "sources": content.sources(),
        "shared_quarter": last_whole(today, Span.QUARTER),
    }
    return render(request, "insight/measure.html", shown | shared(request))


def _plotted(found: tables.Shown) -> Any:
    if found.measure.hit:
        return plot_shares(found.chart)
    most = max(
        [one.value or 0 for one in found.chart.points] + [one.high or 0 for one in found.chart.points] + [1]
    )
    return plot(found.chart, least=0, most=most, words=lambda one: f"{one:,.0f}", ticks=[0, most / 2, most])


@from_replica
@require_safe
def behind(request: StaffRequest, measure: str) -> HttpResponse:
    """The contacts or enquiries behind one figure, by the same definition, as far as each is open to the worker."""
    require(policy.may_open_lists(request.staff))
    _known(measure)
    today = localdate(request.at)
    period = named(request.GET.get("period", ""), today)
    part = request.GET.get("part", "all")
    if period is None or part not in get_args(figures.Part):
        raise Http404
    wanted = figures.Behind(
        MEASURES[measure],
        period,
        part,
        source=request.GET.get("source"),
        colour=request.GET.get("colour"),
        agency=_key(request.GET.get("agency", "")),
        ward=request.GET.get("ward"),
    )
    seen(request, "behind", measure=measure, period=period.code, part=part)
    shown = {
        "page": Paginator(figures.rows_behind(request.staff, wanted, today), ROWS_ON_A_PAGE).get_page(
            request.GET.get("page")
        ),
        "query": urlencode({name: value for name, value in request.GET.items() if name != "page"}),
        "wanted": wanted,
        "meaning": content.meanings()[measure],
        "colour_labels": tables.COLOURS,
        "ward_label": tables.ward_label,
        "answer": figures.answer_of,
    }
    return render(request, "insight/behind.html", shown | shared(request))


@from_replica
@require_safe
def share(request: StaffRequest, measure: str) -> HttpResponse:
    """One measure as it may leave the hub: by quarter, small numbers left out, as a file."""
    require(policy.may_share(request.staff))
    _known(measure)
    today = localdate(request.at)
    period = named(request.GET.get("period", ""), today) or last_whole(today, Span.QUARTER)
    if period.span != Span.QUARTER or period.ends >= today:
        raise Http404
    seen(request, "share", measure=measure, period=period.code)
    found = leaving.leaving(request.staff, [measure], period, today)
    return as_csv(f"{measure}-{period.code}-to-share.csv", leaving.COLUMNS, leaving.lines(found))


def _known(measure: str) -> None:
    if measure not in MEASURES:
        raise Http404


def _period(request: StaffRequest) -> Period:
    """Return the period that the address names; else the newest month that is over."""
    today = localdate(request.at)
    found = named(request.GET.get("period", ""), today)
    return found if found and found.span in CHARTED else last_whole(today, Span.MONTH)


def _choices(today: date) -> dict[str, list[Period]]:
    """Return the periods to choose from, the newest first: the one that goes on, and those before it."""
    return {
        "Months": [period_with(today, Span.MONTH).back(many) for many in range(13)],
        "Quarters": [period_with(today, Span.QUARTER).back(many) for many in range(9)],
    }
