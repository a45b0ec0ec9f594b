"""Pages of sessions: what is coming, one by itself, planning, moving and calling off, and who came."""

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localtime
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mash.common.verdict import require
from mash.partnership.http import StaffRequest
from mash.training import actions, calendars, content, policy
from mash.training.content import Offer
from mash.training.forms import keeping as forms
from mash.training.models import Moment, Session
from mash.training.queries import learners
from mash.training.queries import sessions as queries
from mash.training.views.showing import AN_ANSWER, refuse, seen, sent, short_form

ON_A_PAGE = 20


def offered(offer_id: str) -> Offer:
    """Return what a session can be held for.  Raises Http404 for what there is not, or is not offered any more."""
    found = content.offers().get(offer_id)
    if found is None or found.retired:
        raise Http404
    return found


@require_safe
def listed(request: StaffRequest) -> HttpResponse:
    """What is coming, with places left; for whoever trains also what was held."""
    trains = bool(policy.may_train(request.staff))
    was = trains and request.GET.get("show") == "held"
    rows = (queries.past if was else queries.coming)(request.staff, request.at)
    page = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))
    me = learners.own(request.staff)
    mine = queries.bookings_of(me, page.object_list) if me and page.object_list else {}
    seen(request, request.staff, "sessions")
    return render(
        request,
        "training/sessions.html",
        {"page": page, "trains": trains, "was": was, "mine": mine, "offers": _plannable() if trains else []},
    )


def _plannable() -> list[Offer]:
    by_module = content.modules()
    return [
        one
        for one in content.offers().values()
        if not one.retired
        and (one.id not in by_module or {"face_to_face", "online"} & set(by_module[one.id].ways))
    ]


@require_safe
def session(request: StaffRequest, session_id: uuid.UUID) -> HttpResponse:
    """One session: what it is, one's own place, and for whoever trains who has booked."""
    one = queries.find(request.staff, session_id)
    trains = bool(policy.may_train(request.staff))
    places = queries.places(request.staff, one)
    me = learners.own(request.staff)
    own = next((each for each in places if me and each.learner and each.learner.pk == me.pk), None)
    offer = content.offers().get(one.offer)
    said = queries.said_by(me, one) if me else set()
    may = {}
    if me and offer:
        may = {
            moment: bool(
                policy.may_say(
                    request.staff, me, one, moment=moment, came=own.came if own else "", at=request.at
                )
            )
            for moment in Moment.values
            if moment not in said and (own or moment != Moment.BEFORE)
        }
    seen(request, one, "session")
    shown = {
        "one": one,
        "offer": offer,
        "other_day": queries.other_day(one),
        "trains": trains,
        "places": places,
        "taken": len(places),
        "own": own,
        "open": one.called_off_at is None and one.starts_at > request.at,
        "begun": one.starts_at <= request.at,
        "may_say": [moment for moment in Moment if may.get(moment.value)],
        "swap": bool(own and one.day == 2 and one.starts_at > request.at),
        "crowding": queries.crowding(places) if trains and offer and offer.mixed else None,
    }
    return render(request, "training/session.html", shown)


def _back(one: Session) -> tuple[str, str]:
    return reverse("training:session", args=[one.pk]), one.label


@require_http_methods(AN_ANSWER)
def plan(request: StaffRequest, offer_id: str) -> HttpResponse:
    """Plan a session of a programme or a module."""
    require(policy.may_train(request.staff))
    offer = offered(offer_id)
    start = {"key": uuid.uuid4(), "minutes": offer.minutes, "capacity": content.numbers()["capacity"]}
    form = forms.SessionForm(sent(request), offer=offer, initial=start)

    def act() -> str:
        actions.plan_session(offer=offer, by=request.staff, at=request.at, **form.said)
        return "It is in the calendar."

    rules = content.numbers()
    intro = ""
    if offer.days == 2:
        intro = (
            f"Both days are for the same group. Day two is {rules['day_two_earliest']} to "
            f"{rules['day_two_latest']} months after day one, as a rule {rules['day_two_usual']}."
        )
    return short_form(
        request, form, act, about="sessions", back=(reverse("training:sessions"), "Sessions"), caption=offer.label,
        title="Plan a session" if offer.days == 1 else "Plan both days", button="Put it in the calendar", intro=intro,
    )  # fmt: skip


@require_http_methods(AN_ANSWER)
def change(request: StaffRequest, session_id: uuid.UUID) -> HttpResponse:
    """Move a session, or say who delivers it."""
    require(policy.may_train(request.staff))
    one = queries.find(request.staff, session_id)
    here = localtime(one.starts_at)
    start = {
        "on": here.date(), "clock": f"{here:%H:%M}", "minutes": one.minutes, "place": one.place,
        "capacity": one.capacity, "taught_by": one.taught_by, "taught_kind": one.taught_kind,
    }  # fmt: skip
    form = forms.SessionForm(sent(request), initial=start)

    def act() -> str:
        actions.change_session(session=one, by=request.staff, at=request.at, **form.said)
        return "Changed. Whoever has a place is told if the time or the room is another."

    return short_form(
        request, form, act, about=one, back=_back(one), caption=one.label, title="Change a session",
        button="Change it",
    )  # fmt: skip


@require_http_methods(AN_ANSWER)
def call_off(request: StaffRequest, session_id: uuid.UUID) -> HttpResponse:
    """Call a session off."""
    require(policy.may_train(request.staff))
    one = queries.find(request.staff, session_id)
    form = forms.CallOff(sent(request))

    def act() -> str:
        actions.call_off(session=one, why=form.cleaned_data["why"], by=request.staff, at=request.at)
        return "Called off. Whoever had a place is told."

    return short_form(
        request, form, act, about=one, back=_back(one), caption=one.label, title="Call a session off",
        button="Call it off",
    )  # fmt: skip


