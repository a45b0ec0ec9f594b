"""The sealed room from the command line: `sealed refresh --hub NAME` makes the marks of its subjects anew."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from mash.common.identity import as_service
from mash.partnership.models import Hub
from mash.partnership.queries import hub_named
from mash.sealed.actions import renew_marks


class Command(BaseCommand):
    help = "Make anew what people whom only the unit knows are recognised by.  Safe to run again."

    def add_arguments(self, parser: CommandParser) -> None:
        steps = parser.add_subparsers(dest="step", required=True, metavar="refresh")
        again = steps.add_parser(
            "refresh", help="after a change of key, or a release that says that names are read in another way"
        )
        again.add_argument("--hub", required=True, help="the hub's name")

    def handle(self, *, hub: str, **_: Any) -> None:
        with as_service("sealed_marks"), transaction.atomic():
            try:
                found = hub_named(hub)
            except Hub.DoesNotExist:
                raise CommandError(f"There is no hub named {hub}") from None
            number = renew_marks(hub_id=found.pk, at=timezone.now())
        self.stdout.write(f"{number} people whom only the unit knows are recognised anew in {found}")
