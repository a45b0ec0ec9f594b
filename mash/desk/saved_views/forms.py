"""The shape of input when a narrowed list is kept under a name."""

from django import forms

from mash.partnership.models import DESK

WITH = [("", "The whole desk"), *((duty.value, f"Who has the duty: {duty.label}") for duty in DESK)]


class Change(forms.Form):
    """The name of one's own view, and with whom it is shared."""

    name = forms.CharField(
        label="Name of this view", max_length=40, error_messages={"required": "Enter a name"}
    )
    shared = forms.BooleanField(label="Share it in the hub", required=False)
    duty = forms.ChoiceField(
        label="If it is shared, with whom",
        choices=WITH,
        required=False,
        help_text="Whoever opens it sees only what they may",
    )


class Keep(Change):
    """The same of a new one, and which filters."""

    query = forms.CharField(widget=forms.HiddenInput, required=False, max_length=800)


class LetGo(forms.Form):
    """Which view is let go."""

    view = forms.UUIDField()
