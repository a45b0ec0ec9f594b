"""Small numbers left out of what leaves the hub, so that nobody is told by a count.  Pure.

Source: docs/rules.md, "Areas on a map".
"""

from collections.abc import Hashable, Mapping
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)
LEAST = 5  # a number from 1 to 4 is left out


def suppressed(counts: Mapping[Key, int], least: int = LEAST) -> dict[Key, int | None]:
    """Return the counts with every small one left out (None), and one more where that alone could be worked out.

    Parts of a whole whose sum is known: where what was left out comes to one part, or to so few that they would be
    guessed, the next smallest part that is not 0 goes as well.  Nothing is left out where nothing is small.

    UK Government Analysis Function and Office for National Statistics, disclosure control for tables: primary and
    secondary suppression.
    """
    kept: dict[Key, int | None] = {key: None if 0 < count < least else count for key, count in counts.items()}
    gone = [key for key, count in kept.items() if count is None]
    if gone and (len(gone) == 1 or sum(counts[key] for key in gone) < least):
        rest = [key for key, count in kept.items() if count]
        if rest:
            kept[min(rest, key=lambda key: (counts[key], str(key)))] = None
    return kept


def in_words(count: int | None) -> str:
    """Say a count as what leaves the hub does."""
    return "left out: small number" if count is None else str(count)
