"""Which weights a hub recognises people by: those that a person of it adopted, or else what the product carries.

Which count is asked of the database once a transaction; what they say is read once a process, since nobody changes it.
"""

import math
import uuid
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import QuerySet, Subquery, UUIDField

from mash.common.prepared import prepared
from mash.partnership.models import Hub, Staff
from mash.people.matching.weights import Weights, read, shipped
from mash.people.models import LearnedWeights, RegisterSize, WeightsChoice
from mash.people.policy import learned_seen_by

KEPT = 64  # editions in one process
ASKED = "weights in force"
What = WeightsChoice.What


def weights_of(hub_id: uuid.UUID) -> Weights:
    """Return the weights by which a hub recognises people now.

    Those of the product have the line for a register of this size; learned ones keep their own.  Weights that were
    moved from an edition which the product does not carry any more do not count.

    Source: docs/rules.md, "Learning to recognise".
    """
    remembered: dict[Any, Any] = getattr(connection, "remembered", {})
    asked: dict[uuid.UUID, Weights] = remembered.setdefault(ASKED, {})
    if hub_id not in asked:
        asked[hub_id] = _in_force(hub_id)
    return asked[hub_id]


def forget() -> None:
    """Ask afresh: others were chosen in this transaction."""
    getattr(connection, "remembered", {}).pop(ASKED, None)


def adopted_in(hub_id: uuid.UUID) -> uuid.UUID | None:
    """Return the key of the weights that the newest word of a hub adopted; None where it is the product's own."""
    return _asked(hub_id)[0]


def shipped_for(hub_id: uuid.UUID) -> Weights:
    """Return what the product carries, with the line for a register of this hub's size."""
    return _shipped_among(_asked(hub_id)[2])


def _in_force(hub_id: uuid.UUID) -> Weights:
    learned, based_on, half_doublings = _asked(hub_id)
    if learned is None or based_on != shipped().edition:
        return _shipped_among(half_doublings)
    return _read(learned)


def _shipped_among(half_doublings: int | None) -> Weights:
    return shipped() if half_doublings is None else shipped().among(records_of(half_doublings))


def half_doublings_of(records: int) -> int:
    """Return the size of a register as it is kept: in steps, so that no single record of it shows."""
    return round(2 * math.log2(max(records, 1)))


def records_of(half_doublings: int) -> int:
    """Return about how many records a register of this size has."""
    return round(2 ** (half_doublings / 2))


def _asked(hub_id: uuid.UUID) -> tuple[uuid.UUID | None, str | None, int | None]:
    rows = _chosen_and_size.rows(hub=hub_id)
    return rows[0] if rows else (None, None, None)


@prepared(hub=UUIDField())
def _chosen_and_size(hub: Any) -> "QuerySet[Hub, Any]":
    chosen = WeightsChoice.objects.filter(hub=hub, what__in=[What.ADOPTED, What.SHIPPED]).order_by("-number")
    return Hub.objects.filter(pk=hub).values_list(
        Subquery(chosen.values("learned")[:1]),
        Subquery(chosen.values("learned__based_on")[:1]),
        Subquery(RegisterSize.objects.filter(hub=hub).values("half_doublings")[:1]),
    )


@lru_cache(maxsize=KEPT)
def _read(learned_id: uuid.UUID) -> Weights:
    return read(LearnedWeights.objects.values_list("weights", flat=True).get(pk=learned_id))


def learned_for(staff: Staff) -> list[LearnedWeights]:
    """Return what was learned in a worker's hub, the newest first."""
    return list(LearnedWeights.objects.filter(learned_seen_by(staff)).order_by("-number"))


def waits_for(staff: Staff) -> bool:
    """Tell whether what was last learned in a worker's hub waits for somebody's word."""
    newest = LearnedWeights.objects.filter(learned_seen_by(staff)).order_by("-number").first()
    said = WeightsChoice.objects.filter(learned=newest)
    return bool(newest and newest.based_on == shipped().edition and not said.exists())


def choices_for(staff: Staff) -> list[WeightsChoice]:
    """Return what was chosen in a worker's hub, the newest first."""
    found = WeightsChoice.objects.filter(learned_seen_by(staff)).select_related("learned", "by__account")
    return list(found.order_by("-number"))
