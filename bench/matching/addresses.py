"""Made-up addresses, and what people make of them.  No street, postcode or town of these exists."""

import random
from dataclasses import dataclass

from bench.matching.misspelling import spelled, typed

PEOPLE_TO_A_POSTCODE = 30
POSTCODES_TO_A_STREET = 4
HOUSES_TO_A_POSTCODE = 24
FLATS = 0.2  # of homes
TOWN = "Northfield"
NO_FIXED_ABODE = "ZZ99 3VZ"
LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
STARTS = """
    Alder Birch Cedar Dock Elm Ferry Grove Harbour Iris Jetty Kiln Lock Mill North Orchard Park Quay River Station
    Tower Union Vale Wharf Yew
""".split()
ENDS = """
    bourne bridge brook combe cote cross dale field fold garth hithe holme hurst lea mead moor ridge side well worth
""".split()
KINDS = {
    "Road": "Rd", "Street": "St", "Lane": "Ln", "Court": "Ct", "Close": "Cl", "Gardens": "Gdns", "Avenue": "Ave",
    "Drive": "Dr", "Crescent": "Cres", "Terrace": "Ter", "Way": "Way", "Place": "Pl",
}  # fmt: skip
PLAIN_STREET = 0.3  # streets called by one word, and so several of a name
PARTS_OF_TOWN = [f"{start}{end}" for start in STARTS for end in ("end", "stoke", "wick")]

# What is said of an address, as shares of those that are given at all.
ONLY_POSTCODE = 0.12
NO_POSTCODE = 0.10
NO_HOUSE = 0.05  # the street alone, of those that say the street
ABBREVIATED = 0.35
NO_FLAT = 0.25
PART_OF_TOWN, ITS_TOWN = 0.4, 0.5
# Errors; `worse` multiplies them.
STREET_TYPED, STREET_SPELLED = 0.03, 0.02
OTHER_KIND, NO_KIND = 0.012, 0.02
OTHER_HOUSE = 0.02
POSTCODE_TYPED = 0.03


@dataclass(frozen=True, slots=True)
class Address:
    """Where somebody lives.  house: 0 for no fixed abode.  flat: "" for none."""

    flat: str
    house: int
    street: str
    kind: str
    part: str
    postcode: str


NOWHERE = Address("", 0, "", "", "", NO_FIXED_ABODE)


class Town:
    """A town: streets with their postcodes, in parts of town."""

    def __init__(self, chance: random.Random, people: int) -> None:
        self.chance = chance
        self._spots: list[tuple[str, str, str, str, int]] = []
        parts = {area: chance.sample(PARTS_OF_TOWN, 2) for area in range(1, 31)}
        wanted = 1 + people // PEOPLE_TO_A_POSTCODE
        while len(self._spots) < wanted:
            area, street, kind = chance.randint(1, 30), self._street(), chance.choice(list(KINDS))
            part = chance.choice(parts[area])
            for place in range(chance.randint(1, 2 * POSTCODES_TO_A_STREET - 1)):
                self._spots.append(
                    (self._postcode(area), street, kind, part, 1 + place * HOUSES_TO_A_POSTCODE)
                )

    def address(self) -> Address:
        """Return an address of the town."""
        chance = self.chance
        postcode, street, kind, part, first = chance.choice(self._spots)
        flat = str(chance.randint(1, 12)) if chance.random() < FLATS else ""
        return Address(
            flat, first + chance.randint(0, HOUSES_TO_A_POSTCODE - 1), street, kind, part, postcode
        )

    def _street(self) -> str:
        start = self.chance.choice(STARTS)
        return start if self.chance.random() < PLAIN_STREET else start + self.chance.choice(ENDS)

    def _postcode(self, area: int) -> str:
        chance = self.chance
        return f"NF{area} {chance.randint(1, 9)}{chance.choice(LETTERS)}{chance.choice(LETTERS)}"


class Writing:
    """How one person writes addresses down.  worse: times the errors.  gaps: times what is left out."""

    def __init__(self, chance: random.Random, worse: float, gaps: float) -> None:
        self.chance, self.worse, self.gaps = chance, worse, gaps

    def of(self, home: Address) -> tuple[tuple[str, ...], str]:
        """Return the lines and the postcode, as far as they are said."""
        if not home.house:
            return ("No fixed abode",), home.postcode
        how = self.chance.random() / self.gaps
        if how < ONLY_POSTCODE:
            return (), self._postcode(home.postcode)
        return self._lines(home), "" if how < ONLY_POSTCODE + NO_POSTCODE else self._postcode(home.postcode)

    def _lines(self, home: Address) -> tuple[str, ...]:
        chance = self.chance
        first = self._street(home)
        flat: tuple[str, ...] = ()
        if chance.random() >= NO_HOUSE * self.gaps:
            first = f"{self._house(home.house)} {first}"
            if home.flat and chance.random() >= NO_FLAT * self.gaps:
                flat, first = self._flat(home.flat, first)
        rest = (home.part,) if chance.random() < PART_OF_TOWN else ()
        return (*flat, first, *rest, *((TOWN,) if chance.random() < ITS_TOWN else ()))

    def _flat(self, flat: str, first: str) -> tuple[tuple[str, ...], str]:
        how = self.chance.random()
        if how < 0.5:
            return (f"Flat {flat}",), first
        return ((), f"Flat {flat}, {first}") if how < 0.8 else ((), f"{flat}/{first}")

    def _street(self, home: Address) -> str:
        chance, street, kind = self.chance, home.street, home.kind
        if self._errs(STREET_SPELLED):
            street = spelled(chance, street)
        if self._errs(STREET_TYPED):
            street = typed(chance, street)
        if self._errs(OTHER_KIND):
            kind = chance.choice(list(KINDS))
        if self._errs(NO_KIND):
            return street
        short = chance.random() < ABBREVIATED
        return f"{street} {KINDS[kind] if short else kind}"

    def _house(self, house: int) -> int:
        if not self._errs(OTHER_HOUSE):
            return house
        return max(1, house + self.chance.choice((-10, -2, -1, 1, 2, 10)))

    def _postcode(self, postcode: str) -> str:
        if not self._errs(POSTCODE_TYPED):
            return postcode
        place = self.chance.randint(len(postcode) - 3, len(postcode) - 1)
        letter = (
            str(self.chance.randint(1, 9)) if postcode[place].isdigit() else self.chance.choice("ABDEFGH")
        )
        return postcode[:place] + letter + postcode[place + 1 :]

    def _errs(self, rate: float) -> bool:
        return self.chance.random() < min(0.9, rate * self.worse)
