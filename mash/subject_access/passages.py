"""A text in passages, and what becomes of each: given, withheld, or replaced by other words.  Pure.

A passage is a sentence; within it some words may be decided on by themselves.  What is decided is kept as cuts: where
each begins and ends in the text, what becomes of it, on which ground, and what stands in its place.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from mash.subject_access.grounds import BY_ID, GIVE, REPLACE, WITHHOLD

WHAT = {GIVE, WITHHOLD, REPLACE}
ENDS = re.compile(r"[.!?]+[\"”’')\]]*(?=\s)|\n+")


class Span(NamedTuple):
    """From where to where in a text, in characters; the end is the first character outside."""

    start: int
    end: int


class Cut(NamedTuple):
    """What becomes of one stretch of a text.

    ground: why it is not given, "" where it is.  words: what stands in its place, where it is replaced.
    """

    start: int
    end: int
    what: str
    ground: str = ""
    words: str = ""


class BadCuts(ValueError):
    """The cuts do not decide on every word of the text exactly once."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of what goes out: words that are given, or the mark of something left out (words is "")."""

    words: str
    left_out: bool = False
    replaced: bool = False


def split(text: str) -> list[Span]:
    """Return the sentences of a text, without the white space around them; a line by itself is one."""
    found, start = [], 0
    for end in [*(mark.end() for mark in ENDS.finditer(text)), len(text)]:
        words = text[start:end]
        begins = start + len(words) - len(words.lstrip())
        ends = start + len(words.rstrip())
        if begins < ends:
            found.append(Span(begins, ends))
        start = end
    return found


def without(span: Span, inner: Iterable[Span]) -> list[Span]:
    """Return what is left of a span once others, which lie within it and apart from each other, are taken out."""
    left, start = [], span.start
    for one in sorted(inner):
        if start < one.start:
            left.append(Span(start, one.start))
        start = one.end
    if start < span.end:
        left.append(Span(start, span.end))
    return left


def occurrences(text: str, words: str) -> list[Span]:
    """Return where exact words stand in a text, whatever white space is between them; apart from each other."""
    parts = [re.escape(part) for part in words.split()]
    if not parts:
        return []
    return [Span(*found.span()) for found in re.finditer(r"\s+".join(parts), text)]


def check(text: str, cuts: Sequence[Cut]) -> list[Cut]:
    """Return the cuts in order.

    Raises BadCuts if they overlap, leave a word undecided, name no known ground or replace by nothing.
    """
    ordered = sorted(cuts)
    reached = 0
    for one in ordered:
        if not reached <= one.start < one.end <= len(text):
            raise BadCuts("Two decisions are about the same words, or about none.")
        if text[reached : one.start].strip():
            raise BadCuts("Some words are not decided on.")
        if one.what not in WHAT or (one.what == GIVE) != (one.ground == ""):
            raise BadCuts("What is not given needs a ground, and what is given has none.")
        if one.ground and one.ground not in BY_ID:
            raise BadCuts("The ground is not one of the list.")
        if (one.what == REPLACE) != bool(one.words.strip()):
            raise BadCuts("What is replaced needs words in its place.")
        reached = one.end
    if text[reached:].strip():
        raise BadCuts("Some words are not decided on.")
    return ordered


def given(text: str, cuts: Sequence[Cut]) -> list[Piece]:
    """Return what goes out of a text: given words, words in place of others, and one mark for all that lies between.

    Neighbours that are left out make one mark, so that their number and length tell nothing.  White space stays
    with what is given on both its sides.

    Raises BadCuts.
    """
    made: list[Piece] = []
    reached = 0
    for one in check(text, cuts):
        between = text[reached : one.start]
        if one.what == WITHHOLD:
            if not (made and made[-1].left_out):
                made += [Piece(" "), Piece("", left_out=True)] if made else [Piece("", left_out=True)]
        else:
            space = between if made and not made[-1].left_out else (" " if made else "")
            words = text[one.start : one.end] if one.what == GIVE else one.words.strip()
            made += [Piece(space)] if space else []
            made.append(Piece(words, replaced=one.what == REPLACE))
        reached = one.end
    return made


def left_out(text: str, cuts: Sequence[Cut]) -> list[str]:
    """Return the words that do not go out, stretch by stretch."""
    return [text[one.start : one.end] for one in cuts if one.what != GIVE]


def is_wholly_left_out(cuts: Sequence[Cut]) -> bool:
    """Tell whether nothing of a text goes out, not even words in place of others."""
    return all(one.what == WITHHOLD for one in cuts)
