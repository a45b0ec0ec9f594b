"""Families on their way to another hub: the list, the pack, and what each hub says."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from mash.boroughs import actions, policy, queries
from mash.boroughs.forms import Accept, Because, Send
from mash.boroughs.models import Transfer
from mash.boroughs.views import refusals_on, sent
from mash.common.verdict import require
from mash.ledger.actions import record
from mash.partnership.http import StaffRequest


@require_safe
def on_their_way(request: StaffRequest) -> HttpResponse:
    """Show which families were sent to this hub and from it, and which wait for a word."""
    require(policy.may_transfer(request.staff))
    rows = queries.on_their_way(request.staff)
    record("transfers.listed", about="boroughs.transfer", at=request.at, hub_id=request.staff.hub_id)
    return render(request, "boroughs/transfers.html", {"rows": rows, "now": request.at})


@require_http_methods(["GET", "POST"])
def send(request: StaffRequest, outcome_id: uuid.UUID) -> HttpResponse:
    """Send a pack about a family that has moved to another hub of this installation."""
    outcome = queries.outcome_to_move(request.staff, outcome_id)
    require(policy.may_transfer(request.staff))
    contact = outcome.decision.contact
    hubs = list(queries.hubs_to_move_to(contact.hub))
    first = {
        "key": uuid.uuid4(),
        "worries": outcome.decision.reasons,
        "safety": outcome.needs.get("interim_safety", ""),
    }
    form = Send(sent(request), hubs=hubs, initial=first)
    if form.is_valid():
        with refusals_on(form):
            made = actions.send(outcome=outcome, by=request.staff, at=request.at, **form.cleaned_data)
            messages.success(request, f"Sent to {made.to.name}. The duty stays here until they accept.")
            return redirect("boroughs:transfer", made.pk)
    record(
        "decision.seen",
        about=outcome.decision,
        at=request.at,
        hub_id=contact.hub_id,
        detail={"page": "transfer"},
    )
    page = {"outcome": outcome, "contact": contact, "form": form, "hubs": hubs}
    return render(request, "boroughs/send.html", page)


@require_safe
def transfer(request: StaffRequest, transfer_id: uuid.UUID) -> HttpResponse:
    """Show one pack, as it was sent, and what became of it."""
    one = _seen(request, transfer_id)
    page = {
        "transfer": one,
        "waits": queries.waits_for_word(one),
        "sent_here": policy.is_sent_here(request.staff, one),
        "may_say": bool(policy.may_transfer(request.staff)),
    }
    return render(request, "boroughs/transfer.html", page)


@require_http_methods(["GET", "POST"])
def accept(request: StaffRequest, transfer_id: uuid.UUID) -> HttpResponse:
    """Take a family on: it becomes a contact on this hub's own line."""
    one = _seen(request, transfer_id, here=True)
    form = Accept(sent(request))
    if form.is_valid():
        with refusals_on(form):
            made = actions.accept(transfer=one, by=request.staff, at=request.at, **form.cleaned_data)
            messages.success(request, f"Taken on as {made.reference}. The other hub reads your words.")
            return redirect("boroughs:transfer", one.pk)
    return _form(request, one, form, "Take this family on", "Take them on")


@require_http_methods(["GET", "POST"])
def decline(request: StaffRequest, transfer_id: uuid.UUID) -> HttpResponse:
    """Decline a family: the hub that sent it keeps the duty."""
    one = _seen(request, transfer_id, here=True)
    form = Because(
        sent(request), label="Why do you decline?", help_text="The other hub reads it, and keeps the duty"
    )
    return _say(request, one, form, actions.decline, title="Decline this family", button="Decline")


@require_http_methods(["GET", "POST"])
def take_back(request: StaffRequest, transfer_id: uuid.UUID) -> HttpResponse:
    """Take a pack back that nobody has answered."""
    one = _seen(request, transfer_id, here=False)
    form = Because(sent(request), label="Why is it taken back?", help_text="The other hub reads it")
    return _say(request, one, form, actions.take_back, title="Take the transfer back", button="Take it back")


def _seen(request: StaffRequest, transfer_id: uuid.UUID, *, here: bool | None = None) -> Transfer:
    """Return a transfer, and write that it is shown.  here: only for the hub it was sent to, or only for the first."""
    one = queries.find_transfer(request.staff, transfer_id)
    if here is not None:
        require(policy.may_transfer(request.staff))
        if policy.is_sent_here(request.staff, one) != here:
            raise Http404
    record("transfer.seen", about=one, at=request.at, hub_id=request.staff.hub_id)
    return one


def _say(
    request: StaffRequest,
    one: Transfer,
    form: Because,
    action: Callable[..., None],
    *,
    title: str,
    button: str,
) -> HttpResponse:
    if form.is_valid():
        with refusals_on(form):
            action(transfer=one, words=form.cleaned_data["why"], by=request.staff, at=request.at)
            messages.success(request, "Recorded. The other hub reads your words.")
            return redirect("boroughs:transfer", one.pk)
    return _form(request, one, form, title, button)


def _form(request: StaffRequest, one: Transfer, form: Any, title: str, button: str) -> HttpResponse:
    page = {"title": title, "caption": f"{one.hub.name}, {one.reference}", "form": form, "button": button}
    return render(request, "boroughs/say.html", page | {"back": ("boroughs:transfer", one.pk)})
