"""By what one person is told apart from everybody in an installation, as values to hash.  Pure.

Two hubs hold the same person where one of these values is the same.  Each names a given name letter by letter and a
whole birth date, so that brothers, sisters and twins never share one; and beside both something that few have.  What is
nearly the same is not the same here: spellings of one name are left apart, for Frances and Francis, or Samer and Samir,
may be twins.
"""

import hmac
import uuid
from collections.abc import Iterable, Iterator
from hashlib import sha256
from itertools import islice, product

from mash.people import identifiers, names
from mash.people.details import Details

LENGTH = 16  # bytes: long enough that two values never meet by chance
MOST = 60  # values of one person
NUMBERS = (identifiers.NHS, identifiers.UPN)
"""Schemes whose number is one person's in the whole country."""


def values_of(details: Details) -> set[str]:
    """Return the values of one person; none without a given name and a whole birth date.

    A number counts beside the first word of a given name, unless that is a name which brothers carry alike.  A name
    counts with a home or a telephone, or by itself where neither given nor family name is one that very many have.

    Source: docs/rules.md, "Asking another hub".
    """
    if details.born_on is None:
        return set()
    return set(islice(_values(details, details.born_on.isoformat()), MOST))


def _values(details: Details, born: str) -> Iterator[str]:
    pairs = sorted({pair for given, family in details.forms() for pair in _spelled(given, family)})
    firsts = sorted({_first(given) for given, _ in details.forms() if given})
    numbers = sorted(one for one in details.good_numbers() if one[0] in NUMBERS)
    for (scheme, value), first in product(numbers, firsts):
        yield f"number:{scheme}:{value}:{first}:{born}"
    for given, family, rare in pairs:
        if rare:
            yield f"name:{given}:{family}:{born}"
        for place in _places(details):
            yield f"{place}:{given}:{family}:{born}"


def _spelled(given: tuple[str, ...], family: tuple[str, ...]) -> Iterable[tuple[str, str, bool]]:
    """Yield a given name as it is written, a family name as all its spellings come out, and whether few have both."""
    own = names.core(family)
    if given and own and not names.is_title(own):
        rare = not (names.is_common(given) or names.is_common(own))
        yield "".join(given), _plain(own), rare


def _first(given: tuple[str, ...]) -> str:
    return "".join(given) if names.is_carried(given[0]) else given[0]


def _plain(words: tuple[str, ...]) -> str:
    return "".join(names.plainly_spelled(word) for word in words)


def _places(details: Details) -> Iterator[str]:
    codes = {identifiers.tidy_postcode(home.postcode) for home in details.addresses if home.postcode}
    yield from sorted(f"home:{one}" for one in codes if not identifiers.is_no_home(one))
    digits = {identifiers.digits(phone) for phone in details.phones}
    yield from sorted(f"phone:{one}" for one in digits if one and not identifiers.is_no_phone(one))


def marks_of(details: Details, key: str) -> list[bytes]:
    """Return the keyed hashes of a person.  key: the installation's, 64 hexadecimal digits."""
    secret = bytes.fromhex(key)
    return sorted(hmac.digest(secret, one.encode(), sha256)[:LENGTH] for one in values_of(details))


def rows_of(
    hub_id: uuid.UUID, several: Iterable[tuple[uuid.UUID, Details]], key: str
) -> list[tuple[uuid.UUID, uuid.UUID, list[bytes]]]:
    """Return hub, person and marks of several people, in the order of their keys: no two writers wait crosswise."""
    return [(hub_id, person, marks_of(details, key)) for person, details in sorted(several)]
