"""The auditor's pages.  Each writes that it was read, before anything is shown."""

import uuid
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods, require_safe

from mash.common.verdict import require
from mash.desk import policy
from mash.desk.auditing import actions, forms, queries, rules
from mash.ledger.actions import record
from mash.partnership.http import StaffRequest

NO_CASE = "No case of this hub has this reference"


@require_http_methods(["GET", "HEAD", "POST"])
def audit(request: StaffRequest) -> HttpResponse:
    """Show where an auditor begins, how the evidence stands, and lead to a case or a worker."""
    require(policy.may_audit(request.staff))
    do = request.POST.get("do", "")
    case = forms.Case(request.POST if do == "case" else None)
    worker = forms.Worker(request.POST if do == "worker" else None)
    worker.fields["who"].queryset = queries.workers(request.staff)  # type: ignore[attr-defined]
    if do == "case" and case.is_valid():
        found = queries.contact_of(case.cleaned_data["reference"])
        if found:
            return redirect("desk:audit_case", found)
        case.add_error("reference", NO_CASE)
    if do == "worker" and worker.is_valid():
        return redirect("desk:audit_worker", worker.cleaned_data["who"].pk)
    shown = {
        "case": case,
        "worker": worker,
        "has_errors": bool(case.errors or worker.errors),
        "standing": queries.standing(request.at),
        "followed_up": queries.followed_up(request.staff),
    }
    return render(request, "desk/audit.html", shown)


@require_safe
def case(request: StaffRequest, contact_id: uuid.UUID) -> HttpResponse:
    """Show who saw a case or did something on it."""
    require(policy.may_audit(request.staff))
    reference = queries.reference_of(contact_id)
    _read(request, "audit.case_read", f"contact.contact:{contact_id}")
    found = queries.lines_of_case(request.staff, contact_id, request.GET.get("before", ""))
    return render(request, "desk/audit_case.html", {"reference": reference, "lines": found})


@require_http_methods(["GET", "HEAD", "POST"])
def people(request: StaffRequest) -> HttpResponse:
    """Find a person's record by name, for a purpose that is written."""
    require(policy.may_audit(request.staff))
    form = forms.Name(request.POST or None)
    found = None
    if form.is_valid():
        found = queries.people_named(request.staff, form.cleaned_data["name"])
        detail = {"people": [str(one.key) for one in found]}
        _read(request, "audit.people_named", "people", why=form.cleaned_data["why"], detail=detail)
    return render(request, "desk/audit_people.html", {"form": form, "found": found})


@require_safe
def person(request: StaffRequest, person_id: uuid.UUID) -> HttpResponse:
    """Show who saw a person's record, and which searches showed it; the page names nobody but workers."""
    require(policy.may_audit(request.staff))
    _read(request, "audit.person_read", f"people.person:{person_id}")
    searched = queries.searches_that_showed(request.staff, person_id, request.at)
    shown = {
        "lines": queries.lines_of_person(request.staff, person_id, request.GET.get("before", "")),
        "searches": queries.rows(searched),
    }
    return render(request, "desk/audit_person.html", shown)


@require_safe
def worker(request: StaffRequest, staff_id: uuid.UUID) -> HttpResponse:
    """Show what a worker saw and did, a day at a time."""
    require(policy.may_audit(request.staff))
    who = queries.worker(request.staff, staff_id)
    days = queries.days_of(request.staff, who, request.at)
    on = _day_in(request) or (days[0][0] if days else localdate(request.at))
    _read(request, "audit.worker_read", f"partnership.staff:{who.pk}", detail={"on": str(on)})
    shown = {
        "who": who,
        "on": on,
        "days": days,
        "lines": queries.lines_of_worker(request.staff, who, on, request.GET.get("before", "")),
    }
    return render(request, "desk/audit_worker.html", shown)


@require_safe
def refusals(request: StaffRequest) -> HttpResponse:
    """Show what was refused."""
    require(policy.may_audit(request.staff))
    _read(request, "audit.refusals_read", "refusals")
    found = queries.refusals(request.staff, request.GET.get("before", ""))
    return render(request, "desk/audit_refusals.html", {"lines": found})


@require_http_methods(["GET", "HEAD", "POST"])
def searches(request: StaffRequest) -> HttpResponse:
    """Show who searched, and answer whether a name was searched for."""
    require(policy.may_audit(request.staff))
    form = forms.Name(request.POST or None)
    answer = None
    if form.is_valid():
        entries = queries.searches_for(request.staff, form.cleaned_data["name"], request.at)
        answer = queries.rows(entries)
        _read(
            request,
            "audit.name_asked",
            "searches",
            why=form.cleaned_data["why"],
            detail={"found": len(entries)},
        )
    else:
        _read(request, "audit.searches_read", "searches")
    found = queries.searches(request.staff, request.GET.get("before", ""))
    return render(request, "desk/audit_searches.html", {"form": form, "answer": answer, "lines": found})


@require_safe
def unusual(request: StaffRequest) -> HttpResponse:
    """Show what the rules find, each with its facts and what was concluded."""
    require(policy.may_audit(request.staff))
    days = _days(request)
    _read(request, "audit.unusual_read", "unusual", detail={"days": days})
    shown = {
        "found": queries.unusual(request.staff, days=days, at=request.at),
        "rules": rules.RULES,
        "not_asked": rules.NOT_ASKED,
        "days": days,
        "periods": forms.PERIODS,
    }
    return render(request, "desk/audit_unusual.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
def conclude(request: StaffRequest, signal_id: uuid.UUID) -> HttpResponse:
    """Show one thing unusual, and take an auditor's word on it."""
    require(policy.may_audit(request.staff))
    days = _days(request)
    one = queries.find_unusual(request.staff, signal_id, days=days, at=request.at)
    form = forms.Word(request.POST or None)
    may = policy.may_conclude(request.staff, one.signal.staff)
    if form.is_valid():
        actions.conclude(signal=one.signal, by=request.staff, at=request.at, **form.cleaned_data)
        messages.success(request, "Your word on it is kept.")
        return redirect(f"{reverse('desk:audit_unusual')}?days={days}")
    _read(request, "audit.unusual_read", f"unusual:{signal_id}", detail={"days": days})
    shown = {"one": one, "rule": rules.RULES[one.signal.rule], "form": form, "may": may, "days": days}
    return render(request, "desk/audit_conclude.html", shown)


def _read(
    request: StaffRequest, event: str, about: str, *, why: str = "", detail: dict[str, Any] | None = None
) -> None:
    record(event, about=about, at=request.at, hub_id=request.staff.hub_id, why=why, detail=detail)


def _day_in(request: StaffRequest) -> date | None:
    said = request.GET.get("on", "")
    if not said:
        return None
    try:
        return date.fromisoformat(said)
    except ValueError as why:
        raise Http404 from why


def _days(request: StaffRequest) -> int:
    said = request.GET.get("days", "")
    return int(said) if said in forms.PERIODS else 28
