"""For a service's own system: what it accepted, taken out once, and the number that comes back.  Each shows a key.

Source: docs/rules.md, "Exported once", "The number that comes back".
"""

import json
import uuid
from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from mash.common.verdict import require
from mash.handover import actions, policy, queries
from mash.handover.models import Through
from mash.ledger.actions import record
from mash.partnership.http import StaffRequest
from mash.partnership.system_keys import shown_key

MOST_BYTES = 10_000
SINCE, INSTEAD = "@1796083200", "/api/v1/hand-overs"  # 1 December 2026
Raw = dict[str, Any]


class NotRead(ValueError):
    """What was sent cannot be read; the message says why."""


def by_system_key(view: Callable[..., HttpResponse]) -> Any:
    """Make an answer of the API: to whoever shows a key that counts, as JSON whatever happens.

    Each answer says what takes the place of these addresses (docs/decisions, 70).
    """

    def answer(request: StaffRequest, **named: Any) -> HttpResponse:
        found = _answered(request, **named)
        found.headers["Deprecation"] = SINCE  # RFC 9745
        found.headers["Link"] = f'<{INSTEAD}>; rel="successor-version"'
        return found

    def _answered(request: StaffRequest, **named: Any) -> HttpResponse:
        shown = shown_key(request)
        if shown is None or request.staff is None or queries.live_key(request.staff, shown[0]) is None:
            refused = JsonResponse({"error": "Show a key that counts: Authorization: Bearer …"}, status=401)
            refused.headers["WWW-Authenticate"] = "Bearer"
            return refused
        try:
            require(policy.may_receive(request.staff))
            return view(request, **named)
        except Http404:
            return JsonResponse({"error": "Not found"}, status=404)
        except PermissionDenied as why:
            return JsonResponse({"error": str(why)}, status=403)
        except NotRead as why:
            return JsonResponse({"error": str(why)}, status=400)

    answer.__name__, answer.__doc__ = view.__name__, view.__doc__
    answer.acts_by_system_key = True  # type: ignore[attr-defined]
    return csrf_exempt(login_not_required(answer))


@by_system_key
@require_safe
def accepted(request: StaffRequest) -> HttpResponse:
    """List what the service has accepted: its key here, its reference, its number, and whether it was exported."""
    rows = [one for one in queries.inbox(request.staff) if one.word and one.word.kind == "accepted"]
    record(
        "hand_overs.listed",
        about=request.staff,
        at=request.at,
        hub_id=request.staff.hub_id,
        detail={"by": "api"},
    )
    exported = queries.exported(one.pack for one in rows)
    found = [
        {
            "id": str(one.pack.pk),
            "reference": one.pack.reference,
            "accepted_at": one.word.at.isoformat() if one.word else None,
            "exported": one.pack.pk in exported,
            "number": one.number or None,
        }
        for one in rows
    ]
    return JsonResponse({"hand_overs": found})


@by_system_key
@require_POST
def export(request: StaffRequest, pack_id: uuid.UUID) -> HttpResponse:
    """Take one accepted case out, once; again with `why`."""
    state = queries.find_received(request.staff, pack_id)
    why = _text(_read(request), "why")
    try:
        _, body = actions.export(
            pack=state.pack, through=Through.API, why=why, by=request.staff, at=request.at
        )
    except actions.NotWhole as refusal:
        return JsonResponse({"error": str(refusal)}, status=409)
    except actions.ExportedAlready as before:
        last = before.export
        said = {"error": str(before), "exported_at": last.at.isoformat(), "exported_by": last.by.account.name}
        return JsonResponse(said, status=409)
    return HttpResponse(body, content_type="application/json")


@by_system_key
@require_POST
def number(request: StaffRequest, pack_id: uuid.UUID) -> HttpResponse:
    """Keep the number under which the system holds a case; the same one again is harmless."""
    state = queries.find_received(request.staff, pack_id)
    said = _read(request)
    try:
        made, is_new = actions.record_number(
            pack=state.pack,
            number=_text(said, "number"),
            same_case_because=_text(said, "same_case_because"),
            through=Through.API,
            by=request.staff,
            at=request.at,
        )
    except actions.NotWhole as refusal:
        return JsonResponse({"error": str(refusal)}, status=422)
    except actions.OnAnotherCase as other:
        return JsonResponse({"error": f"{other} Say why in same_case_because."}, status=409)
    return JsonResponse(
        {"number": made.number, "reference": state.pack.reference}, status=201 if is_new else 200
    )


def _read(request: HttpRequest) -> Raw:
    if not request.body:
        return {}
    if len(request.body) > MOST_BYTES:
        raise NotRead("It is longer than anything that is asked for.")
    try:
        said = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise NotRead("It is not JSON.") from error
    if not isinstance(said, dict):
        raise NotRead("It must be an object, in curly brackets.")
    return said


def _text(said: Raw, name: str) -> str:
    value = said.get(name, "")
    if not isinstance(value, str) or "\x00" in value or not value.isprintable():
        raise NotRead(f"{name} must be text of one line.")
    return value[:240]
