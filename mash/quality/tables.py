"""A table to take along, in which nothing is taken for a formula."""

import csv
from collections.abc import Iterable, Sequence

from django.http import HttpResponse

from mash.common.spreadsheets import FORMULA


def plain(value: object) -> object:
    """Return a cell that a spreadsheet shows as it stands: an apostrophe goes before what it would work out.

    OWASP, "CSV Injection".  Numbers stay numbers.
    """
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    return "" if value is None else value


def as_csv(name: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> HttpResponse:
    """Return an answer that is saved as a table."""
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    lines = csv.writer(answer)
    lines.writerow(columns)
    lines.writerows([plain(cell) for cell in row] for row in rows)
    return answer
