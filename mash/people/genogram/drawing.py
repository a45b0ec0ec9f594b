"""The picture itself: symbols, the lines between them, and the outline of each home; places in pixels.

Everything upright runs between two people, never through a name, and everything level in a lane of its own between
two rows, so that no two lines lie on each other.
"""

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from mash.people.genogram.family import Family, Home, One
from mash.people.genogram.order import across, order_of
from mash.people.genogram.outlines import Rect, outline
from mash.people.genogram.rows import rows_of
from mash.people.genogram.ties import BIRTH, Standing, ties_of
from mash.people.genogram.units import UNKNOWN, Couple, Joined, Unit, joined

CELL, SYMBOL = 128, 56
LINE, LETTERS, NAME_LINES = 16, 15, 2
BODY = SYMBOL + 6 + NAME_LINES * LINE  # a symbol with the name beneath
LANE, GAP = 14, 34  # between level lines; and between rows without any
MARGIN = 16
UPRIGHT = 8  # from the middle between two cells, so that a line of one person is not taken for the couple's
DROPS_ASIDE, MOST_ASIDE = 9, 22  # where somebody hangs from two lines
SAME_HOME = 40  # pixels that rows of one home share at least before their outlines join
WORDS = {
    "adoptive_parent": "adopted",
    "foster_carer": "fostered",
    "private_foster_carer": "privately fostered",
    "step_parent": "step",
    "half_sibling": "half",
    "step_sibling": "step",
    "grandparent": "grandparent",
    "carer": "cares for",
    "other": "other relation",
}


@dataclass(frozen=True, slots=True)
class Symbol:
    """Somebody in the picture: the middle of their symbol, its top, and the lines of their name beneath it."""

    one: One
    x: float
    y: float
    name: tuple[str, ...]

    @property
    def box(self) -> Rect:
        """Return the room that the symbol and the name take."""
        return Rect(self.x - CELL / 2 + 2, self.y, self.x + CELL / 2 - 2, self.y + BODY)


@dataclass(frozen=True, slots=True)
class Stroke:
    """One line.  d: as in a path of SVG.  standing: of what it says.

    look: solid, dashed (not by birth), dotted (nobody says how they stand), slash (of a couple that parted).
    """

    d: str
    look: str
    standing: str


@dataclass(frozen=True, slots=True)
class Word:
    """A word or a mark on a line."""

    x: float
    y: float
    words: str


