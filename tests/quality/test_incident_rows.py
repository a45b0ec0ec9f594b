"""Reading files of incidents: what each row says, what is refused, and what no file can do."""

import csv
import io
import tracemalloc
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mash.common.clock import LONDON
from mash.common.spreadsheets import Unreadable
from mash.quality.incidents import (
    COLUMNS,
    Reading,
    Tally,
    Wrong,
    columns_wrong,
    encoding_of,
    guessed,
    has_slashed,
    head_of,
)
from mash.quality.rows import LONGEST, MOST_LINES, NOT_CLOSED, TOO_LONG, records
from tests.quality.incident_files import DATA, HEADER, TODAY, a_file, a_row

UNTIL = datetime(2026, 11, 17, tzinfo=UTC)


def of(body, *, cut=1 << 20, encoding="utf-8", delimiter=",", **more):
    pieces = (body[begin : begin + cut] for begin in range(0, len(body), cut))
    return list(records(pieces, encoding=encoding, delimiter=delimiter, **more))


def read_all(body, *, day_first=True):
    """Return what every row says, and what is wrong by line."""
    head = head_of(body, encoding_of([body]))
    reading = Reading(head.header, guessed(head.header), day_first=day_first, until=UNTIL)
    said, wrong = [], {}
    for row in of(
        body[head.begin :], encoding=head.encoding, delimiter=head.delimiter, at=head.begin, lines=1
    ):
        try:
            said.append(reading.say(row))
        except Wrong as why:
            wrong[row.line] = (why.kind, str(why))
    return said, wrong


# Rows

CELL = st.text(st.characters(codec="utf-8", exclude_characters="\x00\r"), max_size=12)


@settings(max_examples=150)
@given(st.lists(st.lists(CELL, min_size=2, max_size=4), min_size=1, max_size=8), st.integers(1, 40))
def test_what_a_spreadsheet_wrote_is_read_as_it_was_however_it_is_cut(table, cut):
    file = io.StringIO(newline="")
    csv.writer(file).writerows(table)
    body = file.getvalue().encode()
    found = of(body, cut=cut)
    assert [one.cells for one in found] == [row for row in table if not _is_blank(row)]
    assert not found or found[-1].end <= len(body)


def _is_blank(row):
    file = io.StringIO(newline="")
    csv.writer(file).writerow(row)
    return not file.getvalue().strip()


@settings(max_examples=80)
@given(st.binary(max_size=400), st.integers(1, 50), st.sampled_from(["utf-8", "cp1252"]))
def test_no_bytes_break_the_reading_and_it_goes_on_from_any_row(body, cut, encoding):
    found = of(body, cut=cut, encoding=encoding)
    assert [one.line for one in found] == sorted({one.line for one in found})
    for one in found:
        again = of(body[one.end :], cut=cut, encoding=encoding, at=one.end, lines=one.lines)
        assert again == found[found.index(one) + 1 :]


def test_a_line_of_ten_megabytes_is_one_bad_row_and_fills_no_memory():
    tracemalloc.start()
    pieces = [b"a,b\n", *[b"x" * (1 << 20)] * 10, b"\nc,d\n"]
    found = list(records(pieces, encoding="utf-8", delimiter=","))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [(one.line, one.cells, one.wrong) for one in found] == [
        (1, ["a", "b"], ""), (2, None, TOO_LONG), (3, ["c", "d"], ""),
    ]  # fmt: skip
    assert found[-1].end == sum(map(len, pieces))
    assert peak < 8 << 20


def test_a_quotation_mark_that_is_never_closed_costs_its_own_row():
    rows = [f"{number},x" for number in range(3 * MOST_LINES)]
    body = "\n".join(['0,"open', *rows]).encode()
    found = of(body)
    assert (found[0].line, found[0].wrong) == (1, NOT_CLOSED)
    assert [one.cells for one in found[1:]] == [row.split(",") for row in rows]
    assert of(b'a,"b\nc,d')[0].wrong == NOT_CLOSED
    assert of(b'a,"b"c"\n')[0].wrong in {NOT_CLOSED, ""}


def test_a_row_of_several_lines_is_one_and_the_next_keeps_its_line():
    found = of(b'a,"one\ntwo"\n\nb,c\r\n')
    assert [(one.line, one.lines, one.cells) for one in found] == [
        (1, 2, ["a", "one\ntwo"]), (4, 4, ["b", "c"]),
    ]  # fmt: skip


