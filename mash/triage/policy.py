"""Who may do what at triage.  To audit access to triage, read this file: no rule lives elsewhere."""

import uuid

from django.db.models import Q

from mash.common.verdict import ALLOWED, Verdict
from mash.contact import policy as contacts
from mash.contact.models import Contact
from mash.partnership.models import AgencyKind, Duty, Staff
from mash.triage.models import Change, Colour, Ground, Rating, Standing

WORKERS = (Duty.SCREEN, Duty.ASSESS, Duty.DECIDE, Duty.OUT_OF_HOURS)
QUALIFIED = (Duty.ASSESS, Duty.DECIDE)  # a social worker, or the social care manager
ON_CALL = Duty.APPROVE  # the manager on call
MANAGERS = (Duty.MANAGE, Duty.APPROVE, Duty.DECIDE)


def may_see(staff: Staff, contact: Contact) -> Verdict:
    """Test whether somebody may see what triage made of a contact: whoever may read the contact.

    Source: docs/rules.md, "Access".
    """
    return contacts.may_read(staff, contact)


def seen_by(staff: Staff) -> Q:
    """Return the contacts whose triage this worker may see."""
    return contacts.readable_by(staff)


def may_work(staff: Staff) -> Verdict:
    """Test whether somebody takes contacts from the line at all."""
    if staff.has(*WORKERS):
        return ALLOWED
    return Verdict("Only somebody who screens, assesses or decides can work on contacts.")


def may_work_on(staff: Staff, contact: Contact) -> Verdict:
    """Test whether somebody may do triage on this contact: record, link, take, propose."""
    seen = may_see(staff, contact)
    return may_work(staff) if seen else seen


def may_assign(staff: Staff, contact: Contact, to: Staff) -> Verdict:
    """Test whether a contact may be given to somebody: a worker of the same hub without a conflict."""
    seen = may_see(staff, contact)
    if not seen:
        return seen
    if not staff.has(*WORKERS, Duty.MANAGE):
        return Verdict("Work is given out by whoever works on contacts or manages the hub.")
    if not may_work_on(to, contact):
        return Verdict("That worker cannot take this contact.")
    return ALLOWED


def may_rate(staff: Staff, contact: Contact, change: str) -> Verdict:
    """Test whether somebody may rate.

    The first rating, a correction and a lowering are a social worker's or the manager's; so they are the emergency
    duty team's, but for lowering from red, which the manager on call does.  Anyone who works on contacts raises one
    at once when something new is known.

    Source: docs/rules.md, "Ratings", "Out of hours".
    """
    if change == Change.LOWERED and staff.has(ON_CALL):
        return may_see(staff, contact)
    allowed = may_work_on(staff, contact)
    if not allowed or change == Change.NEWS or staff.has(*QUALIFIED):
        return allowed
    if not staff.works_nights:
        return Verdict("A rating is set, corrected or lowered by a social worker or the manager.")
    red = Standing.objects.filter(contact=contact, colour=Colour.RED)
    if change == Change.LOWERED and red.exists():
        return Verdict(
            "At night a red contact is lowered by the manager on call; by day by a social worker or the manager."
        )
    return ALLOWED


def may_tell_school(staff: Staff, contact: Contact) -> Verdict:
    """Test whether somebody may tell a school of domestic abuse, or decide that it is not told.

    Source: docs/rules.md, "Telling a school of domestic abuse".
    """
    works = may_work_on(staff, contact)
    if not works:
        return works
    of_the_police = staff.agency.kind == AgencyKind.POLICE and staff.has(Duty.SCREEN)
    if staff.works_nights or not (staff.has(*QUALIFIED) or of_the_police):
        return Verdict(
            "A school is told, or not, by a social worker, a decision maker, or the police in the hub."
        )
    return ALLOWED


def may_confirm_rating(staff: Staff, rating: Rating) -> Verdict:
    """Test whether somebody may confirm a rating: a manager of its hub other than whoever gave it.

    Source: docs/rules.md, "The rating is confirmed".
    """
    seen = may_see(staff, rating.contact)
    if not seen:
        return seen
    if not staff.has(*MANAGERS):
        return Verdict("A rating is confirmed by a manager of this hub.")
    if _same_person(staff, rating.by_id):
        return Verdict("You gave this rating: another manager confirms it.")
    return ALLOWED


def confirmable_by(staff: Staff) -> Q:
    """Return the rule of `may_confirm_rating` as a filter on ratings.  A test holds the two together."""
    if not staff.has(*MANAGERS):
        return Q(pk__in=[])
    return Q(contact__in=Contact.objects.filter(seen_by(staff)).values("pk")) & ~Q(
        by__account=staff.account_id
    )


def may_pause(staff: Staff, contact: Contact) -> Verdict:
    """Test whether somebody may let a contact's clock rest, or end that: a manager of its hub, by day.

    Source: docs/rules.md, "Pauses".
    """
    seen = may_see(staff, contact)
    if not seen or (staff.has(*MANAGERS) and not staff.works_nights):
        return seen
    return Verdict("A clock is paused by a manager of this hub.")


def may_send_back(staff: Staff, contact: Contact) -> Verdict:
    """Test whether somebody may send a contact back to its referrer for agreement: not by night.

    Source: docs/rules.md, "Return for agreement", "Out of hours".
    """
    if staff.works_nights:
        return Verdict("A contact is sent back to its referrer by the day team: hand it over to them.")
    return may_work_on(staff, contact)


def may_approve_ground(staff: Staff, ground: Ground) -> Verdict:
    """Test whether somebody may approve asking without agreement: a manager other than whoever recorded it.

    Source: docs/rules.md, "The gate".
    """
    if staff.hub_id != ground.hub_id or not staff.has(*MANAGERS):
        return Verdict("A ground is approved by a manager of this hub.")
    if ground.by_id and _same_person(staff, ground.by_id):
        return Verdict("You recorded this ground: another manager approves it.")
    return ALLOWED


def may_look_at_repeat(staff: Staff, contact: Contact) -> Verdict:
    """Test whether somebody may record a manager's look at a repeat.  Source: docs/rules.md, "Repeats"."""
    seen = may_see(staff, contact)
    if not seen or staff.has(*MANAGERS):
        return seen
    return Verdict("A repeat is looked at by a manager of this hub.")


def may_end_notice(staff: Staff, contact: Contact) -> Verdict:
    """Test whether somebody may end a notice for information only: a social worker or the manager.

    Source: docs/rules.md, "Contacts".
    """
    allowed = may_work_on(staff, contact)
    if not allowed or staff.has(*QUALIFIED):
        return allowed
    return Verdict("A notice is recorded and ended by a social worker or the manager.")


def may_take_up_notice(staff: Staff, contact: Contact) -> Verdict:
    """Test whether somebody may take an ended notice up again: who works on contacts, and a cleared person."""
    seen = may_see(staff, contact)
    return seen if not seen or staff.has(Duty.CLEAR) else may_work(staff)


def may_pass_notice(staff: Staff, contact: Contact) -> Verdict:
    """Test whether somebody may leave an ended notice as it is, knowing what is held.

    Source: docs/rules.md, "No false all-clear".
    """
    seen = may_see(staff, contact)
    if not seen or staff.has(Duty.CLEAR):
        return seen
    return Verdict("This is for a cleared person.")


def _same_person(staff: Staff, recorder_id: uuid.UUID) -> bool:
    """By person, not by post: somebody with two posts is still one person."""
    return Staff.objects.filter(pk=recorder_id, account=staff.account_id).exists()
