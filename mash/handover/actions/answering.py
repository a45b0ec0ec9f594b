"""What the receiving service says: that it opened a hand-over, accepts it, asks about it, or returns it."""

import uuid
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.timezone import localdate

from mash.common.jobs import order_from
from mash.common.verdict import require
from mash.contact.actions import hold_key
from mash.decision.content import back_reasons
from mash.decision.letters import for_nobody_else
from mash.handover import policy, queries
from mash.handover.actions.refusals import NotWhole, already
from mash.handover.actions.sending import call_service, tell_sender
from mash.handover.content import handover_content
from mash.handover.models import Pack, PackSeen, Remark, Word, WordKind
from mash.ledger.actions import record
from mash.partnership.models import Staff

SERVICE = "hand_overs"
CARRY = "mash.handover.jobs.carry"
ASKED = (
    "A service asks about a hand-over: {reference}",
    "Sign in to see reference {reference}.  A service has asked.",
)
ANSWERED = (
    "The hub has answered your question: {reference}",
    "Sign in to see reference {reference}.  It still waits for your service.",
)


def see(*, pack: Pack, by: Staff, at: datetime) -> None:
    """Keep the receipt that somebody of the service opened a hand-over, once a worker.  A reading may do this.

    Source: docs/rules.md, "Evidence".
    """
    seen = PackSeen(hub_id=pack.hub_id, pack=pack, staff=by, at=at)
    PackSeen.objects.bulk_create([seen], ignore_conflicts=True)
    record("hand_over.seen", about=pack, at=at, hub_id=pack.hub_id, detail={"contact": str(pack.contact_id)})


@transaction.atomic
def accept(
    *,
    pack: Pack,
    worker_name: str,
    from_on: date,
    until_on: date,
    by: Staff,
    at: datetime,
    worker_email: str = "",
    team: str = "",
    manager_name: str = "",
    manager_email: str = "",
    words: str = "",
) -> Word:
    """Say that the service accepts: a named worker, from a day on.  Its word counts from now; twice changes nothing.

    from_on: from the decision to today.  until_on: the first day on which it no longer counts as open.
    The hub's own records follow by a program that may see them: the service sees none of the case.

    Raises PermissionDenied, NotWhole, and AlreadySaid where the hub or a colleague was first.

    Source: docs/rules.md, "What a service says", "Hand-over to a service".
    """
    said = _first(pack, WordKind.ACCEPTED, by)
    if said:
        return said
    longest = timedelta(days=handover_content().open_at_most_days.value)
    if not worker_name.strip():
        raise NotWhole("Say who works with them.")
    if not pack.decided_on <= from_on <= localdate(at):
        raise NotWhole("The first day is between the decision and today.")
    if not from_on < until_on <= from_on + longest:
        raise NotWhole(f"The last day is later than the first, and at most {longest.days} days.")
    word = Word(
        hub_id=pack.hub_id,
        pack=pack,
        kind=WordKind.ACCEPTED,
        by_hub=False,
        team=team.strip(),
        worker_name=worker_name.strip(),
        worker_email=worker_email.strip(),
        manager_name=manager_name.strip(),
        manager_email=manager_email.strip(),
        from_on=from_on,
        until_on=until_on,
        words=words.strip(),
        by=by,
        at=at,
    )
    return _say(word)


@transaction.atomic
def return_with_reasons(*, pack: Pack, reason: str, words: str, by: Staff, at: datetime) -> Word:
    """Say that the service does not take them, and why: the case is on the hub's line again.  Twice changes nothing.

    reason: an id of passed_back.yaml.

    Raises PermissionDenied, NotWhole, and AlreadySaid where the hub or a colleague was first.

    Source: docs/rules.md, "What a service says", "Passed back by a service".
    """
    said = _first(pack, WordKind.RETURNED, by)
    if said:
        return said
    known = back_reasons().get(reason)
    if known is None or not words.strip():
        raise NotWhole("Choose a reason, and say the rest in words.")
    return _say(
        Word(
            hub_id=pack.hub_id,
            pack=pack,
            kind=WordKind.RETURNED,
            by_hub=False,
            reason=known.id,
            words=words.strip(),
            by=by,
            at=at,
        )
    )


def _first(pack: Pack, kind: WordKind, by: Staff) -> Word | None:
    """Return the service's own same word, if it has been said; None where nobody has said anything."""
    require(policy.may_read(by, pack))
    hold_key(pack.contact_id)
    word = Word.objects.filter(pack=pack).select_related("by__account").first()
    if word is None:
        return None
    if word.kind == kind and word.by.account_id == by.account_id:
        return word
    raise already(word)


def _say(word: Word) -> Word:
    word.save(force_insert=True)
    pack = word.pack
    order_from(SERVICE, CARRY, pack_id=str(pack.pk))
    event = "hand_over.service_accepted" if word.kind == WordKind.ACCEPTED else "hand_over.service_returned"
    detail = {"contact": str(pack.contact_id), "reason": word.reason}
    record(event, about=pack, at=word.at, hub_id=pack.hub_id, why=word.words, detail=detail)
    return word


@transaction.atomic
def ask(*, pack: Pack, key: uuid.UUID, words: str, by: Staff, at: datetime) -> Remark:
    """Ask the hub about a hand-over.  The clock goes on.  The same form again asks nothing more.

    Raises PermissionDenied, NotWhole, and AlreadySaid where it has been answered meanwhile.

    Source: docs/rules.md, "What a service says".
    """
    require(policy.may_read(by, pack))
    remark = _remark(pack, key, words, from_hub=False, by=by, at=at)
    tell_sender(pack, ASKED, at)
    return remark


@transaction.atomic
def answer_question(*, pack: Pack, key: uuid.UUID, words: str, by: Staff, at: datetime) -> Remark:
    """Answer a service's question, or add to a hand-over that waits.  The same form again answers nothing more.

    Raises PermissionDenied, NotWhole for words that may not leave the hub, and AlreadySaid.

    Source: docs/rules.md, "What a service says", "The pack for a service".
    """
    require(policy.may_answer_at_hub(by, pack))
    wrong = for_nobody_else(words, queries.around_pack(pack))
    if wrong:
        raise NotWhole(" ".join(wrong))
    remark = _remark(pack, key, words, from_hub=True, by=by, at=at)
    call_service(pack, at, subject=ANSWERED[0], body=ANSWERED[1])
    return remark


def _remark(pack: Pack, key: uuid.UUID, words: str, *, from_hub: bool, by: Staff, at: datetime) -> Remark:
    hold_key(pack.contact_id)
    made = Remark.objects.filter(pack=pack, key=key).first()
    if made:
        return made
    word = Word.objects.filter(pack=pack).select_related("by__account").first()
    if word:
        raise already(word)
    if not words.strip():
        raise NotWhole("Say what you ask." if not from_hub else "Say what you answer.")
    remark = Remark(
        hub_id=pack.hub_id, pack=pack, key=key, from_hub=from_hub, words=words.strip(), by=by, at=at
    )
    remark.save(force_insert=True)
    event = "hand_over.answered" if from_hub else "hand_over.asked"
    record(event, about=pack, at=at, hub_id=pack.hub_id, detail={"contact": str(pack.contact_id)})
    return remark
