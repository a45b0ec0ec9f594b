"""What stands around every page so that no work is lost: sent twice is done once, and signed out loses nothing."""

from collections.abc import Callable
from typing import Any, cast
from urllib.parse import urlencode

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from mash.common.identity import Identity, Kind, acting_as, presence
from mash.common.templates import clock_time
from mash.drafts import actions, moved, queries, sending
from mash.drafts.owners import of_post, of_request, whose_visit_ended
from mash.drafts.pages import sent_to
from mash.drafts.tokens import NotOurs, Place, place_of
from mash.partnership.http import PersonRequest, StaffRequest
from mash.partnership.queries import post_of

Answer = Callable[[HttpRequest], HttpResponse]
FRONT_DOOR = Identity(Kind.SERVICE, "front_door")
LED_AWAY = {301, 302, 303}


class SendsOnce:
    """Does once what is sent twice, stops what would hide a colleague's words, and removes the draft of what was sent.

    Stands within the transaction of the page: all of it happens, or none.

    Source: docs/rules.md, "Nobody loses work".
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        actor, drawing = _actor(request), sending.drawing_of(request.POST) if _is_work(request) else ""
        if not actor or not drawing:
            return self.get_response(request)
        at = request.at  # type: ignore[attr-defined]
        key = sending.key_of(request, actor)
        if not actions.begin_sending(key=key, actor=actor, drawing=drawing, at=at):
            first = queries.sent_before(key)
            return redirect(first.location if first and first.location else request.path)
        response = self.get_response(request)
        done = response.status_code in LED_AWAY
        if response.status_code < 400 and not getattr(request, "failed", False):
            actions.end_sending(key=key, location=response.headers["Location"] if done else "")
            if done:
                _forget(request)
        return response

    def process_view(self, request: HttpRequest, *_: Any) -> HttpResponse | None:
        """Show both versions where a colleague's would be hidden."""
        match, staff = request.resolver_match, getattr(request, "staff", None)
        if request.method != "POST" or match is None or staff is None or "opened" not in request.POST:
            return None
        page = sent_to(match.view_name)
        if page is None or page.newest is None:
            return None
        return moved.stop(cast(StaffRequest, request), page, page.about_of(request, match.kwargs))


def _is_work(request: HttpRequest) -> bool:
    """Tell whether a request is a form of ours that does something: not signing in, and not the keeping itself."""
    return request.method == "POST" and not request.path.startswith(("/accounts/", "/drafts/", "/post/"))


def _actor(request: HttpRequest) -> str:
    identity = presence().identity
    if identity == FRONT_DOOR and "kept_for" in request.POST:
        identity = _behind_the_door(request)
        return str(identity) if identity else ""
    known = identity and (identity.kind == Kind.REFERRER or getattr(request, "staff", None))
    return str(identity) if known else ""


def _behind_the_door(request: HttpRequest) -> Identity | None:
    """Return who sends a form that the front door takes in; what else they may is asked there."""
    signed_in = cast(PersonRequest, request).user.is_authenticated
    kind, key = (Kind.STAFF, "post") if signed_in else (Kind.REFERRER, "referrer")
    said = request.session.get(key)
    return Identity(kind, said) if said else None


def _forget(request: HttpRequest) -> None:
    match = request.resolver_match
    page = sent_to(match.view_name) if match else None
    owner = of_request(request, page) if page else None
    if match and page and owner and not getattr(request, "draft_stays", False):
        one = page.sent_as(request, match.kwargs)
        actions.forget_sent(by=owner, page=one, about=page.about_of(request, match.kwargs))


# Signed out


def kept_when_signed_out(get_response: Answer) -> Answer:
    """Keep what somebody sent or typed after their session had ended, and let them come back to it.

    The form says whose it is, under our signature; their draft is all that is touched, and nothing is shown.

    Source: docs/rules.md, "Nobody loses work".
    """

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.method != "POST" or "kept_for" not in request.POST:
            return response
        try:
            place = place_of(request.POST["kept_for"])
        except NotOurs:
            return response
        if not (response.status_code == 404 if place.page.by_code else _leads_to_sign_in(response)):
            return response
        kept = _keep(request, place)
        if "X-Autosave" in request.headers:
            how = "Ask for a new code" if place.page.by_code else "You are signed out: sign in again"
            words = f"Saved {clock_time(timezone.now())}. {how} to go on."
            return JsonResponse({"words": words, "others": [], "merged": {}}) if kept else response
        if place.page.by_code:
            return redirect(f"{place.path}?kept=yes") if kept else response
        said = {"next": place.path, "kept": "yes" if kept else "no"}
        return redirect(f"{reverse('account_login')}?{urlencode(said)}")

    return answer


def _leads_to_sign_in(response: HttpResponse) -> bool:
    where = response.headers.get("Location", "") if response.status_code in LED_AWAY else ""
    return where.partition("?")[0] == reverse("account_login")


def _keep(request: HttpRequest, place: Place) -> bool:
    """Write the draft in the name of whose form it is.  Tell whether that was done."""
    if CsrfViewMiddleware(lambda _: HttpResponse()).process_view(request, lambda _: HttpResponse(), (), {}):
        return False
    at = timezone.now()
    identity = FRONT_DOOR if place.page.by_code else Identity(Kind.STAFF, str(place.owner))
    try:
        with acting_as(identity), transaction.atomic():
            staff = post_of(identity, at)
            owner = of_post(staff) if staff else None
            if place.page.by_code:
                owner = whose_visit_ended(place.owner)
            if owner is None:
                return False
            actions.keep_words(
                place=place,
                typed=sending.values_of(request.POST),
                changed=sending.changed_of(request),
                field=request.POST.get("autosave_field", ""),
                drawing=sending.drawing_of(request.POST),
                by=owner,
                at=at,
            )
    except (actions.TooMuch, actions.SentAlready, Http404):
        return False
    return True
