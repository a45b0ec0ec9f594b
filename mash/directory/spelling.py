"""Words that are spelt nearly like one that no entry holds.  Pure."""

from collections.abc import Iterable

SHORTEST = 4  # letters of a word that may be mistaken for another
LONG = 8  # letters from which on two mistakes are allowed


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the known word that is spelt most like this one, "" where none is like it.

    One letter too many, too few, wrong, or two that changed places; in a long word two such mistakes.
    Of several alike the one that begins most like it, then the first by the alphabet.
    """
    if len(word) < SHORTEST:
        return ""
    allowed = 2 if len(word) >= LONG else 1
    best: tuple[int, int, str] | None = None
    for one in known:
        if abs(len(one) - len(word)) > allowed or len(one) < SHORTEST - 1:
            continue
        found = mistakes(word, one, allowed)
        if found <= allowed:
            rank = (found, -_alike(word, one), one)
            best = rank if best is None else min(best, rank)
    return best[2] if best else ""


def mistakes(one: str, other: str, most: int) -> int:
    """Return by how many mistakes two words differ, or `most` and one more where there are more."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for place, letter in enumerate(one, 1):
        above, row = row, [place]
        for at, there in enumerate(other, 1):
            cost = min(above[at] + 1, row[at - 1] + 1, above[at - 1] + (letter != there))
            if place > 1 and at > 1 and letter == other[at - 2] and there == one[place - 2]:
                cost = min(cost, before[at - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
        before = above
    return row[-1]


def _alike(one: str, other: str) -> int:
    """Return how many letters two words have in common from their beginning on."""
    count = 0
    for here, there in zip(one, other, strict=False):
        if here != there:
            break
        count += 1
    return count
