"""Taking in a message: the contact is frozen as it came, once, and its referrer has a first answer."""

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import CharField, QuerySet, UUIDField

from mash.common.editions import content_of
from mash.common.prepared import prepared
from mash.common.references import new_reference
from mash.contact import oddities
from mash.contact.actions.answering import write_reply
from mash.contact.actions.consulting import link_what_it_names
from mash.contact.actions.holding import hold_still
from mash.contact.freezing import Frozen, freeze, sender_key
from mash.contact.message import Message, as_json
from mash.contact.message import digest as message_digest
from mash.contact.models import (
    Attachment,
    Channel,
    Contact,
    ContactPerson,
    ContactRelationship,
    Disputed,
    Original,
    Referrer,
    ReplyKind,
    Warned,
)
from mash.contact.protected import Taken
from mash.ledger.actions import record
from mash.partnership.models import Hub, Staff
from mash.sealed.actions import seal_address

REFERENCES_TRIED = 20
LONGEST_PATH, LONGEST_WORDS = 200, 400
LONGEST_SAID, MOST_SAID = 120, 60  # of what a mapping could not read, in a warning
AS_WRITTEN = "as its sender's system wrote it"
RECEIVED_WORDS = (
    "We have received what you sent.  This is an automatic message: nobody has read it yet.  A person will "
    "read it and answer you here.  If somebody is in immediate danger, ring 999."
)
HEARD_WORDS = (
    "What you told us by telephone is written down under this reference.  This is an automatic message: it "
    "has not been looked at again yet.  A person will, and will answer you here.  If somebody is in immediate "
    "danger, ring 999."
)
MAILED_WORDS = (
    "What you sent us by e-mail is written down under this reference.  This is an automatic message: it has not been "
    "looked at again yet.  A person will, and will answer you here.  If somebody is in immediate danger, ring 999."
)
FIRST_WORDS = {Channel.TELEPHONE: HEARD_WORDS, Channel.EMAIL: MAILED_WORDS}


class DifferentContent(Exception):
    """The sender has used this reference for something else, which we hold.

    Nothing of that was changed.  What came now was kept for a person to look at.
    """

    path = "reference"

    def __init__(self, contact: Contact) -> None:
        self.contact = contact
        self.reason = (
            f"already used for other content, held as {contact.reference}; kept for a person to look at"
        )
        super().__init__(self.reason)


@dataclass(frozen=True, slots=True)
class Known:
    """Under what a sender knows their message already: the contact takes over key and, if it is free, reference."""

    key: uuid.UUID
    reference: str


@dataclass(frozen=True, slots=True)
class Sent:
    """What a sender's system wrote, where a mapping put it into our words.

    words: without the bytes of files.  said: (path, words, what they wrote) of what the mapping could not read.
    """

    words: dict[str, Any]
    digest: str
    system: str
    by_mapping: int
    said: Sequence[tuple[str, str, str]] = ()


def receive(
    message: Message,
    *,
    hub: Hub,
    channel: Channel,
    received_at: datetime,
    written_at: datetime | None = None,
    by: Staff | None = None,
    as_: Known | None = None,
    sent: Sent | None = None,
) -> tuple[Contact, bool]:
    """Take in a message; return its contact, and whether it is new here.

    The same message again changes nothing and gives the contact that it made the first time.  Of two that arrive
    at one moment one is taken.  Protected addresses go into the sealed room and stand nowhere else.

    received_at: aware moment, from which every clock counts.  written_at: when it was written down, where that was
        later; what was done then is kept as done then.  by: the worker who wrote it down, if one did.
    as_: under what a draft of it was known.  sent: how its sender's system wrote it.

    Raises DifferentContent if this sender's reference is held with other content.  That is kept for a person, so
    whoever calls must not undo it.

    Source: docs/rules.md, "Contacts", "Protected addresses", "Public referrers".
    """
    at = written_at or received_at
    frozen, digest = freeze(as_json(message)), message_digest(message)
    key = sender_key(frozen.contact["organisation"], channel)
    new = Contact(
        hub=hub,
        organisation_key=key,
        channel=channel,
        received_at=received_at,
        message=frozen.shown,
        digest=digest,
        taken_by=by,
        **frozen.contact,
    )
    if as_:
        new.pk, new.reference = as_.key, as_.reference
    with transaction.atomic(savepoint=False), content_of(hub.pk):
        contact = _write(new)
        if contact is new:
            if sent:
                frozen = _keep_original(new, frozen, sent, at)
            warned = [*_of_the_mapping(sent, frozen), *_warned(message, frozen, received_at)]
            _write_what_it_holds(new, frozen, warned, at)
            link_what_it_names(contact=new, by=by, at=at)
        elif contact.digest != digest:
            if sent:
                frozen = _keep_original(contact, frozen, sent, at)
            _keep_for_a_person(contact, frozen, digest, channel=channel, at=at)
    if contact.digest != digest:
        raise DifferentContent(contact)
    return contact, contact is new


