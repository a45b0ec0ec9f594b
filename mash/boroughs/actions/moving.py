"""Sending a family to the hub where it lives now.  Until that hub accepts in writing the first keeps the duty."""

import uuid
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Max

from mash.boroughs import policy
from mash.boroughs.actions.asking import SERVICE
from mash.boroughs.actions.refusals import NotWhole
from mash.boroughs.models import Transfer, TransferKind, TransferWord
from mash.boroughs.pack import message_of
from mash.common.jobs import order_from
from mash.common.verdict import require
from mash.contact.actions import receive
from mash.contact.models import Channel, Contact
from mash.decision.models import Outcome
from mash.ledger.actions import record
from mash.partnership.models import Hub, Staff

TELL = "mash.boroughs.jobs.tell_sending_hub"
NOT_WAITING = "This transfer has its answer already. Read it below."


@transaction.atomic
def send(
    *,
    key: uuid.UUID,
    outcome: Outcome,
    to: Hub,
    lives: str,
    worries: str,
    safety: str,
    reach: str,
    by: Staff,
    at: datetime,
) -> Transfer:
    """Send a pack about the people of a contact to another hub; the same form sent twice sends one.

    lives: where they live now, as far as that may be said.  safety: who does what here until the other hub accepts.
    reach: how the worker who sends is reached.

    Raises PermissionDenied; NotWhole where something is missing, or an earlier one still waits or was accepted.

    Source: docs/rules.md, "Families that move".
    """
    require(policy.may_transfer(by))
    if not all(one.strip() for one in (lives, worries, safety, reach)):
        raise NotWhole(
            "Say where they live now, what worries you, who keeps them safe until then, and how to reach you."
        )
    _hold(f"outcome:{outcome.pk}")
    made = Transfer.objects.filter(key=key, by=by).first()
    if made:
        return made
    contact = outcome.decision.contact
    earlier = list(Transfer.objects.filter(outcome=outcome).select_related("word", "to"))
    if any(one.answer is None or one.answer.kind == TransferKind.ACCEPTED for one in earlier):
        raise NotWhole("It was sent already: the other hub has it.")
    made = Transfer(
        hub_id=by.hub_id,
        contact=contact,
        outcome=outcome,
        key=key,
        number=(Transfer.objects.filter(outcome=outcome).aggregate(last=Max("number"))["last"] or 0) + 1,
        reference=contact.reference,
        to=to,
        people=_people(contact),
        lives=lives.strip(),
        worries=worries.strip(),
        safety=safety.strip(),
        reach=reach.strip(),
        from_name=f"{by.account.name}, {by.title}",
        by=by,
        at=at,
    )
    made.save(force_insert=True)
    detail = {"transfer": str(made.pk), "to": str(to.pk), "people": len(made.people)}
    record("transfer.sent", about=outcome, at=at, hub_id=by.hub_id, detail=detail)
    return made


def _people(contact: Contact) -> list[dict[str, str]]:
    """Return who is named in a contact, without addresses: a protected one stands nowhere outside the sealed room."""
    return [
        {
            "given": one.given,
            "family": one.family,
            "born_on": one.born_on.isoformat() if one.born_on else "",
            "sex": one.sex,
            "role": one.role,
        }
        for one in contact.people.order_by("ref")
    ]


@transaction.atomic
def accept(*, transfer: Transfer, worker_name: str, words: str, by: Staff, at: datetime) -> Contact:
    """Take a family on: from now on it is a contact on this hub's own line, with its clocks from now.

    worker_name: who holds it here.  Sent twice, it is taken on once.

    Raises PermissionDenied; NotWhole where something is missing, or the transfer has another answer.

    Source: docs/rules.md, "Families that move".
    """
    if not (worker_name.strip() and words.strip()):
        raise NotWhole("Say who holds it here from now on, and what you tell the other hub.")
    _open(transfer, by, TransferKind.ACCEPTED)
    contact, _ = receive(message_of(transfer), hub=by.hub, channel=Channel.API, received_at=at, by=by)
    _say(transfer, TransferKind.ACCEPTED, words, by, at, worker_name=worker_name.strip(), made=contact.pk)
    return contact


@transaction.atomic
def decline(*, transfer: Transfer, words: str, by: Staff, at: datetime) -> None:
    """Decline a family, with reasons: the first hub keeps the duty.  Raises as `accept` does."""
    if not words.strip():
        raise NotWhole("Say why: the other hub keeps the duty, and needs to know.")
    _open(transfer, by, TransferKind.DECLINED)
    _say(transfer, TransferKind.DECLINED, words, by, at)


@transaction.atomic
def take_back(*, transfer: Transfer, words: str, by: Staff, at: datetime) -> None:
    """Take a pack back that nobody has answered.  Raises as `accept` does."""
    if not words.strip():
        raise NotWhole("Say why it is taken back: the other hub reads it.")
    _open(transfer, by, TransferKind.WITHDRAWN)
    _say(transfer, TransferKind.WITHDRAWN, words, by, at)


def _open(transfer: Transfer, by: Staff, kind: TransferKind) -> None:
    """Hold a transfer still, and see that this hub may say this, and nobody has said anything."""
    require(policy.may_transfer(by))
    if policy.is_sent_here(by, transfer) == (kind == TransferKind.WITHDRAWN):
        raise NotWhole("That is for the other hub to say.")
    _hold(f"transfer:{transfer.pk}")
    if TransferWord.objects.filter(transfer=transfer).exists():
        raise NotWhole(NOT_WAITING)


def _say(transfer: Transfer, kind: TransferKind, words: str, by: Staff, at: datetime, **more: object) -> None:
    word = TransferWord(
        hub_id=by.hub_id,
        transfer=transfer,
        kind=kind,
        said_by=f"{by.account.name}, {by.title}",
        words=words.strip(),
        by_post=by.pk,
        at=at,
        **more,
    )
    word.save(force_insert=True)
    record(f"transfer.{kind}", about=transfer, at=at, hub_id=by.hub_id, why=words.strip())
    order_from(SERVICE, TELL, transfer_id=str(transfer.pk))


def _hold(what: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"boroughs:{what}"])
