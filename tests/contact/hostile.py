"""A thousand hostile files and more, made here: each kind of harm, in each way of hiding it that we know.

None holds anything that harms: where a program would stand, there are words.  `corpus()` yields what each is called,
under which kind it comes, and its bytes.
"""

import base64
import gzip
import io
import random
import struct
import zipfile
import zlib
from functools import cache

from mash.contact.attachments import FILES
from mash.contact.looking.scanners import TEST_FILE
from tests.factories.files import (
    EXCEL,
    RELS,
    WORD,
    a_box,
    a_jpeg,
    a_pdf,
    a_png,
    a_rels,
    a_stream,
    a_wave,
    a_zip,
    an_mp3,
    an_mp4,
    chunk,
    excel_parts,
    sound_files,
    word_parts,
)

PDF, JPEG, PNG, TEXT, EMAIL = "application/pdf", "image/jpeg", "image/png", "text/plain", "message/rfc822"
PAGE = b"<html><script>alert(1)</script></html>"
PROGRAMS = {
    "exe": b"MZ\x90\0" + b"\0" * 60 + b"This program cannot be run in DOS mode.",
    "elf": b"\x7fELF\x02\x01\x01\0" + b"\0" * 60,
    "macho": b"\xcf\xfa\xed\xfe" + b"\0" * 60,
    "class": b"\xca\xfe\xba\xbe\0\0\0\x34",
    "sh": b"#!/bin/sh\necho\n",
    "bat": b"@echo off\r\nstart cmd\r\n\0",
    "html": PAGE,
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>',
    "xhtml": b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><script/></html>',
    "php": b"<?php echo 1; ?>",
    "rtf": b"{\\rtf1{\\object\\objdata 01}}",
    "lnk": b"L\0\0\0\x01\x14\x02\0",
    "ole": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
    "rar": b"Rar!\x1a\x07\x01\0" + b"\0" * 40,
    "7z": b"7z\xbc\xaf\x27\x1c\0\4" + b"\0" * 40,
    "gz": gzip.compress(b"\0" * 10_000),
    "zip": a_zip({"run.exe": b"MZ"}),
    "jar": a_zip({"META-INF/MANIFEST.MF": "Main-Class: A", "A.class": b"\xca\xfe\xba\xbe"}),
    "iso": b"\0" * 32_769 + b"CD001",
    "hta": b"<hta:application id=a><script>1</script>",
    "jpeg-svg": b"\xef\xbb\xbf  <SVG onload=alert(1)>",
    "empty": b"",
}


def corpus(seed=1):
    """Yield (name, kind, bytes) of every one of them."""
    made = random.Random(seed)
    for several in (
        programs,
        pdfs,
        pictures,
        offices,
        texts,
        emails,
        recordings,
        shortened,
        behind,
        test_files,
    ):
        yield from several(made)


def programs(made):
    """Every program, page and archive under every kind that is taken."""
    for name, body in PROGRAMS.items():
        for kind in FILES:
            yield f"{name} as {kind}", kind, body


# PDF

ACTIONS = {
    "script": b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>",
    "script in a string of digits": b"<< /S /JavaScript /JS <6170702e616c657274> >>",
    "script elsewhere": b"<< /S /JavaScript /JS 8 0 R >>",
    "launch": b"<< /S /Launch /F (calc.exe) >>",
    "form sent": b"<< /S /SubmitForm /F (https://example.org) >>",
    "data fetched": b"<< /S /ImportData /F (a.fdf) >>",
    "file elsewhere": b"<< /S /GoToR /F (\\\\\\\\example.org\\\\a.pdf) /D [0 /Fit] >>",
    "file within": b"<< /S /GoToE /T << /R /C >> >>",
    "film": b"<< /S /Rendition /OP 0 /JS (1) >>",
    "names": b"<< /Names << /JavaScript << /Names [(a) 8 0 R] >> >> >>",
    "files": b"<< /Names << /EmbeddedFiles << /Names [(a.exe) 8 0 R] >> >> >>",
    "file": b"<< /Type /EmbeddedFile /Length 0 >>",
    "rich media": b"<< /Type /Annot /Subtype /RichMedia >>",
    "form": b"<< /AcroForm << /XFA 8 0 R >> >>",
}
PLACES = (b"/OpenAction ", b"/AA << /O ", b"/A ", b"")