# The beginning of a file


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "The file is empty"),
        (b"\n  \n", "The file is empty"),
        (b"PK\x03\x04", "This is a workbook"),
        (b"\xd0\xcf\x11", "This is a workbook"),
        ("a,b\n1,2\n".encode("utf-16"), "The file is no text"),
        (b"a,\x00b\n1,2\n", "The file is no text"),
        (b"only\n1\n", "The first line must name the columns"),
        (b"a,a\n1,2\n", "Two columns are called “a”"),
        (b"a,b\n", "The file names its columns and has no row"),
        (b'a,"b\n1,2\n', "The first line cannot be read"),
        (b"x" * (LONGEST + 2), "The first line cannot be read"),
    ],
)  # fmt: skip
def test_what_is_no_file_of_incidents_is_said(body, why):
    with pytest.raises(Unreadable, match=why):
        head_of(body, encoding_of([body]))


def test_how_a_file_is_written_is_told():
    windows = "ref,type\n1,crèche\n".encode("cp1252")
    assert encoding_of([windows[:9], windows[9:]]) == "cp1252"
    cut = "ref,type\n1,crèche\n".encode()
    assert encoding_of([cut[:14], cut[14:]]) == "utf-8"
    with_mark = b"\xef\xbb\xbfref;type\n1;x\n"
    head = head_of(with_mark, "utf-8")
    assert (head.header, head.delimiter, head.begin) == (["ref", "type"], ";", 12)


@pytest.mark.parametrize(
    ("header", "reference", "occurred_at", "kind"),
    [
        (HEADER.split(","), 0, 1, 2),
        (["Incident Reference", "Incident Date", "Incident Type"], 0, 1, 2),
        (["Category", "Date of incident", "CAD"], 2, 1, 0),
    ],
)
def test_columns_are_guessed(header, reference, occurred_at, kind):
    found = guessed(header)
    assert (found["reference"], found["occurred_at"], found["kind"]) == (reference, occurred_at, kind)
    assert not columns_wrong(found)


def test_a_choice_of_columns_that_does_not_do_is_said():
    assert set(columns_wrong({})) == {"reference", "occurred_at", "kind"}
    wrong = columns_wrong({"reference": 0, "occurred_at": 0, "kind": 1})
    assert wrong == {"occurred_at": f"This column is already chosen for: {COLUMNS['reference']}"}


# What a row says


def test_a_row_says_what_it_says():
    (said,), wrong = read_all(a_file(a_row(required="", child="unknown")))
    assert not wrong
    assert (said.reference, said.kind, said.unit, said.officer) == (
        "CAD 1/01OCT26", "missing child", "Roads", "PC 1",
    )  # fmt: skip
    assert said.occurred_at == datetime(2026, 10, 1, 11, tzinfo=UTC)
    assert (said.child_present, said.form_required, said.form_submitted) == (None, None, True)
    assert said.odd == ("unclear",)


@pytest.mark.parametrize(
    ("cell", "day_first", "on"),
    [
        ("03/04/2026 14:05", True, datetime(2026, 4, 3, 14, 5, tzinfo=LONDON)),
        ("03/04/2026 14:05", False, datetime(2026, 3, 4, 14, 5, tzinfo=LONDON)),
        ("3.4.2026", True, datetime(2026, 4, 3, tzinfo=LONDON)),
        ("25/12/2025 23:59:01", True, datetime(2025, 12, 25, 23, 59, 1, tzinfo=LONDON)),
        ("2026-04-03 14:05", True, datetime(2026, 4, 3, 14, 5, tzinfo=LONDON)),
        ("2026-04-03T14:05:00+00:00", True, datetime(2026, 4, 3, 14, 5, tzinfo=UTC)),
        ("2026-04-03", False, datetime(2026, 4, 3, tzinfo=LONDON)),
    ],
)
def test_days_are_read_as_chosen_and_on_england_s_clock(cell, day_first, on):
    (said,), _ = read_all(a_file(a_row(occurred_at=cell, submitted="no", sent="")), day_first=day_first)
    assert said.occurred_at == on
    assert ("slashed" in said.odd) is ("/" in cell or "." in cell)


@given(st.datetimes(datetime(1991, 1, 1), datetime(2026, 10, 1)), st.booleans())
def test_a_day_in_numbers_comes_back_as_it_was_written(on, day_first):
    on = on.replace(second=0, microsecond=0)
    cell = f"{on:%d/%m/%Y %H:%M}" if day_first else f"{on:%m/%d/%Y %H:%M}"
    (said,), _ = read_all(a_file(a_row(occurred_at=cell, submitted="no", sent="")), day_first=day_first)
    assert said.occurred_at == on.replace(tzinfo=LONDON)


