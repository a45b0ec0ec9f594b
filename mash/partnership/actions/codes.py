"""Codes of a second factor: each once, and a wrong one in the record."""

from datetime import datetime

from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa import app_settings
from django.core.cache import cache

from mash.ledger.actions import record
from mash.partnership.models import Account


def is_first_use(*, account: Account, code: str) -> bool:
    """Tell whether a code of an authenticator app is used for the first time, as long as it would be taken.

    The library remembers a code for one period, and takes it for one more on either side.

    Source: docs/rules.md, "Sign-in".
    """
    lasts = app_settings.TOTP_PERIOD * (2 * app_settings.TOTP_TOLERANCE + 1)
    return bool(cache.add(f"code-used:{account.pk}:{normalize_user_code(code)}", 1, lasts))


def note_wrong_code(*, account: Account, at: datetime) -> None:
    """Write that a code was given that is none, or was used before.

    Source: docs/rules.md, "Evidence".
    """
    record("account.factor_refused", about=account, at=at)
