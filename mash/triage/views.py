"""The screener's workspace, and the small pages beside it."""

import uuid
from datetime import datetime, time
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mash.common.clock import LONDON
from mash.common.verdict import require
from mash.contact import actions as contacts
from mash.contact import allocated
from mash.contact.content import categories, duties_of
from mash.contact.models import Contact
from mash.outage import actions as outage
from mash.outage import paper
from mash.partnership.http import StaffRequest
from mash.partnership.queries import is_restricted
from mash.people.queries import list_age
from mash.triage import (
    about,
    actions,
    adults,
    confirming,
    fixed,
    forms,
    looking_again,
    noting,
    policy,
    queries,
    repeating,
    routes,
    settling,
)
from mash.triage.content import pause_reasons
from mash.triage.models import Sought
from mash.triage.opened import opened

SETTLED = (
    "Somebody else has said who {} is, and nothing of this form is saved. Their word stands among the people."
)
CHANGED = "Somebody else rated this contact after you opened the page. Read their rating below, then decide."


# The line


@require_POST
def take_next(request: StaffRequest) -> HttpResponse:
    """Take the most urgent contact that nobody works on."""
    contact = actions.take_next(by=request.staff, at=request.at)
    if contact:
        return redirect("triage:page", contact.pk)
    messages.info(request, "Nothing is waiting that nobody works on.")
    return redirect("desk:worklist")


@require_POST
def take(request: StaffRequest, contact_id: uuid.UUID) -> HttpResponse:
    """Work on this one."""
    contact = queries.find(request.staff, contact_id)
    try:
        actions.hold(contact=contact, by=request.staff, at=request.at)
    except actions.HeldByAnother as held:
        messages.info(request, f"{held.hold.staff.account.name} works on this contact now.")
    return redirect("triage:page", contact.pk)


@require_POST
def let_go(request: StaffRequest, contact_id: uuid.UUID) -> HttpResponse:
    """Give it back to the line."""
    actions.let_go(contact=queries.find(request.staff, contact_id), by=request.staff, at=request.at)
    return redirect("desk:worklist")


# The workspace


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: StaffRequest, contact_id: uuid.UUID) -> HttpResponse:
    """Show what came in, what is known, and the form; then its answers to check; then save them."""
    contact = opened(request, contact_id, "triage")
    newest = queries.newest_rating(contact)
    form = forms.Screening(
        request.POST or None,
        people=settling.forms_sent(contact, request.POST),
        contact=contact,
        rated=newest is not None,
        on=request.at.astimezone(LONDON).date(),
        days=paper.days_for(request, request.staff),
        initial={"key": uuid.uuid4(), "after": newest.pk if newest else None},
    )
    if not policy.may_rate(request.staff, contact, "first") and "colour" in form.fields:
        del form.fields["colour"], form.fields["why"]
        form.fields.pop("danger_answered", None)
    if form.is_valid() and request.POST.get("step") != "change":
        saves, facts = request.POST.get("step") == "save", queries.facts_before(contact, newest)
        if not saves and paper.can_be(form, hub=contact.hub, facts=facts, at=request.at):
            return _to_check(request, contact, form)
        if saves and _save(request, contact, form):
            return redirect("triage:saved", contact.pk)
    return render(request, "triage/page.html", _workspace(request, contact, form))


def _to_check(request: StaffRequest, contact: Contact, form: forms.Screening) -> HttpResponse:
    """Show the answers once more, with what is held on those who were chosen."""
    words = settling.said(form.people)
    known = settling.known_of(contact, words, by=request.staff, at=request.at)
    shown = {
        "contact": contact,
        "forms": [*form.people, form],
        "answers": [*settling.in_words(words, known), *_said(form)],
        "known": known,
        "restricts": about.sensitive(form.answers["categories"]) if not is_restricted(contact.pk) else [],
    }
    return render(request, "triage/answers.html", shown)


