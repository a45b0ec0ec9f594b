"""Requests of systems are counted before anything is opened for them; without a key of ours nothing is."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from mash.common.asked_for import page_asked_for
from mash.partnership.system_keys import shown_key
from mash.partnership.tallies import count_on
from mash.systems.api.operations import NO_KEY
from mash.systems.api.problems import Problem

A_MINUTE = 60
Answer = Callable[[HttpRequest], HttpResponse]


def counts_requests(get_response: Answer) -> Answer:
    """Count each request with a key, and say when to go on where a minute has had too many.

    A key is signed, so one that is not ours is refused without asking the database.

    Source: docs/rules.md, "Systems of agencies".
    """

    def answer(request: HttpRequest) -> HttpResponse:
        if not _is_for_systems(request):
            return get_response(request)
        shown = shown_key(request)
        if shown is None:
            return Problem(401, NO_KEY, headers={"WWW-Authenticate": "Bearer"}).answer()
        at, most = timezone.now(), settings.MASH_API_A_MINUTE
        ((count, until),) = count_on([(f"api:{shown[0]}", A_MINUTE)], at=at)
        if count > most:
            wait = max(1, int((until - at).total_seconds()) + 1)
            words = f"One key may ask {most} times a minute. Go on in {wait} seconds."
            return Problem(429, words, headers={"Retry-After": str(wait)}).answer()
        return get_response(request)

    return answer


def _is_for_systems(request: HttpRequest) -> bool:
    match = page_asked_for(request)
    return match is not None and hasattr(match.func, "operations")
