"""Setting somebody described beside people on record, and saying how far each suggestion goes.  Pure."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from mash.people.details import Details
from mash.people.identifiers import LABELS, is_valid
from mash.people.matching import facts, family, homes, naming
from mash.people.matching.levels import (
    AGE_FITS,
    BORN_DIFFERENT,
    BORN_DIGIT,
    BORN_FIRST,
    BORN_NEXT_YEAR,
    BORN_OTHER_YEAR,
    BORN_SAME,
    BORN_SWAPPED,
    GIVEN_SAME_COMMON,
    NAME_COMMON,
    NAME_RARE,
    NAME_SHARED,
    NAMESAKES_MANY,
    NAMESAKES_NONE,
    NAMESAKES_ONE,
    NAMESAKES_SOME,
    NOTHING,
    NUMBER_DIFFERENT,
    RIGHT_BY_ITSELF,
    SCHEMES,
    SEX_DIFFERENT,
    STRONG_NAMES,
    WEAK_NAMES,
    WHOLE_NAMES,
    WRITTEN_NAMES,
    Level,
    Mark,
)
from mash.people.matching.weights import Weights, shipped

SHOWN = 5
MANY = 5  # namesakes


class Band(StrEnum):
    """How far a suggestion goes.  Source: docs/rules.md, "Matching people"."""

    LIKELY = "likely"
    CHECK = "check"
    NOT_FOUND = "not_found"

    @property
    def label(self) -> str:
        """How a worker reads it."""
        return {"likely": "Likely the same", "check": "Check", "not_found": "Not found"}[self.value]


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody we hold, set beside what came in.

    points: the sum of the weights.
    levels: how each fact compares, by field: given, family, born_on, sex, postcode, street, place, phone, school,
        kin and the schemes nhs, upn, la_child_id.
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


def rank(
    incoming: Details, known: Iterable[tuple[uuid.UUID, Details]], weights: Weights | None = None
) -> list[Candidate]:
    """Return up to five people worth a look, likeliest first.  An empty list means: not found.

    known: records under the key of the person they belong to; of several records of one the likeliest is shown.
    weights: the shipped ones by default.

    Source: docs/rules.md, "Matching people".
    """
    weighed = weights or shipped()
    made = [_candidate(*one, weighed) for one in set_beside(incoming, known)]
    shown = [one for one in made if one.band != Band.NOT_FOUND]
    shown.sort(key=lambda one: (one.band != Band.LIKELY, -one.points, str(one.person_id)))
    likeliest: dict[uuid.UUID, Candidate] = {}
    for one in shown:
        likeliest.setdefault(one.person_id, one)
    return [_explained(one, incoming, weighed) for one in _held_apart([*likeliest.values()][:SHOWN])]


def set_beside(
    incoming: Details, known: Iterable[tuple[uuid.UUID, Details]]
) -> list[tuple[uuid.UUID, Details, dict[str, Level], frozenset[str]]]:
    """Return each record with how it compares, and the numbers given that stand on it and are another's."""
    compared = [(key, held, compare(incoming, held)) for key, held in known]
    count_namesakes([levels for _, _, levels in compared])
    claimed = {scheme for _, _, levels in compared for scheme in _claimed(levels)}
    return [(key, held, *_with_claims(levels, claimed)) for key, held, levels in compared]


def _with_claims(levels: dict[str, Level], claimed: set[str]) -> tuple[dict[str, Level], frozenset[str]]:
    if not claimed:
        return levels, frozenset()
    own = _claimed(levels)
    return {name: _reread(name, level, own, claimed) for name, level in levels.items()}, frozenset(own)


def _held_apart(shown: list[Candidate]) -> list[Candidate]:
    """Lower the likely ones to "check" where two of them are clearly not each other: only one can be right."""
    likely = [one for one in shown if one.band == Band.LIKELY]
    torn = any(
        _are_two(one.details, other.details)
        for place, one in enumerate(likely)
        for other in likely[place + 1 :]
    )
    if not torn:
        return shown
    words = ("somebody else on record fits as well",)
    return [
        replace(one, band=Band.CHECK, reasons_against=words) if one.band == Band.LIKELY else one
        for one in shown
    ]


