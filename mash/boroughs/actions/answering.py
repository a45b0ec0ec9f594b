"""What the asked hub says: a written summary for one named worker until a day, or a refusal; and whether it answers."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max

from mash.boroughs import policy, queries
from mash.boroughs.actions.refusals import NotWhole
from mash.boroughs.limits import LONGEST_GRANT
from mash.boroughs.models import Asked, Choice, Ended, Question, Reply, ReplyKind, Summary, SummarySeen
from mash.common.turns import take_turn
from mash.common.verdict import require
from mash.ledger.actions import record
from mash.partnership.models import Hub, Staff


@transaction.atomic
def grant(*, asked: Asked, follows: int, words: str, why: str, days: int, by: Staff, at: datetime) -> Reply:
    """Let the worker who asked read a summary for some days.

    follows: the number of the reply that the page showed, 0 for none.  words: the summary, written for this.
    why: what it is given for, said to the asking hub.

    Raises PermissionDenied; NotWhole where something is missing, the time is too long, or somebody replied meanwhile.

    Source: docs/rules.md, "Asking another hub".
    """
    if not (words.strip() and why.strip()):
        raise NotWhole("Write the summary, and say what it is for.")
    if not timedelta(days=1) <= timedelta(days=days) <= LONGEST_GRANT:
        raise NotWhole(f"A summary is given for 1 to {LONGEST_GRANT.days} days.")
    until = at + timedelta(days=days)
    reply = _reply(asked, follows, ReplyKind.GRANTED, why=why, until=until, by=by, at=at)
    Summary.objects.bulk_create(
        [Summary(hub_id=by.hub_id, reply=reply, words=words.strip(), to_post=reply.to_post, until_at=until)]
    )
    return reply


@transaction.atomic
def refuse(*, asked: Asked, follows: int, why: str, by: Staff, at: datetime) -> Reply:
    """Refuse to let the asking hub read anything, for a reason that it is told.  As `grant` otherwise."""
    if not why.strip():
        raise NotWhole("Say why it is refused: the asking hub reads it.")
    return _reply(asked, follows, ReplyKind.REFUSED, why=why, until=None, by=by, at=at)


def _reply(
    asked: Asked, follows: int, kind: ReplyKind, *, why: str, until: datetime | None, by: Staff, at: datetime
) -> Reply:
    require(policy.may_reply(by, asked))
    take_turn(f"boroughs:{asked.pk}")
    newest = Reply.objects.filter(asked=asked).select_related("ended").order_by("-number").first()
    if (newest.number if newest else 0) != follows:
        raise NotWhole(
            "Somebody answered while you wrote. Read that, and send yours again if it still holds."
        )
    if newest and queries.is_running(newest, at):
        _end(newest, "A newer answer stands.", by, at)
    assert asked.from_post  # noqa: S101 - of whoever was met, the database says who asked
    reply = Reply(
        hub_id=by.hub_id,
        asked=asked,
        number=follows + 1,
        kind=kind,
        asking_hub_id=asked.from_hub_id,
        question_id=asked.question_id,
        to_post=asked.from_post,
        to_name=asked.from_name,
        why=why.strip(),
        until_at=until,
        by=by,
        by_name=f"{by.account.name}, {by.title}",
        at=at,
    )
    Reply.objects.bulk_create([reply])
    detail = {"question": str(asked.question_id), "days": (until - at).days if until else 0}
    record(f"elsewhere.{kind}", about=asked, at=at, hub_id=by.hub_id, why=why.strip(), detail=detail)
    return reply


@transaction.atomic
def end_grant(*, reply: Reply, why: str, by: Staff, at: datetime) -> None:
    """Take a summary back before its day; it cannot be read from the next request on.  Safe to repeat.

    Raises PermissionDenied, and NotWhole without a reason.
    """
    require(policy.may_reply(by, reply.asked))
    if not why.strip():
        raise NotWhole("Say why it ends.")
    if queries.is_running(reply, at):
        _end(reply, why.strip(), by, at)


def _end(reply: Reply, why: str, by: Staff, at: datetime) -> None:
    Ended.objects.bulk_create(
        [Ended(hub_id=by.hub_id, reply=reply, why=why, by=by, at=at)], ignore_conflicts=True
    )
    record("elsewhere.grant_ended", about=reply, at=at, hub_id=by.hub_id, why=why)


def read_summary(*, question: Question, reply: Reply, by: Staff, at: datetime) -> Summary | None:
    """Return the words that a worker was granted, and write on both sides that they are read; None once they ended.

    Raises PermissionDenied for anybody but the worker named.
    """
    require(policy.may_read_summary(by, question, reply))
    summary = queries.summary_of(reply)
    if summary is not None:
        SummarySeen.objects.bulk_create([SummarySeen(hub_id=reply.hub_id, reply=reply, post=by.pk, at=at)])
    detail = {"reply": str(reply.pk), "read": summary is not None}
    record("elsewhere.summary_read", about=question, at=at, hub_id=by.hub_id, detail=detail)
    return summary


@transaction.atomic
def choose(*, hub: Hub, follows: int, answers: bool, why: str, by: Staff, at: datetime) -> Choice:
    """Say whether a hub answers other hubs' questions.  follows: the number of the choice that the page showed.

    Raises PermissionDenied; NotWhole without a reason, or where somebody chose meanwhile.
    """
    require(policy.may_choose(by))
    if not why.strip():
        raise NotWhole("Say why.")
    take_turn(f"boroughs:{hub.pk}")
    newest = Choice.objects.filter(hub=hub).aggregate(number=Max("number"))["number"] or 0
    if newest != follows:
        raise NotWhole("Somebody chose while you wrote. Read what they said first.")
    made = Choice(hub=hub, number=newest + 1, answers=answers, why=why.strip(), by=by, at=at)
    Choice.objects.bulk_create([made])
    record("elsewhere.chosen", about=made, at=at, hub_id=hub.pk, why=why.strip(), detail={"answers": answers})
    return made
