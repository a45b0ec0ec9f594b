"""Two people who change the same thing at one moment: one is taken, the other is told, and nothing is lost or doubled.

Each of the two has a connection of its own, as in two web processes, and both begin at one moment.
"""

import random
import threading
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial

from django.db import connections

from mash.decision import actions as decision
from mash.decision.models import Decision
from mash.sealed import actions as sealed
from mash.sealed.models import SecondWord, Wording
from mash.triage import actions as triage
from mash.triage.models import Rating
from tests.decision.story import decide
from tests.factories.base import signed_in_as
from tests.factories.decision import ready
from tests.factories.partnership import StaffFactory
from tests.factories.releases import Cast, now

OUTCOMES = ("early_help", "advice")
EXPECTED = (
    triage.ChangedMeanwhile,
    decision.AlreadyDecided,
    sealed.Changed,
    sealed.NotReady,
    sealed.WrongState,
)


def at_once(*works: Callable[[], object]) -> list[object]:
    """Run each in a thread and connection of its own, from one moment on; return what each came to, errors among it."""
    line, found = threading.Barrier(len(works)), [None] * len(works)

    def run(place: int, work: Callable[[], object]) -> None:
        line.wait(30)
        try:
            found[place] = work() or "done"
        except Exception as error:  # noqa: BLE001 - what it came to is the answer
            found[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(works)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return found


def conflicts(many: int, chance: random.Random) -> tuple[Counter, list[str]]:
    """Make so many conflicts, a third of each kind; return how many of each, and what was wrong."""
    counts, wrong = Counter(), []
    kinds = {"edits": _edits, "decisions": _decisions, "releases": _releases}
    for number, (name, make) in enumerate(kinds.items()):
        share = many // len(kinds) + (number < many % len(kinds))
        for said in make(share, chance):
            counts[name] += 1
            wrong += said
    return counts, wrong


def _unexpected(found: list[object]) -> list[str]:
    return [
        f"{type(one).__name__}: {str(one)[:120]}"
        for one in found
        if isinstance(one, Exception) and not isinstance(one, EXPECTED)
    ]


def _edits(many: int, chance: random.Random) -> Iterator[list[str]]:
    """Two change the same rating, each after the one that both saw: a chain, in which nobody's word is overwritten."""
    contact = ready("amber")
    both = [StaffFactory(hub=contact.hub, whole_desk=True) for _ in range(2)]
    seen = _ratings(contact)
    for _ in range(many):
        newest = seen[-1]
        found = at_once(*(_rates(contact, by, newest) for by in both))
        said, there = _unexpected(found), _ratings(contact)
        taken = sum(isinstance(one, Rating) for one in found)
        if taken != 1 or len(there) != len(seen) + 1:
            said.append(f"of two edits {taken} were taken, and {len(there) - len(seen)} are there")
        if [one.pk for one in there[: len(seen)]] != [one.pk for one in seen]:
            said.append("an earlier edit is gone")
        seen = there
        yield said


def _ratings(contact) -> list[Rating]:
    return list(Rating.objects.using("builder").filter(contact=contact).order_by("at", "pk"))


def _rates(contact, by, after: Rating) -> Callable[[], object]:
    colour, change = ("green", "lowered") if after.colour == "amber" else ("amber", "correction")

    def rate() -> object:
        with signed_in_as(by):
            return triage.rate(
                contact=contact, colour=colour, why="Looked at again.", by=by, at=now(), change=change,
                after=after.pk, key=uuid.uuid4(),
            )  # fmt: skip

    return rate


def _decisions(many: int, chance: random.Random) -> Iterator[list[str]]:
    """Two decide on the same contact."""
    first = ready()
    both = [StaffFactory(hub=first.hub, decider=True) for _ in range(2)]
    for _ in range(many):
        contact = ready(hub=first.hub)
        wishes = [(by, chance.choice(OUTCOMES)) for by in both]
        found = at_once(*(partial(decide, contact, by, outcome) for by, outcome in wishes))
        said = _unexpected(found)
        there = Decision.objects.using("builder").filter(contact=contact).count()
        taken = sum(not isinstance(one, Exception) for one in found)
        if (taken, there) != (1, 1):
            said.append(f"of two decisions {taken} were taken, and {there} are there")
        yield said


def _releases(many: int, _: random.Random) -> Iterator[list[str]]:
    """Two approve the same release, or one approves while its words are changed."""
    cast = Cast()
    other = StaffFactory(hub=cast.hub, duties=cast.approver.duties)
    for number in range(many):
        release, edited = cast.begins(), number % 2 == 0
        wording = cast.proposes(release)
        cast.answers(release, wording)
        approves = partial(cast.approves, release, wording)
        changes = partial(cast.proposes, release, words="Other words.", follows=1)
        found = at_once(approves, changes if edited else partial(approves, by=other))
        yield _unexpected(found) + _out(release, edited=edited)


def _out(release, *, edited: bool) -> list[str]:
    """Return what is wrong with what left: a release twice, or words that nobody approved."""
    words = SecondWord.objects.using("builder").filter(wording__release=release)
    lines = sum(one.approved for one in words)
    if lines > 1 or (not edited and lines != 1):
        return [f"a release was let out {lines} times"]
    newest = Wording.objects.using("builder").filter(release=release).order_by("-number").first()
    if edited and newest.number == 2 and words.filter(wording=newest).exists():
        return ["words went out that nobody had approved"]
    return []
