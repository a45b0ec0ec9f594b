"""Gathering, marking text by text, and what agencies say of what they shared."""

import uuid
from collections.abc import Sequence

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods, require_POST

from mash.common.verdict import require
from mash.partnership.http import StaffRequest
from mash.subject_access import actions, forms, passages, policy
from mash.subject_access.actions.marking import given_twice, still_to_do
from mash.subject_access.grounds import GIVE
from mash.subject_access.passages import Cut, Span
from mash.subject_access.queries import gathering
from mash.subject_access.queries import requests as queries
from mash.subject_access.queries.requests import Marked, Standing
from mash.subject_access.suggesting import Suggested, suggest
from mash.subject_access.views.recording import REFUSED, seen, sent


@require_POST
def gather(request: StaffRequest, request_id: uuid.UUID) -> HttpResponse:
    """Gather what is held; the same again takes in what is new or has changed."""
    standing = queries.find(request.staff, request_id)
    try:
        new = actions.gather(request=standing.request, by=request.staff, at=request.at)
    except REFUSED as missing:
        messages.info(request, str(missing))
    else:
        messages.success(request, f"Gathered: {new} new or changed." if new else "Gathered: nothing new.")
    return redirect("subject_access:unit" if standing.with_the_unit else "subject_access:request", request_id)


@require_http_methods(["GET", "POST"])
def text(request: StaffRequest, text_id: uuid.UUID) -> HttpResponse:
    """Show one text sentence by sentence, with what may be somebody else's; keep what a person decides."""
    standing, one = queries.find_text(request.staff, text_id)
    may = policy.may_mark(
        request.staff, standing.request, standing.handler, with_the_unit=standing.with_the_unit
    )
    sentences = passages.split(one.found.text)
    suggested = _suggested(standing, one)
    within = _within(sentences, suggested, one.cuts)
    follows = one.marking.number if one.marking else 0
    form = forms.Marks(
        sent(request),
        text=one.found.text,
        sentences=sentences,
        within=within,
        initial={"follows": follows, **forms.before(one.cuts, sentences, within)},
    )
    if request.method == "POST":
        require(may)
    if form.is_valid():
        try:
            actions.mark(
                text=one.found,
                cuts=form.cuts,
                follows=form.cleaned_data["follows"],
                by=request.staff,
                at=request.at,
            )
        except REFUSED as missing:
            form.add_error(None, str(missing))
        else:
            return _onwards(standing, one)
    seen(request, standing, "text")
    return render(request, "subject_access/text.html", _page(standing, one, form, suggested, open_=bool(may)))


def _page(
    standing: Standing, one: Marked, form: forms.Marks, suggested: Sequence[Suggested], *, open_: bool
) -> dict[str, object]:
    why = {item.span: item.why for item in suggested}
    rows = []
    for place, span in enumerate(form.sentences):
        inner = [
            {
                "words": one.found.text[at.start : at.end],
                "why": why.get(at, "decided on by itself"),
                "choice": form[f"p{place}_{number}"],
                "instead": form[f"w{place}_{number}"],
            }
            for number, at in enumerate(form.within.get(place, ()))
        ]
        rows.append(
            {
                "pieces": _pieces(one.found.text, span, form.within.get(place, ())),
                "choice": form[f"p{place}"],
                "instead": form[f"w{place}"],
                "inner": inner,
            }
        )
    return {
        "standing": standing,
        "one": one,
        "form": form,
        "rows": rows,
        "whole": forms.WholeText(
            None, auto_id="whole_%s", initial={"follows": one.marking.number if one.marking else 0}
        ),
        "markings": queries.markings_of(one.found),
        "may_mark": open_ and standing.is_open,
        "outcome": passages.given(one.found.text, one.cuts) if one.marking else [],
    }


def _pieces(text: str, span: Span, inner: Sequence[Span]) -> list[tuple[str, bool]]:
    """Return a sentence in stretches, each with whether it is marked."""
    found, start = [], span.start
    for one in sorted(inner):
        found += [(text[start : one.start], False), (text[one.start : one.end], True)]
        start = one.end
    return [piece for piece in [*found, (text[start : span.end], False)] if piece[0]]


def _suggested(standing: Standing, one: Marked) -> list[Suggested]:
    person = standing.request.person
    others = gathering.others_in(person, one.found.contact_id)
    return suggest(one.found.text, others, gathering.own_names(person))


