"""What whoever facilitates notes and observes, who came, and the record each takes away.  Only these write."""

import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from mash.common.verdict import require
from mash.exercise import policy, queries
from mash.exercise.actions.refusals import NotWhole
from mash.exercise.models import Given, Group, Note, Run, Score, Seat, Seen
from mash.ledger.actions import record
from mash.partnership.models import Staff
from mash.training import actions as training
from mash.training.models import Evidence, Learner


@transaction.atomic
def note(*, group: Group, key: uuid.UUID, words: str, by: Staff, at: datetime) -> Note:
    """Keep a note of a group.  The same form again is the note that is there.

    Raises PermissionDenied, NotWhole.

    Source: docs/rules.md, "Observable points".
    """
    require(policy.may_score(by, group))
    there = Note.objects.filter(key=key).first()
    if there:
        return there
    if not words.strip():
        raise NotWhole("Write what you noticed", place="words")
    made = Note(hub_id=group.hub_id, group=group, key=key, words=words.strip(), by=by, at=at)
    made.save(force_insert=True)
    record("exercise.noted", about=made, at=at, hub_id=made.hub_id)
    return made


@transaction.atomic
def score(*, group: Group, said: Mapping[str, tuple[int | None, str]], by: Staff, at: datetime) -> int:
    """Write down what one observer saw, by point: 0, 1 or 2 with a note; return how many changed.

    None takes nothing back and says nothing.  Each observer has a word of their own on each point.

    Raises PermissionDenied, NotWhole.

    Source: docs/rules.md, "Observable points".
    """
    require(policy.may_score(by, group))
    points = {one.id for one in queries.read(group.run.version).file.scoring.points}
    mine = queries.latest_scores([group], by=by)
    changed = 0
    for point, (value, words) in said.items():
        if point not in points:
            raise NotWhole(f"There is no point {point}")
        if value is None:
            if words.strip():
                raise NotWhole("Choose 0, 1 or 2 beside the note", place=f"p-{point}")
            continue
        if value not in (0, 1, 2):
            raise NotWhole("Choose 0, 1 or 2", place=f"p-{point}")
        last = mine.get((group.pk, point, by.pk))
        if last and (last.score, last.words) == (value, words.strip()):
            continue
        Score(
            hub_id=group.hub_id, group=group, point=point, score=value, words=words.strip(), by=by, at=at
        ).save(force_insert=True)
        changed += 1
    if changed:
        record("exercise.scored", about=group, at=at, hub_id=group.hub_id, detail={"points": changed})
    return changed


@transaction.atomic
def record_attendance(*, run: Run, came: Mapping[uuid.UUID, bool], by: Staff, at: datetime) -> int:
    """Write down who was there, and log it in the record of everybody who was; return for how many it is logged.

    came: by key of the seat.  What was logged stays, as everything in a record does.

    Raises PermissionDenied, NotWhole.

    Source: docs/rules.md, "What a participant takes away".
    """
    require(policy.may_train(by))
    now = Run.objects.select_for_update(of=("self",)).select_related("version").get(pk=run.pk, hub=by.hub_id)
    if now.opened_at is None:
        raise NotWhole("Nobody has sat down yet")
    exercise = queries.read(now.version)
    logged: set[uuid.UUID] = set()
    for one in (
        Seat.objects.filter(run=now, pk__in=list(came)).select_related("account", "learner").order_by("pk")
    ):
        if one.came != came[one.pk]:
            one.came = came[one.pk]
            one.save(update_fields=["came"])
        learner = _learner_of(one, by, at) if one.came else None
        if learner is None or learner.pk in logged:
            continue
        training.log_learning(
            key=uuid.uuid5(now.key, str(learner.pk)), learner=learner, what="",
            label=f"Exercise: {exercise.file.title}"[:160], done_on=localdate(now.opened_at),
            minutes=exercise.file.length_minutes, way="face_to_face", provider=now.hub.name,
            evidence=Evidence.ATTENDANCE, evidence_words=f"{now.label}, {one.label}"[:240], by=by, at=at,
        )  # fmt: skip
        logged.add(learner.pk)
    record("exercise.attendance", about=now, at=at, hub_id=now.hub_id, detail={"logged": len(logged)})
    return len(logged)


def _learner_of(one: Seat, by: Staff, at: datetime) -> Learner | None:
    """Return whose record it goes into: their own in this hub, made now for a worker of it who has none."""
    if one.learner:
        return one.learner
    known = Learner.objects.filter(hub=one.hub_id, account=one.account_id).first()
    post = queries.post_here(one.hub_id, one.account_id)
    if known or post is None:
        return known
    return training.add_learner(
        name=post.account.name, email=post.account.email, agency=post.agency, starts_on=localdate(post.from_at),
        by=by, at=at,
    )  # fmt: skip


def mark_seen(*, seat: Seat, given: Iterable[Given], at: datetime) -> None:
    """Write that pieces of paper were before a seat.  Safe to repeat."""
    rows = [Seen(hub_id=seat.hub_id, given=one, seat=seat, at=at) for one in given]
    Seen.objects.bulk_create(rows, ignore_conflicts=True)
