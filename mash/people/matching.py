"""Is this person already known?  Compares what is said of somebody with what we hold.  Pure.

It suggests, and never decides: a worker says who somebody is.  The weights are in one table, and whatever a
band rests on is said in words.
"""

import re
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler

from mash.people import names, tokens
from mash.people.details import Details
from mash.people.identifiers import LA_CHILD_ID, LABELS, NHS, UPN, digits, is_valid, outward, tidy_postcode

SHOWN = 5
Words = tuple[str, ...]


class Band(StrEnum):
    """How far a suggestion goes.  Source: docs/rules.md, "Matching people"."""

    LIKELY = "likely"
    CHECK = "check"
    NOT_FOUND = "not_found"

    @property
    def label(self) -> str:
        """How a worker reads it."""
        return {"likely": "Likely the same", "check": "Check", "not_found": "Not found"}[self.value]


class Mark(StrEnum):
    """How one fact compares, as the compare table shows it."""

    SAME = "same"
    CLOSE = "close"
    DIFFERENT = "different"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Level:
    """One way in which a fact agrees or not.

    points: what it adds.  words: the reason, said after nothing; "" when it is no reason by itself.
    """

    mark: Mark
    points: float
    words: str = ""

    @property
    def agrees(self) -> bool:
        """Tell whether it speaks for one person, fully or nearly."""
        return self.mark in (Mark.SAME, Mark.CLOSE)


NOTHING = Level(Mark.UNKNOWN, 0)
WEIGHTS = "1"
"""Edition of the levels below; a fitted table takes their place under another."""

GIVEN_SAME = Level(Mark.SAME, 4, "given name the same")
GIVEN_NICKNAME = Level(Mark.CLOSE, 3, "given name a short or other form of the same name")
GIVEN_PART = Level(Mark.CLOSE, 3, "given name partly the same")
GIVEN_CLOSE = Level(Mark.CLOSE, 2.5, "given name one letter different")
GIVEN_CUT = Level(Mark.CLOSE, 2, "given name cut short")
GIVEN_SOUND = Level(Mark.CLOSE, 2, "given name sounds alike")
GIVEN_INITIAL = Level(Mark.CLOSE, 1, "only the initial of the given name is the same")
GIVEN_DIFFERENT = Level(Mark.DIFFERENT, -5, "given name different")

FAMILY_SAME = Level(Mark.SAME, 4, "family name the same")
FAMILY_PART = Level(Mark.CLOSE, 3, "family name partly the same")
FAMILY_CLOSE = Level(Mark.CLOSE, 2.5, "family name one letter different")
FAMILY_SOUND = Level(Mark.CLOSE, 2, "family name sounds alike")
FAMILY_DIFFERENT = Level(Mark.DIFFERENT, -3, "family name different")

SWAPPED_NAMES = Level(Mark.CLOSE, 3.5, "given and family name swapped")

BORN_SAME = Level(Mark.SAME, 6, "same date of birth")
BORN_SWAPPED = Level(Mark.CLOSE, 3.5, "date of birth with day and month swapped")
BORN_DIGIT = Level(Mark.CLOSE, 2.5, "date of birth one digit different")
BORN_YEAR = Level(Mark.CLOSE, 1.5, "same year of birth, and one of the dates is 1 January")
BORN_OTHER_YEAR = Level(Mark.DIFFERENT, -2, "same day and month of birth, another year")
BORN_DIFFERENT = Level(Mark.DIFFERENT, -6, "date of birth different")
AGE_FITS = Level(Mark.CLOSE, 1, "age fits")
AGE_DIFFERENT = Level(Mark.DIFFERENT, -5, "age does not fit")

SEX_SAME = Level(Mark.SAME, 0)
SEX_DIFFERENT = Level(Mark.DIFFERENT, -3, "sex different")

POSTCODE_SAME = Level(Mark.SAME, 3, "same postcode")
POSTCODE_ONCE = Level(Mark.CLOSE, 2.5, "lived at the same postcode before")
POSTCODE_NEAR = Level(Mark.CLOSE, 0.5, "same postcode area")
POSTCODE_DIFFERENT = Level(Mark.DIFFERENT, -0.5, "other postcode")
PHONE_SAME = Level(Mark.SAME, 3, "same telephone number")
PHONE_DIFFERENT = Level(Mark.DIFFERENT, 0)
SCHOOL_SAME = Level(Mark.SAME, 1, "same school")
SCHOOL_DIFFERENT = Level(Mark.DIFFERENT, 0)

