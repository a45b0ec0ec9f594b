"""Take a backup: `backup FOLDER`, as mash_backup."""

import os
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from mash.common import embedded
from mash.operations import dumping


class Command(BaseCommand):
    help = "Back up the whole database into a new folder, as mash_backup; found whole before it has its name."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="a name that is not there yet")
        parser.add_argument("--jobs", type=int, default=1, metavar="NUMBER", help="tables dumped at once")

    def handle(self, *, folder: Path, jobs: int, **_: Any) -> None:
        try:
            made = dumping.take(
                os.environ["DATABASE_URL"], folder.absolute(), at=timezone.now(), jobs=max(jobs, 1)
            )
        except (dumping.NotTaken, embedded.Unavailable) as why:
            raise CommandError(f"No backup was taken. {why}") from why
        except OSError as why:
            raise CommandError(f"No backup was taken. It cannot be written: {why}") from why
        stock = made.stock
        rows = sum(one.rows for one in stock.tables.values())
        self.stdout.write(
            f"{folder}: {len(stock.tables)} tables, {rows} rows, ledger up to root {stock.ledger['number']} with "
            f"{stock.ledger['lines']} lines; it holds people's records in the clear, so keep it locked away"
        )
