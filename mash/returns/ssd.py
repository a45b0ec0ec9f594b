"""Tables of the Standard Safeguarding Dataset, as CSV and JSON in one archive, and the look at it.  Pure.

Names, addresses and workers are fields of the dataset that are left out whole.  The same facts give the same bytes.

Source: docs/rules.md, "The dataset".
"""

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any, TextIO

from mash.common.clock import whole_years
from mash.returns.facts import Came, Child, Gathered, Help, Referral
from mash.returns.refusals import Differs
from mash.returns.years import Year

SUFFIX, MEDIA_TYPE = "zip", "application/zip"
JSON_NAME = "ssd.json"
LONG_AGO = (1980, 1, 1, 0, 0, 0)  # what an archive says of its making: always the same
SCHOOL_AGE = 5
FORMULA = ("=", "+", "-", "@", "\t", "\r")
Rows = dict[str, list[dict[str, Any]]]


def tables(found: Gathered, from_on: date, until_on: date, rules: Year) -> Rows:
    """Return the rows of each table, by field."""
    referrals = [one for one in found.referrals if from_on <= one.on <= until_on]
    named: list[Came | Help | Referral] = [*found.contacts, *found.early_help, *referrals]
    people = {one.child.id: one.child for one in named}
    in_order = [people[key] for key in sorted(people)]
    nfa = dict.fromkeys(people, True)
    for one in referrals:
        nfa[one.child.id] = nfa[one.child.id] and one.nfa
    return {
        "ssd_person": [_person(one, until_on, rules) for one in in_order],
        "ssd_contacts": _numbered([_contact(one, rules) for one in found.contacts], "cont_contact_id"),
        "ssd_early_help_episodes": _numbered([_help(one) for one in found.early_help], "earl_episode_id"),
        "ssd_cin_episodes": _numbered([_referral(one, rules) for one in referrals], "cine_referral_id"),
        "ssd_linked_identifiers": [row for one in in_order for row in _numbers(one)],
    }


def write(file: Path, rows: Rows, rules: Year) -> None:
    """Write one CSV a table and one JSON of all, row by row, each from the list of its fields."""
    with zipfile.ZipFile(file, "w") as packed:
        for table in rules.columns.ssd:
            with _part(packed, f"{table.table}.csv") as out:
                lines = csv.writer(out, lineterminator="\r\n")
                lines.writerow(table.columns)
                lines.writerows([_cell(row.get(name)) for name in table.columns] for row in rows[table.table])
        with _part(packed, JSON_NAME) as out:
            out.writelines(f"{line}\n" for line in _json_lines(rows, rules))


def check(file: Path, rows: Rows, rules: Year) -> dict[str, int]:
    """Open an archive again and see that it holds these tables and nothing else.

    Returns how many rows each has.  Raises Differs naming what is wrong.
    """
    with zipfile.ZipFile(file) as packed:
        expected = [*(f"{table.table}.csv" for table in rules.columns.ssd), JSON_NAME]
        if packed.namelist() != expected or packed.comment:
            raise Differs("other files in it, or a comment")
        if any(one.comment or one.extra for one in packed.infolist()):
            raise Differs("a file in it says more than its content")
        for table in rules.columns.ssd:
            with _opened(packed, f"{table.table}.csv") as held:
                _check_table(table.table, held, rows[table.table], table.columns)
        with _opened(packed, JSON_NAME) as held:
            _check_json(held, rows, rules)
    return {table.table: len(rows[table.table]) for table in rules.columns.ssd}


def _check_table(name: str, held: TextIO, rows: list[dict[str, Any]], columns: Sequence[str]) -> None:
    lines = csv.reader(held, strict=True)
    if next(lines, None) != [*columns]:
        raise Differs(f"{name}.csv has other fields")
    for number, row in enumerate(rows, 1):
        if not set(row) <= set(columns):
            raise Differs(f"{name}, row {number}: a field that may not leave")
        if next(lines, None) != [_cell(row.get(field)) for field in columns]:
            raise Differs(f"{name}, row {number}: another value as CSV than was written")
    if next(lines, None) is not None:
        raise Differs(f"{name}.csv has rows that were not written")


def _check_json(held: TextIO, rows: Rows, rules: Year) -> None:
    """Read each row by itself: one stands on each line, and what surrounds them is always the same."""
    tables = {table.table: table.columns for table in rules.columns.ssd}
    for expected in _json_lines(rows, rules):
        line = held.readline().removesuffix("\n")
        if not expected.startswith("{") or expected == "{":
            if line != expected:
                raise Differs(f"{JSON_NAME} has other tables")
            continue
        try:
            said = json.loads(line.removesuffix(","))
        except ValueError:
            raise Differs(f"{JSON_NAME} cannot be read") from None
        if said != json.loads(expected.removesuffix(",")):
            raise Differs(f"{JSON_NAME} has another value than was written")
        if tuple(said) not in tables.values():
            raise Differs(f"{JSON_NAME} has a field that may not leave")
    if held.read(1):
        raise Differs(f"{JSON_NAME} has more than was written")


