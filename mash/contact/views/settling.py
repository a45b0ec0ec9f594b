"""Pages that settle who is in a contact, and what came twice under one reference."""

import uuid

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mash.common.verdict import require
from mash.contact import actions, comparing, forms, policy, queries
from mash.contact.beside import set_beside
from mash.contact.models import ContactPerson
from mash.ledger.actions import record
from mash.partnership.http import StaffRequest

DISPUTED_SHOWN = 50


@require_GET
def settle(request: StaffRequest, contact_id: uuid.UUID) -> HttpResponse:
    """Show who is in a contact, and who each was settled to be."""
    contact = queries.find(request.staff, contact_id)
    record("contact.seen", about=contact, at=request.at, hub_id=contact.hub_id, detail={"page": "settle"})
    shown = {"contact": contact, "people": queries.people_of(contact), "today": localdate(request.at)}
    return render(request, "contact/settle.html", shown)


@require_http_methods(["GET", "POST"])
def settle_person(request: StaffRequest, contact_person_id: uuid.UUID) -> HttpResponse:
    """Say who somebody in a contact is, beside up to five people on record; or take that back."""
    who = queries.find_person(request.staff, contact_person_id)
    require(policy.may_settle(request.staff, who.contact))
    form = forms.Settle(request.POST or None)
    if form.is_valid() and _said(request, who, form):
        if form.cleaned_data["answer"]:
            return redirect("contact:settle", who.contact_id)
        return redirect("contact:settle_person", who.pk)
    return _compare(request, who, form)


def _said(request: StaffRequest, who: ContactPerson, form: forms.Settle) -> bool:
    """Record both what they are not and who they are, as far as each was said: all or nothing."""
    said = dict(form.cleaned_data)
    apart, by, at = said.pop("not_same"), request.staff, request.at
    search, why = said["search"], said["why"]
    try:
        with transaction.atomic():
            if apart:
                actions.say_not_the_same(
                    contact_person=who, people_ids=apart, search=search, why=why, by=by, at=at
                )
            if said["answer"]:
                actions.settle(contact_person=who, by=by, at=at, **said)
    except actions.SaidNotTheSame as refusal:
        form.add_error("choice", refusal.words)
    except actions.NotSettled as refusal:
        form.add_error(None, refusal.words)
    else:
        return True
    return False


def _compare(request: StaffRequest, who: ContactPerson, form: forms.Settle) -> HttpResponse:
    record(
        "contact.seen", about=who.contact, at=request.at, hub_id=who.hub_id, detail={"page": "settle_person"}
    )
    looked = actions.look_for(contact_person=who, by=request.staff, at=request.at)
    shown = {
        "who": who,
        "contact": who.contact,
        "word": queries.settlement_of(who),
        "past": queries.past_settlements(who),
        "form": form,
        "beside": set_beside(who.contact, [looked])[0],
    }
    return render(request, "contact/settle_person.html", shown)


@require_POST
def undo_not_same(request: StaffRequest, contact_person_id: uuid.UUID) -> HttpResponse:
    """Take back that somebody in a contact is not a person on record."""
    who = queries.find_person(request.staff, contact_person_id)
    form = forms.UndoNotSame(request.POST)
    if form.is_valid():
        said = queries.not_same_as(who).filter(pk=form.cleaned_data["said"]).first()
        if said:
            actions.undo_not_the_same(said=said, by=request.staff, at=request.at)
    return redirect("contact:settle_person", who.pk)


@require_POST
def undo(request: StaffRequest, contact_person_id: uuid.UUID) -> HttpResponse:
    """Take back the word on who somebody in a contact is."""
    who = queries.find_person(request.staff, contact_person_id)
    form = forms.Undo(request.POST)
    word = queries.settlement_of(who)
    if form.is_valid() and word and word.pk == form.cleaned_data["settlement"]:
        actions.undo(settlement=word, by=request.staff, at=request.at)
    return redirect("contact:settle_person", who.pk)


@require_GET
def disputed(request: StaffRequest) -> HttpResponse:
    """Show what came under a reference we hold with other content, and where it differs."""
    require(policy.may_see_disputed(request.staff))
    found = queries.disputed(request.staff)[:DISPUTED_SHOWN]
    shown = [{"row": one, "changes": comparing.changes(one.contact.message, one.message)} for one in found]
    for one in found:
        record(
            "contact.seen", about=one.contact, at=request.at, hub_id=one.hub_id, detail={"page": "disputed"}
        )
    return render(request, "contact/disputed.html", {"disputed": shown})
