"""What other hubs asked here, what is answered, and whether this hub answers at all."""

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from mash.boroughs import actions, policy, queries
from mash.boroughs.forms import GRANT, Answer, Because, Choose
from mash.boroughs.views import refusals_on, sent
from mash.common.verdict import require
from mash.ledger.actions import record
from mash.partnership.http import StaffRequest

PAGE = 50


@require_safe
def asked(request: StaffRequest) -> HttpResponse:
    """Show which hubs asked about somebody known here."""
    require(policy.may_see_asked(request.staff))
    rows = Paginator(queries.what_was_asked(request.staff), PAGE).get_page(request.GET.get("page"))
    record("elsewhere.asked_listed", about="boroughs.asked", at=request.at, hub_id=request.staff.hub_id)
    page = {
        "rows": rows,
        "choice": queries.newest_choice(request.staff.hub),
        "may_choose": bool(policy.may_choose(request.staff)),
        "may_move": bool(policy.may_transfer(request.staff)),
    }
    return render(request, "boroughs/asked.html", page)


@require_http_methods(["GET", "POST"])
def answer(request: StaffRequest, asked_id: uuid.UUID) -> HttpResponse:
    """Show one question of another hub, and answer it with a summary or a refusal."""
    one = queries.find_asked(request.staff, asked_id)
    replies = queries.replies_to(one)
    may = policy.may_reply(request.staff, one)
    if request.method == "POST":
        require(may)
    form = Answer(sent(request), initial={"follows": replies[0].number if replies else 0})
    if form.is_valid():
        said = form.cleaned_data
        about = {
            "asked": one,
            "follows": said["follows"],
            "why": said["why"],
            "by": request.staff,
            "at": request.at,
        }
        with refusals_on(form):
            if said["what"] == GRANT:
                actions.grant(words=said["words"], days=said["days"], **about)
            else:
                actions.refuse(**about)
            messages.success(request, f"{one.from_hub.name} can read your answer now.")
            return redirect("boroughs:answer", one.pk)
    record(
        "elsewhere.asked_seen",
        about=one,
        at=request.at,
        hub_id=one.hub_id,
        detail={"person": str(one.person_id)},
    )
    running = [reply.pk for reply in replies if queries.is_running(reply, request.at)]
    page = {
        "theirs": one,
        "replies": replies,
        "running": running,
        "form": form,
        "may_reply": bool(may),
        "why_not": may.refusal,
    }
    return render(request, "boroughs/answer.html", page)


@require_http_methods(["GET", "POST"])
def end(request: StaffRequest, reply_id: uuid.UUID) -> HttpResponse:
    """Take a summary back before its day."""
    reply = queries.find_reply(request.staff, reply_id)
    one = queries.find_asked(request.staff, reply.asked_id)
    require(policy.may_reply(request.staff, one))
    form = Because(
        sent(request), label="Why may they not read it any longer?", help_text="The asking hub reads this"
    )
    if form.is_valid():
        actions.end_grant(reply=reply, why=form.cleaned_data["why"], by=request.staff, at=request.at)
        messages.success(request, "They cannot read it any more.")
        return redirect("boroughs:answer", one.pk)
    record("elsewhere.asked_seen", about=one, at=request.at, hub_id=one.hub_id, detail={"page": "end"})
    page = {
        "title": "Take the summary back",
        "caption": f"Given to {reply.to_name}",
        "form": form,
        "button": "Take it back",
    }
    return render(request, "boroughs/say.html", page | {"back": ("boroughs:answer", one.pk)})


@require_http_methods(["GET", "POST"])
def choice(request: StaffRequest) -> HttpResponse:
    """Say whether this hub answers other hubs' questions."""
    require(policy.may_choose(request.staff))
    newest = queries.newest_choice(request.staff.hub)
    form = Choose(sent(request), initial={"follows": newest.number if newest else 0})
    if form.is_valid():
        said = form.cleaned_data
        with refusals_on(form):
            actions.choose(
                hub=request.staff.hub,
                follows=said["follows"],
                answers=said["answers"] == "yes",
                why=said["why"],
                by=request.staff,
                at=request.at,
            )
            messages.success(request, "Saved.")
            return redirect("boroughs:asked")
    return render(request, "boroughs/choice.html", {"form": form, "newest": newest})
