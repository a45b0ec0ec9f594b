"""The unit's own list: people whom only the unit knows.  To whoever is not cleared none of these pages exists."""

import uuid
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mash.ledger.actions import record
from mash.partnership.http import StaffRequest
from mash.partnership.queries import agencies_in
from mash.partnership.queries.rota import names_of
from mash.sealed import actions, forms, queries


@require_GET
def people(request: StaffRequest) -> HttpResponse:
    """List them by agency and day, without who they are.

    Source: docs/rules.md, "People whom only the unit knows".
    """
    found = queries.subjects_of(request.staff)
    record("subjects.listed", about="subjects", at=request.at, hub_id=request.staff.hub_id)
    return render(request, "sealed/people.html", {"entries": found} | _names(request))


def _names(request: StaffRequest) -> dict[str, Any]:
    hub = request.staff.hub_id
    return {"agencies": {one.pk: one.name for one in agencies_in(hub)}, "names": names_of(hub)}


@require_http_methods(["GET", "POST"])
def add(request: StaffRequest) -> HttpResponse:
    """Put somebody on the list."""
    queries.subjects_of(request.staff)
    form = forms.Subject(request.POST or None, today=localdate(request.at))
    if form.is_valid() and _sealed(request, form):
        messages.success(
            request, "On the list. Whoever is cleared and comes on them is told to ask the unit."
        )
        return redirect("sealed:people")
    return render(request, "sealed/add.html", {"form": form})


def _sealed(request: StaffRequest, form: forms.Subject) -> bool:
    try:
        actions.seal_subject(key=form.cleaned_data["key"], words=form.words, by=request.staff, at=request.at)
    except actions.NotForThisSystem as why:
        form.add_error("why", str(why))
        return False
    return True


@require_http_methods(["GET", "POST"])
def person(request: StaffRequest, subject_id: uuid.UUID) -> HttpResponse:
    """Ask why, keep the answer in the record, and show who it is.  Each opening asks afresh."""
    one = queries.find_subject(request.staff, subject_id)
    form = forms.WhyOpen(request.POST or None)
    shown = {"one": one, "form": form, "ending": forms.End()} | _names(request)
    if form.is_valid():
        why = form.cleaned_data["why"]
        _note(request, "subject.opened", one, request.at, why)
        words = queries.who_it_is(request.staff, subject_id)
        return render(request, "sealed/person.html", shown | {"words": words, "why": why})
    _note(request, "subject.asked_about", one, request.at)
    return render(request, "sealed/person.html", shown)


@require_POST
def end(request: StaffRequest, subject_id: uuid.UUID) -> HttpResponse:
    """Take somebody off the list."""
    one = queries.find_subject(request.staff, subject_id)
    form = forms.End(request.POST)
    if form.is_valid():
        actions.end_subject(key=subject_id, why=form.cleaned_data["why"], by=request.staff, at=request.at)
        messages.success(request, "Ended. Nobody is told to ask about them any more.")
        return redirect("sealed:people")
    _note(request, "subject.asked_about", one, request.at)
    shown = {"one": one, "form": forms.WhyOpen(), "ending": form} | _names(request)
    return render(request, "sealed/person.html", shown)


def _note(request: StaffRequest, event: str, one: queries.UnitKnows, at: datetime, why: str = "") -> None:
    record(event, about=f"subject:{one.key}", at=at, hub_id=request.staff.hub_id, why=why)
