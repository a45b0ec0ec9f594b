"""Taking an e-mail in, once: its files, an answer that says its reference, a word where something was refused."""

from datetime import datetime

from django.db import transaction

from mash.common.references import new_reference
from mash.ledger.actions import record
from mash.mail import queries
from mash.mail.models import Enclosed, Kind, Mail
from mash.mail.reading import Said
from mash.partnership.actions import notify, queue_email
from mash.partnership.models import Hub

REFERENCES_TRIED = 20
ANSWERS_A_DAY = 5  # to one sender: two programs that answer each other come to an end
ANSWER = (
    "We have received your e-mail.  Its reference is {reference}.  This is an automatic message: nobody has read it "
    "yet.  If somebody is in immediate danger, ring 999."
)
SUBJECT = "An e-mail was not taken whole: {reference}"
BODY = "Sign in to see e-mail {reference}: something in it was refused.  Open “E-mail”."
PAGE = "/e-mail/{key}/"


@transaction.atomic
def take_in(
    said: Said, *, hub: Hub, uid_validity: str, uid: str, received_at: datetime, at: datetime
) -> tuple[Mail, bool]:
    """Keep an e-mail; return it, and whether it is new here.  The same again changes nothing.

    received_at: when it reached the mailbox; a moment that has not come counts as now.

    Source: docs/rules.md, "E-mail".
    """
    answers = _may_answer(said, hub, at)
    new = Mail(
        hub=hub,
        digest=said.digest,
        message_id=said.message_id,
        uid_validity=uid_validity,
        uid=uid,
        kind=said.kind,
        sender_name=said.sender_name,
        sender=said.sender,
        subject=said.subject,
        sent_at=said.sent_at,
        received_at=min(received_at, at),
        read_at=at,
        words=said.words,
        cut=said.cut,
        checks=said.checks,
        acknowledged=answers,
    )
    mail = _write(new)
    if mail is not new:
        return mail, False
    files = [
        Enclosed(
            hub=hub,
            mail=mail,
            place=place,
            name=one.name,
            media_type=one.media_type,
            size=one.size,
            sha256=one.sha256,
            body=one.body,
            refused=one.refused,
        )
        for place, one in enumerate(said.files)
    ]
    Enclosed.objects.bulk_create(files)
    refused = sum(bool(one.refused) for one in files)
    detail = {"kind": said.kind, "files": len(files), "refused": refused, "acknowledged": answers}
    record("mail.received", about=mail, at=at, hub_id=hub.pk, detail=detail)
    if answers:
        subject, body = f"Received: reference {mail.reference}", ANSWER.format(reference=mail.reference)
        queue_email(hub_id=hub.pk, to=said.sender, subject=subject, body=body, at=at)
    if refused or said.kind in (Kind.TOO_LARGE, Kind.UNREADABLE):
        _tell(mail, at)
    return mail, True


def _may_answer(said: Said, hub: Hub, at: datetime) -> bool:
    if not (said.may_answer and queries.acknowledges(hub.pk)):
        return False
    return queries.acknowledged_lately(hub.pk, said.sender, at) < ANSWERS_A_DAY


def _write(new: Mail) -> Mail:
    """Write the row under a reference nobody has; return it, or the same e-mail as it was taken before."""
    for _ in range(REFERENCES_TRIED):
        new.reference = new_reference(new.hub.prefix)
        Mail.objects.bulk_create([new], ignore_conflicts=True)
        there = Mail.objects.filter(hub=new.hub_id, digest=new.digest).first()
        if there:
            return new if there.pk == new.pk else there
    raise RuntimeError(f"no free reference was found in {REFERENCES_TRIED} tries")


def _tell(mail: Mail, at: datetime) -> None:
    for address in queries.managers(mail.hub_id, at):
        notify(
            hub_id=mail.hub_id,
            to=address,
            subject=SUBJECT.format(reference=mail.reference),
            body=BODY.format(reference=mail.reference),
            page=PAGE.format(key=mail.pk),
            at=at,
        )
