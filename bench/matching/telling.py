"""What people make of each other's details: what a register holds, and what somebody who is worried writes.

Every rate is a share of records or of descriptions; together they let six in ten be found by the same NHS number, or
by the same name and date of birth.  `worse` multiplies the rates of error, not those of what is
left out.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import yaml

from bench.matching.addresses import Writing
from bench.matching.families import SCHOOLS, TODAY, Families, Human
from bench.matching.misspelling import spelled, typed
from bench.matching.naming import FILE, origins
from mash.people.details import Details, Home, OtherName

GIVEN_ERRORS = {
    "typing": 0.035,
    "spelling": 0.035,
    "called": 0.08,
    "second": 0.02,
    "initial": 0.008,
    "other": 0.004,
}
FAMILY_ERRORS = {"typing": 0.035, "spelling": 0.035, "part": 0.12, "parent": 0.02}
"""called: of those who have a short name; part: of names of several words; parent: a child under another's name."""
DATE_ERRORS = {"swapped": 0.02, "digit": 0.02, "year": 0.006, "first": 0.006}
LEFT_OUT = {
    "given": 0.005, "family": 0.02, "born_on": 0.05, "sex": 0.08, "home": 0.14, "phone": 0.5, "school": 0.55,
    "nhs": 0.7, "upn": 0.93, "la_child_id": 0.85,
}  # fmt: skip
OTHER_SCHOOL = 0.12  # of the schools given: the next one, or a mistake
SIBLINGS_NUMBER = 0.012  # of the numbers given
REGISTER = 0.45  # of the rates of error above, when a register is written
REGISTER_LACKS = {
    "born_on": 0.012,
    "sex": 0.02,
    "home": 0.04,
    "phone": 0.5,
    "school": 0.3,
    "nhs": 0.38,
    "upn": 0.4,
    "la_child_id": 0.2,
}
GAPS_OF_A_REGISTER = 0.3  # of what is left out of an address when somebody is described
NAMED_TOO = {"adult": 0.5, "child": 0.25}  # of the others at home, when somebody is described
ON_RECORD_TOGETHER = (
    0.6  # of those at home who are on the register: whom an address written alike brings together
)
CUT_FROM, CUT_TO = 7, 4  # letters of a given name that has no short name in the list
TWICE = 0.15  # of registered people stand on the register twice


@cache
def _called() -> dict[str, list[str]]:
    found: dict[str, list[str]] = yaml.safe_load(FILE.with_name("called.yaml").read_text(encoding="utf-8"))
    return found


def called(given: str) -> list[str]:
    """Return by which short names somebody may go; a name that is in no list is cut short, if it is long enough."""
    if given in _called() or len(given) < CUT_FROM or not given.isalpha() or given in _listed():
        return _called().get(given, [])
    return [given[:CUT_TO], f"{given[:CUT_TO]}y"]


@cache
def _listed() -> frozenset[str]:
    return frozenset(name for pool in origins().values() for name in (*pool["f"], *pool["m"]))


@dataclass(frozen=True, slots=True)
class Record:
    """One record of a register.  human: whose it is."""

    human: int
    details: Details


@dataclass(frozen=True, slots=True)
class Query:
    """Somebody described.

    kind: known | sibling | twin | stranger; the last three are on no register.  siblings: whose brother or sister.
    """

    human: int
    kind: str
    origin: str
    details: Details
    siblings: frozenset[int] = frozenset()


def register_of(people: Sequence[Human], seed: int) -> list[Record]:
    """Return the register: one record for each registered person, two for some."""
    made = sorted(placed(people, seed), key=lambda one: one[0])
    return [record for _, record in made]


def placed(people: Sequence[Human], seed: int) -> Iterator[tuple[int, Record]]:
    """Yield each record of the register with its place in it, as it is written."""
    told = Told(random.Random(seed), REGISTER, REGISTER_LACKS, as_registered=True)
    chance = random.Random(seed + 1)
    written = [one for one in people if one.registered for _ in range(1 + (chance.random() < TWICE))]
    places = list(range(len(written)))
    chance.shuffle(places)
    for place, one in zip(places, written, strict=True):
        yield place, Record(one.number, told.of(one))


