"""Opens a finished answer again and looks in it for what was left out.  Pure: bytes in, complaints out.

The rule has two halves.
1. The file holds nothing but what it may: its words are exactly those it was made from, every attribute, style and key
   is one that we write, and there is no comment, script, link, picture, annotation, attachment or hidden layer.
2. Nothing of what was left out is in it.  Of each withheld stretch we take every word, every two and every three words
   in a row, put in plain letters (small, accents and signs apart, white space as one).  Those that stand in the allowed
   words too say nothing.  Every other one is looked for in the file's text; distinct words besides in its bytes, its
   decompressed streams and its metadata, as UTF-8, as UTF-16 and in hexadecimal.

Source: docs/rules.md, "What goes out to a requester".
"""

import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, StreamObject

from mash.common.pdf import to_pdf
from mash.common.plain_file import STYLE, file_of
from mash.subject_access.reading_again import read
from mash.subject_access.rendition import TITLE

WORD = re.compile(r"\w+")
IN_BYTES = re.compile(rb"[a-z0-9\x80-\xff]+")
LONGEST_RUN = 3
IN_TEXT = 4  # characters of a distinct word that is looked for in bytes that carry text
IN_FONTS = 9  # in a font's own bytes a shorter word would be found by chance
PAGE = re.compile(r"Page\s*\d+\s*of\s*\d+")
TAGS = {"html", "head", "meta", "title", "style", "body", "h1", "h2", "p"}
ATTRIBUTES = {("html", "lang", "en-GB"), ("meta", "charset", "utf-8")}
INFO = {"/Title", "/Producer"}
NEVER = {
    "/JavaScript", "/JS", "/EmbeddedFiles", "/EmbeddedFile", "/AF", "/OCProperties", "/Annots", "/AcroForm", "/Alt",
    "/ActualText", "/OpenAction", "/AA", "/PieceInfo", "/Thumb",
}  # fmt: skip


