"""What a browser says for a passkey: looked at for its shape before the library reads it."""

from typing import Any

from allauth.mfa.webauthn import forms as allauth
from django import forms
from django.utils import timezone

from mash.partnership.actions.factors import note_passkey_refused

NO_PASSKEY = "Your device did not give a passkey that we can read. Try again, or go another way."


class Credential(forms.JSONField):
    """A credential as browsers write it; anything else is refused here and read by nobody."""

    def __init__(self) -> None:
        super().__init__(
            widget=forms.HiddenInput, error_messages={"required": NO_PASSKEY, "invalid": NO_PASSKEY}
        )

    def to_python(self, value: Any) -> Any:
        """Return the credential.  Raises ValidationError for what is none."""
        said = super().to_python(value)
        if said is not None and not _is_one(said):
            raise forms.ValidationError(NO_PASSKEY, code="invalid")
        return said


def _is_one(said: Any) -> bool:
    return (
        isinstance(said, dict)
        and all(isinstance(said.get(name), str) for name in ("id", "rawId", "type"))
        and isinstance(said.get("response"), dict)
    )


class AddPasskey(allauth.AddWebAuthnForm):  # type: ignore[misc]
    """A new passkey and its owner's name for it."""

    credential = Credential()
    passwordless = None  # whether it can sign in alone is between the browser and the device


class _Noted(forms.Form):
    def full_clean(self) -> None:
        """Look at what was sent; what is refused is written."""
        super().full_clean()
        if self.is_bound and self.errors:
            note_passkey_refused(account=getattr(self, "user", None), at=timezone.now())


class UsePasskey(_Noted, allauth.AuthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey as the second factor."""

    credential = Credential()


class SignInByPasskey(_Noted, allauth.LoginWebAuthnForm):  # type: ignore[misc]
    """A passkey alone."""

    credential = Credential()


class UsePasskeyAgain(_Noted, allauth.ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey that proves that it is still them."""

    credential = Credential()