@dataclass(frozen=True, slots=True)
class Outline:
    """The outline of a home, and where its letter stands."""

    d: str
    x: float
    y: float
    letter: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture of a family.  signs: names of the signs in it, which its legend explains."""

    width: float
    height: float
    symbols: tuple[Symbol, ...]
    strokes: tuple[Stroke, ...]
    words: tuple[Word, ...]
    outlines: tuple[Outline, ...]
    generations: int
    signs: frozenset[str]


@dataclass(slots=True)
class _Lane:
    """A level stretch between two rows.  y is found once all are known."""

    gap: int
    pool: int  # 0: couples of the row above; 1: what hangs; 2: brothers and sisters of the row below
    low: float
    high: float
    y: float = 0


@dataclass(frozen=True, slots=True)
class _In:
    """A height within a row."""

    row: int
    down: float


Height = _Lane | _In
Route = list[tuple[float, Height]]


@dataclass(slots=True)
class _Plan:
    """What is to be drawn, while heights are not known yet."""

    order: list[list[str]]
    rows: Mapping[str, int]
    x: dict[str, float]
    lanes: list[_Lane] = field(default_factory=list)
    routes: list[tuple[Route, str, Standing]] = field(default_factory=list)
    words: list[tuple[float, Height, float, str]] = field(default_factory=list)
    signs: set[str] = field(default_factory=set)
    uprights: set[tuple[int, float]] = field(default_factory=set)
    foot: Mapping[str, float] = field(default_factory=dict)  # of each name, below the top of its row
    hung: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    begun: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def lane(self, gap: int, pool: int, *places: float) -> _Lane:
        """Return a new level stretch over these places."""
        made = _Lane(gap, pool, min(places), max(places))
        self.lanes.append(made)
        return made

    def upright(self, row: int, x: float, step: float) -> float:
        """Return a place for an upright line in a row, aside of those that are taken."""
        while (row, round(x)) in self.uprights:
            x += step
        self.uprights.add((row, round(x)))
        return x

    def side(self, key: str, towards: float) -> float:
        """Return where an upright line of somebody runs beside them, on the side towards a place."""
        way = 1 if towards >= self.x[key] else -1
        return self.upright(self.rows[key], self.x[key] + way * (CELL / 2 - UPRIGHT), -way * 4)

    def beneath(self, key: str) -> Route:
        """Return where a line of somebody alone begins: beneath their name, and aside of it for a further one."""
        x = self.x[key] + _aside(self.begun[key])
        self.begun[key] += 1
        return [(x, _In(self.rows[key], self.foot[key]))]

    def drop(self, key: str) -> float:
        """Return where a line comes down on somebody: in the middle, and aside of it for a further one."""
        x = self.x[key] + _aside(self.hung[key])
        self.hung[key] += 1
        return x

    def between(self, row: int, near: float) -> float:
        """Return where an upright line can pass through a row, nearest to a place."""
        places = [self.x[key] for key in self.order[row]]
        free = [(one + other) / 2 + 3 for one, other in itertools.pairwise(places)]
        free += [places[0] - CELL / 2 - 3, places[-1] + CELL / 2 + 3]
        best = min(free, key=lambda place: (abs(place - near), place))
        return self.upright(row, best, 4)


def _aside(count: int) -> float:
    """Return how far beside the middle the next line of somebody stands: not at all, then to the right and left."""
    far = (count + 1) // 2 * DROPS_ASIDE * (1 if count % 2 else -1)
    return max(min(far, MOST_ASIDE), -MOST_ASIDE)


def drawn(family: Family) -> Drawing:
    """Return the picture of a family: everybody once, nobody upon another, always the same for the same family."""
    people = sorted(family.people, key=lambda one: one.key)
    homes = sorted(family.homes, key=lambda home: home.letter)
    ties = ties_of(family)
    rows, _ = rows_of(people, ties)
    lines = joined(people, ties, rows)
    order = order_of(people, rows, lines, homes)
    cells = across(order, lines, homes)
    least = min(cells.values(), default=0.0)
    x = {key: round((place - least + 0.5) * CELL + MARGIN, 1) for key, place in cells.items()}
    foot = {one.key: SYMBOL + 9.0 + LINE * len(named(one.name)) for one in people}
    plan = _Plan(order, rows, x, foot=foot)
    _join(plan, lines)
    tops, height = _heights(plan)
    return _finished(people, homes, plan, tops, height)


def _join(plan: _Plan, lines: Joined) -> None:
    trunks = {frozenset((one.left, one.right)): _couple(plan, one) for one in lines.couples}
    for unit in lines.units:
        if unit.parents:
            _hang(plan, unit, trunks.get(frozenset(unit.parents)))
        else:
            _bracket(plan, unit)
    together: dict[tuple[str, int, str, Standing], list[str]] = defaultdict(list)
    for tie in lines.loose:
        upper, lower = sorted((tie.one, tie.other), key=lambda key: (plan.rows[key], plan.x[key], key))
        together[upper, plan.rows[lower], tie.kind, tie.standing].append(lower)
    for (upper, _, kind, standing), below in together.items():
        _loose(plan, Unit((upper,), tuple(below), kind, standing))


def _couple(plan: _Plan, one: Couple) -> tuple[float, Height]:
    """Draw a couple's line, and return from where on it their children hang."""
    left, right = sorted((one.left, one.right), key=plan.x.__getitem__)
    row, places = plan.rows[left], plan.order[plan.rows[left]]
    look = "dotted" if one.kind == UNKNOWN else "solid"
    middle = (plan.x[left] + plan.x[right]) / 2
    level: Height = _In(row, SYMBOL / 2)
    if abs(places.index(left) - places.index(right)) == 1:
        plan.routes.append(([(plan.x[left], level), (plan.x[right], level)], look, one.standing))
        plan.uprights.add((row, round(middle)))
    else:
        lane = _under(plan, left, right, look, one.standing)
        level, middle = lane, (lane.low + lane.high) / 2
    _mark(plan, one.kind, middle, level, one.standing)
    return middle, level