def _are_two(one: Details, other: Details) -> bool:
    differ = facts.sex(one, other) == SEX_DIFFERENT
    given, _ = naming.compare_names(one, other, sexes_differ=differ)
    return Mark.DIFFERENT in (given.mark, facts.born_on(one, other).mark)


def compare(incoming: Details, held: Details) -> dict[str, Level]:
    """Return how every fact compares."""
    sex = facts.sex(incoming, held)
    given, surname = naming.compare_names(incoming, held, sexes_differ=sex == SEX_DIFFERENT)
    levels = {
        "given": given,
        "family": surname,
        "born_on": facts.born_on(incoming, held),
        "sex": sex,
        "postcode": facts.postcode(incoming, held),
        "street": homes.street(incoming, held),
        "place": homes.place(incoming, held),
        "phone": facts.phone(incoming, held),
        "school": facts.school(incoming, held),
        "kin": family.kin(incoming, held),
    }
    mine = incoming.good_numbers()
    theirs = held.good_numbers() if mine else set()
    for scheme in SCHEMES:
        levels[scheme] = facts.number(scheme, _of(scheme, mine), _of(scheme, theirs)) if theirs else NOTHING
    return levels


def count_namesakes(several: Sequence[dict[str, Level]]) -> None:
    """Say of each whose names agree, and of whom no date tells, how many others of this search have such names too.

    Of each whose date is nearly the same it is said in another way: there the others have other dates.  Of one record
    alone that is not known.
    """
    named = [
        levels
        for levels in several
        if levels["family"].agrees and levels["given"].agrees and levels["given"] not in WEAK_NAMES
    ]
    undated = [levels for levels in named if levels["born_on"] in (NOTHING, AGE_FITS)]
    others = len(undated) - 1
    level = NAMESAKES_NONE if others < 1 else NAMESAKES_ONE if others == 1 else NAMESAKES_SOME
    for levels in undated:
        levels["namesakes"] = NAMESAKES_MANY if others > MANY else level
    others = len(named) - 1
    level = NAME_RARE if others <= 1 else NAME_SHARED if others <= MANY else NAME_COMMON
    for levels in named if len(several) > 1 else ():
        if levels["born_on"].mark == Mark.CLOSE and levels["born_on"] is not AGE_FITS:
            levels["namesakes"] = level


def _of(scheme: str, numbers: Iterable[tuple[str, str]]) -> set[str]:
    return {value for one, value in numbers if one == scheme}


def _candidate(
    key: uuid.UUID, held: Details, levels: dict[str, Level], claimed: frozenset[str], weights: Weights
) -> Candidate:
    points = weights.points(levels)
    return Candidate(
        person_id=key,
        details=held,
        band=band_of(levels, points, weights, has_claimed_number=bool(claimed)),
        points=points,
        levels=levels,
        claimed=claimed,
    )


def _explained(one: Candidate, incoming: Details, weights: Weights) -> Candidate:
    """Say in words what the suggestion rests on."""
    said = sorted(
        (level for level in one.levels.values() if level.words), key=lambda level: -abs(weights.of(level))
    )
    against = [level.words for level in said if level.mark == Mark.DIFFERENT]
    against += [
        f"the {LABELS[scheme]} given fails its check digit, so it is not used"
        for scheme, value in sorted(incoming.numbers())
        if not is_valid(scheme, value)
    ]
    return replace(
        one,
        reasons_for=tuple(level.words for level in said if level.agrees),
        reasons_against=(*one.reasons_against, *against),
    )


