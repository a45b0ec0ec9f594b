"""The rows of a file of any size, from pieces of it, in bounded memory.  Pure.

A line is never held beyond `LONGEST`, nor a row beyond `MOST_LINES` of them, so neither a line of ten megabytes nor a
quotation mark that is never closed fills the memory: each is one row that cannot be taken, and the next is read.
"""

import csv
import io
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

LONGEST = 64 * 1024  # bytes of a row
MOST_LINES = 200
TOO_LONG, NOT_CLOSED = "long", "quote"


@dataclass(frozen=True, slots=True)
class Record:
    """One row.  line: on which it begins, from 1.  end, lines: bytes and lines of the file up to its end.

    cells: None where it cannot be read, and `wrong` says why: TOO_LONG or NOT_CLOSED.
    """

    line: int
    end: int
    lines: int
    cells: list[str] | None
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class _Line:
    """A line with its end; size: of all of it, also where it is longer than what is held."""

    held: bytes
    size: int

    @property
    def is_whole(self) -> bool:
        return len(self.held) == self.size


def _lines(pieces: Iterable[bytes]) -> Iterator[_Line]:
    """Yield lines; of one that is too long no more than its beginning is held."""
    rest, lost = b"", 0  # lost: bytes of the line that are not held
    for piece in pieces:
        whole = piece.split(b"\n")
        for part in whole[:-1]:
            held = rest + part + b"\n"
            yield _Line(b"" if lost else held, lost + len(held))
            rest, lost = b"", 0
        rest += whole[-1]
        if len(rest) > LONGEST:
            rest, lost = b"", lost + len(rest)
    if rest or lost:
        yield _Line(b"" if lost else rest, lost + len(rest))


def records(
    pieces: Iterable[bytes], *, encoding: str, delimiter: str, at: int = 0, lines: int = 0
) -> Iterator[Record]:
    """Yield each row that is not blank.

    pieces: of the file, from the byte `at` on, before which there are `lines`.
    """
    source = _lines(pieces)
    again: deque[_Line] = deque()
    quote = b'"'
    while True:
        first = again.popleft() if again else next(source, None)
        if first is None:
            return
        begin = lines + 1
        at, lines = at + first.size, begin
        if not first.is_whole or first.size > LONGEST:
            yield Record(begin, at, lines, None, TOO_LONG)
        elif quote not in first.held:
            text = first.held.decode(encoding, "replace").rstrip("\r\n")
            if text.strip():
                yield Record(begin, at, lines, text.split(delimiter))
        else:
            more = _until_closed(first, again, source)
            if more is None:
                yield Record(begin, at, lines, None, NOT_CLOSED)
                continue
            at, lines = at + sum(one.size for one in more), lines + len(more)
            text = b"".join([first.held, *(one.held for one in more)]).decode(encoding, "replace")
            try:
                cells = next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
            except (csv.Error, StopIteration):
                yield Record(begin, at, lines, None, NOT_CLOSED)
            else:
                yield Record(begin, at, lines, cells)


def _until_closed(first: _Line, again: deque[_Line], source: Iterator[_Line]) -> list[_Line] | None:
    """Return the lines of a row after its first; None, and all of them given back, where it never ends."""
    more: list[_Line] = []
    quotes, size = first.held.count(b'"'), first.size
    while quotes % 2:
        following = again.popleft() if again else next(source, None)
        if following is not None:
            more.append(following)
            size += following.size
        if following is None or not following.is_whole or size > LONGEST or len(more) >= MOST_LINES:
            again.extendleft(reversed(more))
            return None
        quotes += following.held.count(b'"')
    return more
