"""Words as they are looked for: folded, without their endings, so that "counselling" finds "counsellors".  Pure."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
POSTCODE = re.compile(r"([A-Z]{1,2}\d[A-Z\d]?)\s*(\d[A-Z]{2})")
AREA = re.compile(r"[A-Z]{1,2}(?:\d[A-Z\d]?)?")
LONGEST = 24  # characters of a word that count
STEMS_KEPT = 65_536  # in one process
MOST_ASKED = 12  # words of one search that count
SHORTEST_STEM = 3
ENDINGS = (
    *("ations", "ation", "ments", "ment", "ings", "ing", "ness", "ors", "ers", "ies", "ied"),
    *("or", "er", "ed", "es", "s", "e", "y"),
)
DOUBLED = re.compile(r"([bdfglmnprt])\1$")
EMPTY_WORDS = """
    a about also an and any are as at be by can do for from has have help how i if in into is it its me my need needs no
    of on or our out service services so that the their them they this to up us we what when where which who will with
    you your
"""
EMPTY = frozenset(EMPTY_WORDS.split())


def words_of(text: str) -> Iterator[str]:
    """Yield the words of a text as they are looked for, in order; the emptiest are left out."""
    plain = text.casefold()
    if not plain.isascii():
        plain = unicodedata.normalize("NFKD", plain)
        plain = "".join(one for one in plain if not unicodedata.combining(one))
    for found in WORD.finditer(plain):
        word = re.sub(r"['’].*", "", found[0])[:LONGEST]
        if word and word not in EMPTY:
            yield stem(word)


def stem_of(word: str) -> str:
    """Return what is looked for where this one word was typed, "" for an empty one."""
    return next(words_of(word), "")


@lru_cache(maxsize=STEMS_KEPT)
def stem(word: str) -> str:
    """Return a word without its ending: both of a noun and a verb, in the singular and the plural."""
    for ending in ENDINGS:
        rest = word.removesuffix(ending)
        if rest != word and len(rest) >= SHORTEST_STEM + (len(ending) == 1 and ending != "s"):
            word = rest
            break
    if len(word) > SHORTEST_STEM + 1:
        word = word.removesuffix("e")
    return DOUBLED.sub(r"\1", word)


def asked(text: str) -> list[str]:
    """Return the words of a search, each once, in order."""
    return list(dict.fromkeys(words_of(text)))[:MOST_ASKED]


def postcode_in(text: str) -> str:
    """Return the first postcode of a text as "NF1 2AB", or ""."""
    found = POSTCODE.search(text.upper())
    return f"{found[1]} {found[2]}" if found else ""


def area_of(text: str) -> str:
    """Return the postcode area that somebody typed: "NF1" of "NF1 2AB", "nf1" or "NF1 2"; "NF" alone; "" for none."""
    plain = re.sub(r"[^A-Z0-9 ]", "", text.upper()).strip()
    whole = postcode_in(plain)
    first = whole.split(" ")[0] if whole else plain.split(" ")[0]
    return first if AREA.fullmatch(first) else ""


def has_phrase(text: Sequence[str], held: frozenset[str], phrase: Sequence[str]) -> bool:
    """Tell whether the words of a phrase stand in a text one after the other.  held: the words of the text."""
    if not phrase or not held.issuperset(phrase):
        return False
    length = len(phrase)
    return length == 1 or any(
        tuple(text[place : place + length]) == tuple(phrase) for place in range(len(text) - length + 1)
    )
