"""What is asked of whoever begins or comes back without an account."""

from django import forms


class Email(forms.Form):
    """Where the code goes."""

    email = forms.EmailField(label="Your work e-mail address")


class EnterCode(forms.Form):
    """The code that was sent."""

    reference = forms.CharField(widget=forms.HiddenInput, max_length=20)
    code = forms.CharField(label="The code we sent you", max_length=20)


class ScreenCode(forms.Form):
    """The code that was shown on the screen."""

    code = forms.CharField(
        label="Your code", max_length=40, help_text="Three groups of four letters and numbers"
    )


class AskCode(forms.Form):
    """Reference and address of a referral begun."""

    reference = forms.CharField(label="Your reference", max_length=20, help_text="For example, NF-7K3M-2Q9")
    email = forms.EmailField(label="The e-mail address you gave us")


class Put(forms.Form):
    """A file."""

    file = forms.FileField(
        label="Choose a file",
        error_messages={"required": "Choose a file", "empty": "The file is empty"},
        widget=forms.FileInput,
    )
