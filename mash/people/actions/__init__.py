"""What can happen to the record of a person.  Each function is one thing done; only these write."""

from mash.people.actions.joining import (
    NotJoined,
    OnePerson,
    ReasonMissing,
    SaidApart,
    TakenBack,
    join,
    separate,
    take_back_apart,
    tell_apart,
)
from mash.people.actions.looking import note_search, note_seen
from mash.people.actions.open_cases import (
    FutureList,
    OlderList,
    ShorterList,
    end_involvement,
    open_involvement,
    resume_involvement,
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
from mash.people.actions.suspecting import look_for_duplicates

__all__ = [
    "FutureList",
    "NotJoined",
    "OlderList",
    "OnePerson",
    "ReasonMissing",
    "SaidApart",
    "ShorterList",
    "TakenBack",
    "add_address",
    "add_alert",
    "add_court_order",
    "add_name",
    "add_number",
    "add_phone",
    "correct_person",
    "end_involvement",
    "join",
    "learn",
    "look_for_duplicates",
    "note_search",
    "note_seen",
    "open_involvement",
    "record_person",
    "relate_people",
    "renew_tokens",
    "resume_involvement",
    "separate",
    "share_a_home",
    "take_back_apart",
    "take_open_cases",
    "take_register",
    "tell_apart",
]
