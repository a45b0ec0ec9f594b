"""The pages on which a shift is handed over and accepted."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mash.common.verdict import require
from mash.desk.hand_over import actions, forms, policy, queries
from mash.desk.models import HandedOver, HandOver
from mash.desk.policy import may_see_the_line
from mash.ledger.actions import record
from mash.partnership.content import hand_overs, rota_content
from mash.partnership.http import StaffRequest

MOVED = "This line was answered, or the hand-over offered, after you opened the page."


@require_http_methods(["GET", "HEAD", "POST"])
def hand_overs_page(request: StaffRequest) -> HttpResponse:
    """Show both hand-overs and the newest ones; begin one."""
    require(may_see_the_line(request.staff))
    form = forms.Begin(request.POST or None)
    if form.is_valid():
        made = actions.begin(by=request.staff, at=request.at, **form.cleaned_data)
        return redirect("desk:hand_over", made.pk)
    shown = {
        "both": [
            (
                which,
                queries.NAMES[which],
                queries.current(request.staff, which),
                bool(policy.may_hand_over(request.staff, which)),
            )
            for which in hand_overs()
        ],
        "newest": queries.newest(request.staff),
        "names": queries.NAMES,
        "key": uuid.uuid4(),
        "rules": rota_content().hand_over_rules,
    }
    return render(request, "desk/hand_overs.html", shown)


@require_safe
def hand_over(request: StaffRequest, hand_over_id: uuid.UUID) -> HttpResponse:
    """Show a hand-over: to write it, to answer it line by line, or to print it.  Reading it is not accepting it."""
    found = queries.find(request.staff, hand_over_id)
    record("hand_over.seen", about=found, at=request.at, hub_id=found.hub_id)
    return _page(request, found)


def _page(request: StaffRequest, found: HandOver, **forms_: Any) -> HttpResponse:
    lines = queries.lines_of(found)
    staff = request.staff
    shown: dict[str, Any] = {
        "hand_over": found,
        "name": queries.NAMES[found.which],
        "lines": lines,
        "questions": queries.asked_of(found.which),
        "lists": queries.names_of,
        "to_confirm": queries.to_confirm(staff, lines),
        "takes": queries.who_takes(found, request.at),
        "may_write": bool(policy.may_write(staff, found)),
        "may_accept": bool(policy.may_accept(staff, found))
        and bool(found.offered_at)
        and not found.accepted_at,
        "may_settle": bool(policy.may_settle(staff, found)) and not found.accepted_at,
        "all_answered": all(one.state in actions.SETTLED_OR_TAKEN for one in lines),
        "write": forms.Write(hand_over=found, lines=lines),
        "add": forms.AddLine(which=found.which),
        "answers": {
            one.pk: forms.AnswerLine(initial={"line": one.pk}, auto_id=f"id_{one.pk}_%s") for one in lines
        },
        "settlements": {
            one.pk: forms.SettleLine(initial={"line": one.pk}, auto_id=f"id_s{one.pk}_%s") for one in lines
        },
        "now": request.at,
    }
    for name, (key, form) in forms_.items():
        if key is None:
            shown[name] = form
        else:
            shown[name][key] = form
    shown["wrong"] = [form for _, form in forms_.values()]
    return render(request, "desk/hand_over.html", shown)


@require_POST
def write(request: StaffRequest, hand_over_id: uuid.UUID) -> HttpResponse:
    """Keep what is written; make the lists again; or hand over."""
    found = queries.find(request.staff, hand_over_id)
    form = forms.Write(request.POST, hand_over=found, lines=queries.lines_of(found))
    if not form.is_valid():
        return _page(request, found, write=(None, form))
    actions.write(
        hand_over=found, says=form.says, note=form.cleaned_data["note"], by=request.staff, at=request.at
    )
    if request.POST.get("step") == "offer":
        try:
            actions.offer(hand_over=found, by=request.staff, at=request.at)
        except actions.NotWhole as missing:
            form.lacks(missing.lacks)
            return _page(request, found, write=(None, form))
        messages.success(request, "Handed over. You keep the duty until it is accepted by name.")
    elif request.POST.get("step") == "again":
        new = actions.list_again(hand_over=found, by=request.staff, at=request.at)
        messages.info(request, f"New on the lists: {new}.")
    else:
        messages.success(request, "Saved. It is not handed over yet.")
    return redirect("desk:hand_over", found.pk)


@require_POST
def add(request: StaffRequest, hand_over_id: uuid.UUID) -> HttpResponse:
    """Add a line that no list can know."""
    found = queries.find(request.staff, hand_over_id)
    form = forms.AddLine(request.POST, which=found.which)
    if not form.is_valid():
        return _page(request, found, add=(None, form))
    actions.add_line(hand_over=found, by=request.staff, at=request.at, **form.cleaned_data)
    return redirect("desk:hand_over", found.pk)


@require_POST
def answer(request: StaffRequest, hand_over_id: uuid.UUID) -> HttpResponse:
    """Accept, question or refuse one line, by name."""
    found = queries.find(request.staff, hand_over_id)
    line = _line(found, request.POST.get("line", ""))
    form = forms.AnswerLine(request.POST, auto_id=f"id_{line.pk}_%s")
    if form.is_valid():
        try:
            said = {name: form.cleaned_data[name] for name in ("state", "words", "spoken")}
            actions.answer(line=line, by=request.staff, at=request.at, **said)
        except actions.NotWhole as missing:
            form.add_error("spoken" if "spoken" in str(missing) else "words", str(missing))
        except actions.MovedOn:
            form.add_error(None, MOVED)
    return (
        _page(request, found, answers=(line.pk, form))
        if form.errors
        else redirect("desk:hand_over", found.pk)
    )


@require_POST
def settle(request: StaffRequest, hand_over_id: uuid.UUID) -> HttpResponse:
    """Settle one line, as the manager on call."""
    found = queries.find(request.staff, hand_over_id)
    line = _line(found, request.POST.get("line", ""))
    form = forms.SettleLine(request.POST, auto_id=f"id_s{line.pk}_%s")
    if form.is_valid():
        try:
            stays = form.cleaned_data["settled"] == "stays"
            actions.settle(
                line=line, stays=stays, words=form.cleaned_data["words"], by=request.staff, at=request.at
            )
        except actions.MovedOn:
            form.add_error(None, MOVED)
    return (
        _page(request, found, settlements=(line.pk, form))
        if form.errors
        else redirect("desk:hand_over", found.pk)
    )


@require_POST
def accept(request: StaffRequest, hand_over_id: uuid.UUID) -> HttpResponse:
    """Accept the whole, by name, once each line is answered; an empty one too."""
    found = queries.find(request.staff, hand_over_id)
    try:
        actions.accept_whole(hand_over=found, by=request.staff, at=request.at)
    except (actions.NotWhole, actions.MovedOn):
        messages.info(request, "Answer each line first.")
    else:
        messages.success(request, "Accepted. The duty is yours.")
    return redirect("desk:hand_over", found.pk)


def _line(found: HandOver, typed: str) -> HandedOver:
    for one in queries.lines_of(found):
        if str(one.pk) == typed:
            one.hand_over = found
            return one
    raise Http404
