"""A living hub with made-up data, on the embedded database."""

import json
import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandParser

from mash.__main__ import PROJECT, settings_of
from mash.common import embedded, running
from mash.desk.demo.places import BOROUGHS, OPENS_PACKS, PASSWORD
from mash.desk.demo.setting_up import accounts

BANNER = "Training data only"
LOADED = "loaded"  # a file beside the database, once everything is in


class Command(BaseCommand):
    help = "Set up and serve two made-up boroughs.  The second start finds them as they were left."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument(
            "--data", type=Path, help="folder for the database; by default one of the demo's own"
        )

    def handle(self, *, port: int, data: Path | None, **_: object) -> None:
        home = data.resolve() if data else embedded.home_for(PROJECT / "demo")
        home.parent.mkdir(parents=True, exist_ok=True)
        try:
            running.must_be_free(port)
            with embedded.server(home) as server:
                self._serve(server, home, port)
        except (embedded.Unavailable, running.DidNotStart) as why:
            sys.exit(f"mash: {why}")

    def _serve(self, server: embedded.Server, home: Path, port: int) -> None:
        environment = settings_of(server)
        self.stderr.write("preparing the database ...")
        is_loaded = (home / LOADED).exists()
        running.prepare(server, environment, afresh=not is_loaded)
        settings = {
            "MASH_BANNER": BANNER,
            "MASH_DEMO": json.dumps({"password": PASSWORD, "hubs": accounts(BOROUGHS)}),
            "MASH_SECOND_FACTOR": "false",
            "MASH_SCANNER": "mash.contact.looking.scanners.OfTheDemo",
            "MASH_EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "MASH_EMAIL_FOLDER": str(home / "e-mails"),
            "MASH_OUTAGE_FOLDER": str(_packs(home)),
        }
        if not is_loaded:
            self.stderr.write("loading two made-up boroughs, once ...")
            running.mash(["load_demo"], environment("mash_app") | settings)
            (home / LOADED).touch()
        with running.serving(port, environment, settings):
            self._welcome(port, home)
            running.until_told_to_stop()

    def _welcome(self, port: int, home: Path) -> None:
        self.stdout.write(f"\nOpenMASH answers at http://127.0.0.1:{port}/   (Ctrl-C stops it)")
        self.stdout.write(f"Every made-up account has the password  {PASSWORD}\n")
        self.stdout.write(f"What it would send by e-mail is written into  {home / 'e-mails'}\n")
        self.stdout.write(f"Commands work on it with  MASH_HOME={home}  before them\n")
        self.stdout.write(f"Outage packs lie in  {_packs(home)}  and open with  {OPENS_PACKS}\n")
        for hub, workers in accounts(BOROUGHS).items():
            self.stdout.write(f"\n{hub}")
            for worker in workers:
                self.stdout.write(f"  {worker['email']:<42}{worker['name']:<50}{worker['may']}")
        self.stdout.flush()


def _packs(home: Path) -> Path:
    """Return the folder of outage packs, made where it is missing."""
    folder = home / "outage-packs"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder
