"""What was left out of an answer is nowhere in its files: planted markers, looked for by this test's own means.

`make test` makes a sample, `make prove` two thousand (MASH_SUBJECT_OUTPUTS).  Each answer is a page and a PDF, with
markers in whole sentences, in single words and behind words in their place.  Those that are given are looked for too,
so that a search which finds nothing anywhere fails.
"""

import io
import os
import random
import re
import zlib
from datetime import date

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from mash.common.pdf import to_pdf
from mash.subject_access import checking, passages, rendition
from mash.subject_access.grounds import GIVE, GROUNDS, REPLACE, WITHHOLD
from mash.subject_access.passages import Cut, Span
from tests.pango import HAS_PDF, needs_pango

MADE = int(os.environ.get("MASH_SUBJECT_OUTPUTS", "12"))
SEED = int(os.environ.get("MASH_SUBJECT_SEED", "20261130"))
AROUND = (
    "He said that {} was there.",
    "{}",
    "Seen by {}, who rang at 4:10pm!",
    "“{}”, she wrote.",
    "{}: again?",
    "({})",
)
SHAPES = (
    "{}", "Ms {}", "{}@example.org", "<b>{}</b>", "&lt;{}&gt;", "{}’s", "12 {} Row, NF2 3AB", "Zoë-{}", "https://x/{}",
    "\u200b{}", "שלום {}", "{}\tand", "<!-- {} -->", "ﬁ{}", "--{}--", "%({})s {{{{ x }}}}",
)  # fmt: skip
STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)


def a_marker(chance):
    return f"zq{chance.randrange(16**10):010x}"


def a_text(chance, kept, lost):
    """Return a text with markers, and cuts by which some of them are given and the others are not."""
    words, cuts, at = [], [], 0
    for _ in range(chance.randint(1, 9)):
        marker = a_marker(chance)
        said = chance.choice(AROUND).format(chance.choice(SHAPES).format(marker))
        what = chance.choice([GIVE, WITHHOLD, WITHHOLD, REPLACE, "word"])
        begins = sum(map(len, words))
        words += [said, chance.choice(["\n", " ", "\n\n", "  "])]
        span = Span(begins, begins + len(said))
        ground = chance.choice(GROUNDS).id
        if what == GIVE:
            kept.append(marker)
            cuts.append(Cut(*span, GIVE))
        elif what == "word":
            inner = Span(begins + said.index(marker), begins + said.index(marker) + len(marker))
            lost.append(marker)
            cuts.append(Cut(*inner, WITHHOLD, ground))
            cuts += [Cut(*rest, GIVE) for rest in passages.without(span, [inner]) if said.strip()]
        else:
            lost.append(marker)
            cuts.append(Cut(*span, what, ground, "somebody" if what == REPLACE else ""))
    text = "".join(words)
    return text, [one for one in cuts if text[one.start : one.end].strip()], at


def an_answer(chance, kept, lost):
    withheld, parts, grounds = [], [], []
    for _ in range(chance.randint(1, 6)):
        text, cuts, _ = a_text(chance, kept, lost)
        withheld += passages.left_out(text, cuts)
        grounds += [one.ground for one in cuts if one.ground]
        if not passages.is_wholly_left_out(cuts):
            parts.append(
                rendition.Part("What we were told", tuple(passages.given(text, cuts)), date(2026, 11, 3))
            )
    said = rendition.grounds_said(grounds)
    made = rendition.Answer("NFS-1", "Northfield MASH", "A", "B", date(2026, 11, 30), tuple(parts), said)
    return made, withheld


def every_byte_of(pdf):
    """Return a PDF's bytes as they lie, each stream unpacked, and what a reader makes of it, as one."""
    found = [pdf]
    for packed in STREAM.findall(pdf):
        try:
            found.append(zlib.decompress(packed))
        except zlib.error:
            found.append(packed)
    reader = PdfReader(io.BytesIO(pdf))
    found.append(
        repr(reader.metadata).encode() + repr(reader.xmp_metadata).encode() + repr(reader.outline).encode()
    )
    found += [page.extract_text().encode() for page in reader.pages]
    return b"\n".join(found)


def written(marker):
    """Return a marker as it may be written in bytes."""
    plain = marker.encode()
    wide = marker.encode("utf-16-be")
    return [
        plain,
        plain.upper(),
        plain[::-1],
        wide,
        wide.hex().encode(),
        plain.hex().encode(),
        marker.encode("utf-16-le"),
    ]


def test_none_of_them_survives():
    chance = random.Random(SEED)
    survived, missed, complaints = [], [], []
    for number in range(MADE):
        kept, lost = [], []
        answer, withheld = an_answer(chance, kept, lost)
        allowed, page = rendition.text_of(answer), rendition.to_html(answer)
        files = {"html": page.encode()}
        complaints += [
            (number, one)
            for one in checking.complaints_of_html(files["html"], allowed=allowed, withheld=withheld)
        ]
        if HAS_PDF:
            files["pdf"] = to_pdf(page)
            complaints += [
                (number, one)
                for one in checking.complaints_of_pdf(files["pdf"], allowed=allowed, withheld=withheld)
            ]
        for name, body in files.items():
            carried = every_byte_of(body) if name == "pdf" else body
            close = re.sub(rb"\s", b"", carried)
            survived += [
                (number, name, one)
                for one in lost
                if any(form in carried or form in close for form in written(one))
            ]
            missed += [(number, name, one) for one in kept if one.encode() not in close]
    assert survived == []
    assert missed == []
    assert complaints == []


