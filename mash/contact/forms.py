"""The shape of input on the pages about contacts."""

import uuid
from collections.abc import Mapping
from typing import Any

from django import forms

from mash.common.fields import DateInputField, TimeInputField
from mash.contact.content import groups, offered_categories
from mash.contact.models import Answer, ContactPerson, WentHow

LONGEST_TEXT = 20_000  # characters
NOT_ASKED = [("", "Not said")]
YES_NO = [("yes", "Yes"), ("no", "No")]
YES_NO_UNKNOWN = [*YES_NO, ("", "Not known")]
KINDS = [
    ("police", "Police"),
    ("school", "School, college or nursery"),
    ("health", "Health"),
    ("social_care", "Social care"),
    ("housing", "Housing"),
    ("probation", "Probation"),
    ("youth_justice", "Youth justice"),
    ("voluntary", "Voluntary or community organisation"),
    ("public", "Member of the public, family or friend"),
    ("other_authority", "Another authority"),
]
ROLES = [
    ("child", "Child"),
    ("adult_at_risk", "Adult at risk"),
    ("parent_or_carer", "Parent or carer"),
    ("sibling", "Brother or sister"),
    ("alleged_perpetrator", "Said to have caused harm"),
    ("household", "Lives in the household"),
    ("professional", "Professional"),
    ("other", "Other"),
]
RELATIONS = [
    ("parent", "Parent"),
    ("step_parent", "Step-parent"),
    ("sibling", "Brother or sister"),
    ("partner", "Partner"),
    ("ex_partner", "Former partner"),
    ("grandparent", "Grandparent"),
    ("carer", "Carer"),
    ("other", "Other"),
]
SUBJECTS = [("child", "A child"), ("adult", "An adult"), ("both", "A child and an adult")]
TYPES = [
    ("safeguarding", "Safeguarding: somebody may be at risk of harm"),
    ("early_help", "Early help: a family would welcome support"),
    ("information_only", "Information only: nothing is asked for"),
]
SOUGHT = [("given", "Asked, and agreed"), ("refused", "Asked, and refused"), ("not_sought", "Not asked")]
GROUNDS = [
    ("significant_harm", "Asking would raise the risk of significant harm"),
    ("injury_to_another", "Asking could lead to somebody else being hurt"),
    ("obstructs_investigation", "Asking would get in the way of an investigation"),
    ("unjustified_delay", "Asking would delay help without good reason"),
    ("significant_harm_suspected", "Significant harm is suspected, so sharing does not hang on agreement"),
]
RATINGS = [("red", "Red"), ("amber", "Amber"), ("green", "Green")]


def words(
    label: str, *, help_text: str = "", required: bool = False, longest: int = LONGEST_TEXT
) -> forms.CharField:
    """Return a box for several lines."""
    return forms.CharField(
        label=label, help_text=help_text, required=required, max_length=longest, widget=forms.Textarea
    )


def line(label: str, *, help_text: str = "", required: bool = False, longest: int = 120) -> forms.CharField:
    """Return a box for one line."""
    return forms.CharField(label=label, help_text=help_text, required=required, max_length=longest)


def one_of(
    label: str, choices: list[tuple[str, str]], *, required: bool = True, help_text: str = ""
) -> forms.ChoiceField:
    """Return radios with nothing chosen."""
    return forms.ChoiceField(
        label=label, choices=choices, required=required, help_text=help_text, widget=forms.RadioSelect
    )


