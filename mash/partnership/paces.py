"""How fast one worker may look: a slow-down first, then a stop that says when to go on.  No work is stopped by it.

Only looking is counted: pages of cases and people, searches, lists, and what is printed or given out.  Sending a form
is not, so nothing typed is turned away.  Whoever works with forty contacts a day does not come near the figures.

Source: docs/rules.md, "How much one worker looks at".
"""

import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.urls import ResolverMatch

from mash.common.asked_for import page_asked_for
from mash.common.clock import LONDON
from mash.common.templates import clock_time
from mash.partnership.tallies import count_on

TEN_MINUTES, A_DAY = 600, 12 * 60 * 60  # seconds
SLOWED_BY = 1.0  # seconds a page
WORK = {
    "alongside", "boroughs", "check", "contact", "decision", "desk", "handover", "harm", "insight", "mail", "network",
    "panel", "people", "plans", "quality", "retention", "returns", "sealed", "subject_access", "triage",
}  # fmt: skip
SEARCHES = {
    "people:search",
    "contact:search_consultations",
    "contact:find_same",
    "desk:audit_people",
    "desk:audit_searches",
}
GIVEN_OUT = {
    "alongside:paper",
    "handover:export",
    "panel:minutes_pdf",
    "panel:pack_pdf",
    "plans:paper",
    "desk:print",
    "desk:print_pdf",
    "desk:export_file",
    "desk:have_made",
    "desk:long_paper_file",
    "decision:print_letter",
    "check:release_sheet",
    "contact:open_file",
    "returns:take_out",
    "subject_access:html_file",
    "subject_access:pdf_file",
}


@dataclass(frozen=True, slots=True)
class Pace:
    """How often one kind of looking may be done by one account.

    slowed, most: in ten minutes.  a_day: in twelve hours.  words: what was looked at, as the page says it.
    """

    kind: str
    words: str
    slowed: int
    most: int
    a_day: int

    def times(self, factor: float) -> "Pace":
        """Return the pace of an installation that allows more, or less."""
        slowed, most, a_day = (max(1, int(one * factor)) for one in (self.slowed, self.most, self.a_day))
        return Pace(self.kind, self.words, slowed, most, a_day)


PACES = {
    one.kind: one
    for one in (
        Pace("searches", "searched", slowed=40, most=80, a_day=600),
        Pace("records", "opened pages of cases and people", slowed=150, most=300, a_day=2500),
        Pace("lists", "opened lists", slowed=200, most=400, a_day=4000),
        Pace("given_out", "printed pages or opened files", slowed=40, most=80, a_day=300),
    )
}


@dataclass(frozen=True, slots=True)
class Stopped:
    """A worker looked at too much at once, and goes on at a moment."""

    pace: Pace
    count: int
    go_on_at: datetime

    @property
    def title(self) -> str:
        """Say it as the page's heading does."""
        return "You have opened a lot in a short time"

    def why(self, at: datetime) -> str:
        """Say it as the page does."""
        soon = self.go_on_at - at < timedelta(seconds=10)
        when = (
            "in a few seconds" if soon else f"at {clock_time(_next_minute(self.go_on_at).astimezone(LONDON))}"
        )
        return (
            f"You {self.pace.words} more often than this work needs, so this page is not shown now. "
            f"You can go on {when}: reload this page then.\n\n"
            "Nothing is lost. What you typed is kept, and forms are taken in meanwhile.\n\n"
            "It is in the hub’s record that this happened, as it is for everybody. "
            "If you cannot do your work because of it, tell whoever manages your hub."
        )


@dataclass(frozen=True, slots=True)
class Looked:
    """How one request stands to the limits: whether it is the first to be slowed, or is stopped."""

    pace: Pace | None = None
    newly_slowed: bool = False
    stopped: Stopped | None = None


def kind_of(name: str, kwargs: Mapping[str, Any], *, asks: bool) -> str:
    """Return what kind of looking a page is; "" for what is not counted.

    asks: the request only asks for the page, and sends nothing to be kept.
    """
    if name in SEARCHES:
        return "searches"
    if not asks:
        return ""
    if name in GIVEN_OUT:
        return "given_out"
    if name != "home" and name.partition(":")[0] not in WORK:
        return ""
    return "records" if any(isinstance(one, uuid.UUID) for one in kwargs.values()) else "lists"


def look(request: HttpRequest, *, at: datetime) -> Looked:
    """Count what a worker looks at; wait a moment where they look at much, and stop them where it is too much.

    The count stands whatever becomes of the page, so asking for what is not there counts as well.  Nobody has more
    than one page slowed at a time, so that a crowd of requests holds no more of the server than one.

    Source: docs/rules.md, "How much one worker looks at".
    """
    match = page_asked_for(request)
    kind = (
        _kind(request, match) if match and request.user.is_authenticated and "post" in request.session else ""
    )
    if not kind:
        return Looked()
    pace = PACES[kind].times(settings.MASH_LIMITS_TIMES)
    whose = f"looks:{kind}:{request.user.pk}"
    (short, until), (long, until_long) = count_on(
        [(f"{whose}:short", TEN_MINUTES), (f"{whose}:long", A_DAY)], at=at
    )
    if short > pace.most:
        return Looked(pace, stopped=Stopped(pace, short, until))
    if long > pace.a_day:
        return Looked(pace, stopped=Stopped(pace, long, until_long))
    if short <= pace.slowed:
        return Looked(pace)
    if not cache.add(f"{whose}:slowed", 1, 5 * SLOWED_BY):
        return Looked(pace, stopped=Stopped(pace, short, at + timedelta(seconds=SLOWED_BY)))
    time.sleep(SLOWED_BY)
    cache.touch(f"{whose}:slowed", 0)  # its time is up: the next page may be slowed
    return Looked(pace, newly_slowed=short == pace.slowed + 1)


def _kind(request: HttpRequest, match: ResolverMatch) -> str:
    if match.view_name == "people:search" and "s" not in request.GET:
        return ""  # the form, or words on their way to the search itself
    return kind_of(match.view_name, match.kwargs, asks=request.method in ("GET", "HEAD"))


def _next_minute(at: datetime) -> datetime:
    return (at + timedelta(seconds=59)).replace(second=0, microsecond=0)