def words_in(text: str) -> list[str]:
    """Return the words of a text in plain letters: small, without accents and signs."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    kept = "".join(
        sign for sign in plain if not unicodedata.combining(sign) and unicodedata.category(sign) != "Cf"
    )
    return WORD.findall(kept)


def runs(words: Sequence[str]) -> set[tuple[str, ...]]:
    """Return every one, two and three words in a row."""
    return {
        tuple(words[start : start + length])
        for length in range(1, LONGEST_RUN + 1)
        for start in range(len(words) - length + 1)
    }


def tells(withheld: Iterable[str], allowed: str) -> set[tuple[str, ...]]:
    """Return what would give withheld stretches away: their words and runs of words that no allowed text has."""
    said = runs(words_in(allowed))
    return {run for stretch in withheld for run in runs(words_in(stretch))} - said


def same_words_given(withheld: Iterable[str], allowed: str) -> list[str]:
    """Return the withheld stretches of at least one capital or figure whose very words are given somewhere else."""
    said = " ".join(words_in(allowed))
    found = {}
    for stretch in withheld:
        words = " ".join(words_in(stretch))
        if (
            words
            and any(sign.isupper() or sign.isdigit() for sign in stretch)
            and f" {words} " in f" {said} "
        ):
            found[words] = stretch.strip()
    return list(found.values())


def complaints_of_html(html: bytes, *, allowed: str, withheld: Sequence[str]) -> list[str]:
    """Return what is wrong with an answer's HTML; nothing where it holds what it may.

    allowed: every word that may stand in it, in its order.  withheld: what was left out.
    """
    page = read(html)
    wrong = ["a comment or an instruction stands in it"] if page.unseen else []
    wrong += [f"an element that we do not write: {name}" for name in sorted(page.elements - TAGS)]
    wrong += [
        f"an attribute that we do not write: {name}" for _, name, _ in sorted(page.attributes - ATTRIBUTES)
    ]
    if page.styles != [STYLE]:
        wrong.append("a style that we do not write")
    text = page.text
    if words_in(text) != words_in(allowed):
        wrong.append("its words are not the words it was made from")
    return wrong + _survivors(text, html, allowed, withheld)


def complaints_of_pdf(pdf: bytes, *, allowed: str, withheld: Sequence[str]) -> list[str]:
    """Return what is wrong with an answer's PDF; nothing where it holds what it may.

    Its text is compared letter by letter, whatever their order: a reader of PDF may join lines in another one.
    """
    reader = PdfReader(io.BytesIO(pdf))
    wrong = [f"metadata that we do not write: {name}" for name in set(reader.metadata or {}) - INFO]
    text = "\n".join(page.extract_text() for page in reader.pages)
    printed = PAGE.sub("", text)
    more = Counter(_letters(printed)) - Counter(_letters(allowed))
    if more:
        wrong.append("it holds letters that it was not made from")
    if len(_letters(printed)) < len(_letters(allowed)) * 0.5:
        wrong.append("its text cannot be read again")
    carried, names = _inside(reader)
    wrong += [f"a part that we do not write: {name}" for name in sorted(names & NEVER)]
    if _said_of_the_file(reader) != _said_of_a_bare_file():
        wrong.append("it says of itself what we do not write")
    wrong += _survivors(text, pdf, allowed, withheld)
    distinct = tells(withheld, allowed)
    for body, is_font in carried:
        wrong += _in_bytes(body, distinct, IN_FONTS if is_font else IN_TEXT)
    return sorted(set(wrong))


def _survivors(text: str, raw: bytes, allowed: str, withheld: Sequence[str]) -> list[str]:
    distinct = tells(withheld, allowed)
    said = ["something that was left out stands in its text"] if distinct & runs(words_in(text)) else []
    return said + _in_bytes(raw, distinct, IN_TEXT)


def _in_bytes(body: bytes, distinct: Iterable[tuple[str, ...]], shortest: int) -> list[str]:
    """Look for distinct words as they may lie in bytes, in any case of letters, plainly or in another writing."""
    small = body.lower()
    plain = set(IN_BYTES.findall(small))
    for run in distinct:
        word = run[0].encode()
        if len(run) > 1 or len(word) < shortest or word in _furniture():
            continue
        if word in plain or any(one in small for one in _otherwise(run[0])):
            return ["something that was left out lies in its bytes"]
    return []


def _otherwise(word: str) -> Iterator[bytes]:
    if len(word) >= IN_TEXT:
        yield word.encode("utf-16-be").lower()
        yield word.encode("utf-16-be").hex().encode()
        yield word.encode().hex().encode()


def _said_of_the_file(reader: PdfReader) -> tuple[int, list[bytes]]:
    """Return how many parts of the file are told of by metadata, and each stream of it."""
    parts = list(_parts(reader))
    told = sum(name == "/Metadata" for one in parts for name in _keys(one))
    streams = [one for one in parts if isinstance(one, StreamObject) and one.get("/Type") == "/Metadata"]
    return told, [one.get_data() for one in streams]


@cache
def _said_of_a_bare_file() -> tuple[int, list[bytes]]:
    """Return what a file of the title alone says of itself: its title, its maker, and the standard it follows."""
    return _said_of_the_file(PdfReader(io.BytesIO(to_pdf(file_of(TITLE, [])))))


@cache
def _furniture() -> frozenset[bytes]:
    """Return the words of which files are built although nothing is said in them: keywords, keys, names of fonts."""
    bare = (
        STYLE.encode()
        + b" ".join(tag.encode() for tag in sorted(TAGS))
        + b" doctype utf-8 charset lang en-gb"
    )
    made = to_pdf(
        f"<!DOCTYPE html><html lang='en-GB'><title>.</title><style>{STYLE}</style><h1>.</h1><h2>.</h2>"
    )
    if made:
        carried, names = _inside(PdfReader(io.BytesIO(made)))
        bare += made + b" ".join(body for body, _ in carried) + " ".join(names).encode()
    return frozenset(IN_BYTES.findall(bare.lower()))


def _letters(text: str) -> str:
    return "".join(words_in(text))


def _inside(reader: PdfReader) -> tuple[list[tuple[bytes, bool]], set[str]]:
    """Return every decompressed stream, whether it is of a font, and every key that any part of the file has."""
    carried: list[tuple[bytes, bool]] = []
    names: set[str] = set()
    for one in _parts(reader):
        names |= set(_keys(one))
        if isinstance(one, StreamObject):
            carried.append(
                (one.get_data(), "/Length1" in one or one.get("/Subtype") in {"/OpenType", "/CIDFontType0C"})
            )
        else:
            carried.append((repr(one).encode(), False))
    return carried, names


def _parts(reader: PdfReader) -> Iterator[Any]:
    """Yield every object of a file."""
    for number in range(1, len(reader.xref_objStm) + sum(len(one) for one in reader.xref.values()) + 1):
        one = reader.get_object(IndirectObject(number, 0, reader))
        if one is not None:
            yield one


def _keys(one: Any) -> Iterator[str]:
    if isinstance(one, DictionaryObject):
        for name, value in one.items():
            yield str(name)
            if not isinstance(value, IndirectObject):
                yield from _keys(value)
    elif isinstance(one, ArrayObject):
        for value in one:
            if not isinstance(value, IndirectObject):
                yield from _keys(value)