NUMBER_POINTS = {NHS: (10.0, -6.0), UPN: (9.0, -4.0), LA_CHILD_ID: (6.0, -0.5)}  # the same, different

SHORT_NAME = 5  # letters; below it one letter makes another name, unless both sound alike
LIKELY_FROM = 12.0
SHOWN_FROM = 4.0
WEAK_NAMES = (GIVEN_SOUND, GIVEN_INITIAL)  # Hassan and Hussain sound alike, and are twins
RIGHT_BY_ITSELF = (NHS, UPN)
"""Schemes with a check digit: an agreeing one counts as evidence beyond name and birth date."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody we hold, set beside what came in.

    levels: how each fact compares, by field: given, family, born_on, sex, postcode, phone, school and the
        schemes nhs, upn, la_child_id.
    reasons_for, reasons_against: in words, weightiest first.
    claimed: the numbers given that stand on this record although its name or birth date is clearly another.
    """

    person_id: uuid.UUID
    details: Details
    band: Band
    points: float
    levels: dict[str, Level] = field(default_factory=dict)
    reasons_for: tuple[str, ...] = ()
    reasons_against: tuple[str, ...] = ()
    claimed: frozenset[str] = frozenset()


def rank(incoming: Details, known: Iterable[tuple[uuid.UUID, Details]]) -> list[Candidate]:
    """Return up to five people worth a look, likeliest first.  An empty list means: not found.

    Source: docs/rules.md, "Matching people".
    """
    compared = [(key, held, compare(incoming, held)) for key, held in known]
    claimed = {scheme for _, _, levels in compared for scheme in _claimed(levels)}
    made = [_candidate(key, held, levels, claimed, incoming) for key, held, levels in compared]
    shown = _held_apart([one for one in made if one.band != Band.NOT_FOUND])
    shown.sort(key=lambda one: (one.band != Band.LIKELY, -one.points, str(one.person_id)))
    return shown[:SHOWN]


def _held_apart(shown: list[Candidate]) -> list[Candidate]:
    """Lower the likely ones to "check" where two of them are clearly not each other: only one can be right."""
    likely = [one for one in shown if one.band == Band.LIKELY]
    torn = any(
        Mark.DIFFERENT in (_names(one.details, other.details)[0].mark, _born(one.details, other.details).mark)
        for place, one in enumerate(likely)
        for other in likely[place + 1 :]
    )
    if not torn:
        return shown
    words = "somebody else on record fits as well"
    return [
        replace(one, band=Band.CHECK, reasons_against=(*one.reasons_against, words)) if one in likely else one
        for one in shown
    ]


def compare(incoming: Details, held: Details) -> dict[str, Level]:
    """Return how every fact compares."""
    given, family = _names(incoming, held)
    return {
        "given": given,
        "family": family,
        "born_on": _born(incoming, held),
        "sex": _sex(incoming, held),
        "postcode": _postcode(incoming, held),
        "phone": _phone(incoming, held),
        "school": _school(incoming, held),
        **{scheme: _number(scheme, incoming, held) for scheme in NUMBER_POINTS},
    }


def _candidate(
    key: uuid.UUID, held: Details, levels: dict[str, Level], claimed: set[str], incoming: Details
) -> Candidate:
    own = _claimed(levels)
    levels = {name: _reread(name, level, own, claimed) for name, level in levels.items()}
    points = sum(level.points for level in levels.values())
    band = _band(levels, points, bool(own))
    said = sorted(
        ((name, one) for name, one in levels.items() if one.words), key=lambda pair: -abs(pair[1].points)
    )
    against = [one.words for _, one in said if one.points < 0 or one.mark == Mark.DIFFERENT]
    against += [
        f"the {LABELS[scheme]} given fails its check digit, so it is not used"
        for scheme, value in sorted(incoming.numbers())
        if not is_valid(scheme, value)
    ]
    return Candidate(
        person_id=key,
        details=held,
        band=band,
        points=points,
        levels=levels,
        reasons_for=tuple(one.words for _, one in said if one.points > 0 and one.agrees),
        reasons_against=tuple(against),
        claimed=frozenset(own),
    )


