"""The command `mash`: Django's commands, with the embedded database started where no DATABASE_URL is given."""

import gc
import hashlib
import hmac
import os
import signal
import sys
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from types import FrameType

from mash.common import embedded, keys, running

PROJECT = Path(__file__).resolve().parent.parent
ROLES = {
    "migrate": "mash_migrate",
    "worker": "mash_worker",
    "procrastinate": "mash_worker",
    "backup": "mash_backup",
}
NEED_NO_DATABASE = {
    "makemigrations",
    "collectstatic",
    "help",
    "version",
    "--help",
    "--version",
    "demo",
    "run",
    "prepare",
    "restore",
    "outage",
}
NEED_NO_KEYS = {"backup"}
# These run until they are told to end.  Any other that is told so before it is done did not succeed.
SERVES = {"demo", "run", "procrastinate"}
# Nothing that is loaded is garbage, and looking for it as often as Python does took a third of a start.
OBJECTS_BETWEEN_LOOKS = 50_000
NOT_SET_UP = (
    "Nothing is set up in {} yet.  `mash run` sets it up.  Another folder, such as the demo's, is named in MASH_HOME; "
    "a server of your own in DATABASE_URL."
)


def main() -> None:
    """Run one command.  `demo` and `run` start the database themselves, `prepare` and `restore` are given one."""
    gc.set_threshold(OBJECTS_BETWEEN_LOOKS)
    words = sys.argv[1:]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    command = words[0] if words else "help"
    signal.signal(signal.SIGTERM, partial(_leave, 0 if command in SERVES else 128 + signal.SIGTERM))
    with ExitStack() as stack:
        if "DATABASE_URL" not in os.environ and command not in NEED_NO_DATABASE:
            try:
                server = stack.enter_context(embedded.server(home()))
            except embedded.Unavailable as why:
                sys.exit(f"mash: {why}")
            if not running.is_prepared(server):
                sys.exit(f"mash: {NOT_SET_UP.format(home())}")
            os.environ |= environment(server, ROLES.get(command, "mash_app"))
        elif command not in NEED_NO_DATABASE | NEED_NO_KEYS:
            try:
                keys.refuse_published(os.environ)
            except keys.PublishedKeys as why:
                sys.exit(f"mash: {why}")
        from django.core.management import execute_from_command_line

        execute_from_command_line(["mash", *words])


def _leave(status: int, _number: int, _frame: FrameType | None) -> None:
    """Being asked to end is leaving: what was started is stopped on the way out."""
    raise SystemExit(status)


def home() -> Path:
    """Return the folder of the embedded database: MASH_HOME, or one of this project's own."""
    given = os.environ.get("MASH_HOME")
    return Path(given).resolve() if given else embedded.home_for(PROJECT)


def settings_of(server: embedded.Server) -> Callable[[str], dict[str, str]]:
    """Return, for a role, the settings that follow from the embedded server."""
    return lambda role: environment(server, role)


def environment(server: embedded.Server, role: str, database: str = "mash") -> dict[str, str]:
    """Return the settings that follow from the embedded server: one secret is kept, all else is derived from it."""
    secret = server.password.encode()

    def derived(name: str) -> str:
        return hmac.new(secret, name.encode(), hashlib.sha256).hexdigest()

    as_owner = "&options=-c%20role%3Dmash_owner" if role == "mash_migrate" else ""
    return {
        "MASH_EMBEDDED": "1",
        "DATABASE_URL": server.url(role, database) + as_owner,
        "MASH_SECRET_KEY": derived("secret"),
        "MASH_IDENTITY_KEY": derived("identity"),
        "MASH_SEAL_KEY": derived("seal"),
        "MASH_HUBS_KEY": derived("hubs"),
        "MASH_LEDGER_KEY": derived("ledger"),
        "MASH_LEDGER_WITNESSES": f"file:{server.socket.parent / 'witness'}",
    }


if __name__ == "__main__":
    main()
