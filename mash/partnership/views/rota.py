"""The pages of the duty rota: who is on duty now, an agency's week, and what is missing from it."""

from datetime import date, timedelta
from itertools import groupby
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mash.common.clock import LONDON
from mash.common.verdict import require
from mash.partnership import policy
from mash.partnership.actions import rota as actions
from mash.partnership.forms import rota as forms
from mash.partnership.http import StaffRequest
from mash.partnership.models import Agency
from mash.partnership.queries import gaps as missing
from mash.partnership.queries import rota as queries
from mash.partnership.sessions import Missing, sessions

MOVED = "Somebody else filled this week after you opened the page. Their names are on the rota now: open it again."
NOT_OF_THE_TEAM = "Name people who work for this agency here, each once."


@require_safe
def now(request: StaffRequest) -> HttpResponse:
    """Show who is on duty at this moment: at the desk for every agency, elsewhere for one's own."""
    staff = request.staff
    mine = {agency.pk for agency in queries.agencies_to_read(staff)}
    found = [one for one in queries.on_duty(staff.hub, request.at) if one.agency.pk in mine]
    shown = {
        "expected": [one for one in found if one.expected],
        "others": [one for one in found if not one.expected and one.person],
        "now": request.at,
        "may_see_gaps": bool(policy.may_see_gaps(staff)),
    }
    return render(request, "partnership/on_duty.html", shown)


@require_safe
def week(request: StaffRequest) -> HttpResponse:
    """Show an agency's rota for a week."""
    asked = forms.WhichWeek(request.GET)
    agency = queries.agency_to_read(request.staff, asked.agency_id)
    first = asked.first(_today(request))
    shown = {
        "agency": agency,
        "agencies": [
            (one, _address("rota:week", one, first)) for one in queries.agencies_to_read(request.staff)
        ],
        "first": first,
        "rows": queries.week_of(request.staff, agency, first, request.at),
        "said": forms.said,
        "earlier": _address("rota:week", agency, first - timedelta(days=7)),
        "later": _address("rota:week", agency, first + timedelta(days=7)),
        "may_fill": bool(policy.may_fill_rota(request.staff, agency)),
        "fill": lambda post: f"{_address('rota:fill', agency, first)}&post={post.id}",
        "leads": queries.leads_of(request.staff.hub_id, agency.pk, request.at),
    }
    return render(request, "partnership/week.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
def fill(request: StaffRequest) -> HttpResponse:
    """Say who is on duty on one post, session by session, for a week."""
    asked = forms.WhichWeek(request.GET)
    agency = queries.agency_to_read(request.staff, asked.agency_id)
    require(policy.may_fill_rota(request.staff, agency))
    post = queries.post_named(request.GET.get("post", ""), agency)
    first = asked.first(_today(request))
    wanted = sessions(queries.working_week(request.staff.hub), post.hours, first, 7)
    turns = queries.turns_of_week(request.staff, agency, post, wanted)
    team = list(queries.team(request.staff.hub_id, agency.pk, request.at))
    more = request.GET.get("more") == "1"
    form = forms.FillWeek(request.POST or None, post=post, wanted=wanted, turns=turns, team=team, more=more)
    if form.is_valid():
        try:
            actions.fill_rota(
                hub=request.staff.hub,
                agency=agency,
                post=post,
                within=wanted,
                lines=form.lines,
                seen=form.turns_seen,
                by=request.staff,
                at=request.at,
            )
        except actions.RotaMoved:
            form.add_error(None, MOVED)
        except actions.NotOfTheTeam:
            form.add_error(None, NOT_OF_THE_TEAM)
        else:
            messages.success(request, f"{post.label}: saved.")
            return redirect(_address("rota:week", agency, first))
    shown = {
        "agency": agency,
        "post": post,
        "first": first,
        "form": form,
        "able": [one for one in team if one.has(post.duty)],
        "back": _address("rota:week", agency, first),
        "more": "" if more else f"{_address('rota:fill', agency, first)}&post={post.id}&more=1",
    }
    return render(request, "partnership/fill_week.html", shown)


@require_POST
def copy(request: StaffRequest) -> HttpResponse:
    """Fill the empty sessions of a week as the week before."""
    asked = forms.WhichWeek(request.POST)
    agency = queries.agency_to_read(request.staff, asked.agency_id)
    first = asked.first(_today(request))
    copied = actions.copy_last_week(
        hub=request.staff.hub, agency=agency, first=first, by=request.staff, at=request.at
    )
    if copied:
        messages.success(request, f"Copied from the week before: {copied}.")
    else:
        messages.info(request, "Nothing to copy: no session that is empty now was filled then.")
    return redirect(_address("rota:week", agency, first))


@require_safe
def gaps(request: StaffRequest) -> HttpResponse:
    """Show what is missing from the rota in the next ten working days, and what is empty now."""
    require(policy.may_see_gaps(request.staff))
    empty = [one for one in queries.on_duty(request.staff.hub, request.at) if one.is_red]
    found = missing.gaps_seen_by(request.staff, request.at)
    mine = {agency.pk for agency in queries.agencies_to_fill(request.staff)}
    gaps = [(agency, one, _fill(agency, one)) for agency, one in found]
    shown = {
        "empty": [one for one in empty if one.agency.pk in mine],
        "gaps": gaps,
        "days": [(day, list(several)) for day, several in groupby(gaps, lambda gap: _day(gap[1]))],
        "said": forms.said,
    }
    return render(request, "partnership/gaps.html", shown)


def _today(request: StaffRequest) -> date:
    return request.at.astimezone(LONDON).date()


def _fill(agency: Agency, one: Missing) -> str:
    """Return where a gap is filled: the page of its post and week."""
    day = _day(one)
    return f"{_address('rota:fill', agency, day - timedelta(days=day.weekday()))}&post={one.post.id}"


def _day(one: Missing) -> date:
    return one.session.from_at.astimezone(LONDON).date()


def _address(name: str, agency: Agency, first: date) -> str:
    return f"{reverse(name)}?{urlencode({'agency': agency.pk, 'week': first.isoformat()})}"
