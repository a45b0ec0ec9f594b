"""How long the hub takes."""

from datetime import datetime, time, timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import get_current_timezone
from django.views.decorators.http import require_GET

from mash.common.verdict import require
from mash.decision import forms, policy, queries
from mash.decision.turnaround import spoken, spoken_elapsed
from mash.partnership.http import StaffRequest


@require_GET
def turnaround(request: StaffRequest) -> HttpResponse:
    """How long each stage took with the contacts received in a period, with the definition of every figure."""
    require(policy.may_measure(request.staff))
    form = forms.Period(request.GET if "from_on-year" in request.GET else None)
    from_, until = queries.last_days(request.at)
    if form.is_valid():
        zone = get_current_timezone()
        from_ = datetime.combine(form.cleaned_data["from_on"], time(), tzinfo=zone)
        until = datetime.combine(form.cleaned_data["until_on"] + timedelta(days=1), time(), tzinfo=zone)
    found = queries.turnaround_of(request.staff.hub, from_, until, request.at)
    shown = {
        "form": form,
        "from_at": from_,
        "until_at": until - timedelta(seconds=1),
        "figures": found.stages,
        "rows": {"stages": [(one.label, one) for one in found.stages], "agencies": found.agencies},
        "spoken": spoken,
        "spoken_elapsed": spoken_elapsed,
    }
    return render(request, "decision/turnaround.html", shown)
