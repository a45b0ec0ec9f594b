"""Pages that settle who is in a contact, and what came twice under one reference."""

import uuid

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mash.common.verdict import require
from mash.contact import actions, comparing, forms, policy, queries
from mash.contact.models import ContactPerson
from mash.ledger.actions import record
from mash.partnership.http import StaffRequest

DISPUTED_SHOWN = 50


@require_GET
def settle(request: StaffRequest, contact_id: uuid.UUID) -> HttpResponse:
    """Show who is in a contact, and who each was settled to be."""
    contact = queries.find(request.staff, contact_id)
    record("contact.seen", about=contact, at=request.at, hub_id=contact.hub_id, detail={"page": "settle"})
    shown = {"contact": contact, "people": queries.people_of(contact), "today": request.at.date()}
    return render(request, "contact/settle.html", shown)


@require_http_methods(["GET", "POST"])
def settle_person(request: StaffRequest, contact_person_id: uuid.UUID) -> HttpResponse:
    """Say who somebody in a contact is, beside up to five people on record; or take that back."""
    who = queries.find_person(request.staff, contact_person_id)
    require(policy.may_settle(request.staff, who.contact))
    form = forms.Settle(request.POST or None)
    if form.is_valid():
        try:
            actions.settle(contact_person=who, by=request.staff, at=request.at, **form.cleaned_data)
        except actions.SearchFirst:
            form.add_error(
                None, "Somebody has come on record since this page was opened. Look again, then choose."
            )
        except actions.AlreadySettled:
            form.add_error(None, "Somebody else has said who this is. Their word is shown below.")
        else:
            return redirect("contact:settle", who.contact_id)
    return _compare(request, who, form)


def _compare(request: StaffRequest, who: ContactPerson, form: forms.Settle) -> HttpResponse:
    record(
        "contact.seen", about=who.contact, at=request.at, hub_id=who.hub_id, detail={"page": "settle_person"}
    )
    looked = actions.look_for(contact_person=who, by=request.staff, at=request.at)
    incoming = queries.details_of(who)
    shown = {
        "who": who,
        "contact": who.contact,
        "word": queries.settlement_of(who),
        "past": queries.past_settlements(who),
        "form": form,
        "token": looked.token,
        "columns": comparing.columns(looked.candidates),
        "rows": comparing.rows(incoming, looked.candidates),
    }
    return render(request, "contact/settle_person.html", shown)


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
