"""The record: `ledger verify` looks through it, `ledger root` makes a root now, `ledger key` prints the public key."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone
from tqdm import tqdm

from mash.common.identity import as_service
from mash.ledger.actions import rooting, witnessing
from mash.ledger.findings import Verified
from mash.ledger.models import Entry
from mash.ledger.signing import Keys, NoKey, signer, written
from mash.ledger.verifying import verify
from mash.ledger.witnesses import Refused, held_in

NAMED = 100  # findings, at most


class Command(BaseCommand):
    help = "Look through the record: is every line as it was written, and every root as it was signed?"

    def add_arguments(self, parser: CommandParser) -> None:
        steps = parser.add_subparsers(dest="step", required=True, metavar="verify|root|key")
        looks = steps.add_parser("verify", help="name whatever no longer agrees; changes nothing")
        looks.add_argument("--roots", type=Path, metavar="FOLDER", help="what a witness outside holds")
        looks.add_argument(
            "--key", type=Path, metavar="FILE", help="the public keys that are trusted, as PEM"
        )
        steps.add_parser("root", help="make a root and give it to the witnesses now")
        steps.add_parser("key", help="print the public key that checks the signatures")

    def handle(self, **options: Any) -> None:
        try:
            getattr(self, f"_{options['step']}")(**options)
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

    def _verify(self, *, roots: Path | None, key: Path | None, **_: Any) -> None:
        if roots and not roots.is_dir():
            raise CommandError(f"{roots} is not a folder")
        keys = Keys.in_file(key) if key else self._own_key()
        with as_service("ledger_keeper"), transaction.atomic():
            total = Entry.objects.count()
            with tqdm(total=total, unit="line", unit_scale=True, disable=None) as bar:
                found = verify(keys=keys, held=held_in(roots) if roots else None, progress=bar.update)
        self._say(found, signed=keys is not None)

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
            raise CommandError(f"{len(found.found)} things do not agree, in {found.lines} lines")
        said = [f"{found.lines} lines, all as they were written", f"{found.roots} roots"]
        said[1] += ", all signed" if signed and found.roots else ""
        if found.waiting:
            said.append(f"{found.waiting} lines not yet under a root")
        if found.witnessed is not None:
            said.append(f"the witness holds every root up to {found.witnessed}")
        self.stdout.write("; ".join(said))
