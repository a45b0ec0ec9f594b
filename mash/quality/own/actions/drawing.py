"""Drawing a month of the hub's own decisions: a sample at random, a copy of what was known, and who decides again."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from mash.common.verdict import require
from mash.decision import queries as decisions
from mash.decision.needs import BACK_FOR_AGREEMENT
from mash.ledger.actions import record
from mash.partnership.models import Staff
from mash.quality.actions.refusals import NotWhole
from mash.quality.content import own_decisions as content
from mash.quality.measures.drawing import draw, new_seed
from mash.quality.own import policy, queries, seen
from mash.quality.own.actions.seating import seat
from mash.quality.own.models import Again, Copy, Month
from mash.quality.own.queries import Framed
from mash.quality.own.took_part import took_part


@transaction.atomic
def draw_month(*, by: Staff, at: datetime) -> Month:
    """Draw a sample of the decisions of the month before, half of them no further action, and give each to two people.

    The seed is made here, so nobody chooses it.  A month is drawn once: twice, or two at once, draw one.  A half that
    holds too few is taken whole, and the month says how many are missing.

    Raises PermissionDenied, or NotWhole where nothing was decided that can be drawn.

    Source: docs/rules.md, "The hub’s own decisions".
    """
    require(policy.may_lead(by))
    begins_on = queries.month_before(localdate(at))
    made = queries.month_of(by, begins_on)
    if made:
        return made
    frame, excluded = queries.frame_of(by, begins_on)
    if not frame:
        raise NotWhole({"month": f"Nothing that can be drawn was decided in {begins_on:%B %Y}"})
    rules = content.rules()
    size = rules["sample_size"]
    of_no_action = round(size * rules["no_action_percent"] / 100)
    asked = {content.NO_ACTION: of_no_action, content.OTHER: size - of_no_action}
    drawn = draw([(one.key, one.half) for one in frame], asked, new_seed())
    month = Month(
        hub_id=by.hub_id,
        begins_on=begins_on,
        size=size,
        method=drawn.method,
        seed=drawn.seed,
        frame_hash=drawn.frame_hash,
        frame_size=drawn.frame_size,
        frame=[[one.key, one.half] for one in frame],
        sizes={half: sum(one.half == half for one in frame) for half in asked},
        asked=dict(drawn.asked),
        drawn=drawn.all,
        shortfall=dict(drawn.shortfall),
        excluded=excluded,
        by=by,
        at=at,
    )
    Month.objects.bulk_create([month], ignore_conflicts=True)
    stands = Month.objects.get(hub=by.hub_id, begins_on=begins_on)
    if stands.pk != month.pk:  # a colleague was first
        return stands
    by_key = {one.key: one for one in frame}
    _copy_all(month, [by_key[key] for key in sorted(drawn.all)], by)
    detail = {"seed": drawn.seed, "frame": drawn.frame_hash, "of": drawn.frame_size, "drawn": len(drawn.all)}
    record("quality.month_drawn", about=month, at=at, hub_id=by.hub_id, detail=detail)
    return month


def _copy_all(month: Month, chosen: Sequence[Framed], by: Staff) -> None:
    """Copy what was known of each, in the order of its hash, which says nothing; then give each to two people."""
    rows = [_copy(month, place, one, by) for place, one in enumerate(chosen, 1)]
    part = took_part(key for again, _ in rows for key in again.contacts)
    for again, copy in rows:
        seat(again, copy, part={one for key in again.contacts for one in part[key]}, by=by, at=month.at)


def _copy(month: Month, place: int, one: Framed, by: Staff) -> tuple[Again, Copy]:
    known = queries.known_of(by, one)
    row = one.outcome
    again = Again(
        hub_id=month.hub_id,
        month=month,
        contact=one.contact,
        decision=row.decision if row else None,
        returned=one.returned,
        about=one.about,
        person=row.person if row else queries.person_of(one.about),
        place=place,
        drawn_as=one.key,
        half=one.half,
        outcome=row.outcome if row else BACK_FOR_AGREEMENT,
        level=row.level if row else None,
        decided_by=row.decision.by if row else one.returned.by,  # type: ignore[union-attr]
        decided_at=known.as_of,
        contacts=list(known.contacts),
        named=list(known.named),
        people=list(known.people),
    )
    again.save(force_insert=True)
    copy = Copy(
        hub_id=month.hub_id,
        again=again,
        begins_on=month.begins_on,
        place=place,
        about=str(one.about),
        subject=decisions.subject_of(one.about),
        as_of=known.as_of,
        sections=seen.sections(known.picture, known.hide, queries.agreed_to_help()),
    )
    copy.save(force_insert=True)
    return again, copy
