"""Pages for advice to a professional: recording it, finding it again, and linking the referral that came of it."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mash.common.verdict import require
from mash.contact import actions, advice, consulting, policy, queries
from mash.contact.content import categories
from mash.contact.models import Consultation
from mash.ledger.actions import record
from mash.partnership.http import StaffRequest
from mash.people import tokens

PAGE = 25  # consultations
MOST_FOUND = 50  # of a search, which has no second page


@require_http_methods(["GET", "POST"])
def record_consultation(request: StaffRequest) -> HttpResponse:
    """Record advice that was given."""
    require(policy.may_advise(request.staff))
    data = request.POST if request.method == "POST" else None
    form = consulting.Record(data, at=request.at, initial={"key": uuid.uuid4()})
    if form.is_valid():
        made = actions.record_consultation(by=request.staff, at=request.at, **form.cleaned_data)
        messages.success(
            request, f"Kept as {made.reference}. Read the reference out: a referral can give it."
        )
        return redirect("contact:consultation", made.pk)
    return render(request, "contact/consultation_record.html", {"form": form})


@require_GET
def consultations(request: StaffRequest) -> HttpResponse:
    """Show advice that was given, narrowed by filters; to a professional, what they themselves asked."""
    filters = consulting.Filters(request.GET)
    found = queries.narrowed(
        queries.consultations(request.staff), filters.wanted, request.at.astimezone(consulting.LONDON).date()
    )
    page = Paginator(found, PAGE).get_page(request.GET.get("page", "1"))
    return _list(request, found, {"filters": filters, "page": page, "rows": page.object_list})


@require_POST
def search_consultations(request: StaffRequest) -> HttpResponse:
    """Look for a reference or for words, which stand in no address."""
    form = consulting.Words(request.POST)
    found = queries.consultations(request.staff)
    if form.is_valid():
        typed = form.cleaned_data["q"]
        found = queries.with_words(found, typed)
        hashed = tokens.token(request.staff.hub_id, "consultation", typed.casefold()).hex()
        told = {"terms": [hashed], "consultations": [str(one.pk) for one in found[:MOST_FOUND]]}
        record(
            "consultations.searched",
            about="consultations",
            at=request.at,
            hub_id=request.staff.hub_id,
            detail=told,
        )
    shown = {"filters": consulting.Filters(QueryDict()), "page": None, "rows": found[:MOST_FOUND]}
    return _list(request, found, shown | {"search": form, "searched": form.is_valid()})


def _list(request: StaffRequest, found: QuerySet[Consultation], shown: dict[str, Any]) -> HttpResponse:
    filters, page = shown["filters"], shown["page"]
    count = page.paginator.count if page else found.count()
    plain = {
        "search": consulting.Words(),
        "searched": False,
        "n": count,
        "most_asked": queries.asked_most(found) if request.staff.works_at_the_desk else [],
        "of_the_guide": queries.asked_of_the_guide(found) if request.staff.works_at_the_desk else [],
        "guide_question": consulting.guide_question,
        "unanswered": advice.UNANSWERED,
        "labels": _labels(),
        "chips": _chips(request.GET, filters),
        "query": _without(request.GET, "page"),
        "may_advise": policy.may_advise(request.staff),
        "at_desk": request.staff.works_at_the_desk,
        "level_labels": advice.level_labels,
        "today": request.at.astimezone(consulting.LONDON).date(),
    }
    return render(request, "contact/consultations.html", plain | shown)


@require_GET
def consultation(request: StaffRequest, consultation_id: uuid.UUID) -> HttpResponse:
    """Show one consultation; opening it is recorded."""
    return _page(request, queries.find_consultation(request.staff, consultation_id))


def _page(request: StaffRequest, held: Consultation, **forms: Any) -> HttpResponse:
    record("consultation.seen", about=held, at=request.at, hub_id=held.hub_id)
    at_desk = request.staff.works_at_the_desk
    shown = {
        "held": held,
        "spoken": _spoken,
        "guide_question": consulting.guide_question,
        "unanswered": advice.UNANSWERED,
        "guide": consulting.OfTheGuide(None, now=held.guide),
        "level_labels": advice.level_labels,
        "at_desk": at_desk,
        "links": queries.links_of(request.staff, held) if at_desk else [],
        "suggested": queries.suggested_contacts(request.staff, held) if at_desk else [],
        "follow_ups": held.follow_ups.select_related("by__account").order_by("at", "pk") if at_desk else [],
        "may_follow_up": at_desk and policy.may_follow_up(request.staff, held),
        "today": request.at.astimezone(consulting.LONDON).date(),
        "link": consulting.Link(prefix="link"),
        "follow": consulting.FollowUp(None, at=request.at, initial={"key": uuid.uuid4()}, prefix="follow"),
    }
    return render(request, "contact/consultation.html", shown | forms)


@require_POST
def link(request: StaffRequest, consultation_id: uuid.UUID) -> HttpResponse:
    """Link a consultation to the contact with a reference."""
    held = queries.find_consultation(request.staff, consultation_id)
    form = consulting.Link(request.POST, prefix="link")
    contact = None
    if form.is_valid():
        contact = queries.readable_by_reference(request.staff, form.cleaned_data["reference"])
        if contact is None:
            form.add_error("reference", "No contact here has that reference. Check it")
    if contact is None:
        return _page(request, held, link=form)
    actions.link_consultation(
        consultation=held, contact=contact, why=form.cleaned_data["why"], by=request.staff, at=request.at
    )
    messages.success(request, f"Linked to {contact.reference}.")
    return redirect("contact:consultation", held.pk)


@require_http_methods(["GET", "POST"])
def unlink(request: StaffRequest, link_id: uuid.UUID) -> HttpResponse:
    """Take back that a contact came of a consultation, with the reason."""
    found = queries.find_link(request.staff, link_id)
    require(policy.may_unlink(request.staff, found.consultation, found.contact))
    form = consulting.Unlink(request.POST if request.method == "POST" else None)
    if form.is_valid():
        actions.unlink_consultation(link=found, by=request.staff, at=request.at, **form.cleaned_data)
        return redirect("contact:consultation", found.consultation_id)
    record("consultation.seen", about=found.consultation, at=request.at, hub_id=found.hub_id)
    return render(request, "contact/consultation_unlink.html", {"link": found, "form": form})


@require_POST
def follow_up(request: StaffRequest, consultation_id: uuid.UUID) -> HttpResponse:
    """Keep what became of the advice."""
    held = queries.find_consultation(request.staff, consultation_id)
    form = consulting.FollowUp(request.POST, at=request.at, prefix="follow")
    if not form.is_valid():
        return _page(request, held, follow=form)
    actions.follow_up(consultation=held, by=request.staff, at=request.at, **form.cleaned_data)
    return redirect("contact:consultation", held.pk)


@require_POST
def of_the_guide(request: StaffRequest, consultation_id: uuid.UUID) -> HttpResponse:
    """Say which question of the hub's guide was asked."""
    held = queries.find_consultation(request.staff, consultation_id)
    form = consulting.OfTheGuide(request.POST, now=held.guide)
    if not form.is_valid():
        return _page(request, held, guide=form)
    actions.say_what_of_the_guide(consultation=held, by=request.staff, at=request.at, **form.cleaned_data)
    messages.success(request, "Kept.")
    return redirect("contact:consultation", held.pk)


def _spoken(codes: list[str]) -> list[str]:
    labels = _labels()
    return [labels.get(code, code) for code in codes]


def _labels() -> dict[str, str]:
    return {one.id: one.label for one in categories().values()}


def _chips(query: QueryDict, filters: consulting.Filters) -> list[dict[str, str]]:
    """Return each filter in force with the address of the list without it."""
    found = []
    for name, value in filters.wanted.items():
        field = filters.fields[name]
        labels = {str(code): str(words) for code, words in getattr(field, "choices", ())}
        rest = _without(query, "page", name)
        found.append({"group": str(field.label), "text": labels[value], "href": f"?{rest}"})
    return found


def _without(query: QueryDict, *names: str) -> str:
    rest = query.copy()
    for name in names:
        rest.pop(name, None)
    return rest.urlencode()
