"""Saying that somebody is away, has left or is suspended, and that they are back."""

from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from mash.common.verdict import require
from mash.ledger.actions import record
from mash.partnership import policy
from mash.partnership.models import Staff
from mash.partnership.rota import ENDS_ACCESS, Absence, AbsenceKind


class EndsTooSoon(Exception):
    """An absence ends after it begins, and not in the past."""


@transaction.atomic
def mark_away(
    *,
    who: Staff,
    kind: str = "",
    planned: bool,
    from_at: datetime,
    until_at: datetime | None,
    by: Staff,
    at: datetime,
) -> Absence:
    """Say that somebody is away.  Of somebody who has left or is suspended, access ends first, at once.

    kind: "" where nobody gave a reason.  until_at: None while nobody knows.  The same said again changes nothing.

    Raises PermissionDenied, EndsTooSoon.

    Source: docs/rules.md, "Absence".
    """
    require(policy.may_mark_away(by, who, kind, planned=planned))
    if until_at is not None and until_at <= max(from_at, at):
        raise EndsTooSoon
    Staff.objects.select_for_update(of=("self",)).get(pk=who.pk) if kind in ENDS_ACCESS else None
    same = Absence.objects.filter(staff=who, kind=kind, until_at=until_at, ended_at=None).filter(
        from_at__date=localdate(from_at)
    )
    said = same.first()
    if said:
        return said
    if kind in ENDS_ACCESS and (who.until_at is None or who.until_at > at):
        who.until_at = at
        who.save(update_fields=["until_at"])
        record("post.ended", about=who, at=at, hub_id=who.hub_id, detail={"as": kind})
    made = Absence.objects.create(
        hub_id=who.hub_id,
        agency_id=who.agency_id,
        staff=who,
        kind=kind,
        planned=planned,
        from_at=from_at,
        until_at=until_at,
        by=by,
        at=at,
    )
    record("staff.away", about=who, at=at, hub_id=who.hub_id, detail={"planned": planned})
    return made


@transaction.atomic
def come_back(*, absence: Absence, by: Staff, at: datetime) -> None:
    """Say that somebody is back, or was never away.  Nothing moves back by itself.  Twice changes nothing.

    Somebody who was suspended gets their post back; who has left is given a new one.

    Raises PermissionDenied.

    Source: docs/rules.md, "Absence".
    """
    require(policy.may_end_absence(by, absence))
    held = Absence.objects.select_for_update(of=("self",)).select_related("staff").get(pk=absence.pk)
    if held.ended_at:
        return
    held.ended_at, held.ended_by = at, by
    held.save(update_fields=["ended_at", "ended_by"])
    if held.kind == AbsenceKind.SUSPENDED:
        held.staff.until_at = None
        held.staff.save(update_fields=["until_at"])
        record("post.given_back", about=held.staff, at=at, hub_id=held.hub_id)
    record("staff.back", about=held.staff, at=at, hub_id=held.hub_id)
