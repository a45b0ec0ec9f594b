"""Whether the hubs of this installation can ask each other: only where it has a key of its own for that."""

import re

from django.conf import settings

from mash.common.keys import PUBLISHED

HEXADECIMAL = re.compile(r"[0-9a-fA-F]{64}")
OFF = (
    "Other hubs cannot be asked in this installation yet: it has no key for that. Whoever runs it sees in "
    "`mash doctor` how to set one. Ring the hub where they lived."
)


def key() -> str | None:
    """Return the installation's key of marks; None where it has none, and then nobody is marked and no hub is asked."""
    own = settings.MASH_HUBS_KEY.strip()
    is_own = HEXADECIMAL.fullmatch(own) and own.casefold() not in PUBLISHED.values()
    return own if is_own else None
