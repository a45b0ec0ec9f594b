"""What anybody may read is counted before it is read, so that a program cannot ask for it without end."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from allauth.account.adapter import get_adapter
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from mash.common.asked_for import page_asked_for
from mash.common.limits import is_within

TEN_MINUTES = 600
WORDS = {
    "title": "Too many pages at once",
    "words": "So many pages were asked for from where you are that a program is likelier than a person. Wait ten "
    "minutes and go on.\n\nIf somebody is in immediate danger, call 999. Do not wait for this page.",
}
View = TypeVar("View", bound=Callable[..., HttpResponse])
Answer = Callable[[HttpRequest], HttpResponse]


@dataclass(frozen=True, slots=True)
class Limit:
    """How often something may be read from one place in ten minutes.  as_json: how it is said that it is too often."""

    what: str
    most: int
    as_json: bool = False


def limited(what: str, *, most: int, as_json: bool = False) -> Callable[[View], View]:
    """Let a page be read so often in ten minutes from one address on the net.

    Source: docs/rules.md, "Public referrers".
    """

    def marked(view: View) -> View:
        view.limit = Limit(what, most, as_json)  # type: ignore[attr-defined]
        return view

    return marked


def counts_readings(get_response: Answer) -> Answer:
    """Count what a page says is limited, before the transaction in which a reading writes nothing."""

    def answer(request: HttpRequest) -> HttpResponse:
        limit = _limit_of(request)
        if limit is None:
            return get_response(request)
        whence = get_adapter().get_client_ip(request)
        if is_within(f"directory {limit.what}", whence, most=limit.most, seconds=TEN_MINUTES):
            return get_response(request)
        if limit.as_json:
            said = json.dumps({"error": "Too many requests: wait ten minutes."})
            response = HttpResponse(said, status=429, content_type="application/json")
        else:
            response = HttpResponse(render_to_string("error.html", WORDS), status=429)
        response.headers["Retry-After"] = str(TEN_MINUTES)
        return response

    return answer


def _limit_of(request: HttpRequest) -> Limit | None:
    match = page_asked_for(request)
    return getattr(match.func, "limit", None) if match else None
