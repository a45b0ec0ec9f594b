"""Who may know what is sealed in a hub."""

from mash.partnership.models import Duty, Staff


def is_cleared(staff: Staff) -> bool:
    """Tell whether a worker may know what is sealed in their hub.  Source: docs/rules.md, "The sealed room"."""
    return staff.has(Duty.CLEAR)
