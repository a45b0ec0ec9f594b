"""Registers of people: `people import FILE --hub NAME`; with `--hub NAME` alone `refresh`, `duplicates`, `refit`."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone
from tqdm import tqdm

from mash.common.identity import as_service
from mash.partnership.models import Hub
from mash.partnership.queries import hub_named
from mash.people import actions, identifiers, queries, register
from mash.people.actions.register import Taken
from mash.people.details import Details
from mash.people.duplicates.splinking import NotInstalled
from mash.people.matching import reporting
from mash.people.matching.refitting import NotLearned
from mash.people.models import LearnedWeights
from mash.people.rows import Unreadable

ROWS_A_TRANSACTION = 1000
COMPLAINTS_SHOWN = 100


class Command(BaseCommand):
    help = (
        "Take in a register of known people, or make the search of a hub's people anew.  Safe to run again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        steps = parser.add_subparsers(
            dest="step", required=True, metavar="import | refresh | duplicates | refit"
        )
        take = steps.add_parser("import", help="take in a register: one row a person")
        take.add_argument("file", type=Path)
        take.add_argument("--hub", required=True, help="the hub's name")
        take.add_argument("--dry-run", action="store_true", help="read and check every row, keep none")
        again = steps.add_parser(
            "refresh", help="make every person's search tokens anew, as after a change of key"
        )
        again.add_argument("--hub", required=True, help="the hub's name")
        over = steps.add_parser("duplicates", help="look for records that may be one person; joins nobody")
        over.add_argument("--hub", required=True, help="the hub's name")
        over.add_argument("--engine", choices=("duckdb", "spark"), default="duckdb")
        refit = steps.add_parser(
            "refit",
            help="learn from what workers decided how people are recognised; proposes, and changes nothing",
        )
        refit.add_argument("--hub", required=True, help="the hub's name")
        refit.add_argument("--json", action="store_true", help="say it as JSON")

    def handle(self, *, step: str, hub: str, **options: Any) -> None:
        with as_service("imports"):
            found = _hub(hub)
            if step == "refresh":
                self._refresh(found)
            elif step == "duplicates":
                self._look_over(found, options["engine"])
            elif step == "refit":
                self._refit(found, as_json=options["json"])
            else:
                self._import(options["file"], found, dry_run=options["dry_run"])

    def _import(self, file: Path, hub: Hub, *, dry_run: bool) -> None:
        taking = _Taking(self, hub, dry_run=dry_run)
        try:
            rows = register.read(file, timezone.localdate())
            for part in _parts(taking.good(tqdm(rows, unit="row", file=self.stderr, disable=None))):
                taking.take(part)
        except (OSError, Unreadable) as why:
            raise CommandError(f"{file}: {why}") from None
        if not dry_run:
            actions.count_register(hub=hub, at=timezone.now())
        self.stdout.write(taking.summary())
        if taking.refused:
            raise CommandError(f"{taking.refused} rows were not taken; mend them and run this again")

    def _refresh(self, hub: Hub) -> None:
        with transaction.atomic():
            everyone = queries.everyone(hub.pk)
        places = range(0, len(everyone), ROWS_A_TRANSACTION)
        for place in tqdm(places, unit="thousand", file=self.stderr, disable=None):
            with transaction.atomic():
                actions.renew_tokens(hub_id=hub.pk, people=everyone[place : place + ROWS_A_TRANSACTION])
        self.stdout.write(f"{len(everyone)} people can be found anew in {hub}")

    def _look_over(self, hub: Hub, engine: str) -> None:
        try:
            said = actions.look_for_duplicates(hub=hub, at=timezone.now(), engine=engine)
        except NotInstalled as why:
            raise CommandError(str(why)) from None
        self.stdout.write(f"{hub}: {said.found} pairs that may be one person, among {said.records} records")

    def _refit(self, hub: Hub, *, as_json: bool) -> None:
        try:
            learned = actions.learn_weights(hub=hub, at=timezone.now())
        except NotLearned as why:
            raise CommandError(f"{hub}: {why}; nothing was proposed") from None
        said = {"hub": str(hub), "number": learned.number, "based_on": learned.based_on, **learned.report}
        self.stdout.write(json.dumps(said, indent=2) if as_json else "\n".join(_lines(hub, learned)))


def _lines(hub: Hub, learned: LearnedWeights) -> Iterator[str]:
    """Yield what was learned, in lines of text."""
    report = learned.report
    yield (
        f"{hub}: proposed as {learned}, from {report['decisions']} decisions; "
        f"measured on {report['held_back']} of them that were held back"
    )
    yield f"{'':<52}{reporting.edition_in_words(report['beside']):<34}learned"
    for measure in reporting.MEASURES:
        before, after = (reporting.in_words(report[side][measure]) for side in ("before", "after"))
        yield f"{reporting.MEASURES[measure]:<52}{before:<34}{after}"
    yield from reporting.sentences(report)
    yield "Nobody is recognised by it until an administrator or manager adopts it, under Set-up."


class _Taking:
    """One run over a register: what became of its rows so far."""

    def __init__(self, command: BaseCommand, hub: Hub, *, dry_run: bool) -> None:
        self.command, self.hub, self.dry_run = command, hub, dry_run
        self.taken = Taken()
        self.refused = self.restricted = self.odd = 0

    def good(self, rows: Iterable[register.Entry | tuple[int, str]]) -> Iterator[Details]:
        """Yield the rows that can be taken; name the others by their line."""
        for row in rows:
            if isinstance(row, tuple):
                self._complain(*row)
                continue
            numbers = row.details.numbers()
            self.restricted += row.restricted
            self.odd += any(not identifiers.is_valid(*number) for number in numbers)
            yield row.details

    def take(self, part: list[Details]) -> None:
        """Take some rows, all or none of them."""
        with transaction.atomic():
            self.taken.add(actions.take_register(several=part, hub_id=self.hub.pk, at=timezone.now()))
            transaction.set_rollback(self.dry_run)

    def summary(self) -> str:
        """Say in one line what became of the rows."""
        words = [f"{self.taken.new} new, {self.taken.changed} changed, {self.taken.known} already here"]
        words += [f"{self.refused} refused"] if self.refused else []
        words += [f"{self.odd} with a number that fails its check digit"] if self.odd else []
        words += (
            [f"{self.restricted} restricted (address, telephone and school left out)"]
            if self.restricted
            else []
        )
        return f"{'dry run, nothing kept: ' if self.dry_run else ''}{self.hub}: {', '.join(words)}"

    def _complain(self, line: int, why: str) -> None:
        self.refused += 1
        if self.refused <= COMPLAINTS_SHOWN:
            self.command.stderr.write(f"line {line}: {why}")
        elif self.refused == COMPLAINTS_SHOWN + 1:
            self.command.stderr.write("further lines are not named")


def _hub(name: str) -> Hub:
    try:
        with transaction.atomic():
            return hub_named(name)
    except Hub.DoesNotExist:
        raise CommandError(f"There is no hub named {name}") from None


def _parts(rows: Iterable[Details]) -> Iterator[list[Details]]:
    """Yield up to a thousand rows at a time; a key that comes again begins another part, where it is known already."""
    part: dict[str, Details] = {}
    for row in rows:
        if len(part) == ROWS_A_TRANSACTION or row.source_key in part:
            yield list(part.values())
            part = {}
        part[row.source_key] = row
    if part:
        yield list(part.values())
