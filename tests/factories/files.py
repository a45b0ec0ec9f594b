"""Sound files of every kind that is taken, made here byte by byte."""

import hashlib
import io
import struct
import zipfile
import zlib

import factory

from mash.contact.attachments import OFFICE
from mash.contact.models import Attachment, Looked
from tests.factories.base import Factory
from tests.factories.partnership import MONDAY_9AM

WORD, EXCEL = f"{OFFICE}wordprocessingml.document", f"{OFFICE}spreadsheetml.sheet"
RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
WORDS_NS = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def a_pdf(*objects, version=b"1.7", before=b"", after=b"", packed=b""):
    """Return a PDF of one page; `objects` are further ones, whole; `packed` lies in a stream of objects."""
    page = [
        b"1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n",
        b"2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n",
        b"3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>\nendobj\n",
        b"4 0 obj\n" + a_stream(b"BT (A body map) Tj ET") + b"endobj\n",
        *objects,
    ]
    if packed:
        said = b"<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode"
        page.append(b"9 0 obj\n" + a_stream(b"20 0 " + packed, said) + b"endobj\n")
    body, places = b"%PDF-" + version + b"\n%\xe2\xe3\xcf\xd3\n" + before, []
    for one in page:
        places.append(len(body))
        body += one
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(body)
    body += b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1) + table
    body += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(places) + 1, start)
    return body + after


def a_stream(words, said=b"<< /Filter /FlateDecode", pack=zlib.compress):
    packed = pack(words)
    return said + b" /Length %d >>\nstream\n" % len(packed) + packed + b"\nendstream\n"


def a_png(width=4, height=4, *chunks, points=None, after=b""):
    head = struct.pack("!IIBBBBB", width, height, 8, 0, 0, 0, 0)
    points = b"".join(b"\0" + b"\x80" * width for _ in range(height)) if points is None else points
    parts = [chunk(b"IHDR", head), *chunks, chunk(b"IDAT", zlib.compress(points)), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts) + after


def chunk(kind, inside):
    return struct.pack("!I", len(inside)) + kind + inside + struct.pack("!I", zlib.crc32(kind + inside))


