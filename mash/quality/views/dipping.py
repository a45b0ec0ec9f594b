"""Pages of dip samples: drawing one, how it stands, reviewing an incident, and telling the hub of a risk."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Model
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods, require_safe

from mash.common.verdict import require
from mash.decision.views.sending import sent
from mash.ledger.actions import record
from mash.partnership.http import StaffRequest
from mash.quality import actions, policy, queries
from mash.quality.content.dips import dip_rules, when_asked
from mash.quality.dip_forms import CloseDip, DrawDip, GiveCard, ReviewIncident, SayHubWasTold, answers_of
from mash.quality.models import Strata
from mash.quality.queries import dips as found

ON_A_PAGE = 20


def _seen(request: StaffRequest, event: str, about: Model | None = None) -> None:
    hub = request.staff.hub
    record(f"quality.{event}", about=about or hub, at=request.at, hub_id=hub.pk)


@require_safe
def dips(request: StaffRequest) -> HttpResponse:
    """The hub's dip samples, how far the year is, and what waits."""
    require(policy.may_see_incidents(request.staff))
    page = Paginator(found.dips(request.staff), ON_A_PAGE).get_page(request.GET.get("page"))
    first, _ = found.months_before(localdate(request.at), dip_rules()["months_between"])
    _seen(request, "dips_listed")
    shown = {
        "page": page,
        "way": found.on_the_way(request.staff, first),
        "untold": list(found.at_risk_untold(request.staff)),
        "leads": bool(policy.may_lead(request.staff)),
    }
    return render(request, "quality/dips.html", shown)


@require_http_methods(["GET", "POST"])
def new_dip(request: StaffRequest) -> HttpResponse:
    """Draw a dip sample."""
    require(policy.may_lead(request.staff))
    first, last = found.months_before(localdate(request.at), dip_rules()["months_between"])
    way = found.on_the_way(request.staff, first)
    months = f"{first:%B}" if first.month == last.month else f"{first:%B} and {last:%B}"
    initial = {
        "key": uuid.uuid4(),
        "from_on": first,
        "until_on": last,
        "size": way.due or None,
        "label": f"{first.year}, {months}",
    }
    form = DrawDip(
        sent(request),
        kinds=found.kinds_of_incidents(request.staff),
        reviewers=queries.graders(request.staff, request.at),
        initial=initial,
    )
    if form.is_valid():
        try:
            made = actions.draw_dip(by=request.staff, at=request.at, **form.said)
        except actions.NotWhole as refusal:
            form.refuse(refusal.places)
        else:
            messages.success(request, "Drawn. Each reviewer finds their incidents under Quality.")
            return redirect("quality:dip", made.pk)
    _seen(request, "dips_listed")
    shown = {"form": form, "way": way, "first": first, "last": last}
    return render(request, "quality/new_dip.html", shown)


@require_safe
def dip(request: StaffRequest, dip_id: uuid.UUID) -> HttpResponse:
    """How a dip sample stands: what was drawn and how that is proved, and each incident."""
    one = found.find_dip(request.staff, dip_id)
    _seen(request, "dip_seen", one)
    cards = list(found.cards(request.staff, one))
    shown = {
        "dip": one,
        "cards": cards,
        "reviewed": sum(found.review_of(card) is not None for card in cards),
        "untold": [card for card in cards if found.waits_for_the_hub(card)],
        "proof": queries.redrawn(one),
        "raised": found.raised_of(request.staff, dip=one),
        "leads": bool(policy.may_lead(request.staff)),
        "spread": Strata(one.spread).label,
    }
    return render(request, "quality/dip.html", shown)


@require_http_methods(["GET", "POST"])
def close_dip(request: StaffRequest, dip_id: uuid.UUID) -> HttpResponse:
    """Close a dip sample."""
    one = found.find_dip(request.staff, dip_id)
    require(policy.may_lead(request.staff))
    form = CloseDip(sent(request))
    if form.is_valid():
        try:
            actions.close_dip(dip=one, by=request.staff, at=request.at, **form.cleaned_data)
        except actions.NotWhole as refusal:
            form.refuse(refusal.places)
        except actions.WrongState as why:
            messages.info(request, str(why))
            return redirect("quality:dip", one.pk)
        else:
            messages.success(request, "Closed. What was found stands in the figures.")
            return redirect("quality:dip", one.pk)
    _seen(request, "dip_seen", one)
    waits = [card for card in found.cards(request.staff, one) if found.review_of(card) is None]
    return render(request, "quality/close_dip.html", {"dip": one, "form": form, "waits": waits})


