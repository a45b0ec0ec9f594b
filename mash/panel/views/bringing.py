"""A family is brought and looked up; an agenda is put together."""

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
from mash.ledger.actions import record
from mash.panel import actions, policy
from mash.panel.content import decisions, offered_kinds, panel_content
from mash.panel.forms import talking as forms
from mash.panel.models import Item, Meeting
from mash.panel.queries import bringing as queries
from mash.panel.queries import meetings, panels, planning, tracking
from mash.panel.views.keeping import AN_ANSWER
from mash.panel.views.listing import show_meeting
from mash.panel.views.showing import REFUSED, refused, seen, sent, short_form
from mash.partnership.http import StaffRequest
from mash.people import queries as people


@require_http_methods(AN_ANSWER)
def bring(request: StaffRequest, person_id: uuid.UUID) -> HttpResponse:
    """Write a family down for a panel."""
    staff = request.staff
    person = people.find(staff, person_id)
    require(policy.may_bring(staff, person))
    decided = queries.decided_of(staff, person)
    agencies = meetings.agencies_of(staff)
    form = forms.Bring(
        sent(request),
        panels=panels.panels_of(staff),
        kinds=offered_kinds(of_a_family=True),
        agencies=agencies,
        initial={"key": uuid.uuid4(), "asked": queries.asked_in(decided)},
    )
    if form.is_valid():
        said = form.cleaned_data
        try:
            made = actions.bring(
                key=said["key"],
                panel=form.panels[said["panel"]],
                person=person,
                decision=decided.decision if decided else None,
                kind=said["kind"],
                household=said["household"],
                asked=said["asked"],
                background=said["background"],
                agreement=said["agreement"],
                agencies=form.chosen,
                by=staff,
                at=request.at,
            )
        except REFUSED as why:
            refused(form, why)
        else:
            messages.success(request, f"Brought to {made.panel.name} as {made.reference}.")
            return redirect("panel:item", made.pk)
    record("person.seen", about=person, at=request.at, hub_id=person.hub_id, detail={"page": "panel"})
    page = {"person": person, "form": form, "decided": decided, "entry": panel_content().entry}
    return render(request, "panel/bring.html", page)


@require_safe
def item(request: StaffRequest, item_id: uuid.UUID) -> HttpResponse:
    """Show one family as those who are needed read it: what is asked, what agencies found, what was decided."""
    staff = request.staff
    one = meetings.find_item(staff, item_id)
    if not one.of_a_family:
        raise Http404
    seen(request, one, "item")
    concluded = meetings.newest_conclusions([one]).get(one.pk)
    earlier, added = tracking.actions_on(staff, one)
    page = {
        "item": one,
        "label": meetings.label_of(one.kind),
        "needed": meetings.needed_by(one),
        "checks": meetings.newest_checks([one])[one.pk],
        "check_words": meetings.check_words,
        "concluded": concluded,
        "decided": decisions().get(concluded.decision) if concluded else None,
        "stands": meetings.stands(concluded) if concluded else True,
        "confirmed": meetings.confirmations(concluded) if concluded else [],
        "planned": planning.planned(staff, one, localdate(request.at)),
        "told": planning.went_up(concluded) if concluded else "",
        "earlier": earlier,
        "added": added,
        "may_check": bool(policy.may_check(staff, one, panels.own_seat(staff, one.panel))),
        "may": bool(policy.may_run(staff, one.panel)),
        "may_change": one.meeting is None or bool(policy.may_change(staff, one.meeting)),
        "people_seen": staff.works_at_the_desk,
    }
    return render(request, "panel/item.html", page)


@require_http_methods(AN_ANSWER)
def check(request: StaffRequest, item_id: uuid.UUID) -> HttpResponse:
    """Say what one's own agency found in its own records."""
    staff = request.staff
    one = meetings.find_item(staff, item_id)
    require(policy.may_check(staff, one, panels.own_seat(staff, one.panel)))
    newest, count = queries.own_check(staff, one)
    form = forms.OwnCheck(sent(request), initial={"follows": count})
    if form.is_valid():
        try:
            actions.check_own_records(item=one, by=staff, at=request.at, **form.cleaned_data)
        except REFUSED as why:
            refused(form, why)
        else:
            messages.success(request, f"Kept for {one.reference}.")
            return redirect("panel:item", one.pk)
    seen(request, one, "check")
    page = {
        "item": one, "form": form, "newest": newest, "check_words": meetings.check_words,
        "label": meetings.label_of(one.kind), "needed": meetings.needed_by(one),
    }  # fmt: skip
    return render(request, "panel/check.html", page)


@require_http_methods(AN_ANSWER)
def needed(request: StaffRequest, item_id: uuid.UUID) -> HttpResponse:
    """Say which agencies are needed for a family."""
    one = _kept(request, item_id)

    def act(_: Mapping[str, Any]) -> str:
        actions.need(item=one, agencies=form.chosen, by=request.staff, at=request.at)
        return "Only the agencies that are needed hear of this family."

    there = [str(agency.pk) for agency in meetings.needed_by(one)]
    form = forms.Needed(
        sent(request), agencies=meetings.agencies_of(request.staff), initial={"agencies": there}
    )
    return short_form(
        request, form, act, about=one, back=(reverse("panel:item", args=[one.pk]), one.reference),
        title="Who is needed", button="Save", caption=f"{one.title} {one.reference}",
    )  # fmt: skip


