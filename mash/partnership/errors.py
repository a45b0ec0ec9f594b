"""What goes wrong leaves a note on the request.  The transaction is about to be undone, so no database here."""

import sys
from typing import cast

from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse

from mash.partnership.http import PersonRequest, Refusal


def _leave(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    cast(PersonRequest, request).refusal = refusal
    return HttpResponse(status=refusal.status)


def refused(request: HttpRequest, exception: PermissionDenied) -> HttpResponse:
    """Somebody may not do this; the reason goes to the page and the ledger."""
    return _leave(request, Refusal(403, "page.refused", "You cannot do this", str(exception)))


def absent(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """Nothing is there, or nothing this worker may know of: the same answer."""
    return _leave(
        request, Refusal(404, "page.absent", "Page not found", "Check the address or the reference.")
    )


def unreadable(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """The request makes no sense."""
    return _leave(request, Refusal(400, "page.unreadable", "We could not read that request"))


def broken(request: HttpRequest) -> HttpResponse:
    """Something crashed: everything was undone.

    Where the database went away, or made somebody wait too long, it is no crash: the same may be sent again in a
    moment, and the empty 503 says so.
    """
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return HttpResponse(status=503)
    why = "Nothing was saved. Try again; if it goes on, tell whoever runs this system what you were doing."
    return _leave(request, Refusal(500, "page.failed", "Something went wrong", why))


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """The form was not ours, or its cookie is gone."""
    why = "The form was open too long, or cookies are off. Go back, reload the page and send it again."
    return _leave(request, Refusal(403, "page.forged", "We could not accept that form", why))
