"""A return is asked for by a worker and made by a program that sees every case of the hub."""

import re
import uuid
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import transaction
from django.utils.timezone import localdate

from mash.common.editions import content_of
from mash.common.jobs import order_from
from mash.common.verdict import require
from mash.ledger.actions import record
from mash.partnership.models import Hub, Staff
from mash.returns import looking_over, policy, queries
from mash.returns.facts import Found
from mash.returns.formats import FORMATS, Wanted, digest
from mash.returns.models import File, Kind, Made, Problem, Run
from mash.returns.refusals import Differs
from mash.returns.years import year, year_for

SERVICE = "returns"
JOB = "mash.returns.jobs.make_return"
NAMED_OF_EACH = 200  # problems of one rule that are named; all of them are counted
KEPT = timedelta(days=90)
NO_LONGER = "Whoever asked for it may not make returns any more."
AUTHORITY = re.compile(r"[0-9]{3}")


class NotWhole(Exception):
    """Something that was said does not do.  places: field to why."""

    def __init__(self, places: dict[str, str]) -> None:
        super().__init__("; ".join(places.values()))
        self.places = places


@transaction.atomic
def ask_for(
    *,
    key: uuid.UUID,
    kind: str,
    from_on: date,
    until_on: date,
    why: str,
    hub: Hub,
    by: Staff | None,
    at: datetime,
    authority: str = "",
    every_episode: bool = False,
) -> Run:
    """Ask for a return of these days; a program makes it soon.  The same key again makes none.

    until_on: the last day, included; it must be over.  authority: three digits; a census needs it.
    every_episode: the hub holds every episode of its children, so that a census of it is whole.

    Raises PermissionDenied, and NotWhole naming fields.

    Source: docs/rules.md, "Statutory returns".
    """
    if by is not None:
        require(policy.may_make(by))
    _require_whole(kind, (from_on, until_on), why, authority, localdate(at))
    run, is_new = Run.objects.get_or_create(
        key=key,
        defaults={
            "hub": hub,
            "kind": kind,
            "from_on": from_on,
            "until_on": until_on,
            "year": year_for(until_on),
            "authority": authority if kind == Kind.CIN else "",
            "every_episode": every_episode and kind == Kind.CIN,
            "why": why.strip(),
            "by": by,
            "at": at,
        },
    )
    if is_new:
        days = {"kind": kind, "from": str(from_on), "until": str(until_on)}
        record("return.asked_for", about=run, at=at, hub_id=hub.pk, why=run.why, detail=days)
        if by is not None:
            order_from(SERVICE, JOB, run_id=str(run.pk))
    return run


def _require_whole(kind: str, days: tuple[date, date], why: str, authority: str, today: date) -> None:
    from_on, until_on = days
    wrong: dict[str, str] = {}
    if until_on >= today:
        wrong["until_on"] = "The last day must be over: choose yesterday or earlier"
    elif until_on < from_on:
        wrong["until_on"] = "The last day must not be before the first"
    elif (until_on - from_on).days + 1 > FORMATS[kind].most_days:
        wrong["until_on"] = f"Choose at most {FORMATS[kind].most_days} days"
    if kind == Kind.CIN and not AUTHORITY.fullmatch(authority):
        wrong["authority"] = "Enter the authority’s number as three digits"
    if not why.strip():
        wrong["why"] = "Say why it is made"
    if wrong:
        raise NotWhole(wrong)


@transaction.atomic
def make(*, run_id: uuid.UUID, at: datetime) -> Made:
    """Make a return, open it again, check it and keep it with what was found wrong.  Made once; again changes nothing.

    Whoever acts must see every case of the hub: the service `returns`.

    Source: docs/rules.md, "Statutory returns", "Problems of a return".
    """
    run = Run.objects.select_related("hub", "by__account").get(pk=run_id)
    if made := Made.objects.filter(run=run).first():
        return made
    if run.by is not None and not _may_still(run.by, at):
        return _not_made(run, NO_LONGER, at)
    rules = year(run.year)
    wanted = Wanted(
        hub=run.hub.prefix,
        from_on=run.from_on,
        until_on=run.until_on,
        authority=run.authority,
        every_episode=run.every_episode,
    )
    format_ = FORMATS[run.kind]
    with content_of(run.hub_id), TemporaryDirectory(prefix="return-") as folder:
        found = queries.gather(run.hub_id, queries.Period(run.from_on, run.until_on), rules)
        file = Path(folder) / format_.name(run.kind, wanted)
        try:
            counts = format_.make(file, found, wanted, rules)
        except Differs as why:
            return _not_made(run, f"The file did not stand the look at it: {why}", at)
        wrong = list(looking_over.problems(found, run.kind, run.from_on, run.until_on, rules))
        made = Made.objects.create(
            hub=run.hub,
            run=run,
            name=file.name,
            sha256=digest(file),
            size=file.stat().st_size,
            counts=counts,
            problems=looking_over.counted(wrong),
            at=at,
        )
        File.objects.create(hub=run.hub, run=run, body=file.read_bytes(), at=at)
    _name(run, wrong)
    said = {"sha256": made.sha256, "size": made.size, "rows": counts, "problems": len(wrong)}
    record("return.made", about=run, at=at, hub_id=run.hub_id, detail=said)
    return made


def _may_still(staff: Staff, at: datetime) -> bool:
    lasts = staff.from_at <= at and (staff.until_at is None or staff.until_at > at)
    return lasts and staff.account.is_active and bool(policy.may_make(staff))


def _not_made(run: Run, why: str, at: datetime) -> Made:
    record("return.not_made", about=run, at=at, hub_id=run.hub_id, why=why[:240])
    return Made.objects.create(hub=run.hub, run=run, trouble=why[:240], at=at)


def _name(run: Run, wrong: Sequence[Found]) -> None:
    """Keep the first of each rule, in the order of the file."""
    rows = (
        Problem(
            hub_id=run.hub_id,
            run=run,
            number=number,
            rule=one.rule,
            child=one.child,
            place=one.place[:80],
            contact_id=one.contact,
            person_id=one.person,
        )
        for number, one in enumerate(_some_of_each(wrong), 1)
    )
    Problem.objects.bulk_create(rows, 1000)


def _some_of_each(wrong: Sequence[Found]) -> Iterator[Found]:
    seen: dict[str, int] = {}
    for one in wrong:
        seen[one.rule] = seen.get(one.rule, 0) + 1
        if seen[one.rule] <= NAMED_OF_EACH:
            yield one


@transaction.atomic
def forget_old(*, at: datetime) -> int:
    """Remove the files of returns, and the problems that name children, 90 days after they were made.

    What remains of each is its days, its hash, who took it out and why.

    Source: docs/rules.md, "Statutory returns".
    """
    gone = 0
    for file in File.objects.filter(at__lt=at - KEPT).select_related("run").order_by("at", "pk"):
        Problem.objects.filter(run=file.run_id).delete()
        record("return.file_removed", about=file.run, at=at, hub_id=file.hub_id)
        file.delete()
        gone += 1
    return gone