def _under(plan: _Plan, left: str, right: str, look: str, standing: Standing) -> _Lane:
    """Draw a line from somebody to somebody else of the row who is not beside them, beneath those between."""
    row = plan.rows[left]
    begin, end = plan.side(left, plan.x[right]), plan.side(right, plan.x[left])
    lane, foot = plan.lane(row, 0, begin, end), _In(row, SYMBOL - 14)
    route: Route = [
        (plan.x[left], foot),
        (begin, foot),
        (begin, lane),
        (end, lane),
        (end, foot),
        (plan.x[right], foot),
    ]
    plan.routes.append((route, look, standing))
    return lane


def _mark(plan: _Plan, kind: str, x: float, level: Height, standing: Standing) -> None:
    """Mark a couple that parted, and one of whom nobody says how they stand."""
    strokes = {"separated": 1, "ex_partner": 1, "divorced": 2}.get(kind, 0)
    for place in range(strokes):
        plan.routes.append((_slash(x - 14 + place * 7, level), "slash", standing))
    if kind == UNKNOWN or standing == Standing.DISPUTED:
        plan.words.append((x, level, -6, "?"))
    plan.signs.add(kind)


def _slash(x: float, level: Height) -> Route:
    return [(x - 4, level), (x + 4, level)]  # leans when it is written down


def _hang(plan: _Plan, unit: Unit, trunk: tuple[float, Height] | None) -> None:
    """Let children hang from a couple, or from one parent."""
    look = "solid" if unit.kind == BIRTH else "dashed"
    plan.signs.add(unit.kind)
    if len(unit.parents) == 1:
        start = plan.beneath(unit.parents[0])
    elif trunk:
        start = [trunk]
    else:  # two who are no couple, and hang nobody else
        begin = sum(plan.x[key] for key in unit.parents) / 2
        left, right = sorted(unit.parents, key=plan.x.__getitem__)
        start = [(begin, _under(plan, left, right, "dashed", unit.standing))]
    below: dict[int, list[str]] = defaultdict(list)
    for child in unit.children:
        below[plan.rows[child]].append(child)
    for _, children in sorted(below.items()):
        _fan(plan, start, children, unit, look)


def _fan(plan: _Plan, start: Route, children: Sequence[str], unit: Unit, look: str) -> None:
    """Draw from where a unit begins down to children of one row: one upright line, one level, one down to each."""
    row, level = plan.rows[unit.parents[0]], plan.rows[children[0]]
    begin, route = start[-1][0], list(start)
    for passed in range(row + 1, level):
        through = plan.between(passed, sum(plan.x[child] for child in children) / len(children))
        lane = plan.lane(passed - 1, 1, begin, through)
        route += [(begin, lane), (through, lane)]
        begin = through
    ends = {child: plan.drop(child) for child in children}
    lane = plan.lane(level - 1, 1, begin, *ends.values())
    plan.routes.append(([*route, (begin, lane)], look, unit.standing))
    if lane.low < lane.high:
        plan.routes.append(([(lane.low, lane), (lane.high, lane)], look, unit.standing))
    for child in children:
        end = _In(level, abs(ends[child] - plan.x[child]) * 2)
        plan.routes.append(([(ends[child], lane), (ends[child], end)], look, unit.standing))
    _say(plan, unit.kind, unit.standing, (lane.low + lane.high) / 2, lane)


