"""Who may know what is sealed in a hub, and who may do what with a release.

Row-level security (migration 7) says the same underneath.
A person is an account: two posts of one account never stand on both sides of anything here.
"""

from datetime import datetime

from mash.common.verdict import ALLOWED, Verdict
from mash.partnership.models import DESK, Duty, Staff
from mash.sealed.course import Course, Owner, State, Word

NOT_HERE = Verdict("This is not of your hub.")
CASE_WORK = (*DESK, Duty.ANSWER)
"""Duties of whoever works with cases, and so may receive a release.  releases_1.sql repeats them."""
SENIOR = (Duty.MANAGE, Duty.APPROVE)


def is_cleared(staff: Staff) -> bool:
    """Tell whether a worker may know what is sealed in their hub.  Source: docs/rules.md, "The sealed room"."""
    return staff.has(Duty.CLEAR)


def may_begin(staff: Staff) -> Verdict:
    """Test whether somebody may write a release: cleared, and with the duty to release.

    Source: docs/rules.md, "Releases".
    """
    if staff.has(Duty.CLEAR) and staff.has(Duty.RELEASE):
        return ALLOWED
    return Verdict("Only cleared staff with the duty to release write a release.")


def may_write(staff: Staff, course: Course) -> Verdict:
    """Test whether somebody may propose a wording of a release: the person who began it, until it is recalled."""
    if staff.hub_id != course.hub_id:
        return NOT_HERE
    if course.recalled:
        return Verdict("It was recalled. Begin a new one.")
    if staff.account_id != course.begun.person:
        return Verdict("It is written by whoever began it.")
    return may_begin(staff)


def works_with_cases(staff: Staff) -> bool:
    """Tell whether a post may receive a release, and read one that it received."""
    return staff.has(*CASE_WORK)


def may_read(staff: Staff, course: Course, at: datetime) -> Verdict:
    """Test whether a recipient may read a release now: it is out, and is for this post, which works with cases.

    Source: docs/rules.md, "Releases".
    """
    said = course.said
    if staff.hub_id != course.hub_id or said is None or course.state(at) != State.OUT:
        return NOT_HERE
    for_them = any(one.staff == staff.pk for one in said.to.values())
    return ALLOWED if for_them and works_with_cases(staff) else NOT_HERE


def speaks_for(staff: Staff, owner: Owner | Word) -> bool:
    """Tell whether somebody speaks for an owner: answers for the agency or leads it; for the hub, who manages it."""
    if owner.of_hub:
        return staff.has(Duty.MANAGE)
    return owner.agency == staff.agency_id and (staff.has(Duty.ANSWER) or staff.leads)


def may_answer(staff: Staff, course: Course, owner: Owner) -> Verdict:
    """Test whether somebody may agree or veto for an owner: not whoever proposed it.

    Source: docs/rules.md, "An owner's veto".
    """
    if staff.hub_id != course.hub_id or not speaks_for(staff, owner):
        return NOT_HERE
    if staff.account_id in course.persons:
        return Verdict("You proposed it. Somebody else speaks for the agency that owns it.")
    return ALLOWED


def may_rule(staff: Staff, course: Course, veto: Word) -> Verdict:
    """Test whether somebody may decide on a veto: a senior lead who neither proposed nor vetoed.

    Source: docs/rules.md, "An owner's veto".
    """
    if staff.hub_id != course.hub_id or not staff.has(*SENIOR):
        return NOT_HERE
    if staff.account_id in course.persons | {veto.by.person}:
        return Verdict("Whoever proposed a release or vetoed it does not decide on the veto.")
    return ALLOWED


def may_approve(staff: Staff, course: Course, *, proposer: str) -> Verdict:
    """Test whether somebody may approve a release, or turn it down: cleared, with the duty, and another person.

    proposer: the name of whoever proposed it.  Two accounts of one name may be one person, and are taken for one.

    Source: docs/rules.md, "Releases".
    """
    if staff.hub_id != course.hub_id:
        return NOT_HERE
    same_name = " ".join(staff.account.name.casefold().split()) == " ".join(proposer.casefold().split())
    if staff.account_id in course.persons or same_name:
        return Verdict("You proposed it, or carry the name of whoever did. Another person approves it.")
    return may_begin(staff)


def may_recall(staff: Staff, course: Course) -> Verdict:
    """Test whether somebody may take a release back: who proposed it, an owner, and who manages the hub once it is out.

    Source: docs/rules.md, "Releases".
    """
    if staff.hub_id != course.hub_id:
        return NOT_HERE
    if course.recalled:
        return Verdict("It was recalled already.")
    owns = course.said is not None and any(speaks_for(staff, one) for one in course.said.owners)
    if staff.account_id == course.begun.person or owns or staff.has(Duty.MANAGE):
        return ALLOWED
    return Verdict("It is taken back by whoever proposed it, by an owner, or by who manages the hub.")


def follows_the_register(staff: Staff) -> bool:
    """Tell whether a post has the register: the cleared and the auditors of a hub, and who manages it.

    Who manages the hub and is not cleared finds there only what has gone out.
    """
    return staff.has(Duty.CLEAR, Duty.AUDIT, Duty.MANAGE)


def is_in_register(staff: Staff, course: Course) -> bool:
    """Tell whether a release stands in this worker's register.  Source: docs/rules.md, "Releases"."""
    if staff.hub_id != course.hub_id or not follows_the_register(staff):
        return False
    return staff.has(Duty.CLEAR, Duty.AUDIT) or course.went_out
