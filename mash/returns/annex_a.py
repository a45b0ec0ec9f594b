"""Lists 1 to 3 of Annex A as a workbook of plain values, and the look at it before it is handed over.  Pure.

The same facts give the same bytes: no time of making, no author, no place in the file depends on when it was written.

Source: docs/rules.md, "Annex A".
"""

import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import xlsxwriter

from mash.common.clock import whole_years
from mash.returns.facts import Came, Child, Gathered, Help, Referral
from mash.returns.refusals import Differs
from mash.returns.years import Sheet, Year

SUFFIX, MEDIA_TYPE = "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONG_AGO = datetime(2000, 1, 1)  # noqa: DTZ001 - what a workbook says of its making: always the same
DAY_FORMAT = "dd/mm/yyyy"
PARTS = ("[Content_Types].xml", "_rels/", "docProps/", "xl/")
NOT_IN_IT = (
    "comments",
    "vba",
    "externalLink",
    "media",
    "drawing",
    "customXml",
    "connections",
    "embeddings",
    "worksheets/_rels",
)
Row = list[Any]


def rows_of(found: Gathered, from_on: date, until_on: date, rules: Year) -> dict[str, list[Row]]:
    """Return the rows of each list, in the order of its columns.

    from_on, until_on: the days of the return; ages are those of the last.
    """
    referrals = (one for one in found.referrals if from_on <= one.on <= until_on)
    return {
        "contacts": [_contact(one, until_on, rules) for one in found.contacts],
        "early_help": [_help(one, until_on, rules) for one in found.early_help],
        "referrals": [_referral(one, until_on, rules) for one in referrals],
    }


def write(file: Path, rows: dict[str, list[Row]], rules: Year) -> None:
    """Write the workbook: values alone, one visible sheet a list."""
    book = xlsxwriter.Workbook(
        file,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    book.set_properties({"created": LONG_AGO})
    a_day = book.add_format({"num_format": DAY_FORMAT})
    for sheet in rules.columns.annex_a:
        page = book.add_worksheet(sheet.sheet)
        for place, title in enumerate(sheet.columns):
            page.write_string(0, place, title)
        for number, row in enumerate(rows[sheet.holds], 1):
            for place, value in enumerate(row):
                if isinstance(value, date):
                    page.write_datetime(number, place, datetime(value.year, value.month, value.day), a_day)  # noqa: DTZ001
                elif isinstance(value, int):
                    page.write_number(number, place, value)
                elif value:
                    page.write_string(number, place, value)
    book.close()


def check(file: Path, rows: dict[str, list[Row]], rules: Year) -> None:
    """Open a workbook again and see that it holds these rows, and nothing else of any kind.

    Raises Differs naming what is wrong.
    """
    with zipfile.ZipFile(file) as packed:
        for name in packed.namelist():
            if not name.startswith(PARTS) or any(part in name for part in NOT_IN_IT):
                raise Differs(f"a part that does not belong in it: {name}")
    book = openpyxl.load_workbook(file, read_only=True)
    try:
        _check_book(book, rows, rules)
    finally:
        book.close()


def _check_book(book: Any, rows: dict[str, list[Row]], rules: Year) -> None:
    said = [sheet.sheet for sheet in rules.columns.annex_a]
    if book.sheetnames != said or book.defined_names:
        raise Differs("other sheets, or names in it")
    about = book.properties
    if any(
        (about.creator, about.lastModifiedBy, about.title, about.subject, about.keywords, about.description)
    ):
        raise Differs("something about who made it")
    for sheet in rules.columns.annex_a:
        page = book[sheet.sheet]
        if page.sheet_state != "visible":
            raise Differs(f"{sheet.sheet} is hidden")
        _check_sheet(page.iter_rows(), sheet, rows[sheet.holds], rules)


def _check_sheet(lines: Iterable[Any], sheet: Sheet, rows: list[Row], rules: Year) -> None:
    found = iter(lines)
    width = len(sheet.columns)
    for number, expected in enumerate(_with_titles(sheet, rows), 1):
        cells = next(found, None)
        if cells is None:
            raise Differs(f"{sheet.sheet} ends before row {number}")
        if any(cell.data_type == "f" for cell in cells):
            raise Differs(f"{sheet.sheet}, row {number}: a formula")
        held = [_value(cell.value) for cell in cells]
        if held + [""] * (width - len(held)) != [_value(one) for one in expected]:
            raise Differs(f"{sheet.sheet}, row {number}: another value than was written")
        if number > 1 and not may_stand(expected, sheet, rules):
            raise Differs(f"{sheet.sheet}, row {number}: a value that its column does not take")
    if any(cell.value is not None for cells in found for cell in cells):
        raise Differs(f"{sheet.sheet} has rows that were not written")


def may_stand(row: Row, sheet: Sheet, rules: Year) -> bool:
    """Tell whether each value of a row is of a kind that its column takes: a day, a number, a code of its list."""
    lists = {
        "Gender": set(rules.letters.values()),
        "Ethnicity": set(rules.ethnicities.values()),
        "Contact Source": {one.annex_a for one in rules.codes.referral_source},
        "Referral Source": {one.annex_a for one in rules.codes.referral_source},
        "Referral NFA?": set(rules.codes.yes_no.values()),
    }
    for title, value in zip(sheet.columns, row, strict=True):
        if title in lists:
            right = value in lists[title]
        elif title in rules.columns.days:
            right = value == "" or isinstance(value, date)
        elif title in rules.columns.numbers:
            right = value == "" or (isinstance(value, int) and value >= 0)
        else:
            right = isinstance(value, str) and len(value) <= 160
        if not right:
            return False
    return True


def _with_titles(sheet: Sheet, rows: list[Row]) -> Iterator[Row]:
    yield list(sheet.columns)
    yield from rows


def _value(said: Any) -> Any:
    """Return a cell as it is compared: a day without a time, and nothing for an empty one."""
    if isinstance(said, datetime):
        return said.date()
    return "" if said is None else said


def _about(child: Child, gender: str, until_on: date, rules: Year) -> Row:
    age: Any = ""
    if child.born_on and child.born_on <= until_on:
        age = whole_years(child.born_on, until_on)
    sex = gender if gender in rules.letters and child.sex == "U" else child.sex
    born_on = child.born_on or child.expected_on or ""
    return [child.id, rules.letters[sex], rules.ethnicities[child.ethnicity], born_on, age]


def _contact(one: Came, until_on: date, rules: Year) -> Row:
    return [*_about(one.child, one.gender, until_on, rules), one.on, rules.sources[one.source].annex_a]


def _help(one: Help, until_on: date, rules: Year) -> Row:
    ended = one.ended_on if one.ended_on and one.ended_on <= until_on else ""
    return [*_about(one.child, one.gender, until_on, rules), one.on, ended, one.organisation]


def _referral(one: Referral, until_on: date, rules: Year) -> Row:
    return [
        *_about(one.child, one.gender, until_on, rules),
        one.on,
        rules.sources[one.source].annex_a,
        rules.codes.yes_no["true" if one.nfa else "false"],
        one.before,
        one.team,
        one.worker,
    ]
