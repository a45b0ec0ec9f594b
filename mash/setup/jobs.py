"""What follows from a change of set-up and is done by a program: whoever sets up a hub sees nothing of its cases."""

import uuid

from django.utils import timezone

from mash.common.jobs import job
from mash.setup.actions.clocks import recount
from mash.setup.queries.hubs import hub_for_a_program


@job
def recount_clocks(*, hub_id: str) -> None:
    """Work out afresh when open contacts are due: hours, closures or limits have changed."""
    recount(hub=hub_for_a_program(uuid.UUID(hub_id)), at=timezone.now())
