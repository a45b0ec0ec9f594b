"""The four levels of need, and the words a hub may choose between: `thresholds.yaml`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import Field
from pydantic.dataclasses import dataclass

from mash.common.content import SHAPE, Source, by_id, read, refuse, require_known
from mash.common.editions import Content
from mash.triage.content import ratings

THRESHOLDS = Path(__file__).parent / "thresholds.yaml"
Tier = Annotated[int, Field(ge=1, le=4)]


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class GuidanceEdition:
    """The edition of national guidance that the levels were written against."""

    id: str
    note: str


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Domain:
    """One side of a child's life that the descriptors speak of."""

    id: str
    label: str
    covers: str


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Level:
    """One of four levels of need: it guides judgement and is never worked out by counting."""

    id: str
    number: Tier
    name: str
    also_called: tuple[str, ...]
    plain: str
    descriptors: dict[str, tuple[str, ...]]  # by domain
    what_usually_follows: tuple[str, ...]
    led_by: str
    legal_basis: str | None
    agreement: str
    usual_rating: str
    examples: tuple[str, ...]
    plain_for_adults: str = ""


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Vocabulary:
    """Words a hub may use instead; codes stay the same."""

    id: str
    label: str
    default: bool
    words: dict[str, str]
    switch_on_from: str | None = None
    note: str | None = None


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class LevelContent:
    """The whole of `thresholds.yaml`."""

    format: str
    version: int
    sources: dict[str, str]
    guidance_edition: GuidanceEdition
    principles: tuple[str, ...]
    domains: tuple[Domain, ...]
    levels: tuple[Level, ...]
    vocabularies: tuple[Vocabulary, ...]
    hub_may_change: tuple[str, ...]
    hub_may_not_change: tuple[str, ...]


def load_levels(file: Source = THRESHOLDS) -> LevelContent:
    """Read and check the levels of need.  Raises ContentError naming the place."""
    content = read(file, LevelContent)
    domains = by_id(content.domains, f"{file.name}: domains")
    numbers = [level.number for level in by_id(content.levels, f"{file.name}: levels").values()]
    refuse(numbers != [1, 2, 3, 4], f"{file.name}: levels", "the levels are 1, 2, 3, 4, in order")
    for level in content.levels:
        place = f"{file.name}: levels.{level.id}"
        refuse(
            set(level.descriptors) != set(domains), f"{place}.descriptors", "needs each domain, and no other"
        )
        require_known([level.usual_rating], ratings(), f"{place}.usual_rating")
    chosen = [one.id for one in content.vocabularies if one.default]
    refuse(len(chosen) != 1, f"{file.name}: vocabularies", "one, and only one, is the default")
    return content


level_content = Content(THRESHOLDS, "Levels of need", load_levels)
"""Return the levels of need as the hub that acts has them."""


@level_content.derived
def levels(content: LevelContent) -> Mapping[str, Level]:
    """Return the levels of need, 1 to 4.  Source: docs/rules.md, "Decision"."""
    return by_id(content.levels, "levels")


@level_content.derived
def vocabularies(content: LevelContent) -> Mapping[str, Vocabulary]:
    """Return the words a hub may choose between."""
    return by_id(content.vocabularies, "vocabularies")
