"""A file that came with a contact, to be kept and opened on the worker's own machine; never shown in a page."""

import secrets
import uuid

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_GET

from mash.contact import actions
from mash.contact import file_queries as queries
from mash.contact.attachments import ending_of, plain_media_type
from mash.partnership.http import StaffRequest

HEADERS = {
    "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Download-Options": "noopen",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Accept-Ranges": "none",
}


@require_GET
def open_file(request: StaffRequest, file_id: uuid.UUID) -> HttpResponse:
    """Give out a clean file, whole, once it is written that it was opened; any other answers as if it were not there.

    Source: docs/rules.md, "Files".
    """
    file = queries.find_clean_file(request.staff, file_id)
    try:
        body = actions.open_file(file=file, by=request.staff, at=request.at)
    except actions.NotOpened:
        raise Http404 from None
    kind = plain_media_type(file.media_type)
    answer = HttpResponse(body, content_type=kind, headers=HEADERS)
    name = f"file-{secrets.token_hex(6)}{ending_of(kind)}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
