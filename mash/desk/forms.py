"""The shape of input on the desk's pages."""

from typing import Any

from django import forms

from mash.contact.content import categories
from mash.contact.models import Purpose
from mash.contact.wards import wards
from mash.decision.line import STAGES
from mash.desk.queries import MINE, NOBODY, UNBORN, UNRATED, Wanted
from mash.partnership.models import Staff

RATINGS = [
    ("red", "Red"),
    (UNRATED, "Not yet rated"),
    ("amber", "Amber"),
    ("green", "Green"),
    ("blue", "Blue"),
]
SOURCES = [
    ("police", "Police"), ("school", "School"), ("health", "Health"), ("social_care", "Social care"),
    ("housing", "Housing"), ("probation", "Probation"), ("youth_justice", "Youth justice"),
    ("voluntary", "Voluntary body"), ("public", "Public"), ("other_authority", "Other authority"),
]  # fmt: skip
AGES = [
    ("", "Any age"), (UNBORN, "Not yet born"), ("0_4", "0 to 4"), ("5_10", "5 to 10"), ("11_15", "11 to 15"),
    ("16_17", "16 and 17"), ("adult", "Adult"),
]  # fmt: skip
OWNERS = [("", "Anybody's"), (MINE, "Mine"), (NOBODY, "Nobody's yet")]
NOT_THERE = "The address asks for something that does not exist ({what}), so everything is shown. Choose from the list"
DUE = [("", "Any time"), ("soon", "Due in 4 working hours"), ("overdue", "Overdue")]


class Filters(forms.Form):
    """What the worklist is narrowed to.  It all stands in the address, so none of it names a person."""

    stage = forms.ChoiceField(
        choices=[("", "All"), *STAGES.items()], required=False, widget=forms.HiddenInput
    )
    rating = forms.MultipleChoiceField(
        label="Rating", choices=RATINGS, required=False, widget=forms.CheckboxSelectMultiple
    )
    source = forms.MultipleChoiceField(
        label="Source", choices=SOURCES, required=False, widget=forms.CheckboxSelectMultiple
    )
    age = forms.ChoiceField(label="Age", choices=AGES, required=False)
    category = forms.ChoiceField(label="Category", required=False)
    ward = forms.ChoiceField(label="Ward", required=False)
    owner = forms.ChoiceField(label="Owner", choices=OWNERS, required=False)
    due = forms.ChoiceField(label="Due", choices=DUE, required=False)
    repeat = forms.BooleanField(label="Repeat in 12 months", required=False)
    answers = forms.BooleanField(label="Agency answers back", required=False)
    writing = forms.BooleanField(label="Rang, and not yet in writing", required=False)
    again = forms.BooleanField(label="Back for agreement, to look at again", required=False)
    restricted = forms.BooleanField(label="Restricted", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [("", "Any category"), *((one.id, one.label) for one in categories().values())]
        self.fields["category"].choices = known  # type: ignore[attr-defined]
        own = [(one.id, one.label) for one in wards().values()]
        self.fields["ward"].choices = [("", "Any ward"), *own]  # type: ignore[attr-defined]
        for name, one in self.fields.items():
            one.error_messages["invalid_choice"] = NOT_THERE.format(what=name)

    def clean(self) -> dict[str, Any]:
        """Say of a stage that does not exist that it does not: it has no box to be mended at."""
        if "stage" in self.errors:
            del self.errors["stage"]
            self.add_error(None, NOT_THERE.format(what="stage"))
        return super().clean() or {}

    @property
    def wanted(self) -> Wanted:
        """Return what to show: everything, if the address asks for something that does not exist."""
        if not self.is_valid():
            return Wanted()
        said = self.cleaned_data
        return Wanted(
            stage=said.get("stage", ""),
            ratings=tuple(said.get("rating", ())),
            sources=tuple(said.get("source", ())),
            age=said.get("age", ""),
            category=said.get("category", ""),
            ward=said.get("ward", ""),
            owner=said.get("owner", ""),
            repeat=said.get("repeat", False),
            due=said.get("due", ""),
            answers=said.get("answers", False),
            writing=said.get("writing", False),
            again=said.get("again", False),
            restricted=said.get("restricted", False),
        )


class Assign(forms.Form):
    """Which contacts go to whom, and why."""

    contact = forms.TypedMultipleChoiceField(
        error_messages={"required": "Tick at least one contact"}, required=True
    )
    to = forms.ModelChoiceField(
        label="Give to",
        queryset=Staff.objects.none(),
        empty_label="Choose a worker",
        error_messages={"required": "Choose who is given them"},
    )
    why = forms.CharField(
        label="Why", max_length=240, error_messages={"required": "Say why they are given to somebody"}
    )


class Search(forms.Form):
    """A reference, or anything a person can be found by."""

    q = forms.CharField(label="Reference or name", max_length=120, strip=True)


class AskCode(forms.Form):
    """What a referrer gives to be sent a code."""

    reference = forms.CharField(label="Your reference", max_length=20, help_text="For example, NF-7K3M-2Q9")
    email = forms.EmailField(label="The e-mail address you gave us")


class EnterCode(forms.Form):
    """The code that was sent."""

    reference = forms.CharField(widget=forms.HiddenInput, max_length=20)
    code = forms.CharField(label="The code we sent you", max_length=20)


class Disagree(forms.Form):
    """That whoever referred does not agree with what was decided."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    urgent = forms.ChoiceField(
        label="Is a child at immediate risk?",
        choices=[("yes", "Yes"), ("no", "No")],
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether a child is at immediate risk"},
    )
    words = forms.CharField(
        label="Why do you not agree?",
        max_length=4000,
        widget=forms.Textarea,
        help_text="What was missed, or what has changed",
    )


class AddWords(forms.Form):
    """What a referrer adds to what they sent."""

    words = forms.CharField(label="What do you want to add?", max_length=4000, widget=forms.Textarea)


class WhyPrint(forms.Form):
    """Why a page of a case is printed; nothing is chosen beforehand."""

    page = forms.CharField(widget=forms.HiddenInput, max_length=2000)
    what = forms.ChoiceField(
        label="What do you print?",
        choices=[("page", "This page"), ("whole", "The whole case, as far as you may read it")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether you print this page or the whole case"},
    )
    way = forms.ChoiceField(choices=[("screen", ""), ("file", "")], required=False)
    purpose = forms.ChoiceField(
        label="What do you print it for?", choices=Purpose.choices, widget=forms.RadioSelect
    )
    words = forms.CharField(
        label="In particular",
        max_length=240,
        required=False,
        help_text="Stands on the cover and in the record. Needed for another purpose",
    )

    def clean(self) -> dict[str, Any]:
        """Ask for words where the purpose is another."""
        said = super().clean() or {}
        if said.get("purpose") == Purpose.OTHER and not said.get("words"):
            self.add_error("words", "Say what you print it for")
        return said
