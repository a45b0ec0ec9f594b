"""The page of a network: a list of what hangs together and why, and beside it a picture of the list."""

import uuid
from collections import defaultdict
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from mash.common.verdict import require
from mash.harm import policy
from mash.harm.network import queries
from mash.harm.network.forms import Narrow
from mash.harm.network.graph import MOST, Kind, Link, places
from mash.ledger.actions import record
from mash.partnership.http import StaffRequest

KINDS = {Kind.PERSON: "Person", Kind.PLACE: "Place", Kind.EVENT: "Event", Kind.GROUP: "Group"}


@require_safe
def network(request: StaffRequest, about: str, subject: uuid.UUID) -> HttpResponse:
    """Show what hangs together with one thing, how far away, and why."""
    require(policy.may_see(request.staff))
    start = queries.find_start(request.staff, about, subject)
    form = Narrow(request.GET)
    form.is_valid()
    found = queries.network_of(request.staff, start, form.how_far, form.wanted)
    _looked(request, found, form)
    return render(request, "harm/network.html", _shown(found, form) | {"start": start})


def _looked(request: StaffRequest, found: queries.Found, form: Narrow) -> None:
    """Write down whom the page shows, before it does."""
    start = next(iter(found.network.steps))
    about = f"people.person:{start.key}" if start.kind == Kind.PERSON else f"harm.{start.kind}:{start.key}"
    detail = {"people": [str(one) for one in found.people], "steps": form.how_far, "things": len(found.shown)}
    record("network.seen", about=about, at=request.at, hub_id=request.staff.hub_id, detail=detail)


def _shown(found: queries.Found, form: Narrow) -> dict[str, Any]:
    links: dict[Any, list[tuple[Link, Any, bool]]] = defaultdict(list)
    for link in found.network.links:
        links[link.one].append((link, link.other, True))
        links[link.other].append((link, link.one, False))
    return {
        "form": form,
        "shown": found.shown,
        "links": links,
        "names": {one.node: one.name for one in found.shown},
        "numbers": {one.node: number for number, one in enumerate(found.shown, 1)},
        "at": places(found.network),
        "kinds": KINDS,
        "whys": queries.WHYS,
        "count": len(found.network.links),
        "cut": found.network.cut,
        "most": MOST,
        "has_errors": bool(form.errors),
    }
