"""A request is taken, its asker shown to be who they are, its time extended, its handler changed, or it ends."""

import uuid
from datetime import date, datetime

from django.db import transaction

from mash.common.clock import LONDON
from mash.common.references import new_reference
from mash.common.verdict import require
from mash.ledger.actions import record
from mash.partnership.models import Staff
from mash.people.models import Person
from mash.subject_access import policy
from mash.subject_access.actions.holding import hold, next_step
from mash.subject_access.actions.refusals import AnotherRoute, NotWhole
from mash.subject_access.models import (
    Asker,
    Extension,
    Handling,
    Identity,
    IdentityStep,
    Request,
    Step,
    StepKind,
)
from mash.subject_access.queries.requests import Stage, Standing

REFERENCE_LETTER = "S"  # after the hub's letters, so that it is told from a contact's
ROUTES = {
    "police": "The police do not ask by this way. They ask for disclosure, naming the law and the purpose (Data "
    "Protection Act 2018, Schedule 2, paragraph 2): pass it to the council’s legal team.",
    "court": "A court does not ask by this way. Its order, or the protocol on disclosure in family and criminal cases, "
    "goes to the council’s legal team the same day.",
}
CLOSED = "This request has ended: nothing of it is changed any more."


@transaction.atomic
def record_request(
    *,
    key: uuid.UUID,
    person: Person,
    asker: str,
    asker_name: str,
    reached: str,
    words: str,
    received_on: date,
    handler: Staff,
    authority: str = "",
    interest: str = "",
    child_view: str = "",
    competent: str = "",
    by: Staff,
    at: datetime,
) -> Request:
    """Write down a request for what is held on a person; the same form sent twice makes one.

    key: of the form.  handler: who handles it.

    Raises PermissionDenied; AnotherRoute for the police and courts; NotWhole where something was not said, the day lies
    ahead, or the handler may not be given it.

    Source: docs/rules.md, "Subject access".
    """
    if asker in ROUTES:
        raise AnotherRoute(ROUTES[asker])
    require(policy.may_record(by, person))
    made = Request.objects.filter(key=key).first()
    if made:
        return made
    if received_on > at.astimezone(LONDON).date():
        raise NotWhole("A request is received today or earlier.")
    if asker != Asker.SELF and not authority.strip():
        raise NotWhole("Say what shows that they may ask for this person.")
    if asker == Asker.PARENT and not (interest.strip() and child_view.strip() and competent):
        raise NotWhole(
            "Say whether it is in the child’s interest, what the child says, and whether they can decide."
        )
    if not policy.may_be_handler(handler, person):
        raise NotWhole("Choose somebody who may handle it.")
    request = Request(
        hub_id=person.hub_id,
        key=key,
        reference=new_reference(by.hub.prefix + REFERENCE_LETTER),
        person=person,
        asker=asker,
        asker_name=asker_name.strip(),
        reached=reached.strip(),
        words=words.strip(),
        received_on=received_on,
        authority=authority.strip(),
        interest=interest.strip(),
        child_view=child_view.strip(),
        competent=competent,
        by=by,
        at=at,
    )
    request.save(force_insert=True)
    Handling(
        hub_id=person.hub_id, request=request, number=1, to=handler, why="Given when it came", by=by, at=at
    ).save(force_insert=True)
    detail = {"person": str(person.pk), "asker": asker, "handler": str(handler.pk)}
    record("subject_request.recorded", about=request, at=at, hub_id=request.hub_id, detail=detail)
    return request


@transaction.atomic
def give_to_handler(
    *, request: Request, to: Staff, why: str, follows: int, by: Staff, at: datetime
) -> Handling:
    """Give a request to somebody else to handle.

    follows: how many had been named when the page was opened.

    Raises PermissionDenied, and NotWhole where it ended, somebody was named meanwhile, or they may not be given it.

    Source: docs/rules.md, "Subject access".
    """
    standing = _open(request, by)
    if len(standing.handed) != follows:
        raise NotWhole(f"It was given to {standing.handler.account.name} meanwhile.")
    if not policy.may_be_handler(to, request.person):
        raise NotWhole("Choose somebody who may handle it.")
    made = Handling(
        hub_id=request.hub_id, request=request, number=follows + 1, to=to, why=why.strip(), by=by, at=at
    )
    made.save(force_insert=True)
    record(
        "subject_request.given",
        about=request,
        at=at,
        hub_id=request.hub_id,
        why=why.strip(),
        detail={"to": str(to.pk)},
    )
    return made


