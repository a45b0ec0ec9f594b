"""The pages on which a hub is set up: overview, name and colour, hours, closures, clocks, and the change log."""

import uuid
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mash.common.colour import LEAST_CONTRAST, contrast_with_white
from mash.common.verdict import require
from mash.partnership.http import StaffRequest
from mash.people import weighing
from mash.setup import actions, policy
from mash.setup.differences import between
from mash.setup.forms import hub as forms
from mash.setup.models import Part
from mash.setup.queries import contents, people
from mash.setup.queries import hubs as queries
from mash.setup.views.sections import sections
from mash.setup.views.steps import SaidNo, in_steps
from mash.triage.limits import Loosened, in_words

A_YEAR = 31_536_000  # seconds; the address holds the colour, so what it answers never changes
CHANGES_A_PAGE = 25


@login_not_required
@require_safe
def colour(request: HttpRequest, colour: str) -> HttpResponse:  # noqa: ARG001
    """Serve a hub's colour as a style sheet of its own: no page holds a style.  A colour hard to read is absent."""
    named = f"#{colour}"
    try:
        readable = contrast_with_white(named) >= LEAST_CONTRAST
    except ValueError as error:
        raise Http404 from error
    if not readable:
        raise Http404
    answer = HttpResponse(f":root {{ --hub-colour: {named}; }}\n", content_type="text/css; charset=utf-8")
    answer.headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
    return answer


@require_safe
def overview(request: StaffRequest) -> HttpResponse:
    """Show the parts of the set-up, how far each is, and what waits for somebody."""
    require(policy.may_set_up(request.staff))
    shown = {
        "sections": sections(request.staff),
        "practice": queries.practice_of(request.staff),
        "newer": [book for book in contents.books(request.staff) if book.newer],
        "grants": queries.grants_waiting(request.staff),
        "lost": people.lost_factors_waiting(request.staff),
        "newest": queries.changes(request.staff)[:5],
        "learned": weighing.waits_for(request.staff),
    }
    return render(request, "setup/overview.html", shown)


@require_http_methods(["GET", "POST"])
def particulars(request: StaffRequest) -> HttpResponse:
    """Change name, prefix, colour and how to reach the hub."""
    require(policy.may_set_up(request.staff))
    hub = queries.own_hub(request.staff)
    now = actions.described(hub)
    form = forms.Particulars(
        request.POST or None, initial=now | {"letters": hub.prefix, "family_first": str(hub.family_first)}
    )

    def save() -> None:
        try:
            actions.describe(hub=hub, particulars=form.particulars, by=request.staff, at=request.at)
        except actions.NameTaken as taken:
            raise SaidNo(forms.FIELDS.get(taken.field, taken.field), str(taken)) from taken

    def differences() -> Any:
        try:
            actions.refuse_a_faint_colour(form.cleaned_data["colour"])
        except actions.HardToRead as faint:
            raise SaidNo("colour", str(faint)) from faint
        return [(actions.LABELS[place], *rest) for place, *rest in between(now, form.particulars)]

    return in_steps(
        request,
        form,
        template="setup/particulars.html",
        context={"title": "Name and colour"},
        state=now,
        differences=differences,
        save=save,
        saved="Saved. Name and colour are in force.",
        done="setup:overview",
    )


@require_http_methods(["GET", "POST"])
def hours(request: StaffRequest) -> HttpResponse:
    """Change when the hub is staffed."""
    require(policy.may_set_up(request.staff))
    hub = queries.own_hub(request.staff)
    form = forms.Week(request.POST or None, hours=hub.hours)

    def save() -> None:
        why = form.cleaned_data["why"]
        actions.set_hours(hub=hub, hours=form.hours, why=why, by=request.staff, at=request.at)

    return in_steps(
        request,
        form,
        template="setup/hours.html",
        context={"title": "Opening hours", "holidays": queries.bank_holidays(request.at)},
        state=hub.hours,
        differences=lambda: between(actions.week_in_words(hub.hours), actions.week_in_words(form.hours)),
        save=save,
        saved="Saved. Open clocks are being worked out afresh; the change log says how many moved.",
        done="setup:overview",
    )


