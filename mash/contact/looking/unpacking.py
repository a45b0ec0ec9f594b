"""Unpacking with an end to it, whatever a packed part says of itself."""

import zlib
from collections.abc import Iterator

from mash.contact.looking.refusing import MOST_UNPACKED, Bomb

PIECE = 64 * 1024  # bytes


class Allowance:
    """How much may still be unpacked, of all parts of one file together."""

    def __init__(self, most: int = MOST_UNPACKED) -> None:
        self.left = most

    def spend(self, amount: int) -> None:
        """Count what was read or unpacked.  Raises Bomb when it is too much."""
        self.left -= amount
        if self.left < 0:
            raise Bomb


def inflated(
    packed: bytes, allowance: Allowance, *, at: int = 0, wbits: int = zlib.MAX_WBITS
) -> Iterator[bytes]:
    """Yield what is packed from a place on, piece by piece, to the end of the packed part.

    wbits: as zlib has it; negative for a part without its header.

    Raises zlib.error where it is not packed so, EOFError where it ends too early, and Bomb.
    """
    unpack = zlib.decompressobj(wbits)
    while not unpack.eof:
        piece = packed[at : at + PIECE]
        if not piece:
            raise EOFError
        at += len(piece)
        allowance.spend(len(piece) // 4)  # a part that unpacks to nothing is read all the same
        while piece and not unpack.eof:
            made = unpack.decompress(piece, PIECE)
            allowance.spend(len(made))
            yield made
            piece = unpack.unconsumed_tail
