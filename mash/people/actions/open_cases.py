"""Work that is open with people: from the council's list, and from what the hub decides."""

import hashlib
import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import localdate

from mash.common.verdict import require
from mash.ledger.actions import record
from mash.partnership.models import Hub, Staff
from mash.people import policy
from mash.people.case_list import OpenCase
from mash.people.joined import counts
from mash.people.models import Identifier, Involvement, OpenCasesList, Person

SOURCE = "open_cases"
AHEAD = timedelta(minutes=10)  # between the clocks of two systems
FEW = 10  # ends below this many are never a sign of a list cut short
KEPT_UP_TO_DATE = (
    "tier", "team", "worker_name", "worker_email", "manager_name", "manager_email", "from_on", "as_at",
)  # fmt: skip


class FutureList(Exception):
    """The list says that it was made later than now."""


class OlderList(Exception):
    """A newer list of open cases was taken before; this one would bring back what has ended."""


class ShorterList(Exception):
    """The list would end more than half of what is open: it may have been cut short."""


@dataclass(slots=True)
class TakenList:
    """What became of a list.  unknown, unclear: line numbers of rows whose person is not known, or not one person."""

    opened: int = 0
    renewed: int = 0
    ended: int = 0
    already_here: bool = False
    unknown: list[int] = field(default_factory=list)
    unclear: list[int] = field(default_factory=list)


@transaction.atomic
def take_open_cases(
    *, cases: Sequence[OpenCase], as_at: datetime, hub: Hub, at: datetime, even_if_shorter: bool = False
) -> TakenList:
    """Take in the council's list of open cases: what is on it is open, what is gone from it has ended.

    as_at: the list's own moment; the same list again changes nothing.

    Raises FutureList, OlderList, and ShorterList unless told that the list really is that short.

    Source: docs/rules.md, "Known already, open already".
    """
    if as_at > at + AHEAD:
        raise FutureList(as_at)
    Hub.objects.select_for_update(no_key=True).get(
        pk=hub.pk
    )  # two lists at once would both open the same work
    newest = OpenCasesList.objects.filter(hub=hub.pk).order_by("-as_at").first()
    if newest and newest.as_at > as_at:
        raise OlderList(newest.as_at)
    if newest and newest.as_at == as_at:
        return TakenList(already_here=True)
    taken = TakenList()
    open_now = {
        row.source_key: row for row in Involvement.objects.filter(hub=hub.pk, source=SOURCE, until_on=None)
    }
    listed = _involvements(cases, open_now, hub.pk, as_at, taken)
    gone = [row for key, row in open_now.items() if key not in listed]
    if len(gone) > max(FEW, len(open_now) / 2) and not even_if_shorter:
        raise ShorterList(f"{len(gone)} of {len(open_now)}")
    _write(listed, open_now, gone, taken, as_at)
    _take_over(listed.values(), hub.pk, as_at)
    OpenCasesList.objects.create(hub=hub, as_at=as_at, taken_at=at, rows=len(cases))
    counts = {"opened": taken.opened, "renewed": taken.renewed, "ended": taken.ended}
    counts |= {"unknown": len(taken.unknown), "unclear": len(taken.unclear)}
    record("open_cases.taken", about=hub, at=at, hub_id=hub.pk, detail=counts)
    return taken


def _involvements(
    cases: Sequence[OpenCase],
    open_now: Collection[str],
    hub_id: uuid.UUID,
    as_at: datetime,
    taken: TakenList,
) -> dict[str, Involvement]:
    """Return the work that the list names, by key.

    Where several records of one person hold the number, the work stays with the record that has it already.
    """
    people = _people(hub_id, {number for case in cases for number in case.numbers})
    made = {}
    for case in cases:
        meant = {record: one for number in case.numbers for record, one in people.get(number, ())}
        if len(set(meant.values())) == 1:
            rows = [_involvement(case, hub_id, record, as_at) for record in sorted(meant)]
            row = next((one for one in rows if one.source_key in open_now), rows[0])
            made[row.source_key] = row
        else:
            (taken.unclear if meant else taken.unknown).append(case.line)
    return made


def _people(
    hub_id: uuid.UUID, numbers: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], set[tuple[uuid.UUID, uuid.UUID]]]:
    """Return for each number the records that hold it, each with the one that counts for it."""
    values = {value for _, value in numbers}
    found: dict[tuple[str, str], set[tuple[uuid.UUID, uuid.UUID]]] = {}
    rows = Identifier.objects.filter(hub=hub_id, value__in=values, valid=True)
    for scheme, value, *records in rows.values_list("scheme", "value", "person_id", counts()):
        found.setdefault((scheme, value), set()).add((records[0], records[1]))
    return found


