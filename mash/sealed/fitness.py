"""Whether anything still hangs on a key of the seal that was replaced."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, register
from django.db import DatabaseError

from mash.common.fitness import ALIVE, FIT, look_at, unsafe
from mash.common.identity import as_service
from mash.common.locking import keys_before
from mash.common.under_lock import EVERYTHING
from mash.sealed.actions import left, strange

KEEPER = "seal_keys"


@register(FIT, deploy=True)
def keys_of_the_seal(**_: Any) -> Sequence[CheckMessage]:
    """Look at the keys that were replaced: each another, and readable."""
    before = keys_before()
    try:
        [bytes.fromhex(one) for one in before]
    except ValueError:
        do = "Each is 64 hexadecimal digits, with commas between them."
        return [unsafe("MASH_SEAL_KEYS_BEFORE cannot be read.", "047", do=do)]
    if settings.MASH_SEAL_KEY.casefold() in {one.casefold() for one in before}:
        do = "Put a new key into MASH_SEAL_KEY; the one before it belongs into MASH_SEAL_KEYS_BEFORE."
        return [unsafe("MASH_SEAL_KEY is one that was replaced.", "048", do=do)]
    return []


@register(ALIVE, deploy=True)
def hang_on_a_key_before(**_: Any) -> Sequence[CheckMessage]:
    """Count what still lies under a key that was replaced, where there is one."""
    try:
        with as_service(KEEPER):
            return list(_of_what_hangs()) if keys_before() else []
    except (DatabaseError, ValueError):
        return []  # said by another check


def _of_what_hangs() -> Iterator[CheckMessage]:
    counted = {one.what: left(one) for one in EVERYTHING}
    said = ", ".join(f"{number} {what}" for what, number in counted.items() if number)
    if not said:
        do = "Take it out of MASH_SEAL_KEYS_BEFORE, and keep it with the backups that were made under it."
        yield look_at("Nothing hangs on a key of the seal that was replaced.", "050", do=do)
        return
    yield look_at(
        f"Still under a key of the seal that was replaced: {said}.", "049", do="Run `mash sealed rewrap`."
    )
    if any(strange(one) for one in EVERYTHING):
        do = "Rows from before keys had marks count here until they are wrapped anew.  If rewrapping cannot read them, "
        do += "add the key that they were written under."
        yield look_at(
            "Some do not say under which key they lie, or under one that is not named.", "051", do=do
        )
