"""Who may do what about quality.  To audit it, read this file: no rule lives elsewhere."""

from django.db.models import Q

from mash.common.verdict import ALLOWED, Verdict
from mash.contact import policy as contacts
from mash.partnership.models import Duty, Staff
from mash.quality.models import Dip, DipCard, IncidentFile, Raised, Round, Sheet, Told

READS = (Duty.GRADE, Duty.MANAGE, Duty.ANALYSE)
COUNTS = (Duty.MANAGE, Duty.ANALYSE)
NOT_HERE = Verdict("This is not one you can work on.")
LEADS_ONLY = Verdict("Rounds of grading are kept by who manages the hub.")


def may_lead(staff: Staff) -> Verdict:
    """Test whether a post draws samples, sees who sent what, settles grades and closes a round: who manages the hub.

    Source: docs/rules.md, "Grading referrals".
    """
    return ALLOWED if staff.has(Duty.MANAGE) else LEADS_ONLY


def may_see_results(staff: Staff) -> Verdict:
    """Test whether a post sees what grading comes to over time: who grades, analyses, or manages the hub.

    Source: docs/rules.md, "Figures of quality".
    """
    if staff.has(*READS):
        return ALLOWED
    return Verdict("Figures of quality are for who grades, analyses, or manages the hub.")


def may_come_in(staff: Staff) -> Verdict:
    """Test whether a post opens the pages of quality at all: also who leads an agency, and who decides again, blind.

    Source: docs/rules.md, "Figures of quality", "What the writer hears", "The hub’s own decisions".
    """
    return ALLOWED if staff.leads or staff.has(Duty.REVIEW) else may_see_results(staff)


def may_see(staff: Staff, round_: Round) -> Verdict:
    """Test whether a post sees a round: of its own hub, by who sees results.

    Source: docs/rules.md, "Grading referrals".
    """
    return NOT_HERE if staff.hub_id != round_.hub_id else may_see_results(staff)


def visible_to(staff: Staff) -> Q:
    """Return the rule of `may_see` as a filter on rounds.  A test holds the two together."""
    return Q(hub=staff.hub_id) if staff.has(*READS) else Q(pk__in=[])


def may_grade(staff: Staff, sheet: Sheet) -> Verdict:
    """Test whether a post reads a sheet to grade it: it was given to them, and the round is open.

    Source: docs/rules.md, "Grading referrals".
    """
    if staff.hub_id != sheet.hub_id or staff.pk not in sheet.graders or not staff.has(Duty.GRADE):
        return NOT_HERE
    if sheet.round.opened_at is None or sheet.round.closed_at is not None:
        return NOT_HERE
    return ALLOWED


def gradable_by(staff: Staff) -> Q:
    """Return the rule of `may_grade` as a filter on sheets.  A test holds the two together."""
    if not staff.has(Duty.GRADE):
        return Q(pk__in=[])
    return Q(
        hub=staff.hub_id, graders__contains=[staff.pk], round__opened_at__isnull=False, round__closed_at=None
    )


def may_see_ours(staff: Staff) -> Verdict:
    """Test whether a post opens the page of its agency's own grades: who leads the agency.

    Source: docs/rules.md, "What the writer hears".
    """
    return ALLOWED if staff.leads else Verdict("An agency’s own grades are for who leads it.")


def may_see_told(staff: Staff, told: Told) -> Verdict:
    """Test whether a post sees the grades of its own agency's referrals: who leads the agency.

    Source: docs/rules.md, "What the writer hears".
    """
    if staff.hub_id != told.hub_id or told.agency_id != staff.agency_id or not staff.leads:
        return NOT_HERE
    return ALLOWED


def told_to(staff: Staff) -> Q:
    """Return the rule of `may_see_told` as a filter.  A test holds the two together."""
    return Q(hub=staff.hub_id, agency=staff.agency_id) if staff.leads else Q(pk__in=[])


def may_see_incidents(staff: Staff) -> Verdict:
    """Test whether a post sees what incidents and dip samples come to: who analyses, or manages the hub.

    Source: docs/rules.md, "Incidents of a force".
    """
    if staff.has(*COUNTS):
        return ALLOWED
    return Verdict("Figures of incidents are for who analyses, or manages the hub.")


def incidents_of(staff: Staff) -> Q:
    """Return the rule of `may_see_incidents` as a filter on incidents.  A test holds the two together."""
    return Q(hub=staff.hub_id) if staff.has(*COUNTS) else Q(pk__in=[])


def may_see_file(staff: Staff, file: IncidentFile) -> Verdict:
    """Test whether a post sees a file of incidents that was put in: of its own hub, by who leads.

    Source: docs/rules.md, "Incidents of a force".
    """
    return NOT_HERE if staff.hub_id != file.hub_id else may_lead(staff)


def files_of(staff: Staff) -> Q:
    """Return the rule of `may_see_file` as a filter.  A test holds the two together."""
    return Q(hub=staff.hub_id) if may_lead(staff) else Q(pk__in=[])


def may_review(staff: Staff, card: DipCard) -> Verdict:
    """Test whether a post reviews an incident: it was given to them, and the sample is open.

    Source: docs/rules.md, "Dip samples".
    """
    if staff.hub_id != card.hub_id or staff.pk != card.reviewer_id or not staff.has(Duty.GRADE):
        return NOT_HERE
    return NOT_HERE if card.dip.closed_at is not None else ALLOWED


def reviewable_by(staff: Staff) -> Q:
    """Return the rule of `may_review` as a filter on cards.  A test holds the two together."""
    if not staff.has(Duty.GRADE):
        return Q(pk__in=[])
    return Q(hub=staff.hub_id, reviewer=staff.pk, dip__closed_at=None)


def may_see_raised(staff: Staff, raised: Raised) -> Verdict:
    """Test whether a post sees something that is to be done: who leads, and whose it is.

    Source: docs/rules.md, "What is done about a dip sample".
    """
    if staff.hub_id != raised.hub_id or not (may_lead(staff) or staff.pk == raised.owner_id):
        return NOT_HERE
    return ALLOWED


def raised_for(staff: Staff) -> Q:
    """Return the rule of `may_see_raised` as a filter.  A test holds the two together."""
    return Q(hub=staff.hub_id) if may_lead(staff) else Q(hub=staff.hub_id, owner=staff.pk)


def may_see_dip(staff: Staff, dip: Dip) -> Verdict:
    """Test whether a post sees a dip sample and what it came to: of its own hub, by who analyses or manages the hub.

    Source: docs/rules.md, "Dip samples".
    """
    return NOT_HERE if staff.hub_id != dip.hub_id else may_see_incidents(staff)


def dips_of(staff: Staff) -> Q:
    """Return the rule of `may_see_dip` as a filter.  A test holds the two together."""
    return Q(hub=staff.hub_id) if staff.has(*COUNTS) else Q(pk__in=[])


def may_write_contact(staff: Staff) -> Verdict:
    """Test whether a post writes a contact down itself, as it does for a caller.

    Source: docs/rules.md, "Dip samples".
    """
    return contacts.may_write_down(staff)
