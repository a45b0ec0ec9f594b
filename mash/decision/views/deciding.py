"""Deciding on a contact, step by step: choose, say more, stop where it weighs, check the answers, save.

Each step carries the answers along in the form, so that going back, reloading or sending twice changes nothing;
only the last one writes.
"""

import uuid
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from mash.common.verdict import ALLOWED, Verdict
from mash.contact import queries as contacts
from mash.decision import actions, content, forms, needs, policy, queries, telling
from mash.decision.models import Decision
from mash.ledger.actions import record
from mash.outage import actions as outage
from mash.outage import paper
from mash.partnership.http import StaffRequest
from mash.people.queries import list_age

AFTER_DETAILS = {"details", "go_on", "save"}
MENDED_BY_CHOOSING = (
    actions.NotSettled,
    actions.AnswersMissing,
    actions.PictureChanged,
    actions.NotAgreed,
    actions.NotWhole,
)


@require_http_methods(["GET", "POST"])
def decide(request: StaffRequest, contact_id: uuid.UUID) -> HttpResponse:
    """Decide on a contact, beside everything that is known of it."""
    contact = contacts.find(request.staff, contact_id)
    made = _made_by_this_form(request, contact)
    if made:
        return redirect("decision:page", made.pk)
    asked = queries.asked(request.staff, contact, request.at)
    record("contact.seen", about=contact, at=request.at, hub_id=contact.hub_id, detail={"page": "decide"})
    if _somebody_was_first(request, asked):
        return render(request, "decision/already.html", {"contact": contact, "decision": asked.newest})
    days = paper.days_for(request, request.staff)
    if request.method == "GET":
        return _choose(request, forms.Choose(None, asked=asked, key=uuid.uuid4(), days=days))
    choose, step = forms.Choose(request.POST, asked=asked, days=days), request.POST.get("step", "")
    known = choose.is_valid() and step in {"choose", "mend_details", *AFTER_DETAILS}
    if not (known and _can_have_been(choose, request)):
        return _choose(request, choose)
    if step not in AFTER_DETAILS:
        typed = {name: request.POST[name] for name in request.POST}
        return _details(request, forms.Details(None, choose=choose, at=request.at, initial=typed))
    return _after_details(request, choose, step)


def _can_have_been(choose: forms.Choose, request: StaffRequest) -> bool:
    """Tell whether it can have been decided at the time on the paper, if it was on one."""
    if not paper.is_on(choose):
        return True
    asked = choose.asked
    facts = queries.facts_before(queries.Event(asked.contact), asked.newest)
    return paper.can_be(choose, hub=asked.contact.hub, facts=facts, at=request.at)


def _after_details(request: StaffRequest, choose: forms.Choose, step: str) -> HttpResponse:
    details = forms.Details(request.POST, choose=choose, at=request.at)
    if details.is_valid():
        try:
            actions.check_told(choose.asked.contact, choose.mains, details.told)
        except (telling.NotForThisReferrer, actions.NotWhole) as refused:
            details.add_error(None, str(refused))
    if not details.is_valid():
        return _details(request, details)
    stops = _stops(choose, details)
    shown = {"contact": choose.asked.contact, "choose": choose, "details": details, "stops": stops}
    shown["carried"] = _carried(request, choose, details)
    if step == "details" and stops:
        return render(request, "decision/interruption.html", shown)
    if step != "save":
        return render(request, "decision/check.html", shown | _answers(request, choose, details))
    return _save(request, choose, details)


def _save(request: StaffRequest, choose: forms.Choose, details: forms.Details) -> HttpResponse:
    said, asked = choose.cleaned_data, choose.asked
    try:
        decision = actions.decide(
            key=said["key"],
            contact=asked.contact,
            follows=asked.newest,
            outcomes=details.outcomes,
            reasons=said["reasons"],
            what_would_change_it=said["what_would_change_it"],
            without=choose.without,
            told=details.told,
            history_read=said["history_read"],
            overrides_agreement=bool(details.gaps),
            seen=said["seen"],
            paper=paper.paper_of(said),
            by=request.staff,
            at=request.at,
        )
    except actions.AlreadyDecided as first:
        shown = {"contact": asked.contact, "decision": first.decision}
        return render(request, "decision/already.html", shown)
    except (outage.NotThen, outage.NotThatForm) as why:
        paper.refuse(choose, why)
        return _choose(request, choose)
    except MENDED_BY_CHOOSING as refused:
        choose.add_error(None, str(refused) or forms.STALE)
        return _choose(request, choose)
    return redirect("decision:page", decision.pk)


