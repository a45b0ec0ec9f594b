"""Couples, and parents with their children: what the lines of a picture join."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from mash.people.genogram.family import One
from mash.people.genogram.ties import BIRTH, RAISES, RANK, SIBLINGS, UNIONS, Standing, Tie

UNKNOWN = "unknown"  # of a couple who have a child together, and of whom nobody says how they stand


@dataclass(frozen=True, slots=True)
class Couple:
    """Two people of one row.  kind: of UNIONS, or UNKNOWN."""

    left: str
    right: str
    kind: str
    standing: Standing


@dataclass(frozen=True, slots=True)
class Unit:
    """One parent or two, of one row, and the children that hang from them, in order of birth.

    parents: none for brothers and sisters of whom no parent is drawn.
    """

    parents: tuple[str, ...]
    children: tuple[str, ...]
    kind: str
    standing: Standing


@dataclass(frozen=True, slots=True)
class Joined:
    """All that is to be joined by lines.  loose: ties that need a line of their own from one to the other."""

    couples: tuple[Couple, ...]
    units: tuple[Unit, ...]
    loose: tuple[Tie, ...]


def joined(people: Sequence[One], ties: Sequence[Tie], rows: Mapping[str, int]) -> Joined:
    """Gather ties into couples and units; every tie is in one of them, or loose, or told by one of them."""
    by_key = {one.key: one for one in people}
    couples, loose = _couples(ties, rows)
    by_child: dict[tuple[str, str], list[Tie]] = defaultdict(list)
    for tie in ties:
        if tie.kind in RAISES:
            if rows[tie.other] <= rows[tie.one]:
                loose.append(tie)
            elif not _told_by_a_couple(tie, ties, couples):
                by_child[tie.other, tie.kind].append(tie)
    parents_of, together = _parents(by_child, rows, couples)
    couples += _unsaid(together, couples)
    units = _units(parents_of, by_key)
    siblings, unlike = _siblings(ties, rows, units, couples, by_key)
    raised = {(tie.one, tie.other) for tie in ties if tie.kind in RAISES}
    others = [tie for tie in ties if tie.kind in {"grandparent", "carer", "other"}]
    loose += [*unlike, *(tie for tie in others if not _told_by_parents(tie, raised))]
    return Joined(tuple(couples), tuple(units + siblings), tuple(loose))


def _couples(ties: Sequence[Tie], rows: Mapping[str, int]) -> tuple[list[Couple], list[Tie]]:
    couples, loose = [], []
    for tie in ties:
        if tie.kind in UNIONS:
            if rows[tie.one] == rows[tie.other]:
                couples.append(Couple(tie.one, tie.other, tie.kind, tie.standing))
            else:
                loose.append(tie)
    return couples, loose


def _told_by_a_couple(tie: Tie, ties: Sequence[Tie], couples: Sequence[Couple]) -> bool:
    """Tell whether the line of a step-parent is spared: the couple's own line shows how they came to be one."""
    if tie.kind != "step_parent" or tie.standing == Standing.DISPUTED:
        return False
    partners = {
        one.right if one.left == tie.one else one.left for one in couples if tie.one in (one.left, one.right)
    }
    return any(other.kind == BIRTH and other.other == tie.other and other.one in partners for other in ties)


def _told_by_parents(tie: Tie, raised: set[tuple[str, str]]) -> bool:
    """Tell whether the line of a grandparent is spared: the lines of parents show it."""
    between = {other for one, other in raised if one == tie.one}
    shown = any((one, tie.other) in raised for one in between)
    return tie.kind == "grandparent" and tie.standing != Standing.DISPUTED and shown


Key = tuple[tuple[str, ...], str, Standing]


