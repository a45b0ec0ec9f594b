"""What contacts tell, drawn together for counting: one `Told` a contact, with its people and places.

Source: docs/rules.md, "What harm comes back to".
"""

import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

FAMILY = {"child", "sibling", "parent_or_carer", "household", "adult_at_risk"}
NOT_COUNTED = {"professional"}
BESIDE_A_CHILD = {
    "parent_or_carer",
    "sibling",
    "household",
}  # named since they are family, and not for what they did
MOST_TOGETHER = 40  # people of one event; a list longer than that is of a school or a works, and of no group
NOBODY: frozenset[frozenset[uuid.UUID]] = frozenset()


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person on record whom a contact names.  part: as the referral names it.  postcode: plain, of their home."""

    contact: uuid.UUID
    person: uuid.UUID
    part: str
    postcode: str


@dataclass(frozen=True, slots=True)
class Pair:
    """Two people of different families, named in one event, and the contacts that name them."""

    contact: uuid.UUID
    other: uuid.UUID
    first: uuid.UUID
    second: uuid.UUID


def pairs(people: Sequence[Somebody], related: frozenset[frozenset[uuid.UUID]] = NOBODY) -> Iterator[Pair]:
    """Yield who is named together in one event and is not of one family, each pair once for each pair of contacts.

    people: of every contact that tells of the event.  related: pairs who are related or live together, as recorded.
    """
    people = [one for one in people if one.part not in BESIDE_A_CHILD]
    known = {one.person for one in people}
    if len(known) > MOST_TOGETHER:
        return
    seen = set()
    families = related | frozenset(
        frozenset((one.person, other.person))
        for one, other in combinations(people, 2)
        if _one_family(one, other)
    )
    for one, other in combinations(sorted(people, key=lambda each: (each.person, each.contact)), 2):
        if one.person == other.person or frozenset((one.person, other.person)) in families:
            continue
        found = Pair(one.contact, other.contact, one.person, other.person)
        if found not in seen:
            seen.add(found)
            yield found


def _one_family(one: Somebody, other: Somebody) -> bool:
    """Tell whether one contact names both as of one family, and does not say that they live apart."""
    if one.contact != other.contact or not {one.part, other.part} <= FAMILY:
        return False
    return not (one.postcode and other.postcode and one.postcode != other.postcode)


def in_chunks(
    events: Iterable[tuple[uuid.UUID, uuid.UUID]], size: int
) -> Iterator[dict[uuid.UUID, uuid.UUID]]:
    """Yield contacts with their event, some at a time, and never a part of an event.

    events: event and contact.
    """
    chunk: dict[uuid.UUID, uuid.UUID] = {}
    last = None
    for event, contact in sorted(events):
        if len(chunk) >= size and event != last:
            yield chunk
            chunk = {}
        chunk[contact] = event
        last = event
    if chunk:
        yield chunk
