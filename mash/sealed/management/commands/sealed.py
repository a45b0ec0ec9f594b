"""The sealed room from the command line.

`sealed refresh --hub NAME` makes the marks of its subjects anew; `sealed rewrap` wraps anew, under the key of today,
whatever lies under one before.
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone
from tqdm import tqdm

from mash.common.identity import as_service
from mash.common.under_lock import EVERYTHING, UnderLock
from mash.partnership.models import Hub
from mash.partnership.queries import hub_named
from mash.sealed import actions

KEEPER = "seal_keys"


class Command(BaseCommand):
    help = "Make anew what people whom only the unit knows are recognised by, or change the key.  Safe to run again."

    def add_arguments(self, parser: CommandParser) -> None:
        steps = parser.add_subparsers(dest="step", required=True, metavar="refresh|rewrap")
        again = steps.add_parser(
            "refresh", help="after a change of key, or a release that says that names are read in another way"
        )
        again.add_argument("--hub", required=True, help="the hub's name")
        wrap = steps.add_parser(
            "rewrap", help="after MASH_SEAL_KEY was replaced; goes on where it was stopped"
        )
        wrap.add_argument("--dry-run", action="store_true", help="only count")

    def handle(self, *, step: str, **words: Any) -> None:
        if step == "refresh":
            self._refresh(words["hub"])
        else:
            self._rewrap(dry_run=words["dry_run"])

    def _refresh(self, hub: str) -> None:
        with as_service("sealed_marks"), transaction.atomic():
            try:
                found = hub_named(hub)
            except Hub.DoesNotExist:
                raise CommandError(f"There is no hub named {hub}") from None
            number = actions.renew_marks(hub_id=found.pk, at=timezone.now())
        self.stdout.write(f"{number} people whom only the unit knows are recognised anew in {found}")

    def _rewrap(self, *, dry_run: bool) -> None:
        with as_service(KEEPER):
            counted = {one.what: actions.left(one) for one in EVERYTHING}
            if dry_run:
                said = ", ".join(f"{number} {what}" for what, number in counted.items() if number)
                self.stdout.write(f"would wrap anew: {said or 'nothing'}")
                return
            bar = tqdm(total=sum(counted.values()), unit="row", file=self.stderr, disable=None)
            found = [self._all_of(one, bar) for one in EVERYTHING]
            bar.close()
        done, unread = (sum(each) for each in zip(*found, strict=True))
        self.stdout.write(f"{done} wrapped anew, {unread} could not be read")
        if unread:
            raise CommandError(
                "Some lie under a key that MASH_SEAL_KEYS_BEFORE does not name, or were changed."
            )

    def _all_of(self, one: UnderLock, bar: Any) -> tuple[int, int]:
        """Wrap each row by itself, so that whenever it is stopped each is whole, under one key or the other."""
        done = unread = 0
        row = actions.next_left(one, None)
        while row:
            try:
                done += actions.rewrap(one, row, at=timezone.now())
            except actions.CannotBeRead as why:
                unread += 1
                self.stderr.write(str(why))
            bar.update()
            row = actions.next_left(one, row)
        return done, unread
