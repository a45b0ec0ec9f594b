"""The shape of input on the pages about passwords."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from mash.partnership.models import Account

RULES = (
    "At least 12 characters.",
    "Not a password that many people use, with or without something added, and not only numbers.",
    "Not mostly words that anybody would try here, such as “safeguarding” or “council”.",
    "Nothing like your name or your e-mail address.",
)
LONGEST = 128  # characters; hashing takes time
UNLIKE = "The two passwords are not the same: type the new one twice"
WRONG_OLD = "That is not your password now"


class NewPassword(forms.Form):
    """A password that is to count, typed twice."""

    new = forms.CharField(
        label="New password", max_length=LONGEST, strip=False, widget=forms.PasswordInput(render_value=False)
    )
    again = forms.CharField(
        label="The new password again",
        max_length=LONGEST,
        strip=False,
        widget=forms.PasswordInput(render_value=False),
    )
    account: Account | None = None

    def clean_new(self) -> str:
        said: str = self.cleaned_data["new"]
        validate_password(said, self.account)
        return said

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if said.get("new") and said.get("again") and said["new"] != said["again"]:
            self.add_error("again", UNLIKE)
        return said


class SetPassword(NewPassword):
    """An address, the code that was sent to it, and the password that is to count."""

    email = forms.EmailField(label="Your e-mail address")
    code = forms.CharField(
        label="The code you were sent", max_length=40, help_text="For example 7K3M-2Q9A-HH4C"
    )
    field_order = ("email", "code", "new", "again")


class ChangePassword(NewPassword):
    """The password that counts now, and the one that is to."""

    old = forms.CharField(
        label="Your password now",
        max_length=LONGEST,
        strip=False,
        widget=forms.PasswordInput(render_value=False),
    )
    field_order = ("old", "new", "again")

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account

    def clean_old(self) -> str:
        said: str = self.cleaned_data["old"]
        if self.account and not self.account.check_password(said):
            raise ValidationError(WRONG_OLD, code="wrong")
        return said
