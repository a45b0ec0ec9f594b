"""The shape of input before the sealed room."""

from django import forms


class WhyOpen(forms.Form):
    """Why somebody cleared opens what is held."""

    why = forms.CharField(
        label="Why do you open it?",
        help_text="For example: “To pass the closing proposed today.” Your name, the time and these words go into the "
        "record, so do not write here what is held.",
        max_length=300,
        widget=forms.Textarea,
        error_messages={"required": "Enter why you open what is held"},
    )
