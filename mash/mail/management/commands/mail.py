"""Read the mailboxes from the command line."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from mash.common.identity import as_service
from mash.mail import actions, boxes


class Command(BaseCommand):
    help = (
        "Take in the e-mail that lies in the mailboxes, as the worker does each minute.  Safe to run again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["read"])
        parser.add_argument("--hub", help="letters of the hub whose mailbox is read; without it every one is")

    def handle(self, *, hub: str | None, **_: object) -> None:
        try:
            known = boxes.read(settings.MASH_MAIL, settings.MASH_MAIL_PASSWORDS)
        except boxes.NotSet as why:
            raise CommandError(str(why)) from why
        asked = [one for one in known if hub in (None, one.hub)]
        if not asked:
            raise CommandError(f"no mailbox is set for {hub}" if hub else "no mailbox is set: see MASH_MAIL")
        failed = False
        for box in asked:
            try:
                with as_service("mail_room"):
                    found = actions.read_box(box, now=timezone.now)
            except boxes.NotRead as why:
                failed = True
                self.stderr.write(str(why))
            else:
                words = f"{box.hub}: {found.taken} new, {found.known} already here, {found.refused} not taken apart"
                self.stdout.write(words + (f", {found.left} could not be moved" if found.left else ""))
        if failed:
            raise CommandError("not every mailbox was read; what was taken is kept")
