"""Pages of a seat: its paper feed, and what it needs for the meeting."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from mash.exercise import actions, queries
from mash.exercise.format import KINDS
from mash.exercise.views.showing import seen
from mash.partnership.http import StaffRequest


def _shown(request: StaffRequest) -> dict[str, object]:
    seat = queries.my_seat(request.staff)
    papers = queries.feed(seat)
    new = [one.given for one in papers if one.is_new]
    if new:
        actions.mark_seen(seat=seat, given=new, at=request.at)
    return {
        "seat": seat,
        "papers": papers,
        "stands": queries.stands(seat, request.at),
        "kinds": KINDS,
        "new": len(new),
    }


@require_safe
def feed(request: StaffRequest) -> HttpResponse:
    """What was given to this seat, the newest first."""
    shown = _shown(request)
    seen(request, request.staff, "feed")
    return render(request, "exercise/feed.html", shown | {"staff": request.staff})


@require_safe
def feed_part(request: StaffRequest) -> HttpResponse:
    """The part of the paper feed that goes on by itself."""
    shown = _shown(request)
    if shown["new"]:
        seen(request, request.staff, "feed")
    return render(request, "exercise/_feed.html", shown | {"staff": request.staff})


feed_part.is_no_use = True  # type: ignore[attr-defined]


@require_safe
def meeting(request: StaffRequest) -> HttpResponse:
    """The agenda of the meeting, who comes, and what this seat should ask."""
    seat = queries.my_seat(request.staff)
    seen(request, request.staff, "meeting")
    return render(
        request,
        "exercise/meeting.html",
        {"seat": seat, "meeting": seat.told["meeting"], "staff": request.staff},
    )
