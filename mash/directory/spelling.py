"""Words that are spelt nearly like one that no entry holds.  Pure."""

import string
from collections.abc import Iterable

from rapidfuzz import process
from rapidfuzz.distance import OSA, Prefix

SHORTEST = 4  # letters of a word that may be mistaken for another
LONG = 8  # letters from which on two mistakes are allowed
LETTERS = string.ascii_lowercase + string.digits


def nearest(word: str, known: Iterable[str], *, most: int = 2) -> str:
    """Return the known word that is spelt most like this one, "" where none is like it.

    One letter too many, too few, wrong, or two that changed places; in a long word two such mistakes, or `most`.
    Of several alike the one that begins most like it, then the first by the alphabet.
    """
    if len(word) < SHORTEST:
        return ""
    allowed = min(most, 2 if len(word) >= LONG else 1)
    choices = [one for one in known if len(one) >= SHORTEST - 1]
    like = process.extract(word, choices, scorer=OSA.distance, score_cutoff=allowed, limit=None)
    ranked = ((mistakes, -Prefix.similarity(word, one), one) for one, mistakes, _ in like)
    return min(ranked, default=(0, 0, ""))[2]


def begun_otherwise(word: str) -> list[str]:
    """Return the words one mistake away from this one whose first letter is the mistake; some of them may be no words.

    With them, and with the words that begin as it does, one that is a single mistake away is found without the others.
    """
    rest = word[1:]
    changed = (f"{letter}{whole}" for letter in LETTERS for whole in (rest, word))
    return [rest, word[1:2] + word[:1] + word[2:], *changed]
