"""Files from other systems: `import open-cases FILE --hub NAME`, and what other apps offer."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone
from tqdm import tqdm

from mash.common import importing
from mash.common.identity import as_service
from mash.partnership.models import Hub
from mash.partnership.queries import hub_named
from mash.people import actions, case_list
from mash.people.actions.open_cases import TakenList
from mash.people.case_list import OpenCase
from mash.people.rows import Unreadable

COMPLAINTS_SHOWN = 100


class Command(BaseCommand):
    help = "Take in the council's list of open cases, or a file of a hub's past.  Safe to run again."

    def add_arguments(self, parser: CommandParser) -> None:
        lists = parser.add_subparsers(dest="what", required=True, metavar="KIND")
        cases = lists.add_parser("open-cases", help="work that is open with people, with worker and manager")
        cases.add_argument("file", type=Path)
        cases.add_argument("--hub", required=True, help="the hub's name")
        cases.add_argument("--dry-run", action="store_true", help="read and check every row, keep none")
        cases.add_argument(
            "--even-if-shorter",
            action="store_true",
            help="take a list that ends more than half of what is open",
        )
        importing.add_all(lists)

    def handle(self, *, what: str, **given: Any) -> None:
        if not importing.take(what, self, **given):
            self._open_cases(**given)

    def _open_cases(self, *, file: Path, hub: str, dry_run: bool, even_if_shorter: bool, **_: Any) -> None:
        cases = self._read(file)
        with as_service("imports"), transaction.atomic():
            taken = self._take(cases, hub, even_if_shorter=even_if_shorter)
            transaction.set_rollback(dry_run)
        for lines, why in (
            (taken.unknown, "nobody known by these numbers"),
            (taken.unclear, "more than one person fits"),
        ):
            for line in lines[:COMPLAINTS_SHOWN]:
                self.stderr.write(f"line {line}: {why}")
        self.stdout.write(("dry run, nothing kept: " if dry_run else "") + _summary(hub, taken))

    def _read(self, file: Path) -> list[OpenCase]:
        """Return every row, or refuse the list: what a bad row leaves out would look as if it had ended."""
        cases, bad = [], 0
        try:
            for row in tqdm(case_list.read(file), unit="row", file=self.stderr, disable=None):
                if isinstance(row, OpenCase):
                    cases.append(row)
                    continue
                bad += 1
                if bad <= COMPLAINTS_SHOWN:
                    self.stderr.write(f"line {row[0]}: {row[1]}")
        except (OSError, Unreadable) as why:
            raise CommandError(f"{file}: {why}") from None
        if bad:
            raise CommandError(f"{bad} rows cannot be read, so nothing of the list was taken")
        if len({case.as_at for case in cases}) != 1:
            raise CommandError("The list must have rows, and the same as_at in each; nothing of it was taken")
        return cases

    def _take(self, cases: list[OpenCase], hub: str, *, even_if_shorter: bool) -> TakenList:
        try:
            return actions.take_open_cases(
                cases=cases,
                as_at=cases[0].as_at,
                hub=hub_named(hub),
                at=timezone.now(),
                even_if_shorter=even_if_shorter,
            )
        except Hub.DoesNotExist:
            raise CommandError(f"There is no hub named {hub}") from None
        except actions.FutureList:
            raise CommandError("The list says that it is from the future; nothing of it was taken") from None
        except actions.OlderList as newer:
            raise CommandError(f"A newer list is here already, as at {newer}; nothing was taken") from None
        except actions.ShorterList as how:
            words = f"The list would end {how} open cases; if it really is that short, add --even-if-shorter"
            raise CommandError(words) from None


def _summary(hub: str, taken: TakenList) -> str:
    if taken.already_here:
        return f"{hub}: this list is here already"
    words = f"{taken.opened} opened, {taken.renewed} still open, {taken.ended} ended"
    return f"{hub}: {words}, {len(taken.unknown)} of nobody known, {len(taken.unclear)} not clear whose"
