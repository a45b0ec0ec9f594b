"""A soft lock lasts while its holder works: each page of the contact they open, and each word kept, renews it."""

import uuid
from collections.abc import Callable
from typing import cast

import structlog
from django.db import DatabaseError, transaction
from django.http import HttpRequest, HttpResponse

from mash.common.identity import Identity, Kind, acting_as
from mash.drafts.tokens import NotOurs, place_of
from mash.partnership.http import StaffRequest
from mash.triage.actions import go_on

AUTOSAVE = "drafts:save"
log = structlog.stdlib.get_logger(__name__)
Answer = Callable[[HttpRequest], HttpResponse]


def renews_holds(get_response: Answer) -> Answer:
    """Renew a worker's own hold after a page of that contact was shown to them, or what they typed there was kept.

    Like the session's idle time it is noted around the page, never within the transaction of a reading.

    Source: docs/rules.md, "Order of work".
    """

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        about = _contact_of(request) if response.status_code < 400 else None
        post = request.session.get("post") if about else None
        if about and post:
            try:
                with acting_as(Identity(Kind.STAFF, post)), transaction.atomic():
                    asked = cast(StaffRequest, request)
                    go_on(contact_id=about, by=asked.staff, at=asked.at)
            except DatabaseError:
                log.exception("a soft lock was not renewed")
        return response

    return answer


def _contact_of(request: HttpRequest) -> uuid.UUID | None:
    """Return the contact that somebody at the desk worked on with this request."""
    staff, match = getattr(request, "staff", None), request.resolver_match
    if staff is None or match is None or not staff.works_at_the_desk:
        return None
    if match.view_name != AUTOSAVE:
        return match.kwargs.get("contact_id")
    try:
        place = place_of(request.POST.get("kept_for", ""))
    except NotOurs:
        return None
    return place.about if place.page.about == "contact_id" else None
