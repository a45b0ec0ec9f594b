"""A meeting is held: who came, one family at a time on the screen of the room, decisions and actions."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mash.common.verdict import require
from mash.panel import actions, policy
from mash.panel.content import decisions, offered_decisions, panel_content
from mash.panel.forms import talking as forms
from mash.panel.models import Item, Meeting
from mash.panel.projecting import initialled
from mash.panel.queries import meetings, panels, planning, tracking
from mash.panel.views.keeping import AN_ANSWER
from mash.panel.views.showing import REFUSED, refused, seen, sent, short_form
from mash.partnership.http import StaffRequest
from mash.plans.queries import shown


@require_http_methods(AN_ANSWER)
def attendance(request: StaffRequest, meeting_id: uuid.UUID) -> HttpResponse:
    """Record who came."""
    meeting = panels.find_meeting(request.staff, meeting_id)
    require(policy.may_change(request.staff, meeting))
    seats = panels.seats_of(meeting.panel)
    came = meetings.attending(meeting, seats)
    known = {
        f"{one.seat.pk}-{name}": getattr(one.present, name)
        for one in came
        if one.present
        for name in ("came", "deputy")
    }
    form = forms.Attendance(sent(request), seats=seats, initial=known)
    if form.is_valid():
        try:
            actions.record_attendance(meeting=meeting, came=form.came, by=request.staff, at=request.at)
        except REFUSED as why:
            refused(form, why)
        else:
            messages.success(request, "Recorded.")
            return redirect("panel:meeting", meeting.pk)
    seen(request, meeting, "attendance")
    quorum = meetings.quorum_of(came)
    page = {
        "meeting": meeting,
        "form": form,
        "seats": seats,
        "quorum": quorum,
        "lacking": meetings.lacking_words(quorum),
    }
    return render(request, "panel/attendance.html", page)


@require_safe
def room(request: StaffRequest, meeting_id: uuid.UUID, item_id: uuid.UUID) -> HttpResponse:
    """Show one thing on the agenda, for the screen of the room: big, with initials alone and nothing confidential."""
    meeting, one = _on_the_agenda(request, meeting_id, item_id)
    seen(request, one, "room")
    agenda = meetings.agenda(request.staff, meeting)
    place = next(at for at, spot in enumerate(agenda) if spot.item.pk == one.pk)
    concluded = meetings.newest_conclusions([one]).get(one.pk)
    earlier, added = tracking.actions_on(request.staff, one)
    plan = planning.planned(request.staff, one, localdate(request.at))
    quorum = meetings.quorum_of(meetings.attending(meeting, panels.seats_of(meeting.panel)))
    page = {
        "meeting": meeting,
        "spot": agenda[place],
        "item": one,
        "place": place + 1,
        "of": len(agenda),
        "before": agenda[place - 1].item if place else None,
        "after": agenda[place + 1].item if place + 1 < len(agenda) else None,
        "quorum": quorum,
        "lacking": meetings.lacking_words(quorum),
        "concluded": concluded,
        "decided": decisions().get(concluded.decision) if concluded else None,
        "earlier": earlier,
        "added": added,
        "planned": plan,
        "to_take_over": bool(
            plan
            and not plan.has_ended
            and any(task.is_open and not task.in_plan for task in (*earlier, *added))
        ),
        "told": planning.went_up(concluded) if concluded else "",
        "left_open": tracking.open_actions(request.staff, meeting) if one.kind == "last_actions" else [],
        "opening": panel_content().opening_words,
        "initialled": lambda words: initialled(words, one.name),
        "may": bool(policy.may_change(request.staff, meeting)),
    }
    return render(request, "panel/room.html", page)


@require_http_methods(AN_ANSWER)
def decide(request: StaffRequest, meeting_id: uuid.UUID, item_id: uuid.UUID) -> HttpResponse:
    """Record what the panel decided of a family."""
    meeting, one = _to_record(request, meeting_id, item_id)
    newest = meetings.newest_conclusions([one]).get(one.pk)
    plan = planning.planned(request.staff, one, localdate(request.at))
    led = plan.lead if plan and plan.lead and plan.lead.agency else None
    known = {"lead_name": led.name, "lead_agency": str(led.agency_id)} if led else {}
    form = forms.Decide(
        sent(request),
        decisions=offered_decisions(),
        agencies=meetings.agencies_of(request.staff),
        today=localdate(meeting.starts_at),
        initial={"follows": newest.number if newest else 0, **known},
    )
    if form.is_valid():
        named = ("decision", "words", "lead_name", "review_on", "follows")
        said = {name: form.cleaned_data[name] for name in named}
        lead = form.agencies.get(form.cleaned_data["lead_agency"])
        try:
            made = actions.conclude(
                item=one, by=request.staff, at=request.at, lead_agency=lead, up=form.up, **said
            )
        except REFUSED as why:
            refused(form, why)
        else:
            word = (
                "Recorded. There is no quorum: those who are missing are asked."
                if made.missing
                else "Recorded."
            )
            messages.success(request, word)
            return _room(meeting, one)
    seen(request, one, "decide")
    quorum = meetings.quorum_of(meetings.attending(meeting, panels.seats_of(meeting.panel)))
    page = {
        "meeting": meeting, "item": one, "form": form, "quorum": quorum, "lacking": meetings.lacking_words(quorum),
        "planned": plan,
    }  # fmt: skip
    return render(request, "panel/decide.html", page)


@require_http_methods(AN_ANSWER)
def action(request: StaffRequest, meeting_id: uuid.UUID, item_id: uuid.UUID) -> HttpResponse:
    """Record what somebody does for a family by a day: in its plan, where it has one."""
    meeting, one = _to_record(request, meeting_id, item_id)
    plan = planning.open_plan_of(request.staff, one)
    options: dict[str, Any] = {
        "agencies": meetings.agencies_of(request.staff),
        "today": localdate(meeting.starts_at),
        "initial": {"key": uuid.uuid4()},
    }
    form: forms.AddAction
    if plan is None:
        form = forms.AddAction(sent(request), **options)
    else:
        needs = [row for row in shown.needs_of(plan) if row.met_on is None]
        form = forms.AddToPlan(sent(request), needs=needs, **options)

    def act(said: Mapping[str, Any]) -> str:
        if isinstance(form, forms.AddToPlan):
            actions.add_to_plan(item=one, by=request.staff, at=request.at, **form.answers)
            return "Added to the plan."
        given = dict(said) | {"agency": form.agencies[said["agency"]]}
        actions.add_action(item=one, by=request.staff, at=request.at, **given)
        return "Added."

    back = (reverse("panel:room", args=[meeting.pk, one.pk]), "The meeting")
    return short_form(
        request, form, act, about=one, back=back, title="Add an action", button="Add it",
        caption=f"{one.title} {one.reference}",
        intro=f"It stands in the family’s plan, {plan.reference}." if plan else "",
    )  # fmt: skip


@require_http_methods(AN_ANSWER)
def progress(request: StaffRequest, item_id: uuid.UUID, action_id: uuid.UUID) -> HttpResponse:
    """Say where an action of the family's plan stands, or carry it over."""
    one = meetings.find_item(request.staff, item_id)
    require(policy.may_run(request.staff, one.panel))
    found = planning.find_plan_action(request.staff, one, action_id)
    form = forms.TickInPlan(sent(request), initial={"version": found.version})

    def act(said: Mapping[str, Any]) -> str:
        actions.tick_in_plan(item=one, action=found, by=request.staff, at=request.at, **said)
        return "Kept."

    return short_form(
        request, form, act, about=one, back=_from(request, one), title="Where does it stand?", button="Save",
        caption=f"{one.title} {one.reference}",
        intro=f"{initialled(found.words, one.name)} {initialled(found.person_name, one.name)}, {found.agency.name}.",
    )  # fmt: skip


