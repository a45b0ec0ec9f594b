"""Who may do what with exercises.  To audit it, read this file: no rule lives elsewhere."""

from mash.common.verdict import Verdict
from mash.exercise.models import Group, Run
from mash.partnership.models import Staff
from mash.training import policy as training

NOT_HERE = Verdict("This is not one you can work on.")


def may_train(staff: Staff) -> Verdict:
    """Test whether a post keeps exercises, runs them and reads what came of them: whoever keeps the hub's training.

    Nobody trains in the hub of an exercise.

    Source: docs/rules.md, "Exercises".
    """
    return NOT_HERE if sits_in_an_exercise(staff) else training.may_train(staff)


def may_facilitate(staff: Staff, run: Run) -> Verdict:
    """Test whether a post releases, notes and scores in a run: whoever trains, while it has not ended.

    Source: docs/rules.md, "A run of an exercise".
    """
    if staff.hub_id != run.hub_id:
        return NOT_HERE
    if run.ended_at:
        return Verdict("This run has ended. It can be read, and begun again as a new one.")
    return may_train(staff)


def may_score(staff: Staff, group: Group) -> Verdict:
    """Test whether a post observes a group: whoever trains, and after it ended too, until its records are gone.

    Source: docs/rules.md, "Observable points".
    """
    if staff.hub_id != group.hub_id:
        return NOT_HERE
    if group.run.disposed_at:
        return Verdict("The records of this run are gone, and its scores stay as they are.")
    return may_train(staff)


def sits_in_an_exercise(staff: Staff) -> bool:
    """Tell whether a post is a seat of an exercise: it has a paper feed, and nothing of a live hub."""
    return staff.hub.exercise_for_id is not None
