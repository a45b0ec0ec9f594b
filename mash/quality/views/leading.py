"""Pages of whoever leads a round: drawing it, looking copies over, settling grades, closing it."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mash.common.verdict import require
from mash.decision.views.sending import sent
from mash.ledger.actions import record
from mash.partnership.http import StaffRequest
from mash.quality import actions, content, policy, queries
from mash.quality.forms import CloseRound, CoverWords, DrawRound, GiveToAnother, SettleGrade, own_word
from mash.quality.queries.drawing import stratum_label


@require_http_methods(["GET", "POST"])
def new_round(request: StaffRequest) -> HttpResponse:
    """Draw a round."""
    require(policy.may_lead(request.staff))
    first, last = queries.quarter_before(localdate(request.at))
    initial = {
        "key": uuid.uuid4(),
        "from_on": first,
        "until_on": last,
        "size": content.rules()["sample_size"],
        "label": f"{first.year}, {first:%B} to {last:%B}",
    }
    form = DrawRound(sent(request), graders=[*queries.graders(request.staff, request.at)], initial=initial)
    if form.is_valid():
        try:
            made = actions.draw_round(by=request.staff, at=request.at, **form.said)
        except actions.NotWhole as refusal:
            form.refuse(refusal.places)
        else:
            messages.success(request, "Drawn. Read each copy before you open the round to its graders.")
            return redirect("quality:round", made.pk)
    return render(request, "quality/new_round.html", {"form": form})


@require_safe
def round_page(request: StaffRequest, round_id: uuid.UUID) -> HttpResponse:
    """How a round stands: what was drawn and how that is proved; for its lead each referral, then the results."""
    round_ = queries.find_round(request.staff, round_id)
    leads = bool(policy.may_lead(request.staff))
    record("quality.round_seen", about=round_, at=request.at, hub_id=round_.hub_id)
    stand = queries.standing(request.staff, round_) if leads else []
    shown = {
        "round": round_,
        "leads": leads,
        "stand": stand,
        "strata": [(stratum_label(round_.spread, name), n) for name, n in sorted(round_.asked.items())],
        "proof": queries.redrawn(round_) if leads else None,
        "close": CloseRound(None),
        "labels": content.labels(),
        "results": queries.Results(round_.results, content.criteria()) if round_.results else None,
    }
    return render(request, "quality/round.html", shown)


@require_POST
def open_it(request: StaffRequest, round_id: uuid.UUID) -> HttpResponse:
    """Open a round to its graders."""
    round_ = queries.find_round(request.staff, round_id)
    try:
        actions.open_round(round_=round_, by=request.staff, at=request.at)
    except actions.WrongState as why:
        messages.info(request, str(why))
    else:
        messages.success(request, "Open. Each grader finds their referrals under Quality.")
    return redirect("quality:round", round_.pk)


@require_http_methods(["GET", "POST"])
def close(request: StaffRequest, round_id: uuid.UUID) -> HttpResponse:
    """Close a round and tell the writers."""
    round_ = queries.find_round(request.staff, round_id)
    require(policy.may_lead(request.staff))
    form = CloseRound(sent(request))
    if form.is_valid():
        try:
            actions.close_round(round_=round_, by=request.staff, at=request.at, **form.cleaned_data)
        except actions.NotWhole as refusal:
            form.refuse(refusal.places)
        except actions.WrongState as why:
            messages.info(request, str(why))
            return redirect("quality:round", round_.pk)
        else:
            messages.success(request, "Closed. Writers and their agencies see their grades.")
            return redirect("quality:round", round_.pk)
    stand = queries.standing(request.staff, round_)
    shown = {
        "round": round_,
        "form": form,
        "ungraded": [one for one in stand if not one.grade],
        "stand": stand,
    }
    return render(request, "quality/close.html", shown)


def _shown(request: StaffRequest, stand: queries.Standing) -> dict[str, Any]:
    detail = {"contact": str(stand.sampled.contact_id)}
    record("quality.sheet_seen", about=stand.sheet, at=request.at, hub_id=stand.sheet.hub_id, detail=detail)
    return {
        "stand": stand,
        "sheet": stand.sheet,
        "round": stand.sheet.round,
        "words": [(one, own_word(one)) for one in stand.given],
        "labels": content.labels(),
        "found": {one.id: one.label for one in content.grading_content().also_found},
    }


@require_safe
def sheet(request: StaffRequest, sheet_id: uuid.UUID) -> HttpResponse:
    """One referral of a round, for its lead: the copy as graders read it, and what they gave."""
    stand = queries.find_sheet(request.staff, sheet_id)
    return render(request, "quality/sheet.html", _shown(request, stand))


@require_http_methods(["GET", "POST"])
def cover(request: StaffRequest, sheet_id: uuid.UUID) -> HttpResponse:
    """Cover more words in a copy before graders read it."""
    stand = queries.find_sheet(request.staff, sheet_id)
    form = CoverWords(sent(request))
    if form.is_valid():
        try:
            places = actions.cover_words(sheet=stand.sheet, words=form.lines, by=request.staff, at=request.at)
        except actions.NotWhole as refusal:
            form.refuse(refusal.places)
        except actions.WrongState as why:
            messages.info(request, str(why))
            return redirect("quality:sheet", sheet_id)
        else:
            messages.success(request, f"Covered in {places} {'place' if places == 1 else 'places'}.")
            return redirect("quality:sheet", sheet_id)
    return render(request, "quality/cover.html", _shown(request, stand) | {"form": form})


@require_POST
def take_off(request: StaffRequest, sheet_id: uuid.UUID) -> HttpResponse:
    """Take a referral from its graders at once."""
    stand = queries.find_sheet(request.staff, sheet_id)
    try:
        actions.take_off(sheet=stand.sheet, by=request.staff, at=request.at)
    except actions.WrongState as why:
        messages.info(request, str(why))
    else:
        messages.success(request, "Taken off. No grader reads it any more, and it has no grade.")
    return redirect("quality:sheet", sheet_id)


@require_http_methods(["GET", "POST"])
def settle(request: StaffRequest, sheet_id: uuid.UUID) -> HttpResponse:
    """Keep the panel's one grade where graders differ."""
    stand = queries.find_sheet(request.staff, sheet_id)
    grades = [one.grade for one in stand.given] or [1, 4]
    form = SettleGrade(sent(request), lowest=min(grades), highest=max(grades))
    if form.is_valid():
        try:
            actions.settle(sheet=stand.sheet, by=request.staff, at=request.at, **form.cleaned_data)
        except actions.NotWhole as refusal:
            form.refuse(refusal.places)
        except actions.WrongState as why:
            messages.info(request, str(why))
            return redirect("quality:sheet", sheet_id)
        else:
            messages.success(request, "Kept: the panel’s grade.")
            return redirect("quality:round", stand.sheet.round_id)
    elif not stand.is_to_be_settled:
        messages.info(request, "Nothing is to be settled here.")
        return redirect("quality:sheet", sheet_id)
    return render(request, "quality/settle.html", _shown(request, stand) | {"form": form})


@require_http_methods(["GET", "POST"])
def another(request: StaffRequest, sheet_id: uuid.UUID, staff_id: uuid.UUID) -> HttpResponse:
    """Give a referral to another grader."""
    stand = queries.find_sheet(request.staff, sheet_id)
    gone = next((one for one in stand.waits_for if one.pk == staff_id), None)
    if gone is None:
        raise Http404
    others = queries.others_who_may(request.staff, stand.sheet, staff_id, request.at)
    form = GiveToAnother(sent(request), others=others)
    if form.is_valid():
        to = form.others[form.cleaned_data["to"]]
        try:
            actions.give_to_another(
                sheet=stand.sheet, instead_of=staff_id, to=to, by=request.staff, at=request.at
            )
        except actions.NotWhole as refusal:
            form.refuse(refusal.places)
        except actions.WrongState as why:
            messages.info(request, str(why))
            return redirect("quality:round", stand.sheet.round_id)
        else:
            messages.success(request, f"Given to {to.account.name}.")
            return redirect("quality:round", stand.sheet.round_id)
    return render(request, "quality/another.html", _shown(request, stand) | {"form": form, "gone": gone})
