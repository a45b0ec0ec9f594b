"""Keyed hashes by which a person is found: plain equality keeps its index under row-level security.

A token is eight bytes of HMAC-SHA256 under a key of the hub's own, so the table tells nothing to whoever holds
a copy without the key, and the same name is another token in another hub.
"""

import hashlib
import hmac
import re
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial
from itertools import product

from django.conf import settings

from mash.people import identifiers, names, streets
from mash.people.details import Details, Home, Words

LENGTH = 8  # bytes
SHORTEST_PREFIX = 3  # letters
MOST_PAIRS = 24  # pairs of sounds kept for one person

# Kinds.  A search by any part asks the first five.  "Is this person known?" asks first what few people share,
# and only when that shows nobody likely what many do.
PART = "part"  # a word of any name or of the school, and each beginning of a name word
POST = "post"  # a whole postcode, and its first half
PHONE = "phone"
NUMBER = "number"  # any identifier
BORN = "born"
INITIAL = "initial"  # a birth date and the first sound of a name
HOME = "home"  # a postcode and the sound of a name, in any of its forms
STREET = "street"  # a house number, the sound of a street and that of a name
PAIR = "pair"  # the sounds of a given and a family name, in either order
YEAR = "year"  # such a pair and a year of birth
MONTH = "month"  # the sound of a given name, and year and month of birth
DAY = "day"  # the sound of a given name, and day and month of birth
LETTER = "letter"  # the sound of a given name, the first of a family name, and a year of birth

Word = tuple[str, str]  # kind, value
Key = tuple[str, bytes]  # kind, token


@lru_cache(maxsize=256)
def _key(secret: str, hub_id: uuid.UUID) -> bytes:
    return hmac.new(bytes.fromhex(secret), b"people tokens" + hub_id.bytes, hashlib.sha256).digest()


def token(hub_id: uuid.UUID, kind: str, value: str) -> bytes:
    """Return the token of one value in one hub."""
    key = _key(settings.MASH_IDENTITY_KEY, hub_id)
    return hmac.digest(key, f"{kind}:{value}".encode(), "sha256")[:LENGTH]


def of(hub_id: uuid.UUID, values: Iterable[Word]) -> set[Key]:
    """Return the tokens of several values, with their kinds."""
    return {(kind, token(hub_id, kind, value)) for kind, value in values}


def findable(details: Details) -> set[Word]:
    """Return everything a person can be found by."""
    found = known_by(details) | {(PART, part) for part in _parts(details)}
    for home in details.addresses:
        if home.postcode:
            postcode = identifiers.tidy_postcode(home.postcode)
            found |= {(POST, postcode), (POST, identifiers.outward(postcode))}
    return found


def known_by(details: Details) -> set[Word]:
    """Return what a person can be found by when somebody is described: all but parts of words and whole postcodes."""
    found = {(PHONE, identifiers.digits(phone)) for phone in details.phones}
    found |= {(NUMBER, value) for _, value in details.numbers()}
    if details.born_on:
        found.add((BORN, details.born_on.isoformat()))
        found |= _initials(details, details.born_on) | _near_the_day(details, details.born_on)
    pairs = _pairs(details)
    return found | pairs | _years(pairs, details) | _letters(details) | _homes(details) | _streets(details)


def asked_first(details: Details) -> set[Word]:
    """Return what few people share: a birth date with an initial, a home with a name, a telephone, a number.

    Only numbers with a right check digit are asked; a birth date also with day and month swapped.
    """
    found = _homes(details) | _streets(details)
    found |= {
        (PHONE, number)
        for number in map(identifiers.digits, details.phones)
        if not identifiers.is_no_phone(number)
    }
    found |= {(NUMBER, value) for _, value in details.good_numbers()}
    if details.born_on:
        for day in filter(None, (details.born_on, swapped(details.born_on))):
            found |= _initials(details, day)
    return found


def asked_next(details: Details) -> set[Word]:
    """Return what many people share: a pair of names, alone or with a year; a given name with parts of a date.

    A name by its words alone is asked only when there is no pair of names.
    """
    pairs = _pairs(details)
    found = pairs | _years(pairs, details) | _letters(details, either=True)
    if details.born_on:
        found |= {(BORN, day.isoformat()) for day in {details.born_on, swapped(details.born_on)} if day}
        found |= _near_the_day(details, details.born_on, either=True)
    if not (details.given and details.family):
        found |= {(PART, word) for text in _names(details) for word in names.given_words(text)}
    return found


