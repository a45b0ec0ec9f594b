"""Who must be on duty, who stands in, what is seen at night and how work changes hands, read from content.

Telephone numbers of people are rows of the rota, never content.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic.dataclasses import dataclass

from mash.common.content import SHAPE, Source, by_id, read, require_known
from mash.common.editions import Content
from mash.partnership.models import AgencyKind, Duty

ROTA = Path(__file__).parent / "content" / "rota.yaml"

Hours = Literal["working_time", "outside_working_time", "always"]
Unit = Literal["minutes", "hours"]


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class ReachedWithin:
    """How soon somebody on call answers, for a rating."""

    value: int
    unit: Unit
    for_: str = Field(alias="for")


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Post:
    """A duty that somebody must hold: in opening hours, outside them, or always.

    at_least: people at once.  deputies: named stand-ins, in order.  red_if_empty: said in words while empty.
    never: whom it may not be on one matter, the other side of a two-person step.
    """

    id: str
    agency: str | tuple[str, ...]
    duty: str
    kind: Literal["person", "on_call"]
    label: str
    at_least: int
    deputies: int
    red_if_empty: bool = False
    hours: Hours = "working_time"
    never: tuple[str, ...] = ()
    per: str = ""
    subjects: tuple[str, ...] = ()
    reached_within: ReachedWithin | None = None
    note: str = ""

    @property
    def agencies(self) -> tuple[str, ...]:
        """The kinds of agency that fill it, each for itself."""
        return (self.agency,) if isinstance(self.agency, str) else self.agency


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Warn:
    """Who is told of a gap, and how long before."""

    who: tuple[str, ...]
    working_days_before: int
    source: str


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Gaps:
    """What counts as a gap of the rota."""

    looked_for: str
    gap_is: tuple[str, ...]
    warn: Warn
    red_if_empty: str


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class OpenedBy:
    """How long an enquiry may lie unopened: minutes, or a share of its time."""

    value: int = 0
    unit: Unit = "minutes"
    share_of_clock: float = 0


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class NotOpened:
    """By rating, when an enquiry that nobody has opened goes to the deputy."""

    red: OpenedBy
    amber: OpenedBy
    green: OpenedBy
    source: str


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class EnquiryRules:
    """What becomes of an enquiry when the person who should answer is not there."""

    addressed_to: str
    goes_to_deputy: tuple[str, ...]
    not_opened_in_time: NotOpened
    clock: str
    both_see: str
    no_deputy_answers: str


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class ReassignAll:
    """Moving all of an absent worker's work in one action."""

    who_may: tuple[str, ...]
    moves: tuple[str, ...]
    to: str
    keeps: tuple[str, ...]
    never_moves_to: tuple[str, ...]
    what_cannot_move: str
    accepted: str
    told: tuple[str, ...]
    on_record: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class AbsenceRules:
    """Being away: its kinds, who says so, and what becomes of the work."""

    kinds: tuple[str, ...]
    told_by: tuple[str, ...]
    unplanned: str
    reassign_all: ReassignAll
    coming_back: str
    left_or_suspended: str


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Bulk:
    """What may be done to several at once, and what never is."""

    may: tuple[str, ...]
    never: tuple[str, ...]
    why: str


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Seen:
    """One kind of thing that the duty outside hours sees."""

    id: str
    what: str
    may_be_switched_off: bool = False
    source: str = "default: choose locally"


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class OutOfHours:
    """What is seen and may be done outside the hub's hours."""

    who: str
    when: Hours
    sees: tuple[Seen, ...]
    sealed_marker_says: str
    does_not_see: tuple[str, ...]
    may: tuple[str, ...]
    may_not: tuple[str, ...]
    must: tuple[str, ...]
    every_view: str


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class HandOver:
    """One of the two hand-overs a day: from which post to which, what it lists, and what each line says."""

    id: str
    when: str
    from_: str = Field(alias="from")
    to: str
    lists: tuple[str, ...]
    each_line_says: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Rule:
    """A rule in words."""

    id: str
    text: str


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class PublicForm:
    """What the public form says while nobody is there to read it."""

    shown: tuple[str, ...]
    computed_from: str
    start_page: str
    before_sending: str
    after_sending: str
    danger_ticked: str
    professionals_also: str
    never_says: tuple[str, ...]
    still_works: str


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Placeholder:
    """A gap in these words, filled by a hub or by the clock."""

    id: str
    label: str
    example: str = ""
    required: bool = False
    filled_by: str = ""


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class RotaContent:
    """The whole of `rota.yaml`."""

    format: str
    version: int
    principles: tuple[str, ...]
    posts: tuple[Post, ...]
    source_of_numbers: str
    rota_line: tuple[str, ...]
    gaps: Gaps
    enquiries: EnquiryRules
    absence: AbsenceRules
    bulk: Bulk
    out_of_hours: OutOfHours
    hand_over: tuple[HandOver, ...]
    hand_over_rules: tuple[Rule, ...]
    public_form_after_hours: PublicForm
    placeholders: tuple[Placeholder, ...]
    reported: tuple[str, ...]


def load_rota(file: Source = ROTA) -> RotaContent:
    """Read and check the rota.  Raises ContentError naming the place."""
    content = read(file, RotaContent)
    posts = by_id(content.posts, f"{file.name}: posts")
    for post in posts.values():
        place = f"{file.name}: posts.{post.id}"
        require_known(post.agencies, AgencyKind.values, f"{place}.agency")
        require_known([post.duty], Duty.values, f"{place}.duty")
    for one in by_id(content.hand_over, f"{file.name}: hand_over").values():
        require_known([one.from_, one.to], posts, f"{file.name}: hand_over.{one.id}")
    require_known([content.out_of_hours.who], posts, f"{file.name}: out_of_hours.who")
    by_id(content.placeholders, f"{file.name}: placeholders")
    return content


rota_content = Content(ROTA, "Duty rota", load_rota)
"""Return the rota's rules as the hub that acts has them."""


@rota_content.derived
def posts(content: RotaContent) -> Mapping[str, Post]:
    """Return the posts by id, in order."""
    return by_id(content.posts, "posts")


@rota_content.derived
def hand_overs(content: RotaContent) -> Mapping[str, HandOver]:
    """Return the two hand-overs by id."""
    return by_id(content.hand_over, "hand_over")
