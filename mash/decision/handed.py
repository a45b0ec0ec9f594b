"""Who else keeps what becomes of a hand-over: a later app says so, and is told in the same transaction.

Source: docs/rules.md, "Hand-over to a service".
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal

Said = Literal["accepted", "returned"]
_told: list[Callable[..., None]] = []
_ended: list[Callable[..., None]] = []


def keeps_hand_overs(*, told: Callable[..., None], ended: Callable[..., None]) -> None:
    """Say who is told, before it is written, what a worker of the hub records; called from an app's `ready()`.

    told: of an outcome, what, whose words, by whom and when; raises NotWhole where the service itself said otherwise.
    ended: of a decision that hands nobody over any more, why, by whom and when.
    """
    _told.append(told)
    _ended.append(ended)


def tell(outcome: Any, said: Said, *, words: str, by: Any, at: datetime) -> None:
    """Say that the hub is about to record what a service said.  The caller holds the contact still."""
    for told in _told:
        told(outcome, said, words=words, by=by, at=at)


def end(decision: Any, *, why: str, by: Any, at: datetime) -> None:
    """Say that a decision hands nobody over any more.  The caller holds the contact still."""
    for ended in _ended:
        ended(decision, why=why, by=by, at=at)
