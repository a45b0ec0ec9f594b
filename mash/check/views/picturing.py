"""The pages of chronology and risk."""

import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mash.check import actions, policy
from mash.check.chronology import Entry, Wanted, in_order, with_gaps
from mash.check.content import risk_matrix
from mash.check.forms import picturing as forms
from mash.check.queries import board as cases
from mash.check.queries import picture as queries
from mash.common.verdict import require
from mash.contact.models import Contact
from mash.ledger.actions import record
from mash.partnership.http import StaffRequest
from mash.triage.queries import rating_history


@require_GET
def chronology(request: StaffRequest, contact_id: uuid.UUID) -> HttpResponse:
    """Show what is known, in order; the filters live in the address."""
    contact = cases.find_contact(request.staff, contact_id)
    return _chronology(request, contact)


def _chronology(
    request: StaffRequest,
    contact: Contact,
    *,
    event: forms.WriteEvent | None = None,
) -> HttpResponse:
    staff = request.staff
    record("chronology.seen", about=contact, at=request.at, hub_id=contact.hub_id)
    every = queries.entries(staff, contact)
    filters = _filters(request.GET, every)
    oldest_first = request.GET.get("order") == "oldest"
    wanted = _wanted(filters)
    shown = in_order([one for one in every if wanted.takes(one)], newest_first=not oldest_first)
    offered = queries.not_ticked_in(staff, contact)
    page = {
        "contact": contact,
        "entries": list(with_gaps(shown)),
        "count": len(shown),
        "total": len(every),
        "filters": filters,
        "chips": _chips(request.GET, filters),
        "oldest_first": oldest_first,
        "compact": request.GET.get("view") == "compact",
        "address_with": lambda **changes: _address(request.GET, **changes),
        "offered": offered,
        "tick_form": forms.TickIn(None, offered=[(str(one.pk), question) for one, question, _ in offered]),
        "event_form": event or forms.WriteEvent(None, people=list(contact.people.order_by("ref"))),
        "locked": cases.holds_anything_on(staff, contact, request.at),
        "may_work": bool(policy.may_work_on(staff, contact)),
        "has_errors": bool(event and event.errors),
    }
    return render(request, "check/chronology.html", page)


def _filters(data: Mapping[str, Any], every: list[Entry]) -> forms.Filters:
    agencies = sorted({one.agency for one in every if one.agency})
    people = sorted({name for one in every for name in one.people})
    filters = forms.Filters(data, agencies=agencies, people=people)
    filters.is_valid()
    return filters


def _wanted(filters: forms.Filters) -> Wanted:
    said = filters.cleaned_data
    return Wanted(
        agency=said.get("agency", ""),
        person=said.get("person", ""),
        kind=said.get("kind", ""),
        from_on=said.get("since"),
        until_on=said.get("until"),
        significant=bool(said.get("significant")),
        keyword=said.get("q", ""),
    )


def _chips(data: Any, filters: forms.Filters) -> list[dict[str, str]]:
    """Return what is filtered by, each with the address of the same page without it."""
    said = [(name, filters.cleaned_data.get(name)) for name in filters.fields]
    return [
        {
            "group": str(filters[name].label),
            "text": _chip_words(filters, name, value),
            "href": _without(data, name),
        }
        for name, value in said
        if value
    ]


def _chip_words(filters: forms.Filters, name: str, value: Any) -> str:
    choices = dict(getattr(filters.fields[name], "choices", []))
    return "Yes" if value is True else str(choices.get(value, value))


def _without(data: Any, name: str) -> str:
    kept = {key: value for key, value in data.items() if key != name and not key.startswith(f"{name}-")}
    return f"?{urlencode(kept)}"


def _address(data: Any, **changes: str) -> str:
    kept = {key: value for key, value in {**data.dict(), **changes}.items() if value}
    return f"?{urlencode(kept)}"


@require_POST
def tick_in(request: StaffRequest, contact_id: uuid.UUID) -> HttpResponse:
    """Take shared answers into the chronology, as ticked."""
    contact = cases.find_contact(request.staff, contact_id)
    keys = request.POST.getlist("answers")
    answers = [cases.find_answer(request.staff, contact, _uuid(key)) for key in keys]
    added = actions.tick_in(contact=contact, answers=answers, by=request.staff, at=request.at)
    messages.success(request, f"Taken into the chronology: {added}.")
    return redirect("check:chronology", contact.pk)


