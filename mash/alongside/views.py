"""Pages of what goes alongside a decision: in a case, in the hub, one by itself, and what happens to it."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localtime
from django.views.decorators.http import require_http_methods, require_safe

from mash.alongside import actions, content, policy, queries
from mash.alongside.forms import Happened, Open, Receive, SayResult, Send
from mash.common.verdict import require
from mash.contact import queries as contacts
from mash.contact.models import Contact
from mash.decision.content import Outcome
from mash.decision.views.sending import sent
from mash.ledger.actions import record
from mash.partnership.http import StaffRequest


@require_safe
def listed(request: StaffRequest) -> HttpResponse:
    """What goes alongside in the hub: overdue, open and ended, each as far as the worker may see it."""
    require(policy.may_list(request.staff))
    record("alongside.listed", about=request.staff, at=request.at, hub_id=request.staff.hub_id)
    lists = queries.listed(request.staff, request.at)
    return render(request, "alongside/listed.html", {"lists": lists, "now": request.at})


@require_safe
def on_case(request: StaffRequest, contact_id: uuid.UUID) -> HttpResponse:
    """What goes alongside in a case, and what may be opened there."""
    contact = contacts.find(request.staff, contact_id)
    _looked(request, contact)
    colour = queries.colour_of(contact)
    may = [
        one
        for one in content.offered()
        if policy.may_open(request.staff, contact, one, colour) and queries.may_be_for(contact, one)
    ]
    shown = {
        "contact": contact,
        "alongside": queries.on_case(request.staff, contact),
        "may": may,
        "labels": {one.id: one.label for one in content.offered()},
        "now": request.at,
    }
    return render(request, "alongside/on_case.html", shown)


def _looked(request: StaffRequest, contact: Contact) -> None:
    hub = request.staff.hub_id
    record("contact.seen", about=contact, at=request.at, hub_id=hub, detail={"page": "alongside"})


def _offered(kind: str) -> Outcome:
    found = next((one for one in content.offered() if one.id == kind), None)
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "POST"])
def open_one(request: StaffRequest, contact_id: uuid.UUID, kind: str) -> HttpResponse:
    """Ask what something needs before it goes alongside, and open it."""
    contact = contacts.find(request.staff, contact_id)
    outcome = _offered(kind)
    require(policy.may_open(request.staff, contact, outcome, queries.colour_of(contact)))
    people = queries.may_be_for(contact, outcome)
    if not people:
        raise Http404
    form = Open(
        sent(request),
        outcome=outcome,
        people=people,
        causes=queries.may_cause_harm(contact) if outcome.never_told else (),
        asks=sorted({queries.agreement_asked(one, outcome) for one in people}),
        at=request.at,
        initial={"key": uuid.uuid4()},
    )
    if form.is_valid():
        try:
            made = actions.open_alongside(
                contact=contact, outcome=outcome, by=request.staff, at=request.at, **form.said
            )
        except actions.NotWhole as refusal:
            form.refuse(refusal.places)
        except actions.ThereAlready as there:
            messages.info(request, str(there))
            return redirect("alongside:one", there.key)
        else:
            messages.success(request, "Opened. Nothing has gone anywhere yet: it is yours to send.")
            return redirect("alongside:one", made.pk)
    _looked(request, contact)
    shown = {
        "contact": contact,
        "outcome": outcome,
        "kind": content.kind_of(outcome),
        "form": form,
        "ask_too": next((one for one in content.offered() if one.id == outcome.ask_too), None),
    }
    return render(request, "alongside/open.html", shown)


def _seen(request: StaffRequest, state: queries.State, page: str) -> None:
    one = state.one
    detail = {"page": page, "contact": str(one.contact_id)}
    record("alongside.seen", about=one, at=request.at, hub_id=one.hub_id, detail=detail)


def _shown(request: StaffRequest, state: queries.State) -> dict[str, Any]:
    return {
        "state": state,
        "one": state.one,
        "contact": state.one.contact,
        "happenings": sorted(state.one.happenings.all(), key=lambda row: (row.at, str(row.pk))),
        "may_follow": bool(policy.may_follow(request.staff, state.one)),
        "kind": content.kinds().get(state.one.kind),
        "now": request.at,
    }


@require_safe
def one(request: StaffRequest, alongside_id: uuid.UUID) -> HttpResponse:
    """How one stands: what was said, by when, to whom it went, who has it and what came of it."""
    state = queries.find(request.staff, alongside_id)
    _seen(request, state, "one")
    return render(request, "alongside/one.html", _shown(request, state))


@require_safe
def paper(request: StaffRequest, alongside_id: uuid.UUID) -> HttpResponse:
    """What goes to whom it is for, on a sheet by itself."""
    state = queries.find(request.staff, alongside_id)
    _seen(request, state, "paper")
    return render(request, "alongside/paper.html", _shown(request, state) | {"hub": state.one.hub})


@require_http_methods(["GET", "POST"])
def send(request: StaffRequest, alongside_id: uuid.UUID) -> HttpResponse:
    """Write down to whom it went, how and when."""
    state = queries.find(request.staff, alongside_id)
    named = queries.named_contacts(request.staff, state.one.kind, request.at)
    form = Send(sent(request), named=named, initial=_now(request))
    return _kept(
        request,
        state,
        form,
        actions.send,
        template="send",
        done="Kept. Sent is not received: write down who has it.",
    )


@require_http_methods(["GET", "POST"])
def receive(request: StaffRequest, alongside_id: uuid.UUID) -> HttpResponse:
    """Write down who has it, and when."""
    state = queries.find(request.staff, alongside_id)
    form = Receive(sent(request), initial=_now(request))
    return _kept(request, state, form, actions.receive, template="receive", done="Kept.")


@require_http_methods(["GET", "POST"])
def say_result(request: StaffRequest, alongside_id: uuid.UUID) -> HttpResponse:
    """Write down what came of it."""
    state = queries.find(request.staff, alongside_id)
    results = content.results_of(state.one.kind)
    asks = {one.id: one.asks for one in results}
    form = SayResult(sent(request), results=results, initial=_now(request))
    return _kept(request, state, form, actions.say_result, template="result", done="Kept.", asks=asks)


def _now(request: StaffRequest) -> dict[str, Any]:
    here = localtime(request.at)
    return {"key": uuid.uuid4(), "on": here.date(), "clock": f"{here:%H:%M}"}


def _kept(
    request: StaffRequest,
    state: queries.State,
    form: Happened,
    act: Callable[..., object],
    *,
    template: str,
    done: str,
    **more: object,
) -> HttpResponse:
    require(policy.may_follow(request.staff, state.one))
    if form.is_valid():
        try:
            act(one=state.one, by=request.staff, at=request.at, **form.said)
        except actions.NotWhole as refusal:
            form.refuse(refusal.places)
        except actions.HasEnded as first:
            messages.info(request, str(first))
            return redirect("alongside:one", state.one.pk)
        else:
            messages.success(request, done)
            return redirect("alongside:one", state.one.pk)
    elif state.end:
        messages.info(request, "It has ended. Nothing more is written down.")
        return redirect("alongside:one", state.one.pk)
    _seen(request, state, template)
    return render(request, f"alongside/{template}.html", _shown(request, state) | {"form": form} | more)
