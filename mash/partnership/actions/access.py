"""Keeping a worker out of a case that concerns them or theirs, and letting a named worker into one."""

import uuid
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from mash.common.verdict import require
from mash.ledger.actions import record
from mash.partnership import policy
from mash.partnership.models import Access, Staff
from mash.partnership.queries import is_restricted

LONGEST_WHY = 200  # characters


class ReasonMissing(Exception):
    """Whoever is kept out, let back or let in, it says why."""


class EndsBefore(Exception):
    """A worker is let in until a moment still to come."""


@transaction.atomic
def keep_out(
    *,
    who: Staff,
    contacts: Iterable[uuid.UUID],
    people: Iterable[uuid.UUID],
    why: str,
    by: Staff,
    at: datetime,
) -> int:
    """Close a case to a worker, at once and in every post they hold in this hub; return how many things were closed.

    contacts, people: all that the case is known by.  What is closed already is left as it was.

    Raises PermissionDenied, ReasonMissing.

    Source: docs/rules.md, "Access".
    """
    require(policy.may_keep_out(by, who))
    if not why.strip():
        raise ReasonMissing
    made = _close(_posts_of(who), contacts, people, why.strip(), by=by, at=at)
    itself = who.account_id == by.account_id
    record(
        "conflict.declared" if itself else "worker.kept_out",
        about=who,
        at=at,
        hub_id=who.hub_id,
        why=why.strip(),
        detail={"contacts": sorted(str(one.contact_id) for one in made if one.contact_id)},
    )
    return len(made)


@transaction.atomic
def keep_out_of_this_too(*, contact: uuid.UUID, people: Iterable[uuid.UUID], by: Staff, at: datetime) -> int:
    """Close a contact to everybody who is kept from somebody in it; return to how many posts it was closed.

    Source: docs/rules.md, "Access".
    """
    kept_from = lasting(at).filter(bars=True, person_id__in=list(people))
    return _too(kept_from, [contact], [], "Kept from somebody this contact is about", by=by, at=at)


@transaction.atomic
def keep_out_of_these_too(
    *, contacts: Sequence[uuid.UUID], people: Collection[uuid.UUID], by: Staff, at: datetime
) -> int:
    """Close records of one person, and the contacts about them, to everybody who is kept from any one of the records.

    Return how many things were closed.

    Source: docs/rules.md, "Access", "Two records of one person".
    """
    kept_from = lasting(at).filter(bars=True, person_id__in=list(people))
    return _too(kept_from, contacts, people, "Kept from another record of this person", by=by, at=at)


def _too(
    kept_from: QuerySet[Access],
    contacts: Iterable[uuid.UUID],
    people: Iterable[uuid.UUID],
    why: str,
    *,
    by: Staff,
    at: datetime,
) -> int:
    posts = {one.staff_id: one.staff for one in kept_from.select_related("staff") if one.staff}
    made = _close(posts.values(), contacts, people, why, by=by, at=at)
    for one in made:
        kind, key = ("contacts", one.contact_id) if one.contact_id else ("people", one.person_id)
        detail = {kind: [str(key)]}
        record("worker.kept_out", about=one.staff or "", at=at, hub_id=one.hub_id, why=one.why, detail=detail)
    return len(made)


@transaction.atomic
def let_back(
    *,
    who: Staff,
    contacts: Iterable[uuid.UUID],
    people: Iterable[uuid.UUID],
    why: str,
    by: Staff,
    at: datetime,
) -> int:
    """Open a case again to a worker who was kept out; return how many things were opened.

    Raises PermissionDenied (nobody does this for themselves), ReasonMissing.

    Source: docs/rules.md, "Access".
    """
    require(policy.may_let_back(by, who))
    if not why.strip():
        raise ReasonMissing
    closed = lasting(at).filter(bars=True, staff__in=_posts_of(who))
    ended = closed.filter(Q(contact_id__in=list(contacts)) | Q(person_id__in=list(people))).update(
        until_at=at
    )
    if ended:
        record(
            "worker.let_back", about=who, at=at, hub_id=who.hub_id, why=why.strip(), detail={"rows": ended}
        )
    return ended


