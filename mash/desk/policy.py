"""Who may open the desk's own pages."""

from mash.common.verdict import ALLOWED, Verdict
from mash.partnership.models import Duty, Staff
from mash.triage.policy import WORKERS


def may_see_the_line(staff: Staff) -> Verdict:
    """Test whether somebody sees the worklist: whoever works at the hub's own desk.

    Source: docs/rules.md, "Access".
    """
    return ALLOWED if staff.works_at_the_desk else Verdict("The worklist is for the hub's own desk.")


def may_take(staff: Staff) -> bool:
    """Tell whether somebody takes contacts from the line."""
    return staff.has(*WORKERS)


def may_see_the_outbox(staff: Staff) -> Verdict:
    """Test whether somebody sees which e-mails went out: whoever manages the hub."""
    return ALLOWED if staff.has(Duty.MANAGE) else Verdict("The outbox is for whoever manages the hub.")


def may_say_who_opens(staff: Staff) -> Verdict:
    """Test whether somebody says who is kept out of a case and who is let in: whoever manages the hub.

    Source: docs/rules.md, "Access".
    """
    return ALLOWED if staff.has(Duty.MANAGE) else Verdict("Who may open a case is said by the hub's manager.")


def may_audit(staff: Staff) -> Verdict:
    """Test whether somebody reads the record: whoever has the duty to audit.

    Source: docs/rules.md, "Auditing".
    """
    return ALLOWED if staff.has(Duty.AUDIT) else Verdict("The record is read by the hub's auditors.")


def may_conclude(staff: Staff, about: Staff) -> Verdict:
    """Test whether an auditor may conclude on what a worker did: in their own hub, and not of themselves.

    Source: docs/rules.md, "Auditing".
    """
    if staff.account_id == about.account_id:
        return Verdict("Another auditor concludes on what you did.")
    return may_audit(staff) if staff.hub_id == about.hub_id else Verdict("This is not of your hub.")
