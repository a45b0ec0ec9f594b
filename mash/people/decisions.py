"""What the workers of a hub decided on who is who, put together for learning from.

A decision that was taken back does not count, and of two that say the opposite the later one does.
Whoever asks must see the whole hub: this is for a program.
"""

import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from mash.people.details import Details
from mash.people.held import known
from mash.people.matching import Band, rank, set_beside
from mash.people.matching.levels import Level
from mash.people.matching.refitting import Decided, Seen
from mash.people.models import Apart, Joining, Person, Relationship, Resident

AT_ONCE = 2000  # records read
Key = uuid.UUID
One = TypeVar("One")


@dataclass(frozen=True, slots=True)
class Shown:
    """A record that a worker was shown beside somebody: how it compared then, and whether a number was not its own."""

    person: Key
    levels: Mapping[str, Level]
    claimed: bool


@dataclass(frozen=True, slots=True)
class Word:
    """A worker's word on somebody, outside this app.

    together: the key of what was received with them; whoever stands in one counts as one household.
    known: on record already, or new; None where that is open.  person: whoever they are settled to be.
    at: of that word.  not_same: of whom it was said that they are not this person, and when.
    """

    together: Key
    known: bool | None
    person: Key | None
    at: datetime | None
    shown: Sequence[Shown]
    not_same: Mapping[Key, datetime] = field(default_factory=dict)


Source = Callable[[Key], Iterable[Word]]
_sources: list[Source] = []


def add(source: Source) -> None:
    """Let another app say what was decided in it; called from its `ready()`."""
    _sources.append(source)


@dataclass(frozen=True, slots=True)
class Gathered:
    """All decisions of a hub, and how many of each kind there are."""

    decided: list[Decided]
    counts: dict[str, int]


def gathered(hub_id: Key) -> Gathered:
    """Return all that the workers of a hub decided, as far as anything can be learned from it.

    Source: docs/rules.md, "Learning to recognise".
    """
    words = [word for source in _sources for word in source(hub_id)]
    people = _People(hub_id, words)
    counts: Counter[str] = Counter()
    decided = []
    for word in words:
        one = people.decided(word)
        if one is not None:
            decided.append(one)
            counts["left_open" if one.known is None else "known" if one.known else "new"] += 1
    for kind, several in (("joined", people.joined), ("apart", people.apart)):
        for first, second in several:
            decided.append(people.pair(first, second, same=kind == "joined"))
            counts[kind] += 1
    for pair in (seen.same for one in decided for seen in one.seen):
        counts["same" if pair else "not_said" if pair is None else "not_same"] += 1
    return Gathered(decided, dict(counts))


class _People:
    """Whose record counts for whom, who lives with whom, and what is held on those that words are about."""

    def __init__(self, hub_id: Key, words: Sequence[Word]) -> None:
        joinings = list(Joining.objects.filter(hub=hub_id, undone_at=None).order_by("at", "pk"))
        told = list(Apart.objects.filter(hub=hub_id, undone_at=None).order_by("at", "pk"))
        rows = Person.objects.filter(hub=hub_id, merged_into__isnull=False)
        self.counts: dict[Key, Key] = {
            one: into for one, into in rows.values_list("pk", "merged_into") if into
        }
        self.joined = [(one.person_id, one.into_id) for one in joinings]
        self.apart = [(one.first_id, one.second_id) for one in told]
        self.joined_at = {one.person_id: one.at for one in joinings}
        self.told_apart = {frozenset(map(self.whose, pair)) for pair in self.apart}
        self.homes = self._homes(hub_id, words)
        wanted = {key for pair in (*self.joined, *self.apart) for key in pair}
        wanted |= {key for word in words if word.known for key in (word.person, *_keys(word.shown)) if key}
        self.held: dict[Key, Details] = {}
        for part in _parts(sorted(wanted)):
            self.held |= known(part)

    def whose(self, person: Key) -> Key:
        """Return the key of the record that counts."""
        return self.counts.get(person, person)

    def _homes(self, hub_id: Key, words: Sequence[Word]) -> "_Groups":
        homes = _Groups()
        for one, into in self.counts.items():
            homes.bring_together(one, into)
        for person, household in Resident.objects.filter(hub=hub_id).values_list("person", "household"):
            homes.bring_together(person, household)
        related = Relationship.objects.filter(hub=hub_id)
        for one, other in (*related.values_list("from_person", "to_person"), *self.apart):
            homes.bring_together(one, other)
        for word in words:
            if word.person:
                homes.bring_together(word.person, word.together)
        return homes

    def decided(self, word: Word) -> Decided | None:
        """Return what was decided on somebody; None where nothing was."""
        known, settled = word.known, self.whose(word.person) if word.person else None
        seen = [
            Seen(one.levels, self._same(word, settled, one.person), self.homes.of(one.person), one.claimed)
            for one in word.shown
        ]
        if known is not None and settled:
            known = any(one.same for one in seen)  # somebody new may have been joined to one of these since
            if word.known and not known:
                known = None  # a later word says otherwise
        if known is None and all(one.same is None for one in seen):
            return None
        return Decided(self.homes.of(word.person or word.together), tuple(seen), known)

    def _same(self, word: Word, settled: Key | None, person: Key) -> bool | None:
        """Return whether somebody is this record, by the latest word; None where nobody has said."""
        denied = word.not_same.get(person)
        if settled and self.whose(person) == settled:
            said = [word.at, *(self.joined_at.get(one) for one in (person, word.person) if one)]
            return not denied or denied < max(at for at in said if at)
        if denied or word.known is False:
            return False
        if word.known and word.person:
            return None if self._may_be_one(word.person, person) else False
        return None

    def _may_be_one(self, one: Key, other: Key) -> bool:
        """Tell whether two records look like one person and nobody has said that they are not.

        Whoever took the one has not said anything of the other.
        """
        if {one, other} - self.held.keys() or frozenset(map(self.whose, (one, other))) in self.told_apart:
            return False
        found = rank(self.held[one], [(other, self.held[other])])
        return bool(found) and found[0].band == Band.LIKELY

    def pair(self, first: Key, second: Key, *, same: bool) -> Decided:
        """Return what was decided on two records, as they compare now: joining moves nothing between them."""
        ((_, _, levels, claimed),) = set_beside(self.held[first], [(second, self.held[second])])
        home = self.homes.of(first)
        return Decided(home, (Seen(levels, same, home, bool(claimed)),), same)


class _Groups:
    """Keys that belong together, however long the chain between them."""

    def __init__(self) -> None:
        self._above: dict[Key, Key] = {}

    def of(self, key: Key) -> Key:
        """Return the smallest key of those that belong with this one."""
        top = key
        while (above := self._above.get(top, top)) != top:
            top = above
        while (above := self._above.get(key, top)) != top:
            self._above[key], key = top, above
        return top

    def bring_together(self, one: Key, other: Key) -> None:
        """Say that two belong together."""
        low, high = sorted((self.of(one), self.of(other)))
        self._above[high] = low


def _keys(shown: Iterable[Shown]) -> list[Key]:
    return [one.person for one in shown]


def _parts(several: Sequence[One]) -> Iterator[Sequence[One]]:
    for start in range(0, len(several), AT_ONCE):
        yield several[start : start + AT_ONCE]