def pdfs(made):
    for name, action in ACTIONS.items():
        for place in PLACES:
            closed = action + (b" >>" if b"<<" in place else b"")
            whole = b"<< " + place + closed + b" >>" if place else action
            for way, body in _hidden_in_pdf(made, whole):
                yield f"pdf, {name}, {place.decode()}{way}", PDF, body
    yield "pdf, locked", PDF, a_pdf(b"8 0 obj\n<< /Encrypt 9 0 R >>\nendobj\n")
    yield "pdf, locked in other words", PDF, a_pdf(b"8 0 obj\n<< /#45ncrypt 9 0 R >>\nendobj\n")
    for megabytes in (110, 200):
        yield f"pdf, {megabytes} MB in it", PDF, a_pdf(b"8 0 obj\n" + _a_bomb(megabytes) + b"endobj\n")
    many = b"".join(b"%d 0 obj\n" % n + _a_bomb(12) + b"endobj\n" for n in range(20, 30))
    yield "pdf, ten bombs", PDF, a_pdf(many)
    yield "pdf, very many parts", PDF, a_pdf(b"stream\n" * 120_000)


def _hidden_in_pdf(made, whole):
    """Yield the ways to hide an object of a PDF."""
    obj = b"8 0 obj\n" + whole + b"\nendobj\n"
    yield "plain", a_pdf(obj)
    yield "names escaped", a_pdf(_escaped(made, obj))
    yield "packed", a_pdf(packed=whole)
    yield "packed and escaped", a_pdf(packed=_escaped(made, whole))
    yield "in a stream of another kind", a_pdf(b"8 0 obj\n" + a_stream(whole) + b"endobj\n")
    yield "in a stream that is not packed", a_pdf(b"8 0 obj\n" + a_stream(whole, b"<<", bytes) + b"endobj\n")
    yield "before the objects", a_pdf(before=obj)
    yield "written later", a_pdf() + obj + b"trailer\n<< /Root 8 0 R >>\n%%EOF\n"
    yield "packed without a head", a_pdf(b"8 0 obj\n" + a_stream(whole, pack=_bad_head) + b"endobj\n")
    odd = b"<< /Type /ObjStm /N 1 /First 4 /Filter [/ASCIIHexDecode /FlateDecode]"
    yield "packed twice", a_pdf(b"8 0 obj\n" + a_stream(whole, odd, _in_hex) + b"endobj\n")


def _escaped(made, said):
    def one(name):
        at = made.randrange(1, len(name))
        return name[:at] + b"#%02x" % name[at] + name[at + 1 :]

    for name in (b"/JavaScript", b"/Launch", b"/SubmitForm", b"/ImportData", b"/GoToR", b"/GoToE", b"/Rendition",
                 b"/EmbeddedFiles", b"/EmbeddedFile", b"/RichMedia", b"/XFA"):  # fmt: skip
        if name in said:
            return said.replace(name, one(name)).replace(b"/JS", b"/#4AS")
    raise AssertionError(said)


def _bad_head(words):
    return b"\x78\x00" + zlib.compress(words)[2:]


def _in_hex(words):
    return zlib.compress(words).hex().encode() + b">"


@cache
def _a_bomb(megabytes):
    pack, packed = zlib.compressobj(9), b""
    for _ in range(megabytes):
        packed += pack.compress(b"\0" * 1024 * 1024)
    packed += pack.flush()
    return b"<< /Filter /FlateDecode /Length %d >>\nstream\n" % len(packed) + packed + b"\nendstream\n"


# Pictures


def pictures(made):
    for width, height in ((60_000, 60_000), (65_000, 2_000), (29_000, 29_000), (31_000, 1), (0, 8), (8, 0)):
        yield f"png of {width} x {height}", PNG, a_png(width, height, points=b"\0" * 100)
        yield f"jpeg of {width} x {height}", JPEG, a_jpeg(width=width, height=height)
    yield "png larger than it says", PNG, a_png(4, 4, points=b"\0" * 5_000_000)
    yield "png that is not packed", PNG, a_png().replace(b"\x78\x9c", b"\0\0")
    note = zlib.compress(b"\0" * 9_000_000)
    for kind, head in ((b"zTXt", b"T\0\0"), (b"iCCP", b"p\0\0"), (b"iTXt", b"T\0\1\0\0\0")):
        yield f"png with a bomb in {kind}", PNG, a_png(4, 4, chunk(kind, head + note))
    yield "png with a wrong sum", PNG, a_png()[:-6] + b"\0" * 6
    yield "jpeg of very many scans", JPEG, a_jpeg(scans=500)
    yield "jpeg without points", JPEG, a_jpeg(scans=0)
    for name, body in PROGRAMS.items():
        if body and name not in {"bat", "macho", "class", "lnk"}:
            yield f"jpeg and {name}", JPEG, a_jpeg(after=body)
            yield f"png and {name}", PNG, a_png(after=body)
    for name, words in {"page": PAGE, "php": b"<?php 1;", "svg": b"<svg onload=a>", "pdf": a_pdf()}.items():
        yield f"jpeg with {name} in a remark", JPEG, a_jpeg((0xFE, words[:60_000]))
        yield (
            f"jpeg with {name} beside the data of the camera",
            JPEG,
            a_jpeg((0xE1, b"Exif\0\0" + words[:60_000])),
        )
        yield f"png with {name} in a remark", PNG, a_png(4, 4, chunk(b"tEXt", b"Title\0" + words))


