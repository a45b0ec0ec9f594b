"""Strategy discussions: recording one, and that its record reached those who attended."""

import uuid
from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import get_current_timezone
from django.views.decorators.http import require_http_methods

from mash.common.verdict import require
from mash.contact import queries as contacts
from mash.decision import actions, forms, policy, queries
from mash.decision.strategy import CHAIRS
from mash.decision.views.sending import sent
from mash.ledger.actions import record
from mash.partnership.http import StaffRequest
from mash.partnership.models import AgencyKind


@require_http_methods(["GET", "POST"])
def strategy(request: StaffRequest, contact_id: uuid.UUID) -> HttpResponse:
    """Record a strategy discussion on a contact."""
    contact = contacts.find(request.staff, contact_id)
    require(policy.may_record_strategy(request.staff, contact))
    form = forms.Strategy(sent(request), people=queries.at_risk(contact), key=uuid.uuid4())
    if form.is_valid():
        try:
            made = actions.record_strategy(
                key=form.cleaned_data["key"],
                contact=contact,
                held_at=_held_at(form),
                chair=form.cleaned_data["chair"],
                chair_role=form.cleaned_data["chair_role"],
                attenders=form.attenders,
                children=form.children,
                information=form.cleaned_data["information"],
                decisions=form.cleaned_data["decisions"],
                section_47=form.section_47,
                section_47_grounds=form.cleaned_data["section_47_grounds"],
                actions=form.actions,
                by=request.staff,
                at=request.at,
            )
        except actions.NotWhole as missing:
            form.add_error(None, str(missing))
        else:
            return redirect("decision:strategy_page", made.pk)
    record("contact.seen", about=contact, at=request.at, hub_id=contact.hub_id, detail={"page": "strategy"})
    shown = {
        "contact": contact,
        "form": form,
        "attenders": range(forms.ATTENDERS),
        "actions": range(forms.ACTIONS),
        "held": queries.strategies(request.staff, contact),
    }
    return render(request, "decision/strategy.html", shown)


@require_http_methods(["GET", "POST"])
def strategy_page(request: StaffRequest, strategy_id: uuid.UUID) -> HttpResponse:
    """A strategy discussion, by when its record is due, and that it was sent."""
    found = queries.find_strategy(request.staff, strategy_id)
    form = forms.SendRecord(sent(request))
    if form.is_valid():
        actions.send_record(strategy=found, by=request.staff, at=request.at, **form.cleaned_data)
        return redirect("decision:strategy_page", found.pk)
    record(
        "contact.seen", about=found.contact, at=request.at, hub_id=found.hub_id, detail={"page": "strategy"}
    )
    shown = {
        "strategy": found,
        "contact": found.contact,
        "record_clock": queries.record_clock(found),
        "now": request.at,
        "form": form,
        "chairs": CHAIRS,
        "kinds": dict(AgencyKind.choices),
        "children": queries.children_of(found),
        "may_send": policy.may_record_strategy(request.staff, found.contact),
    }
    return render(request, "decision/strategy_page.html", shown)


def _held_at(form: forms.Strategy) -> datetime:
    said = form.cleaned_data
    return datetime.combine(said["held_on"], said["held_time"], tzinfo=get_current_timezone())
