"""Who holds which role for an agency or a school."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mash.common.verdict import require
from mash.directory import actions, content, policy
from mash.directory.forms import editing as forms
from mash.directory.queries import keeping
from mash.directory.queries import named as kept
from mash.partnership.http import StaffRequest


@require_safe
def named(request: StaffRequest) -> HttpResponse:
    """Show the named contacts of the hub's agencies and schools."""
    today = localdate(request.at)
    rows = [(one, bool(policy.may_end_named(request.staff, one))) for one in kept.named(request.staff, today)]
    page = {
        "rows": rows,
        "roles": content.roles(),
        "may_name": bool(policy.may_name(request.staff)),
        "today": today,
    }
    return render(request, "directory/named.html", page)


@require_http_methods(["GET", "POST"])
def name(request: StaffRequest) -> HttpResponse:
    """Say who holds a role."""
    require(policy.may_name(request.staff))
    form = forms.Named(request.POST or None)
    offered = keeping.agencies_of(request.staff.hub)
    if not policy.keeps(request.staff):
        offered = offered.filter(pk=request.staff.agency_id)
    form.fields["agency"].queryset = offered  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        shown = said.pop("published")
        actions.name_somebody(
            **said, published=shown != "no", with_name=shown == "name", by=request.staff, at=request.at
        )
        messages.success(request, "The named contact is kept.")
        return redirect("directory:named")
    return render(request, "directory/name.html", {"form": form})


@require_POST
def end(request: StaffRequest, named_id: uuid.UUID) -> HttpResponse:
    """Let a named contact end today."""
    found = kept.find_named(request.staff, named_id)
    actions.end_named(named=found, on=localdate(request.at), by=request.staff, at=request.at)
    messages.success(request, f"{found.name}: ended. From tomorrow on it is shown nowhere.")
    return redirect("directory:named")
