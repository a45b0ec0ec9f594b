"""The shape of input on the auditor's pages."""

from django import forms

from mash.common.references import normalise
from mash.desk.models import Concluded
from mash.partnership.models import Staff

LONGEST_NAME, LONGEST_WHY, LONGEST_WORD = 120, 200, 1000
PERIODS = {"7": "Last 7 days", "28": "Last 28 days", "90": "Last 90 days"}


class Case(forms.Form):
    """A case, by its reference."""

    reference = forms.CharField(
        label="Reference of the case",
        help_text="For example NF-7K3M-2Q9",
        max_length=40,
        error_messages={"required": "Enter the reference of the case"},
    )

    def clean_reference(self) -> str:
        """Return the reference as we write it.  Raises ValidationError for what is none."""
        found = normalise(self.cleaned_data["reference"])
        if found is None:
            raise forms.ValidationError("Enter a reference such as NF-7K3M-2Q9")
        return found


class Worker(forms.Form):
    """A worker."""

    who = forms.ModelChoiceField(
        label="Worker",
        queryset=Staff.objects.none(),
        empty_label="Choose a worker",
        error_messages={"required": "Choose a worker"},
    )


class Name(forms.Form):
    """A person's name, and why an auditor asks for it."""

    name = forms.CharField(
        label="Name",
        help_text="Given and family name; a date of birth or a postcode may stand beside them.",
        max_length=LONGEST_NAME,
        error_messages={"required": "Enter the name"},
    )
    why = forms.CharField(
        label="Why do you ask?",
        help_text="This is kept in the record, where other auditors read it. Do not name anybody here.",
        max_length=LONGEST_WHY,
        error_messages={"required": "Enter why you ask"},
    )


class Word(forms.Form):
    """What an auditor concluded."""

    outcome = forms.ChoiceField(
        label="What do you conclude?",
        choices=Concluded.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what you conclude"},
    )
    why = forms.CharField(
        label="Why?",
        max_length=LONGEST_WORD,
        widget=forms.Textarea,
        error_messages={"required": "Enter why"},
    )
