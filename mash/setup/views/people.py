"""The pages about a hub's agencies, and about who works there with which duties."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mash.common.clock import LONDON
from mash.common.verdict import require
from mash.partnership.actions.passwords import TooManyCodes
from mash.partnership.http import StaffRequest
from mash.partnership.queries import dormancy_of, signing_in
from mash.setup import actions, policy
from mash.setup.differences import Difference
from mash.setup.forms import people as forms
from mash.setup.queries import hubs
from mash.setup.queries import people as queries
from mash.setup.views.steps import SaidNo, in_steps

SENT = "A code to set a password with goes to {email}. It works once, for seven days."
INVITED = "An e-mail to {email} says that they sign in through their agency."

# Agencies


@require_http_methods(["GET", "POST"])
def agencies(request: StaffRequest) -> HttpResponse:
    """Show the agencies of the hub, and let another join."""
    require(policy.may_set_up(request.staff))
    known = list(queries.memberships(request.staff))
    form = forms.Join(request.POST or None)

    def save() -> None:
        actions.join(hub=hubs.own_hub(request.staff), by=request.staff, at=request.at, **form.cleaned_data)

    def differences() -> list[Difference]:
        said = form.cleaned_data
        if said["name"].casefold() in {one.agency.name.casefold() for one in known}:
            return []
        try:
            actions.refuse_another_kind(said["name"], said["kind"])
        except actions.OfAnotherKind as other:
            raise SaidNo("kind", str(other)) from other
        return [(said["name"], "not in this hub", "can be asked in a check")]

    return in_steps(
        request,
        form,
        template="setup/agencies.html",
        context={"title": "Agencies", "memberships": known},
        state=sorted(str(one.pk) for one in known),
        differences=differences,
        save=save,
        saved="The agency has joined.",
        done="setup:agencies",
    )


@require_http_methods(["GET", "POST"])
def agency(request: StaffRequest, membership_id: uuid.UUID) -> HttpResponse:
    """Change where a reminder reaches an agency."""
    require(policy.may_set_up(request.staff))
    place = queries.find_membership(request.staff, membership_id)
    now = {"email": place.email, "telephone": place.telephone}
    form = forms.Reach(request.POST or None, initial=now)

    def save() -> None:
        actions.reach(place=place, by=request.staff, at=request.at, **form.cleaned_data)

    def differences() -> list[Difference]:
        said = form.cleaned_data
        names = (("E-mail address", "email"), ("Telephone", "telephone"))
        return [
            (label, now[key] or "none", said[key] or "none") for label, key in names if now[key] != said[key]
        ]

    return in_steps(
        request,
        form,
        template="setup/agency.html",
        context={"title": place.agency.name, "place": place},
        state=now,
        differences=differences,
        save=save,
        saved="Saved.",
        done="setup:agencies",
    )


@require_http_methods(["GET", "POST"])
def leave(request: StaffRequest, membership_id: uuid.UUID) -> HttpResponse:
    """Let an agency leave the hub."""
    require(policy.may_set_up(request.staff))
    place = queries.find_membership(request.staff, membership_id)
    form = forms.Leave(request.POST or None)

    def save() -> None:
        actions.leave(place=place, by=request.staff, at=request.at, **form.cleaned_data)

    def differences() -> list[Difference]:
        try:
            actions.refuse_while_at_work(place, request.at)
        except actions.StillAtWork as still:
            raise SaidNo(None, str(still)) from still
        return [(place.agency.name, "in this hub", "no longer asked")]

    return in_steps(
        request,
        form,
        template="setup/leave.html",
        context={"title": f"{place.agency.name} leaves", "place": place},
        state=str(place.pk),
        differences=differences,
        save=save,
        saved="The agency is no longer asked here. What it gave stays.",
        done="setup:agencies",
    )


# Posts


@require_safe
def posts(request: StaffRequest) -> HttpResponse:
    """Show who works in the hub, and what waits for a second person."""
    require(policy.may_set_up(request.staff))
    shown = {
        "posts": [(post, actions.in_words(post.duties)) for post in queries.posts(request.staff, request.at)],
        "grants": hubs.grants_waiting(request.staff),
        "lost": queries.lost_factors_waiting(request.staff),
    }
    return render(request, "setup/posts.html", shown)


@require_http_methods(["GET", "POST"])
def new_post(request: StaffRequest) -> HttpResponse:
    """Give somebody a post.

    A new account is sent a code to set its password with, which nobody here learns, or to its agency's sign-in.
    """
    require(policy.may_set_up(request.staff))
    form = forms.NewPost(request.POST or None, agencies=queries.agencies(request.staff))

    def save() -> HttpResponse | None:
        said = form.cleaned_data
        try:
            given = actions.give(
                hub=hubs.own_hub(request.staff),
                **{key: said[key] for key in ("email", "name", "agency", "title", "duties", "why")},
                from_at=form.from_at,
                until_at=form.until_at,
                page=_where_it_is_set(request),
                sign_in_page=request.build_absolute_uri(reverse("account_login")),
                by=request.staff,
                at=request.at,
            )
        except actions.NotSignedOff as lacking:
            raise SaidNo("duties", str(lacking)) from lacking
        if not (given.code_sent or given.invited):
            return None
        words = (INVITED if given.invited else SENT).format(email=given.post.account.email)
        messages.success(request, f"The post is given. {words}")
        return redirect("setup:posts")

    def differences() -> list[Difference]:
        said = form.cleaned_data
        free, guarded = actions.split(said["duties"])
        found = [
            (f"{said['name']}, {said['title']}", "no post", f"{said['agency']}: {actions.in_words(free)}")
        ]
        return found + _waits(guarded)

    return in_steps(
        request,
        form,
        template="setup/new_post.html",
        context={"title": "New post"},
        state="",
        differences=differences,
        save=save,
        saved="The post is given.",
        done="setup:posts",
    )


@require_http_methods(["GET", "POST"])
def post(request: StaffRequest, post_id: uuid.UUID) -> HttpResponse:
    """Change a post's title, duties and end."""
    require(policy.may_set_up(request.staff))
    held = queries.find_post(request.staff, post_id)
    now = {"title": held.title, "duties": held.duties, "until_on": _last_day(held.until_at)}
    form = forms.Duties(request.POST or None, initial=now)

    def save() -> None:
        said = form.cleaned_data
        try:
            actions.change(
                post=held,
                title=said["title"],
                duties=said["duties"],
                until_at=form.until_at,
                why=said["why"],
                by=request.staff,
                at=request.at,
            )
        except actions.LastAdministrator as last:
            raise SaidNo(
                "duties", "A hub keeps an administrator: give somebody else the duty first"
            ) from last
        except actions.NotSignedOff as lacking:
            raise SaidNo("duties", str(lacking)) from lacking

    def differences() -> list[Difference]:
        said = form.cleaned_data
        new = [duty for duty in said["duties"] if duty not in held.duties]
        guarded = actions.split(new)[1]
        now = [duty for duty in said["duties"] if duty not in guarded]
        found = actions.what_changes(held, title=said["title"], duties=now, until_at=form.until_at)
        return found + _waits(guarded)

    return in_steps(
        request,
        form,
        template="setup/post.html",
        context={
            "title": str(held),
            "post": held,
            "may": policy.may_change_post(request.staff, held),
            "waiting": queries.waiting_for(held),
            "may_send": policy.may_send_code(request.staff, held, request.at),
            "through_its_agency": signing_in.is_opened_by_its_agency_alone(held),
            "code": queries.last_code(held),
            "dormant": dormancy_of(held),
            "has_factor": is_mfa_enabled(held.account),
            "lost": queries.lost_factors_waiting(request.staff).filter(account=held.account_id).first(),
            "at": request.at,
            "in_words": actions.in_words,
        },
        state={key: str(value) for key, value in now.items()},
        differences=differences,
        save=save,
        saved="Saved. What was taken away is gone from the next request on.",
        done="setup:posts",
    )


