"""An agency says what it found in its own records before a meeting."""

from datetime import datetime

from django.db import transaction

from mash.common.verdict import require
from mash.ledger.actions import record
from mash.panel import policy
from mash.panel.actions.refusals import ChangedMeanwhile, NotWhole
from mash.panel.models import Item, OwnCheck, Searched, Sharing
from mash.panel.queries.panels import own_seat
from mash.partnership.models import Staff
from mash.sealed.grading import refuse_what_is_too_secret


@transaction.atomic
def check_own_records(
    *, item: Item, searched: str, sharing: str, words: str, follows: int, by: Staff, at: datetime
) -> OwnCheck:
    """Say for one's own agency what it holds on a family, and what of that it shares with the agencies needed.

    What is not shared has no words here: it goes to the hub through the check, where it is sealed.
    follows: how often the agency had said something when the page was opened.

    Raises PermissionDenied; NotWhole; ChangedMeanwhile where a colleague said something since; NotForThisSystem.

    Source: docs/rules.md, "Looking beforehand".
    """
    require(policy.may_hear(by, item))
    item = Item.objects.select_related("panel", "meeting").get(pk=item.pk)
    require(policy.may_check(by, item, own_seat(by, item.panel)))
    words = words.strip()
    refuse_what_is_too_secret(words, "")
    shares = searched == Searched.HELD and sharing in {Sharing.SHARE, Sharing.SUMMARY}
    if searched == Searched.HELD and not sharing:
        raise NotWhole("Say what becomes of what you hold.")
    if (shares or searched == Searched.COULD_NOT) and not words:
        raise NotWhole("Say it in words.")
    rows = OwnCheck.objects.filter(item=item, agency=by.agency_id)
    if rows.count() != follows:
        raise ChangedMeanwhile("A colleague said something for your agency meanwhile. Look at it, then send.")
    check = OwnCheck(
        hub_id=item.hub_id,
        item=item,
        agency_id=by.agency_id,
        number=follows + 1,
        searched=searched,
        sharing=sharing if searched == Searched.HELD else "",
        words=words if shares or searched == Searched.COULD_NOT else "",
        by=by,
        at=at,
    )
    OwnCheck.objects.bulk_create([check])
    record(
        "panel.checked",
        about=item,
        at=at,
        hub_id=item.hub_id,
        detail={"searched": searched, "sharing": check.sharing},
    )
    return check
