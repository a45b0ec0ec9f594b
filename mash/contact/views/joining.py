"""Pages on which a worker says that two records are one person, or are not, and takes it back."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mash.common.verdict import require
from mash.contact import actions, comparing, joining_forms
from mash.contact.joined import hanging_on
from mash.ledger.actions import record
from mash.partnership.http import StaffRequest
from mash.people import actions as people_actions
from mash.people import joined, policy
from mash.people import queries as people
from mash.people.held import known
from mash.people.models import Person
from mash.people.weighing import weights_of

SHOWN = 20
A_PAGE = 25


@require_GET
def suspected(request: StaffRequest) -> HttpResponse:
    """The pairs of records that may be one person, found by night; each waits for a worker's word."""
    require(policy.may_judge_records(request.staff))
    pages = Paginator(joined.suspected(request.staff), A_PAGE)
    page = pages.get_page(request.GET.get("page"))
    shown = {str(key) for pair in page for key in (pair.first_id, pair.second_id)}
    hub_id, detail = request.staff.hub_id, {"people": sorted(shown)}
    record("people.suspected_seen", about="people", at=request.at, hub_id=hub_id, detail=detail)
    context = {"page": page, "looked": joined.looked_over(hub_id), "today": localdate(request.at)}
    return render(request, "contact/suspected.html", context)


@require_http_methods(["GET", "POST"])
def find(request: StaffRequest, person_id: uuid.UUID) -> HttpResponse:
    """Look for another record of a person; those most like it are shown without asking."""
    person = _seen(request, person_id)
    require(policy.may_join(request.staff, person, person))
    form = joining_forms.FindSame(request.POST or None)
    if form.is_valid():
        found = people.search(request.staff, form.cleaned_data["q"])
        terms, several = set(found.asked.terms), found.people
    else:
        terms, several = people.alike(request.staff, person)
    here = joined.as_one([person.pk])
    shown = [one for one in several if one.pk not in here][:SHOWN]
    people_actions.note_search(
        terms=terms, found=[one.pk for one in shown], by=request.staff, at=request.at, why="another record"
    )
    apart = {one.pk for said in joined.apart_from(person) for one in (said.first, said.second)}
    context = {"person": person, "form": form, "found": shown, "apart": apart, "today": localdate(request.at)}
    return render(request, "contact/find_same.html", context)


@require_http_methods(["GET", "POST"])
def compare(request: StaffRequest, person_id: uuid.UUID, other_id: uuid.UUID) -> HttpResponse:
    """Set two records beside each other, and say what they are to each other."""
    if person_id == other_id:
        raise Http404
    this, other = _seen(request, person_id), _seen(request, other_id)
    require(policy.may_join(request.staff, this, other))
    form = joining_forms.TwoRecords(request.POST or None, this=this, other=other)
    if form.is_valid():
        try:
            return _said(request, this, other, **form.cleaned_data)
        except people_actions.NotJoined as refused:
            form.add_error(None, refused.words)
    held = known([this.pk, other.pk])
    weights = weights_of(this.hub_id)
    candidate = comparing.one_candidate(held[this.pk], other.pk, held[other.pk], weights)
    context = {
        "this": this,
        "other": other,
        "form": form,
        "columns": comparing.columns([candidate]),
        "rows": comparing.rows(held[this.pk], [candidate]),
        "hanging": [(one, hanging_on(request.staff, one, request.at)) for one in (this, other)],
        "apart": joined.said_apart(joined.as_one([this.pk]), joined.as_one([other.pk])),
    }
    return render(request, "contact/compare_records.html", context)


def _said(request: StaffRequest, this: Person, other: Person, *, answer: str, why: str) -> HttpResponse:
    said: dict[str, Any] = {"why": why, "by": request.staff, "at": request.at}
    if answer == joining_forms.APART:
        people_actions.tell_apart(one=this, other=other, **said)
        messages.success(request, "Remembered: they are not the same person")
        return redirect("people:page", this.pk)
    person, into = (other, this) if answer == joining_forms.SAME_INTO_THIS else (this, other)
    joining = actions.join_records(person=person, into=into, **said)
    messages.success(request, "The two records count as one person. It can be taken back")
    return redirect("people:page", joining.into.merged_into_id or joining.into_id)


@require_http_methods(["GET", "POST"])
def separate(request: StaffRequest, joining_id: uuid.UUID) -> HttpResponse:
    """Take back that two records are one person."""
    joining = joined.find_joining(request.staff, joining_id)
    require(policy.may_join(request.staff, joining.person, joining.into))
    form = joining_forms.Separate(request.POST or None)
    if form.is_valid():
        try:
            people_actions.separate(joining=joining, by=request.staff, at=request.at, **form.cleaned_data)
        except people_actions.TakenBack as refused:
            messages.info(request, refused.words)
        else:
            messages.success(request, "Each record counts by itself again")
        return redirect("people:page", joining.person_id)
    record("person.seen", about=joining.person, at=request.at, hub_id=joining.hub_id)
    return render(request, "contact/separate_records.html", {"joining": joining, "form": form})


@require_POST
def undo_apart(request: StaffRequest, apart_id: uuid.UUID) -> HttpResponse:
    """Take back that two records are not the same person."""
    said = joined.find_apart(request.staff, apart_id)
    people_actions.take_back_apart(said=said, by=request.staff, at=request.at)
    messages.success(request, "Taken back: nobody says any more that they are not the same person")
    return redirect("people:page", said.first_id)


def _seen(request: StaffRequest, person_id: uuid.UUID) -> Person:
    person = people.find(request.staff, person_id)
    people_actions.note_seen(person=person, at=request.at)
    return person
