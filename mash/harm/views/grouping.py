"""Pages on which groups are named, people are counted to them, and they end."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from mash.common.verdict import require
from mash.decision.views.sending import sent
from mash.harm import actions, policy, queries
from mash.harm.forms import CountTo, NameGroup, Why
from mash.harm.views.doing import done
from mash.harm.views.looking import seen
from mash.ledger.actions import record
from mash.partnership.http import StaffRequest


@require_http_methods(["GET", "POST"])
def name_group(request: StaffRequest) -> HttpResponse:
    """Name a group of the people whom the address gives by key, with the reason."""
    require(policy.may_act(request.staff))
    people = queries.people_by_key(request.staff, request.GET.getlist("person"))
    if not people:
        raise Http404
    keys = [str(one.pk) for one in people]
    form = NameGroup(sent(request), people=people, initial={"key": uuid.uuid4(), "people": keys})
    if form.is_valid():
        said = form.cleaned_data
        keys_chosen = said.pop("people")
        chosen = [one for one in people if str(one.pk) in keys_chosen]
        try:
            made = actions.name_group(people=chosen, by=request.staff, at=request.at, **said)
        except actions.NotWhole as refusal:
            form.refuse(refusal.places)
        else:
            messages.success(request, "Kept. It is counted from now on.")
            return redirect("harm:one", "group", made.pk)
    record(
        "harm.groups_seen",
        about=request.staff.hub,
        at=request.at,
        hub_id=request.staff.hub_id,
        detail={"people": keys},
    )
    return render(request, "harm/name_group.html", {"form": form})


@require_http_methods(["GET", "POST"])
def count_to(request: StaffRequest, person_id: uuid.UUID) -> HttpResponse:
    """Count somebody to a group, with the reason."""
    require(policy.may_act(request.staff))
    thing = queries.find(request.staff, "person", person_id)
    groups = queries.groups_that_count(request.staff)
    if not groups or thing.person is None:
        raise Http404
    form = CountTo(sent(request), groups=groups)
    if form.is_valid():
        group = next(one for one in groups if str(one.pk) == form.cleaned_data["group"])
        try:
            actions.count_to(
                group=group,
                person=thing.person,
                why=form.cleaned_data["why"],
                by=request.staff,
                at=request.at,
            )
        except actions.NotWhole as refusal:
            form.refuse(refusal.places)
        except actions.HasEnded as why:
            messages.info(request, str(why))
            return redirect("harm:one", "person", person_id)
        else:
            messages.success(request, "Kept.")
            return redirect("harm:one", "group", group.pk)
    seen(request, thing, "group")
    return render(request, "harm/count_to.html", {"form": form, "thing": thing})


@require_http_methods(["GET", "POST"])
def leave_group(request: StaffRequest, counted_id: uuid.UUID) -> HttpResponse:
    """Count somebody to a group no more, with the reason."""
    require(policy.may_act(request.staff))
    member = queries.find_member(request.staff, counted_id)
    form = Why(sent(request))

    def act() -> None:
        actions.leave_group(member=member, by=request.staff, at=request.at, **form.cleaned_data)

    said = "Kept. What was before stays to be read."
    if answer := done(request, form, act, said, "harm:one", "group", member.group_id):
        return answer
    thing = queries.find(request.staff, "group", member.group_id)
    seen(request, thing, "leave")
    title = f"{member.person} does not belong to it any more"
    shown = {"form": form, "thing": thing, "title": title, "button": "Keep it", "warning": False}
    return render(request, "harm/why.html", shown)


@require_http_methods(["GET", "POST"])
def end_group(request: StaffRequest, group_id: uuid.UUID) -> HttpResponse:
    """End a group, with the reason."""
    require(policy.may_act(request.staff))
    thing = queries.find(request.staff, "group", group_id)
    group = thing.group
    if group is None:
        raise Http404
    form = Why(sent(request))

    def act() -> None:
        actions.end_group(group=group, by=request.staff, at=request.at, **form.cleaned_data)

    said = "It has ended. What it was stays to be read."
    if answer := done(request, form, act, said, "harm:one", "group", group_id):
        return answer
    seen(request, thing, "end")
    shown = {
        "form": form,
        "thing": thing,
        "title": f"End the group {thing.name}",
        "button": "End it",
        "warning": True,
    }
    return render(request, "harm/why.html", shown)
