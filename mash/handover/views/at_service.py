"""At the service: its inbox, a hand-over, and what it says of it."""

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mash.common.verdict import require
from mash.decision.content import back_reasons
from mash.decision.views.sending import sent
from mash.handover import actions, policy, queries
from mash.handover.content import number_shape, routes_from
from mash.handover.forms import Accept, ExportAgain, Number, Remark, Return
from mash.handover.models import Pack, Through
from mash.handover.views.at_hub import keep_number
from mash.ledger.actions import record
from mash.partnership.http import StaffRequest


@require_GET
def inbox(request: StaffRequest) -> HttpResponse:
    """What was handed over to this service, the least time left first."""
    require(policy.may_receive(request.staff))
    rows = queries.inbox(request.staff)
    shown = {
        "waiting": [one for one in rows if one.waits],
        "said": [one for one in rows if not one.waits],
        "steps": queries.steps_sent(request.staff),
        "may_give_keys": bool(policy.may_give_keys(request.staff)),
        "now": request.at,
    }
    record("hand_overs.listed", about=request.staff, at=request.at, hub_id=request.staff.hub_id)
    return render(request, "handover/inbox.html", shown)


@require_http_methods(["GET", "POST"])
def received(request: StaffRequest, pack_id: uuid.UUID) -> HttpResponse:
    """A hand-over, what was asked and answered, and a place to ask."""
    state = queries.find_received(request.staff, pack_id)
    form = Remark(sent(request), initial={"key": uuid.uuid4()})
    if form.is_valid():
        try:
            actions.ask(pack=state.pack, by=request.staff, at=request.at, **form.cleaned_data)
        except (actions.NotWhole, actions.AlreadySaid) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, "The hub has been asked. The clock goes on until you accept or return it."
            )
            return redirect("handover:received", state.pack.pk)
    return _show(request, state, "handover/received.html", form=form)


def _show(request: StaffRequest, state: queries.State, template: str, **more: object) -> HttpResponse:
    pack = state.pack
    actions.see(pack=pack, by=request.staff, at=request.at)
    shown = {
        "state": state,
        "pack": pack,
        "said": queries.shown(pack) if state.reads else None,
        "remarks": queries.remarks_of(pack),
        "exports": queries.exports_of(pack),
        "numbers": queries.numbers_of(pack),
        "reasons": back_reasons(),
        "routes": routes_from(pack.agency.kind),
        "again": ExportAgain(),
        "now": request.at,
    }
    return render(request, template, shown | more)


@require_http_methods(["GET", "POST"])
def accept(request: StaffRequest, pack_id: uuid.UUID) -> HttpResponse:
    """Accept a hand-over: who works with them, from when."""
    form = Accept(sent(request))
    done = "Accepted. The case counts as open with you."
    return _say(request, pack_id, form, act=actions.accept, template="handover/accept.html", done=done)


@require_http_methods(["GET", "POST"])
def return_it(request: StaffRequest, pack_id: uuid.UUID) -> HttpResponse:
    """Return a hand-over with reasons."""
    form = Return(sent(request))
    done = "Returned. Whoever sent it has been told, and keeps the case."
    return _say(
        request, pack_id, form, act=actions.return_with_reasons, template="handover/return.html", done=done
    )


def _say(
    request: StaffRequest,
    pack_id: uuid.UUID,
    form: Accept | Return,
    *,
    act: Callable[..., object],
    template: str,
    done: str,
) -> HttpResponse:
    """Give the service's word on a hand-over that waits for it, or say whose word came first."""
    state = queries.find_received(request.staff, pack_id)
    received = redirect("handover:received", state.pack.pk)
    if not state.waits and request.method == "GET":
        return received
    if not form.is_valid():
        return _show(request, state, template, form=form)
    said = form.answers if isinstance(form, Accept) else form.cleaned_data
    try:
        act(pack=state.pack, by=request.staff, at=request.at, **said)
    except actions.NotWhole as refusal:
        form.add_error(None, str(refusal))
        return _show(request, state, template, form=form)
    except actions.AlreadySaid as first:
        messages.info(request, str(first))
    else:
        messages.success(request, done)
    return received


@require_POST
def export(request: StaffRequest, pack_id: uuid.UUID) -> HttpResponse:
    """Download an accepted case for the service's own system: once, and again only for a reason."""
    state = queries.find_received(request.staff, pack_id)
    form = ExportAgain(request.POST)
    try:
        why = form.cleaned_data["why"] if form.is_valid() else ""
        made, body = actions.export(
            pack=state.pack, through=Through.PAGE, why=why, by=request.staff, at=request.at
        )
    except actions.NotWhole as refusal:
        messages.info(request, str(refusal))
        return redirect("handover:received", state.pack.pk)
    except actions.ExportedAlready as before:
        form.add_error("why", str(before))
        return _show(
            request,
            queries.find_received(request.staff, pack_id),
            "handover/received.html",
            form=Remark(initial={"key": uuid.uuid4()}),
            again=form,
        )
    answer = HttpResponse(body, content_type="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="hand-over-{made.pk.hex[:12]}.json"'
    return answer


@require_http_methods(["GET", "POST"])
def number(request: StaffRequest, pack_id: uuid.UUID) -> HttpResponse:
    """Say under which number the service's own system holds the case."""
    state = queries.find_received(request.staff, pack_id)
    form = Number(sent(request))
    if form.is_valid() and keep_number(request, state.pack, form):
        return redirect("handover:received", state.pack.pk)
    return _show(request, state, "handover/number.html", form=form, shape=_shape(state.pack))


def _shape(pack: Pack) -> object:
    return number_shape(pack.agency.kind)
