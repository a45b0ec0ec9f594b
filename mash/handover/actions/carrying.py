"""The hub's own records follow what a service said.  A program does it, since the service sees nothing of the case."""

import uuid
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.timezone import localdate

from mash.common.editions import content_of
from mash.contact.actions import hold_key
from mash.decision import queries as decisions
from mash.decision.actions.handing import SOURCE, take_on, work_has_moved
from mash.decision.actions.passing_back import come_back
from mash.decision.actions.standing import hold_event
from mash.decision.content import back_reasons
from mash.decision.models import Accepted, Outcome
from mash.handover import moved
from mash.handover.actions.sending import tell_sender
from mash.handover.models import Carried, Pack, Step, StepSettled, Word, WordKind
from mash.ledger.actions import record
from mash.people.actions import open_involvement
from mash.people.joined import records_of
from mash.people.models import Involvement

AGAIN = "The decision was reopened before this was written down: the hub has the case."
OVERTAKEN = "The hub had written down something else before."
RETURNED = (
    "A service has returned a hand-over: {reference}",
    "Sign in to see reference {reference}.  The service has said why.",
)


@transaction.atomic
def carry_over(*, pack_id: uuid.UUID, at: datetime) -> Carried | None:
    """Write down in the hub's records what a service said of a hand-over.  Acts as a program; twice changes nothing.

    Source: docs/rules.md, "What a service says".
    """
    pack = Pack.objects.select_related("hub", "agency", "by__account", "person").get(pk=pack_id)
    with content_of(pack.hub_id):
        outcome = _outcome(pack)
        if outcome:
            hold_event(outcome.decision.contact)
        else:
            hold_key(pack.contact_id)
        word = Word.objects.filter(pack=pack).select_related("by__account").first()
        if word is None or word.by_hub or Carried.objects.filter(pack=pack).exists():
            return None
        done = (
            _accepted(pack, word, outcome)
            if word.kind == WordKind.ACCEPTED
            else _returned(pack, word, outcome)
        )
        carried = Carried(
            hub_id=pack.hub_id,
            pack=pack,
            involvement=done if isinstance(done, Involvement) else None,
            trouble=done if isinstance(done, str) else "",
            at=at,
        )
        carried.save(force_insert=True)
    detail = {"contact": str(pack.contact_id), "said": word.kind}
    record("hand_over.carried", about=pack, at=at, hub_id=pack.hub_id, why=carried.trouble, detail=detail)
    return carried


def _outcome(pack: Pack) -> Outcome | None:
    found = Outcome.objects.select_related("decision__contact__hub", "decision__hub", "person", "about")
    return found.filter(pk=pack.outcome_id).first() if pack.outcome_id else None


def _accepted(pack: Pack, word: Word, outcome: Outcome | None) -> Involvement | str:
    assert word.from_on  # noqa: S101 - the database holds that
    assert word.until_on  # noqa: S101
    names = {
        name: getattr(word, name)
        for name in ("team", "worker_name", "worker_email", "manager_name", "manager_email")
    }
    if outcome is None:
        work_has_moved(pack.person, word.from_on, by=None, at=word.at)
        work = open_involvement(
            person=pack.person,
            source=SOURCE,
            source_key=str(pack.pk),
            agency=pack.agency.name,
            plan=pack.plan,
            tier=pack.tier,
            from_on=word.from_on,
            until_on=word.until_on,
            by=None,
            at=word.at,
            **names,
        )
        _settle(_came_by(pack), pack.agency.name, accepted=True, from_on=word.from_on, at=word.at)
        return work
    if decisions.reopening_of(outcome.decision):
        return AGAIN
    if Accepted.objects.filter(outcome=outcome).exists() or decisions.passed_back(outcome):
        return OVERTAKEN
    made = take_on(
        outcome=outcome,
        service=pack.agency.name,
        said_by=_who(word),
        from_on=word.from_on,
        until_on=word.until_on,
        by=word.by,
        at=word.at,
        **names,
    )
    settle_steps(outcome, agency=pack.agency.name, from_on=word.from_on, at=word.at)
    return made.involvement


def _returned(pack: Pack, word: Word, outcome: Outcome | None) -> str:
    tell_sender(pack, RETURNED, word.at)
    if outcome is None:
        _settle(_came_by(pack), pack.agency.name, accepted=False, words=_why(word), at=word.at)
        return ""  # whoever sent them on keeps them
    if decisions.passed_back(outcome):
        return OVERTAKEN
    if decisions.reopening_of(outcome.decision):
        return AGAIN
    come_back(
        outcome=outcome,
        reason=word.reason,
        words=word.words,
        said_by=_who(word),
        told_on=localdate(word.at),
        service=pack.agency.name,
        by=word.by,
        at=word.at,
    )
    return ""


def _who(word: Word) -> str:
    return f"{word.by.account.name}, {word.by.title}, on the service’s own page"[:160]


def settle_steps(outcome: Outcome, *, agency: str, from_on: date, at: datetime) -> None:
    """Let the steps that led to a contact end where a service accepted the person: the sender keeps them no more.

    Source: docs/rules.md, "Step up and step down".
    """
    event = decisions.Event(outcome.decision.contact)
    assert outcome.person  # noqa: S101 - nobody is accepted without one
    people = records_of(outcome.person)
    steps = Step.objects.filter(went__became__in=event.keys, person__in=people)
    _settle(steps, agency, accepted=True, from_on=from_on, at=at)


def _came_by(pack: Pack) -> QuerySet[Step]:
    return Step.objects.filter(went__pack=pack)


def _why(word: Word) -> str:
    return f"{back_reasons()[word.reason].label}. {word.words}"


def _settle(
    steps: QuerySet[Step],
    agency: str,
    *,
    accepted: bool,
    at: datetime,
    from_on: date | None = None,
    words: str = "",
) -> None:
    for step in steps.filter(settled=None):
        StepSettled(
            hub_id=step.hub_id,
            step=step,
            accepted=accepted,
            agency=agency[:120],
            from_on=from_on,
            words=words,
            at=at,
        ).save(force_insert=True)
        detail = {"contact": str(step.contact_id), "accepted": accepted}
        record("step.settled", about=step, at=at, hub_id=step.hub_id, detail=detail)
        moved.tell(step)
