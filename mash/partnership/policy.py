"""Who may do what with the duty rota, absences and access to a case.  To audit it, read this file alone."""

import uuid

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from mash.common.identity import presence
from mash.common.prepared import once
from mash.common.verdict import ALLOWED, Verdict
from mash.partnership.models import DESK, Access, Agency, Duty, Opening, Restriction, Staff
from mash.partnership.rota import ENDS_ACCESS, Absence, Turn

LEADS_ONLY = "The rota is filled by the hub's manager, and by whoever leads the agency for its own posts."
MANAGER_ONLY = "Who may open a case is said by the hub's manager."
NOT_HERE = Verdict("This is not of your hub.")


def may_read_rota(staff: Staff, turn: Turn) -> Verdict:
    """Test whether a turn on the rota may be read: at the hub's own desk, and by the agency whose turn it is.

    Source: docs/rules.md, "The duty rota".
    """
    if staff.hub_id != turn.hub_id:
        return NOT_HERE
    if staff.works_at_the_desk or staff.agency_id == turn.agency_id:
        return ALLOWED
    return Verdict("Another agency's rota is for the hub's own desk.")


def rota_read_by(staff: Staff) -> Q:
    """Return the rule of `may_read_rota` as a filter on turns.  A test holds the two together."""
    here = Q(hub=staff.hub_id)
    return here if staff.has(*DESK) else here & Q(agency=staff.agency_id)


def may_fill_rota(staff: Staff, agency: Agency) -> Verdict:
    """Test whether somebody may say who is on duty for an agency: the hub's manager, or who leads that agency.

    Source: docs/rules.md, "The duty rota".
    """
    if staff.has(Duty.MANAGE) or (staff.leads and staff.agency_id == agency.pk):
        return ALLOWED
    return Verdict(LEADS_ONLY)


def may_see_gaps(staff: Staff) -> Verdict:
    """Test whether somebody sees the gaps of the rota: the hub's manager all, a lead their own agency's."""
    return ALLOWED if staff.has(Duty.MANAGE) or staff.leads else Verdict(LEADS_ONLY)


def may_look_through(staff: Staff, post: Staff) -> Verdict:
    """Test whether somebody may say that a post is still needed, or not: who leads its agency, and the hub's manager.

    Source: docs/rules.md, "Posts are looked through".
    """
    if staff.hub_id != post.hub_id:
        return NOT_HERE
    if staff.account_id == post.account_id:
        return Verdict("Nobody says of their own post that it is needed: another lead or the manager does.")
    if staff.has(Duty.MANAGE) or (staff.leads and staff.agency_id == post.agency_id):
        return ALLOWED
    return Verdict("Posts are looked through by who leads their agency, and by the hub's manager.")


def may_mark_away(staff: Staff, who: Staff, kind: str, *, planned: bool) -> Verdict:
    """Test whether somebody may say that a worker is away.

    Anybody says so of themselves, and that a colleague of their agency, or of the desk, is not here today;
    the hub's manager and the agency's lead say anything of their own; only who manages the hub ends access.

    Source: docs/rules.md, "Absence".
    """
    if staff.hub_id != who.hub_id:
        return NOT_HERE
    if kind in ENDS_ACCESS:
        if not staff.has(Duty.MANAGE):
            return Verdict("That somebody has left or is suspended is recorded by who manages the hub.")
        return Verdict("Somebody else must record this of you.") if staff.pk == who.pk else ALLOWED
    colleague = staff.agency_id == who.agency_id
    if staff.pk == who.pk or staff.has(Duty.MANAGE) or (staff.leads and colleague):
        return ALLOWED
    at_desk = staff.works_at_the_desk and who.works_at_the_desk
    if (colleague or at_desk) and not planned and not kind:
        return ALLOWED
    return Verdict("Of a colleague you can say only that they are not here today.")


def may_move_work(staff: Staff, who: Staff) -> Verdict:
    """Test whether somebody may move another's work: the hub's manager, their agency's lead, or they themselves.

    Source: docs/rules.md, "Moving work".
    """
    if staff.hub_id != who.hub_id:
        return NOT_HERE
    leads = staff.leads and staff.agency_id == who.agency_id
    if staff.has(Duty.MANAGE) or leads or staff.pk == who.pk:
        return ALLOWED
    return Verdict(
        "Somebody's work is moved by the hub's manager, by who leads their agency, or by themselves."
    )


def may_end_absence(staff: Staff, absence: Absence) -> Verdict:
    """Test whether somebody may say that a worker is back: they themselves, their lead, or the hub's manager.

    Source: docs/rules.md, "Absence".
    """
    if staff.hub_id != absence.hub_id:
        return NOT_HERE
    if absence.kind in ENDS_ACCESS and not staff.has(Duty.MANAGE):
        return Verdict("Who manages the hub says that somebody is back.")
    leads = staff.leads and staff.agency_id == absence.agency_id
    if staff.pk == absence.staff_id or staff.has(Duty.MANAGE) or leads:
        return ALLOWED
    return Verdict("They say themselves that they are back, or their lead or the hub's manager does.")


def absences_read_by(staff: Staff) -> Q:
    """Return the absences that a worker may know of: at the desk all of the hub, elsewhere their own agency's."""
    here = Q(hub=staff.hub_id)
    return here if staff.has(*DESK) else here & Q(agency=staff.agency_id)


