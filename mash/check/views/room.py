"""The page of the sealed room of one contact, for the cleared alone; to anybody else it does not exist."""

import uuid

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from mash.check.queries import room as queries
from mash.check.queries.releases import show
from mash.ledger.actions import record
from mash.partnership.http import StaffRequest
from mash.sealed.forms import WhyOpen
from mash.sealed.policy import may_begin
from mash.sealed.queries import releases_of


@require_http_methods(["GET", "POST"])
def held(request: StaffRequest, contact_id: uuid.UUID) -> HttpResponse:
    """Ask why, keep the answer in the record, and show what is held.  Each opening asks afresh.

    Source: docs/rules.md, "The sealed room", "Evidence".
    """
    contact = queries.find_room(request.staff, contact_id)
    form = WhyOpen(request.POST or None)
    if not form.is_valid():
        record("contact.seen", about=contact, at=request.at, hub_id=contact.hub_id, detail={"page": "room"})
        return render(request, "check/held.html", {"contact": contact, "form": form})
    why = form.cleaned_data["why"]
    record("room.opened", about=contact, at=request.at, hub_id=contact.hub_id, why=why)
    found = queries.in_the_room(request.staff, contact, request.at)
    page = {
        "contact": contact,
        "form": None,
        "found": found,
        "why": why,
        "may_release": may_begin(request.staff),
        "releases": show(request.staff, releases_of(request.staff, contact.pk, request.at), request.at),
    }
    return render(request, "check/held.html", page)
