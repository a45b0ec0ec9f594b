"""The pages on which records that are due are reviewed, holds are kept, and what was disposed of is read."""

import uuid
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mash.common.verdict import require
from mash.ledger.actions import record
from mash.partnership.http import StaffRequest
from mash.people import queries as people
from mash.people.models import Person
from mash.retention import forms, policy, queries, words
from mash.retention.actions import holding, reviewing
from mash.retention.facts import periods_by_id
from mash.retention.models import Hold, Kind, OfRecord, Proposal, Standing, What

AN_ANSWER = ("GET", "HEAD", "POST")
NOT_YET = (
    "This is worked out in the night after something is known of a person. A hold can be placed at once."
)
ANSWERED = "Somebody answered this meanwhile, or it was stopped. Nothing was changed."


# Lists


@require_safe
def due(request: StaffRequest) -> HttpResponse:
    """List the records that are due and of which nothing is proposed."""
    require(policy.may_review(request.staff))
    return _list(request, queries.due(request.staff, _today(request)), "due")


@require_safe
def waiting(request: StaffRequest) -> HttpResponse:
    """List what waits for a second person's word."""
    require(policy.may_review(request.staff))
    return _list(request, queries.waiting(request.staff), "waiting")


@require_safe
def agreed(request: StaffRequest) -> HttpResponse:
    """List the disposals that two people agreed to and that are not carried out yet."""
    require(policy.may_review(request.staff))
    return _list(request, queries.agreed(request.staff), "agreed")


def _list(request: StaffRequest, rows: Any, which: str) -> HttpResponse:
    page = Paginator(rows, queries.SHOWN).get_page(request.GET.get("page", "1"))
    shown = list(page.object_list)
    detail = {"list": which, "records": [str(one.key) for one in shown]}
    record("retention.listed", about="retention", at=request.at, hub_id=request.staff.hub_id, detail=detail)
    context = {
        "which": which,
        "page": page,
        "rows": [_row(one) for one in shown],
        "counts": queries.counts(request.staff, _today(request)),
    }
    return render(request, "retention/list.html", context)


def _row(one: Standing | Proposal) -> dict[str, Any]:
    standing = one if isinstance(one, Standing) else queries.standing_of(one.kind, one.key)
    return {
        "name": _name(one),
        "kind": one.kind,
        "born_on": one.person.born_on if one.person else None,
        "label": words.label_of(one.period),
        "due_on": one.due_on,
        "proposal": one if isinstance(one, Proposal) else None,
        "standing": standing,
    }


def _name(row: OfRecord) -> str:
    return str(row.person or row.contact or row.consultation)


def _today(request: StaffRequest) -> date:
    return localdate(request.at)


# One record


def _found(request: StaffRequest, standing_id: uuid.UUID) -> Standing:
    require(policy.may_review(request.staff))
    standing = queries.find(request.staff, standing_id)
    about = f"{'people.person' if standing.person_id else 'contact.' + standing.kind}:{standing.key}"
    record("retention.seen", about=about, at=request.at, hub_id=request.staff.hub_id)
    return standing


@require_safe
def record_page(request: StaffRequest, standing_id: uuid.UUID) -> HttpResponse:
    """Show one record: its class and why, when it is due, what would go with it, and what is said of it."""
    return _record(request, _found(request, standing_id))


@require_POST
def propose(request: StaffRequest, standing_id: uuid.UUID) -> HttpResponse:
    """Propose what becomes of a record that is due."""
    standing = _found(request, standing_id)
    require(policy.may_propose(request.staff))
    held = bool(queries.holds_on(standing, standing.period) or queries.asked_for(request.staff, standing))
    form = forms.Propose(request.POST, today=_today(request), held=held, initial={"key": uuid.uuid4()})
    if form.is_valid():
        said = form.cleaned_data
        try:
            reviewing.propose(
                standing=standing,
                key=said["key"],
                what=What(said["what"]),
                keep_until=said["keep_until"],
                why=said["why"],
                by=request.staff,
                at=request.at,
            )
        except reviewing.NotDue:
            messages.info(request, "This record is not due any more. Nothing was proposed.")
        except reviewing.ProposedAlready:
            messages.info(request, "Something is proposed for this record already.")
        else:
            messages.success(request, "Proposed. Nothing happens before another person agrees.")
        return redirect("retention:record", standing.pk)
    return _record(request, standing, propose=form)


