"""Who may do what on a panel.  To audit it, read this file: no rule lives elsewhere.

Row-level security says underneath who hears of which family: identity.my_panel_items().
"""

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now

from mash.common.verdict import ALLOWED, Verdict
from mash.contact import policy as contacts
from mash.panel.models import Concluded, Item, Meeting, Needed, Panel, Seat
from mash.partnership.models import Access, Duty, Restriction, Staff
from mash.people import policy as people
from mash.people.models import Person

RUNS = (Duty.CHAIR, Duty.MANAGE)
BRINGS = (Duty.SCREEN, Duty.ASSESS, Duty.DECIDE, Duty.MANAGE)
SEES_RESTRICTED = (Duty.CLEAR, Duty.MANAGE)
CASES = (
    "contact_id",
    "on_plan__plan__contact_id",
)  # the item's own case, and that of the plan it is heard on
NOT_HERE = Verdict("This is not one you can work on.")
CHAIRS = "This is done by whoever chairs the panel, or manages the hub."


def may_run_any(staff: Staff) -> Verdict:
    """Test whether a post keeps the hub's panels: it chairs them, or manages the hub.

    Source: docs/rules.md, "The multi-agency panel".
    """
    return ALLOWED if staff.has(*RUNS) else Verdict(CHAIRS)


def may_run(staff: Staff, panel: Panel) -> Verdict:
    """Test whether a post keeps one panel: its agenda, its meetings and who sits on it.

    Source: docs/rules.md, "The multi-agency panel".
    """
    return NOT_HERE if staff.hub_id != panel.hub_id else may_run_any(staff)


def may_change(staff: Staff, meeting: Meeting) -> Verdict:
    """Test whether a post changes a meeting, its agenda, or what is recorded in it: until its minutes are written.

    Source: docs/rules.md, "Minutes of a panel".
    """
    may = may_run(staff, meeting.panel)
    if may and meeting.ended_at:
        return Verdict("The minutes of this meeting are written: nothing of it is changed any more.")
    if may and meeting.called_off_at:
        return Verdict("This meeting was called off.")
    return may


def may_bring(staff: Staff, person: Person) -> Verdict:
    """Test whether a post writes a family down for a panel: at the desk, by day, seeing the person.

    Source: docs/rules.md, "What a panel talks about".
    """
    if staff.works_nights or not staff.has(*BRINGS):
        return Verdict("A family is brought to a panel by whoever screens, decides or manages, by day.")
    return people.may_see(staff, person)


def may_hear(staff: Staff, item: Item) -> Verdict:
    """Test whether a post hears of an item.

    Whoever keeps the panel and the hub's own desk by day do; and on a panel, of a family those whose agency is
    needed, of the rest everybody.  Nobody from whom the person or the contact is kept, and of a restricted case
    only the cleared, who manages the hub, and who was let in by name.

    Source: docs/rules.md, "Who hears of a family", "Access", "Restricted cases".
    """
    return ALLOWED if Item.objects.filter(heard_by(staff), pk=item.pk).exists() else NOT_HERE


def heard_by(staff: Staff) -> Q:
    """Return the rule of `may_hear` as a filter on items.  A test holds the two and the database together."""
    lasting = Q(from_at__lte=Now()) & (Q(until_at=None) | Q(until_at__gt=Now()))
    mine = Access.objects.filter(lasting, staff=staff.pk)
    found = Q(hub=staff.hub_id) & ~Q(Exists(mine.filter(bars=True, person_id=OuterRef("person_id"))))
    for case in CASES:
        kept = Q(Exists(mine.filter(bars=True, contact_id=OuterRef(case))))
        found &= ~kept & ~contacts.closed(staff, case)
        if not staff.has(*SEES_RESTRICTED):
            closed = Q(Exists(Restriction.objects.filter(until_at=None, contact_id=OuterRef(case))))
            found &= ~closed | Q(Exists(mine.filter(bars=False, contact_id=OuterRef(case))))
    if staff.has(*RUNS) or (staff.works_at_the_desk and not staff.works_nights):
        return found
    seat = Seat.objects.filter(staff=staff.pk, until_at=None, panel=OuterRef("panel"))
    needed = Needed.objects.filter(item=OuterRef("pk"), agency=staff.agency_id, left_at=None)
    return found & Exists(seat) & (Q(of_a_family=False) | Exists(needed))


def may_check(staff: Staff, item: Item, seat: Seat | None) -> Verdict:
    """Test whether a post says what its agency found in its own records: it sits there for an agency that is needed.

    seat: the post's own on that panel.

    Source: docs/rules.md, "Looking beforehand".
    """
    if seat is None or not item.of_a_family or not is_needed(staff, item):
        return NOT_HERE
    if item.meeting and item.meeting.ended_at:
        return Verdict("The minutes of this meeting are written: nothing of it is changed any more.")
    return may_hear(staff, item)


def is_needed(staff: Staff, item: Item) -> bool:
    """Tell whether an item needs the agency of a post."""
    return Needed.objects.filter(item=item, agency=staff.agency_id, left_at=None).exists()


def may_confirm(staff: Staff, concluded: Concluded, seat: Seat | None) -> Verdict:
    """Test whether a post confirms, for an agency that was missing, what was decided without a quorum.

    Source: docs/rules.md, "Quorum of a panel".
    """
    if seat is None or not concluded.missing:
        return NOT_HERE
    return may_hear(staff, concluded.item)


def may_say_of_minutes(staff: Staff, meeting: Meeting, seat: Seat | None) -> Verdict:
    """Test whether a post agrees or corrects minutes for its agency: it sits on the panel.

    Source: docs/rules.md, "Minutes of a panel".
    """
    if seat is None or staff.hub_id != meeting.hub_id:
        return NOT_HERE
    return ALLOWED if meeting.ended_at else Verdict("The minutes are not written yet.")
