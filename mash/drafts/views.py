"""Keeping what is typed, throwing it away, and how long a session still lasts."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from mash.common.templates import clock_time
from mash.drafts import actions, queries, sending
from mash.drafts.keeping import writing_too
from mash.drafts.owners import Owner, of_request
from mash.drafts.tokens import NotOurs, Place, place_of
from mash.partnership.http import PersonRequest, StaffRequest
from mash.partnership.middleware import time_left


@require_POST
def save(request: StaffRequest) -> HttpResponse:
    """Keep what is typed: asked by the script while somebody types, or by "Save for later"."""
    return _save(request)


@require_POST
def again(request: StaffRequest) -> HttpResponse:
    """Throw away what was typed, and begin afresh."""
    return _again(request)


@login_not_required
@require_POST
def save_by_code(request: PersonRequest) -> HttpResponse:
    """Keep what is typed by whoever shows the code of what they sent."""
    return _save(request)


@login_not_required
@require_POST
def again_by_code(request: PersonRequest) -> HttpResponse:
    """Throw away what was typed by whoever shows the code of what they sent."""
    return _again(request)


def _save(request: PersonRequest) -> HttpResponse:
    place, owner = _place(request)
    script = "X-Autosave" in request.headers
    try:
        draft = actions.keep_words(
            place=place,
            typed=sending.values_of(request.POST),
            changed=sending.changed_of(request),
            field=request.POST.get("autosave_field", ""),
            drawing=sending.drawing_of(request.POST),
            by=owner,
            at=request.at,
        )
    except actions.SentAlready:
        return JsonResponse({"words": "Sent", "others": [], "merged": {}}) if script else redirect(place.path)
    except actions.TooMuch:
        if script:
            return JsonResponse({}, status=413)
        messages.info(request, "That is too much to keep. Send some of it first.")
        return redirect(place.path)
    if not script:
        messages.success(request, f"Saved {clock_time(request.at)}. It is not sent yet.")
        return redirect(place.path)
    others = writing_too(owner.staff, place.page, place.about, request.at) if owner.staff else []
    return JsonResponse(
        {
            "words": f"Saved {clock_time(request.at)}",
            "others": others,
            "merged": queries.typed_elsewhere(draft, place.window, place.version),
        }
    )


def _again(request: PersonRequest) -> HttpResponse:
    place, owner = _place(request)
    actions.start_again(place=place, by=owner, at=request.at)
    messages.success(request, "What you had typed is thrown away.")
    return redirect(place.path)


@require_http_methods(["GET", "POST"])
def session(request: StaffRequest) -> HttpResponse:
    """Say how many seconds the session still lasts, with a new token for forms.  A POST makes it last, asking does not.

    Source: docs/rules.md, "Sign-in".
    """
    return JsonResponse({**time_left(request), "token": get_token(request)})


session.is_no_use = True  # type: ignore[attr-defined]


def _place(request: PersonRequest) -> tuple[Place, Owner]:
    """Return where what is sent was typed, and its owner.  Raises Http404 for anybody else's."""
    try:
        place = place_of(request.POST.get("kept_for", ""))
    except NotOurs as odd:
        raise Http404 from odd
    owner = of_request(request, place.page)
    if owner is None or owner.key != place.owner:
        raise Http404
    return place, owner
