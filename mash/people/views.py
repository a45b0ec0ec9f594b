"""Finding people, and one person's record.  A line is written before anything is shown."""

import uuid
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET, require_http_methods

from mash.common.verdict import require
from mash.partnership.http import StaffRequest
from mash.people import actions, forms, links, panels, policy, queries
from mash.people.models import Person
from mash.people.tokens import described

CHOICES_SHOWN = 10


@require_http_methods(["GET", "POST"])
def search(request: StaffRequest) -> HttpResponse:
    """Look for people by any part.  What was typed goes on sealed, so that no address carries it.

    Source: docs/rules.md, "Evidence".
    """
    require(policy.may_search(request.staff))
    typed = request.POST if request.method == "POST" else request.GET
    if "q" in typed:
        form = forms.Search(typed)
        if form.is_valid():
            hidden = links.hide(form.cleaned_data["q"], request.staff.hub_id)
            return redirect(f"{reverse('people:search')}?{urlencode({'s': hidden})}")
        return _search(request, form, None)
    words = links.reveal(request.GET.get("s", ""), request.staff.hub_id)
    found = _looked_for(request, words) if words else None
    form = forms.Search(initial={"q": words})
    return _search(request, form, found)


def _search(request: StaffRequest, form: forms.Search, found: queries.Found | None) -> HttpResponse:
    shown = {
        "form": form,
        "found": found,
        "told": panels.told_of(request.staff, described(found.asked)) if found else [],
        "today": localdate(request.at),
        "may_judge": bool(policy.may_judge_records(request.staff)),
    }
    return render(request, "people/search.html", shown)


def _looked_for(request: StaffRequest, words: str) -> queries.Found:
    found = queries.search(request.staff, words)
    shown = [person.pk for person in found.people] + [one.person_id for one in found.close]
    actions.note_search(terms=found.asked.terms, found=shown, by=request.staff, at=request.at)
    return found


@require_GET
def page(request: StaffRequest, person_id: uuid.UUID) -> HttpResponse:
    """Show a person's record."""
    person = _seen(request, person_id)
    held = queries.record_of(person, request.staff.hub, request.at)
    may_change = policy.may_change(request.staff, person)
    context = {"person": person, "held": held, "today": localdate(request.at), "may_change": bool(may_change)}
    context["panels"] = panels.shown(request.staff, person, request.at)
    return render(request, "people/page.html", context)


@require_http_methods(["GET", "POST"])
def correct(request: StaffRequest, person_id: uuid.UUID) -> HttpResponse:
    """Put right what a person's record says."""
    person = _to_change(request, person_id)
    form = forms.Correct(request.POST or None, person=person, today=localdate(request.at))
    if form.is_valid():
        actions.correct_person(person=person, by=request.staff, at=request.at, **form.cleaned_data)
        return _back(request, person, "Record corrected")
    return render(request, "people/correct.html", {"person": person, "form": form})


@require_http_methods(["GET", "POST"])
def add(request: StaffRequest, person_id: uuid.UUID) -> HttpResponse:
    """Add a name, a home, a telephone or a number to a person's record."""
    person = _to_change(request, person_id)
    form = forms.Add(request.POST or None, today=localdate(request.at))
    if form.is_valid():
        _add(request, person, form)
        return _back(request, person, "Added to the record")
    return render(request, "people/add.html", {"person": person, "form": form})


def _add(request: StaffRequest, person: Person, form: forms.Add) -> None:
    said: dict[str, Any] = {"person": person, "by": request.staff, "at": request.at}
    typed = form.cleaned_data
    if typed["given"] or typed["family"]:
        actions.add_name(given=typed["given"], family=typed["family"], kind=typed["kind"], **said)
    if form.home:
        actions.add_address(home=form.home, **said)
    if typed["number"]:
        actions.add_phone(number=typed["number"], **said)
    if typed["value"]:
        actions.add_number(scheme=typed["scheme"], value=typed["value"], **said)


@require_http_methods(["GET", "POST"])
def alert(request: StaffRequest, person_id: uuid.UUID) -> HttpResponse:
    """Add an alert to a person's record."""
    person = _to_change(request, person_id)
    form = forms.Alert(request.POST or None, today=localdate(request.at))
    if form.is_valid():
        actions.add_alert(person=person, by=request.staff, at=request.at, **form.cleaned_data)
        return _back(request, person, "Alert added")
    return render(request, "people/alert.html", {"person": person, "form": form})


@require_http_methods(["GET", "POST"])
def court_order(request: StaffRequest, person_id: uuid.UUID) -> HttpResponse:
    """Add a court order to a person's record."""
    person = _to_change(request, person_id)
    form = forms.CourtOrder(request.POST or None, today=localdate(request.at))
    if form.is_valid():
        actions.add_court_order(person=person, by=request.staff, at=request.at, **form.cleaned_data)
        return _back(request, person, "Court order added")
    return render(request, "people/court_order.html", {"person": person, "form": form})


@require_http_methods(["GET", "POST"])
def relate(request: StaffRequest, person_id: uuid.UUID) -> HttpResponse:
    """Say how somebody else on record stands to this person; first they are looked for."""
    person = _to_change(request, person_id)
    form = forms.Relate(request.POST if request.method == "POST" else None, people=_others(request, person))
    if "other" in request.POST and form.is_valid():
        said = form.cleaned_data
        actions.relate_people(
            from_person=form.people[said["other"]],
            to_person=person,
            kind=said["kind"],
            parental_responsibility={"yes": True, "no": False}.get(said["responsibility"]),
            by=request.staff,
            at=request.at,
        )
        return _back(request, person, "Relationship added")
    if "save" not in request.POST:
        form.errors.clear()  # a search for the other person is no mistake
        if request.method == "POST" and not request.POST.get("q", "").strip():
            form.add_error("q", "Enter whom to find")
    return render(request, "people/relate.html", {"person": person, "form": form})


def _others(request: StaffRequest, person: Person) -> list[Person]:
    """Return whom the words in the box find, but for the person themselves."""
    words = request.POST.get("q", "").strip()
    if not words:
        return []
    found = _looked_for(request, words)
    return [one for one in found.people if one.pk != person.pk][:CHOICES_SHOWN]


def _seen(request: StaffRequest, person_id: uuid.UUID) -> Person:
    person = queries.find(request.staff, person_id)
    actions.note_seen(person=person, at=request.at)
    return person


def _to_change(request: StaffRequest, person_id: uuid.UUID) -> Person:
    person = _seen(request, person_id)
    require(policy.may_change(request.staff, person))
    return person


def _back(request: Any, person: Person, words: str) -> HttpResponse:
    messages.success(request, words)
    return redirect("people:page", person.pk)
