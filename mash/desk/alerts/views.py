"""A worker's own queue of alerts."""

import uuid

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from mash.common.verdict import require
from mash.desk.alerts import actions, queries
from mash.desk.policy import may_see_the_line
from mash.partnership.http import StaffRequest


class See(forms.Form):
    """Which alerts are taken out of the queue."""

    alert = forms.TypedMultipleChoiceField(
        coerce=uuid.UUID, error_messages={"required": "Tick at least one alert"}
    )


@require_http_methods(["GET", "HEAD", "POST"])
def alerts(request: StaffRequest) -> HttpResponse:
    """Show whose clocks are running out, of one's own contacts; take out what was seen."""
    require(may_see_the_line(request.staff))
    found = list(queries.unseen(request.staff))
    form = See(request.POST or None)
    form.fields["alert"].choices = [(str(one.pk), one.step) for one in found]  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        seen = actions.see(alerts=form.cleaned_data["alert"], by=request.staff, at=request.at)
        messages.success(request, f"Taken out of your queue: {seen}. The clocks run on.")
        return redirect("desk:alerts")
    return render(request, "desk/alerts.html", {"alerts": found, "form": form})
