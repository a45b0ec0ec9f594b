"""What is done with e-mail."""

from mash.mail.actions.fetching import Count, read_box
from mash.mail.actions.settling import (
    NotWhole,
    SettledAlready,
    acknowledge_from_now_on,
    add_to_contact,
    not_a_referral,
    take_up,
)
from mash.mail.actions.taking import take_in

__all__ = [
    "Count",
    "NotWhole",
    "SettledAlready",
    "acknowledge_from_now_on",
    "add_to_contact",
    "not_a_referral",
    "read_box",
    "take_in",
    "take_up",
]