@require_POST
def write_event(request: StaffRequest, contact_id: uuid.UUID) -> HttpResponse:
    """Write something into the chronology."""
    contact = cases.find_contact(request.staff, contact_id)
    people = {str(one.pk): one for one in contact.people.order_by("ref")}
    form = forms.WriteEvent(request.POST, people=list(people.values()))
    if not form.is_valid():
        return _chronology(request, contact, event=form)
    said = form.cleaned_data
    event = actions.Event(
        title=said["title"],
        words=said["words"],
        on=said["on"].on if said["on"] else None,
        precision=said["on"].precision if said["on"] else "unknown",
        agency=said["agency"],
        person=people.get(said["person"]),
        significance=said["significance"],
    )
    actions.record_event(contact=contact, event=event, by=request.staff, at=request.at, key=said["key"])
    messages.success(request, "Written into the chronology.")
    return redirect("check:chronology", contact.pk)


@require_POST
def mark(request: StaffRequest, contact_id: uuid.UUID, key: uuid.UUID) -> HttpResponse:
    """Say why an entry matters."""
    contact = cases.find_contact(request.staff, contact_id)
    entry = queries.find_happened(contact, key).first()
    if entry is None:
        raise Http404
    form = forms.Mark(request.POST)
    if form.is_valid():
        actions.mark_significant(
            contact=contact, entry=entry, why=form.cleaned_data["why"], by=request.staff, at=request.at
        )
    return redirect("check:chronology", contact.pk)


@require_http_methods(["GET", "POST"])
def risk(request: StaffRequest, contact_id: uuid.UUID) -> HttpResponse:
    """Write the risk picture down, beside what the agencies gave.  Nothing is preselected and nothing is added up."""
    contact = cases.find_contact(request.staff, contact_id)
    form = forms.Risk(request.POST or None)
    if form.is_valid():
        try:
            actions.record_risk(
                contact=contact,
                picked=form.picked(),
                words=form.words(),
                by=request.staff,
                at=request.at,
                key=form.cleaned_data["key"],
            )
        except actions.NothingWritten:
            form.add_error(None, "Write down what you know, or pick a level, before you save.")
        else:
            messages.success(request, "The risk picture is saved.")
            return redirect("check:risk", contact.pk)
    return _risk(request, contact, form, forms.AgencyView(None, agencies=cases.may_be_asked(request.staff)))


@require_POST
def view(request: StaffRequest, contact_id: uuid.UUID) -> HttpResponse:
    """Write down what an agency thinks."""
    contact = cases.find_contact(request.staff, contact_id)
    agencies = cases.may_be_asked(request.staff)
    form = forms.AgencyView(request.POST, agencies=agencies)
    if form.is_valid():
        said = {**form.cleaned_data}
        key = said.pop("agency")
        agency = next(one for one in agencies if str(one.pk) == key)
        actions.record_view(contact=contact, agency=agency, by=request.staff, at=request.at, **said)
        messages.success(request, "The agency's view is kept as given.")
        return redirect("check:risk", contact.pk)
    return _risk(request, contact, forms.Risk(None), form)


def _risk(
    request: StaffRequest, contact: Contact, form: forms.Risk, view_form: forms.AgencyView
) -> HttpResponse:
    staff = request.staff
    require(policy.may_see(staff, contact))
    record("risk.seen", about=contact, at=request.at, hub_id=contact.hub_id)
    check = cases.check_of(contact)
    lines = cases.board(staff, check) if check else []
    matrix = risk_matrix()
    shown = {
        "contact": contact,
        "check": check,
        "form": form,
        "view_form": view_form,
        "matrix": matrix,
        "labels": _labels(),
        "lines": lines,
        "missing": cases.missing(lines, request.at),
        "risks": queries.risks(contact),
        "views": queries.views(contact),
        "ratings": rating_history(contact),
        "locked": cases.holds_anything_on(staff, contact, request.at),
        "may_work": bool(policy.may_work_on(staff, contact)),
        "now": request.at,
        "has_errors": bool(form.errors or view_form.errors),
    }
    return render(request, "check/risk.html", shown)


def _labels() -> dict[str, str]:
    """Return the words for every level, band and factor of the matrix."""
    matrix = risk_matrix()
    found = {level.id: level.label for one in matrix.dimensions for level in one.levels}
    factors = (*matrix.vulnerabilities, *matrix.aggravating, *matrix.protective)
    return {
        **found,
        **{band.id: band.label for band in matrix.bands},
        **{one.id: one.label for one in factors},
    }


def _uuid(key: str) -> uuid.UUID:
    try:
        return uuid.UUID(key)
    except ValueError as odd:
        raise Http404 from odd
