"""Saying what an e-mail is: a contact of its own, a word on one that is there, or no referral."""

from datetime import datetime

from django.db import transaction

from mash.common.verdict import require
from mash.contact import actions as contacts
from mash.contact import policy as contact_policy
from mash.contact.message import Message
from mash.contact.models import Channel, Contact
from mash.ledger.actions import record
from mash.mail import policy
from mash.mail.models import Acknowledging, Mail, Outcome
from mash.partnership.models import Staff

LONGEST_WHY, LONGEST_SAID_BY = 500, 160


class NotWhole(ValueError):
    """Something is missing that was asked for."""


class SettledAlready(Exception):
    """Somebody made a contact of it meanwhile.  Carries the e-mail as it stands now."""

    def __init__(self, mail: Mail) -> None:
        self.mail = mail
        super().__init__(mail.reference)


@transaction.atomic
def take_up(*, mail: Mail, message: Message, by: Staff, at: datetime) -> Contact:
    """Make a contact of an e-mail, under its reference.  Every clock counts from when it reached the mailbox.

    message: the referral that the worker wrote from it.

    Raises PermissionDenied, and SettledAlready.

    Source: docs/rules.md, "E-mail".
    """
    held = _held(mail, by)
    contact, _ = contacts.receive(
        message,
        hub=by.hub,
        channel=Channel.EMAIL,
        received_at=held.received_at,
        written_at=at,
        by=by,
        as_=contacts.Known(held.pk, held.reference),
    )
    _settle(held, Outcome.REFERRAL, contact=contact, by=by, at=at)
    return contact


@transaction.atomic
def add_to_contact(*, mail: Mail, contact: Contact, by: Staff, at: datetime) -> Contact:
    """Add an e-mail with its files to a contact that is there.

    Raises PermissionDenied, and SettledAlready.

    Source: docs/rules.md, "E-mail", "Contacts".
    """
    require(contact_policy.may_add(by, contact))
    held = _held(mail, by)
    said_by = " ".join(part for part in (held.sender_name, held.sender, "by e-mail", held.reference) if part)
    words = "\n\n".join(part for part in (held.subject, held.words) if part) or "An e-mail without words."
    contacts.add(contact=contact, words=words, said_by=said_by[-LONGEST_SAID_BY:], by=by, at=at)
    files = [
        contacts.NewFile(one.name, one.media_type, bytes(one.body), one.sha256)
        for one in held.files.filter(refused="").order_by("place")
    ]
    contacts.add_files(contact=contact, files=files, by=by, at=at)
    _settle(held, Outcome.ADDED, contact=contact, by=by, at=at)
    return contact


@transaction.atomic
def not_a_referral(*, mail: Mail, why: str, by: Staff, at: datetime) -> None:
    """Say that an e-mail is no referral, and why.  It is kept, and can still be taken up.

    Raises PermissionDenied, SettledAlready, and NotWhole without a reason.

    Source: docs/rules.md, "E-mail".
    """
    if not why.strip():
        raise NotWhole("Say why it is not a referral")
    held = _held(mail, by)
    held.why = why.strip()[:LONGEST_WHY]
    _settle(held, Outcome.NOT_A_REFERRAL, contact=None, by=by, at=at)


@transaction.atomic
def acknowledge_from_now_on(*, on: bool, by: Staff, at: datetime) -> None:
    """Say whether e-mails are answered with their reference.

    Raises PermissionDenied.

    Source: docs/rules.md, "E-mail".
    """
    require(policy.may_set_up(by))
    said = Acknowledging(hub_id=by.hub_id, on=on, by=by, at=at)
    Acknowledging.objects.bulk_create([said])
    record("mail.acknowledging", about=said, at=at, hub_id=by.hub_id, detail={"on": on})


def _held(mail: Mail, by: Staff) -> Mail:
    """Return an e-mail held still until the transaction ends."""
    require(policy.may_settle(by, mail))
    held = Mail.objects.select_for_update(of=("self",)).filter(pk=mail.pk, contact=None).first()
    if held is None:
        raise SettledAlready(mail)
    return held


def _settle(held: Mail, outcome: Outcome, *, contact: Contact | None, by: Staff, at: datetime) -> None:
    held.outcome, held.contact, held.by, held.at = outcome, contact, by, at
    if outcome != Outcome.NOT_A_REFERRAL:
        held.why = ""
    held.save(update_fields=["outcome", "contact", "why", "by", "at"])
    detail = {"outcome": str(outcome)} | ({"contact": str(contact.pk)} if contact else {})
    record("mail.settled", about=held, at=at, hub_id=held.hub_id, why=held.why, detail=detail)
