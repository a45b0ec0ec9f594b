"""Who lets a system speak with the hub, and who gives it a key.  To audit access to them, read this file.

What a system may then do is the question of the post that gave its key: it is held to what that post may see.
"""

from django.db.models import Q

from mash.common.verdict import ALLOWED, Verdict
from mash.partnership.models import Staff
from mash.people.policy import may_judge_records
from mash.setup.policy import may_set_up
from mash.systems.models import Call, Hook, Key, Mapping, System

NOT_HERE = Verdict("This is not one you can work on.")


def may_set_up_systems(staff: Staff) -> Verdict:
    """Test whether a post says which systems speak with its hub, and what each may do: who sets up the hub.

    Source: docs/rules.md, "Systems of agencies".
    """
    return may_set_up(staff)


def set_up_by(staff: Staff) -> Q:
    """Return the rule of `may_set_up_systems` as a filter on systems."""
    return Q(hub=staff.hub_id) if may_set_up(staff) else Q(pk__in=[])


def may_see_own(staff: Staff) -> Verdict:
    """Test whether a post sees the systems of its agency, and its keys: who leads the agency."""
    return ALLOWED if staff.leads else Verdict("A system is let in by whoever leads its agency.")


def own(staff: Staff) -> Q:
    """Return the rule of `may_see_own` as a filter on systems."""
    return Q(hub=staff.hub_id, agency=staff.agency_id) if staff.leads else Q(pk__in=[])


def may_give_key(staff: Staff, system: System) -> Verdict:
    """Test whether a post gives a system a key, in its own name: who leads the system's agency.

    The administrator of the hub gives none: a key opens what its post sees.

    Source: docs/rules.md, "Systems of agencies".
    """
    if staff.hub_id != system.hub_id or staff.agency_id != system.agency_id:
        return NOT_HERE
    may = may_see_own(staff)
    if may and system.ended_at:
        return Verdict(f"{system.name} no longer speaks with the hub.")
    return may


def may_end_key(staff: Staff, key: Key) -> Verdict:
    """Test whether a post ends a key: who leads the system's agency, and who sets up the hub."""
    if staff.hub_id != key.hub_id:
        return NOT_HERE
    if may_set_up(staff):
        return ALLOWED
    return may_see_own(staff) if staff.agency_id == key.system.agency_id else NOT_HERE


def may_let_in(staff: Staff, hook: Hook) -> Verdict:
    """Test whether a post lets an address in that the hub then calls: who sets up the hub, and did not ask for it.

    Source: docs/rules.md, "Calls to systems".
    """
    if staff.hub_id != hook.hub_id:
        return NOT_HERE
    may = may_set_up(staff)
    if may and staff.account_id == hook.asked_by.account_id:
        return Verdict("You asked for this address: somebody else lets it in.")
    return may


def may_adopt(staff: Staff, mapping: Mapping) -> Verdict:
    """Test whether a post adopts how a system's words are read: who sets up the hub, and did not write it.

    Source: docs/rules.md, "The words of a system".
    """
    if staff.hub_id != mapping.hub_id:
        return NOT_HERE
    may = may_set_up(staff)
    if may and staff.account_id == mapping.by.account_id:
        return Verdict("You wrote this version: somebody else who sets up the hub adopts it.")
    return may


def may_send_again(staff: Staff, call: Call) -> Verdict:
    """Test whether a post has a call sent again that was given up: who leads the system's agency; once.

    Source: docs/rules.md, "Calls to systems".
    """
    may = may_give_key(staff, call.hook.system)
    if may and hasattr(call, "again"):
        return Verdict("It was sent again before. Ask the hub with the system’s key what there is.")
    if may and (call.given_up_at is None or call.hook.ended_at):
        return Verdict("Only a call that was given up is sent again, to an address that is still called.")
    return may


def may_settle_cases(staff: Staff) -> Verdict:
    """Test whether a post says that an agency's open case is of somebody on record: as of two records of one person.

    Source: docs/rules.md, "Open cases of agencies".
    """
    return may_judge_records(staff)


def may_end_hook(staff: Staff, hook: Hook) -> Verdict:
    """Test whether a post ends that an address is called: who leads the system's agency, and who sets up the hub."""
    if staff.hub_id != hook.hub_id:
        return NOT_HERE
    if may_set_up(staff):
        return ALLOWED
    return may_see_own(staff) if staff.agency_id == hook.system.agency_id else NOT_HERE
