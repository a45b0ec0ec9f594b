"""Proving draws: `quality redraw --hub NAME [--round NAME]`."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from mash.common.identity import as_service
from mash.partnership.models import Hub
from mash.partnership.queries import hub_named
from mash.quality.queries import drawn_rounds, redrawn


class Command(BaseCommand):
    help = "Draw the samples of a hub again, and say whether each comes out as it was kept."

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_subparsers(dest="what", required=True, metavar="redraw")
        again = what.add_parser("redraw", help="draw again from seed and frame, and compare")
        again.add_argument("--hub", required=True, help="the hub's name")
        again.add_argument("--round", default="", help="of one round alone, by its name")

    def handle(self, *, hub: str, **options: Any) -> None:
        named = options["round"]
        with as_service("quality"), transaction.atomic():
            try:
                found = drawn_rounds(hub_named(hub), named)
            except Hub.DoesNotExist:
                raise CommandError(f"There is no hub named {hub}") from None
            if not found:
                raise CommandError(f"There is no round named {named}" if named else "No round was drawn yet")
            wrong = 0
            for one in found:
                again = redrawn(one)
                wrong += not again.is_proved
                said = "drawn again, and the same" if again.is_proved else "; ".join(again.differs)
                self.stdout.write(
                    f"{one.label}: {said} (seed {one.seed}, {len(one.drawn)} of {one.frame_size}, {one.method})"
                )
        if wrong:
            raise CommandError(f"{wrong} of {len(found)} could not be proved")
