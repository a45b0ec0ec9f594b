"""Who may open the desk's own pages."""

from django.db.models import Q

from mash.common.lists import Narrowed
from mash.common.verdict import ALLOWED, Verdict
from mash.contact import policy as contacts
from mash.contact.models import Printing
from mash.desk.models import OF_THE_WORKLIST, Export, SavedView
from mash.partnership.models import Duty, Staff
from mash.triage.policy import WORKERS


def may_see_the_line(staff: Staff) -> Verdict:
    """Test whether somebody sees the worklist: whoever works at the hub's own desk.

    Source: docs/rules.md, "Access".
    """
    return ALLOWED if staff.works_at_the_desk else Verdict("The worklist is for the hub's own desk.")


def may_keep_a_view(staff: Staff, of: Narrowed) -> Verdict:
    """Test whether somebody keeps the filters of a list under a name: the desk, of a list that they open.

    Source: docs/rules.md, "Saved views".
    """
    return of.may_see(staff) if staff.works_at_the_desk else Verdict("Views are kept at the hub's own desk.")


def may_watch(view: SavedView) -> Verdict:
    """Test whether a view can be watched: one of the worklist, where something new comes in.

    Source: docs/rules.md, "Saved views".
    """
    return ALLOWED if view.of == OF_THE_WORKLIST else Verdict("Only a view of My work is watched.")


def may_change_view(staff: Staff, view: SavedView) -> Verdict:
    """Test whether somebody changes a saved view: whoever keeps it.

    Source: docs/rules.md, "Saved views".
    """
    return ALLOWED if view.staff_id == staff.pk else Verdict("A view is changed by whoever keeps it.")


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


TAKES_OUT = (Duty.DECIDE, Duty.APPROVE, Duty.MANAGE)
SECOND = (Duty.APPROVE, Duty.MANAGE)


def may_take_out(staff: Staff) -> Verdict:
    """Test whether somebody takes a list out as a file: whoever decides, approves or manages, by day.

    Source: docs/rules.md, "Lists that are taken out".
    """
    if not staff.has(*TAKES_OUT) or staff.works_nights:
        return Verdict("A list is taken out by whoever decides, approves or manages the hub.")
    return ALLOWED


def may_read_export(staff: Staff, export: Export) -> Verdict:
    """Test whether somebody sees that a list was taken out: who asked, and who approves or manages in the hub.

    Source: docs/rules.md, "Lists that are taken out".
    """
    if staff.hub_id != export.hub_id:
        return Verdict("This list is of another hub.")
    if staff.pk != export.by_id and not staff.has(*SECOND):
        return Verdict("A list that was taken out is shown to who asked for it, and to who manages the hub.")
    return may_take_out(staff)


def exports_readable_by(staff: Staff) -> Q:
    """Return the rule of `may_read_export` as a filter on exports.  A test holds the two together."""
    if not may_take_out(staff):
        return Q(pk__in=[])
    return Q(hub=staff.hub_id) if staff.has(*SECOND) else Q(hub=staff.hub_id, by=staff.pk)


def may_be_second_on(staff: Staff, export: Export) -> Verdict:
    """Test whether somebody says whether a long list goes out: who approves or manages, and nobody on their own.

    Source: docs/rules.md, "Lists that are taken out".
    """
    if not staff.has(*SECOND):
        return Verdict("A long list needs the word of whoever approves or manages.")
    if staff.account_id == export.by.account_id:
        return Verdict("Another person says whether your list goes out.")
    return may_read_export(staff, export)


def may_fetch(staff: Staff, export: Export) -> Verdict:
    """Test whether somebody is handed the file of a list: who asked for it, as long as they may take lists out.

    Source: docs/rules.md, "Lists that are taken out".
    """
    if staff.pk != export.by_id:
        return Verdict("The file of a list is handed to who asked for it and to nobody else.")
    return may_take_out(staff)


def may_have_made(staff: Staff, said: Printing) -> Verdict:
    """Test whether somebody has long papers made, and is handed them: who said why, while they may read the case.

    Source: docs/rules.md, "Long papers".
    """
    if staff.pk != said.by_id:
        return Verdict("Papers are made for who said why they print them, and for nobody else.")
    return contacts.may_read(staff, said.contact)


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
