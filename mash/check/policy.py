"""Who may do what in a check.  To audit access to checks and answers, read this file: no rule lives elsewhere."""

from django.db.models import Exists, OuterRef, Q

from mash.check.models import Answer, Check, Draft, Enquiry, FullAnswer
from mash.common.verdict import ALLOWED, Verdict
from mash.contact import night
from mash.contact import policy as contacts
from mash.contact.models import Contact
from mash.partnership.models import DESK, Duty, Staff
from mash.triage.policy import may_approve_ground

WORKERS = (Duty.SCREEN, Duty.ASSESS, Duty.DECIDE, Duty.OUT_OF_HOURS)
READS_IN_FULL = (Duty.ASSESS, Duty.DECIDE)
NOT_HERE = Verdict("This is not one you can work on.")


def may_see(staff: Staff, contact: Contact) -> Verdict:
    """Test whether somebody may see the check of a contact: the hub's own desk, but nobody with a conflict.

    Whoever works nights alone sees the checks of the night's contacts.

    Source: docs/rules.md, "Access", "Out of hours".
    """
    if staff.hub_id != contact.hub_id or not staff.works_at_the_desk:
        return NOT_HERE
    open_to_them = night.is_open_to(staff, contact.pk) and contacts.unless_closed(staff, contact.pk)
    return ALLOWED if open_to_them else NOT_HERE


def seen_by(staff: Staff) -> Q:
    """Return the rule of `may_see` as a filter on checks.  A test holds the two together."""
    if not staff.has(*DESK):
        return Q(pk__in=[])
    unbarred = ~contacts.closed(staff, "contact_id")
    return Q(hub=staff.hub_id) & unbarred & night.narrowed(staff, "contact_id")


def contacts_seen_by(staff: Staff) -> Q:
    """Return the rule of `may_see` as a filter on contacts."""
    if not staff.has(*DESK):
        return Q(pk__in=[])
    return Q(hub=staff.hub_id) & ~contacts.closed(staff) & night.narrowed(staff)


def may_open_room(staff: Staff, contact: Contact) -> Verdict:
    """Test whether somebody may read what is sealed in a case: cleared staff of its hub, without a conflict.

    Source: docs/rules.md, "The sealed room".
    """
    seen = may_see(staff, contact)
    return seen if not seen or staff.has(Duty.CLEAR) else NOT_HERE


def rooms_opened_by(staff: Staff) -> Q:
    """Return the rule of `may_open_room` as a filter on contacts.  A test holds the two together."""
    return contacts_seen_by(staff) if staff.has(Duty.CLEAR) else Q(pk__in=[])


def may_work_on(staff: Staff, contact: Contact) -> Verdict:
    """Test whether somebody may open, run and close the check of a contact.  Source: docs/rules.md, "The check"."""
    seen = may_see(staff, contact)
    if not seen or staff.has(*WORKERS):
        return seen
    return Verdict("Only somebody who screens, assesses or decides can work on a check.")


def may_open(staff: Staff, contact: Contact, colour: str) -> Verdict:
    """Test whether somebody may open the check of a contact of this rating ("" while unrated): at night a red one.

    Source: docs/rules.md, "The check", "Out of hours".
    """
    works = may_work_on(staff, contact)
    if works and staff.works_nights and colour not in {"", "red"}:
        return Verdict("At night a check is opened on a red contact alone: the day team opens this one.")
    return works


def may_close(staff: Staff, check: Check) -> Verdict:
    """Test whether somebody may end the gathering of a check: not by night.

    Source: docs/rules.md, "The check", "Out of hours".
    """
    works = may_work_on(staff, check.contact)
    if works and staff.works_nights:
        return Verdict("A check is closed by the day team's social workers and decision makers.")
    return works


def may_approve(staff: Staff, check: Check) -> Verdict:
    """Test whether somebody may approve a check that opened on a ground: a manager who did not record the ground.

    Source: docs/rules.md, "The gate".
    """
    seen = may_see(staff, check.contact)
    if not seen or check.gate_ground is None:
        return seen and NOT_HERE
    return may_approve_ground(staff, check.gate_ground)


def may_read_enquiry(staff: Staff, enquiry: Enquiry) -> Verdict:
    """Test whether an enquiry may be read: by the hub's desk, and by those who answer for the agency asked.

    Source: docs/rules.md, "Access".
    """
    answers = staff.agency_id == enquiry.agency_id and staff.has(Duty.ANSWER)
    at_desk = staff.works_at_the_desk and night.is_open_to(staff, enquiry.contact_id_opaque)
    if staff.hub_id != enquiry.hub_id or not (answers or at_desk):
        return NOT_HERE
    return ALLOWED if contacts.unless_closed(staff, enquiry.contact_id_opaque) else NOT_HERE


