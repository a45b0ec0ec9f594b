"""Keeping what is typed, throwing it away, and how long a session still lasts."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from mash.common.templates import clock_time
from mash.drafts import actions, queries, sending
from mash.drafts.keeping import writing_too
from mash.drafts.tokens import NotOurs, Place, place_of
from mash.partnership.http import StaffRequest
from mash.partnership.middleware import time_left


@require_POST
def save(request: StaffRequest) -> HttpResponse:
    """Keep what is typed: asked by the script while somebody types, or by "Save for later"."""
    place = _place(request)
    script = "X-Autosave" in request.headers
    try:
        draft = actions.keep_words(
            place=place,
            typed=sending.values_of(request.POST),
            changed=sending.changed_of(request),
            field=request.POST.get("autosave_field", ""),
            drawing=sending.drawing_of(request.POST),
            by=request.staff,
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
    return JsonResponse(
        {
            "words": f"Saved {clock_time(request.at)}",
            "others": writing_too(request.staff, place.page, place.about, request.at),
            "merged": queries.typed_elsewhere(draft, place.window, place.version),
        }
    )


@require_POST
def again(request: StaffRequest) -> HttpResponse:
    """Throw away what was typed, and begin afresh."""
    place = _place(request)
    actions.start_again(place=place, by=request.staff, at=request.at)
    messages.success(request, "What you had typed is thrown away.")
    return redirect(place.path)


@require_http_methods(["GET", "POST"])
def session(request: StaffRequest) -> HttpResponse:
    """Say how many seconds the session still lasts, with a new token for forms.  A POST makes it last, asking does not.

    Source: docs/rules.md, "Sign-in".
    """
    return JsonResponse({**time_left(request), "token": get_token(request)})


session.is_no_use = True  # type: ignore[attr-defined]


def _place(request: HttpRequest) -> Place:
    try:
        place = place_of(request.POST.get("kept_for", ""))
    except NotOurs as odd:
        raise Http404 from odd
    staff = getattr(request, "staff", None)
    if staff is None or place.staff != staff.pk:
        raise Http404
    return place
