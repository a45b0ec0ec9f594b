"""Questions that a worker asks on page after page, written once for all who have the same duties."""

from collections.abc import Callable
from typing import Any

from django.db.models import Field, QuerySet, UUIDField
from django.http import Http404

from mash.common.prepared import Fields, Prepared, Question
from mash.partnership.models import Staff

KEYS = ("id", "account_id", "hub_id", "agency_id")


class AskedByAWorker:
    """A question whose words depend on nothing of a worker but the duties.

    make: told the worker and, by name, the values it asks with; returns the question.
    values: of which kind each value is.
    """

    def __init__(self, make: Question, values: Fields) -> None:
        self._make = make
        self._prepared = Prepared(self._for_anybody, {**dict.fromkeys(KEYS, UUIDField()), **values})

    def rows(self, staff: Staff, **given: Any) -> list[Any]:
        """Ask in the name of a worker, and return what was found.

        What a post sees that works nights alone hangs on the hub's content, so for that one it is written each time.
        """
        if staff.works_nights:
            return list(self._make(staff, **given))
        keys = {name: getattr(staff, name) for name in KEYS}
        return self._prepared.rows(tuple(staff.duties), **keys, **given)

    def find(self, staff: Staff, **given: Any) -> Any:
        """Ask for one thing by its key.  Raises Http404, never 403, where this worker may not see it or it is not."""
        for found in self.rows(staff, **given):
            return found
        raise Http404

    def _for_anybody(self, duties: tuple[str, ...], **slots: Any) -> "QuerySet[Any, Any]":
        """Make it for a post of which nothing but its duties is known; to read more of it is refused."""
        keys = [slots.pop(name) for name in KEYS]
        return self._make(Staff.from_db("default", [*KEYS, "duties"], [*keys, list(duties)]), **slots)


def asked_by_a_worker(**values: "Field[Any, Any]") -> Callable[[Question], AskedByAWorker]:
    """Write a question once for all who have the same duties: it is told such a post, and slots for these values."""
    return lambda make: AskedByAWorker(make, values)
