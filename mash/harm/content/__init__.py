"""What counts as coming back: `patterns.yaml`.

Source: docs/rules.md, "What harm comes back to".
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass

from mash.common.content import SHAPE, Source, by_id, read, refuse
from mash.common.editions import Content

PATTERNS = Path(__file__).parent / "patterns.yaml"
PEOPLE = {"child", "adult_at_risk", "alleged_perpetrator", "parent_or_carer", "sibling", "household", "other"}
PLACES = {"address", "street", "setting", "named"}
Days = Annotated[int, Field(ge=7, le=1096)]
Count = Annotated[int, Field(ge=2, le=100)]
NumberId = Literal["together", "before_and_after_days", "before_and_after_events", "small"]
BOUNDS: dict[NumberId, tuple[int, int]] = {
    "together": (2, 100),
    "before_and_after_days": (28, 731),
    "before_and_after_events": (5, 1000),
    "small": (5, 20),
}


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Window:
    """How far back events are counted, up to today."""

    id: Literal["short", "long"]
    label: str
    days: Days


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Pattern:
    """So many events within the longer time, of one person or at one place."""

    id: str
    label: str
    about: Literal["person", "place"]
    kinds: tuple[str, ...]
    count: Count
    source: str
    retired: bool = False


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Number:
    """A number that the hub chooses.  Its bounds are the code's."""

    id: NumberId
    label: str
    value: int
    source: str


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class PatternContent:
    """The whole of `patterns.yaml`."""

    format: str
    version: int
    sources: dict[str, str]
    windows: tuple[Window, ...]
    patterns: tuple[Pattern, ...]
    numbers: tuple[Number, ...]


def load_patterns(file: Source = PATTERNS) -> PatternContent:
    """Read and check what counts as coming back.  Raises ContentError naming the place."""
    content = read(file, PatternContent)
    windows = by_id(content.windows, f"{file.name}: windows")
    refuse(set(windows) != {"short", "long"}, f"{file.name}: windows", "one short and one long")
    shorter = windows["short"].days < windows["long"].days
    refuse(not shorter, f"{file.name}: windows.short.days", "the short time must be shorter than the long")
    numbers = by_id(content.numbers, f"{file.name}: numbers")
    refuse(set(numbers) != set(BOUNDS), f"{file.name}: numbers", f"each of {', '.join(BOUNDS)}, once")
    for number in content.numbers:
        low, high = BOUNDS[number.id]
        place = f"{file.name}: numbers.{number.id}.value"
        refuse(not low <= number.value <= high, place, f"from {low} to {high}")
    for one in by_id(content.patterns, f"{file.name}: patterns").values():
        known = PEOPLE if one.about == "person" else PLACES
        wrong = not one.kinds or not {*one.kinds} <= known
        refuse(wrong, f"{file.name}: patterns.{one.id}.kinds", f"some of {', '.join(sorted(known))}")
    return content


pattern_content = Content(PATTERNS, "What harm comes back to", load_patterns)
"""Return what counts as coming back, as the hub that acts has it."""


@pattern_content.derived
def patterns(content: PatternContent) -> Mapping[str, Pattern]:
    """Return the patterns that are looked for, by id, in order."""
    return {one.id: one for one in content.patterns if not one.retired}


@pattern_content.derived
def windows(content: PatternContent) -> Mapping[str, Window]:
    """Return the short and the long time."""
    return {one.id: one for one in content.windows}


@pattern_content.derived
def numbers(content: PatternContent) -> Mapping[NumberId, int]:
    """Return the numbers that the hub chose, by id."""
    return {one.id: one.value for one in content.numbers}