@require_POST
def book(request: StaffRequest, session_id: uuid.UUID) -> HttpResponse:
    """Take a place for oneself."""
    one = queries.find(request.staff, session_id)
    me = actions.own_learner(by=request.staff, at=request.at)
    if me is None:
        messages.info(
            request, "A record with your address was kept before. It is bound to you now: book in a minute."
        )
        return redirect("training:session", one.pk)
    try:
        made = actions.book(session=one, learner=me, by=request.staff, at=request.at)
    except actions.NotWhole as why:
        messages.info(request, str(why))
    else:
        waits = queries.waits_as(made)
        words = (
            "You have a place." if not waits else f"It is full: you are number {waits} on the waiting list."
        )
        messages.success(request, words)
    return redirect("training:session", one.pk)


@require_http_methods(AN_ANSWER)
def book_other(request: StaffRequest, session_id: uuid.UUID) -> HttpResponse:
    """Take a place for somebody else."""
    require(policy.may_train(request.staff))
    one = queries.find(request.staff, session_id)
    there = {each.booking.learner_id for each in queries.places(request.staff, one)}
    known = learners.listed(request.staff)
    people = {str(each.pk): each for each in known if each.pk not in there and not each.ended_on}
    form = forms.Choose(
        sent(request), label="Who comes?", missing="Choose who comes",
        choices=[(key, f"{each.name}, {each.agency.name}") for key, each in people.items()],
    )  # fmt: skip

    def act() -> str:
        who = people[form.cleaned_data["to"]]
        made = actions.book(session=one, learner=who, by=request.staff, at=request.at)
        waits = queries.waits_as(made)
        return (
            f"{who.name} has a place." if not waits else f"{who.name} is number {waits} on the waiting list."
        )

    return short_form(
        request, form, act, about=one, back=_back(one), caption=one.label, title="Book somebody",
        button="Book them", intro="Somebody who is not in the list is added as a learner first.",
    )  # fmt: skip


@require_POST
def give_back(request: StaffRequest, booking_id: uuid.UUID) -> HttpResponse:
    """Give a place back."""
    booking = queries.find_booking(request.staff, booking_id)
    try:
        actions.give_back(booking=booking, by=request.staff, at=request.at)
        messages.success(request, "The place is given back. Whoever waits first has it.")
    except actions.NotWhole as why:
        messages.info(request, str(why))
    return redirect("training:session", booking.session_id)


@require_http_methods(AN_ANSWER)
def swap(request: StaffRequest, booking_id: uuid.UUID) -> HttpResponse:
    """Come to day two with another group."""
    booking = queries.find_booking(request.staff, booking_id)
    require(policy.may_book(request.staff, booking.learner))
    found = {str(one.pk): one for one in queries.may_swap_to(booking, request.at)}
    form = forms.Choose(
        sent(request), label="With which group?", missing="Choose a group",
        choices=[(key, _when_and_where(one)) for key, one in found.items()],
    )  # fmt: skip

    def act() -> str:
        actions.swap(booking=booking, to=found[form.cleaned_data["to"]], by=request.staff, at=request.at)
        return "Exchanged: day two is with the other group now."

    words = "Only second days with a place, in time after day one, are listed."
    return short_form(
        request, form, act, about=booking, back=_back(booking.session), caption=booking.session.label,
        title="Come to day two with another group", button="Exchange it",
        intro=words if found else "No other group has a place in time after day one. " + words,
    )  # fmt: skip


def _when_and_where(one: Session) -> str:
    return f"{one.cohort}, {localtime(one.starts_at):%d %B %Y}, {one.place}"


@require_http_methods(AN_ANSWER)
def attendance(request: StaffRequest, session_id: uuid.UUID) -> HttpResponse:
    """Write down who came."""
    require(policy.may_train(request.staff))
    one = queries.find(request.staff, session_id)
    places = queries.places(request.staff, one)
    named = [(each, each.learner) for each in places if each.learner]
    rows = [(str(each.booking.pk), f"{who}, {who.agency.name}", each.came) for each, who in named]
    form = forms.WhoCame(sent(request), places=rows)
    if form.is_valid():
        try:
            actions.record_attendance(session=one, came=form.came, by=request.staff, at=request.at)
        except actions.NotWhole as why:
            refuse(form, why)
        else:
            messages.success(request, "Who came is written down.")
            return redirect("training:session", one.pk)
    seen(request, one, "attendance")
    return render(request, "training/attendance.html", {"one": one, "form": form, "places": places})


@require_safe
def register(request: StaffRequest, session_id: uuid.UUID) -> HttpResponse:
    """A list to be signed on paper by whoever comes."""
    require(policy.may_train(request.staff))
    one = queries.find(request.staff, session_id)
    places = queries.places(request.staff, one)
    seen(request, one, "register")
    return render(request, "training/register.html", {"one": one, "places": places, "now": request.at})


@require_safe
def invitation(request: StaffRequest, session_id: uuid.UUID) -> HttpResponse:
    """Give out a session for a calendar."""
    one = queries.find(request.staff, session_id)
    words = calendars.to_ics(one, method=calendars.PUBLISH, said_at=request.at)
    answer = HttpResponse(words, content_type=calendars.TYPE)
    answer["Content-Disposition"] = 'attachment; filename="training.ics"'
    return answer
