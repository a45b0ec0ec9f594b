"""Letting the allocated worker and their manager into a contact about somebody whose case is open."""

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta

from mash.common.navigation import address_of_one
from mash.contact.allocated import SEES_REFERENCE, Allocated, allocated_to
from mash.contact.models import Contact
from mash.ledger.actions import record
from mash.partnership.actions import notify
from mash.partnership.actions.access import admit, lasting, shut
from mash.partnership.models import Staff

LASTS = timedelta(days=90)  # local
CASE_IS_OPEN = "Works with somebody in it, whose case is open"
SIGN_IN = "Sign in to see reference {reference}."
CALL = (
    "Reference {reference} is for you, and you cannot sign in for it: no post in {hub} has this address. "
    "Call the hub{telephone} and say the reference. They read it to you."
)


def tell_allocated(*, contact: Contact, people: Iterable[uuid.UUID], by: Staff, at: datetime) -> int:
    """Let whoever works with these people into a contact, and tell each of them and of their managers, once.

    A post is let in whose account signs in with the very address that the open case names, in the same hub;
    where there is none nobody is let in, and the e-mail says to call.  Return how many were newly told.

    Source: docs/rules.md, "Known already, open already".
    """
    found = allocated_to(contact, people, at)
    for one in found:
        for post in one.posts:
            if not post.works_at_the_desk:
                admit(who=post, contact=contact.pk, why=CASE_IS_OPEN, until_at=at + LASTS, by=by, at=at)
    told = sum(_mail(contact, one, at) for one in found if one.address)
    if told:
        let_in = sum(bool(one.posts) for one in found)
        detail = {"told": told, "may_open_it": let_in}
        record("worker.notified", about=contact, at=at, hub_id=contact.hub_id, detail=detail)
    return told


def end_allocated(*, contact: Contact, people: Iterable[uuid.UUID], at: datetime) -> None:
    """End the access of those who were let in for an open case and work with none of these people any more."""
    still = {post.pk for one in allocated_to(contact, people, at) for post in one.posts}
    rows = lasting(at).filter(contact_id=contact.pk, bars=False, why=CASE_IS_OPEN).select_related("staff")
    for row in rows.exclude(staff__in=still):
        shut(access=row, why="It is not about somebody they work with", at=at)


def _mail(contact: Contact, to: Allocated, at: datetime) -> bool:
    if to.told:
        return False
    subject = SEES_REFERENCE.format(reference=contact.reference)
    hub = contact.hub
    telephone = f" on {hub.telephone}" if hub.telephone else ""
    body = SIGN_IN if to.posts else CALL
    at_the_desk = any(one.works_at_the_desk for one in to.posts)
    page = "" if at_the_desk else address_of_one("desk:passed_contact", contact.pk)
    words = body.format(reference=contact.reference, hub=hub.name, telephone=telephone)
    notify(
        hub_id=contact.hub_id,
        to=to.address,
        subject=subject,
        body=words,
        at=at,
        page=page,
        contact=contact.pk,
    )
    return True
