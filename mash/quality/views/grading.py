"""Pages of a grader: a referral without its sender, the grade, and stepping aside."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from mash.decision.views.sending import sent
from mash.ledger.actions import record
from mash.partnership.http import StaffRequest
from mash.quality import actions, queries
from mash.quality.forms import GradeReferral, StepAside, own_word
from mash.quality.models import Sheet


def _seen(request: StaffRequest, sheet: Sheet) -> None:
    record("quality.sheet_seen", about=sheet, at=request.at, hub_id=sheet.hub_id)


@require_http_methods(["GET", "POST"])
def grade(request: StaffRequest, sheet_id: uuid.UUID) -> HttpResponse:
    """Show a referral without its sender, and keep the grade; once it is given, show that."""
    sheet = queries.find_to_grade(request.staff, sheet_id)
    given = queries.own_grade(request.staff, sheet)
    form = GradeReferral(None if given else sent(request), key=uuid.uuid4())
    if form.is_valid():
        try:
            actions.give_grade(sheet=sheet, by=request.staff, at=request.at, **form.said)
        except actions.NotWhole as refusal:
            form.refuse(refusal.places)
        except actions.WrongState as first:
            messages.info(request, str(first))
            return redirect("quality:grade", sheet.pk)
        else:
            messages.success(request, f"Kept: referral {sheet.place} is graded.")
            return redirect("quality:home")
    _seen(request, sheet)
    shown = {"sheet": sheet, "form": form, "given": given, "own": own_word(given) if given else []}
    return render(request, "quality/grade.html", shown)


@require_http_methods(["GET", "POST"])
def aside(request: StaffRequest, sheet_id: uuid.UUID) -> HttpResponse:
    """Let a grader step aside from a referral."""
    sheet = queries.find_to_grade(request.staff, sheet_id)
    form = StepAside(sent(request))
    if form.is_valid():
        try:
            actions.step_aside(sheet=sheet, by=request.staff, at=request.at, **form.cleaned_data)
        except actions.NotWhole as refusal:
            form.refuse(refusal.places)
        except actions.WrongState as first:
            messages.info(request, str(first))
            return redirect("quality:grade", sheet.pk)
        else:
            messages.success(request, "Kept. It is not yours any more, and the lead gives it to another.")
            return redirect("quality:home")
    return render(request, "quality/aside.html", {"sheet": sheet, "form": form})
