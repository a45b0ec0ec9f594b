"""The pages that a member of the public fills in: one thing a page, in plain words."""

from typing import Any

from django import forms

from mash.contact.forms import SUBJECTS, YES_NO, line, one_of, words
from mash.referral.forms.professional import Page

NAMED, NOT_NAMED = "named", "not_named"
KNOWS = [("yes", "Yes"), ("no", "No"), ("", "I do not know")]


class Danger(Page):
    """Whether somebody is in danger now."""

    immediate_danger = one_of("Is someone in danger right now?", YES_NO, help_text="If so, call 999 first")


class Who(Page):
    """Who it is about."""

    subject = one_of("Who is it about?", SUBJECTS)
    given = line("First name", help_text="If you do not know it, write what you call them")
    family = line("Last name")
    age = line("How old are they?", help_text="A guess is fine", longest=40)
    address = forms.CharField(
        label="Where do they live?",
        help_text="As much as you know",
        required=False,
        max_length=480,
        widget=forms.Textarea,
    )
    postcode = line("Postcode", longest=10)
    protected = forms.BooleanField(
        label="Someone must not find out this address", required=False, help_text="We then lock it away"
    )
    school = line("School or nursery, if you know", longest=160)

    def clean(self) -> dict[str, Any]:
        """Ask for something to find them by."""
        said = super().clean() or {}
        if not any(said.get(name) for name in ("given", "family", "address", "school")):
            self.add_error("given", "Write a name, or an address, or a school, so that we can find them")
        return said


class What(Page):
    """What happened."""

    what_happened = words("What are you worried about?", help_text="Use your own words", required=True)
    event = line("When did it happen?", help_text="For example: last night, or every week", longest=200)


class Know(Page):
    """How they know."""

    seen = words("What did you see or hear yourself?")
    told = words("What did someone tell you? Who was it?")


class Home(Page):
    """Who else is there."""

    household_words = words(
        "Who else lives there?", help_text="Names and ages, if you know. Anyone who helps them?"
    )


class How(Page):
    """How the child or adult seems."""

    impact = words(
        "How do they seem?", help_text="What they say or do. For example: scared, hungry, hurt, quiet"
    )
    history = words("Has this happened before?")


class You(Page):
    """Who tells us; nobody need."""

    named = one_of(
        "Do you want to give your name?",
        [(NAMED, "Yes"), (NOT_NAMED, "No, I do not want to")],
        help_text="You do not have to. We do not tell the family who told us, unless a court says we must "
        "or someone’s safety needs it",
    )
    name = line("Your name")
    phone = line("Phone", longest=40)
    email = forms.EmailField(label="E-mail", required=False, help_text="Then we can write back to you")
    role = line("How do you know them?", help_text="For example: neighbour, friend, family")
    family_aware = one_of("Does the family know you are telling us?", KNOWS, required=False)

    def clean(self) -> dict[str, Any]:
        """Ask for the name that they want to give; forget what they do not want us to have."""
        said = super().clean() or {}
        if said.get("named") == NAMED and not said.get("name"):
            self.add_error("name", "Write your name, or choose No")
        if said.get("named") == NOT_NAMED:
            said |= {"name": "", "phone": "", "email": ""}
        return said
