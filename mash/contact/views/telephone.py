"""Pages for a contact taken by telephone."""

import uuid

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from mash.common.verdict import require
from mash.contact import actions, policy, queries
from mash.contact import telephone as calls
from mash.contact.models import Channel
from mash.drafts import queries as drafts
from mash.drafts.owners import of_post
from mash.drafts.pages import NOTHING, PAGES
from mash.partnership.http import StaffRequest


@require_http_methods(["GET", "POST"])
def telephone(request: StaffRequest) -> HttpResponse:
    """Take a contact by telephone: write it down, check the answers, send, and read the reference out."""
    require(policy.may_write_down(request.staff))
    step = request.POST.get("step", "")
    data = calls.after(step, request.POST) if request.method == "POST" else None
    note = calls.Note(data, request.at, _kept(request) if data is None else {})
    if step not in {"check", "send"}:
        return render(request, "contact/telephone.html", {"note": note.without_errors()})
    message = note.message()
    if message is None:
        return render(request, "contact/telephone.html", {"note": note})
    if step == "check":
        return render(request, "contact/telephone_check.html", {"note": note})
    try:
        contact, _ = actions.receive(
            message,
            hub=request.staff.hub,
            channel=Channel.TELEPHONE,
            received_at=request.at,
            by=request.staff,
        )
    except actions.DifferentContent as different:
        return render(request, "contact/telephone_sent.html", {"contact": different.contact, "note": note})
    return redirect("contact:taken", contact.pk)


def _kept(request: StaffRequest) -> dict[str, list[str]]:
    """Return what was typed before and not sent: how many people the page has boxes for follows from it."""
    draft = drafts.draft_of(of_post(request.staff), PAGES["contact:telephone"], NOTHING)
    return drafts.as_inputs(draft) if draft else {}


@require_GET
def taken(request: StaffRequest, contact_id: uuid.UUID) -> HttpResponse:
    """Say under which reference a contact was taken, to be read out to the caller."""
    return render(request, "contact/taken.html", {"contact": queries.find(request.staff, contact_id)})
