"""The shape of input on the pages about posts."""

from django import forms


class ChoosePost(forms.Form):
    """Which post to take; the choices are the account's own."""

    post = forms.UUIDField()
