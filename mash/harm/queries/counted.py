"""Which hubs are counted, and how old the count is."""

from django.db.models import QuerySet

from mash.harm.models import Counting
from mash.partnership.models import Hub, Staff


def hubs() -> QuerySet[Hub]:
    """Return the hubs whose contacts are counted."""
    return Hub.objects.order_by("name", "pk")


def newest_counting(staff: Staff) -> Counting | None:
    """Return the newest count of this worker's hub; None before the first."""
    return Counting.objects.filter(hub=staff.hub_id).order_by("-at", "pk").first()
