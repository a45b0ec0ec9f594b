"""Bring a backup back: `restore FOLDER --into ADDRESS`, as the server's administrator."""

import os
from pathlib import Path
from typing import Any

import psycopg
from django.core.management.base import BaseCommand, CommandError, CommandParser

from mash.common import embedded, keys
from mash.operations import provisioning, restoring
from mash.operations.manifest import Manifest, NotWhole
from mash.operations.stock import Differences

NAMED = 100  # differences, at most


class Command(BaseCommand):
    help = "Restore a backup into a new database, compare every table with the backup, and verify the ledger."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument(
            "--into",
            required=True,
            metavar="ADDRESS",
            help="as administrator; the database must not be there yet",
        )
        parser.add_argument(
            "--passwords",
            type=Path,
            required=True,
            metavar="FILE",
            help="of the roles; made where it is missing",
        )
        parser.add_argument(
            "--key", type=Path, metavar="FILE", help="the ledger's public keys that are trusted, as PEM"
        )
        parser.add_argument("--jobs", type=int, default=1, metavar="NUMBER", help="tables restored at once")

    def handle(
        self, *, folder: Path, into: str, passwords: Path, key: Path | None, jobs: int, **_: Any
    ) -> None:
        try:
            keys.refuse_published(os.environ)
            known = provisioning.passwords_in(passwords)
            manifest, found = restoring.restore(
                folder.absolute(),
                into,
                identity_key=os.environ["MASH_IDENTITY_KEY"],
                passwords=known,
                jobs=max(jobs, 1),
            )
        except (NotWhole, provisioning.NotPrepared, embedded.Unavailable, keys.PublishedKeys) as why:
            raise CommandError(f"Nothing was restored. {why}") from why
        except psycopg.Error as why:
            raise CommandError(f"Nothing was restored. The server refused: {why}") from why
        self._say(manifest, found)
        if not restoring.verify(into, known["mash_app"], key):
            found.found.append("the ledger does not agree with itself, as said above")
        if found.found:
            raise CommandError(
                f"Restored, but {len(found.found)} things are not as the backup says. Do not let people work on it."
            )
        self.stdout.write(
            "Restored, and everything is as the backup says. Ask a witness too: docs/security/ledger.md"
        )

    def _say(self, manifest: Manifest, found: Differences) -> None:
        stock = manifest.stock
        rows = sum(one.rows for one in stock.tables.values())
        if not found.guards:
            self.stdout.write(
                f"Rights and policies were not compared: the backup is of PostgreSQL {stock.major}."
            )
        for one in found.found[:NAMED]:
            self.stderr.write(f"differs: {one}")
        if not found.found:
            self.stdout.write(
                f"equal: {len(stock.tables)} tables, {rows} rows, ledger up to root {stock.ledger['number']} "
                f"with {stock.ledger['lines']} lines, as of {manifest.made_at}"
            )
