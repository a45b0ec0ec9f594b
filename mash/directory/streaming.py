"""Reading a file of a directory piece by piece, however long it is.  Pure but for the file it is given.

It takes JSON lines; a list; an object of lists (`services`, `organizations`, ...); and a page of the API, whose
`contents` are its services.  What is read is never held whole.
"""

import json
from collections.abc import Iterator
from typing import Any, TextIO

PIECE = 1 << 16  # characters read at a time
LONGEST = 2_000_000  # characters of one thing
SPACE = " \t\r\n"
CALLED = {"contents": "services", "service": "services", "data": "services"}
Found = tuple[str, str, Any]
"""Of which list, how it is called in what is said of it, and the thing itself; for a broken line an Unreadable."""


class Unreadable(ValueError):
    """From here on the file is not JSON; the message says where."""


def things(file: TextIO) -> Iterator[Found]:
    """Yield every thing of a file.

    A line of JSON lines that is none comes as an Unreadable and the next is read; in one long JSON text nothing
    after a fault can be told, so that there Unreadable is raised.
    """
    text = _Text(file)
    first = text.peek()
    if first == "[":
        yield from _listed(text, "services")
    elif first == "{":
        yield from _lines_or_object(text)
    elif first:
        raise Unreadable("the file is not JSON: it begins with neither { nor [")


def _lines_or_object(text: "_Text") -> Iterator[Found]:
    """Tell by its first line: one whole object on a line of its own, with others below, is JSON lines."""
    line = text.first_line()
    try:
        whole = json.loads(line) if line is not None else None
    except (ValueError, RecursionError):
        whole = None
    if isinstance(whole, dict) and "id" in whole:
        yield from _lines(text)
    else:
        yield from _object(text)


def _lines(text: "_Text") -> Iterator[Found]:
    for number, line in enumerate(text.lines(), start=1):
        if not line.strip():
            continue
        place = f"line {number}"
        try:
            yield "services", place, json.loads(line, parse_constant=_refuse)
        except (ValueError, RecursionError):
            yield "services", place, Unreadable("is not JSON")


def _object(text: "_Text") -> Iterator[Found]:
    text.take("{")
    if text.peek() == "}":
        return
    while True:
        key = text.value()
        if not isinstance(key, str):
            raise text.wrong()
        text.take(":")
        name = CALLED.get(key, key)
        if text.peek() == "[":
            yield from _listed(text, name)
        else:
            text.value()
        if text.peek() != ",":
            break
        text.take(",")
        text.peek()
    text.take("}")


def _listed(text: "_Text", name: str) -> Iterator[Found]:
    text.take("[")
    number = 0
    if text.peek() == "]":
        text.take("]")
        return
    while True:
        yield name, f"{name}[{number}]", text.value()
        number += 1
        if text.peek() != ",":
            break
        text.take(",")
    text.take("]")


def _refuse(_name: str) -> Any:
    raise ValueError


class _Text:
    """The file, of which only what has not been read yet is held."""

    def __init__(self, file: TextIO) -> None:
        self._file, self._held, self._at, self._passed, self._ended = file, "", 0, 0, False
        self._decoder = json.JSONDecoder(parse_constant=_refuse)
        if self._more() and self._held.startswith("\ufeff"):
            self._at = 1

    def peek(self) -> str:
        """Return the next character that is no space, without taking it; "" at the end."""
        while True:
            while self._at < len(self._held) and self._held[self._at] in SPACE:
                self._at += 1
            if self._at < len(self._held) or not self._more():
                return self._held[self._at : self._at + 1]

    def take(self, wanted: str) -> None:
        if self.peek() != wanted:
            raise self.wrong()
        self._at += 1

    def value(self) -> Any:
        """Return the next whole value."""
        self.peek()
        size = PIECE
        while True:
            try:
                found, end = self._decoder.raw_decode(self._held, self._at)
            except RecursionError:
                raise self.wrong() from None
            except ValueError:
                found, end = None, -1
            if end >= 0 and (end < len(self._held) or self._ended):  # a number may go on in the next piece
                self._at = end
                return found
            if len(self._held) - self._at > LONGEST or not self._more(size):
                if end >= 0:
                    self._at = end
                    return found
                raise self.wrong()
            size *= 2  # so that a long value is not begun again for every piece of it

    def first_line(self) -> str | None:
        """Return the first line without taking it; None if it is longer than a thing may be."""
        while "\n" not in self._held and len(self._held) <= LONGEST and self._more():
            pass
        line, found, _ = self._held.lstrip("\ufeff").lstrip(SPACE).partition("\n")
        return line if found or self._ended else None

    def lines(self) -> Iterator[str]:
        """Yield what is left, line by line."""
        rest = self._held[self._at :]
        while True:
            *whole, rest = rest.split("\n")
            yield from whole
            piece = self._read(PIECE)
            if not piece:
                yield rest
                return
            rest = rest[:LONGEST] + piece  # a line longer than a thing may be is cut, and so is not JSON

    def wrong(self) -> Unreadable:
        return Unreadable(f"the file stops being JSON near character {self._passed + self._at:,}")

    def _more(self, size: int = PIECE) -> bool:
        piece = self._read(size)
        self._ended = not piece
        self._held, self._passed, self._at = self._held[self._at :] + piece, self._passed + self._at, 0
        return bool(piece)

    def _read(self, size: int) -> str:
        try:
            return self._file.read(size)
        except UnicodeDecodeError:
            raise Unreadable(
                f"the file is not text in UTF-8, after character {self._passed + self._at:,}"
            ) from None
