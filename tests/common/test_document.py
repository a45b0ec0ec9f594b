"""Papers as files: tagged, titled, in a language, with a cover, contents and the same lines on every sheet."""

import io

import pytest
from markupsafe import Markup
from pypdf import PdfReader

from mash.common import pdf as making
from mash.common.document import Cover, Part, document, in_steps, part_of_lines
from mash.common.pdf import OF_NO_TEXT, document_to_pdf, to_pdf
from mash.common.plain_file import file_of
from tests.pango import needs_pango
from tests.pdf_ua import complaints, elements_of, text_of

HANDLING = "Official-sensitive, personal. Keep it locked away."
COVER = Cover(
    hub="Northfield MASH",
    title="The whole case",
    reference="NFS-26-000123",
    handling=HANDLING,
    printed="Printed by Ada Lovett, 1 Dec 2026, 10:42am",
    facts=[("Printed by", "Ada Lovett"), ("For", "For a court, or on its order"), ("Left out", "")],
    note="It shows the record as it stood.",
    banner="Training hub",
)
FIGURE = (
    '<figure><svg xmlns="http://www.w3.org/2000/svg" width="80" height="40" role="img"><title>Two bars: 3 and 4</title>'
    '<rect width="20" height="30"/><rect x="30" width="20" height="40"/></svg></figure>'
)
ROWS = "".join(
    f'<tr><th scope="row">Line {number}</th><td>What was said of it</td></tr>' for number in range(120)
)
HEADS = '<thead><tr><th scope="col">Line</th><th scope="col">Words</th></tr></thead>'
TABLE = f"<table>{HEADS}<tbody>{ROWS}</tbody></table>"
PARTS = [
    Part(
        "What came in",
        Markup("<h1>What came in</h1><h4>Far below</h4><p>She was seen.</p><ul><li>One</li></ul>"),
    ),
    Part("Lines", Markup(TABLE)),
    Part("A picture", Markup(FIGURE + "<dl><dt>Born</dt><dd>not known</dd></dl>")),
    part_of_lines(
        "Words", [("h3", "Who lives there"), ("p", "Two <b>children</b>\nand a dog"), ("li", "One")]
    ),
]


@pytest.fixture(scope="module")
def whole():
    return document_to_pdf(document(COVER, PARTS, contents=True))


@needs_pango
def test_a_document_follows_the_standard(whole):
    assert complaints(whole) == []
    kinds = {kind for kind, _ in elements_of(PdfReader(io.BytesIO(whole)))}
    assert {"/H1", "/H2", "/H3", "/Table", "/TH", "/TD", "/Figure", "/L", "/LI", "/Link"} <= kinds


@needs_pango
def test_every_sheet_says_how_it_is_handled_whose_it_is_and_which_page_it_is(whole):
    pages = PdfReader(io.BytesIO(whole)).pages
    assert len(pages) >= 6
    for number, page in enumerate(pages, start=1):
        words = " ".join(page.extract_text().split())
        for said in (HANDLING, COVER.reference, COVER.printed, f"Page {number} of {len(pages)}"):
            assert said in words


@needs_pango
def test_contents_say_on_which_page_each_part_begins(whole):
    reader = PdfReader(io.BytesIO(whole))
    contents = " ".join(reader.pages[1].extract_text().split())
    for one in PARTS:
        begins = next(
            number for number, page in enumerate(reader.pages, start=1)
            if number > 2 and one.title in page.extract_text().split("\n")
        )  # fmt: skip
        assert f"{one.title}" in contents
        assert str(begins) in contents.split(one.title, 1)[1].replace(".", " ").split()[:2]
    assert [one.title for one in reader.outline[1] if not isinstance(one, list)] == [
        "Contents",
        *(p.title for p in PARTS),
    ]


