"""Passkeys in a browser whose device is a made-up one: as a second factor, again when proof is asked, and alone."""

import pytest
from django.urls import reverse

from tests.journeys.test_signing_in import PASSWORD, worker

__all__ = ["worker"]
pytestmark = pytest.mark.usefixtures("two_factors")

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def two_factors(settings):
    settings.MASH_SECOND_FACTOR = True


def reads(person, words):
    """Wait for words, since the device answers in its own time; then look at the page."""
    person.page.get_by_text(words).first.wait_for()
    person.looks()
    return person.sees(words)


def a_device(person):
    """Give the browser a device that answers by itself; return how to stop it from answering."""
    device = person.page.context.new_cdp_session(person.page)
    device.send("WebAuthn.enable")
    key = device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})["authenticatorId"]
    return lambda verified: device.send(
        "WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": verified}
    )


def asks_the_device(person, button):
    """Press a button that leads on, or says why not, once the device has answered."""
    person.page.get_by_role("button", name=button, exact=True).click()


def signs_in(person, account):
    person.opens(reverse("account_login"))
    person.fills("E-mail address", account.email)
    person.fills("Password", PASSWORD)
    person.presses("Sign in")


@pytest.mark.parametrize("scripted", [True], indirect=True)
def test_a_worker_sets_a_passkey_up_and_it_opens_the_account_from_then_on(visitor, worker):
    person = visitor()
    a_device(person)
    signs_in(person, worker.account)
    assert reads(person, "Set up a second factor before you go on")
    person.follows("a passkey")
    person.fills("What do you call this device?", "Work laptop")
    asks_the_device(person, "Add a passkey")
    assert reads(person, "Recovery codes")
    person.opens(reverse("mfa_index"))
    assert reads(person, "Work laptop, since")
    person.presses("Sign out")

    signs_in(person, worker.account)
    assert reads(person, "With your passkey")
    asks_the_device(person, "Use your passkey")
    assert reads(person, worker.title)
    person.presses("Sign out")

    person.opens(reverse("account_login"))
    asks_the_device(person, "Sign in with a passkey")
    assert reads(person, worker.title)

    person.opens(reverse("mfa_reauthenticate_webauthn"))
    assert reads(person, "Use your passkey again")
    person.opens(reverse("mfa_index"))
    person.follows("Take it off", exact=False)
    person.presses("Take it off")
    assert reads(person, "You have none")


@pytest.mark.parametrize("scripted", [True], indirect=True)
def test_a_device_that_gives_nothing_is_said_in_words_and_another_way_is_there(visitor, worker):
    person = visitor()
    verifies = a_device(person)
    verifies(False)
    person.opens(reverse("account_login"))
    asks_the_device(person, "Sign in with a passkey")
    assert reads(person, "Nothing came from your device")
    assert reads(person, "E-mail address")


@pytest.mark.parametrize("scripted", [False], indirect=True)
def test_without_a_script_the_page_says_that_passkeys_need_one(visitor, worker):
    person = visitor()
    person.opens(reverse("account_login"))
    assert reads(person, "Passkeys need a script and a newer browser than this one")
    signs_in(person, worker.account)
    assert reads(person, "Set up a second factor before you go on")
