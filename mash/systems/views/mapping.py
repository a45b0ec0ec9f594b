"""How a system's words are read: written and tried with a message, and adopted by a second person."""

import json
import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from mash.common.verdict import require
from mash.contact.message import parse
from mash.contact.refusals import Refused
from mash.ledger.actions import record
from mash.partnership.http import StaffRequest
from mash.systems import actions, forms, policy, queries
from mash.systems.mapping import places, read_rules
from mash.systems.models import System


@require_http_methods(["GET", "POST"])
def mapping(request: StaffRequest, system_id: uuid.UUID) -> HttpResponse:
    """Show how a system's words are read, every version of it, and write another."""
    found = _found(request, system_id)
    form = forms.WriteMapping(request.POST if request.method == "POST" else None, initial=_newest(found))
    if form.is_valid():
        try:
            made = actions.write_mapping(system=found, by=request.staff, at=request.at, **_said(form))
        except actions.NotWhole as no:
            form.add_error("why" if str(no) == "Say why." else None, str(no))
        else:
            messages.success(
                request,
                f"Version {made.number} is written. Nothing is read by it until somebody else adopts it.",
            )
            return redirect("systems:mapping", found.pk)
    return _page(request, found, form)


@require_POST
def try_out(request: StaffRequest, system_id: uuid.UUID) -> HttpResponse:
    """Show what a version would make of a message.  Nothing of either is kept."""
    found = _found(request, system_id)
    form = forms.WriteMapping(request.POST)
    tried: dict[str, Any] | None = None
    if form.is_valid():
        if form.cleaned_data["sample"].strip():
            tried = _tried(form, found)
        else:
            form.add_error("sample", "Enter a message to try it with")
    return _page(request, found, form, tried)


@require_POST
def adopt(request: StaffRequest, system_id: uuid.UUID) -> HttpResponse:
    """Adopt a version that somebody else wrote."""
    found = _found(request, system_id)
    version = queries.find_mapping(found, request.POST.get("mapping", ""))
    try:
        actions.adopt_mapping(mapping=version, by=request.staff, at=request.at)
        messages.success(request, f"What {found.name} sends is read by version {version.number} from now on.")
    except actions.NotWhole as no:
        messages.error(request, str(no))
    return redirect("systems:mapping", found.pk)


def _found(request: StaffRequest, system_id: uuid.UUID) -> System:
    require(policy.may_set_up_systems(request.staff))
    return queries.find_set_up(request.staff, system_id)


def _newest(system: System) -> dict[str, Any]:
    newest = next(iter(queries.mappings_of(system)), None)
    if newest is None:
        return {"passes": True}
    return {
        "fields_": newest.fields,
        "codes": newest.codes,
        "fixed": newest.fixed,
        "passes": newest.passes,
    }


def _said(form: forms.WriteMapping) -> dict[str, Any]:
    said = form.cleaned_data
    return {
        "fields": said["fields_"],
        "codes": said["codes"],
        "fixed": said["fixed"],
        "passes": said["passes"],
        "why": said["why"],
    }


def _tried(form: forms.WriteMapping, system: System) -> dict[str, Any]:
    """Return what comes of a message: in our words, what stayed unread, and why it would be refused."""
    said = _said(form)
    said.pop("why")
    try:
        raw, made, _ = actions.in_our_words(
            form.cleaned_data["sample"].strip().encode(), read_rules(**said), system.organisation
        )
    except Refused as refused:
        return {"refusals": refused.refusals}
    refusals: list[Any] = []
    try:
        parse(raw)
    except Refused as refused:
        refusals = refused.refusals
    return {
        "refusals": refusals,
        "said": made.said,
        "message": json.dumps(made.message, ensure_ascii=False, indent=2),
    }


def _page(
    request: StaffRequest, system: System, form: forms.WriteMapping, tried: dict[str, Any] | None = None
) -> HttpResponse:
    versions = queries.mappings_of(system)
    in_force = next((one for one in versions if getattr(one, "adopted", None)), None)
    waits = versions[0] if versions and not getattr(versions[0], "adopted", None) else None
    record("system_mapping.seen", about=system, at=request.at, hub_id=system.hub_id)
    shown = {
        "system": system,
        "form": form,
        "tried": tried,
        "versions": versions,
        "in_force": in_force,
        "waits": waits,
        "may_adopt": bool(waits and policy.may_adopt(request.staff, waits)),
        "places": sorted(places()),
    }
    return render(request, "systems/mapping.html", shown)
