"""What happens to it: it is sent, somebody has it, and something comes of it."""

import uuid
from datetime import datetime, timedelta

from django.db import transaction

from mash.alongside import content, policy, queries
from mash.alongside.actions.refusals import HasEnded, NotWhole
from mash.alongside.models import Alongside, Happening, How, What
from mash.common.verdict import require
from mash.contact.actions import hold_still
from mash.decision.letters import for_nobody_else
from mash.ledger.actions import record
from mash.partnership.models import Staff
from mash.triage import actions as triage
from mash.triage import fixed

EARLIER = timedelta(days=366)


@transaction.atomic
def send(
    *,
    one: Alongside,
    key: uuid.UUID,
    who: str,
    how: str,
    happened_at: datetime,
    words: str = "",
    by: Staff,
    at: datetime,
) -> Happening:
    """Write down that it went to somebody by name: how, and when.  It may go again to somebody else.  Twice keeps one.

    Nothing is sent by the product: it goes outside, on paper or by voice, as `shown` says it.

    Raises PermissionDenied, NotWhole, HasEnded.

    Source: docs/rules.md, "Alongside a decision".
    """
    wrong = {} if how in How.values else {"how": "Choose how it went"}
    return _keep(
        one,
        What.SENT,
        key=key,
        who=who,
        happened_at=happened_at,
        words=words,
        by=by,
        at=at,
        how=how,
        wrong=wrong,
    )


@transaction.atomic
def receive(
    *,
    one: Alongside,
    key: uuid.UUID,
    who: str,
    happened_at: datetime,
    words: str = "",
    by: Staff,
    at: datetime,
) -> Happening:
    """Write down that somebody has it: who, and when.  Sent is not received.  Twice keeps one.

    Raises PermissionDenied, NotWhole, HasEnded.

    Source: docs/rules.md, "Alongside a decision".
    """
    wrong = {}
    sent = queries.first(one, What.SENT)
    if sent is None:
        wrong["who"] = "Write down first to whom it went"
    elif happened_at < sent.happened_at:
        wrong["on"] = "Nobody has it before it was sent"
    kept = _keep(
        one, What.RECEIVED, key=key, who=who, happened_at=happened_at, words=words, by=by, at=at, wrong=wrong
    )
    if one.kind == queries.OFFICER:
        _say_fact(one, fixed.Fact(fixed.OFFICER, fixed.ENDED, None), kept)
    return kept


@transaction.atomic
def say_result(
    *,
    one: Alongside,
    key: uuid.UUID,
    result: str,
    who: str,
    happened_at: datetime,
    words: str,
    by: Staff,
    at: datetime,
) -> Happening:
    """Write down in few words what came of it, and who says so.  What ends it ends it once.

    Raises PermissionDenied, NotWhole, HasEnded.

    Source: docs/rules.md, "Alongside a decision".
    """
    known = next((each for each in content.results_of(one.kind) if each.id == result), None)
    wrong = {} if known else {"result": "Choose what came of it"}
    if not words.strip():
        wrong["words"] = known.asks if known else "Say it in few words"
    awaits_receipt = known is not None and known != content.MISTAKE and known.ends and not known.fact
    if awaits_receipt and queries.first(one, What.RECEIVED) is None:
        wrong["result"] = "Write down first who has it: nothing comes of what nobody received"
    kept = _keep(
        one,
        What.RESULT,
        key=key,
        who=who,
        happened_at=happened_at,
        words=words,
        by=by,
        at=at,
        result=result,
        result_label=known.label if known else "",
        ends=bool(known and known.ends),
        wrong=wrong,
    )
    if known and known.fact and one.kind == queries.INTERVIEW:
        _say_fact(one, fixed.Fact(fixed.INTERVIEW, known.fact, one.about), kept)
    return kept


def _keep(
    one: Alongside,
    what: What,
    *,
    key: uuid.UUID,
    who: str,
    happened_at: datetime,
    words: str,
    by: Staff,
    at: datetime,
    wrong: dict[str, str],
    **rest: object,
) -> Happening:
    require(policy.may_follow(by, one))
    hold_still(one.contact)
    made = Happening.objects.filter(key=key, alongside=one).first()
    if made:
        return made
    ended = Happening.objects.filter(alongside=one, ends=True).select_related("by__account").first()
    if ended:
        raise HasEnded(
            f"{ended.by.account.name} has written down what ended it: {ended.result_label}. Yours was not kept."
        )
    if not who.strip():
        wrong["who"] = "Say who, by name"
    if happened_at > at:
        wrong["on"] = "It cannot have happened later than now"
    elif happened_at < one.starts_at - EARLIER:
        wrong["on"] = "That is long before it began: look at the day again"
    if not one.sealed:
        kept_out = for_nobody_else(words, queries.around(one.contact))
        if kept_out:
            wrong["words"] = " ".join(kept_out)
    if wrong:
        raise NotWhole(wrong)
    kept = Happening(
        hub_id=one.hub_id,
        alongside=one,
        key=key,
        what=what,
        who=who.strip(),
        happened_at=happened_at,
        words=words.strip(),
        by=by,
        at=at,
        **rest,
    )
    kept.save(force_insert=True)
    detail = {"contact": str(one.contact_id)} | ({} if one.sealed else {"kind": one.kind, **_of(rest)})
    record(f"alongside.{what}", about=one, at=at, hub_id=one.hub_id, detail=detail)
    return kept


def _of(rest: dict[str, object]) -> dict[str, object]:
    return {name: rest[name] for name in ("result", "how") if rest.get(name)}


def _say_fact(one: Alongside, fact: fixed.Fact, kept: Happening) -> None:
    """Tell triage's clock of law, where it runs on this contact and whoever reads the contact knows of it."""
    runs = any(each.code == fact.code for each in fixed.can_be_said(one.contact))
    begun = fact.clock != fixed.INTERVIEW or one.about not in fixed.to_find(one.contact)
    if runs and begun:
        words = "" if one.sealed else f"{kept.who}. {kept.words}".strip()
        triage.record_clock_fact(
            contact=one.contact,
            code=fact.code,
            happened_at=kept.happened_at,
            words=words,
            by=kept.by,
            at=kept.at,
            key=kept.pk,
        )