@require_POST
def answer(request: StaffRequest, standing_id: uuid.UUID) -> HttpResponse:
    """Agree to what another person proposed, or send it back."""
    standing, proposal = _proposed(request, standing_id)
    require(policy.may_answer(request.staff, proposal))
    form = forms.Answer(request.POST)
    if form.is_valid():
        yes = form.cleaned_data["agreed"] == forms.YES
        try:
            reviewing.answer(
                proposal=proposal, agreed=yes, why=form.cleaned_data["why"], by=request.staff, at=request.at
            )
        except reviewing.AnsweredAlready:
            messages.info(request, ANSWERED)
        else:
            messages.success(request, _what_follows(proposal, agreed=yes))
        return redirect("retention:record", standing.pk)
    return _record(request, standing, answer=form)


def _what_follows(proposal: Proposal, *, agreed: bool) -> str:
    if not agreed:
        return "Sent back."
    if proposal.what == What.KEEP:
        return "Agreed. The record is kept until that day."
    return "Agreed. It is disposed of in the coming night, and can be stopped until then."


@require_POST
def take_back(request: StaffRequest, standing_id: uuid.UUID) -> HttpResponse:
    """Stop a proposal before it is carried out."""
    standing, proposal = _proposed(request, standing_id)
    require(policy.may_take_back(request.staff, proposal))
    form = forms.TakeBack(request.POST)
    if form.is_valid():
        try:
            reviewing.take_back(
                proposal=proposal, why=form.cleaned_data["why"], by=request.staff, at=request.at
            )
        except reviewing.AnsweredAlready:
            messages.info(request, ANSWERED)
        else:
            messages.success(request, "Stopped. The record is due for review again.")
        return redirect("retention:record", standing.pk)
    return _record(request, standing, take_back=form)


def _proposed(request: StaffRequest, standing_id: uuid.UUID) -> tuple[Standing, Proposal]:
    standing = _found(request, standing_id)
    proposal = queries.proposal_on(standing.kind, standing.key)
    if proposal is None:
        raise Http404
    return standing, proposal


@require_POST
def place(request: StaffRequest, standing_id: uuid.UUID) -> HttpResponse:
    """Put a record into another class, or back into the one that its facts say."""
    standing = _found(request, standing_id)
    require(policy.may_propose(request.staff))
    form = forms.Place(request.POST, periods=periods_by_id().values(), placed=_is_placed(standing))
    if form.is_valid():
        period = form.cleaned_data["period"]
        made = reviewing.place(
            standing=standing,
            period="" if period == "facts" else period,
            why=form.cleaned_data["why"],
            by=request.staff,
            at=request.at,
        )
        said = (
            "Kept. The day it is due is worked out again within a minute." if made else "It is there already."
        )
        messages.success(request, said)
        return redirect("retention:record", standing.pk)
    return _record(request, standing, place=form)


def _is_placed(standing: Standing) -> bool:
    newest = queries.placings_of(standing).first()
    return bool(newest and newest.period)


def _record(request: StaffRequest, standing: Standing, **sent: Any) -> HttpResponse:
    """Show a record with its forms; `sent` holds one that was sent with mistakes."""
    staff, today = request.staff, _today(request)
    held, asked = queries.holds_on(standing, standing.period), queries.asked_for(staff, standing)
    proposal = queries.proposal_on(standing.kind, standing.key)
    may_propose = bool(policy.may_propose(staff))
    is_due = standing.due_on is not None and standing.due_on <= today
    drawn: dict[str, Any] = {}
    if may_propose and is_due and proposal is None and not standing.carried:
        drawn["propose"] = forms.Propose(today=today, held=bool(held or asked), initial={"key": uuid.uuid4()})
    if proposal and not hasattr(proposal, "word") and policy.may_answer(staff, proposal):
        drawn["answer"] = forms.Answer()
    if proposal and policy.may_take_back(staff, proposal):
        drawn["take_back"] = forms.TakeBack()
    if may_propose:
        drawn["place"] = forms.Place(periods=periods_by_id().values(), placed=_is_placed(standing))
    context = {
        "standing": standing,
        "name": _name(standing),
        "label": words.label_of(standing.period),
        "counted": words.counted(standing),
        "facts": words.facts_of(standing),
        "is_due": is_due,
        "held": held,
        "open_requests": asked,
        "beside": [(one, words.label_of(one.period)) for one in queries.people_named_beside(standing)],
        "contacts": list(queries.contacts_of(standing)),
        "proposal": proposal,
        "earlier": [one for one in queries.proposals_on(standing) if one != proposal],
        "placings": [(one, words.label_of(one.period)) for one in queries.placings_of(standing)],
        "forms": drawn | sent,
        "sent": next(iter(sent.values()), None),
        "may_hold": bool(policy.may_hold(staff)) and bool(standing.person_id),
        "has_errors": any(form.errors for form in sent.values()),
    }
    return render(request, "retention/record.html", context)


