"""The change log: a line of it and the ledger's line stand in the transaction of the change itself."""

from collections.abc import Sequence
from datetime import datetime

from mash.ledger.actions import record
from mash.partnership.models import Hub, Staff
from mash.setup.differences import Difference
from mash.setup.models import Change, Part


def note(
    part: Part,
    what: str,
    *,
    hub: Hub,
    by: Staff | None,
    at: datetime,
    why: str = "",
    differences: Sequence[Difference] = (),
) -> Change:
    """Write what was changed, by whom, when and why, with the difference.

    by: None for a program.

    Source: docs/rules.md, "Setting up a hub".
    """
    line = Change(
        hub=hub,
        part=part,
        what=what[:240],
        why=why,
        differences=[list(one) for one in differences],
        by=by,
        at=at,
    )
    Change.objects.bulk_create([line])
    places = [place for place, _, _ in differences]
    record(
        "setup.changed", about=line, at=at, hub_id=hub.pk, why=why, detail={"part": part, "places": places}
    )
    return line
