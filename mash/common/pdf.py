"""HTML as a PDF that assistive technology can read, where the machine has Pango; elsewhere the HTML is printed.

Everything the product puts on paper as a file is made here, as PDF/UA-1 (ISO 14289-1:2014): tagged, with a title and a
language, and with its headings as bookmarks.  What WeasyPrint leaves open of that standard is put right in `_finish`.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

STANDARD = "pdf/ua-1"
SHEET = Path(__file__).parent / "document.css"
OF_NO_TEXT = "hidden: the words beside it say the same"  # the title of a picture that is not read out
OF_THE_PAGE = b"<</Type /Pagination>>"


@cache
def _maker() -> Any:
    """Return what makes PDFs; None where its libraries are not on this machine."""
    try:
        import weasyprint  # type: ignore[import-untyped]
    except OSError:  # Pango is not there
        return None
    return weasyprint


def can_make_pdf() -> bool:
    """Tell whether this machine can make a PDF."""
    return _maker() is not None


def to_pdf(html: str) -> bytes:
    """Return HTML as a PDF.  Empty where the machine cannot.

    Nothing is fetched from anywhere: of a picture from elsewhere its words alone stay.

    html: a whole page with a title, a language, and words for every picture: `alt`, or `<title>` in an SVG.
    """
    return _made(html, [])


def document_to_pdf(html: str) -> bytes:
    """Return a document of `common.document` as a PDF, in the product's own style.  Empty where the machine cannot."""
    return _made(html, [_sheet()] if can_make_pdf() else [])


def _made(html: str, sheets: list[Any]) -> bytes:
    maker = _maker()
    if maker is None:
        return b""
    nothing = maker.urls.URLFetcher(allowed_protocols=())  # refuses every address
    page = maker.HTML(string=html, url_fetcher=nothing)
    return bytes(page.write_pdf(stylesheets=sheets, pdf_variant=STANDARD, finisher=_finish))


@cache
def _sheet() -> Any:
    return _maker().CSS(filename=str(SHEET))


# What WeasyPrint leaves open


def _finish(_: Any, pdf: Any) -> None:
    """Say of each heading of a table what it heads, and set apart what stands in a margin or is hidden."""
    held: dict[int, Any] = {one.number: one for one in pdf.objects if hasattr(one, "keys")}
    if "StructTreeRoot" not in pdf.catalog:
        return
    root = held[_number(pdf.catalog["StructTreeRoot"])]
    for one in held.values():
        if one.get("S") == "/Figure" and getattr(one.get("Alt"), "string", "") == OF_NO_TEXT:
            kids = held[_number(one["P"])]["K"]
            kids.remove(one.reference)
    reached = set(_below(root, held))
    for number in reached:
        one = held[number]
        if one.get("S") == "/TH":
            row = held[_number(one["P"])]
            heads = "/Column" if held[_number(row["P"])].get("S") == "/THead" else "/Row"
            one["A"]["Scope"] = heads
    _set_margins_apart(pdf, held, root, reached)


def _set_margins_apart(pdf: Any, held: dict[int, Any], root: Any, reached: set[int]) -> None:
    """Mark as of the page alone what no part of the text leads to: handling, reference and number of the page."""
    streams = {one.number: one for one in pdf.objects if hasattr(one, "stream")}
    pages = [one for one in held.values() if one.get("Type") == "/Page"]
    numbers = held[_number(root["ParentTree"])]["Nums"]
    parents = dict(zip(numbers[::2], numbers[1::2], strict=True))
    for page in pages:
        owners = parents[page["StructParents"]]
        stray = {place for place, owner in enumerate(owners) if _number(owner) not in reached}
        if stray:
            words = streams[_number(page["Contents"])].stream
            for place, said in enumerate(words):
                if isinstance(said, dict) and said.get("MCID") in stray:
                    words[place - 1 : place + 1] = [b"/Artifact", OF_THE_PAGE]
            for place in stray:
                owners[place] = "null"


def _below(one: Any, held: dict[int, Any]) -> Iterator[int]:
    """Yield the numbers of an element's parts, and of theirs."""
    waiting = [one]
    while waiting:
        kids = waiting.pop().get("K", ())
        for kid in kids if isinstance(kids, list) else (kids,):
            if isinstance(kid, (bytes, str)):
                number = _number(kid)
                yield number
                waiting.append(held[number])


def _number(reference: Any) -> int:
    """Return the number of an object from what refers to it, as "12 0 R"."""
    return int(reference.split()[0])
