"""The page of a decision, what waits for whom, and the word of a second or a cleared person."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mash.check.policy import may_open_room
from mash.check.queries.waiting import confirmation_due
from mash.common.verdict import require
from mash.contact import allocated
from mash.contact import queries as contacts
from mash.contact.confidence import unit_knows
from mash.decision import actions, content, forms, policy, queries
from mash.decision.climbing import TURNS
from mash.decision.models import Decision
from mash.decision.queries.signposts import query_of, signposts_on
from mash.decision.views.sending import sent
from mash.ledger.actions import record
from mash.outage import actions as outage
from mash.outage import paper
from mash.outage.queries import days_away, times_on_paper
from mash.partnership.http import StaffRequest
from mash.partnership.models import Staff
from mash.people.queries import list_age
from mash.sealed.queries import holds_anything
from mash.triage import noting, repeating
from mash.triage import queries as triage


@require_GET
def waiting(request: StaffRequest) -> HttpResponse:
    """What waits for this worker's word."""
    shown = {
        "decisions": queries.waiting_for(request.staff),
        "grounds": queries.grounds_waiting_for(request.staff),
        "ratings": [
            (one, confirmation_due(one.asked_at) if one.asked_at else None)
            for one in queries.ratings_waiting_for(request.staff)
        ],
        "ground_labels": triage.agreement_labels(),
        "repeats": [(one, repeating.label_of(one.rule)) for one in repeating.waiting_for(request.staff)],
        "notices": noting.to_pass(request.staff, request.at),
        "opened_again": queries.opened_again(request.staff),
        "not_accepted": queries.not_accepted(request.staff, request.at),
        "labels": {one.id: one.label for one in content.outcomes().values()},
        "may_measure": policy.may_measure(request.staff),
        "now": request.at,
    }
    return render(request, "decision/waiting.html", shown)


@require_GET
def page(request: StaffRequest, decision_id: uuid.UUID) -> HttpResponse:
    """A decision: what, why, on what picture, who agreed, who was told and whether they read it."""
    decision = queries.find(request.staff, decision_id)
    asked = _asked(decision)
    return _page(request, decision, forms.Disagree(None, initial={"key": uuid.uuid4()}, asked=asked))


@require_POST
def disagree(request: StaffRequest, decision_id: uuid.UUID) -> HttpResponse:
    """Keep a view against a decision."""
    decision = queries.find(request.staff, decision_id)
    asked = {str(one.pk): one for one in queries.who_was_asked(decision)}
    form = forms.Disagree(request.POST, asked=_asked(decision))
    if not form.is_valid():
        return _page(request, decision, form)
    said = form.cleaned_data
    made = actions.record_dissent(
        key=said["key"],
        decision=decision,
        who=said["who"],
        words=said["words"],
        urgent=said["urgent"] == "yes",
        agency=asked.get(said.get("agency", "")),
        by=request.staff,
        at=request.at,
    )
    return redirect("decision:dissent", made.pk)


@require_http_methods(["GET", "POST"])
def second(request: StaffRequest, decision_id: uuid.UUID) -> HttpResponse:
    """Agree as the second person, or send it back."""
    decision = queries.find(request.staff, decision_id)
    require(policy.may_agree(request.staff, decision))
    return _answer(request, decision, actions.approve, {"kind": "second"})


@require_http_methods(["GET", "POST"])
def clear(request: StaffRequest, decision_id: uuid.UUID) -> HttpResponse:
    """Pass a closing as a cleared person, who is told whether anything sealed is held on the people."""
    decision = queries.find(request.staff, decision_id)
    require(policy.may_clear(request.staff, decision))
    people = queries.keys_of_people(decision)
    cases = queries.episode_of(decision.contact)
    held = [holds_anything(request.staff, case=one.pk, people=people, at=request.at) for one in cases]
    held.append(bool(unit_knows(request.staff, cases)))
    return _answer(request, decision, actions.clear_closing, {"kind": "cleared", "held": any(held)})


@require_http_methods(["GET", "POST"])
def take_back(request: StaffRequest, decision_id: uuid.UUID) -> HttpResponse:
    """Take back one's own decision while it waits."""
    decision = queries.find(request.staff, decision_id)
    require(policy.may_turn_down(request.staff, decision))
    form = forms.TakeBack(sent(request))
    if form.is_valid():
        try:
            actions.turn_down(decision=decision, by=request.staff, at=request.at, **form.cleaned_data)
        except actions.AlreadySaid as said:
            messages.info(request, str(said))
        return redirect("decision:page", decision.pk)
    shown = {"decision": decision, "contact": decision.contact, "form": form}
    return render(request, "decision/take_back.html", shown)


@require_http_methods(["GET", "POST"])
def reopen(request: StaffRequest, decision_id: uuid.UUID) -> HttpResponse:
    """Reopen a decision that stands: the contact returns to the line."""
    decision = queries.find(request.staff, decision_id)
    require(policy.may_reopen(request.staff, decision))
    form = forms.Reopen(sent(request))
    if form.is_valid():
        try:
            actions.reopen(decision=decision, by=request.staff, at=request.at, **form.cleaned_data)
        except actions.AlreadyDecided as first:
            return redirect("decision:page", first.decision.pk)
        return redirect("decision:page", decision.pk)
    shown = {"decision": decision, "contact": decision.contact, "form": form}
    return render(request, "decision/reopen.html", shown)


