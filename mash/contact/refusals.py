"""Why a referral message is not taken, and where in it: the words that a sender reads."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

MOST_REFUSALS = 100  # told of one message

Json = dict[str, Any]
Steps = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a message is not taken: where in it, and what is wrong, in the sender's words.

    path: `people[0].name.middle`; or what is wrong with the line as a whole, `line is not JSON`.
    """

    path: str
    reason: str

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}"


class Refused(Exception):
    """A message is not taken.  refusals: every one that was found, at most MOST_REFUSALS."""

    def __init__(self, refusals: Iterable[Refusal]) -> None:
        self.refusals = list(refusals)
        super().__init__("; ".join(map(str, self.refusals)))


def path_of(steps: Iterable[str | int]) -> str:
    """Return the keys and places that lead to a value as one path: `people[0].name.given`."""
    said = "".join(f"[{step}]" if isinstance(step, int) else f".{_shown(step)}" for step in steps)
    return said.removeprefix(".")[:200]


def _shown(key: str) -> str:
    """Return a key, which may be anything, short and without characters that are not seen."""
    seen = "".join(sign if sign.isprintable() else f"\\u{ord(sign):04x}" for sign in key[:60])
    return (seen if len(key) <= 60 else f"{seen}…") or '""'


def first_at_each_path(refusals: Iterable[Refusal]) -> list[Refusal]:
    first: dict[str, Refusal] = {}
    for one in refusals:
        first.setdefault(one.path, one)
    return list(first.values())[:MOST_REFUSALS]


def refusal_at(steps: Iterable[str | int], reason: str) -> Refusal:
    return Refusal(path_of(steps), reason)
