"""The pages about systems: for whoever sets up the hub, and for whoever leads an agency."""

import uuid
from collections.abc import Mapping

from django.contrib import messages
from django.core.paginator import Paginator
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
from mash.systems.models import Scope, System

CALLS_A_PAGE = 50
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
        "hooks": queries.hooks_of(found),
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


@require_http_methods(["GET", "POST"])
def calls(request: StaffRequest, system_id: uuid.UUID) -> HttpResponse:
    """Show where one's own system is called, and what became of each call; ask for another address."""
    found = _own(request, system_id)
    form, shown_once = forms.AskForHook(request.POST if request.method == "POST" else None), ""
    if form.is_valid():
        try:
            _, shown_once = actions.ask_for_hook(
                system=found, by=request.staff, at=request.at, **form.cleaned_data
            )
        except actions.NotWhole as no:
            form.add_error("address", str(no))
    return _calls(request, found, form, shown_once)


@require_POST
def again(request: StaffRequest, system_id: uuid.UUID) -> HttpResponse:
    """Have a call of one's own system that was given up sent again."""
    found = _own(request, system_id)
    call = queries.find_call(found, request.POST.get("call", ""))
    actions.send_again(call=call, by=request.staff, at=request.at)
    messages.success(request, f"The call about {call.reference} is sent again within a minute or two.")
    return redirect("systems:calls", found.pk)


@require_POST
def renew(request: StaffRequest, system_id: uuid.UUID) -> HttpResponse:
    """Give the address of one's own system another secret, which is shown once."""
    found = _own(request, system_id)
    hook = queries.find_hook(found, request.POST.get("hook", ""))
    try:
        shown_once = actions.renew_secret(hook=hook, by=request.staff, at=request.at)
    except actions.NotWhole as no:
        messages.error(request, str(no))
        return redirect("systems:calls", found.pk)
    return _calls(request, found, forms.AskForHook(), shown_once)


def _own(request: StaffRequest, system_id: uuid.UUID) -> System:
    require(policy.may_see_own(request.staff))
    found = queries.find_own(request.staff, system_id)
    require(policy.may_give_key(request.staff, found))
    return found


def _calls(request: StaffRequest, found: System, form: forms.AskForHook, shown_once: str) -> HttpResponse:
    record("system_calls.seen", about=found, at=request.at, hub_id=found.hub_id)
    shown = {
        "system": found,
        "hooks": queries.hooks_of(found),
        "form": form,
        "shown_once": shown_once,
        "page": Paginator(queries.calls_of(found), CALLS_A_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "systems/calls.html", shown)


@require_POST
def let_in(request: StaffRequest, system_id: uuid.UUID) -> HttpResponse:
    """Let an address in that the agency asked for."""
    require(policy.may_set_up_systems(request.staff))
    found = queries.find_set_up(request.staff, system_id)
    hook = queries.find_hook(found, request.POST.get("hook", ""))
    try:
        actions.let_hook_in(hook=hook, by=request.staff, at=request.at)
        messages.success(request, f"{found.name} is called at {hook.address} from now on.")
    except actions.NotWhole as no:
        messages.error(request, str(no))
    return redirect("systems:system", found.pk)


@require_POST
def end_calls(request: StaffRequest, system_id: uuid.UUID) -> HttpResponse:
    """End that an address is called: for whoever leads the agency, and for whoever sets up the hub."""
    sets_up = policy.may_set_up_systems(request.staff)
    require(sets_up or policy.may_see_own(request.staff))
    find = queries.find_set_up if sets_up else queries.find_own
    hook = queries.find_hook(find(request.staff, system_id), request.POST.get("hook", ""))
    actions.end_hook(hook=hook, by=request.staff, at=request.at)
    messages.success(request, f"{hook.address} is called no more.")
    return redirect("systems:system" if sets_up else "systems:calls", hook.system_id)


def _in_words(said: Mapping[str, object]) -> str:
    scopes = said["scopes"]
    may = [Scope(one).label for one in Scope.values if isinstance(scopes, list) and one in scopes]
    return f"Sends as {said['organisation']}. {'; '.join(may) or 'May do nothing'}."