def _band(levels: dict[str, Level], points: float, has_claimed_number: bool) -> Band:
    """Place a comparison.  Whoever clearly has another given name or birth date is never more than "check":
    brothers and sisters, twins, father and son.

    Source: docs/rules.md, "Matching people".
    """
    given, born = levels["given"], levels["born_on"]
    number_agrees = any(levels[scheme].mark == Mark.SAME for scheme in RIGHT_BY_ITSELF)
    if points < SHOWN_FROM and not (number_agrees or has_claimed_number):
        return Band.NOT_FOUND
    could_be = Mark.DIFFERENT not in (given.mark, born.mark)
    born_agrees = born in (BORN_SAME, BORN_SWAPPED)
    enough = number_agrees or (given.agrees and given not in WEAK_NAMES and born_agrees)
    if could_be and enough and points >= LIKELY_FROM:
        return Band.LIKELY
    return Band.CHECK


# Numbers


def _number(scheme: str, incoming: Details, held: Details) -> Level:
    """Compare the numbers of one scheme; only those with a right check digit are evidence.

    Source: docs/rules.md, "Identifiers".
    """
    mine = {value for one, value in incoming.good_numbers() if one == scheme}
    theirs = {value for one, value in held.good_numbers() if one == scheme}
    if not mine or not theirs:
        return NOTHING
    same, different = NUMBER_POINTS[scheme]
    if mine & theirs:
        return Level(Mark.SAME, same, f"{LABELS[scheme]} the same")
    return Level(Mark.DIFFERENT, different, f"{LABELS[scheme]} different")


def _claimed(levels: dict[str, Level]) -> set[str]:
    """Return the schemes whose number agrees although the person is clearly somebody else."""
    given, born = levels["given"].mark, levels["born_on"]
    another_name = given == Mark.DIFFERENT and not born.agrees
    another_date = born in (BORN_DIFFERENT, BORN_OTHER_YEAR)
    if not (another_name or another_date):
        return set()
    return {scheme for scheme in NUMBER_POINTS if levels[scheme].mark == Mark.SAME}


def _reread(name: str, level: Level, own: set[str], claimed: set[str]) -> Level:
    """Read a number again once it is known whose it seems to be: it speaks against its odd owner, and not
    against anybody else for whom another number is held."""
    if name in own:
        words = f"the {LABELS[name]} given is this person's, whose name or date of birth is clearly another"
        return Level(Mark.DIFFERENT, 0, words)
    if name in claimed and level.mark == Mark.DIFFERENT:
        words = f"the {LABELS[name]} given stands on another person's record"
        return Level(Mark.DIFFERENT, 0, words)
    return level


# Names


def _names(incoming: Details, held: Details) -> tuple[Level, Level]:
    """Compare given and family names over every name either goes by, and crosswise."""
    sexes_differ = _sex(incoming, held) == SEX_DIFFERENT
    pairs = [(one, other) for one in incoming.forms() for other in held.forms()]
    straight = [(given(a, c, sexes_differ), family(b, d)) for (a, b), (c, d) in pairs]
    best = max(straight, key=_both)
    differ = Mark.DIFFERENT in (best[0].mark, best[1].mark)
    if differ and any(_crosswise(b, c) and _crosswise(a, d) for (a, b), (c, d) in pairs):
        return SWAPPED_NAMES, replace(SWAPPED_NAMES, words="")
    return best


def _crosswise(one: Words, other: Words) -> bool:
    return family(one, other).agrees or given(one, other) == GIVEN_NICKNAME


def _both(pair: tuple[Level, Level]) -> float:
    return pair[0].points + pair[1].points


def given(one: Words, other: Words, sexes_differ: bool = False) -> Level:
    """Compare two given names, each as folded words.

    Words in common are set aside first: Mohammed Hassan is not nearly Mohammed Hussain.  One letter makes
    another name of it when the sexes differ (Daniel, Daniela), when the first letter is another (Jayden,
    Kayden), and in a short name that sounds otherwise (Ava, Ada).
    """
    if not one or not other:
        return NOTHING
    if "".join(one) == "".join(other):
        return GIVEN_SAME
    mine = [word for word in one if word not in other]
    theirs = [word for word in other if word not in one]
    if not mine or not theirs:
        return GIVEN_PART
    if len(mine) == len(theirs) == 1 and names.full_forms(mine[0]) & names.full_forms(theirs[0]):
        return GIVEN_NICKNAME
    return GIVEN_DIFFERENT if sexes_differ else _near_given("".join(mine), "".join(theirs))


def _near_given(one: str, other: str) -> Level:
    alike = _sounds_alike(one, other)
    if one[0] != other[0]:
        return GIVEN_SOUND if alike else GIVEN_DIFFERENT
    if min(len(one), len(other)) == 1:
        return GIVEN_INITIAL
    shorter, longer = sorted((one, other), key=len)
    if DamerauLevenshtein.distance(one, other) == 1 and (alike or len(shorter) >= SHORT_NAME):
        return GIVEN_CLOSE
    if len(shorter) >= 3 and longer.startswith(shorter):
        return GIVEN_CUT
    return GIVEN_SOUND if alike else GIVEN_DIFFERENT


