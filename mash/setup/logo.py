"""A hub's logo, checked as a file that somebody hostile could have made.  Pure.

A drawing (SVG) is read and written anew: only shapes, colours and gradients are kept, and anything that could run, load
or lead somewhere refuses it.  A picture (PNG) is taken apart and put together from what it needs to be drawn.
"""

import re
import zlib
from collections.abc import Iterator
from typing import NamedTuple
from xml.etree import ElementTree

LARGEST = 100 * 1024  # bytes, as sent
MOST_ELEMENTS = 2000
DEEPEST = 20
WIDEST, HIGHEST = 1200, 600  # pixels of a picture
SVG, PNG = "image/svg+xml", "image/png"
NAMESPACE = "http://www.w3.org/2000/svg"
XLINK = "{http://www.w3.org/1999/xlink}"
DRAWN = {
    "svg", "g", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "defs", "linearGradient",
    "radialGradient", "stop", "clipPath", "title", "desc",
}  # fmt: skip
LEFT_OUT = {"metadata", "desc", "title"}  # harmless, and not needed: the alternative text is the hub's own
PAINT = {
    "fill", "fill-opacity", "fill-rule", "stroke", "stroke-width", "stroke-linecap", "stroke-linejoin",
    "stroke-miterlimit", "stroke-dasharray", "stroke-dashoffset", "stroke-opacity", "opacity", "clip-rule", "clip-path",
    "stop-color", "stop-opacity", "color", "display", "visibility",
}  # fmt: skip
GEOMETRY = {
    "viewBox", "width", "height", "x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx", "ry", "fx", "fy", "d",
    "points", "transform", "offset", "gradientUnits", "gradientTransform", "spreadMethod", "clipPathUnits", "id",
    "preserveAspectRatio",
}  # fmt: skip
PLAIN = re.compile(r"[^<>&\"'\\]*")
OURS = re.compile(r"#[\w.-]+")
PAINTED_WITH = re.compile(r"url\(\s*['\"]?(#[\w.-]+)['\"]?\s*\)")
LEADS = re.compile(r"url\s*\(|javascript|data:|expression|@import|://", re.IGNORECASE)
COULD_RUN = (
    "The drawing holds a script, a link, a picture or something else that could run or load: "
    "save it as plain shapes"
)
NEEDED = {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"sRGB", b"cHRM"}
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # by type of colour
BEGINS = b"\x89PNG\r\n\x1a\n"


class NotALogo(Exception):
    """The file is not taken; the message says why, in the words of whoever sent it."""


class Logo(NamedTuple):
    """A logo that is safe to show: what it is, and its bytes as we wrote them."""

    media_type: str
    body: bytes


def read_logo(body: bytes) -> Logo:
    """Return a logo by its content, whatever it is called.  Raises NotALogo.

    Source: docs/rules.md, "Setting up a hub".
    """
    if not body:
        raise NotALogo("The file is empty")
    if len(body) > LARGEST:
        raise NotALogo(f"The file is {len(body) // 1024} kB: at most {LARGEST // 1024} kB is taken")
    if body.startswith(BEGINS):
        return Logo(PNG, b"".join([BEGINS, *_chunks(body)]))
    if body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return Logo(SVG, _drawing(body))
    raise NotALogo("The file must be a drawing (SVG) or a picture (PNG)")


# Drawings


def _drawing(body: bytes) -> bytes:
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotALogo("The drawing must be saved in UTF-8") from error
    if re.search(r"<!(?!--)|<\?(?!xml\s)", text):
        raise NotALogo("The drawing holds a document type or a program’s instruction: save it as plain SVG")
    try:
        root = ElementTree.fromstring(text)  # no document type, so no entity  # noqa: S314  # nosec B314
    except (ElementTree.ParseError, ValueError) as error:
        raise NotALogo("The drawing cannot be read: it is not whole") from error
    if root.tag != f"{{{NAMESPACE}}}svg":
        raise NotALogo("The file must be a drawing (SVG) or a picture (PNG)")
    if sum(1 for _ in root.iter()) > MOST_ELEMENTS:
        raise NotALogo(f"The drawing has more than {MOST_ELEMENTS} parts: a logo is simpler")
    kept = _kept(root, 0)
    if "viewBox" not in kept.attrib:
        kept.set("viewBox", _box(kept))
    kept.attrib.pop("width", None)
    kept.attrib.pop("height", None)
    return ElementTree.tostring(kept, encoding="unicode").encode()


