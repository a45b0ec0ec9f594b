"""Weights learned from what a hub's workers decided: a program proposes them, and a person says which count."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction

from mash.common.verdict import require
from mash.ledger.actions import record
from mash.partnership.models import Hub, Staff
from mash.people import decisions, policy
from mash.people.matching.refitting import refit
from mash.people.matching.weights import plain, shipped
from mash.people.models import LearnedWeights, WeightsChoice
from mash.people.weighing import adopted_in, forget, shipped_for, weights_of

What = WeightsChoice.What


class ChosenMeanwhile(Exception):
    """Somebody chose other weights, or weights were learned anew, since this was read."""


class OtherEdition(Exception):
    """These weights were moved from an edition that the product does not carry any more."""


class NotInForce(Exception):
    """There is nothing to go back from: the hub works with what the product carries."""


@transaction.atomic
def learn_weights(*, hub: Hub, at: datetime) -> LearnedWeights:
    """Learn weights from what the workers of a hub decided, and propose them; acts as a service.

    Nobody is recognised by them until a person adopts them.  Where nothing was decided since, the newest proposal is
    returned.

    Raises refitting.NotLearned.

    Source: docs/rules.md, "Learning to recognise".
    """
    start, gathered = shipped_for(hub.pk), decisions.gathered(hub.pk)
    learned = refit(gathered.decided, start, start.edition, beside=weights_of(hub.pk))
    report = learned.report() | {"counts": gathered.counts}
    Hub.objects.select_for_update().get(
        pk=hub.pk
    )  # learned twice at once, they are numbered one after the other
    newest = LearnedWeights.objects.filter(hub=hub).order_by("-number").first()
    number = newest.number + 1 if newest else 1
    weights = replace(learned.weights, edition=f"{start.edition}/{number}")
    same = newest and plain(replace(weights, edition=newest.weights["edition"])) == newest.weights
    if newest and same and newest.report == report and newest.based_on == start.edition:
        return newest
    said = LearnedWeights(
        hub=hub, number=number, based_on=start.edition, weights=plain(weights), report=report, at=at
    )
    said.save(force_insert=True)
    detail = {"number": number, "based_on": start.edition, "decisions": report["decisions"]}
    record("people.weights_learned", about=said, at=at, hub_id=hub.pk, detail=detail)
    return said


@transaction.atomic
def choose_weights(
    *, hub: Hub, what: str, learned: LearnedWeights | None, seen: int, why: str, by: Staff, at: datetime
) -> WeightsChoice:
    """Adopt learned weights, leave them, or go back to what the product carries.

    learned: the newest that were learned; None for going back.  seen: number of the newest choice when they were
    looked at, 0 for none.

    Raises PermissionDenied, ChosenMeanwhile, OtherEdition, and NotInForce.

    Source: docs/rules.md, "Learning to recognise".
    """
    require(policy.may_choose_weights(by, hub.pk))
    Hub.objects.select_for_update().get(pk=hub.pk)  # two who choose at once are told so, one after the other
    last = WeightsChoice.objects.filter(hub=hub).order_by("-number").first()
    newest = LearnedWeights.objects.filter(hub=hub).order_by("-number").first()
    if seen != (last.number if last else 0) or (learned and learned != newest):
        raise ChosenMeanwhile
    if what == What.SHIPPED and not adopted_in(hub.pk):
        raise NotInForce
    if learned and what == What.ADOPTED and learned.based_on != shipped().edition:
        raise OtherEdition
    said = WeightsChoice(hub=hub, number=seen + 1, what=what, learned=learned, why=why, by=by, at=at)
    said.save(force_insert=True)
    forget()
    detail: dict[str, Any] = {"what": what, "edition": str(learned) if learned else shipped().edition}
    record("people.weights_chosen", about=said, at=at, hub_id=hub.pk, why=why, detail=detail)
    return said
