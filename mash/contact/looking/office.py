"""Word and Excel files without macros, objects, or anything that is fetched from elsewhere."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from xml.parsers import expat

from mash.contact.looking.refusing import Harm, NotWhole
from mash.contact.looking.unpacking import PIECE, Allowance

SAVE_PLAIN = "Save it without macros, objects and links to other files, or as a PDF, and send that."
MOST_PARTS = 4000
ENDS_WITH = 22  # bytes of a zip's own end, where no remark follows it
LOCKED_FLAG = 0x1
PLAIN_PACKING = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
HOLDS_A_PROGRAM = re.compile(
    r"vba|macro|activex|\.bin$|oleobject|embeddings/|externallinks/|\.(?:exe|dll|js|vbs|ps1|hta|com|scr|html?|svg|zip)$",
    re.IGNORECASE,
)
PRINTER = re.compile(r"(?:^|/)printersettings/printersettings\d*\.bin$", re.IGNORECASE)
STARTS_OF_PROGRAMS = (b"MZ", b"\x7fELF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"#!", b"{\\rtf", b"%PDF-")
ACTIVE_TYPE = re.compile(r"macro|vba|activex|oleobject|ms-office", re.IGNORECASE)
FIELD = re.compile(r"\bDDE(?:AUTO)?\b|\bINCLUDETEXT\b|\bINCLUDEPICTURE\b|\bIMPORT\b", re.IGNORECASE)
FORMULA = re.compile(
    r"\bcmd\s*\||\bDDE\s*\(|\|\s*'[^']*'\s*!|\bCALL\s*\(|\bEXEC\s*\(|\bWEBSERVICE\s*\(", re.IGNORECASE
)
MAY_BE_ELSEWHERE = "/hyperlink"
LINKS = re.compile(r"(?:https?://|mailto:)", re.IGNORECASE)
XML = (".xml", ".rels")
WORDS_OF_FIELDS, FORMULAS = {"instrText", "delInstrText"}, {"f", "definedName"}
OBJECTS = {"ddeLink", "oleLink", "altChunk", "control", "OLEObject", "externalReference"}


def look_into(body: bytes) -> None:
    """Raise Harm for what is against a Word or Excel file."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            _look_at_whole(packed, body)
            allowance = Allowance()
            for part in packed.infolist():
                _look_at_part(packed, part, allowance)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as why:
        raise NotWhole from why


def _look_at_whole(packed: zipfile.ZipFile, body: bytes) -> None:
    """The parts stand from the first byte to the last: whatever stands before, between or behind them is not theirs."""
    parts = sorted(packed.infolist(), key=lambda part: part.header_offset)
    names = [part.filename.casefold() for part in parts]
    if len(parts) > MOST_PARTS or len(set(names)) != len(names):
        raise Harm(f"It has too many parts, or two of one name. {SAVE_PLAIN}")
    if packed.comment or body[-ENDS_WITH:][:4] != b"PK\x05\x06" or not parts or parts[0].header_offset:
        raise Harm(f"Something stands before or behind it. {SAVE_PLAIN}")
    at = 0
    for part in parts:
        if part.header_offset < at:
            raise Harm(f"Its parts lie over each other. {SAVE_PLAIN}")
        at = part.header_offset + 30 + part.compress_size


def _look_at_part(packed: zipfile.ZipFile, part: zipfile.ZipInfo, allowance: Allowance) -> None:
    if part.flag_bits & LOCKED_FLAG:
        raise Harm(
            "It is locked with a password, so nobody can look into it. Save it without one and send that."
        )
    if part.compress_type not in PLAIN_PACKING:
        raise Harm(f"It is packed in a way that cannot be looked into. {SAVE_PLAIN}")
    if HOLDS_A_PROGRAM.search(part.filename) and not PRINTER.search(part.filename):
        raise Harm(f"It holds a macro, an object or another file. {SAVE_PLAIN}")
    said = b"".join(_read(packed, part, allowance))
    if said.startswith(STARTS_OF_PROGRAMS):
        raise Harm(f"It holds another file. {SAVE_PLAIN}")
    if part.filename.lower().endswith(XML):
        _read_xml(part.filename, said)


def _read(packed: zipfile.ZipFile, part: zipfile.ZipInfo, allowance: Allowance) -> Iterator[bytes]:
    with packed.open(part) as inside:
        while piece := inside.read(PIECE):
            allowance.spend(len(piece))
            yield piece


def _read_xml(name: str, said: bytes) -> None:
    reader = _Reader(name)
    try:
        reader.parser.Parse(said, True)
    except expat.ExpatError as why:
        raise NotWhole from why
    if FIELD.search("".join(reader.fields)):
        raise Harm(f"It fetches something from elsewhere when it is opened. {SAVE_PLAIN}")


class _Reader:
    """Reads one part: no document type, so no entity; looks at what it refers to and at its fields."""

    def __init__(self, name: str) -> None:
        self.name, self.fields, self.formula = name, list[str](), list[str]()
        self.in_field = self.in_formula = 0  # how deep
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartDoctypeDeclHandler = self._document_type
        self.parser.StartElementHandler = self._starts
        self.parser.EndElementHandler = self._ends
        self.parser.CharacterDataHandler = self._words

    def _document_type(self, *_: object) -> None:
        raise Harm(f"It holds a document type, which a Word or Excel file never needs. {SAVE_PLAIN}")

    def _starts(self, element: str, said: dict[str, str]) -> None:
        kind = element.rpartition(" ")[2]
        self.in_field += kind in WORDS_OF_FIELDS or self.in_field > 0
        self.in_formula += kind in FORMULAS or self.in_formula > 0
        if kind == "Relationship":
            _look_at_relationship({key.rpartition(" ")[2]: value for key, value in said.items()})
        if kind in {"Override", "Default"} and ACTIVE_TYPE.search(said.get("ContentType", "")):
            self._type_with_program(said)
        if kind in OBJECTS:
            raise Harm(f"It holds an object or a link to another file. {SAVE_PLAIN}")
        if kind == "fldSimple":
            self.fields.extend(value for key, value in said.items() if key.endswith("instr"))

    def _type_with_program(self, said: dict[str, str]) -> None:
        if not PRINTER.search(said.get("PartName", "")):
            raise Harm(f"It holds a macro or an object. {SAVE_PLAIN}")

    def _words(self, words: str) -> None:
        if self.in_field:
            self.fields.append(words)
        if self.in_formula:
            self.formula.append(words)

    def _ends(self, _element: str) -> None:
        self.in_field -= self.in_field > 0
        self.in_formula -= self.in_formula > 0
        if self.formula and not self.in_formula:
            if FORMULA.search("".join(self.formula)):
                raise Harm(f"A formula in it starts a program or fetches something. {SAVE_PLAIN}")
            self.formula = []


def _look_at_relationship(said: dict[str, str]) -> None:
    """Raise Harm for a part that lies elsewhere, unless it is a link that a person would have to follow."""
    kind, where = said.get("Type", ""), said.get("Target", "")
    if ACTIVE_TYPE.search(kind) and "printerSettings" not in kind:
        raise Harm(f"It holds a macro or an object. {SAVE_PLAIN}")
    elsewhere = (
        said.get("TargetMode", "").strip().lower() == "external" or "://" in where or where.startswith("\\\\")
    )
    if elsewhere and not (kind.endswith(MAY_BE_ELSEWHERE) and LINKS.match(where.strip())):
        raise Harm(f"It fetches a template, a picture or another file from elsewhere. {SAVE_PLAIN}")