def queries_of(
    people: Sequence[Human], seed: int, count: int, *, unknown: float = 0.3, worse: float = 1.0
) -> list[Query]:
    """Return descriptions of people, this share of them of people on no register."""
    chance = random.Random(seed)
    told = Told(chance, worse, LEFT_OUT)
    pools = {
        False: [one for one in people if one.registered],
        True: [one for one in people if not one.registered],
    }
    chosen = [chance.choice(pools[chance.random() < unknown]) for _ in range(count)]
    return [_query(one, told) for one in chosen]


def known_of_each(people: Sequence[Human], seed: int, count: int) -> list[Query]:
    """Return descriptions of people on the register, as many of each group of names."""
    chance = random.Random(seed)
    told = Told(chance, 1.0, LEFT_OUT)
    known = [one for one in people if one.registered]
    groups = {origin: [one for one in known if one.origin == origin] for origin in origins()}
    return [_query(chance.choice(group), told) for group in groups.values() for _ in range(count)]


def unregistered_of(people: Sequence[Human], seed: int, kind: str, most: int) -> list[Query]:
    """Return descriptions of people of one kind who are on no register."""
    chance = random.Random(seed)
    told = Told(chance, 1.0, LEFT_OUT)
    found = [one for one in people if kind_of(one) == kind]
    return [_query(one, told) for one in chance.sample(found, min(most, len(found)))]


def _query(human: Human, told: "Told") -> Query:
    siblings = frozenset(one.number for one in human.siblings)
    return Query(human.number, kind_of(human), human.origin, told.of(human), siblings)


def kind_of(human: Human) -> str:
    """Return known, or for somebody on no register the nearest who is: twin, sibling, or nobody."""
    if human.registered:
        return "known"
    near = [one for one in human.siblings if one.registered]
    if human.twin and any(one.twin and one.born_on == human.born_on for one in near):
        return "twin"
    return "sibling" if near else "stranger"


