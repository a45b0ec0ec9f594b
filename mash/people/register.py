"""A register of known people, as another system writes it down: one row a person."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from mash.people.details import Details, Home
from mash.people.rows import BadRow, Row, read_file

SOURCE = "register"
NEEDED = ("person_id", "given", "family", "born_on")
COLUMNS = (
    "person_id", "given", "family", "known_as", "born_on", "sex", "ethnicity", "nhs_number", "upn", "la_child_id",
    "role", "address", "postcode", "phone", "school", "gp", "household_id", "case_status", "last_contact_on",
    "restricted",
)  # fmt: skip
"""role, household_id, case_status and last_contact_on are read past: who lives together follows from the address,
and what is open comes from the council's own list."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a register.

    details: what it says; without address, telephone and school where it is restricted.
    """

    line: int
    details: Details
    restricted: bool


def read(file: Path, today: date) -> Iterator[Entry | tuple[int, str]]:
    """Yield each person, or (line, why) for a row that cannot be taken.  Raises `rows.Unreadable`."""
    for row in read_file(file, NEEDED, COLUMNS):
        yield _entry(row, today) if isinstance(row, Row) else row


def _entry(row: Row, today: date) -> Entry | tuple[int, str]:
    try:
        return _read(row, today)
    except BadRow as why:
        return row.line, str(why)


def _read(row: Row, today: date) -> Entry:
    key = row.text("person_id", 40, needed=True)
    born_on = row.day("born_on")
    if born_on and born_on > today:
        raise BadRow("born_on is in the future")
    restricted = _restricted(row)
    said = Details(
        given=row.text("given"),
        family=row.text("family"),
        known_as=tuple(name.strip() for name in row.text("known_as").split(";") if name.strip()),
        born_on=born_on,
        sex=_sex(row),
        ethnicity=row.text("ethnicity", 10),
        nhs_number=row.text("nhs_number", 20),
        upn=row.text("upn", 20),
        la_child_id=row.text("la_child_id", 40),
        register_key=key,
        gp=row.text("gp", 160),
        source=SOURCE,
        source_key=key,
    )
    return Entry(row.line, said if restricted else _with_whereabouts(said, row), restricted)


def _with_whereabouts(said: Details, row: Row) -> Details:
    """Add what could lead somebody to the person: never taken of a restricted one.

    Source: docs/rules.md, "Protected addresses".
    """
    lines = tuple(part.strip() for part in row.text("address", 640).split(",") if part.strip())
    if any(len(line) > 160 for line in lines):
        raise BadRow("address has a line longer than 160 characters")
    postcode, phone = row.text("postcode", 10), row.text("phone", 40)
    return replace(
        said,
        addresses=(Home(lines, postcode),) if lines or postcode else (),
        phones=(phone,) if phone else (),
        school=row.text("school", 160),
    )


def _restricted(row: Row) -> bool:
    """Whatever stands in the column but a plain no restricts: a doubt must not give an address away."""
    return row.text("restricted", 20).lower() not in {"", "no", "n", "false", "0"}


def _sex(row: Row) -> str:
    sex = row.text("sex", 10).upper() or "U"
    if sex not in {"F", "M", "U"}:
        raise BadRow("sex is not F, M or U")
    return sex
