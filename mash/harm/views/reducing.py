"""Pages of what is done about patterns."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods, require_safe

from mash.common.verdict import require
from mash.decision.views.sending import sent
from mash.harm import actions, content, policy, queries
from mash.harm.forms import Close, Note, TakeUp
from mash.harm.views.doing import done
from mash.harm.views.looking import seen
from mash.ledger.actions import record
from mash.partnership.http import StaffRequest


@require_safe
def reductions(request: StaffRequest) -> HttpResponse:
    """What is done about patterns: open ones first, by the day they are due."""
    require(policy.may_see(request.staff))
    page = queries.reductions(request.staff, request.GET.get("page"))
    record(
        "harm.reductions_seen",
        about=request.staff.hub,
        at=request.at,
        hub_id=request.staff.hub_id,
        detail={"subjects": [str(one.subject) for one in page.object_list]},
    )
    return render(request, "harm/reductions.html", {"page": page, "today": localdate(request.at)})


@require_http_methods(["GET", "POST"])
def take_up(request: StaffRequest, about: str, subject: uuid.UUID) -> HttpResponse:
    """Write down what is to make a pattern less."""
    require(policy.may_act(request.staff))
    thing = queries.find(request.staff, about, subject)
    agencies = queries.agencies(request.staff)
    form = TakeUp(
        sent(request), agencies=agencies, initial={"key": uuid.uuid4(), "from_on": localdate(request.at)}
    )
    if form.is_valid():
        said = form.cleaned_data
        key = said.pop("agency")
        agency = next(one for one in agencies if str(one.pk) == key)
        try:
            made = actions.take_up(thing=thing, agency=agency, by=request.staff, at=request.at, **said)
        except actions.NotWhole as refusal:
            form.refuse(refusal.places)
        else:
            messages.success(request, "Kept. It is yours to follow.")
            return redirect("harm:reduction", made.pk)
    seen(request, thing, "take up")
    days = content.numbers()["before_and_after_days"]
    return render(request, "harm/take_up.html", {"form": form, "thing": thing, "span": days})


def _seen(request: StaffRequest, found: queries.Stands, page: str) -> None:
    one = found.reduction
    detail = {"page": page, "subject": str(one.subject)}
    record("harm.reduction_seen", about=one, at=request.at, hub_id=one.hub_id, detail=detail)


@require_safe
def reduction(request: StaffRequest, reduction_id: uuid.UUID) -> HttpResponse:
    """One of them: who answers for it, what was done, and how many events there were before and after."""
    require(policy.may_see(request.staff))
    found = queries.find_reduction(request.staff, reduction_id, request.at)
    _seen(request, found, "one")
    shown = {"found": found, "one": found.reduction, "today": localdate(request.at)}
    return render(request, "harm/reduction.html", shown)


@require_http_methods(["GET", "POST"])
def note(request: StaffRequest, reduction_id: uuid.UUID) -> HttpResponse:
    """Write down what was done of it."""
    require(policy.may_act(request.staff))
    found = queries.find_reduction(request.staff, reduction_id, request.at)
    form = Note(sent(request), initial={"key": uuid.uuid4()})

    def act() -> None:
        actions.note(reduction=found.reduction, by=request.staff, at=request.at, **form.cleaned_data)

    if answer := done(request, form, act, "Kept.", "harm:reduction", reduction_id):
        return answer
    _seen(request, found, "note")
    return render(request, "harm/note.html", {"form": form, "one": found.reduction})


@require_http_methods(["GET", "POST"])
def close(request: StaffRequest, reduction_id: uuid.UUID) -> HttpResponse:
    """Close it with what came of it."""
    require(policy.may_act(request.staff))
    found = queries.find_reduction(request.staff, reduction_id, request.at)
    form = Close(sent(request))

    def act() -> None:
        actions.close(reduction=found.reduction, by=request.staff, at=request.at, **form.cleaned_data)

    if answer := done(request, form, act, "Closed.", "harm:reduction", reduction_id):
        return answer
    _seen(request, found, "close")
    return render(request, "harm/close.html", {"form": form, "found": found, "one": found.reduction})
