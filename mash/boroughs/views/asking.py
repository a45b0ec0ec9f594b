"""Asking whether another hub knows somebody, and reading what it lets its asker read."""

import uuid

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from mash.boroughs import actions, policy, queries, switch
from mash.boroughs.forms import Ask
from mash.boroughs.views import refusals_on, sent
from mash.common.verdict import require
from mash.ledger.actions import record
from mash.partnership.http import StaffRequest


@require_http_methods(["GET", "POST"])
def ask(request: StaffRequest, contact_id: uuid.UUID, contact_person_id: uuid.UUID) -> HttpResponse:
    """Ask every other hub about somebody in a contact who was settled to be a person on record."""
    contact, person = queries.find_named(request.staff, contact_id, contact_person_id)
    require(policy.may_ask(request.staff, contact))
    form = Ask(sent(request), initial={"key": uuid.uuid4()})
    if person is not None and form.is_valid():
        with refusals_on(form):
            made = actions.ask(
                contact=contact, person=person, by=request.staff, at=request.at, **form.cleaned_data
            )
            return redirect("boroughs:question", made.pk)
    about = person or contact
    record(
        "person.seen" if person else "contact.seen",
        about=about,
        at=request.at,
        hub_id=contact.hub_id,
        detail={"page": "elsewhere"},
    )
    off = "" if switch.key() else switch.OFF
    page = {"contact": contact, "person": person, "form": form, "off": off}
    return render(request, "boroughs/ask.html", page)


@require_safe
def question(request: StaffRequest, question_id: uuid.UUID) -> HttpResponse:
    """Show what was answered to a question, and what each hub said since."""
    standing = queries.find_question(request.staff, question_id)
    one = standing.question
    record(
        "elsewhere.seen", about=one, at=request.at, hub_id=one.hub_id, detail={"person": str(one.person_id)}
    )
    return render(
        request, "boroughs/question.html", {"standing": standing, "contact": one.contact, "now": request.at}
    )


@require_safe
def summary(request: StaffRequest, question_id: uuid.UUID, reply_id: uuid.UUID) -> HttpResponse:
    """Show a summary to the worker that it was granted to, while the grant lasts; both hubs' records say so."""
    one = queries.find_question(request.staff, question_id).question
    reply = queries.find_reply_to(one, reply_id)
    words = actions.read_summary(question=one, reply=reply, by=request.staff, at=request.at)
    page = {"question": one, "contact": one.contact, "reply": reply, "summary": words}
    return render(request, "boroughs/summary.html", page)
