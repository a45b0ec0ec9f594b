"""Pages of the map: events by area, and a hub's own boundaries and postcodes taken in."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from mash.common.verdict import require
from mash.contact.content import categories
from mash.decision.views.sending import sent
from mash.harm import actions, content, policy, queries
from mash.harm.forms import PutMap, PutPostcodes
from mash.harm.views.looking import category_asked
from mash.ledger.actions import record
from mash.partnership.http import StaffRequest
from mash.quality.tables import as_csv


@require_safe
def hotspots(request: StaffRequest) -> HttpResponse:
    """Events by area, as a map and as a table; `as=csv` answers with the table, small numbers left out."""
    require(policy.may_see(request.staff))
    within, by = request.GET.get("within", "long"), request.GET.get("by", "count")
    if within not in {"short", "long"} or by not in {"count", "rate"}:
        raise Http404
    category = category_asked(request)
    found = queries.hotspots(
        request.staff, queries.begins(within, request.at), request.at, category=category, by_rate=by == "rate"
    )
    as_table = request.GET.get("as") == "csv" and found is not None
    record(
        "harm.map_seen",
        about=request.staff.hub,
        at=request.at,
        hub_id=request.staff.hub_id,
        detail={"within": within, "harm": category, "by": by, "as": "csv" if as_table else "page"},
    )
    if as_table and found is not None:
        small = content.numbers()["small"]
        return as_csv("events-by-area.csv", queries.CSV_COLUMNS, queries.csv_lines(found, small))
    known = {one.id: one.label for one in categories().values()}
    shown = {
        "found": found,
        "within": within,
        "by": by,
        "windows": content.windows(),
        "category": category,
        "categories": list(categories().values()),
        "harm": known.get(category, ""),
        "small": content.numbers()["small"],
        "counting": queries.newest_counting(request.staff),
    }
    return render(request, "harm/map.html", shown)


@require_http_methods(["GET", "POST"])
def put_map(request: StaffRequest) -> HttpResponse:
    """Take in a hub's own boundaries, as GeoJSON."""
    require(policy.may_act(request.staff))
    form = PutMap(sent(request), request.FILES or None)
    if form.is_valid():
        said = form.cleaned_data
        body = said.pop("file").read()
        try:
            actions.take_map(hub=request.staff.hub, body=body, by=request.staff, at=request.at, **said)
        except actions.NotWhole as refusal:
            form.refuse(refusal.places)
        except actions.Refused as why:
            form.not_taken(why.wrong)
        else:
            messages.success(request, "Taken in. The map shows these areas from now on.")
            return redirect("harm:map")
    return render(request, "harm/put_map.html", {"form": form})


@require_http_methods(["GET", "POST"])
def put_postcodes(request: StaffRequest) -> HttpResponse:
    """Take in which postcode lies in which area, as CSV."""
    require(policy.may_act(request.staff))
    form = PutPostcodes(sent(request), request.FILES or None)
    if form.is_valid():
        said = form.cleaned_data
        body = said.pop("file").read()
        try:
            made = actions.take_postcodes(
                hub=request.staff.hub, body=body, by=request.staff, at=request.at, **said
            )
        except actions.NotWhole as refusal:
            form.refuse(refusal.places)
        except actions.Refused as why:
            form.not_taken(why.wrong)
        else:
            messages.success(request, f"Taken in: {made.rows:,} postcodes. They count from now on.")
            return redirect("harm:map")
    return render(request, "harm/put_postcodes.html", {"form": form})
