"""Plain text, and e-mails."""

import email
import email.policy
import re
from email.message import EmailMessage
from typing import NoReturn

from mash.contact.attachments import COULD_RUN
from mash.contact.looking.refusing import Harm

IS_CODE = re.compile(
    r"<\s*(?:script|iframe|object|embed|form|svg|meta|link|base|applet|html\b(?=[^>]*\bon))|javascript:|vbscript:"
    r"|\bon(?:load|error|click|mouseover|focus)\s*=|\{\\rtf",
    re.IGNORECASE,
)
SEND_THEM = (
    "An e-mail can be sent without the files in it: save each of its files, and send them by themselves."
)
MOST_PARTS = 50
TEXTS = {"text/plain", "text/html"}


def look_into_text(body: bytes) -> None:
    """Raise Harm for what is against plain text."""
    if IS_CODE.search(body.decode("utf-8", "replace")):
        raise Harm(f"{COULD_RUN} Send the words as a Word file or a PDF.")


def look_into_email(body: bytes) -> None:
    """Raise Harm for what is against an e-mail: it may hold words, and nothing else."""
    read = email.message_from_bytes(body, policy=email.policy.default)
    if not read.keys():
        raise Harm("It is not an e-mail. Save the words as a Word file or a PDF and send that.")
    for count, part in enumerate(read.walk()):
        if count > MOST_PARTS:
            raise Harm(f"It has too many parts. {SEND_THEM}")
        _look_at(part)


def _look_at(part: EmailMessage) -> None:
    if part.defects:
        raise Harm("It cannot be read as an e-mail from beginning to end. Print it to a PDF and send that.")
    if part.get_content_maintype() == "multipart":
        return
    if part.get_content_type() not in TEXTS or part.get_filename() or part.is_attachment():
        raise Harm(f"Files are attached to it. {SEND_THEM}")
    said = part.get_payload(decode=True)
    words = said.decode("utf-8", "replace") if isinstance(said, bytes) else ""
    if IS_CODE.search(words.replace("\x00", "")):
        raise Harm("It holds a program. Print it to a PDF and send that.")


def refuse_outlook(body: bytes) -> NoReturn:  # noqa: ARG001 (the others read it)
    """Raise Harm: what an Outlook message holds cannot be looked into here."""
    raise Harm(
        "An Outlook message cannot be looked into. Print it to a PDF, save the files in it, and send those."
    )
