"""Referrals in, one by one and many at once; and what became of them, for whoever sent them."""

import io
import uuid
from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from mash.contact import actions as contacts
from mash.contact import queries as received
from mash.contact.lines import read_lines
from mash.contact.message import Message
from mash.contact.models import ReplyKind
from mash.contact.reading import LARGEST
from mash.contact.refusals import Refusal
from mash.ledger.actions import record
from mash.partnership.http import PersonRequest
from mash.systems import actions, queries
from mash.systems.actions import Became, Taken
from mash.systems.api import shapes
from mash.systems.api.operations import Body, Operation, Parameter, address
from mash.systems.api.problems import Problem, in_json_paths
from mash.systems.models import Key, Scope

ONE, MANY = "application/json", "application/x-ndjson"
MOST_AT_ONCE = 500
USUAL, MOST = 50, 200
LONGEST_REFERENCE = 60
PIECE = 1024 * 1024  # bytes read at a time


def send_one(request: PersonRequest, key: Key) -> HttpResponse:
    """Take in one referral."""
    (taken,) = actions.take(messages=[_body(request, ONE)], key=key, at=request.at)
    if taken.became == Became.REFUSED:
        raise Problem(422, "Nothing of it was kept.", places=taken.refusals, stands=True)
    if taken.contact is None:
        raise Problem(409, "Nothing we hold was changed.", places=taken.refusals, stands=True)
    contact = taken.contact
    said = shapes.Received(
        reference=contact.reference,
        sender_reference=contact.sender_reference,
        received_at=contact.received_at,
        warnings=_warnings(taken),
    )
    where = reverse("api:referral", args=[contact.reference])
    return shapes.sent(said, status=201 if taken.became == Became.NEW else 200, Location=where)


def send_many(request: PersonRequest, key: Key) -> HttpResponse:
    """Take in many referrals, one a line."""
    lines = list(_lines(_body(request, MANY)))
    taken = actions.take(messages=[said for _, said in lines], key=key, at=request.at)
    results = [_result(number, one) for (number, _), one in zip(lines, taken, strict=True)]
    kinds = [one.became for one in taken]
    said = shapes.Batch(
        new=kinds.count(Became.NEW),
        already_here=kinds.count(Became.HERE),
        refused=kinds.count(Became.REFUSED) + kinds.count(Became.DISPUTED),
        results=results,
    )
    return shapes.sent(said, status=207 if said.refused else 200)


def _body(request: PersonRequest, media_type: str) -> bytes:
    """Return what was sent, in bounded memory.  Raises Problem for what is too large, or of another kind."""
    if request.content_type != media_type:
        raise Problem(415, f"Send it as {media_type}.")
    found = bytearray()
    while piece := request.read(PIECE):
        found += piece
        if len(found) > LARGEST:
            raise Problem(413, "At most 20 MB are taken at once.  Nothing of it was kept.")
    if not found.strip():
        raise Problem(400, "Nothing was sent.")
    return bytes(found)


def _lines(body: bytes) -> Iterator[tuple[int, bytes | Refusal]]:
    for count, line in enumerate(read_lines(io.BytesIO(body)), 1):
        if count > MOST_AT_ONCE:
            raise Problem(
                413, f"At most {MOST_AT_ONCE} referrals are taken at once.  Nothing of it was kept."
            )
        yield line


def _result(number: int, taken: Taken) -> shapes.Result:
    return shapes.Result(
        line=number,
        result=taken.became.value,
        sender_reference=taken.sender_reference,
        reference=taken.contact.reference if taken.contact else None,
        errors=[shapes.AtPath(**one) for one in in_json_paths(taken.refusals)],
        warnings=_warnings(taken),
    )


def _warnings(taken: Taken) -> list[shapes.AtPath]:
    said = in_json_paths(Refusal(path, words) for path, words in taken.warnings)
    return [shapes.AtPath(**one) for one in said]


# What became of them


def list_sent(request: PersonRequest, key: Key) -> HttpResponse:
    """List what this system sent, with where each is."""
    most = number_in(request, "limit", USUAL, MOST)
    wanted = request.GET.get("sender_reference", "")
    if len(wanted) > LONGEST_REFERENCE or "\x00" in wanted:
        raise Problem(400, "sender_reference: not a reference.")
    rows = queries.followed(key.system, after=_after(request, key), sender_reference=wanted, most=most + 1)
    shown, more = rows[:most], len(rows) > most
    record(
        "referrals.listed", about=key.system, at=request.at, hub_id=key.hub_id, detail={"shown": len(shown)}
    )
    said = shapes.StatusList(
        referrals=[shapes.Status(**_status(one)) for one in shown],
        next=str(shown[-1].arrival.pk) if more else None,
    )
    return shapes.sent(said)


