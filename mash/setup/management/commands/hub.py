"""Open a hub with its first administrator, who then sets it up on its pages.

    mash hub open "Riverside MASH" --prefix RV --agency "Riverside Children's Services" \
        --administrator asha@riverside.example --name "Asha Verma"
    mash hub open "Riverside practice" --prefix RP --practises-for "Riverside MASH" ...
"""

from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate

from mash.common.identity import as_service
from mash.partnership import actions as partnership
from mash.partnership.actions import passwords
from mash.partnership.models import AgencyKind, Duty, Hub
from mash.partnership.queries import hub_named
from mash.triage import actions as triage


class Command(BaseCommand):
    help = "Open a hub, or a hub to practise in, with its first administrator.  Safe to repeat."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["open"])
        parser.add_argument("hub", help="name of the hub")
        parser.add_argument("--prefix", required=True, help="two or three letters that begin its references")
        parser.add_argument(
            "--agency", required=True, help="the administrator's agency: children's social care"
        )
        parser.add_argument("--administrator", required=True, help="e-mail address they sign in with")
        parser.add_argument("--name", required=True, help="the administrator's name")
        parser.add_argument("--practises-for", help="the hub whose changes are tried here; only for training")
        parser.add_argument("--dry-run", action="store_true", help="say what would be done, and do nothing")

    def handle(self, **said: Any) -> None:
        with as_service("setup"), transaction.atomic():
            words = self._open(said, timezone.now())
            transaction.set_rollback(bool(said["dry_run"]))
        self.stdout.write(("would be done: " if said["dry_run"] else "") + words)

    def _open(self, said: dict[str, Any], at: datetime) -> str:
        hub = self._hub(said, at)
        agency = partnership.join_hub(
            hub=hub, name=said["agency"], kind=AgencyKind.CHILDRENS_SOCIAL_CARE, at=at
        )
        triage.load_targets(hub, on=localdate(at), at=at)
        account = partnership.make_account(email=said["administrator"], name=said["name"])
        partnership.give_post(
            account=account, hub=hub, agency=agency, title="Administrator", duties=[Duty.ADMINISTER], at=at
        )
        words = f"{hub.name} is open; {account.email} sets it up"
        if account.has_usable_password():
            return words
        code = passwords.new_code(account=account, hub=hub, by=None, at=at)
        return f"{words}: set a password on {reverse('account_set_password')} with the code {code}"

    def _hub(self, said: dict[str, Any], at: datetime) -> Hub:
        practises_for = None
        if said["practises_for"]:
            try:
                practises_for = hub_named(said["practises_for"])
            except Hub.DoesNotExist as error:
                raise CommandError(f"There is no hub called {said['practises_for']}") from error
        return partnership.open_hub(
            name=said["hub"],
            prefix=said["prefix"],
            at=at,
            is_training=practises_for is not None,
            practises_for=practises_for,
        )