@require_POST
def take_over(request: StaffRequest, meeting_id: uuid.UUID, item_id: uuid.UUID) -> HttpResponse:
    """Take into a family's plan what the panel agreed before there was one."""
    meeting, one = _on_the_agenda(request, meeting_id, item_id)
    try:
        number = actions.take_over(item=one, by=request.staff, at=request.at)
    except REFUSED as why:
        messages.error(request, str(why))
    else:
        messages.success(request, f"In the plan now: {number}.")
    return _room(meeting, one)


@require_http_methods(AN_ANSWER)
def tick(request: StaffRequest, action_id: uuid.UUID) -> HttpResponse:
    """Say where an action stands: done, or carried over."""
    found = meetings.find_action(request.staff, action_id)
    require(policy.may_run(request.staff, found.item.panel))
    (tracked,) = tracking.tracked([found])
    form = forms.Tick(sent(request), initial={"follows": tracked.follows})

    def act(said: Mapping[str, Any]) -> str:
        actions.say_progress(action=found, by=request.staff, at=request.at, **said)
        return "Kept."

    return short_form(
        request, form, act, about=found.item, back=_from(request, found.item), title="Where does it stand?",
        button="Save", caption=f"{found.item.title} {found.item.reference}",
        intro=f"{initialled(found.what, found.item.name)} {found.person}, {found.agency.name}.",
    )  # fmt: skip


