"""The invitation for a calendar, and each agency's papers: on a page to be printed, and as a file."""

import uuid

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from mash.common.document import printed_by
from mash.common.pdf import can_make_pdf, document_to_pdf
from mash.panel import policy
from mash.panel.actions.meetings import invitation_of
from mash.panel.calendars import TYPE, to_ics
from mash.panel.composing import lines_of_pack, to_html
from mash.panel.models import Meeting
from mash.panel.queries import meetings, panels
from mash.panel.queries.minutes import cases_of, pack_for
from mash.panel.views.showing import seen
from mash.partnership.http import StaffRequest
from mash.partnership.models import Agency


@require_safe
def invitation(request: StaffRequest, meeting_id: uuid.UUID) -> HttpResponse:
    """Give out a meeting for a calendar.  It names no family."""
    meeting = panels.find_meeting(request.staff, meeting_id)
    words = to_ics(invitation_of(meeting, said_at=request.at))
    answer = HttpResponse(words, content_type=TYPE)
    answer["Content-Disposition"] = 'attachment; filename="panel-meeting.ics"'
    return answer


@require_safe
def pack(request: StaffRequest, meeting_id: uuid.UUID) -> HttpResponse:
    """Show an agency's papers for a meeting: those of one's own, or for whoever keeps the panel those of each."""
    meeting = panels.find_meeting(request.staff, meeting_id)
    agencies = _agencies(request, meeting)
    wanted = request.GET.get("agency", "")
    agency = next((one for one in agencies if str(one.pk) == wanted), agencies[0])
    made = pack_for(request.staff, meeting, agency, cases_of(request.staff, meeting))
    cases = [one.reference for one in made.cases]
    seen(request, meeting, "pack", agency=str(agency.pk), cases=cases)
    page = {
        "meeting": meeting,
        "agency": agency,
        "agencies": agencies if len(agencies) > 1 else [],
        "lines": lines_of_pack(made)[1:],
        "pdf": can_make_pdf(),
    }
    return render(request, "panel/pack.html", page)


@require_safe
def pack_pdf(request: StaffRequest, meeting_id: uuid.UUID, agency_id: uuid.UUID) -> HttpResponse:
    """Give out an agency's papers as a PDF."""
    meeting = panels.find_meeting(request.staff, meeting_id)
    agency = next((one for one in _agencies(request, meeting) if one.pk == agency_id), None)
    if agency is None or not can_make_pdf():
        raise Http404
    made = pack_for(request.staff, meeting, agency)
    cases = [one.reference for one in made.cases]
    seen(request, meeting, "pack.pdf", agency=str(agency.pk), cases=cases)
    printed = printed_by(str(request.staff.account.name), request.at)
    return file(document_to_pdf(to_html(made, printed)), "panel-papers")


def file(body: bytes, name: str) -> HttpResponse:
    """Give out a PDF under a name that says nothing of anybody."""
    answer = HttpResponse(body, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    return answer


def _agencies(request: StaffRequest, meeting: Meeting) -> list[Agency]:
    """Return the agencies whose papers this worker may have.  Raises Http404 for whoever may have none."""
    if policy.may_run(request.staff, meeting.panel):
        seats = panels.seats_of(meeting.panel)
        found = {one.agency_id: one.agency for one in seats}
        found |= {one.pk: one for one in meetings.agencies_needed(request.staff, meeting)}
        if found:
            return sorted(found.values(), key=lambda one: one.name)
    elif panels.own_seat(request.staff, meeting.panel):
        return [request.staff.agency]
    raise Http404