def _bracket(plan: _Plan, unit: Unit) -> None:
    """Join brothers and sisters above their symbols, where no parent joins them."""
    level = plan.rows[unit.children[0]]
    ends = [plan.drop(child) for child in unit.children]
    lane = plan.lane(level - 1, 2, *ends)
    look = "solid" if unit.kind == "sibling" else "dashed"
    plan.routes.append(([(lane.low, lane), (lane.high, lane)], look, unit.standing))
    for child, end in zip(unit.children, ends, strict=True):
        plan.routes.append(
            ([(end, lane), (end, _In(level, abs(end - plan.x[child]) * 2))], look, unit.standing)
        )
    plan.signs.add(unit.kind)
    _say(plan, unit.kind, unit.standing, (lane.low + lane.high) / 2, lane)


def _say(plan: _Plan, kind: str, standing: Standing, x: float, level: Height) -> None:
    doubt = "?" if standing == Standing.DISPUTED else ""
    words = " ".join(part for part in (WORDS.get(kind, ""), doubt) if part)
    if words:
        plan.words.append((x, level, -3, words))


def _loose(plan: _Plan, unit: Unit) -> None:
    """Draw lines of their own from somebody to others of one row, with the word for what they say."""
    (upper,) = unit.parents
    look = "dotted" if unit.kind == "other" else "dashed"
    plan.signs.add(unit.kind)
    if plan.rows[upper] != plan.rows[unit.children[0]]:
        _fan(plan, plan.beneath(upper), unit.children, unit, look)
        return
    for other in unit.children:
        lane = _under(plan, upper, other, look, unit.standing)
        middle = (plan.x[upper] + plan.x[other]) / 2
        _say(plan, unit.kind, unit.standing, middle, lane)


def _heights(plan: _Plan) -> tuple[list[float], float]:
    """Give every level stretch a lane of its own, and return the top of each row and the height of all."""
    count = len(plan.order)
    room: dict[int, float] = {}
    by_gap: dict[int, list[_Lane]] = defaultdict(list)
    for one in plan.lanes:
        by_gap[one.gap].append(one)
    for gap in range(-1, count):
        used = _lanes(by_gap[gap])
        room[gap] = used * LANE + (GAP if 0 <= gap < count - 1 or used else MARGIN)
    tops, y = [], room[-1] + 8
    for row in range(count):
        tops.append(y)
        y += BODY + room[row]
    for gap, lanes in by_gap.items():
        above = tops[gap] + BODY if gap >= 0 else 0.0
        for one in lanes:
            one.y = above + GAP / 2 + 4 + one.y * LANE
    return tops, y + MARGIN


def _lanes(lanes: list[_Lane]) -> int:
    """Number lanes from above, so that none lies on another; returns how many there are."""
    used = 0
    for pool in sorted({one.pool for one in lanes}):
        ends: list[float] = []
        for one in sorted(
            (lane for lane in lanes if lane.pool == pool), key=lambda lane: (lane.low, lane.high)
        ):
            place = next((n for n, end in enumerate(ends) if end + 8 <= one.low), len(ends))
            ends[place : place + 1] = [one.high]
            one.y = used + place
        used += len(ends)
    return used


def _finished(
    people: Sequence[One], homes: Sequence[Home], plan: _Plan, tops: Sequence[float], height: float
) -> Drawing:
    def y(level: Height) -> float:
        return level.y if isinstance(level, _Lane) else tops[level.row] + level.down

    symbols = tuple(Symbol(one, plan.x[one.key], tops[plan.rows[one.key]], named(one.name)) for one in people)
    strokes = tuple(
        Stroke(
            _slashed(route, y) if look == "slash" else _path((x, y(level)) for x, level in route),
            look,
            standing,
        )
        for route, look, standing in plan.routes
    )
    words = tuple(Word(round(x, 1), round(y(level) + aside, 1), said) for x, level, aside, said in plan.words)
    right = max([one.box.right for one in symbols] + [lane.high for lane in plan.lanes], default=0.0)
    return Drawing(
        width=round(right + MARGIN),
        height=round(height),
        symbols=symbols,
        strokes=strokes,
        words=words,
        outlines=tuple(_outlines(homes, plan, tops)),
        generations=len(tops),
        signs=frozenset(plan.signs | _signs(people, plan, homes)),
    )


