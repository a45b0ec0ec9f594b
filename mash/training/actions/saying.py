"""What somebody says of themselves: before a course, after it, and half a year later."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from mash.common.verdict import require
from mash.ledger.actions import record
from mash.partnership.models import Staff
from mash.training import policy
from mash.training.actions.refusals import NotWhole
from mash.training.content import Offer
from mash.training.models import Booking, Learner, Moment, SelfRating, Session
from mash.training.queries.sessions import came_of

LOWEST, HIGHEST = 1, 5


@transaction.atomic
def say(
    *,
    session: Session,
    offer: Offer,
    learner: Learner,
    moment: str,
    said: Mapping[str, int],
    worth: int | None = None,
    words: str = "",
    by: Staff,
    at: datetime,
) -> SelfRating:
    """Keep what somebody says of themselves at one moment, once.  The first that was said stays.

    said: by id of the outcome, 1 to 5.  worth, words: of the session, after it alone.

    Raises PermissionDenied, NotWhole.

    Source: docs/rules.md, "What a course changes".
    """
    require(policy.may_say(by, learner, session, moment=moment, came=came_of(learner, session), at=at))
    if not Booking.objects.filter(session=session, learner=learner, given_back_at=None).exists():
        raise NotWhole("This is asked of whoever has a place")
    known = SelfRating.objects.filter(session=session, learner=learner, moment=moment).first()
    if known:
        return known
    wanted = {one.id for one in offer.outcomes}
    kept = {name: value for name, value in said.items() if name in wanted}
    if set(kept) != wanted or any(not LOWEST <= value <= HIGHEST for value in kept.values()):
        raise NotWhole("Answer each of them, from 1 to 5")
    after = moment == Moment.AFTER
    if after and (worth is None or not LOWEST <= worth <= HIGHEST):
        raise NotWhole("Choose what it was worth", place="worth")
    made = SelfRating(
        hub_id=session.hub_id, session=session, learner=learner, moment=moment, said=kept,
        worth=worth if after else None, words=words.strip() if after else "", at=at,
    )  # fmt: skip
    made.save(force_insert=True)
    record("training.said", about=session, at=at, hub_id=session.hub_id, detail={"moment": moment})
    return made
