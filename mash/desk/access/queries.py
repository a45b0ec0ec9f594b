"""What a case is known by, who is kept out of it, and who was let in."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from mash.check.models import Enquiry
from mash.contact import queries as contacts
from mash.contact.models import Contact
from mash.partnership.actions.access import lasting
from mash.partnership.models import DESK, Access, Duty, Staff
from mash.partnership.policy import restricted_from
from mash.partnership.queries import colleagues, is_restricted, working_colleagues
from mash.people.joined import as_one
from mash.triage.queries import earlier, linked, settled


@dataclass(frozen=True, slots=True)
class Case:
    """A contact with the other reports of its event, the other contacts on its people, and those people."""

    contacts: tuple[Contact, ...]
    people: tuple[uuid.UUID, ...]

    @property
    def keys(self) -> list[uuid.UUID]:
        """Return the keys of its contacts."""
        return [one.pk for one in self.contacts]


def find(staff: Staff, contact_id: uuid.UUID) -> Contact:
    """Return a contact that this worker may read.  Raises Http404 for any other."""
    return get_object_or_404(contacts.readable(staff).select_related("hub"), pk=contact_id)


def case_of(contact: Contact) -> Case:
    """Return everything that closes with a contact to whoever is kept out of it, as far as the worker who acts sees it.

    Source: docs/rules.md, "Access".
    """
    event = [contact, *(one.contact for one in linked(contact))]
    people = as_one(person.pk for one in event for person in settled(one).values())
    others = {other.pk: other for one in event for other in earlier(one)}
    found = {one.pk: one for one in event} | others
    return Case(tuple(sorted(found.values(), key=lambda one: one.pk)), tuple(sorted(people)))


def kept_out(contact: Contact, at: datetime) -> list[Access]:
    """Return who is kept out of a contact, each person once."""
    rows = (
        lasting(at).filter(contact_id=contact.pk, bars=True).select_related("staff__account", "by__account")
    )
    found = {one.staff.account_id: one for one in rows.order_by("-from_at", "pk") if one.staff}
    return sorted(found.values(), key=lambda one: str(one.staff))


def let_in_here(contact: Contact, at: datetime) -> QuerySet[Access]:
    """Return who was let into a contact by name."""
    rows = lasting(at).filter(contact_id=contact.pk, bars=False, staff__isnull=False)
    return rows.select_related("staff__account", "staff__agency", "by__account").order_by(
        "staff__account__name", "pk"
    )


def find_let_in(staff: Staff, contact: Contact, access_id: uuid.UUID, at: datetime) -> Access:
    """Return a worker's access to a contact.  Raises Http404 for any other."""
    return get_object_or_404(let_in_here(contact, at).filter(hub=staff.hub_id), pk=access_id)


def may_be_kept_out(staff: Staff) -> QuerySet[Staff]:
    """Return everybody in this worker's hub."""
    return colleagues(staff)


def may_be_let_in(staff: Staff, contact: Contact) -> QuerySet[Staff]:
    """Return the posts of this worker's hub that do not see a contact already: those that do not work at its desk.

    Where the contact is restricted, those too that work there and are neither cleared nor manage the hub.
    """
    sees = (Duty.CLEAR, Duty.MANAGE) if is_restricted(contact.pk) else DESK
    return working_colleagues(staff).exclude(duties__overlap=list(sees)).exclude(account=staff.account_id)


def asked_and_kept_from(staff: Staff, contact: Contact) -> list[Staff]:
    """Return who answers for an agency that was asked about a restricted case and does not see it.

    Source: docs/rules.md, "Restricted cases".
    """
    if not is_restricted(contact.pk):
        return []
    asked = Enquiry.objects.filter(contact_id_opaque=contact.pk, withdrawn_at=None).values("agency")
    answer = colleagues(staff, Duty.ANSWER).filter(agency__in=asked)
    return [one for one in answer if restricted_from(one).filter(contact_id=contact.pk).exists()]