def _within(
    sentences: Sequence[Span], suggested: Sequence[Suggested], cuts: Sequence[Cut]
) -> dict[int, list[Span]]:
    """Return, by the place of a sentence, the words in it that are decided on by themselves: marked ones first."""
    whole = set(sentences)
    marked = [Span(one.start, one.end) for one in cuts if one.what != GIVE]
    wanted = [one for one in marked if one not in whole]
    wanted += [
        one.span
        for one in suggested
        if all(one.span.end <= it.start or it.end <= one.span.start for it in wanted)
    ]
    return {
        place: sorted(one for one in wanted if span.start <= one.start and one.end <= span.end)
        for place, span in enumerate(sentences)
    }


@require_POST
def whole(request: StaffRequest, text_id: uuid.UUID) -> HttpResponse:
    """Decide on a whole text at once."""
    standing, one = queries.find_text(request.staff, text_id)
    form = forms.WholeText(request.POST)
    if not form.is_valid():
        messages.info(request, "Choose what becomes of all of it.")
        return redirect("subject_access:text", text_id)
    what, _, ground = form.cleaned_data["whole"].partition(":")
    cuts = [Cut(*span, what, ground) for span in passages.split(one.found.text)]
    try:
        actions.mark(
            text=one.found, cuts=cuts, follows=form.cleaned_data["follows"], by=request.staff, at=request.at
        )
    except REFUSED as missing:
        messages.info(request, str(missing))
        return redirect("subject_access:text", text_id)
    return _onwards(standing, one)


def _onwards(standing: Standing, one: Marked) -> HttpResponse:
    """Lead to the next text that nobody has marked, or back to the request."""
    texts = queries.gathered(standing.request)
    unmarked = [other for other in texts if other.marking is None and other.found.pk != one.found.pk]
    if unmarked:
        return redirect("subject_access:text", unmarked[0].found.pk)
    return redirect("subject_access:request", standing.request.pk)


@require_http_methods(["GET", "POST"])
def owner(request: StaffRequest, request_id: uuid.UUID, agency_id: uuid.UUID) -> HttpResponse:
    """Record that an agency was asked what to withhold of what it shared, and what it said."""
    standing = queries.find(request.staff, request_id)
    require(
        policy.may_mark(
            request.staff, standing.request, standing.handler, with_the_unit=standing.with_the_unit
        )
    )
    texts = queries.gathered(standing.request)
    found = next((one for one in queries.owners(standing.request, texts) if one.agency.pk == agency_id), None)
    if found is None:
        raise Http404
    follows = found.newest.number if found.newest else 0
    form = forms.AskOwner(sent(request), today=localdate(request.at), initial={"follows": follows})
    if form.is_valid():
        try:
            actions.ask_owner(
                request=standing.request,
                agency=found.agency,
                by=request.staff,
                at=request.at,
                **form.cleaned_data,
            )
        except REFUSED as missing:
            form.add_error(None, str(missing))
        else:
            return redirect("subject_access:request", request_id)
    seen(request, standing, "owner")
    shown = {
        "standing": standing,
        "owner": found,
        "form": form,
        "texts": [one for one in texts if one.found.agency_id == agency_id],
        "told_us": [one for one in queries.asked_of(standing.request) if one.agency_id == agency_id],
    }
    return render(request, "subject_access/owner.html", shown)


@require_http_methods(["GET", "POST"])
def hand(request: StaffRequest, request_id: uuid.UUID) -> HttpResponse:
    """Say that a request is marked, and hand it to the unit, as every request is."""
    standing = queries.find(request.staff, request_id)
    require(policy.may_mark(request.staff, standing.request, standing.handler, with_the_unit=False))
    form = forms.Handed(sent(request))
    if form.is_valid():
        try:
            actions.hand_to_unit(
                request=standing.request, by=request.staff, at=request.at, **form.cleaned_data
            )
        except REFUSED as missing:
            form.add_error(None, str(missing))
        else:
            messages.success(request, "It is with the unit. You see here when the answer was sent.")
            return redirect("subject_access:request", request_id)
    texts = queries.gathered(standing.request)
    seen(request, standing, "hand")
    shown = {
        "standing": standing,
        "form": form,
        "wanted": still_to_do(standing.request, texts),
        "twice": given_twice(texts),
    }
    return render(request, "subject_access/hand.html", shown)
