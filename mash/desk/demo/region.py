"""Two made-up hubs that let each other's registers be compared; the product's own run says who may be known to both."""

from datetime import timedelta

from mash.common.identity import as_service
from mash.desk.demo.setting_up import as_worker
from mash.desk.demo.story import Stage
from mash.region import actions
from mash.region.models import Basis

MANAGER, AGO, FOR = "manager", timedelta(days=6), timedelta(days=300)
AGREEMENT = (
    "Sharing between Northfield and Eastmere, signed 2 March 2026; assessment (DPIA) 14 of February 2026"
)
PURPOSE = "So that a child who moves over the canal is known where they live now, and both hubs speak with each other."


def compare(one: Stage, other: Stage) -> None:
    """Have both managers let it, and compare the registers as each night."""
    for here, there in ((one, other), (other, one)):
        by, began = here.posts[MANAGER], here.now - AGO
        with as_worker(by):
            actions.grant(
                follows=0,
                others=[there.hub],
                basis=Basis.TASK,
                agreement=AGREEMENT,
                purpose=PURPOSE,
                from_at=began,
                until_at=began + FOR,
                by=by,
                at=began,
            )
    with as_service("region"):
        actions.look_over(at=one.now)
