"""What an agency does with an enquiry: reads it, sends what it holds, adds to that later."""

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from mash.check import policy
from mash.check.actions.drafting import keep_draft, kept_draft
from mash.check.actions.holding import (
    DraftMoved,
    Incomplete,
    NotAsked,
    SearchIncomplete,
    hold,
    key_for,
    made_by,
    make_sure_it_was_asked,
    reason_for_lateness,
    still,
)
from mash.check.actions.writing import Writing
from mash.check.given import Given, Search
from mash.check.models import Answer, Enquiry, EnquirySeen, Return, Searched, Sharing, Withheld
from mash.check.queries.answering import (
    Drafted,
    SealedAnswer,
    facts_before,
    own_sealed,
    people_asked_about,
    searches_of,
)
from mash.common.verdict import require
from mash.ledger.actions import record
from mash.outage.actions import Paper, happened, keep_entered
from mash.outage.models import Entry
from mash.partnership.models import Staff
from mash.sealed.actions import reseal
from mash.sealed.grading import Grading


def see_enquiry(*, enquiry: Enquiry, by: Staff, at: datetime) -> None:
    """Keep the receipt that an agency opened what it was asked, once a worker.  A reading may do this.

    Source: docs/rules.md, "Evidence".
    """
    seen = EnquirySeen(hub_id=enquiry.hub_id, enquiry=enquiry, staff=by, at=at)
    EnquirySeen.objects.bulk_create([seen], ignore_conflicts=True)
    record("enquiry.seen", about=enquiry, at=at, hub_id=enquiry.hub_id)


@dataclass(frozen=True, slots=True)
class Sending:
    """What goes with a return.

    searches: by key of the enquiry's person.  part: more will follow.  view: the agency's own colour, if it gives one.
    key: of the form; the same form twice returns once.  paper: where it was answered on paper, which says when.
    """

    key: uuid.UUID
    part: bool
    searches: Mapping[str, Search]
    view: str = ""
    late_reason: str = ""
    paper: Paper | None = None


@transaction.atomic
def send_answers(*, enquiry: Enquiry, sending: Sending, version: int, by: Staff, at: datetime) -> Return:
    """Send what was drafted: all of it, or as a part what is whole so far.

    A sealed answer goes into the sealed room and leaves no row here.  Somebody who could not be searched makes the
    return a part.  version: of the draft as it was shown.

    Raises PermissionDenied, Withdrawn, DraftMoved, Incomplete, SearchIncomplete, LateReasonMissing.

    Source: docs/rules.md, "Answers", "Nil returns".
    """
    held = hold(enquiry, by)
    made = made_by(by, sending.key)
    if made:
        return made
    row, kept = kept_draft(held)
    if kept.version != version:
        raise DraftMoved(kept.by, kept.at)
    wrong = {key: one.problems() for key, one in kept.given.items() if one.problems()}
    if wrong and not sending.part:
        raise Incomplete(wrong)
    whole = [one for key, one in kept.given.items() if key not in wrong]
    left = {key: one for key, one in kept.given.items() if key in wrong}
    returned = _return(Writing(held, by, at), whole, sending)
    if left:
        keep_draft(held, row, Drafted(left, kept.versions), by, at)
    elif row:
        row.delete()
    return returned


@transaction.atomic
def take_by_telephone(
    *, enquiry: Enquiry, given: Sequence[Given], said_by: str, sending: Sending, by: Staff, at: datetime
) -> Return:
    """Write down, at the hub's desk, what an agency says on the telephone, and who said it.

    What it said while the product was away was written on paper: it answered then.

    Raises PermissionDenied, Withdrawn, Incomplete, SearchIncomplete, LateReasonMissing, NotAsked; with paper also
    NotThen and NotThatForm of `outage.actions`.

    Source: docs/rules.md, "Answers", "Entering what was on paper".
    """
    require(policy.may_take_by_telephone(by, enquiry))
    return _at_once(Writing(still(enquiry), by, at, said_by), given, sending)


@transaction.atomic
def answer_at_once(
    *, enquiry: Enquiry, given: Sequence[Given], sending: Sending, by: Staff, at: datetime
) -> Return:
    """Send an agency's answer without a draft, as its own system does; what colleagues have drafted stays theirs.

    Raises PermissionDenied, Withdrawn, Incomplete, SearchIncomplete, LateReasonMissing, NotAsked.

    Source: docs/rules.md, "Answers", "Nil returns".
    """
    return _at_once(Writing(hold(enquiry, by), by, at), given, sending)


def _at_once(writing: Writing, given: Sequence[Given], sending: Sending) -> Return:
    made = made_by(writing.by, sending.key)
    if made:
        return made
    typed = [one for one in given if not one.is_blank]
    make_sure_it_was_asked(writing.enquiry, typed)
    wrong = {one.key: one.problems() for one in typed if one.problems()}
    if wrong:
        raise Incomplete(wrong)
    return _return(writing, typed, sending)


