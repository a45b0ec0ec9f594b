"""Pages that follow grades over time, and an agency's own."""

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mash.common.verdict import require
from mash.decision.views.sending import sent
from mash.ledger.actions import record
from mash.partnership.http import StaffRequest
from mash.people.rows import Unreadable
from mash.quality import actions, policy, queries
from mash.quality.earlier import PastRound, past_rounds
from mash.quality.forms import MarkChange, TakeEarlier
from mash.quality.measures.control import SIGNALS
from mash.quality.own import policy as own_policy
from mash.quality.own import queries as own
from mash.quality.plotting import plot, plot_shares
from mash.quality.queries import dips
from mash.quality.queries import not_needed as sent_back
from mash.quality.tables import as_csv

ROUNDS_ON_A_PAGE = 20
GRADES_ON_A_PAGE = 50
REVIEWS_SHOWN = 50  # what waits comes first


@require_safe
def home(request: StaffRequest) -> HttpResponse:
    """What waits for a grader, the hub's rounds, and where its figures are."""
    require(policy.may_come_in(request.staff))
    page = Paginator(queries.rounds(request.staff), ROUNDS_ON_A_PAGE).get_page(request.GET.get("page"))
    reviews = dips.mine_to_review(request.staff)
    shown = {
        "mine": queries.mine_to_grade(request.staff),
        "again": own.mine(request.staff),
        "wrong_now": len(own.wrong_now(request.staff)),
        "sees_own": bool(own_policy.may_see_results(request.staff)),
        "reviews": reviews[:REVIEWS_SHOWN],
        "more_reviews": max(0, len(reviews) - REVIEWS_SHOWN),
        "untold": dips.at_risk_untold(request.staff).count(),
        "sees_dips": bool(policy.may_see_incidents(request.staff)),
        "tasks": dips.has_tasks(request.staff),
        "page": page,
        "leads": bool(policy.may_lead(request.staff)),
        "sees": bool(policy.may_see_results(request.staff)),
    }
    record("quality.listed", about=request.staff, at=request.at, hub_id=request.staff.hub_id)
    return render(request, "quality/home.html", shown)


@require_safe
def grades(request: StaffRequest) -> HttpResponse:
    """Grades over time as charts and tables; `as=csv` answers with the table."""
    require(policy.may_see_results(request.staff))
    found = queries.series(request.staff)
    as_table = request.GET.get("as") == "csv"
    detail = {"page": "grades", "as": "csv" if as_table else "page"}
    record(
        "quality.figures_seen",
        about=request.staff.hub,
        at=request.at,
        hub_id=request.staff.hub_id,
        detail=detail,
    )
    if as_table:
        return as_csv("grades.csv", queries.GRADE_COLUMNS, queries.grade_lines(found))
    days, marks = [one.on for one in found.rows], [one.on for one in found.marks]
    shown = {
        "series": found,
        "means": plot(
            found.means,
            least=1,
            most=4,
            words=lambda one: f"{one:g}",
            ticks=[1, 2, 3, 4],
            days=days,
            marks=marks,
        ),
        "good": plot_shares(found.good, days, marks),
        "sources": queries.by_unit(found.rows, "by_source"),
        "units": queries.by_unit(found.rows, "by_unit"),
        "lowest": queries.lowest(found.rows),
        "signals": SIGNALS,
        "leads": bool(policy.may_lead(request.staff)),
    }
    return render(request, "quality/grades.html", shown)


@require_http_methods(["GET", "POST"])
def mark(request: StaffRequest) -> HttpResponse:
    """Set a day beside the charts on which something changed."""
    require(policy.may_lead(request.staff))
    form = MarkChange(sent(request), today=localdate(request.at), initial={"key": uuid.uuid4()})
    if form.is_valid():
        try:
            actions.mark_change(by=request.staff, at=request.at, **form.cleaned_data)
        except actions.NotWhole as refusal:
            form.refuse(refusal.places)
        else:
            messages.success(request, "Kept. It stands on the charts.")
            return redirect("quality:grades")
    return render(request, "quality/mark.html", {"form": form})


@require_POST
def hints(request: StaffRequest) -> HttpResponse:
    """Put what panels find missing first on the referral form."""
    require(policy.may_lead(request.staff))
    try:
        often = actions.order_hints(by=request.staff, at=request.at)
    except actions.WrongState as why:
        messages.info(request, str(why))
    else:
        messages.success(request, f"Done. {often} of the hints say now that panels often find them missing.")
    return redirect("quality:grades")


@require_http_methods(["GET", "POST"])
def earlier(request: StaffRequest) -> HttpResponse:
    """Take in earlier rounds: show what a file says beside what it computes to, and take it when confirmed."""
    require(policy.may_lead(request.staff))
    posted = sent(request)
    confirmed = posted is not None and "rows" in posted
    form = TakeEarlier(None if confirmed else posted, request.FILES or None)
    found: list[PastRound] = []
    text = ""
    if confirmed or form.is_valid():
        text = posted["rows"] if confirmed else form.cleaned_data["file"]
        try:
            found, wrong = past_rounds(text)
        except Unreadable as why:
            found, wrong = [], [f"The file cannot be read: {why}"]
        if not found and not wrong:
            wrong = ["The file has no rounds"]
        if confirmed and not wrong:
            try:
                new, here = actions.take_earlier(rounds=found, by=request.staff, at=request.at)
            except actions.NotWhole as refusal:
                wrong = [*refusal.places.values()]
            else:
                messages.success(request, f"{new} taken, {here} here already.")
                return redirect("quality:grades")
        if wrong:
            found = []
            form = form if form.is_bound else TakeEarlier({})
            form.errors.clear()
            for words in wrong:
                form.add_error("file", words)
    shown = {"form": form, "found": found, "rows": text}
    return render(request, "quality/earlier.html", shown)


@require_safe
def not_needed(request: StaffRequest) -> HttpResponse:
    """What was sent and made no help, as charts and tables; `as=csv` answers with the months."""
    require(policy.may_lead(request.staff))
    found = sent_back.not_needed(request.staff, localdate(request.at))
    as_table = request.GET.get("as") == "csv"
    detail = {"page": "not_needed", "as": "csv" if as_table else "page"}
    record(
        "quality.figures_seen",
        about=request.staff.hub,
        at=request.at,
        hub_id=request.staff.hub_id,
        detail=detail,
    )
    if as_table:
        return as_csv("sent-back-or-not-needed.csv", sent_back.COLUMNS, sent_back.lines(found))
    marks = sent_back.marks_since(request.staff, localdate(request.at))
    rows = [
        (one, plot_shares(one.chart, [month for month, _ in one.months], [mark.on for mark in marks]))
        for one in found
    ]
    return render(request, "quality/not_needed.html", {"rows": rows, "signals": SIGNALS, "marks": marks})


@require_safe
def ours(request: StaffRequest) -> HttpResponse:
    """What was graded of an agency's own referrals, for who leads it."""
    require(policy.may_see_ours(request.staff))
    rows = queries.our_grades(request.staff)
    page = Paginator(rows, GRADES_ON_A_PAGE).get_page(request.GET.get("page"))
    record("quality.ours_seen", about=request.staff.agency, at=request.at, hub_id=request.staff.hub_id)
    shown = {"page": page, "agency": request.staff.agency, "counts": queries.our_counts(request.staff)}
    return render(request, "quality/ours.html", shown)