@require_http_methods(AN_ANSWER)
def take_off(request: StaffRequest, item_id: uuid.UUID) -> HttpResponse:
    """Take something off an agenda, or a family off the list for good."""
    one = _kept(request, item_id)
    panel, meeting = one.panel, one.meeting

    def act(said: Mapping[str, Any]) -> str:
        actions.take_off(item=one, why=said["why"], by=request.staff, at=request.at)
        return "It waits for another meeting." if meeting and one.of_a_family else "It is taken off."

    back = (
        (reverse("panel:meeting", args=[meeting.pk]), "The meeting")
        if meeting
        else (reverse("panel:panel", args=[panel.pk]), panel.name)
    )
    return short_form(
        request, forms.TakeOff(sent(request)), act, about=one, back=back, title="Take it off", button="Take it off",
        caption=f"{one.title} {one.reference}",
    )  # fmt: skip


def _kept(request: StaffRequest, item_id: uuid.UUID) -> Item:
    """Return an item that this worker may change.  Raises Http404 or PermissionDenied."""
    one = meetings.find_item(request.staff, item_id)
    require(policy.may_run(request.staff, one.panel))
    if one.meeting:
        require(policy.may_change(request.staff, one.meeting))
    return one


# The agenda


@require_POST
def add(request: StaffRequest, meeting_id: uuid.UUID) -> HttpResponse:
    """Put a part of the meeting that is about no family on its agenda."""
    meeting = _agenda(request, meeting_id)
    form = forms.AddPart(request.POST, kinds=offered_kinds(of_a_family=False), auto_id="add_%s")
    if form.is_valid():
        try:
            actions.add_part(meeting=meeting, by=request.staff, at=request.at, **form.cleaned_data)
        except REFUSED as why:
            refused(form, why)
        else:
            return _back(meeting)
    return show_meeting(request, meeting_id, add=form)


@require_http_methods(AN_ANSWER)
def review(request: StaffRequest, meeting_id: uuid.UUID, plan_id: uuid.UUID) -> HttpResponse:
    """Take a plan that is due onto a meeting's agenda."""
    meeting = _agenda(request, meeting_id)
    plan = planning.find_due(request.staff, meeting, plan_id, localdate(meeting.starts_at))
    form = forms.Review(
        sent(request),
        kinds=offered_kinds(of_a_family=True),
        agencies=meetings.agencies_of(request.staff),
        initial={
            "key": uuid.uuid4(),
            "agencies": [str(one.pk) for one in planning.agencies_in_plan(plan)],
        },
    )

    def act(said: Mapping[str, Any]) -> str:
        one = actions.bring_to_review(
            meeting=meeting, key=said["key"], plan=plan, kind=said["kind"], asked=said["asked"], agencies=form.chosen,
            by=request.staff, at=request.at,
        )  # fmt: skip
        return f"On the agenda as {one.reference}."

    return short_form(
        request, form, act, about=plan, back=(reverse("panel:meeting", args=[meeting.pk]), "The meeting"),
        title="Look at a plan together", button="Put it on the agenda", caption=f"Plan {plan.reference}",
    )  # fmt: skip


@require_POST
def put_on(request: StaffRequest, meeting_id: uuid.UUID) -> HttpResponse:
    """Put a family that waits on a meeting's agenda."""
    meeting = _agenda(request, meeting_id)
    one = meetings.find_item(request.staff, _key(request))
    try:
        actions.put_on(meeting=meeting, item=one, by=request.staff, at=request.at)
    except REFUSED as why:
        messages.info(request, str(why))
    return _back(meeting)


@require_POST
def move(request: StaffRequest, meeting_id: uuid.UUID) -> HttpResponse:
    """Move a thing one place up or down the agenda."""
    meeting = _agenda(request, meeting_id)
    one = meetings.find_item(request.staff, _key(request))
    way, place = request.POST.get("way", ""), request.POST.get("place", "")
    if one.meeting_id != meeting.pk or way not in {"up", "down"} or not place.isdecimal():
        raise Http404
    try:
        actions.move(item=one, way=way, seen_at=int(place), by=request.staff, at=request.at)
    except REFUSED as why:
        messages.info(request, str(why))
    return redirect(reverse("panel:meeting", args=[meeting.pk]) + f"#item-{one.pk}")


@require_POST
def time(request: StaffRequest, meeting_id: uuid.UUID) -> HttpResponse:
    """Give a thing on the agenda more or less time."""
    meeting = _agenda(request, meeting_id)
    one = meetings.find_item(request.staff, _key(request))
    if one.meeting_id != meeting.pk:
        raise Http404
    form = forms.Minutes(request.POST, auto_id=f"time-{one.pk}-%s")
    if not form.is_valid():
        return show_meeting(request, meeting_id, **{f"time-{one.pk}": form})
    actions.give_minutes(item=one, minutes=form.cleaned_data["minutes"], by=request.staff, at=request.at)
    return _back(meeting)


def _agenda(request: StaffRequest, meeting_id: uuid.UUID) -> Meeting:
    meeting = panels.find_meeting(request.staff, meeting_id)
    require(policy.may_change(request.staff, meeting))
    return meeting


def _key(request: StaffRequest) -> uuid.UUID:
    try:
        return uuid.UUID(request.POST.get("item", ""))
    except ValueError:
        raise Http404 from None


def _back(meeting: Meeting) -> HttpResponse:
    return redirect("panel:meeting", meeting.pk)
