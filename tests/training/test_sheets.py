"""The spreadsheet that a record replaces: what of a file can be taken, and where the rest is wrong."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mash.training import sheets
from mash.training.sheets import Refused, Taken

TODAY = date(2026, 11, 30)
HEAD = "Email,Full name,Organisation,Date,Course,Hours\n"
ALL = {"email": 0, "name": 1, "agency": 2, "done_on": 3, "label": 4, "hours": 5}


def rows(body, columns=ALL, head=HEAD):
    table = sheets.read((head + body).encode())
    return sheets.rows_of(table.header, table.rows, columns, TODAY)


def one(day="03/04/2026", hours="1.5", who="ida@school.example", what="Fire safety"):
    return f'{who},Ida Holm,Schools,"{day}",{what},"{hours}"\n'


def test_headings_are_guessed_each_once_and_the_word_itself_before_what_holds_it():
    header = ("Email address", "Full name", "Organisation", "Date of course", "Course", "Hrs", "Delivered by")
    assert sheets.guess(header) == {
        "email": 0, "name": 1, "agency": 2, "done_on": 3, "label": 4, "hours": 5, "provider": 6,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("said", "on"),
    [
        ("2026-04-03", date(2026, 4, 3)),
        ("2026-04-03 00:00:00", date(2026, 4, 3)),
        ("03/04/2026", date(2026, 4, 3)),  # day first, as it is written here
        ("3.4.26", date(2026, 4, 3)),
        ("13/04/2026", date(2026, 4, 13)),
        ("3 April 2026", date(2026, 4, 3)),
        ("03-Apr-26", date(2026, 4, 3)),
        ("46115", date(2026, 4, 3)),  # as a spreadsheet counts days
    ],
)
def test_a_day_is_read_in_every_way_in_which_it_is_written(said, on):
    (row,) = rows(one(said))
    assert row.done_on == on


def test_where_a_column_is_written_both_ways_round_only_what_can_be_read_one_way_is_taken():
    first, second, third, same = rows(
        one("04/13/2026")
        + one("03/04/2026", what="B")
        + one("14/04/2026", what="C")
        + one("05/05/2026", what="D")
    )
    assert (first.done_on, third.done_on, same.done_on) == (
        date(2026, 4, 13),
        date(2026, 4, 14),
        date(2026, 5, 5),
    )
    assert isinstance(second, Refused)
    assert second.line == 3
    assert "written both ways round: write the month as a word" in second.why


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (one(day="30/02/2026"), "“Date” is 30/02/2026, which is no day"),
        (one(day="soon"), "“Date” is not a day such as"),
        (one(day="01/12/2026"), "still to come"),
        (one(day="01/12/1979"), "a day before 1980"),
        (one(hours="long"), "“Hours” is no number"),
        (one(hours=""), "“Hours” is empty"),
        (one(hours="0"), "must lie between a minute and 100 hours"),
        (one(hours="101"), "must lie between"),
        (one(what="=HYPERLINK(1)"), "“Course” begins like a formula"),
        (one(what="@SUM(A1)"), "“Course” begins like a formula"),
        (one(what="+44"), "“Course” begins like a formula"),
        (one(hours="-1"), "“Hours” begins like a formula"),
        (one(who="=cmd@x.example"), "“Email” begins like a formula"),
        (one(who="ida"), "“Email” is no e-mail address"),
        (one(who=""), "“Email” is empty"),
        (one(what=""), "“Course” is empty"),
        (one(what="x" * 161), "“Course” is longer than 160 characters"),
        (one(what="a\x07b"), "“Course” holds control characters"),
        ("ida@school.example,Ida\n", "has 2 cells where the first line has 6"),
    ],
)
def test_a_row_that_cannot_be_taken_says_its_column_and_why_and_the_others_are_taken(row, why):
    bad, good = rows(row + one(what="Another"))
    assert isinstance(bad, Refused)
    assert bad.line == 2
    assert why in bad.why
    assert isinstance(good, Taken)


def test_the_same_thing_twice_is_taken_once_and_says_of_which_line():
    first, again, other = rows(
        one() + one(what="FIRE SAFETY", who="IDA@school.example") + one(day="4/4/2026")
    )
    assert isinstance(first, Taken)
    assert again == Refused(3, "says the same as line 2")
    assert isinstance(other, Taken)


@pytest.mark.parametrize(
    ("hours", "minutes"), [("1.5", 90), ("1,5", 90), ("1:30", 90), ("0.25", 15), ("100", 6000)]
)
def test_hours_are_read_as_people_write_them(hours, minutes):
    assert rows(one(hours=hours))[0].minutes == minutes


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b"a,b\n", "has no row"),
        (b"only\nx\n", "must name the columns"),
        (b"a,a\n1,2\n", "Two columns are called"),
        (b'a,b\n"x,y\n', "cannot be read as CSV"),
        (b"PK\x03\x04", "save it as CSV"),
        (b"a,b\n\x00,1\n", "is no text"),
        (b"a,b\n" + b"1,2\n" * 5001, "more than 5000 rows"),
        (b"x" * (sheets.LARGEST + 1), "larger than 2 MB"),
    ],
)
def test_a_file_that_is_none_says_why(body, why):
    with pytest.raises(sheets.Unreadable, match=why):
        sheets.read(body)


def test_semicolons_tabs_other_letters_and_breaks_within_cells_are_read():
    table = sheets.read('Name;Date\r\n"Zoë\r\nHolm";1.1.2026\r\nB;2.1.2026\r\n'.encode("cp1252"))
    assert table.rows == ((2, ("Zoë\r\nHolm", "1.1.2026")), (4, ("B", "2.1.2026")))
    assert sheets.read(b"\xef\xbb\xbfA\tB\n1\t2\n").header == ("A", "B")


def test_wrong_columns_are_named():
    assert sheets.columns_wrong({}) == {
        "email": "Choose the column with: Work e-mail address",
        "done_on": "Choose the column with: Date",
        "label": "Choose the column with: What it was about",
        "hours": "Choose the column with the hours, or the one with the minutes",
    }
    assert sheets.columns_wrong(ALL) == {}
    assert sheets.columns_wrong(ALL | {"name": 0}) == {
        "name": "This column is already chosen for: Work e-mail address"
    }


@given(st.binary(max_size=300))
def test_no_file_leads_to_anything_but_rows_or_a_reason(body):
    try:
        table = sheets.read(body)
    except sheets.Unreadable:
        return
    width = len(table.header)
    columns = {
        name: min(place, width - 1) for place, name in enumerate(("email", "done_on", "label", "hours"))
    }
    for row in sheets.rows_of(table.header, table.rows, columns, TODAY):
        assert isinstance(row, Taken | Refused)
