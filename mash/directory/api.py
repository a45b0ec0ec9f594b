"""The directory in the shape of Open Referral UK 3.0, to be read by anybody.  Nothing is written here.

Source: docs/rules.md, "The directory".
"""

import json
import uuid
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from mash.common.editions import content_of
from mash.directory import published, queries
from mash.directory.middleware import limited
from mash.directory.queries import listed
from mash.directory.queries.listed import Narrowed
from mash.partnership.http import PersonRequest
from mash.partnership.models import Hub

IN_TEN_MINUTES = 1200
USUAL, MOST, MOST_WHOLE, MOST_MINIMAL, MOST_LINES = 50, 100, 50, 50_000, 2_000
VERSION = "HSDS-UK-3.0"
PROFILE = "https://docs.openreferraluk.org/en/latest/"
OPENAPI = "https://docs.openreferraluk.org/en/latest/openapi30.json"
Raw = dict[str, Any]
Shown = Callable[[Iterable[Any]], list[Raw]]


class NotRead(ValueError):
    """Something in the address cannot be read; the message names it."""


def open_to_all(view: Callable[..., Any]) -> Any:
    """Make an answer of the API: to anybody, counted, as JSON, and 404 and 400 as JSON too."""

    def answer(request: PersonRequest, prefix: str, **named: Any) -> HttpResponse:
        try:
            hub = queries.hub_with_prefix(prefix)
            with content_of(hub.pk):
                found = view(request, hub, **named)
        except NotRead as why:
            return _allowed(JsonResponse({"error": str(why)}, status=400))
        except Http404:
            return _allowed(JsonResponse({"error": "Not found"}, status=404))
        return _allowed(found if isinstance(found, HttpResponse) else JsonResponse(found))

    answer.__name__, answer.__doc__ = view.__name__, view.__doc__
    answer.goes_through_the_front_door = True  # type: ignore[attr-defined]
    return limited("api", most=IN_TEN_MINUTES, as_json=True)(login_not_required(require_safe(answer)))


@open_to_all
def details(_request: PersonRequest, _hub: Hub) -> Raw:
    """Say what this is."""
    return {"version": VERSION, "profile": PROFILE, "openapi_url": OPENAPI}


@open_to_all
def services(request: PersonRequest, hub: Hub) -> Any:
    """List services, page by page; whole ones with `full`, keys and moments alone with `minimal`."""
    found = listed.services(hub, _narrowed(request))
    if _yes(request, "minimal"):
        keys = found.values_list("key", "modified_at")

        def named(rows: Iterable[Any]) -> list[Raw]:
            return [{"id": str(key), "modified_date": _moment(at)} for key, at in rows]

        return _page(request, keys, named, most=MOST_MINIMAL)
    full = _yes(request, "full")
    return _page(
        request, found, lambda rows: listed.shown_services(rows, full=full), most=MOST_WHOLE if full else MOST
    )


@open_to_all
def service(_request: PersonRequest, hub: Hub, key: uuid.UUID) -> Raw:
    """Show one service, whole."""
    found = listed.one(listed.services(hub, Narrowed()), key)
    return listed.shown_services([found], full=True)[0]


@open_to_all
def sites(request: PersonRequest, hub: Hub) -> Any:
    """List services at locations, page by page; near a postcode with `postcode` and `proximity` in metres."""
    full = _yes(request, "full")
    found = listed.sites(hub, _narrowed(request))
    return _page(
        request, found, lambda rows: listed.shown_sites(rows, full=full), most=MOST_WHOLE if full else MOST
    )


@open_to_all
def site(_request: PersonRequest, hub: Hub, key: uuid.UUID) -> Raw:
    """Show one service at a location, whole."""
    found = listed.sites(hub, Narrowed()).filter(key=key).first()
    if found is None:
        raise Http404
    return listed.shown_sites([found], full=True)[0]


@open_to_all
def organisations(request: PersonRequest, hub: Hub) -> Any:
    """List organisations, page by page."""
    found = listed.organisations(hub, request.GET.get("search", ""))
    full, whole = _yes(request, "full"), _yes(request, "full_service")

    def shown(rows: Iterable[Any]) -> list[Raw]:
        if full or whole:
            return [listed.shown_organisation(one, full_services=whole) for one in rows]
        return [published.organisation(one.entry) for one in rows]

    return _page(request, found, shown, most=MOST_WHOLE if full or whole else MOST)


