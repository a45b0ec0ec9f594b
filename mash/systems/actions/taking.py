"""Taking in what a system sends: each message is a contact like any other, once, or is refused whole."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from mash.common.prepared import SEVERAL_KEYS, plans_kept, prepared
from mash.contact import actions as contacts
from mash.contact.freezing import sender_key
from mash.contact.message import Message, parse
from mash.contact.models import Channel, Contact, Warned
from mash.contact.refusals import Refusal, Refused
from mash.ledger.actions import record
from mash.systems import queries
from mash.systems.actions.mapping import as_sent, rules_of
from mash.systems.models import Arrival, Key, Mapping

NOT_ITS_NAME = "This system sends as {name}, and in no other name."
NOT_PUBLIC = "A member of the public refers by the hub's own form or by telephone, not through a system."


class Became(StrEnum):
    """What became of one message."""

    NEW = "new"
    HERE = "already_here"
    REFUSED = "refused"
    DISPUTED = "other_content"


@dataclass(frozen=True, slots=True)
class Taken:
    """One message that came.  refusals: why it was not taken.  warnings: (path, words) of a new one."""

    became: Became
    sender_reference: str = ""
    contact: Contact | None = None
    refusals: Sequence[Refusal] = ()
    warnings: Sequence[tuple[str, str]] = ()


@transaction.atomic(savepoint=False)
def take(*, messages: Sequence[bytes | Refusal], key: Key, at: datetime) -> list[Taken]:
    """Take in messages of a system, each whole or not at all; return what became of each, in their order.

    They are written in the order of their references, so that two batches at once do not wait for each other in a ring.
    What came under a reference in use is kept for a person: whoever calls must not undo it.  Acts as `front_door`.

    Source: docs/rules.md, "Contacts", "Systems of agencies".
    """
    mapping = queries.mapping_in_force(key.system)
    read = [_read(one, key, mapping) for one in messages]
    found: dict[int, Taken] = {place: one for place, one in enumerate(read) if isinstance(one, Taken)}
    whole = [(place, one) for place, one in enumerate(read) if isinstance(one, Read)]
    with plans_kept():
        for place, one in sorted(whole, key=lambda each: each[1].message.reference):
            found[place] = _take(one, key, at)
        _note_arrivals(found.values(), key, at)
    _add_warnings(found)
    counts = {kind.value: sum(one.became == kind for one in found.values()) for kind in Became}
    record(
        "messages.received", about=key.system, at=at, hub_id=key.hub_id, detail=counts | {"key": str(key.pk)}
    )
    return [found[place] for place in range(len(read))]


@dataclass(frozen=True, slots=True)
class Read:
    """A message that can be taken.  sent: how its system wrote it, where that was put into our words."""

    message: Message
    sent: contacts.Sent | None = None


def _read(raw: bytes | Refusal, key: Key, mapping: Mapping | None) -> Read | Taken:
    """Return the message that bytes hold, or why it is not taken."""
    if isinstance(raw, Refusal):
        return Taken(Became.REFUSED, refusals=[raw])
    sent = None
    try:
        if mapping and not rules_of(mapping).is_plain:
            raw, sent = as_sent(raw, mapping, key.system)
        message = parse(raw)
    except Refused as refused:
        return Taken(Became.REFUSED, refusals=refused.refusals)
    refusal = _in_another_name(message, key)
    if refusal:
        return Taken(Became.REFUSED, message.reference, refusals=[refusal])
    return Read(message, sent)


def _in_another_name(message: Message, key: Key) -> Refusal | None:
    if message.source.kind == "public":
        return Refusal("source.kind", NOT_PUBLIC)
    own = key.system.organisation
    said = message.source.organisation or ""
    if sender_key(said, Channel.API) != sender_key(own, Channel.API):
        return Refusal("source.organisation", NOT_ITS_NAME.format(name=own))
    return None


def _take(one: Read, key: Key, at: datetime) -> Taken:
    message = one.message
    if one.sent:
        before = queries.taken_before(key.system, message.reference, one.sent.digest)
        if before:
            return Taken(Became.HERE, message.reference, before)
    try:
        contact, is_new = contacts.receive(
            message, hub=key.system.hub, channel=Channel.API, received_at=at, sent=one.sent
        )
    except contacts.DifferentContent as other:
        return Taken(Became.DISPUTED, message.reference, refusals=[Refusal(other.path, other.reason)])
    return Taken(Became.NEW if is_new else Became.HERE, message.reference, contact)


def _note_arrivals(taken: Iterable[Taken], key: Key, at: datetime) -> None:
    """Note whose each contact is to follow; of what was here already too, since the same content proves its sender."""
    rows = [
        Arrival(
            hub_id=key.hub_id,
            system=key.system,
            contact=one.contact,
            reference=one.contact.reference,
            sender_reference=one.contact.sender_reference,
            at=at,
        )
        for one in taken
        if one.contact
    ]
    Arrival.objects.bulk_create(rows, ignore_conflicts=True)


def _add_warnings(found: dict[int, Taken]) -> None:
    """Put to each new message what is odd about it, in one question."""
    new = [one.contact for one in found.values() if one.contact and one.became == Became.NEW]
    said: dict[object, list[tuple[str, str]]] = {}
    for row in _warned.rows(contacts=[one.pk for one in new]) if new else ():
        said.setdefault(row.contact_id, []).append((row.path, row.words))
    for place, one in found.items():
        if one.contact and one.became == Became.NEW and one.contact.pk in said:
            found[place] = Taken(one.became, one.sender_reference, one.contact, warnings=said[one.contact.pk])


@prepared(contacts=SEVERAL_KEYS)
def _warned(contacts: Any) -> QuerySet[Warned]:
    return Warned.objects.filter(contact__in=contacts).order_by("path", "words", "pk")