def _return(writing: Writing, given: Sequence[Given], sending: Sending) -> Return:
    enquiry, by, at, paper = writing.enquiry, writing.by, writing.at, sending.paper
    away = happened(paper, hub=by.hub, facts=facts_before(enquiry), at=at) if paper else None
    answered_at = paper.happened_at if paper else at
    searches = _all_searches(enquiry, sending.searches)
    part = sending.part or any(one.result == Searched.COULD_NOT for one in searches.values())
    _make_sure_of_searches(enquiry, searches, sending, given)
    late_reason = reason_for_lateness(enquiry, sending.late_reason, answered_at)
    nothing = all(one.result == Searched.NOTHING for one in searches.values())
    nil = not part and nothing and not given and not _said_before(enquiry, by, at)
    writing.searches(sending.searches)
    writing.answers(given)
    returned = Return(
        id=key_for(by, sending.key),
        hub_id=enquiry.hub_id,
        enquiry=enquiry,
        part=part,
        nil=nil,
        late_reason=late_reason,
        view=sending.view,
        by=by,
        at=answered_at,
    )
    Return.objects.bulk_create([returned])
    if paper and away:
        contact = enquiry.check_asked.contact
        keep_entered(paper, away, what=Entry.ANSWER, contact=contact, of=returned.pk, by=by, at=at)
    detail = {"part": part, "nil": nil, "late": bool(late_reason), "telephone": bool(writing.said_by)}
    record("enquiry.answered", about=enquiry, at=at, hub_id=enquiry.hub_id, detail=detail)
    return returned


def _all_searches(enquiry: Enquiry, now: Mapping[str, Search]) -> dict[str, Search]:
    """Return the searches that count once this send is made: the newest for each person."""
    before = {
        str(key): Search(result=row.result, how=row.how, again_on=row.again_on)
        for key, row in searches_of(enquiry).items()
    }
    return {**before, **now}


def _make_sure_of_searches(
    enquiry: Enquiry, searches: Mapping[str, Search], sending: Sending, given: Sequence[Given]
) -> None:
    """Check that each tick is whole, agrees with what is given, and is there for everybody in a whole return.

    Source: docs/rules.md, "Nil returns".
    """
    people = {str(person.pk) for person in people_asked_about(enquiry)}
    wrong = {key: one.problems() for key, one in sending.searches.items() if one.problems()}
    answered = {one.person for one in given}
    for key in people:
        search = searches.get(key)
        if search is None and not sending.part:
            wrong[key] = {"result": "Tick what the search for this person found"}
        if search and search.result == Searched.NOTHING and key in answered:
            wrong[key] = {"result": "You answer about this person: nothing held cannot be ticked"}
    if wrong:
        raise SearchIncomplete(wrong)
    if set(sending.searches) - people:
        raise NotAsked


def _said_before(enquiry: Enquiry, by: Staff, at: datetime) -> bool:
    """Tell whether the agency gave or held back anything earlier, as far as this worker may know."""
    return (
        Answer.objects.filter(enquiry=enquiry).exists()
        or Withheld.objects.filter(enquiry=enquiry).exists()
        or bool(own_sealed(by, enquiry, at))
    )


@transaction.atomic
def supplement(*, enquiry: Enquiry, supplements: uuid.UUID, given: Given, by: Staff, at: datetime) -> None:
    """Add to an answer that was sent, which itself is never changed.  The same again adds once.

    supplements: key of an answer of this enquiry, or of an own sealed item.

    Raises PermissionDenied, Withdrawn, Incomplete, NotAsked; NotYours for what this worker cannot add to.

    Source: docs/rules.md, "Answers".
    """
    held = hold(enquiry, by)
    make_sure_it_was_asked(held, [given])
    problems = given.problems() or ({"words": "Write what you want to add"} if given.is_blank else {})
    if problems:
        raise Incomplete({given.key: problems})
    if Answer.objects.filter(pk=given.key).exists():
        return
    added_to = None if _is_sealed_onto_an_answer(held, given, supplements) else supplements
    Writing(held, by, at, supplements=added_to).answers([given])
    record("enquiry.supplemented", about=held, at=at, hub_id=held.hub_id)


@transaction.atomic
def seal_anew(
    *,
    enquiry: Enquiry,
    sealed: SealedAnswer,
    words: str,
    grading: Grading,
    classification: str = "",
    by: Staff,
    at: datetime,
) -> None:
    """Seal a newer wording or grading of one's own sealed answer; the earlier one stays beside it, for the cleared.

    The record has the same line as of any addition, so that it does not tell that something is sealed.  A release that
    rests on the earlier one is not approved any more.

    Raises PermissionDenied, Withdrawn, Resealed, NotYours, NotForThisSystem, WrongGrading.

    Source: docs/rules.md, "The sealed room".
    """
    held = hold(enquiry, by)
    kept = {
        "question": sealed.question,
        "words": words,
        "on": sealed.on.isoformat() if sealed.on else "",
        "precision": sealed.precision,
    }
    reseal(
        case=held.contact_id_opaque,
        item=sealed.item.key,
        words=json.dumps(kept, ensure_ascii=False),
        grading=grading,
        classification=classification,
        by=by,
        at=at,
    )
    record("enquiry.supplemented", about=held, at=at, hub_id=held.hub_id)


def _is_sealed_onto_an_answer(enquiry: Enquiry, given: Given, supplements: uuid.UUID) -> bool:
    """Tell whether one of the two lies in the sealed room and the other does not: then neither names the other."""
    shared = Answer.objects.filter(pk=supplements, enquiry=enquiry).exists()
    return shared == (given.sharing == Sharing.SEALED)