def test_whether_days_are_in_numbers_is_told_and_asked():
    rows = of(a_file(a_row(), a_row(occurred_at="03/04/2026 14:05")))
    columns = guessed(HEADER.split(","))
    assert has_slashed(rows, columns)
    assert not has_slashed(rows[:2], columns)


@pytest.mark.parametrize(
    ("row", "kind", "words"),
    [
        (a_row(occurred_at="25/13/2026"), "moment", "“25/13/2026”, which is no day when it is read day first"),
        (a_row(occurred_at="yesterday"), "moment", "no date and time such as 03/04/2026 14:05"),
        (a_row(occurred_at="2027-01-01"), "future", "still to come"),
        (a_row(occurred_at="0001-01-01"), "future", "before 1990"),
        (a_row(occurred_at=""), "empty", "“occurred_at” is empty"),
        (a_row(reference=""), "empty", "“incident_ref” is empty"),
        (a_row(kind=" "), "empty", "“type” is empty"),
        (a_row(reference="9" * 61), "longer", "“incident_ref” is longer than 60 characters"),
        (a_row(submitted="perhaps"), "word", "“form_submitted” is “perhaps”: neither yes nor no"),
        (a_row(unit="Ro\x07ads"), "control", "“unit” holds characters that stand in no text"),
        (a_row(unit="Ro\x00ads"), "control", "“unit” holds characters that stand in no text"),
        (a_row() + ",more", "cells", "has 10 cells where the first line has 9"),
        ("only one", "cells", "has 1 cells where the first line has 9"),
        (a_row(sent="32/01/2026"), "moment", "“submitted_at” is “32/01/2026”"),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_named_by_its_column_and_costs_nothing_else(row, kind, words):
    said, wrong = read_all(a_file(a_row(), row, a_row(reference="CAD 2")))
    assert [one.reference for one in said] == ["CAD 1/01OCT26", "CAD 2"]
    assert list(wrong) == [3]
    assert wrong[3][0] == kind
    assert words in wrong[3][1]


@pytest.mark.parametrize(
    ("row", "odd"),
    [
        (a_row(kind="MISSING CHILD"), "capitals"),
        (a_row(officer=""), "no_officer"),
        (a_row(required=""), "unclear"),
        (a_row(submitted=""), "not_sent_said"),
        (a_row(sent=""), "no_sent_time"),
        (a_row(sent="2026-10-01T11:00:00+01:00"), "before"),
        (a_row(submitted="no"), "sent_time_alone"),
        (a_row(sent="01/10/2026 14:00"), "slashed"),
        (a_row(unit="=HYPERLINK(1)"), "formula"),
        (a_row(officer="@SUM(A1)"), "formula"),
    ],
)
def test_what_is_odd_is_taken_and_said(row, odd):
    (said,), wrong = read_all(a_file(row))
    assert not wrong
    assert odd in said.odd
    assert said.kind == "missing child"


def test_a_file_without_some_columns_says_nothing_odd_of_them():
    (said,), _ = read_all(a_file(f"1,{TODAY},theft", header="ref,date,type"))
    assert said.odd == ()
    assert (said.form_required, said.form_submitted, said.child_present) == (None, None, None)


def test_the_made_up_force_is_read_with_its_faults():
    said, wrong = read_all((DATA / "incidents.csv").read_bytes())
    assert len(said) == 420
    assert not wrong
    found = {}
    for one in said:
        for kind in one.odd:
            found[kind] = found.get(kind, 0) + 1
    assert found == {
        "capitals": 3, "no_officer": 2, "unclear": 3, "no_sent_time": 2, "before": 2, "slashed": 2,
    }  # fmt: skip
    assert len({one.kind for one in said}) == 12


def test_only_the_first_of_a_kind_are_named_and_all_are_counted():
    tally = Tally()
    for line in range(1000):
        tally.add("word", line, "x")
    again = Tally(tally.as_kept())
    again.add("word", 1000)
    assert again.count("word") == 1001
    assert [line for line, _ in again.kinds["word"].first] == list(range(20))


@settings(max_examples=60)
@given(st.lists(CELL, min_size=9, max_size=9))
def test_whatever_stands_in_a_row_is_taken_or_refused_in_words(cells):
    file = io.StringIO(newline="")
    csv.writer(file).writerow(cells)
    said, wrong = read_all(HEADER.encode() + b"\n" + file.getvalue().encode() + b"x\n")
    assert all(words for _, words in wrong.values())
    assert all(one.reference and one.occurred_at <= UNTIL + timedelta(0) for one in said)
