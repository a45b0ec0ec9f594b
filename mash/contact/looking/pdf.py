"""A PDF without programs, orders to start something, or files within it.

It is not read as a reader does, by its own table of contents, for two readers do not agree on a crooked one.  All its
bytes are searched, and all that can be unpacked from any place where a stream could begin.
"""

import re
import zlib
from collections.abc import Iterator

from mash.contact.looking.refusing import Harm, NotWhole
from mash.contact.looking.unpacking import Allowance, inflated

PRINT_IT = "Print it to a new PDF (“Save as PDF” in the print window) and send that."
END_OF_NAME = rb"(?=[\x00\t\n\x0c\r ()<>\[\]{}/%]|\Z)"
ACTIVE = {
    b"JavaScript": "a program (JavaScript)",
    b"Launch": "an order to start a program",
    b"EmbeddedFile": "another file",
    b"EmbeddedFiles": "another file",
    b"RichMedia": "a film or a program",
    b"Rendition": "a film or a program",
    b"Movie": "a film",
    b"ImportData": "an order to fetch something",
    b"SubmitForm": "an order to send something",
    b"GoToE": "an order to open another file",
    b"GoToR": "an order to open another file",
    b"XFA": "a form with programs",
}
NAMED = re.compile(rb"/(" + b"|".join(ACTIVE) + rb")" + END_OF_NAME)
SCRIPT = re.compile(rb"/JS[\x00\t\n\x0c\r ]*(?:[(<]|\d+[\x00\t\n\x0c\r ]+\d+[\x00\t\n\x0c\r ]+R)")
LOCKED = re.compile(rb"/Encrypt" + END_OF_NAME)
ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
STREAM = re.compile(rb"(?<!end)stream[\x00\t\n\x0c\r ]*")
IN_STREAMS = re.compile(rb"/(?:ObjStm|XRef)" + END_OF_NAME)
RARELY_PACKED = re.compile(
    rb"/(?:ASCIIHexDecode|AHx|ASCII85Decode|A85|LZWDecode|LZW|RunLengthDecode|RL|Crypt)" + END_OF_NAME
)
ENDS_WITHIN = 1024  # bytes
OVERLAP = 256  # bytes of one piece that are searched again with the next
MOST_STREAMS = 100_000
UNPACKS_WITH = (zlib.MAX_WBITS, -zlib.MAX_WBITS)


def look_into(body: bytes) -> None:
    """Raise Harm for what is against a PDF."""
    _is_whole(body)
    plain = _names_written_out(body)
    _search(plain)
    if LOCKED.search(plain):
        raise Harm(
            "It is locked with a password, so nobody can look into it. Save it without one and send that."
        )
    streams_hold_objects = IN_STREAMS.search(plain) is not None
    if streams_hold_objects and RARELY_PACKED.search(plain):
        raise Harm(f"Parts of it are packed in a way that cannot be looked into. {PRINT_IT}")
    for said, piece in _unpacked(body, Allowance()):
        _search(piece)
        if streams_hold_objects and b"ObjStm" in said and b"/Predictor" in said:
            raise Harm(f"Parts of it are packed in a way that cannot be looked into. {PRINT_IT}")


def _is_whole(body: bytes) -> None:
    end = body.rfind(b"%%EOF", -ENDS_WITHIN)
    if end < 0:
        raise NotWhole
    if body[end + 5 :].strip(b"\x00\t\n\x0c\r "):
        raise Harm(f"Something stands behind its end. {PRINT_IT}")


def _names_written_out(said: bytes) -> bytes:
    """Return the bytes with each name as it is meant: /J#61vaScript is /JavaScript."""
    return said if b"#" not in said else ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), said)


def _search(said: bytes) -> None:
    found = NAMED.search(said)
    if found:
        raise Harm(f"It holds {ACTIVE[found[1]]}. {PRINT_IT}")
    if SCRIPT.search(said):
        raise Harm(f"It holds {ACTIVE[b'JavaScript']}. {PRINT_IT}")


def _unpacked(body: bytes, allowance: Allowance) -> Iterator[tuple[bytes, bytes]]:
    """Yield, of every place where a stream could begin, what stands before it and what it holds, in pieces."""
    for count, found in enumerate(STREAM.finditer(body)):
        if count >= MOST_STREAMS:
            raise Harm(f"It has too many parts. {PRINT_IT}")
        said = _names_written_out(body[max(body.rfind(b"obj", 0, found.start()), 0) : found.start()][-4096:])
        holds_objects = b"ObjStm" in said
        read = False
        for at, wbits in _ways(body, found.end()):
            tail = b""
            try:
                for piece in inflated(body, allowance, at=at, wbits=wbits):
                    yield said, _names_written_out(tail + piece)
                    tail = (tail + piece)[-OVERLAP:]
                read = True
                break
            except (zlib.error, EOFError):
                continue
        if holds_objects and not read and b"/Filter" in said:
            raise NotWhole


def _ways(body: bytes, at: int) -> list[tuple[int, int]]:
    """Return where and how a stream may be packed: with its header, or as lenient readers take it, past a bad one."""
    with_header, without = UNPACKS_WITH
    ways = [(at, with_header)]
    return [*ways, (at + 2, without)] if body[at : at + 1] and body[at] & 0x0F == 8 else ways
