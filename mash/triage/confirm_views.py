"""The page on which a manager confirms a rating."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from mash.partnership.http import StaffRequest
from mash.triage import actions, confirming, policy, queries
from mash.triage.confirm_forms import ConfirmRating
from mash.triage.opened import opened

CHANGED = (
    "It was rated anew after you opened the page. Read the rating below, then say whether you confirm it."
)


@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: StaffRequest, contact_id: uuid.UUID) -> HttpResponse:
    """Show a rating with what it rests on, and take a manager's word on it."""
    contact = opened(request, contact_id, "confirm")
    newest = queries.newest_rating(contact)
    if newest is None:
        return redirect("triage:page", contact.pk)
    may = policy.may_confirm_rating(request.staff, newest)
    form = ConfirmRating(request.POST or None, initial={"rating": newest.pk})
    if form.is_valid():
        try:
            actions.confirm_rating(contact=contact, by=request.staff, at=request.at, **form.answers)
        except actions.ChangedMeanwhile:
            form = ConfirmRating({**request.POST.dict(), "rating": newest.pk})
            form.add_error(None, CHANGED)
        else:
            messages.success(request, "Your word on the rating is recorded.")
            return redirect("decision:waiting")
    shown = {
        "contact": contact,
        "form": form,
        "newest": newest,
        "earlier": queries.rating_history(contact)[1:],
        "said": confirming.said_of(newest),
        "confirmed": confirming.confirmation_of(newest),
        "first": confirming.goes_first(contact, newest),
        "may": may,
        "message": contact.message,
        "referrer": queries.referrer(request.staff, contact),
        "additions": queries.additions(contact),
        "route": queries.newest_route(contact),
        "before": queries.earlier(contact),
        "repeats": queries.repeats_of(contact),
        "gate": queries.gate_of(contact, request.at),
    }
    return render(request, "triage/confirm.html", shown)
