"""Which contacts a post sees that works nights alone.  What they are is said by the stages above, which know.

Nothing is open to such a post until somebody says so.  `identity.my_night()` says the same in the database.
Source: docs/rules.md, "Out of hours".
"""

import uuid
from collections.abc import Callable

from django.db.models import Q

from mash.contact.models import Contact
from mash.partnership.models import Staff

OPEN: list[Callable[[uuid.UUID], Q]] = []


def opens_at_night(which: Callable[[uuid.UUID], Q]) -> None:
    """Let a later stage say which contacts of a hub are open at night; called from an app's `ready()`.

    which: makes the condition on a contact from the key of the hub.
    """
    OPEN.append(which)


def tonight(hub_id: uuid.UUID) -> Q:
    """Return the contacts of a hub that are open at night, as a filter on contacts."""
    found = Q(pk__in=[])
    for which in OPEN:
        found |= which(hub_id)
    return found


def narrowed(staff: Staff, column: str = "pk") -> Q:
    """Return what a post that works nights alone is held to, as a filter; nothing for any other.

    column: holds the contact's key.
    """
    if not staff.works_nights:
        return Q()
    seen = Contact.objects.filter(tonight(staff.hub_id), hub=staff.hub_id)
    return Q(**{f"{column}__in": seen.values("pk")})


def is_open_to(staff: Staff, contact_id: uuid.UUID) -> bool:
    """Tell whether a contact is open to a post: any, unless the post works nights alone."""
    if not staff.works_nights:
        return True
    return Contact.objects.filter(tonight(staff.hub_id), hub=staff.hub_id, pk=contact_id).exists()
