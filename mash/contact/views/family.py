"""The family of a case as a picture, with the tables that say the same."""

import uuid

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from mash.contact import queries
from mash.contact.family import family_of
from mash.ledger.actions import record
from mash.partnership.http import StaffRequest
from mash.people import policy as people


@require_GET
def family(request: StaffRequest, contact_id: uuid.UUID) -> HttpResponse:
    """Show who belongs to the people of a case, how they stand to each other, and where they live and lived."""
    contact = queries.find(request.staff, contact_id)
    found = family_of(request.staff, contact, request.at)
    detail = {"people": [str(one) for one in found.seen]}
    record("family.seen", about=contact, at=request.at, hub_id=contact.hub_id, detail=detail)
    may_record = bool(people.may_record(request.staff, contact.hub_id))
    return render(
        request, "contact/family.html", {"contact": contact, "family": found, "may_record": may_record}
    )
