"""Two pages for those who watch over the machine, and the counting of answers.

They stand before session and account, as they are nobody's pages.  Whoever may not ask is told what anybody is told
of an address that is not there.
"""

import time
from collections.abc import Callable
from ipaddress import ip_address
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from mash.operations import metrics
from mash.operations.readiness import WELL, ready

PLAIN = "text/plain; charset=utf-8"
PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"
CAME_THROUGH_A_PROXY = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_VIA")
Answer = Callable[[HttpRequest], HttpResponse]


def watched(get_response: Answer) -> Answer:
    """Answer /ready and, where counts are kept, /metrics; count every other answer there."""
    folder = Path(settings.MASH_METRICS_FOLDER) if settings.MASH_METRICS_FOLDER else None
    measure = metrics.measuring(folder) if folder else None

    def answer(request: HttpRequest) -> HttpResponse:
        if request.method == "GET" and request.path == "/ready" and _may_ask(request):
            return _ready()
        if request.method == "GET" and request.path == "/metrics" and folder and _may_ask(request):
            return HttpResponse(metrics.exposed(folder, at=timezone.now()), content_type=PROMETHEUS)
        began = time.perf_counter()
        response = get_response(request)
        if measure:
            measure(request, response, time.perf_counter() - began)
        return response

    return answer


def _ready() -> HttpResponse:
    said = ready(at=timezone.now())
    well = set(said.values()) == {WELL}
    words = "".join(f"{name} {word}\n" for name, word in said.items())
    return HttpResponse(words, status=200 if well else 503, content_type=PLAIN)


def _may_ask(request: HttpRequest) -> bool:
    """Tell whether a request comes straight from a network that is named: a proxy stands on this machine too."""
    if any(name in request.META for name in CAME_THROUGH_A_PROXY):
        return False
    try:
        peer = ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    return any(peer in network for network in settings.MASH_WATCHED_FROM)
