"""Who may do what with a decision.  To audit access to decisions, read this file: no rule lives elsewhere."""

from collections.abc import Iterable

from django.db.models import Q

from mash.common.verdict import ALLOWED, Verdict
from mash.contact import night
from mash.contact import policy as contacts
from mash.contact.models import Contact
from mash.decision.content import Outcome
from mash.decision.models import (
    Clearing,
    Decision,
    Dissent,
    Letter,
    Reopening,
    SchoolNotice,
    Strategy,
    WhyReopened,
)
from mash.decision.needs import WHO, decided_by, duties_for
from mash.partnership.models import Duty, Staff

AGREES = (Duty.APPROVE, Duty.DECIDE, Duty.MANAGE)
HANDS_OVER = (Duty.SCREEN, Duty.ASSESS, Duty.DECIDE, Duty.MANAGE)
REOPENS = (Duty.ASSESS, Duty.DECIDE, Duty.MANAGE)
RECORDS_STRATEGY = (Duty.ASSESS, Duty.DECIDE, Duty.MANAGE, Duty.OUT_OF_HOURS)
ENDS_DISSENT = (Duty.DECIDE, Duty.MANAGE)
LETTER_WRITERS = (Duty.ASSESS, Duty.DECIDE)
LETTER_READERS = (Duty.ASSESS, Duty.DECIDE, Duty.APPROVE, Duty.CLEAR)
NOT_BY_NIGHT = Verdict(
    "The emergency duty team acts and hands over. What becomes of a contact is decided by the day's social workers "
    "and decision makers; nobody is closed or stepped down at night."
)
MEASURES = (Duty.MANAGE, Duty.DECIDE, Duty.APPROVE)


def may_work_on(staff: Staff, contact: Contact) -> Verdict:
    """Test whether decisions on a contact are this post's work: whoever reads the whole contact at the desk.

    Source: docs/rules.md, "Access".
    """
    return contacts.may_read(staff, contact)


def may_read(staff: Staff, thing: Decision | Strategy | Letter) -> Verdict:
    """Test whether a decision, a strategy discussion or a letter may be read.  Source: docs/rules.md, "Access"."""
    return may_work_on(staff, thing.contact)


def readable_by(staff: Staff) -> Q:
    """Return the rule of `may_read` as a filter.  A test holds the two together."""
    return Q(hub=staff.hub_id, contact__in=Contact.objects.filter(contacts.readable_by(staff)))


def may_decide(staff: Staff, contact: Contact, chosen: Iterable[Outcome], colour: str) -> Verdict:
    """Test whether a post may make all of these outcomes on a contact of this rating ("" while unrated).

    Source: docs/rules.md, "Who decides", "Out of hours".
    """
    if staff.works_nights:
        return NOT_BY_NIGHT
    works = may_work_on(staff, contact)
    if not works:
        return works
    refused = (said for said in (may_choose(staff, one, colour) for one in chosen) if not said)
    return next(refused, ALLOWED)


def may_choose(staff: Staff, outcome: Outcome, colour: str) -> Verdict:
    """Test whether a post has the duty that an outcome asks for on this rating, on whatever contact.

    Source: docs/rules.md, "Who decides".
    """
    if staff.has(*duties_for(outcome, colour)):
        return ALLOWED
    who = WHO.get(decided_by(outcome, colour), "a worker of the hub")
    red = " on red" if colour == "red" else ""
    return Verdict(f"{outcome.label}{red} is decided by {who}.")


def may_agree(staff: Staff, decision: Decision) -> Verdict:
    """Test whether a post may be the second person: another human being than the decider, with the duty.

    Source: docs/rules.md, "Second person".
    """
    works = may_work_on(staff, decision.contact)
    if not works:
        return works
    if _is_the_decider(staff, decision):
        return Verdict("You decided this, so somebody else must be the second person.")
    anew = may_decide_anew(staff, decision.follows)
    if not anew:
        return anew
    return ALLOWED if staff.has(*AGREES) else Verdict("You do not have the duty to be the second person.")


def may_clear(staff: Staff, decision: Decision) -> Verdict:
    """Test whether a post may pass a closing: cleared to know what is sealed, and not the decider.

    Source: docs/rules.md, "No false all-clear".
    """
    works = may_work_on(staff, decision.contact)
    if not works:
        return works
    if _is_the_decider(staff, decision):
        return Verdict("You decided this, so another cleared person must pass it.")
    anew = may_decide_anew(staff, decision.follows)
    if not anew:
        return anew
    return ALLOWED if staff.has(Duty.CLEAR) else Verdict("Only a cleared person can pass a closing.")


def may_turn_down(staff: Staff, decision: Decision) -> Verdict:
    """Test whether a post may say no: whoever may say yes, and the decider, who takes it back."""
    works = may_work_on(staff, decision.contact)
    if not works:
        return works
    if _is_the_decider(staff, decision):
        return ALLOWED
    if (decision.needs_second and may_agree(staff, decision)) or (
        decision.needs_clearance and may_clear(staff, decision)
    ):
        return ALLOWED
    return Verdict("This decision does not wait for you.")