def _made_by_this_form(request: StaffRequest, contact: Any) -> Decision | None:
    try:
        key = uuid.UUID(request.POST.get("key", ""))
    except ValueError:
        return None
    return queries.by_key(request.staff, contact, key)


def _somebody_was_first(request: StaffRequest, asked: queries.Asked) -> bool:
    """Tell whether a decision waits, or was made after this form was opened."""
    newest = asked.newest
    if newest is None:
        return False
    return newest.waits or (request.method == "POST" and request.POST.get("follows") != str(newest.pk))


def _choose(request: StaffRequest, choose: forms.Choose) -> HttpResponse:
    asked = choose.asked
    shown = {
        "form": choose,
        "facts": asked,
        "contact": asked.contact,
        "picture": queries.spoken(asked.picture),
        "now": request.at,
        "list_age": list_age(asked.contact.hub, request.at),
        "may": policy.NOT_BY_NIGHT if request.staff.works_nights else _may_decide(request, asked),
        "carried": _typed_further(request, choose),
    }
    return render(request, "decision/decide.html", shown)


def _may_decide(request: StaffRequest, asked: queries.Asked) -> Verdict:
    """Tell whether this worker may decide here at all, and anew where the last decision was found wrong."""
    anew = policy.may_decide_anew(request.staff, asked.newest)
    return _may_decide_anything(asked) if anew else anew


def _may_decide_anything(asked: queries.Asked) -> Verdict:
    """Tell whether this worker may choose an outcome for everybody at risk."""
    if all(one.mains for one in asked.people):
        return ALLOWED
    who = (
        needs.WHO["decision_maker"] if asked.colour == "red" else f"{needs.WHO['social_worker']} or a manager"
    )
    return Verdict(f"This contact is decided by {who}.")


def _details(request: StaffRequest, details: forms.Details) -> HttpResponse:
    shown = {"form": details, "contact": details.asked.contact, "facts": details.asked}
    return render(
        request, "decision/details.html", shown | {"carried": _carried(request, details.choose, None)}
    )


def _carried(
    request: StaffRequest, choose: forms.Choose, details: forms.Details | None
) -> list[tuple[str, str]]:
    """Return what earlier steps were answered, to go along unseen."""
    names = [*choose.fields, *(details.fields if details else ())]
    fresh = {"seen": [choose.asked.seen]}
    return [(name, str(one)) for name in names for one in fresh.get(name) or request.POST.getlist(name) or []]


def _typed_further(request: StaffRequest, choose: forms.Choose) -> list[tuple[str, str]]:
    """Return what was typed on the later page, so that going back to choose loses nothing."""
    gone = {*choose.fields, "step", "csrfmiddlewaretoken"}
    return [(name, one) for name in request.POST if name not in gone for one in request.POST.getlist(name)]


def _stops(choose: forms.Choose, details: forms.Details) -> list[str]:
    """Return what a decider is asked to stop and think at, in words."""
    found = []
    closing = any(one.id in telling.ENDS_WITH_NOTHING for one in choose.mains)
    if choose.asked.colour == "red" and closing:
        found.append("You chose no further action, and this contact is rated red.")
    if details.gaps:
        found += [
            f"{outcome.label} for {about} needs agreement, and nobody has given it."
            for about, outcome in details.gaps
        ]
    return found


def _answers(request: StaffRequest, choose: forms.Choose, details: forms.Details) -> dict[str, Any]:
    """Return what was answered, person by person and referrer by referrer, and whose word it will wait for."""
    asked, outcomes = choose.asked, details.outcomes
    moves, approvals = actions.weigh(
        contact=asked.contact,
        outcomes=outcomes,
        colour=asked.colour,
        repeat=bool(asked.picture["repeats"]),
        at=request.at,
    )
    people = []
    for place, one in enumerate(asked.people):
        said = [(field.label, field.value()) for _, fields in details.fields_about(place) for field in fields]
        level = choose.cleaned_data[f"p{place}_level"]
        main = next(
            move
            for move, proposed in zip(moves, outcomes, strict=True)
            if proposed.about == one.person and content.outcomes()[proposed.outcome].kind == "main"
        )
        people.append((one.person, choose.chosen(place), level, main, said))
    told = [
        (contact, [(field.label, field.value()) for field in details.fields_told(place)])
        for place, contact in enumerate(asked.told)
    ]
    return {
        "people": people,
        "told": told,
        "approvals": approvals,
        "directions": queries.DIRECTIONS,
        "levels": queries.level_names(),
        "on_paper": paper.in_words(choose.cleaned_data),
    }
