"""What a service accepted, for its own system: listed, taken out once, and the number that comes back."""

import uuid

from django.http import HttpResponse
from pydantic import Field

from mash.common.verdict import require
from mash.contact.refusals import Refusal
from mash.handover import actions, policy, queries
from mash.handover.models import Through
from mash.ledger.actions import record
from mash.partnership.http import StaffRequest
from mash.systems.api import shapes
from mash.systems.api.bodies import JSON, NOTHING_KEPT, Asked, Line, read_as
from mash.systems.api.operations import Body, Operation, address
from mash.systems.api.problems import Problem
from mash.systems.models import Key, Scope

MOST_BYTES = 10_000
GROUP = "Hand-overs"


class Why(Asked):
    """Why a case is taken out again; nothing the first time."""

    why: Line = Field("", max_length=240)


class Number(Asked):
    """Under which number the system holds a case."""

    number: Line = Field(max_length=240)
    same_case_because: Line = Field("", max_length=240, description="Why the number is on another case too")


def list_accepted(request: StaffRequest, key: Key) -> HttpResponse:
    """List what the service accepted."""
    require(policy.may_receive(request.staff))
    rows = [one for one in queries.inbox(request.staff) if one.word and one.word.kind == "accepted"]
    record(
        "hand_overs.listed",
        about=request.staff,
        at=request.at,
        hub_id=key.hub_id,
        detail={"by": "api", "key": str(key.pk)},
    )
    exported = queries.exported(one.pack for one in rows)
    found = [
        shapes.HandOver(
            id=one.pack.pk,
            reference=one.pack.reference,
            accepted_at=one.word.at,
            exported=one.pack.pk in exported,
            number=one.number or None,
        )
        for one in rows
        if one.word
    ]
    return shapes.sent(shapes.HandOverList(hand_overs=found))


def export(request: StaffRequest, _key: Key, pack_id: uuid.UUID) -> HttpResponse:
    """Take one accepted case out, once; again with `why`."""
    require(policy.may_receive(request.staff))
    state = queries.find_received(request.staff, pack_id)
    why = read_as(request, Why, most=MOST_BYTES).why
    try:
        _, body = actions.export(
            pack=state.pack, through=Through.API, why=why, by=request.staff, at=request.at
        )
    except actions.NotWhole as refusal:
        raise Problem(409, str(refusal)) from refusal
    except actions.ExportedAlready as before:
        raise Problem(409, str(before), places=[Refusal("why", "Say why it is needed again.")]) from before
    return HttpResponse(body, content_type=JSON)


def number(request: StaffRequest, _key: Key, pack_id: uuid.UUID) -> HttpResponse:
    """Keep the number under which the system holds a case; the same one again is harmless."""
    require(policy.may_receive(request.staff))
    state = queries.find_received(request.staff, pack_id)
    said = read_as(request, Number, most=MOST_BYTES)
    try:
        made, is_new = actions.record_number(
            pack=state.pack,
            number=said.number,
            same_case_because=said.same_case_because,
            through=Through.API,
            by=request.staff,
            at=request.at,
        )
    except actions.NotWhole as refusal:
        raise Problem(422, NOTHING_KEPT, places=[Refusal("number", str(refusal))]) from refusal
    except actions.OnAnotherCase as other:
        places = [Refusal("same_case_because", "Say why.")]
        raise Problem(409, str(other), places=places) from other
    kept = shapes.NumberKept(number=made.number, reference=state.pack.reference)
    return shapes.sent(kept, status=201 if is_new else 200)


accepted = address(
    Operation(
        "GET",
        "listHandOvers",
        "List what the service accepted",
        "Each with whether it was taken out, and the number under which your system holds it.",
        list_accepted,
        Scope.HAND_OVERS,
        {200: (shapes.HandOverList, "What it accepted")},
        group=GROUP,
    )
)
exports = address(
    Operation(
        "POST",
        "exportHandOver",
        "Take an accepted case out",
        "Once; again with the reason.  The file is as docs/hand-over-export.schema.json describes it.",
        export,
        Scope.HAND_OVERS,
        {200: (shapes.ExportFile, "The case")},
        group=GROUP,
        body=Body(JSON, "Nothing, or why it is needed again.", Why),
        refuses=(400, 404, 409, 413, 422),
    )
)
numbers = address(
    Operation(
        "POST",
        "keepNumber",
        "Give back your number of a case",
        "The same number again changes nothing and answers 200.",
        number,
        Scope.HAND_OVERS,
        {201: (shapes.NumberKept, "It is kept"), 200: (shapes.NumberKept, "It was kept before")},
        group=GROUP,
        body=Body(JSON, "The number.", Number),
        refuses=(400, 404, 409, 413, 422),
    )
)
