"""Sending a pack to the service that is to receive somebody, and taking it back while the service has said nothing."""

import uuid
from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.urls import reverse

from mash.common.clock import LONDON
from mash.common.verdict import require
from mash.contact.actions import hold_still
from mash.decision.models import Outcome
from mash.decision.queries import acceptance_of, helps, passed_back
from mash.handover import policy, queries
from mash.handover.actions.refusals import NotWhole, already
from mash.handover.composing import body_of, digest_of, own_words
from mash.handover.models import Pack, Word, WordKind
from mash.ledger.actions import record
from mash.partnership.actions import notify
from mash.partnership.models import Agency, Membership, Staff

SUBJECT = "A hand-over waits for your service: {reference}"
BODY = "Sign in to see reference {reference}.  It waits for your service to accept it, ask about it or return it."


@transaction.atomic
def send_pack(
    *,
    key: uuid.UUID,
    outcome: Outcome,
    agency: Agency,
    left_out: Collection[str],
    words: str = "",
    seen: str,
    by: Staff,
    at: datetime,
) -> Pack:
    """Send to one service what a decision hands over about one person.  The same form again sends nothing more.

    left_out: keys of passages that the worker leaves out; what may not go in stays out by itself.
    words: what the worker adds.  seen: digest of the passages that the worker read.

    Raises PermissionDenied, and NotWhole where nobody is handed over, somebody else sent it, or the words may not go.

    Source: docs/rules.md, "The pack for a service", "Hand-over to a service".
    """
    decision = outcome.decision
    require(policy.may_send(by, decision))
    hold_still(decision.contact)
    made = Pack.objects.filter(key=key, outcome=outcome).first()
    if made:
        return made
    _still_to_be_sent(outcome)
    draft = queries.drafted(by, outcome)
    if seen != draft.seen:
        raise NotWhole(
            "More has become known since you opened this page. Read it once more before you send it."
        )
    if not draft.agencies.filter(pk=agency.pk).exists():
        raise NotWhole("Choose a service of this hub.")
    added = own_words(words, draft.around)
    if added.kept_out:
        raise NotWhole(" ".join(added.kept_out))
    going = [one for one in draft.passages if one.fixed or (one.key not in left_out and not one.kept_out)]
    going += [added] if added.words else []
    staying = [one.heading for one in draft.passages if one not in going]
    edition = Pack.objects.filter(outcome=outcome).count() + 1
    assert outcome.person  # noqa: S101 - `_still_to_be_sent` has looked
    body = body_of(
        hub=decision.hub.name,
        reference=decision.contact.reference,
        who=str(outcome.about),
        born_on=outcome.about.born_on,
        plan=draft.known.label,
        tier=draft.known.tier or 0,
        edition=edition,
        to=agency.name,
        at=at,
        said=going,
    )
    pack = Pack(
        hub_id=decision.hub_id,
        contact=decision.contact,
        outcome=outcome,
        about=outcome.about,
        person=outcome.person,
        agency=agency,
        key=key,
        reference=decision.contact.reference,
        who=str(outcome.about),
        born_on=outcome.about.born_on,
        plan=draft.known.label[:80],
        tier=draft.known.tier or 0,
        urgent=draft.urgent,
        decided_on=(decision.made_at or decision.at).astimezone(LONDON).date(),
        edition=edition,
        body=body,
        digest=digest_of(body),
        left_out=staying,
        due_at=queries.due_at(decision.hub, at, urgent=draft.urgent),
        by=by,
        at=at,
    )
    pack.save(force_insert=True)
    call_service(pack, at)
    detail = {
        "contact": str(pack.contact_id),
        "agency": str(agency.pk),
        "digest": pack.digest,
        "edition": edition,
    }
    record("hand_over.sent", about=pack, at=at, hub_id=pack.hub_id, detail=detail)
    return pack


def call_service(pack: Pack, at: datetime, *, subject: str = SUBJECT, body: str = BODY) -> None:
    """Let a service know by an e-mail with the reference and nothing else."""
    place = Membership.objects.filter(hub=pack.hub_id, agency=pack.agency_id, left_at=None).first()
    if place and place.email:
        notify(
            hub_id=pack.hub_id,
            to=place.email,
            subject=subject.format(reference=pack.reference),
            body=body.format(reference=pack.reference),
            at=at,
            page=reverse("handover:received", args=[pack.pk]),
        )


def tell_sender(pack: Pack, words: tuple[str, str], at: datetime, *, due_at: datetime | None = None) -> None:
    """Tell whoever sent a hand-over, at the hub or at a service, what became of it.  words: subject and body."""
    subject, body = (text.format(reference=pack.reference) for text in words)
    at_hub = pack.by.works_at_the_desk
    notify(
        hub_id=pack.hub_id,
        to=pack.by.account.email,
        subject=subject,
        body=body,
        at=at,
        page=reverse("handover:sent", args=[pack.pk]) if at_hub else reverse("handover:inbox"),
        contact=pack.contact_id if at_hub else None,
        due_at=due_at,
    )


def _still_to_be_sent(outcome: Outcome) -> None:
    if outcome.person is None or outcome.alongside or outcome.outcome not in helps():
        raise NotWhole("Nobody is handed over by this outcome.")
    if acceptance_of(outcome) or passed_back(outcome):
        raise NotWhole("A service has answered for this person already.")
    newest = (
        Pack.objects.filter(outcome=outcome)
        .select_related("word", "by__account")
        .order_by("-edition")
        .first()
    )
    if newest is None:
        return
    word = getattr(newest, "word", None)
    if word is None:
        raise NotWhole(
            f"{newest.by.account.name} has sent this already. Take it back first to send it elsewhere."
        )
    if word.kind != WordKind.WITHDRAWN:
        raise NotWhole("The service has answered already.")


@transaction.atomic
def take_back_pack(*, pack: Pack, why: str, by: Staff, at: datetime) -> Word:
    """Take a hand-over back that no service has answered: the service reads its words no more.  Twice changes nothing.

    Raises PermissionDenied, NotWhole, and AlreadySaid where the service was first.

    Source: docs/rules.md, "Hand-over to a service".
    """
    require(policy.may_answer_at_hub(by, pack))
    hold_still(pack.contact)
    word = Word.objects.filter(pack=pack).select_related("by__account").first()
    if word:
        if word.kind == WordKind.WITHDRAWN:
            return word
        raise already(word)
    if not why.strip():
        raise NotWhole("Say why you take it back.")
    word = Word(
        hub_id=pack.hub_id, pack=pack, kind=WordKind.WITHDRAWN, by_hub=True, words=why.strip(), by=by, at=at
    )
    word.save(force_insert=True)
    detail = {"contact": str(pack.contact_id)}
    record("hand_over.taken_back", about=pack, at=at, hub_id=pack.hub_id, why=why.strip(), detail=detail)
    return word
