"""A hub's word on whether its register may be compared with other hubs'."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from mash.common.turns import take_turn
from mash.common.verdict import require
from mash.ledger.actions import record
from mash.partnership.models import Hub, Staff
from mash.region import policy, queries
from mash.region.models import Grant

LONGEST = timedelta(days=366)
"""Default: choose locally.  The agreement that it rests on is looked at anew at least once a year."""


class NotWhole(Exception):
    """Something is still to be said first."""


class NotThen(NotWhole):
    """It cannot hold for that time."""


class SpokenMeanwhile(NotWhole):
    """Somebody else has decided on it since the page was opened."""


@transaction.atomic
def grant(
    *,
    follows: int,
    others: Sequence[Hub],
    basis: str,
    agreement: str,
    purpose: str,
    from_at: datetime,
    until_at: datetime,
    by: Staff,
    at: datetime,
) -> Grant:
    """Let the hub's register be compared with these hubs' until a moment, in place of what was granted before.

    follows: the number of the word that the page showed, 0 for none.

    Raises PermissionDenied; NotWhole where something is missing, NotThen for a time that cannot be, SpokenMeanwhile.

    Source: docs/rules.md, "Registers of a region".
    """
    require(policy.may_grant(by))
    if not (others and basis and agreement.strip() and purpose.strip()):
        raise NotWhole(
            "Say with which hubs, on which basis, under which agreement and for what it is compared."
        )
    possible = set(queries.others(by.hub).values_list("pk", flat=True))
    if not {one.pk for one in others} <= possible:
        raise NotWhole("Choose hubs of the list.")
    if until_at <= from_at:
        raise NotThen("The last day must not be before the first.")
    if until_at <= at:
        raise NotThen("The last day is over already.")
    if until_at - from_at > LONGEST:
        raise NotThen(f"It lasts {LONGEST.days} days at most: then the agreement is looked at anew.")
    return _write(
        follows, by, at, runs=True, others=sorted(one.pk for one in others), basis=basis,
        agreement=agreement.strip(), why=purpose.strip(), from_at=from_at, until_at=until_at,
    )  # fmt: skip


@transaction.atomic
def end(*, follows: int, why: str, by: Staff, at: datetime) -> Grant:
    """Let the hub's register be compared no longer, from this moment on; what was found is shown to nobody any more.

    Raises PermissionDenied; NotWhole without a reason, where nothing runs, or where somebody spoke meanwhile.
    """
    require(policy.may_grant(by))
    if not why.strip():
        raise NotWhole("Say why it ends.")
    newest = queries.newest_grant(by.hub)
    if newest is None or not newest.runs:
        raise NotWhole("Nothing is granted that could end.")
    return _write(follows, by, at, runs=False, why=why.strip())


def _write(
    follows: int,
    by: Staff,
    at: datetime,
    *,
    runs: bool,
    why: str,
    others: Sequence[uuid.UUID] = (),
    **said: object,
) -> Grant:
    take_turn(f"region:{by.hub_id}")
    newest = queries.newest_grant(by.hub)
    if (newest.number if newest else 0) != follows:
        raise SpokenMeanwhile("Somebody decided on it while you wrote. Read what they said first.")
    made = Grant(
        hub=by.hub, number=follows + 1, runs=runs, others=list(others), why=why, by=by, at=at, **said
    )
    Grant.objects.bulk_create([made])
    detail = {"others": [str(one) for one in others], "basis": made.basis}
    record(
        "region.granted" if runs else "region.ended",
        about=made,
        at=at,
        hub_id=by.hub_id,
        why=why,
        detail=detail,
    )
    return made
