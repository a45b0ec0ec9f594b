"""Pages that misbehave on purpose, beside the product's own."""

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import path

from config.urls import *  # noqa: F403
from config.urls import urlpatterns as ours
from mash.partnership.actions import queue_email

TO = "nobody@agency.example"


def write(request):
    queue_email(hub_id=request.staff.hub_id, to=TO, subject="x", body="x", at=request.at)


def writes(request):
    write(request)
    return HttpResponse("done")


def writes_and_crashes(request):
    write(request)
    raise ZeroDivisionError


def writes_and_waits_too_long(request):
    write(request)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '1ms'; SELECT pg_sleep(5)")


def writes_and_is_refused(request):
    write(request)
    raise PermissionDenied("Only the night shift may do this.")


def writes_and_finds_nothing(request):
    write(request)
    raise Http404


def writes_and_answers_badly(request):
    write(request)
    return HttpResponse(status=409)


def writes_and_fails_to_render(request):
    write(request)
    return TemplateResponse(request, "error.html", {})  # StrictUndefined: `refusal` is missing


def streams(request):
    write(request)
    return StreamingHttpResponse(iter(["late"]))


urlpatterns = [
    path("t/writes/", writes),
    path("t/crashes/", writes_and_crashes),
    path("t/waits/", writes_and_waits_too_long),
    path("t/refused/", writes_and_is_refused),
    path("t/absent/", writes_and_finds_nothing),
    path("t/conflict/", writes_and_answers_badly),
    path("t/unrendered/", writes_and_fails_to_render),
    path("t/streams/", streams),
    *ours,
]
