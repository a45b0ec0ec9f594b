"""What is known or said of one person, apart from any row: what a contact says, a register holds, we have."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from mash.people import names
from mash.people.identifiers import LA_CHILD_ID, NHS, REGISTER, UPN, is_valid, tidy

Words = tuple[str, ...]
"""Folded words of a name."""
MOST_NAMES = 8  # further names by which somebody is compared and looked for


@dataclass(frozen=True, slots=True)
class OtherName:
    """A further name.  kind: known_as | former | written.  A single word may stand in `given` alone."""

    given: str = ""
    family: str = ""
    kind: str = "known_as"


@dataclass(frozen=True, slots=True)
class Home:
    """An address, never a protected one, and the days it was theirs as far as known."""

    lines: tuple[str, ...] = ()
    postcode: str = ""
    from_on: date | None = None
    until_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """One person as somebody describes them; whatever was not said is blank.

    known_as: further names as one text each ("Bee", "Eva Stone").  other_names: with given and family apart.
    age_words: "about 4", said on `age_as_of`.  sex: F, M or U.
    addresses: the current one first.  phones: as written.
    nhs_number, upn, la_child_id, register_key: as written; other_numbers: further (scheme, value) pairs.
    kin: those who were named with them, or live with them or are their family on record, by their usual names.
    source, source_key: where the description came from and its key there, so that taking it again changes nothing.
    """

    given: str = ""
    family: str = ""
    known_as: tuple[str, ...] = ()
    other_names: tuple[OtherName, ...] = ()
    pronunciation: str = ""
    born_on: date | None = None
    expected_on: date | None = None
    age_words: str = ""
    age_as_of: date | None = None
    sex: str = "U"
    ethnicity: str = ""
    language: str = ""
    interpreter: bool = False
    disabilities: tuple[str, ...] = ()
    addresses: tuple[Home, ...] = ()
    phones: tuple[str, ...] = ()
    nhs_number: str = ""
    upn: str = ""
    la_child_id: str = ""
    register_key: str = ""
    kin: tuple[OtherName, ...] = ()
    other_numbers: tuple[tuple[str, str], ...] = ()
    school: str = ""
    gp: str = ""
    died_on: date | None = None
    source: str = ""
    source_key: str = ""

    @property
    def further_names(self) -> tuple[OtherName, ...]:
        """Every name but the usual one; a known-as of one text stands in `given`."""
        return (*(OtherName(given=text) for text in self.known_as), *self.other_names)

    def forms(self) -> tuple[tuple[Words, Words], ...]:
        """Return every pair of given and family words the person goes by, the usual one first.

        An alias without a family name goes with the usual one; "Eva Stone" is read both ways.  What only stands
        where no name is known ("Baby", "Unknown") is left out, and so is what lies past eight further names.
        """
        few = (*(OtherName(given=text) for text in self.known_as[:MOST_NAMES]), *self.other_names)[
            :MOST_NAMES
        ]
        return _forms(self.given, self.family, few)

    def numbers(self) -> set[tuple[str, str]]:
        """Return every number by which others know the person, as (scheme, tidied value)."""
        named = [
            (NHS, self.nhs_number),
            (UPN, self.upn),
            (LA_CHILD_ID, self.la_child_id),
            (REGISTER, self.register_key),
        ]
        return {(scheme, tidy(value)) for scheme, value in (*named, *self.other_numbers) if tidy(value)}

    def good_numbers(self) -> set[tuple[str, str]]:
        """Return those numbers whose check digit is right.  Source: docs/rules.md, "Identifiers"."""
        return {(scheme, value) for scheme, value in self.numbers() if is_valid(scheme, value)}


@lru_cache(maxsize=16384)
def _forms(given: str, family: str, others: tuple[OtherName, ...]) -> tuple[tuple[Words, Words], ...]:
    first, last = names.given_words(given), names.family_words(family)
    found = [(first, last)]
    for other in others:
        found.append((names.given_words(other.given) or first, names.family_words(other.family) or last))
        parts = other.given.split()
        if not other.family and len(parts) > 1:
            found.append((names.given_words(" ".join(parts[:-1])), names.family_words(parts[-1])))
    return tuple(dict.fromkeys(found))
