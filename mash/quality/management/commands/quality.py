"""Proving draws: `quality redraw --hub NAME [--round NAME | --month NAME | --dip NAME]`."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from mash.common.identity import as_service
from mash.partnership.models import Hub
from mash.partnership.queries import hub_named
from mash.quality.models import Dip, Month, Round
from mash.quality.own.queries import drawn_months, redrawn_month
from mash.quality.queries import drawn_rounds, redrawn
from mash.quality.queries.dips import drawn_dips
from mash.quality.queries.proving import Redrawn


class Command(BaseCommand):
    help = "Draw the samples of a hub again, and say whether each comes out as it was kept."

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_subparsers(dest="what", required=True, metavar="redraw")
        again = what.add_parser("redraw", help="draw again from seed and frame, and compare")
        again.add_argument("--hub", required=True, help="the hub's name")
        one = again.add_mutually_exclusive_group()
        one.add_argument("--round", default="", help="of one round alone, by its name")
        one.add_argument(
            "--month", default="", help="of one month of the hub’s own decisions alone, as “October 2026”"
        )
        one.add_argument("--dip", default="", help="of one dip sample of incidents alone, by its name")

    def handle(self, *, hub: str, **options: Any) -> None:
        with as_service("quality"), transaction.atomic():
            try:
                found = _drawn(hub_named(hub), options["round"], options["month"], options["dip"])
            except Hub.DoesNotExist:
                raise CommandError(f"There is no hub named {hub}") from None
            if not found:
                kinds = {"round": "round", "month": "month", "dip": "dip sample"}
                named = [
                    f"There is no {kind} named {options[one]}" for one, kind in kinds.items() if options[one]
                ]
                raise CommandError(named[0] if named else "Nothing was drawn yet")
            wrong = 0
            for one, again in found:
                wrong += not again.is_proved
                said = "drawn again, and the same" if again.is_proved else "; ".join(again.differs)
                self.stdout.write(
                    f"{one}: {said} (seed {one.seed}, {len(one.drawn)} of {one.frame_size}, {one.method})"
                )
        if wrong:
            raise CommandError(f"{wrong} of {len(found)} could not be proved")


def _drawn(hub: Hub, round_: str, month: str, dip: str) -> list[tuple[Round | Month | Dip, Redrawn]]:
    """Return what is asked for, or everything, each with what came of drawing it again."""
    rounds = [] if month or dip else drawn_rounds(hub, round_)
    months = [] if round_ or dip else drawn_months(hub, month)
    dips = [] if round_ or month else drawn_dips(hub, dip)
    return [
        *((one, redrawn(one)) for one in rounds),
        *((one, redrawn_month(one)) for one in months),
        *((one, redrawn(one)) for one in dips),
    ]
