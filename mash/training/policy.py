"""Who may do what in training.  To audit it, read this file: no rule lives elsewhere.

Nothing here is a mark of a person: who sees a record sees what was taken and when, and no order of people.
"""

from datetime import datetime

from django.db.models import Q

from mash.common.verdict import ALLOWED, Verdict
from mash.partnership.models import Duty, Staff
from mash.training.models import Came, Learner, Moment, Session, Step

TRAINS = (Duty.TRAIN, Duty.MANAGE)
NOT_HERE = Verdict("This is not one you can work on.")
TRAINERS = "This is done by whoever has the duty to train, or manages the hub."


def may_train(staff: Staff) -> Verdict:
    """Test whether a post keeps the hub's training: its sessions, its learners and what came of them.

    Source: docs/rules.md, "Training programmes".
    """
    return ALLOWED if staff.has(*TRAINS) else Verdict(TRAINERS)


def may_see(staff: Staff, learner: Learner) -> Verdict:
    """Test whether a post sees somebody's record: they themselves, their mentor and line manager, and who trains.

    Source: docs/rules.md, "A learner’s record".
    """
    if staff.hub_id != learner.hub_id:
        return NOT_HERE
    own = learner.account_id is not None and learner.account_id == staff.account_id
    with_them = staff.pk in (learner.mentor_id, learner.line_manager_id)
    return ALLOWED if own or with_them or staff.has(*TRAINS) else NOT_HERE


def seen_by(staff: Staff) -> Q:
    """Return the rule of `may_see` as a filter on learners.  A test holds the two and the database together."""
    here = Q(hub=staff.hub_id)
    if staff.has(*TRAINS):
        return here
    return here & (Q(account=staff.account_id) | Q(mentor=staff.pk) | Q(line_manager=staff.pk))


def may_book(staff: Staff, learner: Learner) -> Verdict:
    """Test whether a post may take a place for somebody, or give it back: whoever sees their record.

    Source: docs/rules.md, "Places on a session".
    """
    return may_see(staff, learner)


def may_say(
    staff: Staff, learner: Learner, session: Session, *, moment: str, came: str, at: datetime
) -> Verdict:
    """Test whether a post may write what somebody says of themselves: they; for who signs in nowhere, who trains.

    came: as written down of that session, "" for nothing.  Before it, until it ends; after it once they came.

    Source: docs/rules.md, "What a course changes".
    """
    if staff.hub_id != learner.hub_id:
        return NOT_HERE
    own = learner.account_id is not None and learner.account_id == staff.account_id
    if not own and not (learner.account_id is None and staff.has(*TRAINS)):
        return NOT_HERE
    if session.called_off_at:
        return Verdict("This session was called off.")
    if moment == Moment.BEFORE:
        return ALLOWED if at < session.ends_at else Verdict("The session is over: say how it is now.")
    if came not in (Came.CAME, Came.PART):
        return Verdict("This is asked of whoever came, once that is written down.")
    return ALLOWED


def may_read_answers(staff: Staff) -> Verdict:
    """Test whether a post reads what people said of a course, without their names: whoever keeps the training.

    Source: docs/rules.md, "What a course changes".
    """
    return may_train(staff)


def may_log(staff: Staff, learner: Learner) -> Verdict:
    """Test whether a post may log what somebody learnt: they themselves, and whoever trains.

    Source: docs/rules.md, "Continuing development".
    """
    if staff.hub_id != learner.hub_id:
        return NOT_HERE
    own = learner.account_id is not None and learner.account_id == staff.account_id
    return ALLOWED if own or staff.has(*TRAINS) else NOT_HERE


def may_sign(staff: Staff, learner: Learner, step: str) -> Verdict:
    """Test whether a post may sign somebody's path at a step: as their mentor, or as their line manager.

    Nobody signs their own, and nobody both: by whatever post they hold.

    Source: docs/rules.md, "A path and its signatures".
    """
    if staff.hub_id != learner.hub_id:
        return NOT_HERE
    mentor, manager = learner.mentor, learner.line_manager
    post, other = (mentor, manager) if step == Step.MENTOR else (manager, mentor)
    if post is None or post.pk != staff.pk:
        return Verdict("A path is signed by the learner’s mentor, and then by their line manager.")
    if learner.account_id == staff.account_id:
        return Verdict("Nobody signs their own path.")
    if other is not None and other.account_id == staff.account_id:
        return Verdict("Mentor and line manager are two people: somebody else must be named first.")
    return ALLOWED
