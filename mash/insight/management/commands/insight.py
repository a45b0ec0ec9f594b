"""`mash insight rollup [--hub NAME] [--from DATE]`: count what changed, or everything from a day on."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone
from tqdm import tqdm

from mash.common.identity import as_service
from mash.insight import actions
from mash.insight.queries.changes import hubs_to_count
from mash.partnership.models import Hub


class Command(BaseCommand):
    help = "Count the figures of hubs.  Safe to run again, and beside the job that does it: one waits for the other."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["rollup"])
        parser.add_argument("--hub", help="the hub's name; left out, every hub")
        parser.add_argument(
            "--from",
            dest="since",
            type=date.fromisoformat,
            help="count every contact received on this day or later; left out, what changed since it was counted",
        )

    def handle(self, *, hub: str | None, since: date | None, **_: Any) -> None:
        with as_service(actions.SERVICE):
            hubs = [one for one in self._hubs() if hub is None or one.name == hub]
            if not hubs:
                raise CommandError(f"There is no hub named {hub}" if hub else "There is no hub yet")
            for one in hubs:
                done = actions.roll_up(one, at=timezone.now(), since=since, told=self._bar(one))
                self.stdout.write(f"{one}: {done.contacts} contacts counted, on {done.days} days")

    def _hubs(self) -> list[Hub]:
        with transaction.atomic():
            return hubs_to_count()

    def _bar(self, hub: Hub) -> Callable[[Iterable[Any], int], Iterable[Any]]:
        def told(parts: Iterable[Any], many: int) -> Iterable[Any]:
            with tqdm(total=many, unit="contact", desc=hub.name, file=self.stderr, disable=None) as bar:
                for part in parts:
                    yield part
                    bar.update(len(part))

        return told
