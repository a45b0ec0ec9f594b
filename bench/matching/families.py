"""Made-up families as they are: households with brothers, sisters and twins, some moved, some on no register.

Nothing here is written down wrongly: see `telling.py` for what people make of it.
"""

import random
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, timedelta

from stdnum.gb import upn

from bench.matching.addresses import ENDS, NOWHERE, STARTS, Address, Town
from bench.matching.naming import Names, family_names, given_names, origins

TODAY = date(2026, 11, 2)
TWINS = 0.04  # of births in a family
MOVED = 0.2  # households that moved since they came on the register
KNOWN_TO_SOCIAL_CARE = 0.35  # children to whom the council has given a number
OTHER_FAMILY_NAME = 0.25  # mothers, and children of an earlier father
CHANGED_FAMILY_NAME = 0.03  # people whose family name changed since they came on the register
DOUBLE_FAMILY_NAME = 0.054
SECOND_NAME = 0.35
ONE_NAME = [
    frozenset({"Mohammed", "Muhammad"}), frozenset({"Aisha", "Ayesha"}), frozenset({"Zeinab", "Zeynep"}),
    frozenset({"Babatunde", "Tunde"}), frozenset({"Emeka", "Chukwuemeka"}), frozenset({"William", "Liam"}),
    frozenset({"Eleanor", "Ellie-Mae"}),
]  # fmt: skip
"""No two children of a household have the same name in another form; Hassan and Hussain they may have."""
MOST_NHS_NUMBERS = 850_000
WITHOUT_HOME = 0.01  # households with no fixed abode
UNREGISTERED_HOUSEHOLD = 0.12
UNREGISTERED_CHILD, UNREGISTERED_ADULT = 0.12, 0.2
PEOPLE_TO_A_SCHOOL = 2_300  # England has some 24,000 schools for 57 million people
SCHOOLS = tuple(
    f"{start}{end} {kind}" for end in ("", *ENDS) for start in STARTS for kind in ("Primary", "Academy")
)


@dataclass(slots=True)
class Home:
    """Where a household lives now, and where it lived when it came on the register."""

    now: Address
    before: Address | None = None
    phones: tuple[str, ...] = ()
    old_phone: str = ""
    members: list["Human"] = field(default_factory=list)


@dataclass(slots=True)
class Human:
    """Somebody who exists.

    number: their own, whichever records there are of them.  former: the family name under which they came on the
    register.  registered: there is a record.  twin: another of the household was born with them.
    """

    number: int
    home: Home
    origin: str
    sex: str
    given: str
    second: str
    family: str
    born_on: date
    child: bool
    registered: bool
    former: str = ""
    twin: bool = False
    nhs: str = ""
    upn: str = ""
    la_child_id: str = ""
    school: str = ""

    @property
    def siblings(self) -> list["Human"]:
        """The other children of the household."""
        return [one for one in self.home.members if one.child and one is not self] if self.child else []


def _same(given: str) -> frozenset[str]:
    return next((names for names in ONE_NAME if given in names), frozenset({given}))


