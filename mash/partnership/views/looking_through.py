"""The page on which the posts of an agency are looked through."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from mash.common.verdict import require
from mash.partnership import policy
from mash.partnership.actions import looking_through as actions
from mash.partnership.forms.looking_through import NEEDED, LookThrough
from mash.partnership.http import StaffRequest
from mash.partnership.models import in_words
from mash.partnership.queries.looking_through import to_look_through


@require_http_methods(["GET", "HEAD", "POST"])
def look_through(request: StaffRequest) -> HttpResponse:
    """Show the posts whose day is near or past, and take down whether each is still needed.

    Source: docs/rules.md, "Posts are looked through".
    """
    require(policy.may_see_gaps(request.staff))
    posts = to_look_through(request.staff, request.at)
    form = LookThrough(request.POST or None, posts=posts)
    if request.method == "POST" and form.is_valid():
        for one, word, why in form.words():
            if word == NEEDED:
                actions.say_still_needed(post=one.post, by=request.staff, at=request.at)
            else:
                actions.say_not_needed(post=one.post, why=why, by=request.staff, at=request.at)
        messages.success(request, "Recorded. A post that you stopped opens nothing from now on.")
        return redirect("rota:look_through")
    return render(
        request, "partnership/look_through.html", {"form": form, "posts": posts, "in_words": in_words}
    )
