"""The mailboxes, as the installation says them, and reading one over IMAP (RFC 3501, 4315, 6851).

Each is a line of MASH_MAIL: the hub's letters, and `imaps://user@server/Folder?done=Done&refused=Refused&trusts=relay`.
"""

import imaplib
import re
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from mash.common.fitness import THIS_MACHINE

PORTS = {"imaps": 993, "imap": 143}
SECONDS = 30
PARTS = re.compile(rb"UID (\d+)")
SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
DATE = re.compile(rb'INTERNALDATE "([^"]+)"')
UNSAFE = re.compile(r"[\r\n\0]")


class NotSet(Exception):
    """A mailbox is not said as it must be.  Names the hub and what is wrong; never a password."""


class NotRead(Exception):
    """A server could not be reached, or does not do what was asked.  Says which, and never a password."""


@dataclass(frozen=True, slots=True)
class Box:
    """A folder that is read for one hub.  trusts: how the hub's own relay names itself; "" where none is believed."""

    hub: str
    host: str
    port: int
    encrypted: bool
    user: str
    password: str
    folder: str = "INBOX"
    done: str = "Done"
    refused: str = "Refused"
    trusts: str = ""

    def __repr__(self) -> str:
        return f"{self.hub}: {self.host}/{self.folder}"


def read(said: Mapping[str, str], secrets: Mapping[str, str]) -> list[Box]:
    """Return the mailboxes.  Raises NotSet.

    said: hub's letters to address.  secrets: MASH_MAIL_PASSWORD_ and the letters to the password, or
        MASH_MAIL_PASSWORD_FILE_ and the letters to a file that holds it.
    """
    return [_box(hub, address, secrets) for hub, address in sorted(said.items())]


def _box(hub: str, address: str, secrets: Mapping[str, str]) -> Box:
    try:
        parts = urlsplit(address)
        port = parts.port or PORTS.get(parts.scheme, 0)
    except ValueError as why:
        raise NotSet(f"MASH_MAIL of {hub}: the address cannot be read") from why
    if parts.scheme not in PORTS or not parts.hostname or not parts.username:
        raise NotSet(f"MASH_MAIL of {hub} is not imaps://user@server/Folder")
    if parts.password:
        raise NotSet(f"MASH_MAIL of {hub} holds a password: give it in MASH_MAIL_PASSWORD_{hub}")
    if parts.scheme == "imap" and parts.hostname not in THIS_MACHINE:
        raise NotSet(f"MASH_MAIL of {hub} would be read without encryption: begin it with imaps://")
    more = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    if unknown := set(more) - {"done", "refused", "trusts"}:
        raise NotSet(f"MASH_MAIL of {hub} says what is not known: {', '.join(sorted(unknown))}")
    folder = unquote(parts.path.lstrip("/")) or "INBOX"
    box = Box(
        hub=hub,
        host=parts.hostname,
        port=port,
        encrypted=parts.scheme == "imaps",
        user=unquote(parts.username),
        password=_password(hub, secrets),
        folder=folder,
        **more,
    )
    if len({box.folder, box.done, box.refused}) < 3 or UNSAFE.search(
        "".join((folder, box.done, box.refused))
    ):
        raise NotSet(f"MASH_MAIL of {hub}: folder, done and refused must be three folders")
    return box


def _password(hub: str, secrets: Mapping[str, str]) -> str:
    if file := secrets.get(f"MASH_MAIL_PASSWORD_FILE_{hub}"):
        try:
            return Path(file).read_text(encoding="utf-8").strip()
        except OSError as why:
            raise NotSet(f"MASH_MAIL_PASSWORD_FILE_{hub} cannot be read ({why.strerror})") from why
    if password := secrets.get(f"MASH_MAIL_PASSWORD_{hub}"):
        return password
    raise NotSet(f"MASH_MAIL of {hub} has no password: give MASH_MAIL_PASSWORD_{hub}")


@dataclass(frozen=True, slots=True)
class Lying:
    """An e-mail as it lies in the folder.  body: all of it, or its headers where it is larger than was asked for."""

    uid: str
    size: int
    arrived_at: datetime | None
    body: bytes
    whole: bool