class Families:
    """Households, one after another, until as many people are registered as are asked for."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.people: list[Human] = []
        self._taken: set[str] = set()
        self._town = Town(self.chance, 1)
        self._schools = SCHOOLS
        self._names = list(origins())
        self._shares = [origins()[name]["share"] for name in self._names]

    def until(self, registered: int) -> list[Human]:
        """Make households until this many people are registered; returns everybody, registered or not."""
        self._town = Town(self.chance, registered)
        self._schools = SCHOOLS[: max(2, registered // PEOPLE_TO_A_SCHOOL)]
        count = 0
        while count < registered:
            count += sum(one.registered for one in self._household())
        return self.people

    def _household(self) -> list[Human]:
        chance = self.chance
        origin = chance.choices(self._names, self._shares)[0]
        home = self._home()
        family = self._family_name(origin)
        unknown = chance.random() < UNREGISTERED_HOUSEHOLD
        adults = [self._adult(home, origin, family, sex) for sex in chance.choice(("F", "FM", "FM", "M"))]
        for adult in adults[:1]:
            if len(adults) > 1 and chance.random() < OTHER_FAMILY_NAME:
                adult.family = self._family_name(origin)
        self._children(home, origin, family, min(adult.born_on for adult in adults))
        for one in home.members:
            share = UNREGISTERED_CHILD if one.child else UNREGISTERED_ADULT
            one.registered = not unknown and chance.random() >= share
            if chance.random() < CHANGED_FAMILY_NAME:
                one.former, one.family = one.family, self._family_name(origin)
        self.people += home.members
        return home.members

    def _adult(self, home: Home, origin: str, family: str, sex: str) -> Human:
        born_on = self._vague(origin, TODAY - timedelta(days=self.chance.randint(21 * 365, 52 * 365)))
        return self._human(home, origin, family, sex, born_on, child=False)

    def _children(self, home: Home, origin: str, family: str, first_parent_born: date) -> None:
        chance = self.chance
        youngest = max(TODAY - timedelta(days=18 * 365), first_parent_born + timedelta(days=18 * 365))
        born_on = youngest + timedelta(days=chance.randint(0, 6 * 365))
        own = [self._family_name(origin) if chance.random() < OTHER_FAMILY_NAME * 0.4 else family] + [
            family
        ] * 5
        for place in range(chance.choices((0, 1, 2, 3, 4, 5), (8, 28, 34, 18, 8, 4))[0]):
            if born_on > TODAY:
                return
            told = self._vague(origin, born_on)
            child = self._human(home, origin, own[place], chance.choice("FM"), told, child=True)
            if chance.random() < TWINS:
                twin = self._human(home, origin, own[place], chance.choice("FM"), told, child=True)
                child.twin = twin.twin = True
            born_on += timedelta(days=chance.randint(330, 1700))

    def _human(self, home: Home, origin: str, family: str, sex: str, born_on: date, *, child: bool) -> Human:
        chance, names = self.chance, given_names(origin, sex)
        taken = {name for one in home.members for name in _same(one.given)}
        seconds = {one.second for one in home.members}
        given = self._other_than(names, taken | seconds)
        second = self._other_than(names, taken | _same(given)) if chance.random() < SECOND_NAME else ""
        school = ""
        if child and (TODAY - born_on).days > 4 * 365:
            school = home.members[-1].school if home.members and home.members[-1].school else ""
            school = school if school and chance.random() < 0.7 else chance.choice(self._schools)
        human = Human(
            number=len(self.people) + len(home.members),
            home=home,
            origin=origin,
            sex=sex,
            given=given,
            second=second,
            family=family,
            born_on=born_on,
            child=child,
            registered=True,
            nhs=self._nhs(),
            upn=self._upn() if school else "",
            la_child_id=self._la_child_id() if child else "",
            school=school,
        )
        home.members.append(human)
        return human

    def _other_than(self, names: Names, taken: Collection[str]) -> str:
        while (name := names.one(self.chance)) in taken:
            pass
        return name

    def _family_name(self, origin: str) -> str:
        names = family_names(origin)
        name = names.one(self.chance)
        if self.chance.random() < DOUBLE_FAMILY_NAME:
            return f"{name}-{self._other_than(names, {name})}"
        return name

    def _vague(self, origin: str, born_on: date) -> date:
        vague = self.chance.random() < origins()[origin]["vague"] / 100
        return born_on.replace(month=1, day=1) if vague else born_on

    def _home(self) -> Home:
        chance = self.chance
        home = Home(self._town.address(), phones=(self._phone(), self._phone()))
        if chance.random() < WITHOUT_HOME:
            home.now = NOWHERE
        if chance.random() < MOVED:
            home.before = self._town.address()
        home.old_phone = self._phone() if chance.random() < MOVED else ""
        return home

    def _phone(self) -> str:
        """Return a number of a shape that nobody is given."""
        return f"099{self.chance.randint(0, 99_999_999):08}"

    def _nhs(self) -> str:
        """Return a number of the range that is kept for tests; the check digit is right.

        The range holds 900,000.  Once most are taken nobody gets one any more: two people never have the same.
        """
        while len(self._taken) < MOST_NHS_NUMBERS:
            nine = f"999{self.chance.randint(0, 999_999):06}"
            rest = 11 - sum(int(digit) * (10 - place) for place, digit in enumerate(nine)) % 11
            number = f"{nine}{rest % 11}"
            if rest != 10 and number not in self._taken:
                self._taken.add(number)
                return number
        return ""

    def _la_child_id(self) -> str:
        """Return a council's number of a child it has worked with; it has no check digit.  "" for most."""
        if self.chance.random() >= KNOWN_TO_SOCIAL_CARE:
            return ""
        return f"{self.chance.randint(0, 9_999_999):07}"

    def _upn(self) -> str:
        digits = f"201{self.chance.randint(0, 999_999_999):09}"
        return str(upn.calc_check_digit(digits)) + digits
