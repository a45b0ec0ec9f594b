"""Who looks files through for known harm: a class named in MASH_SCANNER.  Your own one does what `Scanner` says."""

import hashlib
import re
import select
import socket
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

HARMLESS = b"Nothing is in this file but these words.\n"
TEST_FILE = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""What every scanner calls harmful although it is not.  Written in two pieces, so that none does so of this one."""
RECORDING = re.compile(rb"RIFF....WAVE|....ftyp|ID3|\xff[\xe0-\xff]", re.DOTALL)
FOUND = re.compile(r"stream: (.{1,250}) FOUND")
PIECE = 64 * 1024  # bytes
LONGEST_WORD = 1024  # bytes of a scanner's answer
TO_CONNECT = 3.0  # seconds


class Down(Exception):
    """The scanner cannot be reached: no file can be looked through now."""


class NotToBeTrusted(Exception):
    """The scanner calls the test file clean, or a harmless one harmful: no word of it counts."""


class NoWord(Exception):
    """The scanner said nothing of this file that can be used; the others may fare better."""


@dataclass(frozen=True, slots=True)
class Word:
    """What a scanner says of one file.  found: what is harmful in it, "" where nothing is.  sha256: of what it read."""

    found: str
    sha256: str


class Scanner(Protocol):
    """Whoever looks through files."""

    name: str

    def version(self) -> str:
        """Return which edition looks, with what it knows, as it says so itself.  Raises Down."""

    def look(self, body: bytes) -> Word:
        """Return what is in a file.  Raises Down, or NoWord."""


def configured() -> Scanner | None:
    """Return the scanner of this installation, or None where there is none."""
    made: Scanner | None = import_string(settings.MASH_SCANNER)() if settings.MASH_SCANNER else None
    return made


def name_of_configured() -> str:
    """Return the name of the scanner of this installation, or ""."""
    return str(import_string(settings.MASH_SCANNER).name) if settings.MASH_SCANNER else ""


def must_be_trusted(scanner: Scanner) -> None:
    """Ask a scanner about the file that all of them call harmful, and about one that is not.

    Raises NotToBeTrusted where it tells them apart wrongly, and Down.
    """
    try:
        is_awake = scanner.look(TEST_FILE).found != "" and scanner.look(HARMLESS).found == ""
    except NoWord as why:
        raise NotToBeTrusted(scanner.name) from why
    if not is_awake:
        raise NotToBeTrusted(scanner.name)


class OfTheDemo:
    """Knows the test file and nothing else; for a demo and for tests.  Sound and film it leaves waiting."""

    name = "the demo’s scanner"

    def version(self) -> str:
        return "1"

    def look(self, body: bytes) -> Word:
        """Return whether it is the test file."""
        if RECORDING.match(body):
            raise NoWord("the demo’s scanner looks through no sound and no film")
        found = "EICAR test file" if TEST_FILE in body else ""
        return Word(found, hashlib.sha256(body).hexdigest())


class ClamAV:
    """ClamAV's daemon, by its INSTREAM command: one connection for one file, so that no answer can be another's.

    It is reached at MASH_SCANNER_ADDRESS alone, and has MASH_SCANNER_SECONDS for one file, whatever it sends meanwhile.
    """

    name = "ClamAV"

    def version(self) -> str:
        """Return its version with the number and date of what it knows."""
        with self._connected() as (to, until):
            to.sendall(b"zVERSION\0")
            try:
                return _answer(to, until)[:120]
            except NoWord as why:
                raise Down(str(why)) from why

    def look(self, body: bytes) -> Word:
        """Return what it found."""
        digest = hashlib.sha256()
        with self._connected() as (to, until):
            try:
                to.sendall(b"zINSTREAM\0")
                for at in range(0, len(body), PIECE):
                    piece = body[at : at + PIECE]
                    _silent(to, until)
                    to.sendall(struct.pack("!L", len(piece)) + piece)
                    digest.update(piece)
                _silent(to, until)
                to.sendall(struct.pack("!L", 0))
                said = _answer(to, until)
            except TimeoutError as why:
                raise NoWord("it took too long") from why
            except OSError as why:
                raise NoWord("it hung up") from why
        if said == "stream: OK":
            return Word("", digest.hexdigest())
        if found := FOUND.fullmatch(said):
            return Word(found[1], digest.hexdigest())
        raise NoWord("its answer is none that we know")

    @contextmanager
    def _connected(self) -> Iterator[tuple[socket.socket, float]]:
        until = time.monotonic() + settings.MASH_SCANNER_SECONDS
        with _socket(str(settings.MASH_SCANNER_ADDRESS)) as to:
            yield to, until


def _socket(address: str) -> socket.socket:
    """Return a connection to a configured address.  Raises Down."""
    kind, _, where = address.partition(":")
    host, _, port = where.rpartition(":")
    if kind not in {"unix", "tcp"} or not where or (kind == "tcp" and not (host and port.isdigit())):
        raise Down("MASH_SCANNER_ADDRESS must be unix:/a/socket or tcp:host:port")
    try:
        if kind == "tcp":
            return socket.create_connection((host.strip("[]"), int(port)), TO_CONNECT)
        made = socket.socket(socket.AF_UNIX)
        try:
            made.settimeout(TO_CONNECT)
            made.connect(where)
        except OSError:
            made.close()
            raise
    except OSError as why:
        raise Down("nobody answers at MASH_SCANNER_ADDRESS") from why
    return made


def _silent(to: socket.socket, until: float) -> None:
    """Raise NoWord where it answers before it has the whole file: such a word is of nothing, or of another file."""
    _wait_no_longer(to, until)
    if select.select([to], [], [], 0)[0]:
        raise NoWord("it answered before it had the file")


def _answer(to: socket.socket, until: float) -> str:
    """Return the one answer, up to its end.  Raises NoWord for more than one, for a long one, and for none in time."""
    said = b""
    while not said.endswith(b"\0"):
        _wait_no_longer(to, until)
        try:
            piece = to.recv(LONGEST_WORD)
        except TimeoutError as why:
            raise NoWord("it took too long") from why
        except OSError as why:
            raise NoWord("it hung up") from why
        if not piece:
            raise NoWord("it hung up")
        said += piece
        if len(said) > LONGEST_WORD or b"\0" in said[:-1]:
            raise NoWord("it said more than one thing")
    return said[:-1].decode("ascii", "replace")


def _wait_no_longer(to: socket.socket, until: float) -> None:
    left = until - time.monotonic()
    if left <= 0:
        raise NoWord("it took too long")
    to.settimeout(left)