def enquiries_read_by(staff: Staff) -> Q:
    """Return the rule of `may_read_enquiry` as a filter on enquiries.  A test holds the two together."""
    here = Q(hub=staff.hub_id) & ~contacts.closed(staff, "contact_id_opaque")
    answers = Q(agency=staff.agency_id) if staff.has(Duty.ANSWER) else Q(pk__in=[])
    if staff.has(*DESK):
        return here & (night.narrowed(staff, "contact_id_opaque") | answers) if staff.works_nights else here
    return here & answers


def may_answer(staff: Staff, enquiry: Enquiry) -> Verdict:
    """Test whether somebody answers an enquiry: for the agency asked, in its own hub.

    Source: docs/rules.md, "Answers".
    """
    if not staff.has(Duty.ANSWER) or staff.agency_id != enquiry.agency_id:
        return NOT_HERE
    return may_read_enquiry(staff, enquiry)


def may_pass(staff: Staff, enquiry: Enquiry) -> Verdict:
    """Test whether somebody may say who answers an enquiry: the desk, the hub's manager, and the agency's lead.

    Source: docs/rules.md, "Moving work".
    """
    read = may_read_enquiry(staff, enquiry)
    if not read:
        return read
    leads = staff.leads and staff.agency_id == enquiry.agency_id
    if staff.has(*WORKERS, Duty.MANAGE) or leads:
        return ALLOWED
    return Verdict("Who answers is said by the hub's desk, or by who leads the agency.")


def answered_by(staff: Staff) -> Q:
    """Return the rule of `may_answer` as a filter on enquiries.  A test holds the two together."""
    if not staff.has(Duty.ANSWER):
        return Q(pk__in=[])
    return enquiries_read_by(staff) & Q(agency=staff.agency_id)


def may_take_by_telephone(staff: Staff, enquiry: Enquiry) -> Verdict:
    """Test whether an officer of the desk may write down what an agency says on the telephone.

    Source: docs/rules.md, "Answers".
    """
    if not staff.has(*WORKERS):
        return NOT_HERE
    return may_read_enquiry(staff, enquiry)


def may_read_answer(staff: Staff, answer: Answer) -> Verdict:
    """Test whether a shared answer may be read: by the hub's desk, and by the agencies asked in the same check.

    Source: docs/rules.md, "Answers".
    """
    contact_id = answer.enquiry.contact_id_opaque
    at_desk = staff.works_at_the_desk and night.is_open_to(staff, contact_id)
    if staff.hub_id != answer.hub_id or not (at_desk or _was_asked(staff, answer)):
        return NOT_HERE
    return ALLOWED if contacts.unless_closed(staff, contact_id) else NOT_HERE


def answers_read_by(staff: Staff) -> Q:
    """Return the rule of `may_read_answer` as a filter on answers.  A test holds the two together."""
    here = Q(hub=staff.hub_id) & ~contacts.closed(staff, "enquiry__contact_id_opaque")
    if staff.has(*DESK) and not staff.works_nights:
        return here
    tonight = night.narrowed(staff, "enquiry__contact_id_opaque") if staff.works_nights else Q(pk__in=[])
    if not staff.has(Duty.ANSWER):
        return here & tonight
    asked = Enquiry.objects.filter(
        check_asked=OuterRef("check_asked"), agency=staff.agency_id, hub=staff.hub_id, withdrawn_at=None
    )
    return here & (Q(Exists(asked)) | tonight)


def may_read_full(staff: Staff, full: FullAnswer) -> Verdict:
    """Test whether the words behind a summary may be read: by their own agency and by the deciders.

    Source: docs/rules.md, "Answers".
    """
    if staff.agency_id != full.agency_id and not staff.has(*READS_IN_FULL):
        return NOT_HERE
    return may_read_answer(staff, full.answer)


def full_read_by(staff: Staff) -> Q:
    """Return the rule of `may_read_full` as a filter on full answers.  A test holds the two together."""
    readable = Q(answer__in=Answer.objects.filter(answers_read_by(staff)).values("pk"))
    return readable if staff.has(*READS_IN_FULL) else readable & Q(agency=staff.agency_id)


def may_read_draft(staff: Staff, draft: Draft) -> Verdict:
    """Test whether a draft may be read: by its own agency alone.  Source: docs/rules.md, "Answers"."""
    if staff.agency_id != draft.agency_id:
        return NOT_HERE
    return may_read_enquiry(staff, draft.enquiry)


def drafts_read_by(staff: Staff) -> Q:
    """Return the rule of `may_read_draft` as a filter on drafts.  A test holds the two together."""
    readable = Enquiry.objects.filter(enquiries_read_by(staff)).values("pk")
    return Q(agency=staff.agency_id, enquiry__in=readable)


def _was_asked(staff: Staff, answer: Answer) -> bool:
    if not staff.has(Duty.ANSWER):
        return False
    return Enquiry.objects.filter(
        check_asked=answer.check_asked_id, agency=staff.agency_id, hub=staff.hub_id, withdrawn_at=None
    ).exists()
