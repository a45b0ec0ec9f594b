"""The pages that a professional fills in: a task each.  Nothing is chosen before the writer chooses."""

import re
from typing import Any

from django import forms

from mash.common.fields import DateInputField, TimeInputField
from mash.contact.content import categories_for
from mash.contact.forms import (
    GROUNDS,
    KINDS,
    RATINGS,
    RELATIONS,
    ROLES,
    SOUGHT,
    SUBJECTS,
    TYPES,
    YES_NO,
    YES_NO_UNKNOWN,
    CalledAbout,
    line,
    one_of,
    words,
)
from mash.people.disabilities import DISABILITIES

LONGEST_REASON = 4000
LONGEST_BOX = 15_000  # three of them go into one text of the message
WORKS_AT = [(kind, label) for kind, label in KINDS if kind != "public"]
ETHNICITIES = [  # the Department for Education's codes
    ("WBRI", "White British"), ("WIRI", "White Irish"), ("WIRT", "Traveller of Irish heritage"),
    ("WROM", "Gypsy or Roma"),
    ("WOTH", "Any other White background"), ("MWBC", "White and Black Caribbean"), ("MWBA", "White and Black African"),
    ("MWAS", "White and Asian"), ("MOTH", "Any other mixed background"), ("AIND", "Indian"), ("APKN", "Pakistani"),
    ("ABAN", "Bangladeshi"), ("AOTH", "Any other Asian background"), ("CHNE", "Chinese"), ("BCRB", "Black Caribbean"),
    ("BAFR", "Black African"), ("BOTH", "Any other Black background"), ("OOTH", "Any other ethnic group"),
    ("REFU", "They do not wish to say"),
]  # fmt: skip
Choices = list[tuple[str, str]]
NO_DISABILITY = "NONE"
AT_RISK, MEMBER_ROLE = "adult_at_risk", re.compile(r"m[0-9]+-role")
ON_A_GROUND = ("ground", "ground_reason", "ground_manager")
BRANCHES = {  # what was said of agreement, and what belongs to it
    "given": ("agreed_by", "covers"),
    "refused": ("agreed_by", *ON_A_GROUND),
    "not_sought": ON_A_GROUND,
}


class Page(forms.Form):
    """A page of the form.  people: (ref, words) of everybody named so far.  subject: child, adult or both."""

    def __init__(
        self, data: Any = None, *, people: Choices | None = None, subject: str = "", **options: Any
    ) -> None:
        super().__init__(data, **options)
        self.everybody, self.about = people or [], subject or "both"
        self.about_both = subject == "both"

    def choose(self, name: str, choices: Choices) -> None:
        """Give a field its choices."""
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = choices


class You(Page):
    """Who writes."""

    name = line("Your name", required=True)
    role = line("Your job", required=True, help_text="For example, designated safeguarding lead")
    kind = one_of("Where do you work?", WORKS_AT)
    organisation = line("Name of your organisation", required=True, longest=200)
    phone = line("Telephone", required=True, longest=40, help_text="Where we reach you today if we must")
    email = forms.EmailField(
        label="Work e-mail address", help_text="We write which reference has news, and nothing else"
    )
    consultation = line(
        "If the hub advised you before: the reference of that advice",
        help_text="For example NFC-7K3M-2Q9. It then lies beside what you send",
        longest=40,
    )


