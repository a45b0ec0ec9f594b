"""What is set beside the figures: rounds graded before, and days on which something changed."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from mash.common.verdict import require
from mash.ledger.actions import record
from mash.partnership.models import Staff
from mash.quality import policy
from mash.quality.actions.refusals import NotWhole
from mash.quality.earlier import PastRound
from mash.quality.models import Earlier, Marked


@transaction.atomic
def take_earlier(*, rounds: Sequence[PastRound], by: Staff, at: datetime) -> tuple[int, int]:
    """Take in rounds that were graded before; returns how many are new, and how many were here alike.

    Raises PermissionDenied, or NotWhole where a round is here with other counts: neither is changed.

    Source: docs/rules.md, "Earlier rounds".
    """
    require(policy.may_lead(by))
    here = {one.label: one for one in Earlier.objects.filter(hub=by.hub_id)}
    other = [one.label for one in rounds if one.label in here and not _alike(one, here[one.label])]
    if other:
        words = f"Here already with other figures, and left as they are: {', '.join(other)}"
        raise NotWhole({"file": words})
    new = [one for one in rounds if one.label not in here]
    Earlier.objects.bulk_create(
        Earlier(
            hub_id=by.hub_id,
            label=one.label,
            grade_1=one.counts.of[0],
            grade_2=one.counts.of[1],
            grade_3=one.counts.of[2],
            grade_4=one.counts.of[3],
            published=one.published,
            by=by,
            at=at,
        )
        for one in new
    )
    if new:
        record("quality.earlier_taken", about=by.hub, at=at, hub_id=by.hub_id, detail={"rounds": len(new)})
    return len(new), len(rounds) - len(new)


def _alike(one: PastRound, here: Earlier) -> bool:
    there = (here.grade_1, here.grade_2, here.grade_3, here.grade_4)
    return one.counts.of == there and one.published == here.published


@transaction.atomic
def mark_change(*, key: uuid.UUID, on: date, words: str, by: Staff, at: datetime) -> Marked:
    """Set a day beside the charts on which something changed, such as a training.  Twice keeps one.

    Raises PermissionDenied, or NotWhole.

    Source: docs/rules.md, "Figures of quality".
    """
    require(policy.may_lead(by))
    made = Marked.objects.filter(key=key, hub=by.hub_id).first()
    if made:
        return made
    if not words.strip():
        raise NotWhole({"words": "Say what changed"})
    marked = Marked(hub_id=by.hub_id, key=key, on=on, words=words.strip(), by=by, at=at)
    marked.save(force_insert=True)
    record("quality.marked", about=marked, at=at, hub_id=by.hub_id)
    return marked
