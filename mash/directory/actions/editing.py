"""Changing an entry: one person proposes, another approves; and saying that an entry is still right."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from mash.common.verdict import require
from mash.directory import policy
from mash.directory.actions.importing import keep_terms
from mash.directory.actions.indexing import describe, index
from mash.directory.models import Confirmed, Organisation, Past, Proposal, Service
from mash.directory.shape import check
from mash.ledger.actions import record
from mash.partnership.models import Agency, Staff


class AlreadyWaiting(Exception):
    """A change of this entry waits already."""


class Changed(Exception):
    """The entry was changed after it was opened."""


class Answered(Exception):
    """The change was approved or turned down already."""


@transaction.atomic
def propose(
    *,
    organisation: Organisation,
    service: Service | None,
    entry: dict[str, Any],
    based_on: int,
    note: str,
    by: Staff,
    at: datetime,
) -> Proposal:
    """Put an entry, whole, before whoever approves it.  service: None proposes a new one.

    based_on: the version that it was written from; 0 for a new one.

    Raises PermissionDenied, Wrong (for an entry that the standard would not take), AlreadyWaiting and Changed.

    Source: docs/rules.md, "The directory".
    """
    require(policy.may_propose(by, organisation))
    check("services", entry, "entry")
    if service:
        now = Service.objects.filter(pk=service.pk).values_list("version", flat=True).get()
        if now != based_on:
            raise Changed
        if Proposal.objects.filter(service=service, answered_at=None).exists():
            raise AlreadyWaiting
    made = Proposal(
        hub_id=organisation.hub_id,
        organisation=organisation,
        service=service,
        entry=entry,
        based_on=based_on,
        note=note,
        by=by,
        at=at,
    )
    Proposal.objects.bulk_create([made])
    record("entry.proposed", about=made, at=at, hub_id=made.hub_id)
    return made


@transaction.atomic
def approve(*, proposal: Proposal, by: Staff, at: datetime) -> Service:
    """Let a proposed entry count from now on; what stood before is kept.

    Raises PermissionDenied, Answered, and Changed if the entry is no longer the one that the change was written from.

    Source: docs/rules.md, "The directory".
    """
    require(policy.may_answer(by, proposal))
    found = _waiting(proposal)
    key = found.service_id
    service = (
        Service.objects.select_related("organisation", "change__by__account").get(pk=key) if key else None
    )
    if service and service.version != found.based_on:
        raise Changed
    _answer(found, by, at, approved=True)
    if service is None:
        service = Service(
            hub_id=found.hub_id, key=found.entry["id"], organisation=found.organisation, version=0
        )
    else:
        past = Past(
            hub_id=service.hub_id,
            service=service,
            version=service.version,
            entry=service.entry,
            origin=f"changed by {service.change.by.account.name}" if service.change else "imported",
            at=at,
        )
        Past.objects.bulk_create([past])
    is_new = service.version == 0
    service.entry, service.change, service.version = found.entry, found, service.version + 1
    describe(service, at)
    service.modified_at = at
    service.save(force_insert=is_new)
    index([service])
    keep_terms(by.hub, service.entry)
    if is_new:
        Proposal.objects.filter(pk=found.pk).update(service=service)
    record("entry.approved", about=service, at=at, hub_id=service.hub_id, detail={"version": service.version})
    return service


@transaction.atomic
def turn_down(*, proposal: Proposal, why: str, by: Staff, at: datetime) -> None:
    """Leave an entry as it is.  why: what its writer reads.

    Raises PermissionDenied and Answered.
    """
    require(policy.may_answer(by, proposal))
    found = _waiting(proposal)
    _answer(found, by, at, approved=False, why=why)
    record("entry.turned_down", about=found, at=at, hub_id=found.hub_id)


@transaction.atomic
def confirm(*, service: Service, by: Staff, on: date, at: datetime) -> None:
    """Say that all of an entry is right today.  Said again the same day it changes nothing.

    Raises PermissionDenied.

    Source: docs/rules.md, "The directory".
    """
    require(policy.may_confirm(by, service))
    if Confirmed.objects.filter(service=service, on=on).exists():
        return
    Confirmed.objects.bulk_create(
        [Confirmed(hub_id=service.hub_id, service=service, by=by, on=on, at=at)], ignore_conflicts=True
    )
    record("entry.confirmed", about=service, at=at, hub_id=service.hub_id)


@transaction.atomic
def link(*, organisation: Organisation, agency: Agency | None, by: Staff, at: datetime) -> None:
    """Say which agency's posts keep an organisation's entries; None for nobody but the hub.

    Raises PermissionDenied.
    """
    require(policy.may_keep(by))
    organisation.agency = agency
    organisation.save(update_fields=["agency"])
    detail = {"agency": str(agency.pk) if agency else ""}
    record("organisation.linked", about=organisation, at=at, hub_id=organisation.hub_id, detail=detail)


def _waiting(proposal: Proposal) -> Proposal:
    """Return a change that waits, locked, so that two people never answer it both.  Raises Answered."""
    locked = Proposal.objects.select_for_update(of=("self",)).filter(pk=proposal.pk, answered_at=None)
    found = locked.select_related("organisation", "by__account").first()
    if found is None:
        raise Answered
    return found


def _answer(proposal: Proposal, by: Staff, at: datetime, *, approved: bool, why: str = "") -> None:
    proposal.answered_by, proposal.answered_at, proposal.approved, proposal.why = by, at, approved, why
    proposal.save(update_fields=["answered_by", "answered_at", "approved", "why"])
