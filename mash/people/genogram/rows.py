"""Which generation everybody stands in.  What does not fit is said so; nothing goes round in a ring."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from statistics import median_low

from mash.people.genogram.family import One
from mash.people.genogram.ties import DOWN, Tie


class _Groups:
    """People whose generations hang together, each with how far below the first of their group they stand."""

    def __init__(self, keys: Iterable[str]) -> None:
        self.first = {key: key for key in keys}
        self.below = dict.fromkeys(self.first, 0)
        self.members = {key: [key] for key in self.first}

    def fit(self, one: str, other: str, down: int) -> bool:
        """Say that `other` stands so far below `one`; False where something before says otherwise."""
        here, there = self.first[one], self.first[other]
        if here == there:
            return self.below[other] - self.below[one] == down
        move = self.below[one] + down - self.below[other]
        for key in self.members[there]:
            self.first[key] = here
            self.below[key] += move
        self.members[here] += self.members.pop(there)
        return True


def rows_of(people: Sequence[One], ties: Sequence[Tie]) -> tuple[dict[str, int], set[Tie]]:
    """Return the row of everybody, 0 at the top, and the ties that do not fit in.

    ties: the surest first; a tie that contradicts one before it does not fit.
    """
    groups = _Groups(one.key for one in people)
    odd = {tie for tie in ties if tie.kind in DOWN and not groups.fit(tie.one, tie.other, DOWN[tie.kind])}
    for tie in ties:
        if tie.kind == "carer" and groups.first[tie.one] != groups.first[tie.other]:
            groups.fit(tie.one, tie.other, 1)
    rows = _beside_each_other(people, groups)
    used = {row: place for place, row in enumerate(sorted(set(rows.values())))}
    return {key: used[row] for key, row in rows.items()}, odd


def _beside_each_other(people: Sequence[One], groups: _Groups) -> dict[str, int]:
    """Set groups beside each other, children level with the children whom the case is about."""
    by_group: dict[str, list[One]] = defaultdict(list)
    for one in people:
        by_group[groups.first[one.key]].append(one)
    chosen = sorted(people, key=lambda one: (not one.index, one.adult, one.key))
    if not chosen:
        return {}
    level = chosen[0]
    here = groups.first[level.key]
    child_row = groups.below[level.key] + (1 if level.adult else 0)
    rows = {one.key: groups.below[one.key] for one in by_group.pop(here)}
    for members in by_group.values():
        wanted = [child_row - (1 if one.adult else 0) - groups.below[one.key] for one in members]
        move = median_low(wanted)
        rows |= {one.key: groups.below[one.key] + move for one in members}
    return rows
