"""The files of a referral message: which are taken, and whether each is what it says it is."""

import base64
import re
from collections.abc import Callable, Iterator, Mapping

from mash.contact.reading import objects_in
from mash.contact.refusals import Json, Refusal


def _begins(*starts: bytes) -> Callable[[bytes], bool]:
    return lambda body: body.startswith(starts)


def _is_office(folder: bytes) -> Callable[[bytes], bool]:
    """Return a test for an Office file without macros; names in its directory are never compressed."""
    return lambda body: (
        body.startswith(b"PK\x03\x04")
        and b"[Content_Types].xml" in body
        and folder in body
        and b"vbaProject" not in body
    )


def _is_film(body: bytes) -> bool:
    return body[4:8] == b"ftyp"


def _is_sound(body: bytes) -> bool:
    return body.startswith(b"ID3") or (len(body) > 1 and body[0] == 0xFF and body[1] & 0xE0 == 0xE0)


def _is_wave(body: bytes) -> bool:
    return body.startswith(b"RIFF") and body[8:12] == b"WAVE"


def _is_text(body: bytes) -> bool:
    return not CONTROLS.search(body) and not body.startswith((b"\xff\xfe", b"\xfe\xff"))


def _is_email(body: bytes) -> bool:
    return _is_text(body) and re.match(rb"[A-Za-z][A-Za-z0-9-]*:|From ", body) is not None


CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f]")
RUNS = re.compile(r"svg|html|xml$|script|x-sh|executable|msdownload|x-dosexec|x-msdos|java|hta")
RUNS_AS_TEXT = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:#!|<(?:!doctype|html|svg|script|\?xml|\?php|body|iframe))", re.IGNORECASE
)
COULD_RUN = "Programs, web pages and drawings that can hold programs are not taken."
OFFICE = "application/vnd.openxmlformats-officedocument."
FILES: Mapping[
    str, tuple[str, Callable[[bytes], bool]]
] = {  # media type: endings of its names, test of its content
    "application/pdf": (".pdf", _begins(b"%PDF-")),
    "image/jpeg": (".jpg .jpeg", _begins(b"\xff\xd8\xff")),
    "image/png": (".png", _begins(b"\x89PNG\r\n\x1a\n")),
    "text/plain": (".txt", _is_text),
    f"{OFFICE}wordprocessingml.document": (".docx", _is_office(b"word/")),
    f"{OFFICE}spreadsheetml.sheet": (".xlsx", _is_office(b"xl/")),
    "message/rfc822": (".eml", _is_email),
    "application/vnd.ms-outlook": (".msg", _begins(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")),
    "audio/mpeg": (".mp3", _is_sound),
    "audio/mp4": (".m4a .mp4", _is_film),
    "audio/wav": (".wav", _is_wave),
    "audio/x-wav": (".wav", _is_wave),
    "video/mp4": (".mp4 .m4v", _is_film),
}


def plain_media_type(media_type: str) -> str:
    return media_type.partition(";")[0].strip().lower()


def refused_files(plain: Json) -> Iterator[Refusal]:
    """Yield why each attachment that is not taken is not."""
    for place, one in objects_in(plain, "attachments"):
        media_type, content = one.get("media_type"), one.get("base64")
        if isinstance(media_type, str) and isinstance(content, str):
            refusal = _file(f"attachments[{place}]", plain_media_type(media_type), content)
            if refusal:
                yield refusal


def _file(path: str, media_type: str, content: str) -> Refusal | None:
    """Return why one attachment is not taken.  Its content must be what its media type says, never more."""
    if media_type not in FILES and RUNS.search(media_type):
        return Refusal(path, COULD_RUN)
    if media_type not in FILES:
        return Refusal(f"{path}.media_type", f"It must be one of: {', '.join(FILES)}.")
    try:
        body = base64.b64decode(content, validate=True)
    except ValueError:
        return Refusal(f"{path}.base64", "It is not base64: letters, digits, + and /, without line breaks.")
    return _body(path, media_type, body)


def _body(path: str, media_type: str, body: bytes) -> Refusal | None:
    """Return why the content of an attachment is not taken."""
    if not body:
        return Refusal(f"{path}.base64", "The file is empty.")
    if not FILES[media_type][1](body):
        return Refusal(f"{path}.media_type", f"The content of the file is not {media_type}.")
    if media_type == "text/plain" and RUNS_AS_TEXT.match(body):
        return Refusal(path, COULD_RUN)
    return None


def ending_of(media_type: str) -> str:
    """Return the ending under which a file of a kind is served, ".pdf".  Raises KeyError where it is not taken."""
    return FILES[media_type][0].split()[0]


def media_type_of(name: str, body: bytes) -> str:
    """Return what a file is, by the ending of its name and by its content, or "" where it is not taken."""
    ending = f".{name.rpartition('.')[2].lower()}"
    for media_type, (endings, is_one) in FILES.items():
        if ending in endings.split() and body and is_one(body):
            return "" if media_type == "text/plain" and RUNS_AS_TEXT.match(body) else media_type
    return ""
