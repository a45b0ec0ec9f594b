"""The worklist, a case's first page, search, the outbox, and the page of whoever referred."""

import uuid
from collections.abc import Callable
from typing import Any, TypeVar, cast

from allauth.account.views import logout
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from mash.common.navigation import address_of, navigation
from mash.common.patience import MOST_TRIES
from mash.common.verdict import require
from mash.contact import actions as contacts
from mash.contact import queries as received
from mash.contact.forms import HowItWent
from mash.contact.models import Contact, Reply
from mash.decision.content import back_reasons
from mash.decision.line import STAGES
from mash.decision.queries import passed_back_on
from mash.desk import forms, policy, queries
from mash.desk.referring import BY_THE_SENDER, add_once, keep_how_it_went, page_of, went_form
from mash.desk.saved_views import actions as keeping
from mash.desk.saved_views import forms as saved
from mash.handover.queries import with_number
from mash.ledger.actions import record
from mash.notifications.queries import how_the_post_stands
from mash.partnership import providers, through
from mash.partnership.http import PersonRequest, StaffRequest
from mash.partnership.models import Duty
from mash.partnership.policy import may_ask_to_open, sees_restricted
from mash.referral import queries as referrals
from mash.referral.views.visiting import (
    CODES_IN_TEN_MINUTES,
    TEN_MINUTES,
    TRIES_IN_TEN_MINUTES,
    too_many,
    too_often,
)
from mash.systems.policy import may_settle_cases
from mash.systems.queries import cases_on
from mash.triage import actions as triage
from mash.triage import queries as triaged
from mash.triage.in_writing import written_clock

View = TypeVar("View", bound=Callable[..., HttpResponse])


# Where everybody starts


def at_the_front_door(view: View) -> View:
    """Let a page act as the service `front_door` for somebody who is not signed in: it sends and takes codes."""
    view.acts_as_the_front_door = True  # type: ignore[attr-defined]
    return view


@at_the_front_door
@login_not_required
@require_safe
def home(request: PersonRequest) -> HttpResponse:
    """Send each to their own work: the desk to its list, an agency to its inbox, others to what they may open.

    Whoever is not signed in is led to the forms, to their own page, and to signing in.
    """
    if request.staff is None:
        if request.user.is_authenticated:
            return redirect("post")
        return render(request, "desk/front.html", {"hubs": referrals.hubs()})
    if request.staff.works_at_the_desk:
        return redirect("desk:night" if request.staff.works_nights else "desk:worklist")
    inbox = address_of("check:inbox")
    if request.staff.has(Duty.ANSWER) and inbox:
        return redirect(inbox)
    return render(request, "desk/home.html", {"pages": navigation(request).whole})


@login_not_required
@require_http_methods(["GET", "POST"])
def sign_out(request: PersonRequest) -> HttpResponse:
    """Sign out, and give back what was held: nobody need wait for somebody who has gone home.

    Source: docs/rules.md, "Sign-in".
    """
    if request.method == "POST" and request.staff:
        triage.let_go_of_all(by=request.staff, at=request.at)
    known = through.of(request, request.user) if request.user.is_authenticated else None
    provider = providers.named(known.provider) if known else None
    answer = cast(HttpResponse, logout(request))
    if request.method == "POST" and known and known.sign_out and provider:
        request.staff = None
        list(messages.get_messages(request))  # the page says it itself
        shown = {"there": known.sign_out, "agency": provider.agency}
        return render(request, "account/signed_out.html", shown)
    return answer


# The worklist


@require_GET
def worklist(request: StaffRequest) -> HttpResponse:
    """Show the open contacts in the one order of work.  htmx asks for the rows alone.  The night has its own page."""
    require(policy.may_see_the_line(request.staff))
    if request.staff.works_nights:
        return redirect("desk:night")
    return _worklist(request, forms.Assign())


def _worklist(request: StaffRequest, assign: forms.Assign) -> HttpResponse:
    asked = request.GET
    filters = forms.Filters(asked)
    wanted = filters.wanted
    number = asked.get("page", "1")
    counts, page, rows = queries.worklist(request.staff, wanted, request.at, page=number)
    assign.fields["to"].queryset = queries.workers(request.staff)  # type: ignore[attr-defined]
    shown = {
        "filters": filters,
        "wanted": wanted,
        "counts": counts,
        "tabs": _tabs(asked, wanted.stage, counts),
        "chips": [] if filters.errors else _chips(asked, filters),
        "page": page,
        "rows": rows,
        "now": request.at,
        "query": _without(asked, "page"),
        "assign": assign,
        "search": forms.Search(),
        "views": counts.views,
        "keep": saved.Keep(initial={"query": _without(asked, "page")}),
        "may_take_out": bool(policy.may_take_out(request.staff)),
        "may_take": policy.may_take(request.staff),
        "watches_restricted": sees_restricted(request.staff),
        "may_open_restricted": may_ask_to_open(request.staff),
    }
    part = "desk/_rows.html" if request.headers.get("HX-Request") else "desk/worklist.html"
    return render(request, part, shown)