@require_POST
def wake(request: StaffRequest, post_id: uuid.UUID) -> HttpResponse:
    """Let a post work again that stopped because nobody used it."""
    held = queries.find_post(request.staff, post_id)
    require(policy.may_change_post(request.staff, held))
    form, stopped = forms.Wake(request.POST), dormancy_of(held)
    if not form.is_valid():
        messages.error(request, "Enter why they may work again.")
    elif stopped:
        actions.wake_post(dormant=stopped, why=form.cleaned_data["why"], by=request.staff, at=request.at)
        messages.success(request, "They may work again from now on.")
    return redirect("setup:post", held.pk)


@require_POST
def end_sessions(request: StaffRequest, post_id: uuid.UUID) -> HttpResponse:
    """Sign whoever holds a post out everywhere."""
    held = queries.find_post(request.staff, post_id)
    require(policy.may_change_post(request.staff, held))
    form = forms.EndSessions(request.POST)
    if not form.is_valid():
        messages.error(request, "Enter why they are signed out.")
    else:
        actions.end_sessions(post=held, why=form.cleaned_data["why"], by=request.staff, at=request.at)
        messages.success(request, f"{held.account.name} is signed out everywhere.")
    return redirect("setup:post", held.pk)


@require_POST
def send_code(request: StaffRequest, post_id: uuid.UUID) -> HttpResponse:
    """Have a code sent to whoever holds a post, to set their first password or a new one with."""
    require(policy.may_set_up(request.staff))
    held = queries.find_post(request.staff, post_id)
    try:
        actions.send_code(post=held, page=_where_it_is_set(request), by=request.staff, at=request.at)
    except TooManyCodes:
        messages.error(
            request, "Three codes were sent to them in the last hour. Wait before you send another."
        )
    else:
        messages.success(request, SENT.format(email=held.account.email))
    return redirect("setup:post", held.pk)


@require_http_methods(["GET", "POST"])
def grant(request: StaffRequest, grant_id: uuid.UUID) -> HttpResponse:
    """Confirm guarded duties that somebody else asked for, or turn them down."""
    require(policy.may_set_up(request.staff))
    asked = queries.find_grant(request.staff, grant_id)
    may = policy.may_answer_grant(request.staff, asked)
    if request.method == "POST":
        try:
            confirmed = request.POST.get("answer") == "confirm"
            actions.answer(grant=asked, confirmed=confirmed, by=request.staff, at=request.at)
            messages.success(request, "Confirmed." if confirmed else "Turned down.")
        except actions.Answered:
            messages.info(request, "Somebody has answered this already.")
        except actions.NotSignedOff as lacking:
            messages.info(request, f"Not confirmed: {lacking}.")
        return redirect("setup:posts")
    shown: dict[str, Any] = {"grant": asked, "may": may, "duties": actions.in_words(asked.duties)}
    return render(request, "setup/grant.html", shown)


def _where_it_is_set(request: StaffRequest) -> str:
    return request.build_absolute_uri(reverse("account_set_password"))


def _waits(guarded: list[str]) -> list[Difference]:
    return [("Waits for a second person", "", actions.in_words(guarded))] if guarded else []


def _last_day(until_at: datetime | None) -> Any:
    return (until_at - timedelta(microseconds=1)).astimezone(LONDON).date() if until_at else None
