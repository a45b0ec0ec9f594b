"""A page for whoever watches over the server."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET


@login_not_required
@require_GET
def health(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Answer "well" when web and database answer.  The transaction around this view has reached the database."""
    return HttpResponse("well", content_type="text/plain; charset=utf-8")
