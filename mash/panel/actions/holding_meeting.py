"""One transaction at a time changes what belongs to one meeting, or what waits for one panel."""

from django.core.exceptions import PermissionDenied
from django.db import connection

from mash.common.verdict import require
from mash.panel import policy
from mash.panel.actions.refusals import ChangedMeanwhile, NotWhole
from mash.panel.models import Item, Meeting, Panel
from mash.partnership.models import Staff


def hold_meeting(meeting: Meeting, by: Staff) -> Meeting:
    """Wait for whoever changes a meeting, until this transaction ends; return it as it stands now.

    Raises PermissionDenied for whoever does not keep its panel, and once its minutes are written.
    """
    rows = Meeting.objects.select_related("panel__hub", "hub")
    now = rows.select_for_update(of=("self",)).filter(pk=meeting.pk).first()
    if now is None:  # the database locks no row that this worker may not change
        seen = rows.filter(pk=meeting.pk).first()
        require(policy.may_change(by, seen) if seen else policy.NOT_HERE)
        raise PermissionDenied(policy.NOT_HERE.refusal)
    require(policy.may_change(by, now))
    return now


def hold_panel(panel: Panel) -> None:
    """Wait for whoever changes a panel's list, seats or calendar, until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"panel:{panel.pk}"])


def in_meeting(item: Item, by: Staff) -> tuple[Item, Meeting]:
    """Return an item of a family and its meeting, held.  Raises PermissionDenied; NotWhole where it is on no agenda."""
    require(policy.may_hear(by, item))
    if item.meeting is None or not item.of_a_family:
        raise NotWhole("It is on no agenda.")
    now = hold_meeting(item.meeting, by)
    if not Item.objects.filter(pk=item.pk, meeting=now).exists():
        raise ChangedMeanwhile("It was taken off the agenda meanwhile.")
    return item, now