def family(one: Words, other: Words) -> Level:
    """Compare two family names, each as folded words."""
    if not one or not other:
        return NOTHING
    if "".join(one) == "".join(other):
        return FAMILY_SAME
    if set(one) < set(other) or set(other) < set(one):
        return FAMILY_PART
    if _few_letters_off("".join(one), "".join(other)):
        return FAMILY_CLOSE
    return FAMILY_SOUND if _sounds_alike("".join(one), "".join(other)) else FAMILY_DIFFERENT


def _few_letters_off(one: str, other: str) -> bool:
    shortest = min(len(one), len(other))
    allowed = 0 if shortest < 3 else 1 if shortest < 8 else 2
    return DamerauLevenshtein.distance(one, other) <= allowed


def _sounds_alike(one: str, other: str) -> bool:
    return names.sound(one) == names.sound(other) and JaroWinkler.similarity(one, other) >= 0.8


# Dates, places and the rest


def _born(incoming: Details, held: Details) -> Level:
    if incoming.born_on and held.born_on:
        return born(incoming.born_on, held.born_on)
    if held.born_on:
        return _age(incoming.age_words, incoming.age_as_of, held.born_on)
    if incoming.born_on:
        return _age(held.age_words, held.age_as_of, incoming.born_on)
    return NOTHING


def born(one: date, other: date) -> Level:
    """Compare two dates of birth."""
    if one == other:
        return BORN_SAME
    if tokens.swapped(one) == other:
        return BORN_SWAPPED
    if (one.day, one.month) == (other.day, other.month):
        return BORN_OTHER_YEAR
    if one.year == other.year and (1, 1) in {(one.day, one.month), (other.day, other.month)}:
        return BORN_YEAR
    if DamerauLevenshtein.distance(f"{one:%Y%m%d}", f"{other:%Y%m%d}") == 1:
        return BORN_DIGIT
    return BORN_DIFFERENT


def _age(words: str, as_of: date | None, born_on: date) -> Level:
    """Compare an age in words ("about 4", "40s", "6 months") with a date of birth."""
    found = re.search(r"(\d{1,3})\s*(s\b|months?|weeks?|days?)?", words.lower())
    if not found or not as_of:
        return NOTHING
    stated, unit = int(found[1]), found[2] or ""
    years = (as_of - born_on).days / 365.25
    if unit == "s":
        return AGE_FITS if stated - 1 <= years < stated + 11 else AGE_DIFFERENT
    stated = 0 if unit else stated
    return AGE_FITS if stated - 1 - stated * 0.1 <= years < stated + 2 + stated * 0.1 else AGE_DIFFERENT


def _sex(incoming: Details, held: Details) -> Level:
    known = {incoming.sex, held.sex} & {"F", "M"}
    if len(known) == 2:
        return SEX_DIFFERENT
    return SEX_SAME if incoming.sex == held.sex and known else NOTHING


def _postcode(incoming: Details, held: Details) -> Level:
    mine = [tidy_postcode(home.postcode) for home in incoming.addresses if home.postcode]
    theirs = [tidy_postcode(home.postcode) for home in held.addresses if home.postcode]
    if not mine or not theirs:
        return NOTHING
    if set(mine) & set(theirs):
        return POSTCODE_SAME if theirs[0] in mine else POSTCODE_ONCE
    near = {outward(code) for code in mine} & {outward(code) for code in theirs}
    return POSTCODE_NEAR if near else POSTCODE_DIFFERENT


def _phone(incoming: Details, held: Details) -> Level:
    return _either(map(digits, incoming.phones), map(digits, held.phones), PHONE_SAME, PHONE_DIFFERENT)


def _school(incoming: Details, held: Details) -> Level:
    mine, theirs = names.words(incoming.school), names.words(held.school)
    return _either([mine] if mine else [], [theirs] if theirs else [], SCHOOL_SAME, SCHOOL_DIFFERENT)


def _either(mine: Iterable[object], theirs: Iterable[object], same: Level, different: Level) -> Level:
    one, other = set(mine), set(theirs)
    if not one or not other:
        return NOTHING
    return same if one & other else different


def best(candidates: Sequence[Candidate]) -> Band:
    """Return the band of the whole answer: of its first candidate, or not found."""
    return candidates[0].band if candidates else Band.NOT_FOUND
