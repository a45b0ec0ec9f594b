"""What is overdue by agency, and one press to chase it."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from mash.check.actions import chase
from mash.common.verdict import require
from mash.desk.chasing import queries
from mash.desk.policy import may_see_the_line, may_take
from mash.partnership.http import StaffRequest


class Chase(forms.Form):
    """Which agency is chased."""

    agency = forms.UUIDField()


@require_http_methods(["GET", "HEAD", "POST"])
def chasing(request: StaffRequest) -> HttpResponse:
    """Show what agencies owe; chase all that one of them owes in one press."""
    require(may_see_the_line(request.staff))
    form = Chase(request.POST or None)
    if form.is_valid():
        found = queries.owed_by(request.staff, form.cleaned_data["agency"], request.at)
        sent = sum(chase(enquiry=one, by=request.staff, at=request.at) for one in found.enquiries)
        words = (
            f"{found.agency.name}: reminded of {sent}."
            if sent
            else "Reminded less than a quarter of an hour ago."
        )
        messages.success(request, words)
        return redirect("desk:chasing")
    shown = {
        "owed": queries.owed(request.staff, request.at),
        "may_chase": may_take(request.staff),
        "now": request.at,
    }
    return render(request, "desk/chasing.html", shown)
