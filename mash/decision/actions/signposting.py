"""Naming services of the directory for somebody whom a decision is about."""

import uuid
from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from mash.common.verdict import require
from mash.decision import policy
from mash.decision.actions.refusals import NotWhole
from mash.decision.actions.standing import hold_event
from mash.decision.models import Outcome, Signpost
from mash.decision.queries.signposts import services_of
from mash.ledger.actions import record
from mash.partnership.models import Staff


@transaction.atomic
def name_services(*, outcome: Outcome, services: Collection[uuid.UUID], by: Staff, at: datetime) -> int:
    """Name services for the person of an outcome, as they are called now; return how many were new.

    One that was named already stays as it was named.

    Raises PermissionDenied, and NotWhole where the directory offers one of them no more.

    Source: docs/rules.md, "Services named with a decision".
    """
    require(policy.may_name_services(by, outcome.decision))
    found = services_of(outcome, services)
    if not found or len(found) != len(set(services)):
        raise NotWhole("Choose services that the directory offers now.")
    hold_event(outcome.decision.contact)
    held = set(Signpost.objects.filter(outcome=outcome).values_list("service", flat=True))
    new = [one for one in found if one.pk not in held]
    Signpost.objects.bulk_create(
        Signpost(
            hub_id=outcome.hub_id,
            outcome=outcome,
            service=one.pk,
            name=one.name[:240],
            organisation=one.organisation.name[:240],
            by=by,
            at=at,
        )
        for one in new
    )
    if new:
        detail = {"services": [str(one.pk) for one in new]}
        record("decision.services_named", about=outcome.decision, at=at, hub_id=outcome.hub_id, detail=detail)
    return len(new)
