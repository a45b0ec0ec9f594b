"""Letting a service's system ask in the name of a post, and ending that."""

from datetime import datetime

from django.db import transaction

from mash.common.verdict import require
from mash.handover import policy
from mash.handover.actions.refusals import NotWhole
from mash.handover.models import SystemKey
from mash.ledger.actions import record
from mash.partnership.models import Staff
from mash.partnership.system_keys import signed_key


@transaction.atomic
def give_key(*, label: str, by: Staff, at: datetime) -> tuple[SystemKey, str]:
    """Give a service's system a key; return it with the words to be copied, which are shown once and kept nowhere.

    Raises PermissionDenied, or NotWhole.

    Source: docs/rules.md, "Exported once".
    """
    require(policy.may_give_keys(by))
    if not label.strip():
        raise NotWhole("Say which system it is for.")
    key = SystemKey(hub_id=by.hub_id, agency_id=by.agency_id, post=by, label=label.strip(), by=by, at=at)
    key.save(force_insert=True)
    record("system_key.given", about=key, at=at, hub_id=by.hub_id)
    return key, signed_key(key=key.pk, post=by.pk)


@transaction.atomic
def end_key(*, key: SystemKey, by: Staff, at: datetime) -> None:
    """End a system's key: its next question is refused.  Twice changes nothing.  Raises PermissionDenied."""
    require(policy.may_end_key(by, key))
    held = SystemKey.objects.select_for_update(of=("self",)).get(pk=key.pk)
    if held.ended_at is None:
        held.ended_at, held.ended_by = at, by
        held.save(update_fields=["ended_at", "ended_by"])
        record("system_key.ended", about=held, at=at, hub_id=held.hub_id)