def _parents(
    by_child: Mapping[tuple[str, str], Sequence[Tie]], rows: Mapping[str, int], couples: Sequence[Couple]
) -> tuple[dict[Key, list[str]], set[frozenset[str]]]:
    """Return whose children hang where; and who have a child together."""
    pairs = {frozenset((one.left, one.right)) for one in couples}
    found: dict[Key, list[str]] = defaultdict(list)
    together: set[frozenset[str]] = set()
    for (child, kind), ties in by_child.items():
        left = {tie.one: tie for tie in ties}
        while left:
            best = _best_pair(left, rows, pairs)
            chosen = sorted(best) if best else [min(left)]
            standing = max((left[one].standing for one in chosen), key=RANK.__getitem__)
            if best and kind == BIRTH:
                together.add(frozenset(best))
            for one in chosen:
                del left[one]
            found[tuple(chosen), kind, standing].append(child)
    return found, together


def _best_pair(
    parents: Mapping[str, Tie], rows: Mapping[str, int], pairs: Iterable[frozenset[str]]
) -> tuple[str, str] | None:
    """Return the two of a child's parents from whose line it hangs: of one row and said alike, a couple first."""
    known = set(pairs)
    possible = [
        (one, other)
        for one, other in combinations(sorted(parents), 2)
        if rows[one] == rows[other] and parents[one].standing == parents[other].standing
    ]
    if not possible:
        return None
    return min(
        possible, key=lambda pair: (frozenset(pair) not in known, RANK[parents[pair[0]].standing], pair)
    )


def _unsaid(together: Iterable[frozenset[str]], couples: Sequence[Couple]) -> list[Couple]:
    """Return those who have a child together and of whom nobody says whether they are a couple."""
    said = {frozenset((one.left, one.right)) for one in couples}
    new = sorted(tuple(sorted(pair)) for pair in set(together) - said)
    return [Couple(one, other, UNKNOWN, Standing.RECORDED) for one, other in new]


def _units(parents_of: Mapping[Key, Sequence[str]], by_key: Mapping[str, One]) -> list[Unit]:
    return [
        Unit(parents, in_order_of_birth(children, by_key), kind, standing)
        for (parents, kind, standing), children in sorted(parents_of.items())
    ]


def in_order_of_birth(keys: Iterable[str], by_key: Mapping[str, One]) -> tuple[str, ...]:
    """Return people the eldest first; those of whom no birth is known last."""
    return tuple(sorted(keys, key=lambda key: (by_key[key].born == "", by_key[key].born, key)))


def _siblings(
    ties: Sequence[Tie],
    rows: Mapping[str, int],
    units: Sequence[Unit],
    couples: Sequence[Couple],
    by_key: Mapping[str, One],
) -> tuple[list[Unit], list[Tie]]:
    """Return brothers and sisters whom no parent joins in the picture, and ties between rows, which are loose."""
    parents: dict[str, set[str]] = defaultdict(set)
    for unit in units:
        for child in unit.children:
            parents[child] |= {*unit.parents}
    pairs = {frozenset((one.left, one.right)) for one in couples}
    loose = [tie for tie in ties if tie.kind in SIBLINGS and rows[tie.one] != rows[tie.other]]
    found: dict[tuple[str, Standing], list[set[str]]] = defaultdict(list)
    for tie in ties:
        if tie.kind not in SIBLINGS or rows[tie.one] != rows[tie.other]:
            continue
        shared = parents[tie.one] & parents[tie.other]
        steps = {frozenset((a, b)) for a in parents[tie.one] for b in parents[tie.other]} & pairs
        if (shared or (tie.kind == "step_sibling" and steps)) and tie.standing != Standing.DISPUTED:
            continue
        groups = found[tie.kind, tie.standing]
        touched = [group for group in groups if group & tie.pair] if tie.kind == "sibling" else []
        groups[:] = [group for group in groups if group not in touched]
        groups.append(set(tie.pair).union(*touched))
    made = [
        Unit((), in_order_of_birth(group, by_key), kind, standing)
        for (kind, standing), groups in sorted(found.items())
        for group in sorted(groups, key=sorted)
    ]
    return made, loose
