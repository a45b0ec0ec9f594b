"""Telling a school of a domestic abuse incident, and the school's own pages of such notices."""

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localtime
from django.views.decorators.http import require_http_methods, require_safe

from mash.common.verdict import require
from mash.contact import queries as contacts
from mash.contact.models import ContactPerson
from mash.decision import policy, schools
from mash.decision.actions import schooling as actions
from mash.decision.content import letters as templates
from mash.decision.queries import schools as queries
from mash.decision.school_forms import Called, NotTold, TellSchool
from mash.decision.views.sending import sent
from mash.ledger.actions import record
from mash.partnership.http import StaffRequest
from mash.triage import fixed
from mash.triage.policy import may_tell_school

HANDLED = {"csrfmiddlewaretoken", "step", "kept_for", "opened"}


@require_safe
def schools_on(request: StaffRequest, contact_id: uuid.UUID) -> HttpResponse:
    """Show, for each child of a contact about domestic abuse, whether its school was told, and by which notice."""
    contact = contacts.find(request.staff, contact_id)
    record("schools.seen", about=contact, at=request.at, hub_id=contact.hub_id)
    shown = {
        "contact": contact,
        "rows": queries.to_tell(contact),
        "attended": fixed.police_attended_at(contact),
        "may": may_tell_school(request.staff, contact),
        "now": request.at,
    }
    return render(request, "decision/schools.html", shown)


@require_http_methods(["GET", "POST"])
def tell_school(request: StaffRequest, child_id: uuid.UUID) -> HttpResponse:
    """Write the notice to a child's school, read its exact words, and send it."""
    child = queries.find_child(request.staff, child_id)
    require(may_tell_school(request.staff, child.contact))
    began = fixed.police_attended_at(child.contact)
    if began is None:
        messages.info(request, "Record first that the police attended.")
        return redirect("triage:clocks", child.contact_id)
    form = TellSchool(
        sent(request),
        schools=queries.schools_of(request.staff),
        was_there=queries.was_there(),
        named=queries.key_adults(child.hub_id, request.at),
    )
    shown = {
        "contact": child.contact,
        "child": child,
        "form": form,
        "starts": schools.next_start(max(began, request.at), queries.day_starts()),
        "letter": templates()[schools.NOTICE],
    }
    if request.POST.get("step") != "edit" and form.is_valid():
        try:
            if request.POST.get("step") == "send":
                actions.tell_school(child=child, notice=form.notice, by=request.staff, at=request.at)
                messages.success(
                    request, f"Sent to {form.notice.agency}. It counts when somebody there opens it."
                )
                return redirect("decision:schools", child.contact_id)
            subject, words, starts = actions.read_over(child, form.notice, request.at)
        except actions.NoticeBlocked as blocked:
            for reason in blocked.reasons:
                form.add_error(None, reason)
        else:
            typed = [
                (name, value)
                for name in request.POST
                if name not in HANDLED
                for value in request.POST.getlist(name)
            ]
            shown |= {
                "subject": subject,
                "words": words,
                "starts": starts,
                "typed": typed,
                "to": form.notice.agency,
                "recipient": form.notice.recipient,
            }
            return render(request, "decision/tell_school_check.html", shown)
    return render(request, "decision/tell_school.html", shown)


@require_safe
def notices(request: StaffRequest) -> HttpResponse:
    """List the notices to this worker's school."""
    require(policy.may_read_notices(request.staff))
    return render(request, "decision/school_notices.html", {"rows": queries.notices_to(request.staff)})


@require_safe
def notice(request: StaffRequest, notice_id: uuid.UUID) -> HttpResponse:
    """Show a notice as it went: to the school, which leaves a receipt, or to the desk."""
    found = queries.find_notice(request.staff, notice_id)
    actions.see_notice(notice=found, by=request.staff, at=request.at)
    at_school = found.agency_id == request.staff.agency_id
    return render(request, "decision/school_notice.html", {"notice": found, "at_school": at_school})


@require_safe
def to_call(request: StaffRequest) -> HttpResponse:
    """List the children whose school is to be called: nobody there opened the notice, and its day begins."""
    require(policy.may_call_schools(request.staff))
    record("schools.to_call_listed", about=request.staff, at=request.at, hub_id=request.staff.hub_id)
    rows = queries.to_call(request.staff, request.at)
    named = queries.key_adults(request.staff.hub_id, request.at)
    return render(request, "decision/schools_to_call.html", {"rows": rows, "named": named, "now": request.at})


@require_http_methods(["GET", "POST"])
def called(request: StaffRequest, child_id: uuid.UUID) -> HttpResponse:
    """Record a call to a child's school."""
    child = queries.find_child(request.staff, child_id)
    here = localtime(request.at)
    initial = {"key": uuid.uuid4(), "on": here.date(), "clock": f"{here:%H:%M}"}
    form = Called(sent(request), initial=initial)
    return _recorded(
        request,
        child,
        form,
        lambda: actions.record_call(child=child, by=request.staff, at=request.at, **form.answers),
        template="called",
    )


@require_http_methods(["GET", "POST"])
def not_told(request: StaffRequest, child_id: uuid.UUID) -> HttpResponse:
    """Record that a child's school is not told."""
    child = queries.find_child(request.staff, child_id)
    form = NotTold(sent(request), initial={"key": uuid.uuid4()})
    return _recorded(
        request,
        child,
        form,
        lambda: actions.record_not_told(child=child, by=request.staff, at=request.at, **form.cleaned_data),
        template="not_told",
    )


def _recorded(
    request: StaffRequest,
    child: ContactPerson,
    form: Called | NotTold,
    act: Callable[[], None],
    *,
    template: str,
) -> HttpResponse:
    require(may_tell_school(request.staff, child.contact))
    if form.is_valid():
        try:
            act()
        except actions.NoticeBlocked as blocked:
            for reason in blocked.reasons:
                form.add_error(None, reason)
        else:
            messages.success(request, "Recorded.")
            return redirect("decision:schools", child.contact_id)
    record("schools.seen", about=child.contact, at=request.at, hub_id=child.hub_id)
    shown = {"contact": child.contact, "child": child, "form": form}
    return render(request, f"decision/school_{template}.html", shown)
