"""The shape of input on the pages of a bad day."""

import secrets
from typing import Any

from django import forms

from mash.outage.actions.keeping import LONGEST, TooWeak, refuse_weak
from mash.partnership.models import Staff

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is taken for another on paper
GROUPS, IN_A_GROUP = 6, 4
HIDDEN = forms.PasswordInput(attrs={"autocomplete": "new-password"})


def suggested() -> str:
    """Return a passphrase made at random: 24 letters and digits in groups, some 118 bits."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(IN_A_GROUP)) for _ in range(GROUPS))


class NewPassphrase(forms.Form):
    """The passphrase of the packs, twice."""

    words = forms.CharField(
        label="Passphrase",
        max_length=LONGEST,
        strip=False,
        widget=HIDDEN,
        error_messages={"required": "Enter a passphrase"},
    )
    again = forms.CharField(
        label="The same again",
        max_length=LONGEST,
        strip=False,
        widget=HIDDEN,
        error_messages={"required": "Enter the passphrase again"},
    )

    def __init__(self, data: Any = None, *, by: Staff) -> None:
        super().__init__(data)
        self.by = by

    def clean_words(self) -> str:
        words: str = self.cleaned_data["words"]
        try:
            refuse_weak(words, self.by)
        except TooWeak as why:
            raise forms.ValidationError(str(why)) from why
        return words

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if {"words", "again"} <= said.keys() and said["words"] != said["again"]:
            self.add_error("again", "This is not the same as above")
        return said
