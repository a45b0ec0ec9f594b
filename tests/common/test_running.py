"""Starting the product, and what a command that is told to end says of itself."""

import os
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from django.core.management import call_command

from mash.common import running
from tests import conftest


@pytest.mark.parametrize("command", ["demo", "run"])
def test_a_port_that_is_taken_is_said_before_anything_is_made(command, tmp_path, monkeypatch):
    monkeypatch.setattr(running.embedded, "server", lambda *_: pytest.fail("the database was started"))
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)  # as the web server itself listens
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(SystemExit, match=f"port {port} cannot be had"):
            call_command(command, port=port, **({"data": tmp_path / "made"} if command == "demo" else {}))
    assert not (tmp_path / "made").exists()


def test_a_port_that_nobody_uses_is_free():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        port = other.getsockname()[1]
    running.must_be_free(port)


def test_a_command_where_nothing_is_set_up_says_what_to_do():
    with tempfile.TemporaryDirectory(prefix="mash") as folder:
        Path(folder).chmod(0o755)  # the server runs as somebody else where root starts it
        known = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        said = subprocess.run(
            [sys.executable, "-m", "mash", "region"],
            env=known | {"MASH_HOME": f"{folder}/none"}, capture_output=True, text=True, check=False,
        )  # fmt: skip
    assert said.returncode == 1
    assert f"Nothing is set up in {folder}/none yet" in said.stderr
    assert "mash run" in said.stderr
    assert "Traceback" not in said.stderr


@pytest.mark.parametrize(("command", "status"), [("ledger", 143), ("upgrade", 143), ("procrastinate", 0)])
def test_only_what_serves_until_it_is_told_to_end_has_succeeded_then(command, status):
    told = (
        "import signal, sys, mash.__main__ as mash\n"
        "mash.keys.refuse_published = lambda _: signal.raise_signal(signal.SIGTERM)\n"
        "sys.argv = ['mash', sys.argv[1]]; mash.main()"
    )
    known = os.environ | {"DATABASE_URL": conftest._server().url("mash_app", "postgres")}
    assert subprocess.run([sys.executable, "-c", told, command], env=known, check=False).returncode == status
