"""Take in a file of referrals from the command line."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, transaction
from django.utils import timezone
from psycopg.errors import DeadlockDetected
from tqdm import tqdm

from mash.common.identity import as_service
from mash.contact import actions, queries
from mash.contact.lines import read_lines
from mash.contact.message import parse
from mash.contact.models import Channel, Contact
from mash.contact.refusals import Refusal, Refused
from mash.partnership.models import Hub
from mash.partnership.queries import hub_named

LINES_AT_ONCE = 50
BYTES_AT_ONCE = 4 * 1024 * 1024
TRIES = 5
NumberedLine = tuple[int, bytes | Refusal]


class Command(BaseCommand):
    help = (
        "Take in a file of referrals, one JSON object a line.  Each line is taken whole or refused with its reason. "
        "Safe to run again: what is already here stays as it is."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--hub", required=True, help="name of the hub that receives them")
        parser.add_argument("--dry-run", action="store_true", help="read and check every line, keep none")
        parser.add_argument(
            "--refusals", type=Path, help="write each refused line's reason to this file, as JSON"
        )
        parser.add_argument("--json", action="store_true", dest="as_json", help="print the summary as JSON")

    def handle(
        self, *, file: Path, hub: str, dry_run: bool, refusals: Path | None, as_json: bool, **_: object
    ) -> None:
        with ExitStack() as stack:
            lines = stack.enter_context(file.open("rb"))
            report = stack.enter_context(refusals.open("w", encoding="utf-8")) if refusals else None
            bar = stack.enter_context(self._progress(file))
            intake = Intake(_hub(hub), report, dry_run=dry_run)
            stack.enter_context(_undone() if dry_run else nullcontext())
            for several in _in_chunks(read_lines(lines)):
                intake.take(several)
                bar.update(lines.tell() - bar.n)
        self._say(intake, as_json=as_json)

    def _progress(self, file: Path) -> "tqdm[Any]":
        """Show how far through the file we are, at a terminal only."""
        return tqdm(total=file.stat().st_size, unit="B", unit_scale=True, file=self.stderr, disable=None)

    def _say(self, intake: "Intake", *, as_json: bool) -> None:
        found = intake.summary
        if as_json:
            self.stdout.write(json.dumps(found))
            return
        words = "{new} new, {already_here} already here, {refused} refused, {warnings} warnings"
        self.stdout.write(words.format(**found) + ("; dry run: nothing kept" if intake.dry_run else ""))
        if intake.report is None:
            for (path, reason), count in intake.why.most_common():
                self.stderr.write(f"refused {count}: {path}: {reason}")


@dataclass
class Outcome:
    """What became of some lines.  refused: the number of each refused line, and every reason against it."""

    new: int = 0
    already_here: int = 0
    warnings: int = 0
    refused: list[tuple[int, list[Refusal]]] = field(default_factory=list)


class Intake:
    """Lines of one file on their way into one hub: what became of them all.

    report: where each reason against a line is written, as one line of JSON.  why: counts them by path and reason.
    """

    def __init__(self, hub: Hub, report: TextIO | None, *, dry_run: bool) -> None:
        self.hub, self.report, self.dry_run = hub, report, dry_run
        self.counts: Counter[str] = Counter()
        self.why: Counter[tuple[str, str]] = Counter()

    @property
    def summary(self) -> dict[str, int | bool]:
        """What became of all of them."""
        names = ("new", "already_here", "refused", "warnings")
        return {name: self.counts[name] for name in names} | {"dry_run": self.dry_run}

    def take(self, lines: list[NumberedLine]) -> None:
        """Take some lines in, in one transaction; they count only once it has ended well."""
        for tries_left in reversed(range(TRIES)):
            try:
                outcome = self._take_together(lines)
            except OperationalError as error:
                # Another run takes the same lines in another order; PostgreSQL undid us so that it could go on.
                if not (tries_left and isinstance(error.__cause__, DeadlockDetected)) or self.dry_run:
                    raise
            else:
                self._count(outcome)
                return

    def _take_together(self, lines: list[NumberedLine]) -> Outcome:
        outcome = Outcome()
        with nullcontext() if self.dry_run else as_service("intake"), transaction.atomic():
            new = [contact for number, line in lines if (contact := self._take_one(number, line, outcome))]
            outcome.new, outcome.warnings = len(new), queries.count_warnings(new)
        return outcome

    def _take_one(self, number: int, line: bytes | Refusal, outcome: Outcome) -> Contact | None:
        """Return the contact that a line made; None where it made none, with the outcome saying why."""
        if isinstance(line, Refusal):
            outcome.refused.append((number, [line]))
            return None
        try:
            message = parse(line)
            contact, is_new = actions.receive(
                message, hub=self.hub, channel=Channel.FILE, received_at=timezone.now()
            )
        except Refused as refused:
            outcome.refused.append((number, refused.refusals))
        except actions.DifferentContent as other:
            outcome.refused.append((number, [Refusal(other.path, other.reason)]))
        else:
            outcome.already_here += not is_new
            return contact if is_new else None
        return None

    def _count(self, outcome: Outcome) -> None:
        """Count what became of lines, each refused one once, and report every reason against it."""
        self.counts.update(
            new=outcome.new,
            already_here=outcome.already_here,
            warnings=outcome.warnings,
            refused=len(outcome.refused),
        )
        for number, refusals in outcome.refused:
            self.why[refusals[0].path, refusals[0].reason] += 1
            for one in refusals if self.report else ():
                said = {"line": number, "path": one.path, "reason": one.reason}
                print(json.dumps(said, ensure_ascii=False), file=self.report)


def _in_chunks(lines: Iterable[NumberedLine]) -> Iterator[list[NumberedLine]]:
    """Yield lines some at a time, by number and by size, so that memory stays bounded."""
    chunk: list[NumberedLine] = []
    size = 0
    for number, line in lines:
        chunk.append((number, line))
        size += len(line) if isinstance(line, bytes) else 0
        if len(chunk) == LINES_AT_ONCE or size > BYTES_AT_ONCE:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


@contextmanager
def _undone() -> Iterator[None]:
    """Put everything in the block into one transaction that is undone, so that a repeat within a file is seen."""
    with as_service("intake"), transaction.atomic():
        yield
        transaction.set_rollback(True)


def _hub(name: str) -> Hub:
    with as_service("intake"), transaction.atomic():
        try:
            return hub_named(name)
        except Hub.DoesNotExist:
            raise CommandError(f"there is no hub called {name!r}") from None
