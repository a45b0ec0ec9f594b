"""The sessions that a post of the rota is held for, and what is missing from a rota.  Pure.

Source: docs/rules.md, "The duty rota".
"""

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import pairwise, takewhile

from mash.common.clock import LONDON, WorkingWeek
from mash.partnership.content import Post

NO_PERSON, NO_DEPUTY, DEPUTY_AWAY = "no_person", "no_deputy", "deputy_away_too"
LAPSED, BOTH_SIDES = (
    "clearance_or_training_lapsed",
    "one_person_named_for_both_sides_of_a_two_person_step",
)
GAPS_IN_WORDS = {
    NO_PERSON: "Nobody is named",
    NO_DEPUTY: "A deputy is missing",
    DEPUTY_AWAY: "Everybody who stands in is away too",
    LAPSED: "Somebody named no longer has the duty",
    BOTH_SIDES: "One person is named for both sides of a two-person step",
}
OTHER_SIDE = {  # post to the posts whose holder may not be its holder
    "approving_manager": ("duty_social_worker", "duty_decision_maker"),
    "release_approver": ("intelligence_officer",),
}


@dataclass(frozen=True, slots=True)
class Session:
    """From when until when a post is held by whoever is named for it."""

    from_at: datetime
    until_at: datetime

    def covers(self, moment: datetime) -> bool:
        """Tell whether a moment falls within."""
        return self.from_at <= moment < self.until_at


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can be named: by post and by account.  may: has the duty, and the post lasts.

    away: when they are away, as pairs of moments; None for no end.
    """

    key: uuid.UUID
    account: uuid.UUID
    duties: frozenset[str]
    lasts: bool = True
    away: tuple[tuple[datetime, datetime | None], ...] = ()

    def is_away(self, session: Session) -> bool:
        """Tell whether they are away when a session begins, or for a part of it."""
        return any(
            begins < session.until_at and (ends is None or ends > session.from_at)
            for begins, ends in self.away
        )


@dataclass(frozen=True, slots=True)
class Named:
    """Who is named for one session of a post, and who stands in, in order."""

    staff: uuid.UUID
    deputies: tuple[uuid.UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Missing:
    """One gap: of which post, in which session, of which kind."""

    post: Post
    session: Session
    kind: str

    @property
    def words(self) -> str:
        """Say it as the page does."""
        return GAPS_IN_WORDS[self.kind]


@dataclass(frozen=True, slots=True)
class Filled:
    """The rota of one agency: who is named, by post and start of the session."""

    named: Mapping[tuple[str, datetime], Sequence[Named]] = field(default_factory=dict)

    def on(self, post: str, session: Session) -> Sequence[Named]:
        """Return who is named for a session of a post."""
        return self.named.get((post, session.from_at), ())


def sessions(week: WorkingWeek, hours: str, first: date, days: int) -> list[Session]:
    """Return the sessions that begin within `days` days from `first` on, on the wall clock of England.

    hours: working_time (a session is an opening), outside_working_time (from closing to the next opening) or
    always (from one opening to the next).
    """
    begins = datetime.combine(first, time(0), LONDON)
    ends = datetime.combine(first + timedelta(days=days), time(0), LONDON)
    return list(
        takewhile(
            lambda one: one.from_at < ends,
            (one for one in _all(week, hours, begins - timedelta(days=21)) if one.from_at >= begins),
        )
    )


def session_at(week: WorkingWeek, hours: str, moment: datetime) -> Session | None:
    """Return the session that a moment falls within; None where nobody is expected then."""
    for one in _all(week, hours, moment - timedelta(days=21)):
        if one.covers(moment):
            return one
        if one.from_at > moment:
            return None
    return None  # pragma: no cover - the sessions have no end


def _all(week: WorkingWeek, hours: str, since: datetime) -> Iterator[Session]:
    if hours == "working_time":
        yield from (Session(*span) for span in week.spans(since))
        return
    begin = 1 if hours == "outside_working_time" else 0
    yield from (Session(one[begin], following[0]) for one, following in pairwise(week.spans(since)))


def gaps(
    post: Post, wanted: Iterable[Session], filled: Filled, people: Mapping[uuid.UUID, Person]
) -> list[Missing]:
    """Return what is missing from one post's sessions.

    people: everybody of the agency, by post; somebody who is not among them counts as lapsed.
    """
    return [
        Missing(post, session, kind) for session in wanted for kind in _kinds(post, session, filled, people)
    ]


def _kinds(post: Post, session: Session, filled: Filled, people: Mapping[uuid.UUID, Person]) -> Iterator[str]:
    named = filled.on(post.id, session)
    first = [people.get(one.staff) for one in named]
    able = [one for one in first if one and one.lasts and post.duty in one.duties]
    here = [one for one in able if not one.is_away(session)]
    deputies = [people.get(key) for one in named for key in one.deputies]
    standing_in = [
        one for one in deputies if one and one.lasts and post.duty in one.duties and not one.is_away(session)
    ]
    if len(named) < post.at_least or (len(here) < post.at_least and not standing_in):
        yield NO_PERSON
    if named and len(able) < len(named):
        yield LAPSED
    if named and len({one.key for one in deputies if one}) < post.deputies:
        yield NO_DEPUTY
    if deputies and not standing_in:
        yield DEPUTY_AWAY
    if _both_sides(post, session, filled, people, {one.account for one in here}):
        yield BOTH_SIDES


def _both_sides(
    post: Post,
    session: Session,
    filled: Filled,
    people: Mapping[uuid.UUID, Person],
    here: set[uuid.UUID],
) -> bool:
    others = {
        people[one.staff].account
        for other in OTHER_SIDE.get(post.id, ())
        for one in filled.on(other, session)
        if one.staff in people
    }
    return bool(here) and here <= others
