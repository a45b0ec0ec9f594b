"""Ending the gathering of a check, and opening it again for somebody who is asked later."""

from datetime import datetime
from typing import Any

from django.db import transaction

from mash.check import policy
from mash.check.models import Check, Reopened
from mash.check.queries.waiting import waited_for
from mash.common.verdict import require
from mash.ledger.actions import record
from mash.partnership.models import Staff


class StillWaiting(Exception):
    """Agencies have not answered; closing without them is said outright, with a reason."""


class AnotherIsOpen(Exception):
    """A newer check on the contact is open: whoever is asked more is asked there."""


@transaction.atomic
def close_check(*, check: Check, why: str = "", by: Staff, at: datetime) -> Check:
    """End the gathering: nobody is waited for any more.  Closing twice changes nothing.

    why: needed while an agency has not answered.

    Raises PermissionDenied; StillWaiting.

    Source: docs/rules.md, "The check".
    """
    require(policy.may_close(by, check))
    held = Check.objects.select_for_update().get(pk=check.pk)
    if held.closed_at is None:
        waiting = waited_for().filter(check_asked=held).count()
        if waiting and not why.strip():
            raise StillWaiting
        end_gathering(held, by=by, at=at, why=why.strip(), waiting=waiting)
    return held


def end_gathering(check: Check, *, by: Staff, at: datetime, why: str = "", **detail: Any) -> None:
    """Close a check that the caller holds still, and let go of whoever has not answered.

    Source: docs/rules.md, "The check".
    """
    check.closed_by, check.closed_at = by, at
    check.save(update_fields=["closed_at", "closed_by"])
    waited_for().filter(check_asked=check).update(let_go_at=at)
    record("check.closed", about=check, at=at, hub_id=check.hub_id, why=why, detail=detail)


def open_again(check: Check, *, why: str, by: Staff, at: datetime) -> None:
    """Open a closed check that the caller holds still, for whoever is asked next; nobody else is waited for again.

    Raises AnotherIsOpen.

    Source: docs/rules.md, "The check".
    """
    assert check.closed_at  # noqa: S101 - the caller has looked
    if Check.objects.filter(contact=check.contact_id, closed_at=None).exists():
        raise AnotherIsOpen
    again = Reopened(
        hub_id=check.hub_id,
        check_asked=check,
        closed_at=check.closed_at,
        closed_by_id=check.closed_by_id,
        why=why.strip(),
        by=by,
        at=at,
    )
    Reopened.objects.bulk_create([again])
    check.closed_at, check.closed_by = None, None
    check.save(update_fields=["closed_at", "closed_by"])
    record("check.reopened", about=check, at=at, hub_id=check.hub_id, why=again.why)
