"""Deciding on a contact: outcomes for each person, on a picture that is frozen, and what then takes effect."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from mash.check.models import Check
from mash.common.verdict import require
from mash.contact.models import Contact, ContactPerson
from mash.decision import adults, content, direction, needs, policy, queries
from mash.decision.actions.refusals import (
    AlreadyDecided,
    AnswersMissing,
    NotAgreed,
    NotSettled,
    NotWhole,
    PictureChanged,
)
from mash.decision.actions.standing import hold_event, stand
from mash.decision.actions.words import check_told
from mash.decision.models import Decision, Outcome, Without
from mash.ledger.actions import record
from mash.outage.actions import Paper, happened, keep_entered
from mash.outage.models import Entry
from mash.partnership.models import Agency, Staff
from mash.people.models import Person
from mash.triage.adults import AdultRecord, record_of

OPTIONAL_NEEDS = {direction.TO_ANOTHER_AUTHORITY: direction.ACCEPTANCE}


@dataclass(frozen=True, slots=True)
class Proposed:
    """What is decided for one person: a main outcome, or one alongside.

    level: of need, 1 to 4, for a main outcome.  needs: what the outcome asks to be recorded, id to words.
    ends_open_help: whether help that is open ends; None where none is.
    """

    about: ContactPerson
    outcome: str
    level: int | None = None
    needs: Mapping[str, str] = field(default_factory=dict)
    ends_open_help: bool | None = None


@dataclass(frozen=True, slots=True)
class _Move:
    """A proposal with what was worked out for it.  adult: what is recorded of an adult at risk; None for a child."""

    proposed: Proposed
    outcome: content.Outcome
    person: Person | None
    before: direction.Standing
    direction: content.Direction
    adult: AdultRecord | None


@transaction.atomic
def decide(
    *,
    key: uuid.UUID,
    contact: Contact,
    follows: Decision | None,
    outcomes: Sequence[Proposed],
    reasons: str,
    what_would_change_it: str = "",
    without: Mapping[Agency, str] | None = None,
    told: Mapping[uuid.UUID, Mapping[str, str]] | None = None,
    history_read: bool = False,
    overrides_agreement: bool = False,
    seen: str | None = None,
    paper: Paper | None = None,
    by: Staff,
    at: datetime,
) -> Decision:
    """Decide on a contact.  It stands at once, or waits for a second and a cleared person.

    key: of the form; the same form again returns the decision it made.
    follows: the decision that stood when the form was opened.
    without: agency to why its answer is not waited for.  told: contact of the event to the gaps of its letter.
    seen: fingerprint of the picture on the form; None where the picture was not shown.

    paper: where it was decided on paper, which says when; its picture is the one of the moment of entry.
    overrides_agreement: an outcome needs an agreement nobody gave, and the reasons say why it goes on.

    Raises PermissionDenied, NotSettled, AnswersMissing, AlreadyDecided, PictureChanged, NotWhole, NotAgreed, and
    telling.NotForThisReferrer.  With paper also NotThen and NotThatForm of `outage.actions`.

    Source: docs/rules.md, "Decision", "Who decides", "Second person", "No false all-clear", "The hub’s own decisions",
    "Entering what was on paper".
    """
    hold_event(contact)
    made = queries.by_key(by, contact, key)
    if made:
        return made
    event = queries.Event(contact)
    colour = event.colour
    require(policy.may_decide(by, contact, _known(outcomes), colour))
    require(policy.may_decide_anew(by, follows))
    _refuse_if_decided(event, follows)
    _refuse_unsettled(event, only_at_risk=_only_passes_on(outcomes))
    picture = queries.draw(event, at)
    if seen is not None and seen != queries.fingerprint(picture):
        raise PictureChanged
    checks = queries.open_checks(event)
    _refuse_missing(checks, without or {})
    moves = _moves(event, outcomes, at)
    _refuse_incomplete(event, moves, reasons, history_read=history_read)
    if not overrides_agreement:
        _refuse_not_agreed(moves, at)
    repeat = bool(picture["repeats"])
    asked = needs.approvals(((one.outcome, one.direction) for one in moves), colour, repeat=repeat)
    check_told(contact, [one.outcome for one in moves if not _alongside(one)], told or {})
    away = (
        happened(paper, hub=contact.hub, facts=queries.facts_before(event, follows), at=at) if paper else None
    )
    decision = Decision(
        hub_id=contact.hub_id,
        contact=contact,
        mash_check=checks[0] if checks else queries.newest_check(event),
        key=key,
        follows=follows,
        colour=colour,
        repeat=repeat,
        reasons=reasons.strip(),
        what_would_change_it=what_would_change_it.strip(),
        history_read=history_read,
        overrides_agreement=overrides_agreement,
        snapshot=picture,
        told={str(key): dict(gaps) for key, gaps in (told or {}).items()},
        closes=asked.clearance,
        needs_second=asked.second,
        needs_clearance=asked.clearance,
        by=by,
        at=at,
    )
    decision.save(force_insert=True)
    Outcome.objects.bulk_create(_row(decision, one) for one in moves)
    Without.objects.bulk_create(
        Without(hub_id=contact.hub_id, decision=decision, agency=agency, why=why.strip())
        for agency, why in (without or {}).items()
    )
    record(
        "decision.proposed" if asked.second or asked.clearance else "decision.taken",
        about=decision,
        at=at,
        hub_id=by.hub_id,
        detail={
            "contact": str(contact.pk),
            "outcomes": [one.outcome.id for one in moves],
            "without": len(without or {}),
        },
    )
    if paper and away:
        keep_entered(paper, away, what=Entry.DECISION, contact=contact, of=decision.pk, by=by, at=at)
    if not (asked.second or asked.clearance):
        stand(decision, by=by, at=at, stood_at=paper.happened_at if paper else None)
    return decision


def weigh(
    *, contact: Contact, outcomes: Sequence[Proposed], colour: str, repeat: bool, at: datetime
) -> tuple[list[content.Direction], needs.Approvals]:
    """Return where each proposal would move its person, and whose word a decision so made would wait for.

    Raises NotSettled.  Writes nothing.
    """
    moves = _moves(queries.Event(contact), outcomes, at)
    asked = needs.approvals(((one.outcome, one.direction) for one in moves), colour, repeat=repeat)
    return [one.direction for one in moves], asked


def _known(proposed: Iterable[Proposed]) -> list[content.Outcome]:
    known = content.outcomes()
    unknown = [one.outcome for one in proposed if one.outcome not in known]
    if unknown:
        raise NotWhole(f"There is no outcome called {unknown[0]}.")
    return [known[one.outcome] for one in proposed]


def _refuse_if_decided(event: queries.Event, follows: Decision | None) -> None:
    newest = queries.newest_of(event)
    if newest and (newest.waits or newest.pk != (follows.pk if follows else None)):
        raise AlreadyDecided(newest)


def _only_passes_on(outcomes: Iterable[Proposed]) -> bool:
    """Tell whether everybody goes to a worker they have: at once, and nobody else need be settled first."""
    return {one.outcome for one in outcomes} == {needs.TO_ALLOCATED_WORKER}


def _refuse_unsettled(event: queries.Event, *, only_at_risk: bool) -> None:
    unsettled = [one for one in queries.unsettled(event) if one.is_at_risk or not only_at_risk]
    if unsettled:
        raise NotSettled(", ".join(str(one) for one in unsettled))


def _refuse_missing(checks: Sequence[Check], without: Mapping[Agency, str]) -> None:
    missing = queries.missing_agencies(checks)
    said = {agency.pk for agency, why in without.items() if why.strip()}
    silent = [agency.name for agency in missing if agency.pk not in said]
    if silent:
        raise AnswersMissing(", ".join(silent))
    if {agency.pk for agency in without} - {agency.pk for agency in missing}:
        raise PictureChanged


def _alongside(move: _Move) -> bool:
    return move.outcome.kind == "alongside"


def _moves(event: queries.Event, proposed: Sequence[Proposed], at: datetime) -> list[_Move]:
    return [_move(one, event.settled.get(one.about.pk), at) for one in proposed]


def _move(proposed: Proposed, person: Person | None, at: datetime) -> _Move:
    outcome = content.outcomes()[proposed.outcome]
    spells = queries.spells_of(person) if person else []  # of somebody unknown no history is known either
    before = direction.standing(spells, queries.day_of(at))
    found: content.Direction = "none"
    if outcome.kind == "main":
        found = direction.direction(
            before,
            outcome,
            ends_open_help=bool(proposed.ends_open_help),
            moved=direction.has_accepted(outcome, dict(proposed.needs)),
        )
    adult = record_of(proposed.about, at) if queries.subject_of(proposed.about) == "adult" else None
    return _Move(proposed, outcome, person, before, found, adult)


def _refuse_incomplete(
    event: queries.Event, moves: Sequence[_Move], reasons: str, *, history_read: bool
) -> None:
    at_risk = {one.pk: one for one in event.to_decide}
    if not at_risk:
        raise NotWhole("Nobody in this contact is a child or an adult at risk.")
    mains = [one.proposed.about.pk for one in moves if not _alongside(one)]
    for key, person in at_risk.items():
        if mains.count(key) != 1:
            raise NotWhole(f"Choose one main outcome for {person}.")
    if not reasons.strip():
        raise NotWhole("Give the reasons.")
    for one in moves:
        if one.proposed.about.pk not in at_risk:
            raise NotWhole(f"{one.proposed.about} is not a child or an adult at risk.")
        _refuse_half_said(one, history_read=history_read)


def _refuse_half_said(move: _Move, *, history_read: bool) -> None:
    about, outcome = move.proposed.about, move.outcome
    if outcome.id == needs.BACK_FOR_AGREEMENT:
        raise NotWhole("Going back to the referrer for agreement is not a decision: use its own page.")
    if outcome.sealed:
        raise NotWhole(f"{outcome.label} is opened by itself, and stands on no decision.")
    if not outcome.is_about(queries.subject_of(about)):
        raise NotWhole(f"{outcome.label} does not fit {about}.")
    optional = OPTIONAL_NEEDS.get(outcome.id, ())
    for need in queries.needs_to_say(outcome):
        if need not in optional and not move.proposed.needs.get(need, "").strip():
            raise NotWhole(f"{outcome.label}, {about}: say {queries.need_label(need)}.")
    _refuse_for_an_adult(move)
    if _alongside(move) or outcome.id == needs.TO_ALLOCATED_WORKER:
        return
    if move.proposed.level is None:
        raise NotWhole(f"Choose the level of need of {about}.")
    if "history_read" in outcome.needs and not history_read:
        raise NotWhole("Say that you have read the history.")
    open_help = move.before.tier is not None and not direction.gives_help(outcome)
    if open_help and move.proposed.ends_open_help is None:
        raise NotWhole(f"Say whether the help that is open with {about} ends.")


def _refuse_for_an_adult(move: _Move) -> None:
    """Refuse an outcome that does not fit what is recorded of an adult.  Source: docs/rules.md, "Adults at risk"."""
    refusal = adults.why_not(move.outcome, move.adult) if move.adult else ""
    if refusal:
        raise NotWhole(f"{move.outcome.label}, {move.proposed.about}: {refusal}.")


def _refuse_not_agreed(moves: Iterable[_Move], at: datetime) -> None:
    gaps = queries.agreement_gaps(((one.proposed.about, one.outcome) for one in moves), at)
    if gaps:
        raise NotAgreed("; ".join(f"{outcome.label}, {about}" for about, outcome in gaps))


def _row(decision: Decision, move: _Move) -> Outcome:
    said: dict[str, Any] = {need: words.strip() for need, words in move.proposed.needs.items()}
    if move.adult:
        said |= adults.recorded_words(move.outcome, move.adult)
    return Outcome(
        hub_id=decision.hub_id,
        decision=decision,
        about=move.proposed.about,
        person=move.person,
        outcome=move.outcome.id,
        alongside=_alongside(move),
        level=move.proposed.level,
        direction="" if _alongside(move) else move.direction,
        tier_before=move.before.tier,
        ends_open_help=move.proposed.ends_open_help,
        needs=said,
    )
