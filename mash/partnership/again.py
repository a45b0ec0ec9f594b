"""Signing in a second time, before what is not done on one sign-in alone."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from allauth.account.internal.flows.reauthentication import (
    did_recently_reauthenticate,
    get_reauthentication_flows,
)
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from mash.partnership.http import StaffRequest

View = Callable[..., HttpResponse]


def signed_in_again(view: View) -> View:
    """Ask for password or second factor again where that was not done in the last five minutes.

    Having signed in a moment ago is not enough.
    """

    @wraps(view)
    def answer(request: StaffRequest, *args: Any, **words: Any) -> HttpResponse:
        if not get_reauthentication_flows(request.user):  # allauth would take that for enough
            raise PermissionDenied("Set a password or a second factor first: this asks for it again.")
        if did_recently_reauthenticate(request):
            return view(request, *args, **words)
        return redirect(f"{reverse('account_reauthenticate')}?{urlencode({'next': request.path})}")

    return answer