def shut_out(
    *, who: Staff, contacts: Iterable[uuid.UUID], why: str, by: Staff | None, at: datetime
) -> list[Access]:
    """Write that a worker is kept out of contacts for a time; for later apps, which know why and end it with `reopen`.

    Return every row, each of which was made now: what else keeps them out goes on by itself.
    """
    made = [
        Access(hub_id=who.hub_id, staff=one, contact_id=key, bars=True, why=why, from_at=at, by=by)
        for one in _posts_of(who)
        for key in contacts
    ]
    Access.objects.bulk_create(made)
    keys = sorted({str(one.contact_id) for one in made})
    record("worker.kept_out", about=who, at=at, hub_id=who.hub_id, why=why, detail={"contacts": keys})
    return made


def reopen(*, who: Staff, rows: Iterable[uuid.UUID], why: str, at: datetime) -> None:
    """End what `shut_out` wrote."""
    ended = lasting(at).filter(pk__in=list(rows), bars=True).update(until_at=at)
    if ended:
        record("worker.let_back", about=who, at=at, hub_id=who.hub_id, why=why, detail={"rows": ended})


@transaction.atomic
def let_in(
    *, who: Staff, contact: uuid.UUID, why: str, until_at: datetime, by: Staff, at: datetime
) -> Access:
    """Let a named worker read one contact until a moment.  One who is in already is left as they are.

    Raises PermissionDenied, ReasonMissing, EndsBefore.

    Source: docs/rules.md, "Access".
    """
    require(policy.may_let_in(by, who, restricted=is_restricted(contact)))
    return admit(who=who, contact=contact, why=why, until_at=until_at, by=by, at=at)


@transaction.atomic
def admit(
    *, who: Staff, contact: uuid.UUID, why: str, until_at: datetime | None, by: Staff | None, at: datetime
) -> Access:
    """Write that a worker may read one contact; for the actions above, which know why, and for `let_in`."""
    if not why.strip():
        raise ReasonMissing
    if until_at and until_at <= at:
        raise EndsBefore
    same = lasting(at).filter(bars=False, staff=who, contact_id=contact).first()
    if same:
        return same
    made = Access(
        hub_id=who.hub_id,
        staff=who,
        contact_id=contact,
        why=why.strip(),
        from_at=at,
        until_at=until_at,
        by=by,
    )
    Access.objects.bulk_create([made])
    detail = {"contact": str(contact), "until": until_at.isoformat() if until_at else None}
    record("worker.let_in", about=who, at=at, hub_id=who.hub_id, why=made.why, detail=detail)
    return made


@transaction.atomic
def end_access(*, access: Access, why: str, by: Staff, at: datetime) -> None:
    """End a worker's access to one contact.  Ended already, nothing happens.

    Raises PermissionDenied, ReasonMissing.

    Source: docs/rules.md, "Access".
    """
    require(policy.may_end_access(by, access))
    if not why.strip():
        raise ReasonMissing
    shut(access=access, why=why.strip(), at=at)


def shut(*, access: Access, why: str, at: datetime) -> None:
    """Write that access has ended; for the actions above, which know why, and for `end_access`."""
    if lasting(at).filter(pk=access.pk, bars=False).update(until_at=at):
        detail = {"contact": str(access.contact_id)}
        about = access.staff or "agency"
        record("worker.access_ended", about=about, at=at, hub_id=access.hub_id, why=why, detail=detail)


def lasting(at: datetime) -> QuerySet[Access]:
    """Return the rows that hold at a moment."""
    return Access.objects.filter(Q(until_at=None) | Q(until_at__gt=at), from_at__lte=at)


def _posts_of(who: Staff) -> list[Staff]:
    """A conflict is a person's, not a post's."""
    return list(Staff.objects.filter(account=who.account_id, hub=who.hub_id))


def _close(
    posts: Iterable[Staff],
    contacts: Iterable[uuid.UUID],
    people: Iterable[uuid.UUID],
    why: str,
    *,
    by: Staff,
    at: datetime,
) -> list[Access]:
    wanted = [("contact_id", key) for key in contacts] + [("person_id", key) for key in people]
    everybody = list(posts)
    rows = lasting(at).filter(bars=True, staff__in=everybody)
    closed = {(one.staff_id, one.contact_id or one.person_id) for one in rows}
    made = [
        Access(
            hub_id=one.hub_id, staff=one, bars=True, why=why[:LONGEST_WHY], from_at=at, by=by, **{column: key}
        )
        for one in everybody
        for column, key in wanted
        if (one.pk, key) not in closed
    ]
    Access.objects.bulk_create(made)
    return made
