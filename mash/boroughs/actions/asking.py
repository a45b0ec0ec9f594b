"""Asking whether a person of a contact is known to another hub."""

import uuid
from datetime import datetime

from django.db import DatabaseError, connection, transaction

from mash.boroughs import policy, switch
from mash.boroughs.actions.refusals import AskedTooOften, NotWhole, SwitchedOff
from mash.boroughs.limits import IN_TEN_MINUTES, IN_TWELVE_HOURS, OF_A_HUB
from mash.boroughs.models import Question
from mash.common.jobs import order_from
from mash.common.verdict import require
from mash.contact.models import Contact
from mash.ledger.actions import record
from mash.partnership.models import Staff
from mash.people.models import Person

SERVICE, TELL = "boroughs", "mash.boroughs.jobs.tell_asked_hubs"
TOO_OFTEN = "53400"  # configuration_limit_exceeded, as known_elsewhere.sql raises it


def ask(*, key: uuid.UUID, contact: Contact, person: Person, why: str, by: Staff, at: datetime) -> Question:
    """Ask every other hub at once; the same form sent twice asks once.  The database's own function alone answers.

    What follows for the hubs that were asked is ordered whatever they answered: so that it was ordered tells nothing.

    Raises PermissionDenied; SwitchedOff without a key of the installation; NotWhole without a reason; AskedTooOften
    past the pace, and then nothing is kept.

    Source: docs/rules.md, "Asking another hub".
    """
    require(policy.may_ask(by, contact))
    if not switch.key():
        raise SwitchedOff(switch.OFF)
    if not why.strip():
        raise NotWhole("Say why you need to know.")
    made = Question.objects.filter(key=key, by=by).first()
    if made:
        return made
    try:
        with transaction.atomic():
            return _ask(
                Question(
                    hub_id=by.hub_id, key=key, contact=contact, person=person, why=why.strip(), by=by, at=at
                )
            )
    except DatabaseError as refused:
        if getattr(refused.__cause__, "sqlstate", "") != TOO_OFTEN:
            raise
        raise AskedTooOften(
            f"Other hubs are asked about {IN_TEN_MINUTES} records in ten minutes and {IN_TWELVE_HOURS} in twelve hours "
            f"by one worker, and about {OF_A_HUB} in twelve hours by a hub; each of several that were joined counts. "
            "Ask again later, or ring the hub."
        ) from None


def _ask(question: Question) -> Question:
    question.save(force_insert=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT identity.known_elsewhere(%s)", [question.pk])
    detail = {"question": str(question.pk), "contact": str(question.contact_id)}
    record(
        "elsewhere.asked",
        about=question.person,
        at=question.at,
        hub_id=question.hub_id,
        why=question.why,
        detail=detail,
    )
    order_from(SERVICE, TELL, question_id=str(question.pk))
    return question
