"""What leaves the hub of a measure: by quarter, and one quarter by source or agency, small numbers left out.  Pure.

Tables of one measure share a number, and tables of several measures share how many were counted; so nothing is hidden
in one that stands in another.  How many were counted is hidden where it is small by itself and, in a split quarter,
where another small one would follow from the rest: by these numbers alone, and so alike for every measure that counts
the same.  What cannot be hidden that way stays in the hub: the table is left out, and the report says so.  Only
quarters leave, since months would be taken from them.

Source: docs/rules.md, "Small numbers".
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mash.common.suppressing import suppressed
from mash.insight.suppressing import hidden_cells, is_small


@dataclass(frozen=True, slots=True)
class Counts:
    """How many were counted, and of these how many with yes; yes is None where the measure only counts."""

    label: str
    n: int
    yes: int | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """The same, as it leaves: None for what is hidden."""

    label: str
    n: int | None
    yes: int | None
    no: int | None

    @property
    def share(self) -> float | None:
        """Return the share; None of nothing, and of what is hidden."""
        return self.yes / self.n if self.n and self.yes is not None else None


def over_time(rows: Iterable[Counts]) -> list[Shown]:
    """Return quarters as they leave.  No total of several quarters is shown, so each stands by itself."""
    return [_alone(one) for one in rows]


def _alone(one: Counts) -> Shown:
    if is_small(one.n):
        return Shown(one.label, None, None, None)
    if one.yes is None:
        return Shown(one.label, one.n, None, None)
    no = one.n - one.yes
    if is_small(one.yes) or is_small(no):
        return Shown(one.label, one.n, None, None)
    return Shown(one.label, one.n, one.yes, no)


def split(whole: Counts, rows: Sequence[Counts]) -> list[Shown] | None:
    """Return a quarter, split, as it leaves; None where it stays in the hub.  `whole` is shown beside it as it is.

    Raises ValueError where the parts do not add up to the whole.
    """
    if sum(one.n for one in rows) != whole.n or sum(one.yes or 0 for one in rows) != (whole.yes or 0):
        raise ValueError("the parts do not add up to the whole")
    above = _alone(whole)
    if not rows or above.n is None or (whole.yes is not None and above.yes is None):
        return None
    many = _hidden_in_a_line([one.n for one in rows])
    if many is None:
        return None
    if whole.yes is None:
        return [
            Shown(one.label, None if place in many else one.n, None, None) for place, one in enumerate(rows)
        ]
    cells = [[one.yes or 0, one.n - (one.yes or 0)] for one in rows]
    last = len(rows)
    shown = [(place, 2) for place in range(last) if place not in many]
    hidden = hidden_cells(
        cells,
        keep=[*shown, (last, 0), (last, 1), (last, 2)],
        also=[(place, column) for place in many for column in range(3)],
    )
    if hidden is None:
        return None
    return [
        Shown(
            one.label,
            *(
                None if (place, column) in hidden else value
                for column, value in ((2, one.n), (0, row[0]), (1, row[1]))
            ),
        )
        for place, (one, row) in enumerate(zip(rows, cells, strict=True))
    ]


def _hidden_in_a_line(counts: Sequence[int]) -> set[int] | None:
    """Return which of some numbers are hidden, whose total is shown; None where one could be worked out even so."""
    kept = suppressed(dict(enumerate(counts)))
    hidden = {place for place, count in kept.items() if count is None}
    return None if len(hidden) == 1 else hidden
