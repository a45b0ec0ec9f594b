"""What every answer carries, whoever asked."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

type_of_answer = Callable[[HttpRequest], HttpResponse]


def no_store(get_response: type_of_answer) -> type_of_answer:
    """Keep pages out of every cache: the next person at a shared desk finds nothing by the back button."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        return response

    return answer