def asked(details: Details) -> set[Word]:
    """Return everything to look for when asking whether a person is known already."""
    return asked_first(details) | asked_next(details)


def swapped(day: date) -> date | None:
    """Return a date with day and month swapped, or None where that is no date."""
    return day.replace(month=day.day, day=day.month) if day.day <= 12 else None


def _names(details: Details) -> list[str]:
    """Return every name as it was written."""
    others = [part for other in details.further_names for part in (other.given, other.family)]
    return [details.given, details.family, *others]


def _parts(details: Details) -> Iterator[str]:
    for text in _names(details):
        found = names.words(text)
        for word in {*found, "".join(found)} - {""}:
            yield word
            yield from (word[:length] for length in range(SHORTEST_PREFIX, len(word)))
    yield from names.words(details.school)


def _sounds(given: Words, most: int = 3) -> set[str]:
    return {names.sound(full) for word in given[:most] for full in names.full_forms(word)}


def _pairs(details: Details) -> set[Word]:
    found: set[Word] = set()
    for given, family in details.forms():
        lasts = _sounds(names.core(family)) | ({names.sound("".join(family))} if len(family) > 1 else set())
        for pair in product(sorted(_sounds(given)), sorted(lasts)):
            if len(found) < MOST_PAIRS:
                found.add((PAIR, " ".join(sorted(pair))))
    return found


def _years(pairs: set[Word], details: Details) -> set[Word]:
    return {(YEAR, f"{pair} {year}") for (_, pair), year in product(pairs, _years_of_birth(details))}


def _letters(details: Details, *, either: bool = False) -> set[Word]:
    """Return given names with the first of a family name and a year.

    either: the family name may stand where the given name should.
    """
    orders = [pair for form in details.forms() for pair in ((form, form[::-1]) if either else (form,))]
    heard = {
        f"{sound} {initial[:1]}"
        for given, family in orders
        for sound in _sounds(given[:1])
        for initial in _sounds(names.core(family))
    }
    return {(LETTER, f"{one} {year}") for one, year in product(heard, _years_of_birth(details))}


def _years_of_birth(details: Details) -> set[int]:
    return {details.born_on.year} if details.born_on else _years_of_age(details)


def _years_of_age(details: Details) -> set[int]:
    """Return the years in which somebody of this age in plain years may be born; none if that cannot be told."""
    found = re.fullmatch(r"\D*(\d{1,2})", details.age_words.strip())
    if not found or not details.age_as_of:
        return set()
    middle = details.age_as_of.year - int(found[1])
    return {middle - 2, middle - 1, middle, middle + 1}


def _initials(details: Details, day: date) -> set[Word]:
    heard = {
        one[:1] for given, family in details.forms() for one in _sounds(given) | _sounds(names.core(family))
    }
    return {(INITIAL, f"{day.isoformat()} {letter}") for letter in heard}


def _near_the_day(details: Details, day: date, *, either: bool = False) -> set[Word]:
    """Return a given name with year and month, and with day and month: one of the three may be wrong.

    either: the family name may stand where the given name should.
    """
    words = {word for form in details.forms() for name in form[: 1 + either] for word in name[:1]}
    heard = _sounds(tuple(sorted(words)), most=len(words))
    return {(MONTH, f"{one} {day:%Y-%m}") for one in heard} | {(DAY, f"{one} {day:%m-%d}") for one in heard}


def _homes(details: Details) -> set[Word]:
    heard = _heard(details)
    codes = {identifiers.tidy_postcode(home.postcode) for home in details.addresses if home.postcode}
    return {
        (HOME, f"{code} {one}") for code, one in product(codes, heard) if not identifiers.is_no_home(code)
    }


def _streets(details: Details) -> set[Word]:
    heard = _heard(details)
    found = {
        f"{house} {names.sound(home.street[0])}"
        for home in (streets.read(home.lines) for home in details.addresses if home.lines)
        for house in home.houses
        if home.street
    }
    return {(STREET, f"{where} {one}") for where, one in product(found, heard)}


def _heard(details: Details) -> set[str]:
    """Return how each word of every name sounds, and the full names that it may be short for."""
    spoken = {word for given, family in details.forms() for word in given + names.core(family)}
    full = {one for given, _ in details.forms() for word in given for one in names.full_forms(word)}
    return {names.sound(word) for word in spoken | full}