def _json_lines(rows: Rows, rules: Year) -> Iterator[str]:
    """Yield the lines of one JSON object of all tables, a row on each."""
    yield "{"
    for place, table in enumerate(rules.columns.ssd, 1):
        yield f'"{table.table}": ['
        last = len(rows[table.table])
        for number, row in enumerate(rows[table.table], 1):
            said = json.dumps({name: row.get(name) for name in table.columns}, ensure_ascii=False)
            yield said + ("" if number == last else ",")
        yield "]" if place == len(rules.columns.ssd) else "],"
    yield "}"


@contextmanager
def _part(packed: zipfile.ZipFile, name: str) -> Iterator[TextIO]:
    """Give one file of the archive to write in: of no moment, for its owner."""
    held = zipfile.ZipInfo(name, LONG_AGO)
    held.compress_type = zipfile.ZIP_DEFLATED
    held.external_attr = 0o600 << 16
    with packed.open(held, "w") as part, io.TextIOWrapper(part, encoding="utf-8", newline="") as out:
        yield out


@contextmanager
def _opened(packed: zipfile.ZipFile, name: str) -> Iterator[TextIO]:
    with packed.open(name) as part, io.TextIOWrapper(part, encoding="utf-8", newline="") as held:
        yield held


def _cell(value: Any) -> str:
    """Return a cell that no spreadsheet works out: an apostrophe goes before what it would take for a formula."""
    said = "" if value is None else str(value)
    return f"'{said}" if said.startswith(FORMULA) else said


def _day(on: date | None) -> str | None:
    return str(on) if on else None


def _yes(said: bool) -> str:
    return "Y" if said else "N"


def _flags(said: Iterable[str], known: Iterable[str]) -> str:
    """Return the flags of the dataset as JSON: each of them, set or not."""
    held = set(said)
    return json.dumps({name: "Y" if name in held else "" for name in known})


def _numbered(rows: list[dict[str, Any]], key: str) -> list[dict[str, Any]]:
    """Give each row a key that says nothing and is the same each time: made of what the row says, and which it is."""
    seen: dict[str, int] = {}
    for row in rows:
        said = json.dumps([row[name] for name in sorted(row)], ensure_ascii=False)
        seen[said] = seen.get(said, 0) + 1
        row[key] = sha256(f"{key}|{said}|{seen[said]}".encode()).hexdigest()[:32]
    return rows


def _person(child: Child, until_on: date, rules: Year) -> dict[str, Any]:
    young = (
        child.born_on is not None and whole_years(child.born_on, max(until_on, child.born_on)) < SCHOOL_AGE
    )
    unborn = child.born_on is None and child.expected_on is not None
    return {
        "pers_person_id": child.id,
        "pers_sex": child.sex if child.sex in rules.code_lists["sex"] else "U",
        "pers_ethnicity": child.ethnicity,
        "pers_dob": _day(child.born_on),
        "pers_common_child_id": child.nhs or None,
        "pers_upn_unknown": rules.codes.upn_not_of_school_age
        if not child.upn and (young or unborn)
        else None,
        "pers_expected_dob": _day(None if child.born_on else child.expected_on),
        "pers_death_date": _day(child.died_on),
    }


def _contact(one: Came, rules: Year) -> dict[str, Any]:
    return {
        "cont_person_id": one.child.id,
        "cont_contact_date": str(one.on),
        "cont_contact_source_code": one.source,
        "cont_contact_source_desc": rules.sources[one.source].label,
        "cont_contact_outcome_json": _flags(one.flags, rules.columns.contact_flags),
    }


def _help(one: Help) -> dict[str, Any]:
    return {
        "earl_person_id": one.child.id,
        "earl_episode_start_date": str(one.on),
        "earl_episode_end_date": _day(one.ended_on),
        "earl_episode_organisation": one.organisation[:100],
    }


def _referral(one: Referral, rules: Year) -> dict[str, Any]:
    return {
        "cine_person_id": one.child.id,
        "cine_referral_date": str(one.on),
        "cine_cin_primary_need_code": one.need or None,
        "cine_referral_source_code": one.source,
        "cine_referral_source_desc": rules.sources[one.source].label,
        "cine_referral_outcome_json": _flags(one.flags, rules.columns.referral_flags),
        "cine_referral_nfa": _yes(one.nfa),
        "cine_close_reason": one.followed.get("reason") or None,
        "cine_close_date": _day(one.ended_on),
        "cine_referral_team": one.team[:48] or None,
    }


def _numbers(child: Child) -> Iterable[dict[str, Any]]:
    for kind, value in (("Unique Pupil Number", child.upn), ("NHS Number", child.nhs)):
        if value:
            yield {
                "link_table_id": sha256(f"link|{child.id}|{kind}".encode()).hexdigest()[:32],
                "link_person_id": child.id,
                "link_identifier_type": kind,
                "link_identifier_value": value,
            }