def _kept(one: ElementTree.Element, depth: int) -> ElementTree.Element:
    if depth > DEEPEST:
        raise NotALogo("The drawing is nested too deep: a logo is simpler")
    made = ElementTree.Element(_name(one), {"xmlns": NAMESPACE} if depth == 0 else {})
    for name, value in _attributes(one):
        made.set(name, value)
    for inside in one:
        if inside.tag.startswith("{") and not inside.tag.startswith(f"{{{NAMESPACE}}}"):
            continue  # a drawing program's own notes
        if _name(inside) not in LEFT_OUT:
            made.append(_kept(inside, depth + 1))
    return made


def _name(one: ElementTree.Element) -> str:
    name = one.tag.rpartition("}")[2]
    if name not in DRAWN | LEFT_OUT:
        raise NotALogo(COULD_RUN)
    return name


def _attributes(one: ElementTree.Element) -> Iterator[tuple[str, str]]:
    for name, value in one.attrib.items():
        if name == "style":
            yield from _style(value)
        elif name in {"href", f"{XLINK}href"}:
            if not OURS.fullmatch(value.strip()):
                raise NotALogo(COULD_RUN)
            yield "href", value.strip()
        elif name.lower().startswith("on"):
            raise NotALogo(COULD_RUN)
        elif name in PAINT | GEOMETRY:
            yield name, _plain(value)


def _style(said: str) -> Iterator[tuple[str, str]]:
    for one in said.split(";"):
        name, _, value = one.partition(":")
        if name.strip() in PAINT:
            yield name.strip(), _plain(value.strip())
        elif LEADS.search(one):
            raise NotALogo(COULD_RUN)


def _plain(value: str) -> str:
    said = PAINTED_WITH.sub("", value)
    if LEADS.search(said) or not PLAIN.fullmatch(said):
        raise NotALogo(COULD_RUN)
    return PAINTED_WITH.sub(lambda found: f"url({found.group(1)})", value)


def _box(one: ElementTree.Element) -> str:
    sizes = [re.fullmatch(r"(\d+(?:\.\d+)?)(?:px)?", one.get(name, "")) for name in ("width", "height")]
    if not all(sizes):
        raise NotALogo("The drawing does not say how large it is: save it with a viewBox")
    return " ".join(["0", "0", *(found.group(1) for found in sizes if found)])


# Pictures


def _chunks(body: bytes) -> Iterator[bytes]:
    """Yield the parts that a picture needs, each whole; what a program or a camera wrote into it is left out."""
    at, packed, size, ended = len(BEGINS), b"", 0, False
    while at < len(body) and not ended:
        length = int.from_bytes(body[at : at + 4], "big")
        kind, inside = body[at + 4 : at + 8], body[at + 8 : at + 8 + length]
        part = body[at : at + 12 + length]
        if len(part) != 12 + length or zlib.crc32(kind + inside) != int.from_bytes(part[-4:], "big"):
            raise NotALogo("The picture is damaged: it is not whole")
        if (kind == b"IHDR") != (at == len(BEGINS)):
            raise NotALogo("The picture is damaged: its size is not said first")
        if kind == b"IHDR":
            size = _unpacked(inside)
        if kind == b"IDAT":
            packed += inside
        if kind in NEEDED:
            yield part
        ended = kind == b"IEND"
        at += len(part)
    if not ended or at != len(body):
        raise NotALogo("The picture is damaged: something is missing or stands behind its end")
    unpack = zlib.decompressobj()
    try:
        points = unpack.decompress(packed, size + 1)
    except zlib.error as error:
        raise NotALogo("The picture is damaged: it cannot be unpacked") from error
    if len(points) != size or unpack.unconsumed_tail:
        raise NotALogo("The picture is not as large as it says")


def _unpacked(header: bytes) -> int:
    """Return how many bytes a picture has when it is unpacked."""
    if len(header) != 13:
        raise NotALogo("The picture is damaged: its size cannot be read")
    width, height = int.from_bytes(header[:4], "big"), int.from_bytes(header[4:8], "big")
    depth, colour, pressed, filtered, woven = header[8:]
    if not 0 < width <= WIDEST or not 0 < height <= HIGHEST:
        raise NotALogo(f"The picture is {width} by {height} points: at most {WIDEST} by {HIGHEST} are taken")
    if colour not in CHANNELS or depth not in {1, 2, 4, 8, 16} or pressed or filtered or woven:
        raise NotALogo("The picture is of a rare kind: save it as a plain PNG without interlacing")
    return height * (1 + (width * CHANNELS[colour] * depth + 7) // 8)