@transaction.atomic
def ask_identity(*, request: Request, on: date, words: str, by: Staff, at: datetime) -> Identity:
    """Record that whoever asks was asked to show who they are; the time stands still until they do.  Once.

    Raises PermissionDenied, and NotWhole where it was seen already, was asked before, or the day does not fit.

    Source: docs/rules.md, "Time to answer a subject access request".
    """
    standing = _open(request, by)
    asked = standing.seen(IdentityStep.ASKED)
    if asked:
        return asked
    if standing.seen(IdentityStep.SEEN):
        raise NotWhole("Identity was seen already.")
    return _identity(request, IdentityStep.ASKED, on, words, by=by, at=at)


@transaction.atomic
def see_identity(*, request: Request, on: date, words: str, by: Staff, at: datetime) -> Identity:
    """Record who looked at what, and that it shows who asks and that they may.  Once.

    Raises PermissionDenied, and NotWhole where the day does not fit.

    Source: docs/rules.md, "Subject access".
    """
    standing = _open(request, by)
    seen = standing.seen(IdentityStep.SEEN)
    if seen:
        return seen
    asked = standing.seen(IdentityStep.ASKED)
    if asked and on < asked.on:
        raise NotWhole("It was seen after it was asked for.")
    return _identity(request, IdentityStep.SEEN, on, words, by=by, at=at)


def _identity(request: Request, step: str, on: date, words: str, *, by: Staff, at: datetime) -> Identity:
    if not words.strip():
        raise NotWhole("Say what was asked for, or what was seen.")
    if not request.received_on <= on <= at.astimezone(LONDON).date():
        raise NotWhole("The day lies between the day on which the request came and today.")
    made = Identity(
        hub_id=request.hub_id, request=request, step=step, on=on, words=words.strip(), by=by, at=at
    )
    made.save(force_insert=True)
    record(f"subject_request.identity_{step}", about=request, at=at, hub_id=request.hub_id)
    return made


@transaction.atomic
def extend(*, request: Request, why: str, told_on: date, told_how: str, by: Staff, at: datetime) -> Extension:
    """Extend the time by two further months, once the requester was told so and why, within the first month.

    Raises PermissionDenied, and NotWhole where the first month is over, or the time stands still.

    Source: docs/rules.md, "Time to answer a subject access request".
    """
    standing = _open(request, by)
    if standing.extension:
        return standing.extension
    if not why.strip() or not told_how.strip():
        raise NotWhole("Say why, and how the requester was told.")
    if not request.received_on <= told_on <= at.astimezone(LONDON).date():
        raise NotWhole("The requester was told between the day on which the request came and today.")
    if not standing.due.may_be_extended(told_on):
        raise NotWhole("Time is extended only within the first month, once it runs, and once.")
    made = Extension(
        hub_id=request.hub_id,
        request=request,
        why=why.strip(),
        told_on=told_on,
        told_how=told_how.strip(),
        by=by,
        at=at,
    )
    made.save(force_insert=True)
    record("subject_request.extended", about=request, at=at, hub_id=request.hub_id, why=why.strip())
    return made


@transaction.atomic
def end_request(*, request: Request, kind: str, words: str, by: Staff, at: datetime) -> Step:
    """End a request without an answer: withdrawn by whoever asked, or refused with the reason they were told.

    Raises PermissionDenied, and NotWhole without a reason.

    Source: docs/rules.md, "Subject access".
    """
    standing = _open(request, by)
    if kind not in {StepKind.WITHDRAWN, StepKind.REFUSED} or not words.strip():
        raise NotWhole("Say how it ends, and why.")
    made = Step(
        hub_id=request.hub_id,
        request=request,
        number=next_step(standing),
        kind=kind,
        words=words.strip(),
        by=by,
        at=at,
    )
    made.save(force_insert=True)
    record(f"subject_request.{kind}", about=request, at=at, hub_id=request.hub_id, why=words.strip())
    return made


def _open(request: Request, by: Staff) -> Standing:
    standing = hold(request)
    require(policy.may_look_after(by, request, standing.handler))
    if standing.stage in {Stage.SENT, Stage.WITHDRAWN, Stage.REFUSED}:
        raise NotWhole(CLOSED)
    return standing