def _from(request: StaffRequest, one: Item) -> tuple[str, str]:
    """Return the page from which an action was opened: the meeting that its address names, else the item."""
    there = _key_of_meeting(request)
    if there:
        return reverse("panel:meeting", args=[there]), "The meeting"
    return reverse("panel:item", args=[one.pk]), one.reference


def _key_of_meeting(request: StaffRequest) -> uuid.UUID | None:
    """Return the meeting from which an action was opened, if its address says so."""
    try:
        return panels.find_meeting(request.staff, uuid.UUID(request.GET.get("meeting", ""))).pk
    except ValueError:
        return None


@require_http_methods(AN_ANSWER)
def confirm(request: StaffRequest, concluded_id: uuid.UUID) -> HttpResponse:
    """Say for an agency that was missing whether a decision without a quorum stands."""
    concluded = meetings.find_concluded(request.staff, concluded_id)
    one = concluded.item
    require(policy.may_confirm(request.staff, concluded, panels.own_seat(request.staff, one.panel)))

    def act(said: Mapping[str, Any]) -> str:
        agrees = said["agrees"] == forms.YES
        actions.confirm(
            concluded=concluded, agrees=agrees, words=said["words"], by=request.staff, at=request.at
        )
        return "Your agency’s word is kept."

    known = decisions().get(concluded.decision)
    return short_form(
        request, forms.Confirm(sent(request)), act, about=one,
        back=(reverse("panel:item", args=[one.pk]), one.reference), title="Decided without a quorum", button="Say so",
        caption=f"{one.title} {one.reference}",
        intro=f"{known.label if known else concluded.decision}. {concluded.words}",
    )  # fmt: skip


def _on_the_agenda(request: StaffRequest, meeting_id: uuid.UUID, item_id: uuid.UUID) -> tuple[Meeting, Item]:
    """Return a thing on the agenda of a meeting, for whoever keeps the panel.  Raises Http404 for anything else."""
    meeting = panels.find_meeting(request.staff, meeting_id)
    require(policy.may_run(request.staff, meeting.panel))
    one = meetings.find_item(request.staff, item_id)
    if one.meeting_id != meeting.pk or one.taken_off_at:
        raise Http404
    return meeting, one


def _to_record(request: StaffRequest, meeting_id: uuid.UUID, item_id: uuid.UUID) -> tuple[Meeting, Item]:
    meeting, one = _on_the_agenda(request, meeting_id, item_id)
    require(policy.may_change(request.staff, meeting))
    if not one.of_a_family:
        raise Http404
    return meeting, one


def _room(meeting: Meeting, one: Item) -> HttpResponse:
    return redirect("panel:room", meeting.pk, one.pk)
