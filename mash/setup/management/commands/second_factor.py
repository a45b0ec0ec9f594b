"""Take off a lost second factor where a hub has not two people left who could: by whoever runs the system.

mash second_factor asha@riverside.example --hub "Riverside MASH" --why "Lost phone; met in person by J. Reid"
"""

from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from mash.common.identity import as_service
from mash.partnership.actions import factors
from mash.partnership.models import Hub
from mash.partnership.queries import hub_named
from mash.setup.queries.people import account_in


class Command(BaseCommand):
    help = "Take off the second factor of somebody who works in a hub and lost it.  Safe to repeat."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="address that they sign in with")
        parser.add_argument("--hub", required=True, help="name of a hub in which they work")
        parser.add_argument("--why", required=True, help="what happened, and who made sure that it is them")
        parser.add_argument("--dry-run", action="store_true", help="say what would be done, and do nothing")

    def handle(self, *, email: str, hub: str, why: str, dry_run: bool, **_: Any) -> None:
        with as_service("setup"), transaction.atomic():
            words = self._take_off(email, hub, why)
            transaction.set_rollback(dry_run)
        self.stdout.write(("would be done: " if dry_run else "") + words)

    def _take_off(self, email: str, name: str, why: str) -> str:
        if not why.strip():
            raise CommandError("Say why: what happened, and who made sure that it is them")
        try:
            hub = hub_named(name)
        except Hub.DoesNotExist as error:
            raise CommandError(f"There is no hub called {name}") from error
        at = timezone.now()
        account = account_in(hub, email, at)
        if account is None:
            raise CommandError(f"Nobody with the address {email} works in {hub.name}")
        if not is_mfa_enabled(account):
            return f"{account.email} has no second factor"
        factors.take_off(account=account, hub=hub, why=why, at=at)
        return f"The second factor of {account.email} is taken off; an e-mail tells them"