@require_safe
def card(request: StaffRequest, card_id: uuid.UUID) -> HttpResponse:
    """One incident of a sample, for its lead: as the force wrote it down, what was found, and what is done."""
    one = found.find_card(request.staff, card_id)
    _seen(request, "dip_card_seen", one)
    review = found.review_of(one)
    shown = {
        "card": one,
        "incident": one.dipped.incident,
        "review": review,
        "answers": answers_of(review) if review else [],
        "raised": found.raised_of(request.staff, card=one),
        "untold": found.waits_for_the_hub(one),
    }
    return render(request, "quality/dip_card.html", shown)


@require_http_methods(["GET", "POST"])
def give_card(request: StaffRequest, card_id: uuid.UUID) -> HttpResponse:
    """Give an incident to another reviewer."""
    one = found.find_card(request.staff, card_id)
    others = queries.graders(request.staff, request.at).exclude(pk=one.reviewer_id)
    form = GiveCard(sent(request), reviewers=others)
    if form.is_valid():
        to = form.people[form.cleaned_data["to"]]
        try:
            actions.give_card(card=one, to=to, by=request.staff, at=request.at)
        except actions.WrongState as why:
            messages.info(request, str(why))
        else:
            messages.success(request, f"Kept: it is {to.account.name}’s now.")
        return redirect("quality:dip", one.dip_id)
    _seen(request, "dip_card_seen", one)
    return render(request, "quality/give_card.html", {"card": one, "form": form})


@require_http_methods(["GET", "POST"])
def review(request: StaffRequest, card_id: uuid.UUID) -> HttpResponse:
    """Review an incident; once it is reviewed, show what was answered."""
    one = found.find_to_review(request.staff, card_id)
    given = found.review_of(one)
    form = ReviewIncident(None if given else sent(request), key=uuid.uuid4())
    if form.is_valid():
        try:
            made = actions.review_incident(card=one, by=request.staff, at=request.at, **form.said)
        except actions.NotWhole as refusal:
            form.refuse(refusal.places)
        except actions.WrongState as first:
            messages.info(request, str(first))
            return redirect("quality:review", one.pk)
        else:
            if made.at_risk:
                messages.success(request, "Kept. Tell the hub now, before anything else.")
                return redirect("quality:tell_hub", one.pk)
            messages.success(request, f"Kept: incident {one.place} is reviewed.")
            return redirect("quality:home")
    _seen(request, "dip_card_seen", one)
    shown: dict[str, Any] = {"card": one, "form": form, "given": given}
    shown |= {
        "when_asked": when_asked,
        "answers": answers_of(given) if given else [],
        "untold": found.waits_for_the_hub(one),
    }
    return render(request, "quality/review.html", shown)


@require_http_methods(["GET", "POST"])
def tell_hub(request: StaffRequest, card_id: uuid.UUID) -> HttpResponse:
    """Tell the hub of somebody at risk, and write down that it was told."""
    leads = bool(policy.may_lead(request.staff))
    one = (found.find_card if leads else found.find_to_review)(request.staff, card_id)
    if not found.waits_for_the_hub(one):
        return redirect("quality:dip_card" if leads else "quality:review", one.pk)
    form = SayHubWasTold(sent(request))
    if form.is_valid():
        actions.say_hub_was_told(card=one, by=request.staff, at=request.at, **form.cleaned_data)
        messages.success(request, "Kept: the hub was told.")
        return redirect("quality:dip_card" if leads else "quality:review", one.pk)
    _seen(request, "dip_card_seen", one)
    writes = bool(policy.may_write_contact(request.staff))
    return render(
        request, "quality/tell_hub.html", {"card": one, "form": form, "writes": writes, "leads": leads}
    )
