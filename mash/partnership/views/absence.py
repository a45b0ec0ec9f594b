"""The page of absences: who is away, saying that somebody is, and that they are back."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from mash.common.navigation import address_of
from mash.partnership import policy
from mash.partnership.actions import absence as actions
from mash.partnership.forms import absence as forms
from mash.partnership.http import StaffRequest
from mash.partnership.queries import absence as queries


@require_http_methods(["GET", "HEAD", "POST"])
def away(request: StaffRequest) -> HttpResponse:
    """Show who is away, and take it down that somebody is."""
    form = forms.MarkAway(request.POST or None)
    form.fields["who"].queryset = queries.may_be_marked(request.staff, request.at)  # type: ignore[attr-defined]
    if form.is_valid() and _marked(request, form):
        who = form.cleaned_data["who"]
        messages.success(request, f"{who.account.name} is marked as away. Move their work now, if any waits.")
        return redirect("rota:away")
    shown = {
        "form": form,
        "away": queries.away(request.staff, request.at),
        "now": request.at,
        "may_move": bool(policy.may_see_gaps(request.staff)) and bool(address_of("desk:given")),
    }
    return render(request, "partnership/away.html", shown)


def _marked(request: StaffRequest, form: forms.MarkAway) -> bool:
    from_at, until_at, planned = form.span(request.at)
    try:
        actions.mark_away(
            who=form.cleaned_data["who"],
            kind=form.cleaned_data["kind"],
            planned=planned,
            from_at=from_at,
            until_at=until_at,
            by=request.staff,
            at=request.at,
        )
    except actions.EndsTooSoon:
        form.add_error("last", "Last day away must be today or later")
    except PermissionDenied as refused:
        form.add_error("who", str(refused))
    else:
        return True
    return False


@require_POST
def back(request: StaffRequest) -> HttpResponse:
    """Say that somebody is back."""
    form = forms.ComeBack(request.POST)
    if form.is_valid():
        absence = queries.find_absence(request.staff, form.cleaned_data["absence"])
        actions.come_back(absence=absence, by=request.staff, at=request.at)
        messages.success(request, f"{absence.staff.account.name} is back. Nothing moves back by itself.")
    return redirect("rota:away")
