"""Disagreements at the hub's desk: the list with its clocks, one with its course, an answer, a word, and the end."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from mash.common.verdict import require
from mash.decision import actions, policy
from mash.decision.climbing import TURNS
from mash.decision.disagreeing_forms import Answer, End, Move
from mash.decision.models import Dissent
from mash.decision.queries import disagreeing as queries
from mash.ledger.actions import record
from mash.partnership.http import StaffRequest

MOVED_ON = "This disagreement has moved on since you opened the page. What you wrote is below."
NEWER = "A newer decision stands already: record that the decision was changed."


@require_safe
def dissents(request: StaffRequest) -> HttpResponse:
    """Show what goes on with its clocks, immediate risk first, and what was learnt from those that ended."""
    require(policy.may_measure(request.staff))
    shown = {
        "going_on": queries.going_on(request.staff, request.at),
        "ended": queries.ended_lately(request.staff),
        "turns": TURNS,
        "now": request.at,
    }
    return render(request, "decision/dissents.html", shown)


@require_safe
def dissent(request: StaffRequest, dissent_id: uuid.UUID) -> HttpResponse:
    """One disagreement: who, in what words, what was answered at each stage, and what may be done now."""
    return _page(request, queries.find_dissent(request.staff, dissent_id))


@require_POST
def answer_dissent(request: StaffRequest, dissent_id: uuid.UUID) -> HttpResponse:
    """Answer it at the stage where it stands."""
    found = queries.find_dissent(request.staff, dissent_id)
    require(policy.may_answer_dissent(request.staff, found))
    form = Answer(request.POST)
    if form.is_valid():
        try:
            actions.answer_dissent(dissent=found, by=request.staff, at=request.at, **form.cleaned_data)
        except actions.NotItsTurn:
            form.add_error(None, MOVED_ON)
        else:
            messages.success(request, "Answered. Whoever disagrees now says whether they agree.")
            return redirect("decision:dissent", found.pk)
    return _page(request, found, answer=form)


@require_POST
def word_of_dissent(request: StaffRequest, dissent_id: uuid.UUID) -> HttpResponse:
    """Write down what whoever disagrees says of it now."""
    found = queries.find_dissent(request.staff, dissent_id)
    form = Move(request.POST, stands=queries.standing_of(found))
    if form.is_valid():
        try:
            moved(found, form, who=form.cleaned_data["who"], request=request)
        except actions.NotItsTurn:
            form.add_error(None, MOVED_ON)
        else:
            return redirect("decision:dissent", found.pk)
    return _page(request, found, move=form)


@require_POST
def end_dissent(request: StaffRequest, dissent_id: uuid.UUID) -> HttpResponse:
    """Record how it ended and what was learnt."""
    found = queries.find_dissent(request.staff, dissent_id)
    require(policy.may_end_dissent(request.staff, found))
    form = End(request.POST, stands=queries.standing_of(found))
    if form.is_valid():
        try:
            actions.end_dissent(dissent=found, by=request.staff, at=request.at, **form.cleaned_data)
        except actions.NotItsTurn:
            form.add_error(None, MOVED_ON)
        except actions.AlreadyDecided:
            form.add_error("outcome", NEWER)
        else:
            messages.success(request, "Recorded. The disagreement has ended.")
            return redirect("decision:dissent", found.pk)
    return _page(request, found, end=form)


def moved(found: Dissent, form: Move, *, who: str, request: StaffRequest) -> None:
    """Do what was said of a disagreement.  Raises NotItsTurn where it has moved on."""
    said, by, at = form.cleaned_data, request.staff, request.at
    words = said["text"]
    if said["move"] == "withdrawn":
        actions.withdraw_dissent(dissent=found, words=words, by=by, at=at)
    elif said["move"] == "higher":
        actions.take_higher(dissent=found, from_stage=said["stage"], why=words, by=by, at=at)
    else:
        agrees = said["move"] == "agrees"
        actions.say_of_answer(
            dissent=found, key=said["key"], agrees=agrees, who=who, text=words, by=by, at=at
        )
    messages.success(request, "Kept.")


def _page(request: StaffRequest, found: Dissent, **said: forms.Form) -> HttpResponse:
    contact = found.decision.contact
    record("contact.seen", about=contact, at=request.at, hub_id=found.hub_id, detail={"page": "dissent"})
    course = queries.course_of(found)
    stands, staff = course.standing, request.staff
    fresh: dict[str, Any] = {"key": uuid.uuid4(), "stage": stands.number}
    may_answer = stands.turn in {"hub", "them"} and bool(
        policy.may_answer_dissent(staff, found) and policy.may_answer_stage(staff, found, stands.number)
    )
    shown = {
        "course": course,
        "contact": contact,
        "answer": said.get("answer") or (Answer(initial=fresh) if may_answer else None),
        "move": said.get("move") or (Move(initial=fresh, stands=stands) if stands.is_open else None),
        "end": said.get("end")
        or (End(stands=stands) if stands.is_open and policy.may_end_dissent(staff, found) else None),
        "why_not": policy.may_answer_stage(staff, found, stands.number).refusal,
        "turns": TURNS,
        "now": request.at,
    }
    return render(request, "decision/dissent.html", shown | {"errors": next(iter(said.values()), None)})
