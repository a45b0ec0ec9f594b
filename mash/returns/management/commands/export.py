"""Returns from the command line: `export annex-a --hub NAME --from DATE --to DATE --why WORDS --out FILE`."""

import os
import uuid
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from mash.common.identity import as_service
from mash.partnership.models import Hub
from mash.returns import actions, queries
from mash.returns.formats import FORMATS
from mash.returns.models import Kind, Made, Purpose, Run
from mash.returns.years import year

NAMES = {kind.replace("_", "-"): kind for kind in FORMATS}


class Command(BaseCommand):
    help = (
        "Make a return of a hub, look at it again, and write it to a file.  Safe to run again: the same days and the "
        "same facts give the same bytes, and no file is written over."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", choices=sorted(NAMES))
        parser.add_argument("--hub", required=True, help="the hub's name")
        parser.add_argument(
            "--from", required=True, dest="from_on", type=date.fromisoformat, help="the first day"
        )
        parser.add_argument(
            "--to", required=True, dest="until_on", type=date.fromisoformat, help="the last day, included"
        )
        parser.add_argument("--why", required=True, help="why it is made: kept in the hub's record")
        parser.add_argument(
            "--out", required=True, type=Path, help="the file to write; it must not be there yet"
        )
        parser.add_argument("--authority", default="", help="the authority's three digits, for a census")
        parser.add_argument(
            "--every-episode", action="store_true", help="the hub holds every episode: not marked as a part"
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="make it and say what is wrong; keep nothing"
        )

    def handle(self, *, hub: str, out: Path, dry_run: bool, **options: Any) -> None:
        if not dry_run and out.exists():
            raise CommandError(f"{out} is there already, and is not written over")
        with as_service(actions.SERVICE), transaction.atomic():
            made, body = self._make(hub, options, dry_run=dry_run)
            transaction.set_rollback(dry_run)
        for rule, count in made.problems.items():
            self.stderr.write(f"{rule} ({count}): {year(made.run.year).rules[rule].words}")
        rows = ", ".join(f"{name} {count}" for name, count in made.counts.items())
        if dry_run:
            self.stdout.write(f"dry run, nothing kept: {rows}; {sum(made.problems.values())} problems")
            return
        _write(out, body)
        self.stdout.write(f"{out}: {rows}; {sum(made.problems.values())} problems; sha256 {made.sha256}")

    def _make(self, hub: str, options: dict[str, Any], *, dry_run: bool) -> tuple[Made, bytes]:
        try:
            run = actions.ask_for(
                key=uuid.uuid4(),
                kind=NAMES[options["kind"]],
                hub=queries.hub_of(hub),
                by=None,
                at=timezone.now(),
                **{
                    name: options[name]
                    for name in ("from_on", "until_on", "why", "authority", "every_episode")
                },
            )
        except Hub.DoesNotExist:
            raise CommandError(f"There is no hub named {hub}") from None
        except actions.NotWhole as wrong:
            raise CommandError("; ".join(wrong.places.values())) from None
        made = actions.make(run_id=run.pk, at=timezone.now())
        if made.trouble:
            raise CommandError(made.trouble)
        return made, b"" if dry_run else self._take_out(run)

    def _take_out(self, run: Run) -> bytes:
        purpose = Purpose.CENSUS if run.kind == Kind.CIN else Purpose.OTHER
        _, body = actions.take_out(run=run, purpose=purpose, why=run.why, by=None, at=timezone.now())
        return body


def _write(out: Path, body: bytes) -> None:
    """Write a file that nobody else may read; nothing is left of one that could not be written whole."""
    fresh = out.with_name(f".{out.name}.{uuid.uuid4().hex}")
    try:
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(body)
        os.link(fresh, out)
    except OSError as why:
        raise CommandError(f"{out} could not be written: {why.strerror}") from None
    finally:
        fresh.unlink(missing_ok=True)
