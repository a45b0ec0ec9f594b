"""The page of one adult at risk: the three-part test, what they want, and their capacity."""

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from mash.drafts.owners import of_post
from mash.drafts.pages import PAGES
from mash.drafts.queries import draft_of
from mash.ledger.actions import record
from mash.partnership.http import StaffRequest
from mash.triage import actions, adults, policy, queries
from mash.triage.adult_forms import PARTS_OF_THE_PAGE
from mash.triage.models import AboutAdult, Capacity, ThreePartTest, Wishes

ACTS: dict[str, Callable[..., AboutAdult]] = {
    "test": actions.record_test,
    "wishes": actions.record_wishes,
    "capacity": actions.record_capacity,
}


@require_http_methods(["GET", "HEAD", "POST"])
def adult(request: StaffRequest, contact_id: uuid.UUID, contact_person_id: uuid.UUID) -> HttpResponse:
    """Show what is recorded of one adult at risk, and record one thing more."""
    contact = queries.find(request.staff, contact_id)
    person = adults.find_adult(contact, contact_person_id)
    person.contact = contact
    part = request.POST.get("part", "")
    if request.method == "POST" and part not in PARTS_OF_THE_PAGE:
        raise Http404
    forms = {
        name: form(request.POST if name == part else None, prefix=name, initial={"key": uuid.uuid4()})
        for name, form in PARTS_OF_THE_PAGE.items()
    }
    if part and forms[part].is_valid():
        ACTS[part](about=person, by=request.staff, at=request.at, **forms[part].cleaned_data)
        messages.success(request, f"Recorded for {person}.")
        return redirect("triage:adult", contact.pk, person.pk)
    record("contact.seen", about=contact, at=request.at, hub_id=contact.hub_id, detail={"page": "adult"})
    said = adults.history_of_adult(person)
    shown = {
        "contact": contact,
        "person": person,
        "record": adults.record_of(person, request.at),
        "tests": [one for one in said if isinstance(one, ThreePartTest)],
        "wishes": [one for one in said if isinstance(one, Wishes)],
        "capacities": [one for one in said if isinstance(one, Capacity)],
        "forms": forms,
        "begun": {
            part
            for part in forms
            if draft_of(of_post(request.staff), PAGES["triage:adult"].one(part), person.pk)
        },
        "may_work": bool(policy.may_work_on(request.staff, contact)),
        "now": request.at,
    }
    return render(request, "triage/adult.html", shown)
