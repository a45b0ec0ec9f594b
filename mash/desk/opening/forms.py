"""The shape of input where a restricted case is opened, and where that is reviewed."""

from django import forms

from mash.common.references import normalise
from mash.partnership.models import Reviewed

LONGEST, LONGEST_REVIEW = 200, 400


class Open(forms.Form):
    """Which restricted case, and why now."""

    reference = forms.CharField(
        label="Reference of the case",
        help_text="For example NF-7K3M-2Q9",
        max_length=40,
        error_messages={"required": "Enter the reference of the case"},
    )
    why = forms.CharField(
        label="Why must you see it now?",
        help_text="What cannot wait until a manager or a cleared colleague is reached. The managers read it.",
        max_length=LONGEST,
        widget=forms.Textarea,
        error_messages={"required": "Enter why you must see it now"},
    )

    def clean_reference(self) -> str:
        """Return the reference as we write it; one with a mistake in it is answered like one that opens nothing."""
        return normalise(self.cleaned_data["reference"]) or ""


class Review(forms.Form):
    """Whether an opening was justified."""

    outcome = forms.ChoiceField(
        label="Was it justified?",
        choices=Reviewed.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether it was justified"},
    )
    why = forms.CharField(
        label="Why?",
        max_length=LONGEST_REVIEW,
        widget=forms.Textarea,
        error_messages={"required": "Enter why"},
    )
