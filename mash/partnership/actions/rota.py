"""Filling the duty rota, and warning of what is missing from it."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.urls import reverse

from mash.common.editions import content_of
from mash.common.verdict import require
from mash.ledger.actions import record
from mash.partnership import policy
from mash.partnership.actions import notify
from mash.partnership.content import Post
from mash.partnership.models import Agency, Hub, Staff
from mash.partnership.queries import gaps
from mash.partnership.queries import rota as queries
from mash.partnership.rota import RotaGap, Turn
from mash.partnership.sessions import Missing, Session, sessions

SUBJECT = "The duty rota has gaps"
BODY = "Sign in and open the rota.  In the next working days somebody or a deputy is missing from it."


class RotaMoved(Exception):
    """Somebody else changed these turns after the form was opened."""


class NotOfTheTeam(Exception):
    """Somebody named has no post in the agency, or stands in for themselves."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a week's form: who is on duty in a session, who stands in, and where they are reached."""

    session: Session
    staff: uuid.UUID
    deputies: tuple[uuid.UUID, ...] = ()
    reached_on: str = ""
    reached_on_if_no_answer: str = ""

    def is_as(self, turn: Turn) -> bool:
        """Tell whether a turn says the same."""
        said = (
            turn.from_at,
            turn.staff_id,
            tuple(turn.deputies),
            turn.reached_on,
            turn.reached_on_if_no_answer,
        )
        mine = (
            self.session.from_at,
            self.staff,
            self.deputies,
            self.reached_on,
            self.reached_on_if_no_answer,
        )
        return said == mine


@transaction.atomic
def fill_rota(
    *,
    hub: Hub,
    agency: Agency,
    post: Post,
    within: Sequence[Session],
    lines: Iterable[Line],
    seen: Iterable[uuid.UUID],
    by: Staff,
    at: datetime,
) -> int:
    """Say who is on duty on one post in these sessions; return how many turns changed.  The same again changes none.

    seen: the turns that stood there when the form was opened.

    Raises PermissionDenied, RotaMoved, NotOfTheTeam.

    Source: docs/rules.md, "The duty rota".
    """
    require(policy.may_fill_rota(by, agency))
    _hold_still(hub, agency)
    before = queries.turns_of_week(by, agency, post, within)
    wanted = list(lines)
    kept = [turn for turn in before if any(line.is_as(turn) for line in wanted)]
    new = [line for line in wanted if not any(line.is_as(turn) for turn in before)]
    gone = [turn for turn in before if turn not in kept]
    if not new and not gone:
        return 0
    if {one.pk for one in before} != set(seen):
        raise RotaMoved
    _make_sure(hub, agency, new, at)
    for turn in gone:
        turn.withdrawn_at = at
        turn.save(update_fields=["withdrawn_at"])
    _write(hub, agency, post, new, by=by, at=at)
    detail = {"post": post.id, "named": len(new), "taken_off": len(gone)}
    record("rota.filled", about=agency, at=at, hub_id=hub.pk, detail=detail)
    return len(new) + len(gone)


