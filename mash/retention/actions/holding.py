"""Placing a hold, saying that it is still needed, and lifting it by two people.  Only these write."""

import uuid
from datetime import date, datetime

from django.db import connection, transaction
from django.http import Http404
from django.urls import reverse
from django.utils.timezone import localdate

from mash.common.verdict import require
from mash.ledger.actions import record
from mash.partnership.actions import notify
from mash.partnership.models import Hub, Staff
from mash.partnership.queries.rota import managers_of
from mash.people.models import Household, Person
from mash.people.policy import may_see
from mash.retention import policy, queries
from mash.retention.actions.reviewing import AnsweredAlready, ReasonMissing
from mash.retention.models import Hold, HoldReviewed, Lifting
from mash.retention.rules import years_after

REVIEWED_EVERY = 1  # years
SUBJECT = "A hold waits to be looked at"
BODY = "Sign in to see reference {references}."


class EndsBeforeItBegins(Exception):
    """The day on which a hold is expected to end lies before its first."""


@transaction.atomic
def place_hold(
    *,
    key: uuid.UUID,
    person: Person | None,
    household: Household | None,
    period: str,
    ground: str,
    why: str,
    ordered_by: str,
    reference: str,
    from_on: date,
    until_on: date | None,
    by: Staff,
    at: datetime,
) -> Hold:
    """Order that nothing of a person, a household, a class of record or a whole hub is disposed of.

    person, household, period: whom it covers; with none of them, everything the hub holds.
    until_on: when it is expected to end: it stands until two people lift it.

    It waits for a disposal that has begun.  Raises Http404 where the person is gone then; PermissionDenied,
    ReasonMissing, EndsBeforeItBegins.

    Source: docs/rules.md, "Legal hold".
    """
    require(policy.may_hold(by))
    made: Hold | None = Hold.objects.filter(key=key).first()
    if made:
        return made
    if not why.strip() or not ordered_by.strip():
        raise ReasonMissing
    if until_on and until_on < from_on:
        raise EndsBeforeItBegins
    with connection.cursor() as cursor:  # as retention_dispose() takes it, for itself alone
        cursor.execute(
            "SELECT pg_advisory_xact_lock_shared(hashtextextended(%s, 0))", [f"retention:{by.hub_id}"]
        )
    if person and not Person.objects.filter(pk=person.pk).exists():
        raise Http404
    if household and not Household.objects.filter(pk=household.pk).exists():
        raise Http404
    made = Hold(
        hub_id=by.hub_id,
        key=key,
        person=person,
        household=household,
        period=period,
        ground=ground,
        why=why.strip(),
        ordered_by=ordered_by.strip(),
        reference=reference.strip(),
        from_on=from_on,
        until_on=until_on,
        review_on=_reviewed_by(localdate(at), until_on),
        by=by,
        at=at,
    )
    Hold.objects.bulk_create([made])
    record("hold.placed", about=made, at=at, hub_id=by.hub_id, detail=_detail(made))
    return made


def _reviewed_by(today: date, until_on: date | None) -> date:
    """Return the day by which a hold is reviewed: in a year, or when it is expected to end if that is sooner."""
    in_a_year = years_after(today, REVIEWED_EVERY)
    return min(in_a_year, until_on) if until_on and until_on > today else in_a_year


@transaction.atomic
def review_hold(*, hold: Hold, why: str, by: Staff, at: datetime) -> HoldReviewed:
    """Say that a hold is still needed, and why; it is asked again in a year.

    Raises PermissionDenied, ReasonMissing, AnsweredAlready for one that was lifted.

    Source: docs/rules.md, "Legal hold".
    """
    require(policy.may_hold(by))
    if not why.strip():
        raise ReasonMissing
    next_on = years_after(localdate(at), REVIEWED_EVERY)
    if not queries.standing_holds().filter(pk=hold.pk).update(review_on=next_on):
        raise AnsweredAlready
    made = HoldReviewed(hub_id=hold.hub_id, hold=hold, why=why.strip(), by=by, at=at)
    HoldReviewed.objects.bulk_create([made])
    record("hold.reviewed", about=hold, at=at, hub_id=by.hub_id, detail={"review_on": next_on.isoformat()})
    return made


@transaction.atomic
def propose_lifting(*, hold: Hold, why: str, by: Staff, at: datetime) -> Lifting:
    """Propose that a hold ends; it stands until another person agreed.

    Raises PermissionDenied, ReasonMissing, AnsweredAlready for one that was lifted.

    Source: docs/rules.md, "Legal hold".
    """
    require(policy.may_hold(by))
    if not why.strip():
        raise ReasonMissing
    if not queries.standing_holds().select_for_update().filter(pk=hold.pk).first():
        raise AnsweredAlready
    waits = queries.lifting_of(hold)
    if waits:
        return waits
    made = Lifting(hub_id=hold.hub_id, hold=hold, why=why.strip(), by=by, at=at)
    Lifting.objects.bulk_create([made])
    record("hold.lifting_proposed", about=hold, at=at, hub_id=by.hub_id)
    return made


@transaction.atomic
def answer_lifting(*, lifting: Lifting, agreed: bool, why: str, by: Staff, at: datetime) -> None:
    """Agree that a hold ends, or say why it stays.  PostgreSQL lifts none without another person's word.

    Raises PermissionDenied, ReasonMissing, AnsweredAlready.

    Source: docs/rules.md, "Legal hold".
    """
    require(policy.may_lift(by, lifting))
    if not agreed and not why.strip():
        raise ReasonMissing
    said = {"answered_by": by, "answered_at": at, "agreed": agreed, "answer": why.strip()}
    if not Lifting.objects.filter(pk=lifting.pk, answered_at=None).update(**said):
        raise AnsweredAlready
    if agreed:
        queries.standing_holds().filter(pk=lifting.hold_id).update(lifted_at=at)
    event = "hold.lifted" if agreed else "hold.stays"
    record(event, about=lifting.hold, at=at, hub_id=by.hub_id, detail=_detail(lifting.hold))


@transaction.atomic
def remind_of_holds(*, hub: Hub, at: datetime) -> int:
    """Write to whoever manages a hub which holds wait to be looked at; return how many were written to.  For a service.

    An e-mail says references and nothing else.  Whoever is kept from a person is not told of a hold on them.

    Source: docs/rules.md, "Legal hold".
    """
    waiting = queries.to_look_at(hub, localdate(at))
    found: dict[str, list[str]] = {}
    for manager in managers_of(hub.pk, at) if waiting else []:
        seen = (one for one in waiting if not one.person or may_see(manager, one.person))
        mine = [queries.reference_of(one) for one in seen]
        if mine:
            found[manager.account.email] = mine
    for address, mine in sorted(found.items()):
        body = BODY.format(references=", ".join(mine))
        notify(hub_id=hub.pk, to=address, subject=SUBJECT, body=body, at=at, page=reverse("retention:holds"))
    if waiting:
        detail = {"holds": [str(one.pk) for one in waiting], "told": len(found)}
        record("hold.reminded", about="retention", at=at, hub_id=hub.pk, detail=detail)
    return len(found)


def _detail(hold: Hold) -> dict[str, str]:
    covers = {
        "person": hold.person_id and str(hold.person_id),
        "household": hold.household_id and str(hold.household_id),
        "period": hold.period,
    }
    return {"ground": hold.ground} | {name: said for name, said in covers.items() if said}
