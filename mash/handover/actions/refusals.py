"""Why something about a hand-over cannot be done: said by the page in the worker's words."""

from mash.decision.actions import NotWhole
from mash.handover.models import Word

__all__ = ["AlreadySaid", "NotWhole", "already"]


class AlreadySaid(Exception):
    """Somebody else has said what becomes of the hand-over; the message says who, what and when."""


def already(word: Word) -> AlreadySaid:
    """Return the refusal that names the word which came first."""
    who = f"{word.by.account.name}{', at the hub' if word.by_hub else ''}"
    return AlreadySaid(
        f"{who} was first: {word.get_kind_display().lower()}. Nothing you wrote has been recorded."
    )