# Office

MAIN = f"{RELS}/officeDocument"


def offices(made):
    for name, parts in {**_words(), **_sheets()}.items():
        kind = EXCEL if "xl/workbook.xml" in parts else WORD
        yield f"office, {name}", kind, a_zip(parts)
        yield f"office, {name}, not packed", kind, a_zip(parts, packing=zipfile.ZIP_STORED)
        yield (
            f"office, {name}, in capitals",
            kind,
            a_zip({_raised(part): said for part, said in parts.items()}),
        )
    for kind, parts in ((WORD, word_parts()), (EXCEL, excel_parts())):
        for way, body in _crooked(parts):
            yield f"office, {kind[-8:]}, {way}", kind, body


def _raised(part):
    return part.upper() if part.endswith((".bin", ".exe")) else part


def _relations():
    """Return, by name, relations to what lies elsewhere or is an object."""
    kinds = (
        "attachedTemplate",
        "oleObject",
        "frame",
        "image",
        "subDocument",
        "externalLink",
        "package",
        "video",
    )
    places = (
        "https://example.org/a.dotm",
        "file:///c:/a.exe",
        "\\\\example.org\\a",
        "mhtml:https://example.org",
    )
    found = {}
    for kind in kinds:
        for place in places:
            for n, mode in enumerate(
                ('TargetMode="External"', "TargetMode='external'", 'TargetMode="&#69;xternal"')
            ):
                said = f'<Relationship Id="r9" Type="{RELS}/{kind}" Target="{place}" {mode}/>'
                found[f"{kind} at {place} {n}"] = said
    for place in (
        "file:///c:/a.exe",
        "\\\\example.org\\a",
        "javascript:alert(1)",
        "ms-msdt:/id PCWDiagnostic",
    ):
        said = f'<Relationship Id="r9" Type="{RELS}/hyperlink" Target="{place}" TargetMode="External"/>'
        found[f"link to {place}"] = said
    return found


def _words():
    field = '<w:fldSimple w:instr="{}"/>'
    split = "<w:r><w:instrText>{}</w:instrText></w:r><w:r><w:instrText>{}</w:instrText></w:r>"
    deep = "<w:r><w:instrText>DD<w:x/>EAUTO c:\\cmd</w:instrText></w:r>"
    found = {f"word, {name}": word_parts(rels=said) for name, said in _relations().items()}
    for one in (
        "DDEAUTO c:\\\\cmd",
        "DDE a b",
        "INCLUDETEXT https://a",
        "INCLUDEPICTURE https://a",
        "import x",
    ):
        found[f"field {one}"] = word_parts(field.format(one))
        found[f"field in runs {one}"] = word_parts(split.format(one[:2], one[2:]))
    found["field in depth"] = word_parts(deep)
    for part in (
        "word/vbaProject.bin", "word/vbaData.xml", "word/activeX/activeX1.xml", "word/embeddings/oleObject1.bin",
        "word/embeddings/a.docx", "word/media/a.exe", "word/media/a.svg", "customUI/macro.xml", "word/a.html",
    ):  # fmt: skip
        found[f"word with {part}"] = word_parts(**{part: b"\xd0\xcf\x11\xe0"})
    for name, body in PROGRAMS.items():
        if name in {"exe", "elf", "zip", "ole", "rtf", "sh", "jar"}:
            found[f"word with {name} as a picture"] = word_parts(**{"word/media/image1.png": body})
            found[f"excel with {name} as a picture"] = excel_parts(**{"xl/media/image1.png": body})
    macro = "application/vnd.ms-word.document.macroEnabled.main+xml"
    found["word of the kind with macros"] = word_parts(
        types=f'<Override PartName="/word/a.xml" ContentType="{macro}"/>'
    )
    found["word with an object"] = word_parts('<w:object><o:OLEObject xmlns:o="o" Type="Embed"/></w:object>')
    found["word with a part of another kind"] = word_parts('<w:altChunk xmlns:r="r" r:id="r9"/>')
    entity = '<!DOCTYPE a [<!ENTITY b "bbbbbbbb"><!ENTITY c "&b;&b;&b;">]><a>&c;</a>'
    outside = '<!DOCTYPE a SYSTEM "https://example.org/a.dtd"><a/>'
    for n, said in enumerate(
        (entity, outside, '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>')
    ):
        found[f"word with entities {n}"] = word_parts(**{"word/styles.xml": said})
        found[f"excel with entities {n}"] = excel_parts(**{"xl/styles.xml": said})
    utf16 = a_rels(next(iter(_relations().values()))).encode("utf-16")
    found["word with relations in UTF-16"] = word_parts(**{"word/_rels/header1.xml.rels": utf16})
    found["word with a broken part"] = word_parts(**{"word/styles.xml": "<a><b></a>"})
    return found


