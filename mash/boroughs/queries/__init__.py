"""What other hubs ask and are asked, and families on their way."""

from mash.boroughs.queries.asking import (
    Standing,
    find_asked,
    find_named,
    find_question,
    find_reply,
    find_reply_to,
    is_running,
    newest_choice,
    on_case,
    replies_to,
    standing_of,
    summary_of,
    what_was_asked,
)
from mash.boroughs.queries.moving import (
    find_transfer,
    hubs_to_move_to,
    on_their_way,
    outcome_to_move,
    transfers_of,
    waits_for_word,
)

__all__ = [
    "Standing",
    "find_asked",
    "find_named",
    "find_question",
    "find_reply",
    "find_reply_to",
    "find_transfer",
    "hubs_to_move_to",
    "is_running",
    "newest_choice",
    "on_case",
    "on_their_way",
    "outcome_to_move",
    "replies_to",
    "standing_of",
    "summary_of",
    "transfers_of",
    "waits_for_word",
    "what_was_asked",
]
