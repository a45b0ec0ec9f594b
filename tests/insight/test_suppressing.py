"""Whoever knows every number that is shown cannot tell a hidden one: tried by looking for all tables that fit."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mash.insight.suppressing import hidden_cells, is_small, with_totals

COUNTS = st.integers(0, 8)
TABLES = st.integers(1, 3).flatmap(
    lambda columns: st.lists(st.lists(COUNTS, min_size=columns, max_size=columns), min_size=1, max_size=3)
)


class Attacker:
    """Somebody who knows every number that is shown, and tries every table that would show the same.

    Where no total bounds a cell it is tried a little beyond the largest: any more only adds to what it could be.
    """

    def __init__(self, cells, hidden):
        self.whole, self.hidden = with_totals(cells), hidden
        self.rows, self.columns = range(len(cells)), range(len(cells[0]))
        self.unknown = [one for one in product(self.rows, self.columns) if one in hidden]
        self.most = max(max(row) for row in cells) + 2
        self.guess = [list(row) for row in cells]
        self.found = {one: set() for one in hidden}
        self._try(0)

    def _try(self, place):
        if place == len(self.unknown):
            self._note()
            return
        row, column = self.unknown[place]
        for value in range(self.most + 1):
            if all(len(values) > 1 for values in self.found.values()):
                return
            self.guess[row][column] = value
            if self._fits((row, self.columns.stop), place) and self._fits((self.rows.stop, column), place):
                self._try(place + 1)

    def _fits(self, total, place):
        """No shown total is passed, and one whose last cell was guessed is met."""
        if total in self.hidden:
            return True
        row, column = total
        along = [
            (r, c)
            for r, c in product(self.rows, self.columns)
            if (r == row or row == self.rows.stop) and (c == column or column == self.columns.stop)
        ]
        known = [one for one in along if one not in self.hidden or self.unknown.index(one) <= place]
        so_far, shown = sum(self.guess[r][c] for r, c in known), self.whole[row][column]
        return so_far == shown if len(known) == len(along) else so_far <= shown

    def _note(self):
        made = with_totals(self.guess)
        places = list(product(range(len(made)), range(len(made[0]))))
        if all(made[r][c] == self.whole[r][c] for r, c in places if (r, c) not in self.hidden):
            for r, c in self.hidden:
                self.found[r, c].add(made[r][c])


def could_be(cells, hidden):
    """Return every value that each hidden cell could have, as far as an attacker can tell."""
    return Attacker(cells, hidden).found


@settings(max_examples=250, deadline=None)
@given(TABLES)
def test_nobody_works_out_a_hidden_cell_from_the_totals(cells):
    hidden = hidden_cells(cells)
    assert hidden is not None
    whole = with_totals(cells)
    small = {(r, c) for r, row in enumerate(whole) for c, count in enumerate(row) if is_small(count)}
    assert small <= hidden
    for cell, values in could_be(cells, hidden).items():
        assert len(values) > 1, (cell, values, cells, hidden)


@settings(max_examples=250, deadline=None)
@given(TABLES)
def test_where_totals_must_stand_either_none_is_hidden_or_the_table_stays_here(cells):
    rows, columns = len(cells), len(cells[0])
    totals = {(r, c) for r, c in product(range(rows + 1), range(columns + 1)) if r == rows or c == columns}
    hidden = hidden_cells(cells, keep=totals)
    whole = with_totals(cells)
    if hidden is None:
        return
    assert not hidden & totals
    assert all(
        is_small(whole[r][c]) <= ((r, c) in hidden) for r, c in product(range(rows + 1), range(columns + 1))
    )
    assert all(len(values) > 1 for values in could_be(cells, hidden).values())


@settings(max_examples=100, deadline=None)
@given(TABLES, st.data())
def test_what_is_hidden_elsewhere_is_hidden_here_and_cannot_be_worked_out_either(cells, data):
    places = list(product(range(len(cells)), range(len(cells[0]))))
    also = set(data.draw(st.lists(st.sampled_from(places), max_size=2)))
    hidden = hidden_cells(cells, also=also)
    assert hidden is not None
    assert also <= hidden
    whole = with_totals(cells)
    assert all(len(values) > 1 or not whole[r][c] for (r, c), values in could_be(cells, hidden).items())


@pytest.mark.parametrize(
    ("cells", "hidden"),
    [
        ([[10, 20], [30, 40]], set()),
        ([[0, 20], [30, 0]], set()),  # nought is of nobody
        ([[3, 20, 30], [10, 9, 40], [11, 12, 13]], {(0, 0), (0, 1), (1, 0), (1, 1)}),
        ([[3], [20], [30]], {(0, 0), (0, 1), (1, 0), (1, 1)}),
    ],
)
def test_no_more_is_hidden_than_it_takes(cells, hidden):
    assert hidden_cells(cells) == hidden


def test_a_small_cell_alone_in_its_row_would_be_worked_out_by_the_total():
    shown = could_be([[3, 20], [30, 40]], {(0, 0)})
    assert shown[0, 0] == {3}


def test_a_table_whose_totals_must_stand_may_have_to_stay_in_the_hub():
    assert hidden_cells([[3, 0], [0, 9]], keep={(0, 2), (1, 2), (2, 0), (2, 1), (2, 2)}) is None
