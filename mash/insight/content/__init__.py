"""What every figure means: `measures.yaml`.

Source: docs/rules.md, "Performance figures".
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from pydantic.dataclasses import dataclass

from mash.common.content import SHAPE, Source, by_id, read, refuse
from mash.insight.measures import MEASURES

MEANINGS = Path(__file__).parent / "measures.yaml"
INVITES_GAMING = frozenset(
    {
        "came", "repeats", "overrides", "to_check", "to_referral", "to_assessment", "to_section_47", "nfa",
        "re_referrals", "agency_nil", "advice", "advice_followed", "to_and_fro", "nfa_again", "worry_again",
        "otherwise", "off_rating", "without_agreement",
    }
)  # fmt: skip
"""What could be bent by deciding, recording or answering otherwise: no target ever stands beside it."""


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Meaning:
    """What one measure means, in words.  asks: what its share is of; "" for a measure that only counts."""

    id: str
    name: str
    short: str
    asks: str
    counts: str
    leaves_out: str
    source: str
    local: bool
    target: bool


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class MeasuresContent:
    """The whole of `measures.yaml`."""

    format: str
    version: int
    sources: dict[str, str]
    measures: tuple[Meaning, ...]


def load(file: Source = MEANINGS) -> MeasuresContent:
    """Read and check what figures mean.  Raises ContentError naming the place."""
    content = read(file, MeasuresContent)
    known = by_id(content.measures, f"{file.name}: measures")
    refuse(set(known) != set(MEASURES), f"{file.name}: measures", "each measure once")
    for one in known.values():
        place = f"{file.name}: measures.{one.id}"
        refuse(
            bool(one.asks) != bool(MEASURES[one.id].hit), place, "a share says what it is of, and no other"
        )
        refuse(one.target and one.id in INVITES_GAMING, place, "this invites gaming, and has no target")
    return content


@cache
def meanings() -> Mapping[str, Meaning]:
    """Return what each measure means, in the order in which work goes through them."""
    return by_id(load().measures, "measures")


@cache
def sources() -> Mapping[str, str]:
    """Return where definitions come from, by id."""
    return load().sources
