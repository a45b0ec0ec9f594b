"""Signing in a second time, before what is not done on one sign-in alone."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from mash.partnership.http import StaffRequest

View = Callable[..., HttpResponse]


def signed_in_again(view: View) -> View:
    """Ask for password, second factor or the agency's sign-in again where that was not done in the last five minutes.

    Having signed in a moment ago is not enough.
    """

    @wraps(view)
    def answer(request: StaffRequest, *args: Any, **words: Any) -> HttpResponse:
        ways = get_adapter().get_reauthentication_methods(request.user)
        if not ways:
            raise PermissionDenied("Set a password or a second factor first: this asks for it again.")
        if proved_again(request):
            return view(request, *args, **words)
        return redirect(f"{ways[0]['url']}?{urlencode({'next': request.path})}")

    return answer


def under_a_new_key(view: View) -> View:
    """Give the session another key once somebody proved again that it is still them; the key before opens nothing.

    Source: docs/rules.md, "Sign-in".
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **words: Any) -> HttpResponse:
        before = _proofs(request)
        response = view(request, *args, **words)
        if request.user.is_authenticated and _proofs(request) != before:
            request.session.cycle_key()
        return response

    return answer


def _proofs(request: HttpRequest) -> list[float]:
    if not request.user.is_authenticated:
        return []
    records = get_authentication_records(request, request.user)
    return [one["at"] for one in records if one.get("reauthenticated")]


def proved_again(request: HttpRequest) -> bool:
    """Tell whether whoever is signed in proved within the last five minutes that it is still them.

    The library takes somebody who has nothing here to prove it with as having done so; this does not.
    """
    proofs = _proofs(request)
    return bool(proofs) and time.time() - proofs[-1] < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
