"""With whom agencies work now: taken as their systems say it, set beside the people on record, settled by a person."""

import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Max, OuterRef, Q, Subquery

from mash.common.turns import take_turn
from mash.common.verdict import require
from mash.ledger.actions import record
from mash.partnership.models import Staff
from mash.people.details import Details, Home
from mash.people.matching import Band
from mash.people.models import Person
from mash.people.queries import candidates_for_each
from mash.systems import policy
from mash.systems.models import CaseLike, CaseWord, Key, OpenCase, OpenCasesTaken, Scope, System

AHEAD = timedelta(minutes=10)  # between the clocks of two systems
FEW = 10  # ends below this many are never a sign of a list cut short
KEPT = timedelta(days=90)  # after it was closed
AGAIN = timedelta(days=1)  # after which a case is set beside the people on record anew: records change
AT_ONCE, MOST_A_ROUND = 100, 500
TURN = "system_cases"  # one at a time for each system: a statement, or setting its cases beside the records
SAID = ("reference", "team", "worker", "telephone", "opened_on", "closed_on", "details", "confidential")


class Later(Exception):
    """It says that it was made later than now."""


class Older(Exception):
    """A newer statement was taken before; this one would bring back what has ended."""


class Shorter(Exception):
    """It would close more than half of what is open: it may have been cut short."""


@dataclass(frozen=True, slots=True)
class Said:
    """One case as a system says it.  details: of the person, as `_described` reads them."""

    their_id: str
    opened_on: date
    details: dict[str, Any]
    reference: str = ""
    team: str = ""
    worker: str = ""
    telephone: str = ""
    closed_on: date | None = None
    restricted: bool = False


@dataclass(slots=True)
class Counted:
    """What became of a statement.  older: cases of which a newer word was here."""

    opened: int = 0
    renewed: int = 0
    closed: int = 0
    older: int = 0


@transaction.atomic
def take_cases(
    *,
    cases: Sequence[Said],
    whole: bool,
    as_at: datetime,
    key: Key,
    at: datetime,
    even_if_shorter: bool = False,
) -> Counted:
    """Take in with whom an agency works now.  Whole: what it does not name is closed.  The same again changes nothing.

    Raises Later, Older, and Shorter unless told that it really is that short.  Acts as `front_door`.

    Source: docs/rules.md, "Open cases of agencies".
    """
    if as_at > at + AHEAD:
        raise Later
    take_turn(f"{TURN}:{key.system_id}")
    newest = OpenCasesTaken.objects.filter(system=key.system_id, whole=True).aggregate(it=Max("as_at"))["it"]
    if newest and newest > as_at:
        raise Older
    held = {one.their_id: one for one in OpenCase.objects.filter(system=key.system_id)}
    named = {case.their_id for case in cases}
    still = [one for one in held.values() if one.closed_at is None]
    gone = [one for one in still if whole and one.as_at <= as_at and one.their_id not in named]
    if len(gone) > max(FEW, len(still) / 2) and not even_if_shorter:
        raise Shorter
    counted = _write(cases, held, as_at, key)
    for one in gone:
        one.closed_at = as_at
    OpenCase.objects.bulk_update(gone, ["closed_at"], 500)
    counted.closed += len(gone)
    taken = OpenCasesTaken(
        hub_id=key.hub_id, system=key.system, whole=whole, rows=len(cases), as_at=as_at, at=at
    )
    OpenCasesTaken.objects.bulk_create([taken])
    detail = dataclasses.asdict(counted) | {"key": str(key.pk), "whole": whole}
    record("open_cases.said", about=key.system, at=at, hub_id=key.hub_id, detail=detail)
    return counted


def _write(cases: Iterable[Said], held: dict[str, OpenCase], as_at: datetime, key: Key) -> Counted:
    counted, new, changed = Counted(), [], []
    in_confidence = Scope.CONFIDENTIAL in key.system.scopes
    for case in cases:
        row = held.get(case.their_id)
        if row and row.as_at > as_at:
            counted.older += 1
            continue
        if row is None:
            row = OpenCase(
                hub_id=key.hub_id, system=key.system, agency_id=key.system.agency_id, their_id=case.their_id
            )
            new.append(row)
        else:
            changed.append(row)
            counted.closed += bool(case.closed_on and row.closed_at is None)
        _say(row, case, as_at, confidential=in_confidence or case.restricted)
    OpenCase.objects.bulk_create(new, 500)
    OpenCase.objects.bulk_update(changed, [*SAID, "as_at", "closed_at", "looked_at"], 500)
    _hide_at_once(changed)
    counted.opened, counted.renewed = len(new), len(changed)
    return counted


def _say(row: OpenCase, case: Said, as_at: datetime, *, confidential: bool) -> None:
    """Put the newest word of a case into its row; whom it is of is looked for again where that may have changed."""
    before = (row.details, row.confidential, row.closed_at is None)
    for name in SAID:
        setattr(row, name, confidential if name == "confidential" else getattr(case, name))
    row.as_at = as_at
    row.closed_at = (row.closed_at or as_at) if case.closed_on else None
    if before != (row.details, row.confidential, row.closed_at is None):
        row.looked_at = None


def _hide_at_once(changed: Iterable[OpenCase]) -> None:
    """What an agency restricts now is for cleared staff alone from this moment on, before anybody looks again."""
    rows = [one.pk for one in changed if one.confidential]
    CaseLike.objects.filter(case__in=rows, confidential=False).update(confidential=True)


