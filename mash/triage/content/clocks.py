"""How long things may take: limits by stage and rating, clocks of law, working time, pauses.  Shapes only."""

from typing import Annotated, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass

from mash.common.content import SHAPE

RatingId = Literal["red", "amber", "green", "blue"]
AppliesTo = Literal["child", "adult", "both"]
Unit = Literal["hours", "working_days", "school_day_starts"]
ClockKind = Literal["elapsed", "working", "calendar"]
StageId = Literal["triage", "agency_return", "hub_decision", "feedback"]
Count = Annotated[int, Field(gt=0)]

KINDS: dict[Unit, set[ClockKind]] = {
    "hours": {"elapsed", "working"},
    "working_days": {"working"},
    "school_day_starts": {"calendar"},
}


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Elsewhere:
    """What another place allows for the same stage: shown to a hub that chooses its own."""

    who: str
    value: Count | None = None
    unit: Unit | None = None
    clock: Literal["elapsed", "working", "calendar", "not_stated"] | None = None
    note: str | None = None


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Limit:
    """How long something may take: so many units, on one kind of clock."""

    value: Count
    unit: Unit
    clock: ClockKind
    source: str
    clock_source: str | None = None
    elsewhere: tuple[Elsewhere, ...] = ()
    note: str | None = None


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class SameAs:
    """Says that the limit of another rating applies."""

    same_as: RatingId
    source: str


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Stage:
    """The limits of one stage by rating; `starts` and `ends` name the moments that the clock runs between."""

    starts: str
    ends: str
    red: Limit
    amber: Limit
    green: Limit
    blue: Limit | None
    unrated: SameAs | None = None

    def limit(self, rating: RatingId | None) -> Limit | None:
        """Return the limit for a rating, or for work that nobody has rated; None where none is set."""
        chosen = rating or (self.unrated.same_as if self.unrated else None)
        limits: dict[RatingId, Limit | None] = {
            "red": self.red,
            "amber": self.amber,
            "green": self.green,
            "blue": self.blue,
        }
        return limits[chosen] if chosen else None


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Clock:
    """A limit that does not depend on the rating: of law, of national guidance, or chosen locally."""

    id: str
    applies_to: AppliesTo
    value: Count
    unit: Unit
    clock: ClockKind
    starts: str
    ends: str
    source: str
    decided_by: str | None = None
    by: str | None = None
    not_met_by: tuple[str, ...] = ()  # what looks like an end and is not
    unless: str | None = None
    also_recorded: tuple[str, ...] = ()
    census_rule: str | None = None
    may_pause: bool = True
    day_starts: str = Field(
        default="08:45", pattern=r"^([01]\d|2[0-3]):[0-5]\d$"
    )  # of a school, for its day starts
    note: str | None = None

    @property
    def limit(self) -> Limit:
        """Return how long it may take."""
        return Limit(value=self.value, unit=self.unit, clock=self.clock, source=self.source)


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class AdultClocks:
    """What differs for an adult: the one-working-day rule is the children's."""

    targets: dict[StageId, Stage]
    clocks: tuple[Clock, ...]
    both_in_one_contact: str


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class YesNo:
    """A choice of the hub, with its source."""

    value: bool
    source: str


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Days:
    """A number of days, with its source."""

    value: Count
    source: str


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Share:
    """A share of a limit, between 0 and 1, with its source."""

    value: Annotated[float, Field(gt=0, lt=1)]
    source: str


Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
TimeOfDay = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class PauseReason:
    """Why this hub lets a clock rest.  The product has none: each is a hub's own."""

    id: str
    label: str
    retired: bool = False


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class WorkingTime:
    """When a hub is staffed, unless it says otherwise: days and local times `HH:MM`."""

    calendar: Literal["england_bank_holidays"]
    days: tuple[Day, ...]
    opens: TimeOfDay
    closes: TimeOfDay
    source: str
    red_runs_past_closing: YesNo
    pauses: tuple[PauseReason, ...]


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class NeverOn:
    """What a pause can never stop."""

    ratings: tuple[Literal["red", "amber", "green", "blue", "unrated"], ...]
    fixed_clocks: bool
    marked: Literal["may_pause_false"]


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class PauseRules:
    """What binds any pause that a hub adds."""

    default: Literal["none"]
    never_on: NeverOn
    needs: tuple[str, ...]
    raised_to_red: str
    reported: tuple[str, ...]
    source: str


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class RatingChange:
    """What one kind of change does to the clock and to the result reached before it."""

    clock: str
    earlier_result: Literal["kept"]
    when: str | None = None
    needs: tuple[str, ...] = ()
    shown: str | None = None
    fixed_clocks: str | None = None


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class RatingChanges:
    """Raising and lowering: not mirror images."""

    raise_on_news: RatingChange
    raise_to_correct: RatingChange
    lower: RatingChange
    source: str
