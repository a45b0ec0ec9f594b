"""Who may do what in the directory.  To audit it, read this file: no rule lives elsewhere.

Source: docs/rules.md, "The directory".
"""

from django.db.models import Q

from mash.common.verdict import ALLOWED, Verdict
from mash.directory.models import NamedContact, Organisation, Proposal, Service
from mash.partnership.models import Duty, Staff

KEEPERS = (Duty.MANAGE, Duty.ADMINISTER)
NOT_HERE = Verdict("This belongs to another hub.")
KEEPERS_ONLY = Verdict("This is for whoever manages or sets up the hub.")


def keeps(staff: Staff) -> bool:
    """Tell whether a post looks after the hub's whole directory."""
    return staff.has(*KEEPERS)


def may_keep(staff: Staff) -> Verdict:
    """Test whether somebody looks after the hub's whole directory."""
    return ALLOWED if keeps(staff) else KEEPERS_ONLY


def readable_by(staff: Staff) -> Q:
    """Return what of the directory a post reads: all of its hub's."""
    return Q(hub=staff.hub_id)


def may_propose(staff: Staff, organisation: Organisation) -> Verdict:
    """Test whether somebody may change what an organisation's entries say, once another has approved it.

    Source: docs/rules.md, "The directory".
    """
    if staff.hub_id != organisation.hub_id:
        return NOT_HERE
    if keeps(staff) or (organisation.agency_id is not None and organisation.agency_id == staff.agency_id):
        return ALLOWED
    return Verdict(
        "Entries are changed by whoever offers the service, and by whoever manages or sets up the hub."
    )


def proposable_by(staff: Staff) -> Q:
    """Return the rule of `may_propose` as a filter on services.  A test holds the two together."""
    in_hub = Q(hub=staff.hub_id)
    return in_hub if keeps(staff) else in_hub & Q(organisation__agency=staff.agency_id)


def may_read_proposal(staff: Staff, proposal: Proposal) -> Verdict:
    """Test whether somebody sees a change that waits: who may make one there."""
    return may_propose(staff, proposal.organisation)


def proposals_of(staff: Staff) -> Q:
    """Return the rule of `may_read_proposal` as a filter on proposals.  A test holds the two together."""
    return proposable_by(staff)


def may_answer(staff: Staff, proposal: Proposal) -> Verdict:
    """Test whether somebody may approve a change or turn it down: a second person, who looks after the directory.

    Source: docs/rules.md, "The directory".
    """
    if staff.hub_id != proposal.hub_id:
        return NOT_HERE
    if not keeps(staff):
        return KEEPERS_ONLY
    if proposal.by.account_id == staff.account_id:
        return Verdict(
            "You wrote this change yourself. Somebody else who manages or sets up the hub approves it."
        )
    return ALLOWED


def may_confirm(staff: Staff, service: Service) -> Verdict:
    """Test whether somebody may say that an entry is still right: whoever may change it."""
    return may_propose(staff, service.organisation)


def may_name(staff: Staff) -> Verdict:
    """Test whether somebody may name who holds a role: who looks after the directory, or answers for an agency.

    An agency names its own people.

    Source: docs/rules.md, "Named contacts".
    """
    if keeps(staff) or staff.has(Duty.ANSWER):
        return ALLOWED
    return Verdict("Named contacts are kept by their agency, and by whoever manages or sets up the hub.")


def may_end_named(staff: Staff, named: NamedContact) -> Verdict:
    """Test whether somebody may end a named contact: the agency that keeps it, or who looks after the directory."""
    if staff.hub_id != named.hub_id:
        return NOT_HERE
    if keeps(staff) or (may_name(staff) and named.keeps_id == staff.agency_id):
        return ALLOWED
    return Verdict("Named contacts are kept by their agency, and by whoever manages or sets up the hub.")