@open_to_all
def organisation(request: PersonRequest, hub: Hub, key: uuid.UUID) -> Raw:
    """Show one organisation with its services."""
    found = listed.one(listed.organisations(hub, ""), key)
    return listed.shown_organisation(found, full_services=_yes(request, "full_service"))


@open_to_all
def taxonomies(request: PersonRequest, hub: Hub) -> Any:
    """List taxonomies, page by page."""
    found = listed.taxonomies(hub, request.GET.get("search", ""))
    return _page(request, found, lambda rows: [published.taxonomy(one.entry) for one in rows])


@open_to_all
def taxonomy(_request: PersonRequest, hub: Hub, key: uuid.UUID) -> Raw:
    """Show one taxonomy with its terms."""
    found = listed.one(listed.taxonomies(hub, ""), key)
    terms_of = listed.terms(hub, Narrowed(taxonomy_id=key))
    return published.taxonomy(found.entry, [published.term(one.entry) for one in terms_of])


@open_to_all
def terms(request: PersonRequest, hub: Hub) -> Any:
    """List terms of taxonomies, page by page."""
    found = listed.terms(hub, _narrowed(request))
    return _page(request, found, lambda rows: [published.term(one.entry) for one in rows])


@open_to_all
def term(_request: PersonRequest, hub: Hub, key: uuid.UUID) -> Raw:
    """Show one term of a taxonomy."""
    return published.term(listed.one(listed.terms(hub, Narrowed()), key).entry)


# What an address asks for


def _page(
    request: PersonRequest,
    found: "QuerySet[Any, Any]",
    shown: Callable[[Iterable[Any]], list[Raw]],
    *,
    most: int = MOST,
) -> Any:
    """Return a page of a list; as lines of JSON with `format=ndjson`."""
    number, size = _number(request, "page", 1), min(_number(request, "per_page", min(USUAL, most)), most)
    as_lines = request.GET.get("format", "json").lower() == "ndjson"
    if as_lines and "per_page" not in request.GET:
        size = MOST_LINES
    total = found.count()
    contents = shown(found[(number - 1) * size : number * size])
    if as_lines:
        body = "".join(f"{json.dumps(one, ensure_ascii=False)}\n" for one in contents)
        return HttpResponse(body, content_type="application/x-ndjson")
    return published.page(contents, total=total, number=number, size=size)


def _narrowed(request: PersonRequest) -> Narrowed:
    said = request.GET
    return Narrowed(
        search=said.get("search", "")[:200],
        taxonomy_term_id=_key(request, "taxonomy_term_id"),
        taxonomy_id=_key(request, "taxonomy_id"),
        organization_id=_key(request, "organization_id"),
        modified_after=_after(said.get("modified_after", "")),
        postcode=said.get("postcode", "")[:20],
        metres=_metres(said.get("proximity", "")),
        parent_id=_key(request, "parent_id"),
        top_only=_yes(request, "top_only"),
    )


def _key(request: PersonRequest, name: str) -> uuid.UUID | None:
    said = request.GET.get(name, "")
    try:
        return uuid.UUID(said) if said else None
    except ValueError:
        raise NotRead(f"{name}: not a key such as 70cdfa3c-d290-51e0-bb3c-c086ca27eadf") from None


def _number(request: PersonRequest, name: str, usual: int) -> int:
    said = request.GET.get(name, "")
    if not said:
        return usual
    if not (said.isascii() and said.isdigit() and len(said) < 8 and int(said) > 0):
        raise NotRead(f"{name}: not a number from 1 up")
    return int(said)


def _after(said: str) -> datetime | None:
    if not said:
        return None
    try:
        found = datetime.fromisoformat(said.replace(" ", "+"))
    except ValueError:
        raise NotRead("modified_after: not a moment such as 2026-11-30T12:00:00Z") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _metres(said: str) -> float | None:
    if not said:
        return None
    if not (said.isascii() and said.isdigit() and len(said) < 8):
        raise NotRead("proximity: not a number of metres")
    return float(said)


def _yes(request: PersonRequest, name: str) -> bool:
    return request.GET.get(name, "").lower() in {"true", "1", "yes"}


def _moment(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def _allowed(response: HttpResponse) -> HttpResponse:
    """Let pages of other sites read it: it is public, and carries no cookie's rights."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
