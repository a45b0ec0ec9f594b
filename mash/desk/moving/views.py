"""The pages on which a worker's work is moved, and accepted."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from mash.desk.moving import actions, forms, queries
from mash.ledger.actions import record
from mash.partnership.http import StaffRequest
from mash.partnership.policy import may_see_gaps


@require_http_methods(["GET", "HEAD", "POST"])
def moving(request: StaffRequest, staff_id: uuid.UUID) -> HttpResponse:
    """List everything that waits for a worker, red and due today first, and move it in one action."""
    who = queries.find_worker(request.staff, staff_id)
    pieces = queries.work_of(request.staff, who, request.at)
    queries.offer(request.staff, who, pieces, request.at)
    deputy = queries.deputy_of(who, request.at)
    form = forms.MoveAll(request.POST or None, pieces=pieces, deputy=deputy)
    if form.is_valid():
        made = actions.move_all(
            who=who,
            choices=form.choices,
            why=form.cleaned_data["why"],
            key=form.cleaned_data["key"],
            by=request.staff,
            at=request.at,
        )
        if made.finished_at:
            messages.success(request, f"Everything that waited for {who.account.name} is moved.")
            return redirect("desk:given")
        messages.info(
            request, "Moved, except for what is listed here. It is not finished until nothing is left."
        )
        return redirect("desk:moving", who.pk)
    if request.method != "POST":
        record("work.listed", about=who, at=request.at, hub_id=who.hub_id, detail={"pieces": len(pieces)})
    shown = {
        "who": who,
        "form": form,
        "deputy": deputy,
        "pieces": pieces,
        "urgent": [one for one in pieces if one.urgent],
        "now": request.at,
    }
    return render(request, "desk/moving.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
def given(request: StaffRequest) -> HttpResponse:
    """Show what somebody was given, to accept by name; and to those who move work, what is not finished."""
    mine = list(queries.given_to(request.staff))
    form = forms.Accept(request.POST or None)
    form.fields["line"].choices = [(str(one.pk), one.reference) for one in mine]  # type: ignore[attr-defined]
    if form.is_valid():
        accepted = actions.accept(lines=form.cleaned_data["line"], by=request.staff, at=request.at)
        messages.success(request, f"Accepted: {accepted}.")
        return redirect("desk:given")
    moves = bool(may_see_gaps(request.staff))
    shown = {
        "mine": mine,
        "form": form,
        "moves": moves,
        "unfinished": list(queries.unfinished(request.staff)) if moves else [],
        "waiting": list(queries.not_accepted(request.staff)) if moves else [],
        "now": request.at,
    }
    return render(request, "desk/given.html", shown)