def _tabs(query: QueryDict, stage: str, counts: queries.Counts) -> list[dict[str, Any]]:
    rest = _without(query, "page", "stage")
    return [
        {
            "text": label,
            "href": "?" + "&".join(part for part in (f"stage={name}" if name else "", rest) if part),
            "active": name == stage,
            "count": counts.of(name),
        }
        for name, label in [("", "All"), *STAGES.items()]
    ]


def _chips(query: QueryDict, filters: forms.Filters) -> list[dict[str, str]]:
    """Return each filter in force with the address of the list without it."""
    found = []
    for name, field in filters.fields.items():
        labels = {str(code): str(words) for code, words in getattr(field, "choices", [("on", "Yes")])}
        for value in query.getlist(name) if name != "stage" else []:
            if value in labels and value:
                rest = query.copy()
                rest.setlist(name, [one for one in query.getlist(name) if one != value])
                rest.pop("page", None)
                found.append(
                    {"group": str(field.label), "text": labels[value], "href": f"?{rest.urlencode()}"}
                )
    return found


def _without(query: QueryDict, *names_: str) -> str:
    rest = query.copy()
    for name in names_:
        rest.pop(name, None)
    return rest.urlencode()


@require_POST
def assign(request: StaffRequest) -> HttpResponse:
    """Give the contacts ticked to one worker, in one action."""
    form = forms.Assign(request.POST)
    form.fields["to"].queryset = queries.workers(request.staff)  # type: ignore[attr-defined]
    form.fields["contact"].choices = [(one, one) for one in request.POST.getlist("contact")]  # type: ignore[attr-defined]
    if not form.is_valid():
        return _worklist(request, form)
    chosen = queries.chosen(request.staff, _keys(form.cleaned_data["contact"]))
    to = form.cleaned_data["to"]
    given = triage.own(contacts=chosen, to=to, why=form.cleaned_data["why"], by=request.staff, at=request.at)
    messages.success(request, f"{given} given to {to.account.name}.")
    return redirect("desk:worklist")


@require_POST
def let_view_go(request: StaffRequest) -> HttpResponse:
    """Let one's own view go."""
    form = saved.LetGo(request.POST)
    if form.is_valid() and keeping.let_view_go(
        view=form.cleaned_data["view"], by=request.staff, at=request.at
    ):
        messages.success(request, "The view is let go.")
    return redirect("desk:worklist")


def _keys(typed: list[str]) -> list[uuid.UUID]:
    try:
        return [uuid.UUID(one) for one in typed]
    except ValueError as error:
        raise Http404 from error


# One case


@require_safe
def case(request: StaffRequest, contact_id: uuid.UUID) -> HttpResponse:
    """Show a contact as it came in and where it stands; opening it is recorded."""
    contact = queries.find(request.staff, contact_id)
    record("contact.seen", about=contact, at=request.at, hub_id=contact.hub_id, detail={"page": "case"})
    written = received.written_for(contact)
    return render(
        request,
        "desk/case.html",
        {
            "contact": contact,
            "said": contact.message,
            "referrer": received.referrer(request.staff, contact),
            "additions": triaged.additions(contact),
            "may_say_who_opens": bool(policy.may_say_who_opens(request.staff)),
            "replies": queries.replies(contact),
            "ratings": triaged.rating_history(contact),
            "route": triaged.newest_route(contact),
            "linked": triaged.linked(contact),
            "owner": triaged.owner_of(contact),
            "consulted": received.consultations_of(request.staff, contact),
            "suggested": received.suggested_consultations(request.staff, contact),
            "feedback": received.feedback_on(request.staff, contact),
            "written": written,
            "written_clock": written_clock(contact, request.at, written),
            "may_be_the_writing": [] if written else received.may_be_the_writing(request.staff, contact),
            "passed_back": passed_back_on(contact),
            "back_reasons": back_reasons(),
            "at_agencies": cases_on(contact),
            "may_settle_cases": bool(may_settle_cases(request.staff)),
            "now": request.at,
        },
    )


@require_POST
def written(request: StaffRequest, contact_id: uuid.UUID) -> HttpResponse:
    """Say which addition or message is the written form of a call, or take that back."""
    contact = queries.find(request.staff, contact_id)
    which = request.POST.get("which", "")
    if which == "undo":
        contacts.undo_writing(contact=contact, by=request.staff, at=request.at)
        messages.success(request, "Taken back: the written form is waited for again.")
        return redirect("desk:case", contact.pk)
    addition = next((one for one in triaged.additions(contact) if str(one.pk) == which), None)
    writing = received.may_be_the_writing(request.staff, contact)
    message = next((one for one in writing if str(one.pk) == which), None)
    try:
        contacts.confirm_in_writing(
            contact=contact, addition=addition, message=message, by=request.staff, at=request.at
        )
    except contacts.NotTheWriting:
        messages.error(request, "Select which addition or message is the written form.")
    else:
        messages.success(request, "The written form is recorded.")
    return redirect("desk:case", contact.pk)


