"""Views against a decision, each kept in its own words, and how they climb until they are settled."""

import uuid
from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from mash.common.turns import take_turn
from mash.common.verdict import require
from mash.contact.models import Contact
from mash.decision import policy
from mash.decision.actions.refusals import NotWhole
from mash.decision.actions.reopening import reopen
from mash.decision.actions.telling_of_dissent import tell_of_stage, tell_them, tell_who_referred
from mash.decision.climbing import next_stage
from mash.decision.models import (
    Decision,
    Dissent,
    DissentEnd,
    DissentStage,
    DissentWord,
    Ending,
    WhyReopened,
    WordKind,
)
from mash.decision.queries import standing_for
from mash.decision.queries.disagreeing import standing_of
from mash.ledger.actions import record
from mash.partnership.models import Agency, Staff
from mash.triage.limits import target_of
from mash.triage.queries import hub_time


class NothingDecided(Exception):
    """No decision stands that somebody could disagree with."""


class NotItsTurn(Exception):
    """The disagreement has moved on since the page was opened."""


@transaction.atomic
def record_dissent(
    *,
    key: uuid.UUID,
    decision: Decision,
    who: str,
    words: str,
    urgent: bool = False,
    agency: Agency | None = None,
    by: Staff,
    at: datetime,
) -> Dissent:
    """Keep that somebody does not agree with a decision, in their words, and begin its first stage.

    key: of the form; the same form again returns what it made.  who: whose view it is; `by` writes it down.
    urgent: a child is at immediate risk, and the shortest limits run.  agency: whose post may follow and answer it.

    Raises PermissionDenied, and NotWhole when it says too little.

    Source: docs/rules.md, "Disagreement".
    """
    require(policy.may_read(by, decision))
    contact = decision.contact
    return _keep(key, decision, contact, who, words, urgent=urgent, agency=agency, by=by, at=at)


@transaction.atomic
def disagree_as_referrer(
    *,
    key: uuid.UUID,
    contact: Contact,
    who: str,
    words: str,
    urgent: bool = False,
    agency: Agency | None = None,
    by: Staff | None = None,
    at: datetime,
) -> Dissent:
    """Keep that whoever referred, or was asked, does not agree with the decision that stands on a contact.

    key: of the form; the same form again returns what it made.  who: as the hub's desk knows them.
    agency, by: the agency and the post that say so, where it is one that can follow it.
    Acts as the service `front_door`, which has made sure that it is they.

    Raises NothingDecided, and NotWhole when it says too little.

    Source: docs/rules.md, "Disagreement".
    """
    decision = standing_for(contact)
    if decision is None:
        raise NothingDecided(contact)
    return _keep(key, decision, contact, who, words, urgent=urgent, agency=agency, by=by, at=at)


def _keep(
    key: uuid.UUID,
    decision: Decision,
    contact: Contact,
    who: str,
    words: str,
    *,
    urgent: bool,
    agency: Agency | None,
    by: Staff | None,
    at: datetime,
) -> Dissent:
    made = Dissent.objects.filter(key=key, decision=decision).first()
    if made:
        return made
    if not (who.strip() and words.strip()):
        raise NotWhole("Say who disagrees, and what they say.")
    dissent = Dissent(
        hub_id=decision.hub_id,
        decision=decision,
        contact=contact,
        reference=contact.reference,
        agency=agency,
        urgent=urgent,
        key=key,
        who=who.strip(),
        words=words.strip(),
        by=by,
        at=at,
    )
    dissent.save(force_insert=True)
    detail = {"urgent": urgent, "agency": str(agency.pk) if agency else ""}
    record("decision.disagreed_with", about=decision, at=at, hub_id=decision.hub_id, detail=detail)
    _begin(dissent, 0, why="", by=by, at=at)
    return dissent


