"""The hub's pages of a check: opening it, asking agencies, and how each stands."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mash.check import actions, policy
from mash.check.forms import asking as forms
from mash.check.models import Check
from mash.check.queries import board as queries
from mash.check.queries.asking import suggested_worry
from mash.check.queries.late_comers import awaited, reopenings
from mash.check.queries.picture import views
from mash.check.queries.waiting import asked_on, confirmation_due
from mash.check.truth import Untruthful
from mash.common.verdict import require
from mash.contact.models import Contact
from mash.ledger.actions import record
from mash.outage import paper
from mash.partnership.http import StaffRequest
from mash.partnership.queries import working_colleagues
from mash.triage.confirming import FIRST, goes_first, said_of, to_confirm
from mash.triage.policy import may_confirm_rating
from mash.triage.queries import bases, gate_of, newest_rating

NOT_RATED = "Rate the contact first: the rating says how long each agency has."
OPEN_FOR_THE_EVENT = (
    "A check is running on {}, which tells of the same event and names the same people. "
    "Ask there, so that nobody is asked about this family twice."
)
NEEDS_APPROVAL = (
    "The ground needs the approval of a manager of this hub before a check that is not red opens."
)


@require_http_methods(["GET", "POST"])
def open_check(request: StaffRequest, contact_id: uuid.UUID) -> HttpResponse:
    """Open a check, or say what the gate waits for."""
    contact = queries.find_contact(request.staff, contact_id)
    newest = newest_rating(contact)
    require(policy.may_open(request.staff, contact, newest.colour if newest else ""))
    running = queries.check_of(contact)
    if running and running.closed_at is None:
        asked = f"?{paper.ASKED}=1" if paper.ASKED in request.GET else ""
        return redirect(f"{reverse('check:board', args=[running.pk])}{asked}")
    form = forms.Open(request.POST or None)
    if form.is_valid():
        try:
            check = actions.open_check(contact=contact, by=request.staff, at=request.at, **form.cleaned_data)
        except actions.OpenForTheEvent as other:
            form.add_error(None, OPEN_FOR_THE_EVENT.format(other))
        except actions.AlreadyOpen:
            form.add_error(None, "A check on this contact is already running.")
        except actions.NotRated:
            form.add_error(None, NOT_RATED)
        except actions.NeedsApproval:
            form.add_error(None, NEEDS_APPROVAL)
        else:
            return redirect("check:ask", check.pk)
    record("contact.seen", about=contact, at=request.at, hub_id=contact.hub_id)
    shown = _rating(request, contact) | {
        "contact": contact,
        "form": form,
        "gate": gate_of(contact, request.at),
        "newest": newest,
        "bases": list(bases(contact)),
        "earlier": running,
    }
    return render(request, "check/open.html", shown)


@require_http_methods(["GET", "POST"])
def ask(request: StaffRequest, check_id: uuid.UUID) -> HttpResponse:
    """Ask several agencies about several people in one send."""
    check = queries.find_check(request.staff, check_id)
    require(policy.may_work_on(request.staff, check.contact))
    gate = gate_of(check.contact, request.at)
    agencies = queries.may_be_asked(request.staff)
    who = working_colleagues(request.staff, "answer")
    form = forms.AskAgencies(
        request.POST or None,
        covers=gate.covered,
        agencies=agencies,
        answerers={one.pk: [staff for staff in who if staff.agency_id == one.pk] for one in agencies},
        worry=suggested_worry(check.contact),
        closed=check.closed_at is not None,
    )
    if form.is_valid():
        try:
            sent = _send(request, check, form)
        except Untruthful as untruthful:
            form.add_error(None, str(untruthful))
        except actions.NoBasis:
            form.add_error(None, "Record a lawful basis at triage first: every enquiry states it.")
        except actions.NobodyCovered:
            form.add_error(
                "people", "Nobody chosen may be asked about: their agreement or ground is not settled."
            )
        except actions.NotConfirmed:
            form.add_error(None, FIRST)
        except actions.CheckClosed:
            form.add_error("again", "The check was closed: enter why it opens again")
        except actions.AnotherIsOpen:
            form.add_error(None, "A newer check on this contact is open: ask there.")
        else:
            messages.success(request, f"Enquiries sent: {len(sent.enquiries)}.")
            return redirect("check:board", check.pk)
    record("contact.seen", about=check.contact, at=request.at, hub_id=check.hub_id)
    asked = {line.enquiry.agency_id for line in queries.board(request.staff, check)}
    shown = _rating(request, check.contact) | {
        "check": check,
        "contact": check.contact,
        "form": form,
        "left_out": gate.left_out,
        "bases": list(bases(check.contact)),
        "agencies": [(agency, agency.pk in asked) for agency in agencies],
    }
    return render(request, "check/ask.html", shown)


def _send(request: StaffRequest, check: Check, form: forms.AskAgencies) -> actions.Sent:
    staff = {str(one.pk): one for one in working_colleagues(request.staff, "answer")}
    asks = [
        actions.Ask(agency, *form.focus_of(agency), addressed_to=staff.get(form.addressed_to(agency)))
        for agency in form.chosen_agencies()
    ]
    return actions.send_enquiries(
        check=check,
        asks=asks,
        people=form.chosen_people(),
        worry=form.cleaned_data["worry"],
        again=form.cleaned_data.get("again", ""),
        by=request.staff,
        at=request.at,
        key=form.cleaned_data["key"],
    )


def _rating(request: StaffRequest, contact: Contact) -> dict[str, Any]:
    """Return how the rating stands with the managers: what waits for their word, and since when agencies are asked."""
    waits = to_confirm(contact)
    asked_at = asked_on(waits) if waits else None
    return {
        "to_confirm": waits,
        "goes_first": bool(waits and goes_first(contact, waits)),
        "managers_said": said_of(waits) if waits else [],
        "confirm_by": confirmation_due(asked_at) if asked_at else None,
        "may_confirm": bool(waits and may_confirm_rating(request.staff, waits)),
    }


@require_GET
def board(request: StaffRequest, check_id: uuid.UUID) -> HttpResponse:
    """Show how each agency stands, and what came back."""
    check = queries.find_check(request.staff, check_id)
    return _board(request, check, forms.Close())


def _board(request: StaffRequest, check: Check, form: forms.Close) -> HttpResponse:
    contact = check.contact
    record("check.seen", about=check, at=request.at, hub_id=check.hub_id)
    locked = queries.holds_anything_on(request.staff, contact, request.at)
    ground = check.gate_ground
    lines = queries.board(request.staff, check)
    shown = _rating(request, contact) | {
        "check": check,
        "contact": contact,
        "form": form,
        "lines": lines,
        "from_paper": paper.ASKED in request.GET,
        "now": request.at,
        "locked": locked,
        "gate": gate_of(contact, request.at),
        "approval_awaited": bool(ground and not check.approved_at and not ground.approved_at),
        "refused": bool(ground and ground.refused_at),
        "may_approve": bool(policy.may_approve(request.staff, check)),
        "may_work": bool(policy.may_work_on(request.staff, contact)),
        "may_close": bool(policy.may_close(request.staff, check)),
        "missing": queries.missing(lines, request.at),
        "awaited": awaited(request.staff, check),
        "reopenings": reopenings(check),
        "views": views(contact),
    }
    return render(request, "check/board.html", shown)


@require_POST
def approve(request: StaffRequest, check_id: uuid.UUID) -> HttpResponse:
    """Approve, as another manager, the ground that a red check opened on."""
    check = queries.find_check(request.staff, check_id)
    actions.approve_check(check=check, by=request.staff, at=request.at)
    messages.success(request, "Approved.")
    return redirect("check:board", check.pk)


@require_POST
def close(request: StaffRequest, check_id: uuid.UUID) -> HttpResponse:
    """End the gathering."""
    check = queries.find_check(request.staff, check_id)
    form = forms.Close(request.POST)
    if form.is_valid():
        try:
            actions.close_check(check=check, by=request.staff, at=request.at, **form.cleaned_data)
        except actions.StillWaiting:
            form.add_error("why", "Not everybody has answered: enter why the check is closed without them")
        else:
            messages.success(request, "The check is closed.")
            return redirect("check:board", check.pk)
    return _board(request, check, form)


@require_POST
def chase(request: StaffRequest, check_id: uuid.UUID, enquiry_id: uuid.UUID) -> HttpResponse:
    """Remind an agency now."""
    check = queries.find_check(request.staff, check_id)
    enquiry = queries.find_asked(request.staff, check, enquiry_id)
    reminded = actions.chase(enquiry=enquiry, by=request.staff, at=request.at)
    words = (
        "A reminder went out." if reminded else "A reminder went out a moment ago, or nobody is waited for."
    )
    messages.info(request, words)
    return redirect("check:board", check.pk)


@require_http_methods(["GET", "POST"])
def withdraw(request: StaffRequest, check_id: uuid.UUID, enquiry_id: uuid.UUID) -> HttpResponse:
    """Take an enquiry back, with a reason."""
    check = queries.find_check(request.staff, check_id)
    require(policy.may_work_on(request.staff, check.contact))
    enquiry = queries.find_asked(request.staff, check, enquiry_id)
    form = forms.Withdraw(request.POST or None)
    if form.is_valid():
        actions.withdraw_enquiry(enquiry=enquiry, by=request.staff, at=request.at, **form.cleaned_data)
        messages.success(request, "The enquiry was taken back.")
        return redirect("check:board", check.pk)
    shown = {"check": check, "contact": check.contact, "enquiry": enquiry, "form": form}
    return render(request, "check/withdraw.html", shown)