# Holds


@require_safe
def holds(request: StaffRequest) -> HttpResponse:
    """List the holds of the hub, those that stand first."""
    require(policy.may_review(request.staff))
    found = list(queries.holds(request.staff))
    detail = {"holds": [str(one.pk) for one in found]}
    record("hold.listed", about="retention", at=request.at, hub_id=request.staff.hub_id, detail=detail)
    context = {
        "holds": [(one, _covers(one), queries.reference_of(one)) for one in found],
        "counts": queries.counts(request.staff, _today(request)),
        "today": _today(request),
        "may_hold": bool(policy.may_hold(request.staff)),
    }
    return render(request, "retention/holds.html", context)


def _covers(hold: Hold) -> str:
    """Say in words whom a hold covers."""
    if hold.person:
        return str(hold.person)
    if hold.household:
        return f"Household: {hold.household.label or 'no name given'}"
    return f"Class: {words.label_of(hold.period)}" if hold.period else "Everything that this hub holds"


@require_http_methods(AN_ANSWER)
def new_hold(request: StaffRequest) -> HttpResponse:
    """Place a hold on a class of record, or on everything."""
    require(policy.may_hold(request.staff))
    covers = forms.covers_of_a_hub(periods_by_id().values())
    return _new_hold(request, covers, None)


@require_http_methods(AN_ANSWER)
def hold_person(request: StaffRequest, person_id: uuid.UUID) -> HttpResponse:
    """Place a hold on a person, or on everybody of a home of theirs."""
    require(policy.may_hold(request.staff))
    person = people.find(request.staff, person_id)
    record("retention.seen", about=person, at=request.at, hub_id=request.staff.hub_id)
    return _new_hold(request, forms.covers_of_a_person(str(person), queries.homes_of(person)), person)


@require_safe
def of_person(request: StaffRequest, person_id: uuid.UUID) -> HttpResponse:
    """Lead to where a person's record stands, if a night has looked at it."""
    require(policy.may_review(request.staff))
    person = people.find(request.staff, person_id)
    standing = queries.standing_of(Kind.PERSON, person.merged_into_id or person.pk)
    if standing is None:
        messages.info(request, NOT_YET)
        return redirect("people:page", person.pk)
    return redirect("retention:record", standing.pk)


def _new_hold(request: StaffRequest, covers: list[tuple[str, str]], person: Person | None) -> HttpResponse:
    first = {"key": uuid.uuid4(), "from_on": _today(request)}
    form = forms.PlaceHold(request.POST or None, covers=covers, initial=first)
    if form.is_valid():
        said = dict(form.cleaned_data)
        chosen = said.pop("covers")
        made = holding.place_hold(**said, **_whom(chosen, person), by=request.staff, at=request.at)
        messages.success(request, "The hold stands. Nothing that it covers is disposed of.")
        return redirect("retention:hold", made.pk)
    return render(request, "retention/hold_new.html", {"form": form, "person": person})


def _whom(chosen: str, person: Person | None) -> dict[str, Any]:
    """Return whom a hold covers by what was chosen."""
    whom: dict[str, Any] = {"person": None, "household": None, "period": ""}
    if person is None:
        return whom | {"period": "" if chosen == forms.EVERYTHING else chosen}
    if chosen == forms.PERSON:
        return whom | {"person": person}
    homes = {str(one.pk): one for one in queries.homes_of(person)}
    return whom | {"household": homes[chosen]}


def _hold_found(request: StaffRequest, hold_id: uuid.UUID) -> Hold:
    require(policy.may_review(request.staff))
    found = queries.find_hold(request.staff, hold_id)
    record("hold.seen", about=found, at=request.at, hub_id=request.staff.hub_id)
    return found


@require_safe
def hold(request: StaffRequest, hold_id: uuid.UUID) -> HttpResponse:
    """Show one hold: whom it covers, why, by whose order, and what was said of it since."""
    return _hold(request, _hold_found(request, hold_id))


