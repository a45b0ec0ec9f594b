"""The page where a restricted case is opened in an emergency, and those where that is reviewed."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localtime
from django.views.decorators.http import require_http_methods, require_safe

from mash.common.verdict import require
from mash.desk.opening import actions, forms, queries
from mash.ledger.actions import record
from mash.partnership import policy
from mash.partnership.actions import opening as reviewing
from mash.partnership.again import signed_in_again
from mash.partnership.http import StaffRequest

NOTHING = "No restricted case can be opened with this reference"


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_again
def open_restricted(request: StaffRequest) -> HttpResponse:
    """Open the restricted case whose reference was typed; one answer for all that cannot be opened."""
    require(policy.may_ask_to_open(request.staff))
    form = forms.Open(request.POST or None)
    if form.is_valid():
        said = form.cleaned_data
        seen = queries.open_already(request.staff, said["reference"])
        if seen:
            messages.info(request, "This case is open to you already.")
            return redirect("desk:case", seen.pk)
        made = actions.open_case(by=request.staff, at=request.at, **said)
        if made:
            until = f"{localtime(made.until_at):%H:%M}"
            messages.success(request, f"Open to you until {until}. The hub’s managers have been told.")
            return redirect("desk:case", made.contact_id)
        form.add_error("reference", NOTHING)
    return render(request, "desk/open_restricted.html", {"form": form})


@require_safe
def openings(request: StaffRequest) -> HttpResponse:
    """List what was opened in an emergency."""
    require(policy.may_see_openings(request.staff))
    record("openings.seen", about="openings", at=request.at, hub_id=request.staff.hub_id)
    return render(request, "desk/openings.html", {"openings": queries.openings(request.staff, request.at)})


@require_http_methods(["GET", "HEAD", "POST"])
def opening(request: StaffRequest, opening_id: uuid.UUID) -> HttpResponse:
    """Show one opening, and take a manager's word on it."""
    require(policy.may_see_openings(request.staff))
    found = queries.find(request.staff, opening_id)
    may_review = policy.may_review(request.staff, found)
    form = forms.Review(request.POST or None)
    if request.method == "POST":
        require(may_review)
        if form.is_valid():
            reviewing.review(opening=found, by=request.staff, at=request.at, **form.cleaned_data)
            messages.success(request, "Your word on it is kept.")
            return redirect("desk:openings")
    record("opening.seen", about=found, at=request.at, hub_id=found.hub_id)
    shown = {
        "one": queries.standing(found, request.staff, request.at),
        "form": form,
        "may_review": may_review and not found.reviewed_at,
    }
    return render(request, "desk/opening.html", shown)
