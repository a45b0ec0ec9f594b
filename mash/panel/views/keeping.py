"""Panels are opened, seats given, and meetings planned, moved and called off."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import localdate, localtime
from django.views.decorators.http import require_http_methods, require_POST

from mash.common.verdict import require
from mash.panel import actions, policy
from mash.panel.content import rules
from mash.panel.forms import keeping as forms
from mash.panel.models import Meeting, Panel, Role
from mash.panel.queries import panels as queries
from mash.panel.views.showing import sent, short_form
from mash.partnership.http import StaffRequest

AN_ANSWER = ("GET", "HEAD", "POST")


@require_http_methods(AN_ANSWER)
def new(request: StaffRequest) -> HttpResponse:
    """Open a panel."""
    require(policy.may_run_any(request.staff))

    def act(said: Mapping[str, Any]) -> str:
        made = actions.open_panel(by=request.staff, at=request.at, **said)
        return f"{made.name} is open. Give its members their seats."

    form = forms.NewPanel(sent(request), initial={"key": uuid.uuid4()})
    return short_form(
        request,
        form,
        act,
        about="panels",
        back=(reverse("panel:home"), "Panels"),
        title="Open a panel",
        button="Open it",
    )


@require_http_methods(AN_ANSWER)
def seats(request: StaffRequest, panel_id: uuid.UUID) -> HttpResponse:
    """Give somebody a seat on a panel."""
    panel = queries.find_panel(request.staff, panel_id)
    require(policy.may_run(request.staff, panel))
    form = forms.GiveSeat(sent(request), posts=queries.may_sit(request.staff, panel, request.at))

    def act(said: Mapping[str, Any]) -> str:
        deputy = said["role"] == forms.STANDS_IN
        role = Role.MEMBER if deputy else said["role"]
        post = form.posts[said["post"]]
        actions.give_seat(panel=panel, to=post, role=role, stands_in=deputy, by=request.staff, at=request.at)
        return f"{post.account.name} has a seat."

    return short_form(
        request, form, act, about=panel, back=_to(panel), title="Give a seat", button="Give it", caption=panel.name,
        intro="Each agency sends one member, who can promise what their service does, and a deputy.",
    )  # fmt: skip


@require_POST
def end_seat(request: StaffRequest, seat_id: uuid.UUID) -> HttpResponse:
    """End a seat."""
    seat = queries.find_seat(request.staff, seat_id)
    require(policy.may_run(request.staff, seat.panel))
    actions.end_seat(seat=seat, by=request.staff, at=request.at)
    messages.success(request, f"{seat.staff.account.name} has no seat any more.")
    return redirect("panel:panel", seat.panel_id)


@require_http_methods(AN_ANSWER)
def terms(request: StaffRequest, seat_id: uuid.UUID) -> HttpResponse:
    """Record that the terms of confidentiality were signed."""
    seat = queries.find_seat(request.staff, seat_id)
    if seat.staff_id != request.staff.pk:
        require(policy.may_run(request.staff, seat.panel))

    def act(said: Mapping[str, Any]) -> str:
        actions.sign_terms(seat=seat, by=request.staff, at=request.at, **said)
        return "The terms are signed for a year."

    form = forms.SignTerms(sent(request), today=localdate(request.at))
    return short_form(
        request, form, act, about=seat.panel, back=_to(seat.panel), title="Terms of confidentiality",
        button="They were signed", caption=f"{seat.staff.account.name}, {seat.agency.name}",
        intro="What is said on the panel serves the family’s plan and goes no further. Papers are destroyed after the "
        "meeting. Whoever knows somebody in a family privately says so and leaves for it.",
    )  # fmt: skip


@require_http_methods(AN_ANSWER)
def plan(request: StaffRequest, panel_id: uuid.UUID) -> HttpResponse:
    """Put meetings into a panel's calendar."""
    panel = queries.find_panel(request.staff, panel_id)
    require(policy.may_run(request.staff, panel))

    def act(said: Mapping[str, Any]) -> str:
        made = actions.plan_meetings(panel=panel, by=request.staff, at=request.at, **said)
        return f"New in the calendar: {len(made)}."

    form = forms.PlanMeetings(sent(request), today=localdate(request.at), initial={"place": panel.place})
    weeks = rules()["every_weeks"]
    return short_form(
        request, form, act, about=panel, back=_to(panel), title="Plan meetings", button="Plan them", caption=panel.name,
        intro=f"They are {weeks} weeks apart. Where the hub is closed on a day, the next working day takes its place.",
    )  # fmt: skip


@require_http_methods(AN_ANSWER)
def change(request: StaffRequest, meeting_id: uuid.UUID) -> HttpResponse:
    """Move a meeting, or change how long or where it is."""
    meeting = _to_change(request, meeting_id)

    def act(said: Mapping[str, Any]) -> str:
        actions.change_meeting(meeting=meeting, by=request.staff, at=request.at, **said)
        return "Changed. Send the invitation again, so that calendars have it."

    local = localtime(meeting.starts_at)
    initial = {
        "on": local.date(), "starts": f"{local:%H:%M}", "minutes": meeting.minutes, "place": meeting.place,
    }  # fmt: skip
    form = forms.ChangeMeeting(sent(request), initial=initial)
    return short_form(
        request, form, act, about=meeting, back=_to(meeting), title="Change the meeting", button="Change it",
        caption=meeting.panel.name,
    )  # fmt: skip


@require_http_methods(AN_ANSWER)
def call_off(request: StaffRequest, meeting_id: uuid.UUID) -> HttpResponse:
    """Call a meeting off."""
    meeting = _to_change(request, meeting_id)

    def act(said: Mapping[str, Any]) -> str:
        actions.call_off(meeting=meeting, by=request.staff, at=request.at, **said)
        return "The meeting is called off. Its families wait for another."

    form = forms.CallOff(sent(request))
    return short_form(
        request, form, act, about=meeting, back=_to(meeting.panel), title="Call the meeting off", button="Call it off",
        caption=meeting.panel.name,
    )  # fmt: skip


@require_POST
def invite(request: StaffRequest, meeting_id: uuid.UUID) -> HttpResponse:
    """Send the invitation to whoever has not had it."""
    meeting = _to_change(request, meeting_id)
    number = actions.invite(meeting=meeting, by=request.staff, at=request.at)
    said = f"Invitations on their way: {number}." if number else "Everybody has the invitation as it stands."
    messages.success(request, said)
    return redirect("panel:meeting", meeting.pk)


def _to_change(request: StaffRequest, meeting_id: uuid.UUID) -> Meeting:
    meeting = queries.find_meeting(request.staff, meeting_id)
    require(policy.may_change(request.staff, meeting))
    return meeting


def _to(one: Panel | Meeting) -> tuple[str, str]:
    if isinstance(one, Panel):
        return reverse("panel:panel", args=[one.pk]), one.name
    return reverse("panel:meeting", args=[one.pk]), "The meeting"
