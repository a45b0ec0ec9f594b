"""Who may do what with how long records are kept.  To audit that, read this file: no rule lives elsewhere.

Whoever manages the hub answers for its records: they propose, place a hold and say which class a record is in.
Another person agrees: a manager too, or whoever approves as a second person.
"""

from mash.common.verdict import ALLOWED, Verdict
from mash.partnership.models import Duty, Staff
from mash.retention.models import Hold, Lifting, Proposal, Standing, What

REVIEWS = (Duty.MANAGE, Duty.APPROVE)
READS_REGISTER = (Duty.MANAGE, Duty.APPROVE, Duty.AUDIT)


def may_review(staff: Staff) -> Verdict:
    """Test whether this worker sees which records are due, and on what ground.

    Source: docs/rules.md, "Review before disposal".
    """
    if not staff.has(*REVIEWS):
        return Verdict(
            "Only staff who manage the hub or approve as a second person see which records are due."
        )
    return ALLOWED


def may_propose(staff: Staff) -> Verdict:
    """Test whether this worker proposes what becomes of a record, or puts it into another class.

    Source: docs/rules.md, "Review before disposal".
    """
    if not staff.has(Duty.MANAGE):
        return Verdict("Only staff who manage the hub propose what becomes of a record.")
    return ALLOWED


def may_answer(staff: Staff, proposal: Proposal) -> Verdict:
    """Test whether this worker may agree to a proposal or send it back: another person, not another account's post.

    Source: docs/rules.md, "Review before disposal".
    """
    if not (may := may_review(staff)):
        return may
    if staff.account_id == proposal.by.account_id:
        return Verdict("You proposed this yourself: another person agrees or sends it back.")
    return ALLOWED


def may_take_back(staff: Staff, proposal: Proposal) -> Verdict:
    """Test whether this worker may stop a proposal, agreed or not, before it is carried out.

    What two people agreed to keep longer is kept: a new review follows when it is due again.

    Source: docs/rules.md, "Review before disposal".
    """
    if proposal.what == What.KEEP and hasattr(proposal, "word"):
        return Verdict("It is agreed that this record is kept longer.")
    return may_review(staff)


def may_hold(staff: Staff) -> Verdict:
    """Test whether this worker places a hold, says that one is still needed, or proposes to lift it.

    Source: docs/rules.md, "Legal hold".
    """
    if not staff.has(Duty.MANAGE):
        return Verdict("Only staff who manage the hub place a hold or propose to lift it.")
    return ALLOWED


def may_lift(staff: Staff, lifting: Lifting) -> Verdict:
    """Test whether this worker agrees that a hold ends, or that it stays: another person than who proposed.

    Source: docs/rules.md, "Legal hold".
    """
    if not (may := may_review(staff)):
        return may
    if staff.account_id == lifting.by.account_id:
        return Verdict("You proposed this yourself: another person agrees that the hold ends.")
    return ALLOWED


def may_read_register(staff: Staff) -> Verdict:
    """Test whether this worker reads what was disposed of: the certificates name nobody.

    Source: docs/rules.md, "Disposal".
    """
    if not staff.has(*READS_REGISTER):
        return Verdict("Only staff who manage the hub, approve or audit read the register of disposals.")
    return ALLOWED


def is_ready(standing: Standing, holds: list[Hold]) -> Verdict:
    """Test whether a record's disposal can be proposed: it is not held, and is one by itself.

    Source: docs/rules.md, "Legal hold", "Disposal".
    """
    if standing.carried:
        return Verdict("This person is only named in contacts about others, and goes with the last of them.")
    if holds:
        return Verdict("A hold stands: nothing of this record can be disposed of.")
    return ALLOWED
