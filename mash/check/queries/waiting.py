"""What waits in every hub, for the services that look across them, and what waiting means."""

from datetime import datetime, time, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from mash.check.models import Check, Enquiry
from mash.common.clock import LONDON
from mash.triage.confirming import unconfirmed
from mash.triage.models import Rating


def end_of_day(at: datetime) -> datetime:
    """Return midnight at the end of a moment's day, on England's clock."""
    following = at.astimezone(LONDON).date() + timedelta(days=1)
    return datetime.combine(following, time(0), LONDON)


def waited_for() -> QuerySet[Enquiry]:
    """Return the enquiries whose agency has not answered in full and is waited for: not taken back, not let go."""
    return Enquiry.objects.filter(withdrawn_at=None, let_go_at=None).exclude(returns__part=False)


def enquiries_waiting() -> QuerySet[Enquiry]:
    """Return the enquiries that nobody has answered in full, of checks that still run, the first due first."""
    return waited_for().filter(check_asked__closed_at=None).order_by("due_at", "pk")


def checks_to_approve() -> QuerySet[Check]:
    """Return the red checks that opened on a ground no manager has said yes or no to."""
    open_on_a_ground = Check.objects.filter(approval_due_at__isnull=False, approved_at=None)
    return open_on_a_ground.filter(gate_ground__approved_at=None, gate_ground__refused_at=None).order_by(
        "approval_due_at", "pk"
    )


def checks_to_confirm() -> QuerySet[Check]:
    """Return the checks that run and asked agencies on a rating that no manager has confirmed yet."""
    asked = Enquiry.objects.filter(check_asked__contact=OuterRef("contact"), sent_at__gte=OuterRef("at"))
    waits = unconfirmed().filter(Exists(asked), contact=OuterRef("contact"))
    return Check.objects.filter(Exists(waits), closed_at=None).order_by("opened_at", "pk")


def asked_on(rating: Rating) -> datetime | None:
    """Return when agencies were first asked on a rating; None while they were not."""
    sent = Enquiry.objects.filter(check_asked__contact=rating.contact_id, sent_at__gte=rating.at)
    return sent.order_by("sent_at").values_list("sent_at", flat=True).first()


def confirmation_due(asked_at: datetime) -> datetime:
    """Return by when a rating is confirmed on which agencies were asked first: the same day, as a red check's ground.

    Source: docs/rules.md, "The rating is confirmed".
    """
    return end_of_day(asked_at)
