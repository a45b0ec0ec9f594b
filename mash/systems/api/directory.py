"""The hub's directory of services for an agency's system: searched, page by page, or what changed since."""

import hashlib
from datetime import datetime

from django.http import HttpResponse

from mash.common.editions import content_of
from mash.directory.queries import listed
from mash.directory.queries.listed import Narrowed
from mash.ledger.actions import record
from mash.partnership.http import PersonRequest
from mash.systems.api import shapes
from mash.systems.api.operations import Operation, Parameter, address
from mash.systems.api.problems import Problem
from mash.systems.api.referrals import number_in
from mash.systems.models import Key, Scope

USUAL, MOST, MOST_PAGES = 50, 100, 9999
LONGEST_SEARCH = 200
GROUP = "Directory"


def list_services(request: PersonRequest, key: Key) -> HttpResponse:
    """List the services of the hub's directory; nobody stands in it but by title."""
    number, size = number_in(request, "page", 1, MOST_PAGES), number_in(request, "limit", USUAL, MOST)
    search = request.GET.get("search", "")
    if len(search) > LONGEST_SEARCH or "\x00" in search:
        raise Problem(400, f"search: at most {LONGEST_SEARCH} characters of text.")
    narrowed = Narrowed(search=search, modified_after=_since(request))
    with content_of(key.hub_id):
        found = listed.services(key.system.hub, narrowed)
        total = found.count()
        shown = listed.shown_services(found[(number - 1) * size : number * size], full=True)
    record(
        "directory.listed", about=key.system, at=request.at, hub_id=key.hub_id, detail={"shown": len(shown)}
    )
    said = shapes.ServiceList(
        services=shown,
        total=total,
        next=number + 1 if number * size < total and number < MOST_PAGES else None,
    )
    return _unless_unchanged(request, shapes.sent(said))


def _since(request: PersonRequest) -> datetime | None:
    said = request.GET.get("modified_after", "")
    if not said:
        return None
    try:
        found = datetime.fromisoformat(said.replace(" ", "+"))
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise Problem(400, "modified_after: not a moment with its zone, such as 2026-11-30T12:00:00Z.")
    return found


def _unless_unchanged(request: PersonRequest, answer: HttpResponse) -> HttpResponse:
    """Return an answer with its mark, or that it is as it was when the system asked before."""
    mark = f'"{hashlib.sha256(answer.content).hexdigest()[:32]}"'
    known = {one.strip().removeprefix("W/") for one in request.headers.get("If-None-Match", "").split(",")}
    if mark in known:
        answer = HttpResponse(status=304)
    answer.headers["ETag"], answer.headers["Cache-Control"] = mark, "private, no-cache"
    return answer


services = address(
    Operation(
        "GET",
        "listServices",
        "List services of the hub's directory",
        "By name, page by page, each whole in the shape of Open Referral UK 3.0, without who anybody is.  "
        "`modified_after` names what was changed or added since; what was taken out is in no list any more, so read "
        "the whole of it from time to time.  `If-None-Match` with the `ETag` of before answers 304 while nothing "
        "changed.",
        list_services,
        Scope.DIRECTORY,
        {200: (shapes.ServiceList, "A page of them")},
        group=GROUP,
        parameters=(
            Parameter("search", "Only services in which all of these words stand"),
            Parameter("modified_after", "Only what changed since", {"type": "string", "format": "date-time"}),
            Parameter("page", "From 1", {"type": "integer", "minimum": 1, "maximum": MOST_PAGES}),
            Parameter("limit", "How many at most", {"type": "integer", "minimum": 1, "maximum": MOST}),
        ),
        refuses=(400,),
        unchanged=True,
    )
)
