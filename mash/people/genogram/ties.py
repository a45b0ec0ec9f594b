"""What is drawn of all that is said: one line for what is said alike, and what contradicts marked as disputed."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from mash.people.genogram.family import Family, Said

UNIONS = ("spouse", "partner", "separated", "divorced", "ex_partner")
SIBLINGS = ("sibling", "half_sibling", "step_sibling")
BIRTH = "parent"
NOT_BY_BIRTH = ("adoptive_parent", "foster_carer", "private_foster_carer", "step_parent")
RAISES = (BIRTH, *NOT_BY_BIRTH)
DOWN = {**dict.fromkeys(RAISES, 1), "grandparent": 2, **dict.fromkeys((*UNIONS, *SIBLINGS), 0)}
"""How many generations below the first the second stands; kinds that are not here say nothing of it."""
BESIDE_ANYTHING = ("carer", "other")
BESIDE_KIN = ("foster_carer", "private_foster_carer")
"""Whoever fosters may be a grandparent or a brother or sister too, and is no parent."""
MOST_BIRTH_PARENTS = 2


class Standing(StrEnum):
    """How sure a tie is."""

    RECORDED = "recorded"  # on the hub's own record
    CLAIMED = "claimed"  # said in a contact alone
    DISPUTED = "disputed"  # something else is said that cannot be true beside it


RANK = {Standing.RECORDED: 0, Standing.CLAIMED: 1, Standing.DISPUTED: 2}


@dataclass(frozen=True, slots=True)
class Tie:
    """One line to draw: `one` is the `kind` of `other`."""

    one: str
    other: str
    kind: str
    standing: Standing

    @property
    def order(self) -> tuple[int, int, str, str]:
        """Sort ties: what is surest and says most first."""
        return RANK[self.standing], KIND_ORDER[self.kind], self.one, self.other

    @property
    def pair(self) -> frozenset[str]:
        """Return the two people."""
        return frozenset((self.one, self.other))


KINDS_DRAWN = (*RAISES, *UNIONS, *SIBLINGS, "grandparent", *BESIDE_ANYTHING)
KIND_ORDER = {kind: place for place, kind in enumerate(KINDS_DRAWN)}


def contradicts(one: Said, two: Said) -> bool:
    """Tell whether two statements of the same two people cannot both hold now.

    A couple that parted is no contradiction: the newer word counts.
    """
    if {one.other, one.one} != {two.other, two.one} or one.ended or two.ended:
        return False
    if {one.kind, two.kind} & {*BESIDE_ANYTHING} or one.one == one.other:
        return False
    if one.kind == two.kind:
        return DOWN.get(one.kind, 0) > 0 and one.one != two.one
    return _group(one.kind) != _group(two.kind) and not _go_together(one.kind, two.kind)


def _go_together(one: str, two: str) -> bool:
    kinds = {one, two}
    if kinds <= {*SIBLINGS}:
        return "sibling" in kinds
    return bool(kinds & {*BESIDE_KIN}) and not kinds & {*RAISES[:2], *UNIONS}


def _group(kind: str) -> str:
    return "union" if kind in UNIONS else kind


def disputed(said: Sequence[Said]) -> list[bool]:
    """Tell of each statement whether another contradicts it, or it names one more parent by birth than there can be."""
    by_pair: dict[frozenset[str], list[int]] = defaultdict(list)
    by_child: dict[str, list[int]] = defaultdict(list)
    found = [one.one == one.other for one in said]
    for place, one in enumerate(said):
        by_pair[frozenset((one.one, one.other))].append(place)
        if one.kind == BIRTH and not one.ended and one.one != one.other:
            by_child[one.other].append(place)
    for places in by_pair.values():
        for place in places:
            if any(contradicts(said[place], said[other]) for other in places):
                found[place] = True
    for places in by_child.values():
        for place in _one_too_many(said, places):
            found[place] = True
    return found


def _one_too_many(said: Sequence[Said], places: list[int]) -> list[int]:
    """Return the statements that are in doubt since together they name more than two parents by birth."""
    parents = {said[place].one for place in places}
    if len(parents) <= MOST_BIRTH_PARENTS:
        return []
    sure = {said[place].one for place in places if said[place].on_record}
    known = sure if len(sure) == MOST_BIRTH_PARENTS else set()
    return [place for place in places if said[place].one not in known]


def ties_of(family: Family) -> list[Tie]:
    """Return the lines to draw, the surest first; people who are not in the picture have none.

    Of a pair one tie says how they are related, and a second that one cares for the other where that adds something.
    """
    here = {one.key for one in family.people}
    said = [
        one
        for one in family.said
        if one.one != one.other and {one.one, one.other} <= here and one.kind in KIND_ORDER
    ]
    in_doubt = disputed(said)
    by_pair: dict[frozenset[str], list[tuple[Said, bool]]] = defaultdict(list)
    for one, doubt in zip(said, in_doubt, strict=True):
        if one.ended and one.kind not in UNIONS:
            continue
        by_pair[frozenset((one.one, one.other))].append((_parted(one) if one.ended else one, doubt))
    found = [tie for rows in by_pair.values() for tie in _of_pair(rows)]
    return sorted(found, key=lambda tie: tie.order)


def _parted(said: Said) -> Said:
    """Return a union that ended as what it is since."""
    kind = said.kind if said.kind in {"separated", "divorced", "ex_partner"} else "ex_partner"
    return Said(said.one, said.other, kind, said.said_at, said.responsibility, said.on_record)


def _of_pair(rows: list[tuple[Said, bool]]) -> Iterable[Tie]:
    kin = [row for row in rows if row[0].kind not in {*BESIDE_ANYTHING, *BESIDE_KIN}]
    cares = [row for row in rows if row[0].kind in BESIDE_KIN]
    beside = [row for row in rows if row[0].kind in BESIDE_ANYTHING]
    if kin:
        yield _tie(kin)
    if cares:
        yield _tie(cares)
    if beside and not cares and not any(said.kind in RAISES for said, _ in kin):
        looks_after = [row for row in beside if row[0].kind == "carer"]
        if looks_after or not kin:
            yield _tie(looks_after or beside)


def _tie(rows: list[tuple[Said, bool]]) -> Tie:
    """Return the tie that counts among several words: the record's before a contact's, then the newest."""
    newest = max(rows, key=lambda row: (row[0].on_record, row[0].said_at, row[0].kind, row[0].one))
    said = newest[0]
    sure = any(row.on_record and row.kind == said.kind for row, _ in rows)
    standing = Standing.DISPUTED if newest[1] else Standing.RECORDED if sure else Standing.CLAIMED
    one, other = said.one, said.other
    if said.kind in (*UNIONS, *SIBLINGS):
        one, other = sorted((one, other))
    return Tie(one, other, said.kind, standing)


RESPONSIBLE, NOT_RESPONSIBLE, IN_DOUBT = "yes", "no", "disputed"


def responsibility(said: Iterable[Said]) -> dict[tuple[str, str], str]:
    """Return who is said to have parental responsibility for whom, or not to, or that words differ."""
    found: dict[tuple[str, str], set[bool]] = defaultdict(set)
    for one in said:
        if one.responsibility is not None and not one.ended and one.one != one.other:
            found[one.one, one.other].add(one.responsibility)
    words = {frozenset((True,)): RESPONSIBLE, frozenset((False,)): NOT_RESPONSIBLE}
    return {pair: words.get(frozenset(answers), IN_DOUBT) for pair, answers in found.items()}
