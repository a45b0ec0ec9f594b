"""Moving a worker's contacts to somebody else, and giving back what they hold."""

from datetime import datetime

from django.db import transaction

from mash.common.verdict import require
from mash.contact.actions import hold_still
from mash.contact.models import Contact
from mash.ledger.actions import record
from mash.partnership.models import Staff
from mash.partnership.policy import may_keep_out, may_move_work
from mash.triage import policy, queries
from mash.triage.models import Hold, Owner


@transaction.atomic
def move_contact(*, contact: Contact, frm: Staff, to: Staff, why: str, by: Staff, at: datetime) -> bool:
    """Give a contact of one worker to another; return whether it changed hands.

    Rating, clock, due time, drafts and history stay as they are.  One that somebody else owns meanwhile is left.

    Raises PermissionDenied where `by` may not move this worker's work, or `to` may not take the contact.

    Source: docs/rules.md, "Moving work".
    """
    require(may_move_work(by, frm))
    require(policy.may_assign(by, contact, to))
    hold_still(contact)
    current = queries.owner_of(contact)
    if current and current.staff_id != frm.pk:
        return False
    Owner.objects.create(hub_id=contact.hub_id, contact=contact, staff=to, why=why.strip(), by=by, at=at)
    Hold.objects.filter(contact=contact, staff=frm).delete()
    detail = {"from": str(frm.pk), "to": str(to.pk)}
    record("contact.moved", about=contact, at=at, hub_id=contact.hub_id, why=why.strip(), detail=detail)
    return True


@transaction.atomic
def give_back(*, contact: Contact, frm: Staff, by: Staff, at: datetime) -> bool:
    """Give what a worker holds back to the line; return whether they held it.

    Raises PermissionDenied where `by` may not move this worker's work.

    Source: docs/rules.md, "Moving work".
    """
    require(may_move_work(by, frm))
    hold_still(contact)
    ended, _ = Hold.objects.filter(contact=contact, staff=frm).delete()
    if ended:
        record("contact.let_go", about=contact, at=at, hub_id=contact.hub_id, detail={"of": str(frm.pk)})
    return bool(ended)


@transaction.atomic
def take_from(*, contact: Contact, frm: Staff, to: Staff | None, by: Staff, at: datetime) -> None:
    """Take a contact from a worker who is kept out of it: what they hold goes back, what they own goes to `to`.

    to: whoever manages the hub, who gives it out; None where nobody does, and then it stays theirs in name.

    Raises PermissionDenied where `by` may not keep this worker out.

    Source: docs/rules.md, "Access".
    """
    require(may_keep_out(by, frm))
    hold_still(contact)
    Hold.objects.filter(contact=contact, staff=frm).delete()
    current = queries.owner_of(contact)
    if to is None or current is None or current.staff_id != frm.pk:
        return
    why = "Its owner is kept out of this case"
    Owner.objects.create(hub_id=contact.hub_id, contact=contact, staff=to, why=why, by=by, at=at)
    detail = {"from": str(frm.pk), "to": str(to.pk)}
    record("contact.moved", about=contact, at=at, hub_id=contact.hub_id, why=why, detail=detail)


def put_with(*, contact: Contact, to: Staff, why: str, by: Staff, at: datetime) -> None:
    """Give a contact to a worker, whosever it was; for later apps, which hold it still and know why.

    Source: docs/rules.md, "The hub’s own decisions".
    """
    Hold.objects.filter(contact=contact).delete()
    Owner.objects.create(hub_id=contact.hub_id, contact=contact, staff=to, why=why.strip(), by=by, at=at)
    record(
        "contact.moved",
        about=contact,
        at=at,
        hub_id=contact.hub_id,
        why=why.strip(),
        detail={"to": str(to.pk)},
    )
