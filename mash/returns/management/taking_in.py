"""`mash import annex-a|cin FILE --hub NAME [--dry-run] [--refusals FILE]`: a hub's past, from earlier returns."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, TextIO

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone
from tqdm import tqdm

from mash.common.identity import as_service
from mash.common.importing import Importer
from mash.partnership.models import Hub
from mash.returns import actions, history, queries
from mash.returns.formats import digest
from mash.returns.history import Told, Wrong
from mash.returns.models import Kind
from mash.returns.refusals import Refused
from mash.returns.years import Year, year


def _arguments(parser: CommandParser) -> None:
    parser.add_argument("file", type=Path)
    parser.add_argument("--hub", required=True, help="the hub's name")
    parser.add_argument("--dry-run", action="store_true", help="read and check every row, keep none")
    parser.add_argument(
        "--refusals", type=Path, help="write why each refused row was not taken to this file, as JSON"
    )


def _take(
    kind: str,
    command: BaseCommand,
    *,
    file: Path,
    hub: str,
    dry_run: bool,
    refusals: Path | None,
    **_: Any,
) -> None:
    why: Counter[tuple[str, str]] = Counter()
    with ExitStack() as stack:
        report = stack.enter_context(refusals.open("w", encoding="utf-8")) if refusals else None
        stack.enter_context(as_service(actions.SERVICE))
        stack.enter_context(transaction.atomic())
        try:
            as_on = _as_on(kind, file, year())
            rows = tqdm(_rows(kind, file, year()), unit="row", file=command.stderr, disable=None)
            taken = actions.take_in(
                hub=queries.hub_of(hub),
                kind=kind,
                sha256=digest(file),
                as_on=as_on,
                rows=rows,
                refuse=partial(_refuse, report, why),
                at=timezone.now(),
            )
        except Hub.DoesNotExist:
            raise CommandError(f"There is no hub named {hub}") from None
        except Refused as refused:
            raise CommandError(f"{file}: {refused}; nothing of it was taken") from None
        transaction.set_rollback(dry_run)
    for (column, reason), count in why.most_common():
        command.stderr.write(f"refused {count}: {column}: {reason}")
    words = "{new} new, {changed} changed, {here} here already, {refused} refused".format(**taken.counts)
    command.stdout.write(f"{hub}: {words}" + ("; dry run: nothing kept" if dry_run else ""))


def _refuse(report: TextIO | None, why: Counter[tuple[str, str]], wrong: Wrong) -> None:
    why[wrong.column, wrong.reason] += 1
    if report:
        said = {"where": wrong.where, "column": wrong.column, "reason": wrong.reason}
        print(json.dumps(said, ensure_ascii=False), file=report)


def _as_on(kind: str, file: Path, rules: Year) -> date:
    """Return the day that a file is of: a census says it, and Annex A is of the last day in it."""
    if kind == Kind.CIN:
        first = next(iter(history.census(file, rules)), None)
        if not isinstance(first, date):
            raise Refused("it does not begin with a header")
        return first
    days = (one.on for one in history.annex_a(file, rules) if isinstance(one, Told))
    return max(days, default=timezone.localdate())


def _rows(kind: str, file: Path, rules: Year) -> Iterator[Told | Wrong]:
    if kind == Kind.ANNEX_A:
        yield from history.annex_a(file, rules)
    else:
        yield from (one for one in history.census(file, rules) if not isinstance(one, date))


IMPORTERS = (
    Importer("annex-a", "lists 1 to 3 of an Annex A workbook", _arguments, partial(_take, Kind.ANNEX_A)),
    Importer("cin", "a children in need census as XML", _arguments, partial(_take, Kind.CIN)),
)
