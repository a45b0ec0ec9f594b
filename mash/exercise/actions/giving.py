"""Injects are given to groups, by the timetable or by hand, each once; a referral becomes a real contact.

Only these write.
"""

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from mash.common.jobs import order_from
from mash.contact import actions as contacts
from mash.contact.models import Channel
from mash.exercise import messages, queries, timeline
from mash.exercise.actions.refusals import NotWhole
from mash.exercise.actions.running import SERVICE, hold
from mash.exercise.format import Exercise, Inject
from mash.exercise.models import Given, Group, Run, Turn
from mash.ledger.actions import record
from mash.partnership.models import Staff

PUT_IN = "mash.exercise.jobs.put_in"


@transaction.atomic
def give(*, run: Run, number: int, groups: Iterable[int], by: Staff, at: datetime) -> int:
    """Give an inject to groups by hand; return to how many it was new.  Two at once give it once.

    groups: their numbers.

    Raises PermissionDenied, NotWhole.

    Source: docs/rules.md, "Giving out injects".
    """
    now = hold(run, by)
    if now.opened_at is None:
        raise NotWhole("The groups’ hubs are not open yet")
    exercise = queries.read(now.version)
    inject = exercise.inject_by_n.get(number)
    if inject is None:
        raise NotWhole(f"There is no inject {number}")
    wanted = set(groups)
    found = [one for one in Group.objects.filter(run=now).order_by("number") if one.number in wanted]
    if not found:
        raise NotWhole("Choose a group")
    return _give(now, exercise, [(inject, group) for group in found], by, at)


@transaction.atomic
def give_due(*, run_id: uuid.UUID, at: datetime) -> int:
    """Give out what the timetable of a run says is due; return how many pieces were new.  For the service.

    Source: docs/rules.md, "Giving out injects".
    """
    run = Run.objects.select_for_update(of=("self",)).select_related("version").get(pk=run_id)
    if run.ended_at or run.opened_at is None:
        return 0
    exercise = queries.read(run.version)
    turns = list(Turn.objects.filter(run=run).order_by("number"))
    if not turns or not turns[-1].runs:
        return 0
    stands = timeline.stands(timeline.spans_of(exercise), queries.moved(turns), run.pace, at)
    groups = list(Group.objects.filter(run=run).order_by("number"))
    wanted = [(one, group) for one in timeline.due(exercise, stands.position) for group in groups]
    return _give(run, exercise, wanted, None, at)


def _give(
    run: Run, exercise: Exercise, wanted: list[tuple[Inject, Group]], by: Staff | None, at: datetime
) -> int:
    there = set(Given.objects.filter(run=run).values_list("group_id", "number"))
    new = [(inject, group) for inject, group in wanted if (group.pk, inject.n) not in there]
    if not new:
        return 0
    turns = list(Turn.objects.filter(run=run).order_by("number"))
    stands = timeline.stands(timeline.spans_of(exercise), queries.moved(turns), run.pace, at)
    rows = [
        Given(
            hub_id=run.hub_id, run=run, group=group, number=inject.n, seats=list(inject.to), kind=inject.kind,
            text=inject.text, day=inject.day, clock=inject.at, position=stands.position, by=by, at=at,
        )
        for inject, group in new
    ]  # fmt: skip
    Given.objects.bulk_create(rows)
    numbers = sorted({inject.n for inject, _ in new})
    detail = {"numbers": numbers, "pieces": len(rows), "by_hand": by is not None}
    record("exercise.given", about=run, at=at, hub_id=run.hub_id, detail=detail)
    for row, (inject, _) in zip(rows, new, strict=True):
        if inject.referral:
            order_from(SERVICE, PUT_IN, given=str(row.pk))
    return len(rows)


@transaction.atomic
def put_in(*, given_id: uuid.UUID, at: datetime) -> None:
    """Put the referral of an inject that was given into its group's hub, by the way of every other referral.

    For the service.  Safe to repeat: the same message makes one contact.

    Source: docs/rules.md, "Giving out injects".
    """
    given = (
        Given.objects.select_for_update(of=("self",))
        .select_related("run__version", "group__place")
        .get(pk=given_id)
    )
    if given.made or given.run.ended_at or given.group.place is None:
        return
    exercise = queries.read(given.run.version)
    message = messages.message_of(exercise, exercise.inject_by_n[given.number], at)
    contact, _ = contacts.receive(message, hub=given.group.place, channel=Channel.API, received_at=at)
    given.made, given.made_reference = contact.pk, contact.reference
    given.save(update_fields=["made", "made_reference"])
    record("exercise.put_in", about=given, at=at, hub_id=given.hub_id)
