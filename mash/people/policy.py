"""Who may do what with a person's record.  To audit access to people, read this file: no rule lives elsewhere."""

import uuid

from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from mash.common.verdict import ALLOWED, Verdict
from mash.partnership.models import Access, Duty, Staff
from mash.people.models import Person

JOINS = (Duty.SCREEN, Duty.ASSESS, Duty.DECIDE, Duty.MANAGE)
CHOOSES_WEIGHTS = (Duty.ADMINISTER, Duty.MANAGE)
WRITES = (Duty.SCREEN, Duty.ASSESS, Duty.DECIDE, Duty.OUT_OF_HOURS, Duty.MANAGE)


def may_search(staff: Staff) -> Verdict:
    """Test whether this worker may look for people at all.  Source: docs/rules.md, "Access"."""
    if not staff.works_at_the_desk:
        return Verdict("People are looked up at the hub's own desk.")
    return ALLOWED


def may_see(staff: Staff, person: Person) -> Verdict:
    """Test whether a person's record may be read: at the desk of its hub, and not by who is kept from it.

    Source: docs/rules.md, "Access".
    """
    if staff.hub_id != person.hub_id:
        return Verdict("This person is known to another hub.")
    if not staff.works_at_the_desk:
        return Verdict("Records of people are read at the hub's own desk.")
    if _closed_to(staff).filter(person_id=person.pk).exists():
        return Verdict("You have a conflict of interest in this record, and it is closed to you.")
    return ALLOWED


def seeable_by(staff: Staff, person: str = "pk") -> Q:
    """Return the rule of `may_see` as a filter.  A test holds the two together.

    person: the column that holds the person's key; "person_id" filters what belongs to people.
    """
    if not staff.works_at_the_desk:
        return Q(pk__in=[])
    return Q(hub=staff.hub_id) & ~Q(**{f"{person}__in": _closed_to(staff).values("person_id")})


def may_record(staff: Staff, hub_id: uuid.UUID) -> Verdict:
    """Test whether this worker may put a new person on record in a hub.  Source: docs/rules.md, "Access"."""
    if staff.hub_id != hub_id:
        return Verdict("You work in another hub.")
    if not staff.has(*WRITES):
        return Verdict("Only staff who screen, assess, decide or manage can record people.")
    return ALLOWED


def may_change(staff: Staff, person: Person) -> Verdict:
    """Test whether this worker may add to or correct a person's record.  Source: docs/rules.md, "Access"."""
    if person.merged_into_id:
        return Verdict("This record was joined to another: correct that one.")
    return may_record(staff, person.hub_id) and may_see(staff, person)


def may_judge_records(staff: Staff) -> Verdict:
    """Test whether this worker says which records are one person: by day, at the hub's own desk.

    Source: docs/rules.md, "Two records of one person".
    """
    if not staff.has(*JOINS) or staff.works_nights:
        return Verdict("Which records are one person is said by day, by whoever screens, decides or manages.")
    return ALLOWED


def may_join(staff: Staff, person: Person, other: Person) -> Verdict:
    """Test whether this worker may say that two records are one person, or that they are not: by day, seeing both.

    Source: docs/rules.md, "Two records of one person".
    """
    return may_judge_records(staff) and may_see(staff, person) and may_see(staff, other)


def may_choose_weights(staff: Staff, hub_id: uuid.UUID) -> Verdict:
    """Test whether somebody may say by which weights a hub recognises people: what stands there is numbers of nobody.

    Source: docs/rules.md, "Learning to recognise".
    """
    if staff.hub_id != hub_id:
        return Verdict("You work in another hub.")
    if not staff.has(*CHOOSES_WEIGHTS):
        return Verdict("By what people are recognised is chosen by the hub's administrator or its manager.")
    return ALLOWED


def learned_seen_by(staff: Staff) -> Q:
    """Return the rule of `may_choose_weights` as a filter on learned weights and on what was chosen."""
    return Q(hub=staff.hub_id) if staff.has(*CHOOSES_WEIGHTS) else Q(pk__in=[])


def _closed_to(staff: Staff) -> QuerySet[Access]:
    lasting = Q(from_at__lte=Now()) & (Q(until_at=None) | Q(until_at__gt=Now()))
    return Access.objects.filter(lasting, staff=staff.pk, bars=True, person_id__isnull=False)
