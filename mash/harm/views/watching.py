"""Pages of what is watched."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods, require_safe

from mash.common.verdict import require
from mash.decision.views.sending import sent
from mash.harm import actions, policy, queries
from mash.harm.forms import Review, WatchForm, Why
from mash.harm.views.doing import done
from mash.harm.views.looking import seen
from mash.ledger.actions import record
from mash.partnership.http import StaffRequest


@require_safe
def watched(request: StaffRequest) -> HttpResponse:
    """What is watched, as far as the worker may see it: touched last first."""
    require(policy.may_see_watched(request.staff))
    page = queries.watched(request.staff, request.GET.get("page"))
    record(
        "harm.watched_seen",
        about=request.staff.hub,
        at=request.at,
        hub_id=request.staff.hub_id,
        detail={"subjects": [str(one.subject) for one in page.object_list]},
    )
    shown = {"page": page, "today": localdate(request.at), "sees": bool(policy.may_see(request.staff))}
    return render(request, "harm/watched.html", shown)


@require_http_methods(["GET", "POST"])
def watch(request: StaffRequest, about: str, subject: uuid.UUID) -> HttpResponse:
    """Watch a person, a place or a group."""
    require(policy.may_act(request.staff))
    thing = queries.find(request.staff, about, subject)
    posts = queries.may_be_told(request.staff, thing, request.at)
    mine = [str(one.pk) for one in posts if one.pk == request.staff.pk]
    form = WatchForm(sent(request), posts=posts, initial={"key": uuid.uuid4(), "told": mine})
    if form.is_valid():
        said = form.cleaned_data
        keys = said.pop("told")
        told = [one for one in posts if str(one.pk) in keys]
        try:
            made = actions.watch(thing=thing, told=told, by=request.staff, at=request.at, **said)
        except actions.NotWhole as refusal:
            form.refuse(refusal.places)
        except actions.WatchedAlready as there:
            messages.info(request, str(there))
            return redirect("harm:watch_one", there.key)
        else:
            messages.success(request, "Kept. It is watched from now on.")
            return redirect("harm:watch_one", made.pk)
    seen(request, thing, "watch")
    return render(request, "harm/watch.html", {"form": form, "thing": thing})


def _seen(request: StaffRequest, found: queries.Seen, page: str) -> None:
    one = found.watch
    detail = {"page": page, "subject": str(one.subject)}
    record("harm.watch_seen", about=one, at=request.at, hub_id=one.hub_id, detail=detail)


@require_safe
def watch_one(request: StaffRequest, watch_id: uuid.UUID) -> HttpResponse:
    """One thing that is watched: why, who is told, and which contacts touched it."""
    found = queries.find_watch(request.staff, watch_id)
    _seen(request, found, "one")
    shown = {
        "found": found,
        "watch": found.watch,
        "today": localdate(request.at),
        "may_act": bool(policy.may_act(request.staff)),
    }
    return render(request, "harm/watch_one.html", shown)


@require_http_methods(["GET", "POST"])
def review(request: StaffRequest, watch_id: uuid.UUID) -> HttpResponse:
    """Write down that somebody looked at it again, and until when it goes on."""
    found = queries.find_watch(request.staff, watch_id)
    require(policy.may_act(request.staff))
    form = Review(sent(request), initial={"key": uuid.uuid4()})

    def act() -> None:
        actions.review(watch=found.watch, by=request.staff, at=request.at, **form.cleaned_data)

    if answer := done(request, form, act, "Kept.", "harm:watch_one", watch_id):
        return answer
    _seen(request, found, "review")
    return render(request, "harm/review.html", {"form": form, "watch": found.watch})


@require_http_methods(["GET", "POST"])
def end_watch(request: StaffRequest, watch_id: uuid.UUID) -> HttpResponse:
    """Watch it no more, with the reason."""
    found = queries.find_watch(request.staff, watch_id)
    require(policy.may_act(request.staff))
    form = Why(sent(request))

    def act() -> None:
        actions.end_watch(watch=found.watch, by=request.staff, at=request.at, **form.cleaned_data)

    if answer := done(request, form, act, "It is not watched any more.", "harm:watch_one", watch_id):
        return answer
    _seen(request, found, "end")
    return render(request, "harm/end_watch.html", {"form": form, "watch": found.watch})