def _save(request: StaffRequest, contact: Contact, form: forms.Screening) -> bool:
    try:
        return _screened(request, contact, form)
    except (outage.NotThen, outage.NotThatForm) as why:
        paper.refuse(form, why)
        return False


def _screened(request: StaffRequest, contact: Contact, form: forms.Screening) -> bool:
    who = settling.said(form.people)
    try:
        actions.screen(contact=contact, who=who, by=request.staff, at=request.at, **form.answers)
    except contacts.AlreadySettled as refusal:
        form.add_error(None, SETTLED.format(refusal.who))
    except contacts.NotSettled as refusal:
        here = next(one for one in form.people if one.who == refusal.who)
        here.add_error("choice", refusal.words)
    except actions.ChangedMeanwhile:
        form.add_error(None, CHANGED)
    except actions.NotRated:
        form.add_error(None, "A social worker rates the contact before it is sent on.")
    except actions.NotInForce:
        form.add_error("bases", "One of these is not in force today")
    except actions.NotForRecord as refusal:
        form.add_error("route", str(refusal))
    except PermissionDenied:
        if form.cleaned_data.get("route") != routes.NOTED:
            raise
        form.add_error("route", "A notice is recorded and ended by a social worker or the manager.")
    else:
        return True
    return False


def _said(form: forms.Screening) -> list[dict[str, Any]]:
    """Return question and answer for each thing that was filled in."""
    rows = []
    for name, field in form.fields.items():
        value = form.cleaned_data.get(name)
        if name in {"key", "after", *paper.NAMES} or not value:
            continue
        labels = {str(code): str(words) for code, words in getattr(field, "choices", [])}
        chosen = value if isinstance(value, list) else [value]
        words = "Yes" if value is True else "; ".join(labels.get(str(one), str(one)) for one in chosen)
        rows.append({"question": field.label, "answer": words})
    on_paper = paper.in_words(form.cleaned_data)
    return [{"question": "Rated on paper", "answer": on_paper}, *rows] if on_paper else rows


def _workspace(request: StaffRequest, contact: Contact, form: forms.Screening) -> dict[str, Any]:
    staff, at = request.staff, request.at
    prefetch_related_objects([contact], "readings", "people")
    may_work = bool(policy.may_work_on(staff, contact))
    asking = settling.asking(contact, form.people, by=staff, at=at) if may_work else None
    route = queries.newest_route(contact)
    ratings = queries.rating_history(contact)
    return {
        "contact": contact,
        "form": form,
        "forms": [*(one for _, one in asking.each), form] if asking else [form],
        "asking": asking,
        "said": contact.message,
        "referrer": queries.referrer(staff, contact),
        "additions": queries.additions(contact),
        "people": queries.people_with_names(contact),
        "open_work": queries.open_work(contact, at),
        "list_age": list_age(contact.hub, at),
        "workers": allocated.allocated_to(contact, allocated.at_risk_and_settled(contact), at),
        "alerts": queries.alerts_on(staff, contact, at),
        "earlier": queries.earlier(contact),
        "repeats": queries.repeats_of(contact),
        "reviews": repeating.reviews(contact),
        "repeat_asks": repeating.ASKS,
        "may_look": bool(policy.may_look_at_repeat(staff, contact)),
        "noted": noting.noted(contact),
        "may_take_up": bool(policy.may_take_up_notice(staff, contact)),
        "readings": about.said_by_worker(contact),
        "categories": about.explained(about.counted(contact)),
        "restricted": is_restricted(contact.pk),
        "category_labels": {one.id: one.label for one in categories().values()},
        "suggestions": queries.same_event_as(contact),
        "linked": queries.linked(contact),
        "ratings": ratings,
        "confirmed": confirming.confirmation_of(ratings[0]) if ratings else None,
        "managers_said": confirming.said_of(ratings[0]) if ratings else [],
        "may_confirm": bool(ratings and policy.may_confirm_rating(staff, ratings[0])),
        "goes_first": bool(ratings and confirming.goes_first(contact, ratings[0])),
        "pauses": queries.pauses(contact),
        "may_pause": bool(pause_reasons() and policy.may_pause(staff, contact)),
        "gate": queries.gate_of(contact, at),
        "bases": queries.bases(contact),
        "route": route,
        "route_label": routes.label_of(route.route, contact.subject, route.for_adult) if route else "",
        "hold": queries.hold_of(contact, at),
        "owner": queries.owner_of(contact),
        "returned": queries.returned(contact),
        "away": looking_again.away_of(contact, at),
        "read": queries.is_acknowledged(contact),
        "acknowledgement": queries.acknowledgement_clock(contact, at),
        "law": fixed.clocks_of(contact, at),
        "to_find": fixed.to_find(contact),
        "adults": adults.adults_of(contact, at),
        "duties": duties_of(about.counted(contact), at.astimezone(LONDON).date()),
        "clocks": adults.clocks_by_subject(contact, at) if contact.subject == "both" else [],
        "may_rate": bool(policy.may_rate(staff, contact, "first")),
        "may_work": may_work,
        "now": at,
        "today": at.astimezone(LONDON).date(),
    }


