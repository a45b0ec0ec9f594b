"""How long things may take in a hub, and working out afresh when open work is due."""

from datetime import date, datetime

from django.db import transaction

from mash.common.clock import LONDON, Target
from mash.common.jobs import order_from
from mash.common.verdict import require
from mash.partnership.models import Hub, Staff
from mash.setup import policy
from mash.setup.actions.log import note
from mash.setup.models import Part
from mash.triage import actions as triage
from mash.triage import queries as triaged
from mash.triage.limits import Wanted, in_words, refuse_if_longer

RECOUNT = "mash.setup.jobs.recount_clocks"


class FromToday(Exception):
    """A clock is changed from today on or later: what was due in the past stays as it was."""


def order_a_recount(hub: Hub) -> None:
    """Have every open clock of a hub worked out afresh, once this transaction is through."""
    order_from("reminders", RECOUNT, hub_id=str(hub.pk))


@transaction.atomic
def recount(*, hub: Hub, at: datetime) -> int:
    """Work out afresh when the open contacts of a hub are due, and log how many moved.  Acts as a service.

    Source: docs/rules.md, "Clocks".
    """
    moved = triage.recount(hub, at=at)
    said = "No open contact" if not moved else "1 open contact" if moved == 1 else f"{moved} open contacts"
    note(Part.CLOCKS, f"Clocks worked out afresh: {said} due at another time", hub=hub, by=None, at=at)
    return moved


def refuse_clock(hub: Hub, wanted: Wanted, from_on: date, at: datetime) -> Target | None:
    """Return the limit that a new one would take the place of.

    Raises FromToday for a day that is past, and Loosened where law or national guidance sets the limit.
    """
    if from_on < at.astimezone(LONDON).date():
        raise FromToday
    refuse_if_longer(wanted, triaged.hub_time(hub, from_on).week, at)
    return triaged.target_on(hub, wanted.stage, wanted.rating, wanted.subject, from_on)


@transaction.atomic
def set_clock(*, hub: Hub, wanted: Wanted, from_on: date, why: str, by: Staff, at: datetime) -> None:
    """Change how long a stage may take, from a day on.

    Raises FromToday for a day that is past, and Loosened where law or national guidance sets the limit.

    Source: docs/rules.md, "Clocks", "Statutory clocks".
    """
    require(policy.may_set_up_hub(by, hub))
    hub = Hub.objects.select_for_update().get(pk=hub.pk)
    before = refuse_clock(hub, wanted, from_on, at)
    if before == wanted.limit:
        return
    triage.set_target(hub=hub, wanted=wanted, from_on=from_on, source=why, at=at)
    difference = (
        wanted.label,
        in_words(before),
        f"{in_words(wanted.limit)} from {from_on.day} {from_on:%B %Y}",
    )
    note(Part.CLOCKS, wanted.label, hub=hub, by=by, at=at, why=why, differences=[difference])
    order_a_recount(hub)
