"""What the family said, and on what ground agreement is not waited for."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from mash.common.clock import LONDON
from mash.common.editions import content_of
from mash.common.verdict import require
from mash.contact.actions import hold_still
from mash.contact.models import Contact, ContactPerson
from mash.ledger.actions import record
from mash.partnership.actions import notify
from mash.partnership.models import Duty, Staff
from mash.triage import content, gate, policy, queries, told
from mash.triage.actions.once import key_for
from mash.triage.models import Agreement, Ground, Sought

ASKED_SUBJECT = "A ground waits for approval: {reference}"
ASKED_BODY = "Sign in to see reference {reference}.  It waits for the approval of a manager."


class NothingSaid(Exception):
    """An agreement says who gave it and what for; a refusal says who refused."""


class AnswersForAnother(Exception):
    """Whoever agreed cannot answer for that person; the message says why."""


class GroundIncomplete(Exception):
    """A ground is one of the list, with a reason in words."""


# What the family said


@transaction.atomic
def record_agreement(
    *,
    contact: Contact,
    about: ContactPerson,
    sought: str,
    by: Staff,
    at: datetime,
    said_at: datetime,
    given_by: str = "",
    given_by_person: ContactPerson | None = None,
    scopes: Sequence[str] = (),
    how: str = "",
    family_aware: bool | None = None,
    words: str = "",
    lapses_at: datetime | None = None,
    key: uuid.UUID | None = None,
) -> Agreement:
    """Record what was said about asking for what is held on one person.  It ends no other agreement.

    given_by: parent, young_person, adult or attorney_or_deputy.  scopes: what it is for.
    lapses_at: when it ends by itself; left out, after the days the hub allows.

    Raises PermissionDenied; NothingSaid; AnswersForAnother, for a person without parental responsibility and a
    child, or for another adult.

    Source: docs/rules.md, "Agreement".
    """
    require(policy.may_work_on(by, contact))
    adopt_from_message(contact=contact, at=at)
    made = Agreement.objects.filter(pk=key_for(by, key), contact=contact).first() if key else None
    if made:
        return made
    said = Agreement(
        id=key_for(by, key),
        hub_id=contact.hub_id,
        contact=contact,
        about=about,
        sought=sought,
        given_by=given_by,
        given_by_person=given_by_person,
        scopes=list(scopes),
        how=how,
        family_aware=family_aware,
        words=words.strip(),
        said_at=said_at,
        lapses_at=lapses_at or told.lapses(said_at) if sought == Sought.GIVEN else None,
        by=by,
        at=at,
    )
    _whole(said)
    Agreement.objects.bulk_create([said])
    detail = {"about": about.ref, "sought": sought, "scopes": said.scopes, "agreement": str(said.pk)}
    record("agreement.recorded", about=contact, at=at, hub_id=contact.hub_id, detail=detail)
    return said


@transaction.atomic
def record_agreements(
    *, contact: Contact, about: Sequence[ContactPerson], key: uuid.UUID | None = None, **said: Any
) -> list[Agreement]:
    """Record the same words about several people, as a record for each: all of them, or none.

    said: as `record_agreement` takes it, which raises what this raises.

    Source: docs/rules.md, "Agreement".
    """
    keys = [uuid.uuid5(key, person.ref) if key else None for person in about]
    pairs = zip(about, keys, strict=True)
    return [record_agreement(contact=contact, about=person, key=each, **said) for person, each in pairs]


@transaction.atomic
def withdraw_agreement(*, agreement: Agreement, why: str, by: Staff, at: datetime) -> Agreement:
    """Record that an agreement was taken back: nothing new rests on it.  What was lawfully shared stays on record.

    Source: docs/rules.md, "Agreement".
    """
    require(policy.may_work_on(by, agreement.contact))
    hold_still(agreement.contact)
    agreement.refresh_from_db()
    if agreement.withdrawn_at is None:
        agreement.withdrawn_at = at
        agreement.save(update_fields=["withdrawn_at"])
        detail = {"agreement": str(agreement.pk)}
        record(
            "agreement.withdrawn",
            about=agreement.contact,
            at=at,
            hub_id=agreement.hub_id,
            why=why,
            detail=detail,
        )
    return agreement


def _whole(said: Agreement) -> None:
    speakers, scopes = content.agreement_given_by(), content.agreement_scopes()
    if said.sought == Sought.NOT_SOUGHT:
        return
    if said.given_by not in speakers or not set(said.scopes) <= set(scopes):
        raise NothingSaid
    if said.sought == Sought.GIVEN:
        if not said.scopes or said.how not in content.agreement_how():
            raise NothingSaid
        on = said.said_at.astimezone(LONDON).date()
        refusal = gate.cannot_answer_for(said, said.about, list(said.contact.relationships.all()), on)
        if refusal:
            raise AnswersForAnother(refusal)


# Grounds


@transaction.atomic
def record_ground(
    *,
    contact: Contact,
    about: ContactPerson,
    ground: str,
    reason: str,
    by: Staff,
    at: datetime,
    key: uuid.UUID | None = None,
) -> Ground:
    """Record why what is held on one person may be asked for without agreement.  Another person approves it.

    The managers are told by e-mail that a reference waits for them.

    Raises PermissionDenied, or GroundIncomplete.

    Source: docs/rules.md, "The gate".
    """
    require(policy.may_work_on(by, contact))
    adopt_from_message(contact=contact, at=at)
    made = Ground.objects.filter(pk=key_for(by, key), contact=contact).first() if key else None
    if made:
        return made
    if ground not in content.override_grounds() or not reason.strip():
        raise GroundIncomplete
    row = Ground(
        id=key_for(by, key),
        hub_id=contact.hub_id,
        contact=contact,
        about=about,
        ground=ground,
        reason=reason.strip(),
        by=by,
        at=at,
    )
    Ground.objects.bulk_create([row])
    detail = {"about": about.ref, "ground": ground, "row": str(row.pk)}
    record("ground.recorded", about=contact, at=at, hub_id=contact.hub_id, why=row.reason, detail=detail)
    _ask_managers(row)
    return row


def _ask_managers(ground: Ground) -> None:
    """Tell the hub's managers once that a ground waits, however many people it was recorded for in one go."""
    contact, by = ground.contact, ground.by
    together = Ground.objects.filter(contact=contact, by=by, at=ground.at).exclude(pk=ground.pk)
    if by is None or together.exists():
        return
    lasting = Q(until_at=None) | Q(until_at__gt=ground.at)
    found = Staff.objects.filter(lasting, hub=contact.hub_id, from_at__lte=ground.at, account__is_active=True)
    found = found.filter(duties__overlap=[Duty.MANAGE, Duty.APPROVE]).exclude(account=by.account_id)
    for address in sorted({one.account.email for one in found.select_related("account")}):
        notify(
            hub_id=contact.hub_id,
            to=address,
            subject=ASKED_SUBJECT.format(reference=contact.reference),
            body=ASKED_BODY.format(reference=contact.reference),
            at=ground.at,
            page=reverse("triage:page", args=[contact.pk]),
            contact=contact.pk,
        )