def band_of(levels: dict[str, Level], points: float, weights: Weights, *, has_claimed_number: bool) -> Band:
    """Place a comparison.  Whoever clearly has another given name or birth date is never more than "check":
    brothers and sisters, twins, father and son.  Nor is whoever has another number, unless all else says that one
    person has two (`_has_two_numbers`).

    Source: docs/rules.md, "Matching people".
    """
    number_agrees = any(levels[scheme].mark == Mark.SAME for scheme in RIGHT_BY_ITSELF)
    speaks_for = any(level.agrees and level.words for level in levels.values())
    if not (number_agrees or has_claimed_number or (points >= weights.shown_from and speaks_for)):
        return Band.NOT_FOUND
    given, born = levels["given"], levels["born_on"]
    could_be = Mark.DIFFERENT not in (given.mark, born.mark)
    if could_be and number_agrees and given.agrees and given not in WEAK_NAMES:
        return Band.LIKELY
    by_number = number_agrees and (given.agrees or born.agrees)
    number_differs = any(levels[scheme] is NUMBER_DIFFERENT[scheme] for scheme in RIGHT_BY_ITSELF)
    if number_differs and not _has_two_numbers(levels):
        return Band.CHECK
    if could_be and points >= weights.likely_from and (by_number or _enough(levels)):
        return Band.LIKELY
    return Band.CHECK


def _enough(levels: dict[str, Level]) -> bool:
    """Tell whether name, birth date and place are enough without a number.

    The given name must agree by more than its sound or its initial.  A birth date that agrees is enough with it and
    the family name, or with the given name as a whole and the same home or telephone; a given name that many have, or
    another sex, is so only where the family name is not another.  A date that is nearly the same, or an age that fits,
    needs a name without a doubt, and the same home or telephone.
    """
    given, born = levels["given"], levels["born_on"]
    if not given.agrees or given in WEAK_NAMES:
        return False
    at_home = _at_home(levels)
    if born in (BORN_SAME, BORN_SWAPPED):
        doubtful = given == GIVEN_SAME_COMMON or levels["sex"] == SEX_DIFFERENT
        other_family = levels["family"].mark == Mark.DIFFERENT and doubtful
        return levels["family"].agrees or (at_home and given in WHOLE_NAMES and not other_family)
    nearly = born in (BORN_DIGIT, BORN_NEXT_YEAR, BORN_FIRST, AGE_FITS)
    return nearly and given in STRONG_NAMES and levels["family"].agrees and at_home


def _at_home(levels: dict[str, Level]) -> bool:
    """Tell whether home or telephone is the same."""
    return Mark.SAME in (levels["postcode"].mark, levels["phone"].mark) or (
        levels["street"].mark == Mark.SAME and levels["postcode"].mark != Mark.DIFFERENT
    )


def _has_two_numbers(levels: dict[str, Level]) -> bool:
    """Tell whether two numbers may both be one person's, as after an adoption or where a brother's was typed.

    The name must be the same however it is spelled, and not one of very many people, and the whole date and the home
    or telephone too.  1 January does not tell two apart who have one name.
    """
    written = levels["given"] in WRITTEN_NAMES and levels["given"] != GIVEN_SAME_COMMON
    return written and levels["family"].agrees and levels["born_on"] == BORN_SAME and _at_home(levels)


def _claimed(levels: dict[str, Level]) -> set[str]:
    """Return the schemes whose number agrees although the person is clearly somebody else."""
    given, born = levels["given"].mark, levels["born_on"]
    another_name = given == Mark.DIFFERENT and not born.agrees
    another_date = born in (BORN_DIFFERENT, BORN_OTHER_YEAR)
    if not (another_name or another_date):
        return set()
    return {scheme for scheme in SCHEMES if levels[scheme].mark == Mark.SAME}


def _reread(name: str, level: Level, own: set[str], claimed: set[str]) -> Level:
    """Read a number again once it is known whose it seems to be: it speaks against its odd owner, and not
    against anybody else for whom another number is held."""
    if name in own:
        words = f"the {LABELS[name]} given is this person's, whose name or date of birth is clearly another"
        return Level("", Mark.DIFFERENT, words)
    if name in claimed and level.mark == Mark.DIFFERENT:
        return Level("", Mark.DIFFERENT, f"the {LABELS[name]} given stands on another person's record")
    return level


def best(candidates: Sequence[Candidate]) -> Band:
    """Return the band of the whole answer: of its first candidate, or not found."""
    return candidates[0].band if candidates else Band.NOT_FOUND
