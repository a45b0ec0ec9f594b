"""The ways in which one fact of two descriptions compares, each with its mark and the words a worker reads.  Pure.

What each is worth stands in the weights (`weights.py`), under its code.
"""

from dataclasses import dataclass
from enum import StrEnum

from mash.people.identifiers import LA_CHILD_ID, LABELS, NHS, UPN


class Mark(StrEnum):
    """How one fact compares, as the compare table shows it."""

    SAME = "same"
    CLOSE = "close"
    DIFFERENT = "different"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, eq=False)
class Level:
    """One way in which a fact agrees or not.  There is one of each, and it is told from the others by what it is.

    code: its name in the weights.  words: the reason, said after nothing; "" when it is no reason by itself.
    """

    code: str
    mark: Mark
    words: str = ""

    @property
    def agrees(self) -> bool:
        """Tell whether it speaks for one person, fully or nearly."""
        return self.mark in (Mark.SAME, Mark.CLOSE)


SAME, CLOSE, DIFFERENT = Mark.SAME, Mark.CLOSE, Mark.DIFFERENT
NOTHING = Level("", Mark.UNKNOWN)

GIVEN_SAME = Level("given.same", SAME, "given name the same")
GIVEN_SAME_COMMON = Level("given.same_common", SAME, "given name the same")
GIVEN_SPELLED = Level("given.spelled", CLOSE, "given name spelled another way")
GIVEN_NICKNAME = Level("given.nickname", CLOSE, "given name a short or other form of the same name")
GIVEN_NICKNAME_PART = Level(
    "given.nickname_part", CLOSE, "given name partly a short or other form of the same name"
)
GIVEN_FIRST = Level("given.first", CLOSE, "given name partly the same")
GIVEN_LATER = Level("given.later", CLOSE, "given name partly the same, and not in the same place")
GIVEN_CARRIED = Level("given.carried", CLOSE, "given name the same only in what many carry beside their own")
GIVEN_CLOSE = Level("given.close", CLOSE, "given name one letter different")
GIVEN_CLOSE_SPELLED = Level("given.close_spelled", CLOSE, "given name one letter different")
GIVEN_FAR = Level("given.far", CLOSE, "given name two letters different")
GIVEN_NEAR_PART = Level("given.near_part", CLOSE, "given name nearly a part of the other")
GIVEN_CUT = Level("given.cut", CLOSE, "given name cut short")
GIVEN_SOUND = Level("given.sound", CLOSE, "given name sounds alike")
GIVEN_INITIAL = Level("given.initial", CLOSE, "only the initial of the given name is the same")
GIVEN_DIFFERENT = Level("given.different", DIFFERENT, "given name different")
GIVEN_NEARLY = Level("given.nearly", DIFFERENT, "given name different, by a letter that makes another name")
GIVEN_FAINT = Level("given.faint", DIFFERENT, "given name different, though somewhat alike")

FAMILY_SAME = Level("family.same", SAME, "family name the same")
FAMILY_SAME_COMMON = Level("family.same_common", SAME, "family name the same")
FAMILY_SPELLED = Level("family.spelled", CLOSE, "family name spelled another way")
FAMILY_PART = Level("family.part", CLOSE, "family name partly the same")
FAMILY_CLOSE = Level("family.close", CLOSE, "family name one letter different")
FAMILY_CLOSE_SPELLED = Level("family.close_spelled", CLOSE, "family name one letter different")
FAMILY_FAR = Level("family.far", CLOSE, "family name two letters different")
FAMILY_SOUND = Level("family.sound", CLOSE, "family name sounds alike")
FAMILY_TITLE = Level("family.title", DIFFERENT, "family name different, and one of them may be a title")
FAMILY_DIFFERENT = Level("family.different", DIFFERENT, "family name different")

SWAPPED_GIVEN = Level("given.swapped", CLOSE, "given and family name swapped")
SWAPPED_FAMILY = Level("family.swapped", CLOSE)
ONLY_NAME = Level("given.only", CLOSE, "the only name known is one of the other's names")

BORN_SAME = Level("born.same", SAME, "same date of birth")
BORN_FIRST = Level("born.first", CLOSE, "same year of birth, and both dates are 1 January")
BORN_SWAPPED = Level("born.swapped", CLOSE, "date of birth with day and month swapped")
BORN_DIGIT = Level("born.digit", CLOSE, "date of birth one digit different")
BORN_YEAR = Level("born.year", CLOSE, "same year of birth, and one of the dates is 1 January")
BORN_NEXT_YEAR = Level("born.next_year", CLOSE, "same day and month of birth, one year apart")
BORN_OTHER_YEAR = Level("born.other_year", DIFFERENT, "same day and month of birth, another year")
BORN_DIFFERENT = Level("born.different", DIFFERENT, "date of birth different")
AGE_FITS = Level("born.age_fits", CLOSE, "age fits")
AGE_DIFFERENT = Level("born.age_different", DIFFERENT, "age does not fit")
EXPECTED_FITS = Level("born.expected", CLOSE, "born or expected within six weeks")
EXPECTED_DIFFERENT = Level("born.not_expected", DIFFERENT, "not born or expected at that time")