class Told:
    """Descriptions of people, with the errors and gaps of whoever writes them."""

    def __init__(
        self, chance: random.Random, worse: float, left_out: dict[str, float], *, as_registered: bool = False
    ) -> None:
        self.chance, self.worse, self.left_out, self.as_registered = chance, worse, left_out, as_registered
        self.writing = Writing(chance, worse, gaps=GAPS_OF_A_REGISTER if as_registered else 1.0)

    def of(self, human: Human) -> Details:
        """Return one description."""
        given, also = self._given(human)
        family = self._family(human)
        if self._errs(origins()[human.origin]["order"] / 100):
            given, family = family, given
        if self._left_out("given"):
            given = ""
        if self._left_out("family"):
            family = ""
        born_on, age = self._born(human)
        lines, postcode = self._home(human)
        return Details(
            given=given,
            family=family,
            other_names=also,
            born_on=born_on,
            age_words=age,
            age_as_of=TODAY if age else None,
            sex=self._sex(human),
            addresses=(Home(lines, postcode),) if lines or postcode else (),
            phones=self._phones(human),
            school=self._school(human),
            nhs_number=self._number(human, "nhs"),
            upn=self._number(human, "upn"),
            la_child_id=self._number(human, "la_child_id"),
            kin=self._kin(human),
        )

    def _errs(self, rate: float) -> bool:
        return self.chance.random() < min(0.9, rate * self.worse)

    def _left_out(self, what: str) -> bool:
        return self.chance.random() < self.left_out.get(what, 0)

    def _given(self, human: Human) -> tuple[str, tuple[OtherName, ...]]:
        full = f"{human.given} {human.second}" if human.second and self.chance.random() < 0.5 else human.given
        names = called(human.given)
        also: tuple[OtherName, ...] = ()
        if names and self.as_registered and self.chance.random() < 0.15:
            also = (OtherName(self.chance.choice(names)),)
        if names and self._errs(GIVEN_ERRORS["called"]):
            return self.chance.choice(names), also
        if human.second and self._errs(GIVEN_ERRORS["second"]):
            return human.second, also
        if self._errs(GIVEN_ERRORS["initial"]):
            return human.given[0], also
        if self._errs(GIVEN_ERRORS["other"]):
            return self.chance.choice(list(_called())), also
        return self._written(full, GIVEN_ERRORS, human), also

    def _family(self, human: Human) -> str:
        family = human.former if self.as_registered and human.former else human.family
        if human.child and self._errs(FAMILY_ERRORS["parent"]):
            family = human.home.members[0].family
        words = family.replace("-", " - ").split()
        if len(words) > 1 and self._errs(FAMILY_ERRORS["part"]):
            family = self.chance.choice([words[0], words[-1]])
        elif "-" in family and self.chance.random() < 0.3:
            family = family.replace("-", " ")
        if "'" in family and self.chance.random() < 0.4:
            family = family.replace("'", self.chance.choice(["", " ", "’"]))
        return self._written(family, FAMILY_ERRORS, human)

    def _written(self, name: str, rates: dict[str, float], human: Human) -> str:
        foreign = 0.7 if human.origin in {"english", "caribbean"} else 1.15  # to whoever writes it down here
        if self._errs(rates["spelling"] * foreign):
            name = spelled(self.chance, name)
        if self._errs(rates["typing"] * foreign):
            name = typed(self.chance, name)
        return name.upper() if self.chance.random() < 0.1 else name

    def _born(self, human: Human) -> tuple[date | None, str]:
        if self._left_out("born_on"):
            years = (TODAY - human.born_on).days // 365
            said = self.chance.random() < 0.5
            return None, f"about {max(0, years + self.chance.choice((-1, 0, 0, 1)))}" if said else ""
        born_on = human.born_on
        if self._errs(DATE_ERRORS["swapped"]) and born_on.day <= 12:
            return born_on.replace(month=born_on.day, day=born_on.month), ""
        if self._errs(DATE_ERRORS["digit"]):
            return self._one_digit_off(born_on), ""
        if self._errs(DATE_ERRORS["year"]):
            return born_on - timedelta(days=self.chance.choice((-365, 365))), ""
        vague = DATE_ERRORS["first"] + origins()[human.origin]["vague"] / 200
        return (born_on.replace(month=1, day=1) if self._errs(vague) else born_on), ""

    def _one_digit_off(self, day: date) -> date:
        text = day.isoformat()
        for _ in range(40):
            place = self.chance.choice((3, 5, 6, 8, 9, 9))
            try:
                other = date.fromisoformat(text[:place] + str(self.chance.randint(0, 9)) + text[place + 1 :])
            except ValueError:
                continue
            if other != day and other <= TODAY:
                return other
        return day

    def _sex(self, human: Human) -> str:
        if self._left_out("sex"):
            return "U"
        return {"F": "M", "M": "F"}[human.sex] if self._errs(0.004) else human.sex

    def _home(self, human: Human) -> tuple[tuple[str, ...], str]:
        home = human.home
        if self._left_out("home"):
            return (), ""
        then = home.before if self.as_registered else None
        return self.writing.of(then or home.now)

    def _phones(self, human: Human) -> tuple[str, ...]:
        if self._left_out("phone"):
            return ()
        if self.as_registered and human.home.old_phone:
            return (human.home.old_phone,)
        return (self.chance.choice(human.home.phones),)

    def _school(self, human: Human) -> str:
        if self._left_out("school") or not human.school:
            return ""
        return self.chance.choice(SCHOOLS) if self._errs(OTHER_SCHOOL) else human.school

    def _kin(self, human: Human) -> tuple[OtherName, ...]:
        """Return who else is named: as they are told of in a referral, or stand on the register with this person."""
        named = []
        for one in human.home.members:
            rate = NAMED_TOO["child" if one.child else "adult"]
            if self.as_registered:
                rate = ON_RECORD_TOGETHER if one.registered else 0.0
            if one is not human and self.chance.random() < rate:
                given, _ = self._given(one)
                named.append(OtherName(given, self._family(one)))
        return tuple(named)

    def _number(self, human: Human, scheme: str) -> str:
        if self._left_out(scheme):
            return ""
        number: str = getattr(human, scheme)
        others = [getattr(one, scheme) for one in human.siblings if getattr(one, scheme)]
        if others and self._errs(SIBLINGS_NUMBER):
            return str(self.chance.choice(others))
        if number and self._errs(0.03):
            place = self.chance.randint(3, len(number) - 1)
            return number[:place] + str(self.chance.randint(0, 9)) + number[place + 1 :]
        return number


def population(seed: int, registered: int) -> tuple[list[Human], list[Record]]:
    """Return everybody, and a register of about as many people as asked for.  Another seed, other families."""
    people = Families(seed).until(registered)
    return people, register_of(people, seed + 1)
