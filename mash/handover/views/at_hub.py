"""At the hub: reading and sending what a service is handed, and answering what it asks."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from mash.common.verdict import require
from mash.contact.models import Contact
from mash.decision import queries as decisions
from mash.decision.content import back_reasons
from mash.decision.views.sending import sent
from mash.handover import actions, policy, queries
from mash.handover.composing import IN_CONFIDENCE
from mash.handover.content import number_shape
from mash.handover.forms import Number, Reply, SendPack, TakeBack
from mash.handover.models import Pack, Through
from mash.ledger.actions import record
from mash.partnership.http import StaffRequest


@require_http_methods(["GET", "POST"])
def write(request: StaffRequest, outcome_id: uuid.UUID) -> HttpResponse:
    """Read what a service would be handed, leave out what it does not need, and send it."""
    outcome = decisions.find_outcome(request.staff, outcome_id)
    require(policy.may_send(request.staff, outcome.decision))
    draft = queries.drafted(request.staff, outcome)
    form = SendPack(sent(request), draft=draft, initial={"key": uuid.uuid4(), "seen": draft.seen})
    if form.is_valid():
        try:
            pack = actions.send_pack(outcome=outcome, by=request.staff, at=request.at, **form.cleaned_data)
        except actions.NotWhole as refusal:
            form.add_error(None, str(refusal))
            form.data = _with(form.data, draft.seen)
        else:
            messages.success(request, f"Sent to {pack.agency}. It is the hub’s until they accept.")
            return redirect("handover:sent", pack.pk)
    _looked(request, outcome.decision.contact)
    shown = {
        "contact": outcome.decision.contact,
        "decision": outcome.decision,
        "outcome": outcome,
        "draft": draft,
        "form": form,
        "in_confidence": IN_CONFIDENCE,
        "due_at": queries.due_at(outcome.decision.contact.hub, request.at, urgent=draft.urgent),
    }
    return render(request, "handover/write.html", shown)


def _with(data: Any, seen: str) -> Any:
    """Return what was sent with the digest of what the page shows now."""
    fresh = data.copy()
    fresh["seen"] = seen
    return fresh


def _looked(request: StaffRequest, contact: Contact) -> None:
    hub = request.staff.hub_id
    record("contact.seen", about=contact, at=request.at, hub_id=hub, detail={"page": "hand-over"})


@require_GET
def waiting(request: StaffRequest) -> HttpResponse:
    """What waits for a service's word, and steps down that wait for a cleared person's."""
    require(policy.may_see_waiting(request.staff))
    shown = {
        "rows": queries.sent_by_hub(request.staff),
        "to_pass": queries.steps_to_pass(request.staff),
        "now": request.at,
    }
    record("hand_overs.listed", about=request.staff, at=request.at, hub_id=request.staff.hub_id)
    return render(request, "handover/waiting.html", shown)


@require_http_methods(["GET", "POST"])
def sent_pack(request: StaffRequest, pack_id: uuid.UUID) -> HttpResponse:
    """A hand-over as it went, who read it, what the service asks, and the answer."""
    state = queries.find_at_hub(request.staff, pack_id)
    if request.method == "POST":
        require(policy.may_answer_at_hub(request.staff, state.pack))
    form = Reply(sent(request), initial={"key": uuid.uuid4()})
    if form.is_valid():
        try:
            actions.answer_question(pack=state.pack, by=request.staff, at=request.at, **form.cleaned_data)
        except (actions.NotWhole, actions.AlreadySaid) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{state.pack.agency} reads your answer. It still waits for them.")
            return redirect("handover:sent", state.pack.pk)
    _looked(request, state.pack.contact)
    return render(request, "handover/sent.html", _shown(request, state) | {"form": form})


def _shown(request: StaffRequest, state: queries.State) -> dict[str, object]:
    pack = state.pack
    return {
        "state": state,
        "pack": pack,
        "contact": pack.contact,
        "said": queries.shown(pack),
        "remarks": queries.remarks_of(pack),
        "seen": queries.seen_of(pack),
        "exports": queries.exports_of(pack),
        "numbers": queries.numbers_of(pack),
        "chases": queries.chases_of(pack),
        "reasons": back_reasons(),
        "may_answer": bool(policy.may_answer_at_hub(request.staff, pack)),
        "now": request.at,
    }


@require_http_methods(["GET", "POST"])
def take_back(request: StaffRequest, pack_id: uuid.UUID) -> HttpResponse:
    """Take back a hand-over that no service has answered."""
    state = queries.find_at_hub(request.staff, pack_id)
    require(policy.may_answer_at_hub(request.staff, state.pack))
    form = TakeBack(sent(request))
    if form.is_valid():
        try:
            actions.take_back_pack(pack=state.pack, by=request.staff, at=request.at, **form.cleaned_data)
        except actions.NotWhole as refusal:
            form.add_error(None, str(refusal))
        except actions.AlreadySaid as first:
            messages.info(request, str(first))
            return redirect("handover:sent", state.pack.pk)
        else:
            messages.success(request, "Taken back. The service reads its words no more.")
            return redirect("handover:sent", state.pack.pk)
    _looked(request, state.pack.contact)
    return render(request, "handover/take_back.html", _shown(request, state) | {"form": form})


@require_http_methods(["GET", "POST"])
def number(request: StaffRequest, pack_id: uuid.UUID) -> HttpResponse:
    """Write down the case number that a service has told the hub."""
    state = queries.find_at_hub(request.staff, pack_id)
    require(policy.may_answer_at_hub(request.staff, state.pack))
    form = Number(sent(request))
    if form.is_valid() and keep_number(request, state.pack, form):
        return redirect("handover:sent", state.pack.pk)
    _looked(request, state.pack.contact)
    shape = number_shape(state.pack.agency.kind)
    return render(
        request, "handover/number_at_hub.html", _shown(request, state) | {"form": form, "shape": shape}
    )


def keep_number(request: StaffRequest, pack: Pack, form: Number) -> bool:
    """Keep a case number from a page; return whether it was, with the reason on the form where not."""
    try:
        actions.record_number(
            pack=pack, through=Through.PAGE, by=request.staff, at=request.at, **form.cleaned_data
        )
    except actions.NotWhole as refusal:
        form.add_error("number", str(refusal))
    except actions.OnAnotherCase as other:
        form.add_error("same_case_because", f"{other} If that is right, say why.")
    else:
        messages.success(request, "Kept. The case is found by that number.")
        return True
    return False
