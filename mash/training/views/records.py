"""Pages of records: logging, signing, one's team, how far the hub is, certificates, and taking a spreadsheet over."""

import csv
import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mash.common.pdf import can_make_pdf, to_pdf
from mash.common.verdict import require
from mash.partnership.http import StaffRequest
from mash.training import actions, composing, content, policy, sheets, standing
from mash.training.forms import records as forms
from mash.training.models import Learner, Step
from mash.training.queries import importing, learners
from mash.training.queries import records as queries
from mash.training.views.showing import AN_ANSWER, refuse, seen, sent, short_form

SHOWN, WRONG_SHOWN = 20, 100
COLUMNS = ("Agency", "Unit", "Path", "Learners", "Every module counts", "Signed off")


def _to(one: Learner) -> tuple[str, str]:
    return reverse("training:learner", args=[one.pk]), one.name


@require_http_methods(AN_ANSWER)
def log(request: StaffRequest, learner_id: uuid.UUID) -> HttpResponse:
    """Log something learnt."""
    one = learners.find(request.staff, learner_id)
    require(policy.may_log(request.staff, one))
    form = forms.Log(
        sent(request), modules=[each for each in content.modules().values() if not each.retired],
        topics=[each for each in content.topics().values() if not each.retired], today=localdate(request.at),
        initial={"key": uuid.uuid4()},
    )  # fmt: skip

    def act() -> str:
        made = actions.log_learning(learner=one, by=request.staff, at=request.at, **form.said)
        return f"Logged: {made.label}."

    return short_form(
        request, form, act, about=one, back=_to(one), caption=one.name, title="Log something learnt", button="Log it",
    )  # fmt: skip


@require_POST
def see(request: StaffRequest, done_id: uuid.UUID) -> HttpResponse:
    """Say as line manager that one has seen what was logged."""
    done = queries.find_done(request.staff, done_id)
    actions.note_seen(done=done, by=request.staff, at=request.at)
    messages.success(request, "Noted that you have seen it.")
    return redirect("training:learner", done.learner_id)


@require_http_methods(AN_ANSWER)
def sign(request: StaffRequest, learner_id: uuid.UUID, path_id: str, step: str) -> HttpResponse:
    """Sign a path, or say what is needed first."""
    one = learners.find(request.staff, learner_id)
    if step not in Step.values:
        raise Http404
    require(policy.may_sign(request.staff, one, step))
    found = queries.paths_of(one, queries.of([one])[one.pk], localdate(request.at))
    path = next((each for each in found if each.path.id == path_id), None)
    if path is None:
        raise Http404
    form = forms.Sign(sent(request))
    if form.is_valid():
        said = form.cleaned_data
        try:
            made = actions.sign_path(
                learner=one, path=path_id, step=step, signed=said["answer"] == "yes", words=said["words"],
                by=request.staff, at=request.at,
            )  # fmt: skip
        except actions.NotWhole as why:
            refuse(form, why)
        else:
            messages.success(
                request, "Signed." if made.signed else "Kept: the learner reads what is needed next."
            )
            return redirect("training:learner", one.pk)
    seen(request, one, "sign", path=path_id)
    rules = content.training().sign_off
    shown = {"one": one, "path": path, "form": form, "step": Step(step), "rules": rules}
    return render(request, "training/sign.html", shown)


@require_safe
def team(request: StaffRequest) -> HttpResponse:
    """Those of whom one is line manager, by name, with what each has still to take: in no other order."""
    seen(request, request.staff, "team")
    shown = {
        "team": queries.team(request.staff, request.at),
        "hours": content.numbers()["yearly_hours"],
    }
    return render(request, "training/team.html", shown)


@require_safe
def coverage(request: StaffRequest) -> HttpResponse:
    """How far the hub is, by agency, unit and path: numbers and nobody's name.  `as=csv` answers with a table."""
    require(policy.may_train(request.staff))
    rows = queries.coverage(request.staff, request.at)
    as_table = request.GET.get("as") == "csv"
    seen(request, request.staff, "coverage", table=as_table)
    if not as_table:
        return render(request, "training/coverage.html", {"rows": rows})
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="training-coverage.csv"'
    lines = csv.writer(answer)
    lines.writerow(COLUMNS)
    lines.writerows((one.agency, one.unit, one.role, one.learners, one.whole, one.signed_off) for one in rows)
    return answer


# Certificates


