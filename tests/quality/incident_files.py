"""Files of incidents for tests, and how they are put in and taken through the real actions."""

import io
from datetime import UTC, datetime
from pathlib import Path

from mash.quality import actions, queries
from mash.quality.models import Incident
from tests.factories.check import doing

DATA = Path(__file__).parent / "data"
NOW = datetime(2026, 11, 16, 9, tzinfo=UTC)
HEADER = (
    "incident_ref,occurred_at,type,unit,officer_ref,child_present,form_required,form_submitted,submitted_at"
)
TODAY = "2026-10-01T12:00:00+01:00"


def a_row(reference="CAD 1/01OCT26", occurred_at=TODAY, kind="missing child", unit="Roads", officer="PC 1",
          child="yes", required="yes", submitted="yes", sent="2026-10-01T14:00:00+01:00"):  # fmt: skip
    return ",".join([reference, occurred_at, kind, unit, officer, child, required, submitted, sent])


def a_file(*rows, header=HEADER, end="\n"):
    return (end.join([header, *rows]) + end).encode()


def put_in(lead, body, name="incidents.csv", at=NOW):
    return doing(lead, actions.put_in_incidents, name=name, file=io.BytesIO(body), size=len(body), at=at)


def chosen(lead, body, *, day_first=True, at=NOW, **columns):
    """Put a file in and have it read through; columns: other ones than were guessed."""
    file = put_in(lead, body, at=at)
    doing(
        lead, actions.choose_incident_columns, file=file, columns=file.columns | columns, day_first=day_first, at=at
    )  # fmt: skip
    return afresh(file)


def taken(lead, body, **more):
    """Put a file in, have it read through, and take it."""
    file = chosen(lead, body, **more)
    doing(lead, actions.take_incidents, file=file, at=more.get("at", NOW))
    return afresh(file)


def afresh(file):
    file.refresh_from_db(using="builder")
    file._state.db = "default"
    return file


def reported(file):
    return queries.report_of(file.taken if file.taken_at else file.found)


def kinds(some):
    return {one.label.partition(":")[0]: one.count for one in some}


def incidents(hub):
    return Incident.objects.using("builder").filter(hub=hub.pk)
