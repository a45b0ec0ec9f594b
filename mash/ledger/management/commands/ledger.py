"""The record: `ledger verify` looks through it and the sealed rows it vouches for, `ledger root` makes a root now.

`ledger key` prints the public key; `ledger take-over` vouches, once, for sealed rows from before there were such lines.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction
from django.utils import timezone
from tqdm import tqdm

from mash.common.identity import as_service
from mash.ledger.actions import rooting, witnessing
from mash.ledger.actions.vouching import TakenOver
from mash.ledger.findings import Verified
from mash.ledger.models import Entry
from mash.ledger.rows import EVERYTHING, from_json
from mash.ledger.s3 import Store
from mash.ledger.signing import Keys, NoKey, signer, written
from mash.ledger.verifying import verify
from mash.ledger.verifying_rows import lines_said, rows_there, take_over_rows, verify_rows
from mash.ledger.witnesses import Held, Refused, held_in

NAMED = 100  # findings, at most
CHECKER = "row_checker"


class Command(BaseCommand):
    help = "Look through the record: is every line as it was written, and every root as it was signed?"

    def add_arguments(self, parser: CommandParser) -> None:
        steps = parser.add_subparsers(dest="step", required=True, metavar="verify|root|key|take-over")
        looks = steps.add_parser("verify", help="name whatever no longer agrees; changes nothing")
        looks.add_argument("--roots", metavar="FOLDER|s3:…", help="what a witness outside holds")
        looks.add_argument(
            "--key", type=Path, metavar="FILE", help="the public keys that are trusted, as PEM"
        )
        looks.add_argument(
            "--rows",
            type=Path,
            metavar="FILE",
            help="sealed rows as JSON lines, instead of those in the database",
        )
        steps.add_parser(
            "take-over", help="vouch for the sealed rows from before there were such lines; once"
        )
        steps.add_parser("root", help="make a root and give it to the witnesses now")
        steps.add_parser("key", help="print the public key that checks the signatures")

    def handle(self, **options: Any) -> None:
        try:
            getattr(self, f"_{options['step'].replace('-', '_')}")(**options)
        except (NoKey, Refused) as why:
            raise CommandError(str(why)) from why

    def _key(self, **_: Any) -> None:
        self.stdout.write(written(signer().public()), ending="")

    def _root(self, **_: Any) -> None:
        with as_service("ledger_keeper"):
            made = rooting.make_root(at=timezone.now())
            reached = witnessing.deliver(at=timezone.now())
        said = f"root {made.number} over {made.count} lines" if made else "nothing to put under a root"
        self.stdout.write("; ".join([said, *(f"{name} holds {upto}" for name, upto in reached.items())]))

    def _take_over(self, **_: Any) -> None:
        try:
            with _one_moment(), as_service(CHECKER), transaction.atomic():
                number = take_over_rows(at=timezone.now())
        except TakenOver as why:
            raise CommandError("They were taken over already: a row without a line is a finding.") from why
        self.stdout.write(f"{number} sealed rows from before are vouched for as they stand")

    def _verify(self, *, roots: str | None, key: Path | None, rows: Path | None, **_: Any) -> None:
        keys = Keys.in_file(key) if key else self._own_key()
        with as_service("ledger_keeper"), transaction.atomic():
            total = Entry.objects.count()
            with tqdm(total=total, unit="line", unit_scale=True, disable=None) as bar:
                found = verify(keys=keys, held=_outside(roots) if roots else None, progress=bar.update)
        self._verify_rows(found, rows)
        self._say(found, signed=keys is not None)

    def _verify_rows(self, found: Verified, given: Path | None) -> None:
        with _one_moment(), as_service(CHECKER), transaction.atomic():
            said = lines_said()
            if given is None:
                verify_rows(found, said, rows_there(), tables=EVERYTHING)
                return
        try:
            named = list(from_json(given.read_text("utf-8").splitlines()))
        except (OSError, ValueError) as why:
            raise CommandError(f"{given} cannot be read: {why}") from why
        verify_rows(found, said, [row for _, row in named], tables={table for table, _ in named})

    def _own_key(self) -> Keys | None:
        try:
            return Keys([signer().public()])
        except NoKey as why:
            self.stderr.write(f"{why}: nobody is asked who signed; --key FILE names the public keys")
            return None

    def _say(self, found: Verified, *, signed: bool) -> None:
        for one in found.found[:NAMED]:
            self.stderr.write(str(one))
        if found.found:
            raise CommandError(
                f"{len(found.found)} things do not agree, in {found.lines} lines and {found.rows} sealed rows"
            )
        said = [f"{found.lines} lines, all as they were written", f"{found.roots} roots"]
        said[1] += ", all signed" if signed and found.roots else ""
        if found.waiting:
            said.append(f"{found.waiting} lines not yet under a root")
        if found.without_words:
            said.append(f"{found.without_words} lines without their words, removed with records disposed of")
        if found.rows:
            said.append(f"{found.rows} sealed rows, all as the record says")
        if found.rows_from_before:
            said.append(
                f"of {found.rows_from_before} of these it cannot say that they are as they were first written: "
                "they are from before the record vouched for rows"
            )
        if found.witnessed is not None:
            said.append(f"the witness holds every root up to {found.witnessed}")
        self.stdout.write("; ".join(said))


@contextmanager
def _one_moment() -> Iterator[None]:
    """Have a transaction in this block see lines and rows as they stood at one moment, whoever writes meanwhile."""
    level = "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL"
    with connection.cursor() as cursor:
        cursor.execute(f"{level} REPEATABLE READ")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"{level} READ COMMITTED")


def _outside(roots: str) -> Iterator[Held]:
    """Return what a witness holds: a folder, or a store as MASH_LEDGER_WITNESSES names it."""
    if roots.startswith("s3:"):
        return Store(roots.removeprefix("s3:")).held()
    if not Path(roots).is_dir():
        raise CommandError(f"{roots} is not a folder")
    return held_in(Path(roots))
