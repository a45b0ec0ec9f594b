"""Which words of a text may be somebody else's information: suggested by rule, decided by a person.  Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from mash.subject_access.passages import Span

SHORTEST = 2  # letters of a name that is looked for by itself


class Suggested(NamedTuple):
    """Words in a text that may be somebody else's, and why it is thought so."""

    span: Span
    why: str


@dataclass(frozen=True, slots=True)
class Somebody:
    """Somebody else of whom a text may speak.

    called: how they are named to the worker.  names, places, numbers: as they may stand in a text.
    """

    called: str
    names: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()


def suggest(text: str, others: Iterable[Somebody], own: Iterable[str] = ()) -> list[Suggested]:
    """Return the words of a text that name others or say where they live or how they are reached, in their order.

    own: names of the person whose information it is; a family name that is also theirs is not suggested by itself.
    Where two suggestions overlap, the longer stays.
    """
    theirs = {name.casefold() for name in own}
    found: list[Suggested] = []
    for one in others:
        for words, why in _looked_for(one, theirs):
            found += [
                Suggested(Span(*at.span()), why) for at in re.finditer(_pattern(words), text, re.IGNORECASE)
            ]
    kept: list[Suggested] = []
    for found_one in sorted(found, key=lambda it: (it.span.start - it.span.end, it.span.start)):
        span = found_one.span
        if all(span.end <= it.span.start or it.span.end <= span.start for it in kept):
            kept.append(found_one)
    return sorted(kept, key=lambda it: it.span)


def _looked_for(one: Somebody, own: set[str]) -> Iterable[tuple[str, str]]:
    for name in one.names:
        parts = [name, *(name.split() if " " in name else ())]
        for part in dict.fromkeys(parts):
            if len(part) >= SHORTEST and part.casefold() not in own:
                yield part, f"name of {one.called}"
    for place in one.places:
        yield place, f"address of {one.called}"
    for number in one.numbers:
        yield number, f"how {one.called} is reached"


def _pattern(words: str) -> str:
    """Return what finds words whole, with any white space between them, and a name's 's left outside."""
    inside = r"\s+".join(re.escape(part) for part in words.split())
    return rf"(?<!\w){inside}(?!\w)"
