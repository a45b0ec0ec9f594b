"""What the pages of the form share: who may open them from where, and the end of a visit."""

import hashlib
import hmac
from collections.abc import Callable
from typing import Any, TypeVar, cast

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from mash.common.limits import is_within
from mash.partnership.http import PersonRequest
from mash.partnership.models import Hub

HOUR, TEN_MINUTES = 3600, 600
CODES_IN_TEN_MINUTES, TRIES_IN_TEN_MINUTES = 15, 30  # asked for and entered, from one address on the net
SIGNING_IN = "/accounts/"
View = TypeVar("View", bound=Callable[..., HttpResponse])


def at_the_front_door(view: View) -> View:
    """Let a page act as the service `front_door` for somebody who is not signed in."""
    view.acts_as_the_front_door = True  # type: ignore[attr-defined]
    return view


def through_the_front_door(view: View) -> View:
    """Let a page act as the service `front_door` whoever asks; it finds out itself who that is."""
    view.goes_through_the_front_door = True  # type: ignore[attr-defined]
    return view


def too_often(request: HttpRequest, what: str, *, most: int, seconds: int) -> bool:
    """Tell whether this was asked for too often from one address on the net."""
    whence = get_adapter().get_client_ip(request)
    return not is_within(what, whence, most=most, seconds=seconds)


def too_many(request: HttpRequest, hub: Hub | None = None) -> HttpResponse:
    """Say that it is too much at once, and what to do instead: nobody with a worry is left without a way."""
    return render(request, "referral/too_many.html", {"hub": hub}, status=429)


def open_visit(request: HttpRequest, key: str) -> None:
    """Begin the visit of somebody who has shown a code."""
    request.session.cycle_key()
    request.session["referrer"] = key


def end_visit(request: HttpRequest) -> None:
    """End it: nothing of it is left on this screen."""
    request.session.pop("referrer", None)
    if not cast(PersonRequest, request).user.is_authenticated:
        request.session.clear()  # emptied, not deleted: the link that leaves is a reading


def visit_of(request: HttpRequest) -> str:
    """Return what names this visit in the link that leaves it, so that no other link can end it."""
    key = request.session.get("referrer", "")
    said = hmac.new(settings.SECRET_KEY.encode(), f"visit {key}".encode(), hashlib.sha256).hexdigest()
    return said[:16] if key else ""


def way_out(request: HttpRequest | None) -> str:
    """Return where the button that leaves fast leads; "" where it would be senseless: nobody asks, or they signed in.

    A page for signing in has none either: whoever signs in is at work.

    Source: docs/rules.md, "Leaving fast".
    """
    user = getattr(request, "user", None)
    if request is None or user is None or user.is_authenticated or request.path.startswith(SIGNING_IN):
        return ""
    visit = visit_of(request)
    return reverse("referral:leave") + (f"?visit={visit}" if visit else "")


def shown_at(request: HttpRequest, hub: Hub, template: str, shown: dict[str, Any]) -> HttpResponse:
    """Show a page under a hub's name."""
    request.hub_shown = hub  # type: ignore[attr-defined]
    return render(request, template, {"hub": hub, **shown})