# A writer that lets something through is caught, wherever it hides it

MARK = "zqhidden"
TEXT = f"She was well. Craig {MARK} Stone knows the way. He rang on Monday."


def one_answer():
    first, second, third = passages.split(TEXT)
    cuts = [Cut(*first, GIVE), Cut(*second, WITHHOLD, "third_party"), Cut(*third, GIVE)]
    part = rendition.Part("What we were told", tuple(passages.given(TEXT, cuts)))
    answer = rendition.Answer("NFS-1", "Northfield MASH", "A", "B", date(2026, 11, 30), (part,))
    return answer, passages.left_out(TEXT, cuts)


HTML = {
    "in its words": ("She was well.", f"She was well. {MARK}"),
    "a name alone": ("She was well.", "She was well. Craig"),
    "words in a row of allowed words": ("He rang", "He knows the way rang"),
    "in another case": ("She was well.", f"She was well. {MARK.upper()}"),
    "with accents": ("She was well.", "She was well. ZQHÍDDEN"),
    "unseen": ("<p>She", f"<p style='display:none'>{MARK}</p><p>She"),
    "white on white": ("<p>She", f"<p><span style='color:#fff'>{MARK}</span></p><p>She"),
    "in a comment": ("<p>She", f"<!-- {MARK} --><p>She"),
    "in an attribute": ("<p>She", f"<p title='{MARK}'>She"),
    "in metadata": ("<title>", f"<meta name='author' content='{MARK}'><title>"),
    "in the title": ("<title>", f"<title>{MARK} "),
    "in the style": ("<style>", f"<style>/* {MARK} */"),
    "in a script": ("<p>She", f"<script>var a = '{MARK}'</script><p>She"),
    "as an alternate text": ("<p>She", f"<img alt='{MARK}' src='data:,'><p>She"),
    "in a link": ("<p>She", f"<a href='https://example.org/{MARK}'>x</a><p>She"),
}


@pytest.mark.parametrize("way", HTML)
def test_a_page_that_lets_something_through_is_caught(way):
    answer, withheld = one_answer()
    allowed, good = rendition.text_of(answer), rendition.to_html(answer)
    assert checking.complaints_of_html(good.encode(), allowed=allowed, withheld=withheld) == []
    before, after = HTML[way]
    bad = good.replace(before, after)
    assert bad != good
    assert checking.complaints_of_html(bad.encode(), allowed=allowed, withheld=withheld)


IN_PDF = {
    "in its words": ("She was well.", f"She was well. {MARK}"),
    "a name alone": ("She was well.", "She was well. Craig"),
    "white on white": ("<p>She", f"<p><span style='color:#fff'>{MARK}</span></p><p>She"),
    "too small to see": ("<p>She", f"<p style='font-size:0.01pt'>{MARK}</p><p>She"),
    "in metadata": ("<title>", f"<meta name='author' content='{MARK}'><title>"),
    "in the title": ("<title>", f"<title>{MARK} "),
    "in a link": ("<p>She", f"<p><a href='https://example.org/{MARK}'>She</a></p><p>She"),
}


@needs_pango
@pytest.mark.parametrize("way", IN_PDF)
def test_a_pdf_that_lets_something_through_is_caught(way):
    answer, withheld = one_answer()
    allowed, good = rendition.text_of(answer), rendition.to_html(answer)
    assert checking.complaints_of_pdf(to_pdf(good), allowed=allowed, withheld=withheld) == []
    before, after = IN_PDF[way]
    assert checking.complaints_of_pdf(to_pdf(good.replace(before, after)), allowed=allowed, withheld=withheld)


def _attach(writer):
    writer.add_attachment("notes.txt", MARK.encode())


def _metadata(writer):
    writer.add_metadata({"/Subject": MARK})


def _outline(writer):
    writer.add_outline_item(title=MARK, page_number=0)


def _script(writer):
    action = {"/S": "/JavaScript", "/JS": "app.alert(1)"}
    names = {
        NameObject(key): NameObject(words) if key == "/S" else TextStringObject(words)
        for key, words in action.items()
    }
    writer.root_object[NameObject("/OpenAction")] = DictionaryObject(names)


@needs_pango
@pytest.mark.parametrize("change", [_attach, _metadata, _outline, _script])
def test_a_pdf_that_something_was_put_into_is_caught(change):
    answer, withheld = one_answer()
    writer = PdfWriter(clone_from=io.BytesIO(to_pdf(rendition.to_html(answer))))
    change(writer)
    body = io.BytesIO()
    writer.write(body)
    assert checking.complaints_of_pdf(body.getvalue(), allowed=rendition.text_of(answer), withheld=withheld)
