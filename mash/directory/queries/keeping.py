"""What is stale, what waits for a second person, and who keeps what."""

import uuid
from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from mash.directory import policy
from mash.directory.content import VERIFY, days
from mash.directory.models import OFFERED, Confirmed, NamedContact, Organisation, Proposal, Service
from mash.partnership.models import Agency, Hub, Membership, Staff

KEEPER = "directory_keeper"


def limit(today: date) -> date:
    """Return the day before which an entry that was not confirmed since is stale, by the hub's rule."""
    return today - timedelta(days=days()[VERIFY])


def stale(hub_id: uuid.UUID, today: date) -> QuerySet[Service]:
    """Return a hub's entries that nobody confirmed for longer than its rule allows, the oldest first.

    Source: docs/rules.md, "The directory".
    """
    since = limit(today)
    confirmed = Confirmed.objects.filter(service=OuterRef("pk"), on__gte=since)
    found = Service.objects.filter(hub=hub_id, status__in=OFFERED)
    found = found.filter(Q(verified_on=None) | Q(verified_on__lt=since)).filter(~Exists(confirmed))
    return found.select_related("organisation").order_by("verified_on", "name", "pk")


def last_verified(services: Iterable[Service]) -> dict[uuid.UUID, date]:
    """Return, by service, the day on which it was last said to be right, by its publisher or here."""
    there = {one.pk: one for one in services}
    rows = Confirmed.objects.filter(service__in=there).values_list("service").annotate(last=Max("on"))
    found = {key: one.verified_on for key, one in there.items() if one.verified_on}
    for key, last in rows:
        found[key] = max(last, found.get(key, last))
    return found


def kept_by(staff: Staff) -> QuerySet[Service]:
    """Return the services whose entries this post may change, by name."""
    found = Service.objects.filter(policy.proposable_by(staff)).exclude(status="defunct")
    return found.select_related("organisation").order_by("name", "pk")


def stale_of(staff: Staff, today: date) -> QuerySet[Service]:
    """Return the stale entries that this post may confirm."""
    return stale(staff.hub_id, today).filter(policy.proposable_by(staff))


def waiting(staff: Staff) -> QuerySet[Proposal]:
    """Return the changes that wait for a second person, as far as this post may see them, the oldest first."""
    found = Proposal.objects.filter(policy.proposals_of(staff), answered_at=None)
    return found.select_related("organisation", "service", "by__account").order_by("at", "pk")


def answered(staff: Staff, most: int = 10) -> list[Proposal]:
    """Return the changes that were last approved or turned down, the newest first."""
    found = Proposal.objects.filter(policy.proposals_of(staff)).exclude(answered_at=None)
    found = found.select_related("organisation", "service", "by__account", "answered_by__account")
    return list(found.order_by("-answered_at", "pk")[:most])


def find_proposal(staff: Staff, key: uuid.UUID) -> Proposal:
    """Return a change that this post may see.  Raises Http404 for any other."""
    found = Proposal.objects.filter(policy.proposals_of(staff)).select_related(
        "organisation", "service__organisation", "by__account", "answered_by__account"
    )
    return get_object_or_404(found, pk=key)


def proposal_of(service: Service) -> Proposal | None:
    """Return the change of a service that waits, as far as whoever acts may see it."""
    return Proposal.objects.filter(service=service, answered_at=None).select_related("by__account").first()


def find_to_change(staff: Staff, key: uuid.UUID) -> Service:
    """Return a service whose entry this post may change.  Raises Http404 for any other."""
    return get_object_or_404(Service.objects.filter(policy.proposable_by(staff)), pk=key)


def find_nothing(staff: Staff, key: uuid.UUID) -> None:  # noqa: ARG001 (a form about nothing yet)
    """Raise Http404 unless this post may propose a new entry for somebody."""
    if not organisations_kept_by(staff).exists():
        raise Http404


def organisations(staff: Staff) -> QuerySet[Organisation]:
    """Return the organisations of this post's hub, by name, each with the agency that keeps it."""
    found = Organisation.objects.filter(policy.readable_by(staff)).select_related("agency")
    return found.order_by("name", "pk")


def organisations_kept_by(staff: Staff) -> QuerySet[Organisation]:
    """Return those whose entries this post may change."""
    found = organisations(staff)
    return found if policy.keeps(staff) else found.filter(agency=staff.agency_id)


def find_organisation(staff: Staff, key: uuid.UUID) -> Organisation:
    """Return an organisation of this post's hub.  Raises Http404 for any other."""
    return get_object_or_404(organisations(staff), pk=key)


def agencies_of(hub: Hub) -> QuerySet[Agency]:
    """Return the agencies at a hub's table, by name."""
    return Agency.objects.filter(memberships__hub=hub, memberships__left_at=None).order_by("name", "pk")


def keeper_addresses(organisations_due: list[Organisation], today: date) -> dict[uuid.UUID, str]:
    """Return, by organisation, where whoever keeps its entries is written to; those with nobody are left out.

    It is the named contact who keeps the agency's entries, or else the agency's own address in the hub.
    """
    agencies = {one.agency_id for one in organisations_due if one.agency_id}
    hub_ids = {one.hub_id for one in organisations_due}
    members = Membership.objects.filter(hub__in=hub_ids, agency__in=agencies, left_at=None).exclude(email="")
    found = {one.agency_id: one.email for one in members}
    named = NamedContact.objects.filter(hub__in=hub_ids, agency__in=agencies, role=KEEPER).exclude(email="")
    found |= {
        one.agency_id: one.email
        for one in named.order_by("from_on", "at")
        if one.lasts(today) and one.agency_id
    }
    return {one.pk: found[one.agency_id] for one in organisations_due if one.agency_id in found}
