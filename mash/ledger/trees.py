"""Merkle trees as RFC 6962 has them: leaf and node are hashed apart, so neither can be taken for the other."""

import hashlib
from collections.abc import Sequence

LEAF, NODE = b"\x00", b"\x01"
DIGEST = 32  # bytes
EMPTY = hashlib.sha256(b"").digest()


def leaf(said: bytes) -> bytes:
    """Return the hash of one leaf, 32 bytes."""
    return hashlib.sha256(LEAF + said).digest()


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Return the root over leaves in their order, 32 bytes.

    Pairing level by level and carrying an odd one up unchanged is the RFC's split at the greatest power of two.
    """
    level = list(leaves)
    if not level:
        return EMPTY
    sha256 = hashlib.sha256
    while len(level) > 1:
        pairs = zip(level[::2], level[1::2], strict=False)
        above = [sha256(NODE + left + right).digest() for left, right in pairs]
        if len(level) % 2:
            above.append(level[-1])
        level = above
    return level[0]