def _sheets():
    found = {f"excel, {name}": excel_parts(rels=said) for name, said in _relations().items()}
    for n, formula in enumerate(
        (
            "cmd|' /C calc'!A0",
            'DDE("cmd";"/c";"1")',
            'CALL("kernel32","WinExec")',
            'EXEC("a")',
            'WEBSERVICE("https://a")',
            "MSEXCEL|'\\..\\cmd.exe'!''",
        )
    ):
        quoted = formula.replace('"', "&quot;")
        found[f"formula {n}"] = excel_parts(f"<c><f>{quoted}</f></c>")
        found[f"formula in depth {n}"] = excel_parts(f"<c><f><x/>{quoted}</f></c>")
    for part in (
        "xl/vbaProject.bin",
        "xl/externalLinks/externalLink1.xml",
        "xl/embeddings/a.bin",
        "xl/macrosheets/a.xml",
    ):
        found[f"excel with {part}"] = excel_parts(**{f"xl/{part}": "<a/>"})
    found["excel with a link to a program"] = excel_parts(**{"xl/a.xml": "<a><ddeLink/></a>"})
    return found


def _crooked(parts):
    """Yield archives that two readers would read differently, or that come to very much."""
    whole = a_zip(parts)
    yield "before", b"PK\x03\x04" + whole
    yield "page behind", whole + PAGE
    yield "remark", a_zip(parts, comment=PAGE)
    yield "two of one name", _doubled(parts)
    yield "names in two spellings", a_zip({**parts, "WORD/document.xml": "<a/>", "word/Document.xml": "<a/>"})
    yield "very many parts", a_zip({**parts, **{f"word/media/{n}.png": b"" for n in range(5000)}})
    for megabytes in (110, 200):
        yield f"{megabytes} MB", a_zip({**parts, "word/media/a.png": b"\0" * megabytes * 1024 * 1024})
    yield "ten bombs", a_zip({**parts, **{f"word/media/{n}.png": b"\0" * 12_000_000 for n in range(10)}})
    yield "packed otherwise", a_zip(parts, packing=zipfile.ZIP_LZMA)
    yield "packed in a rare way", a_zip(parts, packing=zipfile.ZIP_BZIP2)
    yield "locked", _with_flag(whole)
    yield "a wrong sum", _with_wrong_sum(parts)
    yield "lengths that lie", _with_lying_length(parts)


def _doubled(parts):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        for name, words in parts.items():
            packed.writestr(name, words)
        packed.writestr(next(iter(parts)).upper(), "<a/>")
    return made.getvalue()


def _with_flag(whole):
    at = whole.index(b"PK\x01\x02")
    return whole[: at + 8] + b"\x01\x00" + whole[at + 10 :]


def _with_wrong_sum(parts):
    whole = a_zip(parts, packing=zipfile.ZIP_STORED)
    return whole.replace(b"<?xml", b"<?xmm", 1)


def _with_lying_length(parts):
    whole = a_zip({**parts, "word/media/a.png": b"\0" * 1_000_000})
    at = whole.rindex(b"PK\x01\x02")
    return whole[: at + 24] + struct.pack("<I", 10) + whole[at + 28 :]


# Words, recordings


