"""How allauth behaves here."""

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from mash.partnership.actions.passwords import only_session_from_now
from mash.partnership.middleware import SIGNED_IN
from mash.partnership.models import Account


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by a hub: nobody signs up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Answer no, always."""
        return False

    def login(self, request: HttpRequest, user: Account) -> None:
        """Sign somebody in, and out everywhere else: one session an account.

        Source: docs/rules.md, "Sign-in".
        """
        only_session_from_now(account=user, at=timezone.now())
        super().login(request, user)

    def is_reauthentication_required(self, *, app: str) -> bool:  # noqa: ARG002
        """Ask for the password again, unless it was given to sign in within the last five minutes."""
        signed_in = self.request.session.get(SIGNED_IN, 0)
        ago = timezone.now().timestamp() - signed_in
        return bool(ago > settings.ACCOUNT_REAUTHENTICATION_TIMEOUT)
