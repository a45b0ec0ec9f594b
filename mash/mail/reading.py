"""Taking an e-mail apart.  Pure: no clock, no database; nothing in it is run, followed or believed.

Source: docs/rules.md, "E-mail".
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage, Message
from email.parser import BytesParser
from email.utils import parseaddr, parsedate_to_datetime
from html.parser import HTMLParser

from mash.contact.attachments import media_type_of
from mash.contact.looking.harm import harm_in
from mash.mail.models import Kind

LARGEST = 20 * 1024 * 1024  # bytes of an e-mail, files included
LONGEST_WORDS = 200_000  # characters
MOST_FILES = 20
MOST_PARTS = 300
MOST_TOGETHER = 14 * 1024 * 1024  # bytes of its files: what a contact's message then holds
NOT_TAKEN = "It is no kind of file that is taken, or not what its name says."
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
DAEMONS = re.compile(r"(?:mailer-daemon|postmaster)@", re.IGNORECASE)
ADDRESS = re.compile(r"[^@\s<>\"(),:;\[\]\\]+@[^@\s<>\"(),:;\[\]\\]+\.[^@\s<>\"(),:;\[\]\\]+")
BLOCKS = {
    "p",
    "div",
    "br",
    "tr",
    "li",
    "ul",
    "ol",
    "table",
    "blockquote",
    "hr",
    *(f"h{n}" for n in range(1, 7)),
}
UNSEEN = {"script", "style", "head", "title", "template", "noscript"}


@dataclass(frozen=True, slots=True)
class File:
    """A file of an e-mail.  media_type: by its content; refused: why it is not taken, and then its body is empty."""

    name: str
    media_type: str
    size: int
    sha256: str
    body: bytes
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """What an e-mail says.  may_answer: nothing in it forbids that a program answers."""

    digest: str
    kind: Kind = Kind.PERSON
    message_id: str = ""
    sender_name: str = ""
    sender: str = ""
    subject: str = ""
    sent_at: datetime | None = None
    words: str = ""
    cut: bool = False
    checks: str = ""
    may_answer: bool = False
    files: list[File] = field(default_factory=list)


def read(raw: bytes, *, trusts: str = "", whole: bool = True) -> Said:
    """Return what an e-mail says; one that cannot be taken apart comes as far as it can be read, and never fails.

    trusts: how the hub's own relay names itself in what it found of the sender.  whole: False where it is too large and
        these are its headers alone.
    """
    digest = digest_of(raw)
    try:
        message = BytesParser(policy=policy.default).parsebytes(raw, headersonly=not whole)
        assert isinstance(message, EmailMessage)  # noqa: S101
        said = _headers(message, digest, trusts)
        if not whole:
            return replace(said, kind=Kind.TOO_LARGE, may_answer=False)
        words, files = _parts(message)
    except Exception:  # noqa: BLE001 (whatever a hostile e-mail brings the parser to, it is kept for a person)
        text = plain(raw.decode("utf-8", "replace"))
        return Said(digest, Kind.UNREADABLE, words=text[:LONGEST_WORDS], cut=len(text) > LONGEST_WORDS)
    return replace(said, words=words[:LONGEST_WORDS], cut=len(words) > LONGEST_WORDS, files=files)


def digest_of(raw: bytes) -> str:
    """Return by what an e-mail is known again: what its sender wrote, without what was added on the way."""
    head, _, body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    unfolded = re.sub(rb"\n[ \t]+", b" ", head).split(b"\n")
    own = (b"message-id:", b"from:", b"date:", b"subject:")
    said = sorted(line.strip() for line in unfolded if line.lower().startswith(own))
    return hashlib.sha256(b"\n".join([*said, b"", body])).hexdigest()


def plain(text: str) -> str:
    """Return a text without what a page or PostgreSQL cannot hold, or what would be read in another order."""
    whole = text.encode("utf-8", "replace").decode()
    return CONTROLS.sub("", whole.replace("\r\n", "\n").replace("\r", "\n")).strip()


def text_of(html: str) -> str:
    """Return the words of a web page, and nothing else of it."""
    reader = _Words()
    reader.feed(html)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.found).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.unseen = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if not self.unseen and tag in UNSEEN:
            self.unseen = tag
        elif tag in BLOCKS:
            self.found.append("\n")
        elif tag == "body":
            self.unseen = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == self.unseen:
            self.unseen = ""
        elif tag in BLOCKS:
            self.found.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.unseen:
            self.found.append(data.replace("\n", " "))


def _headers(message: EmailMessage, digest: str, trusts: str) -> Said:
    name, address = parseaddr(_header(message, "From"))
    return Said(
        digest,
        kind=_kind(message, address),
        message_id=_header(message, "Message-ID")[:250],
        sender_name=plain(name)[:200],
        sender=address[:254] if ADDRESS.fullmatch(address) else "",
        subject=_header(message, "Subject")[:500],
        sent_at=_moment(_header(message, "Date")),
        checks=_checks(message, trusts),
        may_answer=_may_answer(message, address),
    )


def _header(message: Message, name: str) -> str:
    try:
        value = message.get(name, "")
    except Exception:  # noqa: BLE001 (a header that the library cannot read is read as it stands)
        value = next((said for key, said in message.raw_items() if key.lower() == name.lower()), "")
    return plain(" ".join(str(value).split()))


def _moment(said: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(said)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _kind(message: EmailMessage, address: str) -> Kind:
    """Return what an e-mail says that it is.  A program may refer: only its replies are put aside."""
    report = message.get_content_type() == "multipart/report"
    if report or DAEMONS.match(address):
        return Kind.RETURNED
    replied = _header(message, "Auto-Submitted").lower().startswith("auto-replied")
    if replied or message.get("X-Autoreply") or message.get("X-Autorespond"):
        return Kind.AUTOMATIC
    return Kind.AUTOMATIC if _header(message, "Precedence").lower() == "auto_reply" else Kind.PERSON


def _may_answer(message: EmailMessage, address: str) -> bool:
    """Tell whether a program may answer.  Source: RFC 3834, sections 2 and 5."""
    submitted = _header(message, "Auto-Submitted").lower().partition(";")[0].strip()
    forbids = (
        submitted not in ("", "no"),
        _header(message, "Precedence").lower() in {"bulk", "junk", "list", "auto_reply"},
        _header(message, "Return-Path") == "<>",
        *(
            message.get(name) is not None
            for name in ("List-Id", "List-Unsubscribe", "X-Auto-Response-Suppress")
        ),
    )
    return (
        not any(forbids)
        and _kind(message, address) == Kind.PERSON
        and ADDRESS.fullmatch(address) is not None
        and not re.match(r"no-?reply@|do-?not-?reply@", address, re.IGNORECASE)
    )


def _checks(message: EmailMessage, trusts: str) -> str:
    """Return what the trusted relay found: it writes above all others, so only the first word on it may be its own."""
    first = _header(message, "Authentication-Results")
    by, _, found = first.partition(";")
    return found.strip()[:500] if trusts and by.split(" ")[0].lower() == trusts.lower() else ""


def _parts(message: EmailMessage) -> tuple[str, list[File]]:
    bodies: dict[str, str] = {}
    files: list[File] = []
    together = 0
    for count, part in enumerate(_leaves(message)):
        kind, named = part.get_content_type(), part.get_filename()
        is_text = not named and part.get_content_disposition() != "attachment"
        if count >= MOST_PARTS:
            raise ValueError("it has more parts than are taken apart")
        if is_text and kind in ("text/plain", "text/html") and kind not in bodies:
            text = _decoded(part)
            bodies[kind] = plain(text_of(text) if kind == "text/html" else text)
            continue
        body = _bytes(part)
        if not named and not body:
            continue
        files.append(_file(named or _unnamed(part, len(files) + 1), body, len(files), together))
        together += 0 if files[-1].refused else len(body)
    return bodies.get("text/plain") or bodies.get("text/html") or "", files


def _leaves(message: Message) -> Iterator[EmailMessage]:
    """Yield the parts that hold something; an e-mail within an e-mail is one file."""
    waiting: list[Message] = [message]
    while waiting:
        part = waiting.pop(0)
        if part.get_content_maintype() == "multipart":
            waiting[:0] = [one for one in part.get_payload() if isinstance(one, Message)]
        elif isinstance(part, EmailMessage):
            yield part


def _bytes(part: EmailMessage) -> bytes:
    if part.get_content_maintype() == "message":
        inner = part.get_payload()
        return (
            b"\n".join(one.as_bytes() for one in inner if isinstance(one, Message))
            if isinstance(inner, list)
            else b""
        )
    body = part.get_payload(decode=True)
    return body if isinstance(body, bytes) else b""


def _decoded(part: EmailMessage) -> str:
    try:
        return _bytes(part).decode(part.get_content_charset("utf-8"), "replace")
    except LookupError:
        return _bytes(part).decode("utf-8", "replace")


def _unnamed(part: EmailMessage, number: int) -> str:
    endings = {"message/rfc822": ".eml", "text/plain": ".txt", "image/jpeg": ".jpg", "image/png": ".png"}
    return f"file {number}{endings.get(part.get_content_type(), '')}"


def _file(name: str, body: bytes, before: int, together: int) -> File:
    shown = re.split(r"[/\\]", plain(name))[-1][-255:] or f"file {before + 1}"
    media_type = media_type_of(shown, body)
    refused = ""
    if not body:
        refused = "It is empty."
    elif before >= MOST_FILES:
        refused = f"An e-mail has at most {MOST_FILES} files."
    elif together + len(body) > MOST_TOGETHER:
        refused = f"The files of an e-mail have at most {MOST_TOGETHER // 1024 // 1024} MB together."
    elif not media_type:
        refused = NOT_TAKEN
    else:
        refused = harm_in(media_type, body) or ""
    digest = hashlib.sha256(body).hexdigest()
    return File(shown, media_type, len(body), digest, b"" if refused else body, refused[:300])
