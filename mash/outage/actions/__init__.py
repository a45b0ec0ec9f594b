"""What is done so that a hub can go on without the product, and afterwards."""

from mash.outage.actions.keeping import (
    TooWeak,
    keep_end,
    keep_pack,
    keep_refusal,
    set_passphrase,
)

__all__ = ["TooWeak", "keep_end", "keep_pack", "keep_refusal", "set_passphrase"]
