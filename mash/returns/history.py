"""Reading a hub's past from the files that returns are: Annex A workbooks and census files.  Pure, and bounded.

What is wrong is named by where it stands and never by what it says.  A file that could fill memory, runs code or leads
elsewhere is refused before it is opened.

Source: docs/rules.md, "A hub's past".
"""

import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import IO, Any
from xml.etree.ElementTree import ParseError

import openpyxl
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse
from lxml.etree import XMLSyntaxError
from openpyxl.utils.exceptions import InvalidFileException

from mash.people.identifiers import tidy
from mash.returns.models import What
from mash.returns.refusals import Refused
from mash.returns.years import Year

LARGEST = 64 * 1024 * 1024  # bytes of a file
UNPACKED = 256 * 1024 * 1024  # bytes of everything in a workbook
MOST_PARTS = 500
MOST_ROWS = 200_000  # of one list
MOST_COLUMNS = 60
MOST_CHILDREN = 200_000
MOST_EPISODES = 200  # of one child
DEEPEST = 8  # elements within each other
MOST_WITHIN = 2000  # elements of one child
LONGEST_CELL = 160
EARLIEST, LATEST = date(1900, 1, 1), date(2100, 1, 1)
SERIAL_ZERO = date(1899, 12, 30)  # from which workbooks count days
LIST = re.compile(r"list[ _]*([123])", re.IGNORECASE)
SLASHED = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
PIECE = 1024 * 1024
BROKEN = (
    AttributeError, EOFError, IndexError, InvalidFileException, KeyError, OSError, ParseError, DefusedXmlException,
    TypeError, ValueError, XMLSyntaxError, zipfile.BadZipFile, zlib.error,
)  # fmt: skip
"""What a broken workbook makes of the library that reads it."""
HOSTILE = (b"<!DOCTYPE", b"<!ENTITY")
ALIASES = {"age": "age of child (years)", "date of birth ": "date of birth"}
NEEDED = {
    1: ("child unique id", "date of contact", "contact source"),
    2: ("child unique id", "assessment start date", "organisation completing assessment"),
    3: ("child unique id", "date of referral", "referral source", "referral nfa?"),
}
YES, NO = {"yes", "y", "1", "true"}, {"no", "n", "0", "false"}


