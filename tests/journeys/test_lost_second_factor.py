"""Somebody lost their phone: told what to do at sign-in, let in anew by two people, and asked for another factor."""

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.urls import reverse

from mash.common.identity import acting_as
from mash.partnership.models import Account
from tests.factories.partnership import StaffFactory

PASSWORD = "lantern gravel piano nine"


def test_who_lost_their_phone_is_let_in_anew_by_two_people(transactional_db, visitor, settings):
    administrator = StaffFactory(administrator=True)
    manager = StaffFactory(hub=administrator.hub, manager=True)
    worker = StaffFactory(hub=administrator.hub, screener=True, title="Screener")
    account = Account.objects.using("builder").get(pk=worker.account_id)
    account.set_password(PASSWORD)
    account.save(using="builder")
    with acting_as(worker.account.identity):
        TOTP.activate(worker.account, generate_totp_secret())
        RecoveryCodes.activate(worker.account)

    somebody = visitor()
    _signs_in(somebody, account)
    assert somebody.sees("If you lost your phone")
    somebody.photographs("lost")

    asks = visitor(administrator)
    asks.opens(reverse("setup:post", args=[worker.pk]))
    asks.follows("ask to take it off")
    asks.fills(
        "What happened, and how did you make sure that it is them?", "Left in a taxi. I called them back."
    )
    asks.presses("Continue")
    assert asks.sees("Check before it counts")
    asks.presses("Put in force")
    assert asks.sees("It stays on until another administrator or the manager confirms it")
    asks.follows(f"A lost second factor: {account.name}")
    assert asks.sees("You asked for this")

    confirms = visitor(manager)
    confirms.opens(reverse("setup:posts"))
    confirms.follows(f"A lost second factor: {account.name}")
    confirms.presses("Take it off")
    assert confirms.sees("They set up another when they next sign in")

    settings.MASH_SECOND_FACTOR = True
    again = visitor()
    _signs_in(again, account)
    assert again.sees("Set up a second factor")
    again.photographs("anew")


def _signs_in(somebody, account):
    somebody.opens(reverse("account_login"))
    somebody.fills("E-mail address", account.email)
    somebody.fills("Password", PASSWORD)
    somebody.presses("Sign in")