@require_http_methods(["GET", "POST"])
def closures(request: StaffRequest) -> HttpResponse:
    """Show the days to come on which the hub is closed, and add one."""
    require(policy.may_set_up(request.staff))
    hub, known = queries.own_hub(request.staff), queries.closures(request.staff, request.at)
    form = forms.OneClosure(request.POST or None)

    def save() -> None:
        said = form.cleaned_data
        actions.close_for_a_day(
            hub=hub, on=said["on"], reason=said["reason"], by=request.staff, at=request.at
        )

    def differences() -> list[tuple[str, str, str]]:
        on: date = form.cleaned_data["on"]
        if on < localdate(request.at):
            raise SaidNo("on", "The day must be today or later: what clocks counted then stays counted")
        if on in {one.on for one in known}:
            return []
        return [(f"{on:%A} {on.day} {on:%B %Y}", "open", f"closed: {form.cleaned_data['reason']}")]

    return in_steps(
        request,
        form,
        template="setup/closures.html",
        context={"title": "Closures", "closures": known, "holidays": queries.bank_holidays(request.at)},
        state=sorted(str(one.on) for one in known),
        differences=differences,
        save=save,
        saved="Saved. Open clocks are being worked out afresh; the change log says how many moved.",
        done="setup:closures",
    )


@require_POST
def open_after_all(request: StaffRequest, on: date) -> HttpResponse:
    """Take back a closure that is still to come."""
    require(policy.may_set_up(request.staff))
    try:
        actions.open_after_all(hub=queries.own_hub(request.staff), on=on, by=request.staff, at=request.at)
        messages.success(request, "Taken back. Open clocks are being worked out afresh.")
    except actions.NoSuchClosure:
        messages.info(request, "That closure is past or was taken back before.")
    return redirect("setup:closures")


@require_http_methods(["GET", "POST"])
def clocks(request: StaffRequest) -> HttpResponse:
    """Show how long each stage may take, and change one limit from a day on."""
    require(policy.may_set_up(request.staff))
    hub, now = queries.own_hub(request.staff), queries.clocks(request.staff, request.at)
    form = forms.OneClock(request.POST or None)

    def save() -> None:
        said = form.cleaned_data
        actions.set_clock(
            hub=hub,
            wanted=form.wanted,
            from_on=said["from_on"],
            why=said["why"],
            by=request.staff,
            at=request.at,
        )

    def differences() -> list[tuple[str, str, str]]:
        wanted, on = form.wanted, form.cleaned_data["from_on"]
        try:
            before = actions.refuse_clock(hub, wanted, on, request.at)
        except actions.FromToday as error:
            raise SaidNo(
                "from_on", "The day must be today or later: what was due before stays as it was"
            ) from error
        except Loosened as loose:
            raise SaidNo("value", str(loose)) from loose
        after = f"{in_words(wanted.limit)} from {on.day} {on:%B %Y}"
        return [] if before == wanted.limit else [(wanted.label, in_words(before), after)]

    return in_steps(
        request,
        form,
        template="setup/clocks.html",
        context={
            "title": "Clocks",
            "clocks": now,
            "ratings": [one.label for one in queries.RATINGS],
            "to_come": queries.clocks_to_come(request.staff, request.at),
            "fixed": queries.statutory_clocks(),
        },
        state=now,
        differences=differences,
        save=save,
        saved="Saved. Open clocks are being worked out afresh; the change log says how many moved.",
        done="setup:clocks",
    )


@require_safe
def log(request: StaffRequest) -> HttpResponse:
    """Show every change to the set-up, newest first: what, who, when, why."""
    require(policy.may_read_the_log(request.staff))
    part = request.GET.get("part", "")
    found = queries.changes(request.staff)
    found = found.filter(part=part) if part in Part.values else found
    page = Paginator(found, CHANGES_A_PAGE).get_page(request.GET.get("page", "1"))
    return render(request, "setup/log.html", {"page": page, "part": part, "parts": Part.choices})


@require_safe
def change(request: StaffRequest, change_id: uuid.UUID) -> HttpResponse:
    """Show one change with its difference."""
    require(policy.may_read_the_log(request.staff))
    return render(request, "setup/change.html", {"change": queries.find_change(request.staff, change_id)})


@require_safe
def signing_in(request: StaffRequest) -> HttpResponse:
    """Say how people sign in here, and where that is set: by whoever runs the installation, on no page."""
    require(policy.may_set_up(request.staff))
    shown = {
        "agencies": queries.sign_in_of_agencies(request.staff),
        "second_factor": settings.MASH_SECOND_FACTOR,
        "idle_minutes": settings.MASH_IDLE_SECONDS // 60,
        "longest_hours": settings.MASH_LONGEST_SESSION_SECONDS // 3600,
    }
    return render(request, "setup/signing_in.html", shown)
