"""Giving a copy to somebody who decides again, and ending that; meanwhile the case itself is closed to them."""

import uuid
from datetime import datetime

from mash.ledger.actions import record
from mash.partnership.actions.access import reopen, shut_out
from mash.partnership.models import Staff
from mash.quality.content import own_decisions as content
from mash.quality.measures.drawing import number
from mash.quality.own import queries
from mash.quality.own.models import Again, Copy, Ended, Reviewer

WHY = "Decides it again, without knowing what was decided"
ENDED = "Does not decide it again any more"


def seat(again: Again, copy: Copy, *, part: set[uuid.UUID], by: Staff, at: datetime) -> int:
    """Give a copy to as many people as are missing, each of another agency, by chance; return how many were found.

    Whoever has fewest goes first, and chance, from the seed of the draw, decides among equals.  Nobody who had it
    once gets it again, and neither does their agency while they count.
    part: the accounts of everybody who had a part in the case.

    Source: docs/rules.md, "The hub’s own decisions".
    """
    before = list(copy.reviewers.select_related("staff"))
    counts = [one for one in before if one.ended in {"", Ended.DONE}]
    agencies = {one.staff.agency_id for one in counts}
    had = {one.staff.account_id for one in before}
    posts = [one for one in queries.who_decides_again(again.hub_id, at) if one.account_id not in had]
    load = queries.load_of(again.hub_id)
    free = queries.may_take(again, part, posts)
    found = 0
    for post in sorted(
        free, key=lambda one: (load.get(one.pk, 0), number(again.month.seed, f"{again.drawn_as}:{one.pk}"))
    ):
        if len(counts) + found < content.rules()["reviewers"] and post.agency_id not in agencies:
            agencies.add(post.agency_id)
            _give(again, copy, post, by=by, at=at)
            found += 1
    return found


def _give(again: Again, copy: Copy, post: Staff, *, by: Staff, at: datetime) -> None:
    bars = shut_out(who=post, contacts=again.contacts, why=WHY, by=by, at=at)
    Reviewer(
        hub_id=again.hub_id,
        copy=copy,
        staff=post,
        kept=[one.pk for one in bars],
        contacts=again.contacts,
        named=again.named,
        people=again.people,
        from_at=at,
    ).save(force_insert=True)
    record("quality.copy_given", about=copy, at=at, hub_id=again.hub_id, detail={"to": str(post.pk)})


def end(reviewer: Reviewer, ended: Ended, *, at: datetime) -> None:
    """Let somebody decide a case again no more: the copy is closed to them, and the case is open as it was before."""
    if reviewer.ended_at is None:
        reviewer.ended_at, reviewer.ended = at, ended
        reviewer.save(update_fields=["ended_at", "ended"])
    reopen(who=reviewer.staff, rows=reviewer.kept, why=ENDED, at=at)