def a_jpeg(*segments, width=8, height=8, scans=1, after=b""):
    """Return a JPEG as far as its own parts go; `segments` are (marker, what is in it)."""
    parts = [(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0"), *segments, (0xDB, b"\0" + b"\1" * 64)]
    parts.append((0xC0, b"\x08" + struct.pack("!HH", height, width) + b"\1\1\x11\0"))
    body = b"\xff\xd8" + b"".join(segment(*one) for one in parts)
    body += (segment(0xDA, b"\1\1\0\0\x3f\0") + b"\x12\xff\x00\x34\xff\xd0\x56") * scans
    return body + b"\xff\xd9" + after


def segment(marker, inside):
    return bytes([0xFF, marker]) + struct.pack("!H", len(inside) + 2) + inside


def a_zip(parts, *, packing=zipfile.ZIP_DEFLATED, comment=b""):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", packing) as packed:
        for name, words in parts.items():
            packed.writestr(name, words)
        packed.comment = comment
    return made.getvalue()


def word_parts(document="<w:p><w:r><w:t>A letter</w:t></w:r></w:p>", rels="", types="", **more):
    main = f"{WORD}.main+xml"
    return {
        "[Content_Types].xml": f'<?xml version="1.0"?><Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{main}"/>{types}</Types>',
        "_rels/.rels": a_rels(
            f'<Relationship Id="r1" Type="{RELS}/officeDocument" Target="word/document.xml"/>'
        ),
        "word/document.xml": f'<w:document xmlns:w="{WORDS_NS}"><w:body>{document}</w:body></w:document>',
        "word/_rels/document.xml.rels": a_rels(rels),
        **more,
    }


def excel_parts(cells='<c r="A1"><f>SUM(B1:B2)</f><v>1</v></c>', rels="", types="", **more):
    sheet_ns = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return {
        "[Content_Types].xml": f'<?xml version="1.0"?><Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{EXCEL}.main+xml"/>{types}</Types>',
        "_rels/.rels": a_rels(
            f'<Relationship Id="r1" Type="{RELS}/officeDocument" Target="xl/workbook.xml"/>'
        ),
        "xl/workbook.xml": f'<workbook xmlns="{sheet_ns}"><sheets/></workbook>',
        "xl/_rels/workbook.xml.rels": a_rels(rels),
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{sheet_ns}"><row>{cells}</row></worksheet>',
        **more,
    }


def a_rels(inside):
    return f'<Relationships xmlns="{PACKAGE}/relationships">{inside}</Relationships>'


def a_wave(after=b""):
    inside = (
        b"WAVEfmt "
        + struct.pack("<IHHIIHH", 16, 1, 1, 8000, 8000, 1, 8)
        + b"data"
        + struct.pack("<I", 8)
        + b"\x80" * 8
    )
    return b"RIFF" + struct.pack("<I", len(inside)) + inside + after


def a_box(kind, inside=b""):
    return struct.pack("!I", len(inside) + 8) + kind + inside


def an_mp4(brand=b"isom", after=b""):
    return (
        a_box(b"ftyp", brand + b"\0\0\2\0")
        + a_box(b"moov", a_box(b"mvhd", b"\0" * 100))
        + a_box(b"mdat", b"\1" * 20)
        + after
    )


def an_mp3(label=True):
    return (b"ID3\x04\0\0\0\0\0\x0a" + b"\0" * 10 if label else b"") + b"\xff\xfb\x90\x00" + b"\0" * 413


AN_EMAIL = b"From: a@example.org\r\nSubject: Kit\r\nContent-Type: text/plain\r\n\r\nNo coat again today.\r\n"


def sound_files():
    """Return name to kind and bytes of sound files, at least one of each kind that can be opened."""
    link = (
        f'<Relationship Id="r2" Type="{RELS}/hyperlink" Target="https://example.org/" TargetMode="External"/>'
    )
    return {
        "body map.pdf": ("application/pdf", a_pdf()),
        "packed.pdf": ("application/pdf", a_pdf(packed=b"<< /Type /Font /BaseFont /Helvetica >>")),
        "link.pdf": (
            "application/pdf",
            a_pdf(b"7 0 obj\n<< /S /URI /URI (https://example.org) >>\nendobj\n"),
        ),
        "bruise.jpg": ("image/jpeg", a_jpeg()),
        "telephone.jpeg": (
            "image/jpeg",
            a_jpeg((0xE1, b"Exif\0\0"), width=4000, height=3000, after=a_jpeg() + b"\0" * 9),
        ),
        "drawing.png": ("image/png", a_png()),
        "note.png": ("image/png", a_png(4, 4, chunk(b"zTXt", b"Title\0\0" + zlib.compress(b"A drawing")))),
        "letter.docx": (WORD, a_zip(word_parts(rels=link))),
        "log.xlsx": (EXCEL, a_zip(excel_parts())),
        "log.txt": ("text/plain", "Seen at the gate; he said “I’m fine” <twice>.\r\n".encode()),
        "plain.txt": ("text/plain; charset=utf-8", b"No coat.\n"),
        "mail.eml": ("message/rfc822", AN_EMAIL),
        "call.mp3": ("audio/mpeg", an_mp3()),
        "short.mp3": ("audio/mpeg", an_mp3(label=False)),
        "voice.m4a": ("audio/mp4", an_mp4(b"M4A ")),
        "film.mp4": ("video/mp4", an_mp4()),
        "call.wav": ("audio/wav", a_wave()),
    }


class AttachmentFactory(Factory):
    """A file as it lies with a contact, whatever is in it: nothing has looked at it."""

    class Meta:
        model = Attachment

    class Params:
        content = factory.LazyFunction(a_pdf)

    hub = factory.SelfAttribute("contact.hub")
    contact = factory.SubFactory("tests.factories.contact.ContactFactory")
    name = "body map.pdf"
    media_type = "application/pdf"
    body = factory.SelfAttribute("content")
    size = factory.LazyAttribute(lambda made: len(made.body))
    sha256 = factory.LazyAttribute(lambda made: hashlib.sha256(made.body).hexdigest())


class LookedFactory(Factory):
    """That the demo's scanner found nothing in a file."""

    class Meta:
        model = Looked

    hub = factory.SelfAttribute("attachment.hub")
    attachment = factory.SubFactory(AttachmentFactory)
    contact = factory.SelfAttribute("attachment.contact")
    outcome = "clean"
    scanner = "the demo’s scanner"
    version = "1"
    sha256 = factory.SelfAttribute("attachment.sha256")
    at = MONDAY_9AM
