"""The pages on which a hub's logo is sent, looked at and put in force, and the picture itself."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mash.common.verdict import require
from mash.partnership.http import StaffRequest
from mash.setup import actions, policy
from mash.setup.forms import hub as forms
from mash.setup.logo import NotALogo
from mash.setup.queries import hubs as queries

A_YEAR = 31_536_000  # seconds; the address names the bytes
NOTHING_RUNS = "default-src 'none'; style-src 'none'; sandbox"


@login_not_required
@require_safe
def shown(request: HttpRequest, digest: str) -> HttpResponse:  # noqa: ARG001
    """Serve a logo: bytes that we wrote ourselves, from which nothing runs even if they are opened by themselves.

    It stands on pages for everybody, so everybody may have it.
    """
    found = queries.find_logo(digest)
    answer = HttpResponse(bytes(found.body), content_type=found.media_type)
    answer.headers["Content-Security-Policy"] = NOTHING_RUNS
    answer.headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
    return answer


shown.goes_through_the_front_door = True  # type: ignore[attr-defined]


@require_http_methods(["GET", "POST"])
def logo(request: StaffRequest) -> HttpResponse:
    """Show the logo in force, and take another to look at."""
    require(policy.may_set_up(request.staff))
    hub = queries.own_hub(request.staff)
    sent = request.method == "POST"
    form = forms.SendLogo(request.POST if sent else None, request.FILES if sent else None)
    if sent and form.is_valid():
        try:
            body = form.cleaned_data["picture"].read()
            kept = actions.keep_logo(hub=hub, body=body, by=request.staff, at=request.at)
        except NotALogo as why:
            form.add_error("picture", str(why))
        else:
            return redirect("setup:logo_look", kept.digest)
    return render(request, "setup/logo.html", {"form": form, "hub": hub})


@require_http_methods(["GET", "POST"])
def look(request: StaffRequest, digest: str) -> HttpResponse:
    """Show a logo as it will stand in the header, and put it in force with its alternative text."""
    require(policy.may_set_up(request.staff))
    found = queries.own_logo(request.staff, digest)
    now: dict[str, Any] = {"alt": found.hub.logo_alt} if found.hub.logo == digest else {}
    form = forms.DescribeLogo(request.POST or None, initial=now)
    if request.method == "POST" and form.is_valid():
        actions.show_logo(logo=found, alt=form.cleaned_data["alt"], by=request.staff, at=request.at)
        messages.success(request, "The logo is in force.")
        return redirect("setup:overview")
    return render(request, "setup/logo_look.html", {"form": form, "logo_kept": found})


@require_POST
def away(request: StaffRequest) -> HttpResponse:
    """Show no logo any more."""
    require(policy.may_set_up(request.staff))
    actions.take_logo_away(hub=queries.own_hub(request.staff), by=request.staff, at=request.at)
    messages.success(request, "The header shows no logo.")
    return redirect("setup:logo")
