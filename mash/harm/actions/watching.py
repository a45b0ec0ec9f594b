"""What is watched: put on the list, looked at again, ended; and what a new contact touches is told.

Source: docs/rules.md, "What is watched".
"""

import uuid
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.timezone import localdate

from mash.common.verdict import require
from mash.harm import policy, queries
from mash.harm.actions.grouping import NAMES_SOMEBODY, names
from mash.harm.actions.refusals import HasEnded, NotWhole, WatchedAlready
from mash.harm.models import Watch, WatchHit, WatchReview
from mash.harm.models.watching import LAPSED
from mash.harm.queries.things import Thing
from mash.ledger.actions import record
from mash.partnership.actions import notify
from mash.partnership.models import Staff

LONGEST = timedelta(days=184)  # until somebody looks at it again
SUBJECT = "Something watched was touched: {reference}"
BODY = "Sign in to see reference {reference}.  Open “Harm”, then “Watched”."


@transaction.atomic
def watch(
    *, key: uuid.UUID, thing: Thing, why: str, told: Sequence[Staff], review_on: date, by: Staff, at: datetime
) -> Watch:
    """Watch a person, a place or a group, for a reason, until a day.  The same key again makes none.

    told: who is told when a new contact touches it.

    Raises PermissionDenied, NotWhole, or WatchedAlready.
    """
    require(policy.may_act(by))
    made = Watch.objects.filter(key=key, hub=by.hub_id).first()
    if made:
        return made
    wrong = _wrong_day(review_on, localdate(at))
    if not why.strip():
        wrong["why"] = "Say why it is watched"
    elif names(why, [one.person for one in thing.members]):
        wrong["why"] = NAMES_SOMEBODY
    if not told:
        wrong["told"] = "Choose at least one person who is told"
    elif not all(one.hub_id == by.hub_id and policy.may_be_told(one) for one in told):
        wrong["told"] = "Choose people who work at the hub’s own desk by day"
    if wrong:
        raise NotWhole(wrong)
    there = Watch.objects.filter(policy.watches_seen_by(by), subject=thing.key, ended_at=None).first()
    if there:
        raise WatchedAlready(there.pk)
    kept = Watch(
        hub_id=by.hub_id,
        key=key,
        why=why.strip(),
        told=[one.pk for one in told],
        review_on=review_on,
        by=by,
        at=at,
        **subject_of(thing),
    )
    kept.save(force_insert=True)
    record("harm.watched", about=kept, at=at, hub_id=by.hub_id, detail={"subject": str(thing.key)})
    return kept


def subject_of(thing: Thing) -> dict[str, object]:
    """Return the columns that say what a row is about."""
    return {
        "about": thing.about,
        "subject": thing.key,
        "person": thing.person,
        "group": thing.group,
        "label": "" if thing.person or thing.group else thing.name,
    }


def _wrong_day(on: date, today: date, place: str = "review_on") -> dict[str, str]:
    if on <= today:
        return {place: "Choose a day after today"}
    if on > today + LONGEST:
        return {place: "Choose a day within half a year: somebody looks at it again then"}
    return {}


@transaction.atomic
def review(
    *, watch: Watch, key: uuid.UUID, words: str, next_on: date, by: Staff, at: datetime
) -> WatchReview:
    """Write down that somebody looked at it again, and until when it goes on.  The same key again makes none.

    Raises PermissionDenied, HasEnded, or NotWhole.
    """
    require(policy.may_act(by))
    held = Watch.objects.select_for_update().get(pk=watch.pk)
    made = WatchReview.objects.filter(key=key, watch=held).first()
    if made:
        return made
    if held.ended_at:
        raise HasEnded("It is not watched any more.")
    wrong = _wrong_day(next_on, localdate(at), "next_on")
    if not words.strip():
        wrong["words"] = "Say what you saw"
    if wrong:
        raise NotWhole(wrong)
    made = WatchReview(
        hub_id=by.hub_id, watch=held, key=key, words=words.strip(), next_on=next_on, by=by, at=at
    )
    made.save(force_insert=True)
    Watch.objects.filter(pk=held.pk).update(review_on=next_on)
    record("harm.watch_reviewed", about=held, at=at, hub_id=by.hub_id)
    return made


@transaction.atomic
def end_watch(*, watch: Watch, why: str, by: Staff, at: datetime) -> None:
    """Watch it no more, with the reason.

    Raises PermissionDenied, HasEnded, or NotWhole.
    """
    require(policy.may_act(by))
    if not why.strip():
        raise NotWhole({"why": "Say why it is not watched any more"})
    if not Watch.objects.filter(pk=watch.pk, ended_at=None).update(
        ended_at=at, ended_by=by, ended_why=why.strip()
    ):
        raise HasEnded("It is not watched any more.")
    record("harm.watch_ended", about=watch, at=at, hub_id=by.hub_id, why=why.strip()[:240])


@transaction.atomic
def let_lapse(*, at: datetime) -> int:
    """End what nobody looked at again in time, in every hub.  Whoever acts is the service `harm`."""
    lapsed = 0
    for one in queries.due_for_lapse(localdate(at)):
        Watch.objects.filter(pk=one.pk, ended_at=None).update(ended_at=at, ended_why=LAPSED)
        record("harm.watch_lapsed", about=one, at=at, hub_id=one.hub_id)
        lapsed += 1
    return lapsed


@transaction.atomic
def tell_of_touched(*, at: datetime) -> int:
    """Write down which new contacts touch what is watched, and tell who is to be told: a reference and nothing else.

    Nobody is told of a contact, or of a person, that is closed to them.  Whoever acts is the service `harm`.
    """
    told = 0
    for watch_, contact in queries.newly_touched():
        WatchHit.objects.bulk_create([WatchHit(hub_id=watch_.hub_id, watch=watch_, contact=contact, at=at)])
        for post in queries.to_tell(watch_, contact, at):
            notify(
                hub_id=watch_.hub_id,
                to=post.account.email,
                subject=SUBJECT.format(reference=contact.reference),
                body=BODY.format(reference=contact.reference),
                at=at,
                private=True,
                contact=contact.pk,
            )
        detail = {"contact": str(contact.pk)}
        record("harm.watch_touched", about=watch_, at=at, hub_id=watch_.hub_id, detail=detail)
        told += 1
    return told
