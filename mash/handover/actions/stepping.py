"""Stepping up and down between tiers: whoever holds somebody sends them on, and keeps them until another accepts."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from mash.common.jobs import order_from
from mash.common.verdict import require
from mash.contact.actions import hold_key
from mash.handover import policy
from mash.handover.actions.answering import SERVICE
from mash.handover.actions.refusals import NotWhole
from mash.handover.content import StepRoute, step_routes
from mash.handover.models import Pack, Step, StepWord, Word, WordKind
from mash.ledger.actions import record
from mash.partnership.models import Agency, Staff
from mash.partnership.queries import agencies_in

DELIVER = "mash.handover.jobs.deliver"


@dataclass(frozen=True, slots=True)
class Held:
    """Somebody who is sent on, as far as a step has to know it.  agency: the one that works with them now."""

    contact_id: uuid.UUID
    person_id: uuid.UUID
    agency: Agency
    reference: str
    who: str
    born_on: date | None


@dataclass(frozen=True, slots=True)
class Told:
    """What goes up from a plan or a panel.

    key: of the form.  agreement: what the family know and said.  becomes: the reference that whoever told was given.
    voice: what the child says.  danger: somebody is in danger now.  adults: who shares in it, as {"given", "family"}.
    """

    key: uuid.UUID
    reason: str
    product: str
    agreement: str
    becomes: str
    voice: str
    danger: bool
    family_aware: bool
    adults: Sequence[dict[str, str]]


@transaction.atomic
def send_on(
    *,
    key: uuid.UUID,
    route: str,
    to: Agency | None,
    reason: str,
    product: str,
    agreement: str,
    by: Staff,
    at: datetime,
    origin: Pack,
) -> Step:
    """Send somebody to another tier, with the reason and the product typed for it.  The same form again sends nothing.

    route: an id of handover.yaml.  to: the service, on a straight way; None where the hub decides.
    agreement: what the family know of it and said.
    origin: the hand-over by which the sender's service holds them.

    The sender keeps the case until another service accepts in writing.  A step down waits for a cleared person.

    Raises PermissionDenied, or NotWhole.

    Source: docs/rules.md, "Step up and step down", "No false all-clear".
    """
    whom = _held(origin, by)
    hold_key(whom.contact_id)
    made = Step.objects.filter(key=key).select_related("hub").first()
    if made:
        return made
    way = _way(route, whom.agency, to, by)
    _whole(whom, way, reason, product, agreement)
    step = Step(
        hub_id=by.hub_id,
        key=key,
        route=way.id,
        direction=way.direction,
        to=to,
        reason=reason.strip(),
        product=product.strip(),
        agreement=agreement.strip(),
        by=by,
        at=at,
        origin=origin,
        contact_id=whom.contact_id,
        person_id=whom.person_id,
        reference=whom.reference,
        who=whom.who,
        born_on=whom.born_on,
        from_agency=whom.agency,
    )
    step.save(force_insert=True)
    detail = {"contact": str(step.contact_id), "route": way.id}
    record("step.sent", about=step, at=at, hub_id=step.hub_id, why=step.reason, detail=detail)
    if way.direction == "up":
        order_from(SERVICE, DELIVER, step_id=str(step.pk))
    return step


@transaction.atomic
def send_together(*, told: Told, route: str, held: Sequence[Held], by: Staff, at: datetime) -> list[Step]:
    """Write down that whom a plan or a panel holds goes up to the hub, each of them a step, all of them one contact.

    For the apps above, which ask their own rule who may tell: acts as the service `hand_overs`.  It is refused to
    nobody who is worried: neither where work has ended, nor where an earlier step is still on its way.
    by, at: who told, and when.  The same again is what is there already.

    Source: docs/rules.md, "Step up and step down", "Step up from a plan".
    """
    made = list(Step.objects.filter(together=told.key).order_by("pk"))
    if made:
        return made
    for one in held:
        step = Step(
            hub_id=by.hub_id,
            key=uuid.uuid5(told.key, str(one.person_id)),
            together=told.key,
            route=route,
            direction="up",
            reason=told.reason,
            product=told.product,
            agreement=told.agreement,
            becomes=told.becomes,
            voice=told.voice,
            danger=told.danger,
            family_aware=told.family_aware,
            adults=list(told.adults),
            by=by,
            at=at,
            contact_id=one.contact_id,
            person_id=one.person_id,
            reference=one.reference,
            who=one.who,
            born_on=one.born_on,
            from_agency=one.agency,
        )
        step.save(force_insert=True)
        detail = {"contact": str(step.contact_id), "route": route}
        record("step.sent", about=step, at=at, hub_id=step.hub_id, why=step.reason, detail=detail)
        made.append(step)
    return made


def _held(origin: Pack, by: Staff) -> Held:
    require(policy.may_read(by, origin))
    if not Word.objects.filter(pack=origin, kind=WordKind.ACCEPTED).exists():
        raise NotWhole("Your service has not accepted them, so it cannot send them on: return them instead.")
    return Held(
        origin.contact_id, origin.person_id, origin.agency, origin.reference, origin.who, origin.born_on
    )


def _way(route: str, agency: Agency, to: Agency | None, by: Staff) -> StepRoute:
    way = step_routes().get(route)
    if way is None or way.retired or agency.kind not in way.sent_from:
        raise NotWhole("Choose where they go.")
    if way.way == "hub" and to is not None:
        raise NotWhole("On this way the hub decides who works with them.")
    if way.way == "straight" and (
        to is None or to.kind not in way.to or not agencies_in(by.hub_id).filter(pk=to.pk).exists()
    ):
        raise NotWhole("Choose the service that receives them.")
    return way


def _whole(whom: Held, way: StepRoute, reason: str, product: str, agreement: str) -> None:
    if not (reason.strip() and product.strip() and agreement.strip()):
        raise NotWhole(f"Give the reason, the {way.product.lower()}, and what the family know and said.")
    going = Step.objects.filter(person=whom.person_id, from_agency=whom.agency, settled=None)
    if going.exclude(word__passed=False).exclude(went__trouble__gt="").exists():
        raise NotWhole("They have been sent on already, and nobody has accepted them yet.")


@transaction.atomic
def pass_step(*, step: Step, by: Staff, at: datetime) -> StepWord:
    """Let a step down go on, as a person cleared for all that is held on them.  Twice changes nothing.

    Raises PermissionDenied, or NotWhole where another cleared person said no.

    Source: docs/rules.md, "No false all-clear".
    """
    return _word(step, passed=True, why="", by=by, at=at)


@transaction.atomic
def stop_step(*, step: Step, why: str, by: Staff, at: datetime) -> StepWord:
    """Stop a step down, with words that its sender reads.  Twice changes nothing.

    Raises PermissionDenied, or NotWhole.

    Source: docs/rules.md, "No false all-clear".
    """
    if not why.strip():
        raise NotWhole("Say why, in words that the sender may read.")
    return _word(step, passed=False, why=why.strip(), by=by, at=at)


def _word(step: Step, *, passed: bool, why: str, by: Staff, at: datetime) -> StepWord:
    require(policy.may_pass_step(by, step))
    hold_key(step.contact_id)
    said = StepWord.objects.filter(step=step).select_related("by__account").first()
    if said:
        if said.passed == passed:
            return said
        raise NotWhole(f"{said.by.account.name} has said otherwise already.")
    word = StepWord(hub_id=step.hub_id, step=step, passed=passed, why=why, by=by, at=at)
    word.save(force_insert=True)
    event = "step.passed" if passed else "step.stopped"
    record(event, about=step, at=at, hub_id=step.hub_id, why=why, detail={"contact": str(step.contact_id)})
    if passed:
        order_from(SERVICE, DELIVER, step_id=str(step.pk))
    return word
