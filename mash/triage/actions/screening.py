"""Screening a contact in one go: what the workspace's one form asks for."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from mash.contact import actions as contacts
from mash.contact.models import Answer, Contact, ContactPerson
from mash.outage.actions import Paper
from mash.partnership.models import Staff
from mash.triage.actions.rating import rate
from mash.triage.actions.reading import ask_about_repeats, read_as, record_notice
from mash.triage.actions.sending import propose_route, record_basis
from mash.triage.actions.working import acknowledge
from mash.triage.routes import NOTED


@dataclass(frozen=True, slots=True)
class Said:
    """Who somebody in the contact is, as `contact.actions.settle` takes it."""

    contact_person: ContactPerson
    answer: Answer
    person_id: uuid.UUID | None
    search: str


@transaction.atomic
def screen(
    *,
    contact: Contact,
    by: Staff,
    at: datetime,
    key: uuid.UUID,
    who: Sequence[Said] = (),
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
    paper: Paper | None = None,
) -> None:
    """Say who its people are, rate, say what it is about, record the law, tell the referrer and send on.

    As far as each was answered; all or nothing.  People come first, so that what is known of them counts for the rest.
    The managers are asked about the repeats that fire.  paper: where it was rated on paper, which says when.

    Raises what each step raises, and then none of them is done.

    Source: docs/rules.md, "Known already, open already", "Ratings".
    """
    for one in who:
        contacts.settle(
            contact_person=one.contact_person,
            answer=one.answer,
            person_id=one.person_id,
            search=one.search,
            why="",
            by=by,
            at=at,
        )
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
            paper=paper,
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
