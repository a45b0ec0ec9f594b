"""What every answer carries, whoever asked."""

import gzip
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers

type_of_answer = Callable[[HttpRequest], HttpResponse]
OUT_OF_REACH = {
    "title": "Sorry, the system cannot be reached just now",
    "words": "Nothing was saved by what you just did. What you typed is still on the page before this one: "
    "go back to it, wait a minute and send it again.\n\nIf it goes on, tell whoever runs this system.\n\n"
    "If somebody is in immediate danger, call 999. Do not wait for this page.",
}
SECONDS_TO_WAIT = 30


def no_store(get_response: type_of_answer) -> type_of_answer:
    """Keep pages out of every cache: the next person at a shared desk finds nothing by the back button."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        return response

    return answer


def never_silent(get_response: type_of_answer) -> type_of_answer:
    """Answer with a page that needs no records when none could be made: so it is while the database is away.

    Stands outside whatever reads the session, which fails first.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code < 500 or response.streaming or response.content:
            return response
        page = HttpResponse(render_to_string("error.html", OUT_OF_REACH), status=503)
        page.headers["Retry-After"] = str(SECONDS_TO_WAIT)
        return page

    return answer


def compressed_static(get_response: type_of_answer) -> type_of_answer:
    """Send our own styles and scripts compressed.  Pages never: see docs/decisions, on what is not compressed.

    Stands around what serves the files.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if not request.path.startswith("/static/") or response.status_code != 200:
            return response
        patch_vary_headers(response, ["Accept-Encoding"])
        wanted = "gzip" in request.headers.get("Accept-Encoding", "")
        if not (wanted and request.method == "GET" and response.streaming):
            return response
        packed = HttpResponse(_packed(b"".join(cast(Iterable[bytes], response))))
        for name in ("Content-Type", "Cache-Control", "Last-Modified", "Vary", "Access-Control-Allow-Origin"):
            if name in response.headers:
                packed.headers[name] = response.headers[name]
        packed.headers["Content-Encoding"] = "gzip"
        packed.headers["Content-Length"] = str(len(packed.content))
        response.close()
        return packed

    return answer


@lru_cache(maxsize=16)
def _packed(body: bytes) -> bytes:
    return gzip.compress(body, mtime=0)
