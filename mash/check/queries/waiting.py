"""What waits in every hub, for the services that look across them, and what waiting means."""

from django.db.models import QuerySet

from mash.check.models import Check, Enquiry


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