def texts(made):
    for n, words in enumerate(
        (b"<script>1</script>", b"<ScRiPt src=//a>", b"<iframe src=a>", b"<img src=x onerror=1>", b"<svg onload=1>",
         b"javascript:alert(1)", b"<object data=a>", b"<embed src=a>", b"<form action=a>", b"{\\rtf1", b"< script >",
         b"vbscript:1", b"<meta http-equiv=refresh content=0>", b"<base href=//a>", b"<link rel=import href=a>")
    ):  # fmt: skip
        for before in (b"", b"Seen at the gate.\n" * 3, b"\xef\xbb\xbf", b"a" * 70_000):
            yield f"text {n} behind {len(before)}", TEXT, before + words
            mail = b"From: a@example.org\r\nContent-Type: text/html\r\n\r\n" + before + words
            yield f"mail {n} behind {len(before)}", EMAIL, mail
    yield (
        "text that is a pdf",
        TEXT,
        b"Seen.\n" + a_pdf().replace(b"\xe2\xe3\xcf\xd3", b"aaaa").replace(b"\0", b""),
    )
    yield "text in UTF-16", TEXT, "<script>".encode("utf-16")


def emails(made):
    for name, body in PROGRAMS.items():
        packed = base64.encodebytes(body)
        for kind in (b"application/octet-stream", b"image/png", b"text/plain; name=a.exe", b"message/rfc822"):
            head = b"From: a@example.org\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nSee.\r\n--b\r\n"
            part = (
                b"Content-Type: " + kind + b"\r\nContent-Disposition: attachment; filename=a." + name.encode()
            )
            yield (
                f"mail with {name} as {kind.decode()}",
                EMAIL,
                (head + part + b"\r\nContent-Transfer-Encoding: base64\r\n\r\n" + packed + b"\r\n--b--\r\n"),
            )
    page = base64.encodebytes(PAGE)
    yield (
        "mail with a page",
        EMAIL,
        (
            b"From: a@example.org\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\n"
            + page
        ),
    )
    yield (
        "mail with a body elsewhere",
        EMAIL,
        (
            b'From: a@example.org\r\nContent-Type: message/external-body; access-type=URL; URL="a"\r\n\r\nX: y\r\n\r\n'
        ),
    )
    deep = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(60)
    )
    yield "mail of many depths", EMAIL, b"From: a@example.org\r\n" + deep


def recordings(made):
    makers = {"audio/wav": a_wave, "audio/x-wav": a_wave, "audio/mp4": an_mp4, "video/mp4": an_mp4}
    for name, body in PROGRAMS.items():
        for kind, maker in makers.items():
            if body:
                yield f"{kind} and {name}", kind, maker(after=body)
        if name in {"html", "svg", "php", "exe", "elf", "rar", "7z", "zip", "jar", "hta", "xhtml"}:
            yield f"mp3 and {name}", "audio/mpeg", an_mp3() + body
    yield (
        "mp4 without a film",
        "video/mp4",
        a_box(b"ftyp", b"isom") + a_box(b"free", PROGRAMS["elf"][:4] * 10),
    )
    yield "mp3 of a label alone", "audio/mpeg", b"ID3\x04\0\0\0\0\0\x0a" + b"\0" * 10
    yield "mp3 of zeros", "audio/mpeg", b"\xff\xe0\0\0" + b"\0" * 100


# Of every sound file


def shortened(made):
    """Every sound file cut off at several places, but for those whose kind cannot know their own end."""
    for name, (kind, body) in sound_files().items():
        if name.endswith((".txt", ".eml", ".mp3")):
            continue
        for part in (0.2, 0.4, 0.6, 0.8, 0.9, 0.99):
            whole = body.rstrip(b"\0")
            yield f"{name} cut at {part}", kind, whole[: int(len(whole) * part)]
        yield f"{name} without its last byte", kind, body.rstrip(b"\n\0 ")[:-1]


def behind(made):
    """Every sound file with something behind it, and something before it."""
    for name, (kind, body) in sound_files().items():
        for what in ("html", "zip", "exe", "svg", "rar", "jar"):
            if name.endswith((".txt", ".eml")) and what not in {"html", "svg", "zip", "jar"}:
                continue
            yield f"{name} with {what} behind", kind, body + PROGRAMS[what]
            if not name.endswith((".txt", ".eml")):
                yield f"{name} with {what} before", kind, PROGRAMS[what] + body
    for name, (kind, body) in sound_files().items():
        for other in (PDF, JPEG, PNG, WORD, EXCEL):
            if other != kind:
                yield f"{name} as {other}", other, body


def test_files(made):
    """The scanner's own: they are sound by every rule of ours."""
    for n in range(40):
        words = b"Seen at the gate.\n" * n
        yield f"test file in text {n}", TEXT, words + TEST_FILE
        yield f"test file in a pdf {n}", PDF, a_pdf(b"8 0 obj\n(" + words + TEST_FILE + b")\nendobj\n")
