"""Whether hubs can ask each other, for `mash doctor`.  Where they cannot, all else works, so a start is not refused."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, register

from mash.boroughs import switch
from mash.common.fitness import FIT, look_at


@register(FIT, deploy=True)
def key_between_hubs(**_: Any) -> Sequence[CheckMessage]:
    """Look at whether there is a key of one's own."""
    if switch.key():
        return []
    do = "Set MASH_HUBS_KEY to 64 hexadecimal digits of its own, and run `mash people refresh` for every hub."
    return [look_at("Hubs cannot ask each other: MASH_HUBS_KEY is not set, or cannot be read.", "052", do=do)]
