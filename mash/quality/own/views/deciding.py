"""Pages of somebody who decides again: the copy, what they would have decided, and stepping aside."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from mash.decision.views.sending import sent
from mash.ledger.actions import record
from mash.partnership.http import StaffRequest
from mash.quality.actions import NotWhole, WrongState
from mash.quality.own import actions, queries
from mash.quality.own.forms import DecideAgain, StepAside


@require_http_methods(["GET", "POST"])
def decide(request: StaffRequest, copy_id: uuid.UUID) -> HttpResponse:
    """Show what was known, and keep what somebody would have decided on it."""
    copy = queries.find_copy(request.staff, copy_id)
    before = queries.my_word(request.staff, copy)
    form = DecideAgain(sent(request), copy=copy, before=before)
    if form.is_valid():
        try:
            actions.decide_again(copy=copy, by=request.staff, at=request.at, **form.said)
        except NotWhole as refusal:
            form.refuse(refusal.places)
        except WrongState as gone:
            messages.info(request, str(gone))
            return redirect("quality:home")
        else:
            messages.success(request, "Kept. You can change it until the other person has answered too.")
            return redirect("quality:home")
    record("quality.copy_seen", about=copy, at=request.at, hub_id=copy.hub_id)
    return render(request, "quality/own/decide.html", {"copy": copy, "form": form, "before": before})


@require_http_methods(["GET", "POST"])
def aside(request: StaffRequest, copy_id: uuid.UUID) -> HttpResponse:
    """Let somebody step aside from a case: somebody else is asked."""
    copy = queries.find_copy(request.staff, copy_id)
    form = StepAside(sent(request))
    if form.is_valid():
        try:
            actions.step_aside(copy=copy, by=request.staff, at=request.at, **form.cleaned_data)
        except NotWhole as refusal:
            form.refuse(refusal.places)
        except WrongState as why:
            messages.info(request, str(why))
            return redirect("quality:home")
        else:
            messages.success(request, "Kept. It is not yours any more, and somebody else is asked.")
            return redirect("quality:home")
    return render(request, "quality/own/aside.html", {"copy": copy, "form": form})
