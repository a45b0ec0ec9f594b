"""ClamAV's daemon as it may behave: well, slowly, not at all, and lying."""

import socket
import struct
import threading
import time
from contextlib import contextmanager

import pytest

from mash.contact.looking.scanners import (
    TEST_FILE,
    ClamAV,
    Down,
    NotToBeTrusted,
    NoWord,
    OfTheDemo,
    Word,
    configured,
    must_be_trusted,
)

LONGER_THAN_ANY_BUFFER = b"No coat.\n" * 500_000  # who sends it cannot be done before it is read
VERSION = b"ClamAV 1.4.1/27450/Mon Nov  2 09:00:00 2026\0"


class Daemon:
    """Reads what it is sent, as the protocol has it, and answers as it is told."""

    def __init__(self, at, answers):
        self.at, self.answers, self.got, self.ends = at, answers, [], threading.Event()

    def run(self):
        while True:
            try:
                to, _ = self.at.accept()
            except OSError:
                return
            with to:
                try:
                    self._serve(to)
                except OSError:
                    continue

    def _serve(self, to):
        asked = to.makefile("rb")
        command = b""
        while not command.endswith(b"\0"):
            command += asked.read(1)
        if command == b"zVERSION\0":
            to.sendall(VERSION)
            return
        assert command == b"zINSTREAM\0"
        if self.answers == "at once":
            to.sendall(b"stream: OK\0")
        body = b""
        while size := struct.unpack("!L", asked.read(4))[0]:
            body += asked.read(size)
            if self.answers == "hangs up":
                return
        self.got.append(body)
        self._answer(to, body)

    def _answer(self, to, body):
        if self.answers == "drips":
            for sign in b"stream: OK":
                to.sendall(bytes([sign]))
                time.sleep(0.1)
        elif callable(self.answers):
            to.sendall(self.answers(body))
        elif self.answers == "never":
            self.ends.wait(60)


def truly(body):
    return b"stream: Eicar-Test-Signature FOUND\0" if TEST_FILE in body else b"stream: OK\0"


@contextmanager
def a_daemon(settings, folder, answers=truly, *, tcp=False, seconds=30):
    settings.MASH_SCANNER_SECONDS = seconds
    if tcp:
        at = socket.create_server(("127.0.0.1", 0))
        settings.MASH_SCANNER_ADDRESS = f"tcp:127.0.0.1:{at.getsockname()[1]}"
    else:
        at = socket.socket(socket.AF_UNIX)
        at.bind(str(folder / "s"))
        at.listen()
        settings.MASH_SCANNER_ADDRESS = f"unix:{folder / 's'}"
    daemon = Daemon(at, answers)
    thread = threading.Thread(target=daemon.run)
    thread.start()
    try:
        yield daemon
    finally:
        daemon.ends.set()
        at.shutdown(socket.SHUT_RDWR)
        at.close()
        thread.join(timeout=5)


@pytest.mark.parametrize("tcp", [False, True])
def test_a_file_goes_whole_and_the_word_on_it_comes_back(settings, tmp_path, tcp):
    body = b"No coat.\n" * 20_000
    with a_daemon(settings, tmp_path, tcp=tcp) as daemon:
        assert ClamAV().look(body).found == ""
        assert ClamAV().look(b"a" + TEST_FILE).found == "Eicar-Test-Signature"
        assert ClamAV().version() == VERSION.decode()[:-1]
        must_be_trusted(ClamAV())
    assert daemon.got[0] == body


@pytest.mark.parametrize(
    "answers",
    [
        "at once",
        "hangs up",
        "drips",
        "never",
        lambda _: b"stream: OK\0stream: OK\0",
        lambda _: b"other: OK\0",
        lambda _: b"1: stream: OK\0",
        lambda _: b"stream: OK FOUND OK\0",
        lambda _: b"INSTREAM size limit exceeded. ERROR\0",
        lambda _: b"stream: \0",
        lambda _: b"OK\0",
        lambda _: b"\0",
        lambda _: b"stream: OK",
        lambda _: b"s" * 100_000,
    ],
)
def test_no_other_answer_is_a_word_and_none_is_waited_for_longer_than_the_time(settings, tmp_path, answers):
    with a_daemon(settings, tmp_path, answers, seconds=0.5):
        began = time.monotonic()
        with pytest.raises(NoWord):
            ClamAV().look(LONGER_THAN_ANY_BUFFER)
        assert (
            time.monotonic() - began < 10
        )  # half a second, on a machine that is busy; it would wait for a minute


@pytest.mark.parametrize(
    "address", ["", "unix:", "http://127.0.0.1", "tcp:127.0.0.1", "tcp::1", "unix:/nobody/s"]
)
def test_an_address_at_which_nobody_answers_is_down(settings, address):
    settings.MASH_SCANNER_ADDRESS = address
    with pytest.raises(Down):
        ClamAV().look(b"a")


def test_one_that_calls_the_test_file_clean_or_all_harmful_is_not_trusted(settings, tmp_path):
    with a_daemon(settings, tmp_path, lambda _: b"stream: OK\0"), pytest.raises(NotToBeTrusted):
        must_be_trusted(ClamAV())
    (tmp_path / "s").unlink()
    with a_daemon(settings, tmp_path, lambda _: b"stream: a FOUND\0"), pytest.raises(NotToBeTrusted):
        must_be_trusted(ClamAV())


def test_which_scanner_there_is_stands_in_the_settings(settings):
    assert configured() is None
    settings.MASH_SCANNER = "mash.contact.looking.scanners.OfTheDemo"
    assert isinstance(configured(), OfTheDemo)
    must_be_trusted(configured())
    assert isinstance(OfTheDemo().look(b"a"), Word)
    with pytest.raises(NoWord):
        OfTheDemo().look(b"ID3")