def _involvement(case: OpenCase, hub_id: uuid.UUID, person_id: uuid.UUID, as_at: datetime) -> Involvement:
    key = f"{person_id}|{case.agency}|{case.plan}"
    return Involvement(
        hub_id=hub_id,
        person_id=person_id,
        source=SOURCE,
        source_key=hashlib.sha256(key.encode()).hexdigest()[:40],
        agency=case.agency,
        plan=case.plan,
        tier=case.tier,
        team=case.team,
        worker_name=case.worker_name,
        worker_email=case.worker_email,
        manager_name=case.manager_name,
        manager_email=case.manager_email,
        from_on=case.from_on,
        as_at=as_at,
    )


def _write(
    listed: dict[str, Involvement],
    open_now: dict[str, Involvement],
    gone: list[Involvement],
    taken: TakenList,
    as_at: datetime,
) -> None:
    fresh = [row for key, row in listed.items() if key not in open_now]
    for key, row in listed.items():
        if key in open_now:
            row.pk = open_now[key].pk
    still = [row for key, row in listed.items() if key in open_now]
    for row in gone:
        row.until_on = localdate(as_at)
    Involvement.objects.bulk_create(fresh, 5000)
    Involvement.objects.bulk_update(still, KEPT_UP_TO_DATE, 1000)
    Involvement.objects.bulk_update(gone, ["until_on"], 1000)
    taken.opened, taken.renewed, taken.ended = len(fresh), len(still), len(gone)


def _take_over(listed: Iterable[Involvement], hub_id: uuid.UUID, as_at: datetime) -> None:
    """End what a decision opened where the list, made after it, names open work with that person at its tier or above.

    From then on the list speaks for it, with its worker and its end.
    """
    named: dict[uuid.UUID, int] = {}
    for row in listed:
        named[row.person_id] = max(row.tier, named.get(row.person_id, 0))
    ours = Involvement.objects.filter(hub=hub_id, source="decision", as_at__lt=as_at, person__in=list(named))
    still = ours.filter(Q(until_on=None) | Q(until_on__gt=localdate(as_at)))
    over = [row for row in still if named[row.person_id] >= row.tier]
    for row in over:
        row.until_on = max(localdate(as_at), row.from_on)
    Involvement.objects.bulk_update(over, ["until_on"], 1000)


@transaction.atomic
def open_involvement(
    *,
    person: Person,
    source: str,
    agency: str,
    plan: str,
    tier: int,
    from_on: date,
    by: Staff | None,
    at: datetime,
    source_key: str = "",
    until_on: date | None = None,
    **more: str,
) -> Involvement:
    """Say that an agency works with a person from a day on.  Safe to repeat where `source_key` is given.

    source: decision | panel.  source_key: what it follows from, as an outcome's key.
    until_on: the first day on which it no longer counts as open, unless it is ended before; None for until it is ended.
    more: team, worker_name, worker_email, manager_name, manager_email.

    Raises PermissionDenied if `by` may not see the person.
    """
    if by is not None:
        require(policy.may_see(by, person))
    Person.objects.select_for_update().get(pk=person.pk)
    own = {"source": source, "source_key": source_key[:80]}
    here = Involvement.objects.filter(hub=person.hub_id, until_on=None, **own).first() if source_key else None
    if here is not None:
        return here
    row = Involvement.objects.create(
        hub_id=person.hub_id, person=person, agency=agency, plan=plan, tier=tier, from_on=from_on, until_on=until_on,
        as_at=at, **own, **more,
    )  # fmt: skip
    record("involvement.opened", about=row, at=at, hub_id=row.hub_id, detail={"tier": tier})
    return row


@transaction.atomic
def end_involvement(
    *, involvement: Involvement, until_on: date, by: Staff | None, at: datetime, why: str = ""
) -> Involvement:
    """Say that work with a person has ended.  One that ends as early already stays as it is."""
    if by is not None:
        require(policy.may_see(by, involvement.person))
    row = Involvement.objects.select_for_update(of=("self",)).get(pk=involvement.pk)
    if row.until_on is None or row.until_on > until_on:
        row.until_on = until_on
        row.save(update_fields=["until_on"])
        record("involvement.ended", about=row, at=at, hub_id=row.hub_id, why=why)
    return row


@transaction.atomic
def resume_involvement(
    *, involvement: Involvement, until_on: date | None, by: Staff, at: datetime, why: str
) -> None:
    """Say that work goes on whose end was recorded by mistake.  until_on: until when it counted before."""
    require(policy.may_see(by, involvement.person))
    row = Involvement.objects.select_for_update(of=("self",)).get(pk=involvement.pk)
    row.until_on = until_on
    row.save(update_fields=["until_on"])
    record("involvement.resumed", about=row, at=at, hub_id=row.hub_id, why=why)
