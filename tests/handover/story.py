"""Hand-overs in the words of the field: the hub sends, a service answers, the program follows."""

import uuid
from datetime import timedelta

from django.utils.timezone import localdate

from mash.decision import queries as decisions
from mash.decision.models import Outcome
from mash.handover import actions, queries
from mash.handover.actions.carrying import carry_over
from mash.handover.actions.delivering import deliver
from mash.handover.models import Pack, Word
from mash.handover.queries.waiting import steps_to_deliver, words_to_carry
from tests.decision.story import decide
from tests.factories.base import in_service, signed_in_as
from tests.factories.decision import agreed, ready
from tests.factories.partnership import MONDAY_9AM, AgencyFactory, MembershipFactory, StaffFactory

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def decided(outcome="early_help", *, at=MONDAY_9AM, **options):
    """Return a decision that stands on a contact of one child."""
    contact = ready(**options)
    agreed(contact)
    return decide(contact, StaffFactory(hub=contact.hub, whole_desk=True), outcome, at=at)


def a_service(hub, kind="early_help", **post):
    """Return somebody who answers for a service of a hub."""
    agency = AgencyFactory(kind=kind)
    MembershipFactory(hub=hub, agency=agency, email="inbox@service.example")
    return StaffFactory(hub=hub, agency=agency, duties=["answer"], leads=True, **post)


def a_worker(decision, **duties):
    return StaffFactory(hub=decision.hub, **(duties or {"decider": True}))


def outcome_key(decision):
    found = Outcome.objects.using("builder").filter(decision_id=decision.pk, alongside=False)
    return found.order_by("about__ref").values_list("pk", flat=True)[0]


def outcome_for(by, decision):
    """Return the outcome as a worker reads it; within their transaction."""
    return decisions.find_outcome(by, outcome_key(decision))


def send(decision, service, by=None, *, at=MONDAY_9AM + HOUR, left_out=(), words="", key=None, seen=None):
    by = by or a_worker(decision)
    with signed_in_as(by):
        outcome = outcome_for(by, decision)
        draft = queries.drafted(by, outcome)
        return actions.send_pack(
            key=key or uuid.uuid4(),
            outcome=outcome,
            agency=service.agency,
            left_out=left_out,
            words=words,
            seen=seen or draft.seen,
            by=by,
            at=at,
        )


def received(service, pack):
    """Return a hand-over as the service reads it; within its transaction."""
    return queries.find_received(service, pack.pk).pack


def accept(service, pack, *, at=MONDAY_9AM + 2 * HOUR, **changes):
    on = localdate(at)
    said = {"worker_name": "Bea Lund", "from_on": on, "until_on": on + 84 * DAY} | changes
    with signed_in_as(service):
        return actions.accept(pack=received(service, pack), by=service, at=at, **said)


def return_it(service, pack, *, at=MONDAY_9AM + 2 * HOUR, reason="no_room", words="Nobody until June."):
    with signed_in_as(service):
        return actions.return_with_reasons(
            pack=received(service, pack), reason=reason, words=words, by=service, at=at
        )


def follow(at=MONDAY_9AM + 3 * HOUR):
    """Let the program do what it would by itself."""
    with in_service("hand_overs"):
        for one in words_to_carry():
            carry_over(pack_id=one, at=at)
        for one in steps_to_deliver():
            deliver(step_id=one, at=at)


def word_of(pack):
    return Word.objects.using("builder").select_related("by__account").filter(pack_id=pack.pk).first()


def packs():
    return Pack.objects.using("builder").order_by("at", "edition")
