"""Who stands beside whom, and how far across.

Each row is put into an order by trying moves until none shortens the lines: whatever is random would draw another
picture each time.  Then everybody is set as near to parents, children and partners as can be without touching a
neighbour: the least sum of squares under least distances, by pooling neighbours (Barlow and others, "Statistical
Inference under Order Restrictions", 1972).
"""

import itertools
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from mash.people.genogram.family import Home, One
from mash.people.genogram.units import Joined, Unit

APART = 1.0  # between neighbours of one family, in cells
FURTHER = 1.25  # between others
ROUNDS = 40
MOST_TRIED = 4000  # moves, so that a large family too is drawn at once
LONGEST_MOVED = 4
COUPLE, SIBLING, OLDER, HANGS, HOME, KIN, LOOSE, CONVENTION = 7.0, 4.0, 5.0, 1.5, 2.0, 3.0, 0.5, 0.4
"""What it costs to stand apart: a couple, brothers and sisters, out of order of birth, and so on."""

Rows = list[list[str]]


class _Costs:
    """What an order costs: how far those stand apart whom a line or a home joins."""

    def __init__(
        self, people: Sequence[One], rows: Mapping[str, int], lines: Joined, homes: Sequence[Home]
    ) -> None:
        by_key = {one.key: one for one in people}
        self.couples = [(one.left, one.right) for one in lines.couples]
        self.male_left = [
            (one, other) if by_key[one].shape == "square" else (other, one)
            for one, other in self.couples
            if {by_key[one].shape, by_key[other].shape} == {"square", "circle"}
        ]
        self.units = [unit for unit in lines.units if unit.parents]
        self.siblings = [
            unit.children for unit in lines.units if len({rows[child] for child in unit.children}) == 1
        ]
        self.loose = [(tie.one, tie.other) for tie in lines.loose]
        self.homes = _by_row([home.people for home in homes], rows)
        self.kin = _by_row(_components(people, lines), rows)

    def of(self, order: Rows) -> float:
        """Return the cost of an order."""
        at = {key: place - (len(row) - 1) / 2 for row in order for place, key in enumerate(row)}
        total = 0.0
        for one, other in self.couples:
            total += COUPLE * (abs(at[one] - at[other]) - 1)
        for one, other in self.male_left:
            if at[one] > at[other]:
                total += CONVENTION
        for children in self.siblings:
            for one, other in itertools.pairwise(children):
                step = at[other] - at[one]
                total += SIBLING * (step - 1) if step > 0 else SIBLING * (-step - 1) + OLDER
        for unit in self.units:
            middle = sum(at[one] for one in unit.parents) / len(unit.parents)
            ends = [at[one] for one in unit.children]
            total += HANGS * abs(middle - (min(ends) + max(ends)) / 2)
            total += sum(abs(middle - one) for one in ends) * 0.2
        for one, other in self.loose:
            total += LOOSE * abs(at[one] - at[other])
        for weight, groups in ((HOME, self.homes), (KIN, self.kin)):
            for group in groups:
                places = [at[one] for one in group]
                total += weight * (max(places) - min(places) + 1 - len(places))
        return total


def _by_row(groups: Sequence[frozenset[str]], rows: Mapping[str, int]) -> list[list[str]]:
    found = []
    for group in groups:
        by_row: dict[int, list[str]] = defaultdict(list)
        for key in sorted(group):
            if key in rows:
                by_row[rows[key]].append(key)
        found += [members for members in by_row.values() if len(members) > 1]
    return found


def _components(people: Sequence[One], lines: Joined) -> list[frozenset[str]]:
    """Return those who hang together by lines, those of the case first and then the largest."""
    group = {one.key: {one.key} for one in people}
    joined = [(one.left, one.right) for one in lines.couples]
    joined += [(unit.children[0], key) for unit in lines.units for key in (*unit.parents, *unit.children)]
    joined += [(tie.one, tie.other) for tie in lines.loose]
    for one, other in joined:
        if group[one] is not group[other]:
            group[one] |= group[other]
            for key in group[other]:
                group[key] = group[one]
    index = {one.key for one in people if one.index}
    found = {frozenset(members) for members in group.values()}
    return sorted(found, key=lambda members: (not members & index, -len(members), sorted(members)))


def order_of(people: Sequence[One], rows: Mapping[str, int], lines: Joined, homes: Sequence[Home]) -> Rows:
    """Return the keys of each row from left to right."""
    order = _first_order(people, rows, lines)
    costs = _Costs(people, rows, lines, homes)
    best, tried = costs.of(order), 0
    better = True
    while better and tried < MOST_TRIED:
        better = False
        for place in range(len(order)):
            found, chosen = best, order[place]
            for row in _moves(order[place]):
                tried += 1
                cost = costs.of([*order[:place], row, *order[place + 1 :]])
                if cost < found - 1e-9:
                    found, chosen = cost, row
                if tried >= MOST_TRIED:
                    break
            if found < best:
                best, order[place], better = found, chosen, True
    return order


