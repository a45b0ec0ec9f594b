"""The shape of a manager's word on a rating.  Nothing is preselected."""

from typing import Any

from django import forms

from mash.triage.forms import REASON


class ConfirmRating(forms.Form):
    """Whether a rating is confirmed, and why not."""

    rating = forms.UUIDField(widget=forms.HiddenInput)
    agreed = forms.ChoiceField(
        label="Do you confirm the rating?",
        choices=[("yes", "Yes, I confirm it"), ("no", "No, it is to be rated anew")],
        widget=forms.RadioSelect,
        error_messages={"required": "Select whether you confirm the rating"},
    )
    words = forms.CharField(
        label="What do you say to it?",
        help_text="Needed if you do not confirm it.",
        max_length=REASON,
        required=False,
        widget=forms.Textarea,
    )

    def clean(self) -> dict[str, Any]:
        """Ask for a reason where the rating is not confirmed."""
        said = super().clean() or {}
        if said.get("agreed") == "no" and not said.get("words", "").strip():
            self.add_error("words", "Say why you do not confirm the rating")
        return said

    @property
    def answers(self) -> dict[str, Any]:
        """Return what was answered, as the action takes it."""
        return self.cleaned_data | {"agreed": self.cleaned_data["agreed"] == "yes"}
