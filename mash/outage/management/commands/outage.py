"""Open an outage pack without the server: `mash outage`."""

import getpass
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from mash.outage.encrypting import NotOpened, pages_of


class Command(BaseCommand):
    help = (
        "Say whether an outage pack opens with its passphrase, and how many pages it has.  Asks no server; any "
        "reader of PDF opens the same file."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["check"])
        parser.add_argument("file", type=Path)

    def handle(self, *, file: Path, **_: object) -> None:
        try:
            body = file.read_bytes()
        except OSError as why:
            raise CommandError(f"{file} cannot be read: {why.strerror}") from why
        try:
            pages = pages_of(body, getpass.getpass("Passphrase: "))
        except NotOpened as why:
            raise CommandError(str(why)) from why
        self.stdout.write(f"{file.name}: opens, {pages} pages, each of them readable")
