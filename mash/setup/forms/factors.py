"""The shape of input about a second factor that somebody lost."""

from django import forms

from mash.setup.forms.hub import why_field


class Lost(forms.Form):
    """Why a second factor is to be taken off."""

    why = why_field(
        "What happened, and how did you make sure that it is them?",
        "A call to a number you had before, or face to face. An e-mail is not enough, and nor is a call from them",
    )
