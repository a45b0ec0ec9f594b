"""Pages that take incidents in from a file."""

import uuid
from datetime import timedelta

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Model
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mash.common.verdict import require
from mash.decision.views.sending import sent
from mash.ledger.actions import record
from mash.partnership.http import StaffRequest
from mash.quality import actions, policy, queries
from mash.quality.actions.taking import LARGEST, LATEST
from mash.quality.incident_forms import ChooseIncidentColumns, PutIncidentsIn
from mash.quality.incidents import COLUMNS
from mash.quality.models import IncidentFile

ON_A_PAGE = 20
STALE = timedelta(minutes=2)


def _seen(request: StaffRequest, page: str, about: Model | None = None) -> None:
    record(
        "quality.incidents_seen",
        about=about or request.staff.hub,
        at=request.at,
        hub_id=request.staff.hub_id,
        detail={"page": page},
    )


@require_safe
def files(request: StaffRequest) -> HttpResponse:
    """The files of incidents that were put in, and how many incidents there are."""
    require(policy.may_lead(request.staff))
    page = Paginator(queries.incident_files(request.staff), ON_A_PAGE).get_page(request.GET.get("page"))
    _seen(request, "files")
    shown = {"page": page, "count": queries.count_incidents(request.staff)}
    return render(request, "quality/incident_files.html", shown)


@require_http_methods(["GET", "POST"])
def put_in(request: StaffRequest) -> HttpResponse:
    """Put a file of incidents in."""
    require(policy.may_lead(request.staff))
    form = PutIncidentsIn(sent(request), request.FILES or None)
    if getattr(request, "too_large", False):
        form.errors.clear()
        form.refuse({"file": f"The file is larger than {LARGEST // (1024 * 1024)} MB: split it"})
    elif form.is_valid():
        file = form.cleaned_data["file"]
        try:
            made = actions.put_in_incidents(
                name=file.name, file=file, size=file.size, by=request.staff, at=request.at
            )
        except actions.NotWhole as refusal:
            form.refuse(refusal.places)
        else:
            return redirect("quality:incident_columns", made.pk)
    _seen(request, "put_in")
    return render(request, "quality/put_incidents_in.html", {"form": form})


@require_http_methods(["GET", "POST"])
def columns(request: StaffRequest, incident_file_id: uuid.UUID) -> HttpResponse:
    """Say which column is which, and how days in numbers are read."""
    file = queries.find_incident_file(request.staff, incident_file_id)
    form = ChooseIncidentColumns(
        sent(request),
        header=file.header,
        columns=file.columns,
        slashed=file.slashed,
        day_first=file.day_first,
    )
    if form.is_valid():
        try:
            actions.choose_incident_columns(
                file=file, columns=form.columns, day_first=form.day_first, by=request.staff, at=request.at
            )
        except actions.NotWhole as refusal:
            form.refuse(refusal.places)
        except actions.WrongState as why:
            messages.info(request, str(why))
            return redirect("quality:incident_file", file.pk)
        else:
            return redirect("quality:incident_file", file.pk)
    _seen(request, "columns", file)
    return render(request, "quality/incident_columns.html", {"file": file, "form": form})


@require_safe
def look(request: StaffRequest, incident_file_id: uuid.UUID) -> HttpResponse:
    """How far a file is read, what was found, its first rows as they will be read, and what was taken."""
    file = queries.find_incident_file(request.staff, incident_file_id)
    if file.chosen_at is None and file.left_at is None:
        return redirect("quality:incident_columns", file.pk)
    _seen(request, "file", file)
    shown = _shown(request, file) | {
        "report": queries.report_of(file.taken if file.taken_at else file.found),
        "rows": [] if file.confirmed_at or file.left_at else queries.first_rows(file, file.at + LATEST),
        "labels": COLUMNS,
    }
    return render(request, "quality/incident_file.html", shown)


@require_safe
def how_far(request: StaffRequest, incident_file_id: uuid.UUID) -> HttpResponse:
    """How far a file is read, as the part of its page that looks again by itself."""
    file = queries.find_incident_file(request.staff, incident_file_id)
    _seen(request, "how_far", file)
    return render(request, "quality/_how_far.html", _shown(request, file))


how_far.is_no_use = True  # type: ignore[attr-defined]


def _shown(request: StaffRequest, file: IncidentFile) -> dict[str, object]:
    return {"file": file, "stale": file.is_being_read and request.at - file.moved_at > STALE}


@require_POST
def take(request: StaffRequest, incident_file_id: uuid.UUID) -> HttpResponse:
    """Take the rows that can be taken."""
    file = queries.find_incident_file(request.staff, incident_file_id)
    try:
        actions.take_incidents(file=file, by=request.staff, at=request.at)
    except actions.WrongState as why:
        messages.info(request, str(why))
    return redirect("quality:incident_file", file.pk)


@require_POST
def go_on(request: StaffRequest, incident_file_id: uuid.UUID) -> HttpResponse:
    """Start a reading again that was interrupted."""
    file = queries.find_incident_file(request.staff, incident_file_id)
    actions.go_on_reading(file=file, by=request.staff, at=request.at)
    messages.success(request, "Started again where it stopped.")
    return redirect("quality:incident_file", file.pk)


@require_POST
def leave(request: StaffRequest, incident_file_id: uuid.UUID) -> HttpResponse:
    """Leave a file that is not wanted."""
    file = queries.find_incident_file(request.staff, incident_file_id)
    try:
        actions.leave_incidents(file=file, by=request.staff, at=request.at)
    except actions.WrongState as why:
        messages.info(request, str(why))
    else:
        messages.success(request, "Left. Nothing of it is kept but its name.")
    return redirect("quality:incident_files")
