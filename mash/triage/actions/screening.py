"""Screening a contact in one go: what the workspace's one form asks for."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from mash.contact.models import Contact
from mash.partnership.models import Staff
from mash.triage.actions.rating import rate
from mash.triage.actions.sending import propose_route, record_basis
from mash.triage.actions.working import acknowledge


@transaction.atomic
def screen(
    *,
    contact: Contact,
    by: Staff,
    at: datetime,
    key: uuid.UUID,
    after: uuid.UUID | None = None,
    colour: str = "",
    why: str = "",
    danger_answered: str = "",
    bases: Sequence[str] = (),
    route: str = "",
    route_why: str = "",
    for_adult: str = "",
    asked_for_by: str = "",
    read: bool = False,
) -> None:
    """Rate, record the law relied on, tell the referrer and send on, as far as each was answered: all or nothing.

    Raises what each step raises, and then none of them is done.

    Source: docs/rules.md, "Ratings".
    """
    if colour:
        rate(
            contact=contact,
            colour=colour,
            why=why,
            danger_answered=danger_answered,
            after=after,
            by=by,
            at=at,
            key=key,
        )
    for basis in bases:
        record_basis(contact=contact, basis=basis, by=by, at=at)
    if read:
        acknowledge(contact=contact, by=by, at=at)
    if route:
        propose_route(
            contact=contact,
            route=route,
            why=route_why,
            for_adult=for_adult,
            asked_for_by=asked_for_by,
            by=by,
            at=at,
            key=key,
        )
