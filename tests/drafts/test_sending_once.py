"""A form that is sent twice, at once or again later, does its work once: on every address of the product."""

import json
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from threading import Barrier

import pytest
from django.db import connections
from django.shortcuts import redirect
from django.urls import URLResolver, get_resolver, path, reverse

from config import sign_in
from mash.drafts.models import Sent
from mash.ledger.actions import record
from mash.ledger.models import Entry
from mash.people.models import Alert
from tests.factories.base import browser
from tests.factories.contact import ContactFactory
from tests.factories.drafts import kept_form
from tests.factories.partnership import StaffFactory
from tests.factories.people import PersonFactory

pytestmark = pytest.mark.usefixtures("transactional_db")
NOT_WORK = ("/accounts/", "/drafts/", "/post/", "/health")  # signing in, keeping drafts, choosing a post
SAMPLES = {
    "colour": "0b3d5c",
    "digest": "ab" * 32,
    "day": "2026-12-11",
    "uuid": uuid.UUID(int=7),
    "str": "x",
    "int": 1,
    "slug": "x",
    "path": "x",
}


def does_its_work(request, **_):
    """Stand in for a page: whatever it is asked, it does one thing and leads on."""
    if request.method == "POST":
        record("t.done", about=request.path, at=request.at)
    return redirect("/")


def every_address(resolver=None, before=""):
    """Yield the route and the kinds of arguments of every address."""
    for one in (resolver or get_resolver("config.urls")).url_patterns:
        route = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from every_address(one, route)
        else:
            yield route, dict(one.pattern.converters.items())


ROUTES = sorted(
    {
        route
        for route, _ in every_address()
        if not f"/{route}".startswith(NOT_WORK) and not route.startswith("^")
    }
)
urlpatterns = [
    *sign_in.urlpatterns,
    path("post/", does_its_work, name="post"),
    *(path(route, does_its_work, name=f"r{number}") for number, route in enumerate(ROUTES)),
]


@contextmanager
def hands(times=2):
    """Yield what does the same at once in several threads, each with its own connection, and returns the answers."""
    together = Barrier(times, timeout=60)

    def one(send):
        together.wait()
        return send()

    with ThreadPoolExecutor(times) as each:

        def at_once(*sends):
            return list(each.map(one, sends))

        try:
            yield at_once
        finally:
            at_once(*[connections.close_all] * times)


@pytest.mark.exhaustive
@pytest.mark.urls(__name__)
def test_on_every_address_a_double_click_does_one_thing():
    worker = StaffFactory(whole_desk=True)
    windows = [browser(worker), browser(worker)]
    assert len(ROUTES) > 40
    with hands() as at_once:
        for number, route in enumerate(ROUTES):
            kinds = dict(every_address_of(route))
            where = reverse(f"r{number}", kwargs={name: sample(kind) for name, kind in kinds.items()})
            form = {"csrfmiddlewaretoken": uuid.uuid4().hex * 2, "words": "the same"}
            answers = at_once(*(partial(one.post, where, form) for one in windows))
            assert [one.status_code for one in answers] == [302, 302], route
            assert {one.headers["Location"] for one in answers} == {"/"}, route
            assert Entry.objects.using("builder").filter(event="t.done", about=where).count() == 1, route


def every_address_of(route):
    return next(kinds for other, kinds in every_address() if other == route).items()


def sample(converter):
    kind = type(converter).__name__.removesuffix("Converter").lower().replace("string", "str")
    return SAMPLES[kind]


@pytest.mark.urls(__name__)
def test_a_form_drawn_anew_is_another_one_and_so_is_another_text():
    worker = StaffFactory(whole_desk=True)
    where = reverse("r0", kwargs={name: sample(kind) for name, kind in every_address_of(ROUTES[0])})
    for token, words in [("a" * 64, "x"), ("b" * 64, "x"), ("a" * 64, "y"), ("a" * 64, "x")]:
        browser(worker).post(where, {"csrfmiddlewaretoken": token, "words": words})
    assert Entry.objects.using("builder").filter(event="t.done").count() == 3


def test_an_alert_sent_twice_at_once_is_one_alert():
    worker = StaffFactory(social_worker=True)
    person = PersonFactory(hub=worker.hub)
    where = reverse("people:alert", args=[person.pk])
    form = kept_form(browser(worker), where) | {"words": "Dog in the house", "expires_on-day": "1"}
    form |= {"expires_on-month": "1", "expires_on-year": "2030"}
    with hands(4) as at_once:
        answers = at_once(*(partial(browser(worker).post, where, form) for _ in range(4)))
    assert {one.status_code for one in answers} == {302}
    assert Alert.objects.using("builder").count() == 1
    assert browser(worker).post(where, form).status_code == 302  # back, and sent again
    assert Alert.objects.using("builder").count() == 1


def test_a_form_with_an_error_can_be_sent_again_as_it_is():
    worker = StaffFactory(social_worker=True)
    person = PersonFactory(hub=worker.hub)
    where = reverse("people:alert", args=[person.pk])
    form = kept_form(browser(worker), where) | {"words": ""}
    first, second = browser(worker).post(where, form), browser(worker).post(where, form)
    assert (first.status_code, second.status_code) == (200, 200)
    assert "There is a problem" in second.content.decode()
    assert not Sent.objects.using("builder").exists()


def test_another_person_who_sends_the_same_is_not_taken_for_the_first():
    worker = StaffFactory(social_worker=True)
    colleague = StaffFactory(social_worker=True, hub=worker.hub)
    contact = ContactFactory(hub=worker.hub)
    where = reverse("triage:take", args=[contact.pk])
    for one in (worker, colleague):
        browser(one).post(where, {"csrfmiddlewaretoken": "a" * 64})
    assert Sent.objects.using("builder").count() == 2
    assert len(json.dumps([one.location for one in Sent.objects.using("builder").all()])) > 2
