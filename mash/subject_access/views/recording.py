"""The list, a request's own page, and what is recorded about who asks and by when."""

import uuid
from collections.abc import Callable
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods, require_safe

from mash.common.verdict import require
from mash.ledger.actions import record
from mash.partnership.http import StaffRequest
from mash.people.policy import may_see as may_see_person
from mash.subject_access import actions, forms, policy
from mash.subject_access.actions.marking import given_twice, still_to_do
from mash.subject_access.grounds import label_of
from mash.subject_access.models import IdentityStep
from mash.subject_access.queries import requests as queries
from mash.subject_access.queries.requests import Standing

REFUSED = (actions.NotWhole, actions.ChangedMeanwhile, actions.AnotherRoute)


def sent(request: StaffRequest) -> Any:
    """Return what was sent; None for a page that was only asked for."""
    return request.POST if request.method == "POST" else None


def seen(request: StaffRequest, standing: Standing, page: str) -> None:
    """Write that a page of a request is shown."""
    one, detail = standing.request, {"page": page}
    record("subject_request.seen", about=one, at=request.at, hub_id=one.hub_id, detail=detail)


@require_safe
def requests(request: StaffRequest) -> HttpResponse:
    """Show who asked for what is held on somebody, and by when each is answered."""
    rows = queries.requests_of(request.staff)
    record("subject_requests.listed", about="subject_requests", at=request.at, hub_id=request.staff.hub_id)
    page = {"rows": rows, "today": localdate(request.at)}
    return render(request, "subject_access/requests.html", page)


@require_http_methods(["GET", "POST"])
def record_one(request: StaffRequest, person_id: uuid.UUID) -> HttpResponse:
    """Write down a request for what is held on a person."""
    person = queries.person_asked_about(request.staff, person_id)
    require(policy.may_record(request.staff, person))
    handlers = queries.may_handle(request.staff, person)
    form = forms.Record(
        sent(request), handlers=handlers, today=localdate(request.at), initial={"key": uuid.uuid4()}
    )
    if form.is_valid():
        try:
            made = actions.record_request(person=person, by=request.staff, at=request.at, **form.cleaned_data)
        except REFUSED as missing:
            form.add_error(None, str(missing))
        else:
            messages.success(request, f"Written down as {made.reference}.")
            return redirect("subject_access:request", made.pk)
    record(
        "person.seen", about=person, at=request.at, hub_id=person.hub_id, detail={"page": "subject_request"}
    )
    page = {"person": person, "form": form, "handlers": handlers}
    return render(request, "subject_access/record.html", page)


@require_safe
def page(request: StaffRequest, request_id: uuid.UUID) -> HttpResponse:
    """Show one request: who asks, how long is left, what was gathered and marked, and what is still to be done."""
    standing = queries.find(request.staff, request_id)
    one, staff = standing.request, request.staff
    texts = queries.gathered(one)
    may_mark = policy.may_mark(staff, one, standing.handler, with_the_unit=standing.with_the_unit)
    seen(request, standing, "request")
    shown = {
        "standing": standing,
        "texts": texts,
        "owners": queries.owners(one, texts),
        "grounds": grounds_of(texts),
        "wanted": still_to_do(one, texts),
        "twice": given_twice(texts) if standing.is_open else [],
        "may_keep": bool(policy.may_look_after(staff, one, standing.handler)) and standing.is_open,
        "may_mark": bool(may_mark) and standing.is_open,
        "may_pass": bool(policy.may_pass(staff, one)),
        "marks_first": not standing.with_the_unit,
        "identity_asked": standing.seen(IdentityStep.ASKED),
        "identity_seen": standing.seen(IdentityStep.SEEN),
        "people_seen": bool(may_see_person(staff, one.person)),
        "today": localdate(request.at),
    }
    return render(request, "subject_access/request.html", shown)


def grounds_of(texts: list[queries.Marked]) -> list[tuple[str, int]]:
    """Return which grounds were used and how often, without a word of what was withheld."""
    count: dict[str, int] = {}
    for one in texts:
        for cut in one.cuts:
            if cut.ground:
                count[cut.ground] = count.get(cut.ground, 0) + 1
    return sorted((label_of(ground), often) for ground, often in count.items())


@require_http_methods(["GET", "POST"])
def identity_asked(request: StaffRequest, request_id: uuid.UUID) -> HttpResponse:
    """Record that whoever asks was asked to show who they are."""
    form = forms.OnADay(sent(request), today=localdate(request.at), asked=True)
    return _kept(
        request,
        request_id,
        form,
        actions.ask_identity,
        "Ask to see who they are",
        "Record that they were asked",
    )


@require_http_methods(["GET", "POST"])
def identity_seen(request: StaffRequest, request_id: uuid.UUID) -> HttpResponse:
    """Record what was seen of who asks, and that they may."""
    form = forms.OnADay(sent(request), today=localdate(request.at))
    return _kept(
        request, request_id, form, actions.see_identity, "Who asks, and that they may", "Record what was seen"
    )


@require_http_methods(["GET", "POST"])
def extend(request: StaffRequest, request_id: uuid.UUID) -> HttpResponse:
    """Record that the time was extended, and the requester told."""
    form = forms.Extend(sent(request), today=localdate(request.at))
    return _kept(request, request_id, form, actions.extend, "Two further months", "Record the extension")


@require_http_methods(["GET", "POST"])
def give(request: StaffRequest, request_id: uuid.UUID) -> HttpResponse:
    """Give a request to somebody else to handle."""
    standing = queries.find(request.staff, request_id)
    form = forms.Give(
        sent(request),
        handlers=queries.may_handle(request.staff, standing.request.person),
        initial={"follows": len(standing.handed)},
    )
    return _kept(request, request_id, form, actions.give_to_handler, "Who handles it", "Give it to them")


@require_http_methods(["GET", "POST"])
def end(request: StaffRequest, request_id: uuid.UUID) -> HttpResponse:
    """End a request without an answer."""
    form = forms.End(sent(request))
    return _kept(
        request, request_id, form, actions.end_request, "End it without an answer", "End the request"
    )


def _kept(
    request: StaffRequest,
    request_id: uuid.UUID,
    form: django_forms.Form,
    action: Callable[..., Any],
    *words: str,
) -> HttpResponse:
    """Show one short form about a request and do what it asks.  words: the page's title, and its button."""
    title, button = words
    standing = queries.find(request.staff, request_id)
    require(policy.may_look_after(request.staff, standing.request, standing.handler))
    if form.is_valid():
        said = dict(form.cleaned_data)
        if isinstance(form, forms.Give):
            said["to"] = form.handlers[said["to"]]
        try:
            action(request=standing.request, by=request.staff, at=request.at, **said)
        except REFUSED as missing:
            form.add_error(None, str(missing))
        else:
            return redirect("subject_access:request", standing.request.pk)
    seen(request, standing, "recording")
    shown = {
        "standing": standing,
        "form": form,
        "title": title,
        "button": button,
        "today": localdate(request.at),
    }
    return render(request, "subject_access/recording.html", shown)