def follow_one(request: PersonRequest, key: Key, reference: str) -> HttpResponse:
    """Show what the sender of one referral was told; that it was read is written down."""
    arrival = queries.find_arrival(key.system, reference)
    contact = arrival.contact
    record("referral.followed", about=contact, at=request.at, hub_id=key.hub_id, detail={"by": "api"})
    replies = contacts.see_replies_to(received.replies_to(contact), at=request.at)
    newest = next((one for one in replies if one.kind != ReplyKind.DISAGREEMENT), None)
    told = [shapes.Told(kind=one.kind, words=one.words, at=one.at) for one in replies]
    return shapes.sent(shapes.Feedback(**_status(queries.Followed(arrival, newest)), told=told))


def _status(one: queries.Followed) -> dict[str, Any]:
    kind = ReplyKind(one.newest.kind if one.newest else ReplyKind.RECEIVED)
    return {
        "reference": one.arrival.reference,
        "sender_reference": one.arrival.sender_reference,
        "received_at": one.arrival.at,
        "stage": kind.value,
        "stage_words": kind.label,
        "changed_at": one.newest.at if one.newest else one.arrival.at,
    }


def _after(request: PersonRequest, key: Key) -> Any:
    said = request.GET.get("after", "")
    if not said:
        return None
    try:
        found = queries.after(key.system, uuid.UUID(said))
    except ValueError:
        found = None
    if found is None:
        raise Problem(400, "after: not the `next` of an earlier page.")
    return found


def number_in(request: PersonRequest, name: str, usual: int, most: int) -> int:
    """Return a number that stands in an address, from 1 to the most; the usual one where none does.  Raises Problem."""
    said = request.GET.get(name, "")
    if not said:
        return usual
    if not (said.isascii() and said.isdigit() and 1 <= len(said) <= 4 and 1 <= int(said) <= most):
        raise Problem(400, f"{name}: not a number from 1 to {most}.")
    return int(said)


referrals = address(
    Operation(
        "POST",
        "sendReferral",
        "Send one referral",
        "The same message again changes nothing and answers 200.  A message is taken whole or not at all.  What came "
        "under a reference in use with other content is refused, and kept for a person of the hub to look at.",
        send_one,
        Scope.SEND,
        {
            201: (shapes.Received, "It is new: the hub has it from now on"),
            200: (shapes.Received, "The hub had it already"),
        },
        front_door=True,
        body=Body(ONE, "One message, at most 20 MB with its files.", Message),
        refuses=(400, 409, 413, 415, 422),
    ),
    Operation(
        "GET",
        "listReferrals",
        "List referrals that this system sent",
        "The first first, page by page, each with where it is.",
        list_sent,
        Scope.FOLLOW,
        {200: (shapes.StatusList, "A page of them")},
        parameters=(
            Parameter("after", "The `next` of the page before", {"type": "string", "format": "uuid"}),
            Parameter("limit", "How many at most", {"type": "integer", "minimum": 1, "maximum": MOST}),
            Parameter("sender_reference", "Only the one with this reference of yours"),
        ),
        refuses=(400,),
    ),
)
batch = address(
    Operation(
        "POST",
        "sendReferrals",
        "Send many referrals",
        f"JSON Lines: one message a line, at most {MOST_AT_ONCE} and 20 MB.  Each is taken whole or refused by itself, "
        "and the answer says of each what became of it.",
        send_many,
        Scope.SEND,
        {
            200: (shapes.Batch, "The hub has every one of them"),
            207: (shapes.Batch, "The hub has those that are not refused"),
        },
        front_door=True,
        body=Body(MANY, "One message a line, in UTF-8."),
        refuses=(400, 413, 415),
    )
)
referral = address(
    Operation(
        "GET",
        "followReferral",
        "Read what became of one referral",
        "What its sender may know, in the hub's words.  That it was read is recorded.",
        follow_one,
        Scope.FOLLOW,
        {200: (shapes.Feedback, "Where it is, and what its sender was told")},
        refuses=(404,),
    )
)
