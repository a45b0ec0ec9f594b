"""Registers of a region: `region` compares those of all hubs that let each other, as the nightly run does."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from mash.common.identity import as_service
from mash.people.duplicates.splinking import NotInstalled
from mash.region import actions


class Command(BaseCommand):
    help = "Compare the registers of all hubs that let each other; joins nobody.  Safe to run again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--engine", choices=("duckdb", "spark"), default="duckdb")

    def handle(self, *, engine: str, **_: Any) -> None:
        try:
            with as_service("region"):
                said = actions.look_over(at=timezone.now(), engine=engine)
        except NotInstalled as why:
            raise CommandError(str(why)) from None
        if not said.hubs:
            self.stdout.write("No two hubs let each other's registers be compared; nothing was read")
            return
        self.stdout.write(
            f"{said.hubs} hubs, {said.records} records: {said.found} times somebody may be known to another hub"
        )
