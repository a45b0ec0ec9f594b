"""The directory and the guide, as anybody reads them and as a worker does at work."""

import uuid
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from mash.common.editions import CONTENTS, content_of
from mash.directory import content, guide, policy, queries, shown
from mash.directory.forms.searching import Search
from mash.directory.middleware import limited
from mash.directory.queries import keeping, named
from mash.directory.queries.search import PAGE, Asked, Results, search
from mash.partnership.http import PersonRequest, StaffRequest
from mash.partnership.models import Hub

PAGES_IN_TEN_MINUTES = 600  # a school reads from one address on the net
LAST_PAGE = 500
LEVELS_OF_NEED = "thresholds"


def anybodys(view: Any) -> Any:
    """Make a page everybody's: it acts as the service `front_door` whoever asks, and is counted."""
    view.goes_through_the_front_door = True
    return limited("pages", most=PAGES_IN_TEN_MINUTES)(login_not_required(require_safe(view)))


@require_safe
def home(request: StaffRequest) -> HttpResponse:
    """Find a service of one's own hub; with what of it oneself keeps, and what waits."""
    staff, today = request.staff, localdate(request.at)
    kept = {
        "mine_stale": keeping.stale_of(staff, today).count() if keeping.kept_by(staff).exists() else 0,
        "keeps_some": policy.keeps(staff) or keeping.organisations_kept_by(staff).exists(),
        "waiting": keeping.waiting(staff).count(),
        "may_keep": policy.keeps(staff),
    }
    return _search(request, staff.hub, at_work=True, also=kept)


@require_safe
def service(request: StaffRequest, service_id: uuid.UUID) -> HttpResponse:
    """Show one service at work: also the names of its contacts, what it said before, and what waits."""
    found = queries.find(request.staff.hub, service_id)
    may_change = policy.may_propose(request.staff, found.organisation)
    also = {
        "may_change": bool(may_change),
        "past": queries.past_of(found),
        "proposal": keeping.proposal_of(found) if may_change else None,
    }
    return _entry(request, request.staff.hub, found, at_work=True, also=also)


@require_safe
def own_guide(request: StaffRequest) -> HttpResponse:
    """Show the guide of one's own hub."""
    return _guide(request, request.staff.hub, "directory/guide.html", at_work=True)


@require_safe
def own_questions(request: StaffRequest) -> HttpResponse:
    """Show what practitioners ask, and what one's own hub answers."""
    return _guide(request, request.staff.hub, "directory/questions.html", at_work=True)


@anybodys
def find(request: PersonRequest, prefix: str) -> HttpResponse:
    """Find a service, without signing in."""
    hub = queries.hub_with_prefix(prefix)
    with content_of(hub.pk):
        return _search(request, hub, at_work=False)


@anybodys
def entry(request: PersonRequest, prefix: str, service_id: uuid.UUID) -> HttpResponse:
    """Show one service to anybody."""
    hub = queries.hub_with_prefix(prefix)
    with content_of(hub.pk):
        return _entry(request, hub, queries.find(hub, service_id), at_work=False)


@anybodys
def read_guide(request: PersonRequest, prefix: str) -> HttpResponse:
    """Show the guide to anybody."""
    hub = queries.hub_with_prefix(prefix)
    with content_of(hub.pk):
        return _guide(request, hub, "directory/guide.html", at_work=False)


@anybodys
def questions(request: PersonRequest, prefix: str) -> HttpResponse:
    """Show what practitioners ask to anybody."""
    hub = queries.hub_with_prefix(prefix)
    with content_of(hub.pk):
        return _guide(request, hub, "directory/questions.html", at_work=False)


