"""Take in a file of referrals from the command line."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from pathlib import Path
from typing import Any, TextIO

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone
from tqdm import tqdm

from mash.common.identity import as_service
from mash.contact import actions
from mash.contact.lines import read_lines
from mash.contact.message import Refusal, Refused, parse
from mash.contact.models import Channel
from mash.partnership.models import Hub
from mash.partnership.queries import hub_named


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
            for number, line in read_lines(lines):
                intake.take(number, line)
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


class Intake:
    """Lines of one file on their way into one hub: what became of each.

    report: where each refusal is written as one line of JSON.  why: counts them by path and reason.
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

    def take(self, number: int, line: bytes | Refusal) -> None:
        """Take one line in, in a transaction of its own, or note why it is refused."""
        if isinstance(line, Refusal):
            self._refuse(number, [line])
            return
        try:
            message = parse(line)
        except Refused as refused:
            self._refuse(number, refused.refusals)
            return
        with nullcontext() if self.dry_run else as_service("intake"), transaction.atomic():
            try:
                contact, is_new = actions.receive(
                    message, hub=self.hub, channel=Channel.FILE, received_at=timezone.now()
                )
            except actions.DifferentContent as different:
                self._refuse(number, [Refusal(different.path, different.reason)])
            else:
                self.counts["new" if is_new else "already_here"] += 1
                self.counts["warnings"] += contact.warnings.count() if is_new else 0

    def _refuse(self, number: int, refusals: list[Refusal]) -> None:
        """Count a refused line once, and report every reason against it."""
        self.counts["refused"] += 1
        self.why[refusals[0].path, refusals[0].reason] += 1
        for one in refusals:
            if self.report:
                said = {"line": number, "path": one.path, "reason": one.reason}
                self.report.write(json.dumps(said, ensure_ascii=False) + "\n")


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
