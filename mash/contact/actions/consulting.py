"""Advice to a professional: recording it, linking a referral that came of it, and finding out how it went."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from mash.common.references import new_reference
from mash.common.verdict import require
from mash.contact import policy, queries
from mash.contact.advice import REFERENCE_LETTER
from mash.contact.models import Consultation, ConsultationLink, Contact, FollowUp
from mash.ledger.actions import record
from mash.partnership.models import Staff

NAMED_BY_IT = "It gives this reference, and comes from the organisation that was advised."
REFERENCES_TRIED = 20


@transaction.atomic
def record_consultation(
    *,
    key: uuid.UUID,
    held_at: datetime,
    how: str,
    source_kind: str,
    organisation: str,
    question: str,
    advice: str,
    next_steps: str,
    referral_advised: bool,
    asked_by: str = "",
    asked_role: str = "",
    asked_email: str = "",
    why_named: str = "",
    named: str = "",
    levels: Sequence[int] = (),
    categories: Sequence[str] = (),
    guide: str = "",
    follow_up_on: date | None = None,
    by: Staff,
    at: datetime,
) -> Consultation:
    """Keep a consultation that was held; whoever records it is the adviser.

    key: of the form; the same form again returns what it made.
    asked_email: finds the professional's own post in this hub; it is not kept.
    why_named: why somebody may be named; "" where it is held without names, and then `named` is "".

    Raises PermissionDenied.

    Source: docs/rules.md, "Consultations".
    """
    require(policy.may_advise(by))
    new = Consultation(
        hub_id=by.hub_id,
        key=key,
        held_at=held_at,
        how=how,
        source_kind=source_kind,
        organisation=" ".join(organisation.split()),
        asked_by=asked_by.strip(),
        asked_role=asked_role.strip(),
        asker=queries.post_with_email(by, asked_email),
        why_named=why_named,
        named=named.strip() if why_named else "",
        question=question.strip(),
        levels=sorted(levels),
        categories=list(categories),
        guide=guide,
        advice=advice.strip(),
        next_steps=next_steps.strip(),
        referral_advised=referral_advised,
        follow_up_on=follow_up_on,
        by=by,
        at=at,
    )
    made = _write(new)
    if made is new:
        told = {"categories": len(new.categories), "named": bool(new.why_named)}
        record("consultation.recorded", about=new, at=at, hub_id=by.hub_id, detail=told)
    return made


def _write(new: Consultation) -> Consultation:
    """Write the row under a reference nobody has; return it, or what the same form made before."""
    for _ in range(REFERENCES_TRIED):
        new.reference = new_reference(new.by.hub.prefix + REFERENCE_LETTER)
        Consultation.objects.bulk_create([new], ignore_conflicts=True)
        made = Consultation.objects.filter(key=new.key, by=new.by).first()
        if made:
            return new if made.pk == new.pk else made
    raise RuntimeError(f"no free reference was found in {REFERENCES_TRIED} tries")


@transaction.atomic
def link_consultation(
    *, consultation: Consultation, contact: Contact, why: str, by: Staff, at: datetime
) -> ConsultationLink:
    """Say that a contact came of a consultation.  What is linked already stays as it is.

    Raises PermissionDenied unless `by` may read both.

    Source: docs/rules.md, "Consultations".
    """
    require(policy.may_link(by, consultation, contact))
    held = Consultation.objects.select_for_update(of=("self",)).get(pk=consultation.pk)
    linked = ConsultationLink.objects.filter(consultation=held, contact=contact, undone_at=None).first()
    return linked or _link(held, contact, why, by, at)


def link_what_it_names(*, contact: Contact, by: Staff | None, at: datetime) -> ConsultationLink | None:
    """Link a contact that has just come to the advice it gives the reference of, if whoever was advised sent it.

    Where the reference alone fits, or the organisation alone, nothing is linked: a person is asked.
    by: the worker who wrote the contact down, if one did.

    Source: docs/rules.md, "Consultations".
    """
    held = queries.advice_named_by(contact)
    return _link(held, contact, NAMED_BY_IT, by, at) if held else None


def _link(held: Consultation, contact: Contact, why: str, by: Staff | None, at: datetime) -> ConsultationLink:
    link = ConsultationLink(
        hub_id=held.hub_id, consultation=held, contact=contact, why=why.strip(), by=by, at=at
    )
    ConsultationLink.objects.bulk_create([link])
    held.contacts = [*held.contacts, contact.pk]
    held.save(update_fields=["contacts"])
    told = {"contact": str(contact.pk), "reference": contact.reference}
    record("consultation.linked", about=held, at=at, hub_id=held.hub_id, why=link.why, detail=told)
    return link


@transaction.atomic
def unlink_consultation(*, link: ConsultationLink, why: str, by: Staff, at: datetime) -> ConsultationLink:
    """Take back that a contact came of a consultation; the link stays on record with the reason.

    Raises PermissionDenied unless `by` may read both, and by night unless the advice is theirs.

    Source: docs/rules.md, "Consultations".
    """
    require(policy.may_unlink(by, link.consultation, link.contact))
    held = Consultation.objects.select_for_update(of=("self",)).get(pk=link.consultation_id)
    link = ConsultationLink.objects.select_related("contact").get(pk=link.pk)
    if link.undone_at:
        return link
    link.undone_at, link.undone_by, link.undone_why = at, by, why.strip()
    link.save(update_fields=["undone_at", "undone_by", "undone_why"])
    held.contacts = [key for key in held.contacts if key != link.contact_id]
    held.save(update_fields=["contacts"])
    told = {"contact": str(link.contact_id)}
    record("consultation.unlinked", about=held, at=at, hub_id=held.hub_id, why=link.undone_why, detail=told)
    return link


@transaction.atomic
def follow_up(
    *,
    consultation: Consultation,
    key: uuid.UUID,
    words: str,
    next_on: date | None,
    by: Staff,
    at: datetime,
) -> FollowUp:
    """Keep what became of the advice, and when somebody asks again.  The same form twice makes one.

    Raises PermissionDenied.

    Source: docs/rules.md, "Consultations".
    """
    require(policy.may_follow_up(by, consultation))
    held = Consultation.objects.select_for_update(of=("self",)).get(pk=consultation.pk)
    made = FollowUp.objects.filter(key=key, consultation=held).first()
    if made:
        return made
    found = FollowUp(
        hub_id=held.hub_id, consultation=held, key=key, words=words.strip(), next_on=next_on, by=by, at=at
    )
    FollowUp.objects.bulk_create([found])
    held.follow_up_on = next_on
    held.save(update_fields=["follow_up_on"])
    record("consultation.followed_up", about=held, at=at, hub_id=held.hub_id)
    return found


@transaction.atomic
def say_what_of_the_guide(*, consultation: Consultation, guide: str, by: Staff, at: datetime) -> Consultation:
    """Say which question of the hub's guide was asked.  guide: its id, UNANSWERED, or "" where nobody can say.

    Raises PermissionDenied.

    Source: docs/rules.md, "Consultations".
    """
    require(policy.may_follow_up(by, consultation))
    held = Consultation.objects.select_for_update(of=("self",)).get(pk=consultation.pk)
    if held.guide != guide:
        held.guide = guide
        held.save(update_fields=["guide"])
        record("consultation.of_the_guide", about=held, at=at, hub_id=held.hub_id, detail={"question": guide})
    return held