@require_POST
def still_needed(request: StaffRequest, hold_id: uuid.UUID) -> HttpResponse:
    """Say that a hold is still needed."""
    found = _hold_found(request, hold_id)
    require(policy.may_hold(request.staff))
    form = forms.StillNeeded(request.POST)
    if form.is_valid():
        try:
            holding.review_hold(hold=found, why=form.cleaned_data["why"], by=request.staff, at=request.at)
        except reviewing.AnsweredAlready:
            messages.info(request, ANSWERED)
        else:
            messages.success(request, "Kept. It is asked again in a year.")
        return redirect("retention:hold", found.pk)
    return _hold(request, found, still=form)


@require_POST
def propose_lifting(request: StaffRequest, hold_id: uuid.UUID) -> HttpResponse:
    """Propose that a hold ends."""
    found = _hold_found(request, hold_id)
    require(policy.may_hold(request.staff))
    form = forms.ProposeLifting(request.POST)
    if form.is_valid():
        try:
            holding.propose_lifting(hold=found, why=form.cleaned_data["why"], by=request.staff, at=request.at)
        except reviewing.AnsweredAlready:
            messages.info(request, ANSWERED)
        else:
            messages.success(request, "Proposed. The hold stands until another person agrees.")
        return redirect("retention:hold", found.pk)
    return _hold(request, found, lift=form)


@require_POST
def answer_lifting(request: StaffRequest, hold_id: uuid.UUID) -> HttpResponse:
    """Agree that a hold ends, or say why it stays."""
    found = _hold_found(request, hold_id)
    lifting = queries.lifting_of(found)
    if lifting is None:
        raise Http404
    require(policy.may_lift(request.staff, lifting))
    form = forms.Answer(request.POST)
    if form.is_valid():
        yes = form.cleaned_data["agreed"] == forms.YES
        try:
            holding.answer_lifting(
                lifting=lifting, agreed=yes, why=form.cleaned_data["why"], by=request.staff, at=request.at
            )
        except reviewing.AnsweredAlready:
            messages.info(request, ANSWERED)
        else:
            messages.success(request, "The hold has ended." if yes else "The hold stays.")
        return redirect("retention:hold", found.pk)
    return _hold(request, found, answer=form)


def _hold(request: StaffRequest, found: Hold, **sent: Any) -> HttpResponse:
    lifting = queries.lifting_of(found) if found.lifted_at is None else None
    drawn: dict[str, Any] = {}
    if found.lifted_at is None and policy.may_hold(request.staff):
        drawn["still"] = forms.StillNeeded()
        if lifting is None:
            drawn["lift"] = forms.ProposeLifting()
    if lifting and policy.may_lift(request.staff, lifting):
        drawn["answer"] = forms.Answer()
    context = {
        "hold": found,
        "covers": _covers(found),
        "reference": queries.reference_of(found),
        "standing": queries.standing_of(Kind.PERSON, found.person_id) if found.person_id else None,
        "lifting": lifting,
        "liftings": _answered(found.liftings.select_related("by__account", "answered_by__account")),
        "reviews": found.reviews.select_related("by__account").order_by("-at"),
        "overdue": found.lifted_at is None and found.review_on <= _today(request),
        "forms": drawn | sent,
        "sent": next(iter(sent.values()), None),
        "has_errors": any(form.errors for form in sent.values()),
    }
    return render(request, "retention/hold.html", context)


def _answered(liftings: Iterable[Any]) -> list[Any]:
    return sorted((one for one in liftings if one.answered_at), key=lambda one: one.answered_at, reverse=True)


# What is gone


@require_safe
def register(request: StaffRequest) -> HttpResponse:
    """List what was disposed of: certificates, which name nobody."""
    require(policy.may_read_register(request.staff))
    page = Paginator(queries.register(request.staff), queries.SHOWN).get_page(request.GET.get("page", "1"))
    record("disposals.listed", about="retention", at=request.at, hub_id=request.staff.hub_id)
    counts = queries.counts(request.staff, _today(request)) if policy.may_review(request.staff) else None
    return render(request, "retention/register.html", {"page": page, "counts": counts})


@require_safe
def disposed(request: StaffRequest, disposed_id: uuid.UUID) -> HttpResponse:
    """Show one certificate."""
    require(policy.may_read_register(request.staff))
    found = queries.find_disposed(request.staff, disposed_id)
    record("disposal.seen", about=found, at=request.at, hub_id=request.staff.hub_id)
    return render(
        request, "retention/disposed.html", {"one": found, "kinds": words.kinds_of_row(found.counts)}
    )