@require_POST
def search(request: StaffRequest) -> HttpResponse:
    """Open the case whose reference was typed, or hand the words on to the search for people."""
    require(policy.may_see_the_line(request.staff))
    form = forms.Search(request.POST)
    found = queries.with_reference(request.staff, form.cleaned_data["q"]) if form.is_valid() else None
    numbered = with_number(request.staff, form.cleaned_data["q"]) if form.is_valid() and not found else []
    if found or len({one.contact_id for one in numbered}) == 1:
        return redirect("desk:case", found.pk if found else numbered[0].contact_id)
    if numbered:
        record("hand_overs.listed", about=request.staff, at=request.at, hub_id=request.staff.hub_id)
        return render(request, "handover/numbered.html", {"rows": numbered})
    people = address_of("people:search")
    if people:
        return redirect(people, preserve_request=True)
    messages.info(request, "No contact here has that reference.")
    return redirect("desk:worklist")


@require_safe
def outbox(request: StaffRequest) -> HttpResponse:
    """Show which e-mails went out and which do not leave: each says at most a reference to sign in for."""
    require(policy.may_see_the_outbox(request.staff))
    failing = "failing" in request.GET
    found = queries.outbox(request.staff, failing=failing)
    shown = {
        "page": Paginator(found, queries.PAGE).get_page(request.GET.get("page", "1")),
        "failing": failing,
        "stands": how_the_post_stands(request.staff),
        "most_tries": MOST_TRIES,
    }
    return render(request, "desk/outbox.html", shown)


# Whoever referred


@login_not_required
@require_safe
def referral(request: PersonRequest) -> HttpResponse:
    """Show a referrer what became of what they sent, or ask for the reference first."""
    try:
        contact = received.referral()
    except Http404:
        return render(request, "desk/referral_start.html", {"form": forms.AskCode()})
    return _referral(request, contact, forms.AddWords())


def _referral(
    request: PersonRequest, contact: Contact, form: forms.AddWords, went: HowItWent | None = None
) -> HttpResponse:
    replies: list[Reply] = contacts.see_replies(at=request.at)
    return render(request, "desk/referral.html", page_of(contact, replies, form, went))


@at_the_front_door
@login_not_required
@require_http_methods(["POST"])
def ask_code(request: PersonRequest) -> HttpResponse:
    """Send a code if reference and address belong together; the answer is the same when they do not."""
    _refuse_workers(request)
    if too_often(request, "code", most=CODES_IN_TEN_MINUTES, seconds=TEN_MINUTES):
        return too_many(request)
    form = forms.AskCode(request.POST)
    if not form.is_valid():
        return render(request, "desk/referral_start.html", {"form": form})
    contacts.send_code(at=request.at, **form.cleaned_data)
    code = forms.EnterCode(initial={"reference": form.cleaned_data["reference"]})
    return render(request, "desk/referral_code.html", {"form": code})


@at_the_front_door
@login_not_required
@require_http_methods(["POST"])
def open_referral(request: PersonRequest) -> HttpResponse:
    """Take the code.  A wrong one answers 200, so that the try stays counted."""
    _refuse_workers(request)
    if too_often(request, "try", most=TRIES_IN_TEN_MINUTES, seconds=TEN_MINUTES):
        return too_many(request)
    form = forms.EnterCode(request.POST)
    if form.is_valid():
        key = contacts.enter_code(at=request.at, **form.cleaned_data)
        if key:
            request.session.cycle_key()
            request.session["referrer"] = key
            return redirect("desk:referral")
        form.add_error("code", "That code is not right, or it has ended. Check it, or ask for a new one.")
    return render(request, "desk/referral_code.html", {"form": form})


@login_not_required
@require_http_methods(["POST"])
def add_words(request: PersonRequest) -> HttpResponse:
    """Let a referrer add to what they sent; it stands beside it."""
    contact = received.referral()
    form = forms.AddWords(request.POST)
    if not form.is_valid():
        return _referral(request, contact, form)
    add_once(request, contact, form.cleaned_data["words"], said_by=BY_THE_SENDER)
    return redirect("desk:referral")


@login_not_required
@require_http_methods(["POST"])
def say_how_it_went(request: PersonRequest) -> HttpResponse:
    """Keep how it went in a referrer's own words."""
    contact = received.referral()
    form = went_form(request.POST)
    if not form.is_valid():
        return _referral(request, contact, forms.AddWords(), form)
    keep_how_it_went(request, contact, form)
    return redirect("desk:referral")


@login_not_required
@require_http_methods(["POST"])
def close_referral(request: HttpRequest) -> HttpResponse:
    """End a referrer's visit at once."""
    request.session.pop("referrer", None)
    return redirect("desk:referral")


def _refuse_workers(request: PersonRequest) -> None:
    if request.user.is_authenticated:
        raise PermissionDenied("This page is for whoever referred. Sign out to use it.")
