"""Somebody new: given a post, sent a code, who sets a password and signs in with it; and changes it later."""

from datetime import date

from django.urls import reverse

from mash.partnership.models import Email
from tests.factories.partnership import MembershipFactory, StaffFactory

FIRST, LATER = "tractor velvet onion harbour", "lantern gravel piano nine"


def test_somebody_new_sets_a_password_signs_in_and_changes_it(transactional_db, visitor, settings):
    settings.MASH_SECOND_FACTOR = False
    post = StaffFactory(administrator=True)
    agency = MembershipFactory(hub=post.hub).agency
    administrator = visitor(post)
    administrator.opens(reverse("setup:new_post"))
    administrator.fills("Name of the person", "Jo Marsh")
    administrator.fills("E-mail address they sign in with", "jo.marsh@hub.example")
    administrator.page.get_by_label("For which agency?").select_option(label=agency.name)
    administrator.fills("Title of the post", "Screener")
    administrator.chooses("Screen contacts")
    today = date.today()
    first_day = administrator.page.get_by_role("group", name="From which day?")
    for box, value in (("Day", today.day), ("Month", today.month), ("Year", today.year)):
        first_day.get_by_label(box).fill(str(value))
    administrator.fills("Why?", "Starts today")
    administrator.presses("Continue")
    administrator.presses("Put in force")
    assert administrator.sees("A code to set a password with goes to jo.marsh@hub.example")
    code = Email.objects.using("builder").get().body.split("code: ")[1].split(".")[0]

    somebody = visitor()
    somebody.opens(reverse("account_login"))
    somebody.follows("Set your password with a code")
    assert somebody.sees("At least 12 characters")
    somebody.fills("Your e-mail address", "jo.marsh@hub.example")
    somebody.fills("The code you were sent", code)
    somebody.fills("New password", "short")
    somebody.fills("The new password again", "short")
    somebody.presses("Set the password")
    assert somebody.page.title().startswith("Error: ")
    for label in ("New password", "The new password again"):
        somebody.fills(label, FIRST)
    somebody.presses("Set the password")
    assert somebody.sees("Your password is set. Sign in with it.")
    somebody.fills("E-mail address", "jo.marsh@hub.example")
    somebody.fills("Password", FIRST)
    somebody.presses("Sign in")
    assert somebody.sees("Jo Marsh, Screener")

    somebody.follows("Your sign-in")
    somebody.follows("Change your password")
    somebody.fills("Your password now", FIRST)
    for label in ("New password", "The new password again"):
        somebody.fills(label, LATER)
    somebody.presses("Change the password")
    assert somebody.sees("Your password is changed")
    assert somebody.sees("Jo Marsh, Screener")