def _write(new: Contact) -> Contact:
    """Write the row under a reference nobody has; return it, or what the same sender sent before under theirs.

    Nothing is asked first: whoever writes the same at this moment is waited for, and one of the two rows is kept.
    """
    sent = {"hub": new.hub_id, "sender": new.organisation_key, "reference": new.sender_reference}
    for _ in range(REFERENCES_TRIED):
        new.reference = new.reference or new_reference(new.hub.prefix)
        Contact.objects.bulk_create([new], ignore_conflicts=True)
        key = _sent_before.first(**sent)
        if key:
            return new if key == new.pk else Contact.objects.get(pk=key)
        new.reference = ""
    raise RuntimeError(f"no free reference was found in {REFERENCES_TRIED} tries")


@prepared(hub=UUIDField(), sender=CharField(), reference=CharField())
def _sent_before(hub: Any, sender: Any, reference: Any) -> "QuerySet[Contact, uuid.UUID]":
    found = Contact.objects.filter(hub=hub, organisation_key=sender, sender_reference=reference)
    return found.values_list("pk", flat=True)


def _write_what_it_holds(
    contact: Contact, frozen: Frozen, warned: list[tuple[str, str]], at: datetime
) -> None:
    belongs: dict[str, Any] = {"hub_id": contact.hub_id, "contact": contact}
    people = [ContactPerson(**belongs, **values) for values in frozen.people]
    ContactPerson.objects.bulk_create(people)
    ContactRelationship.objects.bulk_create(
        ContactRelationship(**belongs, **values) for values in frozen.relationships
    )
    Attachment.objects.bulk_create(Attachment(**belongs, **values) for values in frozen.attachments)
    Warned.objects.bulk_create(
        Warned(**belongs, path=path[:LONGEST_PATH], words=words[:LONGEST_WORDS]) for path, words in warned
    )
    Referrer.objects.bulk_create([Referrer(**belongs, **frozen.referrer)])
    keys = {person.ref: person.pk for person in people}
    for one in frozen.taken:
        _seal(contact, f"address:{keys[one.ref]}", one, at)
    taken = {"channel": contact.channel, "people": len(people), "warnings": len(warned)}
    record("contact.received", about=contact, at=at, hub_id=contact.hub_id, detail=taken)
    words = FIRST_WORDS.get(Channel(contact.channel), RECEIVED_WORDS)
    email = frozen.referrer["email"]
    write_reply(contact, ReplyKind.RECEIVED, words, by=None, at=at, email=email)


def _keep_original(contact: Contact, frozen: Frozen, sent: Sent, at: datetime) -> Frozen:
    """Keep what a system wrote, once; where an address is protected it goes into the sealed room with it, whole.

    No reader can tell which of a sender's own fields repeat an address.
    """
    sealed = bool(frozen.taken)
    row = Original(
        hub_id=contact.hub_id,
        contact=contact,
        words=None if sealed else sent.words,
        digest=sent.digest,
        system=sent.system[:80],
        by_mapping=sent.by_mapping,
        at=at,
    )
    Original.objects.bulk_create([row], ignore_conflicts=True)
    if not sealed:
        return frozen
    first = frozen.taken[0]
    words = first.words | {AS_WRITTEN: json.dumps(sent.words, ensure_ascii=False)}
    return replace(frozen, taken=[replace(first, words=words), *frozen.taken[1:]])


def _of_the_mapping(sent: Sent | None, frozen: Frozen) -> list[tuple[str, str]]:
    """Return what is said of what a mapping could not read; without the words where an address is protected."""
    said = sent.said if sent else ()
    shown = [
        (path, f"{words}{'' if frozen.taken else f'. The sender wrote “{value[:LONGEST_SAID]}”'}")
        for path, words, value in said[:MOST_SAID]
    ]
    if len(said) > MOST_SAID:
        shown.append(
            ("", f"{len(said) - MOST_SAID} more values that the mapping could not read: see the original")
        )
    return shown


def _keep_for_a_person(
    contact: Contact, frozen: Frozen, digest: str, *, channel: Channel, at: datetime
) -> None:
    """Keep what came under a reference in use, once, for the desk to look at."""
    hold_still(contact)
    if contact.disputed.filter(digest=digest).exists():
        return
    kept = Disputed(
        hub_id=contact.hub_id, contact=contact, message=frozen.shown, digest=digest, channel=channel, at=at
    )
    Disputed.objects.bulk_create([kept])
    for one in frozen.taken:
        _seal(contact, f"address:{kept.pk}/{one.ref}", one, at)
    record("contact.disputed", about=contact, at=at, hub_id=contact.hub_id, detail={"disputed": str(kept.pk)})


def _warned(message: Message, frozen: Frozen, at: datetime) -> list[tuple[str, str]]:
    """Return every (path, words) to be said about the message, without the words that are sealed."""
    return [*((one.path, one.text) for one in oddities.warnings(message, at)), *frozen.cut]


def _seal(contact: Contact, about: str, taken: Taken, at: datetime) -> None:
    """Put what was taken out of the message into the sealed room of this case."""
    words = json.dumps(taken.as_said(), ensure_ascii=False)
    seal_address(hub_id=contact.hub_id, case=contact.pk, about=about, words=words, at=at)
