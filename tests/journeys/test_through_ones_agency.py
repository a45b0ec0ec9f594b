"""Signing in through one's agency in a browser: there, back, to one's work, out again, and when it goes wrong."""

from urllib.parse import urlsplit

import pytest
from django.urls import reverse

from tests.factories.partnership import AgencyFactory, StaffFactory
from tests.identity_provider import IdentityProvider, known
from tests.journeys.test_signing_in import PASSWORD
from tests.journeys.test_signing_in import worker as with_a_password
from tests.saml_provider import SamlIdentityProvider

__all__ = ["with_a_password"]
AGENCY = "Northshire Police"


@pytest.fixture
def officer(transactional_db):
    return StaffFactory(answerer=True, agency=AgencyFactory(name=AGENCY), title="Police in the hub")


@pytest.fixture
def police(officer, settings):
    with IdentityProvider(AGENCY, asks=True).running() as found:
        found.person = {"sub": "officer-7", "email": officer.account.email, "email_verified": True}
        settings.MASH_PROVIDERS = known(found.settings())
        yield found


@pytest.fixture
def comes(visitor, police, width):
    """Return a maker of visitors who go to the police's own pages too, and look at ours alone."""

    def make(staff=None):
        person = visitor(staff, width=width)
        person.elsewhere = (police.issuer,)
        return person

    return make


def goes_there(person, button=f"Sign in through {AGENCY}"):
    person.page.get_by_role("button", name=button, exact=True).first.click()
    person.page.get_by_role("button", name="Sign in as", exact=False).wait_for()


def signs_in_there(person):
    """Press the button there, and look at the page of ours that one comes back to."""
    person.page.get_by_role("button", name="Sign in as", exact=False).click()
    person.page.wait_for_url(f"{person.address}/**")
    person.looks()


def test_an_officer_signs_in_through_the_police_and_out_again(comes, officer):
    person = comes()
    person.opens(reverse("account_login"))
    person.photographs("agency-login")
    goes_there(person)
    assert person.page.title() == AGENCY
    signs_in_there(person)
    assert person.sees("Police in the hub")
    person.opens(reverse("mfa_index"))
    assert person.sees("You came through your agency’s own sign-in")
    person.presses("Sign out")
    assert person.sees("You are signed out here")
    person.photographs("agency-signed-out")
    person.page.get_by_role("button", name=f"Sign out at {AGENCY}").click()
    assert urlsplit(person.page.url).path == "/leave"


def test_whoever_goes_to_a_page_first_comes_to_it_afterwards(comes):
    person = comes()
    person.opens(reverse("check:inbox"))
    goes_there(person)
    signs_in_there(person)
    assert urlsplit(person.page.url).path == reverse("check:inbox")


def test_somebody_without_an_account_is_told_whom_to_ask(comes, police):
    police.person |= {"sub": "officer-8", "email": "new@police.example"}
    person = comes()
    person.opens(reverse("account_login"))
    goes_there(person)
    signs_in_there(person)
    assert person.sees(f"You have no account here with {AGENCY}")
    person.photographs("agency-no-account")
    person.follows("Other ways to sign in")
    assert person.sees("If your agency is not named here")


def test_a_provider_that_is_down_is_said_in_words_and_another_way_is_there(comes, police):
    person = comes()
    person.opens(reverse("account_login"))
    police.stops()
    person.presses(f"Sign in through {AGENCY}")
    assert person.sees(f"{AGENCY}’s sign-in does not answer")
    person.photographs("agency-down")


def test_a_password_of_an_officer_leads_to_the_police(comes, with_a_password, officer):
    type(officer).objects.using("builder").filter(pk=with_a_password.pk).update(agency=officer.agency)
    person = comes()
    person.opens(reverse("account_login"))
    person.fills("E-mail address", with_a_password.account.email)
    person.fills("Password", PASSWORD)
    person.presses("Sign in")
    assert person.sees("Your agency opens this account")
    person.photographs("agency-only")
    goes_there(person)


def test_an_officer_with_a_post_elsewhere_is_told_how_to_come_to_it(comes, officer):
    StaffFactory(answerer=True, account=officer.account, title="Governor")
    person = comes()
    person.opens(reverse("account_login"))
    goes_there(person)
    signs_in_there(person)
    assert person.sees("Police in the hub")


def test_an_officer_proves_to_the_police_that_it_is_still_them(comes, police):
    police.claims = {"auth_time": 99_999_999_999}
    person = comes()
    person.opens(reverse("account_login"))
    goes_there(person)
    signs_in_there(person)
    person.opens(reverse("account_agency_again"))
    person.photographs("agency-again")
    goes_there(person, f"Sign in again through {AGENCY}")
    signs_in_there(person)
    assert urlsplit(person.page.url).path != reverse("account_agency_again")


def test_many_agencies_are_chosen_from_a_list(comes, police, settings):
    more = [police.settings(id=f"school-{n}", agency=f"School {n}") for n in range(7)]
    settings.MASH_PROVIDERS = known(police.settings(), *more)
    person = comes()
    person.opens(reverse("account_login"))
    person.photographs("agency-many")
    person.page.get_by_label("Your agency").select_option(AGENCY)
    goes_there(person, "Go to its sign-in")
    signs_in_there(person)
    assert person.sees("Police in the hub")


# An agency that speaks SAML: the same pages


@pytest.fixture
def by_saml(visitor, officer, settings, width):
    """Return the police's provider, on another site than ours, and a visitor who goes there too."""
    with SamlIdentityProvider(AGENCY).running() as found:
        found.person["email"] = officer.account.email
        settings.MASH_PROVIDERS = known(found.settings())
        person = visitor(None, width=width)
        person.elsewhere = (found.at,)
        yield found, person


def test_an_officer_signs_in_by_saml_from_another_site_and_out_again(by_saml):
    police, person = by_saml
    assert urlsplit(police.at).hostname != urlsplit(person.address).hostname
    person.opens(reverse("check:inbox"))
    goes_there(person)
    assert person.page.title() == AGENCY
    signs_in_there(person)
    assert urlsplit(person.page.url).path == reverse("check:inbox")
    person.presses("Sign out")
    assert person.sees("You are signed out here")
    person.page.get_by_role("button", name=f"Sign out at {AGENCY}").click()
    assert person.page.url == f"{police.at}/leave"


def test_an_answer_by_saml_that_is_not_signed_is_said_in_words(by_saml):
    police, person = by_saml
    police.signs_assertion = False
    person.opens(reverse("account_login"))
    goes_there(person)
    signs_in_there(person)
    assert person.sees(f"We could not trust what {AGENCY}’s sign-in answered")
    person.photographs("agency-not-trusted")
    person.page.get_by_role("link", name="Other ways to sign in").click()
    police.signs_assertion = True
    goes_there(person)
    signs_in_there(person)
    assert person.sees("Police in the hub")


def test_going_back_to_the_agency_s_page_and_sending_it_again_is_said_in_words(by_saml):
    _, person = by_saml
    person.opens(reverse("account_login"))
    goes_there(person)
    there = person.page.url
    signs_in_there(person)
    person.presses("Sign out")
    person.page.goto(there)  # the same question, answered anew: this browser asked it before
    signs_in_there(person)
    assert person.sees("Begin signing in again")


def test_an_officer_proves_by_saml_that_it_is_still_them(by_saml):
    _, person = by_saml
    person.opens(reverse("account_login"))
    goes_there(person)
    signs_in_there(person)
    person.opens(reverse("account_agency_again"))
    goes_there(person, f"Sign in again through {AGENCY}")
    signs_in_there(person)
    assert urlsplit(person.page.url).path != reverse("account_agency_again")
