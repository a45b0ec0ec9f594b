"""The rules of returns, one folder a year: codes, columns and what a return is looked at for.

Source: docs/rules.md, "Statutory returns".
"""

import re
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Literal

from pydantic.dataclasses import dataclass

from mash.common.content import SHAPE, by_id, read, refuse

HERE = Path(__file__).parent
NEWEST = "2026"
LETTERED = re.compile(r"[a-z][0-9]?\)\s*")


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Sex:
    """A code of sex, its lettered value, and the census code where that differs."""

    code: str
    letter: str
    census: str = ""


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Ethnicity:
    """A code of ethnicity, with its letter."""

    code: str
    letter: str
    label: str


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class SourceCode:
    """A code of who referred, with its lettered value.  stands_for: the code that Annex A puts in its place."""

    code: str
    annex_a: str
    label: str
    stands_for: str = ""


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Codes:
    """The whole of `codes.yaml`."""

    format: str
    version: int
    sources: dict[str, str]
    sex: tuple[Sex, ...]
    ethnicity: tuple[Ethnicity, ...]
    not_obtained: str
    referral_source: tuple[SourceCode, ...]
    source_of_kind: dict[str, str]
    source_of_the_anonymous: str
    source_of_nobody: str
    yes_no: dict[str, str]
    disability: tuple[str, ...]
    upn_unknown: tuple[str, ...]
    upn_not_of_school_age: str
    upn_no_further_action: str
    primary_need: tuple[str, ...]
    reason_for_closure: tuple[str, ...]
    category_of_abuse: tuple[str, ...]
    assessment_factor: tuple[str, ...]
    factors_of_before: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Sheet:
    """One list of Annex A: its sheet, and its columns in order."""

    sheet: str
    holds: Literal["contacts", "early_help", "referrals"]
    columns: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Table:
    """One table of the dataset, and the fields of it that may leave."""

    table: str
    columns: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Columns:
    """The whole of `columns.yaml`."""

    format: str
    version: int
    sources: dict[str, str]
    annex_a: tuple[Sheet, ...]
    days: tuple[str, ...]
    numbers: tuple[str, ...]
    ssd: tuple[Table, ...]
    contact_flags: tuple[str, ...]
    referral_flags: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Rule:
    """One thing that a return is looked at for.  serious: the census would refuse it.  mend: where."""

    id: str
    serious: bool
    mend: Literal["person", "case", "none"]
    words: str


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Rules:
    """The whole of `rules.yaml`."""

    format: str
    version: int
    sources: dict[str, str]
    rules: tuple[Rule, ...]


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Place:
    """One element of the census: what it holds, and how often it stands in its shape."""

    element: str
    holds: str
    often: Literal["one", "optional", "many", "any"]


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Census:
    """The whole of `census.yaml`."""

    format: str
    version: int
    sources: dict[str, str]
    root: str
    shapes: dict[str, tuple[Place, ...]]


PLAIN = ("words", "day", "year", "yes_no", "number")


class Year:
    """The codes, columns and rules of one year.

    Raises ContentError naming file and place where one of them is wrong.
    """

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self.codes = read(folder / "codes.yaml", Codes)
        self.columns = read(folder / "columns.yaml", Columns)
        self.census = read(folder / "census.yaml", Census)
        known = {*PLAIN, *self.census.shapes, *self.code_lists}
        for shape, places in self.census.shapes.items():
            for place in places:
                refuse(
                    place.holds not in known, f"census.yaml: {shape}.{place.element}", "holds nothing known"
                )
        self.rules = by_id(read(folder / "rules.yaml", Rules).rules, "rules")
        sources = {one.code for one in self.codes.referral_source}
        guessed = {*self.codes.source_of_kind.values(), self.codes.source_of_the_anonymous}
        refuse(
            not guessed | {self.codes.source_of_nobody} <= sources, "codes.yaml", "a source that is no code"
        )

    @cached_property
    def code_lists(self) -> dict[str, frozenset[str]]:
        """Return the codes that may stand in a census, by list."""
        codes = self.codes
        return {
            "sex": frozenset(one.census or one.code for one in codes.sex),
            "ethnicity": frozenset(one.code for one in codes.ethnicity),
            "referral_source": frozenset(one.code for one in codes.referral_source),
            **{
                name: frozenset(getattr(codes, name))
                for name in (
                    "disability", "upn_unknown", "primary_need", "reason_for_closure", "category_of_abuse",
                    "assessment_factor",
                )
            },
        }  # fmt: skip

    @cached_property
    def letters(self) -> dict[str, str]:
        """Return the lettered value of each sex."""
        return {one.code: one.letter for one in self.codes.sex}

    @cached_property
    def ethnicities(self) -> dict[str, str]:
        """Return the lettered value of each ethnicity."""
        return {one.code: f"{one.letter}) {one.code}" for one in self.codes.ethnicity}

    @cached_property
    def sources(self) -> dict[str, SourceCode]:
        """Return who may have referred, by code."""
        return {one.code: one for one in self.codes.referral_source}

    def in_annex_a(self, source: str) -> str:
        """Return the code that a source shares a value with in Annex A: its own, but for early help."""
        known = self.sources.get(source)
        return known.stands_for or known.code if known else source

    def sex_of(self, said: str) -> str | None:
        """Return the code of a lettered value, with its letter or without; None for no value of the list."""
        plain = LETTERED.sub("", said.strip(), count=1).casefold()
        found = (one.code for one in self.codes.sex if LETTERED.sub("", one.letter).casefold() == plain)
        return next(found, None)

    def source_of(self, said: str) -> str | None:
        """Return the code of a lettered source: "o) 5B: LA services"; None for no value of the list."""
        code = LETTERED.sub("", said.strip(), count=1).partition(":")[0].strip().upper()
        return code if code in self.sources else None


@lru_cache(maxsize=8)
def year(name: str = NEWEST) -> Year:
    """Return the rules of one year.  Raises KeyError for a year that the product does not carry."""
    if name not in years():
        raise KeyError(name)
    return Year(name, HERE / f"y{name}")


@lru_cache(maxsize=1)
def years() -> tuple[str, ...]:
    """Return the years whose rules the product carries, the oldest first."""
    return tuple(sorted(one.name[1:] for one in HERE.iterdir() if re.fullmatch(r"y\d{4}", one.name)))


def year_for(until_on: date) -> str:
    """Return the year whose rules a return that ends on a day follows: the newest not after its census.

    Before the oldest, that.  A census of the year to 31 March 2026 is of 2026.
    """
    wanted = str(until_on.year + (until_on.month > 3))
    return max((one for one in years() if one <= wanted), default=years()[0])
