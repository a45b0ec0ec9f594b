"""Comparing given and family names.  Pure."""

from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler

from mash.people import names
from mash.people.details import Details, Words
from mash.people.matching.levels import (
    FAMILY_CLOSE,
    FAMILY_CLOSE_SPELLED,
    FAMILY_DIFFERENT,
    FAMILY_FAR,
    FAMILY_PART,
    FAMILY_SAME,
    FAMILY_SAME_COMMON,
    FAMILY_SOUND,
    FAMILY_SPELLED,
    FAMILY_TITLE,
    GIVEN_CARRIED,
    GIVEN_CLOSE,
    GIVEN_CLOSE_SPELLED,
    GIVEN_CUT,
    GIVEN_DIFFERENT,
    GIVEN_FAINT,
    GIVEN_FAR,
    GIVEN_FIRST,
    GIVEN_INITIAL,
    GIVEN_LATER,
    GIVEN_NEAR_PART,
    GIVEN_NEARLY,
    GIVEN_NICKNAME,
    GIVEN_NICKNAME_PART,
    GIVEN_SAME,
    GIVEN_SAME_COMMON,
    GIVEN_SOUND,
    GIVEN_SPELLED,
    NOTHING,
    ONLY_NAME,
    SWAPPED_FAMILY,
    SWAPPED_GIVEN,
    Level,
    Mark,
)

Forms = tuple[tuple[Words, Words], ...]
BY_ANOTHER_FORM = (GIVEN_NICKNAME, GIVEN_NICKNAME_PART)
SHORT_NAME = 5  # letters; below it one letter makes another name, unless both sound alike
LONG_NAME = 8  # letters; from it on two may be wrong
BEST_FIRST = {
    level: place
    for place, level in enumerate(
        (
            GIVEN_SAME, FAMILY_SAME, GIVEN_SAME_COMMON, FAMILY_SAME_COMMON, GIVEN_CLOSE_SPELLED, FAMILY_CLOSE_SPELLED,
            GIVEN_SPELLED, FAMILY_SPELLED, GIVEN_FIRST, FAMILY_PART, GIVEN_NICKNAME,
            GIVEN_NICKNAME_PART, GIVEN_CLOSE, FAMILY_CLOSE,
            GIVEN_LATER, GIVEN_CARRIED, GIVEN_CUT, FAMILY_FAR, GIVEN_FAR, GIVEN_NEAR_PART, FAMILY_SOUND, GIVEN_SOUND,
            GIVEN_INITIAL, NOTHING, FAMILY_TITLE, GIVEN_NEARLY, GIVEN_FAINT, GIVEN_DIFFERENT, FAMILY_DIFFERENT,
        )
    )
}  # fmt: skip
"""From the best to the worst: of several names that somebody goes by, the best pair counts."""


def compare_names(incoming: Details, held: Details, *, sexes_differ: bool) -> tuple[Level, Level]:
    """Compare given and family names over every name either goes by, and crosswise."""
    mine, theirs = incoming.forms(), held.forms()
    best = (NOTHING, NOTHING)
    found = False
    for a, b in mine:
        for c, d in theirs:
            pair = given(a, c, sexes_differ), family(b, d)
            if pair[0] in BY_ANOTHER_FORM and not _stand_for_one(a, mine, c, theirs):
                pair = GIVEN_DIFFERENT, pair[1]
            if not found or _badness(pair) < _badness(best):
                best, found = pair, True
    if Mark.DIFFERENT not in (best[0].mark, best[1].mark) and best[0] is not NOTHING:
        return best
    pairs = [(one, other) for one in mine for other in theirs]
    if any(_crosswise(b, c) and _crosswise(a, d) for (a, b), (c, d) in pairs):
        return SWAPPED_GIVEN, SWAPPED_FAMILY
    if not best[0].agrees and not best[1].agrees and any(_only_name(one, other) for one, other in pairs):
        return ONLY_NAME, NOTHING
    return best


def _badness(pair: tuple[Level, Level]) -> int:
    return BEST_FIRST[pair[0]] + BEST_FIRST[pair[1]]


def _crosswise(one: Words, other: Words) -> bool:
    """Tell whether a given name may be the other's family name.  Words beside those in common must not speak
    against it: Begum Mohammed Hassan is not Mohammed Tanvir Begum."""
    as_given = given(one, other)
    return as_given == GIVEN_NICKNAME or (as_given.agrees and family(one, other).agrees)


def _stand_for_one(one: Words, mine: Forms, other: Words, theirs: Forms) -> bool:
    """Tell whether two names, of which one is a form of the other, can be one name for people who go by these names.

    A short name of somebody whose full name is known stands for that alone: Millie, who is Amelia, is no Emily.
    """
    first = next(word for word in one if word not in other)
    second = next(word for word in other if word not in one)
    return bool(_full(first, mine) & _full(second, theirs))


def _full(word: str, forms: Forms) -> frozenset[str]:
    may_be = names.full_forms(word)
    known = frozenset(given[0] for given, _ in forms if given)
    return (may_be & known) or may_be


