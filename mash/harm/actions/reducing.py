"""What is done about a pattern: taken up, written down as it goes, and closed with what came of it.

Source: docs/rules.md, "What is done about a pattern".
"""

import uuid
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.timezone import localdate

from mash.common.verdict import require
from mash.harm import content, policy
from mash.harm.actions.grouping import NAMES_SOMEBODY, names
from mash.harm.actions.refusals import HasEnded, NotWhole
from mash.harm.actions.watching import subject_of
from mash.harm.models import Ending, Reduction, ReductionNote
from mash.harm.queries.things import Thing
from mash.ledger.actions import record
from mash.partnership.models import Agency, Staff

EARLIEST, LATEST = timedelta(days=366), timedelta(days=731)


@transaction.atomic
def take_up(
    *,
    key: uuid.UUID,
    thing: Thing,
    agency: Agency,
    named: str,
    action: str,
    known_by: str,
    due_on: date,
    from_on: date,
    by: Staff,
    at: datetime,
) -> Reduction:
    """Write down what is to make a pattern less.  The same key again makes none.

    named: who at the agency answers for it.  from_on: the first day that counts as after.

    Raises PermissionDenied, or NotWhole.
    """
    require(policy.may_act(by))
    made = Reduction.objects.filter(key=key, hub=by.hub_id).first()
    if made:
        return made
    today = localdate(at)
    wrong = {
        place: ask
        for place, said, ask in (
            ("named", named, "Say who answers for it, by name"),
            ("action", action, "Say what is done"),
            ("known_by", known_by, "Say how you would know that it helped"),
        )
        if not said.strip()
    }
    members = [one.person for one in thing.members]
    for place, said in (("action", action), ("known_by", known_by)):
        if names(said, members):
            wrong[place] = NAMES_SOMEBODY
    if due_on < today:
        wrong["due_on"] = "Choose today or a later day"
    elif due_on > today + LATEST:
        wrong["due_on"] = "Choose a day within two years"
    if not today - EARLIEST <= from_on <= today + LATEST:
        wrong["from_on"] = "Choose a day within a year before today, or two years after"
    if wrong:
        raise NotWhole(wrong)
    kept = Reduction(
        hub_id=by.hub_id,
        key=key,
        agency=agency,
        named=named.strip(),
        action=action.strip(),
        known_by=known_by.strip(),
        due_on=due_on,
        from_on=from_on,
        days=content.numbers()["before_and_after_days"],
        by=by,
        at=at,
        **subject_of(thing),
    )
    kept.save(force_insert=True)
    record("harm.taken_up", about=kept, at=at, hub_id=by.hub_id, detail={"subject": str(thing.key)})
    return kept


@transaction.atomic
def note(*, reduction: Reduction, key: uuid.UUID, words: str, by: Staff, at: datetime) -> ReductionNote:
    """Write down what was done of it.  The same key again makes none.

    Raises PermissionDenied, HasEnded, or NotWhole.
    """
    require(policy.may_act(by))
    held = Reduction.objects.select_for_update().get(pk=reduction.pk)
    made = ReductionNote.objects.filter(key=key, reduction=held).first()
    if made:
        return made
    if held.ended_at:
        raise HasEnded("It is closed: nothing more is written down.")
    if not words.strip():
        raise NotWhole({"words": "Say what was done"})
    made = ReductionNote(hub_id=by.hub_id, reduction=held, key=key, words=words.strip(), by=by, at=at)
    made.save(force_insert=True)
    record("harm.done_noted", about=held, at=at, hub_id=by.hub_id)
    return made


@transaction.atomic
def close(*, reduction: Reduction, ending: str, words: str, by: Staff, at: datetime) -> None:
    """Close it with what came of it, in words.

    Raises PermissionDenied, HasEnded, or NotWhole.
    """
    require(policy.may_act(by))
    wrong = {} if ending in Ending.values else {"ending": "Choose what came of it"}
    if not words.strip():
        wrong["words"] = "Say what came of it, and how you know"
    if wrong:
        raise NotWhole(wrong)
    closed = Reduction.objects.filter(pk=reduction.pk, ended_at=None).update(
        ended_at=at, ended_by=by, ending=ending, ended_words=words.strip()
    )
    if not closed:
        raise HasEnded("It is closed already.")
    record("harm.closed", about=reduction, at=at, hub_id=by.hub_id, detail={"ending": ending})
