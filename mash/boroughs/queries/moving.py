"""Families that move to another hub's area: what was sent, what came, and what waits for a word."""

import uuid
from collections.abc import Iterable

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from mash.boroughs import policy
from mash.boroughs.models import Transfer
from mash.contact.models import Contact
from mash.decision import queries as decisions
from mash.decision.direction import TO_ANOTHER_AUTHORITY
from mash.decision.models import Outcome
from mash.partnership.models import Hub, Staff


def outcome_to_move(staff: Staff, outcome_id: uuid.UUID) -> Outcome:
    """Return a decision "transfer to another authority" that stands.  Raises Http404 for any other."""
    outcome = decisions.find_outcome(staff, outcome_id)
    stands = outcome.decision.made_at and not decisions.reopening_of(outcome.decision)
    if outcome.outcome != TO_ANOTHER_AUTHORITY or not stands:
        raise Http404
    return outcome


def hubs_to_move_to(hub: Hub) -> "QuerySet[Hub]":
    """Return the other hubs of this installation, by name; a practice hub only beside its like.

    The hub of an exercise sends nobody anywhere, and nobody is sent to one.
    """
    if hub.exercise_for_id:
        return Hub.objects.none()
    alike = Hub.objects.filter(is_training=hub.is_training, exercise_for=None)
    return alike.exclude(pk=hub.pk).order_by("name")


def find_transfer(staff: Staff, transfer_id: uuid.UUID) -> Transfer:
    """Return a transfer that this worker sees.  Raises Http404 for any other."""
    return get_object_or_404(_shown(staff), pk=transfer_id)


def on_their_way(staff: Staff) -> list[Transfer]:
    """Return what was sent to and from this worker's hub: without a word first, the oldest of them before."""
    rows = list(_shown(staff).order_by("-at", "pk"))
    waiting = [one for one in rows if waits_for_word(one)]
    return waiting[::-1] + [one for one in rows if not waits_for_word(one)]


def waits_for_word(transfer: Transfer) -> bool:
    """Tell whether nobody has accepted, declined or taken back a transfer."""
    return transfer.answer is None


def transfers_of(staff: Staff, outcomes: Iterable[uuid.UUID]) -> dict[uuid.UUID, Transfer]:
    """Return the newest transfer of each of several decisions of this worker's hub."""
    rows = _shown(staff).filter(hub=staff.hub_id, outcome__in=list(outcomes)).order_by("number")
    return {one.outcome_id: one for one in rows}


def transfers_on(staff: Staff, contact: Contact) -> list[Transfer]:
    """Return what was sent of a contact, newest first."""
    return list(_shown(staff).filter(contact=contact).order_by("-at", "pk"))


def _shown(staff: Staff) -> "QuerySet[Transfer]":
    return Transfer.objects.filter(policy.transfers_seen_by(staff)).select_related("word", "to", "hub")