@transaction.atomic
def recognise(*, at: datetime, most: int = MOST_A_ROUND) -> int:
    """Set open cases beside the people on record; return how many were looked at.  Nobody is joined to anything.

    Looked at again is what its agency changed, what was looked at before the newest person came on record, and each
    after a day.  What a worker has said stays until the agency says otherwise of whom it is.  What a system said that
    speaks no more is closed.

    Acts as the service `open_cases`.

    Source: docs/rules.md, "Open cases of agencies", "Matching people".
    """
    done = 0
    open_now = OpenCase.objects.filter(closed_at=None)
    open_now.filter(system__ended_at__isnull=False).update(closed_at=at)
    _keep_in_confidence()
    for system in System.objects.filter(pk__in=open_now.values("system")).order_by("pk"):
        take_turn(f"{TURN}:{system.pk}")
        newest = Person.objects.filter(hub=system.hub_id).aggregate(it=Max("recorded_at"))["it"]
        due = Q(looked_at=None) | Q(looked_at__lt=max(at - AGAIN, newest or at - AGAIN))
        rows = open_now.filter(due, system=system).order_by(F("looked_at").asc(nulls_first=True), "pk")
        found = list(rows[: most - done])
        for place in range(0, len(found), AT_ONCE):
            _look(system, found[place : place + AT_ONCE], at)
        done += len(found)
    return done


def _keep_in_confidence() -> None:
    """Keep in confidence what a system said before the hub's administrator let it speak in confidence alone."""
    rows = OpenCase.objects.filter(confidential=False, system__scopes__contains=[Scope.CONFIDENTIAL])
    keys = list(rows.values_list("pk", flat=True))
    CaseLike.objects.filter(case__in=keys).update(confidential=True)
    OpenCase.objects.filter(pk__in=keys).update(confidential=True)


def _look(system: System, rows: list[OpenCase], at: datetime) -> None:
    found = candidates_for_each(system.hub_id, [described(one) for one in rows])
    wanted = [
        CaseLike(
            hub_id=system.hub_id,
            case=one,
            person_id=who.person_id,
            band=who.band,
            confidential=one.confidential,
        )
        for one, shown in zip(rows, found, strict=True)
        for who in shown
        if who.band != Band.NOT_FOUND
    ]
    _ask_anew(rows, {(one.case_id, one.person_id) for one in wanted if one.band == Band.LIKELY})
    named = {(one.case_id, one.person_id) for one in wanted}
    before = CaseLike.objects.filter(case__in=rows, words=None)
    stale = [one.pk for one in before if (one.case_id, one.person_id) not in named]
    CaseLike.objects.filter(pk__in=stale).delete()
    CaseLike.objects.bulk_create(
        wanted,
        update_conflicts=True,
        unique_fields=["case", "person"],
        update_fields=["band", "confidential"],
    )
    for confidential in (True, False):  # also of what a worker settled and is like nobody any more
        of_them = [one.pk for one in rows if one.confidential is confidential]
        CaseLike.objects.filter(case__in=of_them, confidential=not confidential).update(
            confidential=confidential
        )
    OpenCase.objects.filter(pk__in=[one.pk for one in rows]).update(looked_at=at)


def _ask_anew(rows: Iterable[OpenCase], likely: set[tuple[object, object]]) -> None:
    """Take no worker's word for what the agency says otherwise now, unless the same person is likely still.

    A system may use the number of a case again, for somebody else.  The ledger keeps what the worker said.
    """
    said_otherwise = CaseLike.objects.filter(case__in=[one.pk for one in rows if one.looked_at is None])
    word = CaseWord.objects.filter(like=OuterRef("pk")).order_by("-at", "-pk").values("same")[:1]
    settled = said_otherwise.annotate(word=Subquery(word)).filter(word__isnull=False)
    past = [one.pk for one in settled if not (one.word and (one.case_id, one.person_id) in likely)]
    CaseWord.objects.filter(like__in=past).delete()


def described(case: OpenCase) -> Details:
    """Return whom a case is about, for setting them beside the people on record."""
    said = case.details
    return Details(
        given=said.get("given") or "",
        family=said.get("family") or "",
        born_on=date.fromisoformat(said["born_on"]) if said.get("born_on") else None,
        sex=said.get("sex") or "U",
        nhs_number=said.get("nhs_number") or "",
        upn=said.get("upn") or "",
        la_child_id=said.get("la_child_id") or "",
        addresses=(Home(postcode=said["postcode"]),) if said.get("postcode") else (),
    )


@transaction.atomic
def settle_case(*, like: CaseLike, same: bool, by: Staff, at: datetime) -> None:
    """Say that an agency's open case is, or is not, of somebody on record; said otherwise later, that counts.

    Nothing is joined, and nothing changes on the record.  Raises PermissionDenied.
    """
    require(policy.may_settle_cases(by))
    take_turn(f"case_like:{like.pk}")
    newest = CaseWord.objects.filter(like=like).order_by("-at", "-pk").first()
    if newest and newest.same == same:
        return
    CaseWord.objects.bulk_create([CaseWord(hub_id=like.hub_id, like=like, same=same, by=by, at=at)])
    detail = {"same": same, "person": str(like.person_id)}
    record("open_case.settled", about=like.case, at=at, hub_id=like.hub_id, detail=detail)


@transaction.atomic
def forget_cases(*, at: datetime) -> int:
    """Delete what was closed long ago; return how much.

    Acts as the service `open_cases`.
    """
    old = OpenCase.objects.filter(closed_at__lt=at - KEPT)
    rows = list(old.values_list("pk", flat=True))
    CaseWord.objects.filter(like__case__in=rows).delete()
    CaseLike.objects.filter(case__in=rows).delete()
    return OpenCase.objects.filter(pk__in=rows).delete()[0]
