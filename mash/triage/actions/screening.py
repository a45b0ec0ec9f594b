"""Screening a contact in one go: what the workspace's one form asks for."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from mash.contact.models import Contact
from mash.partnership.models import Staff
from mash.triage.actions.rating import rate
from mash.triage.actions.reading import ask_about_repeats, read_as, record_notice
from mash.triage.actions.sending import propose_route, record_basis
from mash.triage.actions.working import acknowledge
from mash.triage.routes import NOTED


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
    categories: Sequence[str] = (),
    level: int | None = None,
) -> None:
    """Rate, say what it is about, record the law, tell the referrer and send on, as far as each was answered.

    All or nothing.  The managers are asked about the repeats that fire.

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
    if categories or level:
        read_as(contact=contact, categories=categories, level=level, by=by, at=at, key=key)
    ask_about_repeats(contact=contact, at=at)
    for basis in bases:
        record_basis(contact=contact, basis=basis, by=by, at=at)
    if read:
        acknowledge(contact=contact, by=by, at=at)
    if route == NOTED:
        record_notice(contact=contact, why=route_why, by=by, at=at)
    elif route:
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
