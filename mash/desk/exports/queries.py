"""Which lists were taken out, and what stands in one."""

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet
from django.http import QueryDict
from django.shortcuts import get_object_or_404

from mash.contact import policy as contacts
from mash.contact.models import Contact
from mash.desk import policy
from mash.desk.forms import Filters
from mash.desk.models import Export, ExportFile
from mash.desk.queries import Row, rows_of, whole_list
from mash.partnership.models import Staff


def exports(staff: Staff) -> QuerySet[Export]:
    """Return the lists that were asked for, newest first: one's own, and for whoever approves or manages the hub's."""
    found = Export.objects.filter(policy.exports_readable_by(staff)).select_related(
        "by__account", "word__by__account", "made"
    )
    there = ExportFile.objects.filter(export=OuterRef("pk"))
    return found.annotate(has_file=Exists(there)).order_by("-at", "pk")


def find(staff: Staff, export_id: uuid.UUID) -> Export:
    """Return a list that this worker may see was asked for.  Raises Http404, never 403, for any other."""
    return get_object_or_404(exports(staff), pk=export_id)


def listed(staff: Staff, query: str, at: datetime) -> list[tuple[uuid.UUID, str]]:
    """Return the contacts that some filters of the worklist take, for this worker: key and stage, in their order."""
    return [(one.key, one.stage) for one in whole_list(staff, Filters(QueryDict(query)).wanted, at)]


def rows(staff: Staff, found: Iterable[tuple[uuid.UUID, str]], at: datetime) -> list[Row]:
    """Return what stands in some rows of the worklist."""
    return rows_of(staff.hub, dict(found), at)


def sees_all(staff: Staff, keys: set[uuid.UUID]) -> bool:
    """Tell whether a worker may still read every one of some contacts."""
    return Contact.objects.filter(contacts.readable_by(staff), pk__in=keys).count() == len(keys)
