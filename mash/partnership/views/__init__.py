"""Taking a post after signing in, and changing it."""

from typing import Any, cast

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from mash.partnership import forms, queries
from mash.partnership.actions import dormancy
from mash.partnership.http import PersonRequest
from mash.partnership.models import Account, Staff


@require_http_methods(["GET", "POST"])
def post(request: PersonRequest) -> HttpResponse:
    """Take the only post, or choose between several.  Somebody else's post is not there.

    Source: docs/rules.md, "Sign-in".
    """
    if settings.MASH_SECOND_FACTOR and not is_mfa_enabled(request.user):
        messages.info(request, "Set up a second factor before you go on.")
        return redirect("mfa_activate_totp")
    account = cast(Account, request.user)
    if "wake" in request.POST:
        _wake(request, account)
    posts = list(queries.posts(account, request.at))
    form = forms.ChoosePost(request.POST if "post" in request.POST else None)
    if form.is_valid():
        return _take(request, posts, form.cleaned_data["post"])
    stopped = list(queries.stopped_posts(account, request.at))
    if len(posts) == 1 and not stopped and request.method == "GET":
        return _take(request, posts, posts[0].pk)
    shown = {"posts": posts, "stopped": stopped, "form": form, "next": safe_next(request)}
    return render(request, "partnership/post.html", shown)


def _wake(request: PersonRequest, account: Account) -> None:
    """Let one's own post work again.  Somebody else's, or one that another must wake, is not there."""
    form = forms.Wake(request.POST)
    stopped = queries.stopped_posts(account, request.at).filter(owner_ends=True)
    for one in stopped:
        if form.is_valid() and one.pk == form.cleaned_data["wake"]:
            dormancy.wake(
                dormant=one, account=account, why="Its owner signed in to use it again", at=request.at
            )


def _take(request: PersonRequest, posts: list[Staff], chosen: Any) -> HttpResponse:
    found = [one for one in posts if one.pk == chosen]
    if not found:
        raise Http404
    request.session["post"] = str(chosen)
    dormancy.note_taken(post=found[0], at=request.at)
    return redirect(safe_next(request) or "/")


def safe_next(request: HttpRequest) -> str:
    """Return the page somebody was on their way to, if it is one of ours; "" otherwise.

    Only a path: an address of another place, or without its first stroke, leads nowhere.
    """
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if ours else ""
