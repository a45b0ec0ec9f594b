"""Which places a contact tells of, so that two spellings of one place are one place.  Pure.

Source: docs/rules.md, "What harm comes back to".
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from hmac import digest

from mash.people import streets
from mash.people.names import fold

HOME = {"home", "at home", "home address", "family home", "in the home"}
LONGEST = 240


@dataclass(frozen=True, slots=True)
class Place:
    """One place.  kind: of `PlaceKind`.  key: the same for each spelling of it.  label: as it was written."""

    kind: str
    key: str
    label: str


def plain_postcode(text: str) -> str:
    """Return a postcode in capitals, without spaces; "" for what is too long to be one."""
    found = "".join(text.upper().split())
    return found if len(found) <= 8 else ""


def is_home(description: str) -> bool:
    """Tell whether the place is said to be the home, and nothing more."""
    return fold(description) in HOME


def places_of(description: str, postcode: str) -> list[Place]:
    """Return the address and its street, or the named place, that a description gives.  Nothing for an empty one.

    A street is told apart from its namesakes by the first half of the postcode.
    """
    words = " ".join(description.split())
    code = plain_postcode(postcode)
    district = code[:-3] if len(code) > 4 else ""
    if not words:
        return []
    found = streets.read((words,))
    street = " ".join((*found.street, found.kind)).strip()
    if not found.kind and not (found.houses and street):
        name = fold(words.partition(",")[0]) or fold(words)
        return [Place("named", f"{name}|{district}", _written(words, ""))] if name else []
    places = [Place("street", f"{street}|{district}", _written(street.title(), district))]
    if found.houses or found.flats:
        where = "|".join(
            (",".join(sorted(found.flats)), ",".join(sorted(found.houses)), street, code or district)
        )
        places.insert(0, Place("address", where, _written(words, _spaced(code))))
    return places


def setting(name: str) -> Place | None:
    """Return the school or setting of this name; None where none is given."""
    key = fold(name)
    return Place("setting", key, _written(" ".join(name.split()), "")) if key else None


def key_of(hub_id: uuid.UUID, place: Place, secret: str) -> uuid.UUID:
    """Return a key of a place that says nothing by itself: the same each time, and another in each hub.

    secret: the installation's, which is never changed, so that nobody finds an address by trying and none is lost.
    """
    said = digest(secret.encode(), b"harm|" + hub_id.bytes + f"{place.kind}|{place.key}".encode(), sha256)
    return uuid.UUID(bytes=said[:16], version=4)


def first_home(homes: Sequence[tuple[Sequence[str], str]]) -> tuple[str, str]:
    """Return the first home that says a line or a postcode, as description and postcode."""
    return next(((", ".join(lines), code) for lines, code in homes if lines or code), ("", ""))


def _spaced(code: str) -> str:
    return f"{code[:-3]} {code[-3:]}" if len(code) > 4 else code


def _written(words: str, code: str) -> str:
    return (f"{words}, {code}" if code else words)[:LONGEST]