class Folder:
    """An open folder of a mailbox."""

    def __init__(self, server: imaplib.IMAP4, box: Box) -> None:
        self.server, self.box = server, box
        status, _ = server.select(_quoted(box.folder))
        if status != "OK":
            raise NotRead(f"{box}: there is no such folder")
        said = server.response("UIDVALIDITY")[1]
        self.uid_validity = said[0].decode()[:20] if said and said[0] else ""

    def waiting(self) -> list[str]:
        """Return the numbers of the e-mails that lie there, the first first."""
        found = self._ask("SEARCH", "UNDELETED")
        return [one.decode() for one in b" ".join(part for part in found if isinstance(part, bytes)).split()]

    def fetch(self, uid: str, largest: int) -> Lying | None:
        """Return one e-mail; of one that is larger, the headers; None where it is there no longer.

        No more than `largest` bytes are asked for, whatever the server says of its size.
        """
        about = _of(uid, self._ask("FETCH", uid, "(UID RFC822.SIZE INTERNALDATE)"))
        if about is None:
            return None
        size = SIZE.search(about[0])
        moment = DATE.search(about[0])
        many = int(size[1]) if size else 0
        asked = f"BODY.PEEK[]<0.{largest + 1}>" if many <= largest else f"BODY.PEEK[HEADER]<0.{1024 * 1024}>"
        got = _of(uid, self._ask("FETCH", uid, f"(UID {asked})"))
        if got is None or got[1] is None:
            return None
        whole = many <= largest and len(got[1]) <= largest
        body = got[1] if whole else got[1][: 1024 * 1024].partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
        return Lying(uid, many, _moment(moment[1]) if moment else None, body, whole)

    def move(self, uid: str, folder: str) -> None:
        """Move an e-mail into another folder, which is made where it is not there.  Raises NotRead."""
        can = self.server.capabilities
        way = "MOVE" if "MOVE" in can else "COPY"
        status, _ = self.server.uid(way, uid, _quoted(folder))
        if status != "OK":
            self.server.create(_quoted(folder))
            status, _ = self.server.uid(way, uid, _quoted(folder))
        if status != "OK":
            raise NotRead(f"{self.box}: an e-mail could not be moved to {folder}")
        if way == "COPY":
            self._ask("STORE", uid, "+FLAGS.SILENT", r"(\Deleted)")
            if "UIDPLUS" in can:
                self._ask("EXPUNGE", uid)

    def _ask(self, *words: str) -> list[bytes | tuple[bytes, bytes]]:
        status, found = self.server.uid(*words)
        if status != "OK":
            raise NotRead(f"{self.box}: the server refused {words[0]}")
        return [one for one in found if one is not None]


@contextmanager
def opened(box: Box) -> Iterator[Folder]:
    """Open a mailbox while the block lasts.  Raises NotRead."""
    try:
        server: imaplib.IMAP4 = (
            imaplib.IMAP4_SSL(box.host, box.port, ssl_context=ssl.create_default_context(), timeout=SECONDS)
            if box.encrypted
            else imaplib.IMAP4(box.host, box.port, timeout=SECONDS)
        )
    except (OSError, imaplib.IMAP4.error) as why:
        raise NotRead(f"{box!r}: the server cannot be reached ({type(why).__name__})") from why
    try:
        try:
            server.login(box.user, box.password)
        except imaplib.IMAP4.error as why:
            raise NotRead(f"{box!r}: the server does not let {box.user} in") from why
        yield Folder(server, box)
    except (OSError, imaplib.IMAP4.error) as why:
        raise NotRead(f"{box!r}: the server stopped answering ({type(why).__name__})") from why
    finally:
        with suppress(OSError, imaplib.IMAP4.error):
            server.logout()


def _quoted(folder: str) -> str:
    return '"' + folder.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _of(uid: str, found: list[bytes | tuple[bytes, bytes]]) -> tuple[bytes, bytes | None] | None:
    """Return what was said of one e-mail; a server may say something of others meanwhile."""
    for place, one in enumerate(found):
        line, body = (one, None) if isinstance(one, bytes) else one
        after = found[place + 1] if place + 1 < len(found) else b""
        said = line + (after if body is not None and isinstance(after, bytes) else b"")
        number = PARTS.search(said)
        if number and number[1].decode() == uid:
            return said, body
    return None


def _moment(said: bytes) -> datetime | None:
    try:
        return datetime.strptime(said.decode("ascii", "replace").strip(), "%d-%b-%Y %H:%M:%S %z").astimezone(
            UTC
        )
    except (ValueError, OverflowError):
        return None
