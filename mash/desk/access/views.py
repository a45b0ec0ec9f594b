"""The pages of who may open a case, and of whoever was let into one by name."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mash.common.verdict import require
from mash.contact import allocated
from mash.contact.models import Contact
from mash.desk.access import actions, forms, queries
from mash.desk.policy import may_say_who_opens
from mash.ledger.actions import record
from mash.partnership.actions import access
from mash.partnership.actions.restricting import lift
from mash.partnership.http import StaffRequest
from mash.partnership.queries import restriction_of


@require_http_methods(["GET", "HEAD", "POST"])
def conflict(request: StaffRequest, contact_id: uuid.UUID) -> HttpResponse:
    """Let a worker say that a case concerns them or theirs: it is closed to them at once."""
    contact = queries.find(request.staff, contact_id)
    form = forms.Conflict(request.POST or None)
    if form.is_valid():
        actions.keep_out(
            contact=contact, who=request.staff, why=form.cleaned_data["why"], by=request.staff, at=request.at
        )
        messages.success(
            request, "Thank you. That case is closed to you from now on, and the hub’s manager knows."
        )
        return redirect("home")
    record("contact.seen", about=contact, at=request.at, hub_id=contact.hub_id, detail={"page": "conflict"})
    return render(request, "desk/conflict.html", {"contact": contact, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def who_may_open(request: StaffRequest, contact_id: uuid.UUID) -> HttpResponse:
    """Show who is kept out of a case, who was let in, and whether it is restricted; `do` says which form was sent."""
    contact = _managed(request, contact_id)
    do = request.POST.get("do", "")
    out = forms.KeepOut(request.POST if do == "keep_out" else None, prefix="out")
    into = forms.LetIn(request.POST if do == "let_in" else None, prefix="in")
    out.fields["who"].queryset = queries.may_be_kept_out(request.staff)  # type: ignore[attr-defined]
    into.fields["who"].queryset = queries.may_be_let_in(request.staff, contact)  # type: ignore[attr-defined]
    lifting = forms.Lift(request.POST if do == "lift" else None, prefix="lift")
    restriction = restriction_of(contact.pk)
    if do == "lift" and restriction and lifting.is_valid():
        lift(restriction=restriction, why=lifting.cleaned_data["why"], by=request.staff, at=request.at)
        messages.success(request, "The whole desk may see this case again.")
        return redirect("desk:access", contact.pk)
    if do == "keep_out" and out.is_valid():
        said = out.cleaned_data
        actions.keep_out(contact=contact, by=request.staff, at=request.at, **said)
        messages.success(request, f"{said['who'].account.name} is kept out of this case from now on.")
        itself = said["who"].account_id == request.staff.account_id
        return redirect("home") if itself else redirect("desk:access", contact.pk)
    if do == "let_in" and into.is_valid():
        access.let_in(
            who=into.cleaned_data["who"],
            contact=contact.pk,
            why=into.cleaned_data["why"],
            until_at=into.until_at,
            by=request.staff,
            at=request.at,
        )
        messages.success(request, f"{into.cleaned_data['who'].account.name} may read this contact now.")
        return redirect("desk:access", contact.pk)
    shown = {"lifting": lifting, "restriction": restriction}
    return _shown(request, contact, out, into, shown)


@require_POST
def end(request: StaffRequest, contact_id: uuid.UUID) -> HttpResponse:
    """Let somebody back, or end somebody's access."""
    contact = _managed(request, contact_id)
    form = forms.End(request.POST)
    if not form.is_valid():
        messages.error(request, "Nothing was changed: enter why.")
        return redirect("desk:access", contact.pk)
    which, why = form.cleaned_data["which"], form.cleaned_data["why"]
    barred = next((one for one in queries.kept_out(contact, request.at) if one.pk == which), None)
    if barred and barred.staff:
        actions.let_back(contact=contact, who=barred.staff, why=why, by=request.staff, at=request.at)
        messages.success(request, f"{barred.staff.account.name} may open this case again.")
    else:
        row = queries.find_let_in(request.staff, contact, which, request.at)
        access.end_access(access=row, why=why, by=request.staff, at=request.at)
        messages.success(request, "They no longer see this contact.")
    return redirect("desk:access", contact.pk)


def _managed(request: StaffRequest, contact_id: uuid.UUID) -> Contact:
    contact = queries.find(request.staff, contact_id)
    require(may_say_who_opens(request.staff))
    return contact


def _shown(
    request: StaffRequest, contact: Contact, out: forms.KeepOut, into: forms.LetIn, more: dict[str, Any]
) -> HttpResponse:
    record("contact.seen", about=contact, at=request.at, hub_id=contact.hub_id, detail={"page": "access"})
    shown = more | {
        "contact": contact,
        "asked_and_kept_from": queries.asked_and_kept_from(request.staff, contact),
        "keeping_out": out,
        "letting_in": into,
        "has_errors": bool(out.errors or into.errors or more["lifting"].errors),
        "kept_out": queries.kept_out(contact, request.at),
        "let_in": queries.let_in_here(contact, request.at),
    }
    return render(request, "desk/access.html", shown)


# Whoever was let in


@require_safe
def passed(request: StaffRequest) -> HttpResponse:
    """List the contacts that a worker was let into by name."""
    return render(request, "desk/passed.html", {"contacts": allocated.let_in(request.staff)})


@require_safe
def passed_contact(request: StaffRequest, contact_id: uuid.UUID) -> HttpResponse:
    """Show one contact to whoever was let into it: what came in, whom it names, and how to ask the hub for a check."""
    if request.staff.works_at_the_desk:
        raise Http404
    contact = allocated.find_let_in(request.staff, contact_id)
    record("contact.seen", about=contact, at=request.at, hub_id=contact.hub_id, detail={"page": "passed"})
    shown = {"contact": contact, "said": contact.message, "people": contact.people.order_by("ref")}
    return render(request, "desk/passed_contact.html", shown)
