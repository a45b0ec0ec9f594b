"""What a look through the record found: each with its kind, the root it lies under, and the lines by key."""

from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """What does not agree."""

    CHANGED = "changed"  # a line says something else
    REMOVED = "removed"  # a line is gone
    ADDED = "added"  # a line was put in after its time
    REORDERED = "reordered"
    DATED = "dated"  # a line gives a time at which it was not written
    LINES = "lines"  # a root's own list of lines was changed; which lines cannot be told without a witness
    ROOT = "root"  # what a root says was changed
    CHAIN = "chain"  # a root does not follow the one before it
    SIGNATURE = "signature"  # nobody with a trusted key signed it
    MISSING = "missing"  # a root is gone
    WITNESS = "witness"  # a witness holds another root
    NOT_WITNESSED = "not witnessed"  # a witness lacks a root between those it holds
    ROW_CHANGED = "row changed"  # a row that the record vouches for says something else
    ROW_LOCKED_CHANGED = "row's ciphertext changed"
    ROW_OLDER = "row's older ciphertext"  # one that was replaced was put back
    ROW_GONE = "row gone"
    ROW_PUT_IN = "row put in"  # no line vouches for it
    ROW_PUT_BACK = "row put back"  # it went with a record that was disposed of
    ROW_SAID_TWICE = "row said twice"  # two lines vouch for different rows under one key


WORDS = {
    Kind.CHANGED: "changed after they were written",
    Kind.REMOVED: "removed",
    Kind.ADDED: "added after their time",
    Kind.REORDERED: "put into another order",
    Kind.DATED: "given a time at which they were not written",
    Kind.LINES: "the root’s list of lines was changed",
    Kind.ROOT: "the root was changed",
    Kind.CHAIN: "the root does not follow the one before",
    Kind.SIGNATURE: "the root is not signed with a trusted key",
    Kind.MISSING: "the root is missing from the database",
    Kind.WITNESS: "the witness holds another root",
    Kind.NOT_WITNESSED: "the witness does not hold the root",
    Kind.ROW_CHANGED: "sealed rows changed after they were written",
    Kind.ROW_LOCKED_CHANGED: "sealed rows with another ciphertext than was written",
    Kind.ROW_OLDER: "sealed rows with a ciphertext from before they were wrapped anew",
    Kind.ROW_GONE: "sealed rows gone",
    Kind.ROW_PUT_IN: "sealed rows that no line vouches for",
    Kind.ROW_PUT_BACK: "sealed rows that were disposed of and are there again",
    Kind.ROW_SAID_TWICE: "sealed rows of which two lines say different things",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that does not agree.

    number, made: of the root, and when it says it was made; 0 and "" where it lies under none.
    keys: of the lines, as far as they can be told.
    """

    kind: Kind
    number: int = 0
    made: str = ""
    keys: tuple[str, ...] = ()

    def __str__(self) -> str:
        where = f"root {self.number}, made {self.made}: " if self.number else ""
        return f"{where}{WORDS[self.kind]}" + (f": {', '.join(self.keys)}" if self.keys else "")


@dataclass(slots=True)
class Verified:
    """What was looked through, and what was found.

    waiting: lines under no root yet, since their minute is not over.  newest: when the newest root was made.
    witnessed: the last root that the witness holds; None where none was asked.
    without_words: lines whose free words were removed when a record was disposed of, as a later line vouches.
    rows: sealed rows looked through; rows_from_before: those of them that no line vouched for when they were written.
    """

    lines: int = 0
    roots: int = 0
    waiting: int = 0
    newest: str = ""
    witnessed: int | None = None
    without_words: int = 0
    rows: int = 0
    rows_from_before: int = 0
    found: list[Finding] = field(default_factory=list)

    def add(self, kind: Kind, number: int = 0, made: str = "", keys: tuple[str, ...] = ()) -> None:
        """Write down what does not agree."""
        self.found.append(Finding(kind, number, made, keys))