def _moves(row: list[str]) -> Iterator[list[str]]:
    """Yield what a row becomes when a few neighbours go elsewhere in it together, turned round or not."""
    for length in range(1, min(LONGEST_MOVED, len(row)) + 1):
        for begin in range(len(row) - length + 1):
            part, rest = row[begin : begin + length], row[:begin] + row[begin + length :]
            for place in range(len(rest) + 1):
                if place != begin:
                    yield [*rest[:place], *part, *rest[place:]]
                if length > 1:
                    yield [*rest[:place], *part[::-1], *rest[place:]]


def _first_order(people: Sequence[One], rows: Mapping[str, int], lines: Joined) -> Rows:
    """Return a first order: family by family, each person followed by partners, and children below parents."""
    order: Rows = [[] for _ in range(max(rows.values(), default=-1) + 1)]
    born = {one.key: (one.born == "", one.born, one.key) for one in people}
    partners: dict[str, list[str]] = defaultdict(list)
    for one in lines.couples:
        partners[one.left].append(one.right)
        partners[one.right].append(one.left)
    below: dict[str, list[Unit]] = defaultdict(list)
    for unit in lines.units:
        for parent in unit.parents:
            below[parent].append(unit)
    placed: set[str] = set()

    def place(start: str) -> None:
        waiting = [start]
        while waiting:
            key = waiting.pop()
            if key in placed:
                continue
            placed.add(key)
            order[rows[key]].append(key)
            children = [child for unit in below[key] for child in unit.children]
            waiting += [*reversed(children), *sorted(partners[key], key=born.__getitem__, reverse=True)]

    for members in _components(people, lines):
        for key in sorted(members, key=lambda one: (rows[one], born[one])):
            place(key)
    return order


def across(order: Rows, lines: Joined, homes: Sequence[Home]) -> dict[str, float]:
    """Return how far across everybody stands, in cells; neighbours of a row are at least one cell apart."""
    near = _near(lines, homes)
    at = {key: place - (len(row) - 1) / 2 for row in order for place, key in enumerate(row)}
    for turn in range(ROUNDS):
        for row in order if turn % 2 else reversed(order):
            wanted = [_wanted(key, at, lines) for key in row]
            gaps = [
                APART if frozenset((one, other)) in near else FURTHER
                for one, other in itertools.pairwise(row)
            ]
            at |= zip(row, spread(wanted, gaps), strict=True)
    return at


def _near(lines: Joined, homes: Sequence[Home]) -> set[frozenset[str]]:
    found = {frozenset((one.left, one.right)) for one in lines.couples}
    groups = [unit.children for unit in lines.units] + [tuple(sorted(home.people)) for home in homes]
    for group in groups:
        found |= {frozenset((one, other)) for one in group for other in group if one < other}
    return found


def _wanted(key: str, at: Mapping[str, float], lines: Joined) -> float:
    """Return where somebody would stand best: below their parents, above their children, beside their partner."""
    pulls = [(at[key], 0.2)]
    for unit in lines.units:
        if not unit.parents:
            continue
        middle = sum(at[one] for one in unit.parents) / len(unit.parents)
        ends = [at[one] for one in unit.children]
        if key in unit.children:
            pulls.append((at[key] + middle - (min(ends) + max(ends)) / 2, 1.0))
        elif key in unit.parents:
            pulls.append((at[key] + (min(ends) + max(ends)) / 2 - middle, 1.0))
    for one in lines.couples:
        if key in (one.left, one.right):
            other = one.right if key == one.left else one.left
            pulls.append((at[other] + (APART if at[key] > at[other] else -APART), 1.5))
    return sum(place * weight for place, weight in pulls) / sum(weight for _, weight in pulls)


def spread(wanted: Sequence[float], gaps: Sequence[float]) -> list[float]:
    """Return places as near as can be to those wanted, in the same order and at least so far apart."""
    before = [0.0]
    for gap in gaps:
        before.append(before[-1] + gap)
    pools: list[tuple[float, int]] = []
    for place, gone in zip(wanted, before, strict=False):
        total, count = place - gone, 1
        while pools and pools[-1][0] / pools[-1][1] > total / count:
            more, many = pools.pop()
            total, count = total + more, count + many
        pools.append((total, count))
    levels = [total / count for total, count in pools for _ in range(count)]
    return [level + gone for level, gone in zip(levels, before, strict=False)]
