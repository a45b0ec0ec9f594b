"""Who may do what with a contact.  To audit access to contacts, read this file: no rule lives elsewhere."""

import uuid
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Q, QuerySet, UUIDField
from django.db.models.functions import Now

from mash.common.prepared import asked_once
from mash.common.verdict import ALLOWED, Verdict
from mash.contact import night
from mash.contact.models import Attachment, Consultation, Contact, ContactPerson
from mash.partnership.models import DESK, Access, Duty, Restriction, Staff
from mash.partnership.policy import is_restricted_from, restricted_from

WRITES_DOWN = (Duty.SCREEN, Duty.ASSESS, Duty.DECIDE, Duty.OUT_OF_HOURS)
ADVISES = (*WRITES_DOWN, Duty.MANAGE)
SETTLES = (Duty.SCREEN, Duty.ASSESS, Duty.DECIDE)
CONFLICT = Verdict("You have a conflict of interest in this case, and it is closed to you.")
RESTRICTED = Verdict("This case is restricted, and you have not been let into it.")
MAY_HOLD_AN_ADDRESS = Verdict("An address in this case is protected, and the file may name it.")
NOT_TONIGHT = Verdict("This contact is not among those that the emergency duty team sees.")


def may_read(staff: Staff, contact: Contact) -> Verdict:
    """Test whether a whole contact may be read: at the desk of its hub, and not by who is kept from it.

    Whoever works nights alone reads the night's contacts.

    Source: docs/rules.md, "Access", "Out of hours".
    """
    if staff.hub_id != contact.hub_id:
        return Verdict("This contact belongs to another hub.")
    if not staff.works_at_the_desk:
        return Verdict("Contacts are read at the hub's own desk.")
    if not night.is_open_to(staff, contact.pk):
        return NOT_TONIGHT
    return unless_closed(staff, contact.pk)


def readable_by(staff: Staff) -> Q:
    """Return the rule of `may_read` as a filter on contacts.  A test holds the two together."""
    if not staff.has(*DESK):
        return Q(pk__in=[])
    return Q(hub=staff.hub_id) & ~closed(staff) & night.narrowed(staff)


def may_open_file(staff: Staff, file: Attachment) -> Verdict:
    """Test whether a file may be opened, as far as it is clean: by whoever may read the whole contact.

    Where an address in the contact is protected the file may name it, and only the cleared open it.

    Source: docs/rules.md, "Files", "Protected addresses".
    """
    if not (may := may_read(staff, file.contact)):
        return may
    if not staff.has(Duty.CLEAR) and _with_protected_address().filter(contact=file.contact_id).exists():
        return MAY_HOLD_AN_ADDRESS
    return ALLOWED


def openable_by(staff: Staff) -> Q:
    """Return the rule of `may_open_file` as a filter on files.  A test holds the two together."""
    here = Q(contact__in=Contact.objects.filter(readable_by(staff)))
    return (
        here if staff.has(Duty.CLEAR) else here & ~Q(contact__in=_with_protected_address().values("contact"))
    )


def _with_protected_address() -> QuerySet[ContactPerson]:
    return ContactPerson.objects.filter(protected=True)


def may_read_as_let_in(staff: Staff, contact: Contact) -> Verdict:
    """Test whether somebody who does not work at the desk may read one contact: let in by name, and not kept out.

    Source: docs/rules.md, "Access", "Known already, open already".
    """
    if staff.hub_id != contact.hub_id or not _let_in(staff).filter(contact_id=contact.pk).exists():
        return Verdict("You are not let into this contact.")
    return unless_closed(staff, contact.pk)


def let_in_to(staff: Staff) -> Q:
    """Return the rule of `may_read_as_let_in` as a filter on contacts.  A test holds the two together."""
    here = Q(hub=staff.hub_id, pk__in=_let_in(staff).values("contact_id"))
    return here & ~closed(staff)


def may_write_down(staff: Staff) -> Verdict:
    """Test whether this worker may take a contact by telephone.  Source: docs/rules.md, "Contacts"."""
    if not staff.has(*WRITES_DOWN):
        return Verdict("Only staff who screen contacts can take one by telephone.")
    return ALLOWED


def may_see_disputed(staff: Staff) -> Verdict:
    """Test whether this worker may look at what came twice under one reference.  Source: docs/rules.md, "Contacts"."""
    if not staff.works_at_the_desk:
        return Verdict("Contacts are read at the hub's own desk.")
    return ALLOWED


def may_settle(staff: Staff, contact: Contact) -> Verdict:
    """Test whether this worker may say who somebody in a contact is.  Source: docs/rules.md, "Matching people"."""
    if not staff.has(*SETTLES):
        return Verdict("Only staff who screen contacts can settle who somebody is.")
    return may_read(staff, contact)


def may_add(staff: Staff, contact: Contact) -> Verdict:
    """Test whether this worker may add to a contact.  Source: docs/rules.md, "Contacts"."""
    return may_read(staff, contact)


