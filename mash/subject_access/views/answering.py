"""The unit's page of a request, the finished answer, the second person, and that it went out."""

import secrets
import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mash.common.pdf import can_make_pdf
from mash.common.verdict import require
from mash.ledger.actions import record
from mash.partnership.again import signed_in_again
from mash.partnership.http import StaffRequest
from mash.subject_access import actions, forms, policy
from mash.subject_access.models import Output
from mash.subject_access.queries import requests as queries
from mash.subject_access.queries import unit
from mash.subject_access.queries.requests import Standing
from mash.subject_access.reading_again import shown_words
from mash.subject_access.views.recording import REFUSED, seen, sent


def _find(request: StaffRequest, request_id: uuid.UUID) -> Standing:
    standing = queries.find(request.staff, request_id)
    if not policy.may_pass(request.staff, standing.request):
        raise Http404
    return standing


@require_http_methods(["GET", "POST"])
def unit_page(request: StaffRequest, request_id: uuid.UUID) -> HttpResponse:
    """Show the cleared what is sealed on a person, take their pass, and show how far the answer is."""
    standing = _find(request, request_id)
    one, staff = standing.request, request.staff
    sealed = unit.sealed_on(staff, one, request.at)
    row, decided = unit.newest_pass(one)
    keys = [str(key) for key in sealed.keys]
    form = forms.UnitPassForm(
        sent(request),
        keys=keys,
        initial={"follows": row.number if row else 0, **forms.pass_before(decided, keys)},
    )
    if form.is_valid():
        try:
            actions.make_pass(
                request=one,
                decided=form.decided,
                follows=form.cleaned_data["follows"],
                by=staff,
                at=request.at,
            )
        except REFUSED as missing:
            form.add_error(None, str(missing))
        else:
            messages.success(request, "Your pass is kept.")
            return redirect("subject_access:unit", request_id)
    texts = queries.gathered(one)
    finished = unit.newest_output(staff, standing, texts, request.at)
    seen(request, standing, "unit")
    shown = {
        "standing": standing,
        "texts": texts,
        "pieces": [
            (piece, form[f"t{place}"], form[f"n{place}"], form[f"o{place}"])
            for place, piece in enumerate(sealed.pieces)
        ],
        "sealed": sealed,
        "passed": row,
        "form": form,
        "finished": finished,
        "make": forms.Follows(
            None, auto_id="make_%s", initial={"follows": finished.output.number if finished else 0}
        ),
        "can_make_pdf": can_make_pdf(),
    }
    return render(request, "subject_access/unit.html", shown)


@require_POST
def answer(request: StaffRequest, request_id: uuid.UUID) -> HttpResponse:
    """Make the answer, as it stands now."""
    standing = _find(request, request_id)
    form = forms.Follows(request.POST)
    if form.is_valid():
        try:
            actions.answer_request(
                request=standing.request,
                follows=form.cleaned_data["follows"],
                by=request.staff,
                at=request.at,
            )
        except (*REFUSED, actions.Unsound) as missing:
            messages.info(request, str(missing))
        else:
            messages.success(
                request, "The answer is made and has passed its check. A second person reads it."
            )
    return redirect("subject_access:unit", request_id)


@require_http_methods(["GET", "POST"])
def back(request: StaffRequest, request_id: uuid.UUID) -> HttpResponse:
    """Give a request back to its handler."""
    standing = _find(request, request_id)
    form = forms.GiveBack(sent(request))
    if form.is_valid():
        try:
            actions.give_back(request=standing.request, by=request.staff, at=request.at, **form.cleaned_data)
        except REFUSED as missing:
            form.add_error(None, str(missing))
        else:
            return redirect("subject_access:request", request_id)
    seen(request, standing, "back")
    shown = {
        "standing": standing,
        "form": form,
        "title": "Give it back to its handler",
        "button": "Give it back",
        "today": localdate(request.at),
    }
    return render(request, "subject_access/recording.html", shown)


@require_http_methods(["GET", "POST"])
def second(request: StaffRequest, output_id: uuid.UUID) -> HttpResponse:
    """Show a second person, who has signed in again, exactly what would go to whom, and take their word."""
    standing, output = unit.find_output(request.staff, output_id)
    texts = queries.gathered(standing.request)
    passed, _ = unit.newest_pass(standing.request)
    before = unit.worked_on(standing, texts, passed, output)
    require(policy.may_be_second(request.staff, standing.request, before))
    return _second_word(request, standing, output)


@signed_in_again
def _second_word(request: StaffRequest, standing: Standing, output: Output) -> HttpResponse:
    form = forms.Second(sent(request), initial={"digest": output.digest})
    if form.is_valid():
        said = form.cleaned_data
        try:
            actions.say_second(
                output=output,
                agreed=said["agreed"] == "yes",
                why=said["why"],
                digest=said["digest"],
                by=request.staff,
                at=request.at,
            )
        except REFUSED as missing:
            form.add_error(None, str(missing))
        else:
            messages.success(request, "Your word is kept.")
            return redirect("subject_access:unit", standing.request.pk)
    finished = unit.newest_output(request.staff, standing, queries.gathered(standing.request), request.at)
    html, _ = unit.bytes_of(output)
    seen(request, standing, "second")
    shown = {
        "standing": standing,
        "output": output,
        "waits": bool(finished and finished.output.pk == output.pk and finished.waits),
        "lines": shown_words(html),
        "form": form,
    }
    return render(request, "subject_access/second.html", shown)


@require_http_methods(["GET", "POST"])
def send(request: StaffRequest, output_id: uuid.UUID) -> HttpResponse:
    """Record that the approved answer went out."""
    standing, output = unit.find_output(request.staff, output_id)
    form = forms.Sending(sent(request), today=localdate(request.at))
    if form.is_valid():
        try:
            actions.send_answer(output=output, by=request.staff, at=request.at, **form.cleaned_data)
        except REFUSED as missing:
            form.add_error(None, str(missing))
        else:
            messages.success(request, "Recorded as sent.")
            return redirect("subject_access:unit", standing.request.pk)
    finished = unit.newest_output(request.staff, standing, queries.gathered(standing.request), request.at)
    seen(request, standing, "send")
    approved = bool(finished and finished.output.pk == output.pk and finished.is_approved)
    shown = {"standing": standing, "output": output, "approved": approved, "form": form}
    return render(request, "subject_access/send.html", shown)


@require_safe
def html_file(request: StaffRequest, output_id: uuid.UUID) -> HttpResponse:
    """Give out an answer's HTML, byte for byte as it was made."""
    return _file(request, output_id, 0, "text/html; charset=utf-8", "html")


@require_safe
def pdf_file(request: StaffRequest, output_id: uuid.UUID) -> HttpResponse:
    """Give out an answer's PDF, byte for byte as it was made."""
    return _file(request, output_id, 1, "application/pdf", "pdf")


def _file(request: StaffRequest, output_id: uuid.UUID, which: int, kind: str, ending: str) -> HttpResponse:
    """Give out one file under a name that says nothing, with its line written before."""
    standing, output = unit.find_output(request.staff, output_id)
    body = unit.bytes_of(output)[which]
    if not body:
        raise Http404
    detail = {"answer": str(output.pk), "file": ending, "digest": output.digest}
    record(
        "subject_request.answer_opened",
        about=standing.request,
        at=request.at,
        hub_id=output.hub_id,
        detail=detail,
    )
    name = f"{secrets.token_hex(8)}.{ending}"
    return HttpResponse(
        body, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
