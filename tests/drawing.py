"""What a run draws from a whole that takes too long for each: which part is drawn is told from the product's pages.

The same pages give the same draw, so that a failure comes again; a change of any page gives another, so that in the
long run nothing stays unasked.  `make prove` asks the whole.
"""

import hashlib
import os
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TypeVar

import mash

One = TypeVar("One")
EVERY_WAY = os.environ.get("MASH_SWEEP") == "all"  # whether every page and journey is asked in every way


@cache
def tree() -> str:
    """Return a digest of every template: the draw is the same for the same pages, and another once any is changed."""
    found = hashlib.sha256()
    for one in sorted(Path(mash.__file__).parent.rglob("*.html")):
        found.update(one.read_bytes())
    return found.hexdigest()


def drawn(many: Sequence[One], of: object, *, by: str = "", turn: int = 0) -> One:
    """Return one of many.

    of: for what it is drawn.  by: a digest; of every template, if none is given.  turn: so many places further on, so
    that turns that follow each other draw each of the many.
    """
    first = hashlib.sha256(f"{by or tree()} {of}".encode()).digest()[0]
    return many[(first + turn) % len(many)]
