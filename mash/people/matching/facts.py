"""Comparing dates, ages, places, numbers and the rest.  Pure."""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache

from rapidfuzz.distance import DamerauLevenshtein

from mash.people import names, tokens
from mash.people.details import Details
from mash.people.identifiers import digits, is_no_home, is_no_phone, is_whole_postcode, outward, tidy_postcode
from mash.people.matching.levels import (
    AGE_DIFFERENT,
    AGE_FITS,
    BORN_DIFFERENT,
    BORN_DIGIT,
    BORN_FIRST,
    BORN_NEXT_YEAR,
    BORN_OTHER_YEAR,
    BORN_SAME,
    BORN_SWAPPED,
    BORN_YEAR,
    EXPECTED_DIFFERENT,
    EXPECTED_FITS,
    NOTHING,
    NUMBER_CLOSE,
    NUMBER_DIFFERENT,
    NUMBER_SAME,
    PHONE_DIFFERENT,
    PHONE_SAME,
    POSTCODE_CLOSE,
    POSTCODE_DIFFERENT,
    POSTCODE_NEAR,
    POSTCODE_ONCE,
    POSTCODE_SAME,
    SCHOOL_DIFFERENT,
    SCHOOL_SAME,
    SEX_DIFFERENT,
    SEX_SAME,
    Level,
)

AGE = re.compile(r"(\d{1,3})\s*(s\b|months?|weeks?|days?)?")
LONG_ENOUGH = 6  # digits and letters of a number without a check digit, from which on one may be wrong
AROUND_THE_DAY = timedelta(weeks=6)  # between an expected date and a birth


def born_on(incoming: Details, held: Details) -> Level:
    """Compare dates of birth, ages in words, and the dates on which a child is expected."""
    if incoming.born_on and held.born_on:
        return born(incoming.born_on, held.born_on)
    if incoming.expected_on or held.expected_on:
        return _expected(incoming, held)
    if held.born_on:
        return _age(incoming.age_words, incoming.age_as_of, held.born_on)
    if incoming.born_on:
        return _age(held.age_words, held.age_as_of, incoming.born_on)
    return NOTHING


def born(one: date, other: date) -> Level:
    """Compare two dates of birth.

    1 January often stands for a year of birth alone, and so is worth less.
    """
    if one == other:
        return BORN_FIRST if (one.day, one.month) == (1, 1) else BORN_SAME
    if tokens.swapped(one) == other:
        return BORN_SWAPPED
    if (one.day, one.month) == (other.day, other.month):
        return BORN_NEXT_YEAR if abs(one.year - other.year) == 1 else BORN_OTHER_YEAR
    if one.year == other.year and (1, 1) in {(one.day, one.month), (other.day, other.month)}:
        return BORN_YEAR
    if DamerauLevenshtein.distance(one.isoformat(), other.isoformat(), score_cutoff=1) == 1:
        return BORN_DIGIT
    return BORN_DIFFERENT


def _age(words: str, as_of: date | None, born_on: date) -> Level:
    """Compare an age in words ("about 4", "40s", "6 months") with a date of birth."""
    found = AGE.search(words.lower())
    if not found or not as_of:
        return NOTHING
    stated, unit = int(found[1]), found[2] or ""
    years = (as_of - born_on).days / 365.25
    if unit == "s":
        return AGE_FITS if stated - 1 <= years < stated + 11 else AGE_DIFFERENT
    stated = 0 if unit else stated
    return AGE_FITS if stated - 1 - stated * 0.1 <= years < stated + 2 + stated * 0.1 else AGE_DIFFERENT


def _expected(incoming: Details, held: Details) -> Level:
    """Compare a child not yet born with one not yet born or born since."""
    one, other = incoming.expected_on or incoming.born_on, held.expected_on or held.born_on
    if not one or not other:
        return NOTHING
    return EXPECTED_FITS if abs(one - other) <= AROUND_THE_DAY else EXPECTED_DIFFERENT


def sex(incoming: Details, held: Details) -> Level:
    """Compare sexes."""
    known = {incoming.sex, held.sex} & {"F", "M"}
    if len(known) == 2:
        return SEX_DIFFERENT
    return SEX_SAME if incoming.sex == held.sex and known else NOTHING


def postcode(incoming: Details, held: Details) -> Level:
    """Compare where both live or lived; no fixed abode is nowhere, and nobody's neighbour.

    Half a postcode, or one of another country, is where thousands live: two that are the same are one area.
    """
    mine, theirs = _postcodes(incoming), _postcodes(held)
    if not mine or not theirs:
        return NOTHING
    whole = {code for code in mine if is_whole_postcode(code)}
    if whole & set(theirs):
        return POSTCODE_SAME if theirs[0] in whole else POSTCODE_ONCE
    others = [code for code in theirs if is_whole_postcode(code)]
    if any(DamerauLevenshtein.distance(one, other, score_cutoff=1) == 1 for one in whole for other in others):
        return POSTCODE_CLOSE
    near = {outward(code) for code in mine} & {outward(code) for code in theirs}
    return POSTCODE_NEAR if near else POSTCODE_DIFFERENT


def _postcodes(details: Details) -> list[str]:
    found = [tidy_postcode(home.postcode) for home in details.addresses if home.postcode]
    return [code for code in found if not is_no_home(code)]


def phone(incoming: Details, held: Details) -> Level:
    """Compare telephone numbers."""
    if not incoming.phones or not held.phones:
        return NOTHING
    return _either(_phones(incoming.phones), _phones(held.phones), PHONE_SAME, PHONE_DIFFERENT)


@lru_cache(maxsize=16384)
def _phones(written: tuple[str, ...]) -> frozenset[str]:
    return frozenset(number for number in map(digits, written) if not is_no_phone(number))


def school(incoming: Details, held: Details) -> Level:
    """Compare schools by name."""
    mine, theirs = names.words(incoming.school), names.words(held.school)
    return _either([mine] if mine else [], [theirs] if theirs else [], SCHOOL_SAME, SCHOOL_DIFFERENT)


def _either(mine: Iterable[object], theirs: Iterable[object], same: Level, different: Level) -> Level:
    one, other = set(mine), set(theirs)
    if not one or not other:
        return NOTHING
    return same if one & other else different


def number(scheme: str, mine: set[str], theirs: set[str]) -> Level:
    """Compare the numbers of one scheme; only those with a right check digit are evidence.

    Of a scheme that has none, one digit may be wrong, or two beside each other swapped.

    Source: docs/rules.md, "Identifiers".
    """
    if not mine or not theirs:
        return NOTHING
    if mine & theirs:
        return NUMBER_SAME[scheme]
    if scheme in NUMBER_CLOSE and any(_one_off(one, other) for one in mine for other in theirs):
        return NUMBER_CLOSE[scheme]
    return NUMBER_DIFFERENT[scheme]


def _one_off(one: str, other: str) -> bool:
    return (
        min(len(one), len(other)) >= LONG_ENOUGH
        and DamerauLevenshtein.distance(one, other, score_cutoff=1) == 1
    )