def _search(
    request: HttpRequest, hub: Hub, *, at_work: bool, also: dict[str, Any] | None = None
) -> HttpResponse:
    form = Search(request.GET or None, languages=queries.languages(hub))
    bad = form.is_bound and not form.is_valid()
    number = _page_number(request)
    asked = form.asked if form.is_bound else Asked()
    found = Results((), 0) if bad else search(hub, asked, first=(number - 1) * PAGE)
    hits = _hits(found, at_work=at_work, today=localdate(request.at))  # type: ignore[attr-defined]
    pages = Paginator(range(found.total), PAGE)
    said = [(name, value) for name, value in request.GET.items() if name != "page" and value]
    also_shown = {
        "form": form,
        "hits": hits,
        "total": found.total,
        "respelt": found.respelt,
        "page": pages.get_page(number),
        "query": urlencode(said),
        "searched": bool(said) and not bad,
        "no_distance": bool(asked.miles and asked.place and found.centre is None),
        "needs": list(content.needs().values()),
        "bad": bad,
    }
    return _shown_at(request, hub, "directory/search.html", at_work=at_work, also=also_shown | (also or {}))


def _hits(found: Results, *, at_work: bool, today: Any) -> list[dict[str, Any]]:
    verified = keeping.last_verified(hit.service for hit in found.hits)
    return [
        {
            "one": shown.shown(
                hit.service,
                needs={},
                vocabulary={},  # a list does not say what each helps with
                verified_on=verified.get(hit.service.pk),
                stale_before=keeping.limit(today),
                at_work=at_work,
            ),
            "miles": hit.miles,
        }
        for hit in found.hits
    ]


def _entry(
    request: HttpRequest, hub: Hub, found: Any, *, at_work: bool, also: dict[str, Any] | None = None
) -> HttpResponse:
    one = shown.shown(
        found,
        needs=content.needs(),
        vocabulary=content.vocabulary(),
        verified_on=keeping.last_verified([found]).get(found.pk),
        stale_before=keeping.limit(localdate(request.at)),  # type: ignore[attr-defined]
        at_work=at_work,
    )
    return _shown_at(
        request,
        hub,
        "directory/service.html",
        at_work=at_work,
        also={"one": one, "days": content.days()} | (also or {}),
    )


def _guide(request: HttpRequest, hub: Hub, template: str, *, at_work: bool) -> HttpResponse:
    written = content.guide_content()
    published = named.published(hub, localdate(request.at))  # type: ignore[attr-defined]
    prefix = hub.prefix.lower()
    addresses = {
        "referral_form_link": request.build_absolute_uri(reverse("referral:start", args=[prefix])),
        "directory_link": request.build_absolute_uri(reverse("directory:find", args=[prefix])),
        "questions_link": request.build_absolute_uri(reverse("directory:questions", args=[prefix])),
    }
    read = guide.written(written, guide.gaps_of(written, hub, published, addresses))
    staff = getattr(request, "staff", None)
    also = {
        "guide": read,
        "named": published,
        "roles": content.roles(),
        "needs": content.needs(),
        "levels": CONTENTS[LEVELS_OF_NEED]().levels if LEVELS_OF_NEED in CONTENTS else (),
        "may_edit": staff is not None and policy.keeps(staff),
        "addresses": addresses,
    }
    return _shown_at(request, hub, template, at_work=at_work, also=also)


def _shown_at(
    request: HttpRequest, hub: Hub, template: str, *, at_work: bool, also: dict[str, Any]
) -> HttpResponse:
    """Show a page under a hub's name, with the addresses of the others as its reader opens them."""
    prefix = hub.prefix.lower()
    ways = (
        {"find": reverse("directory:home"), "guide": reverse("directory:own_guide")}
        | {"questions": reverse("directory:own_questions")}
        if at_work
        else {
            "find": reverse("directory:find", args=[prefix]),
            "guide": reverse("directory:guide", args=[prefix]),
        }
        | {"questions": reverse("directory:questions", args=[prefix])}
    )
    request.hub_shown = hub  # type: ignore[attr-defined]
    return render(request, template, {"hub": hub, "at_work": at_work, "ways": ways, "prefix": prefix, **also})


def _page_number(request: HttpRequest) -> int:
    said = request.GET.get("page", "1")
    number = int(said) if said.isascii() and said.isdigit() and len(said) < 6 else 1
    return max(1, min(number, LAST_PAGE))
