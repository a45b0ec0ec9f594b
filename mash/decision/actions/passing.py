"""Passing a contact to whoever works with the family already.  Passing on decides nothing about need."""

import uuid
from datetime import datetime

from django.db import transaction

from mash.contact.models import Contact, ContactPerson
from mash.decision import needs, queries
from mash.decision.actions.deciding import Proposed, decide
from mash.decision.actions.refusals import NotSettled
from mash.decision.models import Decision
from mash.partnership.models import Staff
from mash.people.joined import records_of
from mash.people.models import Involvement, Person

REASONS = "The case is open: its worker and manager decide, and may ask the hub for a check."
TOLD = {
    "decision_plain": "We have passed it to the worker who is already allocated, and to their manager.",
    "reason_plain": "Somebody is working with the family, and they decide what to do with what you told us.",
    "next_plain": "They read it as soon as it reaches them and decide what to do.",
    "asked_of_you": "Please go on doing what you do, and call us if anything changes or gets worse.",
}


class NotOpen(Exception):
    """Somebody at risk in the contact has no open case, so it is decided, not passed on; the message names them."""


@transaction.atomic
def pass_to_allocated_worker(
    *,
    key: uuid.UUID,
    contact: Contact,
    follows: Decision | None = None,
    words: str = "",
    by: Staff,
    at: datetime,
) -> Decision:
    """Pass a contact to the allocated worker and their manager at once; every person at risk has an open case.

    key: of the form; the same form again returns what it made.  words: more than the usual reason.

    Raises PermissionDenied, NotSettled, NotOpen, AnswersMissing and AlreadyDecided.

    Source: docs/rules.md, "Known already, open already", "Who decides".
    """
    event = queries.Event(contact)
    proposed = [_proposed(about, event.settled.get(about.pk), at) for about in event.to_decide]
    told = {one.pk: TOLD for one in event.contacts if not one.is_from_the_public}
    return decide(
        key=key,
        contact=contact,
        follows=follows,
        outcomes=proposed,
        reasons=words.strip() or REASONS,
        told=told,
        by=by,
        at=at,
    )


def _proposed(about: ContactPerson, person: Person | None, at: datetime) -> Proposed:
    if person is None:
        raise NotSettled(str(about))
    rows = queries.open_work(Involvement.objects.filter(person__in=records_of(person)), queries.day_of(at))
    work = rows.order_by("-tier", "-from_on").first()
    if work is None:
        raise NotOpen(str(about))
    said = {"worker": work.worker_name or work.team, "manager": work.manager_name or work.team}
    return Proposed(about, needs.TO_ALLOCATED_WORKER, needs=said)
