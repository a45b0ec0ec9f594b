"""The order of work, what counts as a repeat and what as bouncing.  Shapes only."""

from typing import Annotated, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass

from mash.common.content import SHAPE
from mash.triage.content.clocks import Count, RatingId


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Position:
    """One place in the order of work."""

    id: str
    place: Count
    label: str
    means: str | None = None


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class OverdueMark:
    """How overdue work is marked, so that it is not taken for red."""

    label: str
    symbol: str
    colour: str
    never: tuple[str, ...]
    with_words: Annotated[str, Field(alias="with")]


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Overdue:
    """Overdue work moves up within its own place and no further."""

    moves: Literal["within_its_own_place"]
    mark: OverdueMark
    also_shown: str


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Worklist:
    """The one order in which everybody sees the work."""

    order: tuple[Position, ...]
    within_a_place: tuple[str, ...]
    overdue: Overdue
    source: str


Effect = Literal["manager_review", "joint_review", "second_manager_decides", "mark_only"]


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class RepeatRule:
    """So many contacts within so many days ask a person to look.  It never sets a rating."""

    id: str
    label: str
    applies_to: Literal["same_person", "same_household", "same_person_or_household"]
    count: Count
    within_days: Count
    effect: Effect
    prompt: str
    source: str
    ratings_counted: tuple[RatingId, ...] = ()  # empty: all
    categories: tuple[str, ...] = ()  # empty: all
    not_counted: str | None = None
    suggested_least_rating: RatingId | None = None


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class BounceRule:
    """A pattern of going to and fro: a sequence of moves, changes of direction, or one outcome repeated."""

    id: str
    label: str
    within_days: Count
    effect: Effect
    prompt: str
    source: str
    sequence: tuple[str, ...] = ()
    direction_changes: Count | None = None
    outcome: str | None = None
    count: Count | None = None  # of `outcome`
