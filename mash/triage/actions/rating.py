"""Rating a contact, and changing the rating."""

import uuid
from datetime import datetime

from django.db import transaction

from mash.common.verdict import require
from mash.contact.models import Contact
from mash.ledger.actions import record
from mash.outage.actions import Paper, happened, keep_entered
from mash.outage.models import Entry
from mash.partnership.models import Staff
from mash.triage import policy, queries
from mash.triage.actions.agreeing import adopt_from_message
from mash.triage.actions.confirming import ask_to_confirm
from mash.triage.actions.keeping_time import stand
from mash.triage.actions.once import ChangedMeanwhile, key_for
from mash.triage.actions.returning import take_up
from mash.triage.models import Change, Colour, Rating
from mash.triage.rating_clock import URGENCY


class ReasonMissing(Exception):
    """A rating and each change of it says why."""


class DangerNotAnswered(Exception):
    """The sender said that somebody is in danger now: what was done about that is written with the first rating."""


class NewsIncomplete(Exception):
    """A raise on news says what is new, who said so and when it reached the hub."""


class NotThatWay(Exception):
    """The change does not go the way that it says."""


@transaction.atomic
def rate(
    *,
    contact: Contact,
    colour: str,
    why: str,
    by: Staff,
    at: datetime,
    change: str = Change.FIRST,
    after: uuid.UUID | None = None,
    what_is_new: str = "",
    said_by: str = "",
    reached_us_at: datetime | None = None,
    danger_answered: str = "",
    key: uuid.UUID | None = None,
    paper: Paper | None = None,
) -> Rating:
    """Rate one contact, or change its rating; the earlier ratings stay as they are.

    change: first, news, correction or lowered.  after: the rating that the worker saw; None before the first.
    key: the form's own; the same form sent twice rates once.  paper: where it was rated on paper, which says when.

    Raises PermissionDenied, ReasonMissing, DangerNotAnswered, NewsIncomplete, NotThatWay, or ChangedMeanwhile if
    somebody else rated it after the form was opened.  With paper also NotThen and NotThatForm of `outage.actions`.

    Source: docs/rules.md, "Ratings"; docs/rules.md, "Raising and lowering a rating",
    "Entering what was on paper".
    """
    require(policy.may_rate(by, contact, change))
    adopt_from_message(contact=contact, at=at)
    made = Rating.objects.filter(pk=key_for(by, key), contact=contact).first() if key else None
    if made:
        return made
    newest = queries.newest_rating(contact)
    if (newest.pk if newest else None) != after:
        raise ChangedMeanwhile
    facts = queries.facts_before(contact, newest)
    away = happened(paper, hub=contact.hub, facts=facts, at=at) if paper else None
    rating = Rating(
        id=key_for(by, key),
        hub_id=contact.hub_id,
        contact=contact,
        colour=colour,
        change=change,
        why=why.strip(),
        what_is_new=what_is_new.strip(),
        said_by=said_by.strip(),
        reached_us_at=reached_us_at,
        danger_answered=danger_answered.strip(),
        by=by,
        at=paper.happened_at if paper else at,
    )
    _complete(rating, newest)
    Rating.objects.bulk_create([rating])
    if paper and away:
        keep_entered(paper, away, what=Entry.RATING, contact=contact, of=rating.pk, by=by, at=at)
    stand(contact, at)
    if colour == Colour.RED:  # a red contact is never away with its referrer
        take_up(contact, at)
    was = newest.colour if newest else ""
    detail = {"from": was, "to": colour, "change": change}
    record("contact.rated", about=contact, at=at, hub_id=contact.hub_id, why=rating.why, detail=detail)
    ask_to_confirm(contact, at)
    return rating


def _complete(rating: Rating, newest: Rating | None) -> None:
    if not rating.why:
        raise ReasonMissing
    _right_way(rating, newest)
    if newest is None and rating.contact.immediate_danger and not rating.danger_answered:
        raise DangerNotAnswered
    if rating.change == Change.NEWS:
        reached = rating.reached_us_at
        if not (rating.what_is_new and rating.said_by and reached) or reached > rating.at:
            raise NewsIncomplete


def _right_way(rating: Rating, newest: Rating | None) -> None:
    first = rating.change == Change.FIRST
    if first or newest is None:
        if first and newest is None:
            return
        raise NotThatWay
    rise = URGENCY[rating.colour] - URGENCY[newest.colour]
    lowered = rating.change == Change.LOWERED
    if rise == 0 or lowered != (rise < 0):
        raise NotThatWay
