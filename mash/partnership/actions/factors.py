"""Second factors: taking one off that its owner lost, so that they set up another when they next sign in."""

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db import transaction

from mash.ledger.actions import record
from mash.partnership.actions import queue_email
from mash.partnership.models import Account, Hub

SUBJECT = "Your second factor was taken off"
BODY = (
    "The second factor of your account was taken off just now, and everywhere you were signed in you no longer are.  "
    "Set up another: you are asked to when you next sign in.  If you did not ask for this, tell who sets up your hub "
    "at once."
)


def note_passkey_refused(*, account: Account | None, at: datetime) -> None:
    """Write that a passkey was refused, and of which account where one had begun to sign in.

    Source: docs/rules.md, "Sign-in".
    """
    record("account.passkey_refused", about=account or "page:mfa_login_webauthn", at=at)


@transaction.atomic
def take_off(*, account: Account, hub: Hub, why: str, at: datetime) -> None:
    """Take off the second factor of an account with its recovery codes, end its sessions, and tell its owner.

    The database refuses it unless two people of a hub agreed to it, or the program that sets up hubs does it.

    Source: docs/rules.md, "A lost second factor".
    """
    Authenticator.objects.filter(user=account).delete()
    Account.objects.filter(pk=account.pk).update(signed_out_at=at)
    queue_email(hub_id=hub.pk, to=account.email, subject=SUBJECT, body=BODY, at=at)
    record("account.factor_taken_off", about=account, at=at, hub_id=hub.pk, why=why)
