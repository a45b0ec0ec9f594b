"""Who else has something for a plan: a later app says so, and is told in the same transaction.

Source: docs/rules.md, "A plan with a family".
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

_told: list[Callable[..., None]] = []


def follows_plans(told: Callable[..., None]) -> None:
    """Say who is told that a plan began, that the family agreed, or that a panel looks after it; called from `ready()`.

    told: of the plan, by whom and when.
    """
    _told.append(told)


def tell(plan: Any, *, by: Any, at: datetime) -> None:
    """Say that more may stand in a plan from now on.  The caller holds it."""
    for told in _told:
        told(plan, by=by, at=at)