@require_safe
def saved(request: StaffRequest, contact_id: uuid.UUID) -> HttpResponse:
    """Say that it is saved, and offer the next."""
    contact = opened(request, contact_id, "saved")
    route = queries.newest_route(contact)
    label = routes.label_of(route.route, contact.subject, route.for_adult) if route else ""
    shown = {"contact": contact, "route": route, "route_label": label, "noted": noting.noted(contact)}
    return render(request, "triage/saved.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
def rating(request: StaffRequest, contact_id: uuid.UUID) -> HttpResponse:
    """Change the rating of one contact, by somebody who has read it."""
    contact = opened(request, contact_id, "rating")
    newest = queries.newest_rating(contact)
    if newest is None:
        asked = f"?{paper.ASKED}=1" if paper.ASKED in request.GET else ""
        return redirect(f"{reverse('triage:page', args=[contact.pk])}{asked}")
    form = forms.ChangeRating(
        request.POST or None,
        days=paper.days_for(request, request.staff),
        initial={"key": uuid.uuid4(), "after": newest.pk},
    )
    if form.is_valid() and _rated(request, contact, form):
        messages.success(request, "The rating is changed.")
        return redirect("triage:page", contact.pk)
    shown = {"contact": contact, "form": form, "ratings": queries.rating_history(contact)}
    return render(request, "triage/rating.html", shown)


def _rated(request: StaffRequest, contact: Contact, form: forms.ChangeRating) -> bool:
    may = policy.may_rate(request.staff, contact, form.cleaned_data["change"])
    if not may:
        form.add_error("change", may.refusal)
        return False
    try:
        actions.rate(contact=contact, by=request.staff, at=request.at, **form.answers)
    except actions.ChangedMeanwhile:
        form.add_error(None, CHANGED)
    except (outage.NotThen, outage.NotThatForm) as why:
        paper.refuse(form, why)
    except actions.NotThatWay:
        form.add_error("change", "The new rating does not go that way")
    except actions.NewsIncomplete:
        form.add_error("reached_on", "It cannot have reached us after it was rated")
    else:
        return True
    return False


# Agreement and grounds


@require_http_methods(["GET", "HEAD", "POST"])
def agreement(request: StaffRequest, contact_id: uuid.UUID) -> HttpResponse:
    """Show what the family said and on what ground they were not waited for; record another word."""
    contact = opened(request, contact_id, "agreement")
    form = forms.SayAgreement(request.POST or None, contact=contact, initial={"key": uuid.uuid4()})
    if form.is_valid() and _agreed(request, contact, form):
        messages.success(request, "Recorded. It ends no other agreement.")
        return redirect("triage:agreement", contact.pk)
    return _agreement_page(request, contact, form, None)


def _agreement_page(
    request: StaffRequest,
    contact: Contact,
    form: forms.SayAgreement | None,
    ground_form: forms.SayGround | None,
) -> HttpResponse:
    key = {"key": uuid.uuid4()}
    shown = {
        "contact": contact,
        "form": form or forms.SayAgreement(contact=contact, initial=key),
        "ground_form": ground_form or forms.SayGround(contact=contact, initial=key),
        "agreements": queries.agreements(contact),
        "grounds": [(one, policy.may_approve_ground(request.staff, one)) for one in queries.grounds(contact)],
        "gate": queries.gate_of(contact, request.at),
        "labels": queries.agreement_labels(),
        "now": request.at,
        "may_work": bool(policy.may_work_on(request.staff, contact)),
        "has_errors": bool((form and form.errors) or (ground_form and ground_form.errors)),
    }
    return render(request, "triage/agreement.html", shown)


def _agreed(request: StaffRequest, contact: Contact, form: forms.SayAgreement) -> bool:
    said = form.cleaned_data
    giver = (
        queries.find_person(contact, uuid.UUID(said["given_by_person"])) if said["given_by_person"] else None
    )
    on = said["said_on"]
    said_at = min(datetime.combine(on, time(12), LONDON), request.at) if on else request.at
    given = said["sought"] == Sought.GIVEN
    try:
        actions.record_agreements(
            contact=contact,
            about=[queries.find_person(contact, uuid.UUID(one)) for one in said["about"]],
            sought=said["sought"],
            given_by=said["given_by"],
            given_by_person=giver,
            scopes=said["scopes"] if given else [],
            how=said["how"],
            family_aware={"yes": True, "no": False}.get(said["aware"]),
            words=said["words"],
            said_at=said_at,
            by=request.staff,
            at=request.at,
            key=said["key"],
        )
    except actions.AnswersForAnother as refusal:
        form.add_error("given_by_person", str(refusal))
    except actions.NothingSaid:
        form.add_error("given_by", "Say as what they answered, and for what")
    else:
        return True
    return False


@require_POST
def withdraw(request: StaffRequest, contact_id: uuid.UUID) -> HttpResponse:
    """Record that an agreement was taken back."""
    contact = queries.find(request.staff, contact_id)
    form = forms.Withdraw(request.POST)
    if not form.is_valid():
        messages.info(request, "Say how the agreement was taken back.")
        request.draft_stays = True
        return redirect("triage:agreement", contact.pk)
    actions.adopt_from_message(contact=contact, at=request.at)
    said = queries.find_agreement(request.staff, form.cleaned_data["agreement"])
    if said.contact_id != contact.pk:
        raise Http404
    actions.withdraw_agreement(agreement=said, why=form.cleaned_data["why"], by=request.staff, at=request.at)
    messages.success(request, "The agreement is withdrawn. Nothing new rests on it.")
    return redirect("triage:agreement", contact.pk)


@require_POST
def ground(request: StaffRequest, contact_id: uuid.UUID) -> HttpResponse:
    """Record a ground for one or more people."""
    contact = queries.find(request.staff, contact_id)
    form = forms.SayGround(request.POST, contact=contact)
    if not form.is_valid():
        return _agreement_page(request, contact, None, form)
    said = form.cleaned_data
    actions.record_grounds(
        contact=contact,
        about=[queries.find_person(contact, uuid.UUID(one)) for one in said["about"]],
        ground=said["ground"],
        reason=said["reason"],
        by=request.staff,
        at=request.at,
        key=said["key"],
    )
    messages.success(request, "Recorded. A manager other than you approves it.")
    return redirect("triage:agreement", contact.pk)


@require_POST
def approve(request: StaffRequest, contact_id: uuid.UUID) -> HttpResponse:
    """Approve or refuse a ground, as a manager."""
    contact = queries.find(request.staff, contact_id)
    form = forms.Approve(request.POST)
    if not form.is_valid():
        raise Http404
    actions.adopt_from_message(contact=contact, at=request.at)
    row = queries.find_ground(request.staff, form.cleaned_data["ground"])
    if row.contact_id != contact.pk:
        raise Http404
    said = form.cleaned_data
    try:
        if said["word"] == "approve":
            actions.approve_ground(ground=row, reason=said["reason"], by=request.staff, at=request.at)
        else:
            actions.refuse_ground(ground=row, why=said["reason"], by=request.staff, at=request.at)
    except actions.GroundIncomplete:
        messages.info(request, "The sender gave no reason: write one before you approve the ground.")
        request.draft_stays = True
    return redirect("triage:agreement", contact.pk)


# One event


@require_http_methods(["GET", "HEAD", "POST"])
def event(request: StaffRequest, contact_id: uuid.UUID) -> HttpResponse:
    """Show which contacts may tell of the same event, and why; a worker says which do."""
    contact = opened(request, contact_id, "event")
    form = forms.Link(request.POST or None)
    if form.is_valid() and _linked(request, contact, form):
        return redirect("triage:event", contact.pk)
    shown = {
        "contact": contact,
        "form": form,
        "suggestions": queries.same_event_as(contact),
        "linked": queries.linked(contact),
        "now": request.at,
    }
    return render(request, "triage/event.html", shown)


def _linked(request: StaffRequest, contact: Contact, form: forms.Link) -> bool:
    said = form.cleaned_data
    other = queries.with_reference(request.staff, said["other"])
    if other is None or other.pk == contact.pk:
        form.add_error("other", "No other contact here has that reference")
        return False
    if said["word"] == "different":
        actions.not_one_event(contact=contact, other=other, by=request.staff, at=request.at)
        return True
    try:
        actions.link_event(contact=contact, other=other, why=said["why"], by=request.staff, at=request.at)
    except actions.AlreadyElsewhere:
        form.add_error("other", "Both are linked to different events already: undo one link first")
        return False
    return True


@require_POST
def unlink(request: StaffRequest, contact_id: uuid.UUID) -> HttpResponse:
    """Take the contact out of its event."""
    contact = queries.find(request.staff, contact_id)
    form = forms.Unlink(request.POST)
    if form.is_valid():
        actions.unlink_event(contact=contact, why=form.cleaned_data["why"], by=request.staff, at=request.at)
    else:
        messages.info(request, "Say why it is another event.")
        request.draft_stays = True
    return redirect("triage:event", contact.pk)


# Back to the referrer


@require_http_methods(["GET", "HEAD", "POST"])
def send_back(request: StaffRequest, contact_id: uuid.UUID) -> HttpResponse:
    """Send the contact back to its referrer, to speak with the family."""
    contact = opened(request, contact_id, "return")
    require(policy.may_send_back(request.staff, contact))
    latest = queries.look_again_by(contact.hub, request.at)
    form = forms.SendBack(request.POST or None)
    if form.is_valid():
        try:
            actions.return_for_agreement(
                contact=contact, by=request.staff, at=request.at, **form.cleaned_data
            )
        except actions.NotForReturn as refusal:
            form.add_error(None, str(refusal))
        except actions.TooLongAway as refusal:
            form.add_error("look_again_on", f"{refusal}")
        else:
            messages.success(request, "Sent back. It stays open, and its clock runs.")
            return redirect("triage:saved", contact.pk)
    shown = {"contact": contact, "form": form, "latest": latest, "returned": queries.returned(contact)}
    return render(request, "triage/return.html", shown)


@require_POST
def take_back(request: StaffRequest, contact_id: uuid.UUID) -> HttpResponse:
    """Take it up again, in its place and with its first clock."""
    contact = queries.find(request.staff, contact_id)
    actions.take_back(contact=contact, by=request.staff, at=request.at)
    return redirect("triage:page", contact.pk)