class Call(forms.Form):
    """Who rang, about what, and what they said; nothing is chosen before the worker chooses."""

    kind = one_of("Who is calling?", KINDS)
    organisation = line("Organisation", help_text="Leave empty for a member of the public", longest=200)
    caller_name = line("Caller’s name", help_text="Leave empty if they do not want to say")
    caller_role = line("Caller’s role")
    caller_email = forms.EmailField(label="Caller’s e-mail address", required=False)
    caller_phone = line("Number to ring back", longest=40)
    anonymous = forms.BooleanField(label="The caller does not want to be named", required=False)
    subject = one_of("Who is it about?", SUBJECTS)
    type = one_of("What kind of contact is it?", TYPES)
    event_on = DateInputField(label="When did it happen?", name="The day it happened", required=False)
    event_time = TimeInputField(label="Time of day", required=False, help_text="For example 22:40")
    event_reference = line("Incident reference", help_text="For example a police log number")
    event_place = line("Where did it happen?", longest=240)
    event_postcode = line("Postcode of the place", longest=10)
    categories = forms.MultipleChoiceField(
        label="What is the worry about?", required=False, widget=forms.CheckboxSelectMultiple
    )
    what_happened = words("What happened?", help_text="The facts, in the caller’s words", required=True)
    seen = words("What did the caller see or hear themselves?")
    told = words("What was the caller told, and by whom?")
    opinion = words("What does the caller think?", help_text="Their opinion, kept apart from the facts")
    impact = words("What does it do to the child or adult?")
    history = words("Has anything like it happened before?")
    strengths = words("What is going well?")
    voice = words("What did the child or adult say or show?")
    consultation = line(
        "Reference of earlier advice, if they had any", help_text="For example NFC-7K3M-2Q9", longest=40
    )
    immediate_danger = one_of(
        "Is anybody in immediate danger now?", YES_NO, help_text="If so, make sure that 999 has been rung"
    )
    suggested_rating = one_of("How urgent does the caller think it is?", RATINGS, required=False)
    actions_taken = words("What has the caller done already?")
    family_aware = one_of("Does the family know about this call?", YES_NO_UNKNOWN, required=False)
    sought = one_of("Was the family asked to agree to information being shared?", SOUGHT)
    agreed_by = line("Who agreed or refused?")
    covers = forms.MultipleChoiceField(
        label="Whom does the agreement cover?", required=False, widget=forms.CheckboxSelectMultiple
    )
    ground = one_of(
        "Why was the family not asked, or why not rely on the refusal?",
        [*GROUNDS, ("", "No ground was given")],
        required=False,
    )
    ground_reason = words("The caller’s reasons", longest=4000)
    ground_manager = line("Manager who approved this, if one did")

    def __init__(self, data: Mapping[str, Any] | None = None, *, people: int = 1, **options: Any) -> None:
        super().__init__(data, **options)
        by_group = sorted(offered_categories(), key=lambda one: list(groups()).index(one.group))
        _choose(self, "categories", [(one.id, one.label) for one in by_group])
        _choose(self, "covers", [(f"p{n}", f"Person {n}") for n in range(1, people + 1)])

    def clean(self) -> dict[str, Any]:
        """Ask for what hangs together: an organisation unless public, a day if there is a time."""
        said = super().clean() or {}
        if said.get("kind") not in (None, "", "public") and not said.get("organisation"):
            self.add_error("organisation", "Enter the organisation the caller belongs to")
        if said.get("event_time") and not said.get("event_on") and "event_on" not in self.errors:
            self.add_error("event_on", "Enter the day, or leave the time empty")
        return said


class CalledAbout(forms.Form):
    """One person the call is about."""

    role = forms.ChoiceField(label="Part in this", choices=[("", "Choose one"), *ROLES])
    given = line("Given names")
    family = line("Family name")
    known_as = line("Also known as", help_text="Other names, with commas between them")
    born_on = DateInputField(label="Date of birth", required=False)
    expected_on = DateInputField(label="Expected date of birth, if not yet born", required=False)
    age = line("Age, if the date is not known", help_text="For example “about 4”", longest=40)
    sex = forms.ChoiceField(
        label="Sex", required=False, choices=[*NOT_ASKED, ("F", "Female"), ("M", "Male"), ("U", "Not known")]
    )
    nhs_number = line("NHS number", longest=20)
    address = forms.CharField(
        label="Address",
        help_text="One line under another",
        required=False,
        max_length=480,
        widget=forms.Textarea,
    )
    postcode = line("Postcode", longest=10)
    protected = forms.BooleanField(
        label="This address must be kept from somebody",
        required=False,
        help_text="It then goes into the sealed room and is shown on no page",
    )
    phones = line("Telephone", help_text="Several with commas between them")
    school = line("School or nursery", longest=160)
    gp = line("GP practice", longest=160)
    language = line("First language", longest=60)
    interpreter = forms.BooleanField(label="Needs an interpreter", required=False)


