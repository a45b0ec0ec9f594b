"""Who else follows what becomes of a step: a later app says so, and is told in the same transaction.

Source: docs/rules.md, "Step up and step down".
"""

from collections.abc import Callable
from typing import Any

_told: list[Callable[[Any], None]] = []


def follows_steps(told: Callable[[Any], None]) -> None:
    """Say who is told that another service accepted or returned whom a step sent on; called from `ready()`."""
    _told.append(told)


def tell(step: Any) -> None:
    """Say that a step is settled.  The caller holds the contact still."""
    for told in _told:
        told(step)
