"""The record: `ledger verify` looks through every line and names those that were changed."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from mash.common.identity import as_service
from mash.ledger.queries import verify

NAMED = 100  # lines, at most


class Command(BaseCommand):
    help = (
        "Look through the record: is every line as it was written?  Changes nothing; safe to run at any time."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        steps = parser.add_subparsers(dest="step", required=True, metavar="verify")
        steps.add_parser("verify", help="name every line that no longer agrees with its hash")

    def handle(self, **_: Any) -> None:
        with as_service("ledger_keeper"), transaction.atomic():
            found = verify()
        for key in found.changed[:NAMED]:
            self.stderr.write(f"changed: {key}")
        if found.changed:
            raise CommandError(
                f"{len(found.changed)} of {found.lines} lines were changed after they were written"
            )
        self.stdout.write(f"{found.lines} lines, all as they were written")
