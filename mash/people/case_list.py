"""The council's list of open cases, as a file: one row a piece of work that is open with one person."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from mash.people.identifiers import LA_CHILD_ID, NHS, REGISTER, UPN, is_valid, tidy
from mash.people.rows import BadRow, Row, read_file

KEYS = {"la_child_id": LA_CHILD_ID, "nhs_number": NHS, "upn": UPN, "register_key": REGISTER}
NEEDED = ("agency", "plan", "tier", "from", "as_at")
COLUMNS = (*KEYS, *NEEDED, "team", "worker", "worker_email", "manager", "manager_email")
TIERS = {"2", "3", "4"}


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCase:
    """One row of the list.

    numbers: (scheme, tidied value) by which the person is found; all of them must lead to one person.
    tier: 2 early help, 3 child in need or adult assessment, 4 protection plan or looked after.
    """

    line: int
    numbers: tuple[tuple[str, str], ...]
    agency: str
    plan: str
    tier: int
    from_on: date
    as_at: datetime
    team: str = ""
    worker_name: str = ""
    worker_email: str = ""
    manager_name: str = ""
    manager_email: str = ""


def read(file: Path) -> Iterator[OpenCase | tuple[int, str]]:
    """Yield each open case, or (line, why) for a row that cannot be taken.  Raises `rows.Unreadable`."""
    for row in read_file(file, NEEDED, COLUMNS):
        yield _case(row) if isinstance(row, Row) else row


def _case(row: Row) -> OpenCase | tuple[int, str]:
    try:
        return _read(row)
    except BadRow as why:
        return row.line, str(why)


def _read(row: Row) -> OpenCase:
    from_on = row.day("from", needed=True)
    tier = row.text("tier", 1, needed=True)
    if tier not in TIERS:
        raise BadRow("tier is not 2, 3 or 4")
    assert from_on  # noqa: S101 (it is needed)
    return OpenCase(
        line=row.line,
        numbers=_numbers(row),
        agency=row.text("agency", needed=True),
        plan=row.text("plan", 80, needed=True),
        tier=int(tier),
        from_on=from_on,
        as_at=row.moment("as_at"),
        team=row.text("team"),
        worker_name=row.text("worker"),
        worker_email=_email(row, "worker_email"),
        manager_name=row.text("manager"),
        manager_email=_email(row, "manager_email"),
    )


def _numbers(row: Row) -> tuple[tuple[str, str], ...]:
    found = [(scheme, tidy(row.text(column, 40))) for column, scheme in KEYS.items()]
    given = tuple((scheme, value) for scheme, value in found if value)
    if not given:
        raise BadRow(f"none of {', '.join(KEYS)} is given")
    good = tuple(pair for pair in given if is_valid(*pair))
    if not good:
        raise BadRow("every number given fails its check digit")
    return good


def _email(row: Row, column: str) -> str:
    address = row.text(column, 254)
    try:
        if address:
            validate_email(address)
    except ValidationError:
        raise BadRow(f"{column} is not an e-mail address") from None
    return address
