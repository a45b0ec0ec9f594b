"""The shape of input on the pages about posts."""

from typing import Any

from allauth.account.forms import LoginForm
from django import forms


class SignIn(LoginForm):  # type: ignore[misc]
    """Address and password, without what the library adds of its own: nobody resets a password by themselves."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in self.fields.values():
            one.help_text = ""
            one.widget.attrs.pop("placeholder", None)


class Wake(forms.Form):
    """Which post that stopped is to work again; the choices are the account's own."""

    wake = forms.UUIDField()


class ChoosePost(forms.Form):
    """Which post to take; the choices are the account's own."""

    post = forms.UUIDField()
