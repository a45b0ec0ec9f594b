"""A run is begun, seated, opened, its clock is moved, and it ends.  Only these write."""

import secrets
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from string import ascii_uppercase
from typing import Any

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import transaction
from django.utils.timezone import localdate

from mash.common.jobs import order_from
from mash.common.verdict import require
from mash.exercise import format as file
from mash.exercise import policy, queries, timeline
from mash.exercise.actions.refusals import NotWhole
from mash.exercise.models import Group, Run, Seat, Turn, Version
from mash.ledger.actions import record
from mash.partnership import actions as partnership
from mash.partnership.actions import passwords
from mash.partnership.models import Account, AgencyKind, Hub, Staff
from mash.training.models import Learner
from mash.triage import actions as triage

SERVICE = "exercises"
OPEN, CLOSE = "mash.exercise.jobs.open_places", "mash.exercise.jobs.close_places"
MOST_GROUPS = 12
KEPT_DAYS = 90
LONGEST_KEPT_DAYS = 730
ALWAYS_OPEN = {str(day): ["00:00", "24:00"] for day in range(7)}
PREFIXES_TRIED = 200


@transaction.atomic
def begin(
    *,
    key: uuid.UUID,
    version: Version,
    label: str,
    groups: int,
    pace: float,
    again_of: Run | None = None,
    by: Staff,
    at: datetime,
) -> Run:
    """Begin a run of a version with groups; nobody sits in one yet.  The same form again is the run that is there.

    pace: simulated minutes in a real one.

    Raises PermissionDenied, NotWhole.

    Source: docs/rules.md, "A run of an exercise".
    """
    require(policy.may_train(by))
    there = Run.objects.filter(hub=by.hub_id, key=key).first()
    if there:
        return there
    if not 1 <= groups <= MOST_GROUPS:
        raise NotWhole(f"A run has 1 to {MOST_GROUPS} groups", place="groups")
    if not 0.1 <= pace <= 240:
        raise NotWhole("The clock goes 0.1 to 240 simulated minutes in a real one", place="pace")
    if not label.strip():
        raise NotWhole("Say what the run is called", place="label")
    run = Run(
        hub_id=by.hub_id,
        version=version,
        key=key,
        label=label.strip(),
        pace=pace,
        again_of=again_of,
        by=by,
        at=at,
    )
    run.save(force_insert=True)
    for number in range(1, groups + 1):
        Group(hub_id=run.hub_id, run=run, number=number).save(force_insert=True)
    record("exercise.run_begun", about=run, at=at, hub_id=run.hub_id, detail={"groups": groups})
    return run


@transaction.atomic
def seat(
    *,
    run: Run,
    chosen: Mapping[tuple[int, str], Account | Learner],
    page: str,
    by: Staff,
    at: datetime,
) -> None:
    """Say who sits where, by number of the group and seat, and have the groups' hubs opened by a program.

    Somebody may take two seats of one small group, and sits in one group alone.
    page: the whole address where somebody without a password sets one.

    Raises PermissionDenied, NotWhole.

    Source: docs/rules.md, "A run of an exercise".
    """
    now = hold(run, by)
    if now.seated_at:
        raise NotWhole("Who sits where is settled already")
    exercise = queries.read(now.version)
    groups = {one.number: one for one in Group.objects.filter(run=now)}
    seated = {
        (group, seat_): who
        for (group, seat_), who in chosen.items()
        if group in groups and seat_ in exercise.seats
    }
    for number in groups:
        if not any(group == number for group, _ in seated):
            raise NotWhole(f"Nobody sits in group {number}")
    _one_group_each(seated)
    spans = [asdict(one) for one in timeline.spans_of(exercise)]
    for (group, name), who in sorted(seated.items(), key=lambda one: one[0]):
        account, learner = (who, None) if isinstance(who, Account) else (who.account, who)
        Seat(
            hub_id=now.hub_id, run=now, group=groups[group], seat=name, label=exercise.seats[name].label,
            place=list(exercise.seats).index(name), account=account, learner=learner, name=who.name,
            told=_told(exercise, name) | {"spans": spans},
        ).save(force_insert=True)  # fmt: skip
    now.seated_at = at
    now.save(update_fields=["seated_at"])
    record("exercise.seated", about=now, at=at, hub_id=now.hub_id, detail={"seats": len(seated)})
    order_from(SERVICE, OPEN, run=str(now.pk), page=page)


def _one_group_each(seated: Mapping[tuple[int, str], Account | Learner]) -> None:
    sits: dict[str, int] = {}
    for (group, _), who in seated.items():
        email = who.email.lower()
        if sits.setdefault(email, group) != group:
            raise NotWhole(
                f"{who.name} sits in group {sits[email]} and in group {group}: one person is in one group"
            )


