"""A network outward from one thing: which are the nearest, and where each stands in the picture.  Pure.

It is walked by facts alone, and nothing in it is weighed or scored.

Source: docs/rules.md, "Networks".
"""

import uuid
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from math import cos, pi, sin

MOST = 150
"""Things in one network, at most: more can be neither read nor seen."""
RING, ROOM = 170, 70  # pixels from one step to the next; and along a ring for each that stands on it


class Kind(StrEnum):
    """What a thing in a network is."""

    PERSON = "person"
    PLACE = "place"
    EVENT = "event"
    GROUP = "group"


@dataclass(frozen=True, slots=True, order=True)
class Node:
    """One thing.  key: of the person's record, the place, the event or the group."""

    kind: Kind
    key: uuid.UUID


@dataclass(frozen=True, slots=True)
class Link:
    """Why two things hang together: one fact, with its source and its day.

    why: the kind of fact.  sealed: it is known to whoever wrote it down and to the cleared alone.
    """

    one: Node
    other: Node
    why: str
    words: str
    source: str
    on: date | None
    sealed: bool = False

    @property
    def order(self) -> tuple[str, str, str, Node, Node]:
        """Sort the facts of two things: the newest first where they are turned round."""
        return str(self.on or ""), self.why, self.words, self.one, self.other


@dataclass(frozen=True, slots=True)
class Network:
    """What hangs together.  steps: how far each is from the start, nearest first.  cut: how many were left out."""

    steps: dict[Node, int]
    links: tuple[Link, ...]
    cut: int


Read = Callable[[Collection[Node]], Iterable[Link]]


def grow(start: Node, steps: int, read: Read, most: int = MOST) -> Network:
    """Return what hangs together with one thing, up to so many steps away.

    Nearest first; of those equally near, whoever has most links to what is shown, then whose link is newest, then by
    key.  What is known between those at the edge is shown as well.
    read: the facts about some things.  It is asked once a step, and once more for the edge.
    """
    shown, found, edge, cut = {start: 0}, set[Link](), [start], set[Node]()
    for step in range(1, steps + 1):
        found |= set(read(edge))
        ranked = _ranked(found, shown)
        edge = ranked[: max(most - len(shown), 0)]
        cut |= set(ranked[len(edge) :])
        shown |= dict.fromkeys(edge, step)
        if not edge:
            break
    found |= set(read(edge)) if edge else set()
    links = sorted(
        (one for one in found if one.one in shown and one.other in shown), key=lambda one: one.order
    )
    return Network(shown, tuple(reversed(links)), len(cut - shown.keys()))


def _ranked(links: Iterable[Link], shown: Collection[Node]) -> list[Node]:
    """Return the next things by the rule, those that come first first."""
    facts: dict[Node, list[Link]] = defaultdict(list)
    for link in links:
        for here, there in ((link.one, link.other), (link.other, link.one)):
            if here in shown and there not in shown:
                facts[there].append(link)
    newest = {node: max(str(link.on or "") for link in some) for node, some in facts.items()}
    by_key = sorted(facts)
    by_day = sorted(by_key, key=newest.__getitem__, reverse=True)
    return sorted(by_day, key=lambda node: len(facts[node]), reverse=True)


def places(network: Network) -> dict[Node, tuple[int, int]]:
    """Return where each stands: on rings around the start, near those one step closer that it hangs together with."""
    nearer = _nearer(network)
    rings: dict[int, list[Node]] = defaultdict(list)
    for node, step in network.steps.items():
        rings[step].append(node)
    turn: dict[Node, float] = {}
    found: dict[Node, tuple[int, int]] = {}
    radius = 0.0
    for step in sorted(rings):
        ring = sorted(rings[step], key=lambda node: (_middle(nearer[node], turn), node))
        radius = max(radius + RING, len(ring) * ROOM / (2 * pi)) if step else 0.0
        for place, node in enumerate(ring):
            turn[node] = 2 * pi * place / len(ring)
            found[node] = round(radius * sin(turn[node])), round(-radius * cos(turn[node]))
    return found


def _nearer(network: Network) -> dict[Node, list[Node]]:
    found: dict[Node, list[Node]] = {node: [] for node in network.steps}
    for link in network.links:
        for here, there in ((link.one, link.other), (link.other, link.one)):
            if network.steps[there] < network.steps[here]:
                found[here].append(there)
    return found


def _middle(nearer: Sequence[Node], turn: dict[Node, float]) -> float:
    known = [turn[node] for node in nearer if node in turn]
    return sum(known) / len(known) if known else 0.0
