"""Who hands a shift over, who accepts it and who settles what they do not agree on.

Source: docs/rules.md, "Hand-over of a shift".
"""

from django.db.models import Q

from mash.common.verdict import ALLOWED, Verdict
from mash.desk.models import HandOver, HandOverWord
from mash.partnership.content import hand_overs, posts
from mash.partnership.models import DESK, Duty, Staff

SETTLES = (Duty.APPROVE, Duty.MANAGE)


def may_read(staff: Staff, hand_over: HandOver) -> Verdict:
    """Test whether a hand-over may be read: at the desk of its hub."""
    if staff.hub_id == hand_over.hub_id and staff.works_at_the_desk:
        return ALLOWED
    return Verdict("A hand-over is read at the hub's own desk.")


def readable_by(staff: Staff) -> Q:
    """Return the rule of `may_read` as a filter.  A test holds the two together."""
    return Q(hub=staff.hub_id) if staff.has(*DESK) else Q(pk__in=[])


def may_hand_over(staff: Staff, which: str) -> Verdict:
    """Test whether somebody hands a shift over: whoever has the duty of the post that hands over, or the manager's."""
    side = posts()[hand_overs()[which].from_]
    if staff.has(side.duty, Duty.MANAGE):
        return ALLOWED
    return Verdict(f"This is handed over by: {side.label.lower()}.")


def may_take_on(staff: Staff, hand_over: HandOver) -> Verdict:
    """Test whether somebody takes on another's hand-over: whoever may hand it over, and has answered no line of it.

    Source: docs/rules.md, "Moving work".
    """
    read = may_read(staff, hand_over)
    if not read:
        return read
    if HandOverWord.objects.filter(line__hand_over=hand_over, by__account=staff.account_id).exists():
        return Verdict("They have answered a line of this hand-over: they are its other side.")
    return may_hand_over(staff, hand_over.which)


def may_write(staff: Staff, hand_over: HandOver) -> Verdict:
    """Test whether somebody writes on a hand-over: whoever may hand it over, until it is offered."""
    if hand_over.offered_at:
        return Verdict("It is handed over: what it says stays as it is.")
    return may_hand_over(staff, hand_over.which) if may_read(staff, hand_over) else may_read(staff, hand_over)


def may_accept(staff: Staff, hand_over: HandOver) -> Verdict:
    """Test whether somebody accepts a hand-over's lines by name: with the duty of the post it goes to, and another.

    The manager on call takes it where nobody else does.
    """
    read = may_read(staff, hand_over)
    if not read:
        return read
    if staff.account_id == hand_over.by.account_id:
        return Verdict("You handed this over: somebody else accepts it.")
    side = posts()[hand_overs()[hand_over.which].to]
    if staff.has(side.duty) or (hand_over.manager_told_at and staff.has(*SETTLES)):
        return ALLOWED
    return Verdict(f"This is accepted by: {side.label.lower()}.")


def may_settle(staff: Staff, hand_over: HandOver) -> Verdict:
    """Test whether somebody settles a line that was questioned or refused: the manager on call."""
    read = may_read(staff, hand_over)
    if not read or staff.has(*SETTLES):
        return read
    return Verdict("The manager on call settles what the two do not agree on.")
