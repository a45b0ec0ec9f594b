"""Where to tell us, beginning, and coming back."""

import hmac

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mash.common.editions import content_of
from mash.common.navigation import address_of
from mash.partnership.http import PersonRequest, StaffRequest
from mash.referral import actions, queries
from mash.referral.content import form_content
from mash.referral.forms import coming
from mash.referral.models import Draft
from mash.referral.views.visiting import (
    CODES_IN_TEN_MINUTES,
    HOUR,
    TEN_MINUTES,
    TRIES_IN_TEN_MINUTES,
    at_the_front_door,
    end_visit,
    open_visit,
    shown_at,
    too_many,
    too_often,
    visit_of,
)

ELSEWHERE = "https://www.bbc.co.uk/weather"  # harmless, and nobody asks why it is open
BEGUN_AN_HOUR, EMAILS_AN_HOUR = 30, 10


@at_the_front_door
@login_not_required
@require_safe
def places(request: PersonRequest) -> HttpResponse:
    """Show every hub, for whoever does not know where to tell us."""
    return render(request, "referral/places.html", {"hubs": queries.hubs()})


@require_safe
def own_hub(request: StaffRequest) -> HttpResponse:
    """Lead a worker to the form of their own hub."""
    return redirect("referral:start", request.staff.hub.prefix.lower())


@at_the_front_door
@login_not_required
@require_safe
def start(request: PersonRequest, prefix: str) -> HttpResponse:
    """Show what to know before telling us: 999 first, when it is read, what is needed.

    Source: docs/rules.md, "After hours".
    """
    hub = queries.hub_with_prefix(prefix)
    at_home = request.staff is not None and request.staff.hub_id == hub.pk
    with content_of(hub.pk):
        shown = {
            "reading": queries.reading_of(hub, request.at),
            "numbers": form_content().numbers,
            "at_home": at_home,
            "begun": list(queries.drafts(request.staff)) if request.staff and at_home else [],
        }
        return shown_at(request, hub, "referral/start.html", shown)


@at_the_front_door
@login_not_required
@require_POST
def begin(request: PersonRequest, prefix: str) -> HttpResponse:
    """Begin: from the post that asks, or as a member of the public, of whom nothing is asked for it."""
    hub = queries.hub_with_prefix(prefix)
    if request.staff:
        if request.staff.hub_id != hub.pk:
            raise PermissionDenied("Your post is in another hub. Sign out to refer here.")
        return redirect(actions.begin_from_post(by=request.staff, at=request.at))
    _refuse_accounts(request)
    if too_often(request, "begin", most=BEGUN_AN_HOUR, seconds=HOUR):
        return too_many(request, hub)
    draft, key = actions.begin_by_code(hub=hub, at=request.at)
    open_visit(request, key)
    return redirect(draft)


@at_the_front_door
@login_not_required
@require_http_methods(["GET", "POST"])
def by_email(request: PersonRequest, prefix: str) -> HttpResponse:
    """Begin as a professional without an account: the code goes to a work address."""
    hub = queries.hub_with_prefix(prefix)
    form = coming.Email(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return shown_at(request, hub, "referral/email.html", {"form": form})
    _refuse_accounts(request)
    if too_often(request, "email", most=EMAILS_AN_HOUR, seconds=HOUR):
        return too_many(request, hub)
    try:
        draft = actions.begin_by_email(hub=hub, email=form.cleaned_data["email"], at=request.at)
    except actions.TooMany:
        return too_many(request, hub)
    code = coming.EnterCode(initial={"reference": draft.reference})
    return shown_at(request, hub, "referral/code.html", {"form": code})


@at_the_front_door
@login_not_required
@require_http_methods(["GET", "POST"])
def back(request: PersonRequest) -> HttpResponse:
    """Come back: by the code that was on the screen, or by reference and e-mail address."""
    typed = request.POST if request.method == "POST" else None
    by_screen = typed is not None and "by-screen" in typed
    screen = coming.ScreenCode(typed if by_screen else None, prefix="s")
    email = coming.AskCode(typed if typed is not None and not by_screen else None, prefix="e")
    shown = {"screen": screen, "email": email}
    if typed is None:
        return render(request, "referral/back.html", shown)
    _refuse_accounts(request)
    if too_often(request, "code", most=CODES_IN_TEN_MINUTES, seconds=TEN_MINUTES):
        return too_many(request)
    if by_screen and screen.is_valid():
        opened = actions.come_back(code=screen.cleaned_data["code"], at=request.at)
        if opened:
            return _opened(request, *opened)
        screen.add_error("code", "We do not know that code. Check it; what you began is kept for 28 days.")
    if not by_screen and email.is_valid():
        actions.send_code(at=request.at, **email.cleaned_data)
        code = coming.EnterCode(initial={"reference": email.cleaned_data["reference"]})
        return render(request, "referral/code.html", {"form": code})
    return render(request, "referral/back.html", shown)


@at_the_front_door
@login_not_required
@require_POST
def enter(request: PersonRequest) -> HttpResponse:
    """Take the code that was sent.  A wrong one answers 200, so that the try stays counted."""
    _refuse_accounts(request)
    if too_often(request, "try", most=TRIES_IN_TEN_MINUTES, seconds=TEN_MINUTES):
        return too_many(request)
    form = coming.EnterCode(request.POST)
    if form.is_valid():
        opened = actions.enter_code(at=request.at, **form.cleaned_data)
        if opened:
            return _opened(request, *opened)
        form.add_error("code", "That code is not right, or it has ended. Check it, or ask for a new one.")
    return render(request, "referral/code.html", {"form": form})


@login_not_required
@require_safe
def safe(request: PersonRequest) -> HttpResponse:
    """Say how to leave fast, what that does not do, and how else to keep somebody from seeing what one did here.

    Source: docs/rules.md, "Leaving fast".
    """
    return render(request, "referral/safe.html")


@login_not_required
@require_safe
def leave(request: PersonRequest) -> HttpResponse:
    """Leave fast: the visit ends, so the back button shows nothing, and another page opens."""
    visit = visit_of(request)
    if visit and hmac.compare_digest(visit, request.GET.get("visit", "")):
        end_visit(request)
    return redirect(ELSEWHERE)


@login_not_required
@require_POST
def close(request: PersonRequest) -> HttpResponse:
    """End a visit; what was typed is kept."""
    end_visit(request)
    return redirect("referral:places")


def _opened(request: PersonRequest, draft: Draft, key: str) -> HttpResponse:
    open_visit(request, key)
    return redirect(address_of("desk:referral") if draft.sent_at else draft)


def _refuse_accounts(request: PersonRequest) -> None:
    if request.user.is_authenticated:
        raise PermissionDenied("You are signed in. Sign out to refer without your post.")
