"""What in a file could do harm, or keeps us from knowing, in the words of whoever sends it."""

import io
import re
import zipfile
from collections.abc import Callable, Mapping

from mash.contact.attachments import COULD_RUN, FILES, OFFICE, RUNS_AS_TEXT, plain_media_type
from mash.contact.looking import messages, office, pdf, pictures, recordings
from mash.contact.looking.refusing import Harm, NotWhole

EDITION = "1"  # of these rules; kept beside what they found
SAVE_AGAIN = "Open it, save a copy under the same kind of file, and send the copy."
TWO_KINDS = f"It is two kinds of file in one. {SAVE_AGAIN}"
OTHER_KINDS = re.compile(
    rb"<script|<iframe|<!doctype html|<html[ >]|<svg[ >]|<\?php|javascript:"
    rb"|This program cannot be run in DOS mode|\x7fELF[\x01\x02]\x01\x01\x00"
    rb"|Rar!\x1a\x07|7z\xbc\xaf\x27\x1c",
    re.IGNORECASE,
)
PDF_STARTS_WITHIN = 1024  # bytes in which readers look for the beginning of a PDF
ARE_ZIPS = {f"{OFFICE}wordprocessingml.document", f"{OFFICE}spreadsheetml.sheet"}
LOOKS: Mapping[str, Callable[[bytes], None]] = {
    "application/pdf": pdf.look_into,
    "image/jpeg": pictures.look_into_jpeg,
    "image/png": pictures.look_into_png,
    "text/plain": messages.look_into_text,
    f"{OFFICE}wordprocessingml.document": office.look_into,
    f"{OFFICE}spreadsheetml.sheet": office.look_into,
    "message/rfc822": messages.look_into_email,
    "application/vnd.ms-outlook": messages.refuse_outlook,
    "audio/mpeg": recordings.look_into_mp3,
    "audio/mp4": recordings.look_into_mp4,
    "audio/wav": recordings.look_into_wave,
    "audio/x-wav": recordings.look_into_wave,
    "video/mp4": recordings.look_into_mp4,
}


def harm_in(media_type: str, body: bytes) -> str:
    """Return what is against a file, with what to do about it, or "" where everything in it was seen and is sound.

    Source: docs/rules.md, "Files".
    """
    media_type = plain_media_type(media_type)
    if media_type not in FILES:
        return "It is of a kind that is not taken."
    if not body:
        return "It is empty. Choose it again, or send another copy."
    try:
        _look(media_type, body)
    except Harm as found:
        return str(found)
    return ""


def _look(media_type: str, body: bytes) -> None:
    if not FILES[media_type][1](body):
        raise Harm(f"Its content is not what its name says. {SAVE_AGAIN}")
    if RUNS_AS_TEXT.match(body):
        raise Harm(COULD_RUN)
    if media_type not in ARE_ZIPS and (OTHER_KINDS.search(body) or zipfile.is_zipfile(io.BytesIO(body))):
        raise Harm(TWO_KINDS)
    if media_type != "application/pdf" and b"%PDF-" in body[:PDF_STARTS_WITHIN]:
        raise Harm(TWO_KINDS)
    try:
        LOOKS[media_type](body)
    except (IndexError, ValueError, KeyError, OverflowError, RecursionError) as why:
        raise NotWhole from why
