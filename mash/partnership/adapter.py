"""How allauth behaves here."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from allauth.account.internal.stagekit import clear_login
from allauth.core.exceptions import ReauthenticationRequired
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from mash.ledger.actions import record
from mash.partnership import queries, through
from mash.partnership.actions import vouching
from mash.partnership.actions.passwords import only_session_from_now
from mash.partnership.again import proved_again
from mash.partnership.middleware import SIGNED_IN
from mash.partnership.models import Account
from mash.partnership.queries import signing_in

STAGE, OURS = "allauth.mfa.stages.AuthenticateStage", "mash.partnership.stages.OurSecondFactor"
AGAIN = {"id": "agency", "description": "Sign in again through your agency"}


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by a hub: nobody signs up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Answer no, always."""
        return False

    def login(self, request: HttpRequest, user: Account) -> None:
        """Sign somebody in, and out everywhere else: one session an account.  It is written, and by which proofs.

        Source: docs/rules.md, "Sign-in", "Evidence".
        """
        at = timezone.now()
        only_session_from_now(account=user, at=at)
        proofs = [one.get("type", one["method"]) for one in get_authentication_records(request, user)]
        record("account.signed_in", about=user, at=at, detail={"by": proofs})
        super().login(request, user)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Write that a password was wrong, and for which account, if there is one.

        Source: docs/rules.md, "Evidence".
        """
        account = queries.account_at(str(credentials.get("email", "")))
        record("account.sign_in_refused", about=account or "page:account_login", at=timezone.now())
        super().authentication_failed(request, **credentials)

    def is_reauthentication_required(self, *, app: str) -> bool:  # noqa: ARG002
        """Ask for the password again, unless it was given to sign in within the last five minutes.

        Raises ReauthenticationRequired for who has only their agency's sign-in: the library would let them pass.
        """
        signed_in = self.request.session.get(SIGNED_IN, 0)
        ago = timezone.now().timestamp() - signed_in
        required = bool(ago > settings.ACCOUNT_REAUTHENTICATION_TIMEOUT)
        account = self.request.user
        nothing_here = through.of(self.request, account) and not get_reauthentication_flows(account)
        if required and nothing_here and not proved_again(self.request):
            raise ReauthenticationRequired
        return required

    def get_reauthentication_methods(self, user: Account) -> list[dict[str, Any]]:
        """Return how somebody proves that it is still them: whoever came through their agency proves it there."""
        found: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        if not (user.is_authenticated and through.of(self.request, user)):
            return found
        ours = [one for one in found if one["id"] != "reauthenticate"]
        return [AGAIN | {"url": reverse("account_agency_again")}, *ours]

    def get_login_stages(self) -> list[str]:
        """Return what follows the first proof; a second factor that the agency asked for is not asked twice."""
        return [OURS if one == STAGE else one for one in super().get_login_stages()]

    def pre_login(self, request: HttpRequest, user: Account, **words: Any) -> HttpResponse | None:
        """Refuse to open an account locally that its agency opens.

        Source: docs/rules.md, "Sign-in".
        """
        answer: HttpResponse | None = super().pre_login(request, user, **words)
        if answer:
            return answer
        vouched: through.Through | None = getattr(request, "through", None)
        if vouched:
            through.keep(request, vouched)
            return None
        through.forget(request)
        at = timezone.now()
        ways = signing_in.ways_in(user, at)
        if ways.locally:
            return None
        clear_login(request)
        for provider in ways.through:
            vouching.note("account.local_sign_in_refused", provider, user, at=at)
        return render(request, "account/agency_only.html", {"providers": ways.through})
