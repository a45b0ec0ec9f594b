"""Reading a file of messages, one a line, in bounded memory.  Pure: it reads the file and keeps nothing."""

from collections.abc import Iterator
from typing import Protocol

from mash.contact.reading import LARGEST, TOO_LARGE
from mash.contact.refusals import Refusal

CHUNK = 64 * 1024  # bytes skipped at a time


class Lines(Protocol):
    """A file opened for reading bytes."""

    def readline(self, size: int, /) -> bytes: ...


def read_lines(file: Lines, largest: int = LARGEST) -> Iterator[tuple[int, bytes | Refusal]]:
    """Yield each line that is not blank, with its number from 1; a refusal in place of one that is too long.

    Lines end at byte 0x0A and nowhere else: other line breaks may stand inside a text.
    largest: bytes of a line, its end not counted.  Never more than one byte above that is held.
    """
    number = 0
    while piece := file.readline(largest + 1):
        number += 1
        if len(piece) > largest and not piece.endswith(b"\n"):
            del piece
            _skip(file)
            yield number, Refusal(TOO_LARGE, "Nothing of it was kept.  Send attachments another way.")
        elif not piece.isspace():
            yield number, piece.removesuffix(b"\n")


def _skip(file: Lines) -> None:
    """Read on to the end of the line, keeping nothing of it."""
    while piece := file.readline(CHUNK):
        if piece.endswith(b"\n"):
            return