class CalledRelationship(forms.Form):
    """How two people of the call stand to each other."""

    from_ref = forms.ChoiceField(label="Person")
    kind = forms.ChoiceField(label="is the", choices=[("", "Choose one"), *RELATIONS])
    to_ref = forms.ChoiceField(label="of")
    parental_responsibility = forms.ChoiceField(
        label="Parental responsibility",
        required=False,
        choices=[("", "Not known"), ("yes", "Yes"), ("no", "No")],
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, people: int = 1, **options: Any) -> None:
        super().__init__(data, **options)
        named = [("", "Choose one"), *((f"p{n}", f"Person {n}") for n in range(1, people + 1))]
        _choose(self, "from_ref", named)
        _choose(self, "to_ref", named)

    def clean(self) -> dict[str, Any]:
        """Two different people are needed."""
        said = super().clean() or {}
        if said.get("from_ref") and said.get("from_ref") == said.get("to_ref"):
            self.add_error("to_ref", "Choose two different people")
        return said


def _choose(form: forms.Form, name: str, choices: list[tuple[str, str]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)  # noqa: S101
    field.choices = choices


class WhoIs(forms.Form):
    """Who somebody in a contact is: one of the people shown, by key, or "new" or "cannot_tell"; or nothing yet.

    Cleans to answer ("" where nothing was said), person_id and search, as the actions take them.
    who: where a page asks about several people, whom this one is about.
    """

    choice = forms.CharField(label="Who is this?", required=False)
    search = forms.CharField(required=False, widget=forms.HiddenInput)  # the action asks for it

    def __init__(self, *args: Any, who: ContactPerson | None = None, **kwargs: Any) -> None:
        if who:
            kwargs["prefix"] = prefix_of(who)
        super().__init__(*args, **kwargs)
        self.who = who

    @property
    def is_said(self) -> bool:
        """Tell whether anything was chosen."""
        return bool(self.data.get(self.add_prefix("choice")))

    def clean(self) -> dict[str, Any]:
        """Read the choice as an answer and, for somebody known, a person's key."""
        said = super().clean() or {}
        choice = said.pop("choice", "")
        if not choice:
            return said | {"answer": "", "person_id": None}
        if choice in (Answer.NEW, Answer.CANNOT_TELL):
            return said | {"answer": Answer(choice), "person_id": None}
        if not _is_a_key(choice):
            self.add_error("choice", "Choose who this is")
            return said
        return said | {"answer": Answer.KNOWN, "person_id": uuid.UUID(choice)}


def prefix_of(who: ContactPerson) -> str:
    """Return what the inputs about one of several people of a contact begin with."""
    return f"who-{who.pk}"


class Settle(WhoIs):
    """Who somebody in a contact is, and who they are not.

    Cleans to what the actions take: answer ("" where only "not the same" was said), person_id, not_same, why, search.
    """

    not_same = forms.TypedMultipleChoiceField(label="Not the same", coerce=uuid.UUID, required=False)
    why = forms.CharField(label="Why?", required=False, max_length=2000, widget=forms.Textarea)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ticked = self.data.getlist("not_same") if self.is_bound else []  # type: ignore[attr-defined]
        keys = [
            (one, one) for one in ticked if _is_a_key(one)
        ]  # the action asks whether the search showed them
        self.fields["not_same"].choices = keys  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Ask for an answer, unless it was only said who they are not; nobody is and is not the same person."""
        said = super().clean()
        apart = said.get("not_same") or []
        if said.get("person_id") in apart:
            self.add_error(
                "choice", "You say both that they are this person and that they are not: choose one"
            )
        elif not said.get("answer") and not apart and "choice" not in self.errors:
            self.add_error("choice", "Choose who this is")
        return said


def _is_a_key(said: str) -> bool:
    try:
        uuid.UUID(said)
    except ValueError:
        return False
    return True


class UndoNotSame(forms.Form):
    """That a word on who somebody is not is taken back."""

    said = forms.UUIDField(widget=forms.HiddenInput)


class Undo(forms.Form):
    """That a settlement is taken back."""

    settlement = forms.UUIDField(widget=forms.HiddenInput)


class HowItWent(forms.Form):
    """How it went, in two questions and free words; nothing is chosen beforehand."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    listened = one_of("Did we listen?", list(WentHow.choices))
    clear = one_of("Was it clear what we decided, and why?", list(WentHow.choices))
    words = words("Anything else? What would have made it better?", longest=4000)