def _told(exercise: file.Exercise, seat_: str) -> dict[str, Any]:
    said = exercise.file
    return {
        "title": said.title,
        "purpose": said.purpose,
        "meeting": {
            "title": said.meeting.title,
            "day": exercise.meeting_day,
            "at": exercise.meeting_at,
            "minutes": said.meeting.minutes,
            "chair": exercise.label_of(said.meeting.chair),
            "chairs": said.meeting.chair == seat_,
            "attendees": [exercise.label_of(one) for one in said.meeting.attendees],
            "apologies": [exercise.label_of(one) for one in said.meeting.apologies_to_handle],
            "agenda": list(said.meeting.agenda),
            "questions": list(said.meeting.questions_each_agency_should_raise.get(seat_, ())),
        },
    }


@transaction.atomic
def open_places(*, run_id: uuid.UUID, page: str, at: datetime) -> int:
    """Open a training hub for each group of a run, with a post for each seat; return how many.  Safe to repeat.

    For the service of exercises.  Whoever has no password yet is sent a code from the hub that trains.

    Source: docs/rules.md, "A run of an exercise".
    """
    run = Run.objects.select_for_update(of=("self",)).select_related("version", "hub", "by").get(pk=run_id)
    if run.opened_at or run.ended_at or run.seated_at is None:
        return 0
    exercise = queries.read(run.version)
    opened = 0
    for group in Group.objects.filter(run=run).order_by("number"):
        place = _open_hub(run, group, at)
        group.place = place
        group.save(update_fields=["place"])
        for one in Seat.objects.filter(group=group).select_related("account", "learner").order_by("place"):
            post = _give_post(exercise.seats[one.seat], place, one, at)
            _send_code(post.account, run, page, at)
        opened += 1
    run.opened_at = at
    run.save(update_fields=["opened_at"])
    record("exercise.opened", about=run, at=at, hub_id=run.hub_id, detail={"hubs": opened})
    return opened


def _open_hub(run: Run, group: Group, at: datetime) -> Hub:
    taken = set(Hub.objects.values_list("prefix", flat=True))
    for _ in range(PREFIXES_TRIED):
        prefix = "".join(secrets.choice(ascii_uppercase) for _ in range(3))
        if prefix not in taken:
            break
    else:
        raise RuntimeError("no free prefix was found")
    hub = partnership.open_hub(
        name=f"{run.label[:40]}, group {group.number} (exercise {run.pk.hex[:6]})", prefix=prefix, at=at,
        is_training=True, exercise_for=run.hub, hours=ALWAYS_OPEN, family_first=run.hub.family_first,
    )  # fmt: skip
    triage.load_targets(hub, on=localdate(at), at=at)
    return hub


def _give_post(said: file.Seat, place: Hub, one: Seat, at: datetime) -> Staff:
    kind = AgencyKind(said.agency)
    agency = partnership.join_hub(hub=place, name=f"{kind.label} (exercise)", kind=kind, at=at)
    account = one.account
    if account is None:
        assert one.learner  # noqa: S101 (a seat is somebody's)
        account = partnership.make_account(email=one.learner.email, name=one.learner.name)
    one.account = account
    one.post = partnership.give_post(
        account=account,
        hub=place,
        agency=agency,
        title=said.label[:80],
        duties=said.duties,
        leads=True,
        at=at,
    )
    one.save(update_fields=["account", "post"])
    return one.post


def _send_code(account: Account, run: Run, page: str, at: datetime) -> None:
    """Send whoever has no password yet a code to set one, from the hub that trains."""
    if not account.password.startswith(UNUSABLE_PASSWORD_PREFIX):
        return
    try:
        passwords.send_code(account=account, hub=run.hub, page=page, by=run.by, at=at)
    except passwords.TooManyCodes:  # with another seat just now; the newest of them works
        return


@transaction.atomic
def turn(*, run: Run, what: str, day: int = 0, clock: str = "", by: Staff, at: datetime) -> Turn:
    """Start, pause or resume a run's clock, or move it to a time of a day.  What was given stays given.

    Raises PermissionDenied, NotWhole.

    Source: docs/rules.md, "The clock of an exercise".
    """
    now = hold(run, by)
    if now.opened_at is None:
        raise NotWhole("The groups’ hubs are not open yet")
    turns = list(Turn.objects.filter(run=now).order_by("number"))
    spans = timeline.spans_of(queries.read(now.version))
    stands = timeline.stands(spans, queries.moved(turns), now.pace, at)
    runs = bool(turns and turns[-1].runs)
    why = _why_not(what, begun=bool(turns), runs=runs)
    if why:
        raise NotWhole(why)
    position = stands.position
    if what == Turn.What.JUMP:
        position = _jumped(spans, position, day, clock)
    else:
        runs = what != Turn.What.PAUSE
    made = Turn(
        hub_id=now.hub_id,
        run=now,
        number=len(turns) + 1,
        what=what,
        position=position,
        runs=runs,
        by=by,
        at=at,
    )
    made.save(force_insert=True)
    record("exercise.clock", about=now, at=at, hub_id=now.hub_id, detail={"what": what, "position": position})
    return made


