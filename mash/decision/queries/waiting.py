"""What waits for this worker's word, and the hub's working time."""

from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils.timezone import localdate

from mash.check.models import Check, Enquiry
from mash.common.clock import WorkingWeek
from mash.contact import policy as contacts
from mash.contact.models import Contact
from mash.decision import policy
from mash.decision.models import Decision
from mash.partnership.models import Duty, Hub, Staff
from mash.triage import order
from mash.triage.confirming import unconfirmed
from mash.triage.gate import CHECK
from mash.triage.models import Ground, Rating, Route
from mash.triage.policy import MANAGERS, confirmable_by
from mash.triage.queries import hub_time


def waiting_for(staff: Staff) -> QuerySet[Decision]:
    """Return the decisions that wait for this worker's word as a second or a cleared person, oldest first.

    Source: docs/rules.md, "Second person", "No false all-clear".
    """
    if not staff.has(*policy.AGREES, Duty.CLEAR):
        return Decision.objects.none()
    mine = Q(pk__in=[])
    if staff.has(*policy.AGREES):
        mine |= Q(needs_second=True, second_by=None)
    if staff.has(Duty.CLEAR):
        mine |= Q(needs_clearance=True, cleared_by=None)
    return (
        Decision.objects.filter(policy.readable_by(staff), mine, made_at=None, turned_down_at=None)
        .exclude(by__account=staff.account_id)
        .select_related("contact", "by__account")
        .order_by("at", "pk")
    )


def grounds_waiting_for(staff: Staff, among: Any = None) -> QuerySet[Ground]:
    """Return the grounds that wait for this manager's approval, what a check already runs on first, then the oldest.

    A ground waits while its contact is open, or a check opened on it, and nothing else lets its person be asked
    about.  Each carries `due_at` and the key of its check, where a red one opened before its approval.

    among: the open contacts that this worker may see, where they have been read already.

    Source: docs/rules.md, "The gate".
    """
    if not staff.has(*MANAGERS):
        return Ground.objects.none()
    opened = Check.objects.filter(gate_ground=OuterRef("pk"), approval_due_at__isnull=False, approved_at=None)
    same = Ground.objects.filter(
        about=OuterRef("about"), contact=OuterRef("contact"), approved_at__isnull=False
    )
    readable = Contact.objects.filter(contacts.readable_by(staff))
    still_open = Q(contact__in=order.still_open(readable).values("pk") if among is None else among)
    found = Ground.objects.filter(contact__in=readable, approved_at=None, refused_at=None)
    found = found.filter(Q(Exists(opened)) | (still_open & ~Q(Exists(same))))
    return (
        found.exclude(by__account=staff.account_id)
        .annotate(
            due_at=Subquery(opened.values("approval_due_at")[:1]),
            opened_check=Subquery(opened.values("pk")[:1]),
        )
        .select_related("contact__standing", "about", "by__account")
        .order_by(F("due_at").asc(nulls_last=True), "at", "pk")
    )


def ratings_waiting_for(staff: Staff, among: Any = None) -> QuerySet[Any]:
    """Return the ratings that wait for this manager to confirm them: what agencies were asked on, then the most urgent.

    Of open contacts which triage sent to a check, or on which one opened.  Each carries `asked_at`, when agencies were
    first asked on it, where that did not wait.

    among: the open contacts that triage sent on, where they have been read already.

    Source: docs/rules.md, "The rating is confirmed".
    """
    if not staff.has(*MANAGERS):
        return Rating.objects.none()
    newest = Route.objects.filter(contact=OuterRef("contact")).order_by("-at", "-pk").values("route")[:1]
    opened = Check.objects.filter(contact=OuterRef("contact"))
    asked = Enquiry.objects.filter(check_asked__contact=OuterRef("contact"), sent_at__gte=OuterRef("at"))
    here = Contact.objects.filter(hub=staff.hub_id)
    still_open: Any = order.still_open(here).values("pk") if among is None else among
    found = unconfirmed().filter(confirmable_by(staff), contact__in=still_open)
    return (
        found.alias(sent_to=Subquery(newest))
        .filter(Q(sent_to=CHECK) | Q(Exists(opened)))
        .annotate(asked_at=Subquery(asked.order_by("sent_at").values("sent_at")[:1]))
        .order_by(F("asked_at").asc(nulls_last=True), "contact__standing__place", "at", "pk")
    )


def working_week(hub: Hub, at: datetime) -> WorkingWeek:
    """Return when a hub works, as it stands at a moment.  Source: docs/rules.md, "Clocks"."""
    return hub_time(hub, localdate(at)).week
