"""Small numbers are left out of what leaves the hub, so that nobody works them out from what is left.  Pure.

A cell of 1 to 4 is hidden, and with it as many others as it takes: whoever knows every total that is shown still cannot
tell the value of any hidden cell.  With its totals a table is a network: rows and columns are its nodes and cells its
edges, and a table with the same totals is another flow in it.  A hidden cell can be worked out exactly when no cycle of
hidden cells passes through it along which one can be added and taken away (D. Gusfield, "A graph theoretic approach to
statistical data security", SIAM Journal on Computing 17 (1988), 552-571).  So that is what is looked for.

Source: docs/rules.md, "Small numbers".
"""

from collections.abc import Collection, Iterator, Sequence
from heapq import heappop, heappush

from mash.common.suppressing import LEAST

Cell = tuple[int, int]
Hidden = frozenset[Cell]


def is_small(count: int, below: int = LEAST) -> bool:
    """Tell whether a count is hidden."""
    return 0 < count < below


def with_totals(cells: Sequence[Sequence[int]]) -> list[list[int]]:
    """Return a table with a last column and a last row that hold its totals."""
    rows = [[*row, sum(row)] for row in cells]
    return [*rows, [sum(column) for column in zip(*rows, strict=True)]]


def hidden_cells(
    cells: Sequence[Sequence[int]],
    *,
    keep: Collection[Cell] = (),
    also: Collection[Cell] = (),
    below: int = LEAST,
) -> Hidden | None:
    """Return which cells of a table and its totals are hidden, by row and column; None where nothing would help.

    cells: counts, without totals; at least one row and one column.  Totals are the row and the column after the last.
    keep: cells that are shown whatever they are, since they stand elsewhere too.  also: those hidden elsewhere; that
    one of these is nought may be worked out, as every nought is shown.

    None: a small cell is among those to keep, or can be worked out although every other cell is hidden.
    """
    whole = with_totals(cells)
    places = [(row, column) for row, line in enumerate(whole) for column, _ in enumerate(line)]
    small = {one for one in places if is_small(whole[one[0]][one[1]], below)}
    if small & set(keep):
        return None
    network = _Network(whole, [one for one in places if one not in keep])
    hidden = small | set(also)
    for cell in sorted(hidden):
        if not whole[cell[0]][cell[1]]:
            continue  # hidden elsewhere; that it is nought may be worked out
        cycle = network.cheapest_cycle(cell, hidden)
        if cycle is None:
            return None
        hidden |= cycle  # a cycle protects every cell on it, so what is added needs none of its own
    return frozenset(hidden)


class _Network:
    """A table with its totals as a network.  Inner cells and the grand total run one way, other totals the other.

    free: the cells that may be hidden.
    """

    def __init__(self, whole: Sequence[Sequence[int]], free: Collection[Cell]) -> None:
        self.whole, self.last = whole, (len(whole) - 1, len(whole[0]) - 1)
        self.arcs: dict[str, list[tuple[str, Cell]]] = {}
        for cell in free:
            for begin, end in self._ways(cell):
                self.arcs.setdefault(begin, []).append((end, cell))

    def cheapest_cycle(self, cell: Cell, hidden: Collection[Cell]) -> set[Cell] | None:
        """Return the cells of the cheapest cycle through one, along which one can be added and taken away; or None."""
        found = [self._cheapest_path(end, begin, cell, hidden) for begin, end in self._ways(cell)]
        cycles = [one for one in found if one is not None]
        return min(cycles, key=lambda one: one[0])[1] | {cell} if cycles else None

    def _cheapest_path(
        self, begin: str, end: str, without: Cell, hidden: Collection[Cell]
    ) -> "tuple[tuple[int, int], set[Cell]] | None":
        """Return a path and what it costs, which is what it hides besides (Dijkstra)."""
        waiting: list[tuple[tuple[int, int], str, list[Cell]]] = [((0, 0), begin, [])]
        seen: set[str] = set()
        while waiting:
            cost, here, along = heappop(waiting)
            if here == end:
                return cost, set(along)
            if here in seen:
                continue
            seen.add(here)
            for there, cell in self.arcs.get(here, ()):
                if there not in seen and cell != without:
                    totals, most = (0, 0) if cell in hidden else self._costs(cell)
                    heappush(waiting, ((cost[0] + totals, cost[1] + most), there, [*along, cell]))
        return None

    def _ways(self, cell: Cell) -> Iterator[tuple[str, str]]:
        """Yield along which arcs a cell changes: one more and, where there is one to take, one less."""
        arc = (f"r{cell[0]}", f"c{cell[1]}")
        more = arc[::-1] if self._is_total(cell) and cell != self.last else arc
        yield more[0], more[1]
        if self.whole[cell[0]][cell[1]]:
            yield more[1], more[0]

    def _costs(self, cell: Cell) -> tuple[int, int]:
        """Return what it costs to hide a cell that is shown: totals are given up last, and small cells first."""
        return int(self._is_total(cell)), self.whole[cell[0]][cell[1]] + 1

    def _is_total(self, cell: Cell) -> bool:
        return cell[0] == self.last[0] or cell[1] == self.last[1]
