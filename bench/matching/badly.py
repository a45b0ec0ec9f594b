"""People told badly: next to nothing, far too much, marks that nobody sees; how long that takes, and what is claimed.

Each is asked of the product as "is this person known?" and typed into the search for people, as a worker under
row-level security.  The floor is the same question of the same register in the same run, bare: the search words, worked
out beforehand, and one statement as the database's owner, behind no walls, that says who has most of them in common.
Nobody's record is read there, and nothing compared.
"""

import random
import time
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import psycopg
from django.db import transaction

from bench.matching.figures import milliseconds_of
from bench.matching.systems import Ours
from bench.matching.telling import Record
from mash.common.identity import acting_as
from mash.people import queries, tokens
from mash.people.details import Details, Home, OtherName
from mash.people.held import HEAVY, MOST_OF_ONE, MOST_WEIGHED, NEAREST
from mash.people.matching import Band, Candidate
from mash.people.queries import MOST_SHOWN
from mash.people.tokens import LONGEST_SEARCH

EACH = 40  # descriptions of each way
ROUNDS = 5  # in which each is asked
FAR_TOO_LONG = 10_000  # letters
MOST_SAID = 100  # other names, and telephones, that a message may say of one person
SEED = 7310
GOAL = "p99 at most 50 ms; none likely who is not meant"
MARKS = "\u200f\u202e\u2067\u200b\ufeff"  # written from right to left, or not seen at all
ASKED = f"SELECT person.id, person.given, person.family, person.born_on FROM people_person person {NEAREST}"
SOUGHT = """
    SELECT person.id, person.given, person.family, person.born_on FROM people_person person
    JOIN (SELECT person_id FROM people_token WHERE hub_id = %s AND token = ANY (%s)
          GROUP BY person_id HAVING count(DISTINCT token) = %s) AS hit ON hit.person_id = person.id
    ORDER BY person.family, person.given, person.born_on, person.id LIMIT %s
"""
NOBODY = -1


