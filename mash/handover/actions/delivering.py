"""A step goes where it leads: into a service's inbox, or onto the hub's line.  A program does it, once."""

import uuid
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from mash.common.clock import LONDON
from mash.common.editions import content_of
from mash.contact.actions import Known, hold_key, receive
from mash.contact.models import Channel, Contact
from mash.decision.models import Accepted
from mash.handover import queries
from mash.handover.actions.sending import call_service
from mash.handover.actions.stepping import Told
from mash.handover.composing import Passage, body_of, digest_of
from mash.handover.content import StepRoute, step_routes
from mash.handover.models import Pack, Step, StepWent
from mash.handover.on_the_line import message_of
from mash.ledger.actions import record
from mash.partnership.models import Hub, Staff
from mash.people.joined import records_of
from mash.people.models import Involvement, Person
from mash.people.queries import open_on

NO_CASE = "no case of the hub"
NOTHING_OPEN = "No work of the sender is open with them here any more. Ring the hub."


@transaction.atomic
def deliver(*, step_id: uuid.UUID, at: datetime) -> StepWent | None:
    """Put a step where it leads.  Acts as a program; a step down only after a cleared person's word; twice is once.

    What goes up from a plan or a panel comes to the line whether or not work is open: it tells of a worry.

    Source: docs/rules.md, "Step up and step down".
    """
    step = Step.objects.select_related("hub", "person", "from_agency", "to", "by__account", "by__agency").get(
        pk=step_id
    )
    hold_key(step.contact_id)
    if StepWent.objects.filter(step=step).exists() or not _may_go(step):
        return None
    with content_of(step.hub_id):
        way = step_routes()[step.route]
        steps = _told_at_once(step)
        became, pack, trouble = None, None, ""
        if step.origin_id and not _is_held(step, at):
            trouble = NOTHING_OPEN
        elif step.to_id:
            pack = _into_the_inbox(step, way, at)
        else:
            became = _onto_the_line(steps, way)
    rows = [
        StepWent(
            hub_id=one.hub_id,
            step=one,
            became=became,
            reference=became.reference if became else "",
            pack=pack,
            trouble=trouble,
            at=at,
        )
        for one in steps
    ]
    for row in rows:
        row.save(force_insert=True)
        detail = {"contact": str(step.contact_id), "became": str(row.became_id or row.pack_id or "")}
        record("step.delivered", about=row.step, at=at, hub_id=step.hub_id, why=trouble, detail=detail)
    return rows[0]


@transaction.atomic
def tell_line(*, told: Told, route: str, person: Person, hub: Hub, by: Staff, at: datetime) -> Contact:
    """Put a worry about somebody of whom the hub has no case onto its line: a new contact, and no step.

    Acts as the service `hand_overs`, for the apps above.  by, at: who told, and when.  The same again is what is there.

    Source: docs/rules.md, "Step up and step down".
    """
    made = Contact.objects.filter(hub=hub, reference=told.becomes).first()
    if made:
        return made
    step = Step(
        hub=hub, person=person, together=told.key, reason=told.reason, product=told.product, agreement=told.agreement,
        becomes=told.becomes, voice=told.voice, danger=told.danger, family_aware=told.family_aware,
        adults=list(told.adults), reference=NO_CASE, by=by, at=at,
    )  # fmt: skip
    with content_of(hub.pk):
        return _onto_the_line([step], step_routes()[route])


def _told_at_once(step: Step) -> list[Step]:
    """Return a step with those of brothers and sisters that were told at once, and become the same contact."""
    if step.together is None:
        return [step]
    found = Step.objects.filter(together=step.together, hub=step.hub_id)
    return list(found.select_related("hub", "person", "by__account", "by__agency").order_by("born_on", "pk"))


def _may_go(step: Step) -> bool:
    word = getattr(step, "word", None)
    followed = Pack.objects.filter(steps=step, word__by_hub=False, carried=None)
    return (step.direction == "up" or (word is not None and word.passed)) and not followed.exists()


def _is_held(step: Step, at: datetime) -> bool:
    """Tell whether the sender's work with them is open now: what it accepted, or what the council's list names."""
    found = Involvement.objects.filter(
        open_on(at.astimezone(LONDON).date()), hub=step.hub_id, person__in=records_of(step.person)
    )
    theirs = Q(agency__iexact=step.from_agency.name)
    accepted = Q(pk__in=Pack.objects.filter(steps=step).values("carried__involvement"))
    by_telephone = Q(pk__in=Accepted.objects.filter(outcome__packs__steps=step).values("involvement"))
    return found.filter(theirs | accepted | by_telephone).exists()


def _into_the_inbox(step: Step, way: StepRoute, at: datetime) -> Pack:
    assert step.to  # noqa: S101 - the caller has looked
    said = [
        Passage("who", "Sent by", f"{step.from_agency.name}: {step.by.account.name}, {step.by.title}"),
        Passage("reason", "Why", step.reason),
        Passage("product", way.product, step.product),
        Passage("family", "What the family know and said", step.agreement),
    ]
    body = body_of(
        hub=step.hub.name,
        reference=step.reference,
        who=step.who,
        born_on=step.born_on,
        plan=way.label,
        tier=way.tier,
        edition=1,
        to=step.to.name,
        at=at,
        said=said,
    )
    pack = Pack(
        hub_id=step.hub_id,
        contact_id=step.contact_id,
        person_id=step.person_id,
        agency=step.to,
        key=step.key,
        reference=step.reference,
        who=step.who,
        born_on=step.born_on,
        plan=way.label[:80],
        tier=way.tier,
        decided_on=step.at.astimezone(LONDON).date(),
        body=body,
        digest=digest_of(body),
        due_at=queries.due_at(step.hub, at, urgent=False),
        by=step.by,
        at=at,
    )
    pack.save(force_insert=True)
    call_service(pack, at)
    return pack


def _onto_the_line(steps: list[Step], way: StepRoute) -> Contact:
    """Return the contact that steps became: like any other that a professional sends, and settled by a worker."""
    first = steps[0]
    known = Known(uuid.uuid4(), first.becomes) if first.becomes else None
    message = message_of(steps, way)
    contact, _ = receive(message, hub=first.hub, channel=Channel.FORM, received_at=first.at, as_=known)
    return contact