def may_know_why_away(staff: Staff, absence: Absence) -> bool:
    """Tell whether somebody reads what kind of absence it is: who is away, their lead, and the hub's manager."""
    leads = staff.leads and staff.agency_id == absence.agency_id
    answers = staff.pk == absence.staff_id or staff.has(Duty.MANAGE) or leads
    return answers and staff.hub_id == absence.hub_id


def may_keep_out(staff: Staff, who: Staff) -> Verdict:
    """Test whether somebody may close a case to a worker: the hub's manager, and anybody to themselves.

    Source: docs/rules.md, "Access".
    """
    if staff.hub_id != who.hub_id:
        return NOT_HERE
    if staff.account_id == who.account_id or staff.has(Duty.MANAGE):
        return ALLOWED
    return Verdict("A worker is kept out of a case by the hub's manager, or says so themselves.")


def may_let_back(staff: Staff, who: Staff) -> Verdict:
    """Test whether somebody may open a case again to a worker kept out of it: the hub's manager, to somebody else.

    Source: docs/rules.md, "Access".
    """
    if staff.hub_id != who.hub_id:
        return NOT_HERE
    if staff.account_id == who.account_id:
        return Verdict("Nobody opens a case to themselves: another manager does it.")
    return ALLOWED if staff.has(Duty.MANAGE) else Verdict(MANAGER_ONLY)


def may_let_in(staff: Staff, who: Staff, *, restricted: bool = False) -> Verdict:
    """Test whether somebody may let a named worker read one contact: the hub's manager, and not themselves.

    restricted: the contact is closed to the desk.

    Source: docs/rules.md, "Access", "Restricted cases".
    """
    allowed = may_let_back(staff, who)
    sees_it = sees_restricted(who) if restricted else True
    if allowed and who.works_at_the_desk and sees_it:
        return Verdict("This worker sees the contact already.")
    return allowed


def sees_restricted(staff: Staff) -> bool:
    """Tell whether a restricted case is open to a post without its being let in by name.

    Cleared staff and who manages the hub see it.  Who works nights alone is held to the night's contacts already, and
    who does not work at the desk to what is addressed to them.

    Source: docs/rules.md, "Restricted cases".
    """
    return staff.has(Duty.CLEAR, Duty.MANAGE) or staff.works_nights or not staff.works_at_the_desk


def restricted_from(staff: Staff) -> QuerySet[Restriction]:
    """Return the restrictions by which contacts are closed to this post now, as far as whoever acts sees them.

    Source: docs/rules.md, "Restricted cases".
    """
    if sees_restricted(staff):
        return Restriction.objects.none()
    lasting = Q(from_at__lte=Now()) & (Q(until_at=None) | Q(until_at__gt=Now()))
    let_in = Access.objects.filter(lasting, staff=staff.pk, bars=False, contact_id=OuterRef("contact_id"))
    return Restriction.objects.filter(~Exists(let_in), hub=staff.hub_id, until_at=None)


def is_restricted_from(staff: Staff, contact_id: uuid.UUID) -> bool:
    """Tell whether one contact is closed to this post now since it is restricted.

    A post that acts itself cannot see the restriction, and the database is asked what is closed to it.

    Source: docs/rules.md, "Restricted cases".
    """
    if sees_restricted(staff):
        return False
    if presence().identity == staff.identity:
        return _is_barred(contact_id)
    return restricted_from(staff).filter(contact_id=contact_id).exists()


def _is_barred(contact_id: uuid.UUID) -> bool:
    def ask() -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT %s = ANY (identity.my_bars())", [contact_id])
            return bool(cursor.fetchone()[0])

    return once(("barred", contact_id), ask)


def may_lift(staff: Staff, restriction: Restriction) -> Verdict:
    """Test whether somebody may open a restricted case to the whole desk again: the hub's manager.

    Source: docs/rules.md, "Restricted cases".
    """
    if staff.hub_id != restriction.hub_id:
        return NOT_HERE
    return ALLOWED if staff.has(Duty.MANAGE) else Verdict(MANAGER_ONLY)


def may_ask_to_open(staff: Staff) -> Verdict:
    """Test whether somebody may try to open a restricted case in an emergency: who works at the desk and is kept from
    such cases.

    Source: docs/rules.md, "Opening a restricted case in an emergency".
    """
    if sees_restricted(staff):
        return Verdict("This is for those at the hub's desk to whom restricted cases are closed.")
    return ALLOWED


def may_see_openings(staff: Staff) -> Verdict:
    """Test whether somebody sees which restricted cases were opened in an emergency: who manages the hub or audits it.

    Source: docs/rules.md, "Opening a restricted case in an emergency".
    """
    if staff.has(Duty.MANAGE, Duty.AUDIT):
        return ALLOWED
    return Verdict("What was opened in an emergency is looked at by the hub's manager and its auditor.")


def may_review(staff: Staff, opening: Opening) -> Verdict:
    """Test whether somebody may say if an opening was justified: the hub's manager, of somebody else's.

    Source: docs/rules.md, "Opening a restricted case in an emergency".
    """
    if staff.hub_id != opening.hub_id:
        return NOT_HERE
    if not staff.has(Duty.MANAGE):
        return Verdict("Whether it was justified is said by the hub's manager.")
    if staff.account_id == opening.staff.account_id:
        return Verdict("Another manager says whether what you opened was justified.")
    return ALLOWED


def may_end_access(staff: Staff, access: Access) -> Verdict:
    """Test whether somebody may end a worker's access to one contact: the hub's manager."""
    if staff.hub_id != access.hub_id or access.bars:
        return NOT_HERE
    return ALLOWED if staff.has(Duty.MANAGE) else Verdict(MANAGER_ONLY)
