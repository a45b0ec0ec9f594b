"""The pages about systems: for whoever sets up the hub, and for whoever leads an agency."""

import uuid
from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mash.common.verdict import require
from mash.ledger.actions import record
from mash.partnership.http import StaffRequest
from mash.setup.differences import Difference
from mash.setup.queries import people as agencies
from mash.setup.views.steps import SaidNo, in_steps
from mash.systems import actions, forms, policy, queries
from mash.systems.models import Scope

NEW = "{name} may speak with the hub. It opens nothing until whoever leads {agency} gives it a key."


@require_http_methods(["GET", "POST"])
def systems(request: StaffRequest) -> HttpResponse:
    """Show which systems speak with the hub, and let another."""
    require(policy.may_set_up_systems(request.staff))
    known = list(queries.set_up(request.staff))
    form = forms.LetSpeak(request.POST or None, agencies=agencies.agencies(request.staff))

    def save() -> HttpResponse | None:
        try:
            made = actions.let_speak(by=request.staff, at=request.at, **form.cleaned_data)
        except actions.NotWhole as no:
            raise SaidNo("name", str(no)) from no
        messages.success(request, NEW.format(name=made.name, agency=made.agency))
        return redirect("systems:system", made.pk)

    def differences() -> list[Difference]:
        said = form.cleaned_data
        if any(one.name == said["name"] and one.ended_at is None for one in known):
            raise SaidNo("name", "A system of this name speaks with the hub already")
        return [(f"{said['name']} of {said['agency']}", "does not speak with the hub", _in_words(said))]

    return in_steps(
        request,
        form,
        template="systems/systems.html",
        context={"title": "Systems of agencies", "systems": known},
        state=[str(one.pk) for one in known],
        differences=differences,
        save=save,
        saved="Saved.",
        done="systems:systems",
    )


@require_http_methods(["GET", "POST"])
def system(request: StaffRequest, system_id: uuid.UUID) -> HttpResponse:
    """Show one system with its keys and how much came from it; change what it may do."""
    require(policy.may_set_up_systems(request.staff))
    found = queries.find_set_up(request.staff, system_id)
    now = {"organisation": found.organisation, "scopes": found.scopes}
    form = forms.SayAnew(request.POST or None, initial=now)

    def save() -> HttpResponse | None:
        try:
            actions.say_anew(system=found, by=request.staff, at=request.at, **form.cleaned_data)
        except actions.NotWhole as no:
            raise SaidNo(None, str(no)) from no
        messages.success(request, "Saved. It counts from its next request on.")
        return redirect("systems:system", found.pk)

    def differences() -> list[Difference]:
        before, after = _in_words(now), _in_words(form.cleaned_data)
        return [(found.name, before, after)] if before != after else []

    record("system.seen", about=found, at=request.at, hub_id=found.hub_id)
    shown = {
        "title": found.name,
        "system": found,
        "keys": queries.keys_of([found], request.at)[found.pk],
        "arrivals": queries.arrivals_of(found),
    }
    return in_steps(
        request,
        form,
        template="systems/system.html",
        context=shown,
        state=now | {"ended": bool(found.ended_at)},
        differences=differences,
        save=save,
        saved="Saved.",
        done="systems:systems",
    )


@require_http_methods(["GET", "POST"])
def end(request: StaffRequest, system_id: uuid.UUID) -> HttpResponse:
    """End that a system speaks with the hub."""
    require(policy.may_set_up_systems(request.staff))
    found = queries.find_set_up(request.staff, system_id)
    form = forms.End(request.POST or None)

    def save() -> None:
        actions.end_system(system=found, by=request.staff, at=request.at, **form.cleaned_data)

    def differences() -> list[Difference]:
        if found.ended_at:
            return []
        return [(found.name, "speaks with the hub", "none of its keys opens anything")]

    return in_steps(
        request,
        form,
        template="systems/end.html",
        context={"title": f"{found.name} ends", "system": found},
        state=bool(found.ended_at),
        differences=differences,
        save=save,
        saved="It no longer speaks with the hub.",
        done="systems:systems",
    )


@require_safe
def own(request: StaffRequest) -> HttpResponse:
    """Show whoever leads an agency its systems, and their keys."""
    require(policy.may_see_own(request.staff))
    found = list(queries.own(request.staff))
    keys = queries.keys_of(found, request.at)
    record("systems.seen", about=request.staff, at=request.at, hub_id=request.staff.hub_id)
    return render(request, "systems/own.html", {"systems": [(one, keys[one.pk]) for one in found]})


@require_http_methods(["GET", "POST"])
def give(request: StaffRequest, system_id: uuid.UUID) -> HttpResponse:
    """Give one's own system a key, which is shown once."""
    require(policy.may_see_own(request.staff))
    found = queries.find_own(request.staff, system_id)
    require(policy.may_give_key(request.staff, found))
    form, shown_once = forms.GiveKey(request.POST if request.method == "POST" else None), ""
    if form.is_valid():
        try:
            _, shown_once = actions.give_key(
                system=found, by=request.staff, at=request.at, **form.cleaned_data
            )
        except actions.NotWhole as no:
            form.add_error(None, str(no))
    return render(request, "systems/give.html", {"form": form, "system": found, "shown_once": shown_once})


@require_POST
def end_key(request: StaffRequest, system_key_id: uuid.UUID) -> HttpResponse:
    """End a key: for whoever leads the agency, and for whoever sets up the hub."""
    sets_up = policy.may_set_up_systems(request.staff)
    require(sets_up or policy.may_see_own(request.staff))
    key = queries.find_key(request.staff, system_key_id)
    actions.end_key(key=key, by=request.staff, at=request.at)
    messages.success(request, f"The key {key.label} of {key.system.name} opens nothing more.")
    if policy.may_give_key(request.staff, key.system):
        return redirect("systems:own")
    return redirect("systems:system", key.system_id)


def _in_words(said: Mapping[str, object]) -> str:
    scopes = said["scopes"]
    may = [Scope(one).label for one in Scope.values if isinstance(scopes, list) and one in scopes]
    return f"Sends as {said['organisation']}. {'; '.join(may) or 'May do nothing'}."
