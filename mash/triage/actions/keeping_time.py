"""How long things may take, and where each rated contact stands in the order of work."""

from datetime import date, datetime

import structlog
from django.db import connection, transaction

from mash.common.editions import content_of
from mash.contact.models import Contact
from mash.ledger.actions import record
from mash.partnership.models import Hub
from mash.triage import content, limits, order, queries
from mash.triage.models import Stage, Standing, Target

log = structlog.stdlib.get_logger(__name__)
RATED: tuple[content.RatingId, ...] = ("red", "amber", "green", "blue")


@transaction.atomic
def load_targets(hub: Hub, *, on: date, at: datetime) -> int:
    """Give a hub the targets that hubs start from, unless it has some; return how many.  Safe to repeat.

    on: the day from which they hold.  Acts as the service `setup`, or as who sets up the hub.

    Source: docs/rules.md, "Clocks".
    """
    if Target.objects.filter(hub=hub).exists():
        return 0
    with content_of(hub.pk):
        rows = _starting_targets(hub, on)
    Target.objects.bulk_create(rows)
    queries.forget_time(hub)
    record("targets.loaded", about=hub, at=at, hub_id=hub.pk, detail={"targets": len(rows)})
    return len(rows)


def _starting_targets(hub: Hub, on: date) -> list[Target]:
    edition = f"openmash ratings {content.rating_content().version}"
    return [
        Target(
            hub=hub,
            stage=stage,
            rating=rating,
            subject=subject,
            value=limit.value,
            unit=limit.unit,
            kind=limit.clock,
            source=limit.source[:160],
            edition=edition,
            from_on=on,
        )
        for subject in ("child", "adult")
        for stage, limits in content.stages(subject).items()
        for rating in RATED
        if (limit := limits.limit(rating))
    ]


@transaction.atomic
def set_target(*, hub: Hub, wanted: limits.Wanted, from_on: date, source: str, at: datetime) -> None:
    """Set how long a stage may take in a hub, from a day on; a later change for the same day takes its place.

    source: why, in words.

    Raises Loosened where it would be longer than law or national guidance has it.

    Source: docs/rules.md, "Clocks", "Statutory clocks".
    """
    limits.refuse_if_longer(wanted, queries.hub_time(hub, from_on).week, at)
    Target.objects.update_or_create(
        hub=hub,
        stage=wanted.stage,
        rating=wanted.rating,
        subject=wanted.subject,
        from_on=from_on,
        defaults={
            "value": wanted.limit.value,
            "unit": wanted.limit.unit,
            "kind": wanted.limit.kind,
            "source": source[:160],
            "edition": "the hub's own",
        },
    )
    queries.forget_time(hub)
    record("target.set", about=hub, at=at, hub_id=hub.pk, why=source, detail={"target": wanted.label})


def stand(contact: Contact, at: datetime) -> Standing | None:
    """Put a rated contact where it belongs in the order of work, in the transaction of what changed; None if unrated.

    Source: docs/rules.md, "Order of work".
    """
    ratings = sorted(contact.ratings.all(), key=lambda one: (one.at, str(one.pk)))
    if not ratings:
        return None
    colour = ratings[-1].colour
    pauses, began = list(contact.pauses.all()), queries.counts_from(contact)
    history = queries.history_of(contact, ratings, pauses, at, stage=Stage.HUB_DECISION, began=began)
    standing, _ = Standing.objects.update_or_create(
        contact=contact,
        defaults={
            "hub_id": contact.hub_id,
            "colour": colour,
            "place": order.place_of(colour, danger=contact.immediate_danger),
            "due_at": history.due_at,
        },
    )
    return standing


def begin_again(contact: Contact, at: datetime, *, counts_from: datetime) -> None:
    """Let the clock of a contact, whose decision is reopened for something new, count afresh from a moment.

    One that nobody rated keeps the limit that unrated work has from receipt.  In the transaction of the reopening.

    Source: docs/rules.md, "Reopening a decision".
    """
    Standing.objects.filter(contact=contact).update(counts_from=counts_from)
    stand(contact, at)


@transaction.atomic
def recount(hub: Hub, *, at: datetime) -> int:
    """Work out afresh when every open contact of a hub is due; return how many moved.

    For a change of targets, hours or closures, and each night.  Acts as a service or as who manages the hub.

    Source: docs/rules.md, "Clocks".
    """
    with content_of(hub.pk):
        return _recount(hub, at)


@transaction.atomic
def put_open_right(hub: Hub, *, at: datetime) -> int:
    """Compare what the database keeps as open with what each stage wrote down; put right and return what differs.

    None ever should; a contact that is on no list of work would be lost.  Acts as the service `reminders`.
    """
    here = Contact.objects.filter(hub=hub)
    finished = order.still_open(here).exclude(pk__in=order.unfinished(here).values("pk"))
    lost = order.unfinished(here).exclude(pk__in=order.still_open(here).values("pk"))
    wrong = [(pk, False) for pk in finished.values_list("pk", flat=True)]
    wrong += [(pk, True) for pk in lost.values_list("pk", flat=True)]
    with connection.cursor() as cursor:
        for pk, is_open in wrong:
            cursor.execute("SELECT identity.keep_open(%s, %s, %s)", [pk, hub.pk, is_open])
            log.error("what is open was kept wrong", contact=str(pk), is_open=is_open)
    if wrong:
        record("work.put_right", about=hub, at=at, hub_id=hub.pk, detail={"contacts": len(wrong)})
    return len(wrong)


def _recount(hub: Hub, at: datetime) -> int:
    queries.forget_time(hub)
    rows = order.still_open(Contact.objects.filter(hub=hub, standing__isnull=False))
    moved = 0
    for contact in rows.select_related("hub", "standing").prefetch_related("ratings", "pauses").iterator(500):
        contact.hub = hub
        before = contact.standing.due_at
        now = stand(contact, at)
        moved += bool(now and now.due_at != before)
    if moved:
        record("clocks.recounted", about=hub, at=at, hub_id=hub.pk, detail={"moved": moved})
    return moved
