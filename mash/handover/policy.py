"""Who may do what with a hand-over to a service.  To audit access to them, read this file: no rule lives elsewhere."""

from django.db.models import Q

from mash.common.verdict import ALLOWED, Verdict
from mash.contact import night
from mash.contact import policy as contacts
from mash.decision import policy as decisions
from mash.decision.models import Decision
from mash.handover.models import Pack, Step, SystemKey
from mash.partnership.models import Duty, Staff

NOT_HERE = Verdict("This is not one you can work on.")
NOT_YOURS = Verdict("Hand-overs to a service are answered by whoever answers for it.")


def may_send(staff: Staff, decision: Decision) -> Verdict:
    """Test whether a post may send what a decision hands over to a service: the day's hub workers.

    Source: docs/rules.md, "The pack for a service".
    """
    return decisions.may_hand_over(staff, decision)


def may_read_at_hub(staff: Staff, pack: Pack | Step) -> Verdict:
    """Test whether a hand-over or a step is read at the hub's own desk: by whoever reads the contact.

    Source: docs/rules.md, "Access".
    """
    return contacts.may_read(staff, pack.contact)


def read_at_hub_by(staff: Staff) -> Q:
    """Return the rule of `may_read_at_hub` as a filter.  A test holds the two together."""
    return decisions.readable_by(staff)


def may_answer_at_hub(staff: Staff, pack: Pack) -> Verdict:
    """Test whether a post may answer a service's question, or take a hand-over back: the day's hub workers."""
    may = may_read_at_hub(staff, pack)
    if not may:
        return may
    if staff.works_nights or not staff.has(*decisions.HANDS_OVER):
        return Verdict("A service is answered by the hub's workers by day.")
    return ALLOWED


def may_receive(staff: Staff) -> Verdict:
    """Test whether a post has an inbox of hand-overs: whoever answers for an agency."""
    return ALLOWED if staff.has(Duty.ANSWER) else NOT_YOURS


def may_read(staff: Staff, pack: Pack) -> Verdict:
    """Test whether a service's post may read one hand-over: of its agency, unless it is kept from the case.

    Source: docs/rules.md, "What a service sees".
    """
    if staff.hub_id != pack.hub_id or staff.agency_id != pack.agency_id or not staff.has(Duty.ANSWER):
        return NOT_HERE
    if not night.is_open_to(staff, pack.contact_id):
        return NOT_HERE
    return ALLOWED if contacts.unless_closed(staff, pack.contact_id) else NOT_HERE


def received_by(staff: Staff) -> Q:
    """Return the rule of `may_read` as a filter.  A test holds the two together."""
    if not staff.has(Duty.ANSWER):
        return Q(pk__in=[])
    here = Q(hub=staff.hub_id, agency=staff.agency_id) & ~contacts.closed(staff, "contact_id")
    return here & night.narrowed(staff, "contact_id")


def sent_on_by(staff: Staff) -> Q:
    """Return the steps that a post's own service has sent, as a filter."""
    if not staff.has(Duty.ANSWER):
        return Q(pk__in=[])
    here = Q(hub=staff.hub_id, from_agency=staff.agency_id) & ~contacts.closed(staff, "contact_id")
    return here & night.narrowed(staff, "contact_id")


def may_pass_step(staff: Staff, step: Step) -> Verdict:
    """Test whether a post may let a step down go on: a cleared person at the hub's desk who did not send it.

    Source: docs/rules.md, "No false all-clear".
    """
    may = may_read_at_hub(staff, step)
    if not may:
        return may
    if staff.account_id == step.by.account_id:
        return Verdict("You sent this, so another cleared person must pass it.")
    return ALLOWED if staff.has(Duty.CLEAR) else Verdict("Only a cleared person can pass a step down.")


def may_give_keys(staff: Staff) -> Verdict:
    """Test whether a post may let its service's system in: whoever leads the agency and answers for it."""
    if staff.has(Duty.ANSWER) and staff.leads:
        return ALLOWED
    return Verdict("A system is let in by whoever leads the agency and answers for it.")


def may_end_key(staff: Staff, key: SystemKey) -> Verdict:
    """Test whether a post may end a system's key: whoever may give one, of their own agency."""
    if staff.hub_id != key.hub_id or staff.agency_id != key.agency_id:
        return NOT_HERE
    return may_give_keys(staff)


def may_see_waiting(staff: Staff) -> Verdict:
    """Test whether a post sees what waits for services: the desk by day, each contact by its own rule."""
    if staff.works_at_the_desk and not staff.works_nights:
        return ALLOWED
    return Verdict("What waits for services is followed by the hub's desk by day.")
