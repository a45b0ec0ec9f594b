"""What a list that is taken out may say of a contact.  Pure.

No name of a person in a contact, no address, no date of birth and nobody’s words stand here, so none can be chosen.
"""

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from mash.common.clock import LONDON
from mash.desk.queries import Row
from mash.quality.tables import plain

NOT_RATED = "not yet rated"


def _moment(at: datetime | None) -> str:
    return at.astimezone(LONDON).strftime("%Y-%m-%d %H:%M") if at else ""


COLUMNS: Mapping[str, tuple[str, Callable[[Row], str]]] = {
    "reference": ("Reference", lambda row: row.contact.reference),
    "received": ("Received", lambda row: _moment(row.contact.received_at)),
    "source": ("Source", lambda row: row.source),
    "rating": ("Rating", lambda row: row.colour or NOT_RATED),
    "stage": ("Stage", lambda row: row.stage),
    "due": ("Due", lambda row: _moment(row.clock.due_at if row.clock else None)),
    "owner": ("Owner", lambda row: row.owner),
    "marks": ("Marks", lambda row: "; ".join(row.badges)),
}
"""By id: its heading, and what stands in its cell.  Moments are on England's clock."""


def labels() -> list[tuple[str, str]]:
    """Return the columns that may be chosen, each with its heading."""
    return [(name, heading) for name, (heading, _) in COLUMNS.items()]


def as_csv(rows: Iterable[Row], columns: Sequence[str]) -> str:
    """Return a table of some columns, in which a spreadsheet takes nothing for a formula."""
    made = io.StringIO()
    lines = csv.writer(made)
    chosen = [COLUMNS[name] for name in columns]
    lines.writerow([heading for heading, _ in chosen])
    lines.writerows([plain(cell(row)) for _, cell in chosen] for row in rows)
    return made.getvalue()
