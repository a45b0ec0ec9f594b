"""What the worklist asks of the database on every page: what is open, and what waits for this worker."""

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    Count,
    DateField,
    OuterRef,
    QuerySet,
    SmallIntegerField,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce

from mash.common.prepared import SEVERAL_KEYS
from mash.contact import policy as contacts
from mash.contact.models import Contact
from mash.decision import line
from mash.decision.queries import grounds_waiting_for, ratings_waiting_for, waiting_for
from mash.desk.models import ClockAlert, Moved
from mash.desk.queries.filters import is_so
from mash.desk.saved_views.queries import as_rows
from mash.partnership.asking import asked_by_a_worker
from mash.partnership.models import Restriction, Staff
from mash.triage import order, repeating
from mash.triage.looking_again import is_to_look_at_again
from mash.triage.models import Owner

FOR_ME = ("decisions", "grounds", "ratings", "repeats", "alerts", "given", "restricted", "views")


def open_line(staff: Staff, today: Any) -> QuerySet[Any]:
    """Return every contact that this worker may see and nobody has decided, marked with its stage on a day."""
    return line.with_stage(order.still_open(Contact.objects.filter(contacts.readable_by(staff))), today)


@asked_by_a_worker(today=DateField(), immediate_danger=SmallIntegerField(), unrated=SmallIntegerField())
def open_contacts(staff: Staff, today: Any, **unrated: Any) -> QuerySet[Any]:
    """Return what is open in the order of work, as the list is counted, narrowed and paged by.

    unrated: the places of unrated work in that order.
    """
    newest = Owner.objects.filter(contact=OuterRef("pk")).order_by("-at", "-pk")
    marked = order.in_order(open_line(staff, today), unrated).annotate(
        owner=Subquery(newest.values("staff")[:1]),
        answers=is_so(line.answers_are_back()),
        again=is_so(is_to_look_at_again(today)),
    )
    columns = ("subject", "received_at", "standing__colour", "standing__due_at")
    found: QuerySet[Any] = marked.values_list("pk", "stage", *columns, "owner", "answers", "again")
    return found


@asked_by_a_worker(still_open=SEVERAL_KEYS, sent=SEVERAL_KEYS)
def for_me(staff: Staff, still_open: Any, sent: Any) -> QuerySet[Any]:
    """Return how much waits for this worker, is restricted, and which views they see, in the order of `FOR_ME`.

    still_open: the open contacts that this worker may see.  sent: those of them that triage has sent on.
    """
    counted = {
        "decisions": waiting_for(staff),
        "grounds": grounds_waiting_for(staff, still_open),
        "ratings": ratings_waiting_for(staff, sent),
        "repeats": repeating.waiting_for(staff, still_open),
        "alerts": ClockAlert.objects.filter(to=staff.pk, seen_at=None),
        "given": Moved.objects.filter(to=staff.pk, accepted_at=None),
        "restricted": Restriction.objects.filter(contact_id__in=still_open, until_at=None),
    }
    asked = Staff.objects.filter(pk=staff.pk).annotate(
        **{name: _how_many(found) for name, found in counted.items()}, views=ArraySubquery(as_rows(staff))
    )
    return asked.values_list(*FOR_ME)


def _how_many(found: QuerySet[Any]) -> Coalesce:
    one = found.order_by().annotate(one=Value(1)).values("one")
    return Coalesce(Subquery(one.annotate(how_many=Count("pk")).values("how_many")), Value(0))