@dataclass(frozen=True, slots=True)
class Told:
    """Somebody told badly.  human: whom it means, `NOBODY` where it cannot be known."""

    details: Details
    human: int = NOBODY


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of one way of telling, by one door.

    seconds, bare: of the product and of the floor, for each description in each round.
    shown, likely, wrong: of the descriptions, of how many somebody was shown, shown as likely the same, and was likely
        but is not who was meant.
    """

    way: str
    door: str
    seconds: list[float]
    bare: list[float]
    shown: int
    likely: int
    wrong: int


def ways(records: Sequence[Record]) -> dict[str, list[Told]]:
    """Return the ways of telling badly, each with people as the register has them."""
    chance = random.Random(SEED)
    some = chance.sample([one for one in records if one.details.born_on and one.details.addresses], EACH)
    given = Counter(one.details.given.title() for one in records if one.details.given)
    family = Counter(one.details.family.title() for one in records if one.details.family)
    both = Counter(
        (one.details.given.title(), one.details.family.title())
        for one in records
        if one.details.given and one.details.family
    )
    return {
        "a first name alone": [Told(Details(given=name)) for name, _ in given.most_common(EACH)],
        "a family name alone": [Told(Details(family=name)) for name, _ in family.most_common(EACH)],
        "a common name without a date": [
            Told(Details(given=first, family=last)) for (first, last), _ in both.most_common(EACH)
        ],
        "a name of 10,000 letters": [
            Told(Details(given=text, family=text[::-1])) for one in some[::4] for text in _far_too_long(one)
        ],
        "the same, with another's date and home": [
            Told(
                Details(given=text, family=text, born_on=one.details.born_on, addresses=one.details.addresses)
            )
            for one in some
            for text in _far_too_long(one)[1:2]
        ],
        "a name between marks that nobody sees": [
            Told(Details(given=marked.given, family=marked.family))
            for marked in (_marked(one.details, chance) for one in some)
        ],
        "the same, with all that is on record": [
            Told(_marked(one.details, chance), one.human) for one in some
        ],
        "what stands for nothing": [
            Told(
                Details(
                    given=first,
                    family=last,
                    born_on=date(year, 1, 1),
                    phones=("07000 000000",),
                    addresses=(Home((), "ZZ99 3VZ"),),
                    nhs_number="0000000000",
                )
            )
            for first, last in (("Unknown", "Unknown"), ("Baby", "N/A"), ("Child", ""), ("", "TBC"))
            for year in range(2012, 2022)
        ],
        "far too much at once": [Told(_heaped(one.details, records, chance), one.human) for one in some],
    }


def _far_too_long(one: Record) -> list[str]:
    name = one.details.given or "Amina"
    return [
        (f"{name} " * FAR_TOO_LONG)[:FAR_TOO_LONG],
        "".join(random.Random(one.human).choices("abcdefghijklmnopqrstuvwxyz ", k=FAR_TOO_LONG)),
        name[0] * FAR_TOO_LONG,
        f"{MARKS * (FAR_TOO_LONG // len(MARKS))}{name}",
    ]


def _marked(said: Details, chance: random.Random) -> Details:
    def among(name: str) -> str:
        return "".join(f"{chance.choice(MARKS)}{letter}" for letter in name)

    return replace(said, given=among(said.given), family=among(said.family))


def _heaped(said: Details, records: Sequence[Record], chance: random.Random) -> Details:
    """Return somebody with as many other names and telephones, and as many others, as a message may say."""
    others = [one.details for one in chance.sample(records, 2 * MOST_SAID)]
    return replace(
        said,
        known_as=tuple(f"{one.given} {one.family}" for one in others[:MOST_SAID]),
        phones=tuple(phone for one in others for phone in one.phones)[:MOST_SAID],
        kin=tuple(OtherName(one.given, one.family) for one in others),
    )


def asked_badly(ours: Ours, records: Sequence[Record], bare: str) -> list[Asked]:
    """Ask the product everything that is told badly, by both doors, and the bare database beside it.

    bare: the address of the database as its owner.
    """
    doors = (
        Door("known?", lambda one: queries.candidates(ours.hub.pk, one.details), _in_common),
        Door("search", lambda one: [*queries.search(ours.worker, _typed(one)).close], _searched),
    )
    with psycopg.connect(bare, autocommit=True) as owner:
        return [
            _beside_the_floor(ours, owner, way, door, several)
            for way, several in ways(records).items()
            for door in doors
        ]


@dataclass(frozen=True, slots=True)
class Door:
    """A way in.  ask: of the product.  floor: the statement that asks the same, with what is given to it."""

    name: str
    ask: Callable[[Told], list[Candidate]]
    floor: Callable[[uuid.UUID, Told], tuple[str, list[Any]]]


def _in_common(hub: uuid.UUID, one: Told) -> tuple[str, list[Any]]:
    sought = sorted((token, HEAVY.get(kind, 1)) for kind, token in tokens.of(hub, tokens.asked(one.details)))
    heavy = [weight for _, weight in sought]
    return ASKED, [[token for token, _ in sought], heavy, hub, MOST_OF_ONE, MOST_WEIGHED]


def _searched(hub: uuid.UUID, one: Told) -> tuple[str, list[Any]]:
    terms = [token for _, token in tokens.of(hub, tokens.read(_typed(one)).terms)]
    return SOUGHT, [hub, terms, len(terms), MOST_SHOWN + 1]


def _typed(one: Told) -> str:
    """Return what somebody types who looks for them."""
    said = one.details
    born = f"{said.born_on:%d/%m/%Y}" if said.born_on else ""
    postcode = said.addresses[0].postcode if said.addresses else ""
    return " ".join((said.given, said.family, born, postcode))[:LONGEST_SEARCH]


def _beside_the_floor(ours: Ours, owner: Any, way: str, door: Door, several: Sequence[Told]) -> Asked:
    """Ask each of them in turn, the floor next to it, in as many rounds; what was found is that of the last."""
    floor = [door.floor(ours.hub.pk, one) for one in several]
    seconds: list[float] = []
    bare: list[float] = []
    with acting_as(ours.worker.identity, role="mash_reader"), transaction.atomic():
        for _ in range(ROUNDS):
            found = []
            for one, (statement, given) in zip(several, floor, strict=True):
                began = time.perf_counter()
                found.append(door.ask(one))
                asked = time.perf_counter()
                owner.execute(statement, given).fetchall()
                seconds.append(asked - began)
                bare.append(time.perf_counter() - asked)
    likely = [{ours.whose[who.person_id] for who in shown if who.band == Band.LIKELY} for shown in found]
    wrong = sum(bool(shown - {one.human}) for one, shown in zip(several, likely, strict=True))
    return Asked(way, door.name, seconds, bare, sum(map(bool, found)), sum(map(bool, likely)), wrong)


def table(several: Sequence[Asked]) -> str:
    """Return what was asked badly as lines of text, in milliseconds, the floor beside it."""
    times = "".join(f"{name:>9}" for name in ("p50 ms", "p95", "p99", "bare p50", "p95", "p99"))
    lines = [f"{'told badly':<42}{'door':<8}{times}{'shown':>8}{'likely':>8}{'wrong':>7}   {GOAL}"]
    for one in several:
        took = "".join(
            f"{took:>9}" for whose in (one.seconds, one.bare) for took in milliseconds_of(whose).values()
        )
        lines.append(f"{one.way:<42}{one.door:<8}{took}{one.shown:>8}{one.likely:>8}{one.wrong:>7}")
    return "\n".join(lines)


def plain(several: Sequence[Asked]) -> list[dict[str, Any]]:
    """Return the same for a file."""
    return [
        {"way": one.way, "door": one.door, "shown": one.shown, "likely": one.likely, "wrong": one.wrong}
        | {"ms": milliseconds_of(one.seconds), "bare_ms": milliseconds_of(one.bare), "goal": GOAL}
        for one in several
    ]
