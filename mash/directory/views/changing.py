"""Changing entries, approving that, and what needs to be looked through again."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mash.common.verdict import require
from mash.directory import actions, composing, content, facts, policy, queries, shown
from mash.directory.forms import editing as forms
from mash.directory.models import Service
from mash.directory.queries import keeping as keep
from mash.directory.shape import Wrong
from mash.partnership.http import StaffRequest
from mash.partnership.models import new_key

PAGE_OF_STALE, MOST_ORGANISATIONS = 50, 500
MEANWHILE = (
    "Somebody else changed this entry after you opened it. Look at it again, and make your change there."
)
WAITS = "A change of this entry waits for approval already. It is answered first."
ANSWERED = "Somebody else answered this change before you."


@require_safe
def keeping(request: StaffRequest) -> HttpResponse:
    """Show what this post keeps: what is stale, what waits for a second person, and what was answered."""
    staff, today = request.staff, localdate(request.at)
    stale = keep.stale_of(staff, today)
    shown_now = list(stale[:PAGE_OF_STALE])
    verified = keep.last_verified(shown_now)
    page = {
        "stale": [(one, verified.get(one.pk)) for one in shown_now],
        "stale_in_all": stale.count(),
        "waiting": list(keep.waiting(staff)),
        "answered": keep.answered(staff),
        "organisations": keep.organisations_kept_by(staff),
        "may_keep": policy.keeps(staff),
        "days": content.days(),
        "mine": list(keep.kept_by(staff)[:PAGE_OF_STALE]) if not policy.keeps(staff) else [],
    }
    return render(request, "directory/keeping.html", page)


@require_http_methods(["GET", "POST"])
def edit(request: StaffRequest, service_id: uuid.UUID) -> HttpResponse:
    """Change an entry: what is sent waits for a second person."""
    service = queries.find(request.staff.hub, service_id)
    require(policy.may_propose(request.staff, service.organisation))
    read = facts.facts_of(service.entry, content.vocabulary())
    values = composing.values_of(service.entry, read) | {"saved": service.version}
    form = forms.Entry(request.POST or None, initial=values)
    if request.method == "POST" and form.is_valid() and _proposed(request, form, service):
        messages.success(request, "Your change waits for approval. The entry stays as it is until then.")
        return redirect(service)
    waits = keep.proposal_of(service)
    return render(request, "directory/edit.html", {"form": form, "service": service, "waits": waits})


@require_http_methods(["GET", "POST"])
def new(request: StaffRequest) -> HttpResponse:
    """Propose an entry for a service that the directory has not."""
    kept = keep.organisations_kept_by(request.staff)
    if not kept.exists():
        require(policy.may_keep(request.staff))
    form = forms.NewEntry(request.POST or None, initial={"saved": 0, "status": "active"})
    form.fields["organisation"].queryset = kept  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid() and _proposed(request, form, None):
        messages.success(request, "The new entry waits for approval. Until then nobody else sees it.")
        return redirect("directory:keeping")
    return render(request, "directory/edit.html", {"form": form, "service": None, "waits": None})


def _proposed(request: StaffRequest, form: forms.Entry, service: Service | None) -> bool:
    """Put a change before whoever approves it; tell whether that was done, and say on the form why not."""
    said = form.cleaned_data
    organisation = service.organisation if service else said["organisation"]
    entry = composing.written(
        service.entry if service else {"id": str(new_key())},
        said,
        organisation=organisation.key,
        needs={one.id: one.label for one in content.needs().values()},
        today=localdate(request.at).isoformat(),
    )
    try:
        actions.propose(
            organisation=organisation,
            service=service,
            entry=entry,
            based_on=said["saved"],
            note=said["note"][:400],
            by=request.staff,
            at=request.at,
        )
    except actions.Changed:
        form.add_error(None, MEANWHILE)
    except actions.AlreadyWaiting:
        form.add_error(None, WAITS)
    except Wrong as wrong:
        form.add_error(None, "; ".join(wrong.lines))
    return not form.errors


@require_POST
def confirm(request: StaffRequest, service_id: uuid.UUID) -> HttpResponse:
    """Say that all of an entry is right today."""
    service = queries.find(request.staff.hub, service_id)
    actions.confirm(service=service, by=request.staff, on=localdate(request.at), at=request.at)
    messages.success(request, f"{service.name}: confirmed today. Thank you.")
    return redirect("directory:keeping" if "from_list" in request.POST else service)


@require_safe
def change(request: StaffRequest, change_id: uuid.UUID) -> HttpResponse:
    """Show a change beside what stands, with what differs."""
    return _change(request, change_id, forms.TurnDown())


@require_POST
def approve(request: StaffRequest, change_id: uuid.UUID) -> HttpResponse:
    """Let a change count."""
    found = keep.find_proposal(request.staff, change_id)
    try:
        service = actions.approve(proposal=found, by=request.staff, at=request.at)
    except actions.Answered:
        messages.error(request, ANSWERED)
        return redirect("directory:change", found.pk)
    except actions.Changed:
        messages.error(
            request, "The entry was changed after this was written. Turn it down and ask for it anew."
        )
        return redirect("directory:change", found.pk)
    messages.success(request, f"{service.name}: the change counts from now on.")
    return redirect(service)


@require_POST
def turn_down(request: StaffRequest, change_id: uuid.UUID) -> HttpResponse:
    """Leave the entry as it is."""
    found = keep.find_proposal(request.staff, change_id)
    form = forms.TurnDown(request.POST)
    if not form.is_valid():
        return _change(request, change_id, form)
    try:
        actions.turn_down(proposal=found, why=form.cleaned_data["why"], by=request.staff, at=request.at)
    except actions.Answered:
        messages.error(request, ANSWERED)
    else:
        messages.success(request, "The change is turned down.")
    return redirect("directory:change", found.pk)


def _change(request: StaffRequest, change_id: uuid.UUID, form: forms.TurnDown) -> HttpResponse:
    found = keep.find_proposal(request.staff, change_id)
    before = found.service.entry if found.service else {}
    page = {
        "proposal": found,
        "form": form,
        "differences": shown.differences(before if found.answered_at is None else _was(found), found.entry),
        "verdict": policy.may_answer(request.staff, found),
    }
    return render(request, "directory/change.html", page)


def _was(found: Any) -> dict[str, Any]:
    """Return what stood when an answered change was written."""
    return queries.entry_at(found.service, found.based_on) if found.service else {}


@require_safe
def organisations(request: StaffRequest) -> HttpResponse:
    """Show who offers services, and which agency keeps the entries of each."""
    require(policy.may_keep(request.staff))
    return render(
        request,
        "directory/organisations.html",
        {"organisations": list(keep.organisations(request.staff)[:500])},
    )


@require_http_methods(["GET", "POST"])
def organisation(request: StaffRequest, organisation_id: uuid.UUID) -> HttpResponse:
    """Say which agency keeps an organisation's entries."""
    require(policy.may_keep(request.staff))
    found = keep.find_organisation(request.staff, organisation_id)
    form = forms.Link(request.POST or None, initial={"agency": found.agency_id})
    form.fields["agency"].queryset = keep.agencies_of(request.staff.hub)  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        actions.link(organisation=found, agency=form.cleaned_data["agency"], by=request.staff, at=request.at)
        messages.success(request, f"{found.name}: saved.")
        return redirect("directory:organisations")
    return render(request, "directory/organisation.html", {"form": form, "organisation": found})
