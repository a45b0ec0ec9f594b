"""One transaction at a time decides from what stands under a request."""

from django.core.exceptions import PermissionDenied
from django.db import connection

from mash.subject_access.models import Request, Step
from mash.subject_access.queries.requests import Standing, again


def hold(request: Request) -> Standing:
    """Wait for whoever works on a request, until this transaction ends; return where it stands now.

    No row of it is ever changed, so none can be locked as rows are; this takes a lock on its key.

    Raises PermissionDenied where it is closed to whoever acts, as it may be since they opened the page.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"subject_access:{request.pk}"]
        )
    if not Request.objects.filter(pk=request.pk).exists():
        raise PermissionDenied("This is not one you can work on.")
    return again(request)


def next_step(standing: Standing) -> int:
    """Return the number of the step that follows."""
    return Step.objects.filter(request=standing.request).count() + 1
