"""What can happen to the record of a person.  Each function is one thing done; only these write."""

from mash.people.actions.looking import note_search, note_seen
from mash.people.actions.open_cases import (
    FutureList,
    OlderList,
    ShorterList,
    end_involvement,
    open_involvement,
    take_open_cases,
)
from mash.people.actions.recording import (
    add_address,
    add_alert,
    add_court_order,
    add_name,
    add_number,
    add_phone,
    correct_person,
    learn,
    record_person,
    relate_people,
    renew_tokens,
    share_a_home,
)
from mash.people.actions.register import take_register

__all__ = [
    "FutureList",
    "OlderList",
    "ShorterList",
    "add_address",
    "add_alert",
    "add_court_order",
    "add_name",
    "add_number",
    "add_phone",
    "correct_person",
    "end_involvement",
    "learn",
    "note_search",
    "note_seen",
    "open_involvement",
    "record_person",
    "relate_people",
    "renew_tokens",
    "share_a_home",
    "take_open_cases",
    "take_register",
]
