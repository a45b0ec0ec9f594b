"""A code of an authenticator app, or a recovery code: the library's forms, with each code taken once."""

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as allauth
from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.utils import timezone

from mash.partnership.actions import codes


class _Once(allauth.BaseAuthenticateForm):  # type: ignore[misc]
    def clean_code(self) -> str:
        try:
            said: str = super().clean_code()
            from_an_app = self.authenticator.type == Authenticator.Type.TOTP
            if from_an_app and not codes.is_first_use(account=self.user, code=said):
                raise get_adapter().validation_error("incorrect_code")
        except ValidationError:
            codes.note_wrong_code(account=self.user, at=timezone.now())
            raise
        return said


class UseCode(_Once, allauth.AuthenticateForm):  # type: ignore[misc]
    """A code as the second factor."""


class UseCodeAgain(_Once, allauth.ReauthenticateForm):  # type: ignore[misc]
    """A code that proves that it is still them."""