class Person(Page, CalledAbout):
    """The child or adult at risk, and what kind of referral this is."""

    role = None  # type: ignore[assignment]
    subject = one_of("Who is it about?", SUBJECTS)
    type = one_of("What kind of referral is it?", TYPES)
    upn = line("Unique pupil number", help_text="If you know it", longest=20)
    ethnicity = forms.ChoiceField(
        label="Ethnicity",
        help_text="As they describe it",
        required=False,
        choices=[("", "Not known"), *ETHNICITIES],
    )
    disabilities = forms.MultipleChoiceField(
        label="Kinds of disability",
        help_text="As far as you know",
        required=False,
        choices=list(DISABILITIES.items()),
        widget=forms.CheckboxSelectMultiple,
    )
    needs = line(
        "Disability or special needs, in words", help_text="What it is, and what follows from it", longest=400
    )
    communication = line(
        "How do they communicate, and what helps?",
        help_text="For example signs, pictures, one question at a time, a quiet room",
        longest=400,
    )

    field_order = (
        "subject", "type", "given", "family", "known_as", "born_on", "age", "expected_on", "sex", "address", "postcode",
        "protected", "phones", "school", "gp", "language", "interpreter", "communication", "disabilities",
        "needs", "ethnicity", "nhs_number", "upn",
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Ask for something to know them by."""
        said = super().clean() or {}
        if not (said.get("given") or said.get("family") or said.get("known_as")):
            self.add_error("given", "Enter a name, or what they are known as")
        if NO_DISABILITY in said.get("disabilities", ()) and len(said["disabilities"]) > 1:
            self.add_error("disabilities", "Choose “No disability”, or the kinds that there are")
        return said


class Family(Page):
    """Of the family page what belongs to nobody in particular."""

    household_words = words(
        "Is there anything else to know about the household?",
        help_text="For example who visits, or who must not know about this referral",
        longest=LONGEST_REASON,
    )

    def clean(self) -> dict[str, Any]:
        """Ask for the adult, where it is about a child and an adult: the child stands on a page of their own."""
        said = super().clean() or {}
        parts = [self.data.get(name) for name in self.data if MEMBER_ROLE.fullmatch(name)]
        if self.about_both and AT_RISK not in parts:
            self.add_error(None, "Add the adult it is about: choose “Adult at risk” as their part")
        return said


class Member(Page):
    """Somebody else: in the home, or who matters to the child or adult."""

    role = forms.ChoiceField(
        label="Part in this",
        choices=[("", "Choose one"), *(one for one in ROLES if one[0] != "professional")],
    )
    given = line("Given names")
    family = line("Family name")
    born_on = DateInputField(label="Date of birth", required=False)
    age = line("Age, if the date is not known", longest=40)
    relation = forms.ChoiceField(
        label="They are the",
        required=False,
        choices=[("", "Not known"), *RELATIONS],
        help_text="Of the child or adult",
    )
    parental_responsibility = one_of("Have they parental responsibility?", YES_NO_UNKNOWN, required=False)
    same_home = one_of("Do they live at the same address?", YES_NO_UNKNOWN, required=False)
    address = forms.CharField(
        label="Their own address",
        help_text="One line under another",
        required=False,
        max_length=480,
        widget=forms.Textarea,
    )
    postcode = line("Postcode", longest=10)
    protected = forms.BooleanField(
        label="Their address must be kept from somebody",
        required=False,
        help_text="It then goes into the sealed room and is shown on no page",
    )
    phones = line("Telephone", help_text="Several with commas between them")
    school = line("School or nursery", longest=160)

    def clean(self) -> dict[str, Any]:
        """Ask for something to know them by."""
        said = super().clean() or {}
        if not (said.get("given") or said.get("family")):
            self.add_error("given", "Enter a name, or take this person away")
        return said


class Concern(Page):
    """What happened, seen, told, thought, what it does, and what went before: each in a box of its own."""

    immediate_danger = one_of(
        "Is anybody in immediate danger now?", YES_NO, help_text="If so, call 999 before you go on"
    )
    suggested_rating = one_of(
        "How urgent do you think it is?",
        RATINGS,
        required=False,
        help_text="The hub rates it itself; yours is kept beside it",
    )
    categories = forms.MultipleChoiceField(
        label="What is the worry about?", required=False, widget=forms.CheckboxSelectMultiple
    )
    what_happened = words("What happened?", required=True)
    event_on = DateInputField(label="When did it happen?", name="The day it happened", required=False)
    event_time = TimeInputField(label="Time of day", required=False, help_text="For example 22:40")
    event_place = line("Where did it happen?", longest=240)
    event_postcode = line("Postcode of the place", longest=10)
    event_reference = line("Incident reference", help_text="For example a police log number")
    seen = words("What did you see or hear yourself?", longest=LONGEST_BOX)
    told = words("What were you told, and by whom?", longest=LONGEST_BOX)
    opinion = words(
        "Why are you worried, and why now?",
        help_text="Your opinion, kept apart from the facts; what might happen",
        longest=LONGEST_BOX,
    )
    impact = words("What does it do to the child or adult?", help_text="How it changes a day in their life")
    history = words("What has happened before, and what has been tried?")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        offered = categories_for(self.about)
        self.choose("categories", [(one.id, one.label) for some in offered.values() for one in some])

    def clean(self) -> dict[str, Any]:
        """Ask for a day if there is a time."""
        said = super().clean() or {}
        if said.get("event_time") and not said.get("event_on") and "event_on" not in self.errors:
            self.add_error("event_on", "Enter the day, or leave the time empty")
        return said


class Strengths(Page):
    """What is working well, the child's or adult's voice, and what is asked for."""

    strengths = words(
        "What is working well?", help_text="Who helps, what they are good at, what keeps them safe"
    )
    voice = words(
        "What has the child or adult said or shown?",
        help_text="Their own words, or what their behaviour showed, and what they want. If you could not ask, say why",
    )
    actions_taken = words(
        "What do you think should happen, and what will you go on doing?",
        help_text="Why not the level above or below; what you have done already",
    )


class Agreement(Page):
    """What the family knows and said.  The law that lets us share is another question, and the hub's."""

    family_aware = one_of("Does the family know that you are referring?", YES_NO_UNKNOWN, required=False)
    sought = one_of("Did you ask them to agree to agencies sharing information?", SOUGHT)
    agreed_by = line("Who agreed or refused?", help_text="By name, and for whom if not for all")
    covers = forms.MultipleChoiceField(
        label="Whom does the agreement cover?",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Each adult speaks for themselves; one parent does not answer for the other",
    )
    ground = one_of(
        "Why were they not asked, or why go on without their agreement?",
        [*GROUNDS, ("", "No ground")],
        required=False,
    )
    ground_reason = words("The reason in your own words", longest=LONGEST_REASON)
    ground_manager = line("Manager who approved this, if one did")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.choose("covers", self.everybody)

    def clean(self) -> dict[str, Any]:
        """Ask who agreed, and whom it covers; forget what belongs to another answer."""
        said = super().clean() or {}
        for name in {"agreed_by", "covers", *ON_A_GROUND} - {*BRANCHES.get(said.get("sought", ""), ())}:
            said[name] = [] if name == "covers" else ""
        if said.get("sought") == "given":
            if not said.get("agreed_by"):
                self.add_error("agreed_by", "Enter who agreed")
            if not said.get("covers"):
                self.add_error("covers", "Tick each person whom the agreement covers")
        return said
