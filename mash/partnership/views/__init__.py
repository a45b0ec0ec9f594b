"""Taking a post after signing in, and changing it."""

from typing import Any, cast

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from mash.ledger.actions import record
from mash.partnership import forms, queries, through
from mash.partnership.actions import dormancy
from mash.partnership.http import PersonRequest
from mash.partnership.models import Account, Dormant, Staff
from mash.partnership.queries import signing_in


@require_http_methods(["GET", "POST"])
def post(request: PersonRequest) -> HttpResponse:
    """Take the only post, or choose between several.  Somebody else's post is not there.

    Source: docs/rules.md, "Sign-in".
    """
    account = cast(Account, request.user)
    known = through.of(request, account)
    if settings.MASH_SECOND_FACTOR and not (known and known.second_factor) and not is_mfa_enabled(account):
        messages.info(request, "Set up a second factor before you go on.")
        return redirect("mfa_activate_totp")
    if "wake" in request.POST:
        _wake(request, account, known)
    posts = [one for one in queries.posts(account, request.at) if signing_in.may_be_taken(one, known)]
    form = forms.ChoosePost(request.POST if "post" in request.POST else None)
    if form.is_valid():
        return _take(request, posts, form.cleaned_data["post"])
    stopped = _stopped(request, account, known)
    if len(posts) == 1 and not stopped and request.method == "GET":
        return _take(request, posts, posts[0].pk)
    others = [
        (one, signing_in.provider_of(one))
        for one in queries.held_posts(account, request.at)
        if not signing_in.may_be_taken(one, known)
    ]
    shown = {"posts": posts, "stopped": stopped, "other_ways": others, "form": form}
    return render(request, "partnership/post.html", shown | {"next": safe_next(request)})


def _stopped(request: PersonRequest, account: Account, known: through.Through | None) -> list[Dormant]:
    found = queries.stopped_posts(account, request.at)
    return [one for one in found if signing_in.may_be_taken(one.staff, known)]


def _wake(request: PersonRequest, account: Account, known: through.Through | None) -> None:
    """Let one's own post work again.  Somebody else's, or one that another must wake, is not there."""
    form = forms.Wake(request.POST)
    for one in _stopped(request, account, known):
        if one.owner_ends and form.is_valid() and one.pk == form.cleaned_data["wake"]:
            dormancy.wake(
                dormant=one, account=account, why="Its owner signed in to use it again", at=request.at
            )


def _take(request: PersonRequest, posts: list[Staff], chosen: Any) -> HttpResponse:
    found = [one for one in posts if one.pk == chosen]
    if not found:
        raise Http404
    request.session["post"] = str(chosen)
    known = through.of(request, cast(Account, request.user))
    if known is None and signing_in.provider_of(found[0]):
        record(
            "account.opened_without_its_agency",
            about=found[0].account,
            at=request.at,
            hub_id=found[0].hub_id,
        )
    dormancy.note_taken(post=found[0], through=known.provider if known else "", at=request.at)
    return redirect(safe_next(request) or "/")


def safe_next(request: HttpRequest) -> str:
    """Return the page somebody was on their way to, if it is one of ours; "" otherwise.

    Only a path: an address of another place, or without its first stroke, leads nowhere.
    """
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if ours else ""