@require_http_methods(["GET", "POST"])
def pass_on(request: StaffRequest, contact_id: uuid.UUID) -> HttpResponse:
    """Pass a contact to the allocated worker and their manager at once."""
    contact = contacts.find(request.staff, contact_id)
    form = forms.PassOn(sent(request), initial={"key": uuid.uuid4()})
    if form.is_valid():
        try:
            decision = actions.pass_to_allocated_worker(
                contact=contact,
                follows=queries.newest_standing(contact),
                by=request.staff,
                at=request.at,
                **form.cleaned_data,
            )
        except actions.AlreadyDecided as first:
            return render(request, "decision/already.html", {"contact": contact, "decision": first.decision})
        except actions.NotOpen as nobody:
            form.add_error(None, f"{nobody} has no open case, so this contact is decided, not passed on.")
        except actions.NotSettled as who:
            form.add_error(None, f"Settle who this is first: {who}.")
        except actions.AnswersMissing as agencies:
            form.add_error(None, f"A check is open and {agencies} has not answered: decide instead.")
        else:
            return redirect("decision:page", decision.pk)
    shown = {
        "contact": contact,
        "form": form,
        "work": queries.allocated(contact, request.at),
        "workers": allocated.allocated_to(contact, allocated.at_risk_and_settled(contact), request.at),
        "list_age": list_age(contact.hub, request.at),
    }
    return render(request, "decision/pass.html", shown)


def _answer(
    request: StaffRequest, decision: Decision, agree: Callable[..., Decision], shown: dict[str, Any]
) -> HttpResponse:
    shown["on_paper"] = times_on_paper([decision.pk]).get(decision.pk)
    form = forms.Answer(sent(request), days=days_away(decision.hub_id) if shown["on_paper"] else None)
    if form.is_valid() and _answered(request, decision, agree, form):
        return redirect("decision:page", decision.pk)
    record("decision.seen", about=decision, at=request.at, hub_id=decision.hub_id)
    shown["news"] = decision.waits and queries.something_is_new(decision, request.staff, request.at)
    return render(request, "decision/answer.html", _told(decision, request.staff) | {"form": form} | shown)


def _answered(
    request: StaffRequest, decision: Decision, agree: Callable[..., Decision], form: forms.Answer
) -> bool:
    said = form.cleaned_data
    word: dict[str, Any] = {"decision": decision, "why": said["why"], "by": request.staff, "at": request.at}
    try:
        if said["agreed"] == "yes":
            agree(**word, paper=paper.paper_of(said))
        else:
            actions.turn_down(**word)
    except (actions.AlreadySaid, actions.RatedRedSince) as why:
        messages.info(request, str(why))
    except (outage.NotThen, outage.NotThatForm) as why:
        paper.refuse(form, why)
        return False
    return True


def _page(request: StaffRequest, decision: Decision, form: forms.Disagree) -> HttpResponse:
    record(
        "contact.seen",
        about=decision.contact,
        at=request.at,
        hub_id=decision.hub_id,
        detail={"page": "decision"},
    )
    staff = request.staff
    shown = _told(decision, staff) | {
        "form": form,
        "may_agree": decision.waits_for_second and policy.may_agree(staff, decision),
        "may_clear": decision.waits_for_clearance and policy.may_clear(staff, decision),
        "may_open_room": may_open_room(staff, decision.contact),
        "may_take_back": decision.waits and staff.account_id == decision.by.account_id,
        "strategies": queries.strategies(staff, decision.contact),
        "handed_over": queries.handed_over(decision, queries.day_of(request.at)),
        "may_hand_over": bool(policy.may_hand_over(staff, decision)),
        "may_pass_back": bool(policy.may_pass_back(staff, decision)),
        "back_reasons": content.back_reasons(),
        "may_end_work": bool(policy.may_end_work(staff, decision)),
        "opened_again": queries.opened_since(staff, decision),
        "reopened": queries.reopening_of(decision),
        "may_reopen": bool(policy.may_reopen(staff, decision)) and _is_newest(decision),
        "courses": queries.courses_on(decision),
        "signposts": list(signposts_on(decision)),
        "may_name_services": bool(policy.may_name_services(staff, decision)),
        "near": {one.pk: query_of(one, queries.day_of(request.at)) for one in queries.outcomes_of(decision)},
        "turns": TURNS,
        "now": request.at,
    }
    return render(request, "decision/page.html", shown)


def _told(decision: Decision, staff: Staff) -> dict[str, Any]:
    return {
        "decision": decision,
        "contact": decision.contact,
        "outcomes": queries.outcomes_of(decision),
        "labels": {one.id: one.label for one in content.outcomes().values()},
        "levels": queries.level_names(),
        "directions": queries.DIRECTIONS,
        "need_label": queries.need_label,
        "without": queries.without_of(decision),
        "approvals": queries.approvals_of(decision),
        "replies": queries.told_of(decision),
        "picture": queries.spoken(queries.as_seen(decision.snapshot, staff)),
        "steps": content.disagreement_steps(),
    }


def _asked(decision: Decision) -> dict[str, str]:
    return {str(one.pk): one.name for one in queries.who_was_asked(decision)}


def _is_newest(decision: Decision) -> bool:
    newest = queries.newest(decision.contact)
    return newest is not None and newest.pk == decision.pk