def _why_not(what: str, *, begun: bool, runs: bool) -> str:
    """Return why something cannot be done to a clock, or ""."""
    if what == Turn.What.START:
        return "The clock has been started already" if begun else ""
    if not begun:
        return "Start the clock first"
    if what == Turn.What.PAUSE:
        return "" if runs else "The clock is not running"
    return "The clock is running already" if what == Turn.What.RESUME and runs else ""


def _jumped(spans: Sequence[timeline.Span], stood: float, day: int, clock: str) -> float:
    """Return the position of a time to which a clock is moved.  Raises NotWhole."""
    if day not in {one.day for one in spans}:
        raise NotWhole(f"This exercise has no day {day}", place="day")
    if not file.CLOCK.fullmatch(clock):
        raise NotWhole("Enter a time such as 14:30", place="clock")
    position = timeline.position_of(spans, day, clock)
    if position < stood:
        raise NotWhole("The clock only goes forward: what was given stays given", place="clock")
    return position


@transaction.atomic
def end(*, run: Run, why: str, kept_days: int = KEPT_DAYS, by: Staff, at: datetime) -> None:
    """End a run: nobody acts in its hubs any more, and what was recorded there is kept for a while.  Safe to repeat.

    kept_days: after how many days the records of the groups are disposed of.

    Raises PermissionDenied, NotWhole.

    Source: docs/rules.md, "The end of a run".
    """
    require(policy.may_train(by))
    now = Run.objects.select_for_update(of=("self",)).get(pk=run.pk, hub=by.hub_id)
    if now.ended_at:
        return
    if not 1 <= kept_days <= LONGEST_KEPT_DAYS:
        raise NotWhole(f"Records are kept for 1 to {LONGEST_KEPT_DAYS} days", place="kept_days")
    now.ended_at, now.ended_by, now.ended_why = at, by, why.strip()
    now.keep_until = localdate(at) + timedelta(days=kept_days)
    now.save(update_fields=["ended_at", "ended_by", "ended_why", "keep_until"])
    record("exercise.run_ended", about=now, at=at, hub_id=now.hub_id, detail={"kept_days": kept_days})
    order_from(SERVICE, CLOSE, run=str(now.pk))


@transaction.atomic
def close_places(*, run_id: uuid.UUID, at: datetime) -> int:
    """End every post in the hubs of a run that has ended; return how many.  For the service; safe to repeat.

    Source: docs/rules.md, "The end of a run".
    """
    run = Run.objects.get(pk=run_id)
    if run.ended_at is None:
        return 0
    places = [one for one in Group.objects.filter(run=run).values_list("place_id", flat=True) if one]
    posts = list(Staff.objects.select_for_update().filter(hub__in=places, until_at=None).order_by("pk"))
    for post in posts:
        post.until_at = at
        post.save(update_fields=["until_at"])
        record("post.ended", about=post, at=at, hub_id=post.hub_id)
    return len(posts)


@transaction.atomic
def begin_again(*, run: Run, key: uuid.UUID, page: str, by: Staff, at: datetime) -> Run:
    """End a run, if it has not ended, and begin it anew with the same people in the same seats and fresh hubs.

    Raises PermissionDenied, NotWhole.

    Source: docs/rules.md, "The end of a run".
    """
    require(policy.may_train(by))
    there = Run.objects.filter(hub=by.hub_id, key=key).first()
    if there:
        return there
    end(run=run, why="Begun again", by=by, at=at)
    seats = list(Seat.objects.filter(run=run).select_related("group", "account", "learner__account"))
    made = begin(
        key=key, version=run.version, label=run.label, groups=Group.objects.filter(run=run).count(), pace=run.pace,
        again_of=run, by=by, at=at,
    )  # fmt: skip
    if seats:
        chosen = {(one.group.number, one.seat): one.learner or one.account for one in seats}
        whole = {place: who for place, who in chosen.items() if who is not None}
        seat(run=made, chosen=whole, page=page, by=by, at=at)
    return made


def hold(run: Run, by: Staff) -> Run:
    """Hold a run still, and see that this post may work on it."""
    now = Run.objects.select_for_update(of=("self",)).select_related("version").get(pk=run.pk, hub=by.hub_id)
    require(policy.may_facilitate(by, now))
    return now