def may_reopen(staff: Staff, decision: Decision) -> Verdict:
    """Test whether a post may reopen a decision that stands: a social worker, a decision maker or the hub's manager.

    Source: docs/rules.md, "Reopening a decision".
    """
    works = may_work_on(staff, decision.contact)
    if not works:
        return works
    if not staff.has(*REOPENS):
        return Verdict("A decision is reopened by a social worker, a decision maker or the hub's manager.")
    if decision.made_at is None:
        return Verdict("This decision does not stand, so there is nothing to reopen.")
    return ALLOWED


def may_decide_anew(staff: Staff, decision: Decision | None) -> Verdict:
    """Test whether a post may decide after this decision: of one that others found wrong, nobody who took part in it.

    Source: docs/rules.md, "The hub’s own decisions".
    """
    if (
        decision is None
        or not Reopening.objects.filter(decision=decision, kind=WhyReopened.DECIDED_AGAIN).exists()
    ):
        return ALLOWED
    part = (decision.by, decision.second_by, decision.cleared_by)
    if staff.account_id in {one.account_id for one in part if one}:
        return Verdict("You took part in the decision that was reopened, so others decide anew.")
    return ALLOWED


def may_hand_over(staff: Staff, decision: Decision) -> Verdict:
    """Test whether a post may record that a service accepted whom a decision handed over: the day's hub workers.

    Source: docs/rules.md, "Hand-over to a service".
    """
    may = may_end_work(staff, decision)
    if not may:
        return may
    reopened = Reopening.objects.filter(decision=decision).exists()
    if decision.made_at is None or reopened:
        return Verdict("This decision does not stand, so nobody is handed over.")
    return ALLOWED


def may_end_work(staff: Staff, decision: Decision) -> Verdict:
    """Test whether a post may record that a service's work has ended: the day's hub workers.

    Source: docs/rules.md, "Hand-over to a service".
    """
    works = may_work_on(staff, decision.contact)
    if not works:
        return works
    if staff.works_nights or not staff.has(*HANDS_OVER):
        return Verdict("What a service accepted or passed back is recorded by the hub's workers by day.")
    return ALLOWED


def may_pass_back(staff: Staff, decision: Decision) -> Verdict:
    """Test whether a post may record that a service passed somebody back, or that this was a mistake.

    Source: docs/rules.md, "Passed back by a service".
    """
    may = may_end_work(staff, decision)
    if may and decision.made_at is None:
        return Verdict("This decision does not stand, so nobody was handed over.")
    return may


def may_record_strategy(staff: Staff, contact: Contact) -> Verdict:
    """Test whether a post may record a strategy discussion.  Source: docs/rules.md, "Strategy discussion"."""
    works = may_work_on(staff, contact)
    if not works:
        return works
    if not staff.has(*RECORDS_STRATEGY):
        return Verdict("A strategy discussion is recorded by a social worker or a manager.")
    return ALLOWED


def may_write_letter(staff: Staff, contact: Contact) -> Verdict:
    """Test whether a post may write, clear and give letters to the family of a contact.

    Source: docs/rules.md, "Families are told by a named worker".
    """
    works = may_work_on(staff, contact)
    if not works:
        return works
    if not staff.has(*LETTER_WRITERS):
        return Verdict("Letters to a family are written and cleared by a social worker or a decision maker.")
    return ALLOWED


def may_read_letter_second(staff: Staff, clearing: Clearing) -> Verdict:
    """Test whether a post may be the second reader of a letter: another human being than who cleared it.

    Source: docs/rules.md, "Families are told by a named worker".
    """
    works = may_work_on(staff, clearing.letter.contact)
    if not works:
        return works
    if staff.account_id == clearing.by.account_id:
        return Verdict("You cleared this letter, so somebody else must read it.")
    if not staff.has(*LETTER_READERS):
        return Verdict("The second reader is somebody who decides, approves or is cleared.")
    return ALLOWED


def may_call_schools(staff: Staff) -> Verdict:
    """Test whether a post sees which schools are to be called, each by its contact's own rule: the desk by day.

    Source: docs/rules.md, "Telling a school of domestic abuse".
    """
    if staff.works_at_the_desk and not staff.works_nights:
        return ALLOWED
    return Verdict("Schools are called from the hub's own desk by day.")


def may_read_notices(staff: Staff) -> Verdict:
    """Test whether a post reads the notices to its school: whoever answers for it."""
    return (
        ALLOWED
        if staff.has(Duty.ANSWER)
        else Verdict("Notices to a school are read by whoever answers for it.")
    )


def may_read_notice(staff: Staff, notice: SchoolNotice) -> Verdict:
    """Test whether one notice may be read: by whoever answers for the school, or at the desk; never by who is barred.

    Source: docs/rules.md, "Telling a school of domestic abuse", "Access".
    """
    if staff.hub_id != notice.hub_id:
        return Verdict("This notice belongs to another hub.")
    unless_closed = contacts.unless_closed(staff, notice.contact_id)
    if not unless_closed:
        return unless_closed
    if staff.agency_id == notice.agency_id and staff.has(Duty.ANSWER):
        return ALLOWED
    if not staff.works_at_the_desk:
        return Verdict("Notices to a school are read there, and at the hub's own desk.")
    return ALLOWED if night.is_open_to(staff, notice.contact_id) else contacts.NOT_TONIGHT