@require_safe
def certificate(request: StaffRequest, booking_id: uuid.UUID) -> HttpResponse:
    """A certificate, on a page to be printed."""
    booking = queries.find_attended(request.staff, booking_id)
    seen(request, booking, "certificate")
    lines = composing.certificate(booking, request.at)
    return _paper(request, lines, reverse("training:certificate_pdf", args=[booking.pk]), booking.learner)


@require_safe
def certificate_pdf(request: StaffRequest, booking_id: uuid.UUID) -> HttpResponse:
    """A certificate as a PDF."""
    booking = queries.find_attended(request.staff, booking_id)
    if not can_make_pdf():
        raise Http404
    seen(request, booking, "certificate.pdf")
    return _file(to_pdf(composing.to_html(composing.certificate(booking, request.at))), "certificate")


def _record(request: StaffRequest, one: Learner) -> list[tuple[str, str]]:
    rows, today = queries.of([one])[one.pk], localdate(request.at)
    minutes = standing.minutes_in_a_year(rows, today)
    return composing.record_lines(one, queries.paths_of(one, rows, today), rows, minutes, request.at)


@require_safe
def paper(request: StaffRequest, learner_id: uuid.UUID) -> HttpResponse:
    """A learner's record, on a page to be printed."""
    one = learners.find(request.staff, learner_id)
    seen(request, one, "paper")
    return _paper(request, _record(request, one), reverse("training:record_pdf", args=[one.pk]), one)


@require_safe
def record_pdf(request: StaffRequest, learner_id: uuid.UUID) -> HttpResponse:
    """A learner's record as a PDF."""
    one = learners.find(request.staff, learner_id)
    if not can_make_pdf():
        raise Http404
    seen(request, one, "paper.pdf")
    return _file(to_pdf(composing.to_html(_record(request, one))), "training-record")


def _paper(request: StaffRequest, lines: list[tuple[str, str]], pdf: str, one: Learner) -> HttpResponse:
    shown = {"lines": lines, "pdf": pdf if can_make_pdf() else "", "one": one}
    return render(request, "training/paper.html", shown)


def _file(body: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(body, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    return answer


# A spreadsheet is taken over


@require_http_methods(AN_ANSWER)
def put_in(request: StaffRequest) -> HttpResponse:
    """Put a spreadsheet in."""
    require(policy.may_train(request.staff))
    form = forms.PutIn(sent(request), request.FILES if request.method == "POST" else None)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            body = file.read(sheets.LARGEST + 1)
            made = actions.put_in(name=file.name, body=body, by=request.staff, at=request.at)
        except actions.NotWhole as why:
            refuse(form, why)
        else:
            return redirect("training:columns", made.pk)
    seen(request, "sheet", "put_in")
    return render(request, "training/put_in.html", {"form": form})


@require_http_methods(AN_ANSWER)
def columns(request: StaffRequest, list_id: uuid.UUID) -> HttpResponse:
    """Say which column is which."""
    require(policy.may_train(request.staff))
    sheet = importing.find(request.staff, list_id)
    form = forms.Columns(sent(request), header=sheet.header, columns=sheet.columns)
    if form.is_valid():
        try:
            actions.choose_columns(sheet=sheet, columns=form.columns, by=request.staff, at=request.at)
        except actions.NotWhole as why:
            refuse(form, why)
        else:
            return redirect("training:look", sheet.pk)
    seen(request, sheet, "columns")
    return render(request, "training/columns.html", {"sheet": sheet, "form": form})


@require_http_methods(AN_ANSWER)
def look(request: StaffRequest, list_id: uuid.UUID) -> HttpResponse:
    """Look at what would be taken over, and take it over."""
    require(policy.may_train(request.staff))
    sheet = importing.find(request.staff, list_id)
    if sheet.taken_at is None and sheets.columns_wrong(sheet.columns):
        return redirect("training:columns", sheet.pk)
    if request.method == "POST":
        try:
            found = actions.take_over(sheet=sheet, by=request.staff, at=request.at)
        except actions.NotWhole as why:
            messages.info(request, str(why))
        else:
            messages.success(request, f"Taken over: {len(found.new)}. There already: {found.there}.")
            return redirect("training:learners")
    seen(request, sheet, "look")
    found = importing.look(request.staff, sheet, localdate(request.at))
    page = Paginator(found.new, SHOWN).get_page(request.GET.get("page"))
    shown = {"sheet": sheet, "found": found, "page": page, "wrong": found.refused[:WRONG_SHOWN]}
    return render(request, "training/look.html", shown)