@transaction.atomic
def answer_dissent(*, key: uuid.UUID, dissent: Dissent, who: str, text: str, by: Staff, at: datetime) -> None:
    """Answer a disagreement at the stage where it stands.  The same form twice says it once.

    who: whose answer it is; `by` writes it down.

    Raises PermissionDenied, NotWhole, and NotItsTurn where it ended or was agreed meanwhile.

    Source: docs/rules.md, "Disagreement".
    """
    require(policy.may_answer_dissent(by, dissent))
    stage = _held(dissent, key, turns=("hub", "them"))
    if stage:
        require(policy.may_answer_stage(by, dissent, stage.number))
        _say(stage, WordKind.ANSWER, key, who, text, by=by, at=at)
        tell_them(dissent, at=at)
        tell_who_referred(dissent, f"{who.strip()}:\n\n{text.strip()}", by=by, at=at)


@transaction.atomic
def say_of_answer(
    *, key: uuid.UUID, dissent: Dissent, agrees: bool, who: str, text: str, by: Staff, at: datetime
) -> None:
    """Keep whether whoever disagrees agrees with the answer; where they do not, it climbs at once.

    who: whose word it is; `by` writes it down.  After the last stage it stays there until its end is recorded.

    Raises PermissionDenied, NotWhole, and NotItsTurn where nothing was answered or it was said already.

    Source: docs/rules.md, "Disagreement".
    """
    require(policy.may_speak_for_dissent(by, dissent))
    stage = _held(dissent, key, turns=("them",))
    if stage is None:
        return
    _say(stage, WordKind.AGREES if agrees else WordKind.NOT_AGREED, key, who, text, by=by, at=at)
    if not agrees:
        _begin(dissent, stage.number, why=text.strip(), by=by, at=at)


@transaction.atomic
def take_higher(*, dissent: Dissent, from_stage: int, why: str, by: Staff, at: datetime) -> None:
    """Take a disagreement to its next stage before its time is up.  Twice takes it one stage.

    from_stage: the number of the stage at which it stood when the page was opened.

    Raises PermissionDenied, NotWhole, and NotItsTurn where it ended, was agreed, or stands at its last stage.

    Source: docs/rules.md, "Disagreement".
    """
    require(policy.may_speak_for_dissent(by, dissent))
    _hold(dissent)
    stands = standing_of(dissent)
    if stands.number == from_stage + 1:
        return
    if stands.turn not in {"hub", "them", "not_begun"} or stands.is_last or stands.number != from_stage:
        raise NotItsTurn(dissent)
    if not why.strip():
        raise NotWhole("Say why it is taken to the next stage now.")
    _begin(dissent, stands.number, why=why.strip(), by=by, at=at)


@transaction.atomic
def climb_when_due(*, dissent: Dissent, at: datetime) -> bool:
    """Take a disagreement one stage higher whose time is up; return whether it climbed.  Acts as a program.

    Source: docs/rules.md, "Disagreement".
    """
    _hold(dissent)
    stands = standing_of(dissent)
    if not stands.climbs(at):
        return False
    _begin(dissent, stands.number, why="", by=None, at=at)
    return True


@transaction.atomic
def end_dissent(
    *, dissent: Dissent, outcome: str, words: str, learning: str, by: Staff, at: datetime
) -> DissentEnd:
    """Record how a disagreement ended and what was learnt; a decision that was wrong is reopened with it.

    That the decision stands is recorded once whoever disagreed agrees, or at the last stage.
    Twice changes nothing.

    Raises PermissionDenied, NotWhole, NotItsTurn, and AlreadyDecided where a newer decision stands already.

    Source: docs/rules.md, "Disagreement", "Reopening a decision".
    """
    require(policy.may_end_dissent(by, dissent))
    _hold(dissent)
    ended = DissentEnd.objects.filter(dissent=dissent).first()
    if ended:
        return ended
    if outcome not in {Ending.STANDS, Ending.CHANGED, Ending.REOPENED}:
        raise NotWhole("Say what became of the decision.")
    if not (words.strip() and learning.strip()):
        raise NotWhole("Say why it ended so, and what was learnt.")
    stands = standing_of(dissent)
    if outcome == Ending.STANDS and not (stands.turn == "settle" or stands.is_last):
        raise NotItsTurn(dissent)
    if outcome == Ending.REOPENED:
        reopen(
            decision=dissent.decision,
            kind=WhyReopened.WRONG,
            why=f"After a disagreement: {words.strip()}",
            by=by,
            at=at,
        )
    return _end(dissent, outcome, words, learning, by=by, at=at)


