"""Directories of other systems: `directory import FILE --hub NAME`; after a change of needs `directory index`."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from io import TextIOWrapper
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone
from tqdm import tqdm

from mash.common.editions import content_of
from mash.common.identity import as_service
from mash.directory import actions, streaming
from mash.directory.actions import Outcome
from mash.partnership.models import Hub
from mash.partnership.queries import hub_named

AT_ONCE = 500  # things in one transaction
COMPLAINTS_SHOWN = 100
Some = TypeVar("Some")


class Command(BaseCommand):
    help = "Take in a directory in the shape of Open Referral UK 3.0.  Safe to run again: what is here stays as it is."

    def add_arguments(self, parser: CommandParser) -> None:
        steps = parser.add_subparsers(dest="step", required=True, metavar="import | index")
        take = steps.add_parser("import", help="JSON, JSON lines, or a page of an API")
        take.add_argument("file", type=Path)
        take.add_argument("--hub", required=True, help="the hub's name")
        take.add_argument("--dry-run", action="store_true", help="read and check every entry, keep none")
        take.add_argument("--refusals", type=Path, help="write why each entry was refused to this file")
        again = steps.add_parser("index", help="find entries anew, as after a change of the hub's needs")
        again.add_argument("--hub", required=True, help="the hub's name")

    def handle(self, *, step: str, hub: str, **options: Any) -> None:
        with as_service("directory_import"), transaction.atomic():
            try:
                found = hub_named(hub)
            except Hub.DoesNotExist:
                raise CommandError(f"There is no hub named {hub}") from None
        with content_of(found.pk):
            if step == "index":
                self._index(found)
            else:
                self._import(found, **options)

    def _import(self, hub: Hub, *, file: Path, dry_run: bool, refusals: Path | None, **_: Any) -> None:
        total, intake, broken = Outcome(), actions.Intake(hub), ""
        try:
            with (
                file.open("rb") as raw,
                TextIOWrapper(raw, encoding="utf-8", newline="") as text,
                self._progress(file) as bar,
                _undone() if dry_run else nullcontext(),
            ):
                for several in _several(streaming.things(text), AT_ONCE):
                    with nullcontext() if dry_run else as_service("directory_import"):
                        _add(total, actions.take_in(intake, several, at=timezone.now()))
                    bar.update(raw.tell() - bar.n)
        except (streaming.Unreadable, OSError) as why:
            broken = str(why)
        self._say(hub, total, dry_run=dry_run, refusals=refusals)
        if broken:
            raise CommandError(
                f"{file}: {broken}; what stood before it {'was read' if dry_run else 'is kept'}"
            )

    def _progress(self, file: Path) -> "tqdm[Any]":
        """Show how far through the file we are, at a terminal only."""
        return tqdm(total=file.stat().st_size, unit="B", unit_scale=True, file=self.stderr, disable=None)

    def _say(self, hub: Hub, total: Outcome, *, dry_run: bool, refusals: Path | None) -> None:
        if refusals:
            refusals.write_text("".join(f"{line}\n" for line in total.refused), encoding="utf-8")
        else:
            for line in total.refused[:COMPLAINTS_SHOWN]:
                self.stderr.write(line)
            if len(total.refused) > COMPLAINTS_SHOWN:
                self.stderr.write(f"and {len(total.refused) - COMPLAINTS_SHOWN} more lines: see --refusals")
        for line in total.kept[:COMPLAINTS_SHOWN]:
            self.stderr.write(f"{line}: was changed here since, and is left as it is")
        self.stdout.write(
            ("dry run, nothing kept: " if dry_run else "")
            + f"{hub}: {total.new} new services, {total.changed} changed, {total.unchanged} as they were, "
            f"{len(total.kept)} left as changed here, {total.refused_things} refused; "
            f"{total.others} organisations, places and terms"
        )

    def _index(self, hub: Hub) -> None:
        done, last = 0, None
        bar = tqdm(unit="service", file=self.stderr, disable=None)
        while True:
            with as_service("directory_import"):
                number, last = actions.index_afresh(hub=hub, after=last)
            done += number
            bar.update(number)
            if last is None:
                break
        bar.close()
        self.stdout.write(f"{hub}: {done} services are found anew")


@contextmanager
def _undone() -> Iterator[None]:
    """Do everything in one transaction, and undo it."""
    with as_service("directory_import"), transaction.atomic():
        yield
        transaction.set_rollback(True)


def _several(things: Iterable[Some], number: int) -> Iterator[list[Some]]:
    """Yield the things so many at a time.  What was read before a fault is yielded before the fault is raised."""
    found: list[Some] = []
    fault: streaming.Unreadable | None = None
    source = iter(things)
    while fault is None:
        try:
            found.extend(islice(source, number))
        except streaming.Unreadable as why:
            fault = why
        if not found:
            break
        yield found
        found = []
    if fault:
        raise fault


def _add(total: Outcome, more: Outcome) -> None:
    total.new += more.new
    total.changed += more.changed
    total.unchanged += more.unchanged
    total.others += more.others
    total.refused += more.refused
    total.refused_things += more.refused_things
    total.kept += more.kept
