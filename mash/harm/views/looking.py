"""Pages that show what harm comes back to: the patterns, times, groups, and one person, place or group."""

import uuid

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from mash.common.verdict import require
from mash.contact.content import categories
from mash.harm import content, policy, queries
from mash.harm.moments import DAYS, PARTS
from mash.ledger.actions import record
from mash.partnership.http import StaffRequest

WITHIN = {"short", "long", "ever"}


def category_asked(request: StaffRequest) -> str:
    """Return the kind of harm that is asked for, "" for all of them."""
    asked = request.GET.get("harm", "")
    return asked if asked in categories() else ""


@require_safe
def home(request: StaffRequest) -> HttpResponse:
    """Who or what is named in so many events: one list a pattern, those of most events first."""
    require(policy.may_see(request.staff))
    known = content.patterns()
    asked = request.GET.get("pattern") or next(iter(known), "")
    if known and asked not in known:
        raise Http404
    category = category_asked(request)
    found = None
    if known:
        found = queries.find_pattern(
            request.staff, known[asked], request.at, category=category, page=request.GET.get("page")
        )
    detail = {
        "pattern": asked,
        "harm": category,
        "people": [str(one.key) for one in found.rows] if found else [],
    }
    record(
        "harm.patterns_seen",
        about=request.staff.hub,
        at=request.at,
        hub_id=request.staff.hub_id,
        detail=detail,
    )
    shown = {
        "patterns": list(known.values()),
        "found": found,
        "category": category,
        "categories": list(categories().values()),
        "labels": {one.id: one.label for one in categories().values()},
        "windows": content.windows(),
        "counting": queries.newest_counting(request.staff),
        "left_out": queries.not_counted(request.staff, request.at),
        "now": request.at,
    }
    return render(request, "harm/home.html", shown)


@require_safe
def times(request: StaffRequest) -> HttpResponse:
    """On which days of the week and at what hours it happens."""
    require(policy.may_see(request.staff))
    within = request.GET.get("within", "long")
    if within not in {"short", "long"}:
        raise Http404
    category = category_asked(request)
    since = queries.begins(within, request.at)
    record(
        "harm.times_seen",
        about=request.staff.hub,
        at=request.at,
        hub_id=request.staff.hub_id,
        detail={"within": within, "harm": category},
    )
    shown = {
        "week": queries.week_of_hub(request.staff, since, request.at, category),
        "days": DAYS,
        "parts": [words for _, words in PARTS],
        "within": within,
        "windows": content.windows(),
        "category": category,
        "categories": list(categories().values()),
        "counting": queries.newest_counting(request.staff),
    }
    return render(request, "harm/times.html", shown)


@require_safe
def groups(request: StaffRequest) -> HttpResponse:
    """Who is named together again and again, and the groups that somebody named."""
    require(policy.may_see(request.staff))
    together = queries.appearing(request.staff, request.at)
    record(
        "harm.groups_seen",
        about=request.staff.hub,
        at=request.at,
        hub_id=request.staff.hub_id,
        detail={"people": sorted({str(key) for one in together for key in one.keys})},
    )
    shown = {
        "together": together[:100],
        "more": max(0, len(together) - 100),
        "page": queries.groups(request.staff, request.GET.get("page")),
        "count": content.numbers()["together"],
        "windows": content.windows(),
        "counting": queries.newest_counting(request.staff),
    }
    return render(request, "harm/groups.html", shown)


def seen(request: StaffRequest, thing: queries.Thing, page: str) -> None:
    """Write down that somebody looked at a person, a place or a group."""
    about = thing.person or thing.group or request.staff.hub
    event = "person.seen" if thing.person else "harm.group_seen" if thing.group else "harm.place_seen"
    detail = {"page": f"harm, {page}", "subject": str(thing.key)}
    if thing.members:
        detail["people"] = ",".join(str(one.person_id) for one in thing.members)
    record(event, about=about, at=request.at, hub_id=request.staff.hub_id, detail=detail)


@require_safe
def one(request: StaffRequest, about: str, subject: uuid.UUID) -> HttpResponse:
    """One person, place or group: its events, when they happen, who else is named in them, and what is done."""
    require(policy.may_see(request.staff))
    thing = queries.find(request.staff, about, subject)
    within = request.GET.get("within", "long")
    if within not in WITHIN:
        raise Http404
    seen(request, thing, "events")
    page, events = queries.events_of(request.staff, thing, within, request.at, request.GET.get("page"))
    shown = {
        "thing": thing,
        "within": within,
        "windows": content.windows(),
        "counts": queries.counts_of(request.staff, thing, request.at),
        "page": page,
        "events": events,
        "week": queries.week_of(request.staff, thing, request.at),
        "days": DAYS,
        "parts": [words for _, words in PARTS],
        "beside": queries.named_with(request.staff, thing, request.at),
        "work": queries.work_with(thing, request.at),
        "taken": queries.taken_up(request.staff, thing),
        "labels": {each.id: each.label for each in categories().values()},
        "counting": queries.newest_counting(request.staff),
        "may_count": bool(thing.person and queries.groups(request.staff, None).object_list),
    }
    return render(request, "harm/one.html", shown)
