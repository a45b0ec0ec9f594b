"""Whose learning the hub keeps, and who guides them."""

import uuid
from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.db.models.functions import Lower

from mash.common.clock import LONDON
from mash.common.jobs import order_from
from mash.common.verdict import require
from mash.ledger.actions import record
from mash.partnership.models import Account, Agency, Staff
from mash.training import policy
from mash.training.actions.refusals import NotWhole
from mash.training.content import roles as known_roles
from mash.training.models import Learner

BIND = "mash.training.jobs.bind"


@transaction.atomic
def add_learner(
    *,
    name: str,
    email: str,
    agency: Agency,
    unit: str = "",
    roles: Iterable[str] = (),
    mentor: Staff | None = None,
    line_manager: Staff | None = None,
    starts_on: date,
    by: Staff,
    at: datetime,
) -> Learner:
    """Keep the learning of somebody.  The same e-mail address again is the learner who is there: safe to repeat.

    Whoever signs in with this address in any hub sees the record in this one.

    Raises PermissionDenied, NotWhole.

    Source: docs/rules.md, "A learner’s record".
    """
    require(policy.may_train(by))
    address = email.strip().lower()
    known = Learner.objects.filter(hub=by.hub_id, email=address).first()
    if known:
        return known
    account = Account.objects.filter(email__iexact=address).first()
    made = Learner(
        hub_id=by.hub_id, account=account, name=name.strip(), email=address, agency=agency, unit=unit.strip(),
        roles=_roles(roles), mentor=mentor, line_manager=line_manager, starts_on=starts_on, by=by, at=at,
    )  # fmt: skip
    _make_sure(made)
    made.save(force_insert=True)
    record("training.learner_added", about=made, at=at, hub_id=by.hub_id, detail={"roles": made.roles})
    return made


@transaction.atomic
def own_learner(*, by: Staff, at: datetime) -> Learner | None:
    """Return one's own record in the hub, made now if there is none.

    None where a record with one's address was kept before one could sign in: a program is ordered to bind it to one.

    Source: docs/rules.md, "A learner’s record".
    """
    mine = Learner.objects.filter(hub=by.hub_id, account=by.account_id)
    known = mine.first()
    if known:
        return known
    made = Learner(
        hub_id=by.hub_id, account_id=by.account_id, name=by.account.name, email=by.account.email.lower(),
        agency_id=by.agency_id, starts_on=by.from_at.astimezone(LONDON).date(), by=by, at=at,
    )  # fmt: skip
    Learner.objects.bulk_create([made], ignore_conflicts=True)
    found = mine.first()
    if found is None:
        order_from("reminders", BIND, account=str(by.account_id))
        return None
    record("training.learner_added", about=found, at=at, hub_id=by.hub_id, detail={"roles": []})
    return found


@transaction.atomic
def bind_to_accounts(*, account: uuid.UUID | None = None, at: datetime) -> int:
    """Bind records that were kept before somebody could sign in to the account with their address; return how many.

    account: that one alone.  A program does it: whoever signs in may not see a record that is not theirs yet.

    Source: docs/rules.md, "A learner’s record".
    """
    accounts = Account.objects.filter(is_active=True)
    if account:
        accounts = accounts.filter(pk=account)
    loose = Learner.objects.filter(account=None)
    emails = set(loose.values_list("email", flat=True))
    bound = 0
    for one in accounts.annotate(said=Lower("email")).filter(said__in=emails).order_by("pk"):
        for learner in loose.filter(email=one.email.lower()).order_by("pk"):
            learner.account = one
            learner.save(update_fields=["account"])
            record("training.learner_bound", about=learner, at=at, hub_id=learner.hub_id)
            bound += 1
    return bound


@transaction.atomic
def change_learner(
    *,
    learner: Learner,
    agency: Agency,
    unit: str,
    roles: Iterable[str],
    mentor: Staff | None,
    line_manager: Staff | None,
    starts_on: date,
    ended_on: date | None,
    by: Staff,
    at: datetime,
) -> None:
    """Say of a learner what they work as, where, and who guides them.

    Raises PermissionDenied, NotWhole.

    Source: docs/rules.md, "A learner’s record".
    """
    require(policy.may_train(by))
    require(policy.may_see(by, learner))
    now = Learner.objects.select_for_update().get(pk=learner.pk)
    now.agency, now.unit, now.roles = agency, unit.strip(), _roles(roles)
    now.mentor, now.line_manager, now.starts_on, now.ended_on = mentor, line_manager, starts_on, ended_on
    _make_sure(now)
    now.save(update_fields=["agency", "unit", "roles", "mentor", "line_manager", "starts_on", "ended_on"])
    record("training.learner_changed", about=now, at=at, hub_id=now.hub_id, detail={"roles": now.roles})


def _roles(chosen: Iterable[str]) -> list[str]:
    wanted = set(chosen)
    return [one for one in known_roles() if one in wanted]


def _make_sure(one: Learner) -> None:
    """Hold that mentor, line manager and learner are three people, not only three posts.  Raises NotWhole."""
    mentor, manager = (post.account_id if post else None for post in (one.mentor, one.line_manager))
    if mentor and mentor == manager:
        raise NotWhole("The line manager is somebody else than the mentor", place="line_manager")
    if one.account_id and one.account_id == mentor:
        raise NotWhole("Nobody is their own mentor", place="mentor")
    if one.account_id and one.account_id == manager:
        raise NotWhole("Nobody is their own line manager", place="line_manager")
    if one.ended_on and one.ended_on < one.starts_on:
        raise NotWhole("They cannot end before they begin", place="ended_on")
