"""Who is named together again and again.  Pure: from pairs in events to the largest sets of people of the same events.

Source: docs/rules.md, "What harm comes back to".
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Set:
    """People who were all named in each of these events."""

    people: frozenset[uuid.UUID]
    events: frozenset[uuid.UUID]


def sets(pairs: Iterable[tuple[uuid.UUID, uuid.UUID, uuid.UUID]], count: int) -> list[Set]:
    """Return the largest sets of people who share at least `count` events, those of most events first.

    pairs: two people and an event that names both.  A pair that shares enough events takes in everybody who is paired
    with both of them in every one of these; so a set is closed: nobody else was there each time.
    """
    events: dict[tuple[uuid.UUID, uuid.UUID], set[uuid.UUID]] = {}
    there: dict[uuid.UUID, set[frozenset[uuid.UUID]]] = {}
    for one, other, event in pairs:
        first, second = sorted((one, other))
        events.setdefault((first, second), set()).add(event)
        there.setdefault(event, set()).add(frozenset((first, second)))
    found: dict[frozenset[uuid.UUID], frozenset[uuid.UUID]] = {}
    for (first, second), shared in sorted(events.items()):
        if len(shared) < count:
            continue
        both = frozenset((first, second))
        candidates = (
            set.intersection(*({who for pair in there[event] for who in pair} for event in shared)) - both
        )
        people = both | {
            who
            for who in candidates
            if all({frozenset((who, first)), frozenset((who, second))} <= there[event] for event in shared)
        }
        found[people] = found.get(people, frozenset()) | shared
    return sorted(
        (Set(people, shared) for people, shared in found.items()),
        key=lambda one: (-len(one.events), -len(one.people), sorted(map(str, one.people))),
    )
