"""Ratings, with their clocks and the rules about repeats: `ratings.yaml`.

Times come out as plain numbers: value, unit and kind of clock.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Literal

from pydantic.dataclasses import dataclass

from mash.common.content import SHAPE, ContentError, Source, by_id, read, refuse, require_known
from mash.common.editions import Content
from mash.contact.content import categories
from mash.triage.content.clocks import (
    KINDS,
    AdultClocks,
    Clock,
    Count,
    Limit,
    PauseReason,
    PauseRules,
    RatingChanges,
    RatingId,
    Share,
    Stage,
    StageId,
    WorkingTime,
)
from mash.triage.content.repeats import BounceRule, RepeatRule, Worklist

RATINGS = Path(__file__).parent / "ratings.yaml"
Subject = Literal["child", "adult"]


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class RatingInfo:
    """What one colour means, and how it is shown: never by colour alone."""

    id: RatingId
    order: Count  # 1 comes first
    level: str  # the level of need it usually goes with
    label: str
    symbol: str
    colour: str
    enquiry: Literal["all_agencies", "selected_agencies", "no_enquiry"]
    may_act_before_enquiry: bool
    meaning: str
    typical: str


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Rule:
    """One rule in words, with where it comes from."""

    id: str
    text: str
    source: str | None = None


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class RatingContent:
    """The whole of `ratings.yaml`."""

    format: str
    version: int
    sources: dict[str, str]
    ratings: tuple[RatingInfo, ...]
    colour_is_never_alone: Literal[True]
    rating_rules: tuple[Rule, ...]
    working_time: WorkingTime
    pause_rules: PauseRules
    rating_changes: RatingChanges
    targets: dict[StageId, Stage]
    warn_at_share_of_time: Share
    fixed_clocks: tuple[Clock, ...]
    local_clocks: tuple[Clock, ...]
    adult_clocks: AdultClocks
    worklist: Worklist
    repeats: tuple[RepeatRule, ...]
    bounce: tuple[BounceRule, ...]


def load_ratings(file: Source = RATINGS) -> RatingContent:
    """Read and check ratings and clocks; the fixed clocks come back as never to be paused.

    Raises ContentError naming the place.
    """
    content = read(file, RatingContent)
    orders = [rating.order for rating in content.ratings]
    refuse(orders != [1, 2, 3, 4], f"{file.name}: ratings", "the order must be 1, 2, 3, 4")
    places = [position.place for position in content.worklist.order]
    refuse(places != sorted(set(places)), f"{file.name}: worklist.order", "places must rise")
    _check_limits(file.name, content)
    _check_rules(file.name, content)
    return replace(content, fixed_clocks=tuple(replace(one, may_pause=False) for one in content.fixed_clocks))


def _check_limits(file: str, content: RatingContent) -> None:
    for group, stages in (
        ("targets", content.targets),
        ("adult_clocks.targets", content.adult_clocks.targets),
    ):
        for name, stage in stages.items():
            for rating in content.ratings:
                _check_limit(stage.limit(rating.id), f"{file}: {group}.{name}.{rating.id}")
    clocks = (*content.fixed_clocks, *content.local_clocks, *content.adult_clocks.clocks)
    for clock in by_id(clocks, f"{file}: clocks").values():
        _check_limit(clock.limit, f"{file}: clocks.{clock.id}")
    missing = {"triage", "agency_return", "hub_decision", "feedback"} - set(content.targets)
    refuse(missing, f"{file}: targets", f"no limits for {', '.join(sorted(missing))}")


def _check_limit(limit: Limit | None, place: str) -> None:
    if limit and limit.clock not in KINDS[limit.unit]:
        raise ContentError(f"{place}: {limit.unit} cannot run on a clock that is {limit.clock}")


def _check_rules(file: str, content: RatingContent) -> None:
    for repeat in by_id(content.repeats, f"{file}: repeats").values():
        require_known(repeat.categories, categories(), f"{file}: repeats.{repeat.id}.categories")
    for bounce in by_id(content.bounce, f"{file}: bounce").values():
        patterns = [bounce.sequence, bounce.direction_changes, bounce.outcome and bounce.count]
        one = sum(map(bool, patterns)) == 1
        refuse(
            not one,
            f"{file}: bounce.{bounce.id}",
            "needs a sequence, direction_changes, or an outcome and count",
        )
    by_id(content.rating_rules, f"{file}: rating_rules")


rating_content = Content(RATINGS, "Ratings, clocks and repeats", load_ratings)
"""Return the ratings and clocks as the hub that acts has them."""


@rating_content.derived
def ratings(content: RatingContent) -> Mapping[str, RatingInfo]:
    """Return the ratings, red first.  Source: docs/rules.md, "Ratings"."""
    return by_id(content.ratings, "ratings")


def target(stage: StageId, rating: RatingId | None, subject: Subject = "child") -> Limit | None:
    """Return how long a stage may take for a rating; None where nothing is set.

    rating: None while nobody has rated the contact, when the red triage limit applies.

    Source: docs/rules.md, "Clocks".
    """
    return stages(subject)[stage].limit(rating)


def stages(subject: Subject = "child") -> Mapping[StageId, Stage]:
    """Return the stages that have limits by rating, for a child or for an adult."""
    content = rating_content()
    return content.targets | content.adult_clocks.targets if subject == "adult" else content.targets


@rating_content.derived
def fixed_clocks(content: RatingContent) -> Mapping[str, Clock]:
    """Return the clocks of law and national guidance.  Source: docs/rules.md, "Statutory clocks"."""
    return by_id(content.fixed_clocks, "fixed_clocks")


@rating_content.derived
def clocks(content: RatingContent) -> Mapping[str, Clock]:
    """Return every clock that does not depend on the rating: fixed, local and adults'."""
    return by_id((*content.fixed_clocks, *content.local_clocks, *content.adult_clocks.clocks), "clocks")


@rating_content.derived
def repeat_rules(content: RatingContent) -> Mapping[str, RepeatRule]:
    """Return what counts as a repeat.  Source: docs/rules.md, "Repeats"."""
    return by_id(content.repeats, "repeats")


@rating_content.derived
def bounce_rules(content: RatingContent) -> Mapping[str, BounceRule]:
    """Return what counts as bouncing.  Source: docs/rules.md, "Bouncing"."""
    return by_id(content.bounce, "bounce")


@rating_content.derived
def pause_reasons(content: RatingContent) -> Mapping[str, PauseReason]:
    """Return why this hub lets a clock rest: nothing, unless it says so itself.  Source: docs/rules.md, "Pauses"."""
    known = by_id(content.working_time.pauses, "working_time.pauses")
    return {name: one for name, one in known.items() if not one.retired}
