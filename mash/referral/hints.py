"""What a good referral still lacks, by the criteria that panels grade by.  Pure.  It never blocks anything."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Protocol


class Hint(Protocol):
    """One thing that panels look for; `needs`: every line is met when one of its fields is filled."""

    @property
    def label(self) -> str: ...
    @property
    def page(self) -> str: ...
    @property
    def lacks(self) -> str: ...
    @property
    def needs(self) -> Iterable[Iterable[str]]: ...


@dataclass(frozen=True, slots=True)
class Looked:
    """One thing looked for, and whether it is there."""

    label: str
    page: str
    lacks: str
    found: bool


@dataclass(frozen=True, slots=True)
class Meter:
    """Everything looked for, in order."""

    looked: tuple[Looked, ...]

    @property
    def missing(self) -> tuple[Looked, ...]:
        return tuple(one for one in self.looked if not one.found)

    @property
    def words(self) -> str:
        """Say it in one line: "2 of 9 things panels look for are missing"."""
        count, all_ = len(self.missing), len(self.looked)
        if not count:
            return f"All {all_} things panels look for are there"
        return f"{count} of {all_} things panels look for {'is' if count == 1 else 'are'} missing"


def meter(hints: Iterable[Hint], filled: Collection[str]) -> Meter:
    """Return what is there and what is missing.

    filled: names of the fields in which something stands.

    Source: docs/rules.md, "Hints".
    """
    return Meter(
        tuple(
            Looked(
                one.label,
                one.page,
                one.lacks,
                all(any(name in filled for name in line) for line in one.needs),
            )
            for one in hints
        )
    )
