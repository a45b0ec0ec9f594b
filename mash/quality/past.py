"""A file of what was counted before there was this hub, row by row.  Pure."""

import io
from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from mash.people.rows import BadRow, Row, Unreadable, read


class Labelled(Protocol):
    """What a row says.  label: what it is of; it stands in a file once."""

    @property
    def label(self) -> str: ...


L = TypeVar("L", bound=Labelled)


def past(
    text: str, needed: Sequence[str], known: Sequence[str], of: Callable[[Row], L], *, most: int, what: str
) -> tuple[list[L], list[str]]:
    """Return what the rows of a file say, and what is wrong with them, each by its line.

    needed, known: columns.  of: reads one row; raises BadRow.  most: rows that are taken; what: their name.

    Raises Unreadable where its columns are others, or it has more rows.
    """
    found: list[L] = []
    wrong: list[str] = []
    for row in read(io.StringIO(text.lstrip("\ufeff")), needed, known):
        if isinstance(row, tuple):
            wrong.append(f"Line {row[0]} {row[1]}")
            continue
        try:
            one = of(row)
        except BadRow as why:
            wrong.append(f"Line {row.line}: {why}")
            continue
        if any(one.label == other.label for other in found):
            wrong.append(f"Line {row.line}: {one.label} stands in the file twice")
        else:
            found.append(one)
        if len(found) > most:
            raise Unreadable(f"more than {most} {what}")
    return found, wrong
