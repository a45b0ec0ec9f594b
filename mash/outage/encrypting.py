"""A PDF that opens with a passphrase and nothing else: AES-256, as PDF 2.0 has it.  Pure."""

import io

from pypdf import PdfReader, PdfWriter
from pypdf.errors import DependencyError, PdfReadError

AES_256 = "AES-256"


class NotOpened(Exception):
    """A file is no pack that opens with this passphrase; the message says which of both."""


def encrypted(pdf: bytes, passphrase: str) -> bytes:
    """Return a PDF under a passphrase.  Whoever opens it may do all with it: its rights are no wall."""
    writer = PdfWriter(clone_from=io.BytesIO(pdf))
    writer.encrypt(passphrase, algorithm=AES_256)
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def pages_of(pdf: bytes, passphrase: str = "") -> int:
    """Return how many pages a PDF has, each of them read once.

    Raises NotOpened.
    """
    try:
        reader = PdfReader(io.BytesIO(pdf))
        if reader.is_encrypted and not reader.decrypt(passphrase):
            raise NotOpened("The passphrase does not open it.")
        for page in reader.pages:
            page.get_contents()
        return len(reader.pages)
    except (PdfReadError, DependencyError, ValueError, KeyError) as why:
        raise NotOpened("It is no whole PDF.") from why


def is_encrypted(pdf: bytes) -> bool:
    """Tell whether a file asks for a passphrase.  Raises NotOpened for what is no PDF."""
    try:
        return bool(PdfReader(io.BytesIO(pdf)).is_encrypted)
    except PdfReadError as why:
        raise NotOpened("It is no whole PDF.") from why