@dataclass(frozen=True, slots=True)
class Wrong:
    """A row that cannot be taken: where it stands, in which column or element, and why; nothing of what it says."""

    where: str
    column: str
    reason: str


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that a file says of one child.  source: a code of the census, or an organisation for early help."""

    where: str
    number: str
    upn: str
    born_on: date | None
    what: What
    on: date
    source: str
    ended_on: date | None = None
    said: dict[str, Any] = field(default_factory=dict)


class _Bad(Exception):
    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column, self.reason = column, reason


# Annex A


def annex_a(file: Path, rules: Year) -> Iterator[Told | Wrong]:
    """Yield each row of lists 1 to 3.  Raises Refused for a file that is no such workbook, or not one to be opened."""
    look_into_workbook(file)
    try:
        book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
    except BROKEN:
        raise Refused("it is not a workbook that can be read") from None
    try:
        found = [(int(match[1]), name) for name in book.sheetnames if (match := LIST.fullmatch(name.strip()))]
        if not found:
            raise Refused("it has no sheet called List 1, List 2 or List 3")
        for number, name in sorted(found):
            yield from _sheet(book[name], number, rules)
    finally:
        book.close()


def look_into_workbook(file: Path) -> None:
    """Refuse a file that is no archive, is too large packed or unpacked, holds macros or declares entities."""
    _require_small(file)
    try:
        with zipfile.ZipFile(file) as packed:
            parts = packed.infolist()
            if len(parts) > MOST_PARTS or sum(one.file_size for one in parts) > UNPACKED:
                raise Refused("it unpacks to more than is taken")
            names = {one.filename for one in parts}
            if "[Content_Types].xml" not in names or any("vbaproject" in name.casefold() for name in names):
                raise Refused("it is not a plain workbook")
            unpacked = 0
            for one in parts:
                if one.flag_bits & 1:
                    raise Refused("it is locked with a password")
                unpacked += _look_into_part(packed, one)
                if unpacked > UNPACKED:
                    raise Refused("it unpacks to more than is taken")
    except (zipfile.BadZipFile, NotImplementedError, OSError, EOFError, zlib.error, RuntimeError):
        raise Refused("it is not a workbook that can be read") from None


def _look_into_part(packed: zipfile.ZipFile, one: zipfile.ZipInfo) -> int:
    seen, before = 0, b""
    with packed.open(one) as part:
        while piece := part.read(PIECE):
            if seen == 0 and piece[:2] in (b"\xff\xfe", b"\xfe\xff"):
                raise Refused("a part of it is not UTF-8")
            seen += len(piece)
            if seen > UNPACKED:
                raise Refused("it unpacks to more than is taken")
            if any(word in before + piece for word in HOSTILE):
                raise Refused("it declares entities")
            before = piece[-16:]
    return seen


def _require_small(file: Path) -> None:
    try:
        if file.stat().st_size > LARGEST:
            raise Refused(f"it is larger than {LARGEST // 1024 // 1024} MB")
    except OSError:
        raise Refused("it cannot be opened") from None


def _sheet(page: Any, number: int, rules: Year) -> Iterator[Told | Wrong]:
    rows = _lines(page, number)
    titles = [_title(one) for one in next(rows, ())]
    missing = [one for one in NEEDED[number] if one not in titles]
    if missing:
        raise Refused(f"List {number} has no column called “{missing[0]}”")
    for line, cells in enumerate(rows, 2):
        if line > MOST_ROWS + 1:
            raise Refused(f"List {number} has more than {MOST_ROWS:,} rows")
        values = dict(zip(titles, cells, strict=False))
        if all(_text(one) == "" for one in values.values()):
            continue
        where = f"List {number}, row {line}"
        try:
            yield _row(where, number, values, rules)
        except _Bad as bad:
            yield Wrong(where, bad.column, bad.reason)


def _lines(page: Any, number: int) -> Iterator[Sequence[Any]]:
    """Yield the cells of each row.  Raises Refused where the sheet breaks off."""
    page.reset_dimensions()  # what a file says of its own size is not believed
    rows = page.iter_rows(values_only=True, max_col=MOST_COLUMNS)
    while True:
        try:
            cells = next(rows, None)
        except BROKEN:
            raise Refused(f"List {number} cannot be read to its end") from None
        if cells is None:
            return
        yield cells


def _title(said: Any) -> str:
    plain = " ".join(str(said or "").split()).casefold()
    return ALIASES.get(plain, plain)


def _row(where: str, number: int, values: dict[str, Any], rules: Year) -> Told:
    child = tidy(_words(values, "child unique id", needed=True))
    gender = rules.sex_of(_words(values, "gender")) or ""
    said: dict[str, Any] = {"gender": gender} if gender and gender not in {"M", "F", "U"} else {}
    born_on = _date(values, "date of birth")
    if number == 2:
        return Told(
            where, child, "", born_on, What.EARLY_HELP, _needed_date(values, "assessment start date"),
            _words(values, "organisation completing assessment", longest=120),
            _date(values, "assessment completion date"),
            said,
        )  # fmt: skip
    column = "contact source" if number == 1 else "referral source"
    source = rules.source_of(_words(values, column, needed=True))
    if source is None:
        raise _Bad(column, "is not a source that is known")
    if number == 1:
        return Told(
            where,
            child,
            "",
            born_on,
            What.CONTACT,
            _needed_date(values, "date of contact"),
            source,
            None,
            said,
        )
    said |= {
        "nfa": _yes_no(values, "referral nfa?"),
        "before": _number(values, "number of referrals in last 12 months"),
    }
    said |= {
        key: words
        for key, column in (("team", "allocated team"), ("worker", "allocated worker"))
        if (words := _words(values, column, longest=120))
    }
    return Told(
        where, child, "", born_on, What.REFERRAL, _needed_date(values, "date of referral"), source, None, said
    )


def _text(said: Any) -> str:
    if said is None:
        return ""
    if isinstance(said, float) and said.is_integer():
        said = int(said)
    return " ".join(str(said).split())


def _words(values: dict[str, Any], column: str, *, needed: bool = False, longest: int = LONGEST_CELL) -> str:
    said = _text(values.get(column))
    if needed and not said:
        raise _Bad(column, "is missing")
    if len(said) > longest:
        raise _Bad(column, f"is longer than {longest} characters")
    if any(ord(letter) < 32 or letter == "\ufffe" for letter in said):
        raise _Bad(column, "holds control characters")
    return said


def _date(values: dict[str, Any], column: str) -> date | None:
    said = values.get(column)
    if said is None or _text(said) == "":
        return None
    found: date | None = None
    if isinstance(said, datetime):
        found = said.date()
    elif isinstance(said, date):
        found = said
    elif isinstance(said, int | float) and 1 <= said <= 80_000:
        found = SERIAL_ZERO + timedelta(days=int(said))
    elif isinstance(said, str):
        found = _written(said.strip())
    if found is None or not EARLIEST <= found < LATEST:
        raise _Bad(column, "is not a date")
    return found


def _needed_date(values: dict[str, Any], column: str) -> date:
    found = _date(values, column)
    if found is None:
        raise _Bad(column, "is missing")
    return found


def _written(said: str) -> date | None:
    try:
        if slashed := SLASHED.fullmatch(said[:10]):
            day, month, year = (int(part) for part in slashed.groups())
            return date(year, month, day)
        return date.fromisoformat(said[:10])
    except ValueError:
        return None


def _yes_no(values: dict[str, Any], column: str) -> bool:
    said = re.sub(r"^[a-z]\)\s*", "", _words(values, column, needed=True).casefold())
    if said not in YES | NO:
        raise _Bad(column, "is neither yes nor no")
    return said in YES


def _number(values: dict[str, Any], column: str) -> int:
    said = _text(values.get(column)) or "0"
    if not said.isascii() or not said.isdigit() or int(said) > 999:
        raise _Bad(column, "is not a number of referrals")
    return int(said)


# The census


def census(file: Path, rules: Year) -> Iterator[Told | Wrong | date]:
    """Yield the day that a census file is of, and then each episode of each child in it.

    Raises Refused for a file that is no census, or not one to be opened: with declarations, too large, too deep.
    """
    _require_small(file)
    number = 0
    try:
        with file.open("rb") as held:
            for element in _parts(held):
                if element.tag == "Header":
                    yield _as_of(element)
                    continue
                number += 1
                if number > MOST_CHILDREN:
                    raise Refused(f"it has more than {MOST_CHILDREN:,} children")
                yield from _child(element, f"child {number}", rules)
                element.clear()
    except DefusedXmlException:
        raise Refused("it declares entities") from None
    except (ParseError, UnicodeDecodeError, LookupError, ValueError):
        raise Refused("it is not XML that can be read to its end") from None
    except OSError:
        raise Refused("it cannot be opened") from None


def _parts(held: IO[bytes]) -> Iterator[Any]:
    """Yield the header and each child, while nothing in it is deeper or larger than any census."""
    path: list[str] = []
    within = 0
    for event, element in iterparse(held, events=("start", "end"), forbid_dtd=True):
        if event == "start":
            path.append(element.tag)
            within += 1
            if len(path) > DEEPEST or within > MOST_WITHIN:
                raise Refused("it is not a census: one child in it is larger than any")
            if path[0] != "Message":
                raise Refused("it is not a census: it does not begin with Message")
            continue
        path.pop()
        if (path, element.tag) in ((["Message"], "Header"), (["Message", "Children"], "Child")):
            yield element
        if path in (["Message"], ["Message", "Children"]):
            within = 0


def _as_of(head: Any) -> date:
    said = _written((head.findtext("CollectionDetails/ReferenceDate") or "").strip())
    if said is None or not EARLIEST <= said < LATEST:
        raise Refused("its header has no reference date")
    return said


def _child(element: Any, where: str, rules: Year) -> Iterator[Told | Wrong]:
    try:
        number, upn, born_on = _whose(element)
    except _Bad as bad:
        yield Wrong(where, bad.column, bad.reason)
        return
    for place, episode in enumerate(element.findall("CINdetails"), 1):
        here = f"{where}, episode {place}"
        if place > MOST_EPISODES:
            yield Wrong(here, "CINdetails", "is one of more than anybody has")
            return
        try:
            on = _needed_day(episode, "CINreferralDate")
            source = _code(episode, "ReferralSource", rules.code_lists["referral_source"], needed=True)
            ended_on = _day(episode, "CINclosureDate")
            yield Told(here, number, upn, born_on, What.REFERRAL, on, source, ended_on, _said(episode, rules))
        except _Bad as bad:
            yield Wrong(here, bad.column, bad.reason)


def _whose(element: Any) -> tuple[str, str, date | None]:
    number = tidy(_element(element, "ChildIdentifiers/LAchildID"))
    upn = tidy(_element(element, "ChildIdentifiers/UPN"))
    if not number and not upn:
        raise _Bad("LAchildID", "is missing")
    return number, upn, _day(element, "ChildIdentifiers/PersonBirthDate")


def _said(episode: Any, rules: Year) -> dict[str, Any]:
    lists = rules.code_lists
    factors = lists["assessment_factor"] | set(rules.codes.factors_of_before)
    followed: dict[str, Any] = {"census": True}
    if reason := _code(episode, "ReasonForClosure", lists["reason_for_closure"]):
        followed["reason"] = reason
    if conference := _day(episode, "DateOfInitialCPC"):
        followed["conference"] = str(conference)
    followed["assessments"] = [
        _days(
            one,
            start="AssessmentActualStartDate",
            review="AssessmentInternalReviewDate",
            end="AssessmentAuthorisationDate",
        )
        | {
            "factors": [
                _known(each, factors, "AssessmentFactors")
                for each in one.findall("FactorsIdentifiedAtAssessment/AssessmentFactors")
            ]
        }
        for one in episode.findall("Assessments")
    ]
    followed["plans"] = [
        _days(one, start="CINPlanStartDate", end="CINPlanEndDate") for one in episode.findall("CINPlanDates")
    ]
    followed["enquiries"] = [
        _days(one, start="S47ActualStartDate", target="InitialCPCtarget", conference="DateOfInitialCPC")
        | {"not_needed": _flag(one, "ICPCnotRequired")}
        for one in episode.findall("Section47")
    ]
    followed["protection"] = [
        _protection(one, lists["category_of_abuse"]) for one in episode.findall("ChildProtectionPlans")
    ]
    said: dict[str, Any] = {
        "nfa": _flag(episode, "ReferralNFA"),
        "followed": {key: value for key, value in followed.items() if value},
    }
    if need := _code(episode, "PrimaryNeedCode", lists["primary_need"]):
        said["need"] = need
    return said


def _protection(one: Any, categories: frozenset[str]) -> dict[str, Any]:
    before = _element(one, "NumberOfPreviousCPP") or "0"
    if not before.isdigit() or int(before) > 999:
        raise _Bad("NumberOfPreviousCPP", "is not a number")
    reviews = [_read_day(each.text, "CPPreviewDate") for each in one.findall("Reviews/CPPreviewDate")]
    return {
        **_days(one, start="CPPstartDate", end="CPPendDate"),
        "first": _code(one, "InitialCategoryOfAbuse", categories, needed=True),
        "latest": _code(one, "LatestCategoryOfAbuse", categories, needed=True),
        "before": int(before),
        "reviews": [str(one) for one in reviews],
    }


def _days(one: Any, **elements: str) -> dict[str, Any]:
    """Return days by name; the first of them is needed."""
    found: dict[str, Any] = {}
    for place, (name, element) in enumerate(elements.items()):
        day = _needed_day(one, element) if place == 0 else _day(one, element)
        found[name] = str(day) if day else None
    return found


def _element(inside: Any, path: str) -> str:
    found = inside.find(path)
    said = "" if found is None else " ".join((found.text or "").split())
    if len(said) > LONGEST_CELL:
        raise _Bad(path.rpartition("/")[2], f"is longer than {LONGEST_CELL} characters")
    return said


def _read_day(said: str | None, name: str) -> date:
    found = None
    with suppress(ValueError):
        found = date.fromisoformat((said or "").strip()[:10])
    if found is None or not EARLIEST <= found < LATEST:
        raise _Bad(name, "is not a date")
    return found


def _day(inside: Any, path: str) -> date | None:
    said = _element(inside, path)
    return _read_day(said, path.rpartition("/")[2]) if said else None


def _needed_day(inside: Any, path: str) -> date:
    found = _day(inside, path)
    if found is None:
        raise _Bad(path, "is missing")
    return found


def _code(inside: Any, name: str, known: frozenset[str], *, needed: bool = False) -> str:
    said = _element(inside, name)
    if not said and not needed:
        return ""
    if said not in known:
        raise _Bad(name, "is not a code that is known" if said else "is missing")
    return said


def _known(one: Any, known: Sequence[str] | frozenset[str] | set[str], name: str) -> str:
    said = (one.text or "").strip()
    if said not in known:
        raise _Bad(name, "is not a code that is known")
    return said


def _flag(inside: Any, name: str) -> bool:
    said = _element(inside, name).casefold()
    if said not in YES | NO:
        raise _Bad(name, "is neither true nor false" if said else "is missing")
    return said in YES
