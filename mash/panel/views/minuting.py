"""Minutes: as they stand while the meeting runs, written at its end, agreed by agencies, with corrections beside."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mash.common.document import Cover, document, part_of_lines, printed_by
from mash.common.document import Part as Section
from mash.common.pdf import can_make_pdf, document_to_pdf
from mash.common.plain_file import Line
from mash.common.templates import moment
from mash.common.verdict import require
from mash.panel import actions, policy
from mash.panel.composing import HANDLING, lines_of_head, lines_of_item
from mash.panel.forms import talking as forms
from mash.panel.models import Meeting
from mash.panel.queries import meetings, panels
from mash.panel.queries import minutes as queries
from mash.panel.views.keeping import AN_ANSWER
from mash.panel.views.papers import file
from mash.panel.views.showing import REFUSED, seen, sent, short_form
from mash.partnership.http import StaffRequest


def _found(request: StaffRequest, meeting_id: uuid.UUID) -> Meeting:
    """Return a meeting for whoever keeps its panel or sits on it.  Raises Http404 for anybody else."""
    meeting = panels.find_meeting(request.staff, meeting_id)
    if not policy.may_run(request.staff, meeting.panel) and not panels.own_seat(request.staff, meeting.panel):
        raise Http404
    return meeting


@require_safe
def minutes(request: StaffRequest, meeting_id: uuid.UUID) -> HttpResponse:
    """Show the minutes, with the items that this worker hears of."""
    staff = request.staff
    meeting = _found(request, meeting_id)
    came = meetings.attending(meeting, panels.seats_of(meeting.panel))
    written = queries.written(staff, meeting, came)
    head, parts = _draft(request, meeting, came) if written is None else (written.minutes.head, written.parts)
    seen(request, meeting, "minutes", items=[str(one.item.pk) for one in parts])
    agreed = written is not None and staff.agency_id in {one.agency_id for one in written.agreed}
    there = staff.agency_id in {one.seat.agency_id for one in came if one.is_here}
    page = {
        "meeting": meeting,
        "head": head,
        "parts": parts,
        "written": written,
        "may_write": written is None
        and bool(policy.may_change(staff, meeting))
        and meeting.starts_at <= request.at,
        "may_agree": written is not None
        and there
        and not agreed
        and panels.own_seat(staff, meeting.panel) is not None,
        "pdf": can_make_pdf() and written is not None,
    }
    return render(request, "panel/minutes.html", page)


def _draft(
    request: StaffRequest, meeting: Meeting, came: list[meetings.Attending]
) -> tuple[list[str], list[queries.Part]]:
    """Return the minutes as they would be written now."""
    lacking = meetings.lacking_words(meetings.quorum_of(came))
    head = lines_of_head(queries.head_of(came), lacking)
    found = queries.entries(request.staff, meeting)
    return head, [queries.Part(item, queries.heading_of(item), lines_of_item(entry)) for item, entry in found]


@require_POST
def write(request: StaffRequest, meeting_id: uuid.UUID) -> HttpResponse:
    """Write the minutes and end the meeting."""
    meeting = _found(request, meeting_id)
    require(policy.may_run(request.staff, meeting.panel))
    try:
        actions.write_minutes(meeting=meeting, by=request.staff, at=request.at)
    except REFUSED as why:
        messages.info(request, str(why))
    else:
        messages.success(request, "The minutes are written. Each agency that was there agrees them.")
    return redirect("panel:minutes", meeting.pk)


@require_POST
def agree(request: StaffRequest, meeting_id: uuid.UUID) -> HttpResponse:
    """Agree the minutes for one's own agency."""
    meeting = _found(request, meeting_id)
    require(policy.may_say_of_minutes(request.staff, meeting, panels.own_seat(request.staff, meeting.panel)))
    actions.agree(meeting=meeting, by=request.staff, at=request.at)
    messages.success(request, "Your agency agrees the minutes.")
    return redirect("panel:minutes", meeting.pk)


@require_http_methods(AN_ANSWER)
def correct(request: StaffRequest, item_id: uuid.UUID) -> HttpResponse:
    """Put a correction beside what the minutes say of an item."""
    one = meetings.find_item(request.staff, item_id)
    if one.meeting is None:
        raise Http404
    require(policy.may_say_of_minutes(request.staff, one.meeting, panels.own_seat(request.staff, one.panel)))

    def act(said: Mapping[str, Any]) -> str:
        actions.correct(item=one, by=request.staff, at=request.at, **said)
        return "It stands beside the minutes."

    form = forms.Correct(sent(request), initial={"key": uuid.uuid4()})
    return short_form(
        request, form, act, about=one, back=(reverse("panel:minutes", args=[one.meeting.pk]), "Minutes"),
        title="Correct the minutes", button="Put it beside them", caption=queries.heading_of(one),
        intro="What was written stays as it is. Your words stand beside it, with your agency’s name.",
    )  # fmt: skip


@require_safe
def minutes_pdf(request: StaffRequest, meeting_id: uuid.UUID) -> HttpResponse:
    """Give out the minutes as a PDF, with the items that this worker hears of."""
    meeting = _found(request, meeting_id)
    came = meetings.attending(meeting, panels.seats_of(meeting.panel))
    written = queries.written(request.staff, meeting, came)
    if written is None or not can_make_pdf():
        raise Http404
    seen(request, meeting, "minutes.pdf", items=[str(one.item.pk) for one in written.parts])
    cover = Cover(
        hub=meeting.panel.hub.name,
        title=f"{meeting.panel.name}: minutes",
        reference=moment(meeting.starts_at),
        handling=HANDLING,
        printed=printed_by(str(request.staff.account.name), request.at),
        facts=[("Meeting", moment(meeting.starts_at)), ("To", str(request.staff.agency))],
    )
    there: list[Line] = [("p", words) for words in written.minutes.head]
    parts = [part_of_lines("Who came", there), *(_part_of(one) for one in written.parts)]
    return file(document_to_pdf(document(cover, parts)), "panel-minutes")


def _part_of(one: queries.Part) -> Section:
    """Return what the minutes say of one item, with the corrections beside it."""
    lines: list[Line] = [("p", words) for words in one.lines]
    lines += [("p", f"Correction by {said.agency.name}: {said.words}") for said in one.corrections]
    return part_of_lines(one.heading, lines)
