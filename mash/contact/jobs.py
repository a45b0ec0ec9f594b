"""What follows from a worker's word and is done by a program: not every worker sees every contact of the hub."""

import uuid

from django.utils import timezone

from mash.common.jobs import job
from mash.contact import actions
from mash.people.models import Joining


@job
def keep_out_everywhere(*, joining_id: str) -> None:
    """Close every contact about joined records to whoever is kept from one of them."""
    joining = Joining.objects.select_related("by").filter(pk=uuid.UUID(joining_id), undone_at=None).first()
    if joining:  # or it was taken back before this was done
        actions.who_may_see_it_now(joining=joining, at=timezone.now())
