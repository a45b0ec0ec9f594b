"""Signing in again before something that cannot be undone: with the second factor where there is one."""

import time
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect

from mash.partnership.http import StaffRequest

SECOND_FACTOR = "mfa_reauthenticate"


def signed_in_again(request: StaffRequest) -> bool:
    """Tell whether whoever asks gave their password or code again, within the last five minutes.

    Having signed in is not enough, however short ago.

    Source: docs/rules.md, "Releases", "Sign-in".
    """
    records = [one for one in get_authentication_records(request, request.user) if one.get("reauthenticated")]
    return bool(records) and time.time() - records[-1]["at"] < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def sign_in_again(request: StaffRequest) -> HttpResponse:
    """Lead to the page that asks for the second factor, or else the password, and then back to this one.

    Nothing that was sent is kept on the way: the page is shown anew, as it stands then.

    Raises PermissionDenied for an account that has neither.
    """
    methods = get_adapter().get_reauthentication_methods(request.user)
    if not methods:
        raise PermissionDenied(
            "You cannot sign in again here: ask whoever manages your account for a second factor."
        )
    chosen = next((one for one in methods if one["id"] == SECOND_FACTOR), methods[0])
    return redirect(f"{chosen['url']}?{urlencode({'next': request.path})}")
