"""What two who decided again make of a decision: wrong, too high, or neither.  Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from mash.partnership.models import Staff
from mash.quality.content import own_decisions as content
from mash.quality.own.models import Again, Found, Redecided

BOTH = 2


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found, when it was said and by whom; `what` is "" where nothing was."""

    what: str = ""
    at: datetime | None = None
    by: Staff | None = None
    words: str = ""


def finding(again: Again, said: Sequence[Redecided]) -> Finding:
    """Return what the answers to one case come to.

    Either believes that somebody was left at risk: wrong, whatever the other says.  Both would have gone higher: wrong.
    Both lower: talked over, and nothing else.

    Source: docs/rules.md, "The hub’s own decisions".
    """
    in_order = sorted(said, key=_said_at)
    risky = next((one for one in in_order if one.at_risk), None)
    if risky:
        return Finding(Found.RISK, _said_at(risky), risky.by, risky.at_risk_words)
    if len(in_order) < BOTH:
        return Finding()
    ways = {_way(again, one) for one in in_order}
    last = in_order[-1]
    if ways == {1}:
        return Finding(Found.HIGHER, _said_at(last), last.by)
    return Finding(Found.LOWER, _said_at(last), last.by) if ways == {-1} else Finding()


def _way(again: Again, said: Redecided) -> int:
    """Return 1 where an answer lies higher than the decision, -1 lower, 0 the same: by level of need.

    Of a contact that went back for agreement, or other decision without a level, by how much its outcome does.
    """
    if again.level is not None:
        return (said.level > again.level) - (said.level < again.level)
    one, other = content.rank(content.group_of(said.outcome)), content.rank(content.group_of(again.outcome))
    return (one > other) - (one < other)


def _said_at(one: Redecided) -> datetime:
    return one.changed_at or one.at