def _signs(people: Iterable[One], plan: _Plan, homes: Sequence[Home]) -> set[str]:
    found = {str(one.shape) for one in people}
    found |= {str(standing) for _, _, standing in plan.routes} | {look for _, look, _ in plan.routes}
    found |= {name for one in people for name, holds in _marks(one).items() if holds}
    return found | ({"home"} if homes else set())


def _marks(one: One) -> dict[str, bool]:
    return {
        "index": one.index,
        "died": one.died,
        "unsettled": not one.on_record,
        "responsibility": bool(one.mark),
    }


def _path(points: Iterable[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{_short(x)} {_short(y)}" for x, y in points)


def _short(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")


def _slashed(route: Route, y: Callable[[Height], float]) -> str:
    (low, level), (high, _) = route
    return _path([(low, y(level) + 9), (high, y(level) - 9)])


def named(name: str) -> tuple[str, ...]:
    """Return a name on two lines at most; what does not fit ends in a mark, and stands whole in the table."""
    lines: list[str] = []
    for word in name.split():
        if lines and len(lines[-1]) + 1 + len(word) <= LETTERS:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    kept = lines[:NAME_LINES]
    if len(lines) > NAME_LINES:
        kept[-1] = f"{kept[-1]} …"
    return tuple(line if len(line) <= LETTERS else f"{line[: LETTERS - 1]}…" for line in kept)


def _outlines(homes: Sequence[Home], plan: _Plan, tops: Sequence[float]) -> Iterable[Outline]:
    """Yield the outline of each home: around those who live there, and around nobody else."""
    lived: dict[str, int] = defaultdict(int)
    for home in homes:
        inset = max((lived[key] for key in home.people), default=0) * 4 + 5
        for key in home.people:
            lived[key] += 1
        runs = [run for row in range(len(tops)) for run in _runs(home, plan, row)]
        rects = {run: _around(run, plan, tops, inset) for run in runs}
        for group in _touching(runs, rects, plan):
            bridges = [
                _bridge(rects[one], rects[other])
                for one in group
                for other in group
                if plan.rows[other[0]] == plan.rows[one[0]] + 1
                and _shared(rects[one], rects[other]) >= SAME_HOME
            ]
            whole = [rects[run] for run in group]
            first = min(whole, key=lambda rect: (rect.top, rect.left))
            yield Outline(outline([*whole, *bridges]), first.left + 12, first.top + 4, home.letter)


Run = tuple[str, ...]


def _runs(home: Home, plan: _Plan, row: int) -> list[Run]:
    """Return those of a row who live there, as they stand beside each other with nobody else between."""
    runs: list[list[str]] = [[]]
    for key in plan.order[row]:
        if key in home.people:
            runs[-1].append(key)
        elif runs[-1]:
            runs.append([])
    return [tuple(run) for run in runs if run]


def _around(run: Run, plan: _Plan, tops: Sequence[float], inset: int) -> Rect:
    top = tops[plan.rows[run[0]]]
    left, right = plan.x[run[0]] - CELL / 2 + inset, plan.x[run[-1]] + CELL / 2 - inset
    return Rect(left, top - 9 + inset, right, top + BODY + 7 - inset)


def _shared(one: Rect, other: Rect) -> float:
    return min(one.right, other.right) - max(one.left, other.left)


def _bridge(upper: Rect, lower: Rect) -> Rect:
    return Rect(max(upper.left, lower.left), upper.top, min(upper.right, lower.right), lower.bottom)


def _touching(runs: Sequence[Run], rects: Mapping[Run, Rect], plan: _Plan) -> list[list[Run]]:
    """Return which parts of a home join into one outline: those of neighbouring rows that stand above each other."""
    groups: list[list[Run]] = []
    for run in runs:
        near = [
            group
            for group in groups
            if any(
                plan.rows[other[0]] + 1 == plan.rows[run[0]]
                and _shared(rects[run], rects[other]) >= SAME_HOME
                for other in group
            )
        ]
        groups = [group for group in groups if group not in near]
        groups.append([one for group in near for one in group] + [run])
    return groups