@needs_pango
def test_the_cover_says_what_it_is_and_leaves_out_what_is_not_said(whole):
    cover = PdfReader(io.BytesIO(whole)).pages[0].extract_text()
    for said in (
        "Northfield MASH",
        "The whole case",
        "Training hub",
        "For a court, or on its order",
        "as it stood",
    ):
        assert said in cover
    assert "Left out" not in cover
    assert "Two <b>children</b>" in text_of(whole)


@needs_pango
def test_papers_of_plain_lines_follow_the_standard_too():
    made = to_pdf(
        file_of("Minutes", [("h1", "Minutes"), ("h2", "Who came"), ("p", "Ada"), ("h3", "Late"), ("p", "No")])
    )
    assert complaints(made) == []


@needs_pango
def test_a_picture_that_is_hidden_is_not_read_out_and_the_words_beside_it_are():
    hidden = FIGURE.replace('role="img"', 'aria-hidden="true"').replace(
        "<title>Two bars: 3 and 4</title>", ""
    )
    made = document_to_pdf(document(COVER, [Part("One", Markup(hidden + "<p>Three and four</p>"))]))
    assert complaints(made) == []
    elements = elements_of(PdfReader(io.BytesIO(made)))
    assert "/Figure" not in {kind for kind, _ in elements}
    assert not [one for _, one in elements if OF_NO_TEXT in str(one.get("/Alt", ""))]
    assert "Three and four" in text_of(made)


SPOILT = {
    "no language": ('lang="en-GB"', 'lang=""'),
    "no title": ("<title>The whole case, NFS-26-000123</title>", ""),
    "no words to a picture": ("<title>Two bars: 3 and 4</title>", ""),
    "a step too deep": ("<h3>What came in</h3>", "<h5>What came in</h5>"),
}


@needs_pango
@pytest.mark.parametrize("way", SPOILT)
def test_what_falls_short_of_the_standard_is_seen(way):
    good = document(COVER, PARTS, contents=True)
    spoilt = good.replace(*SPOILT[way])
    assert spoilt != good
    assert complaints(document_to_pdf(spoilt))


@needs_pango
def test_what_is_not_finished_falls_short(monkeypatch):
    monkeypatch.setattr(making, "_finish", lambda *_: None)
    found = complaints(document_to_pdf(document(COVER, PARTS)))
    assert any("does not say what it heads" in one for one in found)
    assert any("nothing leads to" in one for one in found)


@needs_pango
@pytest.mark.parametrize(
    "element", ['<img alt="A view" src="{}">', '<link rel="stylesheet" href="{}">A view']
)
def test_nothing_is_fetched(element, monkeypatch, tmp_path):
    there = tmp_path / "there.svg"
    there.write_text(FIGURE)
    opened = []
    monkeypatch.setattr("urllib.request.OpenerDirector.open", lambda *said, **_: opened.append(said))
    for address in ("https://example.org/a", f"file://{there}", "data:image/svg+xml,<svg/>"):
        made = document_to_pdf(document(COVER, [Part("One", Markup(element).format(address))]))
        assert "A view" in text_of(made)
    assert opened == []


def test_without_pango_there_is_no_file(monkeypatch):
    monkeypatch.setattr(making, "_maker", lambda: None)
    assert not making.can_make_pdf()
    assert to_pdf("<p>x</p>") == document_to_pdf(document(COVER, PARTS)) == b""


@pytest.mark.parametrize(
    ("said", "becomes"),
    [
        ("<h1>a</h1><h3>b</h3><h3>c</h3><h2>d</h2>", "<h2>a</h2><h3>b</h3><h3>c</h3><h3>d</h3>"),
        ("<h3 class='x'>a</h3><h1>b</h1><H6>c</H6>", "<h2 class='x'>a</h2><h2>b</h2><h3>c</h3>"),
        ("<p>no head</p><hr><header>x</header>", "<p>no head</p><hr><header>x</header>"),
    ],
)
def test_headings_go_down_one_step_at_a_time(said, becomes):
    assert in_steps(said) == becomes