# What a worker types into the search box

DATE = re.compile(r"\b(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})\b")
ISO_DATE = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
SPOKEN_DATE = re.compile(
    rf"\b(\d{{1,2}})(?:st|nd|rd|th)? ({'|'.join(MONTHS)})[a-z]* (\d{{4}})\b", re.IGNORECASE
)
POSTCODE = re.compile(r"\b([a-z]{1,2}[0-9][a-z0-9]?) ?([0-9][a-z]{2})\b", re.IGNORECASE)
OUTWARD = re.compile(r"[a-z]{1,2}[0-9][a-z0-9]?", re.IGNORECASE)
LONG_NUMBER = re.compile(r"(?<!\w)(?:\+44|0)?(?:[ \-()]{0,2}\d){9,12}(?!\w)")
LONGEST_SEARCH = 200  # characters


@dataclass(frozen=True, slots=True)
class Read:
    """What a search asks for: every term must be found.  `left_out`: what was too short to look for."""

    terms: tuple[Word, ...]
    left_out: tuple[str, ...] = ()


def read(text: str) -> Read:
    """Read what a worker typed: names, dates of birth, postcodes, telephone numbers and identifiers in any order."""
    rest = " ".join(text[:LONGEST_SEARCH].split())
    terms: list[Word] = []
    for pattern, kind in ((ISO_DATE, _iso), (SPOKEN_DATE, _spoken), (DATE, _written)):
        rest = pattern.sub(partial(_take_date, terms, kind), rest)
    rest = POSTCODE.sub(lambda match: _take(terms, (POST, f"{match[1]} {match[2]}".upper())), rest)
    rest = LONG_NUMBER.sub(lambda match: _take(terms, _long_number(match[0])), rest)
    left_out: list[str] = []
    for piece in rest.split():
        _read_piece(piece, terms, left_out)
    return Read(tuple(dict.fromkeys(terms)), tuple(left_out))


def described(asked: Read) -> Details:
    """Return a search as a description of somebody: the last of several name words is the family name."""
    words = [value for kind, value in asked.terms if kind == PART]
    values = dict(asked.terms)
    return Details(
        given=" ".join(words[:-1] if len(words) > 1 else words),
        family=words[-1] if len(words) > 1 else "",
        born_on=date.fromisoformat(values[BORN]) if BORN in values else None,
        addresses=(Home(postcode=values[POST]),) if " " in values.get(POST, "") else (),
        phones=(values[PHONE],) if PHONE in values else (),
        other_numbers=tuple(
            (scheme, value) for kind, value in asked.terms if kind == NUMBER for scheme in _schemes(value)
        ),
    )


def _schemes(value: str) -> list[str]:
    return [scheme for scheme in identifiers.CHECKED if identifiers.is_valid(scheme, value)]


def _read_piece(piece: str, terms: list[Word], left_out: list[str]) -> None:
    if OUTWARD.fullmatch(piece):
        terms.append((POST, piece.upper()))
    elif any(letter.isdigit() for letter in piece):
        terms.append((NUMBER, identifiers.tidy(piece)))
    else:
        found = names.words(piece)
        terms.extend((PART, word) for word in found if len(word) > 1)
        left_out.extend(word for word in found if len(word) == 1)


def _take_date(terms: list[Word], kind: Callable[[re.Match[str]], Word | None], match: re.Match[str]) -> str:
    return _take(terms, kind(match)) or match[0]


def _take(terms: list[Word], term: Word | None) -> str:
    if term is None:
        return ""
    terms.append(term)
    return " "


def _long_number(text: str) -> Word:
    plain = re.sub(r"\D", "", text)
    is_phone = plain.startswith("0") or text.strip().startswith("+")
    return (PHONE, identifiers.digits(text)) if is_phone else (NUMBER, plain)


def _date(year: str, month: int, day: str) -> Word | None:
    try:
        return (BORN, date(int(year), month, int(day)).isoformat())
    except ValueError:
        return None


def _iso(match: re.Match[str]) -> Word | None:
    return _date(match[1], int(match[2]), match[3])


def _written(match: re.Match[str]) -> Word | None:
    return _date(match[3], int(match[2]), match[1])


def _spoken(match: re.Match[str]) -> Word | None:
    return _date(match[3], MONTHS.index(match[2].lower()) + 1, match[1])