def _hold_still(hub: Hub, agency: Agency) -> None:
    """Let one transaction at a time fill an agency's rota."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"rota:{hub.pk}:{agency.pk}"]
        )


def _make_sure(hub: Hub, agency: Agency, lines: Iterable[Line], at: datetime) -> None:
    team = set(queries.team(hub.pk, agency.pk, at).values_list("pk", flat=True))
    for line in lines:
        named = [line.staff, *line.deputies]
        if not set(named) <= team or len(set(named)) < len(named):
            raise NotOfTheTeam


def _write(
    hub: Hub, agency: Agency, post: Post, lines: Iterable[Line], *, by: Staff | None, at: datetime
) -> None:
    Turn.objects.bulk_create(
        Turn(
            hub=hub,
            agency=agency,
            post=post.id,
            staff_id=line.staff,
            from_at=line.session.from_at,
            until_at=line.session.until_at,
            deputies=list(line.deputies),
            reached_on=line.reached_on,
            reached_on_if_no_answer=line.reached_on_if_no_answer,
            by=by,
            at=at,
        )
        for line in lines
    )


@transaction.atomic
def copy_last_week(*, hub: Hub, agency: Agency, first: date, by: Staff, at: datetime) -> int:
    """Fill the empty sessions of an agency's week as the week before was filled; return how many turns were copied.

    first: the Monday of the week to fill.  Whoever has left the agency meanwhile is left out.

    Raises PermissionDenied.

    Source: docs/rules.md, "The duty rota".
    """
    require(policy.may_fill_rota(by, agency))
    _hold_still(hub, agency)
    week = queries.working_week(hub)
    team = set(queries.team(hub.pk, agency.pk, at).values_list("pk", flat=True))
    copied = 0
    for post in queries.posts_of(agency):
        now = sessions(week, post.hours, first, 7)
        then = sessions(week, post.hours, first - timedelta(days=7), 7)
        taken = {one.from_at for one in queries.turns_of_week(by, agency, post, now)}
        before = queries.turns_of_week(by, agency, post, then)
        lines = [
            _as_then(session, turn, team)
            for session in now
            if session.from_at not in taken
            for turn in before
            if turn.from_at.weekday() == session.from_at.weekday() and turn.staff_id in team
        ]
        _write(hub, agency, post, lines, by=by, at=at)
        copied += len(lines)
    if copied:
        detail = {"week": first.isoformat(), "named": copied}
        record("rota.copied", about=agency, at=at, hub_id=hub.pk, detail=detail)
    return copied


def _as_then(session: Session, turn: Turn, team: set[uuid.UUID]) -> Line:
    deputies = tuple(one for one in turn.deputies if one in team)
    return Line(session, turn.staff_id, deputies, turn.reached_on, turn.reached_on_if_no_answer)


@transaction.atomic
def look_for_gaps(hub: Hub, *, at: datetime) -> int:
    """Keep the gaps of a hub's rota, and warn of those that are near; return how many were warned of now.

    Warns the hub's manager and the agency's lead once of each, five working days before.  Acts as a listed service.

    Source: docs/rules.md, "The duty rota".
    """
    with content_of(hub.pk):
        return _look(hub, at)


def _look(hub: Hub, at: datetime) -> int:
    found = {
        (agency.pk, one.post.id, one.session.from_at, one.kind): one for agency, one in gaps.gaps_of(hub, at)
    }
    known = gaps.open_gaps(hub)
    RotaGap.objects.filter(pk__in=[row.pk for key, row in known.items() if key not in found]).update(
        closed_at=at
    )
    RotaGap.objects.bulk_create(
        RotaGap(hub=hub, agency_id=key[0], post=key[1], from_at=key[2], kind=key[3], found_at=at)
        for key in found
        if key not in known
    )
    until = gaps.warn_from(hub, at)
    near = [row for key, row in gaps.open_gaps(hub).items() if not row.warned_at and row.from_at < until]
    _warn(hub, near, found, at)
    return len(near)


def _warn(
    hub: Hub,
    near: Sequence[RotaGap],
    found: dict[tuple[uuid.UUID, str, datetime, str], Missing],
    at: datetime,
) -> None:
    if not near:
        return
    leads = [
        one for agency in {row.agency_id for row in near} for one in queries.leads_of(hub.pk, agency, at)
    ]
    for address in sorted({one.account.email for one in [*queries.managers_of(hub.pk, at), *leads]}):
        notify(hub_id=hub.pk, to=address, subject=SUBJECT, body=BODY, at=at, page=reverse("rota:gaps"))
    RotaGap.objects.filter(pk__in=[row.pk for row in near]).update(warned_at=at)
    detail = {"gaps": len(near), "of": len(found)}
    record("rota.gaps_warned", about=hub, at=at, hub_id=hub.pk, detail=detail)