SEX_SAME = Level("sex.same", SAME)
SEX_DIFFERENT = Level("sex.different", DIFFERENT, "sex different")

POSTCODE_SAME = Level("postcode.same", SAME, "same postcode")
POSTCODE_ONCE = Level("postcode.once", CLOSE, "lived at the same postcode before")
POSTCODE_CLOSE = Level("postcode.close", CLOSE, "postcode one letter or digit different")
POSTCODE_NEAR = Level("postcode.near", CLOSE, "same postcode area")
POSTCODE_DIFFERENT = Level("postcode.different", DIFFERENT, "other postcode")
STREET_HOUSE = Level("street.house", SAME, "same house and street")
STREET_ONCE = Level("street.once", CLOSE, "lived in the same house before")
STREET_HOUSE_NEAR = Level("street.house_near", CLOSE, "same house number, and the street nearly the same")
STREET_SAME = Level("street.same", CLOSE, "same street")
STREET_NEAR = Level("street.near", CLOSE, "street nearly the same")
STREET_SLIP = Level("street.slip", CLOSE, "same street, and the house number one digit different")
STREET_FLAT = Level("street.flat", DIFFERENT, "another flat in the same house")
STREET_OTHER_HOUSE = Level("street.other_house", DIFFERENT, "another house in the same street")
STREET_DIFFERENT = Level("street.different", DIFFERENT, "another street")
PLACE_SAME = Level("place.same", SAME, "same part of town")
PLACE_CLOSE = Level("place.close", CLOSE, "part of town nearly the same")
PLACE_WIDER = Level("place.wider", CLOSE)
PLACE_DIFFERENT = Level("place.different", DIFFERENT)
PHONE_SAME = Level("phone.same", SAME, "same telephone number")
PHONE_DIFFERENT = Level("phone.different", DIFFERENT)
SCHOOL_SAME = Level("school.same", SAME, "same school")
SCHOOL_DIFFERENT = Level("school.different", DIFFERENT)

KIN_TWO = Level("kin.two", SAME, "two or more of the family named are on record with them")
KIN_ONE = Level("kin.one", SAME, "one of the family named is on record with them")
KIN_GIVEN = Level("kin.given", CLOSE, "the given name of one of the family is the same")
KIN_DIFFERENT = Level("kin.different", DIFFERENT, "others are on record as their family")
KIN_ITSELF = Level("kin.itself", DIFFERENT, "this may be somebody else who was named")

NAMESAKES_NONE = Level("namesakes.none", Mark.UNKNOWN)
NAMESAKES_ONE = Level("namesakes.one", Mark.UNKNOWN)
NAMESAKES_SOME = Level("namesakes.some", DIFFERENT, "others on record have this name")
NAMESAKES_MANY = Level("namesakes.many", DIFFERENT, "many on record have this name")

NAME_RARE = Level("namesakes.rare", Mark.UNKNOWN)
NAME_SHARED = Level("namesakes.shared", Mark.UNKNOWN)
NAME_COMMON = Level("namesakes.common", DIFFERENT, "others on record have this name")

SCHEMES = (NHS, UPN, LA_CHILD_ID)
RIGHT_BY_ITSELF = (NHS, UPN)
"""Schemes with a check digit: an agreeing one counts as evidence beyond name and birth date."""

NUMBER_SAME = {one: Level(f"{one}.same", SAME, f"{LABELS[one]} the same") for one in SCHEMES}
NUMBER_CLOSE = {LA_CHILD_ID: Level("la_child_id.close", CLOSE, f"{LABELS[LA_CHILD_ID]} one digit different")}
"""Only of schemes without a check digit: where one fails, the number is not used at all."""
NUMBER_DIFFERENT = {one: Level(f"{one}.different", DIFFERENT, f"{LABELS[one]} different") for one in SCHEMES}

WEAK_NAMES = (
    GIVEN_SOUND,
    GIVEN_INITIAL,
    GIVEN_FAR,
    GIVEN_NEAR_PART,
    GIVEN_LATER,
    GIVEN_CARRIED,
    GIVEN_CUT,
    ONLY_NAME,
)  # Hassan and Hussain sound alike, and are twins; so are Mohammed Ali and Mohammed Adnan, Maria and Mariana
STRONG_NAMES = (
    GIVEN_SAME,
    GIVEN_SAME_COMMON,
    GIVEN_SPELLED,
    GIVEN_CLOSE_SPELLED,
    GIVEN_NICKNAME,
    GIVEN_NICKNAME_PART,
    GIVEN_FIRST,
)
WRITTEN_NAMES = (GIVEN_SAME, GIVEN_SAME_COMMON, GIVEN_SPELLED, GIVEN_CLOSE_SPELLED)
"""The same name, however it is spelled: no short form and no part."""
WHOLE_NAMES = (*WRITTEN_NAMES, GIVEN_NICKNAME)
"""The given name as a whole: Li beside Li Na may be the twin Li Mei, when the family name says nothing."""