def _only_name(one: tuple[Words, Words], other: tuple[Words, Words]) -> bool:
    """Tell whether one of two people has a single name, and the other has it among theirs."""
    for mine, theirs in ((one, other), (other, one)):
        if bool(mine[0]) != bool(mine[1]):
            only, crosswise = (mine[0], theirs[1]) if mine[0] else (mine[1], theirs[0])
            if family(only, crosswise) in (FAMILY_SAME, FAMILY_SAME_COMMON):
                return True
    return False


def given(one: Words, other: Words, sexes_differ: bool = False) -> Level:
    """Compare two given names, each as folded words.

    Words in common are set aside first: Mohammed Hassan is not nearly Mohammed Hussain.  One letter makes
    another name of it when the sexes differ (Daniel, Daniela), when the first letter is another (Jayden,
    Kayden), and in a short name that sounds otherwise (Ava, Ada).
    """
    if not one or not other:
        return NOTHING
    if one == other or "".join(one) == "".join(other):
        return GIVEN_SAME_COMMON if names.is_common(one) else GIVEN_SAME
    mine = [word for word in one if word not in other]
    theirs = [word for word in other if word not in one]
    if not mine or not theirs:
        if all(names.is_carried(word) for word in min(one, other, key=len)):
            return GIVEN_CARRIED
        return GIVEN_FIRST if one[0] == other[0] else GIVEN_LATER
    return GIVEN_DIFFERENT if sexes_differ and not _one_name(mine, theirs) else _other_given(mine, theirs)


def _one_name(mine: list[str], theirs: list[str]) -> bool:
    return bool(names.full_forms(mine[0]) & names.full_forms(theirs[0]))


def _other_given(mine: list[str], theirs: list[str]) -> Level:
    if _one_name(mine, theirs):
        return GIVEN_NICKNAME if len(mine) == len(theirs) == 1 else GIVEN_NICKNAME_PART
    whole = _near_given("".join(mine), "".join(theirs))
    if whole.agrees or len(mine) == len(theirs) == 1:
        return whole
    parts = (_near_given(a, b) for a in mine for b in theirs if min(len(a), len(b)) > 1)
    return GIVEN_NEAR_PART if any(part.agrees for part in parts) else whole


def _near_given(one: str, other: str) -> Level:
    alike = _sounds_alike(one, other)
    off = DamerauLevenshtein.distance(one, other, score_cutoff=2)
    shorter, longer = sorted((one, other), key=len)
    if names.plainly_spelled(one) == names.plainly_spelled(other):
        return GIVEN_CLOSE_SPELLED if off == 1 else GIVEN_SPELLED
    if one[0] != other[0]:
        return GIVEN_SOUND if alike else GIVEN_NEARLY if off == 1 else GIVEN_DIFFERENT
    ways = (
        (len(shorter) == 1, GIVEN_INITIAL),
        (off == 1 and (alike or len(shorter) >= SHORT_NAME), GIVEN_CLOSE),
        (len(shorter) >= 3 and longer.startswith(shorter), GIVEN_CUT),
        (alike, GIVEN_SOUND),
        (off == 2 and len(shorter) >= LONG_NAME, GIVEN_FAR),
        (off == 1, GIVEN_NEARLY),
        (off == 2 and len(shorter) > 3, GIVEN_FAINT),
    )
    return next((level for so, level in ways if so), GIVEN_DIFFERENT)


def family(one: Words, other: Words) -> Level:
    """Compare two family names, each as folded words."""
    if not one or not other:
        return NOTHING
    if one == other or "".join(one) == "".join(other):
        return FAMILY_SAME_COMMON if names.is_common(one) else FAMILY_SAME
    one, other = names.core(one), names.core(other)
    if set(one) <= set(other) or set(other) <= set(one):
        return FAMILY_PART
    mine, theirs = "".join(one), "".join(other)
    shortest = min(len(mine), len(theirs))
    off = DamerauLevenshtein.distance(mine, theirs, score_cutoff=2)
    if names.plainly_spelled(mine) == names.plainly_spelled(theirs):
        return FAMILY_CLOSE_SPELLED if off == 1 else FAMILY_SPELLED
    ways = (
        (off == 1 and shortest >= 3, FAMILY_CLOSE),
        (off == 2 and shortest >= LONG_NAME, FAMILY_FAR),
        (_sounds_alike(mine, theirs), FAMILY_SOUND),
        (_nearly_one_word(one[0], other) or _nearly_one_word(other[0], one), FAMILY_PART),
        (names.is_title(one) != names.is_title(other), FAMILY_TITLE),
    )
    return next((level for so, level in ways if so), FAMILY_DIFFERENT)


def _nearly_one_word(word: str, words: Words) -> bool:
    """Tell whether one of several family names is nearly this one: Garcia beside Garcya Lopez."""
    return len(words) > 1 and any(
        len(word) >= SHORT_NAME and DamerauLevenshtein.distance(word, other, score_cutoff=1) <= 1
        for other in words
    )


def _sounds_alike(one: str, other: str) -> bool:
    return names.sound(one) == names.sound(other) and JaroWinkler.similarity(one, other) >= 0.8
