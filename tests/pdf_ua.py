"""What PDF/UA-1 (ISO 14289-1:2014) asks of a file that a machine can see, read again with pypdf.

Numbers name its clauses, as the Matterhorn Protocol 1.1 checks them.
"""

import io
import re

from pypdf import PdfReader
from pypdf.generic import ContentStream, IndirectObject, StreamObject

SHOWS = {b"Tj", b"TJ", b"'", b'"', b"Do", b"f", b"F", b"f*", b"B", b"B*", b"S", b"s", b"b", b"b*", b"sh"}
HEADING = re.compile(r"/H([1-6])")


def text_of(pdf):
    """Return the words on all pages of a PDF."""
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def close_text_of(pdf):
    """Return the same without white space, in small letters: a word may be broken anywhere."""
    return re.sub(r"\s", "", text_of(pdf)).casefold()


def every_byte_of(pdf):
    """Return a PDF with each of its parts decompressed: what stands in its structure, its names and its bookmarks."""
    reader = PdfReader(io.BytesIO(pdf))
    found = [pdf]
    for number in range(1, len(reader.xref_objStm) + sum(len(one) for one in reader.xref.values()) + 1):
        one = reader.get_object(IndirectObject(number, 0, reader))
        if one is not None:
            found.append(one.get_data() if isinstance(one, StreamObject) else repr(one).encode())
    return b"\n".join(found)


def elements_of(reader):
    """Return the elements of a file in the order of their reading, each as its kind and its dictionary."""
    found = []

    def walk(one):
        kids = one.get("/K", [])
        for kid in kids if isinstance(kids, list) else [kids]:
            held = kid.get_object() if isinstance(kid, IndirectObject) else kid
            if isinstance(held, dict) and "/S" in held:
                found.append((held["/S"], held))
                walk(held)

    walk(reader.root_object["/StructTreeRoot"])
    return found


def complaints(pdf):
    """Return where a file falls short of the standard; nothing where it does not."""
    reader = PdfReader(io.BytesIO(pdf))
    root = reader.root_object
    xmp = root["/Metadata"].get_data() if "/Metadata" in root else b""
    wrong = {
        "5: it does not say that it follows the standard": not re.search(
            rb'part(="1"|>1<)', xmp.split(b"pdfuaid")[-1]
        ),
        "7.1: not marked": not root.get("/MarkInfo", {}).get("/Marked"),
        "7.1: no title": not (reader.metadata or {}).get("/Title"),
        "7.1: its title is not shown": not root.get("/ViewerPreferences", {}).get("/DisplayDocTitle"),
        "7.2: no language": root.get("/Lang") != "en-GB",
        "7.17: no bookmarks": not reader.outline,
        "7.1: no structure": "/StructTreeRoot" not in root,
    }
    found = [said for said, holds in wrong.items() if holds]
    return found if found and "/StructTreeRoot" not in root else found + _of_its_structure(reader)


def _of_its_structure(reader):
    elements = elements_of(reader)
    reached = {id(one) for _, one in elements}
    found = _of_headings(kind for kind, _ in elements)
    for kind, one in elements:
        if kind == "/TH" and one["/A"].get("/Scope") not in {"/Column", "/Row"}:
            found.append("7.5: a heading of a table that does not say what it heads")
        if kind == "/Figure" and not one.get("/Alt"):
            found.append("7.3: a picture without words")
    numbers = reader.root_object["/StructTreeRoot"]["/ParentTree"]["/Nums"]
    owners = {key: held.get_object() for key, held in zip(numbers[::2], numbers[1::2], strict=True)}
    for number, page in enumerate(reader.pages, start=1):
        if page.get("/Tabs") != "/S" or "/StructParents" not in page:
            found.append(f"7.18: page {number} has no order")
            continue
        found += [
            f"7.1: page {number}, {one}"
            for one in _of_a_page(reader, page, owners[page["/StructParents"]], reached)
        ]
        for held in page.get("/Annots", []):
            link = held.get_object()
            if not link.get("/Contents") or "/StructParent" not in link:
                found.append(f"7.18: page {number}, a link without words")
    found += [f"7.21: a font that is not within: {name}" for name in _fonts_left_out(reader)]
    return found


def _of_headings(kinds):
    found, last = [], 0
    for kind in kinds:
        level = HEADING.fullmatch(kind)
        if level:
            if int(level[1]) > last + 1:
                found.append(f"7.4: a heading of level {level[1]} below one of {last}")
            last = int(level[1])
    return found


def _of_a_page(reader, page, owners, reached):
    """Yield what is drawn on a page and is neither read out nor set apart as of the page alone."""
    stack = []
    for operands, operator in ContentStream(page.get_contents(), reader).operations:
        if operator in {b"BMC", b"BDC"}:
            stack.append((operands[0], operands[1].get("/MCID") if len(operands) > 1 else None))
        elif operator == b"EMC":
            stack.pop()
        elif operator in SHOWS:
            kept = [key for _, key in stack if key is not None]
            apart = any(kind == "/Artifact" for kind, _ in stack)
            if not kept and not apart:
                yield f"{operator.decode()} that is neither text nor of the page"
            if kept and apart:
                yield "something that is both"
            yield from (
                f"a text that nothing leads to: {key}"
                for key in kept
                if id(owners[key].get_object()) not in reached
            )


def _fonts_left_out(reader):
    for page in reader.pages:
        for name, held in page["/Resources"].get("/Font", {}).items():
            font = held.get_object()
            below = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
            if not set(below.get("/FontDescriptor", {})) & {"/FontFile", "/FontFile2", "/FontFile3"}:
                yield name