def notices_to_school_of(staff: Staff) -> Q:
    """Return the notices to the school that a post answers for, as a filter."""
    if not staff.has(Duty.ANSWER):
        return Q(pk__in=[])
    here = Q(hub=staff.hub_id, agency=staff.agency_id)
    return here & ~contacts.closed(staff, "contact_id")


def notices_read_by(staff: Staff) -> Q:
    """Return the rule of `may_read_notice` as a filter.  A test holds the two together."""
    return notices_to_school_of(staff) | readable_by(staff)


def dissents_of_agency(staff: Staff) -> Q:
    """Return the disagreements of the agency that a post answers for, as a filter.

    Source: docs/rules.md, "Disagreement", "Access".
    """
    if not staff.has(Duty.ANSWER):
        return Q(pk__in=[])
    return Q(hub=staff.hub_id, agency=staff.agency_id) & ~contacts.closed(staff, "contact_id")


def may_follow_dissents(staff: Staff) -> Verdict:
    """Test whether a post follows the disagreements of its agency: whoever answers for it."""
    return (
        ALLOWED
        if staff.has(Duty.ANSWER)
        else Verdict("Disagreements of an agency are followed by whoever answers for it.")
    )


def may_answer_dissent(staff: Staff, dissent: Dissent) -> Verdict:
    """Test whether a post may answer disagreements on a contact: the day's social workers, deciders and the manager.

    Where a child is at immediate risk, anybody at the desk may.

    Source: docs/rules.md, "Disagreement".
    """
    works = may_work_on(staff, dissent.decision.contact)
    if not works or dissent.urgent or (staff.has(*REOPENS) and not staff.works_nights):
        return works
    return Verdict("A disagreement is answered by a social worker, a decision maker or the hub's manager.")


def may_answer_stage(staff: Staff, dissent: Dissent, number: int) -> Verdict:
    """Test whether a post may answer at a stage: from the second on a manager, and never whoever decided.

    Source: docs/rules.md, "Disagreement".
    """
    if number <= 1:
        return ALLOWED
    if _is_the_decider(staff, dissent.decision):
        return Verdict("You decided this, so from the second stage on somebody else answers.")
    if dissent.urgent or staff.has(*ENDS_DISSENT):
        return ALLOWED
    return Verdict("From the second stage on a decision maker or the hub's manager answers.")


def may_speak_for_dissent(staff: Staff, dissent: Dissent) -> Verdict:
    """Test whether a post may say what whoever disagrees says: their own agency, and the desk, which writes it down.

    Source: docs/rules.md, "Disagreement".
    """
    own = bool(dissent.agency_id) and staff.agency_id == dissent.agency_id and staff.has(Duty.ANSWER)
    if own and staff.hub_id == dissent.hub_id:
        return contacts.unless_closed(staff, dissent.contact_id)
    return may_work_on(staff, dissent.decision.contact)


def may_end_dissent(staff: Staff, dissent: Dissent) -> Verdict:
    """Test whether a post may record how a disagreement ended: a manager or decision maker who did not decide it.

    Source: docs/rules.md, "Disagreement".
    """
    works = may_work_on(staff, dissent.decision.contact)
    if not works:
        return works
    if staff.works_nights or not staff.has(*ENDS_DISSENT):
        return Verdict("How a disagreement ended is recorded by a decision maker or the hub's manager.")
    if _is_the_decider(staff, dissent.decision):
        return Verdict("You decided this, so somebody else records how the disagreement ended.")
    return ALLOWED


def may_name_services(staff: Staff, decision: Decision) -> Verdict:
    """Test whether a post may name services of the directory with a decision that stands: the day's hub workers.

    Source: docs/rules.md, "Services named with a decision".
    """
    works = may_work_on(staff, decision.contact)
    if not works:
        return works
    if staff.works_nights or not staff.has(*HANDS_OVER):
        return Verdict("Services are named by the hub's workers by day.")
    if decision.made_at is None:
        return Verdict("This decision does not stand, so no service is named with it.")
    return ALLOWED


def may_word_letters(staff: Staff) -> Verdict:
    """Test whether a post may set what a hub's letters say of the hub.

    Source: docs/rules.md, "Families are told by a named worker".
    """
    return (
        ALLOWED if staff.has(Duty.MANAGE) else Verdict("The hub's own words are set by whoever manages it.")
    )


def may_measure(staff: Staff) -> Verdict:
    """Test whether a post may see how long the hub takes.  Source: docs/rules.md, "Clocks"."""
    return ALLOWED if staff.has(*MEASURES) else Verdict("Turnaround is for those who manage or decide.")


def _is_the_decider(staff: Staff, decision: Decision) -> bool:
    """Compare people, not posts: one account may hold two."""
    return staff.account_id == decision.by.account_id
