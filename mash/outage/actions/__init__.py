"""What is done so that a hub can go on without the product, and afterwards."""

from mash.outage.actions.entering import (
    Facts,
    NotSo,
    NotThatForm,
    NotThen,
    Paper,
    happened,
    keep_entered,
    say_away,
    take_contact,
)
from mash.outage.actions.keeping import (
    TooWeak,
    keep_end,
    keep_pack,
    keep_refusal,
    set_passphrase,
)

__all__ = [
    "Facts",
    "NotSo",
    "NotThatForm",
    "NotThen",
    "Paper",
    "TooWeak",
    "happened",
    "keep_end",
    "keep_entered",
    "keep_pack",
    "keep_refusal",
    "say_away",
    "set_passphrase",
    "take_contact",
]
