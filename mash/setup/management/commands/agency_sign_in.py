"""Settle anew which person of its agency an account belongs to: they are somebody else there, or came back.

mash agency_sign_in asha@police.example --hub "Riverside MASH" --why "New directory; spoke with J. Reid"
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from mash.common.identity import as_service
from mash.partnership.actions import vouching
from mash.partnership.models import Account, Hub
from mash.partnership.queries import hub_named, signing_in
from mash.setup.queries.people import account_in


class Command(BaseCommand):
    help = "Let the next person of the agency with this address open the account, for good.  Safe to repeat."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="address of the account")
        parser.add_argument("--hub", required=True, help="name of a hub in which they work")
        parser.add_argument("--why", required=True, help="what happened, and who made sure that it is them")
        parser.add_argument("--dry-run", action="store_true", help="say what would be done, and do nothing")

    def handle(self, *, email: str, hub: str, why: str, dry_run: bool, **_: Any) -> None:
        if not why.strip():
            raise CommandError("Say why: what happened, and who made sure that it is them")
        with as_service("setup"), transaction.atomic():
            words = self._settle(email, hub, why)
            transaction.set_rollback(dry_run)
        self.stdout.write(("would be done: " if dry_run else "") + words)

    def _settle(self, email: str, name: str, why: str) -> str:
        hub, account = self._found(email, name)
        at = timezone.now()
        known = [
            provider.agency
            for provider in signing_in.ways_in(account, at).through
            if vouching.settle_anew(provider=provider, account=account, hub=hub, why=why, at=at)
        ]
        if not known:
            return f"{account.email} was opened by nobody of an agency yet"
        return f"Who opens {account.email} through {', '.join(known)} is settled at the next sign-in"

    def _found(self, email: str, name: str) -> tuple[Hub, Account]:
        try:
            hub = hub_named(name)
        except Hub.DoesNotExist as error:
            raise CommandError(f"There is no hub called {name}") from error
        account = account_in(hub, email, timezone.now())
        if account is None:
            raise CommandError(f"Nobody with the address {email} works in {hub.name}")
        return hub, account
