"""The pages on which somebody sets the first password of their account, or changes it."""

from typing import cast

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from mash.common.limits import is_within
from mash.ledger.actions import record
from mash.partnership.actions import passwords as actions
from mash.partnership.forms import passwords as forms
from mash.partnership.http import PersonRequest
from mash.partnership.models import Account

WRONG_CODE = "Address and code do not belong together, or the code was used or is too old. Ask for a new one"
TOO_OFTEN = "That was tried too often. Wait ten minutes, then try again"
TRIES, FROM_ONE_PLACE, TEN_MINUTES = 10, 30, 600


@login_not_required
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def set_password(request: PersonRequest) -> HttpResponse:
    """Set the password of an account with a code that was sent to its own address: the first, or a forgotten one.

    Source: docs/rules.md, "Sign-in".
    """
    form = forms.SetPassword(request.POST or None)
    if request.method == "POST" and form.is_valid():
        whence = get_adapter().get_client_ip(request)
        if not is_within("password with a code", whence, most=FROM_ONE_PLACE, seconds=TEN_MINUTES):
            form.add_error(None, TOO_OFTEN)
        elif _sets(form, request):
            messages.success(request, "Your password is set. Sign in with it.")
            return redirect("account_login")
    return render(request, "account/password_set.html", {"form": form, "rules": forms.RULES})


set_password.goes_through_the_front_door = True  # type: ignore[attr-defined]


def _sets(form: forms.SetPassword, request: PersonRequest) -> bool:
    said = form.cleaned_data
    try:
        done = actions.set_password(
            email=said["email"], code=said["code"], password=said["new"], at=request.at
        )
    except ValidationError as why:
        form.add_error("new", why)
        return False
    if done is None:
        form.add_error("code", WRONG_CODE)
    return done is not None


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def change_password(request: PersonRequest) -> HttpResponse:
    """Change one's own password; every other session of the account ends.

    Source: docs/rules.md, "Sign-in".
    """
    account = cast(Account, request.user)
    form = forms.ChangePassword(request.POST or None, account=account)
    if request.method == "POST" and account.has_usable_password():
        if not is_within("old password", str(account.pk), most=TRIES, seconds=TEN_MINUTES):
            form = forms.ChangePassword(account=account)
            shown = {"form": form, "rules": forms.RULES, "local": True, "too_often": TOO_OFTEN}
            return render(request, "account/password_change.html", shown)
        if form.is_valid():
            hub = request.staff.hub if request.staff else None
            actions.change_password(
                account=account, password=form.cleaned_data["new"], hub=hub, at=request.at
            )
            update_session_auth_hash(request, account)
            messages.success(
                request, "Your password is changed. Wherever else you were signed in, you no longer are."
            )
            return redirect("mfa_index")
        if form.has_error("old", code="wrong"):
            record("account.password_refused", about=account, at=request.at)
    shown = {"form": form, "rules": forms.RULES, "local": account.has_usable_password()}
    return render(request, "account/password_change.html", shown)
