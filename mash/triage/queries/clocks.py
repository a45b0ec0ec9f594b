"""A contact's clocks: of its rating, and of law."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet, UUIDField

from mash.common.clock import LONDON, Clock, Pause
from mash.common.prepared import prepared
from mash.contact.models import Contact, ReplyKind
from mash.partnership.models import Hub
from mash.triage import content, rating_clock
from mash.triage.models import Paused, Rating, Stage, Standing
from mash.triage.queries.targets import HubTime, hub_time, limit_of

BACK_FOR_AGREEMENT = "back_for_agreement_held"


def clock_for(
    contact: Contact,
    at: datetime,
    *,
    stage: str = "",
    ended_at: datetime | None = None,
    ratings: Sequence[Rating] | None = None,
) -> rating_clock.RatingHistory:
    """Return a contact's clock, and how it stood under each rating.

    stage: "triage" ends with the first rating; "hub_decision" when the outcome is recorded (`ended_at`, which
        the later stage knows).  Left out: the one that runs now.
    ratings: all of the contact's, where they have been read already.

    Source: docs/rules.md, "Clocks".
    """
    ratings = list(contact.ratings.all()) if ratings is None else ratings
    began = counts_from(contact)
    return history_of(
        contact, ratings, _pauses.rows(contact=contact.pk), at, stage=stage, ended_at=ended_at, began=began
    )


def counts_from(contact: Contact) -> datetime | None:
    """Return when a contact's decision was reopened for something new: its clock counts from there.  None: receipt."""
    found: datetime | None = _counts_from.first(contact=contact.pk)
    return found


@prepared(contact=UUIDField())
def _pauses(contact: Any) -> QuerySet[Paused]:
    return Paused.objects.filter(contact=contact)


@prepared(contact=UUIDField())
def _counts_from(contact: Any) -> QuerySet[Standing, Any]:
    return Standing.objects.filter(contact=contact).values_list("counts_from", flat=True)


def history_of(
    contact: Contact,
    ratings: Sequence[Rating],
    pauses: Sequence[Paused],
    at: datetime,
    *,
    stage: str = "",
    ended_at: datetime | None = None,
    subject: str = "",
    began: datetime | None = None,
) -> rating_clock.RatingHistory:
    """Return the clock from rows that are already there: see `clock_for`.

    subject: "child" or "adult", for one of the two clocks of a contact about both; left out, the sooner.
    began: see `counts_from`; a decision made before it ended the clock that counted from receipt.
    """
    stage = stage or (Stage.HUB_DECISION if ratings else Stage.TRIAGE)
    if stage == Stage.TRIAGE and ratings:
        ended_at = min(rating.at for rating in ratings)
    afresh = (
        began if stage == Stage.HUB_DECISION and (ended_at is None or (began and ended_at >= began)) else None
    )
    time = hub_time(contact.hub, at.astimezone(LONDON).date())
    found = [
        rating_clock.due(
            afresh or contact.received_at,
            [(rating.at, rating.colour, rating.change) for rating in ratings],
            limits,
            time.week,
            pauses=[
                Pause(one.from_at, one.until_at, one.reason) for one in pauses if one.until_at > one.from_at
            ],
            may_pause=bool(pauses),
            ended_at=ended_at,
        )
        for limits in time.limits(stage, subject or contact.subject)
    ]
    return min(found, key=_sooner)


def _sooner(history: rating_clock.RatingHistory) -> tuple[bool, datetime]:
    return history.due_at is None, history.due_at or datetime.max.replace(tzinfo=LONDON)


@dataclass(frozen=True, slots=True)
class FixedClock:
    """A clock of law that counts from receipt, and how it stands."""

    id: str
    label: str
    clock: Clock


LABELS = {
    "referrer_acknowledged": "Referrer told by a person",
    "adult_concern_acknowledged": "Referrer told by a person",
}


def acknowledgement_clock(contact: Contact, at: datetime) -> FixedClock:
    """Return the clock on a person telling the referrer that it has been read; a machine's receipt ends nothing.

    Source: docs/rules.md, "Statutory clocks".
    """
    name = "adult_concern_acknowledged" if contact.subject == "adult" else "referrer_acknowledged"
    limit = limit_of(content.clocks()[name].limit)
    assert limit  # noqa: S101 - every clock of content has one
    read = contact.replies.filter(kind=ReplyKind.ACKNOWLEDGED).order_by("at").values_list("at", flat=True)
    week = hub_time(contact.hub, at.astimezone(LONDON).date()).week
    clock = Clock.start(contact.received_at, limit, week, ended_at=read.first())
    return FixedClock(name, LABELS[name], clock)


def look_again_by(hub: Hub, at: datetime) -> date:
    """Return the last day to which a contact may be held while its referrer speaks with the family."""
    limit = limit_of(content.clocks()[BACK_FOR_AGREEMENT].limit)
    assert limit  # noqa: S101 - as above
    week = hub_time(hub, at.astimezone(LONDON).date()).week
    return limit.due_at(at, week).astimezone(LONDON).date()


def received_by(time: HubTime, due_by: datetime) -> dict[str, datetime]:
    """Return, for a child's and an adult's, the latest receipt whose red triage limit has run out by a moment.

    It is what unrated work is measured by.
    """
    red = {
        subject: next(filter(None, (limits["red"] for limits in time.limits(Stage.TRIAGE, subject))))
        for subject in ("child", "adult")
    }
    begun = {limit: limit.latest_start(due_by, time.week) for limit in set(red.values())}
    return {subject: begun[limit] for subject, limit in red.items()}
