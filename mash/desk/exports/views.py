"""Pages of lists that are taken out: asking, the second person's word, the file, and which went."""

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mash.common.verdict import require
from mash.desk import policy
from mash.desk.exports import actions, forms, queries
from mash.desk.exports.columns import COLUMNS
from mash.desk.models import Export, ExportMade
from mash.desk.narrowing import WORKLIST
from mash.ledger.actions import record
from mash.partnership.http import StaffRequest
from mash.triage.content import bases

ON_A_PAGE = 30


@require_safe
def exports(request: StaffRequest) -> HttpResponse:
    """Show which lists one asked for; who approves or manages sees those of the hub."""
    require(policy.may_take_out(request.staff))
    record("export.listed", about=request.staff, at=request.at, hub_id=request.staff.hub_id)
    page = Paginator(queries.exports(request.staff), ON_A_PAGE).get_page(request.GET.get("page"))
    shown = {"page": page, "whole_hub": request.staff.has(*policy.SECOND), "me": request.staff.pk}
    return render(request, "desk/exports.html", shown)


@require_http_methods(["GET", "POST"])
def export_new(request: StaffRequest) -> HttpResponse:
    """Ask to take the worklist out, as it is narrowed."""
    require(policy.may_take_out(request.staff))
    sent = request.POST if request.method == "POST" else None
    query = WORKLIST.in_one_spelling(sent.get("query", "") if sent is not None else request.GET.urlencode())
    form = forms.Ask(sent, today=localdate(request.at), initial={"query": query})
    if form.is_valid():
        said = {name: form.cleaned_data[name] for name in ("columns", "purpose", "ground", "why")}
        wish = actions.Wish(query=query, **said)
        try:
            made = actions.ask_for(key=form.cleaned_data["key"], wish=wish, by=request.staff, at=request.at)
        except actions.CannotTakeOut as why:
            form.add_error(None, str(why))
        else:
            return redirect("desk:export", made.pk)
    count = len(queries.listed(request.staff, query, request.at))
    shown = {
        "form": form,
        "count": count,
        "filters": WORKLIST.words_of(query),
        "query": query,
        "at_once": actions.AT_ONCE,
    }
    return render(request, "desk/export_new.html", shown)


@require_safe
def export(request: StaffRequest, export_id: uuid.UUID) -> HttpResponse:
    """Show one list: what was asked for, and how far it is."""
    found = queries.find(request.staff, export_id)
    return _export(request, found, forms.SecondWord())


def _export(request: StaffRequest, found: Export, form: forms.SecondWord) -> HttpResponse:
    record("export.seen", about=found, at=request.at, hub_id=found.hub_id)
    word, made = getattr(found, "word", None), getattr(found, "made", None)
    basis = bases().get(found.ground)
    mine = bool(policy.may_fetch(request.staff, found))
    shown = {
        "export": found,
        "filters": WORKLIST.words_of(found.query),
        "columns": [COLUMNS[name][0] for name in found.columns if name in COLUMNS],
        "ground": f"{basis.label} ({basis.cite})" if basis else found.ground,
        "word": word,
        "made": made,
        "gone": made is not None and not _is_there(found, made, request, mine=mine),
        "mine": mine,
        "may_say": found.waits and word is None and bool(policy.may_be_second_on(request.staff, found)),
        "form": form,
    }
    return render(request, "desk/export.html", shown)


def _is_there(found: Export, made: ExportMade, request: StaffRequest, *, mine: bool) -> bool:
    """Tell whether there is a file still: whoever asked for it sees it, and for others it is there for its day."""
    return bool(found.has_file) if mine else made.at > request.at - actions.KEPT  # type: ignore[attr-defined]


@require_POST
def export_word(request: StaffRequest, export_id: uuid.UUID) -> HttpResponse:
    """Say whether a long list goes out."""
    found = queries.find(request.staff, export_id)
    require(policy.may_be_second_on(request.staff, found))
    form = forms.SecondWord(request.POST)
    if not form.is_valid():
        return _export(request, found, form)
    agreed = form.cleaned_data["agreed"] == "yes"
    try:
        actions.say_second(
            export=found, agreed=agreed, why=form.cleaned_data["why"], by=request.staff, at=request.at
        )
    except actions.CannotTakeOut as why:
        messages.info(request, str(why))
    return redirect("desk:export", found.pk)


@require_POST
def export_make(request: StaffRequest, export_id: uuid.UUID) -> HttpResponse:
    """Have a long list made, after a second person agreed."""
    found = queries.find(request.staff, export_id)
    try:
        actions.order_making(export=found, by=request.staff, at=request.at)
    except actions.CannotTakeOut as why:
        messages.info(request, str(why))
    else:
        messages.success(request, "It is being made. It may take a minute.")
    return redirect("desk:export", found.pk)


@require_POST
def export_file(request: StaffRequest, export_id: uuid.UUID) -> HttpResponse:
    """Hand the file over, once it was looked at again that its asker may see every row."""
    found = queries.find(request.staff, export_id)
    try:
        body = actions.fetch(export=found, by=request.staff, at=request.at)
    except actions.CannotTakeOut as why:
        messages.info(request, str(why))
        return redirect("desk:export", found.pk)
    if body is None:
        messages.info(
            request, "You may not see every row of this list any more, so the file was removed. Ask again."
        )
        return redirect("desk:export", found.pk)
    answer = HttpResponse(body, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="list.csv"'
    return answer