def may_reply(staff: Staff, contact: Contact) -> Verdict:
    """Test whether this worker may answer the referrer.  Source: docs/rules.md, "Feedback to the referrer"."""
    return may_read(staff, contact)


def may_advise(staff: Staff) -> Verdict:
    """Test whether this worker may record advice to a professional.  Source: docs/rules.md, "Consultations"."""
    if not staff.has(*ADVISES):
        return Verdict("Advice is recorded by whoever screens, decides or manages at the hub's own desk.")
    return ALLOWED


def may_look_through_advice(staff: Staff) -> Verdict:
    """Test whether a post has the hub's list of advice, and not its own questions alone: the desk has.

    Source: docs/rules.md, "Consultations".
    """
    return ALLOWED if staff.works_at_the_desk else Verdict("The list of advice is for the hub's own desk.")


def may_read_consultation(staff: Staff, consultation: Consultation) -> Verdict:
    """Test whether a consultation may be read: at the desk of its hub, and by the professional who asked.

    One that is linked to a case is closed, with it, to whoever is kept from the case.

    Source: docs/rules.md, "Consultations", "Access".
    """
    if staff.hub_id != consultation.hub_id:
        return Verdict("This consultation belongs to another hub.")
    if consultation.asker_id == staff.pk:
        return ALLOWED
    if not staff.works_at_the_desk:
        return Verdict("Consultations are read at the hub's own desk, and by whoever asked.")
    for case in consultation.contacts:
        if not (open_to_them := unless_closed(staff, case)):
            return open_to_them
    if consultation.by_id == staff.pk or not staff.works_nights:
        return ALLOWED
    tonight = any(night.is_open_to(staff, one) for one in consultation.contacts)
    return (
        ALLOWED
        if tonight
        else Verdict("At night you read your own advice, and that on the night's contacts.")
    )


def consultations_readable_by(staff: Staff) -> Q:
    """Return the rule of `may_read_consultation` as a filter.  A test holds the two together."""
    own = Q(hub=staff.hub_id, asker=staff.pk)
    if not staff.has(*DESK):
        return own
    here = Q(hub=staff.hub_id)
    for rows in _closing(staff):
        here &= ~Q(contacts__overlap=ArraySubquery(rows.values("contact_id")))
    if staff.works_nights:
        tonight = Contact.objects.filter(night.tonight(staff.hub_id), hub=staff.hub_id)
        here &= Q(by=staff.pk) | Q(contacts__overlap=list(tonight.values_list("pk", flat=True)))
    return own | here


def may_link(staff: Staff, consultation: Consultation, contact: Contact) -> Verdict:
    """Test whether this worker may say that a contact came of a consultation.

    Source: docs/rules.md, "Consultations".
    """
    if not staff.works_at_the_desk:
        return Verdict("Consultations are linked at the hub's own desk.")
    return may_read_consultation(staff, consultation) and may_read(staff, contact)


def may_unlink(staff: Staff, consultation: Consultation, contact: Contact) -> Verdict:
    """Test whether this worker may take such a link back: at night only of advice they recorded, which stays theirs.

    Source: docs/rules.md, "Consultations", "Out of hours".
    """
    if staff.works_nights and consultation.by_id != staff.pk:
        return Verdict("At night a consultation stays linked: the day team takes it back.")
    return may_link(staff, consultation, contact)


def may_follow_up(staff: Staff, consultation: Consultation) -> Verdict:
    """Test whether this worker may write what became of the advice.  Source: docs/rules.md, "Consultations"."""
    return may_advise(staff) and may_read_consultation(staff, consultation)


def unless_closed(staff: Staff, contact_id: uuid.UUID) -> Verdict:
    """Test that one contact is not closed to this post now: by a conflict of interest, or since it is restricted.

    Source: docs/rules.md, "Access", "Restricted cases".
    """
    if _bars.rows(staff=staff.pk, contact=contact_id):
        return CONFLICT
    return RESTRICTED if is_restricted_from(staff, contact_id) else ALLOWED


def closed(staff: Staff, column: str = "pk") -> Q:
    """Return the contacts that `unless_closed` refuses, as a filter.  A test holds the two together.

    column: holds the contact's key.
    """
    found = Q()
    for rows in _closing(staff):
        found |= Q(**{f"{column}__in": rows.values("contact_id")})
    return found


def _closing(staff: Staff) -> tuple[QuerySet[Access], QuerySet[Restriction]]:
    return _of(staff.pk).filter(bars=True), restricted_from(staff)


@asked_once(staff=UUIDField(), contact=UUIDField())
def _bars(staff: Any, contact: Any) -> QuerySet[Access, Any]:
    return _of(staff).filter(bars=True, contact_id=contact).values_list("pk", flat=True)


def _let_in(staff: Staff) -> QuerySet[Access]:
    return _of(staff.pk).filter(bars=False)


def _of(staff: Any) -> QuerySet[Access]:
    lasting = Q(from_at__lte=Now()) & (Q(until_at=None) | Q(until_at__gt=Now()))
    return Access.objects.filter(lasting, staff=staff, contact_id__isnull=False)