@transaction.atomic
def record_grounds(
    *, contact: Contact, about: Sequence[ContactPerson], key: uuid.UUID | None = None, **said: Any
) -> list[Ground]:
    """Record the same ground for several people, as a record for each: all of them, or none.

    said: as `record_ground` takes it, which raises what this raises.

    Source: docs/rules.md, "The gate".
    """
    keys = [uuid.uuid5(key, person.ref) if key else None for person in about]
    pairs = zip(about, keys, strict=True)
    return [record_ground(contact=contact, about=person, key=each, **said) for person, each in pairs]


@transaction.atomic
def approve_ground(*, ground: Ground, by: Staff, at: datetime, reason: str = "") -> Ground:
    """Approve asking without agreement, as a manager other than whoever recorded the ground.

    reason: for a ground that came in a message without one, what the manager found.

    Raises PermissionDenied, or GroundIncomplete if there is no reason.

    Source: docs/rules.md, "The gate".
    """
    require(policy.may_approve_ground(by, ground))
    require(policy.may_see(by, ground.contact))
    hold_still(ground.contact)
    ground.refresh_from_db()
    if ground.approved_at:
        return ground
    ground.reason = ground.reason or reason.strip()
    if not ground.reason:
        raise GroundIncomplete
    ground.approved_by, ground.approved_at, ground.refused_at = by, at, None
    ground.save(update_fields=["reason", "approved_by", "approved_at", "refused_at"])
    _tell("ground.approved", ground, at)
    return ground


@transaction.atomic
def refuse_ground(*, ground: Ground, why: str, by: Staff, at: datetime) -> Ground:
    """Say no to asking without agreement: the ground opens nothing from now on."""
    require(policy.may_approve_ground(by, ground))
    require(policy.may_see(by, ground.contact))
    hold_still(ground.contact)
    ground.refresh_from_db()
    if ground.refused_at is None:
        ground.refused_at, ground.approved_by, ground.approved_at = at, None, None
        ground.save(update_fields=["refused_at", "approved_by", "approved_at"])
        _tell("ground.refused", ground, at, why)
    return ground


def _tell(event: str, ground: Ground, at: datetime, why: str = "") -> None:
    detail = {"ground": ground.ground, "row": str(ground.pk)}
    record(event, about=ground.contact, at=at, hub_id=ground.hub_id, why=why, detail=detail)


# What the message says


@transaction.atomic
def adopt_from_message(*, contact: Contact, at: datetime) -> tuple[list[Agreement], list[Ground]]:
    """Set down, person by person, what the sender says of agreement and ground.  Safe to repeat.

    Whoever first works on a contact does this with it.  The rows say that they come from the message.  A ground
    with a manager of the sender's is confirmed by one of the hub's when it is relied on; one without waits.

    Source: docs/rules.md, "Agreement"; docs/rules.md, "The gate".
    """
    hold_still(contact)
    with content_of(contact.hub_id):
        agreements, grounds = queries.not_yet_adopted(contact)
    if not agreements and not grounds:
        return [], []
    Agreement.objects.bulk_create(agreements)
    Ground.objects.bulk_create(grounds)
    detail = {"agreements": len(agreements), "grounds": len(grounds)}
    record("agreement.adopted", about=contact, at=at, hub_id=contact.hub_id, detail=detail)
    return agreements, grounds
