"""Which contacts a post sees that works nights alone.  What they are is said by the stages above, which know.

Nothing is open to such a post until somebody says so.  `identity.my_night()` says the same in the database.
Source: docs/rules.md, "Out of hours".
"""

import uuid
from collections.abc import Callable

from django.db.models import Q, QuerySet

from mash.common.identity import presence
from mash.contact.models import Contact
from mash.partnership.models import Staff

READER = "mash_reader"
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
    return Q(**{f"{column}__in": _while_reading(staff) if _reads() else _seen(staff).values("pk")})


def is_open_to(staff: Staff, contact_id: uuid.UUID) -> bool:
    """Tell whether a contact is open to a post: any, unless the post works nights alone."""
    if not staff.works_nights:
        return True
    return contact_id in _while_reading(staff) if _reads() else _seen(staff).filter(pk=contact_id).exists()


def _seen(staff: Staff) -> QuerySet[Contact]:
    return Contact.objects.filter(tonight(staff.hub_id), hub=staff.hub_id)


def _reads() -> bool:
    """Tell whether the transaction only reads, so that what is open in it stays the same until its end."""
    return presence().role == READER


def _while_reading(staff: Staff) -> frozenset[uuid.UUID]:
    """Return what is open, asked once for a page: its worker is read afresh, and the answer kept with them."""
    kept: frozenset[uuid.UUID] | None = staff.__dict__.get("_open_tonight")
    if kept is None:
        kept = frozenset(_seen(staff).values_list("pk", flat=True))
        staff.__dict__["_open_tonight"] = kept
    return kept