@transaction.atomic
def withdraw_dissent(*, dissent: Dissent, words: str, by: Staff, at: datetime) -> DissentEnd:
    """Withdraw a disagreement.  Twice changes nothing.

    Raises PermissionDenied, and NotWhole.

    Source: docs/rules.md, "Disagreement".
    """
    require(policy.may_speak_for_dissent(by, dissent))
    _hold(dissent)
    ended = DissentEnd.objects.filter(dissent=dissent).first()
    if ended:
        return ended
    if not words.strip():
        raise NotWhole("Say why it is withdrawn.")
    return _end(dissent, Ending.WITHDRAWN, words, "", by=by, at=at)


def _end(dissent: Dissent, outcome: str, words: str, learning: str, *, by: Staff, at: datetime) -> DissentEnd:
    ended = DissentEnd(
        hub_id=dissent.hub_id,
        dissent=dissent,
        outcome=outcome,
        words=words.strip(),
        learning=learning.strip(),
        by=by,
        at=at,
    )
    ended.save(force_insert=True)
    record("dissent.ended", about=dissent, at=at, hub_id=dissent.hub_id, detail={"outcome": str(outcome)})
    tell_who_referred(dissent, f"{Ending(outcome).label}.\n\n{words.strip()}", by=by, at=at)
    return ended


def _begin(dissent: Dissent, after: int, *, why: str, by: Staff | None, at: datetime) -> None:
    """Begin the stage after a number, if there is one: its time runs from now."""
    step = next_stage(after)
    if step is None:
        return
    limit = (step.urgent_within if dissent.urgent else None) or step.within
    week = hub_time(dissent.hub, localdate(at)).week
    stage = DissentStage(
        hub_id=dissent.hub_id,
        dissent=dissent,
        number=step.step,
        place=step.id,
        who=step.who,
        why=why,
        by=by,
        at=at,
        due_at=target_of(limit).due_at(at, week),
    )
    stage.save(force_insert=True)
    detail = {"stage": step.id, "by_itself": by is None and after > 0}
    record("dissent.climbed", about=dissent, at=at, hub_id=dissent.hub_id, detail=detail)
    tell_of_stage(dissent, stage, at=at)


def _hold(dissent: Dissent) -> None:
    """Let nobody else move this disagreement until the transaction ends."""
    take_turn(f"dissent:{dissent.pk}")


def _held(dissent: Dissent, key: uuid.UUID, turns: tuple[str, ...]) -> DissentStage | None:
    """Return the stage at which something may be said now, held still; None where this form said it already."""
    _hold(dissent)
    if DissentWord.objects.filter(key=key, stage__dissent=dissent).exists():
        return None
    if standing_of(dissent).turn not in turns:
        raise NotItsTurn(dissent)
    return dissent.stages.order_by("-number").first()


def _say(
    stage: DissentStage, kind: str, key: uuid.UUID, who: str, text: str, *, by: Staff, at: datetime
) -> None:
    if not (who.strip() and text.strip()):
        raise NotWhole("Say who says it, and what they say.")
    word = DissentWord(
        hub_id=stage.hub_id,
        stage=stage,
        key=key,
        kind=kind,
        who=who.strip(),
        text=text.strip(),
        by=by,
        at=at,
    )
    word.save(force_insert=True)
    detail = {"stage": stage.place, "kind": str(kind)}
    record("dissent.said", about=stage.dissent, at=at, hub_id=stage.hub_id, detail=detail)
